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

func (b *binder) findWindow(sc *scope, id *syntax.Ident) *syntax.WindowSpec {
	if n := len(sc.windows); n > narrow {
		x := indexOf(b, &b.indexes.windows, &sc.windows[0], n)
		x.searched = patience * n // it does not change any more
		b.ready(x, n, func(i int) uint32 { return sc.windows[i].name.Hash })
		for i := x.first(id.Hash, n); i >= 0; i = x.after(i, n) {
			if w := &sc.windows[i]; syntax.EqualFold(w.name.Name, id.Name) {
				return w.spec
			}
		}
		return nil
	}
	for i := range sc.windows {
		w := &sc.windows[i]
		if w.name.Hash == id.Hash && syntax.EqualFold(w.name.Name, id.Name) {
			return w.spec
		}
	}
	return nil
}

// apply makes the value of a call from those of its arguments.
func (b *binder) apply(c *syntax.Call, fn function, args []value, sc *scope) value {
	kind := Transform
	if fn.class == aggregateFunc {
		kind = Aggregate
	}
	// The sort key of WITHIN GROUP is what PERCENTILE_CONT and LISTAGG's kin
	// compute over, but only an order for those that have an argument.
	for i := range c.WithinGroup {
		if x := c.WithinGroup[i].X; x != nil {
			v := b.expr(x, sc)
			if fn.withinIsValue || len(c.Args) == 0 && fn.result == sameAsFirst { // MODE() WITHIN GROUP (ORDER BY x)
				args = append(args, v)
			} else {
				u := &uses{}
				u.add(Order, b.flat(v))
				args = append(args, value{srcs: b.group(u)})
			}
		}
	}
	arg := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return value{}
	}
	switch fn.result {
	case sameAsFirst:
		v := b.plus(b.chosen(kind, arg(0)), b.others(kind, args))
		if fn.widenInt && b.rangeVarFirst && v.typ != nil && v.typ.Kind == Int64 {
			v.typ = basic(Float64)
		}
		if fn.besides > 0 && fn.besides < len(args) && b.rangeVarFirst && v.typ != nil && numericRank(v.typ.Kind) > 0 {
			v.typ = commonType(v.typ, args[fn.besides].typ)
		}
		return v
	case boundOf:
		v := b.derive(kind, nil, args...)
		if t := arg(0).typ; t != nil && t.Kind == Range {
			v.typ = t.Elem
		}
		return v
	case anyOf: // COALESCE and the like
		if len(args) == 0 {
			return value{}
		}
		for i := range args {
			args[i] = b.chosen(kind, args[i])
		}
		return b.mergeAll(args)
	case ifElse:
		v := b.chosen(kind, arg(1))
		if len(args) > 2 {
			v = b.merge(v, b.chosen(kind, args[2]))
		}
		return b.plus(v, b.through(Conditional, b.flat(arg(0))))
	case decode:
		return b.decode(args)
	case arrayOfFirst:
		return b.plus(arrayOf(b.chosen(kind, arg(0))), b.others(kind, args))
	case elementOfFirst:
		v := b.plus(b.chosen(kind, b.element(arg(0))), b.others(Conditional, args))
		if fn.widenInt && v.typ != nil && v.typ.Kind == Int64 {
			v.typ = basic(Float64)
		}
		return v
	case arrayOfBody:
		return b.mapped(c, kind, args)
	case bodyResult:
		if len(args) > 1 {
			return args[1]
		}
		return arg(0)
	case structFromArgs:
		return b.objectOf(c, args)
	case arrayOfArgs:
		return arrayOf(b.mergeAll(args))
	case structField:
		if len(c.Args) == 2 && len(args) == 2 {
			if lit, ok := c.Args[1].(*syntax.Literal); ok && lit.Kind == syntax.StringLiteral && isStruct(args[0]) {
				id := syntax.Ident{Span: lit.Span, Name: lit.Text, Hash: syntax.Fold(lit.Text)}
				f, ok := b.field(args[0], &id)
				if !ok {
					b.missingField(args[0], &id, "")
				}
				return f
			}
		}
	case noValue:
		// ROW_NUMBER and its kin: nothing of the arguments is in the value.
		return value{typ: basic(fn.typ)}
	}
	if fn.result == topCounts {
		v := b.derive(kind, nil, args...)
		count := basic(fn.typ)
		if count == nil {
			count = arg(1).typ
		}
		v.typ = ArrayOf(&Type{Kind: StructType, Fields: []TypeField{
			NewTypeField("value", arg(0).typ), NewTypeField(fn.second, count),
		}})
		return v
	}
	typ := basic(fn.typ)
	if fn.typ == Unknown && fn.typeOf > 0 {
		typ = arg(fn.typeOf - 1).typ
		if typ != nil && fn.widenInt && (typ.Kind == Int64 || fn.mean && b.traits.floatDivision && numericRank(typ.Kind) > 0) {
			typ = basic(Float64)
		}
	}
	if fn.elemType != Unknown {
		typ = ArrayOf(basic(fn.elemType))
	}
	if fn.whole != nil {
		typ = fn.whole
	}
	if b.rangeVarFirst {
		typ = googleType(fn, typ, args)
	} else if fn.shifts {
		typ = b.shiftedType(args)
	}
	if fn.digest && !b.traits.digestBytes {
		typ = basic(String)
	}
	return b.derive(kind, typ, args...)
}

// others are the sources of all arguments but the first.
func (b *binder) others(kind Kind, args []value) []src {
	if len(args) < 2 {
		return nil
	}
	sets := make([][]src, 0, len(args)-1)
	for i := range args[1:] {
		sets = append(sets, b.flat(args[i+1]))
	}
	return b.through(kind, b.unionAll(sets))
}

// mapped is the list that a lambda makes of another: args are the list, what the
// lambda returns, and, of a list comprehension with IF, the condition.
func (b *binder) mapped(c *syntax.Call, kind Kind, args []value) value {
	if len(args) < 2 {
		return value{}
	}
	v := arrayOf(b.withKind(kind, args[1]))
	if len(args) > 2 {
		v = b.plus(v, b.through(Conditional, b.flat(args[2])))
	}
	// How long the list is comes from the other, where no element does.
	from := b.flat(args[0])
	if b.takesElement(c, from, b.flat(v)) {
		for len(from) > 0 && from[len(from)-1].leaf >= 0 { // but for the uses of a subquery
			from = from[:len(from)-1]
		}
	}
	v = b.plus(v, b.through(Conditional, from))
	return v
}

// takesElement reports whether what the lambda of a call gives, which comes from
// out, depends on the element of the list, which comes from in.
func (b *binder) takesElement(c *syntax.Call, in, out []src) bool {
	unsure := true
	for _, a := range c.Args {
		l, ok := lambdaArg(a)
		if !ok || len(l.Params) == 0 {
			continue
		}
		named := false
		unsure = false
		var look func(x syntax.Node, deep bool)
		look = func(x syntax.Node, deep bool) {
			syntax.Inspect(x, func(n syntax.Node) bool {
				switch n := n.(type) {
				case *syntax.Path:
					if equalName(l.Params[0].Hash, l.Params[0].Name, &n.Parts[0]) {
						named, unsure = named || !deep, unsure || deep
					}
				case *syntax.Subquery, *syntax.WithExpr: // it may name it and not give it
					if !deep {
						look(n, true)
						return false
					}
				}
				return !named && b.spend(1)
			})
		}
		look(l.Body, false)
		if named {
			return true
		}
		break
	}
	return unsure && len(in) > 0 && len(out) > 0 && b.leaves.family(out).overlaps(in)
}

// chosen is a value that a function returns as it is, or one of several: for a
// struct or an array it stays a copy, so that its fields can still be told apart.
func (b *binder) chosen(kind Kind, v value) value {
	if v.typ != nil && (v.typ.Kind == StructType || v.typ.Kind == ArrayType) {
		return v
	}
	return b.withKind(kind, v)
}

// decode binds DECODE(x, search, result, …, default).
func (b *binder) decode(args []value) value {
	if len(args) == 0 {
		return value{}
	}
	conds := [][]src{b.flat(args[0])}
	var results []value
	i := 1
	for ; i+1 < len(args); i += 2 {
		conds = append(conds, b.flat(args[i]))
		results = append(results, b.withKind(Transform, args[i+1]))
	}
	if i < len(args) {
		results = append(results, b.withKind(Transform, args[i]))
	}
	return b.plus(b.mergeAll(results), b.through(Conditional, b.unionAll(conds)))
}

// objectOf is a struct built from name and value pairs, or from named arguments.
func (b *binder) objectOf(c *syntax.Call, args []value) value {
	var fields []column
	named := true
	for i, a := range c.Args {
		n, ok := a.(*syntax.NamedArg)
		if !ok || len(n.Name) != 1 {
			named = false
			break
		}
		fields = append(fields, identColumn(&n.Name[0], args[i]))
	}
	if named && len(fields) > 0 {
		return structOf(fields, nil)
	}
	if len(c.Args)%2 == 0 && len(c.Args) > 0 && len(args) == len(c.Args) {
		fields = fields[:0]
		for i := 0; i+1 < len(c.Args); i += 2 {
			lit, ok := c.Args[i].(*syntax.Literal)
			if !ok || lit.Kind != syntax.StringLiteral {
				return b.derive(Transform, basic(JSON), args...)
			}
			fields = append(fields, newColumn(lit.Text, args[i+1]))
		}
		v := structOf(fields, nil)
		if !c.Name[len(c.Name)-1].Is("named_struct") {
			v.typ = basic(JSON)
		}
		return v
	}
	if len(args) == 1 && (c.StarArg != nil || c.Star) {
		return args[0]
	}
	return b.derive(Transform, basic(JSON), args...)
}

// aggregates reports whether an expression computes over several rows, outside
// of its subqueries.
func (b *binder) aggregates(x syntax.Expr) bool {
	found := false
	syntax.Inspect(x, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Subquery:
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
