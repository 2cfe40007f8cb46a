package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/internal/display"
	"impact/lineage/effect"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// render renders or fails the test.
func render(t testing.TB, r Renderer, a *effect.Answer) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.Render(&out, a); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestTextOfEveryAnswer(t *testing.T) {
	t.Parallel()
	for name, a := range fixtures() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, name+".txt", render(t, Text{}, a))
			golden(t, name+".80.txt", render(t, Text{Options{Width: 80}}, a))
			golden(t, name+".ja.txt", render(t, Text{Options{Width: 80, Lang: Japanese}}, a))
			golden(t, name+".verbose.txt", render(t, Text{Options{Width: 120, Verbose: true}}, a))
		})
	}
}

// tagged marks what is decorated, so that tests see it.
type tagged struct{}

func (tagged) Bold(s string) string   { return "<b>" + s + "</b>" }
func (tagged) Dim(s string) string    { return "<dim>" + s + "</dim>" }
func (tagged) Red(s string) string    { return "<red>" + s + "</red>" }
func (tagged) Green(s string) string  { return "<green>" + s + "</green>" }
func (tagged) Yellow(s string) string { return "<yellow>" + s + "</yellow>" }
func (tagged) Cyan(s string) string   { return "<cyan>" + s + "</cyan>" }

var tags = strings.NewReplacer("<b>", "", "</b>", "", "<dim>", "", "</dim>", "", "<red>", "", "</red>", "",
	"<green>", "", "</green>", "", "<yellow>", "", "</yellow>", "", "<cyan>", "", "</cyan>", "")

func TestColoursChangeNothingButColours(t *testing.T) {
	t.Parallel()
	for name, a := range fixtures() {
		for _, o := range []Options{{}, {Width: 60}, {Width: 100, Verbose: true, Depth: 3}} {
			without := render(t, Text{o}, a)
			o.Style = tagged{}
			with := render(t, Text{o}, a)
			if diff := cmp.Diff(without, tags.Replace(with)); diff != "" {
				t.Errorf("%s (-without +with colours):\n%s", name, diff)
			}
		}
	}
	golden(t, "salary_min.colours.txt", render(t, Text{Options{Width: 80, Style: tagged{}}}, salaryMin()))
}

func TestLinesFitTheTerminal(t *testing.T) {
	t.Parallel()
	for name, a := range fixtures() {
		for _, columns := range []int{40, 80, 120} {
			for _, lang := range []Lang{English, Japanese} {
				text := render(t, Text{Options{Width: columns, Lang: lang, Style: tagged{}}}, a)
				for line := range strings.Lines(text) {
					// A place stays in one piece, so that terminals link it;
					// so do the names of a path.
					if strings.Contains(line, "<cyan>") || strings.Contains(line, "→") || strings.Contains(line, "<dim>JobOffer__c") || strings.Contains(line, "<dim>Facility__c") {
						continue
					}
					if n := display.Width(tags.Replace(strings.TrimRight(line, "\n"))); n > columns {
						t.Errorf("%s, %s: %d columns of %d: %s", name, lang, n, columns, line)
					}
				}
			}
		}
	}
}

func TestWithoutAWidthNoSentenceIsBroken(t *testing.T) {
	t.Parallel()
	text := render(t, Text{}, salaryMin())
	if want := "Dropping salesforce.JobOffer__c.Salary_Min__c breaks 1 model, stops 1 load and reaches 2 columns of job_board.job_offers\n"; !strings.HasPrefix(text, want) {
		t.Errorf("got %q", text[:strings.IndexByte(text, '\n')])
	}
}

func TestDepthShortensPathsAndSaysSo(t *testing.T) {
	t.Parallel()
	for depth, want := range map[int]string{
		0: "JobOffer__c.Salary_Min__c → stg_salesforce__job_offers.salary_min → int_job_offers_enriched.salary_max → mart_job_offers.v2.salary_max → job_board__job_offers.salary_max → job_board.job_offers.salary_max",
		1: "JobOffer__c.Salary_Min__c → … 4 steps … → job_board.job_offers.salary_max",
		3: "JobOffer__c.Salary_Min__c → … 3 steps … → job_board__job_offers.salary_max → job_board.job_offers.salary_max",
		9: "JobOffer__c.Salary_Min__c → stg_salesforce__job_offers.salary_min → int_job_offers_enriched.salary_max",
	} {
		if text := render(t, Text{Options{Depth: depth}}, salaryMin()); !strings.Contains(text, want) {
			t.Errorf("depth %d: %q is missing in\n%s", depth, want, text)
		}
	}
}

func TestLongListsSayHowManyAreLeftOut(t *testing.T) {
	t.Parallel()
	a := wide(25, "column")
	if text := render(t, Text{}, a); !strings.Contains(text, "  … and 15 more (--format json lists all)\n") {
		t.Errorf("no line says how many are left out:\n%s", text)
	}
	text := render(t, Text{Options{Verbose: true}}, a)
	if strings.Contains(text, " more") {
		t.Errorf("verbose leaves something out:\n%s", text)
	}
	for _, f := range a.Findings {
		if !strings.Contains(text, f.Subject.Name) {
			t.Errorf("%s is missing", f.Subject.Name)
		}
	}
}

func TestTextOfAHostileAnswerIsClean(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"\x1b]0;x\a", "a\nb\r\nc", "\u202ex", "\x9b2J\xff", "\u200b", "\u009b"} {
		for _, lang := range []Lang{English, Japanese} {
			for _, verbose := range []bool{false, true} {
				text := render(t, Text{Options{Width: 50, Lang: lang, Verbose: verbose}}, hostile(bad))
				for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
					if clean(line) != line {
						t.Fatalf("%q: not clean: %q", bad, line)
					}
				}
			}
		}
	}
}

func TestEveryFindingIsInTheDigest(t *testing.T) {
	t.Parallel()
	a := hostile("x")
	d := newDigest(a)
	seen := map[*effect.Finding]bool{}
	for _, f := range d.heads {
		seen[f] = true
	}
	for _, groups := range [][]group{d.breaks, d.elsewhere, d.tests, d.loads, d.stale, d.values, d.rows, d.notes} {
		for _, g := range groups {
			for _, f := range g.findings {
				seen[f] = true
			}
		}
	}
	for _, c := range d.columns {
		for _, f := range c.findings {
			seen[f] = true
		}
	}
	lost := 0
	for _, l := range d.lost {
		lost += len(l.subjects)
	}
	if len(seen)+lost != len(a.Findings) {
		t.Errorf("%d of %d findings are in the digest", len(seen)+lost, len(a.Findings))
	}
}

func TestAnAnswerIsRenderedAlikeEveryTime(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		r, err := New(format, Options{Width: 90})
		if err != nil {
			t.Fatal(err)
		}
		a := electronicChart()
		if one, two := render(t, r, a), render(t, r, a); one != two {
			t.Errorf("%s differs:\n%s", format, cmp.Diff(one, two))
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"unknown language": {Lang: "fr"}, "negative width": {Width: -1}, "negative depth": {Depth: -1}, "no room": {MaxRunes: 100},
	} {
		if _, err := New("text", o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := New("yaml", Options{}); err == nil || !strings.Contains(err.Error(), "text, json, markdown") {
		t.Errorf("unknown format: got %v", err)
	}
}
