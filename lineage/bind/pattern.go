package bind

import (
	"regexp"
	"strings"

	"impact/lineage/syntax"
)

// A nameTest says whether a star with a pattern keeps the column of a name.
type nameTest func(name string) bool

// patternTest is the test of an operator and its literal pattern; false if
// either is not understood.
func patternTest(op, pattern string) (nameTest, bool) {
	switch op {
	case "LIKE":
		return func(name string) bool { return like(pattern, name) }, true
	case "ILIKE":
		pattern = strings.ToLower(pattern)
		return func(name string) bool { return like(pattern, strings.ToLower(name)) }, true
	case "GLOB":
		return regexpTest("^(?s:" + globRegexp(pattern) + ")$")
	case "SIMILAR":
		return regexpTest("^(?:" + pattern + ")$")
	case "REGEXP", "RLIKE":
		return regexpTest(pattern)
	}
	return nil, false
}

func regexpTest(pattern string) (nameTest, bool) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, false
	}
	return re.MatchString, true
}

// like matches SQL's LIKE, in which % stands for any characters and _ for one.
func like(pattern, s string) bool {
	// The last % seen, and where in s what stands behind it was tried.
	star, from := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '%':
			star, from = p, i
			p++
		case p < len(pattern) && pattern[p] == '_':
			p++
			i++
			for i < len(s) && s[i]&0xc0 == 0x80 { // the rest of the character
				i++
			}
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '%' {
		p++
	}
	return p == len(pattern)
}

// globRegexp is the regular expression of a GLOB pattern.
func globRegexp(pattern string) string {
	var sb strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '*':
			sb.WriteString(".*")
		case '?':
			sb.WriteByte('.')
		case '[':
			end := strings.IndexByte(pattern[i:], ']')
			if end < 0 {
				sb.WriteString(`\[`)
				continue
			}
			set := pattern[i+1 : i+end]
			sb.WriteByte('[')
			if strings.HasPrefix(set, "!") {
				sb.WriteByte('^')
				set = set[1:]
			}
			sb.WriteString(strings.ReplaceAll(set, `\`, `\\`))
			sb.WriteByte(']')
			i += end
		case '\\':
			if i+1 < len(pattern) {
				i++
			}
			sb.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		default:
			sb.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		}
	}
	return sb.String()
}

// lambdaTest is the test that a lambda over column names makes, if it asks for
// nothing but literals and well-known functions of strings.
func lambdaTest(l *syntax.Lambda) (nameTest, bool) {
	if len(l.Params) == 0 {
		return nil, false
	}
	e := nameEval{param: &l.Params[0]}
	e.truth(l.Body, "") // only to see whether all of it is understood
	if e.failed {
		return nil, false
	}
	return func(name string) bool {
		e := nameEval{param: &l.Params[0]}
		return e.truth(l.Body, name)
	}, true
}

// nameEval evaluates an expression over one name.
type nameEval struct {
	param  *syntax.Ident
	depth  int
	failed bool
}

// maxNameEval bounds how deep a test of names may be.
const maxNameEval = 200

func (e *nameEval) truth(x syntax.Expr, name string) bool {
	if e.depth++; e.depth > maxNameEval {
		e.failed = true
		return false
	}
	defer func() { e.depth-- }()
	switch x := x.(type) {
	case *syntax.Literal:
		if x.Kind == syntax.BoolLiteral {
			return syntax.EqualFold(x.Text, "true")
		}
	case *syntax.Unary:
		if x.Op == syntax.OpNot {
			return !e.truth(x.X, name)
		}
	case *syntax.Binary:
		switch x.Op {
		case syntax.OpAnd, syntax.OpOr:
			// Both sides are evaluated, to find what is not understood.
			a, b := e.truth(x.X, name), e.truth(x.Y, name)
			return a && b || x.Op == syntax.OpOr && (a || b)
		case syntax.OpEq:
			return e.text(x.X, name) == e.text(x.Y, name)
		case syntax.OpNe:
			return e.text(x.X, name) != e.text(x.Y, name)
		}
	case *syntax.Like:
		if x.Y != nil && x.Escape == nil {
			if test, ok := patternTest(x.Op, e.text(x.Y, name)); ok {
				return test(e.text(x.X, name)) != x.Not
			}
		}
	case *syntax.In:
		if x.Query == nil && x.Unnest == nil {
			found := false
			for _, y := range x.List {
				found = e.text(y, name) == e.text(x.X, name) || found
			}
			return found != x.Not
		}
	case *syntax.Call:
		if fn, args := e.call(x, name); len(args) == 2 {
			switch fn {
			case "starts_with", "prefix":
				return strings.HasPrefix(args[0], args[1])
			case "ends_with", "suffix":
				return strings.HasSuffix(args[0], args[1])
			case "contains":
				return strings.Contains(args[0], args[1])
			case "regexp_matches":
				if test, ok := regexpTest(args[1]); ok {
					return test(args[0])
				}
			case "regexp_full_match":
				if test, ok := patternTest("SIMILAR", args[1]); ok {
					return test(args[0])
				}
			}
		}
	}
	e.failed = true
	return false
}

func (e *nameEval) text(x syntax.Expr, name string) string {
	if e.depth++; e.depth > maxNameEval {
		e.failed = true
		return ""
	}
	defer func() { e.depth-- }()
	switch x := x.(type) {
	case *syntax.Path:
		if len(x.Parts) == 1 && x.Parts[0].Is(e.param.Name) {
			return name
		}
	case *syntax.Literal:
		if x.Kind == syntax.StringLiteral {
			return x.Text
		}
	case *syntax.Call:
		if fn, args := e.call(x, name); len(args) == 1 {
			switch fn {
			case "lower", "lcase":
				return strings.ToLower(args[0])
			case "upper", "ucase":
				return strings.ToUpper(args[0])
			case "trim":
				return strings.Trim(args[0], " ")
			}
		}
	}
	e.failed = true
	return ""
}

func (e *nameEval) call(c *syntax.Call, name string) (fn string, args []string) {
	list := c.Args
	switch {
	case c.Receiver != nil:
		args = append(args, e.text(c.Receiver, name))
	case len(c.Name) == 2 && c.Name[0].Is(e.param.Name): // c.lower()
		args = append(args, name)
	case len(c.Name) != 1:
		return "", nil
	}
	for _, a := range list {
		args = append(args, e.text(a, name))
	}
	return string(lower(nil, c.Name[len(c.Name)-1].Name)), args
}
