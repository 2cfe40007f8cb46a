package bigquery

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bq "google.golang.org/api/bigquery/v2"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
)

// fake is a BigQuery that knows the queries of this package, and fails as it is
// told. Values are kept as the REST API writes them; those of columns without a
// scalar form as the query would turn them into text.
type fake struct {
	t      testing.TB
	server *httptest.Server
	reader *fakeReader
	now    time.Time

	ids      atomic.Int64
	mu       sync.Mutex
	tables   map[string]*fakeTable // "project.dataset.table"
	jobs     map[string]*fakeJob
	queries  []*bq.JobConfiguration // that ran, without dry runs
	dryRuns  []*bq.JobConfiguration
	canceled []string

	pageRows int
	bytes    int64 // that a dry run says
	// fail is asked before a request is answered; it may answer itself.
	fail func(w http.ResponseWriter, r *http.Request) bool
	// wait is how often a job is not complete yet.
	wait int
	// jobFails is the reason and message with which every job ends.
	jobFails func(sql string) (reason, message string)
	// lie changes an answer with rows.
	lie func(*bq.GetQueryResultsResponse)
}

type fakeTable struct {
	meta   bq.Table
	states []fakeState // oldest first
	hidden int         // rows at the end that a policy hides from queries
}

type fakeState struct {
	from   time.Time
	schema *bq.TableSchema
	rows   [][]any // nil or string
}

type fakeJob struct {
	id     string
	schema *bq.TableSchema
	rows   [][]any
	waited int
	reason string
	text   string
}

var (
	fakeNow  = time.Date(2026, 11, 23, 4, 5, 6, 789e6, time.UTC)
	fakeTime = regexp.MustCompile(`FOR SYSTEM_TIME AS OF TIMESTAMP '([^']+)'`)
	fakeFrom = regexp.MustCompile("FROM `([^`]+)`\\.`([^`]+)`\\.`([^`]+)` AS impact_source_")
	fakeItem = regexp.MustCompile("impact_source_\\.`((?:[^`\\\\]|\\\\.)+)`")
)

func newFake(t testing.TB) *fake {
	t.Helper()
	f := &fake{t: t, now: fakeNow, tables: map[string]*fakeTable{}, jobs: map[string]*fakeJob{}, pageRows: 1000}
	f.server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.server.Close)
	f.reader = &fakeReader{f: f, batchRows: 700}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := grpc.NewServer()
	storagepb.RegisterBigQueryReadServer(g, f.reader)
	go func() { _ = g.Serve(l) }()
	t.Cleanup(g.Stop)
	f.reader.address = l.Addr().String()
	return f
}

// add makes a table with one state, that was written an hour ago.
func (f *fake) add(name string, fields []*bq.TableFieldSchema, rows ...[]any) *fakeTable {
	written := f.now.Add(-time.Hour)
	t := &fakeTable{states: []fakeState{{written, &bq.TableSchema{Fields: fields}, rows}}}
	t.meta = bq.Table{Type: "TABLE", CreationTime: written.UnixMilli(), LastModifiedTime: uint64(written.UnixMilli()), NumRows: uint64(len(rows)), Schema: t.states[0].schema}
	f.tables[name] = t
	return t
}

// change writes a table anew.
func (t *fakeTable) change(at time.Time, rows ...[]any) {
	t.states = append(t.states, fakeState{at, t.states[0].schema, rows})
	t.meta.LastModifiedTime, t.meta.NumRows = uint64(at.UnixMilli()), uint64(len(rows))
}

func fieldOf(name, typ string) *bq.TableFieldSchema {
	return &bq.TableFieldSchema{Name: name, Type: typ}
}

// open makes a source of the fake. change may change its options.
func (f *fake) open(change func(*Options)) *Source {
	f.t.Helper()
	o := Options{
		Project: "test-project", Relations: map[string]string{}, Attempts: 4,
		Pause:       func(int) time.Duration { return time.Millisecond },
		NewID:       func() string { return fmt.Sprintf("job_%d", f.ids.Add(1)) },
		RESTOptions: []option.ClientOption{option.WithEndpoint(f.server.URL), option.WithoutAuthentication()},
		StorageOptions: []option.ClientOption{option.WithEndpoint(f.reader.address), option.WithoutAuthentication(),
			option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials()))},
	}
	for name := range f.tables {
		_, short, _ := strings.Cut(name, ".d.")
		o.Relations[short] = name
	}
	if change != nil {
		change(&o)
	}
	s, err := Open(f.t.Context(), o)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.t.Error(err)
		}
	})
	return s
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	fail := f.fail
	f.mu.Unlock()
	if fail != nil && fail(w, r) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for i := range parts {
		parts[i], _ = url.PathUnescape(parts[i])
	}
	switch {
	case len(parts) == 6 && parts[4] == "tables":
		t := f.tables[parts[1]+"."+parts[3]+"."+parts[5]]
		if t == nil {
			answerError(w, 404, "notFound", "Not found: Table "+parts[5])
			return
		}
		answer(w, &t.meta)
	case len(parts) == 3 && parts[2] == "jobs" && r.Method == http.MethodPost:
		f.insert(w, r)
	case len(parts) == 4 && parts[2] == "queries":
		f.results(w, r, parts[3])
	case len(parts) == 5 && parts[4] == "cancel":
		f.canceled = append(f.canceled, parts[3])
		answer(w, map[string]any{})
	case len(parts) == 4 && parts[2] == "jobs":
		answer(w, &bq.Job{Configuration: &bq.JobConfiguration{Query: &bq.JobConfigurationQuery{
			DestinationTable: &bq.TableReference{ProjectId: parts[1], DatasetId: "_anon", TableId: "result_" + parts[3]}}}})
	case len(parts) == 4 && parts[2] == "datasets", len(parts) == 2:
		answer(w, map[string]any{"location": "asia-northeast1"})
	default:
		answerError(w, 404, "notFound", "no such address "+r.URL.Path)
	}
}

func answer(w http.ResponseWriter, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // nobody may be there any more
}

func answerError(w http.ResponseWriter, code int, reason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": code, "message": message,
		"errors": []googleapi.ErrorItem{{Reason: reason, Message: message}}}})
}

func (f *fake) insert(w http.ResponseWriter, r *http.Request) {
	var job bq.Job
	if err := json.NewDecoder(r.Body).Decode(&job); err != nil {
		answerError(w, 400, "invalid", err.Error())
		return
	}
	c := job.Configuration
	schema, rows, reason, message := f.run(c.Query.Query)
	if c.DryRun {
		f.dryRuns = append(f.dryRuns, c)
		if reason != "" {
			answerError(w, 400, reason, message)
			return
		}
		answer(w, &bq.Job{Configuration: c, Statistics: &bq.JobStatistics{TotalBytesProcessed: f.bytes, Query: &bq.JobStatistics2{TotalBytesProcessed: f.bytes, Schema: schema}}})
		return
	}
	id := job.JobReference.JobId
	if f.jobs[id] != nil {
		answerError(w, 409, "duplicate", "Already Exists: Job "+id)
		return
	}
	f.queries = append(f.queries, c)
	if f.jobFails != nil && reason == "" {
		reason, message = f.jobFails(c.Query.Query)
	}
	f.jobs[id] = &fakeJob{id: id, schema: schema, rows: rows, reason: reason, text: message}
	job.JobReference.Location = "asia-northeast1"
	answer(w, &job)
}

// run runs a query.
func (f *fake) run(sql string) (schema *bq.TableSchema, rows [][]any, reason, message string) {
	integer := &bq.TableSchema{Fields: []*bq.TableFieldSchema{fieldOf("f0_", "INTEGER")}}
	if sql == "SELECT UNIX_MILLIS(CURRENT_TIMESTAMP())" {
		return integer, [][]any{{strconv.FormatInt(f.now.UnixMilli(), 10)}}, "", ""
	}
	m := fakeFrom.FindStringSubmatch(sql)
	if m == nil {
		return nil, nil, "invalidQuery", "Syntax error: " + sql
	}
	t := f.tables[m[1]+"."+m[2]+"."+m[3]]
	if t == nil {
		return nil, nil, "notFound", "Not found: Table " + m[0]
	}
	state := t.states[len(t.states)-1]
	if at := fakeTime.FindStringSubmatch(sql); at != nil {
		if t.meta.Type != "TABLE" {
			return nil, nil, "invalidQuery", "FOR SYSTEM_TIME AS OF is of no use here"
		}
		when, err := time.Parse("2006-01-02 15:04:05.000+00", at[1])
		if err != nil {
			return nil, nil, "invalidQuery", err.Error()
		}
		if oldest := f.now.Add(-7 * 24 * time.Hour); when.Before(oldest) || when.Before(t.states[0].from) {
			return nil, nil, "invalidQuery", fmt.Sprintf("Invalid snapshot time %d for table %s. Cannot read before %d.", when.UnixMilli(), m[0], oldest.UnixMilli())
		}
		for _, s := range t.states {
			if !s.from.After(when) {
				state = s
			}
		}
	} else if t.meta.Type == "TABLE" {
		return nil, nil, "invalidQuery", "a table is read without an instant"
	}
	all := state.rows[:len(state.rows)-t.hidden]
	if strings.HasPrefix(sql, "SELECT COUNT(*) FROM") {
		return integer, [][]any{{strconv.Itoa(len(all))}}, "", ""
	}
	if strings.HasPrefix(sql, "SELECT * FROM") {
		return state.schema, nil, "", ""
	}
	head, order, _ := strings.Cut(sql, " ORDER BY ")
	head, _, _ = strings.Cut(head, " FROM `")
	index := func(s string) int {
		name := strings.NewReplacer("\\\\", "\\", "\\`", "`").Replace(fakeItem.FindStringSubmatch(s)[1])
		return slices.IndexFunc(state.schema.Fields, func(f *bq.TableFieldSchema) bool { return f.Name == name })
	}
	var at []int
	schema = &bq.TableSchema{}
	for i, item := range regexp.MustCompile(` AS c\d+(?:, |$)`).Split(head, -1) {
		if item == "" {
			continue
		}
		k := index(item)
		if k < 0 {
			return nil, nil, "invalidQuery", "Unrecognized name in " + item
		}
		typ := state.schema.Fields[k].Type
		if state.schema.Fields[k].Mode == "REPEATED" || types[typ].wrap != "" {
			typ = "STRING"
		}
		at = append(at, k)
		schema.Fields = append(schema.Fields, fieldOf(fmt.Sprintf("c%d", i+1), typ))
	}
	type keyed struct {
		keys []fakeKey
		row  []any
	}
	sorted := make([]keyed, len(all))
	for i, row := range all {
		sorted[i].row = row
	}
	if order != "" {
		for _, item := range splitList(order) {
			k := index(item)
			for i, row := range all {
				sorted[i].keys = append(sorted[i].keys, newFakeKey(row[k], state.schema.Fields[k].Type, item))
			}
		}
		slices.SortStableFunc(sorted, func(a, b keyed) int { return slices.CompareFunc(a.keys, b.keys, fakeKey.compare) })
	}
	for _, s := range sorted {
		out := make([]any, len(at))
		for i, k := range at {
			out[i] = s.row[k]
		}
		rows = append(rows, out)
	}
	return schema, rows, "", ""
}

// splitList splits at the commas that are neither in parentheses nor in names.
func splitList(s string) (out []string) {
	depth, from, quoted := 0, 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '`':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out, from = append(out, s[from:i]), i+1
		}
	}
	return append(out, s[from:])
}

// A fakeKey is a value in an order. NULL comes first, then NaN.
type fakeKey struct {
	null   bool
	number *big.Rat
	float  *float64
	text   string
}

// newFakeKey makes the key that the expression of an order gives for a value.
func newFakeKey(v any, typ, expr string) fakeKey {
	s, ok := v.(string)
	k := fakeKey{null: !ok, text: s}
	switch {
	case !ok || strings.Contains(expr, "AS STRING"):
	case strings.Contains(expr, "AS BIGNUMERIC"):
		k.number, ok = new(big.Rat).SetString(s)
		k.null = !ok
	case typ == "FLOAT":
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			panic(err)
		}
		k.float = &x
	case typ == "INTEGER" || typ == "NUMERIC" || typ == "BIGNUMERIC" || typ == "TIMESTAMP":
		k.number, _ = new(big.Rat).SetString(s)
	case typ == "BYTES":
		raw, _ := base64.StdEncoding.DecodeString(s)
		k.text = string(raw)
	}
	return k
}

func (k fakeKey) compare(o fakeKey) int {
	switch {
	case k.null || o.null:
		return cmp.Compare(fmt.Sprint(!k.null), fmt.Sprint(!o.null))
	case k.float != nil:
		return cmp.Compare(*k.float, *o.float)
	case k.number != nil:
		return k.number.Cmp(o.number)
	}
	return strings.Compare(k.text, o.text)
}

func (f *fake) results(w http.ResponseWriter, r *http.Request, id string) {
	job := f.jobs[id]
	if job == nil {
		answerError(w, 404, "notFound", "Not found: Job "+id)
		return
	}
	if job.reason != "" {
		answerError(w, 400, job.reason, job.text)
		return
	}
	q := r.URL.Query()
	res := &bq.GetQueryResultsResponse{JobComplete: true, TotalRows: uint64(len(job.rows)), Schema: job.schema,
		JobReference: &bq.JobReference{ProjectId: "test-project", JobId: id, Location: "asia-northeast1"}}
	if job.waited < f.wait {
		job.waited++
		answer(w, &bq.GetQueryResultsResponse{JobReference: res.JobReference})
		return
	}
	if q.Get("maxResults") == "0" {
		answer(w, res)
		return
	}
	if q.Get("formatOptions.useInt64Timestamp") != "true" {
		f.t.Error("timestamps are asked for as floats")
	}
	from, _ := strconv.Atoi(q.Get("startIndex"))
	if token := q.Get("pageToken"); token != "" {
		n, ok := strings.CutPrefix(token, "page ä/")
		if from, _ = strconv.Atoi(n); !ok {
			answerError(w, 400, "invalid", "Invalid page token")
			return
		}
	}
	limit := f.pageRows
	if n, _ := strconv.Atoi(q.Get("maxResults")); n > 0 {
		limit = min(limit, n)
	}
	to := min(from+limit, len(job.rows))
	for _, row := range job.rows[min(from, to):to] {
		tr := &bq.TableRow{}
		for _, v := range row {
			cell := &bq.TableCell{V: v}
			if v == nil {
				cell.NullFields = []string{"V"}
			}
			tr.F = append(tr.F, cell)
		}
		res.Rows = append(res.Rows, tr)
	}
	if to < len(job.rows) {
		res.PageToken = fmt.Sprintf("page ä/%d", to)
	}
	if f.lie != nil {
		f.lie(res)
	}
	answer(w, res)
}
