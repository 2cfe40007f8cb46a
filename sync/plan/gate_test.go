package plan

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"impact/manifest"
)

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// world is a small project: a source, a staging view, an ephemeral model, a
// seed, a snapshot and a mart made from them.
func world() *manifest.Manifest {
	return decode(`{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "invocation_id": "run-1"},
 "nodes": {
  "model.p.stg": {"unique_id": "model.p.stg", "resource_type": "model", "name": "stg", "package_name": "p", "config": {"materialized": "view"}, "compiled_code": "select 1", "depends_on": {"nodes": ["source.p.s.t"]}},
  "model.p.eph": {"unique_id": "model.p.eph", "resource_type": "model", "name": "eph", "package_name": "p", "config": {"materialized": "ephemeral"}, "depends_on": {"nodes": ["model.p.stg"]}},
  "seed.p.seed": {"unique_id": "seed.p.seed", "resource_type": "seed", "name": "seed", "package_name": "p", "config": {"materialized": "seed"}},
  "snapshot.p.snap": {"unique_id": "snapshot.p.snap", "resource_type": "snapshot", "name": "snap", "package_name": "p", "config": {"materialized": "snapshot"}, "depends_on": {"nodes": ["seed.p.seed"]}},
  "model.p.mart": {"unique_id": "model.p.mart", "resource_type": "model", "name": "mart", "package_name": "p", "config": {"materialized": "table"}, "compiled_code": "select 2", "depends_on": {"nodes": ["model.p.eph", "snapshot.p.snap"]}},
  "model.p.other": {"unique_id": "model.p.other", "resource_type": "model", "name": "other", "package_name": "p", "config": {"materialized": "table"}, "depends_on": {"nodes": ["model.p.mart"]}},
  "test.p.uniq": {"unique_id": "test.p.uniq", "resource_type": "test", "name": "uniq", "package_name": "p", "attached_node": "model.p.mart", "config": {"severity": "ERROR"}, "test_metadata": {"name": "unique", "kwargs": {}}, "depends_on": {"nodes": ["model.p.mart"]}},
  "test.p.soft": {"unique_id": "test.p.soft", "resource_type": "test", "name": "soft", "package_name": "p", "attached_node": "model.p.mart", "config": {"severity": "warn"}, "test_metadata": {"name": "unique", "kwargs": {}}, "depends_on": {"nodes": ["model.p.mart"]}}
 },
 "sources": {"source.p.s.t": {"unique_id": "source.p.s.t", "resource_type": "source", "name": "t", "source_name": "s", "package_name": "p"}}}`)
}

// result is a result at so many minutes before now.
func result(id, status string, minutes int) *manifest.Result {
	at := now.Add(-time.Duration(minutes) * time.Minute)
	return &manifest.Result{UniqueID: id, Status: status, Timing: []manifest.Timing{{Name: "execute", StartedAt: at, CompletedAt: at}}}
}

func good() []*manifest.Result {
	return []*manifest.Result{result("model.p.stg", "success", 60), result("seed.p.seed", "success", 59), result("snapshot.p.snap", "success", 58),
		result("model.p.mart", "success", 57), result("test.p.uniq", "pass", 56)}
}

func with(command, invocation string, results ...*manifest.Result) *manifest.RunResults {
	return &manifest.RunResults{Path: command + ".json", Command: command, Metadata: manifest.Metadata{InvocationID: invocation, GeneratedAt: now.Format(time.RFC3339)}, Results: results}
}

// leftOut are results of a build with an option that leaves rows out.
func leftOut(option string, results ...*manifest.Result) *manifest.RunResults {
	r := with("build", "run-1", results...)
	r.Partial = option
	return r
}

// replace returns the good results with one replaced, or without it if the
// status is "".
func replace(id, status string, minutes int) []*manifest.Result {
	var out []*manifest.Result
	for _, r := range good() {
		switch {
		case r.UniqueID != id:
			out = append(out, r)
		case status != "":
			out = append(out, result(id, status, minutes))
		}
	}
	return out
}

func TestGate(t *testing.T) {
	t.Parallel()
	sql := func(code string) []*manifest.Result {
		rs := good()
		for _, r := range rs {
			switch r.UniqueID {
			case "model.p.stg":
				r.CompiledCode = "select 1\n"
			case "model.p.mart":
				r.CompiledCode = code
			}
		}
		return rs
	}
	held := func(node string, id ReasonID) map[string]ReasonID { return map[string]ReasonID{node: id} }
	cases := []struct {
		name  string
		gate  Gate
		files []*manifest.RunResults
		want  map[string]ReasonID
		notes map[string]ReasonID
	}{
		{name: "everything succeeded and passed", files: []*manifest.RunResults{with("build", "run-1", good()...)}},
		{name: "an ancestor failed", files: []*manifest.RunResults{with("build", "run-1", replace("model.p.stg", "error", 60)...)}, want: held("model.p.stg", ReasonFailed)},
		{name: "the model was skipped", files: []*manifest.RunResults{with("build", "run-1", replace("model.p.mart", "skipped", 57)...)}, want: held("model.p.mart", ReasonFailed)},
		{name: "a microbatch model succeeded partly", files: []*manifest.RunResults{with("build", "run-1", replace("model.p.mart", "partial success", 57)...)}, want: held("model.p.mart", ReasonFailed)},
		{name: "a snapshot has no result", files: []*manifest.RunResults{with("build", "run-1", replace("snapshot.p.snap", "", 0)...)}, want: held("snapshot.p.snap", ReasonMissing)},
		{name: "a missing result is allowed", gate: Gate{AllowMissing: true}, files: []*manifest.RunResults{with("build", "run-1", replace("snapshot.p.snap", "", 0)...)}, notes: held("snapshot.p.snap", ReasonMissing)},
		{name: "no results at all", want: map[string]ReasonID{"model.p.stg": ReasonMissing, "seed.p.seed": ReasonMissing, "snapshot.p.snap": ReasonMissing, "model.p.mart": ReasonMissing, "test.p.uniq": ReasonMissing}},
		{name: "a test of severity error failed", files: []*manifest.RunResults{with("build", "run-1", replace("test.p.uniq", "fail", 56)...)}, want: held("test.p.uniq", ReasonTestFailed)},
		{name: "a test of severity error that only warns", files: []*manifest.RunResults{with("build", "run-1", replace("test.p.uniq", "warn", 56)...)}},
		{name: "a test of severity warn failed", files: []*manifest.RunResults{with("build", "run-1", append(good(), result("test.p.soft", "warn", 50))...)}},
		{name: "the test ran before the last build", files: []*manifest.RunResults{with("build", "run-1", good()...), with("run", "run-1", result("model.p.mart", "success", 5))}, want: held("test.p.uniq", ReasonTestStale)},
		{name: "the test ran again after the last build", files: []*manifest.RunResults{with("test", "run-1", result("test.p.uniq", "pass", 4)), with("build", "run-1", good()...), with("run", "run-1", result("model.p.mart", "success", 5))}},
		{name: "a retry alone says nothing of what it did not run again", files: []*manifest.RunResults{with("retry", "run-1", result("model.p.mart", "success", 10), result("test.p.uniq", "pass", 9))},
			want: map[string]ReasonID{"model.p.stg": ReasonMissing, "seed.p.seed": ReasonMissing, "snapshot.p.snap": ReasonMissing}},
		{name: "a retry repaired what failed, whatever the order of the files", files: []*manifest.RunResults{with("retry", "run-1", result("model.p.mart", "success", 10), result("test.p.uniq", "pass", 9)), with("build", "run-1", replace("model.p.mart", "error", 57)...)}},
		{name: "a later failure counts more than an earlier success", files: []*manifest.RunResults{with("build", "run-1", replace("model.p.mart", "error", 1)...), with("build", "run-0", good()...)}, want: held("model.p.mart", ReasonFailed),
			notes: map[string]ReasonID{"model.p.stg": ReasonUnknownSQL, "snapshot.p.snap": ReasonUnknownSQL}},
		{name: "results of docs generate do not count", files: []*manifest.RunResults{with("build", "run-1", replace("test.p.uniq", "", 0)...), with("generate", "run-1", result("test.p.uniq", "success", 1))},
			want: held("test.p.uniq", ReasonMissing), notes: held("", ReasonNotCounted)},
		{name: "results of an unknown command do not count", files: []*manifest.RunResults{with("", "run-1", good()...)}, gate: Gate{AllowMissing: true},
			notes: map[string]ReasonID{"": ReasonNotCounted, "model.p.stg": ReasonMissing, "seed.p.seed": ReasonMissing, "snapshot.p.snap": ReasonMissing, "model.p.mart": ReasonMissing, "test.p.uniq": ReasonMissing}},
		{name: "the model was built without rows", files: []*manifest.RunResults{with("build", "run-1", good()...), leftOut("--empty", result("model.p.mart", "success", 5), result("test.p.uniq", "pass", 4))}, want: held("model.p.mart", ReasonPartial)},
		{name: "a view behind the model was built over a sample", files: []*manifest.RunResults{with("build", "run-1", good()...), leftOut("--sample", result("model.p.stg", "success", 5))}, want: held("model.p.stg", ReasonPartial)},
		{name: "a full build followed the one without rows", files: []*manifest.RunResults{with("build", "run-1", good()...), leftOut("--empty", result("model.p.mart", "success", 90))}},
		{name: "a result is too old", gate: Gate{MaxAge: 59*time.Minute + time.Second}, files: []*manifest.RunResults{with("build", "run-1", good()...)}, want: held("model.p.stg", ReasonTooOld)},
		{name: "the same SQL ran in another invocation", files: []*manifest.RunResults{with("build", "run-2", sql("select 2")...)}, notes: held("snapshot.p.snap", ReasonUnknownSQL)},
		{name: "other SQL ran", files: []*manifest.RunResults{with("build", "run-2", sql("select 3")...)}, want: held("model.p.mart", ReasonOtherSQL), notes: held("snapshot.p.snap", ReasonUnknownSQL)},
		{name: "the invocation says that the SQL is the same", files: []*manifest.RunResults{with("build", "run-1", sql("select 3")...)}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := c.gate.Check(world(), NewResults(c.files...), "model.p.mart", now)
			ids := func(rs []Reason) map[string]ReasonID {
				out := map[string]ReasonID{}
				for _, r := range rs {
					out[r.Node] = r.ID
					if r.Message == "" {
						t.Errorf("%s has no message", r.ID)
					}
				}
				return out
			}
			if c.want == nil {
				c.want = map[string]ReasonID{}
			}
			if d := cmp.Diff(c.want, ids(v.Reasons)); d != "" {
				t.Errorf("reasons (-want +got)\n%s", d)
			}
			if v.Open() != (len(c.want) == 0) {
				t.Errorf("open: %v", v.Open())
			}
			if c.notes == nil {
				c.notes = map[string]ReasonID{}
			}
			if d := cmp.Diff(c.notes, ids(v.Notes)); d != "" {
				t.Errorf("notes (-want +got)\n%s", d)
			}
		})
	}
}

func TestGateRefusesAModelThatTheManifestLacks(t *testing.T) {
	t.Parallel()
	v := Gate{}.Check(world(), NewResults(), "model.p.nope", now)
	if v.Open() || v.Reasons[0].ID != ReasonUnknownNode {
		t.Fatalf("%+v", v)
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		40 * time.Second: "1 min", 59 * time.Minute: "59 min", time.Hour: "1 h", 65 * time.Minute: "1 h 5 min",
		24 * time.Hour: "24 h", 30*time.Hour + 2*time.Minute: "30 h", 49 * time.Hour: "2 days", 3521*time.Hour + 39*time.Minute: "147 days",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%s) = %q, want %q", d, got, want)
		}
	}
}
