package report

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/effect"
)

func TestJSONIsTheAnswerItself(t *testing.T) {
	t.Parallel()
	answers := fixtures()
	answers["hostile"] = hostile("\x1b[31m\u202e\U000e0041\u2028<&>\"\\\n")
	for name, a := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := render(t, JSON{}, a)
			var got effect.Answer
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(withLists(a), &got); diff != "" {
				t.Errorf("(-answer +read back):\n%s", diff)
			}
			for line := range strings.Lines(text) {
				if line = strings.TrimSuffix(line, "\n"); clean(line) != line {
					t.Errorf("not clean: %q", line)
				}
			}
			if name != "hostile" {
				golden(t, name+".json", text)
			}
		})
	}
}

func TestJSONListsAreNeverNull(t *testing.T) {
	t.Parallel()
	text := render(t, JSON{}, &effect.Answer{Repairs: []effect.Repair{{}}})
	if strings.Contains(text, "null") {
		t.Errorf("got null in\n%s", text)
	}
}

// keys collects the JSON keys of a type and of what it holds, each with the
// name of its struct.
func keys(t reflect.Type, found map[string]map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		keys(t.Elem(), found)
	case reflect.Struct:
		if found[t.Name()] != nil {
			return
		}
		found[t.Name()] = map[string]bool{}
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			found[t.Name()][name] = true
			keys(t.Field(i).Type, found)
		}
	}
}

// The documentation has a heading for each object of an answer and, below it,
// a table row for each key: no more and no less.
func TestEveryKeyOfAnAnswerIsDocumented(t *testing.T) {
	t.Parallel()
	page := document(t, "json.md")
	want := map[string]map[string]bool{}
	keys(reflect.TypeFor[effect.Answer](), want)
	got := map[string]map[string]bool{}
	object := ""
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "## ") {
			object = "" // another format
		}
		if rest, ok := strings.CutPrefix(line, "### "); ok {
			object = strings.TrimSpace(rest)
			if want[object] != nil {
				got[object] = map[string]bool{}
			}
		}
		if rest, ok := strings.CutPrefix(line, "| `"); ok && got[object] != nil {
			key, _, _ := strings.Cut(rest, "`")
			got[object][key] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/json.md (-code +documentation):\n%s", diff)
	}
}

func TestEveryRuleIsDocumented(t *testing.T) {
	t.Parallel()
	page := document(t, "findings.md")
	want, got := map[string]bool{}, map[string]bool{}
	for _, rule := range declaredRules(t) {
		want[string(rule)] = true
	}
	for line := range strings.Lines(page) {
		if rest, ok := strings.CutPrefix(line, "### "); ok {
			got[strings.Trim(strings.TrimSpace(rest), "`")] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/findings.md (-code +documentation):\n%s", diff)
	}
}

func document(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}
