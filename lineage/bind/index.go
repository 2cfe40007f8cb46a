package bind

import (
	"impact/lineage/syntax"
)

// indexes find names in lists too wide to be searched one by one. An index is
// made when a list has been searched for long enough, and knows the list by its
// first element: a list that was appended to is the same one, only longer. The
// names in a list that has been searched must not change, or forget must be
// called.
type indexes struct {
	columns map[*column]*nameIndex
	vars    map[**rangeVar]*nameIndex
	fields  map[*TypeField]*nameIndex
	texts   map[*string]*nameIndex
	windows map[*window]*nameIndex
	held    int // names in all of the lists
}

const (
	// narrow is how many names are searched one by one. The lists of most
	// statements are shorter.
	narrow = 64
	// patience is how often a wide list is searched to its end before an index
	// is worth its making.
	patience = 16
	// maxHeld bounds how many names the lists that are known have together.
	maxHeld = 1 << 21
)

// A nameIndex chains the places of a list that have the same hash, from the first
// to the last and back.
type nameIndex struct {
	searched int // how many names were compared before it was made
	ends     map[uint32]ends
	next     []int32
	prev     []int32
}

type ends struct{ first, last int32 }

func (x *nameIndex) add(hash uint32) {
	i := int32(len(x.next))
	x.next, x.prev = append(x.next, -1), append(x.prev, -1)
	e, ok := x.ends[hash]
	if !ok {
		e.first = i
	} else {
		x.next[e.last], x.prev[i] = i, e.last
	}
	e.last = i
	x.ends[hash] = e
}

// first is the first place of a hash, -1 if there is none before place n.
func (x *nameIndex) first(hash uint32, n int) int {
	if e, ok := x.ends[hash]; ok && int(e.first) < n {
		return int(e.first)
	}
	return -1
}

// after is the next place with the hash of place i, -1 if there is none before n.
func (x *nameIndex) after(i, n int) int {
	if j := x.next[i]; int(j) < n {
		return int(j)
	}
	return -1
}

// last is the last place of a hash before place n, -1 if there is none.
func (x *nameIndex) last(hash uint32, n int) int {
	e, ok := x.ends[hash]
	if !ok {
		return -1
	}
	i := e.last
	for i >= 0 && int(i) >= n {
		i = x.prev[i]
	}
	return int(i)
}

// indexOf is the index of a list of more than narrow items. It is filled once the
// list has been searched for long enough; until then it has no ends. hashOf gives
// the hash of an item's name.
func indexOf[T any](b *binder, m *map[*T]*nameIndex, list []T, hashOf func(*T) uint32) *nameIndex {
	n := len(list)
	x := (*m)[&list[0]]
	if x == nil {
		if b.indexes.held += n; b.indexes.held > maxHeld {
			b.indexes = indexes{held: n}
		}
		if *m == nil {
			*m = make(map[*T]*nameIndex)
		}
		x = &nameIndex{}
		(*m)[&list[0]] = x
	}
	if x.ends == nil {
		if x.searched < patience*n {
			return x
		}
		x.ends = make(map[uint32]ends, n)
	}
	if more := n - len(x.next); more > 0 {
		b.spend(4 * more)
		for i := len(x.next); i < n; i++ {
			x.add(hashOf(&list[i]))
		}
	}
	return x
}

// compared books that n items of a list were compared one by one.
func (b *binder) compared(x *nameIndex, n int) {
	x.searched += n
	b.spend(n >> 3)
}

// findFrom is where the first item stands, at or behind a place, that is the one
// looked for, -1 if there is none. A place other than the first is one behind an
// item of the same hash.
func findFrom[T any](b *binder, m *map[*T]*nameIndex, list []T, from int, hash uint32, hashOf func(*T) uint32, is func(*T) bool) int {
	n := len(list)
	if n <= narrow {
		for i := from; i < n; i++ {
			if is(&list[i]) {
				return i
			}
		}
		return -1
	}
	x := indexOf(b, m, list, hashOf)
	if x.ends == nil {
		for i := from; i < n; i++ {
			if is(&list[i]) {
				b.compared(x, i-from+1)
				return i
			}
		}
		b.compared(x, n-from)
		return -1
	}
	i := x.first(hash, n)
	if from > 0 {
		i = x.after(from-1, n)
	}
	for ; i >= 0; i = x.after(i, n) {
		if is(&list[i]) {
			return i
		}
		b.spend(1)
	}
	return -1
}

// findLast is where the last item stands that is the one looked for, -1 if there
// is none.
func findLast[T any](b *binder, m *map[*T]*nameIndex, list []T, hash uint32, hashOf func(*T) uint32, is func(*T) bool) int {
	n := len(list)
	if n <= narrow {
		for i := n - 1; i >= 0; i-- {
			if is(&list[i]) {
				return i
			}
		}
		return -1
	}
	x := indexOf(b, m, list, hashOf)
	if x.ends == nil {
		for i := n - 1; i >= 0; i-- {
			if is(&list[i]) {
				b.compared(x, n-i)
				return i
			}
		}
		b.compared(x, n)
		return -1
	}
	for i := x.last(hash, n); i >= 0; i = int(x.prev[i]) {
		if is(&list[i]) {
			return i
		}
		b.spend(1)
	}
	return -1
}

// forget is called before the names in a list of columns change.
func (b *binder) forget(cols []column) {
	if len(cols) > 0 && b.indexes.columns != nil {
		delete(b.indexes.columns, &cols[0])
	}
}

// findColumn finds the first column of a name.
func (b *binder) findColumn(cols []column, id *syntax.Ident) *column {
	if i := b.columnIndex(cols, id); i >= 0 {
		return &cols[i]
	}
	return nil
}

// columnIndex is where the first column of a name stands, -1 if there is none.
func (b *binder) columnIndex(cols []column, id *syntax.Ident) int {
	return b.columnFrom(cols, id, 0)
}

// columnFrom is where the first column of a name at or behind a place stands, -1
// if there is none. A place other than the first is one behind a column of the
// name.
func (b *binder) columnFrom(cols []column, id *syntax.Ident, from int) int {
	if len(cols) <= narrow { // most names are looked up here, so nothing is called for it
		for i := from; i < len(cols); i++ {
			if c := &cols[i]; equalName(c.hash, c.name, id) {
				return i
			}
		}
		return -1
	}
	return findFrom(b, &b.indexes.columns, cols, from, id.Hash,
		func(c *column) uint32 { return c.hash },
		func(c *column) bool { return equalName(c.hash, c.name, id) })
}

// findVar finds the last range variable of a name.
func (b *binder) findVar(vars []*rangeVar, id *syntax.Ident) *rangeVar {
	i := findLast(b, &b.indexes.vars, vars, id.Hash,
		func(v **rangeVar) uint32 { return (*v).hash },
		func(v **rangeVar) bool { return equalName((*v).hash, (*v).name, id) })
	if i < 0 {
		return nil
	}
	return vars[i]
}

// typeField is where the first field of a name stands in a struct type, -1 if
// there is none.
func (b *binder) typeField(fields []TypeField, id *syntax.Ident) int {
	return findFrom(b, &b.indexes.fields, fields, 0, id.Hash,
		func(f *TypeField) uint32 { return f.hash },
		func(f *TypeField) bool { return equalName(f.hash, f.Name, id) })
}

// findWindow finds the specification of the first named window of a name.
func (b *binder) findWindow(sc *scope, id *syntax.Ident) *syntax.WindowSpec {
	i := findFrom(b, &b.indexes.windows, sc.windows, 0, id.Hash,
		func(w *window) uint32 { return w.name.Hash },
		func(w *window) bool { return equalName(w.name.Hash, w.name.Name, id) })
	if i < 0 {
		return nil
	}
	return sc.windows[i].spec
}

// hasText reports whether a list of names holds one.
func (b *binder) hasText(list []string, name string) bool {
	var hash uint32
	if len(list) > narrow {
		hash = syntax.Fold(name)
	}
	return findFrom(b, &b.indexes.texts, list, 0, hash,
		func(e *string) uint32 { return syntax.Fold(*e) },
		func(e *string) bool { return syntax.EqualFold(*e, name) }) >= 0
}
