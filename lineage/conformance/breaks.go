package conformance

import (
	"fmt"
	"strings"
)

// Breaks is how far both sides agree on what breaks when one column of one input
// is gone.
type Breaks struct {
	Pairs       Tally
	Differences []string
}

// compareBreaks drops each column of each input in turn. The statement must
// compile as it is on both sides.
func compareBreaks(c *Case, truth map[string]string, e *engine) Breaks {
	var out Breaks
	for i, t := range c.Tables {
		for _, col := range t.Columns {
			theirs := truth[t.Name+"\x00"+col.Name]
			ours := e.errors(e.bind(i, col.Name))
			agree := (theirs != "") == (len(ours) > 0)
			out.Pairs.add(agree)
			if !agree {
				out.Differences = append(out.Differences, fmt.Sprintf("without %s.%s: ours [%s] oracle [%s]",
					t.Name, col.Name, strings.Join(ours, "; "), theirs))
			}
		}
	}
	return out
}
