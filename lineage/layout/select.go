package layout

import (
	"impact/lineage"
)

// A Part is a set of relations and columns of one graph.
type Part struct {
	rows []bool // by relation: it is part of the set as a set of rows
	cols []bool // by column
}

// Select finds the part of a graph that a selector names.
//
// A selector is made of names. Spaces between them unite what they name, commas
// intersect it; an empty selector is the whole graph. A name is that of a
// relation (a dbt unique id, a model, seed, snapshot or exposure, source.table,
// destination.table, the name in the warehouse) or of a column
// (relation.column, relation.column.field), or one of tag:x, group:x, owner:x,
// source:x, source:x.table and exposure:x. Case does not matter. Names with
// other characters than letters, digits, "_", "-" and "." are put in double
// quotes or backticks.
//
// A plus before a name adds what it is made of, a plus behind it what is made
// of it, and a number beside the plus limits the steps: 2+mart_jobs+1. With a
// relation all its columns come along. From a column the steps follow values,
// and downwards also reach the relations whose rows it decides about; what
// follows from those rows is not part of it.
//
// The error is a *[NameError] or a *[SyntaxError].
func Select(g *lineage.Graph, selector string) (*Part, error) {
	union, err := parseSelector(selector)
	if err != nil {
		return nil, err
	}
	if len(union) == 0 {
		return whole(g), nil
	}
	out := newPart(g)
	for _, inner := range union {
		var part *Part
		for _, t := range inner {
			p, err := selectTerm(g, t)
			if err != nil {
				return nil, err
			}
			if part == nil {
				part = p
			} else {
				part.combine(p, func(a, b bool) bool { return a && b })
			}
		}
		out.combine(part, func(a, b bool) bool { return a || b })
	}
	return out, nil
}

func newPart(g *lineage.Graph) *Part {
	return &Part{rows: make([]bool, len(g.Relations)), cols: make([]bool, len(g.Columns))}
}

// whole is the part that has all of a graph.
func whole(g *lineage.Graph) *Part {
	p := newPart(g)
	for _, r := range g.Relations {
		p.addRelation(g, r.ID)
	}
	return p
}

func (p *Part) combine(q *Part, op func(a, b bool) bool) {
	for i := range p.rows {
		p.rows[i] = op(p.rows[i], q.rows[i])
	}
	for i := range p.cols {
		p.cols[i] = op(p.cols[i], q.cols[i])
	}
}

func (p *Part) addRelation(g *lineage.Graph, r lineage.RelID) {
	p.rows[r] = true
	first, last := g.ColumnsOf(r)
	for c := first; c < last; c++ {
		p.cols[c] = true
	}
}

// has reports whether a relation or any of its columns is in the set.
func (p *Part) has(g *lineage.Graph, r lineage.RelID) bool {
	if p.rows[r] {
		return true
	}
	first, last := g.ColumnsOf(r)
	for c := first; c < last; c++ {
		if p.cols[c] {
			return true
		}
	}
	return false
}

// full reports whether a relation is in the set with all that it has.
func (p *Part) full(g *lineage.Graph, r lineage.RelID) bool {
	first, last := g.ColumnsOf(r)
	for c := first; c < last; c++ {
		if !p.cols[c] {
			return false
		}
	}
	return p.rows[r]
}

func selectTerm(g *lineage.Graph, t term) (*Part, error) {
	rels, col, err := find(g, t)
	if err != nil {
		return nil, err
	}
	p := newPart(g)
	if len(rels) == 0 {
		p.addColumns(g, col, t)
		return p, nil
	}
	for _, r := range rels {
		p.addRelation(g, r)
	}
	p.walk(g, rels, t.up, func(r *lineage.Relation) []lineage.RelID { return r.Parents })
	p.walk(g, rels, t.down, func(r *lineage.Relation) []lineage.RelID { return r.Children })
	return p, nil
}

// walk adds the relations that are at most limit steps away. It ends at exposures
// that it does not start from: one of several loads would lead from each model to
// all tables, and every table has an edge from its own model.
func (p *Part) walk(g *lineage.Graph, from []lineage.RelID, limit int, next func(*lineage.Relation) []lineage.RelID) {
	seen := make([]bool, len(g.Relations))
	for _, r := range from {
		seen[r] = true
	}
	for step := 0; len(from) > 0 && step != limit; step++ {
		var reached []lineage.RelID
		for _, r := range from {
			if step > 0 && g.Relation(r).Kind == lineage.Exposure {
				continue
			}
			for _, n := range next(g.Relation(r)) {
				if !seen[n] {
					seen[n] = true
					p.addRelation(g, n)
					reached = append(reached, n)
				}
			}
		}
		from = reached
	}
}

// addColumns adds a column, what it is made of and what is made of it.
func (p *Part) addColumns(g *lineage.Graph, c lineage.ColID, t term) {
	p.cols[c] = true
	if t.up != 0 {
		for _, u := range g.Upstream(t.up, c).Cols {
			p.cols[u] = true
		}
	}
	if t.down == 0 {
		return
	}
	reach := g.Downstream(g.Start(c)...)
	for _, d := range reach.Cols {
		dist := reach.Dist[d]
		if t.down != noLimit && dist > t.down {
			continue
		}
		p.cols[d] = true
		if dist == t.down {
			continue
		}
		for _, u := range g.UsesOf(d) {
			if u.Rows {
				p.rows[u.Rel] = true
			}
		}
	}
}
