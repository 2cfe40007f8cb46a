package bind

import (
	"math"
	"slices"
	"strings"

	"impact/lineage/syntax"
)

// inserts binds FROM t INSERT … INSERT …. What is told is of the last.
func (s *scriptState) inserts(st *syntax.Inserts) {
	for _, in := range st.List {
		s.insert(in)
	}
	if n := len(st.List); n > 1 {
		s.b.note(CodeWidened, st.Span, "the statement fills several tables: what is told is of the last, %s", dotted(st.List[n-1].Target))
	}
}

// insert gives the target's columns their new values.
func (s *scriptState) insert(st *syntax.Insert) {
	b := s.b
	env := b.with(st.With, nil, s.env)
	t, ids := b.query(st.Query, nil, env), st.Columns
	if st.ByName {
		for _, c := range visible(t.cols) {
			ids = append(ids, syntax.Ident{Span: c.span, Name: c.name, Hash: c.hash})
		}
	}
	if len(st.Target) == 0 { // a directory
		s.set(t, nil)
		return
	}
	if len(st.OnUpdate) > 0 {
		t, ids = s.onConflict(st, t, ids, env)
	}
	if len(st.Partition) > 0 {
		t, ids = s.partitioned(st, t, ids)
	}
	if st.ReplaceWhere != nil {
		sc := &scope{uses: &uses{}, env: env}
		sc.uses.child(t.uses)
		sc.names = b.table(&syntax.Table{Span: st.Span, Name: st.Target, Alias: st.Alias}, sc, nil)
		b.filter(st.ReplaceWhere, sc)
		t = &table{cols: t.cols, opens: t.opens, uses: sc.uses}
	}
	if st.Overwrite && len(st.Partition) == 0 && st.ReplaceWhere == nil {
		s.emptyTable(st.Target)
	}
	s.insertRows(st.Target, ids, t, st.Span)
}

// onConflict adds to the new values what ON CONFLICT DO UPDATE or ON DUPLICATE KEY
// UPDATE makes of them and of the row that is there. A column that is only updated
// comes behind those that are inserted.
func (s *scriptState) onConflict(st *syntax.Insert, t *table, ids []syntax.Ident, env *cteEnv) (*table, []syntax.Ident) {
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
	seen := given.cols // as the row alias calls them
	if len(st.RowColumns) > 0 {
		seen = b.renamed(&table{cols: given.cols}, st.RowColumns).cols
	}
	sc := &scope{uses: out.uses, env: env}
	if b.traits.insertSeesSelect {
		sc.parent = b.selected(st.Query, env)
	}
	sc.names = b.table(&syntax.Table{Span: st.Span, Name: st.Target, Alias: st.Alias}, sc, nil)
	alias := syntax.Ident{Name: "excluded", Hash: syntax.Fold("excluded")}
	if st.RowAlias.Name != "" {
		alias = st.RowAlias
	}
	sc.names.vars = append(slices.Clip(sc.names.vars), &rangeVar{name: alias.Name, hash: alias.Hash, cols: seen, opens: given.opens})
	b.given = given.cols
	defer func() { b.given = nil }()
	for i := range st.OnUpdate {
		a := &st.OnUpdate[i]
		id := &a.Target.Parts[len(a.Target.Parts)-1]
		v := b.assigned(a, sc)
		if at := b.columnIndex(given.cols, id); at >= 0 {
			out.cols[at].val = b.merge(out.cols[at].val, v)
			continue
		}
		if len(ids) == len(out.cols) && len(out.opens) == 0 {
			if len(ids) == len(given.cols) {
				ids = slices.Clone(ids)
			}
			ids, out.cols = append(ids, *id), append(out.cols, identColumn(id, v))
		}
	}
	b.filter(st.UpdateWhere, sc)
	return out, ids
}

// selected are the tables of the query whose rows are inserted, which MySQL's ON
// DUPLICATE KEY UPDATE may name.
func (b *binder) selected(q *syntax.Query, env *cteEnv) *scope {
	if q == nil {
		return nil
	}
	x, ok := q.Body.(*syntax.Select)
	if !ok || x.From == nil {
		return nil
	}
	b.quiet++
	defer func() { b.quiet-- }()
	sc := &scope{env: b.with(q.With, nil, env), uses: &uses{}}
	sc.names = b.from(x.From, sc)
	return sc
}

// partitioned adds the columns of Spark's PARTITION (a = 1, b): the query gives
// the columns that it does not list, then those without a value.
func (s *scriptState) partitioned(st *syntax.Insert, t *table, ids []syntax.Ident) (*table, []syntax.Ident) {
	b := s.b
	in := func(list []syntax.Ident, id *syntax.Ident) bool {
		return slices.ContainsFunc(list, func(x syntax.Ident) bool { return x.Hash == id.Hash && syntax.EqualFold(x.Name, id.Name) })
	}
	var dynamic, static, rest []syntax.Ident
	out := &table{cols: slices.Clone(visible(t.cols)), opens: t.opens, uses: t.uses}
	for i := range st.Partition {
		f := &st.Partition[i]
		if f.Value == nil {
			dynamic = append(dynamic, f.Alias)
			continue
		}
		static = append(static, f.Alias)
		out.cols = append(out.cols, identColumn(&f.Alias, b.expr(f.Value, &scope{uses: &uses{}})))
	}
	if len(ids) == 0 {
		ids = s.columnsOf(st.Target)
	}
	for i := range ids {
		if !in(dynamic, &ids[i]) && !in(static, &ids[i]) {
			rest = append(rest, ids[i])
		}
	}
	if len(rest) == 0 {
		return out, nil
	}
	return out, slices.Concat(rest, dynamic, static)
}

// insertRows gives columns of a table, or all of them, the values of t by
// position.
func (s *scriptState) insertRows(target, ids []syntax.Ident, t *table, span syntax.Span) {
	b := s.b
	for i := range ids {
		s.checkTarget(target, &ids[i])
	}
	all := len(ids) == 0
	if all {
		ids = s.columnsOf(target)
	}
	if len(ids) > 0 && len(t.opens) == 0 {
		n := len(visible(t.cols))
		if all && b.traits.fewerValues && n < len(ids) {
			ids = ids[:n] // the others have their defaults
		}
		if n != len(ids) && n > 0 {
			b.fail(CodeColumnCount, span, "INSERT names %d columns and gives %d", len(ids), n)
		}
		t = b.renamed(t, ids[:min(len(ids), len(visible(t.cols)))])
	}
	s.extendTable(target, t, ids)
	s.set(s.typed(t, target), target)
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
	key := dotted(table)
	set, ok := s.written[key]
	if !ok {
		if rel := s.wholeRelation(table); rel != nil {
			set = s.b.factsOf(rel).set
		} else {
			ids := s.columnsOf(table)
			s.b.spend(columnWork * len(ids))
			set = setOf(ids)
		}
		if s.written == nil {
			s.written = make(map[string]nameSet)
		}
		s.written[key] = set
	}
	if len(set) == 0 || set.has(id.Hash, id.Name) {
		return
	}
	s.missingTarget(table, id)
}

// missingTarget reports that a column is written that its table does not have.
func (s *scriptState) missingTarget(table []syntax.Ident, id *syntax.Ident) {
	hint := ""
	if ids := s.targetNames(table); s.b.hints() {
		hint = s.b.didYouMean(id.Name, ids)
	}
	s.b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name, Relation: dotted(table), Hint: hint,
		Message: "column " + id.Name + " does not exist in " + dotted(table)})
}

// targetNames are the first of a table's columns.
func (s *scriptState) targetNames(table []syntax.Ident) []string {
	ids := s.columnsOf(table)
	if rel := s.wholeRelation(table); rel != nil {
		ids = s.b.factsOf(rel).ids
	}
	return identNames(ids[:min(len(ids), maxNames)])
}

// relationFacts are what statements that write to a relation ask of it.
type relationFacts struct {
	ids   []syntax.Ident
	set   nameSet
	types map[string]*Type
}

// factsOf are those of a relation of the catalog.
func (b *binder) factsOf(rel *Relation) *relationFacts {
	if f := b.facts[rel]; f != nil {
		return f
	}
	b.spend(2 * columnWork * len(rel.Columns))
	f := &relationFacts{ids: make([]syntax.Ident, len(rel.Columns)), types: make(map[string]*Type, len(rel.Columns))}
	for i := range rel.Columns {
		c := &rel.Columns[i]
		f.ids[i] = syntax.Ident{Name: c.Name, Hash: syntax.Fold(c.Name)}
		if c.Type != nil {
			f.types[strings.ToLower(c.Name)] = c.Type
		}
	}
	f.set = setOf(f.ids)
	if b.facts == nil {
		b.facts = make(map[*Relation]*relationFacts)
	}
	b.facts[rel] = f
	return f
}

// wholeRelation is the relation of the catalog that a table is, if the script has
// not given it other columns and all of them are known.
func (s *scriptState) wholeRelation(name []syntax.Ident) *Relation {
	m := s.b.scriptTable(name)
	if s.b.catalog == nil || m != nil && (m.table != nil || m.altered || m.gone != "") {
		return nil
	}
	if rel := s.b.catalog.Relation(name); rel != nil && !rel.Open {
		return rel
	}
	return nil
}

// columnsOf lists the columns of a table, if all are known.
func (s *scriptState) columnsOf(name []syntax.Ident) []syntax.Ident {
	var cols []column
	if m := s.b.scriptTable(name); m != nil && (m.table != nil || m.altered) {
		if t := m.read(); len(t.opens) == 0 {
			cols = visible(t.cols)
		}
	} else if rel := s.wholeRelation(name); rel != nil {
		return slices.Clip(s.b.factsOf(rel).ids)
	}
	s.b.spend(columnWork * len(cols))
	out := make([]syntax.Ident, len(cols))
	for i := range cols {
		out[i] = syntax.Ident{Name: cols[i].name, Hash: cols[i].hash}
	}
	return out
}

// typed gives values that are written the types of the columns that they are
// written to, where the catalog knows them.
func (s *scriptState) typed(t *table, target []syntax.Ident) *table {
	if s.b.catalog == nil {
		return t
	}
	if m := s.b.scriptTable(target); m != nil && m.table != nil {
		return t
	}
	rel := s.b.catalog.Relation(target)
	if rel == nil {
		return t
	}
	types := s.b.factsOf(rel).types
	out := *t
	out.cols = slices.Clone(t.cols)
	for i := range out.cols {
		if typ := types[strings.ToLower(out.cols[i].name)]; typ != nil {
			out.cols[i].val = s.b.held(out.cols[i].val, typ)
		}
	}
	return &out
}

// extendTable merges new rows into a table, for those who read it afterwards. Where
// not all columns of the rows are known, any column of the table may be among the
// others, or those that the statement lists.
func (s *scriptState) extendTable(name []syntax.Ident, t *table, listed []syntax.Ident) {
	b := s.b
	t = s.controlled(t)
	s.change(name, false, func(old *table) *table {
		if !b.spend(columnWork * len(old.cols)) {
			return old
		}
		merged := &table{cols: slices.Clone(old.cols), opens: old.opens, uses: &uses{}}
		merged.uses.child(old.uses)
		merged.uses.child(t.uses)
		for _, c := range visible(t.cols) {
			id := syntax.Ident{Name: c.name, Hash: c.hash}
			at := b.columnIndex(merged.cols, &id)
			if at < 0 {
				at = b.known(merged, &id)
			}
			if at >= 0 {
				merged.cols[at].wrote(b, c.val)
			}
		}
		b.extendOpen(merged, t, listed)
		return merged
	})
}

// extendOpen merges the part of new rows whose columns are not known into a table.
// Positions cannot be told, so columns are matched by name, as in a set operation.
func (b *binder) extendOpen(merged, t *table, listed []syntax.Ident) {
	if len(t.opens) == 0 || !b.spend(columnWork*(len(merged.cols)+len(listed))*len(t.opens)) {
		return
	}
	only := setOf(listed)
	named := make([]string, 0, len(merged.cols))
	for i := range merged.cols {
		c := &merged.cols[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		named = append(named, c.name)
		if c.hidden || len(listed) > 0 && !only.has(c.hash, c.name) || b.findColumn(t.cols, &id) != nil {
			continue
		}
		if v, ok := b.openColumns(t.opens, &id); ok {
			c.wrote(b, v)
		}
	}
	if len(merged.opens) == 0 {
		return
	}
	merged.opens = slices.Clip(merged.opens)
	for _, o := range t.opens {
		if !slices.ContainsFunc(merged.opens, o.same) {
			o.except = b.appendMissing(o.except, named)
			merged.opens = append(merged.opens, o)
		}
	}
}

// wrote merges what a statement writes into a column of a table.
func (c *column) wrote(b *binder, v value) {
	if hasFields(c.val.typ) && (v.shape != nil || hasFields(v.typ)) {
		v = b.held(v, c.val.typ)
	}
	c.val = b.merge(c.val, v)
	c.writes = min(c.writes, math.MaxUint16-1) + 1
}

// emptyTable takes all rows out of a table.
func (s *scriptState) emptyTable(name []syntax.Ident) {
	s.change(name, false, func(old *table) *table {
		out := &table{cols: slices.Clone(old.cols), opens: old.opens}
		for i := range out.cols {
			out.cols[i].val = value{typ: out.cols[i].val.typ}
		}
		return out
	})
}

// assigned is the value that an assignment gives its target.
func (b *binder) assigned(a *syntax.Assignment, sc *scope) value {
	v := b.expr(a.Value, sc)
	if v.shape == nil || a.Part < 1 || a.Part > len(v.shape.fields) {
		return v
	}
	return b.plus(v.shape.fields[a.Part-1].val, v.srcs)
}
