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

// alterTable follows what ALTER TABLE does to columns.
func (s *scriptState) alterTable(st *syntax.AlterTable) {
	for i := 0; i < len(st.Changes); i++ {
		c := &st.Changes[i]
		if c.Kind == syntax.RenameTable {
			s.renameTable(st.Name, c.To)
			return
		}
		if c.Kind == syntax.SwapTable {
			s.swapTables(st.Name, c.To)
			return
		}
		n := i + 1
		for n < len(st.Changes) && changesColumn(st.Changes[n].Kind) {
			n++
		}
		s.alterColumns(st.Name, st.Changes[i:n])
		i = n - 1
	}
}

// changesColumn reports whether ALTER TABLE changes a column, and not the table.
func changesColumn(kind syntax.TableChangeKind) bool { return kind <= syntax.RetypeColumn }

// alters is an ALTER TABLE with the changes of those that follow it and change
// columns of the same table; n is how many these are.
func alters(first *syntax.AlterTable, rest []syntax.Stmt) (one *syntax.AlterTable, n int) {
	same := func(st *syntax.AlterTable) bool {
		for i := range st.Changes {
			if !changesColumn(st.Changes[i].Kind) {
				return false
			}
		}
		return len(st.Name) == len(first.Name) && equalPath(st.Name, first.Name)
	}
	if !same(first) {
		return first, 0
	}
	out := *first
	for n < len(rest) {
		st, ok := rest[n].(*syntax.AlterTable)
		if !ok || !same(st) {
			break
		}
		if n == 0 {
			out.Changes = slices.Clone(first.Changes)
		}
		out.Changes = append(out.Changes, st.Changes...)
		out.End = st.End
		n++
	}
	return &out, n
}

// alterColumns applies changes of columns in order.
func (s *scriptState) alterColumns(name []syntax.Ident, changes []syntax.TableChange) {
	b := s.b
	t := &table{}
	for _, id := range s.columnsOf(name) {
		t.cols = append(t.cols, identColumn(&id, value{}))
	}
	if len(t.cols) > 0 { // all columns are known: one that is not there is an error
		b.alter(t, changes, func(c *syntax.TableChange) {
			if id := &c.Column.Name; c.Kind != syntax.AddColumn && !c.Lenient {
				s.missingTarget(name, id)
			}
		})
	}
	s.change(name, true, func(t *table) *table {
		b.spend(columnWork * len(t.cols))
		out := &table{cols: slices.Clone(t.cols), opens: slices.Clone(t.opens), uses: t.uses}
		b.alter(out, changes, nil)
		return out
	})
}

// alter changes the columns of a table. missing, if it is not nil, is told of the
// changes of columns that are not there.
func (b *binder) alter(t *table, changes []syntax.TableChange, missing func(*syntax.TableChange)) {
	places := b.placesOf(t.cols, len(changes))
	gone := make([]bool, len(t.cols))
	except := make([][]string, len(t.opens)) // what each open part has no more
	taken := make([]nameSet, len(t.opens))
	add := func(c column) int {
		at := len(t.cols)
		places.move(at, 0, c.hash)
		t.cols, gone = append(t.cols, c), append(gone, false)
		return at
	}
	for i := range changes {
		c := &changes[i]
		id := &c.Column.Name
		at := places.find(t.cols, id)
		for at >= 0 && places == nil && gone[at] { // it was dropped, another may be there
			next := slices.IndexFunc(t.cols[at+1:], func(c column) bool { return equalName(c.hash, c.name, id) })
			if next < 0 {
				at = -1
				break
			}
			at += 1 + next
		}
		if at < 0 && c.Kind != syntax.AddColumn {
			for j := range t.opens {
				v, ok := b.openColumn(t.opens[j], id)
				if !ok || taken[j].has(id.Hash, id.Name) {
					continue
				}
				if taken[j] == nil {
					taken[j] = make(nameSet)
				}
				taken[j].add(id.Name)
				except[j] = append(except[j], id.Name)
				at = add(identColumn(id, v))
				break
			}
			if at < 0 && missing != nil {
				missing(c)
			}
		}
		switch {
		case c.Kind == syntax.AddColumn && at < 0:
			add(declared([]syntax.ColumnDef{c.Column})[0])
		case at < 0:
		case c.Kind == syntax.DropColumn:
			places.drop(at, t.cols[at].hash)
			gone[at] = true
		case c.Kind == syntax.RenameColumn:
			places.move(at, t.cols[at].hash, c.To[0].Hash)
			t.cols[at].name, t.cols[at].hash = c.To[0].Name, c.To[0].Hash
		case c.Kind == syntax.RetypeColumn:
			t.cols[at].val = b.cast(t.cols[at].val, fromName(c.Column.Type))
		}
	}
	for j := range t.opens {
		t.opens[j].except = b.appendMissing(t.opens[j].except, except[j])
	}
	t.cols = without(t.cols, t.opens, func(i int) bool { return gone[i] })
}

// known makes a column of the open part of a table one that is known by name, and
// returns where it stands; -1 if there is none.
func (b *binder) known(t *table, id *syntax.Ident) int {
	for i := range t.opens {
		v, ok := b.openColumn(t.opens[i], id)
		if !ok {
			continue
		}
		t.opens = slices.Clone(t.opens)
		t.opens[i].except = append(slices.Clip(t.opens[i].except), id.Name)
		t.cols = append(t.cols, identColumn(id, v))
		return len(t.cols) - 1
	}
	return -1
}

// renameTable moves a table to another name in the same dataset.
func (s *scriptState) renameTable(from, to []syntax.Ident) {
	if len(to) == 1 && len(from) > 1 {
		to = append(slices.Clone(from[:len(from)-1]), to[0])
	}
	was := s.existing(from)
	if was.gone != "" {
		return
	}
	m := &madeTable{name: to, table: was.table, from: was.read, altered: was.altered, outside: was.outside, defined: true}
	s.put(s.b.tableKey(from), &madeTable{name: from, gone: "was renamed to " + dotted(to) + " before"})
	key := s.b.tableKey(to)
	s.b.tails = addTail(s.b.tails, to, key)
	s.put(key, m)
}
