package sqlite_test

import (
	"fmt"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

func TestAPlanShowsTheKeysThatTheRunWouldRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		collation string
		want      []string
	}{
		{"NOCASE", []string{"[B] key_collation", "[c] key_collation", "[w] not_owned"}},
		{"RTRIM", []string{"[a ] key_collation", "[d  ] key_collation", "[w] not_owned"}},
		{"BINARY", []string{"[w] not_owned"}},
	} {
		t.Run(c.collation, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id VARCHAR(9) COLLATE "+c.collation+" NOT NULL PRIMARY KEY, source VARCHAR(3) NOT NULL)",
				"INSERT INTO jobs VALUES ('b', 'sf'), ('d', 'web'), ('gone', 'sf'), ('w', 'web')")
			l := b.load("jobs", destination.Mirror, "id", fields("id", plan.String), []any{"b"}, []any{"B"}, []any{"C"}, []any{"c"}, []any{"a"}, []any{"a "}, []any{"d  "}, []any{"GONE"}, []any{"w"})
			l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
			l.OnBadRow = destination.RejectBadRow
			db := b.open()
			p := b.plan(db)
			var foreseen, refused []string
			o := run.Options{RunID: "x", Approve: p.Hash, Rejects: func(r run.Reject) { foreseen = append(foreseen, fmt.Sprint(r.Key, " ", r.Code)) }}
			r := run.Compare(t.Context(), p, b.src, map[string]run.Destination{"db": db}, o, nil).Loads[0]
			done := b.run()[0]
			for _, r := range b.rejected {
				refused = append(refused, fmt.Sprint(r.Key, " ", r.Code))
			}
			sort.Strings(foreseen)
			sort.Strings(refused)
			if d := cmp.Diff(c.want, foreseen) + cmp.Diff(c.want, refused); d != "" || done.Counts.Changed() != r.Counts.Changed() {
				t.Fatalf("%s\nplanned %+v, done %+v", d, r.Counts, done.Counts)
			}
		})
	}
}
