package conformance

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"impact/lineage/conformance/oracle"
	"impact/lineage/conformance/random"
	"impact/lineage/syntax"
)

// RandomOptions say which statements are made, and how far they are compared.
type RandomOptions struct {
	Schema string // JSON file of the tables
	Seed   uint64
	From   uint64 // number of the first statement
	Count  uint64 // how many
	Breaks uint64 // of so many statements one is bound without each column in turn; 0 for none
	Tries  int    // how often a differing statement is asked about to make it small; 0 to leave it
	// Examples is how many statements of a kind of difference are shown.
	Examples int
	Log      func(format string, args ...any)
}

// A Finding is a kind of difference, with small statements that show it.
type Finding struct {
	Kind     string
	Count    int // statements that differ so
	Examples []Example
}

// An Example is a statement that differs, made small.
type Example struct {
	N     uint64 // number of the statement that it was made from
	SQL   string
	Lines []string // all differences
}

// A RandomResult is the outcome of a run.
type RandomResult struct {
	Statements int
	Valid      int // the analyzer accepts them
	Mistakes   int // it refuses them for a name or a shape, which the engine must see
	Other      int // it refuses them for a type or a rule, which the engine need not see
	Crashed    int // the analyzer does
	Columns    Tally
	Uses       Tally
	Breaks     Tally
	Differing  int // statements with any difference
	Findings   []*Finding
	Refusals   map[string]int // why the analyzer refuses statements, without names
}

// Random holds both sides against each other on statements made by chance.
func Random(opts RandomOptions) (*RandomResult, error) {
	d, ok := syntax.Lookup("bigquery")
	if !ok {
		return nil, fmt.Errorf("there is no dialect bigquery")
	}
	tables, err := RandomTables(opts.Schema)
	if err != nil {
		return nil, err
	}
	r := &randomRun{opts: opts, dialect: d, judge: &judge{}, tables: tables, found: map[string]*Finding{}, out: &RandomResult{Refusals: map[string]int{}}}
	for n := opts.From; n < opts.From+opts.Count; n++ {
		if err := r.statement(n); err != nil {
			return nil, fmt.Errorf("statement %d of seed %d: %w", n, opts.Seed, err)
		}
	}
	return r.out, nil
}

// RandomTables are the tables of a file, and one more, which random statements
// read.
func RandomTables(schema string) ([]*oracle.Table, error) {
	f, err := os.Open(schema)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tables, err := oracle.ReadTables(f)
	if err != nil {
		return nil, err
	}
	return append(tables, wildcard), nil
}

// wildcard is a table whose name stands for several.
var wildcard = &oracle.Table{Name: "p.d.log_*", Columns: []oracle.Column{
	{Name: "id", Type: "INT64"}, {Name: "k", Type: "STRING"}, {Name: "s", Type: "STRUCT<a INT64, day DATE>"}, {Name: "l", Type: "ARRAY<INT64>"},
}}

type randomRun struct {
	opts    RandomOptions
	dialect *syntax.Dialect
	judge   *judge
	tables  []*oracle.Table
	found   map[string]*Finding
	out     *RandomResult
}

// A difference is one of its lines.
type difference struct{ kind, line string }

func (r *randomRun) statement(n uint64) error {
	made := random.Statement(r.opts.Seed, n, r.tables)
	breaks := r.opts.Breaks > 0 && n%r.opts.Breaks == 0
	list, err := r.compare(made, breaks, r.out)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		r.out.Differing++
	}
	said := map[string]bool{}
	for _, d := range list {
		if said[d.kind] {
			continue
		}
		said[d.kind] = true
		f := r.found[d.kind]
		if f == nil {
			f = &Finding{Kind: d.kind}
			r.found[d.kind] = f
			r.out.Findings = append(r.out.Findings, f)
		}
		f.Count++
		if len(f.Examples) >= max(r.opts.Examples, 1) {
			continue
		}
		e, err := r.example(n, made, d.kind)
		if err != nil {
			return err
		}
		f.Examples = append(f.Examples, e)
		if r.opts.Log != nil {
			r.opts.Log("%s\n%s", f.Kind, e)
		}
	}
	return nil
}

// example makes a statement small as long as it differs in the same way; a script
// is left as it is.
func (r *randomRun) example(n uint64, made random.Made, kind string) (Example, error) {
	breaks := strings.HasPrefix(kind, "break")
	if r.opts.Tries > 0 && made.Judged == made.SQL {
		asked := 0
		made.SQL = random.Shrink(made.SQL, func(smaller string) bool {
			if asked >= r.opts.Tries || !r.possible(smaller, kind) {
				return false
			}
			asked++
			again, err := r.compare(random.Made{SQL: smaller, Judged: smaller}, breaks, nil)
			return err == nil && slices.ContainsFunc(again, func(e difference) bool { return e.kind == kind })
		})
		made.Judged = made.SQL
	}
	e := Example{N: n, SQL: made.SQL}
	if made.Judged != made.SQL {
		e.SQL += "\n\t-- to the analyzer\n\t" + made.Judged
	}
	again, err := r.compare(made, breaks, nil)
	for _, d := range again {
		e.Lines = append(e.Lines, d.line)
	}
	return e, err
}

// possible says without asking the analyzer whether a statement can differ so.
func (r *randomRun) possible(sql, kind string) bool {
	errors := newEngine(r.dialect, sql, r.mentioned(sql)).answer().errors
	if !strings.HasPrefix(kind, "refused") {
		return len(errors) == 0
	}
	return slices.ContainsFunc(errors, func(e string) bool { return strings.HasSuffix(kind, anonymous.ReplaceAllString(e, "?")) })
}

// compare holds both sides against each other on one statement, or on a script and
// what says the same to the analyzer.
func (r *randomRun) compare(made random.Made, breaks bool, sum *RandomResult) ([]difference, error) {
	c := &Case{Set: "random", SQL: made.Judged, Tables: r.mentioned(made.SQL)}
	for _, part := range made.Parts {
		one := &Case{Set: "random", SQL: part, Tables: c.Tables}
		if a, err := r.judge.analyze(one); err != nil || a.Error != "" {
			return nil, err
		}
	}
	e := newEngine(r.dialect, made.SQL, c.Tables)
	ours := e.answer()
	truth, err := r.judge.analyze(c)
	if err != nil {
		return nil, err
	}
	class := mistakeClass(truth.Error)
	if sum != nil {
		sum.Statements++
		if truth.Error != "" {
			sum.Refusals[refusal(truth.Error)]++
		}
		switch {
		case truth.Error == "":
			sum.Valid++
		case strings.Contains(truth.Error, "crashed") || strings.Contains(truth.Error, "is not read"):
			sum.Crashed++
		case class != "":
			sum.Mistakes++
		default:
			sum.Other++
		}
	}
	if truth.Error != "" && class == "" {
		return nil, nil
	}
	c.Mistake = class != ""
	result := compare(c, truth, ours)
	var out []difference
	if c.Mistake && (!ours.sure || len(truth.Assumed) > 0) {
		return nil, nil // a guess that is called one
	}
	for i, line := range result.Differences {
		kind := result.Kinds[i]
		switch kind {
		case "":
			continue
		case "accepted":
			kind += ": " + class
		case "refused":
			kind += ": " + anonymous.ReplaceAllString(line, "?")
		case "type", "unknown type", "missing use", "extra use":
			kind += ": " + kindOf(kind, line)
		}
		out = append(out, difference{kind, line})
	}
	var broken Breaks
	if breaks && made.Judged == made.SQL && truth.Error == "" && len(ours.errors) == 0 {
		answers, err := r.judge.breaks(c)
		if err != nil {
			return nil, err
		}
		broken = compareBreaks(c, answers, e)
		for _, line := range broken.Differences {
			out = append(out, difference{breakKind(line), line})
		}
	}
	if sum != nil {
		sum.Columns = sum.Columns.Plus(result.Columns)
		sum.Uses = sum.Uses.Plus(result.Uses)
		sum.Breaks = sum.Breaks.Plus(broken.Pairs)
	}
	return out, nil
}

// mentioned returns the tables of a statement: fewer tables cost the analyzer
// less.
func (r *randomRun) mentioned(sql string) []*oracle.Table {
	var out []*oracle.Table
	for _, t := range r.tables {
		if strings.Contains(sql, t.Name) {
			out = append(out, t)
		}
	}
	return out
}

var (
	anonymous = regexp.MustCompile(`"[^"]*"|'[^']*'|\d+:\d+|\d+|` + "`[^`]*`")
	someType  = regexp.MustCompile(`(?:STRUCT<.*>)`)
)

func kindOf(kind, line string) string {
	if strings.HasSuffix(kind, "use") {
		_, rest, _ := strings.Cut(line, "only: ")
		what, _, _ := strings.Cut(rest, " ")
		return what
	}
	_, types, _ := strings.Cut(line, " type: ")
	return someType.ReplaceAllString(types, "STRUCT")
}

func breakKind(line string) string {
	_, rest, _ := strings.Cut(line, "ours [")
	if strings.HasPrefix(rest, "]") {
		_, theirs, _ := strings.Cut(rest, "oracle [")
		if class := mistakeClass(theirs); class != "" {
			return "break: oracle only: " + class
		}
		return "break: oracle only: a rule"
	}
	ours, _, _ := strings.Cut(rest, "] oracle [")
	ours, _, _ = strings.Cut(ours, ";")
	return "break: ours only: " + anonymous.ReplaceAllString(ours, "?")
}

// mistakeClasses are parts of the analyzer's errors about names and shapes: the
// engine must refuse such a statement too.
var mistakeClasses = []string{
	"Unrecognized name", "Cannot access field", "not found inside", "is ambiguous", "Table not found", "Unrecognized", "does not exist in STRUCT", "Duplicate table alias", "Duplicate alias",
	"neither grouped nor aggregated", "not visible after GROUP BY", "mismatched column count", "Column in USING clause not found", "does not exist in", "not found in",
	"out of range", "Duplicate column name", "Duplicate", "not present in table",
}

func mistakeClass(text string) string {
	for _, class := range mistakeClasses {
		if strings.Contains(text, class) && !strings.Contains(text, "Function not found") {
			return class
		}
	}
	return ""
}

var namesIn = regexp.MustCompile(`(?:name:?|Name|alias|column|inside|in|not found:|type|identifier|argument|to|field|types:?) [A-Za-z_$.0-9]+`)

// refusal is an error of the analyzer without what is particular to a statement.
func refusal(text string) string {
	text, _, _ = strings.Cut(text, "; Did you mean")
	text = namesIn.ReplaceAllStringFunc(text, func(s string) string { return s[:strings.IndexByte(s, ' ')] + " ?" })
	text = anonymous.ReplaceAllString(someType.ReplaceAllString(text, "STRUCT"), "?")
	if len(text) > 120 {
		text = text[:120]
	}
	return text
}

// WriteRefusals writes the most frequent reasons for which the analyzer refuses
// statements, to see what the generator could do better.
func (r *RandomResult) WriteRefusals(w io.Writer, most int) error {
	keys := sortedKeys(r.Refusals)
	slices.SortStableFunc(keys, func(a, b string) int { return r.Refusals[b] - r.Refusals[a] })
	for _, k := range keys[:min(most, len(keys))] {
		if _, err := fmt.Fprintf(w, "%6d refused: %s\n", r.Refusals[k], k); err != nil {
			return err
		}
	}
	return nil
}

// String writes an example with what differs.
func (e Example) String() string {
	return fmt.Sprintf("\t-- %d\n\t%s\n\t\t%s", e.N, e.SQL, strings.Join(e.Lines, "\n\t\t"))
}

// Write writes the figures of a run and what was found, the most frequent kind
// first.
func (r *RandomResult) Write(w io.Writer) error {
	slices.SortStableFunc(r.Findings, func(a, b *Finding) int { return b.Count - a.Count })
	for _, f := range r.Findings {
		if _, err := fmt.Fprintf(w, "%d x %s\n", f.Count, f.Kind); err != nil {
			return err
		}
		for _, e := range f.Examples {
			if _, err := fmt.Fprintln(w, e); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(w, "%d statements: %d valid (%.1f %%), %d with a mistake, %d that break another rule, %d unjudged\n"+
		"%d differ in %d kinds; sources %d/%d, uses %d/%d, breaks %d/%d\n",
		r.Statements, r.Valid, 100*float64(r.Valid)/float64(max(r.Statements, 1)), r.Mistakes, r.Other, r.Crashed,
		r.Differing, len(r.Findings), r.Columns.Right, r.Columns.Of, r.Uses.Right, r.Uses.Of, r.Breaks.Right, r.Breaks.Of)
	return err
}
