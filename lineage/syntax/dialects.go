package syntax

// coreReserved are the words that no dialect takes for a name.
const coreReserved = "ALL AND AS BETWEEN BY CASE CROSS DISTINCT ELSE END EXCEPT EXISTS FROM GROUP HAVING IN INNER " +
	"INTERSECT INTO IS JOIN LEFT LIKE NATURAL NOT NULL ON OR ORDER RIGHT SELECT THEN UNION USING WHEN WHERE WITH "

// newDialect completes a dialect's tables.
func newDialect(d Dialect) *Dialect {
	d.chars = newCharTable(&d)
	d.reserved = newKeywordSet(d.reservedWords)
	return &d
}

var bigquery = newDialect(Dialect{
	Name:               "bigquery",
	BackslashIdent:     true,
	DashPaths:          true,
	SplitQuoted:        true,
	DoubleQuoteString:  true,
	BackslashEscapes:   true,
	TripleQuotes:       true,
	RawPrefix:          true,
	BytesPrefix:        true,
	HashComment:        true,
	Lambda:             true,
	Qualify:            true,
	AliasBeforeColumn:  true,
	AliasInGroupBy:     true,
	RangeVariableFirst: true,
	CommaIsJoin:        true,
	OrdinalKeys:        true,
	reservedWords: coreReserved + "ANY ARRAY ASC ASSERT_ROWS_MODIFIED AT CAST COLLATE CONTAINS CREATE CUBE CURRENT " +
		"DEFAULT DEFINE DESC ENUM ESCAPE EXCLUDE EXTRACT FALSE FETCH FOLLOWING FOR FULL GROUPING GROUPS HASH IF IGNORE " +
		"INTERVAL LATERAL LIMIT LOOKUP MERGE NEW NO NULLS OF OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE " +
		"RECURSIVE RESPECT ROLLUP ROWS SET SOME STRUCT TABLESAMPLE TO TREAT TRUE UNBOUNDED UNNEST WINDOW WITHIN",
})

var duckdb = newDialect(Dialect{
	Name:              "duckdb",
	DoubledQuotes:     true,
	MultilineStrings:  true,
	EscapePrefix:      true,
	DollarQuotes:      true,
	NumberUnderscore:  true,
	TypedStrings:      true,
	NestedComments:    true,
	Lambda:            true,
	AtOperators:       true,
	JSONArrow:         true,
	StructBraces:      true,
	PrefixAlias:       true,
	IntersectFirst:    true,
	Qualify:           true,
	LateralAliases:    true,
	UnionByNameIsFull: true,
	OrdinalKeys:       true,
	NameByText:        true,
	ValuesPrefix:      "col",
	reservedWords: coreReserved + "ANY ASC CAST COLLATE CREATE DEFAULT DESC FALSE FETCH FOR FULL LATERAL LIMIT OFFSET " +
		"OUTER QUALIFY RETURNING SOME TABLESAMPLE TRUE WINDOW",
})

const postgresReserved = coreReserved + "ANY ARRAY ASC CAST COLLATE CREATE DEFAULT DESC FALSE FETCH FOR FULL ILIKE LATERAL " +
	"LIMIT OFFSET OUTER RETURNING SIMILAR SOME TABLESAMPLE TRUE WINDOW"

var postgres = newDialect(Dialect{
	Name:             "postgres",
	DeclareSection:   true,
	IdentCase:        LowerCase,
	QuotedExact:      true,
	IdentDollar:      true,
	DoubledQuotes:    true,
	MultilineStrings: true,
	EscapePrefix:     true,
	UnicodePrefix:    true,
	DollarQuotes:     true,
	NumberUnderscore: true,
	TypedStrings:     true,
	NestedComments:   true,
	AtOperators:      true,
	JSONArrow:        true,
	IntersectFirst:   true,
	RowStar:          true,
	SelectInto:       true,
	OrdinalKeys:      true,
	NameByFunction:   true,
	ValuesPrefix:     "column",
	ValuesFirst:      1,
	reservedWords:    postgresReserved,
})

var redshift = newDialect(Dialect{
	Name:             "redshift",
	DeclareSection:   true,
	IdentCase:        LowerCase,
	IdentDollar:      true,
	IdentSigils:      true,
	DoubledQuotes:    true,
	BackslashEscapes: true,
	MultilineStrings: true,
	EscapePrefix:     true,
	DollarQuotes:     true,
	TypedStrings:     true,
	NestedComments:   true,
	AtOperators:      true,
	JSONArrow:        true,
	OuterJoinPlus:    true,
	ArrayAt:          true,
	IntersectFirst:   true,
	Qualify:          true,
	Top:              true,
	SelectInto:       true,
	LateralAliases:   true,
	OrdinalKeys:      true,
	NameByFunction:   true,
	ValuesPrefix:     "column",
	ValuesFirst:      1,
	reservedWords:    postgresReserved + " QUALIFY MINUS",
})

var vertica = newDialect(Dialect{
	Name:             "vertica",
	DeclareSection:   true,
	IdentDollar:      true,
	DoubledQuotes:    true,
	MultilineStrings: true,
	EscapePrefix:     true,
	TypedStrings:     true,
	NestedComments:   true,
	IntersectFirst:   true,
	SelectInto:       true,
	OrdinalKeys:      true,
	NameByFunction:   true,
	reservedWords:    postgresReserved + " MINUS",
})

var snowflake = newDialect(Dialect{
	Name:                    "snowflake",
	DeclareSection:          true,
	IdentCase:               UpperCase,
	QuotedExact:             true,
	IdentDollar:             true,
	DoubledQuotes:           true,
	BackslashEscapes:        true,
	MultilineStrings:        true,
	DollarQuotes:            true,
	SlashComment:            true,
	Lambda:                  true,
	SemiAccess:              true,
	StructBraces:            true,
	DollarColumns:           true,
	OuterJoinPlus:           true,
	Stages:                  true,
	IntersectFirst:          true,
	Qualify:                 true,
	Top:                     true,
	LateralAliases:          true,
	RecursiveWithoutKeyword: true,
	UnionByNameIsFull:       true,
	OrdinalKeys:             true,
	NameByText:              true,
	ValuesPrefix:            "column",
	ValuesFirst:             1,
	reservedWords: coreReserved + "ANY CAST CONNECT CREATE FALSE FETCH FOR FULL ILIKE LATERAL LIMIT MINUS QUALIFY REGEXP " +
		"RLIKE SAMPLE SOME START TABLESAMPLE TRUE TRY_CAST VALUES",
})

const sparkReserved = coreReserved + "CAST FALSE FETCH FOR FULL ILIKE LATERAL LIMIT OUTER RLIKE TABLESAMPLE TRUE UNNEST MINUS"

var spark = newDialect(Dialect{
	Name:              "spark",
	DigitIdent:        true,
	DoubleQuoteString: true,
	BackslashEscapes:  true,
	DoubledQuotes:     true,
	MultilineStrings:  true,
	RawPrefix:         true,
	NumberSuffix:      true,
	NestedComments:    true,
	Lambda:            true,
	StringAlias:       true,
	IntersectFirst:    true,
	SortBy:            true,
	LateralAliases:    true,
	OrdinalKeys:       true,
	NameByText:        true,
	ValuesPrefix:      "col",
	ValuesFirst:       1,
	reservedWords:     sparkReserved,
})

var databricks = newDialect(Dialect{
	Name:              "databricks",
	DigitIdent:        true,
	DoubleQuoteString: true,
	BackslashEscapes:  true,
	DoubledQuotes:     true,
	MultilineStrings:  true,
	RawPrefix:         true,
	NumberSuffix:      true,
	NestedComments:    true,
	DollarQuotes:      true,
	Lambda:            true,
	SemiAccess:        true,
	StringAlias:       true,
	IntersectFirst:    true,
	Qualify:           true,
	SortBy:            true,
	LateralAliases:    true,
	OrdinalKeys:       true,
	NameByText:        true,
	ValuesPrefix:      "col",
	ValuesFirst:       1,
	reservedWords:     sparkReserved + " QUALIFY",
})

var trino = newDialect(Dialect{
	Name:             "trino",
	IdentCase:        LowerCase,
	DoubledQuotes:    true,
	MultilineStrings: true,
	UnicodePrefix:    true,
	NumberUnderscore: true,
	TypedStrings:     true,
	Lambda:           true,
	IntersectFirst:   true,
	GroupByAuto:      true,
	OrdinalKeys:      true,
	ValuesPrefix:     "_col",
	reservedWords: coreReserved + "CAST CREATE CUBE ESCAPE EXTRACT FALSE FOR FULL GROUPING OUTER RECURSIVE ROLLUP " +
		"SKIP TRUE UESCAPE UNNEST VALUES",
})

var sqlserver = newDialect(Dialect{
	Name:                    "sqlserver",
	BracketIdent:            true,
	IdentSigils:             true,
	DoubledQuotes:           true,
	MultilineStrings:        true,
	NestedComments:          true,
	EqualsAlias:             true,
	StringAlias:             true,
	IntersectFirst:          true,
	Top:                     true,
	SelectInto:              true,
	RecursiveWithoutKeyword: true,
	reservedWords: coreReserved + "ALTER ANY ASC BEGIN BREAK CLOSE COLLATE COMMIT CONTINUE CONVERT CREATE CURRENT DEALLOCATE DECLARE " +
		"DEFAULT DELETE DESC DROP ESCAPE EXEC EXECUTE FETCH FOR FULL IF INSERT MERGE OPEN OPTION OUTER OVER PERCENT PIVOT PRINT " +
		"RETURN ROLLBACK SET SOME TABLESAMPLE TOP TRUNCATE UNPIVOT UPDATE USE VALUES WHILE",
})

var mysql = newDialect(Dialect{
	Name:              "mysql",
	IdentDollar:       true,
	DigitIdent:        true,
	DoubleQuoteString: true,
	BackslashEscapes:  true,
	DoubledQuotes:     true,
	MultilineStrings:  true,
	HashComment:       true,
	DashCommentSpace:  true,
	VersionComments:   true,
	JSONArrow:         true,
	StringAlias:       true,
	PipesAsOr:         true,
	IntersectFirst:    true,
	OrdinalKeys:       true,
	NameByText:        true,
	NameKeepsSpaces:   true,
	ValuesPrefix:      "column_",
	reservedWords: coreReserved + "ASC COLLATE CREATE DEFAULT DESC DIV DUAL FALSE FETCH FOR FORCE FULL GROUPING IGNORE INTERVAL " +
		"LATERAL LIMIT MOD OUTER OVER PARTITION REGEXP RLIKE SET STRAIGHT_JOIN TRUE USE VALUES WINDOW XOR",
})

var sqlite = newDialect(Dialect{
	Name:                    "sqlite",
	BracketIdent:            true,
	IdentDollar:             true,
	DoubledQuotes:           true,
	MultilineStrings:        true,
	NumberUnderscore:        true,
	JSONArrow:               true,
	StringAlias:             true,
	RecursiveWithoutKeyword: true,
	OrdinalKeys:             true,
	NameByText:              true,
	NameKeepsSpaces:         true,
	ValuesPrefix:            "column",
	ValuesFirst:             1,
	reservedWords:           coreReserved + "COLLATE CREATE DEFAULT ESCAPE FULL ISNULL LIMIT NOTNULL OFFSET OUTER RETURNING SET VALUES",
})

var clickhouse = newDialect(Dialect{
	Name:              "clickhouse",
	QuotedExact:       true,
	DoubledQuotes:     true,
	BackslashEscapes:  true,
	MultilineStrings:  true,
	NumberUnderscore:  true,
	HashComment:       true,
	NestedComments:    true,
	Lambda:            true,
	StructBraces:      true,
	Qualify:           true,
	ArrayJoin:         true,
	LateralAliases:    true,
	AliasBeforeColumn: true,
	AliasInGroupBy:    true,
	OrdinalKeys:       true,
	NameByText:        true,
	ValuesPrefix:      "c",
	ValuesFirst:       1,
	reservedWords: coreReserved + "ANTI ANY ARRAY ASC ASOF DESC FINAL FORMAT FULL GLOBAL ILIKE LIMIT OFFSET PREWHERE QUALIFY SAMPLE " +
		"SEMI SETTINGS WINDOW",
})

var oracle = newDialect(Dialect{
	Name:                    "oracle",
	DeclareSection:          true,
	IdentCase:               UpperCase,
	QuotedExact:             true,
	IdentSigils:             true,
	DoubledQuotes:           true,
	MultilineStrings:        true,
	OuterJoinPlus:           true,
	RecursiveWithoutKeyword: true,
	NameByText:              true,
	reservedWords:           coreReserved + "ANY ASC CONNECT CREATE DEFAULT DESC FETCH FOR FULL MINUS OUTER START VALUES",
})

var generic = newDialect(Dialect{
	Name:              "generic",
	IdentDollar:       true,
	DoubledQuotes:     true,
	MultilineStrings:  true,
	EscapePrefix:      true,
	RawPrefix:         true,
	DollarQuotes:      true,
	NestedComments:    true,
	Lambda:            true,
	JSONArrow:         true,
	SemiAccess:        true,
	StructBraces:      true,
	OuterJoinPlus:     true,
	IntersectFirst:    true,
	Qualify:           true,
	Top:               true,
	SelectInto:        true,
	SortBy:            true,
	LateralAliases:    true,
	UnionByNameIsFull: true,
	OrdinalKeys:       true,
	NameByText:        true,
	ValuesPrefix:      "column",
	ValuesFirst:       1,
	reservedWords:     coreReserved + "ANY CAST CREATE FALSE FETCH FOR FULL LATERAL LIMIT MINUS OUTER QUALIFY SOME TABLESAMPLE TRUE WINDOW",
})
