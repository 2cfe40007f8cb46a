package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"impact/sync/run"
)

//nolint:gochecknoglobals // flags of tests are global
var update = flag.Bool("update", false, "write golden files")

// sample run: one load that is done, one that failed, one that was held back.
func sampleRun() Run {
	started := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return Run{
		ID: "2026-03-01T12:00:00Z-ab12", Environment: "production", Started: started, Finished: started.Add(90 * time.Second),
		Loads: []Load{
			{
				Report: run.LoadReport{Load: "job_board_jobs", Destination: "job_board", Table: "jobs", Mode: "mirror", Status: run.StatusDone, Seconds: 12.5,
					Counts: run.Counts{Read: 120, Owned: 118, Inserted: 3, Updated: 2, Deleted: 1, Unchanged: 115}},
				Inputs: []Dataset{{Namespace: "bigquery", Name: "lake.mart.mart_jobs", Fields: []Field{{"job_id", "STRING"}, {"title", "STRING"}}}},
				Output: Dataset{Namespace: "mysql://db:3306", Name: "job_board.jobs", Fields: []Field{{"salesforce_id", "varchar(18)"}, {"title", "varchar(255)"}}},
				Columns: []Column{
					{Name: "salesforce_id", Inputs: []Input{{Namespace: "bigquery", Name: "lake.mart.mart_jobs", Field: "job_id", Subtype: "IDENTITY"}}},
					{Name: "title", Inputs: []Input{
						{Namespace: "bigquery", Name: "lake.mart.mart_jobs", Field: "title", Subtype: "TRANSFORMATION"},
						{Namespace: "bigquery", Name: "lake.mart.mart_jobs", Field: "lang", Subtype: "CONDITIONAL", Indirect: true},
						{Namespace: "bigquery", Name: "lake.salesforce.job__c", Field: "Title__c", Subtype: "TRANSFORMATION"},
						{Namespace: "bigquery", Name: "lake.salesforce.job__c", Field: "Title__c", Subtype: "CONDITIONAL", Indirect: true},
						{Namespace: "bigquery", Name: "lake.salesforce.job__c", Field: "Title__c", Subtype: "TRANSFORMATION"},
					}},
					{Name: "source"},
				},
				Rows: []Input{{Namespace: "bigquery", Name: "lake.salesforce.job__c", Field: "IsDeleted", Subtype: "FILTER", Indirect: true}},
			},
			{
				Report: run.LoadReport{Load: "job_board_facilities", Destination: "job_board", Table: "facilities", Mode: "mirror", Status: run.StatusFailed, Seconds: 3, Error: "the table is locked", Hint: "wait"},
				Inputs: []Dataset{{Namespace: "bigquery", Name: "lake.mart.mart_facilities"}}, Output: Dataset{Namespace: "mysql://db:3306", Name: "job_board.facilities"},
			},
			{
				Report: run.LoadReport{Load: "job_board_areas", Destination: "job_board", Table: "areas", Status: run.StatusHeld},
				Inputs: []Dataset{{Namespace: "bigquery", Name: "lake.mart.mart_areas"}}, Output: Dataset{Namespace: "mysql://db:3306", Name: "job_board.areas"},
			},
		},
	}
}

// A listener is a server that keeps what it is sent.
type listener struct {
	mu     sync.Mutex
	bodies []string
	reqs   []*http.Request
	answer func(n int, w http.ResponseWriter) // nil: 200
}

func listen(t *testing.T, answer func(n int, w http.ResponseWriter)) (*listener, string) {
	t.Helper()
	l := &listener{answer: answer}
	srv := httptest.NewServer(l)
	t.Cleanup(srv.Close)
	return l, srv.URL
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bodies, l.reqs = append(l.bodies, string(body)), append(l.reqs, r)
	if l.answer != nil {
		l.answer(len(l.bodies), w)
	}
}

func noSleep(context.Context, time.Duration) error { return nil }

func newNotifier(t *testing.T, opts Options) *Notifier {
	t.Helper()
	opts.Sleep = noSleep
	if opts.Version == "" {
		opts.Version = "1.2.3"
	}
	n, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got)\n%s", name, d)
	}
}

func TestEventsAreTheSameInAFileAndAtAURL(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.jsonl")
	l, base := listen(t, nil)
	for _, opts := range []Options{
		{LineageURL: "file:" + path},
		{LineageURL: base + "/base/", LineageKey: "s3cret"},
	} {
		opts.LineageNamespace = "medical"
		opts.LineageParent = "airflow/dags/nightly/0196d1f0-0000-7000-8000-000000000001"
		n := newNotifier(t, opts)
		r := sampleRun()
		if err := n.Start(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if err := n.Finish(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(lines), strings.Join(l.bodies, "\n")+"\n"); d != "" {
		t.Error(d)
	}
	for _, req := range l.reqs {
		if req.Method != http.MethodPost || req.URL.Path != "/base/api/v1/lineage" || req.Header.Get("Authorization") != "Bearer s3cret" || req.Header.Get("Content-Type") != "application/json" || req.Header.Get("Content-Encoding") != "" {
			t.Error(req.Method, req.URL, req.Header)
		}
	}
	var pretty bytes.Buffer
	for line := range strings.Lines(string(lines)) {
		if err := json.Indent(&pretty, []byte(line), "", "  "); err != nil {
			t.Fatal(err)
		}
		check(t, []byte(line))
	}
	golden(t, "events.json", pretty.Bytes())
}

// check holds an event to what OpenLineage's schemas require of it.
func check(t *testing.T, src []byte) {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(src, &e); err != nil {
		t.Fatal(err)
	}
	need := func(v any, where string, keys ...string) map[string]any {
		t.Helper()
		m, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("%s is no object: %v", where, v)
		}
		for _, k := range keys {
			if _, ok := m[k]; !ok {
				t.Errorf("%s lacks %s", where, k)
			}
		}
		return m
	}
	isURI := func(v any) bool {
		u, err := url.Parse(v.(string))
		return err == nil && u.Scheme != ""
	}
	schema := regexp.MustCompile(`^https://openlineage\.io/spec/facets/\d+-\d+-\d+/\w+\.json#/\$defs/\w+$`)
	facets := func(v any, where string) map[string]any {
		t.Helper()
		if v == nil {
			return nil
		}
		m := need(v, where)
		for name, f := range m {
			o := need(f, where+"."+name, "_producer", "_schemaURL")
			if !isURI(o["_producer"]) || !schema.MatchString(o["_schemaURL"].(string)) {
				t.Errorf("%s.%s: %v %v", where, name, o["_producer"], o["_schemaURL"])
			}
		}
		return m
	}
	need(e, "event", "eventType", "eventTime", "run", "job", "inputs", "outputs", "producer", "schemaURL")
	switch e["eventType"] {
	case "START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER":
	default:
		t.Error(e["eventType"])
	}
	if _, err := time.Parse(time.RFC3339, e["eventTime"].(string)); err != nil {
		t.Error(err)
	}
	if !isURI(e["producer"]) || e["schemaURL"] != "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent" {
		t.Error(e["producer"], e["schemaURL"])
	}
	r := need(e["run"], "run", "runId")
	if !isUUID(r["runId"].(string)) {
		t.Error(r["runId"])
	}
	if f := facets(r["facets"], "run"); f != nil {
		if p, ok := f["parent"]; ok {
			m := need(p, "parent", "run", "job")
			if id := need(m["run"], "parent.run", "runId")["runId"].(string); !isUUID(id) {
				t.Error(id)
			}
			need(m["job"], "parent.job", "namespace", "name")
		}
		if m, ok := f["errorMessage"]; ok {
			need(m, "errorMessage", "message", "programmingLanguage")
		}
	}
	job := need(e["job"], "job", "namespace", "name")
	if f := facets(job["facets"], "job"); f != nil {
		need(f["jobType"], "jobType", "processingType", "integration")
	}
	for _, side := range []string{"inputs", "outputs"} {
		for _, d := range e[side].([]any) {
			m := need(d, side, "namespace", "name")
			f := facets(m["facets"], side)
			if s, ok := f["schema"]; ok {
				for _, field := range need(s, "schema", "fields")["fields"].([]any) {
					need(field, "schema.fields", "name")
				}
			}
			if c, ok := f["columnLineage"]; ok {
				m := need(c, "columnLineage", "fields")
				for name, v := range m["fields"].(map[string]any) {
					checkInputFields(t, name, need(v, name, "inputFields")["inputFields"])
				}
				if d, ok := m["dataset"]; ok {
					checkInputFields(t, "columnLineage.dataset", d)
				}
			}
			if of := facets(m["outputFacets"], side); of != nil {
				need(of["outputStatistics"], "outputStatistics", "rowCount")
			}
		}
	}
}

// checkInputFields holds a list to InputField of facets/1-2-0/ColumnLineageDatasetFacet.json,
// which the fields of "fields" and those of "dataset" both are.
func checkInputFields(t *testing.T, where string, list any) {
	t.Helper()
	fields, ok := list.([]any)
	if !ok {
		t.Fatalf("%s is no array: %v", where, list)
	}
	for _, v := range fields {
		in, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("%s: no object: %v", where, v)
		}
		for _, key := range []string{"namespace", "name", "field"} {
			if _, ok := in[key].(string); !ok {
				t.Errorf("%s: %s is %v", where, key, in[key])
			}
		}
		ways, ok := in["transformations"].([]any)
		if !ok || len(ways) == 0 {
			t.Errorf("%s: transformations are %v", where, in["transformations"])
		}
		for _, w := range ways {
			way, ok := w.(map[string]any)
			if !ok {
				t.Fatalf("%s: no object: %v", where, w)
			}
			if kind := way["type"]; kind != "DIRECT" && kind != "INDIRECT" {
				t.Errorf("%s: type is %v", where, kind)
			}
			_, text := way["subtype"].(string)
			_, truth := way["masking"].(bool)
			if _, said := way["subtype"]; (said && !text) || !truth {
				t.Errorf("%s: %v", where, way)
			}
		}
	}
}

func TestMetricsKeepWhatDidNotRunAndTheLastSuccess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "impact.prom")
	n := newNotifier(t, Options{MetricsFile: path})
	hostile := "a\"b\\c\nimpact_sync_rows{load=\"x\"} 1"
	first := sampleRun()
	first.Loads[0].Report.Load = hostile
	first.Loads[1].Report.Status, first.Loads[1].Report.Error = run.StatusUnchanged, ""
	if err := n.Finish(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	second := sampleRun()
	second.Finished = second.Finished.Add(time.Hour)
	second.Loads = second.Loads[1:2] // which fails now
	if err := n.Finish(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "metrics.prom", got)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Error(info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Error(left, err)
	}
}

func FuzzMetrics(f *testing.F) {
	f.Add("job_board_jobs", []byte("impact_sync_rows{load=\"x\",op=\"read\"} 12\n"))
	f.Add("a\"\\\n} 1", []byte("impact_sync_rows{load=\"x\\\"} 1\n#\n"))
	f.Fuzz(func(t *testing.T, name string, before []byte) {
		r := Run{Finished: time.Unix(1, 0), Loads: []Load{{Report: run.LoadReport{Load: name, Status: run.StatusDone}}}}
		out := exposition(samples(&r, &r.Loads[0]))
		for line := range strings.Lines(string(out)) {
			if !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "impact_sync_") {
				t.Fatalf("%q", line)
			}
		}
		back := parseMetrics(out)
		if len(back) != len(samples(&r, &r.Loads[0])) {
			t.Fatalf("%d of %q", len(back), out)
		}
		for _, s := range parseMetrics(before) {
			if strings.ContainsAny(s.line, "\n") {
				t.Fatal(s)
			}
		}
	})
}

func TestEachLoadIsPushedToAGroupOfItsOwn(t *testing.T) {
	t.Parallel()
	l, base := listen(t, func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusAccepted) })
	r := sampleRun()
	r.Loads[2].Report.Load = "a/b ?#"
	if err := newNotifier(t, Options{PushURL: base}).Finish(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, req := range l.reqs {
		paths = append(paths, req.Method+" "+req.URL.Path)
	}
	if d := cmp.Diff([]string{
		"POST /metrics/job/impact_sync/load@base64/am9iX2JvYXJkX2pvYnM",
		"POST /metrics/job/impact_sync/load@base64/am9iX2JvYXJkX2ZhY2lsaXRpZXM",
		"POST /metrics/job/impact_sync/load@base64/YS9iID8j",
	}, paths); d != "" {
		t.Error(d)
	}
	if !strings.Contains(l.bodies[0], "impact_sync_last_success_timestamp_seconds{load=\"job_board_jobs\"} 1772366490\n") || strings.Contains(l.bodies[1], "last_success") {
		t.Error(l.bodies)
	}
}

func TestAMessageIsSentWhenLoadsDoNotGetThrough(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"slack", "json"} {
		l, base := listen(t, nil)
		n := newNotifier(t, Options{HookURL: base + "/services/T0/B0/xyz", HookFormat: format})
		r := sampleRun()
		r.Loads[1].Report.Table = "<!channel> & <https://evil.example|x>\n`code`"
		if err := n.Start(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if err := n.Finish(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if len(l.bodies) != 1 {
			t.Fatal(l.bodies)
		}
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, []byte(l.bodies[0]), "", "  "); err != nil {
			t.Fatal(err)
		}
		golden(t, "message."+format+".json", append(pretty.Bytes(), '\n'))
	}
	l, base := listen(t, nil)
	r := sampleRun()
	r.Loads = r.Loads[:1]
	if err := newNotifier(t, Options{HookURL: base}).Finish(t.Context(), r); err != nil || len(l.bodies) != 0 {
		t.Error("a message without a reason", err)
	}
}

func TestFailuresThatMayPassAreTriedAgain(t *testing.T) {
	t.Parallel()
	status := func(codes ...int) func(int, http.ResponseWriter) {
		return func(n int, w http.ResponseWriter) {
			if n <= len(codes) {
				w.WriteHeader(codes[n-1])
			}
		}
	}
	for _, c := range []struct {
		name  string
		codes []int
		tries int
		fails bool
	}{
		{"a server that comes back", []int{503, 429}, 3, false},
		{"a server that stays away", []int{500, 502, 503, 200}, 3, true},
		{"a key that is refused", []int{403}, 1, true},
		{"a redirect", []int{302}, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, base := listen(t, status(c.codes...))
			err := newNotifier(t, Options{HookURL: base + "/secret", HookFormat: "json"}).Finish(t.Context(), sampleRun())
			if (err != nil) != c.fails || len(l.bodies) != c.tries {
				t.Errorf("%d tries: %v", len(l.bodies), err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Error(err)
			}
		})
	}
}

func TestSecretsStayOutOfErrorsAndNobodyIsWaitedForLong(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.NotFoundHandler())
	dead := srv.URL
	srv.Close()
	secret := strings.Replace(dead, "http://", "http://user:pa55word@", 1) + "/T0/hunter2?token=hunter3"
	n := newNotifier(t, Options{LineageURL: secret, LineageKey: "hunter4", PushURL: secret, HookURL: secret, MetricsFile: filepath.Join(t.TempDir(), "no", "impact.prom")})
	err := n.Finish(t.Context(), sampleRun())
	if err == nil {
		t.Fatal("nobody was there")
	}
	for _, s := range []string{"pa55word", "hunter"} {
		if strings.Contains(err.Error(), s) {
			t.Error(err)
		}
	}
	for _, s := range []string{"write metrics", "send message", "push metrics", "send OpenLineage event"} {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("nothing of %s in %v", s, err)
		}
	}

	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer slow.Close()
	defer close(release)
	n = newNotifier(t, Options{LineageURL: slow.URL, HookURL: slow.URL, PushURL: slow.URL, Timeout: time.Hour, Limit: 50 * time.Millisecond})
	begin := time.Now()
	if err := n.Finish(t.Context(), sampleRun()); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > 10*time.Second {
		t.Error(err, time.Since(begin))
	}
}

func TestOptionsComeFromTheEnvironment(t *testing.T) {
	t.Parallel()
	env := map[string]string{}
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	n, err := FromEnv(lookup, Options{})
	if err != nil || !n.Quiet() {
		t.Fatal(err)
	}
	if err := errors.Join(n.Start(t.Context(), sampleRun()), n.Finish(t.Context(), sampleRun()), (&Notifier{}).Finish(t.Context(), sampleRun())); err != nil {
		t.Fatal(err)
	}
	env["OPENLINEAGE_URL"], env["OPENLINEAGE_ENDPOINT"], env["OPENLINEAGE_DISABLED"] = "https://ol.example:5000", "v2/events", "false"
	env["IMPACT_WEBHOOK_URL"] = "https://hooks.slack.com/services/x"
	n, err = FromEnv(lookup, Options{})
	if err != nil || n.lineage.String() != "https://ol.example:5000/v2/events" || !n.slack {
		t.Fatal(n, err)
	}
	env["OPENLINEAGE_DISABLED"] = "True"
	if n, err = FromEnv(lookup, Options{}); err != nil || n.lineage != nil {
		t.Fatal(err)
	}
	for _, opts := range []Options{
		{LineageURL: "ftp://hunter2"}, {LineageURL: "file:"}, {LineageURL: "://hunter2"}, {HookURL: "hunter2"}, {PushURL: "http:///hunter2"},
		{HookFormat: "teams"}, {MetricsFile: "metrics.txt"}, {LineageParent: "hunter2"}, {LineageParent: "a/b/hunter2"},
	} {
		if _, err := New(opts); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%+v: %v", opts, err)
		}
	}
}

func TestRunsHaveStableIDs(t *testing.T) {
	t.Parallel()
	if id := uuid("run", "x"); !isUUID(id) || id != uuid("run", "x") || id == uuid("runx") || id[14] != '8' {
		t.Error(id)
	}
	own := "0196d1f0-0000-7000-8000-000000000001"
	if got := rootRun(&Run{ID: own}); got != own {
		t.Error(got)
	}
}
