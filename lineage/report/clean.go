package report

import (
	"unicode/utf8"

	"impact/internal/display"
)

// clean makes text from a file safe to show within one line.
func clean(text string) string { return display.Line(text) }

// shorten cuts text to at most n characters and marks the cut.
func shorten(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	i := 0
	for range n - 1 {
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return text[:i] + "…"
}
