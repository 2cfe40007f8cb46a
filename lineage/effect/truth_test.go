package effect_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/examples"
	"impact/lineage"
	"impact/lineage/destination"
	"impact/lineage/effect"
	"impact/manifest"
)

// exampleGraph builds the graph of the example project from the artifacts of one
// of its targets.
func exampleGraph(t testing.TB, target string) *lineage.Graph {
	t.Helper()
	files := examples.MedicalJobs()
	open := func(name string) fs.File {
		f, err := files.Open(path.Join("dbt", target, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	in := lineage.Input{Schemas: map[string]*destination.Schema{}}
	var err error
	if in.Manifest, err = manifest.Decode(open("manifest.json"), "manifest.json", manifest.Options{}); err != nil {
		t.Fatal(err)
	}
	if target == "target-duckdb" {
		if in.Catalog, err = manifest.DecodeCatalog(open("catalog.json"), "catalog.json", manifest.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, app := range []string{"job_board", "clinic_portal"} {
		name := path.Join("apps", app, "db", "schema.rb")
		src, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := destination.ReadSchema(name, src)
		if err != nil {
			t.Fatal(err)
		}
		in.Schemas[app] = s
	}
	if in.Files, err = fs.Sub(files, "dbt"); err != nil {
		t.Fatal(err)
	}
	g, err := lineage.Build(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func drop(t testing.TB, g *lineage.Graph, field string) *effect.Answer {
	t.Helper()
	r := lineage.NewResolver(g, func(string) string { return "trocco" })
	matches := r.Resolve(field)
	if len(matches) != 1 {
		t.Fatalf("%s resolves to %d columns", field, len(matches))
	}
	col := matches[0].Column
	return effect.Drop(g, effect.Query{Column: col, Relation: g.Columns[col].Rel})
}

// A truth is what was found by hand, and by building the project without the
// field, see examples/medical-jobs/truth.json.
type truth struct {
	Field  string `json:"field"`
	Breaks []struct {
		Model string `json:"model"`
		Line  int    `json:"line"`
		Col   int    `json:"col"`
	} `json:"breaks"`
	Losses []struct {
		Model  string `json:"model"`
		Column string `json:"column"`
	} `json:"losses"`
	Destinations []string `json:"destinations"`
	Rows         []string `json:"rows"`
	Tests        []string `json:"tests"`
}

// told is an answer in the shape of a truth.
type told struct{ Breaks, Losses, Destinations, Rows, Tests []string }

func modelName(name string) string { return strings.ReplaceAll(name, ".v", "_v") }

func tell(a *effect.Answer, places bool) told {
	var out told
	for _, f := range a.Findings {
		switch f.Rule {
		case effect.RuleModelUnresolved, effect.RuleModelSetOperation:
			text := modelName(f.Subject.Name)
			if places {
				text += fmt.Sprintf(":%d:%d", f.At.Line, f.At.Col)
			}
			out.Breaks = append(out.Breaks, text)
		case effect.RuleModelColumnLost:
			for _, c := range f.Columns {
				out.Losses = append(out.Losses, modelName(f.Subject.Name)+"."+c)
			}
		case effect.RuleDestinationValue, effect.RuleDestinationLost, effect.RuleDestinationNotNull:
			for _, c := range f.Columns {
				out.Destinations = append(out.Destinations, f.Subject.Name+"."+c)
			}
		case effect.RuleLoadColumnMissing:
			for _, s := range f.Path[len(f.Path)-1:] {
				out.Destinations = append(out.Destinations, s.Relation+"."+s.Column)
			}
		case effect.RuleModelRows:
			out.Rows = append(out.Rows, modelName(f.Subject.Name))
		case effect.RuleTestUnresolved:
			out.Tests = append(out.Tests, f.Subject.ID)
		}
	}
	for _, list := range []*[]string{&out.Breaks, &out.Losses, &out.Destinations, &out.Rows, &out.Tests} {
		*list = sorted(*list)
	}
	return out
}

func sorted(list []string) []string {
	out := append([]string{}, list...)
	sort.Strings(out)
	n := 0
	for i, s := range out {
		if i == 0 || s != out[i-1] {
			out[n] = s
			n++
		}
	}
	return out[:n]
}

func truths(t testing.TB) []truth {
	t.Helper()
	src, err := fs.ReadFile(examples.MedicalJobs(), "truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []truth
	if err := json.Unmarshal(src, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnswersAreThoseFoundByBuildingWithoutTheField(t *testing.T) {
	t.Parallel()
	g := exampleGraph(t, "target")
	for _, tr := range truths(t) {
		t.Run(tr.Field, func(t *testing.T) {
			t.Parallel()
			var want told
			for _, b := range tr.Breaks {
				want.Breaks = append(want.Breaks, fmt.Sprintf("%s:%d:%d", b.Model, b.Line, b.Col))
			}
			for _, l := range tr.Losses {
				want.Losses = append(want.Losses, l.Model+"."+l.Column)
			}
			want = told{sorted(want.Breaks), sorted(want.Losses), sorted(tr.Destinations), sorted(tr.Rows), sorted(tr.Tests)}
			if diff := cmp.Diff(want, tell(drop(t, g, tr.Field), true)); diff != "" {
				t.Errorf("want (-), told (+):\n%s", diff)
			}
		})
	}
}

func TestBothTargetsGiveTheSameAnswers(t *testing.T) {
	t.Parallel()
	bigquery, duckdb := exampleGraph(t, "target"), exampleGraph(t, "target-duckdb")
	n := 0
	for _, rel := range bigquery.Relations {
		if rel.Kind != lineage.Source {
			continue
		}
		first, last := bigquery.ColumnsOf(rel.ID)
		for c := first; c < last; c++ {
			col := &bigquery.Columns[c]
			if col.Name == "*" || col.Path != "" {
				continue
			}
			name := rel.UniqueID + "." + col.Name
			if diff := cmp.Diff(tell(drop(t, bigquery, name), false), tell(drop(t, duckdb, name), false)); diff != "" {
				t.Errorf("%s: bigquery (-), duckdb (+):\n%s", name, diff)
			}
			n++
		}
	}
	t.Logf("%d fields compared", n)
}
