package plan

import (
	"sort"
	"strings"

	"impact/lineage/destination"
)

// A reference says that rows of one load's table point to rows of another's
// (or of the same one).
type reference struct {
	child, parent int      // indexes of loads
	columns       []string // of the child's table
	written       bool     // the child's load writes one of them
	nullable      bool     // all that are written may be NULL
	lookup        bool     // by a lookup, without a foreign key of its own
}

// references returns how the loads of one destination refer to each other,
// sorted by child and parent.
func references(loads []*Load, schema *destination.Schema) []reference {
	byTable := map[*destination.Table][]int{}
	for i, l := range loads {
		if l.Table != nil {
			byTable[l.Table] = append(byTable[l.Table], i)
		}
	}
	var out []reference
	add := func(child int, parent *destination.Table, columns []string, lookup bool) {
		for _, p := range byTable[parent] {
			r := reference{child: child, parent: p, columns: columns, nullable: true, lookup: lookup}
			for _, name := range columns {
				if c := loads[child].column(name); c != nil {
					r.written = true
					if c.Type != nil && c.Type.NotNull {
						r.nullable = false
					}
				}
			}
			out = append(out, r)
		}
	}
	for i, l := range loads {
		if l.Table == nil {
			continue
		}
		for k := range l.Table.ForeignKeys {
			fk := &l.Table.ForeignKeys[k]
			if parent := referenced(schema, l.Table, fk); parent != nil {
				add(i, parent, fk.Columns, false)
			}
		}
		for _, lk := range l.Spec.Lookups {
			if parent := schema.Table(lk.Table); parent != nil {
				add(i, parent, []string{lk.Column}, true)
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].child != out[j].child {
			return out[i].child < out[j].child
		}
		return out[i].parent < out[j].parent
	})
	return out
}

// referenced returns the table that a foreign key points to, or nil. A name
// without a database means the database of the child.
func referenced(schema *destination.Schema, child *destination.Table, fk *destination.ForeignKey) *destination.Table {
	name := fk.Table
	if !strings.Contains(name, ".") && child.Database != "" {
		if t := schema.Table(child.Database + "." + name); t != nil {
			return t
		}
	}
	return schema.Table(name)
}

func (l *Load) column(name string) *Column {
	for i := range l.Columns {
		if equalFold(l.Columns[i].Name, name) {
			return &l.Columns[i]
		}
	}
	return nil
}

// components returns the loads joined by references, each set sorted, the sets
// in the order of their first load.
func components(n int, refs []reference) [][]int {
	root := make([]int, n)
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, r := range refs {
		a, b := find(r.child), find(r.parent)
		if a > b {
			a, b = b, a
		}
		root[b] = a
	}
	at := map[int]int{}
	var out [][]int
	for i := range n {
		k, ok := at[find(i)]
		if !ok {
			k = len(out)
			at[find(i)] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], i)
	}
	return out
}

// arrange orders a set of loads parents first. Where that is not possible it
// defers references whose columns may be NULL. What is left in a circle that
// nothing can break comes last, in stuck.
//
// The set is small (loads of one database), so the simple method will do: take
// the first load whose parents are all placed; if there is none, give up a
// deferrable reference and try again.
func arrange(set []int, refs []reference) (order []int, deferred []reference, stuck []int) {
	in := map[int]bool{}
	for _, i := range set {
		in[i] = true
	}
	var open []reference
	for _, r := range refs {
		if !in[r.child] {
			continue
		}
		if r.child == r.parent {
			if r.written {
				if r.nullable {
					deferred = append(deferred, r)
				} else {
					stuck = append(stuck, r.child)
				}
			}
			continue
		}
		open = append(open, r)
	}
	placed := map[int]bool{}
	for len(order) < len(set) {
		next := -1
		for _, i := range set {
			if !placed[i] && ready(i, open, placed) {
				next = i
				break
			}
		}
		if next >= 0 {
			placed[next] = true
			order = append(order, next)
			continue
		}
		k := breakable(open, placed, refsInCircle(set, open, placed))
		if k < 0 {
			for _, i := range set {
				if !placed[i] {
					stuck = append(stuck, i)
					order = append(order, i)
				}
			}
			break
		}
		if open[k].written {
			deferred = append(deferred, open[k])
		}
		open = append(open[:k:k], open[k+1:]...)
	}
	return order, deferred, stuck
}

func ready(i int, open []reference, placed map[int]bool) bool {
	for _, r := range open {
		if r.child == i && !placed[r.parent] {
			return false
		}
	}
	return true
}

// refsInCircle returns which loads are part of a circle, not only behind one.
func refsInCircle(set []int, open []reference, placed map[int]bool) map[int]bool {
	left := map[int]bool{}
	for _, i := range set {
		if !placed[i] {
			left[i] = true
		}
	}
	// What nobody that is left refers to is behind the circle: peel it off.
	for changed := true; changed; {
		changed = false
		for _, i := range set {
			if !left[i] {
				continue
			}
			parent := false
			for _, r := range open {
				if r.parent == i && left[r.child] {
					parent = true
				}
			}
			if !parent {
				delete(left, i)
				changed = true
			}
		}
	}
	return left
}

// breakable returns the first reference inside of a circle that can be given
// up: one that the load does not write, else one that may be NULL for a while.
func breakable(open []reference, placed, circle map[int]bool) int {
	best := -1
	for k, r := range open {
		if placed[r.parent] || !circle[r.child] || !circle[r.parent] {
			continue
		}
		if !r.written {
			return k
		}
		if r.nullable && best < 0 {
			best = k
		}
	}
	return best
}
