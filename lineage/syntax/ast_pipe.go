package syntax

// A PipeOp is one |> operator.
type PipeOp interface {
	Node
	pipeOp()
}

type pipe struct{ Span }

func (pipe) pipeOp() {}

// The pipe operators, named as GoogleSQL names them.
type (
	// PipeSelect is SELECT, EXTEND (Extend set) or WINDOW (Window set).
	PipeSelect struct {
		pipe
		Extend   bool
		Window   bool
		Distinct bool
		As       SelectAs
		Items    []SelectItem
		Windows  []WindowDef
	}
	// PipeSet is SET column = expr, …; a longer path sets a field.
	PipeSet struct {
		pipe
		Items []Assignment
	}
	// PipeDrop is DROP column, ….
	PipeDrop struct {
		pipe
		Columns []Ident
	}
	// PipeRename is RENAME a AS b, ….
	PipeRename struct {
		pipe
		Items []Rename
	}
	// PipeAs is AS alias.
	PipeAs struct {
		pipe
		Alias Ident
	}
	// PipeWhere is WHERE.
	PipeWhere struct {
		pipe
		X Expr
	}
	// PipeLimit is LIMIT … OFFSET ….
	PipeLimit struct {
		pipe
		Limit, Offset Expr
	}
	// PipeOrderBy is ORDER BY.
	PipeOrderBy struct {
		pipe
		Items []OrderItem
	}
	// PipeAggregate is AGGREGATE items GROUP BY keys.
	PipeAggregate struct {
		pipe
		Items   []SelectItem
		GroupBy *GroupBy
	}
	// PipeDistinct is DISTINCT.
	PipeDistinct struct{ pipe }
	// PipeJoin is JOIN; Join.Left is nil.
	PipeJoin struct {
		pipe
		Join *Join
	}
	// PipeCall is CALL tvf(…) AS alias: the input is its first table argument.
	PipeCall struct {
		pipe
		Func *TableFunc
	}
	// PipeSample is TABLESAMPLE.
	PipeSample struct {
		pipe
		Weight *Ident // the column that WITH WEIGHT adds
	}
	// PipePivot is PIVOT; Pivot.X is nil.
	PipePivot struct {
		pipe
		Pivot *Pivot
	}
	// PipeUnpivot is UNPIVOT; Unpivot.X is nil.
	PipeUnpivot struct {
		pipe
		Unpivot *Unpivot
	}
	// PipeMatchRecognize is MATCH_RECOGNIZE; Match.X is nil.
	PipeMatchRecognize struct {
		pipe
		Match *MatchRecognize
	}
	// PipeSetOp is UNION, INTERSECT or EXCEPT with one or more queries.
	PipeSetOp struct {
		pipe
		Op     SetOpSpec
		Inputs []*Query
	}
	// PipeRecursiveUnion is RECURSIVE UNION.
	PipeRecursiveUnion struct {
		pipe
		Op    SetOpSpec
		Query *Query   // the recursive term as a query, or nil
		Pipes []PipeOp // the recursive term as a subpipeline
		Alias Ident
		Depth *CTEDepth
	}
	// PipeWith is WITH: CTEs for the operators behind it.
	PipeWith struct {
		pipe
		With *With
	}
	// PipeAssert is ASSERT condition, payload….
	PipeAssert struct {
		pipe
		Args []Expr
	}
	// PipeIf is IF … THEN (…) ELSEIF … ELSE (…).
	PipeIf struct {
		pipe
		Conds    []Expr
		Branches [][]PipeOp // one more than Conds if there is an ELSE
	}
	// PipeFork is FORK (…), (…) or, with Tee set, TEE (…): subpipelines whose
	// results are results of the query.
	PipeFork struct {
		pipe
		Tee      bool
		Branches [][]PipeOp
	}
	// PipeSink is CREATE TABLE, INSERT, EXPORT DATA at the end of a pipe.
	PipeSink struct {
		pipe
		Target []Ident
	}
	// PipeNop is an operator that changes neither columns nor rows: LOG,
	// DESCRIBE, STATIC_DESCRIBE.
	PipeNop struct{ pipe }
	// PipeBad is an operator that could not be parsed or is not known.
	PipeBad struct {
		pipe
		Parts []*Path
	}
)
