package mysql_test

import (
	"context"
	"fmt"
	"testing"

	"impact/internal/loadbench"
	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// BenchmarkMirrorUnchanged is the comparison alone. "make bench-sync" measures
// whole loads against what is done by hand.
func BenchmarkMirrorUnchanged(b *testing.B) {
	const rows = 100_000
	be := newBench(b, "CREATE TABLE jobs "+loadbench.Columns("id"))
	src := &loadbench.Source{Rows: rows}
	l := be.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	m, err := src.Describe(context.Background(), "")
	if err != nil {
		b.Fatal(err)
	}
	db := be.open()
	schema, err := db.Schema(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	p, err := plan.Build(plan.Input{Loads: be.loads, Models: map[string]plan.Model{l.Model: m}, Schemas: map[string]*destination.Schema{"db": schema}})
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	execute := func() {
		n++
		if r := run.Execute(context.Background(), p, src, map[string]run.Destination{"db": db}, run.Options{RunID: fmt.Sprint(n), Approve: p.Hash}).Loads[0]; r.Status != run.StatusDone {
			b.Fatal(r.Error)
		}
	}
	execute()
	b.ResetTimer()
	for range b.N {
		execute()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
