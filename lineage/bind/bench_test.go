package bind_test

import (
	"fmt"
	"strings"
	"testing"

	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// benchModel is a model of 53 lines and 34 columns, as dbt projects have them,
// and the columns of its two tables.
func benchModel() (sql string, orders, customers []bind.Column) {
	var b strings.Builder
	column := func(list *[]bind.Column, name, typ string) {
		*list = append(*list, bind.NewColumn(name, bind.ParseType(typ, syntax.Generic())))
	}
	b.WriteString("with orders as (\n    select * from `p.raw.orders`\n),\ncustomers as (\n    select * from `p.raw.customers`\n    where not deleted\n),\njoined as (\n    select\n")
	for _, name := range []string{"id", "customer_id", "created_at", "updated_at", "d"} {
		column(&orders, name, "timestamp")
	}
	column(&customers, "id", "int64")
	column(&customers, "deleted", "bool")
	for i := range 30 {
		switch i % 6 {
		case 0:
			fmt.Fprintf(&b, "        orders.column_%d,\n", i)
			column(&orders, fmt.Sprint("column_", i), "string")
		case 1:
			fmt.Fprintf(&b, "        customers.column_%d as customer_%d,\n", i, i)
			column(&customers, fmt.Sprint("column_", i), "string")
		case 2:
			fmt.Fprintf(&b, "        coalesce(orders.amount_%d, 0) * 1.1 as amount_%d,\n", i, i)
			column(&orders, fmt.Sprint("amount_", i), "numeric")
		case 3:
			fmt.Fprintf(&b, "        case when orders.status_%d = 'open' then 1 else 0 end as is_open_%d,\n", i, i)
			column(&orders, fmt.Sprint("status_", i), "string")
		case 4:
			fmt.Fprintf(&b, "        cast(orders.created_%d as timestamp) as created_%d,\n", i, i)
			column(&orders, fmt.Sprint("created_", i), "string")
		default:
			fmt.Fprintf(&b, "        sum(orders.total_%d) over (partition by orders.id order by orders.d) as total_%d,\n", i, i)
			column(&orders, fmt.Sprint("total_", i), "numeric")
		}
	}
	b.WriteString("        row_number() over (partition by orders.id order by orders.updated_at desc) as rn\n    from orders\n    left join customers\n        on orders.customer_id = customers.id\n    where orders.created_at >= timestamp('2020-01-01')\n)\nselect * except (rn)\nfrom joined\nwhere rn = 1\n")
	return b.String(), orders, customers
}

func BenchmarkBind(b *testing.B) {
	for _, name := range []string{"bigquery", "duckdb", "snowflake"} {
		b.Run(name, func(b *testing.B) {
			d := dialect(b, name)
			sql, orders, customers := benchModel()
			if name != "bigquery" {
				sql = strings.ReplaceAll(strings.ReplaceAll(sql, "`", ""), "except (rn)", "exclude (rn)")
			}
			s := &bind.Schema{}
			s.Add("p.raw.orders", orders, false)
			s.Add("p.raw.customers", customers, false)
			file := syntax.Parse(sql, d)
			b.SetBytes(int64(len(sql)))
			b.ReportAllocs()
			for b.Loop() {
				if r := bind.Bind(file, s); r.Failed() {
					b.Fatal(r.Diagnostics)
				}
			}
		})
	}
}
