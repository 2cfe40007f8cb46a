package syntax_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/syntax"
)

// texts are of all sizes, so that each is read in what others have left.
func texts() []string {
	return []string{
		"select a, b as c from t where a > 1 order by b",
		"select " + strings.Repeat("f(a, b.c) + 1 as x, ", 2000) + "1 from t",
		"with x as (select * from t), y as (select a from x qualify row_number() over (partition by a order by b) = 1) select * from y",
		"select from where",
		"",
		"select case when a then b else c end, struct(a as b, [1, 2]) from unnest(array(select as struct 1 as n)) as e with offset",
		"merge into t using s on t.id = s.id when matched then update set a = s.a when not matched then insert row",
		"select " + strings.Repeat("(", 900) + "a" + strings.Repeat(")", 900) + " from t",
		"declare x int64 default 1; set x = 2; begin select x; end; select a from t;",
	}
}

func TestReaderReadsAsParseDoes(t *testing.T) {
	bigquery, _ := syntax.Lookup("bigquery")
	var r syntax.Reader
	for round := range 3 {
		for i, src := range texts() {
			want := syntax.Parse(src, bigquery)
			got := r.Parse(src, bigquery)
			if diff := cmp.Diff(dumps(want), dumps(got)); diff != "" {
				t.Fatalf("round %d, text %d: the trees differ (-Parse +Reader):\n%s", round, i, diff)
			}
			if diff := cmp.Diff(want.Errors, got.Errors); diff != "" {
				t.Fatalf("round %d, text %d: the errors differ (-Parse +Reader):\n%s", round, i, diff)
			}
		}
	}
}

func dumps(f *syntax.File) []string {
	var out []string
	for _, st := range f.Stmts {
		out = append(out, syntax.Dump(st))
	}
	return out
}
