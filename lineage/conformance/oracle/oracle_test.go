package oracle

import (
	"fmt"
	"strings"
	"testing"
)

var tables = []*Table{
	{Name: "p.d.o", Columns: []Column{
		{Name: "id", Type: "INT64"}, {Name: "c", Type: "STRING"}, {Name: "made", Type: "TIMESTAMP"},
		{Name: "addr", Type: "STRUCT<city STRING, geo STRUCT<lat FLOAT64, lng FLOAT64>>"},
		{Name: "items", Type: "ARRAY<STRUCT<sku STRING, qty INT64>>"},
		{Name: "amount", Type: "NUMERIC"},
	}},
	{Name: "p.d.x", Columns: []Column{{Name: "id", Type: "INT64"}, {Name: "n", Type: "STRING"}}},
	{Name: "p.d.day_*", Columns: []Column{{Name: "id", Type: "INT64"}}},
}

// TestTreesAreRead states for each construct what is to be read from its tree:
// the sources of each output column, and the uses.
func TestTreesAreRead(t *testing.T) {
	o, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, sql, columns, uses string }{
		{"a field of a struct", "select addr.geo.lat from p.d.o", "o.addr.geo.lat", ""},
		{"a struct and a field of it", "select s.b from (select struct(id as a, c as b) as s from p.d.o)", "o.c", ""},
		{"an array of structs taken apart again", "select e.b from (select array_agg(struct(id as a, c as b) order by made) as l from p.d.o), unnest(l) e", "o.c", "order o.made"},
		{"elements and their place", "select i.sku, n from p.d.o, unnest(items) i with offset n", "o.items.sku; o.items", "join o.items"},
		{"a condition is a source of the value", "select if(id > 1, c, 'x') from p.d.o", "o.c o.id", ""},
		{"fields through a condition", "select if(id > 1, addr, null).city from p.d.o", "o.addr.city o.id", ""},
		{"EXISTS has no source", "select exists(select 1 from p.d.x where x.id = o.id) from p.d.o", "", "filter o.id filter x.id"},
		{"IN has both sides", "select id in (select id from p.d.x) from p.d.o", "o.id x.id", ""},
		{"keys of windows are uses", "select sum(id) over (partition by c order by made) from p.d.o", "o.id", "window o.c window o.made"},
		{"a query that reads itself", "with recursive r as (select id, c from p.d.o union all select r.id, x.n from r join p.d.x using (id)) select * from r", "o.id; o.c x.n", "join o.id join x.id"},
		{"PIVOT", "select * from (select c, id, n from p.d.o join p.d.x using (id)) pivot (sum(id) for c in ('a', 'b'))", "x.n; o.id; o.id", "group o.c group x.n join o.id join x.id"},
		{"UNPIVOT leaves out the rows of NULLs", "select v, k from (select id as a, id + 1 as b, c from p.d.o) unpivot (v for k in (a, b))", "o.id; o.id", "filter o.id"},
		{"UNPIVOT with NULLs", "select v, k from (select id as a, id + 1 as b, c from p.d.o) unpivot include nulls (v for k in (a, b))", "o.id; o.id", ""},
		{"a set operation by position", "select id from p.d.o union distinct select id from p.d.x", "o.id x.id", "group o.id group x.id"},
		{"a struct that is the whole row", "select as struct id, c from p.d.o", "o.id; o.c", ""},
		{"EXCEPT joins its second query", "select id from p.d.o except distinct select id from p.d.x", "o.id x.id", "group o.id group x.id join x.id"},
		{"a lambda that takes nothing from its array", "select array_transform(items, i -> id) from p.d.o", "o.id o.items", ""},
		{"a lambda", "select array_transform(items, i -> i.qty + id) from p.d.o", "o.id o.items.qty", ""},
		{"the suffix of a wildcard table", "select _table_suffix from `p.d.day_*`", "day_*._TABLE_SUFFIX", ""},
		{"pipes", "from p.d.o |> where id > 1 |> aggregate max(made) as m group by c", "o.c; o.made", "filter o.id group o.c"},
		{"MERGE", "merge p.d.x using p.d.o on x.id = o.id when matched then update set n = c when not matched then insert (id, n) values (o.id, 'x')", "o.c; o.id", "join o.id join x.id"},
		{"a function that the statement before makes", "create temp function f(x int64) as (x * 2); select f(id) from p.d.o", "o.id", ""},
		{"a function that nobody knows", "select k from p.d.o, unnest(p.d.keys(c, id)) k", "o.c o.id", "join o.c join o.id"},
		{"functions that the analyzer lacks", "select max_by(c, id), contains_substr(c, 'x') from p.d.o group by c", "o.c o.id; o.c", "group o.c"},
		{"the last moment that there is", "select timestamp '9999-12-31 23:59:59'", "", ""},
	} {
		a := o.Analyze(c.sql, tables)
		if a.Error != "" {
			t.Errorf("%s: %s", c.name, a.Error)
			continue
		}
		var columns, uses []string
		for _, out := range a.Outputs {
			columns = append(columns, strings.ReplaceAll(strings.Trim(fmt.Sprint(out.Sources), "[]"), "p.d.", ""))
		}
		for _, u := range a.Uses {
			uses = append(uses, strings.ReplaceAll(u.String(), "p.d.", ""))
		}
		if got := strings.Join(columns, "; "); got != c.columns {
			t.Errorf("%s: columns come from %q, want %q", c.name, got, c.columns)
		}
		if got := strings.Join(uses, " "); got != c.uses {
			t.Errorf("%s: uses are %q, want %q", c.name, got, c.uses)
		}
	}
}

func TestErrorsAreAnswers(t *testing.T) {
	o, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, sql, want string }{
		{"a name that is not there", "select o.nope from p.d.o as o", "Name nope not found inside o [at 1:10]"},
		{"a tab counts as one character", "select\to.nope from p.d.o as o", "Name nope not found inside o [at 1:10]"},
		{"a table that is not there", "select 1 from p.d.nope", "Table not found: p.d.nope"},
		{"no SQL at all", "hello", "Syntax error"},
		{"nothing", "", "Syntax error"},
	} {
		if a := o.Analyze(c.sql, tables); !strings.Contains(a.Error, c.want) {
			t.Errorf("%s: %q, want %q", c.name, a.Error, c.want)
		}
	}
	ok, text := o.Counterfactual("select c from p.d.o", tables, "p.d.o", "C")
	if ok || !strings.Contains(text, "Unrecognized name: c") {
		t.Errorf("without a column: %v %q", ok, text)
	}
	if ok, text := o.Counterfactual("select * from p.d.o", tables, "p.d.o", "c"); !ok {
		t.Errorf("without a column of a star: %s", text)
	}
}

func TestTypesAreWrittenAsBigQueryDoes(t *testing.T) {
	o, err := New()
	if err != nil {
		t.Fatal(err)
	}
	a := o.Analyze("select addr, items, [o.made], 1 / 2, b'x', null from p.d.o as o", tables)
	want := []string{
		"STRUCT<city STRING, geo STRUCT<lat FLOAT64, lng FLOAT64>>", "ARRAY<STRUCT<sku STRING, qty INT64>>",
		"ARRAY<TIMESTAMP>", "FLOAT64", "BYTES", "INT64",
	}
	if a.Error != "" || len(a.Outputs) != len(want) {
		t.Fatalf("%s: %d columns", a.Error, len(a.Outputs))
	}
	for i, out := range a.Outputs {
		if out.Type != want[i] {
			t.Errorf("column %d: %s, want %s", i+1, out.Type, want[i])
		}
	}
}
