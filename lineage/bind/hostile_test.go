package bind_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/internal/cputime"
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// widened reports whether a result says that a construct was not followed.
func widened(r *bind.Result) bool {
	return slices.ContainsFunc(r.Diagnostics, func(d bind.Diagnostic) bool { return d.Code == bind.CodeWidened })
}

func TestFunctionsThatCallEachOtherTwiceAreBounded(t *testing.T) {
	t.Parallel()
	var scalars, tables strings.Builder
	scalars.WriteString("CREATE TEMP FUNCTION f0(x INT64) AS (x);\n")
	tables.WriteString("CREATE TABLE FUNCTION f0(x INT64) AS (SELECT x AS c FROM d.t);\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&scalars, "CREATE TEMP FUNCTION f%d(x INT64) AS (f%d(x)+f%d(x+1));\n", i, i-1, i-1)
		fmt.Fprintf(&tables, "CREATE TABLE FUNCTION f%d(x INT64) AS (SELECT c FROM f%d(x) UNION ALL SELECT c FROM f%d(x+1));\n", i, i-1, i-1)
	}
	for name, sql := range map[string]string{
		"scalar functions": scalars.String() + "SELECT f59(a) AS a FROM d.t",
		"table functions":  tables.String() + "SELECT c AS a FROM d.t, f59(t.a)",
	} {
		var r *bind.Result
		took := cputime.Of(func() { r = bind.Bind(syntax.Parse(sql, dialect(t, "bigquery")), nil) })
		if took > slowest {
			t.Errorf("%s: took %s", name, took)
		}
		if !widened(r) || r.Confidence != bind.Widened {
			t.Errorf("%s: nothing tells that calls were not followed", name)
		}
		if len(r.Outputs) != 1 || !slices.Contains(sourcesOf(r, &r.Outputs[0]), "t.a") && name == "scalar functions" {
			t.Errorf("%s: outputs %+v", name, r.Outputs)
		}
	}
}

func TestFewCallsOfFunctionsAreFollowed(t *testing.T) {
	t.Parallel()
	var sql strings.Builder
	sql.WriteString("CREATE TEMP FUNCTION f0(x INT64) AS (x);\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&sql, "CREATE TEMP FUNCTION f%d(x INT64) AS (f%d(x)+f%d(x+1));\n", i, i-1, i-1)
	}
	r := bind.Bind(syntax.Parse(sql.String()+"SELECT f9(a) AS a FROM d.t", dialect(t, "bigquery")), nil)
	if widened(r) {
		t.Errorf("widened: %+v", r.Diagnostics)
	}
	if diff := cmp.Diff([]string{"t.a"}, sourcesOf(r, &r.Outputs[0])); diff != "" {
		t.Error(diff)
	}
}

func TestStackOfAnyNumberOfRows(t *testing.T) {
	t.Parallel()
	for _, n := range []string{"9223372036854775807", "99999999999999999999", "1000000000", "4", "3", "2", "1", "0", "-1", "-9223372036854775808"} {
		sql := "select stack(" + n + ", a, b, id) from d.t"
		r := bind.Bind(syntax.Parse(sql, dialect(t, "databricks")), nil)
		if len(r.Outputs) == 0 {
			t.Errorf("%s: no outputs", sql)
			continue
		}
		got := map[string]bool{}
		for i := range r.Outputs {
			for _, s := range sourcesOf(r, &r.Outputs[i]) {
				got[s] = true
			}
		}
		if len(got) != 3 {
			t.Errorf("%s: sources %v", sql, got)
		}
	}
}

// scripts are loops that a hostile hand may write. Each ends with a query of one
// column, which must come from the column named, or be told to be incomplete.
func scripts() map[string][2]string {
	var chain, tables, ring, flat, many, exits, tries, mutual strings.Builder
	const n = 1000
	chain.WriteString("DECLARE v0")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&chain, ", v%d", i)
	}
	ring.WriteString(chain.String() + " INT64;\n")
	chain.WriteString(" INT64;\nWHILE @c DO\n")
	for i := range n {
		fmt.Fprintf(&chain, "SET v%d = v%d;\n", i, i+1)
	}
	fmt.Fprintf(&chain, "SET v%d = (SELECT MAX(x) FROM d.u);\nEND WHILE;\nSELECT v0 AS q", n)
	fmt.Fprintf(&ring, "SET v0 = (SELECT MAX(x) FROM d.u);\nWHILE @c DO\n")
	for i := range n {
		fmt.Fprintf(&ring, "SET v%d = v%d + v%d;\n", (i*7+1)%n, (i*7)%n, (i*13)%n)
	}
	fmt.Fprintf(&ring, "END WHILE;\nSELECT v%d AS q", n-1)
	for i := range 201 {
		fmt.Fprintf(&tables, "CREATE TABLE t%d (a INT64, b INT64);\n", i)
	}
	tables.WriteString("WHILE @c DO\n")
	for i := range 200 {
		fmt.Fprintf(&tables, "INSERT INTO t%d SELECT b, a FROM t%d;\n", i, i+1)
	}
	tables.WriteString("INSERT INTO t200 SELECT x, x FROM d.u;\nEND WHILE;\nSELECT a AS q FROM t0")
	flat.WriteString("DECLARE a, b, c INT64;\n")
	for range n {
		flat.WriteString("LOOP SET a = b; SET b = c; INSERT INTO d.w (id) SELECT id FROM d.w; SET c = (SELECT MAX(x) FROM d.u); END LOOP;\n")
	}
	flat.WriteString("SELECT a AS q")
	many.WriteString("DECLARE a, b INT64;\n")
	for range 50 {
		many.WriteString("WHILE a > 1 DO SET a = b; SET b = a; CREATE OR REPLACE TABLE d.o AS SELECT *, a AS z FROM d.o; ")
	}
	many.WriteString("SET b = (SELECT MAX(x) FROM d.u);" + strings.Repeat("END WHILE;", 50) + "SELECT a AS q")
	exits.WriteString("DECLARE a, b INT64;\nLOOP\n")
	for i := range n {
		fmt.Fprintf(&exits, "SET a = b + %d; IF @c THEN BREAK; END IF; IF @d THEN CONTINUE; END IF;\n", i)
	}
	exits.WriteString("SET b = (SELECT MAX(x) FROM d.u); END LOOP; SELECT a AS q")
	tries.WriteString("DECLARE a, b INT64;\nBEGIN\n")
	for i := range n {
		fmt.Fprintf(&tries, "SET a = (SELECT MAX(x + %d) FROM d.u); CREATE OR REPLACE TABLE d.o AS SELECT a, b AS b%d;\n", i, i)
	}
	tries.WriteString("SET a = 1; EXCEPTION WHEN ERROR THEN SET b = a; END; SELECT b AS q")
	for i := range 40 {
		fmt.Fprintf(&mutual, "CREATE PROCEDURE d.p%d(INOUT v INT64) BEGIN\n", i)
		if i == 0 {
			mutual.WriteString("SET v = (SELECT MAX(x) FROM d.u);")
		} else {
			fmt.Fprintf(&mutual, "WHILE v > 1 DO CALL d.p%d(v); CALL d.p%d(v); END WHILE;", i-1, i-1)
		}
		mutual.WriteString("END;\n")
	}
	mutual.WriteString("DECLARE a INT64;\nCALL d.p39(a);\nSELECT a AS q")
	return map[string][2]string{
		"a chain of variables":             {chain.String(), "u.x"},
		"variables that feed each other":   {ring.String(), "u.x"},
		"a chain of tables":                {tables.String(), "u.x"},
		"loops one after the other":        {flat.String(), "u.x"},
		"loops inside of each other":       {many.String(), "u.x"},
		"loops around many statements":     {strings.Repeat("LOOP ", 60) + strings.Repeat("INSERT d.w(id) SELECT x FROM d.u;", 200) + strings.Repeat("END LOOP;", 60) + "SELECT id AS q FROM d.w", "u.x"},
		"loops that are left often":        {exits.String(), "u.x"},
		"statements that may fail":         {tries.String(), "u.x"},
		"procedures that call each other":  {mutual.String(), "u.x"},
		"loops of loops that end in loops": {strings.Repeat("LOOP INSERT d.w(id) SELECT x FROM d.u; ", 60) + strings.Repeat("INSERT d.w(id) SELECT id FROM d.w; END LOOP;", 60) + "SELECT id AS q FROM d.w", "u.x"},
	}
}

func TestLoopsOfAnyNumberTakeLittleTime(t *testing.T) {
	t.Parallel()
	for name, c := range scripts() {
		var r *bind.Result
		took := cputime.Of(func() { r = bind.Bind(syntax.Parse(c[0], dialect(t, "bigquery")), nil) })
		if took > slowest {
			t.Errorf("%s: took %s", name, took)
		}
		t.Logf("%s: %s, widened %t", name, took, widened(r))
		if len(r.Outputs) != 1 || !slices.Contains(sourcesOf(r, &r.Outputs[0]), c[1]) && !widened(r) {
			t.Errorf("%s: outputs %+v", name, r.Outputs)
		}
		for i := range r.Diagnostics {
			if d := &r.Diagnostics[i]; d.Code == bind.CodeWidened {
				t.Log(d.Message)
				break
			} else if d.Error {
				t.Errorf("%s: %s", name, d.Message)
				break
			}
		}
	}
}

// procedural are bodies that a hostile hand may write, by dialect.
func procedural() map[string][2]string {
	var handlers, functions, bodies, sections, batch, rows strings.Builder
	const n = 400
	handlers.WriteString("CREATE PROCEDURE p(OUT o INT) BEGIN DECLARE v, w INT;\n")
	for range 50 {
		handlers.WriteString("DECLARE CONTINUE HANDLER FOR SQLWARNING BEGIN SET w = v; SET v = w + 1; END;\n")
	}
	for range n {
		handlers.WriteString("SET v = (SELECT MAX(x) FROM u);\n")
	}
	handlers.WriteString("SET o = w; END;\nCALL p(@q); SELECT @q AS q")
	for i := range 60 {
		body := "RETURN (SELECT max(x) FROM u);"
		if i > 0 {
			body = fmt.Sprintf("RETURN f%d(n) + f%d(n + 1);", i-1, i-1)
		}
		fmt.Fprintf(&functions, "CREATE FUNCTION f%d(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN %s END $$;\n", i, body)
	}
	functions.WriteString("SELECT f59(1) AS q")
	for i := range 3000 {
		fmt.Fprintf(&bodies, "DO $a%d$ BEGIN ", i)
	}
	for i := 2999; i >= 0; i-- {
		fmt.Fprintf(&bodies, "END $a%d$;", i)
	}
	sections.WriteString(strings.Repeat("DECLARE a int; b int;\n", 10000))
	batch.WriteString("DECLARE @v INT\n")
	for i := range 5000 {
		fmt.Fprintf(&batch, "IF @c = 1\nBEGIN\nDECLARE @a%d INT = @v\nSET @v += @a%d\nEND\n", i, i)
	}
	batch.WriteString("SELECT @v AS q")
	rows.WriteString("DECLARE\nc CURSOR FOR SELECT x FROM u;\nr RESULTSET;\nv INT;\nBEGIN\n")
	for range 2000 {
		rows.WriteString("FOR r IN c DO v := v + r.x; END FOR;\nr := (SELECT x, v AS w FROM u);\n")
	}
	rows.WriteString("END;\nSELECT 1 AS q")
	return map[string][2]string{
		"handlers behind every statement":    {handlers.String(), "mysql"},
		"functions that call others twice":   {functions.String(), "postgres"},
		"bodies in bodies":                   {bodies.String(), "postgres"},
		"sections without a block":           {sections.String(), "postgres"},
		"variables of a batch":               {batch.String(), "sqlserver"},
		"loops over cursors and result sets": {rows.String(), "snowflake"},
	}
}

func TestProceduralBodiesTakeLittleTime(t *testing.T) {
	t.Parallel()
	for name, c := range procedural() {
		var r *bind.Result
		took := cputime.Of(func() { r = bind.Bind(syntax.Parse(c[0], dialect(t, c[1])), nil) })
		if took > slowest {
			t.Errorf("%s: took %s", name, took)
		}
		t.Logf("%s: %s, widened %t, %d diagnostics", name, took, widened(r), len(r.Diagnostics))
	}
}

// TestScriptsHarmedByChance leaves out, doubles and moves words of scripts, in
// their own and in other dialects: none may panic or take long.
func TestScriptsHarmedByChance(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 5))
	cases := append(readCases(t, "testdata/cases/procedural.txt"), readCases(t, "testdata/cases/flow.txt")...)
	for range 1500 {
		c := &cases[rnd.IntN(len(cases))]
		words := strings.SplitAfter(c.sql, " ")
		for range 1 + rnd.IntN(4) {
			i, j := rnd.IntN(len(words)), rnd.IntN(len(words))
			switch rnd.IntN(4) {
			case 0:
				words[i] = ""
			case 1:
				words[i] += words[j]
			case 2:
				words[i], words[j] = words[j], words[i]
			default:
				other := strings.SplitAfter(cases[rnd.IntN(len(cases))].sql, " ")
				words[i] = other[rnd.IntN(len(other))]
			}
		}
		name := c.dialect
		if rnd.IntN(3) == 0 {
			name = fuzzDialects[rnd.IntN(len(fuzzDialects))]
		}
		d, sql := dialect(t, name), strings.Join(words, "")
		took := cputime.Of(func() { bind.Bind(syntax.Parse(sql, d), c.catalog(d)) })
		if took > slowest {
			t.Errorf("%s: took %s: %s", name, took, sql)
		}
	}
}

func TestStatementsThatWriteManyColumnsTakeLittleTime(t *testing.T) {
	t.Parallel()
	const n = 5000
	big := &bind.Relation{Name: "d.big"}
	var sets strings.Builder
	for i := range n {
		name := fmt.Sprintf("c%d", i)
		big.Columns = append(big.Columns, bind.NewColumn(name, nil))
		if i > 0 {
			sets.WriteString(", ")
		}
		sets.WriteString(name + " = 1")
	}
	for _, sql := range []string{
		"UPDATE d.big SET " + sets.String() + " WHERE true",
		"MERGE d.big b USING d.big t ON b.c1 = t.c2 WHEN MATCHED THEN UPDATE SET " + sets.String(),
	} {
		var r *bind.Result
		took := cputime.Of(func() { r = bind.Bind(syntax.Parse(sql, dialect(t, "bigquery")), oneRelation{big}) })
		if took > slowest {
			t.Errorf("%.20s…: took %s", sql, took)
		}
		if len(r.Outputs) != n {
			t.Errorf("%.20s…: %d outputs", sql, len(r.Outputs))
		}
	}
}

// oneRelation is a catalog that takes every name for one relation.
type oneRelation struct{ rel *bind.Relation }

// Relation implements bind.Catalog.
func (c oneRelation) Relation([]syntax.Ident) *bind.Relation { return c.rel }
