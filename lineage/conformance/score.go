package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
)

// Figures are the numbers of one set.
type Figures struct {
	Statements   int            `json:"statements"`
	Statuses     map[Status]int `json:"statuses"`
	Columns      Tally          `json:"columns"`
	Paths        Tally          `json:"paths"`
	Names        Tally          `json:"names"`
	Types        Tally          `json:"types"`
	UnknownTypes int            `json:"unknown_types"`
	Uses         Tally          `json:"uses"`
	Breaks       Tally          `json:"breaks"`
}

// Score is the figures of every set by name: what is committed, and what a run
// must reach.
type Score map[string]Figures

// ScoreOf sums a run up.
func ScoreOf(sets []*Set) Score {
	s := Score{}
	for _, set := range sets {
		s[set.Name] = set.Figures()
	}
	return s
}

// ReadScore reads a committed score.
func ReadScore(path string) (Score, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var s Score
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("read score %s: %w", path, err)
	}
	return s, nil
}

// Write writes a score as it is committed.
func (s Score) Write(path string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// Over returns a score with the sets of s, and those of committed that s lacks.
func (s Score) Over(committed Score) Score {
	out := maps.Clone(s)
	for name, f := range committed {
		if _, ok := out[name]; !ok {
			out[name] = f
		}
	}
	return out
}

// Below lists in what a run is worse than the committed score: fewer agreements,
// or another number of things to agree on, which needs a new score.
func (s Score) Below(committed Score) []string {
	var out []string
	for _, name := range sortedKeys(s) {
		have := s[name]
		want, found := committed[name]
		if !found {
			out = append(out, fmt.Sprintf("%s has no committed score", name))
			continue
		}
		less := func(what string, have, want Tally) {
			switch {
			case have.Of < want.Of:
				out = append(out, fmt.Sprintf("%s: %s: %d are compared, %d were", name, what, have.Of, want.Of))
			case have.Of-have.Right > want.Of-want.Right:
				out = append(out, fmt.Sprintf("%s: %s: %d of %d agree, the score is %d of %d", name, what, have.Right, have.Of, want.Right, want.Of))
			}
		}
		if have.Statuses[Exact] < want.Statuses[Exact] {
			out = append(out, fmt.Sprintf("%s: %d statements are exact, the score is %d", name, have.Statuses[Exact], want.Statuses[Exact]))
		}
		if have.UnknownTypes > want.UnknownTypes {
			out = append(out, fmt.Sprintf("%s: %d types are unknown, the score is %d", name, have.UnknownTypes, want.UnknownTypes))
		}
		less("sources", have.Columns, want.Columns)
		less("fields", have.Paths, want.Paths)
		less("names", have.Names, want.Names)
		less("types", have.Types, want.Types)
		less("uses", have.Uses, want.Uses)
		if have.Breaks.Of > 0 {
			less("breaks", have.Breaks, want.Breaks)
		}
	}
	return out
}
