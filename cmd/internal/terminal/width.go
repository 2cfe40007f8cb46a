package terminal

import (
	"strings"

	"github.com/rivo/uniseg"

	"impact/internal/display"
)

const ellipsis = "…"

// Width returns the number of columns that one line of text takes on a
// terminal: two for East Asian wide characters and emoji, none for combining
// marks and for the sequences of a [Style].
func Width(text string) int {
	total := 0
	for text != "" {
		if n := styleSequence(text); n > 0 {
			text = text[n:]
			continue
		}
		// Only up to the next sequence, so that a mark behind a sequence does
		// not join the character before it.
		plain := text
		if i := strings.IndexByte(text[1:], '\x1b'); i >= 0 {
			plain = text[:i+1]
		}
		total += display.Width(plain)
		text = text[len(plain):]
	}
	return total
}

// Truncate cuts text to at most width columns and marks the cut by "…". A
// width of 0 or less cuts nothing. Sequences of a [Style] behind the cut are
// kept, so that what was switched on is switched off.
func Truncate(text string, width int) string {
	if width <= 0 || Width(text) <= width {
		return text
	}
	var b strings.Builder
	room, state, cut := width-1, -1, false
	for text != "" {
		if n := styleSequence(text); n > 0 {
			b.WriteString(text[:n])
			text, state = text[n:], -1
			continue
		}
		var cluster string
		var columns int
		cluster, text, columns, state = uniseg.FirstGraphemeClusterInString(text, state)
		switch {
		case cut:
		case columns > room:
			b.WriteString(ellipsis)
			cut = true
		default:
			b.WriteString(cluster)
			room -= columns
		}
	}
	return b.String()
}

// Pad fills text with spaces on the right up to width columns. Longer text is
// returned as it is.
func Pad(text string, width int) string {
	if missing := width - Width(text); missing > 0 {
		return text + strings.Repeat(" ", missing)
	}
	return text
}

// Wrap breaks text into lines of at most width columns, as [display.Wrap] does.
// Line feeds in text are kept as breaks, spaces at the end of a line are dropped.
// A width of 0 or less breaks only at line feeds. Wrap expects plain text:
// decorate the lines that it returns.
func Wrap(text string, width int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		for _, line := range display.Wrap(paragraph, width, width) {
			lines = append(lines, strings.TrimRight(line, " "))
		}
	}
	return lines
}

// styleSequence returns the length of the sequence of a [Style] that text
// begins with, else 0: ESC [ digits m.
func styleSequence(text string) int {
	if !strings.HasPrefix(text, "\x1b[") {
		return 0
	}
	for i := 2; i < len(text); i++ {
		switch c := text[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}
