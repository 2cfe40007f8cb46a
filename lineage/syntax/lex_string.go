package syntax

import (
	"strings"
	"unicode/utf8"
)

// prefixed lexes a string whose letters begin at i and whose quote stands at j:
// r'…', b"…", E'…', N'…', X'…'. It reports false if the dialect knows no such
// prefix, and the letters are a name.
func (l *lexer) prefixed(i, j int) (int, bool) {
	var flags uint8
	kind := tokString
	if l.src[j] == '"' && !l.d.DoubleQuoteString {
		return 0, false
	}
	switch p := l.src[i:j]; {
	case EqualFold(p, "r") && l.d.RawPrefix:
		flags = flagRaw
	case EqualFold(p, "b") && l.d.BytesPrefix, EqualFold(p, "x"):
		kind = tokBytes
	case (EqualFold(p, "rb") || EqualFold(p, "br")) && l.d.BytesPrefix:
		kind, flags = tokBytes, flagRaw
	case EqualFold(p, "e") && l.d.EscapePrefix:
		flags = flagEscaped
	case EqualFold(p, "n") || EqualFold(p, "b"):
		// A national or a bit string: quoted like any other.
	default:
		return 0, false
	}
	end := l.str(i, j, flags)
	l.toks[len(l.toks)-1].setKind(kind)
	return end, true
}

// setKind changes the kind of a token that was closed.
func (t *token) setKind(kind tokenKind) {
	if t.kind == tokString {
		t.kind = kind
	}
}

// str lexes a string whose token begins at i and whose quote stands at j.
func (l *lexer) str(i, j int, flags uint8) int {
	src, quote := l.src, l.src[j]
	if l.d.TripleQuotes && strings.HasPrefix(src[j+1:], src[j:j+1]+src[j:j+1]) {
		return l.triple(i, j, flags)
	}
	backslash := l.d.BackslashEscapes || flags == flagEscaped
	raw := flags&flagRaw != 0
	for k := j + 1; k < len(src); k++ {
		switch c := src[k]; {
		case c == '\\' && (backslash || raw && l.d.BackslashEscapes):
			if !raw {
				flags |= flagEscaped
			}
			k++
		case c == quote:
			if l.d.DoubledQuotes && k+1 < len(src) && src[k+1] == quote {
				flags |= flagEscaped
				k++
				continue
			}
			l.toks = append(l.toks, token{pos: Pos(i), end: Pos(k + 1), kind: tokString, flags: flags})
			return k + 1
		case c == '\n' && !l.d.MultilineStrings:
			l.add(tokInvalid, i, k)
			return k
		}
	}
	l.add(tokInvalid, i, len(src))
	return len(src)
}

func (l *lexer) triple(i, j int, flags uint8) int {
	src := l.src
	end := src[j : j+3]
	flags |= flagTriple
	for k := j + 3; k < len(src); k++ {
		switch {
		case src[k] == '\\':
			if flags&flagRaw == 0 {
				flags |= flagEscaped
			}
			k++
		case src[k] == end[0] && strings.HasPrefix(src[k:], end):
			l.toks = append(l.toks, token{pos: Pos(i), end: Pos(k + 3), kind: tokString, flags: flags})
			return k + 3
		}
	}
	l.add(tokInvalid, i, len(src))
	return len(src)
}

// quotedIdent lexes `…`, "…" or […].
func (l *lexer) quotedIdent(i int) int {
	src, quote := l.src, l.src[i]
	if quote == '[' {
		quote = ']'
	}
	var flags uint8
	for k := i + 1; k < len(src); k++ {
		switch c := src[k]; {
		case c == '\\' && l.d.BackslashIdent:
			flags |= flagEscaped
			k++
		case c == quote:
			if !l.d.BackslashIdent && k+1 < len(src) && src[k+1] == quote {
				flags |= flagEscaped
				k++
				continue
			}
			l.toks = append(l.toks, token{pos: Pos(i), end: Pos(k + 1), kind: tokQuoted, flags: flags})
			return k + 1
		case c == '\n' && !l.d.MultilineStrings:
			l.add(tokInvalid, i, k)
			return k
		}
	}
	l.add(tokInvalid, i, len(src))
	return len(src)
}

// stringValue returns what a string token stands for.
func stringValue(src string, t *token, d *Dialect) string {
	text := t.text(src)
	if text[0] == '$' {
		n := strings.IndexByte(text[1:], '$') + 2
		return text[n : len(text)-n]
	}
	backslash := d.BackslashEscapes
	for text[0] != '\'' && text[0] != '"' {
		backslash = backslash || d.EscapePrefix && lower(text[0]) == 'e'
		text = text[1:]
	}
	quote := text[0]
	if t.flags&flagTriple != 0 {
		text = text[3 : len(text)-3]
	} else {
		text = text[1 : len(text)-1]
	}
	if t.flags&flagEscaped == 0 {
		return text
	}
	return unescape(text, quote, d.DoubledQuotes, backslash)
}

// identValue returns the name in a quoted identifier token.
func identValue(src string, t *token, d *Dialect) string {
	text := src[t.pos+1 : t.end-1]
	if src[t.pos]|0x20 == 'u' { // U&"d\0061t"
		return unicodeName(strings.ReplaceAll(text[2:], `""`, `"`))
	}
	if t.flags&flagEscaped == 0 {
		return text
	}
	return unescape(text, src[t.end-1], !d.BackslashIdent, d.BackslashIdent)
}

// unicodeName resolves \0061 and \+000061 in a name.
func unicodeName(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			if v, ok := digitsValue(text[i+1:], 4, 16); ok {
				writeCode(&b, v)
				i += 4
				continue
			}
			if v, ok := digitsValue(text[i+2:], 6, 16); ok && text[i+1] == '+' {
				writeCode(&b, v)
				i += 7
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// unescape resolves doubled quotes and backslash escapes. Escapes that no
// dialect knows stand for the character behind the backslash.
func unescape(text string, quote byte, doubled, backslash bool) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == quote && doubled && i+1 < len(text) && text[i+1] == quote:
			i++
		case c == '\\' && backslash && i+1 < len(text):
			i++
			i += escape(&b, text[i:])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// escape writes what the escape at the beginning of s (behind the backslash)
// stands for and returns how many bytes it has beyond its first.
func escape(b *strings.Builder, s string) int {
	switch s[0] {
	case 'a':
		b.WriteByte('\a')
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'v':
		b.WriteByte('\v')
	case 'x', 'X':
		if v, ok := digitsValue(s[1:], 2, 16); ok {
			writeCode(b, v)
			return 2
		}
		b.WriteByte(s[0])
	case 'u':
		if v, ok := digitsValue(s[1:], 4, 16); ok {
			writeCode(b, v)
			return 4
		}
		b.WriteByte(s[0])
	case 'U':
		if v, ok := digitsValue(s[1:], 8, 16); ok {
			writeCode(b, v)
			return 8
		}
		b.WriteByte(s[0])
	case '0', '1', '2', '3':
		if v, ok := digitsValue(s, 3, 8); ok {
			writeCode(b, v)
			return 2
		}
		if s[0] == '0' {
			b.WriteByte(0)
			return 0
		}
		b.WriteByte(s[0])
	case '%', '_':
		// LIKE patterns keep the backslash.
		b.WriteByte('\\')
		b.WriteByte(s[0])
	default:
		b.WriteByte(s[0])
	}
	return 0
}

func writeCode(b *strings.Builder, v uint32) {
	if v > utf8.MaxRune {
		v = utf8.RuneError
	}
	b.WriteRune(rune(v))
}

// digitsValue reads n digits of a base.
func digitsValue(s string, n int, base uint32) (uint32, bool) {
	if len(s) < n {
		return 0, false
	}
	var v uint32
	for i := 0; i < n; i++ {
		c := lower(s[i])
		var x uint32
		switch {
		case isDigit(c):
			x = uint32(c - '0')
		case c >= 'a' && c <= 'f':
			x = uint32(c-'a') + 10
		default:
			return 0, false
		}
		if x >= base {
			return 0, false
		}
		v = v*base + x
	}
	return v, true
}
