package bind

import (
	"impact/lineage/syntax"
)

// apply makes the value of a call from those of its arguments.
func (b *binder) apply(c *syntax.Call, fn function, args []value, sc *scope) value {
	kind := Transform
	if fn.class == aggregateFunc {
		kind = Aggregate
	}
	args = b.withinGroup(c, fn, args, sc)
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
		if v, ok := b.extracted(c, args); ok {
			return v
		}
	case noValue:
		// ROW_NUMBER and its kin: nothing of the arguments is in the value.
		return value{typ: basic(fn.typ)}
	case topCounts:
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
	return b.derive(kind, b.resultType(fn, args), args...)
}

// withinGroup appends the sort keys of WITHIN GROUP to the arguments. They are what
// PERCENTILE_CONT and LISTAGG's kin compute over, but only an order for those that
// have an argument.
func (b *binder) withinGroup(c *syntax.Call, fn function, args []value, sc *scope) []value {
	for i := range c.WithinGroup {
		x := c.WithinGroup[i].X
		if x == nil {
			continue
		}
		v := b.expr(x, sc)
		if !fn.withinIsValue && (len(c.Args) > 0 || fn.result != sameAsFirst) { // not MODE() WITHIN GROUP (ORDER BY x)
			u := &uses{}
			u.add(Order, b.flat(v))
			v = value{srcs: b.group(u)}
		}
		args = append(args, v)
	}
	return args
}

// extracted is the field of a struct that a call names by a literal. It reports
// false for any other call.
func (b *binder) extracted(c *syntax.Call, args []value) (value, bool) {
	if len(c.Args) != 2 || len(args) != 2 || !isStruct(args[0]) {
		return value{}, false
	}
	lit, ok := c.Args[1].(*syntax.Literal)
	if !ok || lit.Kind != syntax.StringLiteral {
		return value{}, false
	}
	id := syntax.Ident{Span: lit.Span, Name: lit.Text, Hash: syntax.Fold(lit.Text)}
	f, ok := b.field(args[0], &id)
	if !ok {
		b.missingField(args[0], &id, "")
	}
	return f, true
}

// resultType is the type of what a function computes of all its arguments.
func (b *binder) resultType(fn function, args []value) *Type {
	typ := basic(fn.typ)
	if fn.typ == Unknown && fn.typeOf > 0 && fn.typeOf <= len(args) {
		typ = args[fn.typeOf-1].typ
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
	return typ
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
