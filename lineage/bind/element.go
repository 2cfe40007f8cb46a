package bind

import (
	"math"
	"slices"

	"impact/lineage/syntax"
)

// In BigQuery the element of an array in FROM, and a row of a value table, is one
// column of which a name may reach the fields, and which a star spreads out. As
// long as its range variable is there, names hold the fields, marked as belonging
// together; a query without a select list puts them together again.

// wholeElement is the part of a column that is such an element: a star over it
// gives its fields.
const wholeElement = math.MaxUint16

// elementFields makes the columns of a range variable of structs parts of it.
func (b *binder) elementFields(v *rangeVar) {
	if !b.traits.strictNames || !v.isValue || b.lastPart+1 == wholeElement || len(v.cols)+len(v.opens) == 0 || known(v.val.typ) && !isStruct(v.val) {
		return
	}
	b.spend(columnWork * len(v.cols))
	b.lastPart++
	v.part = b.lastPart
	v.cols, v.opens = slices.Clone(v.cols), slices.Clone(v.opens)
	for i := range v.cols {
		v.cols[i].part = v.part
	}
	for i := range v.opens {
		v.opens[i].part = v.part
	}
}

// together gives the columns of names with each element in one piece.
func (n *names) together() ([]column, []open) {
	if !slices.ContainsFunc(n.vars, func(v *rangeVar) bool { return v.part > 0 }) {
		return n.cols, n.opens
	}
	cols := make([]column, 0, len(n.cols))
	var opens []open
	done := make(map[uint16]bool)
	piece := func(part uint16) {
		if done[part] {
			return
		}
		done[part] = true
		for _, v := range n.vars {
			if v.part == part {
				cols = append(cols, column{name: v.name, hash: v.hash, unnamed: v.name == "", val: v.val, part: wholeElement})
			}
		}
	}
	for i := 0; i <= len(n.cols); i++ {
		for _, o := range n.opens {
			switch {
			case o.at != i && (i < len(n.cols) || o.at < i):
			case o.part > 0:
				piece(o.part)
			default:
				o.at = len(cols)
				opens = append(opens, o)
			}
		}
		switch {
		case i == len(n.cols):
		case n.cols[i].part == 0 || n.cols[i].part == wholeElement || !n.hasPart(n.cols[i].part):
			cols = append(cols, n.cols[i])
		default:
			piece(n.cols[i].part)
		}
	}
	for _, v := range n.vars {
		if v.part > 0 {
			piece(v.part) // USING took all its fields
		}
	}
	return cols, opens
}

func (n *names) hasPart(part uint16) bool {
	return slices.ContainsFunc(n.vars, func(v *rangeVar) bool { return v.part == part })
}

// apart spreads out the elements of a table whose range variables are seen.
func (n *names) apart() {
	cols, opens := n.cols, n.opens
	n.cols, n.opens = make([]column, 0, len(cols)), nil
	for i := 0; i <= len(cols); i++ {
		for _, o := range opens {
			if o.at == i || i == len(cols) && o.at > i {
				o.at = len(n.cols)
				n.opens = append(n.opens, o)
			}
		}
		if i == len(cols) {
			return
		}
		c := cols[i]
		at := -1
		if c.part == wholeElement {
			at = slices.IndexFunc(n.vars, func(v *rangeVar) bool { return v.part > 0 && v.hash == c.hash && v.name == c.name })
		}
		if at < 0 {
			n.cols = append(n.cols, c)
			continue
		}
		for _, o := range n.vars[at].opens {
			o.at += len(n.cols)
			n.opens = append(n.opens, o)
		}
		n.cols = append(n.cols, n.vars[at].cols...)
	}
}

// spread gives the fields of the elements among columns, as a star does.
func (b *binder) spread(cols []column, opens []open) ([]column, []open) {
	if !slices.ContainsFunc(cols, func(c column) bool { return c.part == wholeElement }) {
		return cols, opens
	}
	var out []column
	var more []open
	for i := 0; i <= len(cols); i++ {
		for _, o := range opens {
			if o.at == i || i == len(cols) && o.at > i {
				o.at = len(out)
				more = append(more, o)
			}
		}
		switch {
		case i == len(cols):
		case cols[i].part != wholeElement:
			out = append(out, cols[i])
		default:
			fields, rest := b.valueColumns(cols[i].val, cols[i].name)
			for _, o := range rest {
				o.at += len(out)
				more = append(more, o)
			}
			out = append(out, fields...)
		}
	}
	return out, more
}

// plain is a table whose elements, and columns that an alias hides, are columns
// like any others.
func plain(t *table) *table {
	if !slices.ContainsFunc(t.cols, func(c column) bool { return c.part > 0 || c.masked }) {
		return t
	}
	out := *t
	out.cols = slices.Clone(t.cols)
	for i := range out.cols {
		out.cols[i].part, out.cols[i].masked = 0, false
	}
	return &out
}

// elementNamed is the range variable of an element of that name, nil if there is
// none: to a pipe operator it is a column.
func (n *names) elementNamed(b *binder, id *syntax.Ident) *rangeVar {
	if v := b.findVar(n.vars, id); v != nil && v.part > 0 {
		return v
	}
	return nil
}

// withoutElement takes an element out.
func (n *names) withoutElement(gone *rangeVar) {
	cols := slices.Clone(n.cols)
	n.opens = slices.DeleteFunc(slices.Clone(n.opens), func(o open) bool { return o.part == gone.part })
	n.cols = without(cols, n.opens, func(i int) bool { return cols[i].part == gone.part })
	n.vars = slices.DeleteFunc(slices.Clone(n.vars), func(v *rangeVar) bool { return v == gone })
}

// insideElement reports a pipe operator that takes a field of an element for a
// column.
func (b *binder) insideElement(c *column, id *syntax.Ident, clause string) {
	if c.part > 0 && c.part != wholeElement {
		b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name, Clause: clause,
			Message: id.Name + " of the " + clause + " list is a field of an element, not a column"})
	}
}

// seenBy gives names of a table without an alias the range variables that it
// leaves visible.
func (n *names) seenBy(t *table) *names {
	out := &names{cols: n.cols, opens: n.opens, vars: t.vars}
	switch {
	case t.isValue && len(t.vars) == 1 && t.vars[0].part > 0:
		out.cols, out.opens = t.vars[0].cols, t.vars[0].opens
	case slices.ContainsFunc(t.vars, func(v *rangeVar) bool { return v.part > 0 }):
		out.apart()
	}
	return out
}
