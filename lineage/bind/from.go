package bind

import (
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
