package display

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes untrusted text safe to print within one line: every character
// that a terminal would obey, hide or use to reorder others is written as an
// escape such as \x1b or \u202e, line breaks and tabs among them. Text without
// such characters is returned as it is; Line(Line(s)) == Line(s).
//
// The escapes are for the reader's eye. They are not reversible: a backslash
// in the text stays a single backslash.
func Line(text string) string { return sanitize(text, "") }

// Text is [Line] for text of several lines: it keeps line feeds and tabs.
// CRLF becomes LF.
func Text(text string) string {
	return sanitize(strings.ReplaceAll(text, "\r\n", "\n"), "\n\t")
}

func sanitize(text, keep string) string {
	clean := func(r rune) bool {
		return strings.ContainsRune(keep, r) || Visible(r)
	}
	// Most text is clean: find the first character that is not, and copy only
	// from there on.
	start := 0
	for start < len(text) {
		r, size := utf8.DecodeRuneInString(text[start:])
		if (r == utf8.RuneError && size <= 1) || !clean(r) {
			break
		}
		start += size
	}
	if start == len(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 16)
	b.WriteString(text[:start])
	for rest := text[start:]; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size <= 1:
			fmt.Fprintf(&b, `\x%02x`, rest[0])
		case clean(r):
			b.WriteString(rest[:size])
		default:
			writeEscape(&b, r)
		}
		rest = rest[size:]
	}
	return b.String()
}

func writeEscape(b *strings.Builder, r rune) {
	switch {
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\t':
		b.WriteString(`\t`)
	case r == '\r':
		b.WriteString(`\r`)
	case r < 0x80:
		fmt.Fprintf(b, `\x%02x`, r)
	case r <= 0xffff:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\U%08x`, r)
	}
}

// Visible reports whether a terminal shows r where it stands and does nothing
// else with it.
func Visible(r rune) bool {
	switch {
	case r < 0x20 || (r >= 0x7f && r < 0xa0):
		return false // C0, DEL and C1: the beginnings of escape sequences
	case r < 0xad:
		return true
	case r == '\u200c' || r == '\u200d':
		return true // joiners: words of several scripts and emoji need them
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return true // format characters by category, but they have a shape
	}
	return !unicode.In(r,
		unicode.Cf, // bidi overrides and isolates, zero-width spaces, tags
		unicode.Zl, unicode.Zp,
		unicode.Other_Default_Ignorable_Code_Point, // fillers: they look like nothing or like a space
	)
}
