package random

import (
	"strings"
	"testing"

	"impact/lineage/conformance/oracle"
)

func tables() []*oracle.Table {
	return []*oracle.Table{
		{Name: "p.d.pairs", Columns: []oracle.Column{{Name: "a", Type: "INT64"}, {Name: "b", Type: "INT64"}}},
		{Name: "p.d.orders", Columns: []oracle.Column{
			{Name: "id", Type: "INT64"}, {Name: "items", Type: "ARRAY<STRUCT<sku STRING, qty INT64, tags ARRAY<STRING>>>"},
		}},
	}
}

func TestAStatementDependsOnItsNumbersOnly(t *testing.T) {
	t.Parallel()
	different := map[string]bool{}
	for n := range uint64(300) {
		one := Statement(1, n, tables()).SQL
		if other := Statement(1, n, tables()).SQL; other != one {
			t.Fatalf("statement %d is once\n%s\nand once\n%s", n, one, other)
		}
		different[one] = true
	}
	if len(different) < 250 {
		t.Errorf("300 numbers make %d statements", len(different))
	}
}

func TestWhatOnlyOneSideSees(t *testing.T) {
	t.Parallel()
	engine, analyzer := sides("a " + ours("b "+theirs("c ")) + theirs("d "+ours("e ")) + "f")
	if engine != "a b f" || analyzer != "a d f" {
		t.Errorf("the engine reads %q and the analyzer %q", engine, analyzer)
	}
}

func TestATypeIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"INT64", "RANGE<DATE>", "ARRAY<STRUCT<a INT64, b ARRAY<STRUCT<c STRING>>>>", "STRUCT<a STRUCT<b DATE, c JSON>, d BOOL>"} {
		if got := parseType(text).String(); got != text {
			t.Errorf("%s is read as %s", text, got)
		}
	}
}

func TestShrinkKeepsWhatHolds(t *testing.T) {
	t.Parallel()
	sql := "select a, f(b, (select c from t where d = 'x, (')) as e from u join v using (k) order by 1"
	got := Shrink(sql, func(s string) bool { return strings.Contains(s, "where") && strings.Contains(s, "from u") })
	if got != "where from u" {
		t.Errorf("shrunk to %q", got)
	}
	if got := Shrink("select 1", func(string) bool { return false }); got != "select 1" {
		t.Errorf("what does not hold for anything smaller becomes %q", got)
	}
}
