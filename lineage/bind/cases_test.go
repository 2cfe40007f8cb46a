package bind_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/internal/shared"
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

func dialect(t testing.TB, name string) *syntax.Dialect {
	t.Helper()
	d, ok := syntax.Lookup(name)
	if !ok {
		t.Fatalf("no dialect %s", name)
	}
	return d
}

// sourcesOf is "relation.column" of every source of an output, sorted, with the
// relation's last part only.
func sourcesOf(r *bind.Result, o *bind.Output) []string {
	seen := map[string]bool{}
	out := []string{}
	for _, s := range o.Sources {
		l := r.Leaves[s.Leaf]
		name := r.Inputs[l.Input].Name
		name = name[strings.LastIndexByte(name, '.')+1:] + "." + l.Column
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

func equalFold(x, y []string) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !strings.EqualFold(x[i], y[i]) {
			return false
		}
	}
	return true
}

// TestTrickyQueries holds the binder to truths that were written by hand.
func TestTrickyQueries(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(filepath.Join(shared.Dir(t), "cases", "tricky-bigquery.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Schema json.RawMessage `json:"schema"`
		Cases  []struct {
			Name    string              `json:"name"`
			SQL     string              `json:"sql"`
			Columns map[string][]string `json:"columns"`
			Uses    map[string][]string `json:"uses"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(src, &file); err != nil {
		t.Fatal(err)
	}
	d := dialect(t, "bigquery")
	right := 0
	for _, c := range file.Cases {
		schema, _, err := bind.ReadSchema(bytes.NewReader(file.Schema), d)
		if err != nil {
			t.Fatal(err)
		}
		r := bind.Bind(syntax.Parse(c.SQL, d), schema)
		ok := true
		fail := func(format string, args ...any) {
			ok = false
			t.Errorf("%s: %s\n\t%s", c.Name, fmt.Sprintf(format, args...), c.SQL)
		}
		got := map[string][]string{}
		for i := range r.Outputs {
			got[r.Outputs[i].Name] = sourcesOf(r, &r.Outputs[i])
		}
		for name, want := range c.Columns {
			sort.Strings(want)
			if have, found := got[name]; !found || !equalFold(have, want) {
				fail("column %s comes from %v, want %v (all: %v)", name, have, want, got)
			}
		}
		for kind, want := range c.Uses {
			var have []string
			for _, u := range r.Uses {
				if u.Kind.String() == kind {
					l := r.Leaves[u.Leaf]
					name := r.Inputs[l.Input].Name
					have = append(have, name[strings.LastIndexByte(name, '.')+1:]+"."+l.Column)
				}
			}
			sort.Strings(have)
			sort.Strings(want)
			if diff := cmp.Diff(want, have); diff != "" {
				fail("uses of kind %s:\n%s", kind, diff)
			}
		}
		for _, diag := range r.Diagnostics {
			if diag.Error {
				fail("error %s: %s", diag.Code, diag.Message)
			}
		}
		if ok {
			right++
		}
	}
	t.Logf("tricky-bigquery.json: %d of %d right", right, len(file.Cases))
}

type devCase struct {
	ID      string              `json:"id"`
	SQL     string              `json:"sql"`
	Columns [][]json.RawMessage `json:"columns"`
	Clean   bool                `json:"clean"`
}

func devCases(t testing.TB) []devCase {
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
	var out []devCase
	in := bufio.NewScanner(z)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		var c devCase
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// different are the clean cases that we answer in another way, with the reason.
var different = map[string]string{
	"basics:24":       "(kv).key is key alone: we keep fields apart where the analyzer builds the row first",
	"value_tables:19": "the schema does not say that the table is a value table, so its column keeps its name",
}

// TestGoogleSQLCases compares with the lineage that follows from the trees that
// GoogleSQL's own analyzer resolves. Output names are compared where the query
// gives them; values are compared by position.
func TestGoogleSQLCases(t *testing.T) {
	t.Parallel()
	schemaText, err := os.ReadFile(filepath.Join(shared.Dir(t), "cases", "googlesql-schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := dialect(t, "bigquery")
	var clean, exact, other, otherExact, missing int
	var wrong, unclean []string
	for _, c := range devCases(t) {
		schema, _, err := bind.ReadSchema(bytes.NewReader(schemaText), d)
		if err != nil {
			t.Fatal(err)
		}
		file := syntax.Parse(c.SQL, d)
		r := bind.Bind(file, schema)
		problem, lost := compareDev(t, r, &c)
		switch {
		case c.Clean:
			clean++
			if problem == "" {
				exact++
			} else {
				wrong = append(wrong, fmt.Sprintf("%s: %s: %s\n%s", c.ID, different[c.ID], problem, c.SQL))
				if different[c.ID] == "" {
					t.Errorf("%s: %s\n%s", c.ID, problem, c.SQL)
				}
				if lost && r.Confidence != bind.Widened {
					missing++
				}
			}
		default:
			other++
			if problem == "" {
				otherExact++
			} else {
				unclean = append(unclean, fmt.Sprintf("not clean: %s: %s\n%s", c.ID, problem, c.SQL))
			}
		}
	}
	for _, w := range wrong {
		t.Log(w)
	}
	if testing.Verbose() {
		for _, w := range unclean {
			t.Log(w)
		}
	}
	t.Logf("googlesql-dev: %d of %d clean cases exact (%.1f %%), %d with a source missing and not widened; others: %d of %d exact",
		exact, clean, 100*float64(exact)/float64(clean), missing, otherExact, other)
}

// compareDev returns what is wrong, and whether a source is missing.
func compareDev(t *testing.T, r *bind.Result, c *devCase) (problem string, missing bool) {
	t.Helper()
	if len(r.Outputs) != len(c.Columns) {
		names := []string{}
		for i := range r.Outputs {
			names = append(names, r.Outputs[i].Name)
		}
		return fmt.Sprintf("%d columns %v, want %d; %v", len(r.Outputs), names, len(c.Columns), r.Diagnostics), true
	}
	for i, col := range c.Columns {
		var name string
		var want []string
		if err := json.Unmarshal(col[0], &name); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(col[1], &want); err != nil {
			t.Fatal(err)
		}
		sort.Strings(want)
		have := sourcesOf(r, &r.Outputs[i])
		if !strings.HasPrefix(name, "$") && !strings.EqualFold(name, r.Outputs[i].Name) {
			return fmt.Sprintf("column %d is called %q, want %q", i, r.Outputs[i].Name, name), false
		}
		lower := func(x []string) []string {
			out := make([]string, len(x))
			for i := range x {
				out[i] = strings.ToLower(x[i])
			}
			sort.Strings(out)
			return out
		}
		h, w := lower(have), lower(want)
		if !equalFold(h, w) {
			set := map[string]bool{}
			for _, x := range h {
				set[x] = true
			}
			lost := false
			for _, x := range w {
				lost = lost || !set[x]
			}
			return fmt.Sprintf("column %d %s comes from %v, want %v; %v", i, name, have, want, r.Diagnostics), lost
		}
	}
	return "", false
}
