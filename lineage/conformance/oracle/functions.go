package oracle

import (
	"strings"

	g "github.com/goccy/go-googlesql"
)

// A missing function is one that BigQuery has and the analyzer lacks. Result and
// args are types, or "any" for whatever is given; "same" is the type of the first
// argument. The last args may be left away down to min.
type missing struct {
	name      string
	result    string
	args      []string
	min       int
	aggregate bool
}

var missingFunctions = []missing{
	{name: "contains_substr", result: "BOOL", args: []string{"any", "STRING", "STRING"}, min: 2},
	{name: "search", result: "BOOL", args: []string{"any", "STRING", "STRING", "STRING"}, min: 2},
	{name: "collate", result: "STRING", args: []string{"STRING", "STRING"}, min: 2},
	{name: "max_by", result: "same", args: []string{"same", "any"}, min: 2, aggregate: true},
	{name: "min_by", result: "same", args: []string{"same", "any"}, min: 2, aggregate: true},
}

// addMissingFunctions gives the analyzer the functions that it lacks, with as
// many signatures as they have numbers of arguments.
func (o *Oracle) addMissingFunctions() {
	present := map[string]bool{}
	for _, name := range got(o.builtins.FunctionNames()) {
		present[name] = true
	}
	for _, m := range missingFunctions {
		if present[m.name] {
			continue
		}
		var signatures []*g.FunctionSignature
		for n := m.min; n <= len(m.args); n++ {
			args := make([]*g.FunctionArgumentType, n)
			for i := range args {
				args[i] = o.argument(m.args[i])
			}
			sig := got(g.NewFunctionSignature3(o.argument(m.result), args, 0))
			signatures = append(signatures, sig)
			o.keep = append(o.keep, sig, args)
		}
		mode := g.FunctionEnums_ModeScalar
		if m.aggregate {
			mode = g.FunctionEnums_ModeAggregate
		}
		fn := got(g.NewFunction4(m.name, "more", mode, signatures))
		check(o.builtins.AddFunction2(m.name, fn))
		o.keep = append(o.keep, fn)
	}
}

func (o *Oracle) argument(typ string) *g.FunctionArgumentType {
	switch typ {
	case "any":
		return got(g.NewFunctionArgumentType4(g.SignatureArgumentKindArgTypeArbitrary, 1))
	case "same":
		return got(g.NewFunctionArgumentType4(g.SignatureArgumentKindArgTypeAny1, 1))
	}
	return got(g.NewFunctionArgumentType3(got(o.columnType(typ)), 1))
}

// assumedResults are the types that an unknown function is tried with.
var assumedResults = []string{"STRING", "ARRAY<STRING>", "INT64", "FLOAT64", "NUMERIC", "BOOL", "DATE", "TIMESTAMP", "JSON"}

const (
	maxAssumed  = 20 // unknown functions in one statement
	maxAssumedN = 8  // arguments of one
)

// unknownFunction returns the function that an error says is not known.
func unknownFunction(err error) (name string, ok bool) {
	_, rest, ok := strings.Cut(errorText(err), "Function not found: ")
	if !ok {
		return "", false
	}
	name, _, _ = strings.Cut(rest, " [at")
	name, _, _ = strings.Cut(name, ";")
	return strings.TrimSpace(strings.ReplaceAll(name, "`", "")), true
}

// assume enters a function that takes anything.
func (o *Oracle) assume(c *catalog, name, result string) {
	var signatures []*g.FunctionSignature
	for n := range maxAssumedN + 1 {
		args := make([]*g.FunctionArgumentType, n)
		for i := range args {
			args[i] = o.argument("any")
		}
		signatures = append(signatures, got(g.NewFunctionSignature3(o.argument(result), args, 0)))
		c.keep = append(c.keep, args)
	}
	c.addFunction(strings.Split(name, "."), signatures)
}
