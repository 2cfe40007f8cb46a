package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"impact/lineage/layout"
	"impact/sync/plan"
	"impact/sync/run"
)

// TestEveryJSONKeyIsDocumented walks the types that the commands write and looks
// each key up in docs/json.md, in the section of its format.
func TestEveryJSONKeyIsDocumented(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "json.md"))
	if err != nil {
		t.Fatal(err)
	}
	doc := string(src)
	for _, tt := range []struct {
		section string
		value   any
	}{
		{"impact sql", sqlLineage{}},
		{"impact.upstream/1", upstreamAnswer{}},
		{"impact.graph/1", layout.Document{}},
		{"impact.sync.plan/1", planDoc{}},
		{"impact.plan/1", plan.File{}},
		{"impact.sync.event/1", eventDoc{}},
		{"impact.sync.run/1", runDoc{}},
		{"impact.sync.verify/1", verifyDoc{}},
		{"impact.sync.status/1", statusDoc{}},
		{"impact.sync.doctor/1", doctorDoc{}},
		{"### Rejects", run.Reject{}},
	} {
		if !strings.Contains(doc, tt.section) {
			t.Errorf("docs/json.md says nothing of %s", tt.section)
			continue
		}
		for key := range jsonKeys(reflect.TypeOf(tt.value), map[reflect.Type]bool{}) {
			if !strings.Contains(doc, "`"+key+"`") && !strings.Contains(doc, "."+key+"`") {
				t.Errorf("%s: docs/json.md does not explain %q", tt.section, key)
			}
		}
	}
}

// jsonKeys are the keys that a type is written with, at any depth.
func jsonKeys(typ reflect.Type, seen map[reflect.Type]bool) map[string]bool {
	keys := map[string]bool{}
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return jsonKeys(typ.Elem(), seen)
	case reflect.Struct:
		if seen[typ] {
			return keys
		}
		seen[typ] = true
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "-" || !f.IsExported() {
				continue
			}
			if name != "" {
				keys[name] = true
			}
			for k := range jsonKeys(f.Type, seen) {
				keys[k] = true
			}
		}
	}
	return keys
}
