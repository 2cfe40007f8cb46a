package conformance

import (
	"fmt"
	"strings"
	"testing"

	"impact/internal/shared"
	"impact/lineage/conformance/oracle"
)

// TestTheOracleReproducesItsOwnCases holds our reading of the analyzer's trees
// against lineage that was derived from them independently.
func TestTheOracleReproducesItsOwnCases(t *testing.T) {
	o, err := oracle.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, read := range []func(string) ([]*Case, error){readClean, readTricky} {
		cases, err := read(shared.Dir(t))
		if err != nil {
			t.Fatal(err)
		}
		right := 0
		for _, c := range cases {
			a := o.Analyze(c.SQL, c.Tables)
			problem := truthProblem(c, a)
			if problem == "" {
				right++
				continue
			}
			t.Logf("%s: %s\n\t%s", c.Name, problem, strings.Join(strings.Fields(c.SQL), " "))
		}
		t.Logf("%s: %d of %d", cases[0].Set, right, len(cases))
		if right*100 < len(cases)*99 && cases[0].Set == "googlesql" {
			t.Errorf("the oracle reproduces %d of %d cases", right, len(cases))
		}
	}
}

// TestOurStatementsAreWhatTheyClaim keeps slips out of the folder: a statement
// that the analyzer refuses by accident would be compared with nothing.
func TestOurStatementsAreWhatTheyClaim(t *testing.T) {
	o, err := oracle.New()
	if err != nil {
		t.Fatal(err)
	}
	cases, err := readStatements("statements")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range cases {
		if seen[c.Name] {
			t.Errorf("two statements are called %q", c.Name)
		}
		seen[c.Name] = true
		switch _, text := o.Compiles(c.SQL, c.Tables); {
		case c.Mistake && text == "":
			t.Errorf("%s: the analyzer takes it", c.Name)
		case !c.Mistake && text != "":
			t.Errorf("%s: %s", c.Name, text)
		}
	}
	t.Logf("%d statements", len(cases))
}

func truthProblem(c *Case, a *oracle.Analysis) string {
	if a.Error != "" {
		return a.Error
	}
	if !c.Partial && len(a.Outputs) != len(c.Truth) {
		return fmt.Sprintf("%d columns, want %d", len(a.Outputs), len(c.Truth))
	}
	for i, want := range c.Truth {
		var out *oracle.Output
		if !c.Partial {
			out = &a.Outputs[i]
		}
		for j := range a.Outputs {
			if c.Partial && strings.EqualFold(a.Outputs[j].Name, want.Name) {
				out = &a.Outputs[j]
			}
		}
		if out == nil {
			return "no column " + want.Name
		}
		have := strings.ToLower(strings.Join(columnNames(out.Sources), " "))
		if have != strings.ToLower(strings.Join(want.Sources, " ")) {
			return fmt.Sprintf("%s comes from [%s], want %v", want.Name, have, want.Sources)
		}
	}
	return ""
}
