package bind_test

import (
	"fmt"
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

func TestLoopsInsideOfEachOtherAreBounded(t *testing.T) {
	t.Parallel()
	const n = 60
	sql := strings.Repeat("LOOP ", n) + strings.Repeat("INSERT d.w(id) SELECT x FROM d.u;", 200) + strings.Repeat("END LOOP;", n)
	var r *bind.Result
	took := cputime.Of(func() { r = bind.Bind(syntax.Parse(sql, dialect(t, "bigquery")), nil) })
	if took > slowest {
		t.Errorf("took %s", took)
	}
	if !widened(r) {
		t.Error("nothing tells that loops were followed once only")
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
