package syntax

// Inspect calls fn for a node and then for all nodes inside it, in the order of
// the tree. Where fn returns false the nodes inside are left out. Chains that
// lean to the left (AND, OR, +, joins) are walked in a loop, so that their length
// costs no stack.
func Inspect(n Node, fn func(Node) bool) { (&inspector{fn: fn}).node(n) }

type inspector struct{ fn func(Node) bool }

func (w *inspector) expr(x Expr) {
	if x != nil {
		w.node(x)
	}
}

func (w *inspector) exprs(list []Expr) {
	for _, x := range list {
		w.expr(x)
	}
}

func (w *inspector) query(q *Query) {
	if q != nil {
		w.node(q)
	}
}

func (w *inspector) table(t TableExpr) {
	if t != nil {
		w.node(t)
	}
}

func (w *inspector) order(items []OrderItem) {
	for i := range items {
		w.expr(items[i].X)
	}
}

func (w *inspector) fields(fields []Field) {
	for i := range fields {
		w.expr(fields[i].Value)
	}
}

func (w *inspector) star(s *Star) {
	if s == nil {
		return
	}
	w.expr(s.X)
	w.fields(s.Replace)
	w.expr(s.Pattern)
}

func (w *inspector) items(items []SelectItem) {
	for i := range items {
		w.expr(items[i].X)
		w.star(items[i].Star)
	}
}

func (w *inspector) groupBy(g *GroupBy) {
	if g != nil {
		w.items(g.Items)
	}
}

func (w *inspector) window(s *WindowSpec) {
	if s == nil {
		return
	}
	w.exprs(s.PartitionBy)
	w.order(s.OrderBy)
	w.exprs(s.Frame)
}

func (w *inspector) with(c *With) {
	if c == nil {
		return
	}
	for _, f := range c.Functions {
		w.node(f)
	}
	for _, cte := range c.CTEs {
		w.query(cte.Query)
	}
}

func (w *inspector) set(list []Assignment) {
	for i := range list {
		if list[i].Target != nil {
			w.node(list[i].Target)
		}
		w.expr(list[i].Value)
	}
}

func (w *inspector) pipes(ops []PipeOp) {
	for _, op := range ops {
		w.node(op)
	}
}

func (w *inspector) stmts(list []Stmt) {
	for _, s := range list {
		w.node(s)
	}
}

func (w *inspector) node(n Node) {
	switch n := n.(type) {
	case *Binary:
		w.binary(n)
		return
	case *Join:
		w.join(n)
		return
	}
	if !w.fn(n) {
		return
	}
	switch n := n.(type) {
	case Expr:
		w.inExpr(n)
	case QueryExpr:
		w.inQuery(n)
	case TableExpr:
		w.inTable(n)
	case PipeOp:
		w.inPipe(n)
	case Stmt:
		w.inStmt(n)
	}
}

// binary walks a chain of operators from its leftmost operand on.
func (w *inspector) binary(n *Binary) {
	var chain []*Binary
	var left Expr = n
	for {
		b, ok := left.(*Binary)
		if !ok {
			w.expr(left)
			break
		}
		if !w.fn(b) {
			break
		}
		chain = append(chain, b)
		left = b.X
	}
	for i := len(chain) - 1; i >= 0; i-- {
		w.expr(chain[i].Y)
	}
}

func (w *inspector) join(n *Join) {
	var chain []*Join
	var left TableExpr = n
	for {
		j, ok := left.(*Join)
		if !ok {
			w.table(left)
			break
		}
		if !w.fn(j) {
			break
		}
		chain = append(chain, j)
		left = j.Left
	}
	for i := len(chain) - 1; i >= 0; i-- {
		w.table(chain[i].Right)
		w.expr(chain[i].On)
		w.expr(chain[i].Match)
	}
}

func (w *inspector) inExpr(n Expr) {
	switch n := n.(type) {
	case *Unary:
		w.expr(n.X)
	case *Is:
		w.expr(n.X)
		w.expr(n.Y)
	case *Between:
		w.expr(n.X)
		w.expr(n.Low)
		w.expr(n.High)
	case *Like:
		w.expr(n.X)
		w.expr(n.Y)
		w.exprs(n.List)
		w.query(n.Query)
		w.expr(n.Unnest)
		w.expr(n.Escape)
	case *In:
		w.expr(n.X)
		w.exprs(n.List)
		w.query(n.Query)
		w.expr(n.Unnest)
	case *Quantified:
		w.expr(n.X)
		w.query(n.Query)
		w.expr(n.Array)
	case *Case:
		w.expr(n.Operand)
		for _, c := range n.Whens {
			w.expr(c.Cond)
			w.expr(c.Then)
		}
		w.expr(n.Else)
	case *Cast:
		w.expr(n.X)
		w.expr(n.Format)
	case *Extract:
		w.expr(n.X)
		w.expr(n.Zone)
	case *Interval:
		w.expr(n.X)
	case *Struct:
		w.fields(n.Fields)
	case *Array:
		w.exprs(n.Items)
	case *Map:
		w.exprs(n.Keys)
		w.exprs(n.Values)
	case *FieldAccess:
		w.expr(n.X)
	case *SemiAccess:
		w.expr(n.X)
	case *Subscript:
		w.expr(n.X)
		w.expr(n.Index)
		w.expr(n.Upper)
	case *Subquery:
		w.query(n.Query)
	case *Lambda:
		w.expr(n.Body)
	case *WithExpr:
		w.fields(n.Vars)
		w.expr(n.Body)
	case *Unpack:
		w.expr(n.X)
	case *NamedArg:
		w.expr(n.Value)
	case *Call:
		w.call(n)
	case *Bad:
		for _, p := range n.Parts {
			w.node(p)
		}
	}
}

func (w *inspector) call(n *Call) {
	w.expr(n.Receiver)
	w.exprs(n.Args)
	w.star(n.StarArg)
	w.expr(n.Where)
	if n.Having != nil {
		w.expr(n.Having.X)
	}
	w.groupBy(n.GroupBy)
	w.expr(n.GroupHaving)
	w.order(n.OrderBy)
	w.expr(n.Limit)
	w.expr(n.Separator)
	w.order(n.WithinGroup)
	w.expr(n.Filter)
	for i := range n.WithUpdates {
		w.expr(n.WithUpdates[i].Value)
	}
	w.window(n.Over)
}

func (w *inspector) inQuery(n QueryExpr) {
	switch n := n.(type) {
	case *Query:
		w.with(n.With)
		if n.Body != nil {
			w.node(n.Body)
		}
		w.order(n.OrderBy)
		w.expr(n.Limit)
		w.expr(n.Offset)
		w.pipes(n.Pipes)
	case *Select:
		w.exprs(n.DistinctOn)
		w.items(n.Items)
		w.table(n.From)
		for _, l := range n.Laterals {
			w.table(l)
		}
		w.expr(n.Where)
		w.expr(n.StartWith)
		w.expr(n.ConnectBy)
		w.groupBy(n.GroupBy)
		w.expr(n.Having)
		for i := range n.Windows {
			w.window(n.Windows[i].Spec)
		}
		w.expr(n.Qualify)
	case *SetOp:
		for _, in := range n.Inputs {
			w.node(in)
		}
	case *Values:
		for _, row := range n.Rows {
			w.exprs(row)
		}
	case *FromQuery:
		w.table(n.From)
	case *TableQuery:
		w.expr(n.Where)
	}
}

func (w *inspector) inTable(n TableExpr) {
	switch n := n.(type) {
	case *Table:
		w.expr(n.SystemTime)
	case *TableFunc:
		if n.Call != nil {
			w.node(n.Call)
		}
	case *Derived:
		w.query(n.Query)
	case *Changed:
		w.node(n.Stmt)
	case *Unnest:
		w.fields(n.Arrays)
		w.expr(n.Mode)
	case *ParenTable:
		w.table(n.X)
	case *Pivot:
		w.table(n.X)
		w.items(n.Aggregates)
		w.exprs(n.For)
		for i := range n.In {
			w.expr(n.In[i].X)
		}
		w.query(n.InQuery)
		w.exprs(n.GroupBy)
	case *Unpivot:
		w.table(n.X)
		for i := range n.In {
			for _, p := range n.In[i].Columns {
				w.node(p)
			}
			w.expr(n.In[i].Label)
		}
		w.star(n.InStar)
	case *MatchRecognize:
		w.table(n.X)
		w.items(n.PartitionBy)
		w.order(n.OrderBy)
		w.items(n.Measures)
		w.fields(n.Defines)
	}
}

func (w *inspector) inPipe(n PipeOp) {
	switch n := n.(type) {
	case *PipeSelect:
		w.items(n.Items)
		for i := range n.Windows {
			w.window(n.Windows[i].Spec)
		}
	case *PipeSet:
		w.set(n.Items)
	case *PipeWhere:
		w.expr(n.X)
	case *PipeLimit:
		w.expr(n.Limit)
		w.expr(n.Offset)
	case *PipeOrderBy:
		w.order(n.Items)
	case *PipeAggregate:
		w.items(n.Items)
		w.groupBy(n.GroupBy)
	case *PipeJoin:
		w.table(n.Join)
	case *PipeCall:
		w.table(n.Func)
	case *PipePivot:
		w.table(n.Pivot)
	case *PipeUnpivot:
		w.table(n.Unpivot)
	case *PipeMatchRecognize:
		w.table(n.Match)
	case *PipeSetOp:
		for _, q := range n.Inputs {
			w.query(q)
		}
	case *PipeRecursiveUnion:
		w.query(n.Query)
		w.pipes(n.Pipes)
	case *PipeWith:
		w.with(n.With)
	case *PipeAssert:
		w.exprs(n.Args)
	case *PipeIf:
		w.exprs(n.Conds)
		for _, ops := range n.Branches {
			w.pipes(ops)
		}
	case *PipeFork:
		for _, ops := range n.Branches {
			w.pipes(ops)
		}
	case *PipeBad:
		for _, p := range n.Parts {
			w.node(p)
		}
	}
}
