package destination

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// A Load is one exposure's delivery into one destination table, as its
// meta.impact block says, with every default filled in. It is data only and
// read-only once [Decode] has returned it.
type Load struct {
	Exposure string // unique id
	Name     string // the exposure's name; of several loads with "/" and the table, "#2" where that repeats
	Path     string // of the block: "meta.impact", "config.meta.impact.loads[1]"
	File     string // yml file of the exposure, "" if unknown
	Line     int    // of the block in File; 0 if unknown

	Destination string // as impact.yml names it
	Table       string // "table" or "database.table"
	Model       string // unique id of the node that is delivered
	Mode        Mode
	Key         []string // destination columns; may be empty for replace and append

	// Columns maps model columns to destination columns, in the order of the
	// file. It is nil while AllColumns is set: then every model column that no
	// other block sets goes to the column of its name, see [Load.Expand].
	Columns    []Mapping
	AllColumns bool

	Values  []Constant // written as they are
	Stamp   Stamp
	Lookups []Lookup
	Scope   []Constant // the rows that the load owns; empty: the whole table
	Delete  Delete
	Guard   Guard
	Runner  Runner

	OnBadRow           BadRow
	Create             bool  // create the table where it is missing
	Chunked            bool  // several transactions instead of one
	MaxTransactionRows int64 // 0: the default of the run
	Full               bool  // never skip an unchanged model
	Tags               []string
}

// Mode says what a load does to the rows of its table.
type Mode uint8

// The modes of a [Load]. The zero Mode is none.
const (
	Mirror  Mode = iota + 1 // adds, changes, removes
	Replace                 // the table becomes the model
	Upsert                  // adds, changes
	Append                  // adds
)

// String returns the mode as impact writes it.
func (m Mode) String() string {
	switch m {
	case Mirror:
		return "mirror"
	case Replace:
		return "replace"
	case Upsert:
		return "upsert"
	case Append:
		return "append"
	}
	return "none"
}

// Removes reports whether the mode removes rows that the model has no more.
func (m Mode) Removes() bool { return m == Mirror || m == Replace }

// Runner says who runs a load.
type Runner uint8

// The runners of a [Load].
const (
	RunnerImpact   Runner = iota // impact sync
	RunnerExternal               // another tool: the load is only analysed
)

// String returns the runner as the block writes it.
func (r Runner) String() string {
	if r == RunnerExternal {
		return "external"
	}
	return "impact"
}

// BadRow says what happens to a row that the destination cannot hold.
type BadRow uint8

// What becomes of bad rows.
const (
	FailOnBadRow BadRow = iota // the load fails
	RejectBadRow               // the row is set aside, the others are loaded
)

// String returns the policy as the block writes it.
func (b BadRow) String() string {
	if b == RejectBadRow {
		return "reject"
	}
	return "fail"
}

// A Mapping says which model column a destination column gets.
type Mapping struct {
	Column string // destination
	From   string // model
}

// A Constant is a value for a destination column.
type Constant struct {
	Column string
	Value  Literal
}

// LiteralKind is the kind of a [Literal].
type LiteralKind uint8

// The kinds of a [Literal]. The zero Literal is NULL.
const (
	Null LiteralKind = iota
	Bool
	Number
	String
)

// A Literal is a constant of the block. Text is that of the string, of the
// number as written, "true" or "false"; "" for NULL.
type Literal struct {
	Kind LiteralKind
	Text string
}

// String returns the literal for messages: strings are quoted.
func (l Literal) String() string {
	switch l.Kind {
	case Null:
		return "null"
	case String:
		return strconv.Quote(l.Text)
	default:
		return l.Text
	}
}

// Stamp names the columns that get the time of the run: Insert when a row is
// added, Write when it is added or changed. Either may be "".
type Stamp struct {
	Insert string
	Write  string
}

// A Lookup finds the value of a foreign key through the natural key of the
// parent: Column gets Table.Select of the row whose By equals model column From.
type Lookup struct {
	Column string // of the destination table: the foreign key
	Table  string // parent
	Select string // column of the parent that is written
	By     string // column of the parent that is compared
	From   string // model column
}

// Delete says how rows are removed, where the mode removes.
type Delete struct {
	Soft    string // the column that marks a row as deleted; "" for DELETE
	Cascade bool   // children of foreign keys may go with their parents
}

// Guard holds the limits beyond which a load is refused.
type Guard struct {
	MaxDelete Limit
	MaxChange Limit
	MinRows   int64
}

// A Limit is a number of rows or a percentage of the rows there are.
type Limit struct {
	N       float64
	Percent bool
}

// DefaultGuard returns the limits of a load whose block states none.
func DefaultGuard() Guard {
	return Guard{MaxDelete: Limit{5, true}, MaxChange: Limit{50, true}, MinRows: 1}
}

// Exceeded reports whether n of total rows are more than the limit allows. Of
// no rows at all, any is more than a percentage.
func (l Limit) Exceeded(n, total int64) bool {
	if !l.Percent {
		return float64(n) > l.N
	}
	return float64(n)*100 > l.N*float64(total)
}

// String returns the limit as the block writes it: "5%", "200".
func (l Limit) String() string {
	s := strconv.FormatFloat(l.N, 'f', -1, 64)
	if l.Percent {
		s += "%"
	}
	return s
}

// Expand returns the load with Columns filled from the columns of its model,
// where the block leaves them out: every column that values, stamp, lookup,
// scope or soft delete do not set goes to the column of its name. A load that
// states its columns is returned as it is.
func (l *Load) Expand(modelColumns []string) *Load {
	if !l.AllColumns {
		return l
	}
	set := l.setElsewhere()
	out := *l
	out.Columns = nil
	for _, name := range modelColumns {
		if _, ok := set[strings.ToLower(name)]; !ok {
			out.Columns = append(out.Columns, Mapping{Column: name, From: name})
		}
	}
	return &out
}

// setElsewhere returns the destination columns, in lower case, that something
// other than columns sets.
func (l *Load) setElsewhere() map[string]bool {
	set := map[string]bool{}
	for _, w := range l.writes(nil) {
		set[strings.ToLower(w.Column)] = true
	}
	return set
}

// Origin says where the value of a destination column comes from.
type Origin uint8

// The origins of a [Write].
const (
	Mapped     Origin = iota + 1 // a model column
	Fixed                        // a constant of values or scope
	Stamped                      // the time of the run
	LookedUp                     // a parent's column, found through a model column
	SoftDelete                   // the mark of a removed row
)

// String returns the origin for messages and JSON.
func (o Origin) String() string {
	return [...]string{"none", "mapped", "constant", "stamp", "lookup", "soft_delete"}[min(int(o), 5)]
}

// A Write is a destination column that the load writes.
type Write struct {
	Column string
	Origin Origin
	From   string // model column, of Mapped and LookedUp; "" otherwise
}

// Writes returns the destination columns that the load writes, sorted by name,
// each once. Where AllColumns is set it lists the model's columns only after
// [Load.Expand].
func (l *Load) Writes() []Write {
	out := l.writes(l.Columns)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Column < out[j].Column })
	return out
}

func (l *Load) writes(columns []Mapping) []Write {
	var out []Write
	seen := map[string]bool{}
	add := func(column string, origin Origin, from string) {
		if k := strings.ToLower(column); column != "" && !seen[k] {
			seen[k] = true
			out = append(out, Write{column, origin, from})
		}
	}
	for _, m := range columns {
		add(m.Column, Mapped, m.From)
	}
	for _, k := range l.Lookups {
		add(k.Column, LookedUp, k.From)
	}
	for _, c := range l.Values {
		add(c.Column, Fixed, "")
	}
	for _, c := range l.Scope {
		add(c.Column, Fixed, "")
	}
	add(l.Stamp.Insert, Stamped, "")
	add(l.Stamp.Write, Stamped, "")
	add(l.Delete.Soft, SoftDelete, "")
	return out
}

// Role says what a load reads a model column for.
type Role uint8

// The roles of a [Read].
const (
	RoleValue  Role = iota + 1 // its value is written: an edge
	RoleLookup                 // it finds the parent's row: an edge
	RoleKey                    // it identifies rows: a use
	RoleScope                  // it decides whether a row is owned: a use
)

// String returns the role for messages and JSON.
func (r Role) String() string {
	return [...]string{"none", "value", "lookup", "key", "scope"}[min(int(r), 4)]
}

// A Read is a model column that the load reads, for one destination column and
// in one role.
type Read struct {
	Column string // model
	Role   Role
	Target string // destination column
}

// Reads returns the model columns that the load reads, sorted by model column,
// role and destination column.
func (l *Load) Reads() []Read {
	var out []Read
	for _, w := range l.writes(l.Columns) {
		switch w.Origin {
		case Mapped:
			out = append(out, Read{w.From, RoleValue, w.Column})
		case LookedUp:
			out = append(out, Read{w.From, RoleLookup, w.Column})
		}
	}
	for _, k := range l.Key {
		if from := l.SourceOf(k); from != "" {
			out = append(out, Read{from, RoleKey, k})
		}
	}
	for _, s := range l.Scope {
		for _, m := range l.Columns {
			if strings.EqualFold(m.Column, s.Column) {
				out = append(out, Read{m.From, RoleScope, s.Column})
			}
		}
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Column != b.Column {
			return a.Column < b.Column
		}
		if a.Role != b.Role {
			return a.Role < b.Role
		}
		return a.Target < b.Target
	})
	return out
}

// SourceOf returns the model column that a destination column is made from, or
// "" if it is made from none.
func (l *Load) SourceOf(column string) string {
	for _, w := range l.writes(l.Columns) {
		if strings.EqualFold(w.Column, column) {
			return w.From
		}
	}
	if l.AllColumns && l.Columns == nil {
		return column
	}
	return ""
}

// Target is "destination.table", the name of the relation in the graph.
func (l *Load) Target() string { return fmt.Sprintf("%s.%s", l.Destination, l.Table) }
