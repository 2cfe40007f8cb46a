package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// A nameSet is a set of names, without regard to case.
type nameSet map[uint32][]string

// setOf is the set of the names in a list.
func setOf(ids []syntax.Ident) nameSet {
	set := make(nameSet, len(ids))
	for i := range ids {
		set[ids[i].Hash] = append(set[ids[i].Hash], ids[i].Name)
	}
	return set
}

// has reports whether a name, of which the hash is known, is in the set.
func (s nameSet) has(hash uint32, name string) bool {
	return slices.ContainsFunc(s[hash], func(e string) bool { return syntax.EqualFold(e, name) })
}

// add enters a name and reports whether it is a new one.
func (s nameSet) add(name string) bool {
	hash := syntax.Fold(name)
	if s.has(hash, name) {
		return false
	}
	s[hash] = append(s[hash], name)
	return true
}
