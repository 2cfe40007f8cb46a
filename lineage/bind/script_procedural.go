package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// holdsRows reports whether a variable holds a row, or is a cursor or a result set:
// its fields are those of what it was set to last, so that it has no type.
func holdsRows(c *column) bool { return c.hidden }

// rowOf is a row of a table, with what decides which rows there are.
func (b *binder) rowOf(t *table) value {
	v := b.plus(structOf(visible(t.cols), t.opens), b.group(t.rowsDepend()))
	v.typ = nil
	return v
}

// declare binds DECLARE, and the declarations before BEGIN.
func (s *scriptState) declare(st *syntax.Declare, top *scope) {
	b := s.b
	var v value
	if st.Query != nil {
		v = b.rowOf(b.query(st.Query, nil, nil))
	} else {
		v = s.assigned(st.Default, st.Rows, top)
	}
	if !st.Rows {
		v = b.held(v, fromName(st.Type))
	}
	for i := range st.Names {
		if at := variableIndex(b.variables, &st.Names[i]); at >= s.batch && s.hoists {
			if st.Default != nil || st.Query != nil {
				s.assign(at, v)
			}
			continue
		}
		c := identColumn(&st.Names[i], v)
		c.hidden = st.Rows
		b.variables = append(b.variables, c)
	}
}

// assigned is the value that a variable is given; with rows, that of a query is
// its rows and not its one value.
func (s *scriptState) assigned(x syntax.Expr, rows bool, top *scope) value {
	if q, ok := x.(*syntax.Subquery); ok && rows {
		return s.b.rowOf(s.b.query(q.Query, nil, nil))
	}
	return s.b.expr(x, top)
}

// hoist declares the variables that SQL Server's blocks declare: they last as long
// as the batch or the procedure.
func (s *scriptState) hoist(stmts []syntax.Stmt) {
	b := s.b
	if b.dialect.DeclareSection && slices.ContainsFunc(stmts, procedural) {
		for _, name := range []string{"sqlrowcount", "sqlcode", "sqlerrm", "sqlstate", "sqlfound", "sqlnotfound", "sqlid", "found"} {
			b.variables = append(b.variables, newColumn(name, value{}))
		}
	}
	s.batch = len(b.variables)
	if s.hoists = b.dialect.BracketIdent && b.dialect.SelectInto; !s.hoists {
		return
	}
	var walk func(stmts []syntax.Stmt, inner bool)
	walk = func(stmts []syntax.Stmt, inner bool) {
		for _, st := range stmts {
			switch st := st.(type) {
			case *syntax.Block:
				walk(st.Body, true)
			case *syntax.Declare:
				for i := range st.Names {
					if id := &st.Names[i]; inner && variableIndex(b.variables, id) < s.batch {
						b.variables = append(b.variables, identColumn(id, value{typ: fromName(st.Type)}))
					}
				}
			}
		}
	}
	walk(stmts, false)
}

// procedural reports whether a statement is a block, in which there are variables
// that nobody declares.
func procedural(st syntax.Stmt) bool {
	switch st := st.(type) {
	case *syntax.Block:
		return true
	case *syntax.Declare:
		return len(st.Names) > 0
	}
	return false
}

// over books what FOR runs over, where that is no query: a cursor, an array or the
// bounds of a range.
func (s *scriptState) over(st *syntax.Block, top *scope) {
	b := s.b
	var v value
	if st.ForText {
		b.note(CodeWidened, st.ForOver[0].Extent(), "FOR runs over a text that is built when it runs")
	}
	var all []src
	for i, x := range st.ForOver {
		of := b.expr(x, top)
		if i == 0 {
			v = of
		}
		all = b.union(all, b.flat(of))
	}
	switch {
	case st.ForItem:
		v = b.element(v)
	case len(st.ForOver) > 1 || st.ForText:
		v = value{srcs: b.through(Transform, all)}
	case isStruct(v): // what decides about the rows of a cursor
		all = v.srcs
	}
	b.variables = append(b.variables, identColumn(&st.ForVar, v))
	u := &uses{}
	u.add(Filter, all)
	if len(u.list) > 0 {
		u.child(s.control)
		s.control = u
		s.deciding = b.union(s.deciding, b.through(Conditional, all))
	}
}

// fetch gives variables the fields of a cursor's row.
func (s *scriptState) fetch(st *syntax.Fetch) {
	b := s.b
	c := findVariable(b.variables, &st.Cursor)
	if c == nil {
		b.note(CodeWidened, st.Span, "what FETCH gives is not known: cursor %s is not known here", st.Cursor.Name)
		return
	}
	row := c.val
	cols, opens := b.valueColumns(row, "")
	if !isStruct(row) {
		cols, opens = nil, []open{{input: -1, val: row}}
	}
	s.into(st.Into, &table{cols: cols, opens: opens}, len(b.variables))
}

// returned binds RETURN.
func (s *scriptState) returned(st *syntax.Return, top *scope) {
	b := s.b
	var f *frame
	for i := len(s.frames) - 1; i >= 0 && f == nil; i-- {
		if s.frames[i].body {
			f = s.frames[i]
		}
	}
	var rows *table
	if st.Table {
		rows = b.resultSet(st.X)
	}
	switch {
	case st.Query != nil, rows != nil:
		t := rows
		if t == nil {
			t = b.query(st.Query, nil, nil)
		}
		if f == nil {
			s.set(t, nil)
			break
		}
		t = s.controlled(t)
		if f.rows != nil {
			t = b.either(f.rows, t)
		}
		f.rows = t
	case st.Text != nil:
		b.expr(st.Text, top)
		b.note(CodeWidened, st.Span, "RETURN QUERY of a text that is built when it runs")
	case st.More && st.X == nil && f != nil: // the variables that are the columns
		t := &table{uses: &uses{}}
		for i := range f.columns {
			if c := findVariable(b.variables, &f.columns[i]); c != nil {
				t.cols = append(t.cols, identColumn(&f.columns[i], c.val))
			}
		}
		t = s.controlled(t)
		if f.rows != nil {
			t = b.either(f.rows, t)
		}
		f.rows = t
	case st.X != nil:
		v := b.plus(b.expr(st.X, top), s.deciding)
		if f != nil && f.gives {
			v = b.merge(f.value, v)
		}
		if f != nil {
			f.value, f.gives = v, true
		}
	}
	if !st.More {
		s.leave(syntax.Ident{}, "RETURN", st.Span)
	}
}

// handle binds what stands behind DECLARE … HANDLER in a block.
func (s *scriptState) handle(st *syntax.Handler, rest []syntax.Stmt) {
	last, target, told := s.last, s.target, s.told
	var results []result
	switch {
	case st.Exit:
		results = s.handled(rest, [][]syntax.Stmt{st.Body})
	case constant(st.Body):
		s.branch([][]syntax.Stmt{st.Body}, true)
		results = s.handled(rest, [][]syntax.Stmt{st.Body})
	default: // it may run behind any statement, and change what the next one finds
		s.resumes = append(s.resumes, st)
		s.resume()
		s.run(rest)
		s.resumes = s.resumes[:len(s.resumes)-1]
	}
	if len(results) > 0 {
		s.last, s.target, s.told = last, target, told
		s.tell(results, st.Span)
	}
}

// resume binds the handlers behind which a block goes on, as if the statement before
// had failed.
func (s *scriptState) resume() {
	all := s.resumes
	if len(all) == 0 {
		return
	}
	last, target, told := s.last, s.target, s.told
	s.resumes = nil // what they do is not handled by them
	for _, h := range all {
		if !s.affords() {
			s.b.note(CodeWidened, h.Span, "the handler is not followed behind every statement: there are too many")
			break
		}
		s.branch([][]syntax.Stmt{h.Body}, true)
	}
	s.resumes = all
	s.last, s.target, s.told = last, target, told
}

// constant reports whether statements only set variables to what comes from no
// column and no variable.
func constant(stmts []syntax.Stmt) bool {
	for _, st := range stmts {
		switch st := st.(type) {
		case *syntax.SetVar:
			if _, ok := st.Value.(*syntax.Literal); !ok {
				return false
			}
		case *syntax.OtherStmt:
			if st.Hides {
				return false
			}
		case *syntax.Block:
			if len(st.Conds)+len(st.ForOver) > 0 || st.ForRows != nil || !constant(st.Body) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// undrop brings a table back that the script dropped.
func (s *scriptState) undrop(st *syntax.Undrop) {
	b := s.b
	m := b.scriptTable(st.Name)
	switch {
	case m != nil && m.gone != "" && m.was != nil:
		s.put(b.tableKey(st.Name), m.was)
	case m == nil || m.gone != "":
		b.note(CodeWidened, st.Span, "what UNDROP brings back is not known: the script does not drop %s", dotted(st.Name))
		if m != nil {
			s.put(b.tableKey(st.Name), s.outside(st.Name))
		}
	}
}

// swapTables gives two tables the name of each other.
func (s *scriptState) swapTables(x, y []syntax.Ident) {
	if len(y) == 1 && len(x) > 1 {
		y = append(slices.Clone(x[:len(x)-1]), y[0])
	}
	b := s.b
	xt, yt := s.existing(x), s.existing(y)
	xk, yk := b.tableKey(x), b.tableKey(y)
	b.tails = addTail(addTail(b.tails, x, xk), y, yk)
	s.put(xk, yt.called(x))
	s.put(yk, xt.called(y))
}

// called is a table under another name.
func (m *madeTable) called(name []syntax.Ident) *madeTable {
	if m.gone != "" {
		return &madeTable{name: name, gone: m.gone, was: m.was}
	}
	return &madeTable{name: name, table: m.table, from: m.read, altered: true, outside: m.outside, defined: true}
}
