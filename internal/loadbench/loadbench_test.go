package loadbench

import (
	"context"
	"fmt"
	"os"
	"testing"

	"impact/lineage/destination"
	"impact/sync/synctest"
)

var server *synctest.Server

func TestMain(m *testing.M) {
	if os.Getenv(ChildVariable) != "" {
		if err := Child(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(synctest.Main(m, &server, synctest.ServerOptions{}))
}

// TestMemoryIsTheSameForAnyNumberOfRowsAndAnyKey holds small loads to it; "make
// bench-sync" holds a million rows to the same limit. Under the race detector,
// where memory says nothing, the few rows are loaded for the detector's sake.
func TestMemoryIsTheSameForAnyNumberOfRowsAndAnyKey(t *testing.T) {
	t.Parallel()
	sizes := []int64{30_000, 150_000}
	if raced {
		sizes = sizes[:1]
	}
	for _, key := range []string{"id", "sf_id"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			name := server.Database(t, "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
			var small [3]int64
			for _, rows := range sizes {
				server.Exec(t, name, "DROP TABLE IF EXISTS jobs", "CREATE TABLE jobs "+Columns(key), "DROP TABLE IF EXISTS _impact_loads")
				for i, l := range []Load{
					{Mode: destination.Mirror},
					{Mode: destination.Mirror, Source: Source{Version: 3, Step: 5}},
					{Mode: destination.Replace, Source: Source{Version: 4, Step: 1}},
				} {
					l.DSN, l.Table, l.Key, l.RunID, l.Source.Rows = server.DSN(name), "jobs", key, fmt.Sprint("run-", i), rows
					r, _, err := l.InProcess(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					want := []string{"swap", "merge", "swap"}[i]
					t.Logf("%d rows by %s: %.2f s, %d MB", rows, r.Method, r.Seconds, r.Memory>>20)
					if r.Method != want || r.Counts.Read != rows {
						t.Fatalf("by %s: %+v", r.Method, r.Counts)
					}
					if small[i] == 0 {
						small[i] = r.Memory
					}
					if raced {
						continue
					}
					if r.Memory > MaxMemory || r.Memory > small[i]+24<<20 {
						t.Errorf("%d rows by %s need %d MB, 30,000 need %d MB", rows, r.Method, r.Memory>>20, small[i]>>20)
					}
				}
			}
		})
	}
}

func TestAReportNamesWhatMissesItsTarget(t *testing.T) {
	t.Parallel()
	b := &bench{Options: Options{Rows: 10, Repetitions: 3}, empty: 2, sample: map[step][]sample{
		stepServer: {{seconds: 3}, {seconds: 2}, {seconds: 9}}, stepFirst: {{seconds: 2}, {seconds: 2}, {seconds: 100}},
		stepTruncate: {{seconds: 4}}, stepReplace: {{seconds: 4}}, stepUpsert: {{seconds: 50}}, stepMirror: {{seconds: 5, memory: 65 << 20}},
	}}
	r := b.report()
	want := []string{
		"replace, all rows changed: 1.00x, 1.2x wanted",
		"mirror, 0.1 % changed: 65 MB, 64 MB allowed",
		"a reader found an empty table 2 times while replace ran",
	}
	if fmt.Sprint(r.Failures) != fmt.Sprint(want) {
		t.Fatalf("%q", r.Failures)
	}
}
