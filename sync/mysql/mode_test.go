package mysql_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/synctest"
)

func diff(t testing.TB, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("(-want +got)\n%s", d)
	}
}

func TestMirrorAddsChangesAndRemoves(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id BIGINT PRIMARY KEY, title VARCHAR(20), clicks INT NOT NULL DEFAULT 0)",
		"INSERT INTO jobs VALUES (1, 'same', 7), (2, 'old', 8), (3, 'gone', 9), (10, 'ten', 1)")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "title", plan.String),
		[]any{1, "same"}, []any{2, "new"}, []any{4, "added"}, []any{10, "ten"})
	diff(t, "+1 ~1 -1", counts(b.done()[0]))
	diff(t, []string{"1|same|7", "2|new|8", "4|added|0", "10|ten|1"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
}
