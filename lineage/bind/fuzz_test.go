package bind_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"impact/internal/cputime"
	"impact/internal/shared"
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// fuzzDialects are those that differ most.
var fuzzDialects = []string{"bigquery", "duckdb", "postgres", "snowflake", "databricks", "redshift", "mysql", "sqlserver", "trino", "generic"}

// guessed is a catalog made from the words of a text: which of them are columns
// of a table, and of which types, follows from a seed.
type guessed struct {
	words []string
	rnd   *rand.Rand
	rels  map[string]*bind.Relation
	types []*bind.Type
}

var word = regexp.MustCompile(`[\pL_][\pL\d_]*`)

func newGuessed(sql string, seed uint64, d *syntax.Dialect) *guessed {
	g := &guessed{rnd: rand.New(rand.NewPCG(seed, 1)), rels: map[string]*bind.Relation{}}
	seen := map[string]bool{}
	for _, w := range word.FindAllString(sql, 200) {
		if key := strings.ToLower(w); !seen[key] {
			seen[key] = true
			g.words = append(g.words, w)
		}
	}
	field := "a"
	if len(g.words) > 0 {
		field = g.words[g.rnd.IntN(len(g.words))]
	}
	for _, text := range []string{
		"", "INT64", "STRING", "TIMESTAMP", "JSON", "STRUCT<" + field + " INT64, b STRING>", "ARRAY<STRING>",
		"ARRAY<STRUCT<" + field + " INT64, c ARRAY<STRUCT<d INT64>>>>", "MAP<STRING, INT64>",
	} {
		g.types = append(g.types, bind.ParseType(text, d))
	}
	return g
}

func (g *guessed) Relation(name []syntax.Ident) *bind.Relation {
	parts := make([]string, len(name))
	for i := range name {
		parts[i] = strings.ToLower(name[i].Name)
	}
	key := strings.Join(parts, ".")
	if r, ok := g.rels[key]; ok {
		return r
	}
	var r *bind.Relation
	if len(g.words) > 0 && g.rnd.IntN(5) > 0 {
		r = &bind.Relation{Name: key, ID: len(g.rels), Open: g.rnd.IntN(4) == 0}
		for range g.rnd.IntN(12) {
			r.Columns = append(r.Columns, bind.NewColumn(g.words[g.rnd.IntN(len(g.words))], g.types[g.rnd.IntN(len(g.types))]))
		}
		if g.rnd.IntN(4) == 0 {
			r.Dropped = append(r.Dropped, g.words[g.rnd.IntN(len(g.words))])
		}
		r.ValueTable = len(r.Columns) == 1 && g.rnd.IntN(4) == 0
	}
	g.rels[key] = r
	return r
}

// seeds are statements to start from.
func seeds(tb testing.TB) []string {
	tb.Helper()
	var out []string
	files, err := filepath.Glob(filepath.Join("testdata", "cases", "*.txt"))
	if err != nil {
		tb.Fatal(err)
	}
	for _, file := range files {
		for _, c := range readCases(tb, file) {
			out = append(out, c.sql)
		}
	}
	dir, ok := shared.Lookup()
	if !ok {
		return out
	}
	src, err := os.ReadFile(filepath.Join(dir, "cases", "tricky-bigquery.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var tricky struct {
		Cases []struct {
			SQL string `json:"sql"`
		} `json:"cases"`
	}
	if err := json.NewDecoder(bytes.NewReader(src)).Decode(&tricky); err != nil {
		tb.Fatal(err)
	}
	for _, c := range tricky.Cases {
		out = append(out, c.SQL)
	}
	for _, c := range devCases(tb) {
		out = append(out, c.SQL)
	}
	return out
}

// slowest is how long one statement of a fuzz run may take.
const slowest = time.Second

func FuzzBind(f *testing.F) {
	for i, sql := range seeds(f) {
		f.Add(sql, uint8(i), uint64(i))
	}
	for i := range fuzzDialects { // names without a letter
		f.Add("select ``, [], ``.``, ``.a, ``(), a.``() from ``.`` as `` join `` using (``)", uint8(i), uint64(i))
		f.Add(`select "", "".a, a."", ""(), "$" from "" as "" where "" in ("$")`, uint8(i), uint64(i))
		// Calls of nothing.
		f.Add("from unnest() a", uint8(i), uint64(i))
		f.Add("select unnest(), explode(), flatten() from unnest() a, explode() b, table(flatten()) c lateral view explode() d as e", uint8(i), uint64(i))
	}
	var reader syntax.Reader // what the texts before have left in them must not matter
	var binder bind.Binder
	f.Fuzz(func(t *testing.T, sql string, which uint8, seed uint64) {
		if len(sql) > 1<<14 {
			return
		}
		d := dialect(t, fuzzDialects[int(which)%len(fuzzDialects)])
		var r *bind.Result
		took := cputime.Of(func() { r = bind.Bind(syntax.Parse(sql, d), newGuessed(sql, seed, d)) })
		if took > slowest {
			t.Errorf("took %s", took)
		}
		checkResult(t, sql, r)
		again := binder.Bind(reader.Parse(sql, d), newGuessed(sql, seed, d))
		if !reflect.DeepEqual(r, again) {
			t.Errorf("in memory that was used before the result is another one:\n%+v\nwant\n%+v", again, r)
		}
	})
}

// checkResult holds a result to what its documentation says of every result.
func checkResult(t *testing.T, sql string, r *bind.Result) {
	t.Helper()
	for i, l := range r.Leaves {
		if l.Input < 0 || l.Input >= len(r.Inputs) {
			t.Errorf("leaf %d is of input %d of %d", i, l.Input, len(r.Inputs))
		}
	}
	for _, in := range r.Inputs {
		if in == nil {
			t.Fatal("an input is nil")
		}
	}
	for _, u := range r.Unknown {
		if u < 0 || u >= len(r.Inputs) {
			t.Errorf("unknown input %d of %d", u, len(r.Inputs))
		}
	}
	sources := func(what string, list []bind.Source) {
		for i, s := range list {
			if s.Leaf < 0 || s.Leaf >= len(r.Leaves) {
				t.Errorf("%s: source %d is leaf %d of %d", what, i, s.Leaf, len(r.Leaves))
			}
			if int(s.Pos) > len(sql) || s.Pos < -1 {
				t.Errorf("%s: source %d stands at %d of %d", what, i, s.Pos, len(sql))
			}
			if s.Kind > bind.Aggregate || s.Confidence > bind.Widened {
				t.Errorf("%s: source %d has kind %d, confidence %d", what, i, s.Kind, s.Confidence)
			}
		}
	}
	for i := range r.Outputs {
		o := &r.Outputs[i]
		sources(o.Name, o.Sources)
		all := map[int]bool{}
		for _, s := range o.Sources {
			all[s.Leaf] = true
		}
		for _, p := range o.Parts {
			sources(o.Name+"."+p.Path, p.Sources)
			for _, s := range p.Sources {
				if !all[s.Leaf] {
					t.Errorf("column %q lacks leaf %d of its part %q", o.Name, s.Leaf, p.Path)
				}
			}
		}
		if o.Star && o.Name != "*" {
			t.Errorf("a star is called %q", o.Name)
		}
		checkSpan(t, sql, o.Span)
	}
	for _, u := range r.Uses {
		if u.Leaf < 0 || u.Leaf >= len(r.Leaves) || u.Kind > bind.Window {
			t.Errorf("use of leaf %d of %d, kind %d", u.Leaf, len(r.Leaves), u.Kind)
		}
		if !u.Rows && len(u.Outputs) == 0 {
			t.Errorf("a use of leaf %d decides nothing", u.Leaf)
		}
		for _, o := range u.Outputs {
			if o < 0 || o >= len(r.Outputs) {
				t.Errorf("a use names output %d of %d", o, len(r.Outputs))
			}
		}
	}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		checkSpan(t, sql, d.Span)
		if d.Message == "" || d.Code == "" {
			t.Errorf("a diagnostic says nothing: %+v", d)
		}
	}
}

func checkSpan(t *testing.T, sql string, s syntax.Span) {
	t.Helper()
	if s.Pos < -1 || s.End < s.Pos || int(s.End) > len(sql) {
		t.Errorf("span %d to %d of %d", s.Pos, s.End, len(sql))
	}
}
