package conformance

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// WriteTable writes the figures, one set a line, and their sum.
func WriteTable(w io.Writer, sets []*Set) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(tw, "set\tstatements\t")
	for _, s := range Statuses {
		fmt.Fprintf(tw, "%s\t", s)
	}
	fmt.Fprintln(tw, "sources\tfields\tnames\ttypes\tunknown\tuses\tbreaks\t")
	line := func(name string, f Figures) {
		fmt.Fprintf(tw, "%s\t%d\t", name, f.Statements)
		for _, s := range Statuses {
			fmt.Fprintf(tw, "%d\t", f.Statuses[s])
		}
		for _, t := range []Tally{f.Columns, f.Paths, f.Names, f.Types} {
			fmt.Fprintf(tw, "%d/%d\t", t.Right, t.Of)
		}
		fmt.Fprintf(tw, "%d\t%d/%d\t%d/%d\t\n", f.UnknownTypes, f.Uses.Right, f.Uses.Of, f.Breaks.Right, f.Breaks.Of)
	}
	all := &Set{}
	for _, s := range sets {
		line(s.Name, s.Figures())
		all.Comparisons = append(all.Comparisons, s.Comparisons...)
		all.Breaks = append(all.Breaks, s.Breaks...)
	}
	line("all", all.Figures())
	return tw.Flush()
}

// WriteDifferences writes every difference under its statement, and why
// statements are not judged.
func WriteDifferences(w io.Writer, sets []*Set) error {
	for _, set := range sets {
		for i, c := range set.Comparisons {
			lines := append(slices.Clone(c.Differences), set.Breaks[i].Differences...)
			if c.Status == Unjudged || len(lines) == 0 {
				continue
			}
			if _, err := fmt.Fprintf(w, "%s %s: %s\n", set.Name, c.Case.Name, c.Status); err != nil {
				return err
			}
			for _, l := range lines {
				if _, err := fmt.Fprintf(w, "\t%s\n", l); err != nil {
					return err
				}
			}
		}
		for _, reason := range set.reasons() {
			if _, err := fmt.Fprintf(w, "%s unjudged: %s\n", set.Name, reason); err != nil {
				return err
			}
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
