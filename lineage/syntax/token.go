package syntax

import "strings"

// tokenKind is the lexical class of a token.
type tokenKind uint8

const (
	tokEOF     tokenKind = iota
	tokInvalid           // a character that starts no token, or a literal or comment without end
	tokIdent             // unquoted; its keyword is in token.kw
	tokQuoted            // quoted identifier
	tokInt
	tokFloat
	tokString
	tokBytes
	tokParam  // @name
	tokSysVar // @@name
	tokDollar // $1, $name

	tokLParen
	tokRParen
	tokLBracket
	tokRBracket
	tokLBrace
	tokRBrace
	tokComma
	tokDot
	tokSemicolon
	tokColon
	tokQuestion
	tokAt
	tokHash

	tokDoubleColon
	tokColonEq
	tokArrow    // ->
	tokFatArrow // =>
	tokPipe     // |>

	tokEq
	tokNe
	tokLt
	tokLe
	tokGt // ">>" is two of them, so that types may end with it
	tokGe
	tokNullSafeEq // <=>
	tokPlus
	tokMinus
	tokStar
	tokSlash
	tokPercent
	tokConcat // ||
	tokAmp
	tokBar
	tokCaret
	tokTilde
	tokBang
	tokShiftLeft
	tokJSONOp // ->> #> #>>
	tokOp     // any other operator
)

// token flags.
const (
	flagEscaped = 1 << iota // a literal or quoted identifier that has to be unescaped
	flagRaw                 // r'…', $$…$$: no escapes
	flagTriple              // '''…''' or """…"""
)

// A token is one lexical element. Whitespace and comments are not tokens.
type token struct {
	pos, end Pos
	hash     uint32 // Fold of an unquoted identifier
	kw       keyword
	kind     tokenKind
	flags    uint8
}

func (t *token) text(src string) string { return src[t.pos:t.end] }

// describe names a token in an error message.
func (t *token) describe(src string) string {
	text := t.text(src)
	switch t.kind {
	case tokEOF:
		return "end of input"
	case tokInvalid:
		return describeInvalid(text)
	case tokIdent:
		if t.kw != 0 {
			return "keyword " + strings.ToUpper(text)
		}
		return "identifier " + shorten(text)
	case tokQuoted:
		return "identifier " + shorten(text)
	case tokInt, tokFloat:
		return "number " + shorten(text)
	case tokString, tokBytes:
		return "string " + shorten(text)
	case tokParam, tokSysVar, tokDollar:
		return "parameter " + shorten(text)
	}
	return `"` + text + `"`
}

func describeInvalid(text string) string {
	switch {
	case strings.HasPrefix(text, "/*"):
		return "a comment that is not closed"
	case strings.ContainsAny(text[:min(len(text), 3)], "'\"$"):
		return "a string that is not closed"
	case text[0] == '`', text[0] == '[':
		return "a quoted identifier that is not closed"
	}
	return "the character " + shorten(text)
}

// shorten cuts a text for a message to its first characters on one line.
func shorten(text string) string {
	const limit = 40
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		text = text[:i] + "…"
	}
	n := 0
	for i := range text {
		if n++; n > limit {
			return text[:i] + "…"
		}
	}
	return text
}
