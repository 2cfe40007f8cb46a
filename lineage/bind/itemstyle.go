package bind

import "impact/lineage/syntax"

// An itemStyle says how a warehouse writes the expression by which it calls a
// column without an alias. In its forms $1, $2, … stand for expressions.
type itemStyle struct {
	castKeepsName  bool // CAST(x AS INT) is called x
	dropsTable     bool // t.x is written x
	quotesNames    bool // a name that needs quotes has them
	quotesText     bool // 'x' keeps its quotes
	dropsSuffix    bool // 1L is written 1
	interval       bool // INTERVAL '1' DAY
	looseIntervals bool // x + INTERVAL … stands without parentheses
	fullOrder      bool // x ASC NULLS FIRST
	frames         bool // a window has its frame, given or not

	unary     map[syntax.Op]string
	binary    map[syntax.Op]string // the others are ($1 op $2)
	is        map[syntax.IsKind][2]string
	like      map[string][2]string
	between   string
	notIn     [2]string
	inQuery   string
	when      string // of a CASE, with COND where its condition stands
	noElse    string // what a CASE without ELSE has
	extract   string
	structs   string // the function that makes a struct
	list      string // and an array from […]
	subquery  string
	exists    string
	countAll  string // count(*)
	types     map[string]string
	functions map[string]string // by the function's name
	calls     map[string]string // by its name and the number of arguments
	bareCalls map[string]string // functions that are called without parentheses
	rowFrames map[string]bool   // window functions that look at rows

	typedLiteral string // with TYPE and TEXT
	lambdaParam  string // what stands for each parameter of a lambda
}

var duckdbItems = &itemStyle{
	quotesNames: true,
	quotesText:  true,
	unary:       map[syntax.Op]string{syntax.OpNot: "(NOT $1)", syntax.OpNeg: "-($1)", syntax.OpPos: "+($1)", syntax.OpBitNot: "~($1)"},
	binary:      map[syntax.Op]string{syntax.OpIntDiv: "($1 // $2)"},
	is: map[syntax.IsKind][2]string{
		syntax.IsNull:         {"($1 IS NULL)", "($1 IS NOT NULL)"},
		syntax.IsDistinctFrom: {"($1 IS DISTINCT FROM $2)", "($1 IS NOT DISTINCT FROM $2)"},
	},
	like: map[string][2]string{
		"LIKE": {"($1 ~~ $2)", "($1 !~~ $2)"}, "ILIKE": {"($1 ~~* $2)", "($1 !~~* $2)"},
	},
	between:  "($1 BETWEEN $2 AND $3)",
	notIn:    [2]string{"($1 NOT IN (", "))"},
	when:     "  WHEN (COND) THEN ($2)",
	noElse:   " ELSE NULL",
	countAll: "count_star()",
	types: map[string]string{
		"int": "integer", "int4": "integer", "signed": "integer", "int8": "bigint", "long": "bigint", "int64": "bigint",
		"int2": "smallint", "short": "smallint", "int1": "tinyint", "text": "varchar", "string": "varchar", "char": "varchar",
		"bpchar": "varchar", "bool": "boolean", "logical": "boolean", "float8": "double", "double precision": "double",
		"float4": "float", "real": "float", "numeric": "decimal(18,3)", "decimal": "decimal(18,3)", "datetime": "timestamp",
		"timestamptz": "timestamp with time zone", "bytea": "blob", "binary": "blob", "varbinary": "blob",
	},
	functions: map[string]string{
		"coalesce": "COALESCE", "nullif": `"nullif"`, "first": `"first"`, "last": `"last"`, "left": `"left"`,
		"right": `"right"`, "replace": `"replace"`, "substring": `main."substring"`, "trim": `main."trim"`,
		"position": `main."position"`, "grouping": "GROUPING",
	},
	calls: map[string]string{
		"ifnull/2": "COALESCE($1, $2)", "nvl/2": "COALESCE($1, $2)", "count/0": "count_star()",
		"if/3": "CASE  WHEN ($1) THEN ($2) ELSE $3 END", "iff/3": "CASE  WHEN ($1) THEN ($2) ELSE $3 END",
	},
	extract:      "main.date_part('PART', $1)",
	typedLiteral: "CAST(TEXT AS TYPE)",
	list:         "main.list_value",
}

var sparkItems = &itemStyle{
	castKeepsName:  true,
	dropsTable:     true,
	dropsSuffix:    true,
	interval:       true,
	looseIntervals: true,
	fullOrder:      true,
	frames:         true,
	unary:          map[syntax.Op]string{syntax.OpNot: "(NOT $1)", syntax.OpNeg: "(- $1)", syntax.OpPos: "(+ $1)", syntax.OpBitNot: "~$1"},
	binary:         map[syntax.Op]string{syntax.OpNe: "(NOT ($1 = $2))", syntax.OpConcat: "concat($1, $2)"},
	is: map[syntax.IsKind][2]string{
		syntax.IsNull:         {"($1 IS NULL)", "($1 IS NOT NULL)"},
		syntax.IsTrue:         {"($1 <=> true)", "(NOT ($1 <=> true))"},
		syntax.IsFalse:        {"($1 <=> false)", "(NOT ($1 <=> false))"},
		syntax.IsDistinctFrom: {"(NOT ($1 <=> $2))", "($1 <=> $2)"},
	},
	like: map[string][2]string{
		"LIKE": {"$1 LIKE $2", "(NOT $1 LIKE $2)"}, "ILIKE": {"ilike($1, $2)", "(NOT ilike($1, $2))"},
		"RLIKE": {"RLIKE($1, $2)", "(NOT RLIKE($1, $2))"}, "REGEXP": {"RLIKE($1, $2)", "(NOT RLIKE($1, $2))"},
	},
	between:  "between($1, $2, $3)",
	notIn:    [2]string{"(NOT ($1 IN (", ")))"},
	inQuery:  "listquery()",
	when:     " WHEN COND THEN $2",
	extract:  "extract(PART FROM $1)",
	structs:  "struct",
	subquery: "scalarsubquery()",
	exists:   "exists()",
	countAll: "count(1)",
	types: map[string]string{
		"integer": "int", "long": "bigint", "short": "smallint", "byte": "tinyint", "real": "float",
		"decimal": "decimal(10,0)", "dec": "decimal(10,0)", "numeric": "decimal(10,0)",
	},
	functions: map[string]string{
		"rank": "RANK", "dense_rank": "DENSE_RANK", "percent_rank": "PERCENT_RANK", "ceil": "CEIL", "floor": "FLOOR",
		"power": "POWER", "array_agg": "collect_list",
	},
	calls: map[string]string{
		"if/3": "(IF($1, $2, $3))", "isnull/1": "($1 IS NULL)", "isnotnull/1": "($1 IS NOT NULL)",
		"round/1": "round($1, 0)", "split/2": "split($1, $2, -1)", "substring/2": "substring($1, $2, 2147483647)",
		"substr/2": "substr($1, $2, 2147483647)", "regexp_replace/3": "regexp_replace($1, $2, $3, 1)",
		"regexp_extract/2": "regexp_extract($1, $2, 1)", "locate/2": "locate($1, $2, 1)", "sort_array/1": "sort_array($1, true)",
		"percentile/2": "percentile($1, $2, 1)", "percentile_approx/2": "percentile_approx($1, $2, 10000)",
		"approx_percentile/2": "approx_percentile($1, $2, 10000)", "months_between/2": "months_between($1, $2, true)",
		"lag/1": "lag($1, 1, NULL)", "lag/2": "lag($1, $2, NULL)", "lead/1": "lead($1, 1, NULL)", "lead/2": "lead($1, $2, NULL)",
		"from_unixtime/1":  "from_unixtime($1, yyyy-MM-dd HH:mm:ss)",
		"unix_timestamp/0": "unix_timestamp(current_timestamp(), yyyy-MM-dd HH:mm:ss)",
		"unix_timestamp/1": "unix_timestamp($1, yyyy-MM-dd HH:mm:ss)",
		"dateadd/3":        "timestampadd($1, $2, $3)", "date_add/3": "timestampadd($1, $2, $3)",
		"datediff/3": "timestampdiff($1, $2, $3)", "date_diff/3": "timestampdiff($1, $2, $3)",
		"string/1": "CAST($1 AS STRING)", "int/1": "CAST($1 AS INT)", "bigint/1": "CAST($1 AS BIGINT)",
		"smallint/1": "CAST($1 AS SMALLINT)", "tinyint/1": "CAST($1 AS TINYINT)", "double/1": "CAST($1 AS DOUBLE)",
		"float/1": "CAST($1 AS FLOAT)", "boolean/1": "CAST($1 AS BOOLEAN)", "date/1": "CAST($1 AS DATE)",
		"timestamp/1": "CAST($1 AS TIMESTAMP)", "decimal/1": "CAST($1 AS DECIMAL(10,0))", "binary/1": "CAST($1 AS BINARY)",
	},
	bareCalls: map[string]string{
		"current_date": "current_date()", "current_timestamp": "current_timestamp()", "current_user": "current_user()",
		"localtimestamp": "localtimestamp()", "current_catalog": "current_catalog()",
	},
	rowFrames: map[string]bool{
		"row_number": true, "RANK": true, "DENSE_RANK": true, "PERCENT_RANK": true, "ntile": true,
	},
	typedLiteral: "TYPE TEXT",
	lambdaParam:  "namedlambdavariable()",
}
