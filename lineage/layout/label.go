package layout

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLabel is how many characters of a name a label shows.
const maxLabel = 120

// label is text as the reader of a drawing sees it: in one line, cut where it is
// very long, and with what would not be seen, or would reorder what is around
// it, as an escape such as \u202e.
func label(text string) string {
	var b strings.Builder
	for n := 0; len(text) > 0; n++ {
		if n == maxLabel {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case shown(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		text = text[size:]
	}
	return b.String()
}

func shown(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// columnLabel is "name" or "name.path".
func columnLabel(name, path string) string {
	if path == "" {
		return label(name)
	}
	return label(name + "." + path)
}
