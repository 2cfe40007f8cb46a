package manifest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRunResultsShapes(t *testing.T) {
	t.Parallel()
	rr, err := DecodeRunResults(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json", "generated_at": "2026-08-20T13:47:12.269157511Z", "invocation_id": "i"},
		"elapsed_time": 1.5, "args": {"which": null, "rpc_method": "docs.generate"},
		"results": [
			{"unique_id": "model.a.b", "status": "success", "thread_id": "Thread-1", "execution_time": 0.25, "message": "OK", "compiled": true, "compiled_code": "select 1", "relation_name": "d.s.b", "failures": null,
			 "timing": [{"name": "compile", "started_at": "2021-08-12T09:11:56.136770Z", "completed_at": "2021-08-12T09:11:57Z"}, {"name": "execute", "started_at": "2021-08-12T09:11:57", "completed_at": "2021-08-12T09:11:58.5"}]},
			{"unique_id": "test.a.c", "status": "fail", "failures": 3, "timing": []},
			{"unique_id": "model.a.d", "status": "skipped", "timing": [{"name": "execute", "started_at": null, "completed_at": "soon"}], "execution_time": "long"}]}`), "run_results.json", Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := func(sec, nsec int) time.Time { return time.Date(2021, 8, 12, 9, 11, sec, nsec, time.UTC) }
	want := []*Result{
		{UniqueID: "model.a.b", Status: "success", Thread: "Thread-1", ExecutionTime: 250 * time.Millisecond, Message: "OK", Compiled: ptr(true), CompiledCode: "select 1", RelationName: "d.s.b",
			Timing: []Timing{{"compile", at(56, 136770000), at(57, 0)}, {"execute", at(57, 0), at(58, 500000000)}}},
		{UniqueID: "test.a.c", Status: "fail", Failures: ptr(3)},
		{UniqueID: "model.a.d", Status: "skipped", Timing: []Timing{{Name: "execute"}}},
	}
	if diff := cmp.Diff(want, rr.Results); diff != "" {
		t.Error(diff)
	}
	if rr.Command != "generate" || rr.Elapsed != 1500*time.Millisecond || rr.Metadata.InvocationID != "i" {
		t.Errorf("got %+v", rr)
	}
	if got := rr.Results[0].CompletedAt(); !got.Equal(at(58, 500000000)) {
		t.Errorf("completed at %v", got)
	}
	if got := rr.Metadata.GeneratedTime(); got.Nanosecond() != 269157511 {
		t.Errorf("generated at %v", got)
	}
	warnings := []string{
		`results[2].timing[0].completed_at: want a time, found "soon": ignored`,
		`results[2].execution_time: want a number of seconds, found "long": ignored`,
	}
	if diff := cmp.Diff(warnings, rr.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestRunResultsSayWhichOptionLeftRowsOut(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		`{"which": "build"}`: "", `{"which": "build", "empty": false, "sample": null}`: "", `{"empty": true, "which": "build"}`: "--empty",
		`{"which": "run", "sample": {"start": "2026-01-01", "end": "2026-01-02"}}`: "--sample", `{"which": "run", "sample": "3 days"}`: "--sample",
		`{"which": "build", "sample": "1 hour", "empty": true}`: "--empty", `{"which": "build", "empty": true, "sample": "1 hour"}`: "--empty",
	} {
		rr, err := DecodeRunResults(strings.NewReader(`{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"}, "args": `+args+`, "results": []}`), "run_results.json", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if rr.Partial != want || rr.Command == "" {
			t.Errorf("%s: %q of command %q, want %q", args, rr.Partial, rr.Command, want)
		}
	}
}

func TestSourcesShapes(t *testing.T) {
	t.Parallel()
	f, err := DecodeSources(strings.NewReader(`{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/sources/v3.json", "invocation_id": "i"}, "elapsed_time": 2,
		"results": [
			{"unique_id": "source.a.b.c", "max_loaded_at": "2026-01-01T00:00:00+00:00", "snapshotted_at": "2026-01-01T01:00:00Z", "max_loaded_at_time_ago_in_s": 3600.0, "status": "warn",
			 "criteria": {"warn_after": {"count": 1, "period": "hour"}, "error_after": null, "filter": "day > 1"}, "adapter_response": {}},
			{"unique_id": "source.a.b.d", "status": "runtime error", "error": "no such table"}]}`), "sources.json", Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []*FreshnessResult{
		{UniqueID: "source.a.b.c", Status: "warn", MaxLoadedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), SnapshottedAt: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC), Age: time.Hour, Filter: "day > 1"},
		{UniqueID: "source.a.b.d", Status: "runtime error", Error: "no such table"},
	}
	if diff := cmp.Diff(want, f.Results, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
		t.Error(diff)
	}
	if len(f.Warnings) > 0 || f.Elapsed != 2*time.Second {
		t.Errorf("got %+v", f)
	}
}
