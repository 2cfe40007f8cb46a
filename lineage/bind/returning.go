package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// changed are the rows that a statement changes, as its RETURNING sees them: the
// target's columns with their new values, and those of the other tables that an
// UPDATE, DELETE or MERGE reads. What decides which rows these are decides about
// the rows of the query around it.
func (b *binder) changed(x *syntax.Changed, outer *scope) *names {
	s := b.inside(x.Stmt, outer.env)
	outer.uses.child(s.last.uses)
	switch st := x.Stmt.(type) {
	case *syntax.Insert:
		n := b.table(&syntax.Table{Span: st.Span, Name: st.Target, Alias: st.Alias}, &scope{uses: &uses{}}, nil)
		n = b.withValues(n, func(c *column) value { return value{typ: c.val.typ} }) // a default
		n = b.written(n, s.last.cols, false)
		if len(n.cols) == 0 { // a table of which nothing is known
			v := *n.vars[0]
			v.cols = s.last.cols
			n = &names{cols: v.cols, opens: n.opens, vars: []*rangeVar{&v}}
		}
		return n
	case *syntax.Update:
		return b.written(s.rows, s.last.cols, false)
	case *syntax.Merge:
		return b.written(s.rows, s.last.cols, true)
	case *syntax.Delete:
		return s.rows
	}
	return &names{}
}

// inside binds a statement inside of a query. What it writes is written by the
// script, in the branch or loop that is being bound, once the statement around it
// is over: all of that reads the tables as they were before. What it tells is
// returned.
func (b *binder) inside(st syntax.Stmt, env *cteEnv) *scriptState {
	s := b.state
	if s == nil {
		s = &scriptState{b: b}
	}
	last, target, told, outer, rows := s.last, s.target, s.told, s.env, s.rows
	s.last, s.env, s.rows = &table{}, env, nil
	s.nested++
	s.stmt(st)
	s.nested--
	out := &scriptState{b: b, last: s.last, rows: s.rows}
	s.inner = result{s.last, s.target}
	s.last, s.target, s.told, s.env, s.rows = last, target, told, outer, rows
	return out
}

// release makes the changes of the statements inside of the one that is over.
func (s *scriptState) release() {
	if s.nested > 0 {
		return
	}
	held := s.held
	s.held = nil
	for _, change := range held {
		change()
	}
}

// written gives the columns of the first table of n the values of cols that have
// the same name. With kept set the old value may have stayed.
func (b *binder) written(n *names, cols []column, kept bool) *names {
	if n == nil || len(n.vars) == 0 {
		return &names{}
	}
	return b.withValues(n, func(old *column) value {
		c := b.findColumn(cols, &syntax.Ident{Name: old.name, Hash: old.hash})
		switch {
		case c == nil:
			return old.val
		case kept:
			return b.merge(old.val, c.val)
		}
		return c.val
	})
}

// withValues is n with other values of the columns of its first table.
func (b *binder) withValues(n *names, of func(*column) value) *names {
	if len(n.vars) == 0 {
		return n
	}
	b.spend(2 * columnWork * len(n.cols))
	first := *n.vars[0]
	first.cols = slices.Clone(first.cols)
	out := &names{cols: slices.Clone(n.cols), opens: n.opens, vars: slices.Clone(n.vars)}
	for i := range min(len(first.cols), len(out.cols)) {
		v := of(&n.vars[0].cols[i])
		first.cols[i].val, out.cols[i].val = v, v
	}
	out.vars[0] = &first
	return out
}
