package effect_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"impact/internal/generate"
	"impact/lineage"
	"impact/lineage/effect"
	"impact/manifest"
)

// spread follows a change through the truth of a generated project: the outputs
// that change, and the models whose rows do.
type spread struct {
	values map[string][]string // by model
	rows   map[string]bool
}

func spreadOf(p *generate.Project, from generate.Ref) spread {
	out := spread{map[string][]string{}, map[string]bool{}}
	changed := map[generate.Ref]bool{from: true}
	any := func(refs []generate.Ref) bool {
		return slices.ContainsFunc(refs, func(r generate.Ref) bool { return changed[r] })
	}
	for _, m := range p.Models {
		over := map[string]bool{} // outputs over a window that changes
		for _, u := range m.Uses {
			if !changed[u.Ref] {
				continue
			}
			out.rows[m.ID] = out.rows[m.ID] || u.Rows
			for _, o := range u.Outputs {
				over[o] = true
			}
		}
		for _, o := range m.Outputs {
			hit := over[o.Name] || any(o.Sources)
			for _, part := range o.Parts {
				if any(part.Sources) {
					hit = true
					changed[generate.Ref{Relation: m.ID, Column: o.Name, Path: part.Path}] = true
				}
			}
			if hit {
				changed[generate.Ref{Relation: m.ID, Column: o.Name}] = true
				out.values[m.ID] = append(out.values[m.ID], o.Name)
			}
		}
	}
	return out
}

// TestGeneratedAnswersAreComplete empties columns of a generated project and
// compares which values and rows change with the truth.
func TestGeneratedAnswersAreComplete(t *testing.T) {
	t.Parallel()
	p := generate.New(generate.Options{Models: 120, Columns: 14, Seed: 11})
	g := generatedGraph(t, p)
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		s := p.Sources[rnd.IntN(len(p.Sources))]
		column := s.Columns[rnd.IntN(len(s.Columns))].Name
		want := spreadOf(p, generate.Ref{Relation: s.ID, Column: column})
		rel := g.ByID(s.ID)
		c, ok := g.Column(rel, column)
		if !ok {
			t.Fatalf("%s has no %s", s.ID, column)
		}
		a := effect.Drop(g, effect.Query{Target: effect.Target{Relation: s.ID}, Column: c, Relation: rel, OnDrop: effect.Null})
		got := spread{map[string][]string{}, map[string]bool{}}
		for _, f := range a.Findings {
			switch f.Rule {
			case effect.RuleModelValue:
				got.values[f.Subject.ID] = f.Columns
			case effect.RuleModelRows:
				got.rows[f.Subject.ID] = true
			}
		}
		for id, cols := range want.values {
			slices.Sort(cols)
			slices.Sort(got.values[id])
			if diff := cmp.Diff(cols, got.values[id]); diff != "" {
				t.Errorf("%s.%s: values of %s, truth (-), told (+):\n%s", s.Name, column, id, diff)
			}
		}
		for id := range got.values {
			if want.values[id] == nil {
				t.Errorf("%s.%s: values of %s do not change", s.Name, column, id)
			}
		}
		delete(want.rows, "")
		for id, rows := range want.rows {
			if !rows {
				delete(want.rows, id)
			}
		}
		if diff := cmp.Diff(want.rows, got.rows, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s.%s: rows, truth (-), told (+):\n%s", s.Name, column, diff)
		}
		checkAnswer(t, a)
	}
}

// TestGeneratedDropsBreakWhatNamesTheColumn drops columns that staging models
// name, and takes the first break of each for what the truth knows: staging
// models are the only ones that read sources.
func TestGeneratedDropsBreakWhatNamesTheColumn(t *testing.T) {
	t.Parallel()
	p := generate.New(generate.Options{Models: 100, Columns: 14, Seed: 12})
	g := generatedGraph(t, p)
	for _, s := range p.Sources[:10] {
		var readers []string
		for _, m := range p.Models {
			if slices.Contains(m.Parents, s.ID) {
				readers = append(readers, m.ID)
			}
		}
		for _, col := range s.Columns {
			rel := g.ByID(s.ID)
			c, _ := g.Column(rel, col.Name)
			a := effect.Drop(g, effect.Query{Target: effect.Target{Relation: s.ID}, Column: c, Relation: rel})
			var broken []string
			stale := map[string]bool{}
			for _, f := range a.Findings {
				switch f.Rule {
				case effect.RuleModelUnresolved:
					if !slices.Contains(broken, f.Subject.ID) {
						broken = append(broken, f.Subject.ID)
					}
				case effect.RuleModelStale:
					stale[f.Subject.ID] = true
				}
			}
			// A staging model names every column of its source.
			if diff := cmp.Diff(readers, broken, cmpopts.SortSlices(func(x, y string) bool { return x < y })); diff != "" {
				t.Errorf("%s.%s breaks, truth (-), told (+):\n%s", s.Name, col.Name, diff)
			}
			for _, d := range g.Descendants(rel) {
				id := g.Relation(d).UniqueID
				if g.Relation(d).Kind == lineage.Model && !slices.Contains(readers, id) && !stale[id] {
					t.Errorf("%s.%s: %s is not stale", s.Name, col.Name, id)
				}
			}
			checkAnswer(t, a)
		}
	}
}

func generatedGraph(t testing.TB, p *generate.Project) *lineage.Graph {
	t.Helper()
	var m, c bytes.Buffer
	if err := p.WriteManifest(&m); err != nil {
		t.Fatal(err)
	}
	if err := p.WriteCatalog(&c); err != nil {
		t.Fatal(err)
	}
	var in lineage.Input
	var err error
	if in.Manifest, err = manifest.Decode(&m, "manifest.json", manifest.Options{}); err != nil {
		t.Fatal(err)
	}
	if in.Catalog, err = manifest.DecodeCatalog(&c, "catalog.json", manifest.Options{}); err != nil {
		t.Fatal(err)
	}
	g, err := lineage.Build(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// BenchmarkDrop answers for one column of a project of 2,000 models.
func BenchmarkDrop(b *testing.B) {
	p := generate.New(generate.Options{Models: 2000, Seed: 1})
	g := generatedGraph(b, p)
	rel := g.ByID(p.Sources[0].ID)
	c, _ := g.Column(rel, "Amount__c")
	b.ReportAllocs()
	for b.Loop() {
		if a := effect.Drop(g, effect.Query{Column: c, Relation: rel}); len(a.Findings) == 0 {
			b.Fatal("no findings")
		}
	}
}
