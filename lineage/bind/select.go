package bind

import (
	"slices"
	"strings"

	"impact/lineage/syntax"
)

// selectBlock binds one SELECT with the ORDER BY of its query, whose keys may
// name both the select list's aliases and the columns of FROM.
func (b *binder) selectBlock(s *syntax.Select, outer *scope, env *cteEnv, orderBy []syntax.OrderItem) *table {
	u := b.m.usesOf.One()
	sc := b.m.scopes.New(scope{parent: outer, env: env, uses: u, sel: s})
	sc.names = b.from(s.From, sc)
	for _, l := range s.Laterals {
		sc.names = b.joinNames(sc.names, b.fromItem(l, sc, sc.names))
	}
	if !b.traits.aliasInWhere {
		b.filter(s.Where, sc)
	}
	b.filter(s.StartWith, sc)
	b.filter(s.ConnectBy, sc)
	sc.windows = b.windows(s.Windows)
	if b.traits.generators && s.GroupBy != nil {
		b.windowColumns(s.GroupBy, sc)
	}

	l := b.m.lists.New(list{b: b, sc: sc})
	if b.traits.strictGroups {
		sc.refs = b.takeRefs()
	}
	u.aggregated = false
	l.items(s.Items)
	out := b.m.tables.New(table{cols: l.cols, opens: l.opens, uses: u})

	after := b.m.scopes.New(scope{
		parent: outer, env: env, uses: u, names: sc.names, windows: sc.windows,
		aliases: l.cols, aliasFirst: b.dialect.AliasBeforeColumn, refs: sc.refs,
	})
	if b.traits.aliasInWhere && s.Where != nil {
		where := *after
		where.aliasFirst = false
		where.aliases = b.beyondKnown(l.cols, sc.names.opens)
		b.filter(s.Where, &where)
	}
	b.groupBy(s.GroupBy, s.Items, l, after)
	if after.refs != nil {
		after.refs.item = -1
	}
	b.filter(s.Having, b.havingScope(s.GroupBy, after))
	b.filter(s.Qualify, after)
	aggregated := u.aggregated
	for _, x := range s.DistinctOn {
		u.add(Group, b.flat(b.expr(x, after)))
	}
	if len(orderBy) > 0 {
		sorted := *after
		sorted.aliasFirst = true
		b.order(orderBy, &sorted, out.cols, out.opens)
	}
	if after.refs != nil {
		if aggregated || s.GroupBy != nil {
			l.grouping(s.GroupBy, s.Items).check(after.refs.list, orderBy)
		}
		b.giveRefs(after.refs)
	}
	if s.Distinct && len(s.DistinctOn) == 0 {
		for i := range out.cols {
			u.add(Group, b.flat(out.cols[i].val))
		}
		for _, o := range out.opens {
			u.add(Group, b.openStar(o))
		}
	}
	return b.selectAs(s.As, out)
}

// havingScope is the scope of HAVING. Where an alias is seen there it hides a
// column that the rows are not grouped by, which could not stand there anyway.
func (b *binder) havingScope(g *syntax.GroupBy, after *scope) *scope {
	if !b.traits.aliasInHaving {
		return after
	}
	sc := *after
	sc.aliasFirst = true
	if g != nil {
		grouped := make(map[uint32]bool, len(g.Items))
		for i := range g.Items {
			if p, ok := g.Items[i].X.(*syntax.Path); ok {
				grouped[p.Parts[len(p.Parts)-1].Hash] = true
			}
		}
		sc.aliases = slices.DeleteFunc(slices.Clone(sc.aliases), func(c column) bool { return grouped[c.hash] })
	}
	return &sc
}

// beyondKnown are the aliases that WHERE may mean: not those that are columns of
// a table whose columns are not all known, as far as the query tells.
func (b *binder) beyondKnown(aliases []column, opens []open) []column {
	if len(opens) == 0 {
		return aliases
	}
	return slices.DeleteFunc(slices.Clone(aliases), func(c column) bool {
		for _, o := range opens {
			if _, ok := b.leaves.named[namedKey{o.input, strings.ToLower(c.name)}]; ok {
				return true
			}
		}
		return false
	})
}

// selectAs makes a value table of SELECT AS STRUCT and SELECT AS VALUE.
func (b *binder) selectAs(as syntax.SelectAs, t *table) *table {
	switch as {
	case syntax.AsStruct, syntax.AsType:
		t.isValue = true
		t.cols = slices.Clone(t.cols)
		for i := range t.cols {
			if t.cols[i].unnamed { // a field may go without a name
				t.cols[i].name, t.cols[i].hash = "", 0
			}
		}
		t.val = structOf(t.cols, t.opens)
	case syntax.AsValue:
		if len(t.cols) == 1 {
			t.isValue, t.val = true, t.cols[0].val
			span := t.cols[0].span
			cols, opens := b.valueColumns(t.val, t.cols[0].name)
			t.cols, t.opens = slices.Clone(cols), opens
			for i := range t.cols {
				t.cols[i].span = span
			}
		}
	}
	return t
}

// windows enters the windows of a WINDOW clause.
func (b *binder) windows(defs []syntax.WindowDef) []window {
	var out []window
	for i := range defs {
		out = append(out, window{&defs[i].Name, defs[i].Spec})
	}
	return out
}

// position reports whether a column stands at a position, from 1, of the output.
// One beyond the last is an error unless there may be more columns.
func (b *binder) position(n int, cols []column, opens []open, span syntax.Span) bool {
	if n >= 1 && n <= len(cols) {
		return true
	}
	if len(opens) == 0 && b.dialect.OrdinalKeys {
		b.fail(CodeOrdinal, span, "there is no output column %d", n)
	}
	return false
}

// A list binds a select list.
type list struct {
	b       *binder
	sc      *scope
	cols    []column
	opens   []open
	byItem  []value // value of each item, in the order written
	unnamed int
	// plainKeys are what the keys of GROUP BY come from that are names of columns.
	plainKeys []src
}

func (l *list) items(items []syntax.SelectItem) {
	if len(items) > 0 && items[0].Star == nil {
		l.cols = l.b.m.columns.Make(l.width(items))[:0]
	}
	l.byItem = l.b.m.values.Make(len(items))
	lateral := l.b.dialect.LateralAliases
	skip := 0
	for i := range items {
		it := &items[i]
		if l.sc.refs != nil {
			l.sc.refs.item = i
		}
		if skip > 0 {
			skip--
			continue
		}
		if it.Star == nil && l.b.traits.generators {
			if n := l.generator(items[i:]); n > 0 {
				skip = n - 1
				if lateral {
					l.sc.aliases = l.cols
				}
				continue
			}
		}
		if it.Star != nil {
			room := 0
			if i == 0 {
				room = len(items) - 1 // the columns of the others go behind these
			}
			cols, opens := l.b.star(it.Star, l.sc, room)
			if it.Span != it.Star.Span {
				for j := range cols {
					cols[j].span = it.Span
				}
			}
			for j := range opens {
				opens[j].at = min(opens[j].at, len(cols)) + len(l.cols)
			}
			if len(l.cols) == 0 {
				l.cols = cols // they are ours
			} else {
				l.b.spend(2 * columnWork * len(cols))
				l.cols = append(l.cols, cols...)
			}
			l.opens = append(l.opens, opens...)
			continue
		}
		if l.b.starCalls {
			if c := starCallIn(it.X); c != nil {
				l.expand(it, c)
				continue
			}
		}
		if l.b.traits.unnestFields {
			if c, ok := it.X.(*syntax.Call); ok && l.unnestItem(c, it) {
				continue
			}
		}
		v := l.b.expr(it.X, l.sc)
		l.byItem[i] = v
		col := l.column(it, v)
		if l.b.twins {
			col.twin = l.b.twinOf(it.X, v, l.sc)
		}
		l.cols = append(l.cols, col)
		if lateral {
			l.sc.aliases = l.cols
		}
	}
	l.sc.aliases = nil
}

// width estimates how many columns the items give.
func (l *list) width(items []syntax.SelectItem) int {
	n := len(items)
	for i := range items {
		if items[i].Star != nil && l.sc.names != nil {
			n += len(l.sc.names.cols)
		}
	}
	return n
}

// column names the column of a select item.
func (l *list) column(it *syntax.SelectItem, v value) column {
	var c column
	switch {
	case it.Alias.Name != "":
		c = identColumn(&it.Alias, v)
	default:
		if l.b.traits.nameByPosition {
			l.unnamed = len(l.cols)
		}
		c = l.b.implicitName(it, v, &l.unnamed, l.sc)
		if l.b.traits.tableSpelling {
			l.spell(&c, it.X)
		}
	}
	c.span = it.Span
	return c
}

// spell gives a column that is a table's the name that it has there.
func (l *list) spell(c *column, x syntax.Expr) {
	switch x := x.(type) {
	case *syntax.Path:
		if name := l.b.spelled(x, l.sc); name != "" {
			c.name = name
		}
	case *syntax.Param:
		if x.Column > 0 {
			if _, from := l.b.atPosition(x.Column, l.sc); from != nil {
				c.name, c.hash = from.name, from.hash
			}
		}
	}
}
