package oracle

import (
	"fmt"

	g "github.com/goccy/go-googlesql"
)

// columns returns the ids of the columns that a scan makes.
func columns(s g.ResolvedScanNode) []int32 {
	list, ok := s.(interface {
		ColumnList() ([]*g.ResolvedColumn, error)
	})
	if !ok {
		panic(failure{fmt.Errorf("%T has no columns", s)})
	}
	cols := got(list.ColumnList())
	out := make([]int32, len(cols))
	for i, c := range cols {
		out[i] = id(c)
	}
	return out
}

// scan reads a scan with all that is below it.
func (r *reader) scan(s g.ResolvedScanNode) {
	switch s := s.(type) {
	case nil:
	case *g.ResolvedTableScan:
		r.tableScan(s)
	case *g.ResolvedProjectScan:
		r.scan(got(s.InputScan()))
		r.computed(got(s.ExprList()))
	case *g.ResolvedFilterScan:
		r.scan(got(s.InputScan()))
		r.use("filter", got(s.FilterExpr()))
	case *g.ResolvedJoinScan:
		r.scan(got(s.LeftScan()))
		r.scan(got(s.RightScan()))
		r.use("join", got(s.JoinExpr()))
	case *g.ResolvedArrayScan:
		r.arrayScan(s)
	case *g.ResolvedAggregateScan:
		r.aggregateScan(s)
	case *g.ResolvedAnalyticScan:
		r.scan(got(s.InputScan()))
		for _, group := range got(s.FunctionGroupList()) {
			r.functionGroup(group)
		}
	case *g.ResolvedOrderByScan:
		r.scan(got(s.InputScan()))
		r.orderBy("order", got(s.OrderByItemList()))
	case *g.ResolvedSetOperationScan:
		r.setOperation(s)
	case *g.ResolvedWithScan:
		for _, entry := range got(s.WithEntryList()) {
			query := got(entry.WithSubquery())
			r.with[got(entry.WithQueryName())] = columns(query)
			r.scan(query)
		}
		r.scan(got(s.Query()))
	case *g.ResolvedWithRefScan:
		r.alias(columns(s), r.with[got(s.WithQueryName())])
	case *g.ResolvedRecursiveScan:
		r.recursiveScan(s)
	case *g.ResolvedRecursiveRefScan:
		if n := len(r.recursive); n > 0 {
			r.alias(columns(s), r.recursive[n-1])
		}
	case *g.ResolvedPivotScan:
		r.pivotScan(s)
	case *g.ResolvedUnpivotScan:
		r.unpivotScan(s)
	case *g.ResolvedSampleScan:
		r.scan(got(s.InputScan()))
		if w := got(s.WeightColumn()); w != nil {
			r.define(got(w.Column()), constant)
		}
	case *g.ResolvedTVFScan:
		r.functionScan(s)
	case *g.ResolvedAssertScan:
		r.scan(got(s.InputScan()))
		r.use("filter", got(s.Condition()))
		r.expr(got(s.Message()))
	default:
		// LIMIT, barriers and the like: what they are made of
		// passes through, and their columns are those of their input.
		for _, child := range got(s.GetChildNodes()) {
			switch c := child.(type) {
			case g.ResolvedScanNode:
				r.scan(c)
			case g.ResolvedExprNode:
				r.expr(c)
			}
		}
	}
}

// alias defines columns to be others, one by one.
func (r *reader) alias(made, of []int32) {
	for i, c := range made {
		if i < len(of) {
			r.defs[c] = refTo(of[i])
		}
	}
}

func (r *reader) tableScan(s *g.ResolvedTableScan) {
	n := got(got(s.Table()).GetSerializationId())
	if n < 0 || int(n) >= len(r.tables) {
		return
	}
	table := r.tables[n]
	indexes := got(s.ColumnIndexList())
	for i, c := range got(s.ColumnList()) {
		at := int(indexes[i])
		if at == len(table.Columns) {
			// The pseudo-column that newTable adds.
			pseudo := &Table{Name: table.Name, Columns: []Column{{Name: "_TABLE_SUFFIX"}}}
			r.define(c, &node{op: leafOp, table: pseudo})
			continue
		}
		r.define(c, &node{op: leafOp, table: table, leaf: at, typ: shape(got(c.Type()))})
	}
}

func (r *reader) arrayScan(s *g.ResolvedArrayScan) {
	r.scan(got(s.InputScan()))
	var arrays []*node
	elements := got(s.ElementColumnList())
	for i, e := range got(s.ArrayExprList()) {
		n := r.expr(e)
		arrays = append(arrays, n)
		if i < len(elements) {
			r.define(elements[i], passing(n))
		}
	}
	if offset := got(s.ArrayOffsetColumn()); offset != nil {
		r.define(got(offset.Column()), computed(arrays...))
	}
	r.use("join", got(s.JoinExpr()))
}

func (r *reader) aggregateScan(s *g.ResolvedAggregateScan) {
	r.scan(got(s.InputScan()))
	for _, c := range got(s.GroupByList()) {
		n := r.expr(got(c.Expr()))
		r.define(got(c.Column()), n)
		r.useNode("group", n)
	}
	for _, c := range got(s.AggregateList()) {
		r.define(got(c.Column()), r.expr(got(c.Expr())))
	}
	for _, c := range got(s.GroupingCallList()) {
		r.define(got(c.OutputColumn()), computed(r.expr(got(c.GroupByColumn()))))
	}
}

func (r *reader) functionGroup(group *g.ResolvedAnalyticFunctionGroup) {
	if p := got(group.PartitionBy()); p != nil {
		for _, c := range got(p.PartitionByList()) {
			r.use("window", c)
		}
	}
	if o := got(group.OrderBy()); o != nil {
		r.orderBy("window", got(o.OrderByItemList()))
	}
	for _, c := range got(group.AnalyticFunctionList()) {
		r.define(got(c.Column()), r.expr(got(c.Expr())))
	}
}

// setOperation takes every row that is compared with others for a use: UNION
// DISTINCT groups, INTERSECT and EXCEPT join.
func (r *reader) setOperation(s *g.ResolvedSetOperationScan) {
	made := columns(s)
	values := make([]*node, len(made))
	for i := range values {
		values[i] = passing()
	}
	for _, item := range got(s.InputItemList()) {
		r.setItem(item, values)
	}
	kind := "join"
	switch got(s.OpType()) {
	case g.ResolvedSetOperationScanEnums_SetOperationTypeUnionAll:
		kind = ""
	case g.ResolvedSetOperationScanEnums_SetOperationTypeUnionDistinct:
		kind = "group"
	}
	for i, c := range made {
		r.defs[c] = values[i]
		if kind != "" {
			r.useNode(kind, values[i])
		}
	}
}

func (r *reader) setItem(item *g.ResolvedSetOperationItem, values []*node) {
	r.scan(got(item.Scan()))
	for i, c := range got(item.OutputColumnList()) {
		if i < len(values) {
			values[i].args = append(values[i].args, refTo(id(c)))
		}
	}
}

func (r *reader) recursiveScan(s *g.ResolvedRecursiveScan) {
	made := columns(s)
	values := make([]*node, len(made))
	for i, c := range made {
		values[i] = passing()
		r.defs[c] = values[i]
	}
	if depth := got(s.RecursionDepthModifier()); depth != nil {
		if c := got(depth.RecursionDepthColumn()); c != nil {
			r.define(got(c.Column()), constant)
		}
	}
	r.recursive = append(r.recursive, made)
	r.setItem(got(s.NonRecursiveTerm()), values)
	r.setItem(got(s.RecursiveTerm()), values)
	r.recursive = r.recursive[:len(r.recursive)-1]
}

func (r *reader) pivotScan(s *g.ResolvedPivotScan) {
	r.scan(got(s.InputScan()))
	for _, c := range got(s.GroupByList()) {
		n := r.expr(got(c.Expr()))
		r.define(got(c.Column()), n)
		r.useNode("group", n)
	}
	r.use("group", got(s.ForExpr()))
	var values []*node
	for _, e := range got(s.PivotExprList()) {
		values = append(values, r.expr(e))
	}
	for _, c := range got(s.PivotColumnList()) {
		r.define(got(c.Column()), values[got(c.PivotExprIndex())])
	}
}

func (r *reader) unpivotScan(s *g.ResolvedUnpivotScan) {
	r.scan(got(s.InputScan()))
	r.computed(got(s.ProjectedInputColumnList()))
	made := got(s.ValueColumnList())
	values := make([]*node, len(made))
	for i, c := range made {
		values[i] = passing()
		r.define(c, values[i])
	}
	label := computed()
	r.define(got(s.LabelColumn()), label)
	for _, arg := range got(s.UnpivotArgList()) {
		for i, c := range got(arg.ColumnList()) {
			n := r.expr(c)
			values[i].args = append(values[i].args, n)
			label.args = append(label.args, n)
		}
	}
}

// functionScan takes every column of a table function to come from all that it
// is given.
func (r *reader) functionScan(s *g.ResolvedTVFScan) {
	all := computed()
	for _, arg := range got(s.ArgumentList()) {
		if e := got(arg.Expr()); e != nil {
			all.args = append(all.args, r.expr(e))
		}
		if in := got(arg.Scan()); in != nil {
			r.scan(in)
			for _, c := range columns(in) {
				all.args = append(all.args, refTo(c))
			}
		}
	}
	for _, c := range columns(s) {
		r.defs[c] = all
	}
}
