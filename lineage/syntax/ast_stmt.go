package syntax

// A Stmt is one statement of a script.
type Stmt interface {
	Node
	stmtNode()
}

type stmt struct{ Span }

func (stmt) stmtNode() {}

// The statements that have a meaning for lineage. Everything else that could be
// read to its end is an OtherStmt.
type (
	// QueryStmt is a query.
	QueryStmt struct {
		stmt
		Query *Query
		Into  []Ident // the variables of SELECT … INTO a, b and SELECT @a = …
	}
	// CreateTable is CREATE [TEMP] TABLE … [AS query], also LIKE, CLONE and
	// COPY of another table, and SELECT … INTO.
	CreateTable struct {
		stmt
		Name        []Ident
		Temp        bool
		Columns     []ColumnDef
		Query       *Query
		Like        []Ident // LIKE, CLONE, COPY
		Empty       bool    // LIKE: only the columns are another table's, not the rows
		PartitionBy []Expr
		ClusterBy   []Expr
		Constraints []TableConstraint
	}
	// AlterTable is ALTER TABLE with what it changes about columns and the name, in
	// order. What moves no columns is left out.
	AlterTable struct {
		stmt
		Name    []Ident
		Changes []TableChange
	}
	// CreateView is CREATE [MATERIALIZED] VIEW … AS query.
	CreateView struct {
		stmt
		Name         []Ident
		Columns      []Ident
		Query        *Query
		Materialized bool
		Temp         bool
	}
	// CreateFunction is CREATE [TEMP] FUNCTION with a SQL body, or none that we
	// can read (another language, remote). For a table function Query is set;
	// Columns are what RETURNS TABLE (…) calls its columns.
	CreateFunction struct {
		stmt
		Name      []Ident
		Temp      bool
		Aggregate bool
		Params    []FuncParam
		Returns   *TypeName
		Columns   []Ident
		Body      Expr
		Query     *Query
		Stmts     []Stmt            // the body, if it is a block
		Unread    bool              // the body is SQL and could not be read
		Overloads []*CreateFunction // DuckDB's, with other parameters
	}
	// CreateProcedure is CREATE PROCEDURE; its body is kept as statements.
	CreateProcedure struct {
		stmt
		Name    []Ident
		Params  []FuncParam
		Columns []Ident // of RETURNS TABLE
		Body    []Stmt
	}
	// Insert is INSERT INTO target (columns) query.
	Insert struct {
		stmt
		With        *With
		Target      []Ident
		Alias       *Alias // PostgreSQL's, for ON CONFLICT
		Columns     []Ident
		ByName      bool // the query's columns go where their names say
		Overwrite   bool // the rows that are there make room; with Partition, some of them
		Query       *Query
		RowAlias    Ident        // MySQL's VALUES … AS new
		RowColumns  []Ident      // … (a, b)
		OnUpdate    []Assignment // ON DUPLICATE KEY UPDATE, ON CONFLICT DO UPDATE
		UpdateWhere Expr         // … WHERE
		// Partition are the columns of Spark's PARTITION (a = 1, b); one without
		// a value is the query's.
		Partition    []Field
		ReplaceWhere Expr // which rows of the target make room
	}
	// Inserts is Hive's FROM t INSERT INTO a SELECT … INSERT INTO b SELECT ….
	Inserts struct {
		stmt
		List []*Insert
	}
	// InsertAll is Snowflake's and Oracle's INSERT ALL and INSERT FIRST: the rows
	// of one query go into several tables, with WHEN into some of them.
	InsertAll struct {
		stmt
		Conds []Expr
		Intos []InsertInto
		Query *Query
	}
	// Update is UPDATE target SET … FROM … WHERE ….
	Update struct {
		stmt
		With   *With
		Target *Table
		Set    []Assignment
		From   TableExpr
		InFrom bool // the target is one of the tables of From
		Where  Expr
	}
	// Delete is DELETE FROM target [USING …] WHERE ….
	Delete struct {
		stmt
		With    *With
		Target  *Table
		More    []*Table // MySQL deletes from several
		Using   TableExpr
		InUsing bool // the target is one of the tables of Using
		Where   Expr
	}
	// Merge is MERGE.
	Merge struct {
		stmt
		With   *With
		Target *Table
		Source TableExpr
		On     Expr
		Using  []Ident // DuckDB's, in place of On
		Whens  []MergeWhen
	}
	// Truncate is TRUNCATE TABLE.
	Truncate struct {
		stmt
		Target []Ident
	}
	// Drop is DROP of a table, view, function or other object.
	Drop struct {
		stmt
		Kind string
		Name []Ident
		More [][]Ident // the other names, where there are several
	}
	// Undrop is UNDROP TABLE.
	Undrop struct {
		stmt
		Name []Ident
	}
	// Declare is DECLARE names [type] [DEFAULT value].
	Declare struct {
		stmt
		Names   []Ident
		Type    *TypeName
		Default Expr
		Query   *Query // of a cursor
		Rows    bool   // it holds a row, or is a cursor or a result set
	}
	// Handler is MySQL's DECLARE … HANDLER: Body runs when a statement behind it in
	// the block fails, which then ends, or goes on.
	Handler struct {
		stmt
		Exit bool
		Body []Stmt
	}
	// Fetch is FETCH cursor INTO variables.
	Fetch struct {
		stmt
		Cursor Ident
		Into   []Ident
	}
	// Return is RETURN, with the value or the rows that it gives, or the text of
	// the query that gives them.
	Return struct {
		stmt
		More  bool // RETURN NEXT, RETURN QUERY: the function goes on
		Table bool // Snowflake's RETURN TABLE(X)
		X     Expr
		Query *Query
		Text  Expr
	}
	// SetVar is SET name = value or SET (a, b) = value.
	SetVar struct {
		stmt
		Names  []Ident
		System bool
		Adds   bool // the old value is part of the new one: +=
		Part   bool // only a field or an element is given a value
		Rows   bool // a cursor gets the rows of Value
		Value  Expr
	}
	// Block is a group of statements that run in some order, perhaps not at all
	// and perhaps more than once: BEGIN … END, IF, CASE, LOOP, WHILE, REPEAT,
	// FOR … IN (query). Conds are the conditions that decide.
	Block struct {
		stmt
		Label   Ident // that LEAVE and the like may name
		Conds   []Expr
		ForVar  Ident
		ForRows *Query
		ForOver []Expr // in place of ForRows: a cursor, or the bounds of a range
		ForText bool   // ForOver begins with the text of the query
		ForItem bool   // ForOver is an array, whose elements ForVar is
		Body    []Stmt
		// Ends are where alternatives, of which one runs, end in Body: the branches
		// of IF and CASE, and what handles an exception. Without any, Body is one.
		Ends     []int
		Optional bool // perhaps nothing of Body runs
		Loop     bool // Body may run more than once
	}
	// Execute is EXECUTE IMMEDIATE sql [INTO …] [USING …].
	Execute struct {
		stmt
		SQL   Expr
		Into  []Ident
		Using []Expr
	}
	// CallStmt is CALL procedure(…).
	CallStmt struct {
		stmt
		Name []Ident
		Args []Expr
	}
	// Assert is ASSERT condition.
	Assert struct {
		stmt
		X Expr
	}
	// Export is EXPORT DATA … AS query.
	Export struct {
		stmt
		Query *Query
	}
	// OtherStmt is a statement of which no lineage is read: ALTER,
	// GRANT, transactions, LEAVE, RETURN, OPTIONS, ….
	OtherStmt struct {
		stmt
		Keyword string
		Label   Ident // the loop or block that BREAK, LEAVE, CONTINUE, … name
		Cond    Expr  // of EXIT WHEN …
		// Hides says that it may well read or write tables, in a way that is not
		// read here; Tables are the names seen in it.
		Hides  bool
		Tables [][]Ident
	}
	// BadStmt is a statement that could not be parsed. Tables are the dotted
	// names seen behind FROM, JOIN, INTO and the like.
	BadStmt struct {
		stmt
		Tables [][]Ident
	}
)

// A ColumnDef is a column of CREATE TABLE.
type ColumnDef struct {
	Span
	Name      Ident
	Type      *TypeName // nil if not given
	NotNull   bool
	Default   Expr
	Generated Expr // GENERATED ALWAYS AS (…)
}

// A TableConstraint is a table-level constraint of CREATE TABLE.
type TableConstraint struct {
	Kind       string // PRIMARY KEY, FOREIGN KEY, UNIQUE, CHECK
	Columns    []Ident
	References []Ident
	RefColumns []Ident
	Check      Expr
}

// An InsertInto is one INTO of an [InsertAll]. Without Values the columns of the
// query go there by position.
type InsertInto struct {
	Span
	Target  []Ident
	Columns []Ident
	Values  []Expr
}

// A FuncParam is a parameter of CREATE FUNCTION. Type is nil for ANY TYPE and
// for table parameters.
type FuncParam struct {
	Name  Ident
	Type  *TypeName
	Table bool
	Out   bool // OUT, INOUT: a procedure gives the argument a value
}

// TableChangeKind is what ALTER TABLE does to a column or to the table.
type TableChangeKind uint8

// What ALTER TABLE does.
const (
	AddColumn    TableChangeKind = iota
	DropColumn                   // Column.Name goes
	RenameColumn                 // Column.Name becomes To
	RetypeColumn                 // Column.Name gets Column.Type
	RenameTable                  // the table becomes To
	SwapTable                    // the table and To change their names
)

// A TableChange is one change of an [AlterTable].
type TableChange struct {
	Span
	Kind   TableChangeKind
	Column ColumnDef
	To     []Ident
	// Lenient says IF EXISTS or IF NOT EXISTS.
	Lenient bool
}

// MergeAction is what a WHEN of a MERGE does.
type MergeAction uint8

// What a WHEN of a MERGE does.
const (
	MergeUpdate MergeAction = iota
	MergeInsert
	MergeDelete
	MergeNothing
)

// A MergeWhen is one WHEN clause of a [Merge]. For an insert Columns may be
// empty (all columns), and Values is nil for INSERT ROW.
type MergeWhen struct {
	Span
	Matched  bool
	BySource bool
	And      Expr
	Action   MergeAction
	Set      []Assignment
	Columns  []Ident
	Values   []Expr
	Row      bool // INSERT ROW, INSERT *, UPDATE SET *
	// ByPosition says that the columns of the source go into the target's by
	// their order and not their names, ByName that it is by these.
	ByPosition, ByName bool
	Message            Expr // of DuckDB's ERROR, which ends the statement
}

// An Assignment is Target = Value.
type Assignment struct {
	Span
	Target *Path
	Value  Expr
	// Part says which column of Value is meant, from 1: (a, b) = (SELECT x, y)
	// gives Value to both. It is 0 where Value is meant as it is.
	Part int
}
