package syntax

// A Query is a complete query: WITH, body, ORDER BY, LIMIT, then pipe operators
// in the order in which they apply.
type Query struct {
	Span
	With    *With
	Body    QueryExpr
	OrderBy []OrderItem
	Limit   Expr
	Offset  Expr
	Pipes   []PipeOp
	// Document says that SQL Server's FOR JSON or FOR XML makes one value of all rows.
	Document Document
}

// A Document is what FOR JSON and FOR XML make of a query's rows.
type Document uint8

// What FOR makes of a query's rows.
const (
	NoDocument Document = iota
	JSONDocument
	XMLDocument
)

// A With is a WITH clause.
type With struct {
	Span
	Recursive bool
	CTEs      []*CTE
	Functions []*CreateFunction // Trino's WITH FUNCTION, which all of CTEs may call
}

// A CTE is one common table expression.
type CTE struct {
	Span
	Name    Ident
	Columns []Ident
	Query   *Query
	Depth   *CTEDepth // WITH DEPTH of a recursive CTE, nil if absent
	Search  []SearchColumn
}

// A SearchColumn is a column that SEARCH or CYCLE adds to a recursive query,
// computed from some of the query's columns.
type SearchColumn struct {
	Name Ident
	Of   []Ident
	Flag bool // CYCLE's column of true and false
}

// A CTEDepth is the WITH DEPTH [AS Name] modifier; Name is empty if not given.
type CTEDepth struct {
	Name Ident
}

// A QueryExpr is the body of a [Query].
type QueryExpr interface {
	Node
	queryExpr()
}

func (*Select) queryExpr()     {}
func (*SetOp) queryExpr()      {}
func (*Query) queryExpr()      {}
func (*Values) queryExpr()     {}
func (*FromQuery) queryExpr()  {}
func (*TableQuery) queryExpr() {}

// A FromQuery is a query that is only a FROM clause: FROM t |> …, and DuckDB's
// FROM t, which means SELECT * FROM t.
type FromQuery struct {
	Span
	From TableExpr
	// About is SUMMARIZE, DESCRIBE or SHOW where DuckDB gives a table about From.
	About string
}

// A TableQuery is TABLE name [WHERE …].
type TableQuery struct {
	Span
	Name  []Ident
	Where Expr
}

// A Values is VALUES (…), (…).
type Values struct {
	Span
	Rows [][]Expr
}

// SelectAs is what a SELECT AS makes of its rows.
type SelectAs uint8

// What a SELECT AS makes of its rows.
const (
	AsRow SelectAs = iota
	AsStruct
	AsValue
	AsType // SELECT AS some.Type
)

// A Select is one SELECT … FROM … block.
type Select struct {
	Span
	As         SelectAs
	AsTypeName []Ident
	Distinct   bool
	DistinctOn []Expr
	Items      []SelectItem
	From       TableExpr // nil if absent
	Where      Expr
	GroupBy    *GroupBy
	Having     Expr
	Windows    []WindowDef
	Qualify    Expr
	StartWith  Expr // CONNECT BY of Snowflake
	ConnectBy  Expr
	Laterals   []TableExpr // Hive's and Spark's LATERAL VIEW, in order
}

// A SelectItem is one item of a select list: an expression with an optional
// alias, or a star. In an AGGREGATE pipe operator and its GROUP BY, items may
// carry an order of their own.
type SelectItem struct {
	Span
	X     Expr  // nil for a star
	Star  *Star // nil for an expression
	Alias Ident // Name is empty if none was given
	Order bool  // ASC or DESC was given (pipe AGGREGATE)
}

// A Star is *, X.*, with what may follow it.
type Star struct {
	Span
	X       Expr // what stands before ".*": a Path or any expression; nil for a bare star
	Except  []Ident
	Replace []Field
	Rename  []Rename
	Pattern Expr // ILIKE, LIKE, SIMILAR TO of Snowflake and DuckDB
	// PatternOp is the operator before Pattern in upper case: LIKE, ILIKE, GLOB,
	// SIMILAR; PatternNot says that NOT stands before it.
	PatternOp  string
	PatternNot bool
}

// A Rename is From AS To.
type Rename struct {
	From, To Ident
}

// A WindowDef is one window of a WINDOW clause.
type WindowDef struct {
	Name Ident
	Spec *WindowSpec
}

// A GroupBy is a GROUP BY clause: ALL, or items. The columns of ROLLUP, CUBE
// and GROUPING SETS are in Items like plain ones; Sets is then set. Items carry
// aliases only in pipe syntax (GROUP BY expr AS name).
type GroupBy struct {
	Span
	All   bool
	Sets  bool
	Items []SelectItem
}

// SetOpKind is UNION, INTERSECT or EXCEPT.
type SetOpKind uint8

// The set operations.
const (
	Union SetOpKind = iota
	Intersect
	Except // also MINUS
)

// SetMode is the outer mode of a set operation by name.
type SetMode uint8

// The modes of a set operation: without a mode, FULL [OUTER], LEFT [OUTER],
// INNER.
const (
	NoMode SetMode = iota
	FullMode
	LeftMode
	InnerMode
	StrictMode
)

// A SetOp combines two or more queries, from left to right: Inputs[0] Ops[0]
// Inputs[1] Ops[1] …. INTERSECT's higher precedence, where a dialect has it, has
// been brought into the shape of nested SetOps.
type SetOp struct {
	Span
	Inputs []QueryExpr
	Ops    []SetOpSpec // one less than Inputs
}

// A SetOpSpec is one operator of a [SetOp].
type SetOpSpec struct {
	Span
	Kind          SetOpKind
	All           bool
	ByName        bool
	Corresponding bool
	Mode          SetMode
	By            []Ident // CORRESPONDING BY (…), BY NAME ON (…); nil if absent
}

// A TableExpr is an item of a FROM clause.
type TableExpr interface {
	Node
	tableExpr()
}

func (*Table) tableExpr()          {}
func (*TableFunc) tableExpr()      {}
func (*Derived) tableExpr()        {}
func (*Unnest) tableExpr()         {}
func (*Join) tableExpr()           {}
func (*ParenTable) tableExpr()     {}
func (*Pivot) tableExpr()          {}
func (*Unpivot) tableExpr()        {}
func (*MatchRecognize) tableExpr() {}
func (*Changed) tableExpr()        {}
func (*BadTable) tableExpr()       {}

// A Table is a named table, a CTE, or a path to an array of a table before it
// (FROM t, t.items): only name resolution can say. A path in one pair of
// backquotes is split at its dots into Name, each part then Quoted, and
// OneQuoted is set. A wildcard stays in the last part ("events_*").
type Table struct {
	Span
	Name       []Ident
	OneQuoted  bool
	Alias      *Alias
	WithOffset *Ident // of an array path: Name is "offset" if no alias is given
	SystemTime Expr   // FOR SYSTEM_TIME AS OF, AT, BEFORE
	Weight     *Ident // the column that TABLESAMPLE … WITH WEIGHT adds
	Only       bool   // PostgreSQL's ONLY
}

// A TableFunc is a call of a table function.
type TableFunc struct {
	Span
	Call       *Call
	Lateral    bool
	Alias      *Alias
	WithOffset *Ident // WITH ORDINALITY and the like
	// ColumnDefs are the columns that PostgreSQL's AS t(a int, b text) defines.
	ColumnDefs []ColumnDef
}

// A Derived is a subquery in FROM.
type Derived struct {
	Span
	Query   *Query
	Lateral bool
	Alias   *Alias
	Weight  *Ident // the column that TABLESAMPLE … WITH WEIGHT adds
}

// A Changed stands for the rows that an INSERT, UPDATE, DELETE or MERGE in a WITH
// clause or in FROM changes: what its RETURNING selects from.
type Changed struct {
	Span
	Stmt Stmt
}

// An Unnest is UNNEST(array, …) [AS alias] [WITH OFFSET [AS alias]], LATERAL
// VIEW explode(…) brought into the same shape, and the like.
type Unnest struct {
	Span
	Arrays     []Field // an alias inside the parentheses names that array's element
	Mode       Expr    // mode => 'PAD'
	Alias      *Alias
	WithOffset *Ident // Name is "offset" if no alias is given
	Outer      bool
	// Keyed is set for explode of a map and similar, that give key and value.
	Keyed bool
}

// JoinKind is the kind of a join.
type JoinKind uint8

// The kinds of joins. CommaJoin is a comma in FROM.
const (
	CommaJoin JoinKind = iota
	CrossJoin
	InnerJoin
	LeftJoin
	RightJoin
	FullJoin
	SemiJoin // LEFT SEMI: only the left side's columns remain
	AntiJoin
	AsofJoin
	CrossApply
	OuterApply
	PositionalJoin
)

// A Join joins two table expressions. Chains lean to the left.
type Join struct {
	Span
	Kind    JoinKind
	Natural bool
	Left    TableExpr // nil in a JOIN pipe operator
	Right   TableExpr
	On      Expr
	Using   []Ident
	// UsingAlias is PostgreSQL's name for the columns of USING; empty if absent.
	UsingAlias Ident
	// Match is the MATCH_CONDITION of an ASOF join.
	Match Expr
}

// A ParenTable is a parenthesised join, with an alias where a dialect allows it.
type ParenTable struct {
	Span
	X      TableExpr
	Alias  *Alias
	Weight *Ident // the column that TABLESAMPLE … WITH WEIGHT adds
}

// A Pivot is X PIVOT(aggregates FOR expr IN (values)). DuckDB's PIVOT statement
// has the same shape with GroupBy set, and In empty if the values are not given.
type Pivot struct {
	Span
	X          TableExpr // nil in a pipe operator
	Aggregates []SelectItem
	For        []Expr
	In         []PivotValue
	InQuery    *Query // IN (SELECT …), IN (ANY): columns unknown
	InAny      bool
	GroupBy    []Expr
	Alias      *Alias
}

// A PivotValue is one value of PIVOT's IN list with its alias, if any. With
// several FOR expressions X is a [Struct] tuple.
type PivotValue struct {
	X     Expr
	Alias Ident
}

// An Unpivot is X UNPIVOT(values FOR name IN (columns)).
type Unpivot struct {
	Span
	X            TableExpr // nil in a pipe operator
	IncludeNulls bool
	Values       []Ident // one value column, or several
	Name         Ident
	In           []UnpivotColumns
	InStar       *Star // DuckDB: ON * EXCLUDE (…), COLUMNS(…)
	Alias        *Alias
}

// UnpivotColumns is one entry of UNPIVOT's IN list: as many columns as there
// are value columns.
type UnpivotColumns struct {
	Columns []*Path
	Label   Expr // AS 'label', nil if absent
}

// A MatchRecognize is X MATCH_RECOGNIZE(…).
type MatchRecognize struct {
	Span
	X           TableExpr
	PartitionBy []SelectItem
	OrderBy     []OrderItem
	Measures    []SelectItem
	AllRows     bool
	Defines     []Field // Alias is the pattern variable
	Variables   []Ident // names used in the pattern
	Alias       *Alias
}

// A BadTable is a FROM item that could not be parsed. Names are the dotted names
// seen in it.
type BadTable struct {
	Span
	Names [][]Ident
	Alias *Alias
}
