package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// To BigQuery's UNPIVOT a column that a query selects under several names is one
// column: where it takes one of them, the others are gone as well. So as long as a
// text holds UNPIVOT, columns carry a number, which an item of a select list that
// only names a column passes on. A set operation, an expression and every reading
// of a table make new columns.

// another gives the columns of a table that may be read several times new numbers:
// those that were one still are.
func (b *binder) another(t *table) *table {
	if !b.twins {
		return t
	}
	out := *t
	out.cols = slices.Clone(t.cols)
	now := make(map[uint32]uint32)
	for i := range out.cols {
		if was := out.cols[i].twin; was > 0 {
			if now[was] == 0 {
				now[was] = b.newTwin()
			}
			out.cols[i].twin = now[was]
		}
	}
	return &out
}

// told are names of which every column has a number.
func (b *binder) told(n *names) *names {
	if !b.twins || !b.spend(2*columnWork*len(n.cols)) {
		return n
	}
	out := *n
	out.cols = slices.Clone(n.cols)
	for i := range out.cols {
		if out.cols[i].twin == 0 {
			out.cols[i].twin = b.newTwin()
		}
	}
	out.vars = slices.Clone(n.vars)
	if b.twinsOf == nil {
		b.twinsOf = make(map[*rangeVar][]column)
	}
	for i, v := range out.vars {
		own := *v
		out.vars[i] = &own
		cols := slices.Clone(v.cols)
		for j := range cols {
			id := syntax.Ident{Name: cols[j].name, Hash: cols[j].hash}
			if c := b.findColumn(out.cols, &id); c != nil {
				cols[j].twin = c.twin
			}
		}
		b.twinsOf[&own] = cols
	}
	return &out
}

func (b *binder) newTwin() uint32 {
	b.lastTwin++
	return b.lastTwin
}

// twinOf is the number of the column that an expression of the value v makes.
func (b *binder) twinOf(x syntax.Expr, v value, sc *scope) uint32 {
	converted := false
	for {
		x = unsigned(x)
		cast, ok := x.(*syntax.Cast)
		if !ok {
			break
		}
		x, converted = cast.X, true
	}
	p, ok := x.(*syntax.Path)
	if !ok || sc.names == nil {
		return b.newTwin()
	}
	var c *column
	rv := b.findVar(sc.names.vars, &p.Parts[0])
	switch {
	case rv != nil && len(p.Parts) == 2 && !rv.isValue:
		c = b.findColumn(b.twinned(rv), &p.Parts[1])
	case len(p.Parts) == 1 && (rv == nil || rv.isValue && rv.part == 0):
		c = b.findColumn(sc.names.cols, &p.Parts[0])
	}
	if c == nil && !converted {
		return b.openTwin(p, rv, sc)
	}
	// A conversion that changes nothing is left out.
	if c == nil || c.twin == 0 || c.val.typ != v.typ && (c.val.typ == nil || v.typ == nil || c.val.typ.Kind != v.typ.Kind) {
		return b.newTwin()
	}
	return c.twin
}

// An openTwin is a column of a table whose columns are not known.
type openTwin struct {
	of   *rangeVar
	hash uint32
}

// openTwin is the number of a column that a path names of a table whose columns
// are not known.
func (b *binder) openTwin(p *syntax.Path, rv *rangeVar, sc *scope) uint32 {
	if len(p.Parts) == 1 && rv == nil && len(sc.names.vars) == 1 {
		rv = sc.names.vars[0]
	} else if len(p.Parts) != 2 {
		rv = nil
	}
	if rv == nil || len(rv.opens) != 1 || rv.isValue {
		return b.newTwin()
	}
	key := openTwin{rv, p.Parts[len(p.Parts)-1].Hash}
	if b.openTwins[key] == 0 {
		if b.openTwins == nil {
			b.openTwins = make(map[openTwin]uint32)
		}
		b.openTwins[key] = b.newTwin()
	}
	return b.openTwins[key]
}

// twinned are the columns of a range variable, with their numbers if they have any.
func (b *binder) twinned(v *rangeVar) []column {
	if cols, ok := b.twinsOf[v]; ok {
		return cols
	}
	return v.cols
}

// mergedTwin is the number of the column that USING makes of two.
func (b *binder) mergedTwin(kind syntax.JoinKind, l, r *names, id *syntax.Ident) uint32 {
	if !b.twins {
		return 0
	}
	from := l
	switch kind {
	case syntax.FullJoin:
		return b.newTwin()
	case syntax.RightJoin:
		from = r
	}
	if c := b.findColumn(from.cols, id); c != nil {
		return c.twin
	}
	return b.newTwin()
}

// alone are columns of which each is one of its own, as fields are.
func (b *binder) alone(cols []column) []column {
	if !b.twins || !slices.ContainsFunc(cols, func(c column) bool { return c.twin > 0 }) {
		return cols
	}
	b.spend(columnWork * len(cols))
	cols = slices.Clone(cols)
	for i := range cols {
		cols[i].twin = 0
	}
	return cols
}

// takenTwins are the numbers of the columns that UNPIVOT takes.
func takenTwins(touched map[*column]bool) map[uint32]bool {
	out := make(map[uint32]bool)
	for c := range touched {
		if c.twin > 0 {
			out[c.twin] = true
		}
	}
	return out
}
