package oracle

import (
	"fmt"
	"slices"

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
		r.withScan(s)
	case *g.ResolvedWithRefScan:
		entry := r.with[got(s.WithQueryName())]
		if !entry.read {
			entry.owners = r.owners
		} else if !slices.Equal(entry.owners, r.owners) {
			entry.owners = nil
		}
		entry.read = true
		r.alias(columns(s), entry.columns)
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

// withScan reads the queries in WITH that are read: what filters one that nobody
// reads decides about nothing. Each may read those before it, so the last one is
// the first to be asked for.
func (r *reader) withScan(s *g.ResolvedWithScan) {
	list := got(s.WithEntryList())
	entries := make([]*entry, len(list))
	for i, e := range list {
		entries[i] = &entry{query: got(e.WithSubquery())}
		entries[i].columns = columns(entries[i].query)
		r.with[got(e.WithQueryName())] = entries[i]
	}
	r.scan(got(s.Query()))
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].read {
			around := r.owners
			r.owners = entries[i].owners
			r.scan(entries[i].query)
			r.owners = around
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
		if !isConstant(n) {
			r.uses = append(r.uses, use{kind: "join", expr: n, rows: true, of: r.owners})
		}
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
		r.own(got(c.Column()), got(c.Expr()))
	}
	for _, c := range got(s.GroupingCallList()) {
		r.define(got(c.OutputColumn()), constant) // GROUPING says how, not what
	}
}

func (r *reader) functionGroup(group *g.ResolvedAnalyticFunctionGroup) {
	around := r.owners
	for _, c := range got(group.AnalyticFunctionList()) {
		r.owners = append(around[:len(around):len(around)], id(got(c.Column())))
		if p := got(group.PartitionBy()); p != nil {
			for _, key := range got(p.PartitionByList()) {
				r.use("window", key)
			}
		}
		if o := got(group.OrderBy()); o != nil {
			r.orderBy("window", got(o.OrderByItemList()))
		}
		r.define(got(c.Column()), r.expr(got(c.Expr())))
	}
	r.owners = around
}

// setOperation takes rows that are compared with one another for a use: all but
// UNION ALL group by all columns, and EXCEPT joins its later queries.
func (r *reader) setOperation(s *g.ResolvedSetOperationScan) {
	made := columns(s)
	values := make([]*node, len(made))
	for i := range values {
		values[i] = passing()
	}
	for _, item := range got(s.InputItemList()) {
		r.setItem(item, values)
	}
	op := got(s.OpType())
	for i, c := range made {
		r.defs[c] = values[i]
		if op != g.ResolvedSetOperationScanEnums_SetOperationTypeUnionAll {
			r.useNode("group", values[i])
		}
		if op == g.ResolvedSetOperationScanEnums_SetOperationTypeExceptAll || op == g.ResolvedSetOperationScanEnums_SetOperationTypeExceptDistinct {
			r.useNode("join", passing(values[i].args[1:]...))
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
	if got(s.OpType()) == g.ResolvedRecursiveScanEnums_RecursiveSetOperationTypeUnionDistinct {
		for _, v := range values {
			r.useNode("group", v)
		}
	}
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
	if !got(s.IncludeNulls()) {
		// A row whose values are all NULL is left out.
		for _, v := range values {
			r.useNode("filter", v)
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
