package manifest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
