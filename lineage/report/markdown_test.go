package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"impact/lineage/effect"
)

func TestMarkdownOfEveryAnswer(t *testing.T) {
	t.Parallel()
	for name, a := range fixtures() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, name+".md", render(t, Markdown{}, a))
			golden(t, name+".ja.md", render(t, Markdown{Options{Lang: Japanese}}, a))
		})
	}
}

// wide is an answer with n broken models, each with n destination columns.
func wide(n int, word string) *effect.Answer {
	a := salaryMin()
	a.Findings, a.Repairs = nil, nil
	for i := range n {
		name := fmt.Sprintf("%s_%d", word, i)
		s := model(name, "")
		at := &effect.Place{File: name + ".sql", Line: i + 1, Col: 1, EndCol: 4, Text: word}
		a.Findings = append(a.Findings,
			effect.Finding{ID: name, Rule: effect.RuleModelUnresolved, Severity: effect.Break, Subject: s, Message: word, At: at, Owner: &effect.Owner{Name: name}},
			effect.Finding{Rule: effect.RuleDestinationValue, Severity: effect.Value, Subject: table(name), Columns: []string{word},
				Path: []effect.Step{step("source", word, word, ""), step("table", name, word, "load")}})
		a.Repairs = append(a.Repairs, effect.Repair{Subject: s, What: word, Findings: []string{name}})
		a.Warnings = append(a.Warnings, word)
		a.Coverage.Gaps = append(a.Coverage.Gaps, effect.Gap{Subject: s, Message: word})
		a.Coverage.Advice = append(a.Coverage.Advice, word)
	}
	return a
}

func TestMarkdownStaysWithinTheLimit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		a    *effect.Answer
	}{
		{"many findings", wide(3000, "column")},
		{"long names", wide(12, strings.Repeat("長", 2000))},
		{"names that escaping makes longer", wide(60, strings.Repeat("<", 700))},
		{"every kind of finding with long names", hostile(strings.Repeat("|@", 400))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, limit := range []int{0, 20_000, minComment} {
				for _, verbose := range []bool{false, true} {
					text := render(t, Markdown{Options{MaxRunes: limit, Verbose: verbose}}, tt.a)
					most := limit
					if limit == 0 {
						most = MaxComment
					}
					if n := utf8.RuneCountInString(text); n > most {
						t.Errorf("%d characters, at most %d", n, most)
					}
				}
			}
		})
	}
}

func TestMarkdownSaysHowManyAreNotShown(t *testing.T) {
	t.Parallel()
	text := render(t, Markdown{}, wide(300, "column"))
	_, breaks, _ := strings.Cut(text, "**What breaks (300)**")
	breaks, _, _ = strings.Cut(breaks, "**Destination columns")
	shown := strings.Count(breaks, "\n| `")
	more := regexp.MustCompile(`… and (\d+) more`).FindStringSubmatch(breaks)
	if more == nil {
		t.Fatalf("no line says how many are left out:\n%s", breaks)
	}
	if n, _ := strconv.Atoi(more[1]); shown+n != 300 {
		t.Errorf("%d shown and %d more are not 300", shown, n)
	}
}
