package conformance

import (
	"fmt"
	"slices"
	"strings"

	"impact/lineage/conformance/oracle"
)

// A Status is what became of one statement.
type Status string

// The statuses, from the best to the worst.
const (
	Exact    Status = "exact"    // the same columns with the same sources
	Widened  Status = "widened"  // more sources, and the answer says that it is not sure
	Extra    Status = "extra"    // more sources than there are
	Missing  Status = "missing"  // a source is missing, and nothing says so
	Shape    Status = "shape"    // other output columns
	Refused  Status = "refused"  // the engine reports an error that the analyzer does not
	Accepted Status = "accepted" // the analyzer refuses the statement, which is a mistake, and the engine does not
	Unjudged Status = "unjudged" // the analyzer refuses the statement
)

// Statuses lists the statuses in the order of reports.
var Statuses = []Status{Exact, Widened, Extra, Missing, Shape, Refused, Accepted, Unjudged}

// A Comparison is one statement as both sides see it.
type Comparison struct {
	Case   *Case
	Status Status
	// Differences are the lines of the report, none if the sides agree on
	// everything. Those about lineage come first.
	Differences []string
	Kinds       []string // beside Differences: what kind each one is
	Columns     Tally    // columns with the same sources
	Paths       Tally    // columns with the same fields of sources, among those
	Names       Tally
	Types       Tally
	UnknownType int // output columns whose type the engine does not know
	Uses        Tally
}

// A Tally counts how many of all agree.
type Tally struct {
	Right int `json:"right"`
	Of    int `json:"of"`
}

func (t *Tally) add(right bool) {
	t.Of++
	if right {
		t.Right++
	}
}

// Plus adds two tallies.
func (t Tally) Plus(u Tally) Tally { return Tally{t.Right + u.Right, t.Of + u.Of} }

// compare holds the engine's answer against the analyzer's.
func compare(c *Case, truth *oracle.Analysis, ours *answer) *Comparison {
	out := &Comparison{Case: c}
	differ := func(kind, format string, args ...any) {
		out.Differences = append(out.Differences, fmt.Sprintf(format, args...))
		out.Kinds = append(out.Kinds, kind)
	}
	switch {
	case c.Mistake && truth.Error != "" && len(ours.errors) > 0:
		out.Status = Exact
		return out
	case c.Mistake && truth.Error != "":
		out.Status = Accepted
		differ(string(out.Status), "the analyzer: %s", truth.Error)
		return out
	case truth.Error != "":
		out.Status = Unjudged
		differ(string(out.Status), "the analyzer: %s", truth.Error)
		return out
	case len(ours.errors) > 0:
		out.Status = Refused
		for _, e := range ours.errors {
			differ("refused", "ours: %s", e)
		}
		return out
	case len(ours.Outputs) != len(truth.Outputs):
		out.Status = Shape
		differ("shape", "columns: ours %s, oracle %s", names(ours.Outputs), names(truth.Outputs))
		return out
	}
	out.Status = Exact
	if len(truth.Assumed) > 0 {
		differ("", "the analyzer lacks %s: taken to be a user's", strings.Join(truth.Assumed, ", "))
	}
	for i := range truth.Outputs {
		theirs, mine := &truth.Outputs[i], &ours.Outputs[i]
		label := fmt.Sprintf("%d %s", i+1, theirs.Name)
		have, want := wholeColumns(mine.Sources), wholeColumns(theirs.Sources)
		same := slices.Equal(have, want)
		out.Columns.add(same)
		switch {
		case !same:
			extra, lost := without(have, want), without(want, have)
			status := Extra
			if len(lost) > 0 {
				status = Missing
			} else if ours.widened[i] {
				status = Widened
			}
			out.worsen(status)
			differ(string(status), "%s: extra [%s] missing [%s]", label, strings.Join(extra, " "), strings.Join(lost, " "))
		default:
			have, want = c.paths(mine.Sources), c.paths(theirs.Sources)
			out.Paths.add(slices.Equal(have, want))
			if !slices.Equal(have, want) {
				differ("fields", "%s fields: ours [%s] oracle [%s]", label, strings.Join(have, " "), strings.Join(want, " "))
			}
		}
		if !strings.HasPrefix(theirs.Name, "$") {
			out.Names.add(theirs.Name == mine.Name)
			if theirs.Name != mine.Name {
				differ("name", "%s name: ours %q", label, mine.Name)
			}
		}
		switch {
		case theirs.Type == "" || len(truth.Assumed) > 0:
		case mine.Type == "" || strings.Contains(mine.Type, "UNKNOWN"):
			out.UnknownType++
			differ("unknown type", "%s type: ours unknown %s, oracle %s", label, mine.Type, theirs.Type)
		default:
			same := strings.EqualFold(mine.Type, theirs.Type)
			out.Types.add(same)
			if !same {
				differ("type", "%s type: ours %s, oracle %s", label, mine.Type, theirs.Type)
			}
		}
	}
	out.uses(truth, ours, differ)
	return out
}

func (c *Comparison) worsen(s Status) {
	if slices.Index(Statuses, s) > slices.Index(Statuses, c.Status) {
		c.Status = s
	}
}

func (c *Comparison) uses(truth *oracle.Analysis, ours *answer, differ func(kind, format string, args ...any)) {
	text := func(list []oracle.Use) []string {
		out := make([]string, len(list))
		for i, u := range list {
			out[i] = u.Kind + " " + strings.ToLower(u.Table+"."+u.Column)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	have, want := text(ours.Uses), text(truth.Uses)
	for _, u := range want {
		c.Uses.add(slices.Contains(have, u))
	}
	for _, u := range without(have, want) {
		c.Uses.add(false)
		differ("extra use", "use: ours only: %s", u)
	}
	for _, u := range without(want, have) {
		differ("missing use", "use: oracle only: %s", u)
	}
}

func names(list []oracle.Output) string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].Name
	}
	return fmt.Sprintf("%d [%s]", len(list), strings.Join(out, " "))
}

// without returns what a has and b lacks.
func without(a, b []string) []string {
	var out []string
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

func wholeColumns(list []oracle.Source) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s.Table + "." + s.Column)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *Case) typeOf(s oracle.Source) string {
	for _, t := range c.Tables {
		if !strings.EqualFold(t.Name, s.Table) {
			continue
		}
		for _, col := range t.Columns {
			if strings.EqualFold(col.Name, s.Column) {
				return col.Type
			}
		}
	}
	return ""
}

// columnNames is "table.column" of each source, without the fields inside and
// with the last part of the table only: sorted, free of duplicates.
func columnNames(list []oracle.Source) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, s.Table[strings.LastIndexByte(s.Table, '.')+1:]+"."+s.Column)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
