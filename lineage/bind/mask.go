package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// mask is a table as an alias sees it: of the columns of a query without a select
// list, those that are called like one of its tables cannot be named any more. A
// star gives them.
func (b *binder) mask(t *table) *table {
	if !b.traits.strictNames || len(t.vars) == 0 {
		return t
	}
	out := t
	for _, v := range t.vars {
		if v.name == "" || v.isValue {
			continue
		}
		id := syntax.Ident{Name: v.name, Hash: v.hash}
		for i := b.columnIndex(out.cols, &id); i >= 0; i = b.columnFrom(out.cols, &id, i+1) {
			if out == t {
				copied := *t
				copied.cols = slices.Clone(t.cols)
				out = &copied
			}
			out.cols[i].masked = true
		}
	}
	return out
}
