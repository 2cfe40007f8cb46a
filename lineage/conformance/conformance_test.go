package conformance

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"impact/internal/shared"
	"impact/lineage/conformance/oracle"
	"impact/lineage/syntax"
)

// TestTheEngineReachesTheCommittedScore leaves the counterfactuals to the command:
// without kept answers they take minutes.
func TestTheEngineReachesTheCommittedScore(t *testing.T) {
	keep := ""
	if dir, err := os.UserCacheDir(); err == nil {
		keep = filepath.Join(dir, "impact-conformance")
	}
	sets, err := Run(Options{
		Shared:     shared.Dir(t),
		Statements: "statements",
		Example:    filepath.Join("..", "..", "examples", "medical-jobs"),
		Keep:       keep,
		Log:        t.Logf,
	})
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	if err := WriteTable(&table, sets); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + table.String())
	committed, err := ReadScore("score.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, below := range ScoreOf(sets).Below(committed) {
		t.Error(below)
	}
}

func TestStatementsAreToldApart(t *testing.T) {
	t.Parallel()
	src := func(columns ...string) []oracle.Source {
		var out []oracle.Source
		for _, c := range columns {
			table, column, _ := strings.Cut(c, ".")
			out = append(out, oracle.Source{Table: table, Column: column})
		}
		return out
	}
	one := func(name string, sources ...string) oracle.Analysis {
		return oracle.Analysis{Outputs: []oracle.Output{{Name: name, Type: "INT64", Sources: src(sources...)}}}
	}
	for _, c := range []struct {
		name  string
		truth oracle.Analysis
		ours  answer
		want  Status
	}{
		{"the same sources in another case", one("a", "t.x"), answer{Analysis: one("a", "T.X"), widened: []bool{false}}, Exact},
		{"a source too many", one("a", "t.x"), answer{Analysis: one("a", "t.x", "t.y"), widened: []bool{false}}, Extra},
		{"a source too many that is said to be unsure", one("a", "t.x"), answer{Analysis: one("a", "t.x", "t.y"), widened: []bool{true}}, Widened},
		{"a source that is missing", one("a", "t.x", "t.y"), answer{Analysis: one("a", "t.x"), widened: []bool{false}}, Missing},
		{"a source that is missing weighs more than one too many", one("a", "t.x"), answer{Analysis: one("a", "t.y"), widened: []bool{true}}, Missing},
		{"no columns", one("a", "t.x"), answer{}, Shape},
		{"an error of ours", one("a", "t.x"), answer{errors: []string{"no"}}, Refused},
		{"an error of the analyzer", oracle.Analysis{Error: "no"}, answer{errors: []string{"no"}}, Unjudged},
	} {
		got := compare(&Case{}, &c.truth, &c.ours)
		if got.Status != c.want {
			t.Errorf("%s: %s, want %s", c.name, got.Status, c.want)
		}
		if c.want != Exact && len(got.Differences) == 0 {
			t.Errorf("%s: nothing is said about it", c.name)
		}
	}
}

func TestAScoreIsBelowAnotherInWhatItLost(t *testing.T) {
	t.Parallel()
	committed := Score{"a": {Statuses: map[Status]int{Exact: 2}, Columns: Tally{9, 10}, Breaks: Tally{5, 5}}}
	for _, c := range []struct {
		name string
		have Figures
		want int
	}{
		{"the same", Figures{Statuses: map[Status]int{Exact: 2}, Columns: Tally{9, 10}, Breaks: Tally{5, 5}}, 0},
		{"better", Figures{Statuses: map[Status]int{Exact: 3}, Columns: Tally{10, 10}}, 0},
		{"without counterfactuals", Figures{Statuses: map[Status]int{Exact: 2}, Columns: Tally{9, 10}}, 0},
		{"one statement less is exact", Figures{Statuses: map[Status]int{Exact: 1}, Columns: Tally{9, 10}}, 1},
		{"one column less agrees", Figures{Statuses: map[Status]int{Exact: 2}, Columns: Tally{8, 10}}, 1},
		{"less is compared", Figures{Statuses: map[Status]int{Exact: 2}, Columns: Tally{9, 9}}, 1},
		{"a break is not seen", Figures{Statuses: map[Status]int{Exact: 2}, Columns: Tally{9, 10}, Breaks: Tally{4, 5}}, 1},
	} {
		if below := (Score{"a": c.have}).Below(committed); len(below) != c.want {
			t.Errorf("%s: %v, want %d lines", c.name, below, c.want)
		}
	}
	if below := (Score{"b": {}}).Below(committed); len(below) != 1 {
		t.Errorf("a set without a score: %v", below)
	}
}

func TestAScoreOfSomeSetsKeepsTheOthers(t *testing.T) {
	t.Parallel()
	got := Score{"a": {Statements: 2}}.Over(Score{"a": {Statements: 1}, "b": {Statements: 3}})
	if got["a"].Statements != 2 || got["b"].Statements != 3 || len(got) != 2 {
		t.Errorf("%v", got)
	}
}

// TestBothSidesAgreeWhenAColumnIsGone covers the ways in which a column can be
// missed or not missed.
func TestBothSidesAgreeWhenAColumnIsGone(t *testing.T) {
	tables := []*oracle.Table{
		{Name: "p.d.o", Columns: []oracle.Column{{Name: "id", Type: "INT64"}, {Name: "c", Type: "STRING"}}},
		{Name: "p.d.x", Columns: []oracle.Column{{Name: "id", Type: "INT64"}, {Name: "n", Type: "STRING"}}},
		{Name: "p.d.z", Columns: []oracle.Column{{Name: "a", Type: "INT64"}, {Name: "b", Type: "INT64"}, {Name: "c", Type: "INT64"}}},
	}
	for _, c := range []struct {
		name, sql string
		breaks    []string // "table.column" of those that are missed
	}{
		{"a star loses it silently", "select * from p.d.o", nil},
		{"an exception names it", "select * except (c) from p.d.z", []string{"z.c"}},
		{"a filter names it", "select id from p.d.o where c = 'a'", []string{"o.c", "o.id"}},
		{"a name finds another column instead", "select o.id from p.d.o as o where exists (select 1 from p.d.x where id = 1)", []string{"o.id"}},
		{"USING needs it on both sides", "select n from p.d.o join p.d.x using (id)", []string{"o.id", "x.id", "x.n"}},
		{"an ambiguous name becomes clear", "select o.id, n from p.d.o as o, p.d.x as x", []string{"o.id", "x.n"}},
		{"branches of a union differ in number", "select * from p.d.o union all select * from p.d.x", []string{"o.c", "o.id", "x.id", "x.n"}},
	} {
		d, _ := syntax.Lookup("bigquery")
		j := &judge{}
		one := &Case{SQL: c.sql, Tables: tables}
		truth, err := j.breaks(one)
		if err != nil {
			t.Fatal(err)
		}
		var missed []string
		for _, tab := range tables {
			for _, col := range tab.Columns {
				if truth[tab.Name+"\x00"+col.Name] != "" {
					missed = append(missed, tab.Name[len("p.d."):]+"."+col.Name)
				}
			}
		}
		missed = sorted(missed, func(s string) string { return s })
		if strings.Join(missed, " ") != strings.Join(c.breaks, " ") {
			t.Errorf("%s: the analyzer misses %v, want %v", c.name, missed, c.breaks)
		}
		if b := compareBreaks(one, truth, newEngine(d, c.sql, tables)); len(b.Differences) > 0 {
			t.Errorf("%s: %v", c.name, b.Differences)
		}
	}
}
