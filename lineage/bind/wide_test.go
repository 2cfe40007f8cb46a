package bind_test

import (
	"fmt"
	"strings"
	"testing"

	"impact/internal/cputime"
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// width is how many columns the wide tables have, and how many items the wide
// lists.
const width = 10_000

// series is n texts of a format in which # is the number and @ the next one, with a
// separator.
func series(n int, format, sep string) string {
	var sb strings.Builder
	for i := range n {
		if i > 0 {
			sb.WriteString(sep)
		}
		sb.WriteString(strings.ReplaceAll(strings.ReplaceAll(format, "#", fmt.Sprint(i)), "@", fmt.Sprint(i+1)))
	}
	return sb.String()
}

// wideCatalog knows big, twin and typed, which have the columns c0 to c9999, and
// one, whose only column s is a struct of such fields; every other table is open.
type wideCatalog map[string]*bind.Relation

func newWideCatalog(n int) wideCatalog {
	names := make([]bind.Column, n)
	typed := make([]bind.Column, n)
	st := &bind.Type{Kind: bind.StructType}
	for i := range n {
		name := fmt.Sprint("c", i)
		names[i] = bind.NewColumn(name, nil)
		typed[i] = bind.NewColumn(name, bind.Basic(bind.Int64))
		st.Fields = append(st.Fields, bind.NewTypeField(name, bind.Basic(bind.Int64)))
	}
	return wideCatalog{
		"big": {Name: "d.big", Columns: names}, "twin": {Name: "d.twin", Columns: names},
		"typed": {Name: "d.typed", Columns: typed},
		"part":  {Name: "d.part", Columns: names, Open: true},
		"one":   {Name: "d.one", Columns: []bind.Column{bind.NewColumn("s", st), bind.NewColumn("a", bind.ArrayOf(st))}},
		"small": {Name: "d.small", Columns: []bind.Column{bind.NewColumn("a", bind.Basic(bind.Int64)), bind.NewColumn("b", nil)}},
	}
}

// Relation implements bind.Catalog.
func (c wideCatalog) Relation(name []syntax.Ident) *bind.Relation {
	return c[strings.ToLower(name[len(name)-1].Name)]
}

// wideCases are statements that are wide or deep: what takes more than a little
// work for each of their items takes too long.
func wideCases() []wideCase {
	many := strings.Repeat
	n := width
	cols := series(n, "c#", ", ")
	sets := series(n, "c# = 1", ", ")
	ones := series(n, "1", ", ")
	return []wideCase{
		{"columns of a wide table, by name", "bigquery", "select " + cols + " from big"},
		{"columns of a wide table, last first", "bigquery", "select " + series(n, "c9999 as x#", ", ") + " from big"},
		{"columns of a wide table, by table and name", "bigquery", "select " + series(n, "t.c#", ", ") + " from big t"},
		{"columns of two wide tables", "bigquery", "select " + series(n, "t.c#, u.c#", ", ") + " from big t, twin u"},
		{"columns of an open table", "bigquery", "select " + cols + " from nowhere"},
		{"columns of a table that has more", "bigquery", "select " + cols + ", " + series(n, "d#", ", ") + ", * from part"},
		{"columns that do not exist", "bigquery", "select " + series(n, "d#", ", ") + " from big"},
		{"columns that do not exist in an alias", "bigquery", "select " + series(n, "t.d#", ", ") + " from big t"},
		{"pseudo-columns", "bigquery", "select " + series(n, "_partitiontime as x#", ", ") + " from big"},
		{"fields of a struct", "bigquery", "select " + series(n, "s.c#", ", ") + " from one"},
		{"fields of a struct, by table", "bigquery", "select " + series(n, "t.s.c#", ", ") + " from one t"},
		{"fields of a made struct", "bigquery", "select " + series(n, "s.c#", ", ") + " from (select struct(" + cols + ") as s from big)"},
		{"fields of an element", "bigquery", "select " + series(n, "e.c#", ", ") + " from one, one.a e"},
		{"fields of a row", "bigquery", "select " + series(n, "t.c#", ", ") + " from (select as struct * from big) t"},
		{"fields of json", "bigquery", "select " + series(n, "j.c#", ", ") + " from nowhere"},
		{"a path of many names", "bigquery", "select j" + many(".a", 200_000) + " from small"},
		{"a path of many names in a table", "snowflake", "select j:a" + many(".a", 100_000) + " from nowhere"},
		{"a path of many subscripts", "duckdb", "select j" + many("['a']", 900) + " from nowhere"},
		{"rows as values", "bigquery", "select " + series(n, "t as x#", ", ") + " from big t"},
		{"a row with as many parts, often", "bigquery", "select " + series(n, "s as x#", ", ") + " from (select struct(" + cols + ") as s from big)"},

		{"lateral aliases", "snowflake", "select " + series(n, "a + 1 as a#", ", ") + ", " + series(n, "a# + 1 as b#", ", ") + " from small"},
		{"lateral aliases, each of the one before", "snowflake", "select a as a0, " + strings.Join(chain(n, "a% + 1 as a#"), ", ") + " from small"},
		{"lateral aliases that double", "snowflake", "select a as a0, " + strings.Join(chain(n, "a% + a% as a#"), ", ") + " from small"},
		{"lateral aliases of structs that double", "duckdb", "select {'p': a, 'q': b} as a0, " + strings.Join(chain(100, "{'p': a%, 'q': a%} as a#"), ", ") + " from small"},
		{"aliases in GROUP BY", "bigquery", "select " + series(n, "c# as x#", ", ") + ", count(*) from big group by " + series(n, "x#", ", ")},
		{"columns in GROUP BY", "bigquery", "select " + cols + ", count(*) from big group by " + cols},
		{"columns in GROUP BY, as none of the keys", "bigquery", "select " + cols + ", count(*) from big group by " + series(n, "c# + 1", ", ")},
		{"positions in GROUP BY", "bigquery", "select " + cols + ", count(*) from big group by " + series(n-1, "#+1", ", ") + ", " + positions(n)},
		{"positions in ORDER BY", "bigquery", "select " + cols + " from big order by " + positions(n)},
		{"columns in ORDER BY", "bigquery", "select " + cols + " from big order by " + cols},
		{"aliases in HAVING", "bigquery", "select " + series(n, "sum(c#) as x#", ", ") + " from big having " + series(n, "x# > 1", " and ")},
		{"aliases in QUALIFY", "bigquery", "select " + series(n, "c# as x#", ", ") + " from big qualify " + series(n, "x# > row_number() over (order by c#)", " and ")},
		{"aliases in WHERE", "snowflake", "select " + series(n, "c# as x#", ", ") + " from big where " + series(n, "x# > 1", " and ")},
		{"aliases in WHERE of an open table", "snowflake", "select " + series(n, "c# as x#", ", ") + " from nowhere where " + series(n, "x# > 1", " and ")},
		{"DISTINCT ON many columns", "postgres", "select distinct on (" + cols + ") " + cols + " from big"},
		{"SELECT DISTINCT", "bigquery", "select distinct * from big"},
		{"GROUP BY ALL of columns", "bigquery", "select " + cols + ", count(*) from big group by all"},
		{"GROUP BY ALL of columns, last first", "bigquery", "select " + series(n, "c9999 + # as x#", ", ") + ", " + cols + ", count(*) from big group by all"},
		{"GROUP BY ALL of expressions", "bigquery", "select " + series(n, "c# + 1 as x#", ", ") + ", count(*) from big group by all"},
		{"aliases of expressions in GROUP BY", "bigquery", "select " + series(n, "c# + 1 as x#", ", ") + ", count(*) from big group by " + series(n, "x#", ", ")},
		{"columns of a star in GROUP BY", "bigquery", "select *, count(*) from big group by " + cols},
		{"columns of stars in GROUP BY", "bigquery", "select " + series(100, "*", ", ") + ", count(*) from big group by " + cols},
		{"many stars that are grouped", "bigquery", "select " + series(n, "t.*", ", ") + ", count(*) from small t group by a, b"},
		{"REPLACE of many columns that are grouped", "bigquery", "select * replace (" + series(n, "c# + 1 as c#", ", ") + "), count(*) from big group by " + cols},
		{"REPLACE of many columns that are none of the keys", "bigquery", "select * replace (" + series(n, "c# + 1 as c#", ", ") + "), count(*) from big group by c1 + 2"},
		{"columns that are grouped, in HAVING", "bigquery", "select count(*) from big group by " + cols + " having " + series(n, "c# > 1", " and ")},
		{"grouping sets", "bigquery", "select count(*) from big group by grouping sets (" + series(n, "(c#)", ", ") + ")"},

		{"IN with many columns", "bigquery", "select c0 in (" + cols + ") from big"},
		{"IN with many numbers", "bigquery", "select c0 in (" + ones + ") from big"},
		{"a function of many columns", "bigquery", "select coalesce(" + cols + "), concat(" + cols + "), f(" + cols + ") from big"},
		{"a sum of many columns", "bigquery", "select " + series(n, "c#", " + ") + " from big"},
		{"AND over many columns", "bigquery", "select 1 from big where " + series(n, "c# = 1", " and ")},
		{"CASE with many branches", "bigquery", "select case " + series(n, "when c# = 1 then c#", " ") + " end from big"},
		{"an array of many columns", "bigquery", "select [" + cols + "] from big"},
		{"a map of many columns", "duckdb", "select map {" + series(n, "'c#': c#", ", ") + "} from big"},
		{"a struct of many columns", "bigquery", "select struct(" + cols + ") from big"},
		{"DECODE of many columns", "snowflake", "select decode(a, " + series(n, "#, c#", ", ") + ") from big"},
		{"a struct that is used often", "bigquery", "select 1 from (select struct(" + cols + ") as s from big) where " + series(n, "s is not null", " and ")},
		{"a value of many columns, often", "bigquery", "select " + series(n, "x as x#", ", ") + " from (select " + series(n, "c#", " + ") + " as x from big)"},
		{"a value of many columns, often computed", "bigquery", "select " + series(n, "x + # as x#", ", ") + " from (select " + series(n, "c#", " + ") + " as x from big)"},
		{"a value of many columns, in sums", "bigquery", "select " + series(n, "x", " + ") + " from (select " + series(n, "c#", " + ") + " as x from big)"},
		{"a wide window of a name, often", "bigquery", "select " + series(n, "sum(c#) over w as x#", ", ") + " from big window w as (partition by " + cols + ")"},
		{"a value over a wide window, often", "bigquery", "select " + series(n, "x as x#", ", ") + " from (select row_number() over (partition by " + cols + ") as x from big)"},
		{"many windows with names", "bigquery", "select " + series(n, "sum(c#) over w# as x#", ", ") + " from big window " + series(n, "w# as (partition by c#)", ", ")},
		{"windows that build on each other", "bigquery", "select sum(c0) over w99 from big window w0 as (partition by c0), " + strings.Join(chain(100, "w# as (w% order by c#)"), ", ")},
		{"many scalar subqueries", "bigquery", "select " + series(n, "(select max(c#) from twin where twin.c# = big.c#) as x#", ", ") + " from big"},
		{"nested scalar subqueries", "bigquery", "select " + many("(select c0 + ", 300) + "1" + many(" from big)", 300) + " from big"},
		{"EXISTS with outer names", "bigquery", "select 1 from big where " + series(n, "exists (select 1 from small where a = c#)", " and ")},
		{"COLUMNS of many columns", "duckdb", "select columns(*) + 1, columns(c -> c like 'c%'), columns('c.*') from big"},
		{"COLUMNS of a list", "duckdb", "select columns([" + series(n, "'c#'", ", ") + "]) from big"},
		{"COLUMNS inside of COLUMNS", "duckdb", "select columns(*) + (select max(columns(*) + (select max(columns(*)) from big)) from big) from big"},
		{"COLUMNS with a wide pattern", "duckdb", "select columns(c -> " + series(1000, "c like 'x#%'", " or ") + ") from big"},

		{"EXCEPT of many columns", "bigquery", "select * except (" + series(n-1, "c#", ", ") + ") from big"},
		{"EXCEPT of many columns of an open table", "bigquery", "select * except (" + cols + ") from nowhere"},
		{"EXCEPT of many columns, and their use", "bigquery", "select " + series(n, "d#", ", ") + " from (select * except (" + cols + ") from nowhere)"},
		{"REPLACE of many columns", "bigquery", "select * replace (" + series(n, "c# + 1 as c#", ", ") + ") from big"},
		{"REPLACE of many columns of an open table", "bigquery", "select * replace (" + series(n, "c# + 1 as c#", ", ") + ") from nowhere"},
		{"RENAME of many columns", "snowflake", "select * rename (" + series(n, "c# as x#", ", ") + ") from big"},
		{"RENAME to one name", "snowflake", "select * rename (" + series(n, "c# as x", ", ") + ") from big"},
		{"RENAME of many columns of an open table", "snowflake", "select * rename (" + series(n, "c# as x#", ", ") + ") from nowhere"},
		{"a star over a star", "bigquery", many("select * from (", 250) + "select * from big" + many(")", 250)},
		{"many stars", "bigquery", "select " + series(n, "*", ", ") + " from big"},
		{"many stars over few columns", "bigquery", "select " + series(100_000, "*", ", ") + " from small"},
		{"stars that double", "bigquery", many("select *, * from (", 100) + "select * from small" + many(")", 100)},
		{"names that double in DuckDB", "duckdb", many("select *, * from (", 100) + "select * from small" + many(")", 100)},
		{"one name, often", "duckdb", "select * from (select " + series(n, "c# as x", ", ") + " from big)"},

		{"USING with many columns", "bigquery", "select * from big join twin using (" + cols + ")"},
		{"USING with many columns of open tables", "bigquery", "select * from nowhere join elsewhere using (" + cols + ")"},
		{"a natural join", "duckdb", "select * from big natural join twin"},
		{"natural joins", "duckdb", "select * from big" + many(" natural join big", 100)},
		{"joins by USING", "bigquery", "select count(*) from small" + series(2000, " join small x# using (a)", "")},
		{"joins of tables with aliases", "bigquery", "select " + series(4000, "x#.a", ", ") + " from small x" + series(4000, " join small x# on x#.a = 1", "")},
		{"joins of tables with paths", "bigquery", "select " + series(4000, "d#.t#.a", ", ") + " from small x" + series(4000, " cross join d#.t#", "")},
		{"joins of wide tables", "bigquery", "select * from big" + many(" cross join big", 4000)},
		{"a comma between many tables", "bigquery", "select 1 from " + series(4900, "small x#", ", ")},
		{"open tables, and names that may be of any", "bigquery", "select " + series(2000, "a#", ", ") + " from " + series(4000, "nowhere.t# as x#", ", ")},
		{"lateral arrays", "bigquery", "select 1 from one x0" + strings.Join(chain(2000, ", unnest(x0.a) as x#"), "")},
		{"derived tables side by side", "duckdb", "select 1 from (select 1 as a) x" + series(4000, ", (select x.a) x#", "")},
		{"VALUES with many rows", "duckdb", "select * from (values " + series(50_000, "(#, 'x')", ", ") + ") v(a, b)"},
		{"VALUES with many columns", "duckdb", "select * from (values (" + ones + "), (" + ones + ")) v(" + cols + ")"},
		{"an alias with many columns", "duckdb", "select * from big t(" + series(n, "x#", ", ") + ")"},
		{"an alias with many columns of an open table", "duckdb", "select * from nowhere t(" + series(n, "x#", ", ") + ")"},
		{"an alias with more columns than there are", "duckdb", "select * from small t(" + series(n, "x#", ", ") + ")"},

		{"UNPIVOT of many columns", "bigquery", "select * from big unpivot (v for k in (" + cols + "))"},
		{"UNPIVOT of many columns of an open table", "bigquery", "select * from nowhere unpivot (v for k in (" + cols + "))"},
		{"UNPIVOT of many groups", "bigquery", "select * from big unpivot ((v, w) for k in (" + series(n/2, "(c#, c1)", ", ") + "))"},
		{"PIVOT to many columns", "bigquery", "select * from big pivot (sum(c1) for c0 in (" + series(n, "# as x#", ", ") + "))"},
		{"PIVOT with many aggregates", "bigquery", "select * from big pivot (" + series(n/2, "sum(c#) as x#", ", ") + " for c0 in (1))"},
		{"PIVOT with many of both", "bigquery", "select * from big pivot (" + series(n/2, "sum(c#) as x#", ", ") + " for c0 in (" + series(n/2, "#", ", ") + "))"},
		{"PIVOT with many keys", "duckdb", "select * from (pivot big on " + cols + " using sum(c0))"},
		{"MATCH_RECOGNIZE with many variables", "snowflake", "select * from big match_recognize (partition by c0 measures " + series(2000, "a#.c1 as m#", ", ") + " pattern (" + series(2000, "a#", " ") + ") define " + series(2000, "a# as a#.c1 > 1", ", ") + ")"},

		{"a union of many", "bigquery", "select a from small" + many(" union all select a from small", n)},
		{"a union of wide tables", "bigquery", "select * from big" + many(" union all select * from twin", 2000)},
		{"a union of many columns, many times", "bigquery", "select " + cols + " from big union distinct select " + cols + " from twin"},
		{"a union of many sources", "bigquery", series(n, "select c# as a from big", " union all ")},
		{"a union of many tables", "bigquery", series(n, "select a from nowhere.t#", " union all ")},
		{"a union of stars over many open tables", "bigquery", series(n, "select * from nowhere.t#", " union all ")},
		{"a union by name", "duckdb", "select * from big union all by name select * from twin"},
		{"a union by name of other names", "duckdb", "select * from big union all by name select " + series(n, "c# as d#", ", ") + " from twin"},
		{"a union by name of open tables", "duckdb", "select *, " + cols + " from nowhere union all by name select *, " + cols + " from elsewhere"},
		{"unions by name, each with a new name", "duckdb", "select a from small" + series(4000, " union all by name select a as x# from small", "")},
		{"a corresponding union", "bigquery", "select * from big union all corresponding by (" + cols + ") select * from twin"},
		{"EXCEPT by name", "bigquery", "select * from big except distinct by name select * from twin"},
		{"an intersection of open tables", "bigquery", "select *, " + cols + " from nowhere intersect distinct select *, " + cols + " from elsewhere"},

		{"chained common table expressions", "bigquery", "with a0 as (select a from small), " + strings.Join(chain(n, "a# as (select a from a%)"), ", ") + " select * from a9999"},
		{"common table expressions that read the first", "bigquery", "with a0 as (select a from small), " + series(n, "b# as (select a from a0)", ", ") + " select * from b1"},
		{"common table expressions that read a table", "duckdb", "with " + series(30_000, "b# as (select a from small)", ", ") + " select * from b1"},
		{"common table expressions that read themselves", "duckdb", "with recursive " + series(5000, "b# as (select a from small union all select a from b#)", ", ") + " select * from b1"},
		{"common table expressions that read the next", "bigquery", "with recursive " + series(5000, "b# as (select a from b@)", ", ") + ", b5000 as (select 1 as a) select * from b1"},
		{"chained stars over a wide table", "bigquery", "with a0 as (select * from big), " + strings.Join(chain(n, "a# as (select * from a%)"), ", ") + " select * from a9999"},
		{"common table expressions that read the one before twice", "bigquery", "with a0 as (select a from small), " + strings.Join(chain(1000, "a# as (select x.a + y.a as a from a% x cross join a% y)"), ", ") + " select * from a999"},
		{"joins that double the columns", "bigquery", "with a0 as (select a from small), " + strings.Join(chain(100, "a# as (select * from a% x cross join a% y)"), ", ") + " select * from a99"},
		{"unions that double", "bigquery", "with a0 as (select a from small), " + strings.Join(chain(1000, "a# as (select * from a% union all select * from a%)"), ", ") + " select * from a999"},
		{"structs that double", "bigquery", "with a0 as (select a as s from small), " + strings.Join(chain(100, "a# as (select struct(s as p, s as q) as s from a%)"), ", ") + " select * from a99"},
		{"structs of nothing that double", "bigquery", "with a0 as (select 1 as s), " + strings.Join(chain(100, "a# as (select struct(s as p, s as q) as s from a%)"), ", ") + " select if(s is null, s, s) as s from a99"},
		{"rows that double", "bigquery", "with a0 as (select a from small), " + strings.Join(chain(100, "a# as (select x, y from a% x cross join a% y)"), ", ") + " select x from a99 where x is null"},
		{"arrays of structs that double", "bigquery", "with a0 as (select a as s from small), " + strings.Join(chain(100, "a# as (select [struct(s as p, s as q), struct(s as p, s as q)] as s from a%)"), ", ") + " select * from a99, unnest(s)"},
		{"structs by name that double", "duckdb", "with a0 as (select {'z': a} as s from small), " + strings.Join(chain(100, "a# as (select case when a then {'p': s, 'q': s} else {'q': s, 'p': s} end as s, 1 as a from a%)"), ", ") + " select * from a99"},
		{"structs in DISTINCT and ORDER BY that double", "bigquery", "with a0 as (select a as s from small), " + strings.Join(chain(60, "a# as (select distinct struct(s as p, s as q) as s from a% order by s)"), ", ") + " select s.p.q.p.q from a59"},
		{"a struct in a struct", "bigquery", "select " + many("struct(", 900) + "a as a" + many(" as a)", 900) + " from small"},
		{"structs with casts that double", "bigquery", "with a0 as (select a as s from small), " + strings.Join(chain(60, "a# as (select struct(s as p, s as q) as s from a%)"), ", ") + " select cast(s as struct<p int64, q int64>), s = s, [s, s], any_value(s), array_agg(s) from a59"},
		{"recursion inside of recursion", "bigquery", nestedRecursion(60)},
		{"recursion that grows", "bigquery", "with recursive r as (select " + series(1000, "c# as x#", ", ") + " from big union all select " + series(999, "x@ as x#", ", ") + ", x0 from r) select * from r"},
		{"derived tables inside of each other", "bigquery", many("select a from (", 900) + "select a from small" + many(")", 900)},
		{"derived tables that name outer columns", "bigquery", many("select (select a from (", 400) + "select a from small" + many("))", 400)},
		{"WITH inside of WITH", "bigquery", many("with x as (", 900) + "select a from small" + many(") select a from x", 900)},
		{"recursive WITH inside of WITH", "bigquery", many("with recursive x as (", 900) + "select a from small" + many(") select a from x", 900)},
		{"WITH side by side inside of WITH", "bigquery", "with x as (" + many("with y as (select 1 as a) select * from y union all ", 5000) + "select 1) select * from x"},

		{"pipes that EXTEND", "bigquery", "from big" + series(n, " |> extend c# as x#", "")},
		{"a pipe that EXTENDs by many", "bigquery", "from big |> extend " + series(n, "c# as x#", ", ")},
		{"pipes that SET", "bigquery", "from big" + series(n, " |> set c# = 1", "")},
		{"a pipe that SETs many", "bigquery", "from big |> set " + sets},
		{"pipes that RENAME", "bigquery", "from big" + series(n, " |> rename c# as x#", "")},
		{"a pipe that RENAMEs many", "bigquery", "from big |> rename " + series(n, "c# as x#", ", ")},
		{"pipes that DROP", "bigquery", "from big" + series(n-1, " |> drop c#", "")},
		{"a pipe that DROPs many", "bigquery", "from big |> drop " + series(n-1, "c#", ", ")},
		{"pipes that DROP of an open table", "bigquery", "from nowhere" + series(n-1, " |> drop c#", "")},
		{"pipes that SET of an open table", "bigquery", "from nowhere" + series(n-1, " |> set c# = 1", "")},
		{"pipes in turn", "bigquery", "from big" + series(2000, " |> extend c# as x# |> set c# = 2 |> rename x# as y# |> drop c# |> as t |> where y# > 1", "")},
		{"pipes that filter", "bigquery", "from big" + series(n, " |> where c# = 1", "")},
		{"pipes that AS", "bigquery", "from big" + series(n, " |> as t#", "") + " |> where t9999.c1 = 1"},
		{"pipes that SELECT a star", "bigquery", "from big" + many(" |> select *", n)},
		{"pipes that DISTINCT", "bigquery", "from big" + many(" |> distinct", n)},
		{"pipes that AGGREGATE", "bigquery", "from small" + many(" |> aggregate sum(a) as a", n)},
		{"a pipe that AGGREGATEs many", "bigquery", "from big |> aggregate " + series(n, "sum(c#) as x#", ", ") + " group by " + cols},
		{"pipes that JOIN", "bigquery", "from small" + series(3000, " |> join small as x# on x#.a = 1", "")},
		{"pipes that JOIN a wide table", "bigquery", "from big" + series(3000, " |> cross join big as x#", "")},
		{"pipes that UNION", "bigquery", "from big" + many(" |> union all (from big)", 3000)},
		{"pipes that PIVOT", "bigquery", "from big" + series(1000, " |> pivot (sum(c#) for c1 in (1 as c#))", "")},
		{"pipes that UNPIVOT", "bigquery", "from big" + series(1000, " |> unpivot (v# for k# in (c#))", "")},
		{"pipes that CALL", "bigquery", "from big" + many(" |> call f(1)", 1000)},
		{"pipes that FORK", "bigquery", "from big |> fork" + series(1000, " (|> extend 1 as x#)", "")},
		{"pipes that IF", "bigquery", "from small" + many(" |> if true then (|> extend 1 as x) else (|> extend 2 as y)", 1000)},
		{"pipes that IF inside of each other", "bigquery", "from small" + many(" |> if true then (|> extend 1 as x", 300) + many(")", 300)},
		{"pipes of RECURSIVE UNION", "bigquery", "from small" + many(" |> recursive union all (|> where a > 1 |> extend 1 as x) as r", 200)},
		{"pipes WITH", "bigquery", "from small" + series(5000, " |> with a# as (select 1 as a)", "") + " |> join a1 using (a)"},

		{"UPDATE of many columns", "bigquery", "update big set " + sets + " where true"},
		{"UPDATE of many columns of an open table", "bigquery", "update nowhere set " + sets + " where true"},
		{"UPDATE of several tables", "mysql", "update big b join twin t on b.c1 = t.c1 set " + series(n, "b.c# = t.c#", ", ")},
		{"UPDATE … RETURNING *", "postgres", "with u as (update big set " + sets + " returning *) select * from u"},
		{"INSERT … RETURNING *", "postgres", "with u as (insert into big (" + cols + ") values (" + ones + ") returning *) select * from u"},
		{"DELETE … RETURNING *", "postgres", "with u as (delete from big returning *) select * from u"},
		{"MERGE … RETURNING *", "postgres", "with u as (merge into big b using twin t on b.c1 = t.c1 when matched then update set " + sets + " returning *) select * from u"},
		{"MERGE with INSERT ROW", "bigquery", "merge big b using twin t on b.c1 = t.c1 when not matched then insert row; select * from big"},
		{"MERGE with many assignments", "bigquery", "merge big b using twin t on b.c1 = t.c1 when matched then update set " + series(n, "c# = t.c#", ", ") + " when not matched then insert (" + cols + ") values (" + series(n, "t.c#", ", ") + ")"},
		{"MERGE with many WHENs", "bigquery", "merge big b using twin t on b.c1 = t.c1" + series(4000, " when matched and b.c# = 1 then update set c# = t.c#", "")},
		{"MERGE with many rows of WHENs", "bigquery", "merge big b using twin t on b.c1 = t.c1" + many(" when not matched and t.c1 = 1 then insert row", 1000)},
		{"MERGE by position", "databricks", "merge into big b using twin t on b.c1 = t.c1 when matched then update set * when not matched then insert *"},
		{"INSERT of many columns", "bigquery", "insert into big (" + cols + ") select * from twin; select * from big"},
		{"INSERT of many rows", "bigquery", "insert into small (a, b) values " + series(50_000, "(#, 1)", ", ")},
		{"INSERT ON CONFLICT", "postgres", "insert into big (" + cols + ") select * from twin on conflict (c1) do update set " + series(n, "c# = excluded.c#", ", ")},
		{"INSERT ON DUPLICATE KEY", "mysql", "insert into big (" + cols + ") select * from twin on duplicate key update " + series(n, "c# = values(c#)", ", ")},
		{"INSERT by partition", "databricks", "insert into big partition (" + cols + ") select * from twin"},
		{"INSERT by name", "duckdb", "insert into big by name select * from twin; select * from big"},
		{"INSERT ALL", "snowflake", "insert all" + series(n, " into big (c#) values (c#)", "") + " select * from twin"},

		{"many ALTER TABLE ADD COLUMN", "bigquery", series(n, "alter table big add column x# int64;", " ") + "select * from big"},
		{"many ALTER TABLE DROP COLUMN", "bigquery", series(n-1, "alter table big drop column c#;", " ") + "select * from big"},
		{"many ALTER TABLE RENAME COLUMN", "bigquery", series(n-1, "alter table big rename column c# to x#;", " ") + "select * from big"},
		{"ALTER TABLE with many ADD COLUMN", "bigquery", "alter table big " + series(n, "add column x# int64", ", ") + "; select * from big"},
		{"ALTER TABLE with many DROP COLUMN", "bigquery", "alter table big " + series(n-1, "drop column c#", ", ") + "; select * from big"},
		{"ALTER TABLE with many RENAME COLUMN", "bigquery", "alter table big " + series(n-1, "rename column c# to x#", ", ") + "; select * from big"},
		{"ALTER TABLE of an open table", "bigquery", series(n-1, "alter table nowhere drop column c#;", " ") + "select * from nowhere"},
		{"ALTER TABLE with many types", "bigquery", "alter table typed " + series(n-1, "alter column c# set data type string", ", ") + "; select * from typed"},
		{"ALTER TABLE RENAME TO", "bigquery", "create table t0 (a int64); " + strings.Join(chain(n, "alter table t% rename to t#;"), " ") + " select * from t9999"},
		{"ALTER TABLE of many tables", "bigquery", series(n, "alter table t# add column x int64;", " ") + " select * from t1"},
		{"CREATE TABLE with many columns", "bigquery", "create table t (" + series(n, "c# int64", ", ") + "); select " + cols + " from t"},
		{"many CREATE TABLE", "bigquery", series(n, "create table t# (a int64);", " ") + " select * from t1"},
		{"many CREATE TABLE AS, each of the one before", "bigquery", "create table t0 as select a from small; " + strings.Join(chain(n, "create table t# as select a from t%;"), " ") + " select * from t9999"},
		{"many INSERTs", "bigquery", series(20_000, "insert into small values (#, 1);", " ") + " select * from small"},
		{"many INSERTs of a wide table", "bigquery", many("insert into big select * from twin;", n) + " select * from big"},
		{"many UPDATEs", "bigquery", series(20_000, "update small set a = #;", " ") + " select * from small"},
		{"many UPDATEs of a wide table", "bigquery", series(n, "update big set c# = 1 where true;", " ") + " select * from big"},
		{"many DELETEs of a wide table", "bigquery", series(n, "delete from big where c# = 1;", " ") + " select * from big"},
		{"many SELECTs", "bigquery", series(n, "select c# from big;", " ")},
		{"many stars as statements", "bigquery", many("select * from big;", n)},
		{"many TRUNCATEs and DROPs", "bigquery", series(n, "truncate table big; drop table t#;", " ")},
		{"many DECLAREs", "bigquery", series(n, "declare v# int64 default 1;", " ") + series(n, "set v# = v# + 1;", " ") + " select " + series(n, "v#", " + ")},
		{"one DECLARE of many", "bigquery", "declare " + series(n, "v#", ", ") + " int64; set (" + series(n, "v#", ", ") + ") = (select as struct * from big); select " + series(n, "v#", " + ")},
		{"many branches", "bigquery", "declare x int64; " + series(5000, "if x = # then set x = #; end if;", " ") + " select x"},
		{"a branch with many arms", "bigquery", "declare x int64; if x = 0 then set x = 1; " + series(5000, "elseif x = # then update small set a = #;", " ") + " end if; select * from small"},
		{"branches inside of each other", "bigquery", "declare x int64; " + many("if x = 1 then update small set a = 1; ", 90) + many("end if; ", 90) + " select * from small"},
		{"many functions", "bigquery", series(5000, "create temp function f#(x int64) as (x + 1);", " ") + " select " + series(5000, "f#(a)", " + ") + " from small"},
		{"a function with many parameters", "bigquery", "create temp function f(" + series(n, "p# int64", ", ") + ") as (" + series(n, "p#", " + ") + "); select f(" + cols + ") from big"},
		{"many procedures", "bigquery", series(5000, "create procedure p#() begin update small set a = 1; end;", " ") + series(5000, "call p#();", " ")},
		{"many parameters", "bigquery", "select " + strings.ReplaceAll(series(n, "?p#", ", "), "?", "@")},
		{"positions of columns", "snowflake", "select " + series(n, "$1 as x#", ", ") + " from big"},
		{"positions of columns in DuckDB", "duckdb", "select " + strings.ReplaceAll(series(n, "~1 as x#", ", "), "~", "#") + " from big"},
		{"GROUP BY ALL", "duckdb", "select " + cols + ", sum(c1) from big group by all"},
		{"ORDER BY ALL", "duckdb", "select " + cols + " from big order by all"},
		{"SUMMARIZE", "duckdb", "summarize big"},
		{"json_tuple", "databricks", "select json_tuple(c1, " + series(n, "'x#'", ", ") + ") as (" + series(n, "x#", ", ") + ") from big"},
		{"stack", "databricks", "select stack(2, " + cols + ") from big"},
		{"inline", "databricks", "select inline(a) from one"},
		{"unnest of a struct", "duckdb", "select unnest(s), unnest(a, recursive := true) from one"},
		{"LATERAL VIEWs", "databricks", "select 1 from one" + series(2000, " lateral view explode(a) t# as x#", "")},
		{"a JSON path", "snowflake", "select " + series(n, "c1:a.b[0].x#", ", ") + " from big"},
		{"bad items", "bigquery", "select " + series(n, "c# + +, ", "") + " from big"},
		{"bad statements", "bigquery", series(100, "select from where c#;", " ") + " select * from big"},
	}
}

type wideCase struct{ name, dialect, sql string }

// chain is a format for 1 to n-1 in which # is the number and % the one before.
func chain(n int, format string) []string {
	var out []string
	for i := 1; i < n; i++ {
		out = append(out, strings.ReplaceAll(strings.ReplaceAll(format, "#", fmt.Sprint(i)), "%", fmt.Sprint(i-1)))
	}
	return out
}

func positions(n int) string {
	var sb strings.Builder
	for i := range n {
		if i > 0 {
			sb.WriteString(", ")
		}
		fmt.Fprint(&sb, i+1)
	}
	return sb.String()
}

// nestedRecursion is a recursive query whose recursive term has one of its own,
// and so on.
func nestedRecursion(n int) string {
	sql := "select 1 as a"
	for i := range n {
		sql = fmt.Sprintf("with recursive r%d as (select a, b from small union all (%s union all select r%d.b, 1 from r%d)) select a, a as b from r%d", i, sql, i, i, i)
	}
	return sql
}

func TestWideStatementsTakeLittleTime(t *testing.T) {
	t.Parallel()
	catalog := newWideCatalog(width)
	for i, c := range wideCases() {
		if testing.Short() && i%4 > 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			if len(c.sql) > 1<<20 {
				t.Fatalf("%d bytes of SQL", len(c.sql))
			}
			d := dialect(t, c.dialect)
			var file *syntax.File
			parsed := cputime.Of(func() { file = syntax.Parse(c.sql, d) })
			var r *bind.Result
			took := cputime.Of(func() { r = bind.Bind(file, catalog) })
			if parsed+took > slowest {
				t.Errorf("%d bytes took %v to parse and %v to bind", len(c.sql), parsed, took)
			}
			if r.Confidence != bind.Widened && r.Failed() && len(r.Outputs) == 0 && len(r.Inputs) == 0 {
				t.Errorf("nothing is told: %+v", r.Diagnostics[0])
			}
			checkResult(t, c.sql, r)
		})
	}
}
