package syntax

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// LetterCase is what a warehouse does with the letters of an unquoted identifier.
type LetterCase uint8

// What a warehouse does with an unquoted identifier.
const (
	KeepCase LetterCase = iota
	LowerCase
	UpperCase
)

// A Dialect says how a warehouse's SQL differs from the others'. It is plain
// data; dialects come from [Lookup] and [Generic] and are never changed.
//
// Most constructs are read in every dialect, because they cannot be mistaken for
// anything else. The flags are for those where the same text means different
// things.
type Dialect struct {
	Name string

	// Identifiers.
	IdentCase      LetterCase
	QuotedExact    bool // "Name" and "name" are two names
	BracketIdent   bool // [name]
	BackslashIdent bool // `a\`b` instead of `a``b`
	IdentDollar    bool // a$b is one identifier
	IdentSigils    bool // a@b#c, #temp are identifiers
	DigitIdent     bool // 2fa is an identifier
	DashPaths      bool // my-project.dataset.table
	SplitQuoted    bool // `a.b.c` is a path of three

	// Literals and comments.
	DoubleQuoteString bool // "…" is a string
	BackslashEscapes  bool // '\n' is a line feed
	DoubledQuotes     bool // '' is a quote
	TripleQuotes      bool // '''…'''
	MultilineStrings  bool // '…' may hold line feeds
	RawPrefix         bool // r'…'
	BytesPrefix       bool // b'…' is bytes
	EscapePrefix      bool // E'…'
	UnicodePrefix     bool // U&'…' and U&"…"
	DollarQuotes      bool // $$…$$
	TypedStrings      bool // any type before a string makes a literal of it: bit(3) '101'
	NumberSuffix      bool // 1L, 1.5BD
	NumberUnderscore  bool // 1_000
	HashComment       bool // # to the end of the line
	SlashComment      bool // // to the end of the line
	DashCommentSpace  bool // -- is a comment only before a space
	NestedComments    bool // /* /* */ */
	VersionComments   bool // the text of /*!50001 … */ is read

	// Clauses and operators.
	Lambda         bool // x -> f(x) in arguments, where -> is no JSON operator
	JSONArrow      bool // x -> 'key'
	AtOperators    bool // @ begins operators, not parameters
	SemiAccess     bool // x:a.b
	StructBraces   bool // {'a': 1}
	DollarColumns  bool // $1 is a column
	OuterJoinPlus  bool // a.x = b.x(+)
	Stages         bool // FROM @stage/path
	PrefixAlias    bool // SELECT a: 1
	EqualsAlias    bool // SELECT a = 1 names a column
	StringAlias    bool // SELECT 1 'a'
	PipesAsOr      bool // a || b is a disjunction
	IntersectFirst bool // INTERSECT before UNION and EXCEPT
	Qualify        bool // QUALIFY is a clause
	Top            bool // SELECT TOP n
	RowStar        bool // (t.*) is the row t, and SELECT may go without items
	SelectInto     bool // SELECT … INTO table
	SortBy         bool // SORT BY, CLUSTER BY, DISTRIBUTE BY
	ArrayAt        bool // FROM t.list AS x AT i, CONVERT(type, x)
	ArrayJoin      bool // ARRAY JOIN, FINAL, PREWHERE, SETTINGS
	GroupByAuto    bool // GROUP BY AUTO is GROUP BY ALL
	DeclareSection bool // DECLARE lists what a block declares, up to its BEGIN

	// Names and scopes, for name resolution.
	LateralAliases          bool   // an alias is visible in the items behind it
	AliasBeforeColumn       bool   // in HAVING and QUALIFY an alias hides a column
	AliasInGroupBy          bool   // in GROUP BY an alias hides a column
	CommaIsJoin             bool   // a comma in FROM binds as a JOIN does: what follows sees all before it
	RangeVariableFirst      bool   // a table's alias hides a column of that name
	RecursiveWithoutKeyword bool   // WITH alone allows recursion
	UnionByNameIsFull       bool   // BY NAME fills columns that one side lacks
	ExceptMissingIsFine     bool   // * EXCEPT (x) without x is no error
	OrdinalKeys             bool   // GROUP BY 1, ORDER BY 1
	NameByFunction          bool   // sum(x) is called "sum"
	NameByText              bool   // sum(x) is called "sum(x)"
	NameKeepsSpaces         bool   // sum( x ) is called "sum( x )"
	ValuesPrefix            string // columns of VALUES are called so with a number behind
	ValuesFirst             int    // and this is the first number

	reservedWords string // space-separated
	reserved      keywordSet
	chars         *charTable
}

// CaseSensitiveQuoted reports whether quoted identifiers that differ in case
// are different names.
func (d *Dialect) CaseSensitiveQuoted() bool { return d.QuotedExact }

// Kept is the name that the warehouse keeps for an identifier.
func (d *Dialect) Kept(id *Ident) string {
	switch {
	case id.Quoted || d.IdentCase == KeepCase:
		return id.Name
	case d.IdentCase == UpperCase:
		return strings.ToUpper(id.Name)
	}
	return strings.ToLower(id.Name)
}

// ValuesColumn names the i-th column (from 0) of VALUES, or returns "" if the
// dialect gives no name.
func (d *Dialect) ValuesColumn(i int) string {
	if d.ValuesPrefix == "" {
		return ""
	}
	return d.ValuesPrefix + strconv.Itoa(i+d.ValuesFirst)
}

// ColumnText returns the name of a column without alias from its source text,
// in dialects with NameByText.
func (d *Dialect) ColumnText(src string) string {
	if d.NameKeepsSpaces {
		return src
	}
	text := strings.Join(strings.Fields(src), " ")
	switch d.IdentCase {
	case UpperCase:
		return strings.ToUpper(text)
	case LowerCase:
		return strings.ToLower(text)
	}
	return text
}

// Lookup returns the dialect of a dbt adapter.
func Lookup(name string) (*Dialect, bool) {
	d, ok := adapters[strings.ToLower(name)]
	return d, ok
}

// Adapters returns the names that [Lookup] knows, in order.
func Adapters() []string { return slices.Sorted(maps.Keys(adapters)) }

// Generic returns the dialect for adapters that [Lookup] does not know: it
// accepts what it can of all of them.
func Generic() *Dialect { return generic }

// adapters holds the dialects by the name of the dbt adapter.
var adapters = map[string]*Dialect{
	"bigquery":    bigquery,
	"duckdb":      duckdb,
	"motherduck":  duckdb,
	"postgres":    postgres,
	"postgresql":  postgres,
	"alloydb":     postgres,
	"greenplum":   postgres,
	"materialize": postgres,
	"risingwave":  postgres,
	"cratedb":     postgres,
	"redshift":    redshift,
	"snowflake":   snowflake,
	"databricks":  databricks,
	"spark":       spark,
	"sparksql":    spark,
	"hive":        spark,
	"impala":      spark,
	"glue":        spark,
	"fabricspark": spark,
	"trino":       trino,
	"presto":      trino,
	"starburst":   trino,
	"athena":      trino,
	"sqlserver":   sqlserver,
	"mssql":       sqlserver,
	"tsql":        sqlserver,
	"fabric":      sqlserver,
	"synapse":     sqlserver,
	"mysql":       mysql,
	"mysql5":      mysql,
	"mariadb":     mysql,
	"doris":       mysql,
	"starrocks":   mysql,
	"singlestore": mysql,
	"tidb":        mysql,
	"sqlite":      sqlite,
	"clickhouse":  clickhouse,
	"oracle":      oracle,
	"exasol":      oracle,
	"generic":     generic,
	"ansi":        generic,
	"vertica":     vertica,
	"teradata":    generic,
	"firebolt":    generic,
	"dremio":      generic,
	"netezza":     generic,
	"iomete":      spark,
	"spark_livy":  spark,
	"upsolver":    generic,
	"decodable":   generic,
	"databend":    generic,
	"yellowbrick": postgres,
	"cockroachdb": postgres,
}
