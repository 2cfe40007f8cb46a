package bind

import "impact/lineage/syntax"

// Kind says how a source column becomes part of a value.
type Kind uint8

// The kinds of value lineage, from the loosest to the strongest: a column that
// only decides between values, one whose value is copied, one that is computed
// with, one that is aggregated.
const (
	Conditional Kind = iota
	Direct
	Transform
	Aggregate
)

func (k Kind) String() string {
	return [...]string{"conditional", "direct", "transform", "aggregate"}[k&3]
}

// Confidence says how sure a statement about lineage is.
type Confidence uint8

// Exact: resolved against known columns. Inferred: a schema was guessed from
// use. Widened: something was not understood, and every column that might be
// meant is named.
const (
	Exact Confidence = iota
	Inferred
	Widened
)

func (c Confidence) String() string {
	return [...]string{"exact", "inferred", "widened", "widened"}[c&3]
}

// UseKind says how rows depend on a column.
type UseKind uint8

// The kinds of uses.
const (
	Filter UseKind = iota
	Join
	Group
	Order
	Window
)

func (k UseKind) String() string {
	return [...]string{"filter", "join", "group", "order", "window"}[k]
}

// A Leaf is a column of an input relation, or a field inside one.
type Leaf struct {
	Input  int    // index into Result.Inputs
	Column string // as the relation spells it; "*" for columns that are not known by name
	Path   string // dotted field path inside the column, "" for the column itself
}

// A Source is a leaf that flows into a value.
type Source struct {
	Leaf       int // index into Result.Leaves
	Kind       Kind
	Confidence Confidence
	// Pos is where the statement names the column; -1 if only a star does.
	Pos syntax.Pos
}

// An Output is an output column of the statement.
type Output struct {
	Name    string
	Type    *Type // nil if unknown
	Sources []Source
	// Parts split a struct into its fields where they are known: the sources
	// of the column are then those of its parts together.
	Parts []Part
	// Star marks the rest of an open relation: Name is "*", and every column
	// of the source relations not named in Except passes through.
	Star   bool
	Except []string
	// Span is the select item that makes the column.
	Span       syntax.Span
	Confidence Confidence
}

// A Part is one field of a struct output. Path is dotted.
type Part struct {
	Path    string
	Sources []Source
}

// A Use is a leaf that decides which rows there are, or how they are grouped,
// matched or ordered.
type Use struct {
	Kind UseKind
	Leaf int
	Pos  syntax.Pos
	// Rows says that the rows of the result depend on the leaf. Without it
	// only the columns in Outputs do.
	Rows bool
	// Outputs are the output columns, by index, whose values are computed over
	// a window or in a subquery that uses the leaf.
	Outputs []int
	// Parts narrow Outputs: of an output that has entries here, only those
	// parts are computed so, as with STRUCT(ROW_NUMBER() OVER … AS r, x AS y).
	// An output without an entry is meant as a whole. Ordered, without doubles.
	Parts      []OutputPart
	Confidence Confidence
}

// An OutputPart names one of the Parts of an output.
type OutputPart struct {
	Output int    // index into Result.Outputs
	Path   string // the Path of one of its Parts
}

// Code names a kind of [Diagnostic].
type Code string

// The diagnostics of the binder.
const (
	CodeSyntax          Code = "syntax"           // the text could not be parsed
	CodeUnknownColumn   Code = "unknown-column"   // a name resolves to nothing
	CodeAmbiguousColumn Code = "ambiguous-column" // a name resolves to several columns
	CodeUnknownRelation Code = "unknown-relation" // the catalog does not know a table
	CodeColumnCount     Code = "column-count"     // branches of a set operation differ
	CodeOrdinal         Code = "ordinal"          // GROUP BY or ORDER BY counts beyond the last column
	CodeNoColumns       Code = "no-columns"       // a star leaves nothing
	CodeDuplicateName   Code = "duplicate-name"   // two tables of one FROM or WITH share a name
	CodeUnknownWindow   Code = "unknown-window"   // OVER names a window that is not there
	CodeNotGrouped      Code = "not-grouped"      // a column is neither grouped nor aggregated
	CodeWidened         Code = "widened"          // a construct is not understood
	CodeInferred        Code = "inferred"         // a schema was guessed
)

// A Diagnostic is something to know about a binding, with its place.
type Diagnostic struct {
	Code    Code
	Span    syntax.Span
	Message string
	// Hint says what to write instead, or what to look at; often "".
	Hint string
	// Error says that the statement would fail when run.
	Error bool
	// Relation and Column name what is missing, where one relation is to blame.
	Relation string
	Column   string
	// Clause is where the name stands, if that is a list that only names
	// columns: EXCEPT, REPLACE, RENAME, DROP, SET, USING; "" elsewhere.
	Clause string
}

// A Result is what binding a statement found. It shares nothing with the binder
// and may be kept.
type Result struct {
	// Inputs are the relations that are read, in order of first mention.
	Inputs []*Relation
	// Unknown are the inputs, by index, that the catalog did not know.
	Unknown []int
	Leaves  []Leaf
	Outputs []Output
	Uses    []Use
	// Target is the table that the statement writes, "" for a query.
	Target      string
	Diagnostics []Diagnostic
	Confidence  Confidence
	// ValueTable says that the result is a value table.
	ValueTable bool
}

// Failed reports whether the statement would not run.
func (r *Result) Failed() bool {
	for i := range r.Diagnostics {
		if r.Diagnostics[i].Error {
			return true
		}
	}
	return false
}
