package bigquery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync/atomic"
	"testing"

	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

var server *synctest.Server

func TestMain(m *testing.M) {
	os.Exit(synctest.Main(m, &server, synctest.ServerOptions{}))
}

// From BigQuery to a server, by both ways and in every mode: the first load, one
// that is interrupted while the model is read, the next run, and one that has
// nothing to do.
func TestModelsReachAServerInEveryMode(t *testing.T) {
	t.Parallel()
	const rows = 900
	fields := []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "v", Kind: plan.String}, {Name: "n", Kind: plan.Decimal}, {Name: "day", Kind: plan.Date}}
	model := func(from, to int, text string) []run.Row {
		var out []run.Row
		for i := from; i < to; i++ {
			out = append(out, synctest.NewRow(i, text+" 看護師😀", fmt.Sprintf("%d.5", i), "2024-02-29"))
		}
		return out
	}
	for _, c := range []struct {
		mode    destination.Mode
		changes int64  // of the second model
		want    string // rows with keys of the first model only, of both, of the second only
	}{
		{destination.Mirror, rows + 100, "0|800|100"},
		{destination.Replace, rows + 100, "0|800|100"},
		{destination.Upsert, rows, "100|800|100"},
		{destination.Append, rows, "100|1600|100"},
	} {
		for _, way := range bothWays {
			t.Run(fmt.Sprintf("%s by %s", c.mode, way), func(t *testing.T) {
				t.Parallel()
				f := newFake(t)
				f.pageRows, f.reader.batchRows = 300, 300
				key := "id INTEGER NOT NULL PRIMARY KEY"
				keys := []string{"id"}
				if c.mode == destination.Append {
					key, keys = "id INTEGER NOT NULL", nil
				}
				d := synctest.NewServerDelivery(t, server, func(testing.TB) run.Source { return f.open(func(o *Options) { o.Storage = way }) },
					"CREATE TABLE m ("+key+", v VARCHAR(20), n DECIMAL(8,2), day DATE) CHARACTER SET utf8mb4")
				d.Load("m", c.mode, keys...)
				put := func(rows []run.Row) { f.put("test-project.d.m", fields, rows) }
				state := func() string {
					return d.Rows("SELECT CONCAT(SUM(id < 100), '|', SUM(id BETWEEN 100 AND 899), '|', SUM(id >= 900)) FROM m")[0]
				}
				put(model(0, rows, "old"))
				if n, err := d.Changes(); n != rows || err != nil {
					t.Fatal(n, err)
				}
				all := "SELECT CONCAT(COUNT(*), '|', SUM(id), '|', SUM(v = 'old 看護師😀')) FROM m"
				before := d.Rows(all)
				put(model(100, rows+100, "new"))
				interrupted(t, f, d)
				if got := d.Rows(all); !slices.Equal(got, before) {
					t.Fatal("a run that was interrupted changed the table", got)
				}
				if n, err := d.Changes(); n != c.changes || err != nil {
					t.Fatal(n, err)
				}
				if got := state(); got != c.want {
					t.Fatal(got)
				}
				bad := d.Rows("SELECT id FROM m WHERE NOT (n = id + 0.5 AND day = '2024-02-29' AND v LIKE '%看護師😀')")
				if len(bad) > 0 {
					t.Fatal("values differ", bad)
				}
				if n, err := d.Changes(); n != 0 || err != nil {
					t.Fatal("a run with nothing to do", n, err)
				}
			})
		}
	}
}

// interrupted is a run that is cancelled when a part of the model has come.
func interrupted(t *testing.T, f *fake, d *synctest.Delivery) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var pages atomic.Int64
	f.mu.Lock()
	f.fail = func(w http.ResponseWriter, r *http.Request) bool {
		if !isPage(r) || pages.Add(1) < 3 {
			return false
		}
		cancel()
		answerError(w, 500, "backendError", "it failed")
		return true
	}
	f.reader.send = func(_ context.Context, row int, _ *storagepb.ReadRowsResponse) error {
		if row >= 600 {
			cancel()
		}
		return nil
	}
	f.mu.Unlock()
	loads, err := d.Run(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r := loads[0]; r.Status != run.StatusFailed || !errors.Is(r.Err, context.Canceled) || r.Counts.Changed() != 0 {
		t.Fatal(r.Status, r.Counts, r.Err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail, f.reader.send = nil, nil
}
