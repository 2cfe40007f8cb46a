package syntax_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"impact/internal/shared"
	"impact/lineage/syntax"
)

// A sample is one SQL text of the shared data.
type sample struct {
	name, adapter, sql string
}

func (s *sample) parse() *syntax.File {
	d, ok := syntax.Lookup(s.adapter)
	if !ok {
		d = syntax.Generic()
	}
	return syntax.Parse(s.sql, d)
}

// complaint formats a file's first error for people.
func complaint(f *syntax.File) string {
	e := f.Errors[0]
	pos := f.Position(e.Pos)
	return fmt.Sprintf("%d:%d: %s\n%s", pos.Line, pos.Col, e.Message, syntax.Excerpt(f.Src, syntax.Span{Pos: e.Pos, End: e.End}))
}

// compiledSQL reads the compiled models, snapshots and tests of all manifests
// under root.
func compiledSQL(t testing.TB, root string) []sample {
	t.Helper()
	var out []sample
	err := filepath.WalkDir(filepath.Join(root, "corpus"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "manifest.json.gz" {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			return err
		}
		var m struct {
			Metadata struct {
				AdapterType string `json:"adapter_type"`
			}
			Nodes map[string]struct {
				ResourceType string `json:"resource_type"`
				CompiledCode string `json:"compiled_code"`
				CompiledSQL  string `json:"compiled_sql"`
				Language     string
			}
		}
		if err := json.NewDecoder(z).Decode(&m); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		adapter := m.Metadata.AdapterType
		if adapter == "" {
			adapter = "bigquery"
		}
		dir, err := filepath.Rel(filepath.Join(root, "corpus"), filepath.Dir(path))
		if err != nil {
			return err
		}
		for id, n := range m.Nodes {
			switch n.ResourceType {
			case "model", "snapshot", "test":
			default:
				continue
			}
			sql := n.CompiledCode
			if sql == "" {
				sql = n.CompiledSQL
			}
			if sql != "" && n.Language != "python" {
				out = append(out, sample{name: dir + " " + id, adapter: adapter, sql: sql})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

// invalid lists compiled SQL of the corpus that no warehouse would run, with the
// reason.
var invalid = map[string]string{
	"OpenLineage__OpenLineage/8f02abfb-snowflake-run model.jaffle_shop.orders": "a stray word between two CTEs, put there to make the run fail",
}

func TestCorpusParsesWithoutErrors(t *testing.T) {
	t.Parallel()
	read := map[string]int{}
	all := map[string]int{}
	for _, s := range compiledSQL(t, shared.Dir(t)) {
		f := s.parse()
		all[s.adapter]++
		_, expected := invalid[s.name]
		switch {
		case len(f.Errors) == 0:
			read[s.adapter]++
			if expected {
				t.Errorf("%s is listed as invalid but parses", s.name)
			}
		case !expected:
			t.Errorf("%s (%s): %s", s.name, s.adapter, complaint(f))
		}
	}
	var lines []string
	for adapter, n := range all {
		lines = append(lines, fmt.Sprintf("%s %d of %d", adapter, read[adapter], n))
	}
	sort.Strings(lines)
	t.Log(strings.Join(lines, ", "))
}

func TestTrickyCasesParseWithoutErrors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(shared.Dir(t), "cases", "tricky-bigquery.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Cases []struct{ Name, SQL string }
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Cases) != 32 {
		t.Fatalf("found %d cases, want 32", len(all.Cases))
	}
	for _, c := range all.Cases {
		s := sample{adapter: "bigquery", sql: c.SQL}
		if f := s.parse(); len(f.Errors) > 0 {
			t.Errorf("%s: %s", c.Name, complaint(f))
		}
	}
}

func TestCleanGoogleSQLCasesParseWithoutErrors(t *testing.T) {
	t.Parallel()
	var clean, other, failed int
	for _, c := range googleSQLCases(t) {
		s := sample{adapter: "bigquery", sql: c.SQL}
		f := s.parse()
		if c.Clean {
			clean++
			if len(f.Errors) > 0 {
				t.Errorf("%s: %s", c.ID, complaint(f))
			}
			continue
		}
		other++
		if len(f.Errors) > 0 {
			failed++
			t.Logf("not clean, %s: %s", c.ID, complaint(f))
		}
	}
	t.Logf("%d clean cases, %d others of which %d do not parse", clean, other, failed)
}

type googleSQLCase struct {
	ID, SQL string
	Clean   bool
}

func googleSQLCases(t testing.TB) []googleSQLCase {
	t.Helper()
	f, err := os.Open(filepath.Join(shared.Dir(t), "cases", "googlesql-dev.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []googleSQLCase
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c googleSQLCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
