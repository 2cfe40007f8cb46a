package syntax

// A Pos is a byte offset into the source text. Offsets are what the syntax tree
// stores; [File.Position] turns one into a line and a column.
type Pos int32

// A Span is the source text of a node: the bytes from Pos up to End.
type Span struct {
	Pos Pos
	End Pos
}

// Extent returns the span itself; embedding Span makes a type a [Node].
func (s Span) Extent() Span { return s }

// A Node is any part of the syntax tree. Nodes are immutable once [Parse] has
// returned and may be read by many goroutines.
type Node interface {
	Extent() Span
}

// An Ident is one identifier, without its quotes and with its escapes resolved.
// Hash is the [Fold] of Name, so that names can be compared without regard to
// case by comparing a number first.
type Ident struct {
	Span
	Name   string
	Hash   uint32
	Quoted bool
}

// Is reports whether the identifier equals name without regard to ASCII case.
func (id *Ident) Is(name string) bool {
	return len(id.Name) == len(name) && EqualFold(id.Name, name)
}

// An Alias names a table expression and, in some dialects, its columns.
type Alias struct {
	Span
	Name    Ident
	Columns []Ident
}

// A TypeName is a type as written. Name is the first word or path, such as
// "STRUCT", "ARRAY", "NUMERIC", "double precision"; Params are literal
// parameters such as the 10 and 2 of NUMERIC(10, 2).
type TypeName struct {
	Span
	Name   string
	Params []string
	Elem   *TypeName   // of ARRAY<…>, LIST, T[] and MAP's value
	Key    *TypeName   // of MAP's key
	Fields []TypeField // of STRUCT, ROW, RECORD, OBJECT
}

// A TypeField is one field of a struct type; its Name is empty if anonymous.
type TypeField struct {
	Name Ident
	Type *TypeName
}

// An Expr is a scalar expression, or a lambda where a function takes one.
type Expr interface {
	Node
	exprNode()
}

type expr struct{ Span }

func (expr) exprNode() {}

// A Path is a dotted name: a column, a column of an alias, a field of a struct
// column, an alias itself (the whole row), or a variable. Which one it is only
// name resolution can say.
type Path struct {
	expr
	Parts []Ident
}

// LiteralKind is the lexical class of a literal.
type LiteralKind uint8

// The classes of literals.
const (
	NullLiteral LiteralKind = iota
	BoolLiteral
	IntLiteral
	FloatLiteral
	StringLiteral
	BytesLiteral
	TypedLiteral // DATE '2024-01-01', NUMERIC '1', JSON '{}', RANGE<DATE> '…'
	DefaultLiteral
)

// A Literal is a constant. Text is the value for strings (unescaped) and the
// source text for the others; Type is set for a TypedLiteral.
type Literal struct {
	expr
	Kind LiteralKind
	Text string
	Type *TypeName
}

// A Param is a query parameter (@name, :name, ?, $1) or, with System set, a
// system variable (@@name). Name holds what follows the sigil.
type Param struct {
	expr
	Name   string
	System bool
	Column int // DuckDB's #1: the column of FROM at that place; else 0
}

// Op is an operator of [Unary] and [Binary].
type Op uint8

// Operators. Those that a dialect adds and that combine two values into one
// without naming columns of their own (||, ->, @>, ~, …) are all OpOther.
const (
	OpOther Op = iota
	OpAnd
	OpOr
	OpNot
	OpEq
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpNullSafeEq // <=>
	OpAdd
	OpSub
	OpMul
	OpDiv
	OpIntDiv
	OpMod
	OpConcat
	OpBitAnd
	OpBitOr
	OpBitXor
	OpBitNot
	OpShiftLeft
	OpShiftRight
	OpNeg
	OpPos
	OpJSON     // -> #> of PostgreSQL, MySQL, DuckDB
	OpJSONText // ->> #>>
	OpTest     // ~ @> <@ ? && and others that answer yes or no
	OpZone     // AT TIME ZONE
)

// A Unary is an operator before its operand.
type Unary struct {
	expr
	Op Op
	X  Expr
}

// A Binary is an operator between two operands. Chains of AND, OR, + and other
// left-associative operators of one precedence lean to the left; the parser
// builds them in a loop, and readers should walk X in a loop as well.
type Binary struct {
	expr
	Op   Op
	X, Y Expr
}

// IsKind says what an [Is] asks for.
type IsKind uint8

// What IS asks for.
const (
	IsNull IsKind = iota
	IsTrue
	IsFalse
	IsUnknown
	IsDistinctFrom
	IsOther // IS JSON, IS NORMALIZED, IS OF …
)

// An Is is X IS [NOT] …; Y is set for IsDistinctFrom.
type Is struct {
	expr
	X    Expr
	Not  bool
	Kind IsKind
	Y    Expr
}

// A Between is X [NOT] BETWEEN Low AND High.
type Between struct {
	expr
	X, Low, High Expr
	Not          bool
}

// A Like is X [NOT] LIKE Y, also ILIKE, RLIKE, REGEXP, SIMILAR TO, GLOB: Op is
// the operator's first word in upper case. With a quantifier (ANY, SOME, ALL) List holds the patterns, or Query or an UNNEST'ed
// array gives them.
type Like struct {
	expr
	X      Expr
	Op     string
	Not    bool
	Y      Expr // nil with a quantifier
	List   []Expr
	Query  *Query
	Unnest Expr
	Escape Expr
}

// An In is X [NOT] IN (…): exactly one of List, Query and Unnest is set. An
// empty list, which some dialects allow, leaves all three nil.
type In struct {
	expr
	X      Expr
	Not    bool
	List   []Expr
	Query  *Query
	Unnest Expr
}

// A Quantified is X op ANY|SOME|ALL (query or array).
type Quantified struct {
	expr
	Op    Op
	X     Expr
	Query *Query
	Array Expr
}

// A Case is CASE [Operand] WHEN … THEN … ELSE … END.
type Case struct {
	expr
	Operand Expr // nil for a searched CASE
	Whens   []When
	Else    Expr // nil if absent
}

// A When is one WHEN … THEN … of a [Case].
type When struct {
	Cond, Then Expr
}

// A Cast is CAST(X AS Type), SAFE_CAST, TRY_CAST, X::Type and CONVERT.
type Cast struct {
	expr
	X      Expr
	Type   *TypeName
	Safe   bool
	Format Expr // FORMAT …, AT TIME ZONE …; nil if absent
}

// An Extract is EXTRACT(Part FROM X [AT TIME ZONE Zone]).
type Extract struct {
	expr
	Part string
	X    Expr
	Zone Expr
}

// An Interval is INTERVAL X Part [TO To]; X is nil if the part stands in a
// string only.
type Interval struct {
	expr
	X    Expr
	Part string
	To   string
}

// A Field is one field of a [Struct] constructor. Alias.Name is empty if the
// field has no alias of its own.
type Field struct {
	Value Expr
	Alias Ident
}

// A Struct constructs a struct: STRUCT(…), STRUCT<…>(…), a parenthesised tuple
// (Tuple is set), ROW(…) (Row is set), {'a': 1} of DuckDB.
type Struct struct {
	expr
	Type   *TypeName // nil if not given
	Fields []Field
	Tuple  bool
	Row    bool
}

// An Array constructs an array from items: ARRAY<T>[…], […], ARRAY[…].
type Array struct {
	expr
	Type  *TypeName // the array type if given
	Items []Expr
}

// A Map constructs a map or object whose keys are not all literals.
type Map struct {
	expr
	Keys, Values []Expr
}

// A FieldAccess is X.Name where X is not itself a plain path.
type FieldAccess struct {
	expr
	X    Expr
	Name Ident
}

// A SemiAccess is Snowflake's and Databricks' X:a.b[0]: a path into semi-
// structured data.
type SemiAccess struct {
	expr
	X     Expr
	Names []Ident
}

// A Subscript is X[Index]. Mode holds BigQuery's OFFSET, ORDINAL, SAFE_OFFSET,
// SAFE_ORDINAL or KEY in upper case, "" without one. For a slice X[a:b] Index is
// a, Upper is b, and Slice is set; both may be nil.
type Subscript struct {
	expr
	X     Expr
	Index Expr
	Upper Expr
	Mode  string
	Slice bool
}

// A SubqueryKind says how a subquery stands in an expression.
type SubqueryKind uint8

// How a subquery stands in an expression.
const (
	ScalarSubquery SubqueryKind = iota
	ArraySubquery
	ExistsSubquery
	MultisetSubquery // ROW(query), VALUE(query), TABLE(query) as an argument
)

// A Subquery is a query in an expression.
type Subquery struct {
	expr
	Kind  SubqueryKind
	Query *Query
}

// A Lambda is params -> body.
type Lambda struct {
	expr
	Params []Ident
	Body   Expr
}

// A WithExpr is WITH(a AS e, …, body): local variables of one expression.
type WithExpr struct {
	expr
	Vars []Field // Alias is the variable
	Body Expr
}

// A NamedArg is name => value as an argument, or with Alias set value AS name
// (REPLACE_FIELDS, XMLFOREST). It stands only in [Call.Args].
type NamedArg struct {
	expr
	Name  []Ident
	Value Expr
	Alias bool
}

// An Unpack is DuckDB's *COLUMNS(…) as an argument: as many arguments as X
// stands for columns.
type Unpack struct {
	expr
	X Expr
}

// A TableArg is a TABLE, MODEL, DESCRIPTOR or CONNECTION argument of a function.
// Columns are DESCRIPTOR's.
type TableArg struct {
	expr
	Kind    string // "TABLE", "MODEL", "CONNECTION", "DESCRIPTOR", "SEQUENCE"
	Name    []Ident
	Columns []Ident
}

// A Call is a function call with whatever aggregates and window functions allow
// inside and behind their parentheses. For a chained call (X).name(…) Receiver
// holds X. Star is set for count(*); a star with modifiers is in StarArg.
type Call struct {
	expr
	Name     []Ident // path as written: SAFE.f, net.host, `project.dataset.udf`
	Receiver Expr
	Args     []Expr
	Star     bool
	StarArg  *Star // COLUMNS(*), COUNT(t.*), OBJECT_CONSTRUCT(*), struct_pack(t.*)
	Distinct bool

	Where       Expr        // f(x WHERE …)
	Having      *HavingMod  // HAVING MAX x
	GroupBy     *GroupBy    // multi-level aggregation
	GroupHaving Expr        // HAVING of a multi-level aggregation
	OrderBy     []OrderItem // inside the parentheses
	Limit       Expr
	Separator   Expr        // MySQL's GROUP_CONCAT
	Nulls       string      // "IGNORE", "RESPECT" or ""
	WithinGroup []OrderItem // WITHIN GROUP (ORDER BY …)
	Filter      Expr        // FILTER (WHERE …)
	WithUpdates []NamedArg  // WITH REPORT(…) and the like
	Over        *WindowSpec // nil if not a window call
}

// A HavingMod is ANY_VALUE's and other aggregates' HAVING MAX|MIN expr.
type HavingMod struct {
	Max bool
	X   Expr
}

// A WindowSpec is the window of an OVER clause or of a WINDOW clause. An OVER
// that only names a window has Base set and nothing else.
type WindowSpec struct {
	Span
	Base        Ident // name of the window it refines; empty if none
	PartitionBy []Expr
	OrderBy     []OrderItem
	Frame       []Expr // expressions of the frame's bounds
}

// An OrderItem is one key of an ORDER BY. All is set for ORDER BY ALL.
type OrderItem struct {
	Span
	X    Expr
	Desc bool
	All  bool
}

// A Bad is a piece of an expression that could not be parsed. Parts are the
// identifiers seen in it, so that a reader can widen instead of losing them.
type Bad struct {
	expr
	Parts []*Path
}
