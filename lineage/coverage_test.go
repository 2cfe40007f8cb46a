package lineage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage"
)

// TestABreakOfTheSyntaxIsToldOnce has a model of which much could not be read, and
// others that ask for its columns.
func TestABreakOfTheSyntaxIsToldOnce(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"with a as (select x, y from {{ source('raw', 't') }}) select * fron a",
		"select x, y from {{ source('raw', 't') }} where (x > 1",
		"with a as (selct x, y from {{ source('raw', 't') }}) select * from a",
		"select x y z, y from {{ source('raw', 't') }}",
		"selct x, y from {{ source('raw', 't') }}",
	} {
		g := project(t, `
-- source raw.t --
x INT64
y INT64
-- model bad --
`+sql+`
-- model next --
select b.x, y from {{ ref('bad') }} as b
-- model last --
select x, y from {{ ref('next') }}
`)
		for _, gap := range g.Coverage().Gaps {
			if gap.Code != "syntax" || g.Relation(gap.Rel).Name != "bad" || gap.Span.Pos < 0 {
				t.Errorf("%s: %s of %s: %s", sql, gap.Code, g.Relation(gap.Rel).Name, gap.Message)
			}
		}
		if got := len(g.Coverage().Gaps); got != 1 {
			t.Errorf("%s: %d gaps, want one", sql, got)
		}
	}
}

func TestCoverageCountsEveryModelOnce(t *testing.T) {
	t.Parallel()
	g := project(t, `
-- source raw.t --
x INT64
-- source raw.open --
-- model good --
select x from {{ source('raw', 't') }}
-- model guess --
select o.y from {{ source('raw', 'open') }} o
-- model bad --
select from from from ((
-- model py {"language": "python", "original_file_path": "models/py.py", "compiled_code": "def model"} --
# {{ ref('good') }}
-- model raw {"compiled": false, "raw_code": "{{ macro() }}"} --
{{ ref('good') }}
-- snapshot snap {"config": {"unique_key": "x", "updated_at": "x"}} --
select x from {{ ref('good') }}
-- exposure e --
{"depends_on": {"nodes": ["model.p.good"]}}
`)
	got := g.Coverage()
	got.Gaps = nil
	want := lineage.Coverage{
		Models: 6, Bound: 3, Unparsed: 1, NotCompiled: 1, Python: 1,
		Sources: 2, OpenSources: 1, Exposures: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if p := got.Percent(); p != 50 {
		t.Errorf("%d %%, want 50", p)
	}
	empty := lineage.Coverage{}
	if p := empty.Percent(); p != 100 {
		t.Errorf("an empty project is covered to %d %%", p)
	}
}
