package oracle

import "strconv"

// A node is a resolved expression with everything left out that has no part in
// lineage. A tree is turned into nodes once; from then on nothing is asked of the
// analyzer any more.
type node struct {
	op    op
	id    int32   // of ref: the column
	index int     // of field
	args  []*node // parts of a struct, or what the value is made of
	conds []*node // what the value depends on, but is not made of
	table *Table  // of leaf
	leaf  int     // of leaf: index of the column
	typ   *typ    // of leaf
}

type op uint8

const (
	none   op = iota // a constant
	ref              // a column of the query
	leafOp           // a column of a table
	record           // a struct of args
	field            // a field of the only arg
	pass             // a value with the structure of args: each of them, or an array of them
	call             // a value computed from args
)

var constant = &node{op: none}

func refTo(id int32) *node         { return &node{op: ref, id: id} }
func passing(args ...*node) *node  { return &node{op: pass, args: args} }
func computed(args ...*node) *node { return &node{op: call, args: args} }
func isConstant(n *node) bool      { return n == nil || n.op == none }

// A typ is the shape of a type: the names and types of its fields, if it is a
// struct or an array of structs.
type typ struct {
	names  []string
	fields []*typ
}

// A tracer follows a value to the table columns that it comes from.
type tracer struct {
	defs    map[int32]*node
	seen    map[string]bool
	reached map[int32]bool
	found   map[Source]bool
	rows    bool // of an array only what says how many elements there are
}

// sources returns what flows into a value; with rows, into the number of elements
// of an array of structs: the fields that a struct is made of have no part in it.
// It enters the columns on the way into reached.
func sources(defs map[int32]*node, n *node, rows bool, reached map[int32]bool) []Source {
	t := &tracer{defs: defs, reached: reached, seen: map[string]bool{}, found: map[Source]bool{}, rows: rows}
	t.follow(n, nil)
	out := make([]Source, 0, len(t.found))
	for s := range t.found {
		out = append(out, s)
	}
	return sortSources(out)
}

// follow visits what flows into the part of n that path leads to: indexes of
// fields, through arrays as if they were not there. A column is visited once for
// each path, so that recursive queries come to an end.
func (t *tracer) follow(n *node, path []int) {
	if n == nil {
		return
	}
	for _, c := range n.conds {
		t.follow(c, nil)
	}
	switch n.op {
	case ref:
		key := strconv.Itoa(int(n.id))
		for _, i := range path {
			key += "." + strconv.Itoa(i)
		}
		if t.seen[key] {
			return
		}
		t.seen[key] = true
		t.reached[n.id] = true
		t.follow(t.defs[n.id], path)
	case leafOp:
		s := Source{Table: n.table.Name, Column: n.table.Columns[n.leaf].Name}
		shape := n.typ
		for i, f := range path {
			if shape == nil || f >= len(shape.fields) {
				break
			}
			if i > 0 {
				s.Path += "."
			}
			s.Path += shape.names[f]
			shape = shape.fields[f]
		}
		t.found[s] = true
	case record:
		if len(path) > 0 && path[0] < len(n.args) {
			t.follow(n.args[path[0]], path[1:])
			return
		}
		if t.rows {
			return
		}
		t.all(n.args, nil)
	case field:
		t.all(n.args, append([]int{n.index}, path...))
	case pass:
		t.all(n.args, path)
	case call:
		t.all(n.args, nil)
	}
}

func (t *tracer) all(list []*node, path []int) {
	for _, n := range list {
		t.follow(n, path)
	}
}
