package bind_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"impact/internal/shared"
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// FuzzBind binds any text in several dialects against tables that are known, in
// part known, or unknown: no panic, no long time, no index out of range, and the
// same result when it is bound again.
func FuzzBind(f *testing.F) {
	for _, sql := range []string{
		"", "select 1", "select * from a", "select a.*, b.y from a join b using (k)",
		"with t as (select * from a) select x, row_number() over (partition by k order by y) as n from t qualify n = 1",
		"select s.f, i.g from c, unnest(c.arr) as i with offset as o where exists (select 1 from b where b.k = c.k)",
		"with recursive r as (select k, y from b union all select r.k, b.y from r join b on b.k = r.k) select * from r",
		"from a |> extend x + 1 as z |> aggregate sum(z) as t group by k |> rename t as u |> drop u",
		"merge a using b on a.k = b.k when matched then update set x = b.y when not matched then insert (k, x) values (b.k, b.y)",
		"declare v int64; create temp table t as select * from a; if true then insert into t select * from a; end if; select * from t",
		"select * from (select k, x, y from a) pivot (sum(x) as s for y in ('p', 'q' as r))",
		"select * except (x) replace (upper(y) as y) from a union all by name select * from b",
	} {
		f.Add(sql)
	}
	if dir, ok := shared.Lookup(); ok {
		var file struct {
			Cases []struct {
				SQL string `json:"sql"`
			} `json:"cases"`
		}
		if src, err := os.ReadFile(filepath.Join(dir, "cases", "tricky-bigquery.json")); err == nil && json.Unmarshal(src, &file) == nil {
			for _, c := range file.Cases {
				f.Add(c.SQL)
			}
		}
	}
	f.Fuzz(func(t *testing.T, sql string) {
		for _, name := range []string{"bigquery", "duckdb", "snowflake", "postgres", "spark"} {
			d, _ := syntax.Lookup(name)
			start := time.Now()
			file := syntax.Parse(sql, d)
			r := bind.Bind(file, fuzzSchema(d))
			if took := time.Since(start); took > time.Second {
				t.Errorf("%s took %v", name, took)
			}
			checkResult(t, r, len(sql))
			again := bind.Bind(file, fuzzSchema(d))
			if len(again.Outputs) != len(r.Outputs) || len(again.Uses) != len(r.Uses) || len(again.Leaves) != len(r.Leaves) {
				t.Errorf("%s: bound again: %d, %d, %d instead of %d, %d, %d outputs, uses, leaves", name,
					len(again.Outputs), len(again.Uses), len(again.Leaves), len(r.Outputs), len(r.Uses), len(r.Leaves))
			}
		}
	})
}

func fuzzSchema(d *syntax.Dialect) *bind.Schema {
	s := &bind.Schema{}
	col := func(name, typ string) bind.Column { return bind.NewColumn(name, bind.ParseType(typ, d)) }
	s.Add("a", []bind.Column{col("k", "INT64"), col("x", "NUMERIC"), col("y", "STRING")}, false)
	s.Add("b", []bind.Column{col("k", "INT64"), col("y", "")}, true)
	s.Add("c", []bind.Column{col("k", "INT64"), col("s", "STRUCT<f INT64>"), col("arr", "ARRAY<STRUCT<g STRING>>")}, false)
	return s
}

// checkResult checks that everything a result refers to exists.
func checkResult(t *testing.T, r *bind.Result, size int) {
	t.Helper()
	leaf := func(i int) {
		if i < 0 || i >= len(r.Leaves) {
			t.Errorf("leaf %d of %d", i, len(r.Leaves))
		}
	}
	place := func(p syntax.Pos) {
		if int(p) > size || p < -1 {
			t.Errorf("place %d of %d bytes", p, size)
		}
	}
	for _, l := range r.Leaves {
		if l.Input < 0 || l.Input >= len(r.Inputs) {
			t.Errorf("input %d of %d", l.Input, len(r.Inputs))
		}
	}
	sources := func(list []bind.Source) {
		for i, s := range list {
			leaf(s.Leaf)
			place(s.Pos)
			if i > 0 && list[i-1].Leaf >= s.Leaf {
				t.Errorf("sources are not in order: %d before %d", list[i-1].Leaf, s.Leaf)
			}
		}
	}
	for i := range r.Outputs {
		sources(r.Outputs[i].Sources)
		for _, p := range r.Outputs[i].Parts {
			sources(p.Sources)
		}
	}
	for _, u := range r.Uses {
		leaf(u.Leaf)
		place(u.Pos)
		for _, o := range u.Outputs {
			if o < 0 || o >= len(r.Outputs) {
				t.Errorf("output %d of %d", o, len(r.Outputs))
			}
		}
	}
	for _, d := range r.Diagnostics {
		place(d.Span.Pos)
	}
}
