package oracle

import (
	"fmt"
	"runtime"
	"strings"

	g "github.com/goccy/go-googlesql"
)

// Version names the rules by which this package reads the analyzer's answers.
// Answers that were kept are worth nothing once it changes.
const Version = "go-googlesql v0.4.0, rules 2"

// collectEvery is after how many analyses the garbage is collected: the memory
// of the analyzer is freed by finalizers only, and the Go heap alone never grows
// enough to make them run.
const collectEvery = 50

// An Oracle is the analyzer with BigQuery's options and functions.
type Oracle struct {
	options  *g.AnalyzerOptions
	byOrder  *g.AnalyzerOptions // for parameters written as "?"
	builtins *g.SimpleCatalog
	schema   *g.TypeFactory // owns the types of tables and functions
	types    map[string]g.Googlesql_TypeNode
	names    map[string]string
	keep     []any
	calls    int
}

// New starts the analyzer. It takes about a second and 300 MB.
func New() (o *Oracle, err error) {
	defer recovered(&err)
	if err := g.Init(); err != nil {
		return nil, fmt.Errorf("start the analyzer: %w", err)
	}
	lang := got(g.NewLanguageOptions())
	check(lang.EnableMaximumLanguageFeatures())
	check(lang.SetSupportsAllStatementKinds())
	check(lang.SetProductMode(g.ProductModeProductExternal))
	check(lang.EnableReservableKeyword("QUALIFY", true))

	o = &Oracle{
		builtins: got(g.NewSimpleCatalog("builtins", nil)),
		schema:   got(g.NewTypeFactory()),
		types:    map[string]g.Googlesql_TypeNode{},
	}
	o.keep = append(o.keep, lang)
	check(o.builtins.AddBuiltinFunctionsAndTypes(&g.BuiltinFunctionOptions{LanguageOptions: lang}))
	int64Type := got(o.schema.GetInt64())
	for _, alias := range []string{"INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"} {
		if _, err := o.builtins.AddTypeIfNotPresent(alias, int64Type); err != nil {
			return nil, fmt.Errorf("add type %s: %w", alias, err)
		}
	}
	o.options = newOptions(lang, g.ParameterModeParameterNamed)
	o.byOrder = newOptions(lang, g.ParameterModeParameterPositional)
	o.addMissingFunctions()
	return o, nil
}

func newOptions(lang *g.LanguageOptions, mode g.ParameterMode) *g.AnalyzerOptions {
	opts := got(g.NewAnalyzerOptions2())
	check(opts.SetLanguage(lang))
	check(opts.SetErrorMessageMode(g.ErrorMessageModeErrorMessageOneLine))
	check(opts.SetPruneUnusedColumns(true))
	check(opts.SetAllowUndeclaredParameters(true))
	check(opts.SetParameterMode(mode))
	// The rewriters turn PIVOT, UNPIVOT, FLATTEN and the like into joins and
	// conditions, in which keys can no longer be told from values.
	for _, rewrite := range []g.ResolvedASTRewrite{
		g.ResolvedASTRewriteRewriteFlatten,
		g.ResolvedASTRewriteRewriteArrayFilterTransform,
		g.ResolvedASTRewriteRewriteUnpivot,
		g.ResolvedASTRewriteRewritePivot,
		g.ResolvedASTRewriteRewriteArrayIncludes,
		g.ResolvedASTRewriteRewriteTypeofFunction,
		g.ResolvedASTRewriteRewriteWithExpr,
		g.ResolvedASTRewriteRewriteInlineSqlFunctions,
		g.ResolvedASTRewriteRewriteNulliferrorFunction,
		g.ResolvedASTRewriteRewriteLikeAnyAll,
		g.ResolvedASTRewriteRewriteBuiltinFunctionInliner,
		g.ResolvedASTRewriteRewriteGroupingSet,
		g.ResolvedASTRewriteRewriteMultiwayUnnest,
		g.ResolvedASTRewriteRewriteOrderByAndLimitInAggregate,
		g.ResolvedASTRewriteRewritePipeAssert,
		g.ResolvedASTRewriteRewriteIsFirstIsLastFunction,
	} {
		check(opts.EnableRewrite(rewrite, false))
	}
	return opts
}

// Analyze resolves one statement against the tables. Other tables are unknown
// to it.
func (o *Oracle) Analyze(sql string, tables []*Table) (a *Analysis) {
	a = &Analysis{}
	defer func() {
		if r := recover(); r != nil {
			a = &Analysis{Error: fmt.Sprintf("the analyzer crashed: %v", r)}
		}
	}()
	s, err := o.analyze(sql, tables)
	if err != nil {
		a.Error = errorText(err)
		return a
	}
	if err := readTree(s, a); err != nil {
		return &Analysis{Error: err.Error()}
	}
	runtime.KeepAlive(s)
	return a
}

// Compiles reports whether the analyzer accepts a statement, and its error if
// not. It is cheaper than [Oracle.Analyze].
func (o *Oracle) Compiles(sql string, tables []*Table) (ok bool, text string) {
	defer func() {
		if r := recover(); r != nil {
			ok, text = false, fmt.Sprintf("the analyzer crashed: %v", r)
		}
	}()
	s, err := o.analyze(sql, tables)
	runtime.KeepAlive(s)
	if err != nil {
		return false, errorText(err)
	}
	return true, ""
}

// Counterfactual reports whether a statement still compiles when one of its
// tables lacks a column.
func (o *Oracle) Counterfactual(sql string, tables []*Table, table, column string) (ok bool, text string) {
	changed := make([]*Table, len(tables))
	for i, t := range tables {
		changed[i] = t
		if strings.EqualFold(t.Name, table) {
			changed[i] = t.Without(column)
		}
	}
	return o.Compiles(sql, changed)
}

// A statement is an analyzed statement with all that its tree refers to.
type statement struct {
	out     *g.AnalyzerOutput
	tables  []*Table
	catalog *catalog
	types   *g.TypeFactory
}

func (o *Oracle) analyze(sql string, tables []*Table) (*statement, error) {
	o.calls++
	if o.calls%collectEvery == 0 {
		runtime.GC()
	}
	// Columns in errors count a tab as up to eight; one space keeps them true.
	sql = strings.ReplaceAll(sql, "\t", " ")
	s := &statement{tables: tables, types: got(g.NewTypeFactory())}
	var err error
	if s.catalog, err = o.newCatalog(tables); err != nil {
		return nil, err
	}
	s.out, err = g.AnalyzeStatement(sql, o.options, s.catalog.top, s.types)
	if err != nil && strings.Contains(err.Error(), "ositional parameters are not supported") {
		s.out, err = g.AnalyzeStatement(sql, o.byOrder, s.catalog.top, s.types)
	}
	if err != nil {
		return s, err
	}
	if s.out == nil {
		return s, fmt.Errorf("the analyzer returned nothing")
	}
	return s, nil
}

func errorText(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if i := strings.Index(text, "INVALID_ARGUMENT: "); i >= 0 {
		text = text[i+len("INVALID_ARGUMENT: "):]
	}
	return text
}

// A failure carries an error of the bridge up to the next border of the package:
// each of its hundreds of getters returns one, none of which is expected.
type failure struct{ err error }

func got[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// recovered turns a failure into an error of the caller.
func recovered(err *error) {
	switch r := recover().(type) {
	case nil:
	case failure:
		*err = r.err
	default:
		*err = fmt.Errorf("the analyzer crashed: %v", r)
	}
}

func (f failure) String() string { return f.err.Error() }
