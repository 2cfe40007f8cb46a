package bind

import (
	"impact/internal/slab"
	"impact/lineage/syntax"
)

// A Binder binds one file after the other in the same memory, which spares what a
// binding allocates besides its result. The zero Binder is ready for use; it is for one goroutine.
type Binder struct{ m memory }

// Bind is [Bind] in the memory of the binder. The result shares nothing with it.
func (x *Binder) Bind(file *syntax.File, catalog Catalog) *Result {
	defer x.m.reset()
	return x.m.bind(file, catalog)
}

// memory is what a binding works with. Its result outlives that: nothing in the
// slabs and lists may get into a [Result].
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

	leafList []leaf         // of leaves
	deep     []int32        // how deep each leaf lies inside of its column
	byKey    map[useKey]int // of the collector
	freeRefs []*colRefs     // that no SELECT uses now
}

const (
	// maxKept bounds how long a list or a map may be that is kept for the next
	// binding.
	maxKept = 1 << 12
	// maxFreeRefs bounds how many lists of names are kept.
	maxFreeRefs = 16
)

// reset makes the memory ready for the next binding.
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
	m.freeRefs = m.freeRefs[:min(len(m.freeRefs), maxFreeRefs)]
}
