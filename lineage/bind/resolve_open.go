package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// inOpens looks among the columns that a scope may have without our knowing.
//
// The fields of an array's element whose type is not known come last, since the
// element may as well be no struct. Where nobody has named the element, as in
// (SELECT value FROM UNNEST(params) WHERE key = 'x'), it must be one.
//
// A name that a table was known to have, and has no more, is not taken to be a
// column of the others: gone says so.
func (b *binder) inOpens(p *syntax.Path, s *scope, gone bool) (value, bool) {
	first := &p.Parts[0]
	b.spend(len(s.names.opens))
	if kind, ok := b.pseudoColumn(first); ok {
		for _, v := range s.names.vars {
			if val, ok := b.pseudoValue(v, first, kind); ok {
				return val, true
			}
		}
	}
	out, hits := b.inAny(s.names.opens, first, func(o open) bool { return o.input >= 0 && !gone })
	if hits == 0 {
		v, ok := b.inValues(s.names.opens, p, open.isNameless)
		if ok {
			b.noteField(p, s.names.opens)
		}
		return v, ok
	}
	if elem, ok := b.inValues(s.names.opens, p, open.isNameless); ok {
		out = b.derive(Direct, nil, b.fields(out, p.Parts[1:], p), elem)
		out.srcs = b.confide(Widened, out.srcs)
		b.note(CodeWidened, p.Span, "%s may be a field of an array whose type is not known, or come from a table whose columns are not known", first.Name)
		return out, true
	}
	if hits > 1 {
		out.srcs = b.confide(Widened, out.srcs)
		b.note(CodeInferred, p.Span, "%s may come from any of %d relations whose columns are not known", first.Name, hits)
	}
	return b.fields(b.named(&column{val: out}, first), p.Parts[1:], p), true
}

// wasListed reports whether a table of a scope has lost a column of a name that it
// was known to have.
func (b *binder) wasListed(n *names, id *syntax.Ident) bool {
	for i := range n.opens {
		o := &n.opens[i]
		if o.input >= 0 && b.inputs[o.input].rel.wasListed(id.Name) && !b.hasText(o.except, id.Name) {
			return true
		}
	}
	return false
}

// inValues looks among the fields that values of a type that is not known may
// have: those of the open parts that count.
func (b *binder) inValues(opens []open, p *syntax.Path, counts func(open) bool) (value, bool) {
	first := &p.Parts[0]
	out, hits := b.inAny(opens, first, counts)
	if hits == 0 {
		return value{}, false
	}
	if hits > 1 {
		out.srcs = b.confide(Widened, out.srcs)
	}
	return b.fields(b.named(&column{val: out}, first), p.Parts[1:], p), true
}

// inAny is what a name means among the open parts that count, taken together, and
// how many of them may have it.
func (b *binder) inAny(opens []open, id *syntax.Ident, counts func(open) bool) (out value, hits int) {
	for _, o := range opens {
		if !counts(o) {
			continue
		}
		v, ok := b.openColumn(o, id)
		if !ok {
			continue
		}
		if hits++; hits == 1 {
			out = v
		} else {
			out = b.derive(Direct, nil, out, v)
		}
	}
	return out, hits
}

// noteField says that a name is taken to be a field of what one of the open
// parts holds.
func (b *binder) noteField(p *syntax.Path, opens []open) {
	// Without sources it is a table without rows.
	if slices.ContainsFunc(opens, func(o open) bool { return o.isValue() && len(o.val.srcs) > 0 }) {
		b.note(CodeInferred, p.Span, "%s is taken to be a field of an array whose type is not known", p.Parts[0].Name)
	}
}

// openColumn is the column of an open part that a name asks for.
func (b *binder) openColumn(o open, id *syntax.Ident) (value, bool) {
	if b.hasText(o.except, id.Name) {
		return value{}, false
	}
	if o.input < 0 {
		v, ok := b.field(o.val, id)
		if ok {
			v.srcs = b.confide(Inferred, v.srcs)
		}
		return v, ok
	}
	if b.inputs[o.input].rel.dropped(id.Name) {
		return value{}, false
	}
	leaf := b.leaves.column(o.input, id.Name)
	out := append(b.allocSrcs(1), src{leaf: leaf, pos: -1, kind: Direct, conf: Inferred})
	return value{srcs: b.keepSrcs(out)}, true
}

// openColumns is the column of any of several open parts that a name asks for.
func (b *binder) openColumns(opens []open, id *syntax.Ident) (out value, found bool) {
	for _, o := range opens {
		if v, ok := b.openColumn(o, id); ok {
			if found {
				v = b.merge(out, v)
			}
			out, found = v, true
		}
	}
	return out, found
}

// openStar is every column of an open part at once.
func (b *binder) openStar(o open) []src {
	if o.input < 0 {
		return b.flat(o.val)
	}
	leaf := b.leaves.column(o.input, "*")
	out := append(b.allocSrcs(1), src{leaf: leaf, pos: -1, kind: Direct, conf: Inferred})
	return b.keepSrcs(out)
}
