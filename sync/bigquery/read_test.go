package bigquery

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bq "google.golang.org/api/bigquery/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"impact/sync/plan"
	"impact/sync/run"
)

var bothWays = []Storage{ReadPages, ReadStream}

func jobs() []*bq.TableFieldSchema {
	return []*bq.TableFieldSchema{fieldOf("id", "INTEGER"), fieldOf("code", "STRING"), fieldOf("pay", "NUMERIC")}
}

// manyJobs are n rows in a random order.
func manyJobs(n int) [][]any {
	rows := make([][]any, n)
	for i := range rows {
		rows[i] = []any{strconv.Itoa(i - n/2), fmt.Sprintf("a0B%06x", i*7919%n), fmt.Sprintf("%d.5", i)}
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(n, func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}

func TestRowsComeInTheWantedOrder(t *testing.T) {
	t.Parallel()
	rows := manyJobs(3000)
	rows = append(rows, []any{"5000", "é", "1"}, []any{"5001", "Z", "1"}, []any{"5002", "ハ", "1"}, []any{"5003", "は", "1"}, []any{"5004", "😀", "1"}, []any{"5005", "\uffff", "1"})
	for _, way := range bothWays {
		f := newFake(t)
		f.add("test-project.d.m", jobs(), rows...)
		s := f.open(func(o *Options) { o.Storage = way })
		for _, c := range []struct {
			order run.Order
			less  func(a, b string) bool
			at    int
		}{
			{run.Order{Column: "id", Numeric: true}, func(a, b string) bool { x, _ := strconv.Atoi(a); y, _ := strconv.Atoi(b); return x < y }, 0},
			{run.Order{Column: "id"}, func(a, b string) bool { return a < b }, 0},
			{run.Order{Column: "code"}, func(a, b string) bool { return a < b }, 1},
		} {
			got, err := readAllRows(t, s, "m", c.order)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(rows) {
				t.Fatalf("%d rows", len(got))
			}
			if !slices.IsSortedFunc(got, func(a, b string) int {
				if c.less(strings.Split(a, "|")[c.at], strings.Split(b, "|")[c.at]) {
					return -1
				}
				return 1
			}) {
				t.Errorf("%s: not in the order of %+v", way, c.order)
			}
		}
	}
}

func TestTheQueryIsWhatItShouldBe(t *testing.T) {
	t.Parallel()
	repeated := fieldOf("tags", "STRING")
	repeated.Mode = "REPEATED"
	f := newFake(t)
	f.bytes = 77
	f.add("test-project.d.odd table", []*bq.TableFieldSchema{fieldOf("日本語 名", "STRING"), fieldOf("a`b\\c", "INTEGER"), repeated, fieldOf("where", "GEOGRAPHY"), fieldOf("price", "FLOAT"), fieldOf("span", "INTERVAL")},
		[]any{"x", "1", "[]", "POINT(1 2)", "1", "0-0 1 0:0:0"})
	s := f.open(func(o *Options) {
		o.Labels = map[string]string{"team": "データ"}
		o.MaxBytesBilled, o.Batch, o.JobTimeout, o.Location = 100, true, time.Minute, "asia-northeast1"
	})
	if _, err := readAllRows(t, s, "odd table", run.Order{Column: "日本語 名"}, run.Order{Column: "a`b\\c", Numeric: true}, run.Order{Column: "tags"}, run.Order{Column: "price", Numeric: true}); err != nil {
		t.Fatal(err)
	}
	c := f.queries[len(f.queries)-1]
	want := "SELECT impact_source_.`日本語 名` AS c1, impact_source_.`a\\`b\\\\c` AS c2," +
		" IF(impact_source_.`tags` IS NULL, NULL, TO_JSON_STRING(impact_source_.`tags`)) AS c3," +
		" ST_ASTEXT(impact_source_.`where`) AS c4, impact_source_.`price` AS c5, CAST(impact_source_.`span` AS STRING) AS c6" +
		" FROM `test-project`.`d`.`odd table` AS impact_source_ FOR SYSTEM_TIME AS OF TIMESTAMP '2026-11-23 04:05:06.789+00'" +
		" ORDER BY CAST(impact_source_.`日本語 名` AS BYTES), impact_source_.`a\\`b\\\\c`," +
		" CAST(IF(impact_source_.`tags` IS NULL, NULL, TO_JSON_STRING(impact_source_.`tags`)) AS BYTES)," +
		" impact_source_.`price`"
	if d := cmp.Diff(want, c.Query.Query); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]string{"impact": "sync", "load": "odd_table", "team": "データ"}, c.Labels); d != "" {
		t.Error(d)
	}
	if c.Query.MaximumBytesBilled != 100 || c.Query.Priority != "BATCH" || c.JobTimeoutMs != 60000 || *c.Query.UseLegacySql {
		t.Errorf("%+v %d", c.Query, c.JobTimeoutMs)
	}
	if n := len(f.dryRuns); n == 0 || f.dryRuns[n-1].Query.Query != want {
		t.Error("the query was not checked before it ran")
	}
}

func TestAnEmptyTableHasNoRows(t *testing.T) {
	t.Parallel()
	for _, way := range bothWays {
		f := newFake(t)
		f.add("test-project.d.m", jobs())
		s := f.open(func(o *Options) { o.Storage = way })
		if got, err := readAllRows(t, s, "m"); err != nil || len(got) != 0 {
			t.Errorf("%s: %v %v", way, got, err)
		}
	}
}

func TestAllLoadsReadOneInstant(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	a := f.add("test-project.d.a", jobs(), []any{"1", "old", "1"})
	b := f.add("test-project.d.b", jobs(), []any{"1", "old", "1"})
	s := f.open(nil)
	first, err := s.Describe(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d-%d@2026-11-23T04:05:06.789Z", a.meta.CreationTime, a.meta.LastModifiedTime); first.Version != want || first.Rows != 1 {
		t.Fatalf("%+v", first)
	}
	// Both change before they are read, and b even before it is described.
	f.now = f.now.Add(time.Minute)
	a.change(f.now, []any{"1", "new", "1"}, []any{"2", "new", "1"})
	b.change(f.now, []any{"1", "new", "1"}, []any{"2", "new", "1"})
	got, err := readModel(t, s, "a", first, []string{"code"})
	if err != nil || !slices.Equal(got, []string{"old"}) {
		t.Fatal(got, err)
	}
	second, err := s.Describe(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	if second.Rows != 1 || second.Version != "@2026-11-23T04:05:06.789Z" {
		t.Fatalf("%+v", second)
	}
	if got, err := readModel(t, s, "b", second, []string{"code"}); err != nil || !slices.Equal(got, []string{"old"}) {
		t.Fatal(got, err)
	}

	// A later source sees the new rows, and one with the versions of the plan
	// the old ones.
	later := f.open(nil)
	now, err := later.Describe(t.Context(), "a")
	if err != nil || now.Rows != 2 || plan.SameVersion(now.Version, first.Version) {
		t.Fatalf("%+v %v", now, err)
	}
	var notices []Notice
	kept := f.open(func(o *Options) {
		o.Versions = map[string]string{"a": first.Version, "b": second.Version}
		o.Notices = func(n Notice) { notices = append(notices, n) }
	})
	for node, was := range map[string]plan.Model{"a": first, "b": second} {
		m, err := kept.Describe(t.Context(), node)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(was, m); d != "" {
			t.Fatal(d)
		}
		if got, err := readModel(t, kept, node, m, []string{"code"}); err != nil || !slices.Equal(got, []string{"old"}) {
			t.Fatal(got, err)
		}
	}
	if len(notices) != 1 || notices[0].ID != NoticeChanged {
		t.Fatalf("%+v", notices)
	}
}

func TestAnUnchangedTableHasTheSameVersionInTheNextRun(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	m := f.add("test-project.d.m", jobs(), []any{"1", "a", "1"})
	version := func() string {
		d, err := f.open(nil).Describe(t.Context(), "m")
		if err != nil {
			t.Fatal(err)
		}
		return d.Version
	}
	first := version()
	f.now = f.now.Add(time.Hour)
	second := version()
	if first == second || !plan.SameVersion(first, second) {
		t.Fatal(first, second)
	}
	m.change(f.now.Add(-time.Second), []any{"1", "b", "1"})
	if third := version(); plan.SameVersion(first, third) {
		t.Fatal(first, third)
	}
	// Rows in the streaming buffer are in no number and no time of metadata.
	m.meta.StreamingBuffer = &bq.Streamingbuffer{EstimatedRows: 1}
	m.meta.NumRows = 0
	d, err := f.open(nil).Describe(t.Context(), "m")
	if err != nil || d.Rows != 1 || !strings.HasPrefix(d.Version, "@") {
		t.Fatalf("%+v %v", d, err)
	}
}

func TestThePastEnds(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.add("test-project.d.m", jobs(), []any{"1", "a", "1"}).change(fakeNow, []any{"2", "b", "1"})
	s := f.open(func(o *Options) { o.SnapshotTime = f.now.Add(-8 * 24 * time.Hour) })
	_, err := readAllRows(t, s, "m")
	var gone *SnapshotError
	if !errors.As(err, &gone) || gone.Hint() == "" || errors.Is(err, run.ErrTransient) || !strings.Contains(err.Error(), "2026-11-15T04:05:06.789Z") {
		t.Fatal(err)
	}
}

func TestViewsAreReadAsTheyAre(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	v := f.add("test-project.d.v", jobs(), []any{"1", "a", "1"}, []any{"2", "b", "1"})
	v.meta.Type, v.meta.NumRows = "VIEW", 0
	var notices []Notice
	s := f.open(func(o *Options) { o.Notices = func(n Notice) { notices = append(notices, n) } })
	m, err := s.Describe(t.Context(), "v")
	if err != nil || m.Rows != 2 || m.Version != "" || len(m.Fields) != 3 {
		t.Fatalf("%+v %v", m, err)
	}
	if len(notices) != 1 || notices[0].ID != NoticeNoSnapshot {
		t.Fatalf("%+v", notices)
	}
	if got, err := readModel(t, s, "v", m, []string{"id"}); err != nil || len(got) != 2 {
		t.Fatal(got, err)
	}
	v.states[0].rows = v.states[0].rows[:1]
	_, err = readModel(t, s, "v", m, []string{"id"})
	var missing *run.IncompleteError
	if !errors.As(err, &missing) || missing.Want != 2 || missing.Actual != 1 {
		t.Fatal(err)
	}
}

func TestHiddenRowsAreNotTakenForDeletedOnes(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.add("test-project.d.m", jobs(), manyJobs(10)...).hidden = 3
	_, err := readAllRows(t, f.open(nil), "m")
	var hidden *FilteredError
	if !errors.As(err, &hidden) || hidden.Rows != 10 || hidden.Readable != 7 || hidden.Hint() == "" {
		t.Fatal(err)
	}
}

func TestReadingAgainRunsNoSecondQuery(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.add("test-project.d.m", jobs(), manyJobs(20)...)
	s := f.open(nil)
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	before := len(f.queries)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got, err := readModel(t, s, "m", m, m.Names()); err != nil || len(got) != 20 {
				t.Error(got, err)
			}
		})
	}
	wg.Wait()
	if n := len(f.queries) - before; n != 1 {
		t.Errorf("%d queries", n)
	}
	// BigQuery has thrown the result away: the query runs again.
	f.mu.Lock()
	clear(f.jobs)
	f.mu.Unlock()
	if _, err := readModel(t, s, "m", m, m.Names()); !errors.Is(err, run.ErrTransient) {
		t.Fatal(err)
	}
	if got, err := readModel(t, s, "m", m, m.Names()); err != nil || len(got) != 20 {
		t.Fatal(got, err)
	}
}

func TestTheWayIsChosen(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		rows     int
		storage  Storage
		prepare  func(*fake)
		sessions int64
		notice   string
		fails    bool
	}{
		{"small results come as pages", 100, Auto, nil, 0, "", false},
		{"large results come as a stream", smallRows + 1, Auto, nil, 1, "", false},
		{"pages if they are asked for", smallRows + 1, ReadPages, nil, 0, "", false},
		{"a stream if it is asked for", 100, ReadStream, nil, 1, "", false},
		{"pages if streams are forbidden", smallRows + 1, Auto, func(f *fake) {
			f.reader.session = func() error { return status.Error(codes.PermissionDenied, "bigquery.readsessions.create") }
		}, 1, NoticeStorageDenied, false},
		{"an error if a stream is asked for and forbidden", 100, ReadStream, func(f *fake) {
			f.reader.session = func() error { return status.Error(codes.PermissionDenied, "bigquery.readsessions.create") }
		}, 1, "", true},
		{"pages if the order would be lost", smallRows + 1, Auto, func(f *fake) { f.reader.streams = 2 }, 1, NoticeStorageOrder, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.add("test-project.d.m", jobs(), manyJobs(c.rows)...)
			if c.prepare != nil {
				c.prepare(f)
			}
			var notices []string
			s := f.open(func(o *Options) {
				o.Storage, o.Notices = c.storage, func(n Notice) { notices = append(notices, n.ID) }
			})
			got, err := readAllRows(t, s, "m", run.Order{Column: "id", Numeric: true})
			if c.fails {
				var e *Error
				if !errors.As(err, &e) || !strings.Contains(e.Hint(), "readSessionUser") {
					t.Fatal(err)
				}
				return
			}
			if err != nil || len(got) != c.rows {
				t.Fatal(len(got), err)
			}
			if n := f.reader.sessions.Load(); n != c.sessions {
				t.Errorf("%d sessions", n)
			}
			if strings.Join(notices, " ") != c.notice {
				t.Errorf("notices %v", notices)
			}
		})
	}
}

func TestAResultThatCannotBeSortedIsSortedHere(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.add("test-project.d.m", jobs(), manyJobs(50)...)
	f.jobFails = func(sql string) (string, string) {
		if strings.Contains(sql, "ORDER BY") {
			return "resourcesExceeded", "Resources exceeded during query execution"
		}
		return "", ""
	}
	var notices []string
	s := f.open(func(o *Options) { o.Notices = func(n Notice) { notices = append(notices, n.ID) } })
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.Read(t.Context(), run.Query{Node: "m", Model: m, Columns: m.Names(), OrderBy: []run.Order{{Column: "id", Numeric: true}}})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if st.Sorted() {
		t.Error("the rows are said to be sorted")
	}
	if _, err := st.Next(t.Context()); err != nil {
		t.Error(err)
	}
	if !slices.Equal(notices, []string{NoticeUnsorted}) {
		t.Error(notices)
	}
}

func TestUnknownThingsAreRefused(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	pico := fieldOf("at", "TIMESTAMP")
	digits := int64(12)
	pico.TimestampPrecision = &digits
	f.add("test-project.d.m", []*bq.TableFieldSchema{fieldOf("id", "INTEGER"), fieldOf("odd", "PROTO"), pico}, []any{"1", "x", "1"})
	s := f.open(nil)
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readModel(t, s, "m", m, []string{"id"}); err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	for name, want := range map[string]string{"odd": "cast it", "at": "microseconds", "none": "no column none"} {
		if _, err := readModel(t, s, "m", m, []string{name}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Describe(t.Context(), "nobody"); err == nil {
		t.Error("a model without a relation")
	}
	m.Version = "1-2@2020-01-01T00:00:00.000Z"
	if _, err := readModel(t, s, "m", m, []string{"id"}); !errors.Is(err, plan.ErrStale) {
		t.Error(err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"no project":        {},
		"an odd project":    {Project: "a/../b"},
		"an odd location":   {Project: "p-1", Location: "asia/x"},
		"an odd account":    {Project: "p-1", Impersonate: "me"},
		"a negative limit":  {Project: "p-1", MaxBytesBilled: -1},
		"an unknown way":    {Project: "p-1", Storage: "fast"},
		"half a relation":   {Project: "p-1", Relations: map[string]string{"m": "d.t"}},
		"a relation's path": {Project: "p-1", Relations: map[string]string{"m": "p-1.d.t/../x"}},
		"an odd dataset":    {Project: "p-1", Relations: map[string]string{"m": "p-1.d?x.t"}},
		"an odd label":      {Project: "p-1", Labels: map[string]string{"Team": "x"}},
		"an odd version":    {Project: "p-1", Versions: map[string]string{"m": "1@noon"}},
		"no credentials":    {Project: "p-1", Credentials: "/nowhere/key.json"},
		"bad credentials":   {Project: "p-1", Credentials: `{"type": "strange", "private_key": "SECRET"}`},
		"no JSON":           {Project: "p-1", Credentials: `{SECRET`},
	} {
		_, err := Open(t.Context(), o)
		if err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := parseTable("`example.com:proj`.`d`.`表 1`")
	if err != nil || got != (table{project: "example.com:proj", dataset: "d", name: "表 1"}) {
		t.Error(got, err)
	}
	if l := label("model.Shop.MART Jobs!" + strings.Repeat("x", 99)); l != "model_shop_mart_jobs_"+strings.Repeat("x", 42) {
		t.Error(l)
	}
}
