package lineage_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/internal/generate"
	"impact/lineage"
	"impact/lineage/bind"
	"impact/manifest"
)

// artifacts writes a generated project and reads it as the command does.
func artifacts(t testing.TB, p *generate.Project) lineage.Input {
	t.Helper()
	var text bytes.Buffer
	if err := p.WriteManifest(&text); err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Decode(&text, "manifest.json", manifest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text.Reset()
	if err := p.WriteCatalog(&text); err != nil {
		t.Fatal(err)
	}
	c, err := manifest.DecodeCatalog(&text, "catalog.json", manifest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return lineage.Input{Manifest: m, Catalog: c}
}

func build(t testing.TB, in lineage.Input) *lineage.Graph {
	t.Helper()
	g, err := lineage.Build(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func refOf(g *lineage.Graph, c lineage.ColID) generate.Ref {
	col := &g.Columns[c]
	return generate.Ref{Relation: g.Relation(col.Rel).UniqueID, Column: col.Name, Path: col.Path}
}

func refText(refs []generate.Ref) []string {
	out := []string{}
	for _, r := range refs {
		text := r.Relation + "/" + r.Column
		if r.Path != "" {
			text += "." + r.Path
		}
		out = append(out, text)
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// modelProblems compares what the graph says of a model with the truth.
func modelProblems(g *lineage.Graph, m *generate.Model) []string {
	var out []string
	fail := func(what string, want, got any) {
		if diff := cmp.Diff(want, got); diff != "" {
			out = append(out, fmt.Sprintf("%s: %s, truth (-), graph (+):\n%s", m.ID, what, diff))
		}
	}
	rel := g.ByID(m.ID)
	var names []string
	for _, o := range m.Outputs {
		names = append(names, o.Name)
	}
	fail("columns", names, g.Outputs(rel))
	direct := func(name string) []string {
		c, ok := g.Column(rel, name)
		if !ok {
			return []string{"no such column"}
		}
		var refs []generate.Ref
		for _, e := range g.Up(c) {
			if g.Columns[e.From].Rel == rel {
				continue // the parts of a column make up the whole
			}
			if e.Confidence != bind.Exact {
				out = append(out, fmt.Sprintf("%s: an edge to %s is %s", m.ID, name, e.Confidence))
			}
			refs = append(refs, refOf(g, e.From))
		}
		return refText(refs)
	}
	for _, o := range m.Outputs {
		fail("sources of "+o.Name, refText(o.Sources), direct(o.Name))
		for _, p := range o.Parts {
			if o.Passed {
				continue // a field is asked of the parent only where a child reads it
			}
			fail("sources of "+o.Name+"."+p.Path, refText(p.Sources), direct(o.Name+"."+p.Path))
		}
	}
	for _, d := range g.Diagnostics(rel) {
		out = append(out, fmt.Sprintf("%s: diagnostic %s: %s", m.ID, d.Code, d.Message))
	}
	fail("uses", useText(m.Uses), graphUses(g, rel))
	return out
}

func useLine(kind string, ref generate.Ref, rows bool, outputs []string) string {
	return fmt.Sprintf("%s %s rows=%t outputs=%v", kind, refText([]generate.Ref{ref})[0], rows, outputs)
}

func useText(uses []generate.Use) []string {
	out := []string{}
	for _, u := range uses {
		out = append(out, useLine(u.Kind, u.Ref, u.Rows, u.Outputs))
	}
	sort.Strings(out)
	return out
}

func graphUses(g *lineage.Graph, rel lineage.RelID) []string {
	out := []string{}
	for _, u := range g.Uses(rel) {
		var names []string
		for _, o := range u.Outputs {
			names = append(names, g.Columns[o].String())
		}
		sort.Strings(names)
		out = append(out, useLine(u.Via.String(), refOf(g, u.Col), u.Rows, names))
	}
	sort.Strings(out)
	return out
}

// values are all columns whose values a column is made of, without the windows
// that it is computed over, which Upstream follows as well.
func values(g *lineage.Graph, c lineage.ColID) []lineage.ColID {
	out := []lineage.ColID{c}
	seen := map[lineage.ColID]bool{c: true}
	for i := 0; i < len(out); i++ {
		for _, e := range g.Up(out[i]) {
			if !seen[e.From] {
				seen[e.From] = true
				out = append(out, e.From)
			}
		}
	}
	return out
}

// originProblems compares where columns come from in the end.
func originProblems(g *lineage.Graph, p *generate.Project, m *generate.Model) []string {
	var out []string
	rel := g.ByID(m.ID)
	for _, o := range m.Outputs {
		names := []string{o.Name}
		for _, part := range o.Parts {
			names = append(names, o.Name+"."+part.Path)
		}
		for _, name := range names {
			column, path, _ := strings.Cut(name, ".")
			c, ok := g.Column(rel, name)
			if !ok && path != "" && o.Passed {
				continue // no child reads it
			}
			if !ok {
				out = append(out, fmt.Sprintf("%s has no %s", m.ID, name))
				continue
			}
			var got []generate.Ref
			for _, up := range values(g, c) {
				if g.Relation(g.Columns[up].Rel).Kind == lineage.Source {
					got = append(got, refOf(g, up))
				}
			}
			want := p.Origins(generate.Ref{Relation: m.ID, Column: column, Path: path})
			if diff := cmp.Diff(refText(want), refText(got)); diff != "" {
				out = append(out, fmt.Sprintf("%s: origins of %s, truth (-), graph (+):\n%s", m.ID, name, diff))
			}
		}
	}
	return out
}

// TestGeneratedLineageIsExact compares every column and every use of generated
// projects with the truth. IMPACT_GENERATED sets the number of models.
func TestGeneratedLineageIsExact(t *testing.T) {
	t.Parallel()
	models := 200
	if text := os.Getenv("IMPACT_GENERATED"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		models = n
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			p := generate.New(generate.Options{Models: models, Seed: seed})
			g := build(t, artifacts(t, p))
			if c := g.Coverage(); c.Bound != models {
				t.Errorf("%d of %d models are bound", c.Bound, models)
			}
			wrong, columns := 0, 0
			for _, m := range p.Models {
				columns += len(m.Outputs)
				problems := append(modelProblems(g, m), originProblems(g, p, m)...)
				for _, problem := range problems {
					if wrong++; wrong <= 5 {
						t.Errorf("%s\n%s", problem, m.SQL)
					}
				}
			}
			if wrong > 5 {
				t.Errorf("%d more differ", wrong-5)
			}
			t.Logf("%d models, %d columns compared", models, columns)
		})
	}
}
