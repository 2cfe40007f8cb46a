package bind

import (
	"strings"

	"impact/lineage/syntax"
)

// leaves numbers the input columns of a statement and the fields inside them.
// The columns of one input have consecutive numbers, so that naming a column of
// a known table costs no look-up.
type leaves struct {
	all    []leaf
	fields map[fieldKey]int32
	named  map[namedKey]int32 // columns of open inputs, found by name
}

type leaf struct {
	input  int32
	parent int32 // leaf that this is a field of, -1 for a column
	name   string
}

type fieldKey struct {
	parent int32
	name   string
}

type namedKey struct {
	input int32
	name  string
}

// block numbers all the known columns of an input.
func (l *leaves) block(input int32, cols []Column) int32 {
	first := int32(len(l.all))
	for i := range cols {
		l.all = append(l.all, leaf{input: input, parent: -1, name: cols[i].Name})
	}
	return first
}

// column numbers a column that an open input was not known to have.
func (l *leaves) column(input int32, name string) int32 {
	key := namedKey{input, strings.ToLower(name)}
	if n, ok := l.named[key]; ok {
		return n
	}
	n := int32(len(l.all))
	l.all = append(l.all, leaf{input: input, parent: -1, name: name})
	if l.named == nil {
		l.named = make(map[namedKey]int32)
	}
	l.named[key] = n
	return n
}

// field numbers a field of a leaf.
func (l *leaves) field(parent int32, name string) int32 {
	key := fieldKey{parent, strings.ToLower(name)}
	if n, ok := l.fields[key]; ok {
		return n
	}
	n := int32(len(l.all))
	l.all = append(l.all, leaf{input: l.all[parent].input, parent: parent, name: name})
	if l.fields == nil {
		l.fields = make(map[fieldKey]int32)
	}
	l.fields[key] = n
	return n
}

// A family is a set of leaves with those that they lie inside of.
type family struct {
	l *leaves
	// member says of a leaf whether it is one of the set itself.
	member map[int32]bool
}

// family is that of a set of sources.
func (l *leaves) family(srcs []src) family {
	f := family{l: l, member: make(map[int32]bool, len(srcs))}
	for _, s := range srcs {
		f.member[s.leaf] = true
		if s.leaf < 0 { // a group of uses
			continue
		}
		for n := l.all[s.leaf].parent; n >= 0; n = l.all[n].parent {
			if _, seen := f.member[n]; seen {
				break
			}
			f.member[n] = false
		}
	}
	return f
}

// overlaps reports whether one of the sources is a leaf of the family's set, lies
// inside of one or is what one lies inside of.
func (f family) overlaps(srcs []src) bool {
	for _, s := range srcs {
		if _, ok := f.member[s.leaf]; ok {
			return true
		}
		for n := s.leaf; n >= 0; n = f.l.all[n].parent {
			if f.member[n] {
				return true
			}
		}
	}
	return false
}

// leaf gives the public form of leaf n.
func (l *leaves) leaf(n int32) Leaf {
	e := l.all[n]
	if e.parent < 0 {
		return Leaf{Input: int(e.input), Column: e.name}
	}
	var parts []string
	for e.parent >= 0 {
		parts = append(parts, e.name)
		e = l.all[e.parent]
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return Leaf{Input: int(e.input), Column: e.name, Path: strings.Join(parts, ".")}
}

// equalName compares a name with its hash against an identifier.
func equalName(hash uint32, name string, id *syntax.Ident) bool {
	return hash == id.Hash && len(name) == len(id.Name) && syntax.EqualFold(name, id.Name)
}
