package effect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/internal/generate/sketch"
	"impact/lineage"
	"impact/lineage/destination"
	"impact/lineage/effect"
	"impact/manifest"
)

// A dropCase is a small project and what one change does to it. A file in
// testdata/drops holds a sketch of the project, a line "schema.rb" with the
// tables of the destination "app" below it if there is one, and then for each
// change a line "== drop TABLE.COLUMN [null|fails]" with all findings, in any
// order:
//
//	SEVERITY RULE SUBJECT [columns] @line:col
//
// The confidence follows unless it is exact, and the place of breaks only.
type dropCase struct {
	field  string
	onDrop string
	want   []string
}

func readDrops(t testing.TB, name string) (g *lineage.Graph, cases []dropCase) {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(src), "\n== drop ")
	text, schema, _ := strings.Cut(parts[0], "\nschema.rb\n")
	m, c, err := sketch.Artifacts(text + "\n")
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var in lineage.Input
	if in.Manifest, err = manifest.Decode(bytes.NewReader(m), "manifest.json", manifest.Options{}); err != nil {
		t.Fatal(err)
	}
	if in.Catalog, err = manifest.DecodeCatalog(bytes.NewReader(c), "catalog.json", manifest.Options{}); err != nil {
		t.Fatal(err)
	}
	if schema != "" {
		s, _, err := destination.ReadSchema("schema.rb", []byte(schema))
		if err != nil {
			t.Fatal(err)
		}
		in.Schemas = map[string]*destination.Schema{"app": s}
	}
	if g, err = lineage.Build(context.Background(), in); err != nil {
		t.Fatal(err)
	}
	for _, p := range g.Problems() {
		t.Errorf("%s: %v", name, p)
	}
	for _, part := range parts[1:] {
		lines := strings.Split(strings.TrimRight(part, "\n"), "\n")
		var c dropCase
		c.field, c.onDrop, _ = strings.Cut(lines[0], " ")
		for _, l := range lines[1:] {
			if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
				c.want = append(c.want, l)
			}
		}
		cases = append(cases, c)
	}
	return g, cases
}

func (c *dropCase) answer(t testing.TB, g *lineage.Graph) *effect.Answer {
	t.Helper()
	m := lineage.NewResolver(g, nil).Resolve(c.field)
	if len(m) != 1 {
		t.Fatalf("%s means %d columns", c.field, len(m))
	}
	col := &g.Columns[m[0].Column]
	return effect.Drop(g, effect.Query{
		Target: effect.Target{Asked: c.field, Relation: g.Relation(col.Rel).UniqueID, Name: g.Relation(col.Rel).Name, Column: col.Name, Path: col.Path},
		Column: m[0].Column, Relation: col.Rel, OnDrop: effect.OnDrop(c.onDrop),
	})
}

func findingLine(f *effect.Finding) string {
	line := fmt.Sprintf("%s %s %s", f.Severity, f.Rule, f.Subject.Name)
	if len(f.Columns) > 0 {
		line += " [" + strings.Join(f.Columns, ", ") + "]"
	}
	if f.At != nil && f.Severity == effect.Break {
		line += fmt.Sprintf(" @%d:%d", f.At.Line, f.At.Col)
	}
	if f.Confidence != "exact" {
		line += " " + f.Confidence
	}
	return line
}

func dropFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "drops", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	return files
}

// TestDrops compares whole answers with what must follow.
func TestDrops(t *testing.T) {
	t.Parallel()
	for _, file := range dropFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			g, cases := readDrops(t, file)
			if len(cases) == 0 {
				t.Error("nothing is dropped")
			}
			for _, c := range cases {
				a := c.answer(t, g)
				got := []string{}
				for i := range a.Findings {
					got = append(got, findingLine(&a.Findings[i]))
				}
				slices.Sort(got)
				if diff := cmp.Diff(strings.Join(slices.Sorted(slices.Values(c.want)), "\n"), strings.Join(got, "\n")); diff != "" {
					t.Errorf("drop %s %s, want (-), got (+):\n%s", c.field, c.onDrop, diff)
				}
				checkAnswer(t, a)
			}
		})
	}
}

// checkAnswer holds an answer to what every answer promises.
func checkAnswer(t *testing.T, a *effect.Answer) {
	t.Helper()
	ids := map[string]bool{}
	counts := map[effect.Severity]int{}
	worst := effect.Severity(0)
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.ID == "" || ids[f.ID] {
			t.Errorf("the id %q stands there twice, or is empty", f.ID)
		}
		ids[f.ID] = true
		counts[f.Severity]++
		worst = max(worst, f.Severity)
		if i > 0 && f.Severity > a.Findings[i-1].Severity {
			t.Errorf("%s comes behind %s", f.ID, a.Findings[i-1].ID)
		}
		if f.Message == "" || strings.HasSuffix(f.Message, ".") {
			t.Errorf("%s says %q", f.ID, f.Message)
		}
		if f.Subject.Kind == "" || f.Subject.ID == "" || f.Subject.Name == "" {
			t.Errorf("%s is about %+v", f.ID, f.Subject)
		}
		switch f.Confidence {
		case "exact", "inferred", "widened":
		default:
			t.Errorf("%s has the confidence %q", f.ID, f.Confidence)
		}
		if len(f.Path) > 0 && (f.Path[0].ID != a.Target.Relation || f.Path[0].Via != "") {
			t.Errorf("the path of %s starts at %+v", f.ID, f.Path[0])
		}
		if f.At != nil && (f.At.Line < 1 || f.At.Col < 1 || f.At.EndCol < f.At.Col) {
			t.Errorf("%s is at %+v", f.ID, f.At)
		}
	}
	if a.Worst != worst {
		t.Errorf("the worst is %s, said is %s", worst, a.Worst)
	}
	if len(a.Counts) != len(effect.Severities()) {
		t.Errorf("%d counts", len(a.Counts))
	}
	for _, c := range a.Counts {
		if c.Findings != counts[c.Severity] {
			t.Errorf("%d findings %s, said are %d", counts[c.Severity], c.Severity, c.Findings)
		}
	}
	for _, r := range a.Repairs {
		if r.What == "" || len(r.Findings) == 0 {
			t.Errorf("a repair says nothing: %+v", r)
		}
		for _, id := range r.Findings {
			if !ids[id] {
				t.Errorf("the repair of %s settles %s, which nothing found", r.Subject.Name, id)
			}
		}
	}
	roundTrip(t, a)
}

// roundTrip holds JSON to give back the same answer.
func roundTrip(t *testing.T, a *effect.Answer) {
	t.Helper()
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back effect.Answer
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(&back)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(text), string(again)); diff != "" {
		t.Errorf("JSON there and back:\n%s", diff)
	}
	if back.Format != effect.FormatAnswer || back.Change != "drop" {
		t.Errorf("format %q, change %q", back.Format, back.Change)
	}
}

func TestAnswersAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	for _, file := range dropFiles(t) {
		g, cases := readDrops(t, file)
		for _, c := range cases {
			first, err := json.Marshal(c.answer(t, g))
			if err != nil {
				t.Fatal(err)
			}
			other, _ := readDrops(t, file)
			for _, g := range []*lineage.Graph{g, other, g} {
				next, err := json.Marshal(c.answer(t, g))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(first, next) {
					t.Errorf("%s: drop %s differs from run to run", file, c.field)
				}
			}
		}
	}
}

func TestEveryRuleHasACase(t *testing.T) {
	t.Parallel()
	seen := map[effect.Rule]bool{effect.RuleStandardField: true} // asked for by the caller, below
	for _, file := range dropFiles(t) {
		g, cases := readDrops(t, file)
		for _, c := range cases {
			for _, f := range c.answer(t, g).Findings {
				seen[f.Rule] = true
			}
		}
	}
	for _, rule := range []effect.Rule{
		effect.RuleModelUnresolved, effect.RuleModelSetOperation, effect.RuleModelElsewhere, effect.RuleModelStale,
		effect.RuleModelColumnLost, effect.RuleModelUnread, effect.RuleModelValue, effect.RuleModelRows, effect.RuleTestUnresolved, effect.RuleUnitTest, effect.RuleHookUnresolved,
		effect.RuleContract, effect.RuleConfig, effect.RuleFreshness, effect.RuleSourceFrozen, effect.RuleExposureStale,
		effect.RuleExposureColumnLost, effect.RuleExposureValue, effect.RuleExposureRows, effect.RuleLoadColumnMissing,
		effect.RuleLoadStale, effect.RuleDestinationNotNull, effect.RuleDestinationLost, effect.RuleDestinationValue,
		effect.RuleDestinationRows, effect.RuleDocMentions, effect.RuleMetricMentions, effect.RuleSemanticMentions,
	} {
		if !seen[rule] {
			t.Errorf("no case gives %s", rule)
		}
	}
}

func TestStandardFieldsGetANote(t *testing.T) {
	t.Parallel()
	g, cases := readDrops(t, filepath.Join("testdata", "drops", "model.txt"))
	m := lineage.NewResolver(g, nil).Resolve(cases[0].field)
	a := effect.Drop(g, effect.Query{Column: m[0].Column, Relation: g.Columns[m[0].Column].Rel, Standard: true})
	n := 0
	for _, f := range a.Findings {
		if f.Rule == effect.RuleStandardField {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d notes about a standard field, want 1", n)
	}
}

func TestSeveritiesAreReadAndWritten(t *testing.T) {
	t.Parallel()
	for _, s := range append(effect.Severities(), 0) {
		text, err := s.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back effect.Severity
		if err := back.UnmarshalText(text); err != nil || back != s {
			t.Errorf("%s comes back as %s: %v", s, back, err)
		}
	}
	var s effect.Severity
	if err := s.UnmarshalText([]byte("terrible")); err == nil {
		t.Error("an unknown severity is read")
	}
	for i, s := range effect.Severities()[1:] {
		if s >= effect.Severities()[i] {
			t.Errorf("%s is not milder than %s", s, effect.Severities()[i])
		}
	}
}
