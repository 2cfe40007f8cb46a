package bind

// traits are the differences between dialects that only name resolution meets;
// those that parsing meets as well are in syntax.Dialect.
type traits struct {
	noArrayFields    bool   // a field of an array's elements cannot be named through the array
	integerDivision  bool   // 1 / 2 is an integer
	datePartLast     bool   // DATE_DIFF(a, b, DAY); elsewhere the part stands first
	aliasIsTable     bool   // an alias of UNNEST names a table, and its only column too
	unnestColumn     string // name of UNNEST's column without an alias
	pivotValueFirst  bool   // PIVOT names columns value_aggregate
	pivotAlwaysAlias bool   // even where there is one aggregate only
	pivotQuotesValue bool   // 'x' keeps its quotes in the name
	unpivotNameFirst bool   // the name column stands before the values
	strictStructs    bool   // branches of a set operation have structs of as many fields
	strictNames      bool   // tables of one FROM, and queries of one WITH, have different names
	strictGroups     bool   // columns beside aggregates are grouped, whatever their table's key
	floatDivision    bool   // AVG and / give floating point numbers, whatever is divided
	aliasInWhere     bool   // an alias is visible in WHERE, behind the columns of FROM
	implicitLateral  bool   // a subquery in FROM sees what stands to its left
	methodCalls      bool   // x.f(y) may be f(x, y)
	starCalls        bool   // COLUMNS(…) stands for several columns
	unnestFields     bool   // UNNEST of a struct as an item gives its fields
	setFunctions     bool   // functions that return sets may stand in the select list
	tableSpelling    bool   // an output column is spelled as its table does
	distinctNames    bool   // a column whose name is taken is read as name_1
	systemColumns    bool   // tables have ctid and its like
	renameMissing    bool   // * RENAME of a column that does not exist is no error
	oldNames         bool   // a column that takes a table's alias is known by the function's name, too
	rowIsTarget      bool   // MERGE's UPDATE SET * and INSERT * go through the columns of the target
	rowField         string // a field of ROW without a name is called so with a number behind
	rowFieldFirst    int    // and this is the first number
	structsByName    bool   // branches with structs of different fields give one of all fields
	rowID            bool   // tables have a column rowid
	sequences        bool   // s.nextval is the next number of the sequence s
	generators       bool   // explode, inline, stack and their kin give columns and rows
	insertSeesSelect bool   // ON DUPLICATE KEY UPDATE may name the tables whose rows are inserted
	seriesColumn     string // name of the column of GENERATE_SERIES and RANGE, if not the function's
}

var traitsOf = map[string]traits{
	"bigquery": {datePartLast: true, noArrayFields: true, strictStructs: true, strictNames: true, strictGroups: true},
	"duckdb": {
		noArrayFields: true, aliasIsTable: true, unnestColumn: "unnest", pivotValueFirst: true, unpivotNameFirst: true,
		floatDivision: true, aliasInWhere: true, implicitLateral: true, methodCalls: true, starCalls: true, unnestFields: true,
		tableSpelling: true, distinctNames: true, renameMissing: true, oldNames: true, rowID: true, structsByName: true,
	},
	"postgres":   {rowField: "f", rowFieldFirst: 1, noArrayFields: true, aliasIsTable: true, unnestColumn: "unnest", integerDivision: true, setFunctions: true, systemColumns: true},
	"redshift":   {aliasIsTable: true, integerDivision: true, pivotValueFirst: true, unpivotNameFirst: true, setFunctions: true},
	"snowflake":  {sequences: true, pivotQuotesValue: true, unpivotNameFirst: true, aliasInWhere: true},
	"sqlite":     {rowID: true, aliasInWhere: true},
	"clickhouse": {aliasInWhere: true, starCalls: true},
	"generic":    {starCalls: true},
	"databricks": {rowField: "col", rowFieldFirst: 1, seriesColumn: "id", generators: true, rowIsTarget: true, pivotValueFirst: true, unpivotNameFirst: true, unnestColumn: "col", strictStructs: true},
	"spark":      {rowField: "col", rowFieldFirst: 1, seriesColumn: "id", generators: true, rowIsTarget: true, pivotValueFirst: true, unpivotNameFirst: true, unnestColumn: "col", strictStructs: true},
	"trino":      {rowField: "field", aliasIsTable: true, integerDivision: true, strictStructs: true},
	"athena":     {rowField: "field", aliasIsTable: true, integerDivision: true, strictStructs: true},
	"sqlserver":  {seriesColumn: "value", integerDivision: true, pivotValueFirst: true, unpivotNameFirst: true},
	"mysql":      {insertSeesSelect: true},
	"oracle":     {sequences: true},
}
