package effect

import (
	"fmt"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/lineage/destination"
)

// loads reports what happens to deliveries and their tables.
func (a *analysis) loads() {
	for _, l := range a.g.Loads() {
		if model := a.g.ByID(l.Model); model != lineage.None {
			a.loadOf(l.Expand(a.g.Outputs(model)), l.AllColumns)
		}
	}
}

// loadOf reports what happens to one delivery; all says that the block lists no
// columns, so that it delivers whatever the model has.
func (a *analysis) loadOf(l *destination.Load, all bool) {
	g := a.g
	model, table := g.ByID(l.Model), g.ByID(l.Target())
	if model == lineage.None || table == lineage.None {
		return
	}
	owner := a.owner(table)
	subject := Subject{Kind: "load", ID: l.Exposure + "/" + l.Table, Name: l.Name, File: l.File}
	if rel := g.ByID(l.Exposure); rel != lineage.None {
		subject.File = g.Relation(rel).Exposure.Path
	}
	for _, read := range l.Reads() {
		if !a.loss.Has(model, read.Column) {
			continue
		}
		col, _ := g.Column(model, read.Column)
		path := a.pathTo(col)
		if all && read.Role == destination.RoleValue {
			a.add(Finding{
				Rule: RuleDestinationLost, Severity: Loss, Subject: a.subject(table), Columns: []string{read.Target}, Confidence: a.confidence(col),
				Message: fmt.Sprintf("%s.%s is no longer delivered", l.Target(), read.Target), Path: append(path, a.step(table, read.Target, "load", nil)), Owner: owner,
			})
			continue
		}
		id := a.add(Finding{
			Rule: RuleLoadColumnMissing, Severity: Break, Subject: subject, Columns: []string{read.Target}, Confidence: bind.Exact.String(),
			Message: fmt.Sprintf("%s maps %s of %s, which is gone", l.Name, read.Column, g.Relation(model).Name),
			Path:    append(path, a.step(table, read.Target, roleVia(read.Role), nil)), Owner: owner,
		})
		a.repair(Repair{Subject: subject, What: fmt.Sprintf("map another column to %s", read.Target), Owner: owner, Findings: []string{id}})
	}
	if table == a.q.Relation && a.q.OnDrop == Removed {
		column := g.Columns[a.q.Column].Name
		for _, w := range l.Writes() {
			if strings.EqualFold(w.Column, column) {
				id := a.add(Finding{
					Rule: RuleLoadColumnMissing, Severity: Break, Subject: subject, Columns: []string{w.Column}, Confidence: bind.Exact.String(), Owner: owner,
					Message: fmt.Sprintf("%s writes %s.%s, which is gone", l.Name, l.Target(), w.Column),
				})
				a.repair(Repair{Subject: subject, What: "take " + w.Column + " out of the load", Owner: owner, Findings: []string{id}})
			}
		}
	}
	if a.holds(model) {
		a.add(Finding{
			Rule: RuleLoadStale, Severity: Stale, Subject: subject, Confidence: bind.Exact.String(), Owner: owner,
			Message: fmt.Sprintf("%s stops updating: %s %s", l.Target(), g.Relation(model).Name, a.whyHeld(model)),
			Path:    append(a.stopPath(model), a.step(table, "", "load", nil)),
		})
	}
	if a.q.OnDrop == Fails {
		return
	}
	a.tableValues(l, model, table, owner)
}

func roleVia(r destination.Role) string {
	switch r {
	case destination.RoleKey:
		return "key"
	case destination.RoleScope:
		return "scope"
	case destination.RoleLookup:
		return "lookup"
	}
	return "load"
}

// tableValues reports the destination columns that change, and those that get
// NULL although they may not.
func (a *analysis) tableValues(l *destination.Load, model, table lineage.RelID, owner *Owner) {
	g := a.g
	rel := g.Relation(table)
	for _, c := range a.byRel[table] {
		col := &g.Columns[c]
		from := l.SourceOf(col.Name)
		if from == "" || a.loss.Has(model, from) {
			continue // another load's column, or one that is gone
		}
		f := Finding{
			Rule: RuleDestinationValue, Severity: Value, Subject: a.subject(table), Columns: []string{col.Name},
			Confidence: a.confidence(c), Path: a.pathTo(c), Owner: owner,
			Message: fmt.Sprintf("%s.%s changes", rel.Name, col.Name),
		}
		notNull := false
		if rel.Table != nil {
			tc := rel.Table.Column(col.Name)
			notNull = tc != nil && tc.NotNull
		}
		sure := notNull && a.surelyNull(c, 0)
		if notNull && !sure {
			f.Hint = "the column is NOT NULL: the load fails where the value becomes NULL"
		}
		a.add(f)
		if sure {
			f.Rule, f.Severity = RuleDestinationNotNull, Break
			f.Message = fmt.Sprintf("%s.%s is NOT NULL and would get NULL", rel.Name, col.Name)
			a.add(f)
		}
	}
	a.tableRows(l, model, table, owner)
}

// tableRows reports a table whose rows come from relations whose rows depend on
// the column, or whose key is made of it.
func (a *analysis) tableRows(l *destination.Load, model, table lineage.RelID, owner *Owner) {
	var why []string
	var path []Step
	for _, u := range a.g.Uses(table) {
		if u.Rows && a.reach.Has(u.Col) {
			why = append(why, u.Via.String())
			if path == nil {
				path = append(a.pathTo(u.Col), a.step(table, "", u.Via.String(), nil))
			}
		}
	}
	for _, r := range a.rowsBehind(model) {
		why = append(why, "through "+a.g.Relation(r).Name)
	}
	if len(why) == 0 {
		return
	}
	a.add(Finding{
		Rule: RuleDestinationRows, Severity: Rows, Subject: a.subject(table), Confidence: bind.Inferred.String(), Path: path, Owner: owner,
		Message: fmt.Sprintf("which rows %s holds depends on it (%s)", l.Target(), strings.Join(why, ", ")),
	})
}

// maxNullDepth bounds the walk of surelyNull.
const maxNullDepth = 200

// surelyNull reports whether a column can only be NULL once the changed column
// is: it is a copy of it, and of nothing else.
func (a *analysis) surelyNull(c lineage.ColID, depth int) bool {
	if c == a.q.Column {
		return true
	}
	if sure, known := a.nulls[c]; known {
		return sure
	}
	a.nulls[c] = a.onlyCopies(c, depth)
	return a.nulls[c]
}

// onlyCopies reports whether all that a column is made of can only be NULL.
func (a *analysis) onlyCopies(c lineage.ColID, depth int) bool {
	up := a.g.Up(c)
	if len(up) == 0 || depth > maxNullDepth {
		return false
	}
	for _, e := range up {
		if e.Via != lineage.Direct && e.Via != lineage.Load || !a.reach.Has(e.From) || !a.surelyNull(e.From, depth+1) {
			return false
		}
	}
	return true
}
