package effect

import (
	"fmt"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/manifest"
)

// OnDrop says what the lake does when a field is dropped at its origin.
type OnDrop string

// What the lake does: the column goes, it stays and turns NULL, or the transfer
// fails and the table freezes.
const (
	Removed OnDrop = "removed"
	Null    OnDrop = "null"
	Fails   OnDrop = "fails"
)

// A Query is a change of one column.
type Query struct {
	Target   Target
	Relation lineage.RelID
	Column   lineage.ColID
	OnDrop   OnDrop // "" means Removed
	// Standard says that the field is a standard field of Salesforce, which
	// nobody can delete.
	Standard bool
}

// analysis is the state of one answer.
type analysis struct {
	g     *lineage.Graph
	q     Query
	loss  lineage.Loss
	reach *lineage.Reach

	stops  map[lineage.RelID]*stop // what is not updated, and what keeps others from it
	rows   map[lineage.RelID]bool  // whose rows depend on the column
	tested map[string]bool         // tests that were looked at
	hooked map[string]bool         // and nodes whose hooks were
	nulls  map[lineage.ColID]bool
	// rowsOver are, for a relation, those of rows that it is made from; filled
	// at the first question.
	rowsOver map[lineage.RelID][]lineage.RelID

	hooksBy  map[string][]lineage.Hook         // by node; nil until asked for
	byRel    map[lineage.RelID][]lineage.ColID // reached columns
	findings []Finding
	repairs  []Repair
	seen     map[string]bool
}

// Drop says what happens when a column is dropped.
func Drop(g *lineage.Graph, q Query) *Answer {
	if q.OnDrop == "" {
		q.OnDrop = Removed
	}
	a := &analysis{
		g: g, q: q,
		stops: map[lineage.RelID]*stop{}, rows: map[lineage.RelID]bool{}, tested: map[string]bool{}, hooked: map[string]bool{},
		nulls: map[lineage.ColID]bool{}, seen: map[string]bool{},
	}
	a.reach = g.Downstream(g.Start(q.Column)...)
	a.byRel = g.ByRelation(a.reach.Cols)
	switch q.OnDrop {
	case Removed:
		a.removed()
	case Fails:
		a.frozen()
	}
	if q.OnDrop != Fails {
		a.values()
		a.rowsDepend()
	}
	a.loads()
	a.exposures()
	a.notes()
	return a.answer()
}

// removed takes the column away and follows what that breaks.
func (a *analysis) removed() {
	g := a.g
	col := &g.Columns[a.q.Column]
	a.loss.Add(a.q.Relation, col.String())
	a.freshness()
	a.keysAndContract(a.q.Relation, []string{col.String()}, nil)
	a.blockedByTests(a.q.Relation)
	for _, r := range g.Descendants(a.q.Relation) {
		rel := g.Relation(r)
		if r == a.q.Relation || rel.Kind != lineage.Model && rel.Kind != lineage.Snapshot {
			continue
		}
		a.inherit(r)
		if g.Touches(r, &a.loss) {
			a.rebind(r)
		}
		a.hooks(r)
		a.unitTests(r)
		a.blockedByTests(r)
		a.staleModel(r)
	}
	a.otherTests()
	a.otherHooks()
}

// freshness reports a freshness check of the source that names the column.
func (a *analysis) freshness() {
	rel := a.g.Relation(a.q.Relation)
	if rel.Node == nil || rel.Kind != lineage.Source {
		return
	}
	for _, c := range manifest.Identifiers(rel.Node.LoadedAtField) {
		if a.loss.Has(a.q.Relation, c) {
			id := a.add(Finding{
				Rule: RuleFreshness, Severity: Break, Subject: a.subject(a.q.Relation), Columns: []string{c}, Confidence: bind.Exact.String(),
				Message: fmt.Sprintf("loaded_at_field of %s names %s", rel.Name, c), Owner: a.owner(a.q.Relation),
			})
			a.repair(Repair{Subject: a.subject(a.q.Relation), What: "choose another loaded_at_field", Findings: []string{id}})
		}
	}
}
