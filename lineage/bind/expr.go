package bind

import (
	"strconv"
	"strings"

	"impact/lineage/syntax"
)

// expr binds an expression. nil is an expression without sources.
func (b *binder) expr(x syntax.Expr, sc *scope) value {
	if x == nil {
		return value{}
	}
	if !b.spend(exprWork) {
		return value{}
	}
	if b.depth++; b.depth > maxDepth {
		b.depth--
		b.note(CodeWidened, x.Extent(), "the expression is nested more than %d levels deep", maxDepth)
		return value{}
	}
	v := b.exprInner(x, sc)
	b.depth--
	return v
}

func (b *binder) exprInner(x syntax.Expr, sc *scope) value {
	switch x := x.(type) {
	case *syntax.Path:
		v := b.resolve(x, sc)
		v.typ = settled(v.typ)
		return v
	case *syntax.Literal:
		if x.Kind == syntax.FloatLiteral && b.traits.datePartLast {
			return value{typ: literalFloat}
		}
		return value{typ: literalType(x)}
	case *syntax.Param:
		if x.Column > 0 {
			v, c := b.atPosition(x.Column, sc)
			if c != nil {
				id := syntax.Ident{Span: x.Span, Name: c.name, Hash: c.hash}
				return b.named(c, &id)
			}
			if len(v.srcs) == 0 {
				b.fail(CodeOrdinal, x.Span, "there is no column %d in FROM", x.Column)
			}
			return v
		}
		return b.param(x)
	case *syntax.Unpack:
		return b.expr(x.X, sc)
	case *syntax.Unary:
		return b.unary(x, sc)
	case *syntax.Binary:
		return b.binary(x, sc)
	case *syntax.Is:
		v := b.derive(Transform, basic(Bool), b.expr(x.X, sc))
		if x.Y != nil {
			v = b.derive(Transform, basic(Bool), v, b.expr(x.Y, sc))
		}
		return v
	case *syntax.Between:
		return b.derive(Transform, basic(Bool), b.expr(x.X, sc), b.expr(x.Low, sc), b.expr(x.High, sc))
	case *syntax.Like:
		v := b.derive(Transform, basic(Bool), b.expr(x.X, sc), b.expr(x.Y, sc), b.expr(x.Unnest, sc))
		v = b.among(v, x.List, x.Query, sc)
		return v
	case *syntax.In:
		v := b.derive(Transform, basic(Bool), b.expr(x.X, sc), b.expr(x.Unnest, sc))
		return b.among(v, x.List, x.Query, sc)
	case *syntax.Quantified:
		v := b.derive(Transform, basic(Bool), b.expr(x.X, sc), b.expr(x.Array, sc))
		return b.among(v, nil, x.Query, sc)
	case *syntax.Case:
		return b.caseExpr(x, sc)
	case *syntax.Cast:
		v := b.expr(x.X, sc)
		typ := fromName(x.Type)
		if x.Format != nil {
			v = b.plus(v, b.through(Transform, b.flat(b.expr(x.Format, sc))))
		}
		v = b.cast(v, typ)
		return v
	case *syntax.Extract:
		return b.derive(Transform, extractType(x.Part), b.expr(x.X, sc), b.expr(x.Zone, sc))
	case *syntax.Interval:
		return b.derive(Transform, basic(Interval), b.expr(x.X, sc))
	case *syntax.Struct:
		return b.structExpr(x, sc)
	case *syntax.Array:
		return b.arrayExpr(x, sc)
	case *syntax.Map:
		vals := make([]value, 0, 2*len(x.Keys))
		for i := range x.Keys {
			vals = append(vals, b.expr(x.Keys[i], sc), b.expr(x.Values[i], sc))
		}
		return b.derive(Transform, nil, vals...)
	case *syntax.FieldAccess:
		v := b.expr(x.X, sc)
		f, ok := b.field(v, &x.Name)
		if !ok {
			b.missingField(v, &x.Name, "")
			return value{srcs: b.through(Transform, b.flat(v))}
		}
		return f
	case *syntax.SemiAccess:
		v := b.expr(x.X, sc)
		for i := range x.Names {
			if f, ok := b.field(v, &x.Names[i]); ok {
				v = f
			}
		}
		return v
	case *syntax.Subscript:
		return b.subscript(x, sc)
	case *syntax.Subquery:
		return b.subquery(x, sc)
	case *syntax.Lambda:
		return b.lambda(x, sc, value{})
	case *syntax.WithExpr:
		inner := &scope{parent: sc, env: sc.env, uses: sc.uses, windows: sc.windows}
		for i := range x.Vars {
			v := b.expr(x.Vars[i].Value, inner)
			inner.vars = append(inner.vars, identColumn(&x.Vars[i].Alias, v))
		}
		return b.expr(x.Body, inner)
	case *syntax.NamedArg:
		return b.expr(x.Value, sc)
	case *syntax.TableArg:
		return value{}
	case *syntax.Call:
		return b.call(x, sc)
	case *syntax.Bad:
		var v value
		b.quiet++
		for _, p := range x.Parts {
			v = b.derive(Transform, nil, v, b.resolve(p, sc))
		}
		b.quiet--
		b.note(CodeWidened, x.Span, "a part of the expression is not understood: all columns it names are taken")
		v.srcs = b.confide(Widened, v.srcs)
		return v
	}
	b.note(CodeWidened, x.Extent(), "the expression is not understood")
	return value{}
}

// among adds the values that IN, LIKE ANY and the like compare with.
func (b *binder) among(v value, list []syntax.Expr, q *syntax.Query, sc *scope) value {
	var vals []value
	for _, x := range list {
		if lit, ok := x.(*syntax.Literal); ok && lit.Kind != syntax.TypedLiteral {
			continue
		}
		vals = append(vals, b.expr(x, sc))
	}
	if len(vals) > 0 {
		v = b.derive(Transform, v.typ, append(vals, v)...)
	}
	if q != nil {
		t := b.query(q, sc, sc.env)
		all := b.tableValue(t)
		v = b.derive(Transform, v.typ, v, all)
		v = b.plus(v, b.group(t.uses))
	}
	return v
}

// caseExpr binds CASE: the branches are values, the conditions decide between
// them.
func (b *binder) caseExpr(x *syntax.Case, sc *scope) value {
	conds := make([][]src, 0, len(x.Whens)+1)
	if x.Operand != nil {
		conds = append(conds, b.flat(b.expr(x.Operand, sc)))
	}
	branches := make([]value, 0, len(x.Whens)+1)
	for i := range x.Whens {
		conds = append(conds, b.flat(b.expr(x.Whens[i].Cond, sc)))
		branches = append(branches, b.chosen(Transform, b.expr(x.Whens[i].Then, sc)))
	}
	if x.Else != nil {
		branches = append(branches, b.chosen(Transform, b.expr(x.Else, sc)))
	}
	out := b.mergeAll(branches)
	out.typ = settled(out.typ)
	return b.plus(out, b.through(Conditional, b.unionAll(conds)))
}

func (b *binder) structExpr(x *syntax.Struct, sc *scope) value {
	typ := fromName(x.Type)
	fields := make([]column, len(x.Fields))
	for i := range x.Fields {
		f := &x.Fields[i]
		v := b.expr(f.Value, sc)
		c := column{val: v}
		switch {
		case typ != nil && i < len(typ.Fields):
			c.name, c.hash = typ.Fields[i].Name, typ.Fields[i].hash
			if typ.Fields[i].Type != nil {
				c.val.typ = typ.Fields[i].Type
			}
		case f.Alias.Name != "":
			c.name, c.hash = f.Alias.Name, f.Alias.Hash
		case !x.Tuple && !x.Row || b.traits.tupleNames:
			if id := nameOf(f.Value); id != nil {
				c.name, c.hash = id.Name, id.Hash
			} else if b.traits.tupleNames {
				c = newColumn(b.traits.rowField+strconv.Itoa(i+b.traits.rowFieldFirst), v)
			}
		}
		fields[i] = c
	}
	if len(fields) == 1 && x.Tuple {
		return fields[0].val
	}
	for i := range fields {
		fields[i].val.typ = settled(fields[i].val.typ)
	}
	return structOf(fields, nil)
}

func (b *binder) arrayExpr(x *syntax.Array, sc *scope) value {
	items := make([]value, len(x.Items))
	for i, it := range x.Items {
		items[i] = b.expr(it, sc)
	}
	elem := b.mergeAll(items)
	if t := fromName(x.Type); t != nil {
		if t.Kind == ArrayType {
			t = t.Elem
		}
		if t != nil {
			elem.typ = t
			if elem.shape != nil && t.Kind == StructType {
				elem = b.cast(elem, t)
			}
		}
	}
	elem.typ = settled(elem.typ)
	return arrayOf(elem)
}

func (b *binder) subscript(x *syntax.Subscript, sc *scope) value {
	v := b.expr(x.X, sc)
	idx := b.derive(Conditional, nil, b.expr(x.Index, sc), b.expr(x.Upper, sc))
	if x.Slice {
		return b.plus(v, idx.srcs)
	}
	if lit, ok := x.Index.(*syntax.Literal); ok && lit.Kind == syntax.StringLiteral {
		id := syntax.Ident{Span: lit.Span, Name: lit.Text, Hash: syntax.Fold(lit.Text)}
		if !known(v.typ) || v.typ.Kind == JSON || v.typ.Kind == StructType || v.shape != nil && v.shape.elem == nil {
			if f, ok := b.field(v, &id); ok {
				return f
			}
			if v.typ != nil && v.typ.Kind == JSON { // an object that was made without the field
				return value{srcs: b.through(Transform, b.flat(v)), typ: v.typ}
			}
		}
	}
	if isStruct(v) { // struct[ordinal]
		if n, ok := ordinal(x.Index); ok {
			if x.Mode == "OFFSET" || x.Mode == "SAFE_OFFSET" || x.Mode == "" && b.traits.strictNames {
				n++
			}
			if fields, _ := b.valueColumns(v, ""); n >= 1 && n <= len(fields) {
				return fields[n-1].val
			}
		}
	}
	return b.plus(b.element(v), idx.srcs)
}

// subquery binds a query in an expression. Its uses belong to whatever is made
// of the value.
func (b *binder) subquery(x *syntax.Subquery, sc *scope) value {
	t := b.query(x.Query, sc, sc.env)
	g := b.group(t.uses)
	switch x.Kind {
	case syntax.ExistsSubquery:
		return value{srcs: g, typ: basic(Bool)}
	case syntax.ArraySubquery:
		return b.plus(arrayOf(b.tableRow(t)), g)
	case syntax.MultisetSubquery:
		return b.plus(b.tableValue(t), g)
	}
	return b.plus(b.tableRow(t), g)
}

// tableRow is one row of a query that an expression takes as a value: the only
// column, or the value of a value table.
func (b *binder) tableRow(t *table) value {
	cols := visible(t.cols)
	switch {
	case t.isValue:
		return t.val
	case len(cols) == 1 && len(t.opens) == 0:
		return cols[0].val
	case len(cols) == 0 && len(t.opens) == 0:
		return value{}
	}
	return structOf(cols, t.opens)
}

// lambda binds the body of a lambda whose first parameter is arg.
func (b *binder) lambda(x *syntax.Lambda, sc *scope, args ...value) value {
	inner := &scope{parent: sc, env: sc.env, uses: sc.uses, windows: sc.windows}
	for i := range x.Params {
		var v value
		if i < len(args) {
			v = args[i]
		}
		inner.vars = append(inner.vars, identColumn(&x.Params[i], v))
	}
	return b.expr(x.Body, inner)
}

// param is a query parameter or system variable, unless the script declared it.
func (b *binder) param(x *syntax.Param) value {
	id := syntax.Ident{Name: x.Name, Hash: syntax.Fold(x.Name)}
	if c := findVariable(b.variables, &id); c != nil && !x.System {
		return c.val
	}
	if len(b.variables) > 0 && !x.System { // SQL Server's DECLARE keeps the sign
		at := syntax.Ident{Name: "@" + x.Name, Hash: syntax.Fold("@" + x.Name)}
		if c := findVariable(b.variables, &at); c != nil {
			return c.val
		}
	}
	if n, err := strconv.Atoi(x.Name); err == nil && n >= 1 && n <= len(b.params) { // $1
		return b.params[n-1].val
	}
	if x.Name == "" && len(b.using) > 0 { // EXECUTE IMMEDIATE … USING
		v := b.using[0]
		b.using = b.using[1:]
		return v
	}
	return value{}
}

func literalType(x *syntax.Literal) *Type {
	switch x.Kind {
	case syntax.BoolLiteral:
		return basic(Bool)
	case syntax.IntLiteral:
		return basic(Int64)
	case syntax.FloatLiteral:
		return basic(Float64)
	case syntax.StringLiteral:
		return basic(String)
	case syntax.BytesLiteral:
		return basic(Bytes)
	case syntax.TypedLiteral:
		return fromName(x.Type)
	}
	return nil
}

func extractType(part string) *Type {
	switch strings.ToUpper(part) {
	case "DATE":
		return basic(Date)
	case "TIME":
		return basic(Time)
	case "DATETIME":
		return basic(Datetime)
	}
	return basic(Int64)
}
