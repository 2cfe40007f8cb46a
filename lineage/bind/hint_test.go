package bind_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"impact/internal/cputime"
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

const hintSchema = `{
	"p.d.orders": {"order_id": "INT64", "amount": "NUMERIC", "made_at": "TIMESTAMP", "addr": "STRUCT<city STRING, zip STRING>", "items": "ARRAY<STRUCT<sku STRING>>"},
	"p.d.customers": {"customer_id": "INT64", "name": "STRING"}
}`

// TestDiagnosticsSayWhatWasMeant looks at the hints of statements in which one
// name is wrong.
func TestDiagnosticsSayWhatWasMeant(t *testing.T) {
	t.Parallel()
	d := dialect(t, "bigquery")
	schema, _, err := bind.ReadSchema(strings.NewReader(hintSchema), d)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, sql, want string }{
		{"a column", "select amuont from p.d.orders", "unknown-column: did you mean amount?"},
		{"a column of a table with an alias", "select o.order_di from p.d.orders o", "unknown-column: did you mean order_id?"},
		{"a column of the other table", "select o.customer_id from p.d.orders o join p.d.customers c on o.order_id = c.customer_id", "unknown-column: did you mean c.customer_id?"},
		{"a table's alias", "select ordrs.amount from p.d.orders join p.d.customers using (order_id)", "unknown-column: did you mean orders?; unknown-column: only one side has it: join ON what is equal"},
		{"a field", "select addr.ctiy from p.d.orders", "unknown-column: did you mean city?"},
		{"a field of an element", "select i.sk from p.d.orders, unnest(items) as i", "unknown-column: did you mean sku?"},
		{"EXCEPT", "select * except (amout) from p.d.orders", "unknown-column: did you mean amount?"},
		{"REPLACE", "select * replace (1 as amout) from p.d.orders", "unknown-column: did you mean amount?"},
		{"a pipe's DROP", "from p.d.orders |> drop amout", "unknown-column: did you mean amount?"},
		{"a pipe's SET", "from p.d.orders |> set amout = 1", "unknown-column: did you mean amount?"},
		{"a pipe's RENAME", "from p.d.orders |> rename amout as b", "unknown-column: did you mean amount?"},
		{"a column that INSERT fills", "insert into p.d.orders (order_di) select 1", "unknown-column: did you mean order_id?"},
		{"a column that UPDATE sets", "update p.d.orders set amout = 1 where true", "unknown-column: did you mean amount?"},
		{"BY NAME", "select order_id from p.d.orders union all by name on (order_di) select 1 as order_id", "unknown-column: did you mean order_id?"},
		{"a table", "select 1 as a from p.d.ordres", "unknown-relation: did you mean p.d.orders?"},
		{"a table elsewhere", "select 1 as a from q.e.orders", "unknown-relation: did you mean p.d.orders?"},
		{"a table by its last part", "select 1 as a from custmers", "unknown-relation: did you mean p.d.customers?"},
		{"a query of WITH", "with latest as (select 1 as a) select a from lastest", "unknown-relation: did you mean latest?"},
		{"a variable", "declare since date; select order_id from p.d.orders where made_at > sinec", "unknown-column: did you mean since?"},
		{"an alias in WHERE", "select amount * 2 as twice from p.d.orders where twice > 4",
			"unknown-column: twice is a name that the select list gives, and is not seen here: repeat its expression, or put a query around"},
		{"an alias beside it", "select amount * 2 as twice, twice + 1 as more from p.d.orders",
			"unknown-column: twice is a name that the select list gives, and is not seen here: repeat its expression, or put a query around"},
		{"nothing is near", "select zebra from p.d.orders", "unknown-column: "},
		{"FROM", "select amount fron p.d.orders", "syntax: did you mean FROM?"},
		{"WHERE", "select amount from p.d.orders wehre amount > 1", "syntax: did you mean WHERE?"},
		{"GROUP", "select amount from p.d.orders where amount > 1 gruop by amount", "syntax: did you mean GROUP?"},
		{"SELECT", "selct amount from p.d.orders", "syntax: did you mean SELECT?"},
		{"USING", "select 1 as a from p.d.orders join p.d.customers using (custmer_id)", "unknown-column: did you mean customer_id?"},
		{"a table's name is no keyword", "insert into p.d.orders", "syntax: "},
		{"a bracket", "select sum(amount from p.d.orders", `syntax: the "(" of 1:11 is not closed`},
		{"what FROM reads is not understood", "select amount from {{ ref('orders') }}", "syntax: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := bind.Bind(syntax.Parse(c.sql, d), schema)
			var got []string
			for i := range r.Diagnostics {
				got = append(got, fmt.Sprintf("%s: %s", r.Diagnostics[i].Code, r.Diagnostics[i].Hint))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("(-want +got)\n%s\n%v", diff, r.Diagnostics)
			}
		})
	}
}

// TestHintsTakeLittleTime has a thousand long wrong names among a thousand alike.
func TestHintsTakeLittleTime(t *testing.T) {
	t.Parallel()
	d := dialect(t, "bigquery")
	schema := &bind.Schema{}
	var cols []bind.Column
	var sql strings.Builder
	for i := range 1000 {
		name := fmt.Sprintf("%s_%d", strings.Repeat("a", 190), i)
		cols = append(cols, bind.NewColumn(name, nil))
		fmt.Fprintf(&sql, "%s\nt.b%s", map[bool]string{true: "select ", false: ", "}[i == 0], name[1:])
	}
	schema.Add("p.d.t", cols, false)
	file := syntax.Parse(sql.String()+" from p.d.t", d)
	if took := cputime.Of(func() { bind.Bind(file, schema) }); took > time.Second {
		t.Errorf("took %v", took)
	}
}
