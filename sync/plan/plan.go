package plan

import (
	"strings"

	"impact/lineage/destination"
)

// A Plan is what a sync would do. It is read-only once [Build] has returned it.
type Plan struct {
	Hash        string // over environment, mapping, tables and source versions of every load
	Environment string
	Groups      []*Group  // what runs, in order
	Held        []Held    // loads that the gate holds back
	Refusals    []Refusal // of all loads, in the order of the groups
	Notes       []Note    // what the reader should know and nothing refuses
}

// A Group is a set of loads joined by foreign keys or lookups. It runs in one
// transaction.
type Group struct {
	Destination string
	Loads       []*Load // parents first
}

// Refused reports whether any load of the group is refused: the group is
// one unit, so it does not run then.
func (g *Group) Refused() bool {
	for _, l := range g.Loads {
		if len(l.Refusals) > 0 {
			return true
		}
	}
	return false
}

// Method says how a load reaches its result.
type Method uint8

// The methods.
const (
	Merge  Method = iota + 1 // compare with the rows that are there and write the differences
	Swap                     // load a shadow table and exchange it with the table
	Insert                   // add the rows
)

// String returns the method as messages and plan files write it.
func (m Method) String() string {
	switch m {
	case Merge:
		return "merge"
	case Swap:
		return "swap"
	case Insert:
		return "insert"
	}
	return "none"
}

// A Load is one load with all that is decided about it.
type Load struct {
	Spec  *destination.Load // with its columns expanded
	Model Model
	Table *destination.Table // as the server describes it; nil if the load is refused for lack of one

	Method  Method
	Reason  string // why this method, where the mode lets one expect another
	MaySwap bool   // a first load into the empty table may use [Swap]

	// SwapDenied says that the table could be exchanged, if the user had the
	// rights for it.
	SwapDenied bool

	// Create are the statements that create the table, which does not exist
	// yet: Table is what they make. nil if it exists.
	Create []string

	// Columns are the columns that are compared and written: those of the key
	// first, in its order, then the others in the order of the mapping. Rows
	// travel in this layout.
	Columns []Column
	Keys    int // the first so many Columns are the key

	// Unique are the columns besides the key that unique indexes cover and the
	// load changes. Park is a part of them: columns that may be NULL, so that a
	// row can give up its place in an index for a while; one for each index that
	// has one.
	Unique, Park []int

	// Dependents are the tables of the group whose rows a foreign key would
	// delete or change with a row of this one. A load of the run removes its own
	// rows before; whatever still refers to a row then keeps it from being
	// deleted.
	Dependents []Dependent

	// Referenced says that another load of the group refers to this table, so
	// that its rows are deleted last.
	Referenced bool

	// Rivals are the names of other loads that write rows of the table.
	Rivals []string

	Mapping  string // hash of the mapping
	DDL      string // hash of the tables that the load touches
	Refusals []Refusal
}

// Name returns the name of the load.
func (l *Load) Name() string { return l.Spec.Name }

// Deferred returns the indexes of the columns that are written only after all
// rows are there, because they refer to rows of the same run.
func (l *Load) Deferred() []int {
	var out []int
	for i := range l.Columns {
		if l.Columns[i].Deferred {
			out = append(out, i)
		}
	}
	return out
}

// A Dependent is a foreign key that takes rows with the one that they refer to.
type Dependent struct {
	Table *destination.Table
	Key   *destination.ForeignKey
}

// A Column is a destination column that a load compares and writes.
type Column struct {
	Name     string
	Origin   destination.Origin // Mapped, Fixed or LookedUp
	From     string             // model column; "" for Fixed
	Field    int                // its index in [Model.Fields]; -1 for Fixed
	Kind     Kind               // of the value that comes in
	Value    destination.Literal
	Lookup   *destination.Lookup // of LookedUp
	Deferred bool
	Type     *destination.Column // of the table
	// Parent and By are the table where a LookedUp column is found, and its
	// column whose values travel.
	Parent *destination.Table
	By     *destination.Column
}

// Held is a load that the gate holds back.
type Held struct {
	Load    string
	Reasons []Reason
}

// A Refusal is a reason not to run a load. The ids are stable.
type Refusal struct {
	ID      string `json:"id"`
	Load    string `json:"load"`
	Table   string `json:"table,omitempty"`
	Column  string `json:"column,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"` // the safe alternative
}

// A Note is something worth knowing about a load that is not refused for it.
type Note struct {
	ID      string `json:"id"`
	Load    string `json:"load"`
	Message string `json:"message"`
}

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }
