package bind

import (
	"slices"
	"strings"

	"impact/lineage/syntax"
)

// script binds the statements of a file in order and returns the last one that
// has columns.
func (b *binder) script(stmts []syntax.Stmt) *Result {
	s := &scriptState{b: b, last: &table{}}
	b.state = s
	s.hoist(stmts)
	s.run(stmts)
	s.uncalled()
	return b.result(s.last, s.target)
}

// scriptState is what a script has made so far.
type scriptState struct {
	b      *binder
	last   *table
	target string
	depth  int
	// executes counts the texts inside of each other that are being run.
	executes int
	env      *cteEnv // the WITH clause around a statement that returns rows
	rows     *names  // what the last UPDATE, DELETE or MERGE sees: its target first
	told     bool    // last is of a statement of the branch that is being bound
	returns  *table  // the rows of the statement at hand, if it is a query or a call
	scanned  *table  // the rows of the statement before, if it is a query

	control  *uses // what decides whether, or how often, the statement runs
	deciding []src // the same, as a part of what a variable is set to
	jumped   jump
	journal  []change // what branches changed, while any is open
	branches int
	frames   []*frame
	watches  []*watch
	memos    map[*syntax.Block]*loopMemo
	spent    int               // how much text was bound
	inner    result            // what the last statement inside of a query tells
	resumes  []*syntax.Handler // those behind which a block goes on
	batch    int               // the first variable of SQL Server's batch or procedure
	hoists   bool              // whose variables last until its end
	procs    []*procedure
	// nested counts the statements inside of queries that are being bound, and held
	// are the changes that these make: no other part of the statement sees them.
	nested int
	held   []func()
	// written are the columns of the tables that the statement at hand writes to.
	written map[string]nameSet
}

// set makes a statement the one that the result tells of. What decides whether it
// runs decides about its rows.
func (s *scriptState) set(t *table, target []syntax.Ident) {
	s.last, s.target, s.told = s.controlled(t), dotted(target), true
}

// controlled adds what decides whether the statement runs to the uses of a table.
func (s *scriptState) controlled(t *table) *table {
	if s.control == nil {
		return t
	}
	out := *t
	out.uses = &uses{}
	out.uses.child(t.uses)
	out.uses.child(s.control)
	return &out
}

func (s *scriptState) run(stmts []syntax.Stmt) {
	if s.depth > 200 {
		if len(stmts) > 0 {
			s.b.note(CodeWidened, stmts[0].Extent(), "the statements are inside of too many others: they are not followed")
		}
		return
	}
	s.depth++
	defer func() { s.depth-- }()
	for i := 0; i < len(stmts); i++ {
		st := stmts[i]
		if h, ok := st.(*syntax.Handler); ok {
			s.handle(h, stmts[i+1:])
			return
		}
		if a, ok := st.(*syntax.AlterTable); ok {
			one, n := alters(a, stmts[i+1:])
			st, i = one, i+n
		}
		s.stmt(st)
		s.scanned = nil
		switch st.(type) {
		case *syntax.QueryStmt, *syntax.CallStmt:
			s.scanned = s.returns
		}
		s.returns = nil
		s.resume()
	}
}

func (s *scriptState) stmt(st syntax.Stmt) {
	b := s.b
	if !b.spend(exprWork) {
		return
	}
	top := &scope{uses: &uses{}}
	clear(s.written)
	defer s.release()
	s.spent += 16
	if _, ok := st.(*syntax.Block); !ok {
		e := st.Extent()
		s.spent += int(e.End - e.Pos)
	}
	switch st := st.(type) {
	case *syntax.QueryStmt:
		t := b.query(st.Query, nil, nil)
		s.set(t, nil)
		s.returns = t
		for i := range st.Into { // MySQL's @v needs no declaration
			if id := &st.Into[i]; strings.HasPrefix(id.Name, "@") && variableIndex(b.variables, id) < 0 {
				b.variables = append(b.variables, identColumn(id, value{}))
			}
		}
		s.into(st.Into, t, len(b.variables))
		if sel, ok := st.Query.Body.(*syntax.Select); ok && len(st.Into) > 0 {
			if _, ok := sel.From.(*syntax.Changed); ok && s.inner.table != nil { // told is what is written
				s.last, s.target = s.inner.table, s.inner.target
			}
		}
	case *syntax.Export:
		s.set(b.query(st.Query, nil, nil), nil)
	case *syntax.CreateTable:
		s.createTable(st)
	case *syntax.CreateView:
		t := b.renamed(b.query(st.Query, nil, nil), st.Columns)
		s.define(st.Name, t, st.Temp)
		s.set(t, st.Name)
	case *syntax.AlterTable:
		s.alterTable(st)
	case *syntax.Truncate:
		s.truncate(st)
	case *syntax.Drop:
		s.drop(st)
	case *syntax.CreateFunction:
		b.defineFunction(st)
	case *syntax.CreateProcedure:
		if len(st.Body) == 0 {
			b.note(CodeWidened, st.Span, "what procedure %s reads and writes is not known: its body is not read", dotted(st.Name))
			return
		}
		s.procs = append(s.procs, &procedure{def: st, key: b.routineKey(st.Name)})
	case *syntax.CallStmt:
		s.call(st, top)
	case *syntax.Insert:
		s.insert(st)
	case *syntax.Inserts:
		s.inserts(st)
	case *syntax.InsertAll:
		s.insertAll(st)
	case *syntax.Update:
		s.update(st)
	case *syntax.Delete:
		s.delete(st)
	case *syntax.Merge:
		s.merge(st)
	case *syntax.Declare:
		s.declare(st, top)
	case *syntax.Fetch:
		s.fetch(st)
	case *syntax.Return:
		s.returned(st, top)
	case *syntax.Undrop:
		s.undrop(st)
	case *syntax.SetVar:
		s.setVar(st, top)
	case *syntax.Block:
		s.block(st, top)
	case *syntax.Execute:
		s.execute(st, top)
	case *syntax.Assert:
		b.expr(st.X, top)
	case *syntax.OtherStmt:
		s.jump(st, top)
		if st.Hides {
			s.hidden(st)
		}
	case *syntax.BadStmt:
		s.bad(st)
	}
}

func (s *scriptState) setVar(st *syntax.SetVar, top *scope) {
	if st.System {
		s.b.expr(st.Value, top)
		return
	}
	rows := st.Rows
	if len(st.Names) == 1 {
		if c := findVariable(s.b.variables, &st.Names[0]); c != nil {
			rows = rows || holdsRows(c)
		}
	}
	v := s.assigned(st.Value, rows, top)
	for i := range st.Names {
		id := &st.Names[i]
		nv := v
		if len(st.Names) > 1 && v.shape != nil && i < len(v.shape.fields) {
			nv = s.b.plus(v.shape.fields[i].val, v.srcs)
		}
		if at := variableIndex(s.b.variables, id); at >= 0 {
			switch old := s.b.variables[at].val; {
			case st.Adds:
				nv = s.b.derive(Transform, old.typ, old, nv)
			case st.Part:
				nv = s.b.merge(old, s.b.derive(Transform, old.typ, nv))
			}
			s.assign(at, nv)
			continue
		}
		s.b.variables = append(s.b.variables, identColumn(id, s.b.plus(nv, s.deciding)))
	}
}

// execute binds EXECUTE IMMEDIATE of a literal; what is built at run time cannot
// be known.
func (s *scriptState) execute(st *syntax.Execute, top *scope) {
	b := s.b
	depth, using := len(b.variables), b.using
	defer func() { b.variables, b.using = b.variables[:min(depth, len(b.variables))], using }()
	b.using = nil
	for _, x := range st.Using {
		v := b.expr(x, top)
		if n, ok := x.(*syntax.NamedArg); ok && len(n.Name) == 1 {
			b.variables = append(b.variables, identColumn(&n.Name[0], v))
			continue
		}
		b.using = append(b.using, v)
	}
	lit, ok := st.SQL.(*syntax.Literal)
	if !ok || lit.Kind != syntax.StringLiteral {
		b.expr(st.SQL, top)
		b.note(CodeWidened, st.Span, "EXECUTE IMMEDIATE of a text that is built when it runs")
		return
	}
	if s.executes >= maxExecutes {
		b.note(CodeWidened, st.Span, "EXECUTE IMMEDIATE inside of %d others", maxExecutes)
		return
	}
	s.executes++
	defer func() { s.executes-- }()
	last, target, told := s.last, s.target, s.told
	s.last = &table{}
	inner := syntax.Parse(lit.Text, b.dialect)
	// Places inside the literal are given as the place of the literal.
	file, diags := b.file, len(b.diags)
	b.file = inner
	b.twins = b.twins || b.traits.strictNames && inner.Unpivots
	for _, e := range inner.Errors {
		b.fail(CodeSyntax, st.Span, "in EXECUTE IMMEDIATE: %s", e.Message)
	}
	s.run(inner.Stmts)
	b.file = file
	switch {
	case len(st.Into) > 0:
		s.into(st.Into, s.last, depth)
		s.last, s.target, s.told = last, target, told
	case len(s.last.cols)+len(s.last.opens) == 0 && s.last.uses == nil:
		s.last, s.target, s.told = last, target, told
	}
	for i := diags; i < len(b.diags); i++ {
		b.diags[i].Span = st.Span
	}
}

// maxExecutes bounds how many texts that are run inside of each other are read.
const maxExecutes = 8

// hidden tells of a statement that is not read and may move data.
func (s *scriptState) hidden(st *syntax.OtherStmt) {
	var names []string
	for _, name := range st.Tables {
		if text := dotted(name); !slices.Contains(names, text) {
			names = append(names, text)
		}
	}
	of := ""
	if len(names) > 0 {
		of = ": it names " + strings.Join(names, ", ")
	}
	s.b.note(CodeWidened, st.Span, "what %s reads and writes is not known%s", st.Keyword, of)
}

// into sets variables, which stand before b.variables[end], to the columns of a
// row.
func (s *scriptState) into(names []syntax.Ident, t *table, end int) {
	b := s.b
	cols := visible(t.cols)
	group := b.group(t.rowsDepend())
	for i := range names {
		var v value
		switch {
		case i < len(cols):
			v = cols[i].val
		case len(t.opens) > 0:
			v.srcs = b.confide(Widened, b.flat(b.tableValue(t)))
		}
		vars := b.variables[:min(end, len(b.variables))]
		at := variableIndex(vars, &names[i])
		if base, _, ok := strings.Cut(names[i].Name, "."); ok && at < 0 { // a field of a record: the rest stays
			id := syntax.Ident{Name: base, Hash: syntax.Fold(base)}
			if at = variableIndex(vars, &id); at >= 0 {
				s.assign(at, b.merge(vars[at].val, b.derive(Transform, nil, v, value{srcs: group})))
				continue
			}
		}
		if at < 0 {
			b.note(CodeWidened, names[i].Span, "variable %s is not known here: what it is given is not followed", names[i].Name)
			continue
		}
		if len(names) == 1 && (holdsRows(&b.variables[at]) || len(cols) > 1) { // a record
			v = structOf(cols, t.opens)
			v.typ = nil
		}
		s.assign(at, b.plus(v, group))
	}
}

// bad widens a statement that could not be parsed: its tables are inputs, and
// nothing is known of its columns.
func (s *scriptState) bad(st *syntax.BadStmt) {
	b := s.b
	t := &table{uses: &uses{}}
	seen := make(nameSet)
	for _, name := range st.Tables {
		if !seen.add(dotted(name)) {
			continue
		}
		n := b.table(&syntax.Table{Span: st.Span, Name: name}, &scope{uses: t.uses}, nil)
		for i := range n.cols {
			t.uses.add(Filter, b.confide(Widened, b.flat(n.cols[i].val)))
		}
		t.opens = append(t.opens, n.opens...)
	}
	if len(st.Tables) > 0 {
		s.set(t, nil)
	}
}

// mentions reports whether a part of a query names a table of the given name.
func (b *binder) mentions(n syntax.Node, id *syntax.Ident) bool {
	found := false
	syntax.Inspect(n, func(n syntax.Node) bool {
		b.spent++
		if t, ok := n.(*syntax.Table); ok && len(t.Name) == 1 && t.Name[0].Hash == id.Hash && syntax.EqualFold(t.Name[0].Name, id.Name) {
			found = true
		}
		return !found && !b.exhausted()
	})
	return found
}
