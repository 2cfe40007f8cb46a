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
	// What is told names fields; the table gets whole columns.
	t, written := &table{uses: u}, &table{uses: u}
	add := func(t *table, id *syntax.Ident, v value) {
		if c := b.findColumn(t.cols, id); c != nil {
			c.val = b.merge(c.val, v)
			return
		}
		t.cols = append(t.cols, identColumn(id, v))
	}
	assign := func(id *syntax.Ident, v value) {
		if !b.spend(3 * exprWork) {
			return
		}
		s.checkTarget(st.Target.Name, id)
		add(t, id, v)
		add(written, id, v)
	}
	assignPath := func(parts []syntax.Ident, v value) {
		parts = b.columnPath(target, st.Target.Name, parts)
		if len(parts) == 1 {
			assign(&parts[0], v)
			return
		}
		s.checkTarget(st.Target.Name, &parts[0])
		name := fieldName(parts)
		add(t, &name, v)
		add(written, &parts[0], b.derive(Transform, nil, v)) // the rest of the column stays
	}
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
		b.filter(w.And, sc)
		for j := range w.Set {
			a := &w.Set[j]
			assignPath(a.Target.Parts, b.assigned(a, sc))
		}
		if w.Message != nil {
			b.expr(w.Message, sc)
		}
		byPosition := w.ByPosition || w.Row && !w.ByName && b.traits.rowByPosition
		if byPosition && len(source.opens) == 0 {
			if ids, known := mergeColumns(w, target); known {
				if len(source.cols) != len(ids) {
					b.fail(CodeColumnCount, st.Span, "the target has %d columns and the source %d", len(ids), len(source.cols))
				}
				for j := range ids[:min(len(ids), len(source.cols))] {
					assign(&ids[j], source.cols[j].val)
				}
				continue
			}
		}
		if w.Row && b.traits.rowIsTarget && len(target.cols) > 0 {
			// Every column of the target takes the source's of that name.
			for j := range target.cols {
				c := &target.cols[j]
				id := syntax.Ident{Span: w.Span, Name: c.name, Hash: c.hash}
				if v, ok := b.rowColumn(source, &id); ok {
					assign(&id, v)
				}
			}
			continue
		}
		if w.Row {
			if byPosition {
				b.note(CodeInferred, w.Span, "the columns of %s are not known: they are taken to be those of the source", dotted(st.Target.Name))
			}
			for j := range source.cols {
				c := &source.cols[j]
				v := c.val
				if byPosition {
					v = b.shaped(v, func(s []src) []src { return b.confide(Inferred, s) })
				}
				assign(&syntax.Ident{Span: w.Span, Name: c.name, Hash: c.hash}, v)
			}
			t.opens = append(t.opens, source.opens...)
			written.opens = append(written.opens, source.opens...)
			continue
		}
		cols := w.Columns
		if len(w.Values) > 0 {
			cols, _ = mergeColumns(w, target)
		}
		for j := range w.Values {
			v := b.expr(w.Values[j], sc)
			if j < len(cols) {
				assign(&cols[j], v)
			}
		}
	}
	s.extendTable(st.Target.Name, written, nil)
	s.set(s.typed(t, st.Target.Name), st.Target.Name)
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
