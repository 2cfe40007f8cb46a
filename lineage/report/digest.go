package report

import (
	"slices"
	"strings"

	"impact/lineage/effect"
)

// A digest is an answer brought into the order in which people ask: what
// breaks, what stops, what is lost, what the application sees. Text and
// Markdown are two ways to write the same digest. Every finding is in at least
// one of its lists.
type digest struct {
	answer *effect.Answer

	heads     []*effect.Finding // what changes the question itself
	breaks    []group           // relations that no longer work
	elsewhere []group           // names that now mean another column
	tests     []group
	loads     []group // loads that fail or are held back
	stale     []group
	lost      []disappearance
	columns   []destinationColumn
	values    []group
	rows      []group
	notes     []group
	owners    []duty
}

// A group is all that happens to one subject within one section.
type group struct {
	subject  effect.Subject
	findings []*effect.Finding
}

// columns lists the columns of all findings of the group, each once.
func (g group) columns() []string {
	var all []string
	for _, f := range g.findings {
		for _, c := range f.Columns {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	return all
}

// A disappearance is one set of columns that several subjects lose alike.
type disappearance struct {
	columns  []string
	subjects []effect.Subject
	first    *effect.Finding
}

// A verdict is what happens to one destination column.
type verdict uint8

const (
	gone    verdict = 1 << iota // it disappears, or its load names what is gone
	refused                     // it would be NULL and must not be
	stops                       // its load does not run until the repair
	changes                     // its values change
)

// A destinationColumn is one column of an application's database. The column
// is empty where the table as a whole is concerned.
type destinationColumn struct {
	table, column string
	verdicts      verdict
	findings      []*effect.Finding
}

// path returns the shortest known way to the column, nil if there is none.
func (c destinationColumn) path() []effect.Step {
	for _, f := range c.findings {
		if len(f.Path) > 0 {
			return f.Path
		}
	}
	return nil
}

// A duty is what one owner should know.
type duty struct {
	owner    effect.Owner
	worst    effect.Severity
	subjects []effect.Subject
}

func newDigest(answer *effect.Answer) *digest {
	d := &digest{answer: answer}
	held := map[string]bool{}
	for i := range answer.Findings {
		f := &answer.Findings[i]
		if stopsLoad(f) {
			for _, name := range tableNames(f) {
				held[name] = true
			}
		}
		d.place(f)
	}
	for i := range d.columns {
		if held[d.columns[i].table] {
			d.columns[i].verdicts |= stops
		}
	}
	d.assign(answer)
	return d
}

// place puts one finding where it belongs. Rules that are not known here go by
// their severity.
func (d *digest) place(f *effect.Finding) {
	kind := f.Subject.Kind
	table := kind == "table"
	switch {
	case f.Rule == effect.RuleStandardField:
		d.heads = append(d.heads, f)
	case f.Rule == effect.RuleModelElsewhere:
		d.elsewhere = gather(d.elsewhere, f)
	case f.Severity == effect.Break && (kind == "test" || kind == "unit_test"):
		d.tests = gather(d.tests, f)
	case f.Severity == effect.Break && (table || kind == "load" || kind == "exposure"):
		d.loads = gather(d.loads, f)
		if table {
			d.reach(f, refused)
		}
	case f.Severity == effect.Break:
		d.breaks = gather(d.breaks, f)
	case f.Severity == effect.Stale && (table || kind == "load"):
		d.loads = gather(d.loads, f)
	case f.Severity == effect.Stale:
		d.stale = gather(d.stale, f)
	case f.Severity == effect.Loss && table:
		d.reach(f, gone)
	case f.Severity == effect.Loss:
		d.lose(f)
	case f.Severity == effect.Value && table:
		d.reach(f, changes)
	case f.Severity == effect.Value:
		d.values = gather(d.values, f)
	case f.Severity == effect.Rows:
		d.rows = gather(d.rows, f)
	default:
		d.notes = gather(d.notes, f)
	}
}

// gather adds a finding to the group of its subject. Subjects keep the order
// in which they first come.
func gather(groups []group, f *effect.Finding) []group {
	for i := range groups {
		if groups[i].subject.Kind == f.Subject.Kind && groups[i].subject.ID == f.Subject.ID {
			groups[i].findings = append(groups[i].findings, f)
			return groups
		}
	}
	return append(groups, group{subject: f.Subject, findings: []*effect.Finding{f}})
}

func (d *digest) reach(f *effect.Finding, v verdict) {
	columns := f.Columns
	if len(columns) == 0 {
		columns = []string{""}
	}
	for _, column := range columns {
		i := slices.IndexFunc(d.columns, func(c destinationColumn) bool {
			return c.table == f.Subject.ID && c.column == column
		})
		if i < 0 {
			i = len(d.columns)
			d.columns = append(d.columns, destinationColumn{table: f.Subject.ID, column: column})
		}
		d.columns[i].verdicts |= v
		d.columns[i].findings = append(d.columns[i].findings, f)
	}
}

func (d *digest) lose(f *effect.Finding) {
	for i := range d.lost {
		if slices.Equal(d.lost[i].columns, f.Columns) {
			d.lost[i].subjects = append(d.lost[i].subjects, f.Subject)
			return
		}
	}
	d.lost = append(d.lost, disappearance{columns: f.Columns, subjects: []effect.Subject{f.Subject}, first: f})
}

// stopsLoad reports whether a table does not receive rows until a repair.
func stopsLoad(f *effect.Finding) bool {
	switch f.Subject.Kind {
	case "load", "table", "exposure":
		return f.Severity == effect.Stale || f.Severity == effect.Break
	}
	return false
}

// tableNames lists how the destination table of a finding may be called.
func tableNames(f *effect.Finding) []string {
	names := []string{f.Subject.ID, f.Subject.Name}
	if n := len(f.Path); n > 0 && f.Path[n-1].Kind == "table" {
		names = append(names, f.Path[n-1].ID, f.Path[n-1].Relation)
	}
	return names
}

// assign collects for each owner what happens to what it keeps, those with the
// worst news first.
func (d *digest) assign(answer *effect.Answer) {
	for i := range answer.Findings {
		f := &answer.Findings[i]
		if f.Owner == nil || *f.Owner == (effect.Owner{}) {
			continue
		}
		i := slices.IndexFunc(d.owners, func(o duty) bool { return o.owner == *f.Owner })
		if i < 0 {
			i = len(d.owners)
			d.owners = append(d.owners, duty{owner: *f.Owner})
		}
		o := &d.owners[i]
		o.worst = max(o.worst, f.Severity)
		if !slices.ContainsFunc(o.subjects, func(s effect.Subject) bool { return s.Kind == f.Subject.Kind && s.ID == f.Subject.ID }) {
			o.subjects = append(o.subjects, f.Subject)
		}
	}
	slices.SortStableFunc(d.owners, func(a, b duty) int { return int(b.worst) - int(a.worst) })
}

// A tally is a number of subjects of one kind.
type tally struct {
	noun string
	n    int
}

// broken counts what errors: models, snapshots and so on by kind, then tests,
// then loads.
func (d *digest) broken() []tally {
	var tallies []tally
	add := func(noun string, n int) {
		if n == 0 {
			return
		}
		i := slices.IndexFunc(tallies, func(t tally) bool { return t.noun == noun })
		if i < 0 {
			i = len(tallies)
			tallies = append(tallies, tally{noun: noun})
		}
		tallies[i].n += n
	}
	for _, g := range d.breaks {
		add(g.subject.Kind, 1)
	}
	add("test", len(d.tests)) // unit tests among them
	for _, g := range d.loads {
		if slices.ContainsFunc(g.findings, func(f *effect.Finding) bool { return f.Severity == effect.Break }) {
			add("load", 1)
		}
	}
	return tallies
}

// reached counts the destination columns and names their tables.
func (d *digest) reached() (columns int, tables []string) {
	for _, c := range d.columns {
		if c.column != "" {
			columns++
		}
		if !slices.Contains(tables, c.table) {
			tables = append(tables, c.table)
		}
	}
	return columns, tables
}

// disappeared counts the columns that models and exposures lose.
func (d *digest) disappeared() int {
	n := 0
	for _, l := range d.lost {
		n += max(1, len(l.columns)) * len(l.subjects)
	}
	return n
}

// changed counts the columns of models whose values change.
func (d *digest) changed() int {
	n := 0
	for _, g := range d.values {
		n += max(1, len(g.columns()))
	}
	return n
}

// counts are the findings by severity, worst first.
func (d *digest) counts() []effect.Count {
	var counts []effect.Count
	for _, s := range effect.Severities() {
		c := effect.Count{Severity: s}
		for i := range d.answer.Findings {
			if d.answer.Findings[i].Severity == s {
				c.Findings++
			}
		}
		counts = append(counts, c)
	}
	return counts
}

// changedColumn names the column that the answer is about.
func changedColumn(t effect.Target) string {
	parts := []string{t.Name, t.Column}
	if t.Path != "" {
		parts = append(parts, t.Path)
	}
	return strings.Join(parts, ".")
}

// editable returns the place in the file that people edit, where it is known,
// else the place in the compiled SQL.
func editable(p *effect.Place) *effect.Place {
	if p == nil || p.Source == nil {
		return p
	}
	source := *p.Source
	if source.Text == "" && source.Col == p.Col {
		source.Text = p.Text
	}
	return &source
}

func affectedGaps(gaps []effect.Gap) int {
	n := 0
	for _, g := range gaps {
		if g.Affected {
			n++
		}
	}
	return n
}
