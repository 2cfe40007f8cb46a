package lineage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamesFindTheirRelations(t *testing.T) {
	t.Parallel()
	const events = `-- source ga.events {"identifier": "events_*", "relation_name": "` + "`lake`.`ga`.`events_*`" + `"} --
id INT64
-- source ga.intraday {"identifier": "events_intraday_*", "relation_name": "` + "`lake`.`ga`.`events_intraday_*`" + `"} --
id INT64
`
	tests := []struct {
		name, project, column string
		want                  []string
	}{
		{"a column of DuckDB whose name is taken gets a number", `-- project {"adapter_type": "duckdb"} --
-- source raw.a --
id INTEGER
-- source raw.b --
id INTEGER
-- model m --
select a.*, b.* from {{ source('raw', 'a') }} a join {{ source('raw', 'b') }} b on true
-- model n --
select id_1 from {{ ref('m') }}
`, "m:id_1", []string{"raw.b:id"}},
		{"tables whose names differ in case are two", `-- source raw.Orders --
id INT64
-- source raw.orders --
id INT64
-- model m --
select a.id as x, b.id as y from {{ source('raw', 'Orders') }} a, ` + "`lake`.raw.orders" + ` b
`, "m:y", []string{"raw.orders:id"}},
		{"part of a wildcard is read from the source that holds it", events + "-- model m --\nselect id from `lake.ga.events_2024*`\n", "m:id", []string{"ga.events:id"}},
		{"of two wildcards the nearer is read", events + "-- model m --\nselect id from `lake.ga.events_intraday_2024*`\n", "m:id", []string{"ga.intraday:id"}},
		{"a wildcard is itself before one that is wider", events + "-- model m --\nselect id from {{ source('ga', 'intraday') }}\n", "m:id", []string{"ga.intraday:id"}},
		{"the only table of a wildcard", "-- source ga.events_1 --\nid INT64\n-- model m --\nselect id from `lake.ga.events_*`\n", "m:id", []string{"ga.events_1:id"}},
		{"a wildcard over several tables comes from each that has the column",
			"-- source ga.events_1 --\nid INT64\n-- source ga.events_2 --\nid INT64\nextra INT64\n-- model m --\nselect id, extra from `lake.ga.events_*`\n",
			"lake.ga.events_*:extra", []string{"ga.events_2:extra inferred"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, ups(t, project(t, tt.project), tt.column)); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}
