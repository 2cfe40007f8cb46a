package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// A colRef is a column of FROM that a name means outside of aggregates.
type colRef struct {
	path *syntax.Path
	srcs []src
	item int  // the select item in which it stands, -1 for a clause behind
	deep bool // in a query inside of it
	// unsure says that it may as well be something else.
	unsure bool
}

// colRefs are the columns that a SELECT names where only what its rows are grouped
// by may be named.
type colRefs struct {
	list []colRef
	item int
}

// maxUngrouped bounds how many columns are looked at closely that may be neither
// grouped nor aggregated.
const maxUngrouped = 50

// mentioned keeps a name that was found in a scope of a SELECT that may group.
func (s *scope) mentioned(p *syntax.Path, v value, from *scope, unsure bool, b *binder) {
	if s.refs == nil || b.quiet > 0 {
		return
	}
	deep := false
	for ; from != s && !deep; from = from.parent {
		deep = from.names != nil
	}
	b.spend(mentionWork)
	s.refs.list = append(s.refs.list, colRef{p, b.flat(v), s.refs.item, deep, unsure})
}

// inItem reports whether a select item names a column outside of aggregates.
func (r *colRefs) inItem(i int) bool {
	at, _ := slices.BinarySearchFunc(r.list, i, func(c colRef, i int) int { return c.item - i })
	return at < len(r.list) && r.list[at].item == i
}

// takeRefs gives a list to a SELECT, which gives it back at its end.
func (b *binder) takeRefs() *colRefs {
	n := len(b.m.freeRefs)
	if n == 0 {
		return &colRefs{list: make([]colRef, 0, narrow)}
	}
	out := b.m.freeRefs[n-1]
	b.m.freeRefs = b.m.freeRefs[:n-1]
	return out
}

func (b *binder) giveRefs(r *colRefs) {
	clear(r.list)
	r.list = r.list[:0]
	b.m.freeRefs = append(b.m.freeRefs, r)
}

// perRow is the scope for arguments that an aggregate computes over: the columns
// that they name need not be among what the rows are grouped by. It is s itself
// where nobody keeps such names.
func (s *scope) perRow(b *binder) *scope {
	switch {
	case s.refs != nil:
		inner := b.m.scopes.New(*s)
		inner.refs = nil
		return inner
	case s.names == nil && s.parent != nil: // inside of WITH(…) or a lambda
		if parent := s.parent.perRow(b); parent != s.parent {
			inner := b.m.scopes.New(*s)
			inner.parent = parent
			return inner
		}
	}
	return s
}

// A grouping checks columns against what the rows of a SELECT are grouped by.
type grouping struct {
	b     *binder
	list  *list
	items []syntax.SelectItem
	plain []src           // what the keys come from that are names
	more  [][]src         // what is not among them yet
	names map[uint32]bool // of keys that are names without sources
	of    map[int]bool    // items that are keys
	like  map[int]bool    // items that may be one of the other keys
	other []syntax.Expr   // these
	paths []syntax.Expr   // keys that are fields of columns
	value bool            // a key is a value with fields
	left  int             // how many columns are still looked at closely
	open  bool            // GROUP BY ALL has keys that are not known by name
}

// grouping collects the keys of a SELECT.
func (l *list) grouping(g *syntax.GroupBy, items []syntax.SelectItem) *grouping {
	c := &grouping{b: l.b, list: l, items: items, plain: l.plainKeys, names: map[uint32]bool{}, of: map[int]bool{}, like: map[int]bool{}, left: maxUngrouped}
	if g == nil {
		return c
	}
	switch {
	case g.All:
		c.open = len(l.opens) > 0
		for i := range items {
			switch {
			case items[i].X == nil:
				c.of[i] = true
			case !l.b.aggregates(items[i].X):
				c.keyItem(i)
			}
		}
	default:
		for i := range g.Items {
			if set := groupingSet(g, i); set != nil {
				for j := range set.Fields {
					c.key(set.Fields[j].Value)
				}
			}
			if g.Items[i].X != nil {
				c.key(g.Items[i].X)
			}
		}
	}
	// At once: one by one, many keys would be copied as often as there are keys.
	c.plain = l.b.unionAll(append(c.more, c.plain))
	c.more = nil
	return c
}

// key enters an expression of GROUP BY: a position, an alias, or itself.
func (c *grouping) key(x syntax.Expr) {
	if n, ok := c.b.ordinalKey(x); ok {
		if n >= 1 && n <= len(c.list.cols) && len(c.list.opens) == 0 {
			c.column(&c.list.cols[n-1])
		}
		return
	}
	if p, ok := x.(*syntax.Path); ok && len(p.Parts) == 1 {
		if at := c.b.columnIndex(c.list.cols, &p.Parts[0]); at >= 0 {
			c.column(&c.list.cols[at])
			return // the column that it hides is no key
		}
		if v := c.b.findVar(c.list.sc.names.vars, &p.Parts[0]); v != nil && v.isValue {
			c.value = true
		}
	}
	c.expr(x, nil)
}

// column enters a column of the select list as a key.
func (c *grouping) column(col *column) {
	from, _ := slices.BinarySearchFunc(c.items, col.span, func(it syntax.SelectItem, span syntax.Span) int { return int(it.Span.Pos - span.Pos) })
	for i := from; i < len(c.items) && c.items[i].Span.Pos == col.span.Pos; i++ {
		if c.items[i].X != nil && c.items[i].Span == col.span {
			c.keyItem(i)
			return
		}
	}
	c.names[col.hash] = true // of a star
	c.more = append(c.more, c.b.flat(col.val))
}

func (c *grouping) keyItem(i int) {
	c.of[i] = true
	c.expr(c.items[i].X, c.b.flat(c.list.byItem[i]))
}

func (c *grouping) expr(x syntax.Expr, from []src) {
	if c.b.isRow(x, c.list.sc) { // its columns are no keys
		c.paths = append(c.paths, x)
		return
	}
	if id := pathEnd(x); id != nil {
		if len(from) > 0 {
			c.more = append(c.more, from)
		}
		c.names[id.Hash] = true
		if p, ok := x.(*syntax.Path); !ok || len(p.Parts) > 1 {
			c.paths = append(c.paths, x)
		}
		return
	}
	c.other = append(c.other, x)
}

// pathEnd is the last name of a path, which may go on behind parentheses; nil if
// an expression is none.
func pathEnd(x syntax.Expr) *syntax.Ident {
	last := (*syntax.Ident)(nil)
	for {
		switch e := x.(type) {
		case *syntax.Path:
			if last == nil {
				last = &e.Parts[len(e.Parts)-1]
			}
			return last
		case *syntax.FieldAccess:
			if last == nil {
				last = &e.Name
			}
			x = e.X
		default:
			return nil
		}
	}
}

// check reports the names and stars that stand for columns which are neither
// grouped nor aggregated. A key that is an expression allows nothing but items of
// the select list and of ORDER BY, orders, which are the same as a whole; one that
// may be is left to the warehouse.
func (c *grouping) check(refs []colRef, orders []syntax.OrderItem) {
	if c.open {
		return
	}
	for i := range refs {
		r := &refs[i]
		if r.unsure {
			continue
		}
		if c.left == 0 {
			return
		}
		if !c.of[r.item] && !c.covered(r.srcs, r.path) && (r.deep || !c.isOther(r, orders)) {
			id := &r.path.Parts[len(r.path.Parts)-1]
			c.report(id.Name, r.path.Span)
		}
	}
	c.stars()
}

// stars checks the columns of the stars.
func (c *grouping) stars() {
	var of map[syntax.Span]starItem
	for i := range c.items {
		it := &c.items[i]
		if it.Star == nil {
			continue
		}
		if _, path := it.Star.X.(*syntax.Path); it.Star.X != nil && !path {
			continue
		}
		if of == nil {
			of = make(map[syntax.Span]starItem)
		}
		star := starItem{it.Star, nil}
		if n := len(it.Star.Replace); n > 0 {
			ids := make([]syntax.Ident, n)
			for j := range ids {
				ids[j] = it.Star.Replace[j].Alias
			}
			star.replaced = setOf(ids)
		}
		of[it.Star.Span], of[it.Span] = star, star
	}
	if of == nil {
		return
	}
	for i := range c.list.cols {
		if c.left == 0 || !c.b.spend(1) {
			return
		}
		col := &c.list.cols[i]
		star, ok := of[col.span]
		if !ok || star.replaced.has(col.hash, col.name) {
			continue
		}
		srcs := c.b.flat(col.val)
		if len(srcs) == 0 && !c.names[col.hash] || len(srcs) > 0 && !c.covered(srcs, nil) {
			c.left--
			c.report(col.name, star.Span)
		}
	}
}

// A starItem is a star in the select list, with the columns that it replaces.
type starItem struct {
	*syntax.Star
	replaced nameSet
}

func (c *grouping) report(name string, span syntax.Span) {
	c.b.report(Diagnostic{Code: CodeNotGrouped, Span: span, Error: true, Column: name,
		Message: "column " + name + " is neither grouped nor aggregated"})
}

// covered reports whether a column is a key, or a part of one.
func (c *grouping) covered(srcs []src, p *syntax.Path) bool {
	if p != nil && (len(srcs) == 0 || len(c.plain) == 0) {
		for i := range p.Parts {
			if c.names[p.Parts[i].Hash] {
				return true
			}
		}
	}
	if len(srcs) == 0 {
		return p == nil || c.value
	}
	for _, s := range srcs {
		n := s.leaf
		for !c.isKey(n) {
			if n < 0 || c.b.leaves.all[n].parent < 0 { // a group of uses, or a whole column
				return false
			}
			n = c.b.leaves.all[n].parent
		}
	}
	return true
}

func (c *grouping) isKey(leaf int32) bool {
	_, ok := slices.BinarySearchFunc(c.plain, leaf, func(k src, n int32) int { return int(k.leaf) - int(n) })
	return ok
}

// isOther reports whether a name stands in an item that may be one of the keys
// that are expressions.
func (c *grouping) isOther(r *colRef, orders []syntax.OrderItem) bool {
	at := r.item
	if at < 0 {
		i := slices.IndexFunc(orders, func(o syntax.OrderItem) bool {
			return o.Span.Pos <= r.path.Span.Pos && r.path.Span.End <= o.Span.End
		})
		if i < 0 { // HAVING or QUALIFY
			return false
		}
		at = -1 - i
	}
	is, known := c.like[at]
	if known {
		return is
	}
	c.left--
	var roots []syntax.Expr
	switch {
	case at < 0:
		roots = []syntax.Expr{orders[-1-at].X}
	case c.items[at].Star == nil:
		roots = []syntax.Expr{c.items[at].X}
	default:
		for _, e := range c.items[at].Star.Replace {
			roots = append(roots, e.Value)
		}
	}
	l := likeness{left: maxAlike}
	for _, root := range roots {
		keys := c.other
		if pathEnd(root) != nil {
			keys = c.paths
		}
		is = is || slices.ContainsFunc(keys, func(key syntax.Expr) bool { return l.alike(root, key) })
	}
	c.b.spend(maxAlike - max(l.left, 0))
	c.like[at] = is
	return is
}
