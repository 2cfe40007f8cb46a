package bind

import (
	"impact/lineage/syntax"
)

// update gives columns of the target new values. MySQL changes several tables in
// one statement: what is told is then of the table that is assigned to first.
func (s *scriptState) update(st *syntax.Update) {
	b := s.b
	u := &uses{}
	env := b.with(st.With, nil, s.env)
	var n *names
	if !st.InFrom {
		n = b.table(st.Target, &scope{uses: u, env: env}, nil)
	}
	if st.From != nil {
		left := n
		if b.traits.strictNames { // FROM does not see the target
			left = nil
		}
		n = b.joinNames(n, b.fromItem(st.From, &scope{uses: u, env: env}, left))
	}
	s.rows = n
	sc := &scope{names: n, uses: u, env: env}
	b.filter(st.Where, sc)
	target := st.Target
	rows := make(map[*syntax.Table]*table, 1)
	var all []*syntax.Table
	t := &table{uses: u}
	for i := range st.Set {
		a := &st.Set[i]
		parts := a.Target.Parts
		to := s.updated(st, parts)
		if len(parts) > 1 && (b.findVar(n.vars, &parts[0]) != nil && (b.traits.strictNames || b.findColumn(firstColumns(n), &parts[0]) == nil) || to != st.Target) {
			parts = parts[1:] // the table's alias
		}
		if i == 0 {
			target = to
		}
		v := b.assigned(a, sc)
		s.checkTarget(to.Name, &parts[0])
		written := rows[to]
		if written == nil {
			written = &table{uses: u}
			rows[to] = written
			all = append(all, to)
		}
		name, whole := parts[0], v
		if len(parts) > 1 { // a field: the rest of the column stays
			name = fieldName(parts)
			whole = b.derive(Transform, nil, v)
		}
		written.cols = append(written.cols, identColumn(&parts[0], whole))
		if to == target {
			t.cols = append(t.cols, identColumn(&name, v))
		}
	}
	for _, to := range all {
		s.extendTable(to.Name, rows[to], nil)
	}
	if len(all) > 1 {
		b.note(CodeWidened, st.Span, "UPDATE changes several tables: what is told is of the first, %s", dotted(target.Name))
	}
	s.set(s.typed(t, target.Name), target.Name)
}

func firstColumns(n *names) []column {
	if len(n.vars) == 0 {
		return nil
	}
	return n.vars[0].cols
}

// updated is the table that an assignment writes to: the target, unless several
// are joined and the column names or belongs to another.
func (s *scriptState) updated(st *syntax.Update, parts []syntax.Ident) *syntax.Table {
	if !st.InFrom || st.From == nil {
		return st.Target
	}
	var hit *syntax.Table
	syntax.Inspect(st.From, func(n syntax.Node) bool {
		t, ok := n.(*syntax.Table)
		if !ok || hit != nil {
			_, sub := n.(*syntax.Query)
			return !sub
		}
		if len(parts) > 1 {
			name := &t.Name[len(t.Name)-1]
			if t.Alias != nil {
				name = &t.Alias.Name
			}
			if id := &parts[len(parts)-2]; name.Hash == id.Hash && syntax.EqualFold(name.Name, id.Name) {
				hit = t
			}
			return false
		}
		for _, c := range s.columnsOf(t.Name) {
			if c.Hash == parts[0].Hash && syntax.EqualFold(c.Name, parts[0].Name) {
				hit = t
			}
		}
		return false
	})
	if hit == nil {
		return st.Target
	}
	return hit
}

// delete takes rows from the target, or from several tables.
func (s *scriptState) delete(st *syntax.Delete) {
	b := s.b
	u := &uses{}
	env := b.with(st.With, nil, s.env)
	var n *names
	if !st.InUsing {
		n = b.table(st.Target, &scope{uses: u, env: env}, nil)
	}
	if st.Using != nil {
		n = b.joinNames(n, b.fromItem(st.Using, &scope{uses: u, env: env}, n))
	}
	s.rows = n
	b.filter(st.Where, &scope{names: n, uses: u, env: env})
	s.extendTable(st.Target.Name, &table{uses: u}, nil) // what goes decides about what stays
	for _, t := range st.More {
		s.extendTable(t.Name, &table{uses: u}, nil)
	}
	if len(st.More) > 0 {
		b.note(CodeWidened, st.Span, "DELETE takes rows from several tables: what is told is of the first, %s", dotted(st.Target.Name))
	}
	if len(s.last.cols)+len(s.last.opens) == 0 {
		s.set(&table{uses: u}, st.Target.Name)
	}
}

// rowColumn is the source's column that MERGE's UPDATE SET * or INSERT * gives to
// the target's of that name. One that the source lacks is an error.
func (b *binder) rowColumn(source *names, id *syntax.Ident) (value, bool) {
	if c := b.findColumn(source.cols, id); c != nil {
		return c.val, true
	}
	for _, o := range source.opens {
		if v, ok := b.openColumn(o, id); ok {
			return v, true
		}
	}
	b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name,
		Message: "column " + id.Name + " of the target does not exist in the source"})
	return value{}, false
}
