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

	// index finds an entry of a list again: answers can have many thousands.
	index map[entry]int
}

// An entry is one of a list of a digest.
type entry struct{ list, kind, id, column string }

// at returns the index of an entry in a list of n. A new one is the n-th.
func (d *digest) at(e entry, n int) (i int, isNew bool) {
	if i, ok := d.index[e]; ok {
		return i, false
	}
	d.index[e] = n
	return n, true
}

// A group is all that happens to one subject within one section.
type group struct {
	subject  effect.Subject
	findings []*effect.Finding
}

// columns lists the columns of all findings of the group, each once.
func (g group) columns() []string {
	seen := map[string]bool{}
	var list []string
	for _, f := range g.findings {
		for _, c := range f.Columns {
			if !seen[c] {
				seen[c] = true
				list = append(list, c)
			}
		}
	}
	return list
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

// path returns the way to the column, nil if none is known: a finding about
// several columns may have the path of one of them only.
func (c destinationColumn) path() []effect.Step {
	for _, f := range c.findings {
		if n := len(f.Path); n > 0 && strings.EqualFold(f.Path[n-1].Column, c.column) {
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
	d := &digest{answer: answer, index: map[entry]int{}}
	for i := range answer.Findings {
		d.place(&answer.Findings[i])
	}
	d.hold(answer)
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
		d.gather("elsewhere", &d.elsewhere, f)
	case f.Severity == effect.Break && (kind == "test" || kind == "unit_test"):
		d.gather("tests", &d.tests, f)
	case f.Severity == effect.Break && (table || kind == "load" || kind == "exposure"):
		d.gather("loads", &d.loads, f)
		if table {
			d.reach(f.Subject.ID, f.Columns, refused, f)
		} else if n := len(f.Path); f.Rule == effect.RuleLoadColumnMissing && n > 0 && f.Path[n-1].Kind == "table" {
			d.reach(f.Path[n-1].ID, f.Columns, gone, f)
		}
	case f.Severity == effect.Break:
		d.gather("breaks", &d.breaks, f)
	case f.Severity == effect.Stale && (table || kind == "load"):
		d.gather("loads", &d.loads, f)
	case f.Severity == effect.Stale:
		d.gather("stale", &d.stale, f)
	case f.Severity == effect.Loss && table:
		d.reach(f.Subject.ID, f.Columns, gone, f)
	case f.Severity == effect.Loss:
		d.lose(f)
	case f.Severity == effect.Value && table:
		d.reach(f.Subject.ID, f.Columns, changes, f)
	case f.Severity == effect.Value:
		d.gather("values", &d.values, f)
	case f.Severity == effect.Rows:
		d.gather("rows", &d.rows, f)
	default:
		d.gather("notes", &d.notes, f)
	}
}

// gather adds a finding to the group of its subject. Subjects keep the order
// in which they first come.
func (d *digest) gather(list string, groups *[]group, f *effect.Finding) {
	i, isNew := d.at(entry{list: list, kind: f.Subject.Kind, id: f.Subject.ID}, len(*groups))
	if isNew {
		*groups = append(*groups, group{subject: f.Subject})
	}
	g := &(*groups)[i]
	g.findings = append(g.findings, f)
}

// reach adds what happens to columns of a destination table.
func (d *digest) reach(table string, columns []string, v verdict, f *effect.Finding) {
	if len(columns) == 0 {
		columns = []string{""}
	}
	for _, column := range columns {
		i, isNew := d.at(entry{list: "columns", id: table, column: column}, len(d.columns))
		if isNew {
			d.columns = append(d.columns, destinationColumn{table: table, column: column})
		}
		d.columns[i].verdicts |= v
		d.columns[i].findings = append(d.columns[i].findings, f)
	}
}

// lose puts subjects together that lose the same columns.
func (d *digest) lose(f *effect.Finding) {
	i, isNew := d.at(entry{list: "lost", column: strings.Join(f.Columns, "\x00")}, len(d.lost))
	if isNew {
		d.lost = append(d.lost, disappearance{columns: f.Columns, first: f})
	}
	d.lost[i].subjects = append(d.lost[i].subjects, f.Subject)
}

// hold marks the columns whose load does not run until a repair.
func (d *digest) hold(answer *effect.Answer) {
	tables := map[string]int{} // short names among the tables of the answer
	_, reached := d.reached()
	for _, table := range reached {
		tables[shortName(table)]++
	}
	held, heldShort := map[string]bool{}, map[string]bool{}
	for i := range answer.Findings {
		f := &answer.Findings[i]
		if f.Severity != effect.Stale && f.Rule != effect.RuleLoadColumnMissing {
			continue
		}
		switch n := len(f.Path); {
		case f.Subject.Kind == "table":
			held[f.Subject.ID] = true
		case f.Subject.Kind != "load":
		case n > 0 && f.Path[n-1].Kind == "table":
			held[f.Path[n-1].ID] = true
		default:
			// The id is "exposure/table". A table's short name says which one
			// is meant only where no other table here is called alike.
			_, short, _ := strings.Cut(f.Subject.ID, "/")
			heldShort[short] = true
		}
	}
	for i := range d.columns {
		table := d.columns[i].table
		if short := shortName(table); held[table] || heldShort[short] && tables[short] == 1 {
			d.columns[i].verdicts |= stops
		}
	}
}

// shortName is a destination table's name without its destination.
func shortName(table string) string {
	_, short, ok := strings.Cut(table, ".")
	if !ok {
		return table
	}
	return short
}

// assign collects for each owner what happens to what it keeps, those with the
// worst news first.
func (d *digest) assign(answer *effect.Answer) {
	for i := range answer.Findings {
		f := &answer.Findings[i]
		if f.Owner == nil || *f.Owner == (effect.Owner{}) {
			continue
		}
		i, isNew := d.at(entry{list: "owners", kind: f.Owner.Name, id: f.Owner.Email}, len(d.owners))
		if isNew {
			d.owners = append(d.owners, duty{owner: *f.Owner})
		}
		o := &d.owners[i]
		o.worst = max(o.worst, f.Severity)
		known := entry{list: "owned", kind: f.Subject.Kind, id: f.Subject.ID, column: f.Owner.Name + "\x00" + f.Owner.Email}
		if _, isNew := d.at(known, len(o.subjects)); isNew {
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
		switch kind := g.subject.Kind; kind {
		case "source", "seed", "model", "snapshot", "metric", "semantic_model", "field":
			add(kind, 1)
		default:
			add("relation", 1)
		}
	}
	add("test", len(d.tests)) // unit tests among them
	for _, g := range d.loads {
		if slices.ContainsFunc(g.findings, func(f *effect.Finding) bool { return f.Severity == effect.Break }) {
			add("load", 1)
		}
	}
	return tallies
}

// stopped counts the loads that are held back.
func (d *digest) stopped() int {
	n := 0
	for _, g := range d.loads {
		if slices.ContainsFunc(g.findings, func(f *effect.Finding) bool { return f.Severity == effect.Stale }) {
			n++
		}
	}
	return n
}

// reached counts the destination columns and names their tables.
func (d *digest) reached() (columns int, tables []string) {
	seen := map[string]bool{}
	for _, c := range d.columns {
		if c.column != "" {
			columns++
		}
		if !seen[c.table] {
			seen[c.table] = true
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
