package bind

// traits are the differences between dialects that only name resolution meets;
// those that parsing meets as well are in syntax.Dialect.
type traits struct {
	noArrayFields    bool       // a field of an array's elements cannot be named through the array
	integerDivision  bool       // 1 / 2 is an integer
	datePartLast     bool       // DATE_DIFF(a, b, DAY); elsewhere the part stands first
	aliasIsTable     bool       // an alias of UNNEST names a table, and its only column too
	unnestWhole      bool       // a struct that UNNEST gives in FROM stays one column
	unnestColumn     string     // name of UNNEST's column without an alias
	pivotValueFirst  bool       // PIVOT names columns value_aggregate
	pivotLoneValue   bool       // and by the value only where there is one aggregate
	pivotQuotesValue bool       // 'x' keeps its quotes in the name
	unpivotNameFirst bool       // the name column stands before the values
	strictStructs    bool       // branches of a set operation have structs of as many fields
	strictNames      bool       // tables of one FROM, and queries of one WITH, have different names
	strictGroups     bool       // columns beside aggregates are grouped, whatever their table's key
	floatDivision    bool       // AVG and / give floating point numbers, whatever is divided
	columnsInOrder   bool       // inside of an expression in ORDER BY a column hides an alias; alone, the alias hides the column
	aliasInWhere     bool       // an alias is visible in WHERE, behind the columns of FROM
	aliasInHaving    bool       // so it is in HAVING, before columns that the rows are not grouped by
	digestBytes      bool       // MD5 and SHA1 give bytes
	jsonDocuments    bool       // x -> 'key' is JSON
	nameByPosition   bool       // a column without a name is called _col and its number
	fewerValues      bool       // INSERT without a list may give fewer columns than the table has
	nameless         string     // every column without a name is called so
	implicitLateral  bool       // a subquery in FROM sees what stands to its left
	methodCalls      bool       // x.f(y) may be f(x, y)
	columnMethods    bool       // so it may, if x is a column
	starCalls        bool       // COLUMNS(…) stands for several columns
	unnestFields     bool       // UNNEST of a struct as an item gives its fields
	setFunctions     bool       // functions that return sets may stand in the select list
	tableSpelling    bool       // an output column is spelled as its table does
	distinctNames    bool       // a column whose name is taken is read as name_1
	renameMissing    bool       // * RENAME of a column that does not exist is no error
	oldNames         bool       // a column that takes a table's alias is known by the function's name, too
	rowIsTarget      bool       // MERGE's UPDATE SET * and INSERT * go through the columns of the target
	rowByPosition    bool       // these and UPDATE and INSERT alone go by the order of the columns
	rowField         string     // a field of ROW without a name is called so with a number behind
	rowFieldFirst    int        // and this is the first number
	tupleNames       bool       // every struct has names for all its fields
	structsByName    bool       // branches with structs of different fields give one of all fields
	rowID            bool       // tables have a column rowid
	sequences        bool       // s.nextval is the next number of the sequence s
	generators       bool       // explode, inline, stack and their kin give columns and rows
	insertSeesSelect bool       // ON DUPLICATE KEY UPDATE may name the tables whose rows are inserted
	items            *itemStyle // how a column without an alias is called, if not by its text
	seriesColumn     string     // name of the column of GENERATE_SERIES and RANGE, if not the function's
	// systemColumns are hidden columns that every table has, by their names in
	// lower case.
	systemColumns map[string]TypeKind
}

var traitsOf = map[string]traits{
	"bigquery": {datePartLast: true, digestBytes: true, noArrayFields: true, strictStructs: true, strictNames: true, strictGroups: true, rowByPosition: true},
	"duckdb": {
		items: duckdbItems, aliasInWhere: true, aliasInHaving: true, columnsInOrder: true, implicitLateral: true,
		noArrayFields: true, aliasIsTable: true, unnestColumn: "unnest", unnestWhole: true, unnestFields: true,
		pivotValueFirst: true, unpivotNameFirst: true, methodCalls: true, starCalls: true,
		floatDivision: true, jsonDocuments: true, structsByName: true,
		tableSpelling: true, distinctNames: true, renameMissing: true, oldNames: true, rowID: true, rowByPosition: true,
	},
	"postgres": {
		columnsInOrder: true, rowField: "f", rowFieldFirst: 1, noArrayFields: true, aliasIsTable: true, unnestColumn: "unnest",
		integerDivision: true, jsonDocuments: true, setFunctions: true, fewerValues: true,
		systemColumns: map[string]TypeKind{
			"ctid": Unknown, "xmin": Unknown, "xmax": Unknown, "cmin": Unknown, "cmax": Unknown, "tableoid": Int64,
		},
	},
	"redshift": {
		columnsInOrder: true, aliasIsTable: true, integerDivision: true, pivotValueFirst: true, unpivotNameFirst: true, setFunctions: true, fewerValues: true,
	},
	"vertica":    {columnsInOrder: true},
	"snowflake":  {sequences: true, pivotValueFirst: true, pivotQuotesValue: true, unpivotNameFirst: true, aliasInWhere: true},
	"sqlite":     {columnsInOrder: true, jsonDocuments: true, rowID: true, aliasInWhere: true},
	"clickhouse": {aliasInWhere: true, starCalls: true},
	"generic":    {starCalls: true},
	"databricks": sparkTraits,
	"spark":      sparkTraits,
	"trino": {
		seriesColumn: "sequential_number", nameByPosition: true, digestBytes: true, pivotValueFirst: true, rowField: "field", aliasIsTable: true, integerDivision: true, strictStructs: true,
		systemColumns: map[string]TypeKind{
			"$path": String, "$file_size": Int64, "$file_modified_time": Timestamp, "$partition": String, "$bucket": Int64,
		},
	},
	"sqlserver": {methodCalls: true, columnMethods: true, nameless: "(No column name)", columnsInOrder: true, seriesColumn: "value", integerDivision: true, pivotValueFirst: true, unpivotNameFirst: true},
	"mysql":     {columnsInOrder: true, aliasInHaving: true, jsonDocuments: true, insertSeesSelect: true},
	"oracle":    {methodCalls: true, columnMethods: true, sequences: true},
}

var sparkTraits = traits{
	items: sparkItems, tupleNames: true, aliasInHaving: true, rowField: "col", rowFieldFirst: 1, seriesColumn: "id", generators: true, rowIsTarget: true,
	pivotValueFirst: true, pivotLoneValue: true, unpivotNameFirst: true, unnestColumn: "col", strictStructs: true,
}
