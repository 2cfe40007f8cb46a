package lineage_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"impact/internal/shared"
	"impact/lineage"
	"impact/manifest"
)

// corpusDirs lists the folders of the real projects.
func corpusDirs(t testing.TB) []string {
	t.Helper()
	root := filepath.Join(shared.Dir(t), "corpus")
	files, err := filepath.Glob(filepath.Join(root, "*", "*", "manifest.json.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests below %s: %v", root, err)
	}
	sort.Strings(files)
	dirs := make([]string, len(files))
	for i, f := range files {
		dirs[i] = filepath.Dir(f)
	}
	return dirs
}

func readProject(t testing.TB, dir string) (*manifest.Manifest, *manifest.Catalog) {
	t.Helper()
	m, err := manifest.Read(filepath.Join(dir, "manifest.json.gz"), manifest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "catalog.json.gz")
	if _, err := os.Stat(name); err != nil {
		return m, nil
	}
	c, err := manifest.ReadCatalog(name, manifest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m, c
}

func shortName(dir string) string {
	return filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir)
}

// TestCatalogCheck binds every model from the outputs of its parents, with only
// sources and seeds taken from the catalog, and compares the names of the output
// columns with those that the warehouse reported.
func TestCatalogCheck(t *testing.T) {
	t.Parallel()
	type count struct{ right, total int }
	byAdapter := map[string]*count{}
	all := &count{}
	var wrong []string
	for _, dir := range corpusDirs(t) {
		m, c := readProject(t, dir)
		if c == nil {
			continue
		}
		g, err := lineage.Build(context.Background(), lineage.Input{Manifest: m, Catalog: c, SourcesOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		adapter := m.Metadata.AdapterType
		if adapter == "" {
			adapter = g.Dialect().Name
		}
		n := byAdapter[adapter]
		if n == nil {
			n = &count{}
			byAdapter[adapter] = n
		}
		for _, id := range g.Order() {
			rel := g.Relation(id)
			if rel.Kind != lineage.Model && rel.Kind != lineage.Snapshot || !g.Readable(id) {
				continue
			}
			truth := c.Relation(rel.UniqueID)
			if truth == nil || len(truth.Columns) == 0 {
				continue
			}
			n.total++
			all.total++
			missing, extra := compareNames(g, id, truth)
			if len(missing)+len(extra) == 0 {
				n.right++
				all.right++
				continue
			}
			wrong = append(wrong, fmt.Sprintf("%s %s: missing %v, extra %v", shortName(dir), rel.UniqueID, missing, extra))
		}
	}
	for _, w := range wrong {
		t.Log(w)
	}
	adapters := make([]string, 0, len(byAdapter))
	for a := range byAdapter {
		adapters = append(adapters, a)
	}
	sort.Strings(adapters)
	for _, a := range adapters {
		n := byAdapter[a]
		t.Logf("catalog check: %s %d of %d (%.2f %%)", a, n.right, n.total, 100*float64(n.right)/float64(n.total))
	}
	share := 100 * float64(all.right) / float64(all.total)
	t.Logf("catalog check: all adapters %d of %d (%.2f %%)", all.right, all.total, share)
	if share < 98 {
		t.Errorf("catalog check: %.2f %% is below 98 %%", share)
	}
}

// compareNames compares the columns of a model with the catalog's, in any order
// and any case. The fields of structs that BigQuery lists are left out.
func compareNames(g *lineage.Graph, id lineage.RelID, truth *manifest.Relation) (missing, extra []string) {
	want := map[string]bool{}
	for _, c := range truth.Columns {
		name := strings.ToLower(c.Name)
		if i := strings.IndexByte(name, '.'); i > 0 && want[name[:i]] {
			continue
		}
		want[name] = true
	}
	have := map[string]bool{}
	for _, name := range g.Outputs(id) {
		have[strings.ToLower(name)] = true
	}
	if g.Open(id) {
		have["*"] = true
	}
	for name := range want {
		if !have[name] {
			missing = append(missing, name)
		}
	}
	for name := range have {
		if !want[name] {
			extra = append(extra, name)
		}
	}
	sort.Strings(missing)
	sort.Strings(extra)
	return missing, extra
}

// TestEveryProjectBuilds builds the graph of every real project, with as much of
// the artifacts as there is.
func TestEveryProjectBuilds(t *testing.T) {
	t.Parallel()
	for _, dir := range corpusDirs(t) {
		t.Run(shortName(dir), func(t *testing.T) {
			t.Parallel()
			m, c := readProject(t, dir)
			g, err := lineage.Build(context.Background(), lineage.Input{Manifest: m, Catalog: c})
			if err != nil {
				t.Fatal(err)
			}
			cov := g.Coverage()
			t.Logf("%s %s: %d of %d models bound, %d widened, %d unparsed, %d not compiled, %d python; %d gaps",
				m.Metadata.AdapterType, m.Metadata.DBTVersion, cov.Bound, cov.Models, cov.Widened, cov.Unparsed, cov.NotCompiled, cov.Python, len(cov.Gaps))
		})
	}
}
