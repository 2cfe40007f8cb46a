package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"impact/lineage/destination"
)

// kept is a plan with everything that a plan file holds.
func kept() *Plan {
	table := &destination.Table{Database: "app", Name: "jobs"}
	l := &Load{Spec: &destination.Load{Name: "jobs", Destination: "board", Table: "jobs", Model: "model.p.jobs", Mode: destination.Mirror, Key: []string{"id"}},
		Model: Model{Relation: "lake.jobs", Version: "v1"}, Table: table, Method: Merge, Reason: "why", Create: []string{"CREATE TABLE jobs"}, Keys: 1,
		Columns: []Column{{Name: "id", Origin: destination.Mapped, From: "job_id", Kind: Int, Type: &destination.Column{Name: "id", Type: "int"}, Deferred: true}},
		Mapping: "m", DDL: "d"}
	return &Plan{Hash: "h", Environment: "production", Groups: []*Group{{Destination: "board", Loads: []*Load{l}}},
		Held:     []Held{{Load: "x", Reasons: []Reason{{ID: ReasonMissing, Message: "no"}}}},
		Refusals: []Refusal{{ID: "load.engine", Load: "y", Message: "no"}}, Notes: []Note{{ID: "load.triggers", Load: "jobs", Message: "has"}}}
}

func written(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := kept().File().Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// changes calls f with the tree after every change of one value, one by one.
func changes(root any, f func(what string)) {
	var walk func(path string, n any, set func(any))
	walk = func(path string, n any, set func(any)) {
		try := func(what string, v any) {
			set(v)
			f(path + " " + what)
			set(n)
		}
		switch n := n.(type) {
		case map[string]any:
			for k, v := range n {
				delete(n, k)
				f(path + "." + k + " left out")
				n[k] = v
				walk(path+"."+k, v, func(v any) { n[k] = v })
			}
			n["more"] = 1
			f(path + " with a key more")
			delete(n, "more")
		case []any:
			try("emptied", []any{})
			try("doubled", append(append([]any{}, n...), n...))
			for i, v := range n {
				walk(fmt.Sprintf("%s[%d]", path, i), v, func(v any) { n[i] = v })
			}
		case string:
			try("changed", n+"x")
			try("as a number", 1)
		case bool:
			try("changed", !n)
			try("as a text", "true")
		}
		if path != "" {
			try("as null", nil)
			try("as a list of lists", []any{[]any{}})
		}
	}
	walk("", root, func(any) {})
}

func TestAPlanFileThatWasChangedIsRefused(t *testing.T) {
	t.Parallel()
	src := written(t)
	if f, err := ReadFile("plan.json", src); err != nil || len(f.Stale(kept())) > 0 {
		t.Fatal(err, f.Stale(kept()))
	}
	var root any
	if err := json.Unmarshal(src, &root); err != nil {
		t.Fatal(err)
	}
	n := 0
	changes(root, func(what string) {
		n++
		b, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFile("plan.json", b); err == nil || !strings.HasPrefix(err.Error(), "read plan plan.json: ") || strings.Contains(err.Error(), "plan.File") {
			t.Errorf("%s: %v", what, err)
		}
		// One that is sealed again is no better in what decides about the run.
		var f File
		if json.Unmarshal(b, &f) != nil || what == " with a key more" || strings.Contains(what, "with a key more") || strings.Contains(what, "format") || strings.Contains(what, "seal") ||
			strings.HasPrefix(what, ".held") || strings.HasPrefix(what, ".notes") || strings.HasPrefix(what, ".refusals") {
			return
		}
		if strings.HasSuffix(what, ".columns emptied") || strings.HasSuffix(what, "doubled") && !strings.Contains(what, "columns") && !strings.Contains(what, "key") && !strings.Contains(what, "create") {
			return // read as the same, or refused above
		}
		if strings.HasPrefix(what, ".groups doubled") || strings.Contains(what, ".loads doubled") || strings.Contains(what, "version") {
			return // the same load twice; a version is compared by SameVersion
		}
		if len(f.Stale(kept())) == 0 {
			t.Errorf("%s is not noticed", what)
		}
	})
	if n < 100 {
		t.Errorf("only %d changes", n)
	}
}

func TestWhatIsNoPlanIsRefusedInPlainWords(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"":                             "it ends too early",
		"{":                            "it ends too early",
		"null":                         `format "" is not "impact.plan/1"`,
		"[]":                           "it is of type array, which no plan has there",
		"x":                            "it is no JSON: ",
		`{"format": "impact.plan/2"}`:  `format "impact.plan/2" is not "impact.plan/1"`,
		`{"groups": 1}`:                "groups is of type number, which no plan has there",
		`{"surprise": 1}`:              `unknown field "surprise"`,
		string(written(t)) + "{}":      "there is more behind the plan",
		strings.Repeat("[", 1_000_000): "it is no JSON: ",
		strings.Repeat(" ", MaxFile+1): "it is larger than 64 MB",
	} {
		if _, err := ReadFile("p", []byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %s", src, err, want)
		}
	}
}

func FuzzPlanFile(f *testing.F) {
	src := written(f)
	f.Add(src)
	f.Add([]byte(`{"format": "impact.plan/1", "seal": ""}`))
	want := kept().File()
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ReadFile("p", b)
		if err != nil {
			return
		}
		// Whatever is read is either the plan that was written, or another one
		// that says so.
		if digest(*got) != digest(*want) && len(got.Stale(kept())) == 0 {
			t.Errorf("%s", b)
		}
	})
}
