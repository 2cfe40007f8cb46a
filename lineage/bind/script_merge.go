package bind

import (
	"impact/lineage/syntax"
)

// merge gives each column of the target what any WHEN assigns to it.
func (s *scriptState) merge(st *syntax.Merge) {
	b := s.b
	u := &uses{}
	env := b.with(st.With, nil, s.env)
	target := b.table(st.Target, &scope{uses: u, env: env}, nil)
	source := b.fromItem(st.Source, &scope{uses: u, env: env}, nil)
	s.rows = b.joinNames(target, source)
	both := &scope{names: s.rows, uses: u, env: env}
	if len(st.Using) > 0 {
		b.joinUsing(&syntax.Join{Span: st.Span, Kind: syntax.InnerJoin}, st.Using, target, source, both)
	} else {
		u.add(Join, b.flat(b.expr(st.On, both)))
	}
	m := &merging{scriptState: s, st: st, target: target, source: source, told: &table{uses: u}, written: &table{uses: u}}
	for i := range st.Whens {
		w := &st.Whens[i]
		// What did not match has the row of one side only.
		sc := both
		switch {
		case !w.Matched && w.BySource:
			sc = &scope{names: target, uses: u, env: env}
		case !w.Matched:
			sc = &scope{names: source, uses: u, env: env}
		}
		m.when(w, sc)
	}
	s.extendTable(st.Target.Name, m.written, nil)
	s.set(s.typed(m.told, st.Target.Name), st.Target.Name)
}

// A merging collects what the WHENs of a MERGE assign. What is told names fields;
// the table gets whole columns.
type merging struct {
	*scriptState
	st             *syntax.Merge
	target, source *names
	told, written  *table
}

// when binds one WHEN in the scope of the rows that it is for.
func (m *merging) when(w *syntax.MergeWhen, sc *scope) {
	b := m.b
	b.filter(w.And, sc)
	for i := range w.Set {
		a := &w.Set[i]
		m.assignPath(a.Target.Parts, b.assigned(a, sc))
	}
	if w.Message != nil {
		b.expr(w.Message, sc)
	}
	byPosition := w.ByPosition || w.Row && !w.ByName && b.traits.rowByPosition
	switch {
	case byPosition && len(m.source.opens) == 0 && m.assignByPosition(w):
	case w.Row && b.traits.rowIsTarget && len(m.target.cols) > 0:
		m.assignByName(w)
	case w.Row:
		m.assignSource(w, byPosition)
	default:
		m.assignValues(w, sc)
	}
}

// assignByPosition gives the columns that a WHEN writes those of the source in
// their order. It reports false if it is not known which these are.
func (m *merging) assignByPosition(w *syntax.MergeWhen) bool {
	ids, known := mergeColumns(w, m.target)
	if !known {
		return false
	}
	cols := m.source.cols
	if len(cols) != len(ids) {
		m.b.fail(CodeColumnCount, m.st.Span, "the target has %d columns and the source %d", len(ids), len(cols))
	}
	for i := range ids[:min(len(ids), len(cols))] {
		m.assign(&ids[i], cols[i].val)
	}
	return true
}

// assignByName gives every column of the target the source's of that name.
func (m *merging) assignByName(w *syntax.MergeWhen) {
	for i := range m.target.cols {
		c := &m.target.cols[i]
		id := syntax.Ident{Span: w.Span, Name: c.name, Hash: c.hash}
		if v, ok := m.b.rowColumn(m.source, &id); ok {
			m.assign(&id, v)
		}
	}
}

// assignSource gives a target whose columns are not known all columns of the
// source. Where they are matched by position it is a guess that these are they.
func (m *merging) assignSource(w *syntax.MergeWhen, guessed bool) {
	b := m.b
	if guessed {
		b.note(CodeInferred, w.Span, "the columns of %s are not known: they are taken to be those of the source", dotted(m.st.Target.Name))
	}
	for i := range m.source.cols {
		c := &m.source.cols[i]
		v := c.val
		if guessed {
			v = b.shaped(v, func(s []src) []src { return b.confide(Inferred, s) })
		}
		m.assign(&syntax.Ident{Span: w.Span, Name: c.name, Hash: c.hash}, v)
	}
	m.told.opens = append(m.told.opens, m.source.opens...)
	m.written.opens = append(m.written.opens, m.source.opens...)
}

// assignValues binds VALUES (…).
func (m *merging) assignValues(w *syntax.MergeWhen, sc *scope) {
	cols := w.Columns
	if len(w.Values) > 0 {
		cols, _ = mergeColumns(w, m.target)
	}
	for i := range w.Values {
		v := m.b.expr(w.Values[i], sc)
		if i < len(cols) {
			m.assign(&cols[i], v)
		}
	}
}

// assign writes a column.
func (m *merging) assign(id *syntax.Ident, v value) {
	if !m.b.spend(3 * exprWork) {
		return
	}
	m.checkTarget(m.st.Target.Name, id)
	m.b.alsoHolds(m.told, id, v)
	m.b.alsoHolds(m.written, id, v)
}

// assignPath writes a column or a field of one.
func (m *merging) assignPath(parts []syntax.Ident, v value) {
	parts = m.b.columnPath(m.target, m.st.Target.Name, parts)
	if len(parts) == 1 {
		m.assign(&parts[0], v)
		return
	}
	m.checkTarget(m.st.Target.Name, &parts[0])
	name := fieldName(parts)
	m.b.alsoHolds(m.told, &name, v)
	m.b.alsoHolds(m.written, &parts[0], m.b.derive(Transform, nil, v)) // the rest of the column stays
}

// alsoHolds says that a column of a table, which may be a new one, may hold v.
func (b *binder) alsoHolds(t *table, id *syntax.Ident, v value) {
	if c := b.findColumn(t.cols, id); c != nil {
		c.val = b.merge(c.val, v)
		return
	}
	t.cols = append(t.cols, identColumn(id, v))
}

// mergeColumns are the columns that a WHEN writes in order: those that it lists,
// else all of the target. The second result says whether these are all known.
func mergeColumns(w *syntax.MergeWhen, target *names) ([]syntax.Ident, bool) {
	if len(w.Columns) > 0 {
		return w.Columns, true
	}
	ids := make([]syntax.Ident, len(target.cols))
	for i := range target.cols {
		c := &target.cols[i]
		ids[i] = syntax.Ident{Span: w.Span, Name: c.name, Hash: c.hash}
	}
	return ids, len(ids) > 0 && len(target.opens) == 0
}

// columnPath takes the name of the table off what an assignment names: a column
// and the field of it that is written.
func (b *binder) columnPath(n *names, table, parts []syntax.Ident) []syntax.Ident {
	switch {
	case len(parts) == 1:
		return parts
	case b.traits.strictNames && b.findVar(n.vars, &parts[0]) != nil: // which hides a column
		return parts[1:]
	case b.findColumn(firstColumns(n), &parts[0]) != nil:
		return parts
	}
	if k := pathPrefix(table, parts); k > 0 && k < len(parts) {
		return parts[k:]
	}
	if b.findVar(n.vars, &parts[0]) != nil {
		return parts[1:]
	}
	return parts
}

// fieldName is the name that is told of a field.
func fieldName(parts []syntax.Ident) syntax.Ident {
	name := parts[0]
	name.Name = dotted(parts)
	name.Hash = syntax.Fold(name.Name)
	return name
}
