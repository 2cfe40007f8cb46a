package lineage_test

import (
	"context"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"impact/internal/shared"
	"impact/lineage"
	"impact/lineage/bind"
	"impact/lineage/syntax"
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
	all, rendered := &count{}, &count{}
	explained := explainedMismatches(t)
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
			counts := []*count{n, all}
			if strings.TrimSpace(rel.Node.Compiled) == "" {
				counts = []*count{rendered}
			}
			missing, extra := compareNames(g, id, truth)
			for _, c := range counts {
				c.total++
				if len(missing)+len(extra) == 0 {
					c.right++
				}
			}
			if len(missing)+len(extra) == 0 {
				continue
			}
			key := shortName(dir) + " " + rel.UniqueID
			reason, ok := explained[key]
			if !ok {
				t.Errorf("not explained in testdata/catalog_mismatches.txt: %s: missing %v, extra %v", key, missing, extra)
				continue
			}
			delete(explained, key)
			t.Logf("%s: missing %v, extra %v: %s", key, missing, extra, reason)
		}
	}
	for key := range explained {
		t.Errorf("explained in testdata/catalog_mismatches.txt, but right: %s", key)
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
	t.Logf("catalog check: not compiled, raw code rendered: %d of %d", rendered.right, rendered.total)
	share := 100 * float64(all.right) / float64(all.total)
	t.Logf("catalog check: all adapters %d of %d (%.2f %%)", all.right, all.total, share)
	if share < 99.3 {
		t.Errorf("catalog check: %.2f %% is below 99.3 %%", share)
	}
	if b := byAdapter["bigquery"]; float64(b.right) < 0.995*float64(b.total) {
		t.Errorf("catalog check: bigquery %d of %d is below 99.5 %%", b.right, b.total)
	}
}

// explainedMismatches reads the models whose columns differ from the catalog's,
// each with the reason.
func explainedMismatches(t *testing.T) map[string]string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", "catalog_mismatches.txt"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, line := range strings.Split(string(src), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, reason, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("testdata/catalog_mismatches.txt: no reason in %q", line)
		}
		out[key] = reason
	}
	return out
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

// TestCatalogInputs binds every compiled model alone, with the columns of all
// its inputs from the catalog, as "impact sql" with a complete schema does.
func TestCatalogInputs(t *testing.T) {
	t.Parallel()
	type count struct{ right, total int }
	// One catalog is known not to belong to its SQL.
	const unfitting = "005452a2"
	all, fitting, bigquery := &count{}, &count{}, &count{}
	for _, dir := range corpusDirs(t) {
		m, c := readProject(t, dir)
		if c == nil {
			continue
		}
		g, err := lineage.Build(context.Background(), lineage.Input{Manifest: m, Catalog: c})
		if err != nil {
			t.Fatal(err)
		}
		schema := &bind.Schema{}
		for _, n := range m.Nodes {
			rel := c.Relation(n.UniqueID)
			if rel == nil {
				continue
			}
			name := n.RelationName
			if name == "" {
				name = n.Database + "." + n.Schema + "." + n.Alias
			}
			var cols []bind.Column
			for _, col := range rel.Columns {
				cols = append(cols, bind.NewColumn(col.Name, bind.ParseType(col.Type, g.Dialect())))
			}
			schema.Add(name, cols, false)
		}
		for _, n := range m.Nodes {
			truth := c.Relation(n.UniqueID)
			if n.Kind != manifest.KindModel || n.Language == "python" || strings.TrimSpace(n.Compiled) == "" || truth == nil {
				continue
			}
			r := bind.Bind(syntax.Parse(n.Compiled, g.Dialect()), schema)
			counts := []*count{all}
			if filepath.Base(dir) != unfitting {
				counts = append(counts, fitting)
			}
			if g.Dialect().Name == "bigquery" {
				counts = append(counts, bigquery)
			}
			missing, extra := compareOutputs(r, truth)
			for _, c := range counts {
				c.total++
				if len(missing)+len(extra) == 0 {
					c.right++
				}
			}
			if len(missing)+len(extra) > 0 {
				t.Logf("%s %s: missing %v, extra %v", shortName(dir), n.UniqueID, missing, extra)
			}
		}
	}
	t.Logf("inputs from the catalog: all adapters %d of %d, without the catalog that does not fit %d of %d, bigquery %d of %d",
		all.right, all.total, fitting.right, fitting.total, bigquery.right, bigquery.total)
	if bigquery.right != bigquery.total {
		t.Errorf("bigquery: %d of %d", bigquery.right, bigquery.total)
	}
	if fitting.right <= 1681 {
		t.Errorf("all adapters: %d of %d, no more than 1,681 of 1,690", fitting.right, fitting.total)
	}
}

func compareOutputs(r *bind.Result, truth *manifest.Relation) (missing, extra []string) {
	want, have := map[string]bool{}, map[string]bool{}
	for _, c := range truth.Columns {
		name := strings.ToLower(c.Name)
		if i := strings.IndexByte(name, '.'); i > 0 && want[name[:i]] {
			continue
		}
		want[name] = true
	}
	for i := range r.Outputs {
		have[strings.ToLower(r.Outputs[i].Name)] = true
	}
	for name := range want {
		if !have[name] {
			missing = append(missing, name)
		}
	}
	for name := range have {
		if !want[name] && !strings.Contains(name, ".") {
			extra = append(extra, name)
		}
	}
	sort.Strings(missing)
	sort.Strings(extra)
	return missing, extra
}
