package manifest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A reference is what a ref() or source() call says.
type reference struct {
	source  string // of source(): the source's name; "" for ref()
	pkg     string // of ref(): the package, if given
	name    string
	version string // of ref(): the version, if given
}

// maxArguments bounds the text of one call's arguments.
const maxArguments = 2000

// parseReference finds the first ref() or source() call with literal arguments
// in a text.
func parseReference(text string) (reference, bool) {
	for i := 0; i < len(text); i++ {
		for _, call := range []string{"ref", "source"} {
			if !strings.HasPrefix(text[i:], call) || i > 0 && isNameByte(text[i-1]) {
				continue
			}
			rest := strings.TrimLeft(text[i+len(call):min(len(text), i+maxArguments)], " \t\r\n")
			if !strings.HasPrefix(rest, "(") {
				continue
			}
			args, version := literalArguments(rest[1:min(len(rest), maxArguments)])
			switch {
			case call == "source" && len(args) == 2:
				return reference{source: args[0], name: args[1]}, true
			case call == "ref" && len(args) == 1:
				return reference{name: args[0], version: version}, true
			case call == "ref" && len(args) == 2:
				return reference{pkg: args[0], name: args[1], version: version}, true
			}
		}
	}
	return reference{}, false
}

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= utf8.RuneSelf
}

// literalArguments returns the quoted arguments of a call, of which the text
// after the opening parenthesis is given, and its argument "version" or "v".
func literalArguments(text string) (args []string, version string) {
	for {
		text = strings.TrimLeft(text, " \t\r\n,")
		if text == "" || text[0] == ')' {
			return args, version
		}
		named := ""
		if text[0] != '\'' && text[0] != '"' {
			name, rest, ok := strings.Cut(text, "=")
			if !ok {
				return nil, ""
			}
			named, text = strings.TrimSpace(name), strings.TrimLeft(rest, " \t\r\n")
			if text == "" {
				return nil, ""
			}
		}
		var value string
		if quote := text[0]; quote == '\'' || quote == '"' {
			end := strings.IndexByte(text[1:], quote)
			if end < 0 {
				return nil, ""
			}
			value, text = text[1:1+end], text[2+end:]
		} else {
			end := strings.IndexAny(text, ",)")
			if end < 0 {
				return nil, ""
			}
			value, text = strings.TrimSpace(text[:end]), text[end:]
		}
		switch named {
		case "":
			args = append(args, value)
		case "v", "version":
			version = value
		default:
			return nil, ""
		}
	}
}

// notColumns are the words of expressions that cannot be columns.
var notColumns = map[string]bool{
	"and": true, "as": true, "asc": true, "between": true, "case": true, "collate": true, "desc": true,
	"distinct": true, "else": true, "end": true, "false": true, "from": true, "in": true, "interval": true,
	"is": true, "like": true, "not": true, "null": true, "or": true, "over": true, "then": true, "true": true,
	"using": true, "when": true,
}

// Identifiers returns the names in a SQL expression that can be columns, in
// order of first appearance and without their quotes: no function names, no
// keywords, no literals, no type names after "::" or "as", no Jinja. Every part
// of a dotted name is one. It knows no dialect: it is meant to find too many
// names rather than too few, for configuration such as cluster_by and unique_key.
func Identifiers(expr string) []string {
	var names []string
	typeNext := false
	brackets := strings.LastIndexByte(expr, ']') // no [ behind it is closed
	for i := 0; i < len(expr); {
		r, size := utf8.DecodeRuneInString(expr[i:])
		switch {
		case r == '\'' || strings.HasPrefix(expr[i:], "{{") || strings.HasPrefix(expr[i:], "{%"):
			i += skipOpaque(expr[i:])
			continue
		case r == '"' || r == '`' || r == '[' && i < brackets:
			closing := byte(r)
			if r == '[' {
				closing = ']'
			}
			end := strings.IndexByte(expr[i+1:], closing)
			if end < 0 {
				i++
				continue
			}
			name := expr[i+1 : i+1+end]
			i += end + 2
			if r == '[' && !plausibleName(name) { // an array or a subscript
				names = append(names, Identifiers(name)...)
				continue
			}
			for part := range strings.SplitSeq(name, ".") {
				if part != "" {
					names = append(names, part)
				}
			}
			continue
		case strings.HasPrefix(expr[i:], "::"):
			typeNext = true
			i += 2
			continue
		case r == '_' || unicode.IsLetter(r):
			end := i + size
			for end < len(expr) {
				r, size := utf8.DecodeRuneInString(expr[end:])
				if r != '_' && r != '$' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
					break
				}
				end += size
			}
			word := expr[i:end]
			i = end
			called := strings.HasPrefix(strings.TrimLeft(expr[end:], " \t\r\n"), "(")
			lower := strings.ToLower(word)
			switch {
			case typeNext:
				typeNext = false
			case lower == "as":
				typeNext = true
			case !called && !notColumns[lower]:
				names = append(names, word)
			}
			continue
		case unicode.IsDigit(r): // a number, with its exponent
			i += size
			for i < len(expr) && isNameByte(expr[i]) {
				i++
			}
			continue
		}
		if !unicode.IsSpace(r) {
			typeNext = false
		}
		i += size
	}
	return union(nil, names)
}

// plausibleName reports whether the text between [ and ] is a quoted name, as SQL
// Server has them.
func plausibleName(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return (r == '_' || unicode.IsLetter(r)) && !strings.ContainsAny(s, "'\"`(),[")
}

// skipOpaque returns the length of the literal or Jinja block at the start of s.
func skipOpaque(s string) int {
	if s[0] == '\'' {
		if end := strings.IndexByte(s[1:], '\''); end >= 0 {
			return end + 2
		}
		return len(s)
	}
	closing := "}}"
	if s[1] == '%' {
		closing = "%}"
	}
	if end := strings.Index(s, closing); end >= 0 {
		return end + 2
	}
	return len(s)
}
