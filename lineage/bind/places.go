package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// places are the places of columns by their hashes, in order, while their names
// change; nil where the columns are searched one by one.
type places map[uint32][]int32

// placesOf are those of columns of which about n are asked for.
func (b *binder) placesOf(cols []column, n int) places {
	if n <= 8 || len(cols) <= narrow {
		b.spend(n * len(cols) >> 3)
		return nil
	}
	b.spend(columnWork * len(cols))
	p := make(places, len(cols))
	for i := range cols {
		p[cols[i].hash] = append(p[cols[i].hash], int32(i))
	}
	return p
}

// find is where the first column of a name stands, -1 if there is none.
func (p places) find(cols []column, id *syntax.Ident) int {
	if p == nil {
		return slices.IndexFunc(cols, func(c column) bool { return equalName(c.hash, c.name, id) })
	}
	for _, i := range p[id.Hash] {
		if syntax.EqualFold(cols[i].name, id.Name) {
			return int(i)
		}
	}
	return -1
}

// findExact is where the column of a name stands that [binder.findExact] finds, -1
// if there is none.
func (p places) findExact(b *binder, cols []column, id *syntax.Ident) int {
	hit := -1
	if p == nil {
		if c := b.findExact(cols, id); c != nil {
			hit = slices.IndexFunc(cols, func(o column) bool { return o.hash == c.hash && o.name == c.name })
		}
		return hit
	}
	exact := b.dialect.CaseSensitiveQuoted()
	kept := b.dialect.Kept(id)
	for _, i := range p[id.Hash] {
		c := &cols[i]
		switch {
		case !syntax.EqualFold(c.name, id.Name):
		case c.name == id.Name || !exact:
			return int(i)
		case hit < 0 || c.name == kept && cols[hit].name != kept:
			hit = int(i)
		}
	}
	return hit
}

// move notes that the column at a place has another hash.
func (p places) move(at int, from, to uint32) {
	if p == nil {
		return
	}
	if i, ok := slices.BinarySearch(p[from], int32(at)); ok {
		p[from] = slices.Delete(p[from], i, i+1)
	}
	i, _ := slices.BinarySearch(p[to], int32(at))
	p[to] = slices.Insert(p[to], i, int32(at))
}

// drop notes that the column at a place is gone.
func (p places) drop(at int, hash uint32) {
	if i, ok := slices.BinarySearch(p[hash], int32(at)); ok {
		p[hash] = slices.Delete(p[hash], i, i+1)
	}
}

// exceptExact is exceptColumns where quoted names that differ in case may be
// different ones.
func (b *binder) exceptExact(cols []column, opens []open, names []syntax.Ident) ([]column, []bool) {
	if !b.dialect.CaseSensitiveQuoted() {
		return exceptColumns(cols, opens, names)
	}
	had := make([]bool, len(names))
	places := b.placesOf(cols, len(names))
	gone := make(map[int]bool, len(names))
	for i := range names {
		at := places.findExact(b, cols, &names[i])
		if at < 0 {
			continue
		}
		had[i] = true
		exact := cols[at].name
		if places == nil {
			cols = without(cols, opens, func(i int) bool { return cols[i].name == exact })
			continue
		}
		for _, j := range slices.Clone(places[names[i].Hash]) {
			if cols[j].name == exact {
				places.drop(int(j), names[i].Hash)
				gone[int(j)] = true
			}
		}
	}
	if len(gone) > 0 {
		cols = without(cols, opens, func(i int) bool { return gone[i] })
	}
	return cols, had
}

// without takes columns out of cols and moves the open parts to where they stand
// then. It changes both. gone is asked once for each column, in order.
func without(cols []column, opens []open, gone func(int) bool) []column {
	kept := cols[:0]
	at := make([]int, len(opens))
	for i := range cols {
		if gone(i) {
			for j := range opens {
				if i < opens[j].at {
					at[j]++
				}
			}
			continue
		}
		kept = append(kept, cols[i])
	}
	for j := range opens {
		opens[j].at -= at[j]
	}
	clear(cols[len(kept):])
	return kept
}

// exceptColumns takes the columns of the given names out of a list, which it
// changes, and tells which of the names had one. Of equal names it is the first.
func exceptColumns(cols []column, opens []open, names []syntax.Ident) ([]column, []bool) {
	had := make([]bool, len(names))
	var first map[uint32][]int
	if len(names) > 8 {
		first = make(map[uint32][]int, len(names))
		for i := range names {
			first[names[i].Hash] = append(first[names[i].Hash], i)
		}
	}
	return without(cols, opens, func(at int) bool {
		c := &cols[at]
		if first != nil {
			for _, i := range first[c.hash] {
				if equalName(c.hash, c.name, &names[i]) {
					had[i] = true
					return true
				}
			}
			return false
		}
		for i := range names {
			if equalName(c.hash, c.name, &names[i]) {
				had[i] = true
				return true
			}
		}
		return false
	}), had
}
