package bind

import "impact/lineage/syntax"

// A Catalog answers which relation a table name in SQL means.
//
// Relation is called with the name as written, one identifier a part, and
// returns nil for a name it does not know: the binder then makes an open
// relation of that name and reports it. The same relation must be returned as
// the same pointer. A Catalog must be safe for the use the caller makes of it;
// the binder itself calls it from one goroutine only.
type Catalog interface {
	Relation(name []syntax.Ident) *Relation
}

// A Relation is a table, a view or another named set of rows whose columns a
// statement may read. It is not changed by binding.
type Relation struct {
	// Name is how results call the relation.
	Name string
	// ID is the caller's own; the binder does not look at it.
	ID int
	// Columns are the known columns in order.
	Columns []Column
	// Open says that there may be more columns than listed: names that nothing
	// else explains are then taken to be columns of this relation, and a star
	// leaves a column "*" behind.
	Open bool
	// Dropped names columns that no longer exist even where Open would allow
	// them: naming one is an error, and gives NULL.
	Dropped []string
	// Listed are those of Dropped that were among Columns: a name that meant one
	// of them is not taken to mean an unknown column of another relation.
	Listed []string
	// ValueTable says that a row is one value, as with SELECT AS VALUE and
	// proto tables: Columns then holds that value alone.
	ValueTable bool
}

// A Column is one column of a [Relation].
type Column struct {
	Name string
	Type *Type // nil if unknown
	// Hidden says that statements may name the column, but that a star leaves it
	// out and that another column of its name goes before it.
	Hidden bool
	hash   uint32
}

// NewColumn returns a column whose name is ready for look-ups.
func NewColumn(name string, typ *Type) Column {
	return Column{Name: name, Type: typ, hash: syntax.Fold(name)}
}

// nameHash is the hash of the column's name, also of one that NewColumn did not make.
func (c *Column) nameHash() uint32 {
	if c.hash == 0 {
		return syntax.Fold(c.Name)
	}
	return c.hash
}

// Distinct reports whether the names of the columns surely differ, without regard
// to case.
func (r *Relation) Distinct() bool {
	return !hasDoubles(len(r.Columns), func(i int) uint32 { return r.Columns[i].nameHash() })
}

func (r *Relation) dropped(name string) bool { return hasName(r.Dropped, name) }

func (r *Relation) wasListed(name string) bool { return hasName(r.Listed, name) }

func hasName(names []string, name string) bool {
	for _, n := range names {
		if syntax.EqualFold(n, name) {
			return true
		}
	}
	return false
}
