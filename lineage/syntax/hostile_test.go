package syntax_test

import (
	"strings"
	"testing"
	"time"

	"impact/internal/cputime"
	"impact/lineage/syntax"
)

// TestHostileTextsAreReadInTime gives what an attacker, or a generator, can
// write. Each has to end within a second of work, with a tree or with an error.
func TestHostileTextsAreReadInTime(t *testing.T) {
	t.Parallel()
	many := strings.Repeat
	cases := []struct {
		name, sql string
		fails     bool
	}{
		{"not, fifty thousand times", "select " + many("not ", 50_000) + "true", false},
		{"minus, a hundred thousand times", "select " + many("- ", 100_000) + "1", false},
		{"minus and plus in turn", "select " + many("-+", 50_000) + "1", true},
		{"abs, a hundred thousand times", "select " + many("abs(", 100_000) + "1" + many(")", 100_000), true},
		{"abs, without an end", "select " + many("abs(", 100_000), true},
		{"a string of a megabyte", "select '" + many("x", 1<<20) + "'", false},
		{"a quoted name of a megabyte", "select `" + many("x", 1<<20) + "`", false},
		{"a string without an end", "select '" + many("x", 1<<20), true},
		{"a comment without an end", "select 1 /*" + many("*", 1<<20), true},
		{"ten thousand items", "select " + many("a, ", 10_000) + "b from t", false},
		{"fifty thousand members", "select a in (" + many("1, ", 50_000) + "2)", false},
		{"ten thousand parentheses", "select " + many("(", 10_000) + "1" + many(")", 10_000), true},
		{"ten thousand parentheses of queries", many("(", 10_000) + "select 1" + many(")", 10_000), true},
		{"parentheses in FROM", "select * from " + many("(", 10_000) + "t" + many(")", 10_000), true},
		{"a chain of a hundred thousand", "select " + many("a + ", 100_000) + "b", false},
		{"a chain of AND and OR", "select " + many("a and b or ", 50_000) + "c", false},
		{"a chain of casts", "select a" + many("::int", 50_000), true},
		{"a chain of subscripts", "select a" + many("[0]", 50_000), true},
		{"a chain of calls", "select (a)" + many(".f()", 50_000), true},
		{"a chain of predicates", "select a" + many(" is null", 50_000), true},
		{"a chain of CASE", "select " + many("case when ", 50_000), true},
		{"subqueries in subqueries", "select " + many("(select ", 50_000) + "1", true},
		{"derived tables in derived tables", many("select * from (", 50_000), true},
		{"ten thousand unions", "select 1" + many(" union all select 1", 10_000), false},
		{"four thousand joins", "select 1 from t" + many(" join t using (a)", 4_000), false},
		{"a hundred thousand joins", "select 1 from t" + many(", t", 100_000), true},
		{"joins without conditions", "select 1 from t" + many(" join t", 4_000), false},
		{"types in types", "select cast(a as " + many("array<", 50_000) + "int64", true},
		{"a type with many brackets", "select a::int" + many("[]", 50_000), true},
		{"ten thousand pipes", "from t" + many(" |> where a", 10_000), false},
		{"pipes in pipes", "from t" + many(" |> fork (|> where a", 50_000), true},
		{"ten thousand common table expressions", "with a as (select 1)" + many(", a as (select 1)", 10_000) + " select 1", false},
		{"blocks in blocks", many("begin ", 50_000), true},
		{"ten thousand bad items", "select " + many("+, ", 10_000) + "a from t", true},
		{"a hundred thousand bad statements", many("a b (;", 100_000), true},
		{"calls that are never closed", "select " + many("f(a from t, ", 50_000), true},
		{"calls that are never closed in deep queries", "select " + many("(select f(a, g(b as c from t, ", 20_000), true},
		{"brackets that close nothing", "select " + many("a), ", 50_000) + "b", true},
		{"statements with brackets that close nothing", many("select a) from t;", 50_000), true},
		{"brackets in turn that are not pairs", "select " + many(")(", 50_000), true},
		{"semicolons", many(";", 1<<20), false},
		{"dots", "select a" + many(".a", 100_000), false},
		{"braces", "select " + many("{'a': ", 50_000), true},
		{"brackets", "select " + many("[", 50_000), true},
		{"lambdas", "select f(" + many("x -> ", 50_000), true},
		{"intervals", "select " + many("interval ", 50_000) + "1 day", true},
		{"intervals in parentheses", "select " + many("interval (", 5_000) + "1" + many(") day", 5_000), true},
		{"struct calls", "select " + many("struct(", 50_000), true},
		{"windows", "select f() over " + many("(order by f() over ", 50_000), true},
		{"between", "select " + many("a between ", 50_000) + "1", true},
		{"zero bytes", many("\x00", 1<<16), true},
		{"bytes that are no text", many("\xff\xfe", 1<<16), true},
		{"dollars", many("$a$ ", 50_000), false},
		{"nested comments", many("/*", 500_000), true},
		{"hints", "select " + many("@{", 50_000), true},
		{"case statements", many("if a then ", 50_000), true},
		{"with expressions", "select " + many("with(a as ", 50_000), true},
	}
	for _, c := range cases {
		for _, name := range []string{"bigquery", "duckdb", "snowflake", "sqlserver", "clickhouse"} {
			d, _ := syntax.Lookup(name)
			var f *syntax.File
			took := cputime.Of(func() { f = syntax.Parse(c.sql, d) })
			if took > time.Second {
				t.Errorf("%s in %s took %v", c.name, name, took)
			}
			if name == "bigquery" && c.fails != (len(f.Errors) > 0) && !strings.Contains(c.sql, "::") && !strings.HasPrefix(c.sql, "$") {
				t.Errorf("%s: %d errors, want some: %v", c.name, len(f.Errors), c.fails)
			}
			if len(f.Errors) > 0 && f.Errors[0].Message == "" {
				t.Errorf("%s: an error without message", c.name)
			}
			if err := checkTree(f); err != nil {
				t.Errorf("%s in %s: %v", c.name, name, err)
			}
		}
	}
}

func TestADeepTextIsAnErrorAtTheDepth(t *testing.T) {
	t.Parallel()
	d, _ := syntax.Lookup("bigquery")
	f := syntax.Parse("select "+strings.Repeat("abs(", 2000)+"1; select 2", d)
	if len(f.Errors) != 1 || !strings.Contains(f.Errors[0].Message, "levels deep") || f.Errors[0].Hint == "" {
		t.Errorf("errors: %v", f.Errors)
	}
	deep := syntax.Parse("select "+strings.Repeat("(", 300)+"1"+strings.Repeat(")", 300), d)
	if len(deep.Errors) > 0 {
		t.Errorf("300 levels: %v", deep.Errors[0])
	}
}

func TestTooManyErrorsEndTheReading(t *testing.T) {
	t.Parallel()
	f := syntax.Parse(strings.Repeat("bad;\n", 5000)+"select a from p", nil)
	if n := len(f.Errors); n != 100 {
		t.Errorf("%d errors, want 100", n)
	}
	last := f.Stmts[len(f.Stmts)-1].(*syntax.BadStmt)
	if int(last.End) != len(f.Src) || len(last.Tables) != 1 {
		t.Errorf("the rest of the text is not covered: %+v", last)
	}
}

func TestStatementsThatAreSkippedAndHarmed(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{"execute into t 'x", "begin execute into t 'x; end", "do $$ begin execute x into t 'x; end $$", "exec from a.b [c"} {
		for _, name := range []string{"bigquery", "postgres", "sqlserver", "mysql", "snowflake"} {
			d, _ := syntax.Lookup(name)
			if f := syntax.Parse(sql, d); len(f.Stmts) == 0 {
				t.Errorf("%s: %s: no statements", name, sql)
			}
		}
	}
}
