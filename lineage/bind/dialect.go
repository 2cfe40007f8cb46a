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
}

var traitsOf = map[string]traits{
	"bigquery":   {datePartLast: true, noArrayFields: true, strictStructs: true},
	"duckdb":     {noArrayFields: true, aliasIsTable: true, unnestColumn: "unnest", pivotValueFirst: true, unpivotNameFirst: true},
	"postgres":   {noArrayFields: true, aliasIsTable: true, unnestColumn: "unnest", integerDivision: true},
	"redshift":   {aliasIsTable: true, integerDivision: true, pivotValueFirst: true, unpivotNameFirst: true},
	"snowflake":  {pivotQuotesValue: true, unpivotNameFirst: true},
	"databricks": {pivotValueFirst: true, unpivotNameFirst: true, unnestColumn: "col", strictStructs: true},
	"spark":      {pivotValueFirst: true, unpivotNameFirst: true, unnestColumn: "col", strictStructs: true},
	"trino":      {aliasIsTable: true, integerDivision: true, strictStructs: true},
	"athena":     {aliasIsTable: true, integerDivision: true, strictStructs: true},
	"sqlserver":  {integerDivision: true, pivotValueFirst: true, unpivotNameFirst: true},
	"mysql":      {},
}
