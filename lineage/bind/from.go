package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// from binds a FROM clause; nil gives no names.
func (b *binder) from(x syntax.TableExpr, outer *scope) *names {
	if x == nil {
		return &names{}
	}
	return b.fromItem(x, outer, nil)
}

// fromItem binds one table expression. left are the names to its left in the
// same FROM clause, which arrays and lateral subqueries may refer to. The uses of
// the item go to the outer scope's uses: they are those of the SELECT.
func (b *binder) fromItem(x syntax.TableExpr, outer *scope, left *names) *names {
	if !b.spend(exprWork) {
		return &names{}
	}
	switch x := x.(type) {
	case *syntax.Join:
		return b.join(x, outer, left)
	case *syntax.Table:
		return b.told(weighted(b.table(x, outer, left), x.Weight))
	case *syntax.Derived:
		sc := outer.parent
		if left != nil && (x.Lateral || b.traits.implicitLateral) {
			sc = lateral(outer, left)
			sc.implicit = !x.Lateral
		}
		t := b.query(x.Query, sc, outer.env)
		outer.uses.child(t.uses)
		if b.traits.distinctNames {
			t = b.distinct(t)
		}
		if x.Alias != nil {
			t = b.mask(t)
		}
		n := b.aliased(t, x.Alias, nil)
		if x.Alias == nil && len(t.vars) > 0 {
			n = n.seenBy(t)
		}
		return b.told(weighted(n, x.Weight))
	case *syntax.Unnest:
		return b.told(b.unnest(x, outer, left))
	case *syntax.Changed:
		return b.changed(x, outer)
	case *syntax.TableFunc:
		return b.tableFunc(x, outer, left)
	case *syntax.ParenTable:
		if b.traits.strictNames { // what is inside does not see what is outside
			left = nil
		}
		n := b.fromItem(x.X, outer, left)
		if x.Alias != nil {
			n = b.aliased(&table{cols: n.cols, opens: n.opens}, x.Alias, nil)
		}
		return weighted(n, x.Weight)
	case *syntax.Pivot:
		return b.pivot(x, b.fromItem(x.X, outer, left), outer)
	case *syntax.Unpivot:
		return b.unpivot(x, b.fromItem(x.X, outer, left), outer)
	case *syntax.MatchRecognize:
		return b.matchRecognize(x, b.fromItem(x.X, outer, left), outer)
	case *syntax.BadTable:
		b.note(CodeWidened, x.Span, "a part of FROM is not understood")
		// What it was may have any column.
		n := &names{opens: []open{{input: -1}}}
		for _, name := range x.Names {
			n = b.joinNames(n, b.table(&syntax.Table{Span: x.Span, Name: name, Alias: x.Alias}, outer, nil))
		}
		return n
	}
	return &names{}
}

// weighted adds the column of TABLESAMPLE … WITH WEIGHT, which no column makes.
func weighted(n *names, id *syntax.Ident) *names {
	if id == nil {
		return n
	}
	return addColumn(n, id, value{typ: basic(Float64)})
}

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

// table binds a named table: a common table expression, an array of a table to
// the left, a table that the script made, or a relation of the catalog.
func (b *binder) table(x *syntax.Table, outer *scope, left *names) *names {
	if len(x.Name) == 1 {
		if t := outer.env.lookup(&x.Name[0]); t != nil {
			outer.uses.child(t.uses)
			return b.offset(b.aliased(b.another(t), x.Alias, x.Name), x, nil)
		}
	}
	if n := b.arrayPath(x, outer, left); n != nil {
		return n
	}
	if t := b.flow(x.Name); t != nil {
		outer.uses.child(t.uses)
		return b.aliased(t, x.Alias, x.Name)
	}
	if m := b.scriptTable(x.Name); m != nil {
		t := &table{opens: []open{{input: -1}}}
		if m.gone == "" {
			t = m.read()
		} else {
			b.report(Diagnostic{Code: CodeUnknownRelation, Span: x.Span, Error: true, Relation: dotted(x.Name),
				Message: "table " + dotted(x.Name) + " " + m.gone})
		}
		outer.uses.child(t.uses)
		return b.aliased(b.another(t), x.Alias, x.Name)
	}
	if x.SystemTime != nil {
		b.expr(x.SystemTime, lateral(outer, left))
	}
	v := b.inputVar(b.relation(x.Name, x.Span, outer.env), x.Name)
	return b.varNames(v, x.Alias, x.Name)
}

// aliased makes names of a table under an alias or its own name.
func (b *binder) aliased(t *table, alias *syntax.Alias, path []syntax.Ident) *names {
	if alias != nil && len(alias.Columns) > 0 {
		t = b.renamed(t, alias.Columns)
	}
	v := b.m.vars.New(rangeVar{cols: t.cols, opens: t.opens, isValue: t.isValue, val: t.val})
	if v.isValue {
		name := ""
		if alias != nil {
			name = alias.Name.Name
		} else if len(path) > 0 {
			name = path[len(path)-1].Name
		}
		if alias == nil || len(alias.Columns) == 0 {
			v.cols, v.opens = b.valueColumns(v.val, name)
		}
	}
	return b.varNames(v, alias, path)
}

func (b *binder) varNames(v *rangeVar, alias *syntax.Alias, path []syntax.Ident) *names {
	switch {
	case alias != nil && alias.Name.Name != "":
		v.name, v.hash, v.path = alias.Name.Name, alias.Name.Hash, nil
		if len(alias.Columns) > 0 && !v.isValue {
			t := b.renamed(&table{cols: v.cols, opens: v.opens}, alias.Columns)
			v.cols, v.opens = t.cols, t.opens
		}
	case len(path) > 0:
		last := &path[len(path)-1]
		v.name, v.hash, v.path = last.Name, last.Hash, path
	}
	b.elementFields(v)
	return b.m.names.New(names{cols: v.cols, opens: v.opens, vars: b.m.varList.List([]*rangeVar{v})})
}
