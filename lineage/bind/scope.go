package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// A column is a named value in a table, a struct or a select list.
type column struct {
	name    string
	hash    uint32
	hidden  bool   // not part of a star: pseudo-columns, keys kept for ORDER BY
	unnamed bool   // the name was made up, as f0_ is
	masked  bool   // it has no name that could be said, but a star gives it; see mask
	part    uint16 // of which element of an array, from 1, it is a field; see wholeElement
	writes  uint16 // how often a script gave more rows of the column a value
	twin    uint32 // the same for all columns that are one; see twins
	val     value
	span    syntax.Span
}

func newColumn(name string, val value) column {
	return column{name: name, hash: syntax.Fold(name), val: val}
}

func identColumn(id *syntax.Ident, val value) column {
	return column{name: id.Name, hash: id.Hash, val: val}
}

// An open stands for columns that are not known by name: those of an input
// relation, or the fields of a value of unknown type.
type open struct {
	input  int32 // index of the input, -1 for a value
	val    value
	name   string // of a value: what a star calls it
	except []string
	// nameless says of the element of an array that the query gives it no name,
	// so that it is read by the names of its fields or not at all.
	nameless bool
	at       int    // how many known columns stand before it in a star
	part     uint16 // as a column's
}

func (o open) isValue() bool { return o.input < 0 }

func (o open) isNameless() bool { return o.nameless }

// same reports whether two open parts stand for columns of the same.
func (o open) same(x open) bool {
	return x.input == o.input && (o.input >= 0 || sameSrcs(x.val.srcs, o.val.srcs))
}

// A rangeVar is a name that stands for the rows of a FROM item.
type rangeVar struct {
	name    string
	hash    uint32
	path    []syntax.Ident // the table's own name, if no alias hides it
	cols    []column
	opens   []open
	isValue bool   // the name stands for one value, such as an array's element
	scalar  bool   // which its columns name, too
	part    uint16 // by which its columns are known among others, 0 if they need not be
	val     value
}

// names is what a FROM clause, or a pipe's input, offers: the columns in order
// of a star, more columns that are not known by name, and range variables. The
// columns that USING merged stand in cols once; the ones they were made of are
// reached through the range variables only. The slices are shared between
// scopes: they are only ever appended to with their capacity cut off, or copied.
type names struct {
	cols  []column
	opens []open
	vars  []*rangeVar
	rows  bool // of which columns were dropped: they are no values, be one left
	// growing is the names themselves where the room behind the slices is theirs:
	// a chain of joins then grows without copying what stands in it already.
	growing *names
}

// A table is the result of a query or FROM item.
type table struct {
	cols    []column
	opens   []open
	isValue bool
	val     value // of a value table
	uses    *uses
	// vars are range variables that a pipe leaves visible to a query around it
	// that gives it no alias.
	vars []*rangeVar
}

// rowsDepend are the uses of a table; it may have none.
func (t *table) rowsDepend() *uses {
	if t.uses == nil {
		return &uses{}
	}
	return t.uses
}

// A scope resolves names for one place in a statement.
type scope struct {
	parent *scope
	names  *names
	vars   []column // lambda and function parameters, variables
	// aliases are the select aliases that are visible here; aliasFirst says
	// that they hide columns.
	aliases    []column
	aliasFirst bool
	// implicit says that a query inside reaches these names only where it has no
	// other meaning for a name, be it a guess.
	implicit bool
	env      *cteEnv
	sel      *syntax.Select // whose FROM the names are; only for hints
	windows  []window
	uses     *uses    // where uses met in this scope go
	refs     *colRefs // of a SELECT that may group, where it is evaluated for a group
}

// A window is a named window.
type window struct {
	name *syntax.Ident
	spec *syntax.WindowSpec
}

// cteEnv is the chain of common table expressions that are in scope.
type cteEnv struct {
	parent *cteEnv
	name   *syntax.Ident
	table  *table
	// Of a long chain: its part that is searched by name, and the place in it.
	part  *ctePart
	place int
}

// A ctePart is a part of a chain whose names are known by their hashes.
type ctePart struct {
	before *cteEnv // what the part stands on
	byHash map[uint32][]*cteEnv
	n      int
}

// longChain is how many common table expressions are searched one by one.
const longChain = 16

// with is the chain with one more name.
func (e *cteEnv) with(name *syntax.Ident, t *table) *cteEnv {
	out := &cteEnv{parent: e, name: name, table: t}
	if e == nil {
		return out
	}
	if e.part == nil {
		out.place = e.place + 1
		if out.place >= longChain {
			out.part, out.place = &ctePart{before: e, byHash: make(map[uint32][]*cteEnv)}, 0
		}
	} else if e.part.n == e.place+1 { // nobody went on from there
		out.part, out.place = e.part, e.part.n
	}
	if p := out.part; p != nil {
		p.n++
		p.byHash[name.Hash] = append(p.byHash[name.Hash], out)
	}
	return out
}

func (e *cteEnv) lookup(id *syntax.Ident) *table {
	for e != nil {
		if p := e.part; p != nil {
			for _, of := range slices.Backward(p.byHash[id.Hash]) {
				if of.place <= e.place && syntax.EqualFold(of.name.Name, id.Name) {
					return of.table
				}
			}
			e = p.before
			continue
		}
		if e.name.Hash == id.Hash && syntax.EqualFold(e.name.Name, id.Name) {
			return e.table
		}
		e = e.parent
	}
	return nil
}

// uses collects the uses of one query scope. Children are scopes whose rows
// become rows of this one.
type uses struct {
	list     []use
	children []*uses
	seen     int // mark of the walk that collects them
	// aggregated is set when an aggregate function is bound in the scope.
	aggregated bool
}

type use struct {
	kind UseKind
	srcs []src
}

func (u *uses) add(kind UseKind, srcs []src) {
	if u != nil && len(srcs) > 0 {
		u.list = append(u.list, use{kind, srcs})
	}
}

func (u *uses) child(c *uses) {
	if u != nil && c != nil && c != u {
		u.children = append(u.children, c)
	}
}

// findExact finds the column of a name. Where quoted names that differ in case
// are different names, and a table has several that differ in nothing else, it is
// the one that is spelled so, else the one that the name stands for without quotes.
func (b *binder) findExact(cols []column, id *syntax.Ident) *column {
	i := b.columnIndex(cols, id)
	if i < 0 {
		return nil
	}
	if !b.dialect.CaseSensitiveQuoted() || cols[i].name == id.Name {
		return &cols[i]
	}
	hit := &cols[i]
	kept := b.dialect.Kept(id)
	for j := b.columnFrom(cols, id, i+1); j >= 0; j = b.columnFrom(cols, id, j+1) {
		switch c := &cols[j]; {
		case c.name == id.Name:
			return c
		case c.name == kept && hit.name != kept:
			hit = c
		}
	}
	return hit
}

// findVariable finds the last variable of a name: an inner one hides an outer one.
func findVariable(vars []column, id *syntax.Ident) *column {
	if i := variableIndex(vars, id); i >= 0 {
		return &vars[i]
	}
	return nil
}

// variableIndex is where the last variable of a name stands, -1 if there is none.
func variableIndex(vars []column, id *syntax.Ident) int {
	for i := len(vars) - 1; i >= 0; i-- {
		if c := &vars[i]; c.hash == id.Hash && len(c.name) == len(id.Name) && syntax.EqualFold(c.name, id.Name) {
			return i
		}
	}
	return -1
}

// pathPrefix returns how many parts of a dotted name are a table's own name, or
// the end of it; 0 if none. A single part is left to the alias.
func pathPrefix(table []syntax.Ident, parts []syntax.Ident) int {
	for k := min(len(parts), len(table)); k >= 2; k-- {
		if equalPath(table[len(table)-k:], parts[:k]) {
			return k
		}
	}
	return 0
}

func equalPath(x, y []syntax.Ident) bool {
	for i := range x {
		if x[i].Hash != y[i].Hash || !syntax.EqualFold(x[i].Name, y[i].Name) {
			return false
		}
	}
	return true
}
