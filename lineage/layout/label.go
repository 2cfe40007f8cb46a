package layout

import (
	"unicode/utf8"

	"impact/internal/display"
)

// maxLabel is how many characters of a name a label shows.
const maxLabel = 120

// label is text as the reader of a drawing sees it: in one line, cut where it is
// very long, and with what would not be seen, or would reorder what is around
// it, as an escape such as \u202e.
func label(text string) string {
	cut := 0
	for range maxLabel {
		_, size := utf8.DecodeRuneInString(text[cut:])
		cut += size
	}
	if cut == len(text) {
		return display.Line(text)
	}
	return display.Line(text[:cut]) + "…"
}

// columnLabel is "name" or "name.path".
func columnLabel(name, path string) string {
	if path == "" {
		return label(name)
	}
	return label(name + "." + path)
}
