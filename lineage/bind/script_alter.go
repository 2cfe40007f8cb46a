package bind

import (
	"slices"

	"impact/lineage/syntax"
)

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
