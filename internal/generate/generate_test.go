package generate_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/internal/generate"
)

func text(t *testing.T, p *generate.Project) (manifest, catalog string) {
	t.Helper()
	var m, c bytes.Buffer
	if err := p.WriteManifest(&m); err != nil {
		t.Fatal(err)
	}
	if err := p.WriteCatalog(&c); err != nil {
		t.Fatal(err)
	}
	return m.String(), c.String()
}

func TestTheSameSeedGivesTheSameProject(t *testing.T) {
	t.Parallel()
	o := generate.Options{Models: 60, Seed: 7}
	m1, c1 := text(t, generate.New(o))
	m2, c2 := text(t, generate.New(o))
	if diff := cmp.Diff(m1, m2); diff != "" {
		t.Errorf("manifests differ:\n%s", diff)
	}
	if diff := cmp.Diff(c1, c2); diff != "" {
		t.Errorf("catalogs differ:\n%s", diff)
	}
	o.Seed = 8
	if m3, _ := text(t, generate.New(o)); m3 == m1 {
		t.Error("another seed gives the same project")
	}
}

func TestArtifactsAreJSON(t *testing.T) {
	t.Parallel()
	m, c := text(t, generate.New(generate.Options{Models: 30}))
	if !json.Valid([]byte(m)) || !json.Valid([]byte(c)) {
		t.Error("not valid JSON")
	}
}

func TestProjectsHaveTheSizeThatIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 3, 7, 50, 1000} {
		p := generate.New(generate.Options{Models: n, Seed: 1})
		if len(p.Models) != n {
			t.Errorf("%d models, want %d", len(p.Models), n)
		}
	}
	p := generate.New(generate.Options{Seed: 1})
	lines, columns := p.Lines()/len(p.Models), p.OutputColumns()/len(p.Models)
	if lines < 48 || lines > 58 || columns < 31 || columns > 38 {
		t.Errorf("%d lines and %d columns a model, want about 53 and 34", lines, columns)
	}
	small := generate.New(generate.Options{Columns: 8, Seed: 1})
	if columns := small.OutputColumns() / len(small.Models); columns > 16 {
		t.Errorf("%d columns a model, want about 8", columns)
	}
}

func TestModelsReadOnlyWhatComesBeforeThem(t *testing.T) {
	t.Parallel()
	p := generate.New(generate.Options{Models: 300, Seed: 3})
	known := map[string]bool{}
	for _, s := range p.Sources {
		known[s.ID] = true
	}
	for _, m := range p.Models {
		if len(m.Parents) == 0 {
			t.Errorf("%s reads nothing", m.ID)
		}
		for _, parent := range m.Parents {
			if !known[parent] {
				t.Errorf("%s reads %s, which comes later", m.ID, parent)
			}
		}
		if known[m.ID] {
			t.Errorf("there are two models %s", m.ID)
		}
		known[m.ID] = true
		if strings.Contains(m.SQL, "<<") || strings.Contains(m.SQL, "{{") {
			t.Errorf("%s: a relation is not replaced", m.ID)
		}
	}
}
