package bind

import (
	"slices"
	"strings"

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
// grouped nor aggregated, and maxKeyText how long the text of a key may be that
// they are looked for in.
const (
	maxUngrouped = 50
	maxKeyText   = 2048
)

// mentioned keeps a name that was found in a scope of a SELECT that may group.
func (s *scope) mentioned(p *syntax.Path, v value, from *scope, unsure bool, b *binder) {
	if s.refs == nil || b.quiet > 0 {
		return
	}
	deep := false
	for ; from != s && !deep; from = from.parent {
		deep = from.names != nil
	}
	s.refs.list = append(s.refs.list, colRef{p, b.flat(v), s.refs.item, deep, unsure})
}

// inItem reports whether a select item names a column outside of aggregates.
func (r *colRefs) inItem(i int) bool {
	at, _ := slices.BinarySearchFunc(r.list, i, func(c colRef, i int) int { return c.item - i })
	return at < len(r.list) && r.list[at].item == i
}

// takeRefs gives a list to a SELECT, which gives it back at its end.
func (b *binder) takeRefs() *colRefs {
	n := len(b.freeRefs)
	if n == 0 {
		return &colRefs{list: make([]colRef, 0, narrow)}
	}
	out := b.freeRefs[n-1]
	b.freeRefs = b.freeRefs[:n-1]
	return out
}

func (b *binder) giveRefs(r *colRefs) {
	clear(r.list)
	r.list = r.list[:0]
	b.freeRefs = append(b.freeRefs, r)
}

// perRow is a scope for what is evaluated for each row, before they are grouped.
func (s *scope) perRow() *scope {
	switch {
	case s.refs != nil:
		inner := *s
		inner.refs = nil
		return &inner
	case s.names == nil && s.parent != nil: // inside of WITH(…) or a lambda
		if parent := s.parent.perRow(); parent != s.parent {
			inner := *s
			inner.parent = parent
			return &inner
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
	exprs []src           // and what the others come from
	more  [2][][]src      // what of both is not among them yet
	texts map[string]bool // of keys that are expressions
	names map[uint32]bool // of keys that are names without sources
	of    map[int]bool    // items that are keys
	long  bool            // a key is too long to be looked for
	left  int             // how many columns are still looked at closely
}

// grouping collects the keys of a SELECT.
func (l *list) grouping(g *syntax.GroupBy, items []syntax.SelectItem) *grouping {
	c := &grouping{b: l.b, list: l, items: items, plain: l.plainKeys, exprs: l.exprKeys, texts: map[string]bool{}, names: map[uint32]bool{}, of: map[int]bool{}, left: maxUngrouped}
	if g == nil {
		return c
	}
	switch {
	case g.All:
		for i := range items {
			if items[i].X != nil && !l.b.aggregates(items[i].X) {
				c.keyItem(i)
			}
		}
	default:
		for i := range g.Items {
			if g.Items[i].X != nil {
				c.key(g.Items[i].X)
			}
		}
	}
	// At once: one by one, many keys would be copied as often as there are keys.
	c.plain = l.b.unionAll(append(c.more[0], c.plain))
	c.exprs = l.b.unionAll(append(c.more[1], c.exprs))
	c.more = [2][][]src{}
	return c
}

// key enters an expression of GROUP BY: a position, an alias, or itself.
func (c *grouping) key(x syntax.Expr) {
	if n, ok := ordinal(x); ok {
		if n >= 1 && n <= len(c.list.cols) && len(c.list.opens) == 0 {
			c.column(&c.list.cols[n-1])
		}
		return
	}
	switch x := x.(type) {
	case *syntax.Struct:
		for i := range x.Fields { // a set of GROUPING SETS
			c.key(x.Fields[i].Value)
		}
	case *syntax.Path:
		if len(x.Parts) == 1 {
			if at := c.b.columnIndex(c.list.cols, &x.Parts[0]); at >= 0 {
				c.column(&c.list.cols[at])
			}
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
	c.more[0] = append(c.more[0], c.b.flat(col.val))
}

func (c *grouping) keyItem(i int) {
	c.of[i] = true
	c.expr(c.items[i].X, c.b.flat(c.list.byItem[i]))
}

func (c *grouping) expr(x syntax.Expr, from []src) {
	if p, ok := x.(*syntax.Path); ok {
		if len(from) > 0 {
			c.more[0] = append(c.more[0], from)
		}
		c.names[p.Parts[len(p.Parts)-1].Hash] = true
		return
	}
	if len(from) > 0 {
		c.more[1] = append(c.more[1], from)
	}
	if span := x.Extent(); span.End-span.Pos > maxKeyText {
		c.long = true
		return
	}
	c.texts[c.text(x)] = true
}

// text is an expression in a form that does not depend on how it is laid out.
func (c *grouping) text(x syntax.Expr) string {
	span := x.Extent()
	var sb strings.Builder
	for _, word := range strings.Fields(c.b.file.Src[span.Pos:span.End]) {
		sb.WriteString(strings.ToLower(word))
	}
	return sb.String()
}

// check reports the names and stars that stand for columns which are neither
// grouped nor aggregated. What has a source in common with a key is left to the
// warehouse.
func (c *grouping) check(refs []colRef, tail []syntax.Expr) {
	for i := range refs {
		r := &refs[i]
		if r.unsure {
			continue
		}
		if c.left == 0 {
			return
		}
		if !c.of[r.item] && !c.covered(r.srcs, r.path) && (r.deep || !c.mixed(r.srcs) && !c.inKey(r, tail)) {
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
		if srcs := c.b.flat(col.val); len(srcs) > 0 && !c.covered(srcs, nil) && !c.mixed(srcs) {
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
		return p == nil
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

// mixed reports whether a column has a source in common with a key that is an
// expression.
func (c *grouping) mixed(srcs []src) bool {
	c.left--
	return c.b.overlap(srcs, c.exprs)
}

// inKey reports whether a name stands inside of an expression that is a key.
func (c *grouping) inKey(r *colRef, tail []syntax.Expr) bool {
	if c.long {
		return true
	}
	if len(c.texts) == 0 || r.deep {
		return false
	}
	roots := tail
	if r.item >= 0 {
		it := &c.items[r.item]
		roots = []syntax.Expr{it.X}
		if it.Star != nil {
			roots = roots[:0]
			for i := range it.Star.Replace {
				roots = append(roots, it.Star.Replace[i].Value)
			}
		}
	}
	found := false
	for _, root := range roots {
		if root == nil || found {
			continue
		}
		syntax.Inspect(root, func(n syntax.Node) bool {
			x, ok := n.(syntax.Expr)
			if !ok {
				return !found
			}
			span := x.Extent()
			if span.Pos > r.path.Span.Pos || span.End < r.path.Span.End {
				return false
			}
			found = found || span.End-span.Pos <= 2*maxKeyText && c.texts[c.text(x)]
			return !found
		})
	}
	return found
}
