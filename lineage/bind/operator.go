package bind

import (
	"impact/lineage/syntax"
)

func (b *binder) unary(x *syntax.Unary, sc *scope) value {
	// Runs of operators are walked in a loop.
	op := x.Op
	inner := x.X
	for {
		u, ok := inner.(*syntax.Unary)
		if !ok {
			break
		}
		inner = u.X
	}
	v := b.expr(inner, sc)
	typ := v.typ
	if op == syntax.OpNot {
		typ = basic(Bool)
	}
	if op == syntax.OpPos {
		return v
	}
	return b.derive(Transform, typ, v)
}

func (b *binder) binary(x *syntax.Binary, sc *scope) value {
	// Left-deep chains are walked in a loop: down to the leftmost operand, then
	// upwards over the right ones.
	var chain []*syntax.Binary
	var left syntax.Expr = x
	for {
		bin, ok := left.(*syntax.Binary)
		if !ok {
			break
		}
		chain = append(chain, bin)
		left = bin.X
	}
	v := b.expr(left, sc)
	var sets [][]src // of a long chain: what v comes from
	for i := len(chain) - 1; i >= 0; i-- {
		y := b.expr(chain[i].Y, sc)
		typ := settled(b.binaryType(chain[i].Op, v.typ, y.typ))
		if chain[i].Op == syntax.OpConcat && v.shape != nil && v.shape.elem != nil {
			v = b.merge(v, y)
			continue
		}
		if len(chain) < 8 {
			v = b.derive(Transform, typ, v, y)
			continue
		}
		if sets == nil {
			sets = append(sets, b.flat(v))
		}
		sets = append(sets, b.flat(y))
		v = value{typ: typ}
	}
	if sets != nil {
		v.srcs = b.through(Transform, b.unionAll(sets))
	}
	return v
}

// binaryType is the type of an operator's value, nil if it is not known.
func (b *binder) binaryType(op syntax.Op, x, y *Type) *Type {
	switch op {
	case syntax.OpAnd, syntax.OpOr, syntax.OpEq, syntax.OpNe, syntax.OpLt, syntax.OpLe, syntax.OpGt, syntax.OpGe, syntax.OpNullSafeEq:
		return basic(Bool)
	case syntax.OpConcat:
		if x != nil && (x.Kind == ArrayType || x.Kind == Bytes) {
			return x
		}
		return basic(String)
	case syntax.OpDiv:
		if b.traits.floatDivision && x != nil && y != nil && numericRank(x.Kind) > 0 && numericRank(y.Kind) > 0 {
			return basic(Float64)
		}
		if x != nil && y != nil && x.Kind == Int64 && y.Kind == Int64 {
			if b.traits.integerDivision {
				return x
			}
			return basic(Float64)
		}
		if x != nil && x.Kind == Interval {
			return x
		}
		return arithmetic(x, y)
	case syntax.OpAdd, syntax.OpSub:
		return addType(op, x, y)
	case syntax.OpMul:
		if y != nil && y.Kind == Interval {
			return y
		}
		if x != nil && x.Kind == Interval {
			return x
		}
		return arithmetic(x, y)
	case syntax.OpMod, syntax.OpIntDiv, syntax.OpBitAnd, syntax.OpBitOr, syntax.OpBitXor, syntax.OpShiftLeft, syntax.OpShiftRight:
		if x != nil && x.Kind == Bytes {
			return x
		}
		return arithmetic(x, y)
	case syntax.OpJSON:
		if b.traits.jsonDocuments {
			return basic(JSON)
		}
	case syntax.OpJSONText:
		return basic(String)
	case syntax.OpTest:
		return basic(Bool)
	case syntax.OpZone:
		return basic(Timestamp)
	}
	return nil
}

func addType(op syntax.Op, x, y *Type) *Type {
	if x == nil || y == nil {
		return nil
	}
	switch {
	case y.Kind == Interval:
		if x.Kind == Date {
			return basic(Datetime)
		}
		return x
	case x.Kind == Interval:
		return addType(op, y, x)
	case op == syntax.OpSub && isTemporal(x.Kind) && isTemporal(y.Kind):
		return basic(Interval)
	case isTemporal(x.Kind) && y.Kind == Int64:
		return x
	case x.Kind == Int64 && isTemporal(y.Kind):
		return y
	}
	return arithmetic(x, y)
}

func isTemporal(k TypeKind) bool {
	return k == Date || k == Datetime || k == Timestamp || k == Time
}

func arithmetic(x, y *Type) *Type {
	if x == nil || y == nil || numericRank(x.Kind) == 0 || numericRank(y.Kind) == 0 {
		return nil
	}
	return commonType(x, y)
}
