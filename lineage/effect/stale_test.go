package effect_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/effect"
)

// waiting is a project in which a load waits for a model that fails three steps
// before it, an exposure for one that fails its unit test, and another for one
// whose data test fails.
const waiting = `-- source raw.t --
id INT64
title STRING
other STRING
-- model stg --
select id, title, other from {{ source('raw', 't') }}
-- model mid --
select * from {{ ref('stg') }}
-- model mart --
select id, title from {{ ref('mid') }}
-- exposure board --
{"depends_on": {"nodes": ["model.p.mart"]}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "mirror", "key": ["id"], "columns": {"id": "id", "title": "title"}}}}
-- model starred --
select * from {{ source('raw', 't') }}
-- model counted --
select id from {{ ref('starred') }}
-- unit_test gives --
{"model": "counted", "given": [{"input": "ref('starred')", "format": "dict", "rows": [{"id": 1, "other": 2}]}], "expect": {"rows": [{"id": 1}]}, "depends_on": {"nodes": ["model.p.counted"]}}
-- exposure counts --
{"depends_on": {"nodes": ["model.p.counted"]}}
-- model tested --
select * from {{ source('raw', 't') }}
-- test whole {"attached_node": "model.p.tested", "column_name": "other"} --
select other from {{ ref('tested') }} where other is null
-- exposure checks --
{"depends_on": {"nodes": ["model.p.tested"]}}
== drop raw.t.title
== drop raw.t.other
`

// TestWhatWaitsTellsTheWay holds the paths of what is not updated: from the
// changed column to what fails, and over what waits for it.
func TestWhatWaitsTellsTheWay(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "waiting.txt")
	if err := os.WriteFile(file, []byte(waiting), 0o600); err != nil {
		t.Fatal(err)
	}
	g, cases := readDrops(t, file)
	got := map[string]string{}
	for _, c := range cases {
		for _, f := range c.answer(t, g).Findings {
			if f.Rule != effect.RuleLoadStale && f.Rule != effect.RuleExposureStale {
				continue
			}
			var steps []string
			for _, s := range f.Path {
				steps = append(steps, strings.TrimSuffix(s.Relation+"."+s.Column, "."))
			}
			got[c.field+" "+f.Subject.Name+": "+f.Message] = strings.Join(steps, " > ")
		}
	}
	want := map[string]string{
		"raw.t.title board: app.jobs stops updating: mart is not built":   "raw.t.title > stg > mid > mart > app.jobs",
		"raw.t.other board: app.jobs stops updating: mart is not built":   "raw.t.other > stg > mid > mart > app.jobs",
		"raw.t.other counts: counts stops updating: counted is not built": "raw.t.other > starred.other > counted > counts",
		"raw.t.other checks: checks stops updating: tested fails a test":  "raw.t.other > tested.other > checks",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
