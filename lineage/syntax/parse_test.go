package syntax_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"impact/internal/cputime"
	"impact/lineage/syntax"
)

func ExampleParse() {
	bigquery, _ := syntax.Lookup("bigquery")
	file := syntax.Parse("select a, b + , c\nfrom `p.d.t`", bigquery)
	fmt.Print(syntax.Dump(file.Stmts[0]))
	for _, e := range file.Errors {
		pos := file.Position(e.Pos)
		fmt.Printf("%d:%d: %s\n", pos.Line, pos.Col, e.Message)
		fmt.Println(syntax.Excerpt(file.Src, syntax.Span{Pos: e.Pos, End: e.End}))
	}
	// Output:
	// (QueryStmt
	//   (Query :Body (Select :Items [a (Bad :Parts [b]) c] :From (Table `p`.`d`.`t` :OneQuoted))))
	// 1:15: expected an expression but found ","
	// select a, b + , c
	//               ^
}

func ExampleParseType() {
	t, err := syntax.ParseType("struct<a int64, b array<string>>", nil)
	fmt.Println(t, err)
	fmt.Println(t.Fields[1].Name.Name, t.Fields[1].Type.Elem)
	// Output:
	// struct<a int64, b array<string>> <nil>
	// b string
}

func TestTypesOfAllDialects(t *testing.T) {
	t.Parallel()
	cases := []struct{ adapter, in, want string }{
		{"bigquery", "INT64", "INT64"},
		{"bigquery", "STRUCT<a INT64, b ARRAY<STRUCT<c STRING, d NUMERIC(10, 2)>>>", "STRUCT<a INT64, b ARRAY<STRUCT<c STRING, d NUMERIC(10, 2)>>>"},
		{"bigquery", "ARRAY<ARRAY<INT64>>", "ARRAY<ARRAY<INT64>>"},
		{"bigquery", "STRUCT<INT64, x STRING(MAX)>", "STRUCT<INT64, x STRING(MAX)>"},
		{"bigquery", "RANGE<DATE>", "RANGE<DATE>"},
		{"bigquery", "STRUCT<`a b` INT64 OPTIONS(description='x'), type STRING NOT NULL>", "STRUCT<a b INT64, type STRING>"},
		{"bigquery", "`p.d`.MyType", "p.d.MyType"},
		{"postgres", "character varying(20)", "character varying(20)"},
		{"postgres", "timestamp without time zone", "timestamp without time zone"},
		{"postgres", "timestamp(6) with time zone", "timestamp with time zone(6)"},
		{"postgres", "double precision", "double precision"},
		{"postgres", "integer[]", "ARRAY<integer>"},
		{"postgres", "text[][]", "ARRAY<ARRAY<text>>"},
		{"postgres", "int array[4]", "ARRAY<int>"},
		{"postgres", "interval day to second", "interval day to second"},
		{"postgres", `"char"`, "char"},
		{"duckdb", "STRUCT(a INTEGER, b VARCHAR[])[]", "ARRAY<STRUCT<a INTEGER, b ARRAY<VARCHAR>>>"},
		{"duckdb", "MAP(VARCHAR, INTEGER)", "MAP<VARCHAR, INTEGER>"},
		{"duckdb", `STRUCT("a b" INTEGER)`, "STRUCT<a b INTEGER>"},
		{"duckdb", "ENUM('a', 'b')", "ENUM(a, b)"},
		{"duckdb", "INTEGER[3]", "ARRAY<INTEGER>"},
		{"duckdb", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP with time zone"},
		{"snowflake", "NUMBER(38,0)", "NUMBER(38, 0)"},
		{"snowflake", "ARRAY(NUMBER)", "ARRAY<NUMBER>"},
		{"snowflake", "OBJECT(a INT NOT NULL, b VARCHAR)", "OBJECT<a INT, b VARCHAR>"},
		{"snowflake", "TIMESTAMP_NTZ(9)", "TIMESTAMP_NTZ(9)"},
		{"databricks", "struct<a:int,b:array<string>>", "struct<a int, b array<string>>"},
		{"databricks", "map<string,struct<a:int>>", "map<string, struct<a int>>"},
		{"databricks", "struct<>", "struct"},
		{"spark", "decimal(10,2)", "decimal(10, 2)"},
		{"trino", "row(x integer, y array(varchar(10)))", "row<x integer, y array<varchar(10)>>"},
		{"trino", "timestamp(3) with time zone", "timestamp with time zone(3)"},
		{"sqlserver", "[nvarchar](max)", "nvarchar(max)"},
		{"mysql", "bigint(20) unsigned", "bigint unsigned(20)"},
		{"mysql", "enum('a','it''s')", "enum(a, it's)"},
		{"clickhouse", "Nullable(Array(LowCardinality(String)))", "Array<LowCardinality(String)>"},
	}
	for _, c := range cases {
		t.Run(c.adapter+" "+c.in, func(t *testing.T) {
			t.Parallel()
			d, ok := syntax.Lookup(c.adapter)
			if !ok {
				t.Fatal("no such dialect")
			}
			typ, err := syntax.ParseType(c.in, d)
			if err != nil {
				t.Fatal(err)
			}
			if got := typ.String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if typ.Pos != 0 || int(typ.End) != len(c.in) {
				t.Errorf("spans %d–%d of %d", typ.Pos, typ.End, len(c.in))
			}
		})
	}
}

func TestBadTypesAreErrors(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "ARRAY<", "STRUCT<a INT64", "INT64 INT64 x", "(", "NUMERIC(10", "ARRAY<INT64>>", strings.Repeat("ARRAY<", 5000)} {
		if typ, err := syntax.ParseType(in, nil); err == nil {
			t.Errorf("%.20q is read as %v", in, typ)
		}
	}
}

func TestExpressionsAlone(t *testing.T) {
	t.Parallel()
	d, _ := syntax.Lookup("bigquery")
	x, errs := syntax.ParseExpr("a.b > 1 and c is not null", d)
	if want := "(and (> a.b 1) (Is c :Not))\n"; len(errs) > 0 || syntax.Dump(x) != want {
		t.Errorf("got %s (%v), want %s", syntax.Dump(x), errs, want)
	}
	x, errs = syntax.ParseExpr("a > and b", d)
	if want := "(Bad :Parts [a b])\n"; len(errs) != 1 || syntax.Dump(x) != want {
		t.Errorf("got %s (%v), want %s", syntax.Dump(x), errs, want)
	}
	if _, errs = syntax.ParseExpr("a b", d); len(errs) != 1 {
		t.Errorf("errors: %v", errs)
	}
	if _, errs = syntax.ParseExpr("", nil); len(errs) != 1 {
		t.Errorf("errors: %v", errs)
	}
}

func TestPositionsCountCharacters(t *testing.T) {
	t.Parallel()
	f := syntax.Parse("a\r\n日本\tx\n\n", nil)
	cases := []struct {
		at   int
		want syntax.Position
	}{
		{-5, syntax.Position{Line: 1, Col: 1}},
		{0, syntax.Position{Line: 1, Col: 1}},
		{1, syntax.Position{Line: 1, Col: 2}},
		{3, syntax.Position{Line: 2, Col: 1}},
		{6, syntax.Position{Line: 2, Col: 2}},
		{10, syntax.Position{Line: 2, Col: 4}},
		{11, syntax.Position{Line: 2, Col: 5}},
		{12, syntax.Position{Line: 3, Col: 1}},
		{13, syntax.Position{Line: 4, Col: 1}},
		{99, syntax.Position{Line: 4, Col: 1}},
	}
	for _, c := range cases {
		if got := f.Position(syntax.Pos(c.at)); got != c.want {
			t.Errorf("%d is %+v, want %+v", c.at, got, c.want)
		}
	}
}

func TestExcerptsPointAtTheSpan(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	cases := []struct {
		name, src string
		span      syntax.Span
		want      string
	}{
		{"a word", "a\nselect b from t\nc", syntax.Span{Pos: 9, End: 10}, "select b from t\n       ^"},
		{"nothing", "select", syntax.Span{Pos: 6, End: 6}, "select\n      ^"},
		{"an empty text", "", syntax.Span{}, "\n^"},
		{"more than a line", "ab\ncd", syntax.Span{Pos: 1, End: 5}, "ab\n ^"},
		{"tabs before", "\ta\tb", syntax.Span{Pos: 3, End: 4}, "\ta\tb\n\t \t^"},
		{"wide characters before and under", "日本 x", syntax.Span{Pos: 3, End: 8}, "日本 x\n  ^^^^"},
		{"carriage returns", "a b\r\nc", syntax.Span{Pos: 2, End: 3}, "a b\n  ^"},
		{"control characters", "a\x1b[31mb", syntax.Span{Pos: 6, End: 7}, "a\ufffd[31mb\n      ^"},
		{"a long line", long + "y" + long, syntax.Span{Pos: 300, End: 301}, "…" + strings.Repeat("x", 33) + "y" + strings.Repeat("x", 66) + "…\n" + strings.Repeat(" ", 34) + "^"},
		{"a line that just fits", "select a from " + long[:86], syntax.Span{Pos: 60, End: 61}, "select a from " + long[:86] + "\n" + strings.Repeat(" ", 60) + "^"},
		{"the end of a long line", long + "yz", syntax.Span{Pos: 300, End: 301}, "…" + strings.Repeat("x", 98) + "yz\n" + strings.Repeat(" ", 99) + "^"},
		{"the begin of a long line", "y" + long, syntax.Span{Pos: 0, End: 1}, "y" + strings.Repeat("x", 99) + "…\n^"},
		{"a byte order mark", "\ufeffselect a\r\n", syntax.Span{Pos: 10, End: 11}, "select a\n       ^"},
		{"empty lines at the end", "select a\nfrom\n \n\n", syntax.Span{Pos: 16, End: 16}, "from\n    ^"},
		{"outside of the text", "ab", syntax.Span{Pos: -3, End: 99}, "ab\n^^"},
		{"inverted", "abc", syntax.Span{Pos: 2, End: 1}, "abc\n  ^"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, syntax.Excerpt(c.src, c.span)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestAByteOrderMarkIsNoCharacter(t *testing.T) {
	t.Parallel()
	f := syntax.Parse("\ufeffselect a\nfrom t", nil)
	if len(f.Errors) > 0 {
		t.Fatal(f.Errors[0])
	}
	for pos, want := range map[syntax.Pos]syntax.Position{0: {Line: 1, Col: 1}, 3: {Line: 1, Col: 1}, 10: {Line: 1, Col: 8}, 12: {Line: 2, Col: 1}} {
		if got := f.Position(pos); got != want {
			t.Errorf("%d is %+v, want %+v", pos, got, want)
		}
	}
}

// TestAnErrorAtTheEndStandsBehindTheLastWord keeps errors off the empty lines
// with which files end.
func TestAnErrorAtTheEndStandsBehindTheLastWord(t *testing.T) {
	t.Parallel()
	d, _ := syntax.Lookup("bigquery")
	f := syntax.Parse("select a\nfrom\n\n  \n", d)
	if len(f.Errors) != 1 {
		t.Fatalf("got %d errors", len(f.Errors))
	}
	e := f.Errors[0]
	if diff := cmp.Diff(syntax.Position{Line: 2, Col: 5}, f.Position(e.Pos)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff("from\n    ^", syntax.Excerpt(f.Src, syntax.Span{Pos: e.Pos, End: e.End})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	if syntax.Fold("Abc_É") != syntax.Fold("aBC_É") || syntax.Fold("a") == syntax.Fold("b") {
		t.Error("Fold does not fold")
	}
	if !syntax.EqualFold("Ab[", "aB[") || syntax.EqualFold("[", "{") || syntax.EqualFold("é", "É") || syntax.EqualFold("a", "ab") {
		t.Error("EqualFold folds too much or too little")
	}
}

func TestDialectsOfAdapters(t *testing.T) {
	t.Parallel()
	for _, name := range strings.Fields("bigquery duckdb postgres redshift snowflake databricks spark trino athena presto sqlserver fabric synapse mysql mariadb sqlite clickhouse oracle BigQuery") {
		if _, ok := syntax.Lookup(name); !ok {
			t.Errorf("no dialect for %s", name)
		}
	}
	if d, ok := syntax.Lookup("excel"); ok || d != nil {
		t.Error("found a dialect for excel")
	}
	d, _ := syntax.Lookup("snowflake")
	if got := d.ColumnText("sum( a )\n + 1"); got != "SUM( A ) + 1" {
		t.Errorf("ColumnText gives %q", got)
	}
	if got := d.ValuesColumn(0); got != "column1" {
		t.Errorf("ValuesColumn gives %q", got)
	}
}

// seeds gives the fuzzer the golden cases, where there is something of
// everything.
func seeds(f *testing.F) {
	f.Helper()
	paths, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, c := range strings.Split("\n"+string(data), "\n### ")[1:] {
			_, rest, _ := strings.Cut(c, "\n")
			sql, _, _ := strings.Cut(rest, "\n---\n")
			for _, stmt := range strings.Split(sql, ";") {
				f.Add(stmt)
			}
		}
	}
}

// FuzzParse reads any text in several dialects: no panic, no long time, spans
// that nest.
func FuzzParse(f *testing.F) {
	seeds(f)
	var dialects []*syntax.Dialect
	for _, name := range []string{"bigquery", "duckdb", "postgres", "snowflake", "databricks", "mysql", "sqlserver", "clickhouse"} {
		d, _ := syntax.Lookup(name)
		dialects = append(dialects, d)
	}
	dialects = append(dialects, syntax.Generic())
	f.Fuzz(func(t *testing.T, src string) {
		for _, d := range dialects {
			var file *syntax.File
			took := cputime.Of(func() { file = syntax.Parse(src, d) })
			if took > time.Second {
				t.Errorf("%s took %v", d.Name, took)
			}
			if err := checkTree(file); err != nil {
				t.Errorf("%s: %v", d.Name, err)
			}
			for _, s := range file.Stmts {
				syntax.Dump(s)
			}
			for _, e := range file.Errors {
				file.Position(e.Pos)
				syntax.Excerpt(src, syntax.Span{Pos: e.Pos, End: e.End})
			}
			syntax.ParseExpr(src, d)
			if typ, err := syntax.ParseType(src, d); err == nil {
				_ = typ.String()
			}
		}
	})
}
