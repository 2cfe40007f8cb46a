package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// groupBy books the keys of GROUP BY. They may be positions or aliases of the
// select list.
func (b *binder) groupBy(g *syntax.GroupBy, items []syntax.SelectItem, l *list, after *scope) {
	if g == nil {
		return
	}
	var named [][]src // what the keys come from that are names
	if g.All {
		for i := range items {
			if items[i].X == nil {
				for _, c := range l.ofItem(&items[i]) {
					srcs := b.flat(c.val)
					after.uses.add(Group, srcs)
					named = append(named, srcs)
				}
				continue
			}
			if after.refs != nil && !after.refs.inItem(i) {
				continue // the same for all rows
			}
			if !b.aggregates(items[i].X) {
				after.uses.add(Group, b.flat(l.byItem[i]))
			}
		}
		l.plainKeys = b.unionAll(named)
		return
	}
	keys := *after
	keys.aliasFirst, keys.refs = b.dialect.AliasInGroupBy, nil
	plain := keys
	plain.aliasFirst = after.aliasFirst
	plain.aliases = nil
	key := func(x syntax.Expr) {
		n, ok := b.ordinalKey(x)
		if !ok {
			at := &keys
			if _, name := x.(*syntax.Path); !name && b.traits.strictNames {
				at = &plain // inside of an expression an alias is not seen
			}
			srcs := b.flat(b.expr(x, at))
			after.uses.add(Group, srcs)
			if b.namesOnly(x, l.cols) && !b.isRow(x, after) {
				named = append(named, srcs)
			}
			return
		}
		if b.position(n, l.cols, l.opens, x.Extent()) {
			after.uses.add(Group, b.flat(l.cols[n-1].val))
			if len(l.opens) == 0 {
				b.groupable(n, items, l, x)
			}
		}
	}
	for i := range g.Items {
		switch set := groupingSet(g, i); {
		case set != nil:
			for j := range set.Fields {
				key(set.Fields[j].Value)
			}
		case g.Items[i].X != nil:
			key(g.Items[i].X)
		}
	}
	l.plainKeys = b.union(l.plainKeys, b.unionAll(named))
}

// ofItem are the columns of an item that is a star.
func (l *list) ofItem(it *syntax.SelectItem) []column {
	from, _ := slices.BinarySearchFunc(l.cols, it.Span.Pos, func(c column, pos syntax.Pos) int { return int(c.span.Pos - pos) })
	to := from
	for to < len(l.cols) && l.cols[to].span.Pos == it.Span.Pos {
		to++
	}
	return l.cols[from:to]
}

// groupingSet is an item of GROUP BY that is a set of several keys, else nil.
func groupingSet(g *syntax.GroupBy, i int) *syntax.Struct {
	if !g.Sets {
		return nil
	}
	if set, ok := g.Items[i].X.(*syntax.Struct); ok && set.Tuple {
		return set
	}
	return nil
}

// namesOnly reports whether a key is a column, and no alias.
func (b *binder) namesOnly(x syntax.Expr, aliases []column) bool {
	for {
		switch e := x.(type) {
		case *syntax.Path:
			return len(e.Parts) > 1 || b.findColumn(aliases, &e.Parts[0]) == nil
		case *syntax.FieldAccess:
			x = e.X
		default:
			return false
		}
	}
}

// isRow reports whether a key is a whole row of a table.
func (b *binder) isRow(x syntax.Expr, sc *scope) bool {
	p, ok := x.(*syntax.Path)
	if !ok || len(p.Parts) > 1 || !b.rangeVarFirst {
		return false
	}
	v := b.findVar(sc.names.vars, &p.Parts[0])
	return v != nil && !v.isValue
}

// groupable reports a position in GROUP BY at which an aggregate stands.
func (b *binder) groupable(n int, items []syntax.SelectItem, l *list, key syntax.Expr) {
	span := l.cols[n-1].span
	from, _ := slices.BinarySearchFunc(items, span, func(it syntax.SelectItem, span syntax.Span) int { return int(it.Span.Pos - span.Pos) })
	for i := from; i < len(items) && items[i].Span.Pos == span.Pos; i++ {
		if items[i].X == nil || items[i].Span != span {
			continue
		}
		found := false
		syntax.Inspect(items[i].X, func(x syntax.Node) bool {
			switch x := x.(type) {
			case *syntax.Query:
				return false
			case *syntax.Call:
				found = found || x.Over != nil || b.surelyAggregate(x)
			}
			return !found
		})
		if found {
			b.fail(CodeOrdinal, key.Extent(), "output column %d is an aggregate, by which rows cannot be grouped", n)
		}
		return
	}
}

// surelyAggregate reports whether a call is one of an aggregate function that is
// built in, and no window function.
func (b *binder) surelyAggregate(c *syntax.Call) bool {
	if c.Over != nil || c.Receiver != nil || len(c.Name) != 1 || b.function(c.Name) != nil {
		return false
	}
	var buf [64]byte
	fn := b.tabled(functionKey(buf[:0], c), c)
	return fn.class == aggregateFunc
}
