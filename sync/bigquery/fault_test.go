package bigquery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	bq "google.golang.org/api/bigquery/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"impact/sync/run"
)

func isPage(r *http.Request) bool {
	return strings.Contains(r.URL.Path, "/queries/") && r.URL.Query().Get("maxResults") != "0"
}

// Each failure is injected while 2,000 rows are read in pages of 300. Either all
// rows come, in order, or the error says what happened.
func TestPagesFailInEveryWay(t *testing.T) {
	t.Parallel()
	const rows = 2000
	once := func(when int64, code int, reason string) func(*fake) {
		return func(f *fake) {
			var n atomic.Int64
			f.fail = func(w http.ResponseWriter, r *http.Request) bool {
				if isPage(r) && n.Add(1) == when {
					answerError(w, code, reason, "it failed")
					return true
				}
				return false
			}
		}
	}
	always := func(after int64, code int, reason, message string) func(*fake) {
		return func(f *fake) {
			var n atomic.Int64
			f.fail = func(w http.ResponseWriter, r *http.Request) bool {
				if isPage(r) && n.Add(1) > after {
					answerError(w, code, reason, message)
					return true
				}
				return false
			}
		}
	}
	lie := func(when int, change func(*bq.GetQueryResultsResponse)) func(*fake) {
		return func(f *fake) {
			n := 0
			f.lie = func(res *bq.GetQueryResultsResponse) {
				if n++; n == when+1 { // the first answer is the instant
					change(res)
				}
			}
		}
	}
	cases := []struct {
		name      string
		prepare   func(*fake)
		want      string // "" if all rows come
		transient bool
	}{
		{"nothing fails", func(*fake) {}, "", false},
		{"a 500 once", once(4, 500, "backendError"), "", false},
		{"a 503 once", once(3, 503, ""), "", false},
		{"too many requests once", once(5, 429, "rateLimitExceeded"), "", false},
		{"a rate limit as a 403", once(5, 403, "rateLimitExceeded"), "", false},
		{"a 500 for ever", always(3, 500, "backendError", "it failed"), "it failed (500)", true},
		{"a quota that is used up", always(3, 403, "quotaExceeded", "Quota exceeded"), "Quota exceeded (403)", false},
		{"rights that are taken away", always(3, 403, "accessDenied", "Access Denied"), "Access Denied (403)", false},
		{"a token that is forgotten once", once(4, 400, "invalid"), "", false},
		{"a token that is forgotten for ever", always(3, 400, "invalid", "Invalid page token"), "Invalid page token (400)", false},
		{"a result that is gone", always(3, 404, "notFound", "Not found: Job"), "Not found: Job (404)", true},
		{"a page without its last row", lie(3, func(r *bq.GetQueryResultsResponse) { r.Rows = r.Rows[:len(r.Rows)-1] }), "ended after 1999 of 2000", true},
		{"a page that says it is the last", lie(3, func(r *bq.GetQueryResultsResponse) { r.PageToken = "" }), "ended after 900 of 2000", true},
		{"a page of another result", lie(3, func(r *bq.GetQueryResultsResponse) { r.TotalRows = 5 }), "the result had 2000 rows, a page says 5", true},
		{"a page that comes twice", lie(3, func(r *bq.GetQueryResultsResponse) { r.Rows = append(r.Rows, r.Rows...) }), "more rows than the result has", true},
		{"the same token again", lie(3, func(r *bq.GetQueryResultsResponse) { r.PageToken = "page ä/600" }), "the same page comes again", true},
		{"an empty page between", func(f *fake) {
			n := 0
			f.lie = func(r *bq.GetQueryResultsResponse) {
				if n++; n == 4 {
					r.Rows, r.PageToken = nil, "page ä/0600"
				}
			}
		}, "", false},
		{"a row that lacks a column", lie(3, func(r *bq.GetQueryResultsResponse) { r.Rows[5].F = r.Rows[5].F[:1] }), "not what the API writes", true},
		{"a value of another form", lie(3, func(r *bq.GetQueryResultsResponse) { r.Rows[5].F[0].V = "SECRET" }), "row 606: column 1", false},
		{"a nested value", lie(3, func(r *bq.GetQueryResultsResponse) { r.Rows[5].F[0].V = map[string]any{"f": 1} }), "not what the API writes", true},
		{"half an answer once", func(f *fake) {
			var n atomic.Int64
			f.fail = func(w http.ResponseWriter, r *http.Request) bool {
				if !isPage(r) || n.Add(1) != 4 {
					return false
				}
				w.Header().Set("Content-Length", "100000")
				_, _ = io.WriteString(w, `{"rows":[{"f":[{"v":"1"}`)
				return true
			}
		}, "", false},
		{"no answer once", func(f *fake) {
			var n atomic.Int64
			f.fail = func(_ http.ResponseWriter, r *http.Request) bool {
				if isPage(r) && n.Add(1) == 4 {
					panic(http.ErrAbortHandler)
				}
				return false
			}
		}, "", false},
		{"no answer for ever", func(f *fake) {
			var n atomic.Int64
			f.fail = func(_ http.ResponseWriter, r *http.Request) bool {
				if isPage(r) && n.Add(1) > 3 {
					panic(http.ErrAbortHandler)
				}
				return false
			}
		}, "cannot reach BigQuery", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.pageRows = 300
			f.add("test-project.d.m", jobs(), manyJobs(rows)...)
			c.prepare(f)
			got, err := readAllRows(t, f.open(func(o *Options) { o.Storage = ReadPages }), "m", run.Order{Column: "id", Numeric: true})
			judge(t, got, rows, err, c.want, c.transient)
		})
	}
}

func judge(t *testing.T, got []string, rows int, err error, want string, transient bool) {
	t.Helper()
	for i, row := range got {
		// Rows that a page lacks or repeats are seen at the end.
		if strings.HasPrefix(want, "ended after 1999") || strings.HasPrefix(want, "more rows") {
			break
		}
		if !strings.HasPrefix(row, fmt.Sprintf("%d|", i-rows/2)) {
			t.Fatalf("row %d is %s", i, row)
		}
	}
	if want == "" {
		if err != nil || len(got) != rows {
			t.Fatal(len(got), err)
		}
		return
	}
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SECRET") {
		t.Fatalf("%d rows, %v, want %s", len(got), err, want)
	}
	if errors.Is(err, run.ErrTransient) != transient {
		t.Errorf("transient is %v: %v", !transient, err)
	}
}

// The same for streams, which have 2,000 rows in batches of 300.
func TestStreamsFailInEveryWay(t *testing.T) {
	t.Parallel()
	const rows = 2000
	breaks := func(times int64, at int, code codes.Code) func(*fake) {
		return func(f *fake) {
			var n atomic.Int64
			f.reader.send = func(_ context.Context, row int, _ *storagepb.ReadRowsResponse) error {
				if row >= at && n.Add(1) <= times {
					return status.Error(code, "it broke")
				}
				return nil
			}
		}
	}
	change := func(at int, f func(*storagepb.ReadRowsResponse)) func(*fake) {
		return func(k *fake) {
			k.reader.send = func(_ context.Context, row int, res *storagepb.ReadRowsResponse) error {
				if row == at {
					f(res)
				}
				return nil
			}
		}
	}
	data := func(r *storagepb.ReadRowsResponse) *[]byte {
		return &r.Rows.(*storagepb.ReadRowsResponse_ArrowRecordBatch).ArrowRecordBatch.SerializedRecordBatch
	}
	cases := []struct {
		name      string
		prepare   func(*fake)
		want      string
		transient bool
	}{
		{"nothing fails", func(*fake) {}, "", false},
		{"it breaks once", breaks(1, 600, codes.Unavailable), "", false},
		{"it breaks three times at one place", breaks(3, 600, codes.Internal), "", false},
		{"it breaks at the beginning", breaks(2, 0, codes.Aborted), "", false},
		{"it breaks for ever", breaks(1000, 600, codes.Unavailable), "it broke (Unavailable)", true},
		{"the server gives up", breaks(1000, 600, codes.Canceled), "it broke (Canceled)", true},
		{"a quota", breaks(1000, 600, codes.ResourceExhausted), "it broke (ResourceExhausted)", true},
		{"rights that are taken away", breaks(1000, 600, codes.PermissionDenied), "it broke (PermissionDenied)", false},
		{"the session is too old", breaks(1000, 600, codes.FailedPrecondition), "it broke (FailedPrecondition)", true},
		{"it breaks after every batch", func(f *fake) {
			f.reader.send = func(_ context.Context, row int, res *storagepb.ReadRowsResponse) error { return nil }
			f.reader.batchRows = 100
			var last atomic.Int64
			f.reader.send = func(_ context.Context, row int, _ *storagepb.ReadRowsResponse) error {
				if int64(row) > last.Swap(int64(row)) {
					return status.Error(codes.Unavailable, "it broke")
				}
				return nil
			}
		}, "", false},
		{"it breaks when all has come", func(f *fake) {
			f.reader.end = func() error { return status.Error(codes.Unavailable, "it broke") }
		}, "it broke (Unavailable)", true},
		{"it ends too early once", func(f *fake) {
			var n atomic.Int64
			f.reader.send = func(_ context.Context, row int, _ *storagepb.ReadRowsResponse) error {
				if row == 900 && n.Add(1) == 1 {
					return io.EOF
				}
				return nil
			}
		}, "", false},
		{"a batch that lacks a row", change(600, func(r *storagepb.ReadRowsResponse) { r.RowCount-- }), "a batch of 300 rows that should have 299", true},
		{"more rows than the result", change(600, func(r *storagepb.ReadRowsResponse) { r.RowCount = 5000 }), "more rows than the result has", false},
		{"a batch without data", change(600, func(r *storagepb.ReadRowsResponse) { *data(r) = nil }), "not an Arrow batch", true},
		{"half a batch", change(600, func(r *storagepb.ReadRowsResponse) { *data(r) = (*data(r))[:len(*data(r))/2] }), "the answer broke off", true},
		{"a batch of other columns", change(600, func(r *storagepb.ReadRowsResponse) {
			s := &bq.TableSchema{Fields: []*bq.TableFieldSchema{fieldOf("c1", "INTEGER")}}
			_, b := arrowMessages(s, make300(), 300)
			*data(r) = b[0].data
		}), "the answer broke off", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.reader.batchRows = 300
			f.add("test-project.d.m", jobs(), manyJobs(rows)...)
			c.prepare(f)
			got, err := readAllRows(t, f.open(func(o *Options) { o.Storage = ReadStream }), "m", run.Order{Column: "id", Numeric: true})
			if c.name == "it breaks when all has come" && err == nil {
				t.Fatal("the end was not seen")
			}
			judge(t, got, rows, err, c.want, c.transient)
		})
	}
}

func make300() [][]any {
	rows := make([][]any, 300)
	for i := range rows {
		rows[i] = []any{"1"}
	}
	return rows
}

// A client that is told to stop reports an end in many programs. Here it is an
// error, whenever it happens.
func TestACancelledReadIsNeverAnEnd(t *testing.T) {
	t.Parallel()
	for _, way := range bothWays {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.pageRows, f.reader.batchRows = 50, 50
			f.add("test-project.d.m", jobs(), manyJobs(1500)...)
			s := f.open(func(o *Options) { o.Storage = way })
			m, err := s.Describe(t.Context(), "m")
			if err != nil {
				t.Fatal(err)
			}
			errs := 0
			for trial := range 40 {
				ctx, cancel := context.WithCancel(t.Context())
				st, err := s.Read(ctx, run.Query{Node: "m", Model: m, Columns: m.Names()})
				if err != nil {
					t.Fatal(err)
				}
				stop := 1 + trial*37
				n := 0
				for {
					if n == stop {
						cancel()
					}
					// Half of the trials see the end of the context only
					// through the stream.
					with := ctx
					if trial%2 == 0 {
						with = t.Context()
					}
					if _, err = st.Next(with); err != nil {
						break
					}
					n++
				}
				cancel()
				if errors.Is(err, context.Canceled) && !errors.Is(err, io.EOF) {
					errs++
				} else if errors.Is(err, io.EOF) && n == 1500 && trial%2 == 0 {
					errs++ // everything had come already
				} else {
					t.Errorf("trial %d: %v after %d rows", trial, err, n)
				}
				if err := st.Close(); err != nil {
					t.Error(err)
				}
			}
			if errs != 40 {
				t.Errorf("%d of 40", errs)
			}
		})
	}
}

func TestACancelledQueryIsStopped(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.add("test-project.d.m", jobs(), manyJobs(10)...)
	s := f.open(nil)
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	f.wait = 1 << 30
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = s.Read(ctx, run.Query{Node: "m", Model: m, Columns: m.Names()})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.canceled) != 1 {
		t.Errorf("stopped: %v", f.canceled)
	}
}

func TestJobsThatTakeTimeAndLostAnswers(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.add("test-project.d.m", jobs(), manyJobs(10)...)
	f.wait = 3
	lost := 0
	f.fail = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/jobs") {
			lost++
			if lost%2 == 1 {
				// The job starts, and the answer is lost.
				f.mu.Lock()
				f.insert(discard{}, r)
				f.mu.Unlock()
				panic(http.ErrAbortHandler)
			}
		}
		return false
	}
	got, err := readAllRows(t, f.open(nil), "m")
	if err != nil || len(got) != 10 {
		t.Fatal(got, err)
	}
	if len(f.queries) != 2 {
		t.Errorf("%d queries ran: the instant and the read are two", len(f.queries))
	}
}

type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func TestTheBudgetIsKept(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.add("test-project.d.m", jobs(), manyJobs(10)...)
	f.bytes = 5000
	s := f.open(func(o *Options) { o.MaxBytesBilled = 4999 })
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	ran := len(f.queries)
	_, err = readModel(t, s, "m", m, m.Names())
	var over *BudgetError
	if !errors.As(err, &over) || over.Bytes != 5000 || over.Limit != 4999 || errors.Is(err, run.ErrTransient) {
		t.Fatal(err)
	}
	if len(f.queries) != ran {
		t.Error("a query ran")
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	deny := func(part string, code int, reason, message string) func(*fake) {
		return func(f *fake) {
			f.fail = func(w http.ResponseWriter, r *http.Request) bool {
				if strings.Contains(r.Method+" "+r.URL.Path, part) {
					answerError(w, code, reason, message)
					return true
				}
				return false
			}
		}
	}
	job := func(reason, message string) func(*fake) {
		return func(f *fake) {
			f.jobFails = func(sql string) (string, string) {
				if strings.Contains(sql, " AS c1") {
					return reason, message
				}
				return "", ""
			}
		}
	}
	cases := []struct {
		name       string
		prepare    func(*fake)
		want, hint string
		transient  bool
	}{
		{"no right to start jobs", deny("POST /projects/test-project/jobs", 403, "accessDenied", "Access Denied: Project test-project: User does not have bigquery.jobs.create permission"), "Access Denied", "roles/bigquery.jobUser", false},
		{"no right to see the table", deny("/tables/", 403, "accessDenied", "Access Denied: Table m"), "read metadata of test-project.d.m", "roles/bigquery.dataViewer", false},
		{"no such table", deny("/tables/", 404, "notFound", "Not found: Table m"), "Not found", "dbt build", false},
		{"no login", deny("/tables/", 401, "authError", "Invalid Credentials"), "Invalid Credentials", "gcloud auth", false},
		{"the API is off", deny("POST ", 403, "accessNotConfigured", "BigQuery API has not been used"), "has not been used", "enable the BigQuery API", false},
		{"a table behind a filter", job("invalidQuery", "Cannot query over table 'd.m' without a filter over column(s) 'day'"), "Cannot query over table", "require_partition_filter", false},
		{"a result that is too large", job("responseTooLarge", "Response too large to return"), "too large", "10 GB", false},
		{"a query that is too large", job("resourcesExceeded", "Resources exceeded during query execution"), "Resources exceeded", "slots", false},
		{"a job that somebody stopped", job("stopped", "Job execution was cancelled"), "cancelled", "stopped", false},
		{"an error with a value in it", job("invalidQuery", "Bad int64 value: SECRET"), "Bad int64 value …", "console", false},
		{"a job that hit a bad moment", job("backendError", "try later"), "try later", "", true},
		{"an error that is not JSON", func(f *fake) {
			f.fail = func(w http.ResponseWriter, r *http.Request) bool {
				http.Error(w, "<html>", http.StatusProxyAuthRequired)
				return true
			}
		}, "Proxy Authentication Required (407)", "", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.add("test-project.d.m", jobs(), manyJobs(10)...)
			c.prepare(f)
			_, err := readAllRows(t, f.open(nil), "m")
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || !strings.Contains(e.Hint(), c.hint) {
				t.Fatalf("%v\nhint: %s", err, e.Hint())
			}
			if strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "\n") {
				t.Error(err)
			}
			if errors.Is(err, run.ErrTransient) != c.transient {
				t.Error("transient:", !c.transient)
			}
		})
	}
}
