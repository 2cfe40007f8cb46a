package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// benchModel is a model of 53 lines and 34 columns, as dbt projects have them.
func benchModel() string {
	var b strings.Builder
	b.WriteString("with orders as (\n    select * from `project-prod.lake_raw.orders`\n),\ncustomers as (\n    select * from `project-prod.lake_raw.customers`\n    where not deleted\n),\njoined as (\n    select\n")
	for i := range 30 {
		switch i % 6 {
		case 0:
			fmt.Fprintf(&b, "        orders.column_%d,\n", i)
		case 1:
			fmt.Fprintf(&b, "        customers.column_%d as customer_%d,\n", i, i)
		case 2:
			fmt.Fprintf(&b, "        coalesce(orders.amount_%d, 0) * 1.1 as amount_%d,\n", i, i)
		case 3:
			fmt.Fprintf(&b, "        case when orders.status_%d = 'open' then 1 else 0 end as is_open_%d,\n", i, i)
		case 4:
			fmt.Fprintf(&b, "        cast(orders.created_%d as timestamp) as created_%d,\n", i, i)
		default:
			fmt.Fprintf(&b, "        sum(orders.total_%d) over (partition by orders.id order by orders.d) as total_%d,\n", i, i)
		}
	}
	b.WriteString("        row_number() over (partition by orders.id order by orders.updated_at desc) as rn\n    from orders\n    left join customers\n        on orders.customer_id = customers.id\n    where orders.created_at >= timestamp('2020-01-01')\n)\nselect * except (rn)\nfrom joined\nwhere rn = 1\n")
	return b.String()
}

func BenchmarkLex(b *testing.B) {
	src := benchModel()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		lex(src, bigquery)
	}
}

func BenchmarkParse(b *testing.B) {
	src := benchModel()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if f := Parse(src, bigquery); len(f.Errors) > 0 {
			b.Fatal(f.Errors[0])
		}
	}
}

func BenchmarkParseTenThousandItems(b *testing.B) {
	src := "select " + strings.Repeat("t.column_name as other_name, ", 10_000) + "b from t"
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(src, bigquery)
	}
}

func BenchmarkPosition(b *testing.B) {
	f := Parse(benchModel(), bigquery)
	b.ReportAllocs()
	for b.Loop() {
		f.Position(Pos(len(f.Src) / 2))
	}
}
