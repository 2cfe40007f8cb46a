package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// joinNames puts two sides next to each other.
func (b *binder) joinNames(l, r *names) *names {
	if l == nil || len(l.vars)+len(l.cols)+len(l.opens) == 0 {
		return r
	}
	var out *names
	if l.growing == l {
		l.growing = nil
		b.spend(2 * columnWork * len(r.cols))
		out = &names{cols: append(l.cols, r.cols...), opens: append(l.opens, r.opens...), vars: append(l.vars, r.vars...)}
	} else {
		if !b.spend(columnWork*(len(l.cols)+len(r.cols)) + len(l.vars) + 4*len(l.opens)) {
			return r
		}
		out = b.m.names.New(names{
			cols:  b.m.columns.Make(len(l.cols) + len(r.cols))[:0],
			opens: append(slices.Clip(l.opens), r.opens...),
			vars:  append(slices.Clip(l.vars), r.vars...),
		})
		out.cols = append(append(out.cols, l.cols...), r.cols...)
	}
	out.growing = out
	for i := len(l.opens); i < len(out.opens); i++ {
		out.opens[i].at += len(l.cols)
	}
	return out
}

// lateral is the scope of an item that may refer to what stands to its left.
func lateral(outer *scope, left *names) *scope {
	if left == nil {
		return &scope{parent: outer.parent, env: outer.env, uses: outer.uses, vars: outer.vars}
	}
	return &scope{parent: outer.parent, env: outer.env, uses: outer.uses, names: left, vars: outer.vars}
}

func (b *binder) join(j *syntax.Join, outer *scope, left *names) *names {
	// Chains lean to the left: walk down first, then join upwards in a loop.
	var chain []*syntax.Join
	var x syntax.TableExpr = j
	for {
		inner, ok := x.(*syntax.Join)
		if !ok || inner.Left == nil {
			break
		}
		chain = append(chain, inner)
		x = inner.Left
	}
	n := b.fromItem(x, outer, left)
	for i := len(chain) - 1; i >= 0; i-- {
		n = b.joinRight(chain[i], n, outer, left)
	}
	return n
}

// joinRight joins one more item to the names on its left.
func (b *binder) joinRight(j *syntax.Join, l *names, outer *scope, before *names) *names {
	seen := l
	switch {
	case b.traits.strictNames && (j.Kind == syntax.RightJoin || j.Kind == syntax.FullJoin):
		seen = nil // there are rows without a left side
		if t, ok := j.Right.(*syntax.Table); ok && len(t.Name) > 1 && !t.OneQuoted && b.findVar(l.vars, &t.Name[0]) != nil {
			b.fail(CodeUnknownColumn, t.Span, "an array of %s cannot stand on the right of this join: there are rows without a left side", t.Name[0].Name)
			seen = l
		}
	case before != nil:
		seen = b.joinNames(before, l)
	}
	right := j.Right
	if d, ok := right.(*syntax.Derived); ok && (j.Kind == syntax.CrossApply || j.Kind == syntax.OuterApply) {
		applied := *d
		applied.Lateral = true
		right = &applied
	}
	r := b.fromItem(right, outer, seen)
	if b.traits.strictNames {
		for _, v := range r.vars {
			id := syntax.Ident{Name: v.name, Hash: v.hash}
			if v.name != "" && b.findVar(l.vars, &id) != nil {
				b.fail(CodeDuplicateName, j.Right.Extent(), "FROM has two tables called %s", v.name)
			}
		}
	}
	var n *names
	using := j.Using
	if j.Natural {
		using = b.commonNames(l, r)
		if len(l.opens) > 0 || len(r.opens) > 0 {
			b.note(CodeWidened, j.Span, "the columns of a natural join are not all known")
		}
	}
	if len(using) > 0 {
		n = b.joinUsing(j, using, l, r, outer)
	} else {
		n = b.joinNames(l, r)
	}
	if j.On != nil || j.Match != nil {
		sc := lateral(outer, n)
		if j.On != nil {
			outer.uses.add(Join, b.flat(b.expr(j.On, sc)))
		}
		if j.Match != nil {
			outer.uses.add(Join, b.flat(b.expr(j.Match, sc)))
		}
	}
	if j.Kind == syntax.SemiJoin || j.Kind == syntax.AntiJoin {
		return l
	}
	return n
}

// commonNames are the columns that both sides have, in order of the left.
func (b *binder) commonNames(l, r *names) []syntax.Ident {
	var out []syntax.Ident
	for i := range l.cols {
		c := &l.cols[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		if !c.hidden && b.findColumn(r.cols, &id) != nil {
			out = append(out, id)
		}
	}
	return out
}

// joinUsing merges the columns of USING: the left side's value for inner and left
// joins, the right side's for right joins, either for full joins.
func (b *binder) joinUsing(j *syntax.Join, using []syntax.Ident, l, r *names, outer *scope) *names {
	if !b.spend(4*columnWork*len(using) + columnWork*(len(l.cols)+len(r.cols)) + 4*(len(l.vars)+len(l.opens))) {
		return l
	}
	merged := make([]column, 0, len(using))
	var lopens, ropens []open
	lopens, ropens = slices.Clone(l.opens), slices.Clone(r.opens)
	for i := range using {
		id := &using[i]
		if b.findColumn(merged, id) != nil {
			continue // named twice
		}
		lv, lok := b.usingColumn(l, r, id)
		rv, rok := b.usingColumn(r, l, id)
		outer.uses.add(Join, b.at(id.Pos, b.flat(lv)))
		outer.uses.add(Join, b.at(id.Pos, b.flat(rv)))
		v := lv
		switch {
		case j.Kind == syntax.FullJoin:
			v = b.withKind(Transform, b.merge(lv, rv))
		case j.Kind == syntax.RightJoin || !lok && rok:
			v = rv
		}
		c := column{name: id.Name, hash: id.Hash, val: v}
		if lc := b.findColumn(l.cols, id); lc != nil && !b.rangeVarFirst {
			c.name = lc.name // BigQuery spells it as USING does
		}
		c.twin = b.mergedTwin(j.Kind, l, r, id)
		merged = append(merged, c)
	}
	if len(lopens)+len(ropens) > 0 {
		list := identNames(using)
		b.exceptOpens(lopens, list)
		b.exceptOpens(ropens, list)
	}
	n := &names{opens: append(lopens, ropens...), vars: append(slices.Clip(l.vars), r.vars...)}
	n.cols = b.m.columns.Make(len(l.cols) + len(r.cols))[:0]
	n.cols = append(n.cols, merged...)
	if a := &j.UsingAlias; a.Name != "" {
		n.vars = append(n.vars, &rangeVar{name: a.Name, hash: a.Hash, cols: merged})
	}
	for _, side := range [2]*names{l, r} {
		for i := range side.cols {
			c := &side.cols[i]
			id := syntax.Ident{Name: c.name, Hash: c.hash}
			if b.findColumn(merged, &id) == nil {
				n.cols = append(n.cols, *c)
			}
		}
	}
	return n
}

func (b *binder) usingColumn(n, other *names, id *syntax.Ident) (value, bool) {
	p := &syntax.Path{Parts: []syntax.Ident{*id}}
	p.Span = id.Span
	if c := b.pick(n, id, p); c != nil {
		return c.val, true
	}
	for _, o := range n.opens {
		if v, ok := b.openColumn(o, id); ok {
			return v, true
		}
	}
	hint := "only one side has it: join ON what is equal"
	if b.findColumn(other.cols, id) == nil {
		hint = b.meant(id.Name, n.cols, other.cols)
	}
	b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name, Clause: "USING", Hint: hint,
		Message: "column " + id.Name + " of USING does not exist on both sides of the join"})
	return value{}, false
}
