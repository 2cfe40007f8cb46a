package bigquery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	bq "google.golang.org/api/bigquery/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// deliver is a delivery of the fake's tables. Each run opens a source of its own.
func (f *fake) deliver(t testing.TB, way Storage, tables ...string) *synctest.Delivery {
	t.Helper()
	var ddl []string
	for _, name := range tables {
		ddl = append(ddl, "CREATE TABLE "+name+" (id INTEGER NOT NULL PRIMARY KEY, v TEXT)")
	}
	return synctest.NewDelivery(t, func(testing.TB) run.Source { return f.open(func(o *Options) { o.Storage = way }) }, ddl...)
}

func twoColumns() []plan.Field {
	return []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "v", Kind: plan.String}}
}

func textRows(n int, text string) []run.Row {
	rows := make([]run.Row, n)
	for i := range rows {
		rows[i] = synctest.NewRow(i*7919%n, text)
	}
	return rows
}

// A mirror of a model that lost its rows would empty the table: each failure in
// the midst of reading either passes, or leaves the table alone until a later
// run. With -short each failure meets one mode, the next one the other.
func TestALoadSurvivesWhatGoesWrongInTheMidstOfReading(t *testing.T) {
	t.Parallel()
	const rows = 2000
	page := func(from, to int64, answer func(w http.ResponseWriter)) func(*fake, func()) {
		return func(f *fake, _ func()) {
			var n atomic.Int64
			f.fail = func(w http.ResponseWriter, r *http.Request) bool {
				if !isPage(r) {
					return false
				}
				if k := n.Add(1); k < from || k > to {
					return false
				}
				answer(w)
				return true
			}
		}
	}
	refuse := func(code int, reason string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { answerError(w, code, reason, "it failed") }
	}
	lie := func(change func(*bq.GetQueryResultsResponse)) func(*fake, func()) {
		return func(f *fake, _ func()) {
			f.lie = func(res *bq.GetQueryResultsResponse) {
				if len(res.Rows) > 1 {
					change(res)
				}
			}
		}
	}
	send := func(times int64, at int, err error) func(*fake, func()) {
		return func(f *fake, _ func()) {
			var n atomic.Int64
			f.reader.send = func(_ context.Context, row int, _ *storagepb.ReadRowsResponse) error {
				if row >= at && n.Add(1) <= times {
					return err
				}
				return nil
			}
		}
	}
	const ever = 1 << 40
	both := func(f func(*fake, func())) map[Storage]func(*fake, func()) {
		return map[Storage]func(*fake, func()){ReadPages: f, ReadStream: f}
	}
	pages := func(f func(*fake, func())) map[Storage]func(*fake, func()) {
		return map[Storage]func(*fake, func()){ReadPages: f}
	}
	stream := func(f func(*fake, func())) map[Storage]func(*fake, func()) {
		return map[Storage]func(*fake, func()){ReadStream: f}
	}
	for i, c := range []struct {
		name   string
		harm   map[Storage]func(f *fake, cancel func())
		passes bool // the run succeeds nevertheless
	}{
		{"a page that fails once", pages(page(3, 3, refuse(500, "backendError"))), true},
		{"pages that fail for ever", pages(page(3, ever, refuse(503, "backendError"))), false},
		{"a quota that is used up", pages(page(3, ever, refuse(403, "quotaExceeded"))), false},
		{"rights that are taken away", pages(page(3, ever, refuse(403, "accessDenied"))), false},
		{"a result that is thrown away", pages(page(3, ever, refuse(404, "notFound"))), false},
		{"half an answer once", pages(page(3, 3, func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100000")
			_, _ = io.WriteString(w, `{"rows":[{"f":[`)
		})), true},
		{"a page that is the last too early", pages(lie(func(r *bq.GetQueryResultsResponse) { r.PageToken = "" })), false},
		{"pages that lack a row", pages(lie(func(r *bq.GetQueryResultsResponse) { r.Rows = r.Rows[1:] })), false},
		{"pages without rows at all", pages(lie(func(r *bq.GetQueryResultsResponse) { r.Rows, r.PageToken = nil, "" })), false},
		{"a stream that breaks once", stream(send(1, 600, status.Error(codes.Unavailable, "it broke"))), true},
		{"a stream that breaks for ever", stream(send(ever, 600, status.Error(codes.Unavailable, "it broke"))), false},
		{"a stream that is forbidden", stream(send(ever, 600, status.Error(codes.PermissionDenied, "Access Denied"))), false},
		{"a stream that ends too early", stream(send(ever, 600, io.EOF)), false},
		{"a stream that is cancelled over there", stream(send(ever, 600, status.Error(codes.Canceled, "it gave up"))), false},
		{"a batch that is cut", stream(func(f *fake, _ func()) {
			f.reader.send = func(_ context.Context, row int, res *storagepb.ReadRowsResponse) error {
				if row >= 600 {
					b := res.Rows.(*storagepb.ReadRowsResponse_ArrowRecordBatch).ArrowRecordBatch
					b.SerializedRecordBatch = b.SerializedRecordBatch[:len(b.SerializedRecordBatch)/2]
				}
				return nil
			}
		}), false},
		{"a run that is interrupted", map[Storage]func(*fake, func()){
			ReadPages: func(f *fake, cancel func()) {
				page(3, 3, func(w http.ResponseWriter) { cancel(); answerError(w, 500, "backendError", "it failed") })(f, cancel)
			},
			ReadStream: func(f *fake, cancel func()) {
				f.reader.send = func(_ context.Context, row int, _ *storagepb.ReadRowsResponse) error {
					if row >= 600 {
						cancel()
					}
					return nil
				}
			},
		}, false},
		{"a query that nobody may run", both(func(f *fake, _ func()) {
			f.jobFails = func(sql string) (string, string) {
				if strings.Contains(sql, " AS c1") {
					return "accessDenied", "Access Denied: Table m"
				}
				return "", ""
			}
		}), false},
		{"a policy that hides rows", both(func(f *fake, _ func()) { f.tables["test-project.d.m"].hidden = 700 }), false},
	} {
		for way, harm := range c.harm {
			for k, mode := range []destination.Mode{destination.Mirror, destination.Replace} {
				if testing.Short() && k != i%2 {
					continue
				}
				t.Run(fmt.Sprintf("%s, %s by %s", c.name, mode, way), func(t *testing.T) {
					t.Parallel()
					f := newFake(t)
					f.pageRows, f.reader.batchRows = 300, 300
					f.put("test-project.d.m", twoColumns(), textRows(rows, "old"))
					d := f.deliver(t, way, "m")
					d.Load("m", mode, "id")
					if n, err := d.Changes(); n != rows || err != nil {
						t.Fatal(n, err)
					}
					f.put("test-project.d.m", twoColumns(), textRows(rows-10, "new"))
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					harmed := func() {
						f.mu.Lock()
						defer f.mu.Unlock()
						harm(f, cancel)
					}
					loads, err := d.Run(ctx, harmed)
					if err != nil {
						t.Fatal(err)
					}
					r := loads[0]
					want := []string{fmt.Sprint(rows - 10)}
					if c.passes {
						if r.Status != run.StatusDone || !slices.Equal(d.Rows("SELECT COUNT(*) FROM m WHERE v = 'new'"), want) {
							t.Fatal(r.Status, r.Error, d.Rows("SELECT COUNT(*) FROM m WHERE v = 'new'"))
						}
						return
					}
					if r.Status != run.StatusFailed || r.Counts.Changed() != 0 {
						t.Fatal(r.Status, r.Counts)
					}
					if got := d.Rows("SELECT COUNT(*) FROM m WHERE v = 'old'"); !slices.Equal(got, []string{fmt.Sprint(rows)}) {
						t.Fatal("the table was changed", got)
					}
					if (c.name == "a run that is interrupted") != errors.Is(r.Err, context.Canceled) {
						t.Error(r.Err)
					}
					f.mu.Lock()
					f.fail, f.lie, f.jobFails, f.reader.send, f.tables["test-project.d.m"].hidden = nil, nil, nil, nil, 0
					f.mu.Unlock()
					if _, err := d.Changes(); err != nil || !slices.Equal(d.Rows("SELECT COUNT(*) FROM m WHERE v = 'new'"), want) || !slices.Equal(d.Rows("SELECT COUNT(*) FROM m"), want) {
						t.Fatal(err, d.Rows("SELECT COUNT(*) FROM m"))
					}
					if n, err := d.Changes(); n != 0 || err != nil {
						t.Fatal("a run with nothing to do", n, err)
					}
				})
			}
		}
	}
}

// Two loads of one run, whose models change while the first is read, deliver the
// rows of one instant.
func TestLoadsOfOneRunAreOfOneInstant(t *testing.T) {
	t.Parallel()
	for _, way := range bothWays {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			for _, name := range []string{"m", "o"} {
				f.put("test-project.d."+name, twoColumns(), textRows(900, "old"))
			}
			d := f.deliver(t, way, "m", "o")
			d.Load("m", destination.Mirror, "id")
			d.Load("o", destination.Mirror, "id")
			var once atomic.Bool
			d.Options.Events = func(e run.Event) {
				if e.Load == "m" && e.Phase == run.PhaseDone && !once.Swap(true) {
					f.put("test-project.d.m", twoColumns(), textRows(900, "new"))
					f.put("test-project.d.o", twoColumns(), textRows(900, "new"))
				}
			}
			if _, err := d.Changes(); err != nil {
				t.Fatal(err)
			}
			if !once.Load() {
				t.Fatal("nothing changed in between")
			}
			state := func(text string) {
				t.Helper()
				for _, table := range []string{"m", "o"} {
					if got := d.Rows("SELECT COUNT(*) FROM " + table + " WHERE v = '" + text + "'"); got[0] != "900" {
						t.Errorf("%s: %s rows are %s", table, got[0], text)
					}
				}
			}
			state("old")
			if n, err := d.Changes(); n != 1800 || err != nil {
				t.Fatal(n, err)
			}
			state("new")
		})
	}
}
