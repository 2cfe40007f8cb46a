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

// indexOf is the index of a list of n names that begins at first.
func indexOf[T any](b *binder, m *map[*T]*nameIndex, first *T, n int) *nameIndex {
	if x := (*m)[first]; x != nil {
		return x
	}
	if b.indexes.held += n; b.indexes.held > maxHeld {
		b.indexes = indexes{held: n}
	}
	if *m == nil {
		*m = make(map[*T]*nameIndex)
	}
	x := &nameIndex{}
	(*m)[first] = x
	return x
}

// ready reports whether a list of n names has been searched so often that it has
// an index, or shall get one. hash gives the hash of a name.
func (b *binder) ready(x *nameIndex, n int, hash func(int) uint32) bool {
	if x.ends == nil {
		if x.searched < patience*n {
			return false
		}
		x.ends = make(map[uint32]ends, n)
	}
	if more := n - len(x.next); more > 0 {
		b.spend(4 * more)
		for i := len(x.next); i < n; i++ {
			x.add(hash(i))
		}
	}
	return true
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
	if len(cols) <= narrow {
		for i := from; i < len(cols); i++ {
			if c := &cols[i]; c.hash == id.Hash && len(c.name) == len(id.Name) && syntax.EqualFold(c.name, id.Name) {
				return i
			}
		}
		return -1
	}
	x := indexOf(b, &b.indexes.columns, &cols[0], len(cols))
	if !b.ready(x, len(cols), func(i int) uint32 { return cols[i].hash }) {
		at := -1
		i := from
		for ; i < len(cols); i++ {
			if c := &cols[i]; c.hash == id.Hash && len(c.name) == len(id.Name) && syntax.EqualFold(c.name, id.Name) {
				at = i
				break
			}
		}
		x.searched += i - from + 1
		b.spend((i - from) >> 3)
		return at
	}
	var i int
	if from == 0 {
		i = x.first(id.Hash, len(cols))
	} else {
		i = x.after(from-1, len(cols))
	}
	for ; i >= 0; i = x.after(i, len(cols)) {
		if c := &cols[i]; len(c.name) == len(id.Name) && c.hash == id.Hash && syntax.EqualFold(c.name, id.Name) {
			return i
		}
		b.spend(1)
	}
	return -1
}

// findVar finds the last range variable of a name.
func (b *binder) findVar(vars []*rangeVar, id *syntax.Ident) *rangeVar {
	is := func(v *rangeVar) bool {
		return v.hash == id.Hash && len(v.name) == len(id.Name) && syntax.EqualFold(v.name, id.Name)
	}
	if len(vars) <= narrow {
		for i := len(vars) - 1; i >= 0; i-- {
			if v := vars[i]; is(v) {
				return v
			}
		}
		return nil
	}
	x := indexOf(b, &b.indexes.vars, &vars[0], len(vars))
	if !b.ready(x, len(vars), func(i int) uint32 { return vars[i].hash }) {
		var hit *rangeVar
		i := len(vars) - 1
		for ; i >= 0; i-- {
			if is(vars[i]) {
				hit = vars[i]
				break
			}
		}
		x.searched += len(vars) - i
		b.spend((len(vars) - i) >> 3)
		return hit
	}
	for i := x.last(id.Hash, len(vars)); i >= 0; i = int(x.prev[i]) {
		if is(vars[i]) {
			return vars[i]
		}
		b.spend(1)
	}
	return nil
}

// typeField is where the first field of a name stands in a struct type, -1 if
// there is none.
func (b *binder) typeField(fields []TypeField, id *syntax.Ident) int {
	is := func(f *TypeField) bool { return f.hash == id.Hash && syntax.EqualFold(f.Name, id.Name) }
	if len(fields) > narrow {
		x := indexOf(b, &b.indexes.fields, &fields[0], len(fields))
		if b.ready(x, len(fields), func(i int) uint32 { return fields[i].hash }) {
			for i := x.first(id.Hash, len(fields)); i >= 0; i = x.after(i, len(fields)) {
				if is(&fields[i]) {
					return i
				}
				b.spend(1)
			}
			return -1
		}
		x.searched += len(fields)
		b.spend(len(fields) >> 3)
	}
	for i := range fields {
		if is(&fields[i]) {
			return i
		}
	}
	return -1
}

// hasText reports whether a list of names holds one.
func (b *binder) hasText(list []string, name string) bool {
	if len(list) > narrow {
		x := indexOf(b, &b.indexes.texts, &list[0], len(list))
		if b.ready(x, len(list), func(i int) uint32 { return syntax.Fold(list[i]) }) {
			for i := x.first(syntax.Fold(name), len(list)); i >= 0; i = x.after(i, len(list)) {
				if syntax.EqualFold(list[i], name) {
					return true
				}
				b.spend(1)
			}
			return false
		}
		x.searched += len(list)
		b.spend(len(list) >> 3)
	}
	for _, e := range list {
		if syntax.EqualFold(e, name) {
			return true
		}
	}
	return false
}
