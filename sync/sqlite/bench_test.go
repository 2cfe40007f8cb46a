package sqlite_test

import (
	"context"
	"fmt"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// BenchmarkMirror loads 100,000 rows of ten columns, then changes one in a
// thousand of them.
func BenchmarkMirror(b *testing.B) {
	const rows = 100_000
	t := newBench(b, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, code varchar(18) NOT NULL UNIQUE, title varchar(80), pay decimal(10,2), open boolean, since date, at datetime(6), area varchar(20), n integer, rank float)")
	l := t.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "code", plan.String, "title", plan.String, "pay", plan.Decimal, "open", plan.Bool,
		"since", plan.Date, "at", plan.Timestamp, "area", plan.String, "n", plan.Int, "rank", plan.Float))
	table := t.src[l.Model]
	for i := range rows {
		table.Rows = append(table.Rows, synctest.NewRow(i, fmt.Sprintf("001A%012d", i), fmt.Sprint("Nurse of ward ", i%97), fmt.Sprintf("%d.%02d", 1000+i%999, i%100), i%2,
			"2026-01-02", "2026-01-02 03:04:05.123456", "Tokyo", i%1000, float64(i)/7))
	}
	db := t.open()
	for b.Loop() {
		t.exec(b, "DELETE FROM jobs")
		for _, step := range []string{"first", "changed"} {
			p := t.plan(db)
			t.runs++
			r := run.Execute(context.Background(), p, t.src, map[string]run.Destination{"db": db}, run.Options{RunID: fmt.Sprint("run", t.runs), Approve: p.Hash}).Loads[0]
			if r.Status != run.StatusDone {
				b.Fatalf("%s: %s", r.Status, r.Error)
			}
			b.ReportMetric(rows/r.Seconds, step+"-rows/s")
			for i := 0; i < rows; i += 1000 {
				table.Rows[i][2] = []byte(step)
			}
		}
	}
}
