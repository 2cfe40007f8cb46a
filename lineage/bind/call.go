package bind

import (
	"impact/lineage/syntax"
)

// call binds a function call.
func (b *binder) call(c *syntax.Call, sc *scope) value {
	var buf [64]byte
	name := functionKey(buf[:0], c)
	fn := b.tabled(name, c)
	if v, ok := b.userFunc(c, sc); ok {
		return v
	}
	if string(name) == "identifier" && len(c.Args) == 1 {
		if parts := namedTable(c); parts != nil {
			p := &syntax.Path{Parts: parts}
			p.Span = c.Span
			return b.resolve(p, sc)
		}
		v := b.expr(c.Args[0], sc)
		b.note(CodeWidened, c.Span, "IDENTIFIER names a column that is known only when it runs")
		return v
	}
	if b.column != nil && isStarCall(c) {
		return b.column.val
	}
	if b.given != nil && len(c.Args) == 1 && string(name) == "values" {
		if p, ok := c.Args[0].(*syntax.Path); ok {
			if col := b.findColumn(b.given, &p.Parts[len(p.Parts)-1]); col != nil {
				return col.val
			}
		}
	}
	if b.traits.methodCalls && len(c.Name) > 1 && c.Receiver == nil {
		c = b.method(c, fn, sc)
	}

	argScope := sc
	if (fn.class == aggregateFunc || fn.class == windowFunc) && c.Over == nil && len(sc.aliases) > 0 && sc.aliasFirst && !b.traits.strictNames {
		// Inside an aggregate, names mean the columns of FROM, but in BigQuery.
		inner := *sc
		inner.aliases = nil
		argScope = &inner
	}
	if c.Over == nil && (fn.class == aggregateFunc || !fn.known()) {
		argScope = argScope.perRow(b)
	}
	flattening := b.flattening
	b.flattening = flattening || string(name) == "flatten"
	args := b.args(c, fn, argScope)
	b.flattening = flattening
	if fn.rows || fn.rowsInSelect && b.traits.setFunctions {
		for i := range args {
			sc.uses.add(Join, b.length(args[i])) // as many rows as it has elements
		}
	}
	u := b.m.usesOf.One()
	b.modifiers(c, argScope, u)
	if c.Over != nil {
		b.over(c.Over, sc, u)
	}
	if fn.class == aggregateFunc && sc.uses != nil && b.surelyAggregate(c) {
		sc.uses.aggregated = true
	}
	v := b.apply(c, fn, args, argScope)
	if t := b.toldType(string(name), c, args); t != nil {
		v.typ = t
	}
	v.typ = settled(v.typ)
	return b.plus(v, b.group(u))
}

// method turns DuckDB's x.f(y), where x is a column, into f(x, y). What stands
// before the last dot may also be the schema of a function.
func (b *binder) method(c *syntax.Call, fn function, sc *scope) *syntax.Call {
	n := len(c.Name) - 1
	first := &c.Name[0]
	known := false
	for s := sc; s != nil && !known; s = s.parent {
		known = b.findColumn(s.vars, first) != nil || b.findColumn(s.aliases, first) != nil
		if s.names != nil && !known {
			known = b.findColumn(s.names.cols, first) != nil || n > 1 && b.findVar(s.names.vars, first) != nil
		}
	}
	if !known && b.traits.columnMethods {
		return c
	}
	if !known {
		// A missing column, unless it is a schema's own function.
		if !fn.known() || n == 1 && (first.Is("main") || first.Is("system") || first.Is("pg_catalog") || first.Is("dbt")) {
			return c
		}
	}
	p := &syntax.Path{Parts: c.Name[:n:n]}
	p.Span = syntax.Span{Pos: first.Pos, End: c.Name[n-1].End}
	out := *c
	out.Receiver, out.Name = p, c.Name[n:]
	return &out
}

// functionKey is the lower-case name that the function table knows: the last
// part, or with its namespace (net.host, keys.new_keyset).
func functionKey(buf []byte, c *syntax.Call) []byte {
	if len(c.Name) == 0 {
		return buf
	}
	last := c.Name[len(c.Name)-1].Name
	if len(last) > 40 {
		return buf
	}
	if n := len(c.Name); n >= 2 {
		space := &c.Name[n-2]
		for _, name := range namespaces {
			if len(space.Name) == len(name) && space.Is(name) {
				return lower(append(append(buf, name...), '.'), last)
			}
		}
	}
	return lower(buf, last)
}

// args binds the arguments. Date parts that look like columns are left out.
func (b *binder) args(c *syntax.Call, fn function, sc *scope) []value {
	n := len(c.Args)
	if c.Receiver != nil {
		n++
	}
	args := b.m.values.Make(n)[:0]
	if c.Receiver != nil {
		args = append(args, b.expr(c.Receiver, sc))
	}
	for i, a := range c.Args {
		if fn.parts && b.isDatePart(a, i, c) {
			args = append(args, value{})
			continue
		}
		if u, ok := a.(*syntax.Unpack); ok {
			args = b.unpacked(args, u, sc)
			continue
		}
		if l, ok := lambdaArg(a); ok {
			var elem value
			if len(args) > 0 {
				elem = args[0]
				if fn.result != bodyResult {
					elem = b.element(elem)
				}
			}
			at := value{}
			if fn.result == arrayOfBody || fn.result == sameAsFirst {
				at.typ = basic(Int64) // where the element stands
			}
			if isComparator(c) { // it compares two elements
				at = elem
			}
			body := b.lambda(l, sc, elem, at, value{})
			if fn.result == sameAsFirst && len(args) > 0 {
				// A filter: the body decides, the elements stay.
				body.srcs, body.shape = b.through(Conditional, b.flat(body)), nil
			}
			args = append(args, body)
			continue
		}
		args = append(args, b.expr(a, sc))
	}
	star := c.StarArg
	if name := &c.Name[len(c.Name)-1]; c.Star && !name.Is("count") && !name.Is("count_big") {
		star = &syntax.Star{Span: c.Span} // OBJECT_CONSTRUCT(*)
	}
	if isStarCall(c) {
		// Outside of a select list it stands for all of them at once.
		cols, opens, _ := b.starCall(c, sc)
		return []value{b.derive(Transform, nil, structOf(cols, opens))}
	}
	if star != nil {
		cols, opens := b.star(star, sc, 0)
		args = append(args, structOf(cols, opens))
	}
	return args
}

// unpacked adds the columns of *COLUMNS(…), one argument each.
func (b *binder) unpacked(args []value, u *syntax.Unpack, sc *scope) []value {
	c, ok := u.X.(*syntax.Call)
	if !ok || !isStarCall(c) {
		return append(args, b.expr(u.X, sc))
	}
	cols, opens, _ := b.starCall(c, sc)
	for i := range cols {
		args = append(args, cols[i].val)
	}
	for _, o := range opens {
		args = append(args, value{srcs: b.openStar(o)})
	}
	return args
}

// isComparator reports whether the lambda of a call is given two elements.
func isComparator(c *syntax.Call) bool {
	id := &c.Name[len(c.Name)-1]
	return id.Is("array_sort") || id.Is("list_reduce") || id.Is("array_reduce")
}

func lambdaArg(a syntax.Expr) (*syntax.Lambda, bool) {
	if n, ok := a.(*syntax.NamedArg); ok {
		a = n.Value
	}
	l, ok := a.(*syntax.Lambda)
	return l, ok
}

// modifiers binds what may stand inside and behind a call's parentheses. Sort
// keys and filters decide which rows count, not what the value is made of.
func (b *binder) modifiers(c *syntax.Call, sc *scope, u *uses) {
	for i := range c.OrderBy {
		if x := c.OrderBy[i].X; x != nil {
			if _, ok := b.ordinalKey(x); ok && b.traits.strictNames {
				b.fail(CodeOrdinal, x.Extent(), "ORDER BY in an aggregate function takes no position")
			}
			u.add(Order, b.flat(b.expr(x, sc)))
		}
	}
	if c.Having != nil {
		u.add(Order, b.flat(b.expr(c.Having.X, sc)))
	}
	if c.Where != nil {
		u.add(Filter, b.flat(b.expr(c.Where, sc)))
	}
	if c.Filter != nil {
		u.add(Filter, b.flat(b.expr(c.Filter, sc)))
	}
	if c.GroupBy != nil {
		for i := range c.GroupBy.Items {
			u.add(Group, b.flat(b.expr(c.GroupBy.Items[i].X, sc)))
		}
	}
	if c.GroupHaving != nil {
		u.add(Filter, b.flat(b.expr(c.GroupHaving, sc)))
	}
	if c.Limit != nil {
		b.expr(c.Limit, sc)
	}
	if c.Separator != nil {
		b.expr(c.Separator, sc)
	}
}

// over books the keys of a window.
func (b *binder) over(w *syntax.WindowSpec, sc *scope, u *uses) {
	for depth := 0; w != nil && depth < 64; depth++ {
		for _, x := range w.PartitionBy {
			u.add(Window, b.flat(b.expr(x, sc)))
		}
		for i := range w.OrderBy {
			if w.OrderBy[i].X != nil {
				u.add(Window, b.flat(b.expr(w.OrderBy[i].X, sc)))
			}
		}
		for _, x := range w.Frame {
			u.add(Window, b.flat(b.expr(x, sc)))
		}
		if w.Base.Name == "" {
			return
		}
		base := &w.Base
		if w = b.findWindow(sc, base); w == nil {
			b.fail(CodeUnknownWindow, base.Span, "window %s is not known here", base.Name)
		}
	}
}

// aggregates reports whether an expression computes over several rows, outside
// of its subqueries.
func (b *binder) aggregates(x syntax.Expr) bool {
	found := false
	syntax.Inspect(x, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Query:
			return false
		case *syntax.Call:
			var buf [64]byte
			fn := b.tabled(functionKey(buf[:0], n), n)
			if f := b.function(n.Name); f != nil && f.def.Aggregate {
				found = true
			}
			if n.Over != nil || fn.class == aggregateFunc {
				found = true
			}
		}
		return !found
	})
	return found
}
