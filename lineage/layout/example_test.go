package layout_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/examples"
	"impact/lineage"
	"impact/lineage/destination"
	"impact/lineage/layout"
	"impact/manifest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// exampleGraph is the graph of the example project, built once.
var exampleGraph = sync.OnceValues(func() (*lineage.Graph, error) { return buildExample(1) })

func buildExample(workers int) (*lineage.Graph, error) {
	files := examples.MedicalJobs()
	src, err := fs.ReadFile(files, "dbt/target/manifest.json")
	if err != nil {
		return nil, err
	}
	in := lineage.Input{Workers: workers, Schemas: map[string]*destination.Schema{}}
	if in.Manifest, err = manifest.Decode(bytes.NewReader(src), "manifest.json", manifest.Options{}); err != nil {
		return nil, err
	}
	if in.Files, err = fs.Sub(files, "dbt"); err != nil {
		return nil, err
	}
	for _, app := range []string{"job_board", "clinic_portal"} {
		src, err := fs.ReadFile(files, "apps/"+app+"/db/schema.rb")
		if err != nil {
			return nil, err
		}
		if in.Schemas[app], _, err = destination.ReadSchema("schema.rb", src); err != nil {
			return nil, err
		}
	}
	return lineage.Build(context.Background(), in)
}

func example(t testing.TB) *lineage.Graph {
	t.Helper()
	g, err := exampleGraph()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func extract(t testing.TB, g *lineage.Graph, selector string, o layout.Options) *layout.Document {
	t.Helper()
	part, err := layout.Select(g, selector)
	if err != nil {
		t.Fatalf("select %q: %v", selector, err)
	}
	return layout.Extract(g, part, o)
}

// drawn are the three ways to write a document.
func drawn(t testing.TB, doc *layout.Document) map[string][]byte {
	t.Helper()
	var js, dot, mmd bytes.Buffer
	enc := json.NewEncoder(&js)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		t.Fatal(err)
	}
	if err := layout.DOT(&dot, doc); err != nil {
		t.Fatal(err)
	}
	if err := layout.Mermaid(&mmd, doc); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{".json": js.Bytes(), ".dot": dot.Bytes(), ".mmd": mmd.Bytes()}
}

func TestTheExampleIsWrittenAsItsGoldenFiles(t *testing.T) {
	t.Parallel()
	g := example(t)
	for _, tt := range []struct {
		file, selector string
		options        layout.Options
	}{
		{"whole-project", "", layout.Options{}},
		{"around-a-mart", "1+mart_job_offers.v2+1", layout.Options{}},
		{"columns-of-a-field", "JobOffer__c.Salary_Min__c+", layout.Options{Columns: true}},
		{"origin-of-a-destination-column", "+job_board.job_offers.facility_id", layout.Options{Columns: true}},
		{"one-load-with-columns", "job_board_facilities job_board__facilities job_board.facilities", layout.Options{Columns: true}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			for ext, got := range drawn(t, extract(t, g, tt.selector, tt.options)) {
				golden(t, filepath.Join("testdata", tt.file+ext), got)
			}
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestTheSameProjectGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	o := layout.Options{Columns: true}
	want := drawn(t, extract(t, example(t), "", o))
	for _, workers := range []int{1, 7} {
		g, err := buildExample(workers)
		if err != nil {
			t.Fatal(err)
		}
		for ext, got := range drawn(t, extract(t, g, "", o)) {
			if !bytes.Equal(got, want[ext]) {
				t.Errorf("%s differs with %d workers", ext, workers)
			}
		}
	}
}

// Every edge and use of the graph is in the document of the whole, and every
// edge between relations is one of the library's graph.
func TestTheWholeDocumentHasAllThatTheGraphHas(t *testing.T) {
	t.Parallel()
	g := example(t)
	doc := layout.Extract(g, nil, layout.Options{Columns: true})
	if len(doc.Relations) != len(g.Relations) {
		t.Errorf("%d relations, the graph has %d", len(doc.Relations), len(g.Relations))
	}
	columns, edges := 0, map[layout.Ref]int{}
	for _, r := range doc.Relations {
		columns += len(r.Columns)
	}
	if columns != len(g.Columns) {
		t.Errorf("%d columns, the graph has %d", columns, len(g.Columns))
	}
	for _, e := range doc.Edges {
		edges[e.From]++
	}
	joined := map[[2]string]bool{}
	for _, e := range doc.Edges {
		joined[[2]string{e.From.Relation, e.To.Relation}] = true
	}
	for _, u := range doc.Uses {
		joined[[2]string{u.Relation, u.Of}] = true
	}
	for i := range g.Columns {
		c := &g.Columns[i]
		ref := layout.Ref{Relation: g.Relation(c.Rel).UniqueID, Column: c.Name, Path: c.Path}
		if want := len(g.Down(lineage.ColID(i))); edges[ref] != want {
			t.Errorf("%v has %d edges, in the graph %d", ref, edges[ref], want)
		}
		for _, u := range g.UsesOf(lineage.ColID(i)) {
			if !joined[[2]string{ref.Relation, g.Relation(u.Rel).UniqueID}] {
				t.Errorf("%v: its use by %s is missing", ref, g.Relation(u.Rel).UniqueID)
			}
		}
	}
	edgesBetween, err := g.Graph().Edges()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edgesBetween {
		if p := [2]string{g.Relation(e.Source).UniqueID, g.Relation(e.Target).UniqueID}; !joined[p] {
			t.Errorf("%s -> %s is missing", p[0], p[1])
		}
	}
}

func TestEveryLineBelongsToWhatTheDocumentHas(t *testing.T) {
	t.Parallel()
	g := example(t)
	for i := range g.Columns {
		c := &g.Columns[i]
		name := `"` + g.Relation(c.Rel).UniqueID + "." + c.String() + `"`
		if _, err := layout.Select(g, name); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, o := range []layout.Options{{}, {Columns: true}} {
			// The drawings refuse a document that refers to what it lacks.
			drawn(t, extract(t, g, "+"+name+"+", o))
		}
	}
}
