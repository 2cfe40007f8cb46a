package bind

import (
	"slices"
	"strings"

	"impact/lineage/syntax"
)

// A madeTable is a table that the script makes, changes or drops. One that the
// script only changes is looked up when it is read: what is only written is no
// input. It is not changed once it is in the binder's map, except for that.
type madeTable struct {
	name  []syntax.Ident
	gone  string     // what became of it, if it is not there any more
	was   *madeTable // before it was dropped
	table *table
	// Without a table: where it comes from, and what changed it since.
	from  func() *table
	steps []func(*table) *table
	// altered says that it has other columns than before the script.
	altered bool
	outside bool // it comes from one that the script did not make
	more    bool // it is the one before it with more rows
	defined bool // its columns are those of a query and not those that it had before
	// then is done once the table is read for the first time: it is one at the head
	// of a loop.
	head bool
	then func()
}

// read is the table as it is now.
func (m *madeTable) read() *table {
	if m.table == nil {
		t := m.from()
		if m.table != nil { // a loop's head has read its end, which is this one
			return m.table
		}
		for _, step := range m.steps {
			t = step(t)
		}
		m.table, m.from, m.steps = t, nil, nil
		if then := m.then; then != nil {
			m.then = nil
			then()
		}
	}
	return m.table
}

// scriptTable finds a table that the script made or changed.
func (b *binder) scriptTable(name []syntax.Ident) *madeTable {
	if len(b.tables) == 0 {
		return nil
	}
	return b.tables[b.tableKey(name)]
}

// tableKey is the name under which the script's tables are kept: as the script
// says it, or as the catalog does where the script means one of its tables.
func (b *binder) tableKey(name []syntax.Ident) string {
	key := strings.ToLower(dotted(name))
	if b.tables[key] != nil {
		return key
	}
	if b.catalog != nil {
		if rel := b.catalog.Relation(name); rel != nil {
			return catalogKey + strings.ToLower(rel.Name)
		}
	}
	return scriptKey(name, b.tails, b.inDefault(name), func(key string) bool { return b.tables[key] != nil })
}

// scriptKey is the key of what the script made under a longer or a shorter name,
// such as p.d.t and d.t; the name itself if there is none. tails are the keys by
// their last two parts. A name in the default dataset may lack it.
func scriptKey(name []syntax.Ident, tails map[string]string, inDefault bool, has func(string) bool) string {
	key := strings.ToLower(dotted(name))
	if has(key) {
		return key
	}
	for k := 1; k+2 <= len(name); k++ {
		if shorter := strings.ToLower(dotted(name[k:])); has(shorter) {
			return shorter
		}
	}
	if len(name) == 2 && has(tails[key]) {
		return tails[key]
	}
	if last := strings.ToLower(name[len(name)-1].Name); inDefault && has(last) {
		return last
	}
	return key
}

// addTail enters a key by the last two parts of its name. Two keys with the same
// end leave none: which one is meant is not known.
func addTail(tails map[string]string, name []syntax.Ident, key string) map[string]string {
	if len(name) < 3 {
		return tails
	}
	if tails == nil {
		tails = make(map[string]string)
	}
	tail := strings.ToLower(dotted(name[len(name)-2:]))
	if other, ok := tails[tail]; ok && other != key {
		key = ""
	}
	tails[tail] = key
	return tails
}

// inDefault reports whether a name says in so many words that it is one of the
// session, or of the dataset that names without one are looked up in.
func (b *binder) inDefault(name []syntax.Ident) bool {
	if len(name) < 2 {
		return false
	}
	if strings.HasPrefix(name[len(name)-1].Name, "#") { // tempdb..#t
		return true
	}
	of := &name[len(name)-2]
	if of.Is("_session") {
		return true
	}
	return !b.dialect.DashPaths && (of.Is("public") || of.Is("dbo") || of.Is("main") || of.Is("temp") || of.Is("pg_temp") || of.Is("default"))
}

// madeKey is the key of a table that the script makes. A temporary one without a
// dataset is none of the catalog's.
func (b *binder) madeKey(name []syntax.Ident, temp bool) string {
	if b.inDefault(name) && name[len(name)-2].Is("_session") {
		name, temp = name[len(name)-1:], true
	}
	if temp && len(name) == 1 {
		return strings.ToLower(name[0].Name)
	}
	return b.tableKey(name)
}

// catalogKey keeps the names of the catalog apart from those of the script.
const catalogKey = "\x00"

// existing is a table as the script left it, or as the catalog knows it.
func (s *scriptState) existing(name []syntax.Ident) *madeTable {
	if m := s.b.scriptTable(name); m != nil {
		return m
	}
	return s.outside(name)
}

// outside is a table that the script did not make.
func (s *scriptState) outside(name []syntax.Ident) *madeTable {
	b := s.b
	return &madeTable{name: name, outside: true, from: func() *table {
		v := b.inputVar(b.relation(name, syntax.Span{Pos: name[0].Pos, End: name[len(name)-1].End}, nil), name)
		return &table{cols: v.cols, opens: v.opens, isValue: v.isValue, val: v.val}
	}}
}

// put enters a table under its key.
func (s *scriptState) put(key string, m *madeTable) {
	b := s.b
	if b.tables == nil {
		b.tables = make(map[string]*madeTable)
	}
	if s.branches > 0 {
		s.journal = append(s.journal, change{key: key, table: b.tables[key]})
	}
	for _, w := range s.watches {
		w.table(key, m, b.tables[key])
	}
	b.tables[key] = m
}

// define enters a table that the script makes.
func (s *scriptState) define(name []syntax.Ident, t *table, temp bool) {
	key := s.b.madeKey(name, temp)
	s.b.tails = addTail(s.b.tails, name, key)
	s.put(key, &madeTable{name: name, table: s.controlled(plain(t)), defined: true})
}

// change enters what a statement makes of the rows of a table, or of its columns.
func (s *scriptState) change(name []syntax.Ident, columns bool, step func(*table) *table) {
	b := s.b
	if s.nested > 0 {
		s.held = append(s.held, func() { s.change(name, columns, step) })
		return
	}
	s.release()
	clear(s.written)
	m := s.existing(name)
	if m.gone != "" {
		return // its reader is told
	}
	next := &madeTable{name: m.name, altered: m.altered || columns, outside: m.outside, more: !columns, defined: m.defined}
	switch {
	case m.table != nil:
		next.table = step(m.table)
	case m.head:
		next.from, next.steps = m.read, []func(*table) *table{step}
	default:
		b.spend(len(m.steps) >> 2)
		next.from, next.steps = m.from, append(slices.Clip(m.steps), step)
	}
	s.put(s.b.tableKey(name), next)
}

// anyOf is a table of which one of several states is the right one; nil stands
// for one that the script did not touch.
func (s *scriptState) anyOf(all []*madeTable) *madeTable {
	var there []*madeTable
	var gone *madeTable
	var name []syntax.Ident
	untouched := false
	for _, m := range all {
		switch {
		case m == nil:
			untouched = true
			continue
		case m.gone != "":
			gone = m
		default:
			there = append(there, m)
		}
		name = m.name
	}
	if untouched && s.b.catalog != nil && s.b.catalog.Relation(name) != nil {
		there = append(there, s.outside(name))
	}
	switch {
	case len(there) == 0 && untouched:
		return nil
	case len(there) == 0:
		return gone
	case len(there) == 1:
		return there[0]
	}
	out := &madeTable{name: name}
	for _, m := range there {
		out.altered = out.altered || m.altered || !m.outside
		out.outside = out.outside || m.outside
		out.defined = out.defined || m.defined
	}
	out.from = func() *table {
		t := there[0].read()
		for _, m := range there[1:] {
			t = s.b.either(t, m.read())
		}
		return t
	}
	return out
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
	case len(st.Like) > 0 && st.Empty:
		t = s.empty(st.Like)
		t.cols = append(t.cols, declared(st.Columns)...)
	case len(st.Like) > 0:
		u := &uses{}
		n := b.table(&syntax.Table{Span: st.Span, Name: st.Like}, &scope{uses: u}, nil)
		t = tableOf(n, u)
		s.set(t, st.Name)
	default:
		t = &table{cols: declared(st.Columns), uses: &uses{}}
		if len(st.Columns) == 0 { // what its files hold
			t.opens = []open{{input: -1}}
		}
	}
	s.define(st.Name, t, st.Temp)
}

// declared are columns without rows.
func declared(defs []syntax.ColumnDef) []column {
	var cols []column
	for i := range defs {
		cols = append(cols, identColumn(&defs[i].Name, value{typ: fromName(defs[i].Type)}))
	}
	return cols
}

// empty is a table with the columns of another, and without its rows.
func (s *scriptState) empty(like []syntax.Ident) *table {
	t := &table{uses: &uses{}}
	if m := s.b.scriptTable(like); m != nil && m.gone == "" {
		of := m.read()
		s.b.spend(columnWork * len(of.cols))
		for _, c := range visible(of.cols) {
			t.cols = append(t.cols, column{name: c.name, hash: c.hash, val: value{typ: c.val.typ}})
		}
		if len(of.opens) > 0 {
			t.opens = []open{{input: -1, at: len(t.cols)}}
		}
		return t
	}
	var rel *Relation
	if s.b.catalog != nil {
		rel = s.b.catalog.Relation(like)
	}
	if rel != nil {
		s.b.spend(2 * columnWork * len(rel.Columns))
		for i := range rel.Columns {
			t.cols = append(t.cols, newColumn(rel.Columns[i].Name, value{typ: rel.Columns[i].Type}))
		}
	}
	if rel == nil || rel.Open {
		t.opens = []open{{input: -1, at: len(t.cols)}}
	}
	return t
}

func (s *scriptState) truncate(st *syntax.Truncate) {
	if m := s.b.scriptTable(st.Target); m != nil && m.gone != "" || len(st.Target) == 0 {
		return
	}
	s.put(s.b.tableKey(st.Target), &madeTable{name: st.Target, table: s.controlled(s.empty(st.Target)), defined: true})
}

// drop lets go of a table: who reads it afterwards is told.
func (s *scriptState) drop(st *syntax.Drop) {
	if len(st.Name) == 0 || !strings.HasSuffix(st.Kind, "TABLE") && !strings.HasSuffix(st.Kind, "VIEW") {
		return
	}
	for _, name := range append([][]syntax.Ident{st.Name}, st.More...) {
		s.put(s.b.tableKey(name), &madeTable{name: name, gone: "was dropped before", was: s.existing(name)})
	}
}
