package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// maxAlike bounds how many parts of an expression are held against those of others.
const maxAlike = 1 << 15

// A likeness compares expressions of one SELECT: an item of its list, or of ORDER
// BY, with keys of GROUP BY.
type likeness struct{ left int } // how many parts are still compared

// alike reports whether two expressions may be the same to the warehouse: false
// says that they are surely not.
func (l *likeness) alike(x, y syntax.Expr) bool {
	for {
		if l.left--; l.left < 0 {
			return true
		}
		if x == nil || y == nil {
			return x == nil && y == nil
		}
		x, y = unsigned(x), unsigned(y)
		cx, isCast := x.(*syntax.Cast)
		cy, both := y.(*syntax.Cast)
		switch {
		case isCast && both && (cx.Safe != cy.Safe || !sameKind(cx.Type, cy.Type)):
			return false
		case isCast: // where only one is written, the other may be implied
			x = cx.X
			if both {
				y = cy.X
			}
			continue
		case both:
			y = cy.X
			continue
		}
		bx, ok := x.(*syntax.Binary)
		if by, both := y.(*syntax.Binary); ok && both {
			if bx.Op != by.Op || !l.alike(bx.Y, by.Y) {
				return false
			}
			x, y = bx.X, by.X
			continue
		}
		return l.inner(x, y)
	}
}

// inner compares two expressions that are neither casts nor both operators.
func (l *likeness) inner(x, y syntax.Expr) bool {
	switch x := x.(type) {
	case *syntax.Path:
		return l.path(x, y)
	case *syntax.Literal, *syntax.Interval:
		return l.constant(x, y)
	case *syntax.Unary:
		u, ok := y.(*syntax.Unary)
		return ok && x.Op == u.Op && l.alike(x.X, u.X) || !ok && l.constant(x, y)
	case *syntax.Binary:
		y, ok := y.(*syntax.Call)
		return ok && l.call(y, x)
	case *syntax.Is:
		y, ok := y.(*syntax.Is)
		return ok && x.Kind == y.Kind && x.Not == y.Not && l.alike(x.X, y.X)
	case *syntax.Between:
		y, ok := y.(*syntax.Between)
		return ok && l.alike(x.X, y.X)
	case *syntax.Like:
		y, ok := y.(*syntax.Like)
		return ok && x.Query == nil && y.Query == nil && l.alike(x.X, y.X)
	case *syntax.In:
		y, ok := y.(*syntax.In)
		return ok && x.Query == nil && y.Query == nil && l.alike(x.X, y.X)
	case *syntax.Case:
		y, ok := y.(*syntax.Case)
		return ok && l.cases(x, y)
	case *syntax.Extract:
		y, ok := y.(*syntax.Extract)
		return ok && syntax.EqualFold(x.Part, y.Part) && l.alike(x.X, y.X)
	case *syntax.Struct:
		y, ok := y.(*syntax.Struct)
		return ok && slices.EqualFunc(x.Fields, y.Fields, func(f, g syntax.Field) bool { return l.alike(f.Value, g.Value) })
	case *syntax.Array:
		y, ok := y.(*syntax.Array)
		return ok && slices.EqualFunc(x.Items, y.Items, l.alike)
	case *syntax.FieldAccess:
		if p, ok := y.(*syntax.Path); ok {
			return l.path(p, x)
		}
		y, ok := y.(*syntax.FieldAccess)
		return ok && equalName(x.Name.Hash, x.Name.Name, &y.Name) && l.alike(x.X, y.X)
	case *syntax.Subscript:
		y, ok := y.(*syntax.Subscript)
		return ok && l.alike(x.X, y.X)
	case *syntax.Subquery, *syntax.WithExpr, *syntax.Lambda:
		return false // as no two of them are
	case *syntax.Call:
		return l.call(x, y)
	case *syntax.Param:
		y, ok := y.(*syntax.Param)
		return ok && x.System == y.System && syntax.EqualFold(x.Name, y.Name)
	}
	return true
}

// path compares a name with an expression: the last part of it is the column's, or
// the field's, however many stand before it.
func (l *likeness) path(x *syntax.Path, y syntax.Expr) bool {
	if c, ok := y.(*syntax.Call); ok { // CURRENT_DATE goes without parentheses
		return len(x.Parts) == 1 && len(c.Args) == 0
	}
	id := pathEnd(y)
	if f, ok := y.(*syntax.FieldAccess); ok {
		id = &f.Name
	}
	last := &x.Parts[len(x.Parts)-1]
	return id != nil && equalName(last.Hash, last.Name, id)
}

// constant compares what is a constant, or begins as one.
func (l *likeness) constant(x, y syntax.Expr) bool {
	a, ok := x.(*syntax.Literal)
	b, both := y.(*syntax.Literal)
	if ok && both && a.Kind == b.Kind && (a.Kind == syntax.StringLiteral || a.Kind == syntax.BytesLiteral) {
		return a.Text == b.Text
	}
	for _, e := range [2]syntax.Expr{x, y} {
		switch e := e.(type) {
		case *syntax.Literal, *syntax.Interval:
		case *syntax.Unary:
			if _, ok := e.X.(*syntax.Literal); !ok {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func (l *likeness) cases(x, y *syntax.Case) bool {
	return l.alike(x.Operand, y.Operand) && l.alike(x.Else, y.Else) && slices.EqualFunc(x.Whens, y.Whens, func(a, b syntax.When) bool {
		return l.alike(a.Cond, b.Cond) && l.alike(a.Then, b.Then)
	})
}

// call compares a call. A function may have two names, so these tell nothing.
func (l *likeness) call(x *syntax.Call, y syntax.Expr) bool {
	if x.Over != nil || len(x.Name) == 1 && (x.Name[0].Is("rand") || x.Name[0].Is("generate_uuid")) {
		return false
	}
	switch y := y.(type) {
	case *syntax.Path:
		return l.path(y, x)
	case *syntax.Binary:
		return y.Op == syntax.OpConcat && len(x.Name) > 0 && x.Name[len(x.Name)-1].Is("concat")
	case *syntax.Call:
		if x.Receiver != nil || y.Receiver != nil {
			return true
		}
		return y.Over == nil && slices.EqualFunc(x.Args, y.Args, l.alike)
	}
	return false
}

// unsigned is an expression without the plus signs before it.
func unsigned(x syntax.Expr) syntax.Expr {
	for {
		u, ok := x.(*syntax.Unary)
		if !ok || u.Op != syntax.OpPos {
			return x
		}
		x = u.X
	}
}

// sameKind reports whether two types of casts may be the same.
func sameKind(x, y *syntax.TypeName) bool {
	a, b := fromName(x), fromName(y)
	return a == nil || b == nil || a.Kind == b.Kind
}
