package bind

import (
	"impact/internal/slab"
	"impact/lineage/syntax"
)

// A Binder binds one file after the other in the same memory, which spares most of
// what a binding costs. The zero Binder is ready for use; it is for one goroutine.
type Binder struct{ m memory }

// Bind is [Bind] in the memory of the binder. The result shares nothing with it.
func (x *Binder) Bind(file *syntax.File, catalog Catalog) *Result {
	defer x.m.reset()
	return x.m.bind(file, catalog)
}

// memory is what a binding is made of.
type memory struct {
	columns slab.Slab[column]
	values  slab.Slab[value]
	srcs    slab.Slab[src]
	scopes  slab.Slab[scope]
	usesOf  slab.Slab[uses]
	tables  slab.Slab[table]
	vars    slab.Slab[rangeVar]
	varList slab.Slab[*rangeVar]
	names   slab.Slab[names]
	lists   slab.Slab[list]

	leafList []leaf
	deep     []int32 // how deep each leaf lies inside of its column
	byKey    map[useKey]int
	freeRefs []*colRefs // for the next SELECT
}

// maxKept bounds what is kept of lists and maps for the next binding.
const maxKept = 1 << 12

func (m *memory) reset() {
	m.columns.Reset()
	m.values.Reset()
	m.srcs.Reset()
	m.scopes.Reset()
	m.usesOf.Reset()
	m.tables.Reset()
	m.vars.Reset()
	m.varList.Reset()
	m.names.Reset()
	m.lists.Reset()

	if cap(m.leafList) > maxKept {
		m.leafList = nil
	}
	clear(m.leafList[:cap(m.leafList)])
	m.leafList = m.leafList[:0]
	if cap(m.deep) > maxKept {
		m.deep = nil
	}
	if len(m.byKey) > maxKept {
		m.byKey = nil
	}
	clear(m.byKey)
	for _, r := range m.freeRefs {
		if cap(r.list) > maxKept {
			r.list = nil
		}
	}
	m.freeRefs = m.freeRefs[:min(len(m.freeRefs), 16)]
}
