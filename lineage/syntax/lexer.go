package syntax

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// class is what a byte may begin, as the lexer's dispatch sees it.
type class uint8

const (
	classInvalid class = iota
	classSpace
	classIdent
	classDigit
	classDot
	classQuote    // begins a string
	classIDQuote  // begins a quoted identifier
	classSingle   // is a token by itself
	classOperator // begins an operator or a comment
	classHigh     // first byte of a character beyond ASCII
)

// A charTable is what a dialect's bytes mean; single holds the token kind of
// classSingle and part says which bytes continue an identifier.
type charTable struct {
	class  [256]class
	single [256]tokenKind
	part   [256]bool
}

func newCharTable(d *Dialect) *charTable {
	t := &charTable{}
	for _, c := range " \t\r\n\v\f\x00" {
		t.class[c] = classSpace
	}
	t.class[0] = classInvalid
	for c := 0; c < 256; c++ {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
			t.class[c], t.part[c] = classIdent, true
		case c >= '0' && c <= '9':
			t.class[c], t.part[c] = classDigit, true
		case c >= utf8.RuneSelf:
			t.class[c] = classHigh
		}
	}
	for c, kind := range map[byte]tokenKind{
		'(': tokLParen, ')': tokRParen, '[': tokLBracket, ']': tokRBracket, '{': tokLBrace, '}': tokRBrace,
		',': tokComma, ';': tokSemicolon, '%': tokPercent, '+': tokPlus,
	} {
		t.class[c], t.single[c] = classSingle, kind
	}
	for _, c := range "-/*<>=!|&^~:?@#$" {
		t.class[c] = classOperator
	}
	t.class['.'] = classDot
	t.class['\''] = classQuote
	t.class['"'] = classIDQuote
	if d.DoubleQuoteString {
		t.class['"'] = classQuote
	}
	t.class['`'] = classIDQuote
	if d.BracketIdent {
		t.class['['] = classIDQuote
	}
	if d.IdentDollar {
		t.part['$'] = true
	}
	if d.IdentSigils {
		t.part['$'], t.part['#'], t.part['@'] = true, true, true
	}
	return t
}

// lex splits src into tokens; the last one is tokEOF. It never fails: what
// cannot be read is a tokInvalid.
func lex(src string, d *Dialect) []token {
	return lexInto(nil, src, d, 0)
}

// lexInto is lex of what stands behind an offset; positions are those in src. The
// tokens take the room of others.
func lexInto(room []token, src string, d *Dialect, from int) []token {
	l := lexer{src: src, d: d, chars: d.chars, toks: room[:0]}
	l.toks = slices.Grow(l.toks, min((len(src)-from)/4, 1<<16)+16)
	l.run(from)
	return append(l.toks, token{pos: Pos(len(src)), end: Pos(len(src)), kind: tokEOF})
}

type lexer struct {
	src   string
	d     *Dialect
	chars *charTable
	toks  []token

	versioned bool // inside /*! … */ of MySQL, whose text is read
}

func (l *lexer) add(kind tokenKind, pos, end int) {
	l.toks = append(l.toks, token{pos: Pos(pos), end: Pos(end), kind: kind})
}

func (l *lexer) run(from int) {
	src, chars := l.src, l.chars
	for i := from; i < len(src); {
		c := src[i]
		switch chars.class[c] {
		case classSpace:
			i++
		case classIdent:
			i = l.ident(i)
		case classSingle:
			l.add(chars.single[c], i, i+1)
			i++
		case classDigit:
			i = l.number(i)
		case classDot:
			i = l.dot(i)
		case classQuote:
			i = l.str(i, i, 0)
		case classIDQuote:
			i = l.quotedIdent(i)
		case classHigh:
			i = l.high(i)
		case classOperator:
			i = l.operator(i)
		default:
			l.add(tokInvalid, i, i+1)
			i++
		}
	}
}

// ident lexes an identifier or keyword, or a literal with a letter in front.
func (l *lexer) ident(i int) int {
	src, part := l.src, &l.chars.part
	h := uint32(foldOffset)
	j := i
	for j < len(src) {
		c := src[j]
		if part[c] {
			h = (h ^ uint32(lower(c))) * foldPrime
			j++
			continue
		}
		n := l.letter(j)
		if n == 0 {
			break
		}
		for ; n > 0; n-- {
			h = (h ^ uint32(src[j])) * foldPrime
			j++
		}
	}
	if j == i+1 && src[i]|0x20 == 'u' && (l.d.EscapePrefix || l.d.UnicodePrefix) && j+1 < len(src) && src[j] == '&' {
		switch src[j+1] {
		case '\'':
			return l.str(i, j+1, 0)
		case '"':
			if l.d.UnicodePrefix && !l.d.DoubleQuoteString {
				end := l.quotedIdent(j + 1)
				l.toks[len(l.toks)-1].pos = Pos(i)
				return end
			}
		}
	}
	if j < len(src) && j-i <= 2 && (src[j] == '\'' || src[j] == '"') {
		if end, ok := l.prefixed(i, j); ok {
			return end
		}
	}
	l.toks = append(l.toks, token{pos: Pos(i), end: Pos(j), kind: tokIdent, hash: h, kw: findKeyword(src[i:j], h)})
	return j
}

// high lexes what begins with a character beyond ASCII: a space, or an
// identifier.
func (l *lexer) high(i int) int {
	if l.letter(i) > 0 {
		return l.ident(i)
	}
	r, size := utf8.DecodeRuneInString(l.src[i:])
	if r == utf8.RuneError && size == 1 {
		l.add(tokInvalid, i, i+1)
	}
	return i + size
}

// letter returns how many bytes at j are a character beyond ASCII that an
// identifier may hold: any that is no space.
func (l *lexer) letter(j int) int {
	if l.src[j] < utf8.RuneSelf {
		return 0
	}
	r, size := utf8.DecodeRuneInString(l.src[j:])
	switch {
	case r == utf8.RuneError && size == 1,
		r == 0x85, r == 0xa0, r == 0x3000, r == 0xfeff, r >= 0x2000 && r <= 0x200b, r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f:
		return 0
	}
	return size
}

// wordEnd returns where the identifier characters from j on end.
func (l *lexer) wordEnd(j int) int {
	for j < len(l.src) {
		n := l.letter(j)
		if l.chars.part[l.src[j]] {
			n = 1
		}
		if n == 0 {
			break
		}
		j += n
	}
	return j
}

// number lexes an integer or float. It stops before a dot that an identifier
// follows, so that the parts of my-project-123.dataset stay apart.
func (l *lexer) number(i int) int {
	src := l.src
	if src[i] == '0' && i+2 < len(src) && (src[i+1]|0x20 == 'x' && isHex(src[i+2])) {
		j := i + 2
		for ; j < len(src) && isHex(src[j]); j++ {
		}
		l.add(tokInt, i, j)
		return j
	}
	kind := tokInt
	j := l.digits(i)
	if l.d.DigitIdent && j < len(src) && l.chars.part[src[j]] && !l.numberEnds(j) {
		return l.ident(i)
	}
	if j < len(src) && src[j] == '.' && !(j+1 < len(src) && (src[j+1] == '.' || l.identAfterDot(j+1))) {
		kind = tokFloat
		j = l.digits(j + 1)
	}
	if k, ok := l.exponent(j); ok {
		kind = tokFloat
		j = k
	}
	if l.d.NumberSuffix {
		j = l.suffix(j)
	}
	l.add(kind, i, j)
	return j
}

// numberEnds reports whether the letters at j belong to a number: an exponent or
// a suffix.
func (l *lexer) numberEnds(j int) bool {
	if _, ok := l.exponent(j); ok {
		return true
	}
	return l.d.NumberSuffix && l.suffix(j) > j
}

// suffix skips the type suffix of a number: 1L, 2S, 3Y, 1.5D, 1.5F, 1.5BD.
func (l *lexer) suffix(j int) int {
	k := j
	for k < len(l.src) && k < j+3 && l.chars.part[l.src[k]] {
		k++
	}
	switch strings.ToUpper(l.src[j:k]) {
	case "L", "S", "Y", "D", "F", "BD":
		return k
	}
	return j
}

// identAfterDot reports whether a letter at j begins a name and not an exponent.
func (l *lexer) identAfterDot(j int) bool {
	if c := l.chars.class[l.src[j]]; c != classIdent && c != classHigh {
		return false
	}
	_, ok := l.exponent(j)
	return !ok
}

func (l *lexer) digits(j int) int {
	for j < len(l.src) && (isDigit(l.src[j]) || l.src[j] == '_' && l.d.NumberUnderscore && j+1 < len(l.src) && isDigit(l.src[j+1])) {
		j++
	}
	return j
}

// exponent lexes e10, E-5 at j.
func (l *lexer) exponent(j int) (int, bool) {
	if j >= len(l.src) || l.src[j]|0x20 != 'e' {
		return j, false
	}
	k := j + 1
	if k < len(l.src) && (l.src[k] == '+' || l.src[k] == '-') {
		k++
	}
	if k >= len(l.src) || !isDigit(l.src[k]) {
		return j, false
	}
	for k < len(l.src) && isDigit(l.src[k]) {
		k++
	}
	if k < len(l.src) && l.chars.part[l.src[k]] {
		return j, false
	}
	return k, true
}

// dot lexes a dot, or a float such as .5. Behind a name a dot is followed by a
// name, even one that begins with a digit (d.2020_orders).
func (l *lexer) dot(i int) int {
	next := i + 1
	if next < len(l.src) && isDigit(l.src[next]) {
		if !l.afterName(i) {
			j := l.digits(next)
			if k, ok := l.exponent(j); ok {
				j = k
			}
			l.add(tokFloat, i, j)
			return j
		}
		l.add(tokDot, i, next)
		return l.ident(next)
	}
	l.add(tokDot, i, next)
	return next
}

// afterName reports whether a name or a closing bracket ends at i.
func (l *lexer) afterName(i int) bool {
	if len(l.toks) == 0 {
		return false
	}
	t := &l.toks[len(l.toks)-1]
	if int(t.end) != i {
		return false
	}
	switch t.kind {
	case tokIdent, tokQuoted, tokRParen, tokRBracket, tokInt:
		return true
	}
	return false
}

func isDigit(c byte) bool { return c-'0' < 10 }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
