package syntax

import "strings"

// operators lists those of more than one character, the longest first for each
// first character. Those with a dialect flag are checked in lexer.operator.
var operators = [...]struct {
	text string
	kind tokenKind
}{
	{"<=>", tokNullSafeEq}, {"<->", tokOp}, {"<#>", tokOp}, {"<<", tokShiftLeft}, {"<=", tokLe}, {"<>", tokNe}, {"<@", tokOp},
	{">=", tokGe},
	{"=>", tokFatArrow}, {"==", tokEq},
	{"!~~*", tokOp}, {"!~~", tokOp}, {"!~*", tokOp}, {"!~", tokOp}, {"!=", tokNe}, {"!>", tokLe}, {"!<", tokGe},
	{"->>", tokJSONOp}, {"->", tokArrow},
	{"||/", tokOp}, {"||", tokConcat}, {"|>", tokPipe}, {"|/", tokOp},
	{"&&", tokOp}, {"&<", tokOp}, {"&>", tokOp},
	{"^@", tokOp}, {"^=", tokNe},
	{"~~*", tokOp}, {"~~", tokOp}, {"~*", tokOp}, {"~=", tokOp},
	{"::", tokDoubleColon}, {":=", tokColonEq},
	{"?|", tokOp}, {"?&", tokOp},
	{"@>", tokOp}, {"@?", tokOp}, {"@@", tokOp},
	{"#>>", tokJSONOp}, {"#>", tokJSONOp}, {"#-", tokOp},
	{"**", tokOp},
}

var singleOperators = [128]tokenKind{
	'<': tokLt, '>': tokGt, '=': tokEq, '!': tokBang, '-': tokMinus, '/': tokSlash, '*': tokStar, '|': tokBar,
	'&': tokAmp, '^': tokCaret, '~': tokTilde, ':': tokColon, '?': tokQuestion, '@': tokAt, '#': tokHash, '$': tokInvalid,
}

// operatorRange holds, for each first character, where its entries of operators
// begin and end.
var operatorRange = func() (r [128][2]uint8) {
	for i, op := range operators {
		c := op.text[0]
		if r[c][1] == 0 {
			r[c][0] = uint8(i)
		}
		r[c][1] = uint8(i + 1)
	}
	return r
}()

// operator lexes an operator, a comment, or a sigil with its name.
func (l *lexer) operator(i int) int {
	src, c := l.src, l.src[i]
	var next byte
	if i+1 < len(src) {
		next = src[i+1]
	}
	switch c {
	case '-':
		if next == '-' && l.dashComment(i) {
			return l.lineComment(i)
		}
	case '*':
		if next == '/' && l.versioned {
			l.versioned = false
			return i + 2
		}
	case '/':
		switch {
		case next == '*' && l.d.VersionComments && strings.HasPrefix(src[i+2:], "!"):
			l.versioned = true
			for i += 3; i < len(src) && isDigit(src[i]); i++ {
			}
			return i
		case next == '*':
			return l.blockComment(i)
		case next == '/' && l.d.SlashComment:
			return l.lineComment(i)
		case next == '/':
			l.add(tokOp, i, i+2)
			return i + 2
		}
	case '#':
		if l.d.HashComment {
			return l.lineComment(i)
		}
		if l.d.IdentSigils && (next == '#' || l.chars.part[next]) {
			return l.ident(i)
		}
	case '@':
		if j, ok := l.sigil(i); ok {
			return j
		}
	case '$':
		return l.dollar(i)
	}
	for k := operatorRange[c][0]; k < operatorRange[c][1]; k++ {
		op := &operators[k]
		if strings.HasPrefix(src[i:], op.text) {
			kind := op.kind
			if kind == tokJSONOp && l.d.Stages { // Snowflake's ->> stands between statements
				kind = tokSemicolon
			}
			l.add(kind, i, i+len(op.text))
			return i + len(op.text)
		}
	}
	l.add(singleOperators[c], i, i+1)
	return i + 1
}

// dashComment reports whether "--" at i begins a comment; MySQL wants a space
// behind it.
func (l *lexer) dashComment(i int) bool {
	return !l.d.DashCommentSpace || i+2 >= len(l.src) || l.src[i+2] <= ' '
}

func (l *lexer) lineComment(i int) int {
	if j := strings.IndexByte(l.src[i:], '\n'); j >= 0 {
		return i + j + 1
	}
	return len(l.src)
}

func (l *lexer) blockComment(i int) int {
	src := l.src
	if !l.d.NestedComments {
		if j := strings.Index(src[i+2:], "*/"); j >= 0 {
			return i + 2 + j + 2
		}
		l.add(tokInvalid, i, len(src))
		return len(src)
	}
	depth := 0
	for j := i; j+1 < len(src); {
		switch src[j : j+2] {
		case "/*":
			depth++
			j += 2
		case "*/":
			depth--
			j += 2
			if depth == 0 {
				return j
			}
		default:
			j++
		}
	}
	l.add(tokInvalid, i, len(src))
	return len(src)
}

// sigil lexes @name and @@name; the name may be quoted.
func (l *lexer) sigil(i int) (int, bool) {
	src := l.src
	if l.d.AtOperators {
		return i, false
	}
	kind, j := tokParam, i+1
	if j < len(src) && src[j] == '@' {
		kind, j = tokSysVar, i+2
	}
	if j >= len(src) {
		return i, false
	}
	if src[j] == '`' {
		if k := strings.IndexByte(src[j+1:], '`'); k > 0 {
			j += k + 2
			l.add(kind, i, j)
			return j, true
		}
		return i, false
	}
	if c := l.chars.class[src[j]]; c != classIdent && c != classHigh && !(c == classDigit && kind == tokParam) {
		return i, false
	}
	if j = l.wordEnd(j); src[j-1] == '@' {
		return i, false
	}
	l.add(kind, i, j)
	return j, true
}

// dollar lexes $1, $name and, where the dialect has them, $$ … $$ and
// $tag$ … $tag$.
func (l *lexer) dollar(i int) int {
	src := l.src
	j := i + 1
	for j < len(src) && l.chars.part[src[j]] && src[j] != '$' {
		j++
	}
	if l.d.DollarQuotes && j < len(src) && src[j] == '$' && !(j > i+1 && isDigit(src[i+1])) {
		tag := src[i : j+1]
		end := strings.Index(src[j+1:], tag)
		if end < 0 {
			l.add(tokInvalid, i, len(src))
			return len(src)
		}
		end += j + 1 + len(tag)
		l.toks = append(l.toks, token{pos: Pos(i), end: Pos(end), kind: tokString, flags: flagRaw})
		return end
	}
	if j == i+1 {
		l.add(tokInvalid, i, j)
		return j
	}
	l.add(tokDollar, i, j)
	return j
}
