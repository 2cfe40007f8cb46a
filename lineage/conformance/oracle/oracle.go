package oracle

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"

	g "github.com/goccy/go-googlesql"
)

// The versions name the rules by which this package asks the analyzer and reads
// its answers. Answers that were kept are worth nothing once theirs changes.
const (
	AnalysisVersion = "go-googlesql v0.4.0, rules 8" // of Analyze
	CompilesVersion = "go-googlesql v0.4.0, rules 2" // of Compiles and Counterfactual
)

// collectEvery is after how many analyses the garbage is collected: the memory
// of the analyzer is freed by finalizers only, and the Go heap alone never grows
// enough to make them run.
const collectEvery = 50

var lastTimestamp = regexp.MustCompile(`(?i)(\btimestamp\s*\(?\s*['"])9999-12-31`)

// An Oracle is the analyzer with BigQuery's options and functions.
type Oracle struct {
	options  *g.AnalyzerOptions
	byOrder  *g.AnalyzerOptions // for parameters written as "?"
	builtins *g.SimpleCatalog
	schema   *g.TypeFactory // owns the types of tables and functions
	types    map[string]g.Googlesql_TypeNode
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
	a.Assumed = s.assumed
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
	tables  []*Table
	assumed []string // functions that the analyzer does not know
	out     *g.AnalyzerOutput
	before  []*g.AnalyzerOutput // the statements before it
	catalog *catalog
	types   *g.TypeFactory
}

// analyze resolves the last statement of a text. A function that nobody defines
// is taken to be a user's, with the first result type that fits.
func (o *Oracle) analyze(sql string, tables []*Table) (*statement, error) {
	o.calls++
	if o.calls%collectEvery == 0 {
		runtime.GC()
	}
	// Columns in errors count a tab as up to eight; one space keeps them true.
	sql = strings.ReplaceAll(sql, "\t", " ")
	// With the analyzer's time zone the last day that there is would lie in the
	// year 10000.
	sql = lastTimestamp.ReplaceAllString(sql, "${1}9998-12-31")
	var first error
	for _, result := range assumedResults {
		var assumed []string
		s, err := o.attempt(sql, tables, nil, "")
		for err != nil && len(assumed) < maxAssumed {
			name, unknown := unknownFunction(err)
			if !unknown || slices.Contains(assumed, name) {
				break
			}
			assumed = append(assumed, name)
			s, err = o.attempt(sql, tables, assumed, result)
		}
		if err == nil || len(assumed) == 0 {
			return s, err
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// attempt resolves the last statement of a text, with the functions of assumed
// returning that type.
func (o *Oracle) attempt(sql string, tables []*Table, assumed []string, result string) (*statement, error) {
	s := &statement{tables: tables, assumed: assumed, types: got(g.NewTypeFactory())}
	var err error
	if s.catalog, err = o.newCatalog(tables); err != nil {
		return nil, err
	}
	for _, name := range assumed {
		o.assume(s.catalog, name, result)
	}
	s.out, err = g.AnalyzeStatement(sql, o.options, s.catalog.top, s.types)
	if err != nil && strings.Contains(err.Error(), "ositional parameters are not supported") {
		s.out, err = g.AnalyzeStatement(sql, o.byOrder, s.catalog.top, s.types)
	}
	if err != nil && strings.Contains(err.Error(), "Expected end of input") {
		err = o.script(sql, s)
	}
	if err == nil && s.out == nil {
		err = errors.New("the analyzer returned nothing")
	}
	return s, err
}

// script resolves one statement after the other; functions that they make are
// known to the next ones.
func (o *Oracle) script(sql string, s *statement) error {
	at := got(g.NewParseResumeLocationFromString(sql))
	for {
		var err error
		if s.out, err = g.AnalyzeNextStatement(at, o.options, s.catalog.top, s.types); err != nil {
			return err
		}
		if pos := int(got(at.BytePosition())); pos >= len(sql) || strings.TrimSpace(sql[pos:]) == "" {
			return nil
		}
		if made, ok := got(s.out.ResolvedStatement()).(*g.ResolvedCreateFunctionStmt); ok {
			s.catalog.addFunction(got(made.NamePath()), []*g.FunctionSignature{got(made.Signature())})
		}
		s.before = append(s.before, s.out)
	}
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
