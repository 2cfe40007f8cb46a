package syntax

func (w *inspector) inStmt(n Stmt) {
	switch n := n.(type) {
	case *QueryStmt:
		w.query(n.Query)
	case *CreateTable:
		w.query(n.Query)
		w.exprs(n.PartitionBy)
		w.exprs(n.ClusterBy)
		for i := range n.Columns {
			w.expr(n.Columns[i].Default)
			w.expr(n.Columns[i].Generated)
		}
		for i := range n.Constraints {
			w.expr(n.Constraints[i].Check)
		}
	case *AlterTable:
		for i := range n.Changes {
			w.expr(n.Changes[i].Column.Default)
			w.expr(n.Changes[i].Column.Generated)
		}
	case *CreateView:
		w.query(n.Query)
	case *CreateFunction:
		w.expr(n.Body)
		w.query(n.Query)
		w.stmts(n.Stmts)
		for _, f := range n.Overloads {
			w.node(f)
		}
	case *CreateProcedure:
		w.stmts(n.Body)
	case *InsertAll:
		w.exprs(n.Conds)
		for i := range n.Intos {
			w.exprs(n.Intos[i].Values)
		}
		w.query(n.Query)
	case *Insert:
		w.with(n.With)
		w.fields(n.Partition)
		w.expr(n.ReplaceWhere)
		w.query(n.Query)
		w.set(n.OnUpdate)
		w.expr(n.UpdateWhere)
	case *Inserts:
		for _, in := range n.List {
			w.node(in)
		}
	case *Update:
		w.with(n.With)
		if n.Target != nil && !n.InFrom {
			w.node(n.Target)
		}
		w.set(n.Set)
		w.table(n.From)
		w.expr(n.Where)
	case *Delete:
		w.with(n.With)
		if n.Target != nil && !n.InUsing {
			w.node(n.Target)
		}
		w.table(n.Using)
		w.expr(n.Where)
	case *Merge:
		w.with(n.With)
		if n.Target != nil {
			w.node(n.Target)
		}
		w.table(n.Source)
		w.expr(n.On)
		for i := range n.Whens {
			c := &n.Whens[i]
			w.expr(c.And)
			w.set(c.Set)
			w.exprs(c.Values)
			w.expr(c.Message)
		}
	case *Declare:
		w.expr(n.Default)
		w.query(n.Query)
	case *Handler:
		w.stmts(n.Body)
	case *Return:
		w.expr(n.X)
		w.query(n.Query)
		w.expr(n.Text)
	case *SetVar:
		w.expr(n.Value)
	case *Block:
		w.exprs(n.Conds)
		w.query(n.ForRows)
		w.exprs(n.ForOver)
		w.stmts(n.Body)
	case *Execute:
		w.expr(n.SQL)
		w.exprs(n.Using)
	case *CallStmt:
		w.exprs(n.Args)
	case *OtherStmt:
		w.expr(n.Cond)
	case *Assert:
		w.expr(n.X)
	case *Export:
		w.query(n.Query)
	}
}
