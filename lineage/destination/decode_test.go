package destination

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"impact/manifest"
)

var (
	testRef    = regexp.MustCompile(`^ref\('(\w+)'(?:, v=(\w+))?\)$`)
	testSource = regexp.MustCompile(`^source\('(\w+)', '(\w+)'\)$`)
)

// exposures makes of a dbt yml file what dbt's manifest says of its exposures.
func exposures(t testing.TB, name string, src []byte) []*manifest.Exposure {
	t.Helper()
	var file struct {
		Exposures []yaml.MapSlice `yaml:"exposures"`
	}
	if err := yaml.UnmarshalWithOptions(src, &file, yaml.UseOrderedMap()); err != nil {
		t.Fatal(err)
	}
	var entries []string
	for _, e := range file.Exposures {
		fields := map[string]string{"original_file_path": fmt.Sprintf("%q", name), "package_name": `"medical_jobs"`, "resource_type": `"exposure"`}
		id := ""
		for _, item := range e {
			key := item.Key.(string)
			if key == "name" {
				id = "exposure.medical_jobs." + item.Value.(string)
			}
			if key == "depends_on" {
				nodes := []string{}
				for _, v := range item.Value.([]any) {
					nodes = append(nodes, testID(v.(string)))
				}
				item.Value = map[string]any{"nodes": nodes, "macros": []string{}}
			}
			text, err := yaml.MarshalWithOptions(item.Value, yaml.JSON())
			if err != nil {
				t.Fatal(err)
			}
			fields[key] = string(text)
		}
		fields["unique_id"] = fmt.Sprintf("%q", id)
		var parts []string
		for k, v := range fields {
			parts = append(parts, fmt.Sprintf("%q: %s", k, v))
		}
		entries = append(entries, fmt.Sprintf("%q: {%s}", id, strings.Join(parts, ", ")))
	}
	text := `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": {}, "sources": {}, "exposures": {` +
		strings.Join(entries, ", ") + `}}`
	m, err := manifest.Decode(strings.NewReader(text), "manifest.json", manifest.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return m.Exposures
}

func testID(dep string) string {
	if m := testRef.FindStringSubmatch(dep); m != nil {
		if m[2] != "" {
			return "model.medical_jobs." + m[1] + ".v" + m[2]
		}
		return "model.medical_jobs." + m[1]
	}
	m := testSource.FindStringSubmatch(dep)
	return "source.medical_jobs." + m[1] + "." + m[2]
}

func TestDecodeAnswersAsTheGoldenFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/load/*.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			for _, e := range exposures(t, filepath.Base(file), src) {
				loads, problems := Decode(e, Options{Project: os.DirFS("testdata/load")})
				fmt.Fprintf(&out, "== %s: %d loads, %d problems\n", e.UniqueID, len(loads), len(problems))
				for _, l := range loads {
					writeLoad(t, &out, l)
				}
				for _, p := range problems {
					fmt.Fprintln(&out, p)
					if p.Hint != "" {
						fmt.Fprintln(&out, "    hint:", p.Hint)
					}
				}
			}
			golden(t, "load/"+filepath.Base(file)+".golden", []byte(out.String()))
		})
	}
}

func writeLoad(t *testing.T, out *strings.Builder, l *Load) {
	t.Helper()
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(out, "%s → %s %s %s\n%s\n", l.Name, l.Target(), l.Mode, l.Runner, text)
	for _, w := range l.Writes() {
		fmt.Fprintf(out, "  writes %s: %s %s\n", w.Column, w.Origin, w.From)
	}
	for _, r := range l.Reads() {
		fmt.Fprintf(out, "  reads %s: %s for %s\n", r.Column, r.Role, r.Target)
	}
}

func TestWithoutTheFileAProblemHasItsPathOnly(t *testing.T) {
	t.Parallel()
	src := []byte("exposures: [{name: x, depends_on: [ref('m')], meta: {impact: {destination: d, table: t, mode: append, delete: {sfot: a}}}}]")
	_, problems := Decode(exposures(t, "models/x.yml", src)[0], Options{})
	if len(problems) != 2 {
		t.Fatalf("got %v", problems)
	}
	want := `models/x.yml: exposure.medical_jobs.x: meta.impact.delete.sfot: unknown key "sfot"`
	if got := problems[0].Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if want := `did you mean "soft"?`; problems[0].Hint != want {
		t.Errorf("hint %q, want %q", problems[0].Hint, want)
	}
}

func TestExpandMapsTheColumnsThatNothingElseSets(t *testing.T) {
	t.Parallel()
	l := &Load{AllColumns: true, Key: []string{"id"}, Values: []Constant{{Column: "Source"}}, Stamp: Stamp{Write: "updated_at"}}
	got := l.Expand([]string{"id", "title", "source", "updated_at"})
	want := []Mapping{{"id", "id"}, {"title", "title"}}
	if diff := cmp.Diff(want, got.Columns); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if l.Columns != nil {
		t.Error("Expand changed its receiver")
	}
}

func TestLimitCountsRowsOrPercent(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		limit    Limit
		n, total int64
		want     bool
	}{
		{"five of a hundred are five percent", Limit{5, true}, 5, 100, false},
		{"six of a hundred are more than five percent", Limit{5, true}, 6, 100, true},
		{"any row of none is more than a percentage", Limit{5, true}, 1, 0, true},
		{"nothing of nothing is allowed", Limit{5, true}, 0, 0, false},
		{"a count does not look at the total", Limit{N: 10}, 10, 1, false},
		{"one more than the count is too many", Limit{N: 10}, 11, 1000, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.limit.Exceeded(tt.n, tt.total); got != tt.want {
				t.Errorf("%v.Exceeded(%d, %d) = %v", tt.limit, tt.n, tt.total, got)
			}
		})
	}
}

func TestReferencedColumnsNameTheirModel(t *testing.T) {
	t.Parallel()
	src := []byte(`
exposures:
  - name: dashboard
    depends_on: [ref('mart_jobs'), "ref('mart_companies', v=2)", "source('crm', 'areas')"]
    meta:
      referenced_columns:
        - {column_name: id, data_type: numeric, node: ref('mart_jobs')}
        - {column_name: name, node: "ref('mart_companies', v=2)"}
        - {column_name: name, node: "ref('medical_jobs', 'mart_companies')"}
        - {column_name: code, node: "{{ source('crm', 'areas') }}"}
        - {column_name: a, node: model.medical_jobs.mart_jobs}
        - {column_name: b, node: ref('elsewhere')}
        - {column_name: c}
        - {data_type: x}
        - 5
`)
	want := []ColumnRef{
		{"id", "numeric", "ref('mart_jobs')", "model.medical_jobs.mart_jobs"},
		{"name", "", "ref('mart_companies', v=2)", "model.medical_jobs.mart_companies.v2"},
		{"name", "", "ref('medical_jobs', 'mart_companies')", "model.medical_jobs.mart_companies.v2"},
		{"code", "", "{{ source('crm', 'areas') }}", "source.medical_jobs.crm.areas"},
		{"a", "", "model.medical_jobs.mart_jobs", "model.medical_jobs.mart_jobs"},
		{"b", "", "ref('elsewhere')", ""},
		{"c", "", "", ""},
	}
	if diff := cmp.Diff(want, ReferencedColumns(exposures(t, "x.yml", src)[0])); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
