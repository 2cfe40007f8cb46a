package oracle

import (
	"slices"
	"strings"

	g "github.com/goccy/go-googlesql"
)

// expr reads an expression with the queries inside of it.
func (r *reader) expr(e g.ResolvedExprNode) *node {
	switch e := e.(type) {
	case nil, *g.ResolvedLiteral, *g.ResolvedParameter, *g.ResolvedConstant, *g.ResolvedSystemVariable:
		return constant
	case *g.ResolvedColumnRef:
		return refTo(id(got(e.Column())))
	case *g.ResolvedMakeStruct:
		return &node{op: record, args: r.exprs(got(e.FieldList()))}
	case *g.ResolvedGetStructField:
		return &node{op: field, index: int(got(e.FieldIdx())), args: []*node{r.expr(got(e.Expr()))}}
	case *g.ResolvedCast:
		n := passing(r.expr(got(e.Expr())))
		n.conds = r.exprs([]g.ResolvedExprNode{got(e.Format()), got(e.TimeZone())})
		return n
	case *g.ResolvedFunctionCall:
		return r.call(e, name(e))
	case *g.ResolvedAggregateFunctionCall:
		r.computed(got(e.GroupByList()))
		for _, c := range got(e.GroupByList()) {
			r.useNode("group", refTo(id(got(c.Column()))))
		}
		for _, c := range got(e.GroupByAggregateList()) {
			r.define(got(c.Column()), r.expr(got(c.Expr())))
		}
		r.orderBy("order", got(e.OrderByItemList()))
		if m := got(e.HavingModifier()); m != nil {
			r.use("order", got(m.HavingExpr()))
		}
		r.use("filter", got(e.HavingExpr()))
		r.use("filter", got(e.WhereExpr()))
		return r.call(e, name(e))
	case *g.ResolvedAnalyticFunctionCall:
		r.use("filter", got(e.WhereExpr()))
		return r.call(e, name(e))
	case *g.ResolvedSubqueryExpr:
		return r.subquery(e)
	case *g.ResolvedWithExpr:
		r.computed(got(e.AssignmentList()))
		return passing(r.expr(got(e.Expr())))
	case *g.ResolvedFlatten:
		// The fields are got one after the other, each from the last.
		n := r.expr(got(e.Expr()))
		for _, f := range got(e.GetFieldList()) {
			r.flattened = append(r.flattened, n)
			n = r.expr(f)
			r.flattened = r.flattened[:len(r.flattened)-1]
		}
		return passing(n)
	case *g.ResolvedFlattenedArg:
		if n := len(r.flattened); n > 0 {
			return r.flattened[n-1]
		}
		return constant
	case *g.ResolvedGetJsonField:
		return computed(r.expr(got(e.Expr())))
	}
	// Anything else is computed from all that it holds.
	out := computed()
	for _, child := range got(e.GetChildNodes()) {
		switch c := child.(type) {
		case g.ResolvedExprNode:
			out.args = append(out.args, r.expr(c))
		case g.ResolvedScanNode:
			r.scan(c)
		}
	}
	return out
}

func (r *reader) exprs(list []g.ResolvedExprNode) []*node {
	out := make([]*node, 0, len(list))
	for _, e := range list {
		out = append(out, r.expr(e))
	}
	return out
}

func (r *reader) subquery(e *g.ResolvedSubqueryExpr) *node {
	query := got(e.Subquery())
	r.scan(query)
	var first *node
	if cols := columns(query); len(cols) > 0 {
		first = refTo(cols[0])
	}
	switch got(e.SubqueryType()) {
	case g.ResolvedSubqueryExprEnums_SubqueryTypeScalar, g.ResolvedSubqueryExprEnums_SubqueryTypeArray:
		return passing(first)
	case g.ResolvedSubqueryExprEnums_SubqueryTypeExists:
		return constant
	}
	return computed(r.expr(got(e.InExpr())), first)
}

type functionCall interface {
	g.ResolvedExprNode
	Function() (*g.Function, error)
	ArgumentList() ([]g.ResolvedExprNode, error)
	GenericArgumentList() ([]*g.ResolvedFunctionArgument, error)
}

func name(e functionCall) string { return strings.ToLower(got(got(e.Function()).Name())) }

// A role says what an argument is to the result of a function: most are computed
// with.
type role uint8

const (
	input     role = iota // computed with
	structure             // the result has its fields, or is an array of it or one of it
)

// roles returns what the arguments of a function are, for those functions whose
// result keeps the fields of an argument.
func roles(name string, i, n int) role {
	switch strings.TrimPrefix(name, "$") {
	case "array_agg", "any_value", "first_value", "last_value", "nth_value", "lag", "lead",
		"array_reverse", "array_slice", "array_first", "array_last", "array_distinct", "array_filter",
		"array_at_offset", "array_at_ordinal", "safe_array_at_offset", "safe_array_at_ordinal",
		"subscript", "subscript_with_offset", "subscript_with_ordinal", "subscript_with_safe_offset",
		"nullif", "max_by", "min_by", "array_concat_agg", "nulliferror", "array_first_n", "array_last_n":
		if i == 0 || i == 2 && (name == "lag" || name == "lead") {
			return structure
		}
	case "array_concat", "coalesce", "ifnull", "make_array", "iferror", "zeroifnull":
		return structure
	case "if":
		if i > 0 {
			return structure
		}
	case "case_no_value":
		if i%2 == 1 || i == n-1 {
			return structure
		}
	case "case_with_value":
		if i > 0 && i%2 == 0 || i == n-1 {
			return structure
		}
	}
	return input
}

func (r *reader) call(e functionCall, name string) *node {
	out := &node{op: pass}
	add := func(i, n int, arg *node) {
		if roles(name, i, n) == structure {
			out.args = append(out.args, arg)
		} else {
			out.conds = append(out.conds, arg)
		}
	}
	plain := got(e.ArgumentList())
	for i, arg := range plain {
		add(i, len(plain), r.expr(arg))
	}
	if len(plain) == 0 {
		r.genericArguments(e, name, add, out)
	}
	return out
}

// genericArguments reads the arguments of a call in which one of them is no plain
// expression. The parameters of a lambda are elements of the first argument.
func (r *reader) genericArguments(e functionCall, name string, add func(i, n int, arg *node), out *node) {
	list := got(e.GenericArgumentList())
	first := constant
	for i, arg := range list {
		if x := got(arg.Expr()); x != nil {
			n := r.expr(x)
			if i == 0 {
				first = n
			}
			add(i, len(list), n)
			continue
		}
		lambda := got(arg.InlineLambda())
		if lambda == nil {
			continue
		}
		parameters := got(lambda.ArgumentList())
		for j, c := range parameters {
			if j == 0 || name == "array_zip" {
				r.define(c, passing(first))
			} else {
				r.define(c, constant)
			}
		}
		body := r.expr(got(lambda.Body()))
		switch {
		case name != "array_transform" && name != "apply":
			out.conds = append(out.conds, body)
		case len(parameters) > 0 && mentions(body, id(parameters[0])):
			// What the result takes from the elements is all it takes from the
			// array.
			out.args, out.conds = append(out.args, body), nil
		default:
			out.args = append(out.args, body)
		}
	}
}

// mentions reports whether an expression names a column.
func mentions(n *node, column int32) bool {
	if n == nil {
		return false
	}
	if n.op == ref && n.id == column {
		return true
	}
	named := func(arg *node) bool { return mentions(arg, column) }
	return slices.ContainsFunc(n.args, named) || slices.ContainsFunc(n.conds, named)
}
