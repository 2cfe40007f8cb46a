package manifest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/iotest"

	"impact/internal/shared"
)

// corpusFiles returns the artifacts of one name in the shared corpus.
func corpusFiles(t testing.TB, name string, want int) []string {
	t.Helper()
	dir := filepath.Join(shared.Dir(t), "corpus")
	files, err := filepath.Glob(filepath.Join(dir, "*", "*", name))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < want {
		t.Fatalf("found %d files %s under %s, want at least %d", len(files), name, dir, want)
	}
	return files
}

// readGzip returns the unzipped bytes of a file.
func readGzip(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// generic decodes a file with encoding/json, the oracle of these tests.
func generic(t testing.TB, data []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func shortName(path string) string {
	dir := filepath.Dir(path)
	return filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir)
}

func TestEveryManifestOfTheCorpusHasTheNodesThatItsJSONHas(t *testing.T) {
	t.Parallel()
	total := map[string]int{}
	for _, path := range corpusFiles(t, "manifest.json.gz", 62) {
		m, err := Read(path, Options{})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		for _, w := range m.Warnings {
			t.Logf("%s: %s", shortName(path), w)
		}
		want := map[string]int{}
		v := generic(t, readGzip(t, path))
		for _, section := range []string{"nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries", "unit_tests", "groups"} {
			for _, n := range object(v[section]) {
				if enabled, ok := object(object(n)["config"])["enabled"].(bool); ok && !enabled {
					continue
				}
				kind := section
				if section == "nodes" || section == "sources" {
					kind, _ = object(n)["resource_type"].(string)
				}
				want[kind]++
			}
		}
		got := map[string]int{
			"test": len(m.Tests), "exposures": len(m.Exposures), "metrics": len(m.Metrics), "groups": len(m.Groups),
			"semantic_models": len(m.SemanticModels), "saved_queries": len(m.SavedQueries), "unit_tests": len(m.UnitTests),
		}
		for _, n := range m.Nodes {
			got[string(n.Kind)]++
		}
		for kind, n := range got {
			total[kind] += n
			if n != want[kind] {
				t.Errorf("%s: %d of kind %s, want %d", shortName(path), n, kind, want[kind])
			}
		}
	}
	t.Logf("read %v", total)
	// the numbers of the corpus's own README; 60 of its 4,015 tests are disabled
	if total["model"] < 2281 || total["test"] < 3955 || total["exposures"] < 10 {
		t.Errorf("the corpus has at least 2281 models, 3955 tests and 10 exposures; read %v", total)
	}
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func TestEveryCatalogOfTheCorpusHasTheColumnsThatItsJSONHas(t *testing.T) {
	t.Parallel()
	relations, columns := 0, 0
	for _, path := range corpusFiles(t, "catalog.json.gz", 42) {
		c, err := ReadCatalog(path, Options{})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		for _, w := range c.Warnings {
			t.Errorf("%s: %s", shortName(path), w)
		}
		v := generic(t, readGzip(t, path))
		want := 0
		for _, section := range []string{"nodes", "sources"} {
			for id, r := range object(v[section]) {
				want++
				checkRelation(t, c.Relation(id), object(r))
				columns += len(object(object(r)["columns"]))
			}
		}
		relations += want
		if len(c.Relations) != want {
			t.Errorf("%s: %d relations, want %d", shortName(path), len(c.Relations), want)
		}
	}
	t.Logf("read %d relations with %d columns", relations, columns)
}

// checkRelation compares every field of a relation with its JSON.
func checkRelation(t *testing.T, r *Relation, want map[string]any) {
	t.Helper()
	if r == nil {
		t.Errorf("missing: %v", want["unique_id"])
		return
	}
	str := func(v any) string { s, _ := v.(string); return s }
	md := object(want["metadata"])
	got := []string{r.Database, r.Schema, r.Name, r.Type, r.Owner, r.Comment}
	for i, key := range []string{"database", "schema", "name", "type", "owner", "comment"} {
		if got[i] != str(md[key]) {
			t.Errorf("%s: %s is %q, want %q", r.UniqueID, key, got[i], str(md[key]))
		}
	}
	cols := object(want["columns"])
	if len(cols) != len(r.Columns) {
		t.Errorf("%s: %d columns, want %d", r.UniqueID, len(r.Columns), len(cols))
	}
	last := -1
	for _, c := range r.Columns {
		w := object(cols[c.Name])
		index, _ := w["index"].(float64)
		if c.Type != str(w["type"]) || c.Comment != str(w["comment"]) || c.Index != int(index) {
			t.Errorf("%s.%s: %+v, want %v", r.UniqueID, c.Name, c, w)
		}
		if c.Index < last {
			t.Errorf("%s.%s: out of order", r.UniqueID, c.Name)
		}
		last = c.Index
	}
}

// The decoder moves its buffer whenever it reads: a name or a text that is used
// after that would show here.
func TestReadingByteByByteGivesTheSameResult(t *testing.T) {
	t.Parallel()
	for _, path := range corpusFiles(t, "manifest.json.gz", 62)[:12] {
		data := readGzip(t, path)
		want, err := Decode(bytes.NewReader(data), "m", Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(iotest.OneByteReader(bytes.NewReader(data)), "m", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the result depends on how the file is read", shortName(path))
		}
	}
	for _, path := range corpusFiles(t, "catalog.json.gz", 42)[:12] {
		data := readGzip(t, path)
		want, err := DecodeCatalog(bytes.NewReader(data), "c", Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeCatalog(iotest.OneByteReader(bytes.NewReader(data)), "c", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the result depends on how the file is read", shortName(path))
		}
	}
}
