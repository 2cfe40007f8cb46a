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
	s.run(stmts)
	return b.result(s.last, s.target)
}

// scriptState is what a script has made so far.
type scriptState struct {
	b      *binder
	last   *table
	target string
	depth  int
}

func (s *scriptState) set(t *table, target []syntax.Ident) {
	s.last, s.target = t, dotted(target)
}

func (s *scriptState) run(stmts []syntax.Stmt) {
	if s.depth > 200 {
		return
	}
	s.depth++
	defer func() { s.depth-- }()
	for _, st := range stmts {
		s.stmt(st)
	}
}

func (s *scriptState) stmt(st syntax.Stmt) {
	b := s.b
	top := &scope{uses: &uses{}}
	switch st := st.(type) {
	case *syntax.QueryStmt:
		s.set(b.query(st.Query, nil, nil), nil)
	case *syntax.Export:
		s.set(b.query(st.Query, nil, nil), nil)
	case *syntax.CreateTable:
		s.createTable(st)
	case *syntax.CreateView:
		t := b.renamed(b.query(st.Query, nil, nil), st.Columns)
		b.define(st.Name, t)
		s.set(t, st.Name)
	case *syntax.CreateFunction:
		if b.functions == nil {
			b.functions = make(map[string]*userFunc)
		}
		b.functions[strings.ToLower(dotted(st.Name))] = &userFunc{def: st}
	case *syntax.Insert:
		s.insert(st)
	case *syntax.InsertAll:
		s.insertAll(st)
	case *syntax.Update:
		s.update(st)
	case *syntax.Delete:
		s.delete(st)
	case *syntax.Merge:
		s.merge(st)
	case *syntax.Declare:
		v := b.expr(st.Default, top)
		if t := fromName(st.Type); t != nil {
			v.typ = t
		}
		for i := range st.Names {
			b.variables = append(b.variables, identColumn(&st.Names[i], v))
		}
	case *syntax.SetVar:
		s.setVar(st, top)
	case *syntax.Block:
		s.block(st, top)
	case *syntax.Execute:
		s.execute(st, top)
	case *syntax.Assert:
		b.expr(st.X, top)
	case *syntax.BadStmt:
		s.bad(st)
	}
}

func (s *scriptState) createTable(st *syntax.CreateTable) {
	b := s.b
	var t *table
	switch {
	case st.Query != nil:
		t = b.query(st.Query, nil, nil)
		if len(st.Columns) > 0 {
			ids := make([]syntax.Ident, len(st.Columns))
			for i := range st.Columns {
				ids[i] = st.Columns[i].Name
			}
			t = b.renamed(t, ids)
		}
		s.set(t, st.Name)
	case len(st.Like) > 0:
		u := &uses{}
		n := b.table(&syntax.Table{Span: st.Span, Name: st.Like}, &scope{uses: u}, nil)
		t = tableOf(n, u)
		s.set(t, st.Name)
	default:
		t = &table{uses: &uses{}}
		for i := range st.Columns {
			t.cols = append(t.cols, identColumn(&st.Columns[i].Name, value{typ: fromName(st.Columns[i].Type)}))
		}
	}
	b.define(st.Name, t)
}

// define enters a table that the script makes.
func (b *binder) define(name []syntax.Ident, t *table) {
	if b.tables == nil {
		b.tables = make(map[string]*table)
	}
	key := strings.ToLower(dotted(name))
	if old := b.tables[key]; old != nil && b.branches > 0 {
		// Which branch made the table is known only when the script runs.
		t = b.combine(old, t, syntax.SetOpSpec{Kind: syntax.Union, All: true})
	}
	b.tables[key] = t
}

// insert gives the target's columns their new values.
func (s *scriptState) insert(st *syntax.Insert) {
	b := s.b
	var env *cteEnv
	if st.With != nil {
		env = b.with(st.With, nil, nil)
	}
	t, ids := b.query(st.Query, nil, env), st.Columns
	if st.ByName {
		for _, c := range visible(t.cols) {
			ids = append(ids, syntax.Ident{Span: c.span, Name: c.name, Hash: c.hash})
		}
	}
	if len(st.OnUpdate) > 0 {
		t = s.onConflict(st, t, ids, env)
	}
	s.insertRows(st.Target, ids, t, st.Span)
}

// onConflict adds to the new values what ON CONFLICT DO UPDATE or ON DUPLICATE KEY
// UPDATE makes of them and of the row that is there. A column that is only updated
// comes behind those that are inserted.
func (s *scriptState) onConflict(st *syntax.Insert, t *table, ids []syntax.Ident, env *cteEnv) *table {
	b := s.b
	names := ids
	if len(names) == 0 {
		names = s.columnsOf(st.Target)
	}
	out := &table{cols: slices.Clone(visible(t.cols)), opens: t.opens, uses: &uses{}}
	out.uses.child(t.uses)
	given := &table{cols: slices.Clone(out.cols), opens: t.opens}
	for i := range min(len(names), len(given.cols)) {
		given.cols[i].name, given.cols[i].hash = names[i].Name, names[i].Hash
	}
	sc := &scope{uses: out.uses, env: env}
	sc.names = b.table(&syntax.Table{Span: st.Span, Name: st.Target, Alias: st.Alias}, sc, nil)
	alias := syntax.Ident{Name: "excluded", Hash: syntax.Fold("excluded")}
	if st.RowAlias.Name != "" {
		alias = st.RowAlias
	}
	sc.names.vars = append(slices.Clip(sc.names.vars), &rangeVar{name: alias.Name, hash: alias.Hash, cols: given.cols, opens: given.opens})
	b.given = given.cols
	defer func() { b.given = nil }()
	for i := range st.OnUpdate {
		a := &st.OnUpdate[i]
		id := &a.Target.Parts[len(a.Target.Parts)-1]
		v := b.expr(a.Value, sc)
		if at := columnIndex(given.cols, id); at >= 0 {
			out.cols[at].val = b.merge(out.cols[at].val, v)
		}
	}
	b.filter(st.UpdateWhere, sc)
	return out
}

// insertRows gives columns of a table, or all of them, the values of t by
// position.
func (s *scriptState) insertRows(target, ids []syntax.Ident, t *table, span syntax.Span) {
	b := s.b
	for i := range ids {
		s.checkTarget(target, &ids[i])
	}
	if len(ids) == 0 {
		ids = s.columnsOf(target)
	}
	if len(ids) > 0 && len(t.opens) == 0 {
		if n := len(visible(t.cols)); n != len(ids) && n > 0 {
			b.fail(CodeColumnCount, span, "INSERT names %d columns and gives %d", len(ids), n)
		}
		t = b.renamed(t, ids[:min(len(ids), len(visible(t.cols)))])
	}
	s.extendTable(target, t)
	s.set(t, target)
}

// insertAll gives the columns of several tables their new values. What is told is
// of the last of them.
func (s *scriptState) insertAll(st *syntax.InsertAll) {
	b := s.b
	rows := b.query(st.Query, nil, nil)
	u := &uses{}
	u.child(rows.uses)
	sc := &scope{names: &names{cols: rows.cols, opens: rows.opens}, uses: u}
	for _, c := range st.Conds {
		b.filter(c, sc)
	}
	for i := range st.Intos {
		in := &st.Intos[i]
		t := &table{cols: rows.cols, opens: rows.opens, uses: u}
		if in.Values != nil {
			t = &table{uses: u}
			for _, x := range in.Values {
				c := newColumn("", b.expr(x, sc))
				c.span = x.Extent()
				t.cols = append(t.cols, c)
			}
		}
		s.insertRows(in.Target, in.Columns, t, in.Span)
	}
	if len(st.Intos) > 1 {
		last := &st.Intos[len(st.Intos)-1]
		b.note(CodeWidened, st.Span, "INSERT ALL fills several tables: what is told is of the last, %s", dotted(last.Target))
	}
}

// checkTarget reports a column that is written but that its table does not have,
// where all the table's columns are known.
func (s *scriptState) checkTarget(table []syntax.Ident, id *syntax.Ident) {
	cols := s.columnsOf(table)
	if len(cols) == 0 {
		return
	}
	for i := range cols {
		if cols[i].Hash == id.Hash && syntax.EqualFold(cols[i].Name, id.Name) {
			return
		}
	}
	s.b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name, Relation: dotted(table),
		Message: "column " + id.Name + " does not exist in " + dotted(table)})
}

// columnsOf lists the columns of a table, if all are known.
func (s *scriptState) columnsOf(name []syntax.Ident) []syntax.Ident {
	var cols []column
	if t := s.b.scriptTable(name); t != nil && len(t.opens) == 0 {
		cols = t.cols
	} else if s.b.catalog != nil {
		if rel := s.b.catalog.Relation(name); rel != nil && !rel.Open {
			for i := range rel.Columns {
				cols = append(cols, newColumn(rel.Columns[i].Name, value{}))
			}
		}
	}
	out := make([]syntax.Ident, len(cols))
	for i := range cols {
		out[i] = syntax.Ident{Name: cols[i].name, Hash: cols[i].hash}
	}
	return out
}

// extendTable merges new rows into a table that the script made itself.
func (s *scriptState) extendTable(name []syntax.Ident, t *table) {
	b := s.b
	old := b.tables[strings.ToLower(dotted(name))]
	if old == nil {
		return
	}
	merged := &table{cols: slices.Clone(old.cols), opens: old.opens, uses: &uses{}}
	merged.uses.child(old.uses)
	merged.uses.child(t.uses)
	for i := range merged.cols {
		id := syntax.Ident{Name: merged.cols[i].name, Hash: merged.cols[i].hash}
		if c := findColumn(t.cols, &id); c != nil {
			merged.cols[i].val = b.merge(merged.cols[i].val, c.val)
		}
	}
	b.define(name, merged)
}

func (s *scriptState) update(st *syntax.Update) {
	b := s.b
	u := &uses{}
	var env *cteEnv
	if st.With != nil {
		env = b.with(st.With, nil, nil)
	}
	n := b.table(st.Target, &scope{uses: u, env: env}, nil)
	if st.From != nil {
		n = joinNames(n, b.fromItem(st.From, &scope{uses: u, env: env}, n))
	}
	sc := &scope{names: n, uses: u, env: env}
	b.filter(st.Where, sc)
	t, written := &table{uses: u}, &table{uses: u}
	for i := range st.Set {
		a := &st.Set[i]
		parts := a.Target.Parts
		if len(parts) > 1 && findVar(n.vars, &parts[0]) != nil && findColumn(n.vars[0].cols, &parts[0]) == nil {
			parts = parts[1:] // the table's alias
		}
		v := b.expr(a.Value, sc)
		s.checkTarget(st.Target.Name, &parts[0])
		if len(parts) == 1 {
			t.cols = append(t.cols, identColumn(&parts[0], v))
			written.cols = append(written.cols, identColumn(&parts[0], v))
			continue
		}
		// A field: the rest of the column stays.
		c := newColumn(dotted(parts), v)
		t.cols = append(t.cols, c)
		written.cols = append(written.cols, identColumn(&parts[0], b.derive(Transform, nil, v)))
	}
	s.extendTable(st.Target.Name, written)
	s.set(t, st.Target.Name)
}

func (s *scriptState) delete(st *syntax.Delete) {
	b := s.b
	u := &uses{}
	var env *cteEnv
	if st.With != nil {
		env = b.with(st.With, nil, nil)
	}
	n := b.table(st.Target, &scope{uses: u, env: env}, nil)
	if st.Using != nil {
		n = joinNames(n, b.fromItem(st.Using, &scope{uses: u, env: env}, n))
	}
	b.filter(st.Where, &scope{names: n, uses: u, env: env})
	s.extendTable(st.Target.Name, &table{uses: u}) // what goes decides about what stays
	if len(s.last.cols)+len(s.last.opens) == 0 {
		s.set(&table{uses: u}, st.Target.Name)
	}
}

// merge gives each column of the target what any WHEN assigns to it.
func (s *scriptState) merge(st *syntax.Merge) {
	b := s.b
	u := &uses{}
	var env *cteEnv
	if st.With != nil {
		env = b.with(st.With, nil, nil)
	}
	target := b.table(st.Target, &scope{uses: u, env: env}, nil)
	source := b.fromItem(st.Source, &scope{uses: u, env: env}, nil)
	both := &scope{names: joinNames(target, source), uses: u, env: env}
	u.add(Join, b.flat(b.expr(st.On, both)))
	t := &table{uses: u}
	assign := func(id *syntax.Ident, v value) {
		s.checkTarget(st.Target.Name, id)
		if c := findColumn(t.cols, id); c != nil {
			c.val = b.merge(c.val, v)
			return
		}
		c := identColumn(id, v)
		t.cols = append(t.cols, c)
	}
	for i := range st.Whens {
		w := &st.Whens[i]
		b.filter(w.And, both)
		for j := range w.Set {
			a := &w.Set[j]
			assign(&a.Target.Parts[len(a.Target.Parts)-1], b.expr(a.Value, both))
		}
		if w.Row {
			for j := range source.cols {
				c := &source.cols[j]
				assign(&syntax.Ident{Span: w.Span, Name: c.name, Hash: c.hash}, c.val)
			}
			t.opens = append(t.opens, source.opens...)
			continue
		}
		cols := w.Columns
		if len(cols) == 0 && len(w.Values) > 0 {
			for j := range target.cols {
				cols = append(cols, syntax.Ident{Name: target.cols[j].name, Hash: target.cols[j].hash})
			}
		}
		for j := range w.Values {
			v := b.expr(w.Values[j], both)
			if j < len(cols) {
				assign(&cols[j], v)
			}
		}
	}
	s.extendTable(st.Target.Name, t)
	s.set(t, st.Target.Name)
}

func (s *scriptState) setVar(st *syntax.SetVar, top *scope) {
	if st.System {
		s.b.expr(st.Value, top)
		return
	}
	v := s.b.expr(st.Value, top)
	for i := range st.Names {
		id := &st.Names[i]
		nv := v
		if len(st.Names) > 1 && v.shape != nil && i < len(v.shape.fields) {
			nv = v.shape.fields[i].val
		}
		if c := findColumn(s.b.variables, id); c != nil {
			s.b.assign(c, nv)
			continue
		}
		s.b.variables = append(s.b.variables, identColumn(id, nv))
	}
}

func (s *scriptState) block(st *syntax.Block, top *scope) {
	b := s.b
	for _, c := range st.Conds {
		b.expr(c, top)
	}
	depth := len(b.variables)
	if st.ForRows != nil {
		t := b.query(st.ForRows, nil, nil)
		b.variables = append(b.variables, identColumn(&st.ForVar, structOf(visible(t.cols), t.opens)))
	}
	b.branches++
	s.run(st.Body)
	b.branches--
	b.variables = b.variables[:min(depth, len(b.variables))]
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
	if s.depth > 8 {
		return
	}
	last, target := s.last, s.target
	s.last = &table{}
	inner := syntax.Parse(lit.Text, b.dialect)
	// Places inside the literal are given as the place of the literal.
	file, diags := b.file, len(b.diags)
	b.file = inner
	for _, e := range inner.Errors {
		b.fail(CodeSyntax, st.Span, "in EXECUTE IMMEDIATE: %s", e.Message)
	}
	s.run(inner.Stmts)
	b.file = file
	switch {
	case len(st.Into) > 0:
		s.into(st.Into, s.last, depth)
		s.last, s.target = last, target
	case len(s.last.cols)+len(s.last.opens) == 0 && s.last.uses == nil:
		s.last, s.target = last, target
	}
	for i := diags; i < len(b.diags); i++ {
		b.diags[i].Span = st.Span
	}
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
		v = b.plus(v, group)
		if at := columnIndex(b.variables[:min(end, len(b.variables))], &names[i]); at >= 0 {
			b.assign(&b.variables[at], v)
		}
	}
}

// assign gives a variable a value. In a branch, which may not run, it may keep
// the old one.
func (b *binder) assign(c *column, v value) {
	c.val = b.merge(c.val, v)
}

// bad widens a statement that could not be parsed: its tables are inputs, and
// nothing is known of its columns.
func (s *scriptState) bad(st *syntax.BadStmt) {
	b := s.b
	t := &table{uses: &uses{}}
	for _, name := range st.Tables {
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
func mentions(n syntax.Node, id *syntax.Ident) bool {
	found := false
	syntax.Inspect(n, func(n syntax.Node) bool {
		if t, ok := n.(*syntax.Table); ok && len(t.Name) == 1 && t.Name[0].Hash == id.Hash && syntax.EqualFold(t.Name[0].Name, id.Name) {
			found = true
		}
		return !found
	})
	return found
}
