package report

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"impact/internal/display"
	"impact/lineage/effect"
)

// tabStop is how wide tabs are shown.
const tabStop = 4

// A snippet is a source line and the marks under it, ready to print in a font
// of fixed width.
type snippet struct {
	number string
	line   string
	marks  string // spaces and carets; "" if the place has no column
}

// excerpt shows the line of a place within room columns (0: all of it), cut
// around the marked name. ok is false where the place has no text.
func excerpt(p *effect.Place, room int) (s snippet, ok bool) {
	if p == nil || strings.TrimSpace(p.Text) == "" {
		return snippet{}, false
	}
	text := strings.TrimRight(p.Text, "\r\n")
	before, name, after := text, "", ""
	if p.Col > 0 {
		i := runeOffset(text, p.Col-1)
		j := max(i, runeOffset(text, p.EndCol-1))
		before, name, after = text[:i], text[i:j], text[j:]
	}
	before = expand(before, 0)
	name = expand(name, display.Width(before))
	after = expand(after, display.Width(before)+display.Width(name))
	start, carets := display.Width(before), max(1, display.Width(name))
	line := strings.TrimRight(before+name+after, " ")
	start = min(start, display.Width(line)) // spaces at the end are not shown
	carets = min(carets, max(1, display.Width(line)-start))
	if room > 0 && display.Width(line) > room {
		line, start = window(line, start, carets, room)
		carets = max(1, min(carets, room-start))
	}
	s = snippet{number: strconv.Itoa(p.Line), line: line}
	if p.Col > 0 {
		s.marks = strings.Repeat(" ", start) + strings.Repeat("^", carets)
	}
	return s, true
}

// runeOffset is the byte offset of the n-th character, at most the length.
func runeOffset(text string, n int) int {
	i := 0
	for ; n > 0 && i < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return i
}

// expand makes a part of a source line clean; it begins at the given column.
// Tabs become spaces.
func expand(text string, column int) string {
	parts := strings.Split(text, "\t")
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			n := tabStop - column%tabStop
			b.WriteString(strings.Repeat(" ", n))
			column += n
		}
		part = clean(part)
		b.WriteString(part)
		column += display.Width(part)
	}
	return b.String()
}

// window cuts line to room columns so that the name of the given place is
// seen, and returns where the name then starts.
func window(line string, start, length, room int) (cut string, at int) {
	if room < 3 {
		return "", 0
	}
	from := 0
	if start+length > room-1 {
		// A third of the room shows what stands before the name.
		from = max(0, start-room/3)
		if length < room/2 {
			from = min(from, max(0, display.Width(line)-room+1))
		}
	}
	if from > 0 {
		line = "…" + dropColumns(line, from+1)
	}
	return truncate(line, room), start - from
}

// dropColumns removes the first n columns. A wide character on the border
// leaves a space.
func dropColumns(text string, n int) string {
	state := -1
	for text != "" && n > 0 {
		var columns int
		_, text, columns, state = uniseg.FirstGraphemeClusterInString(text, state)
		n -= columns
	}
	return strings.Repeat(" ", max(0, -n)) + text
}

// truncate cuts clean text to n columns and marks the cut; n <= 0 cuts
// nothing.
func truncate(text string, n int) string {
	if n <= 0 || display.Width(text) <= n {
		return text
	}
	var b strings.Builder
	room, state := n-1, -1
	for text != "" {
		var cluster string
		var columns int
		cluster, text, columns, state = uniseg.FirstGraphemeClusterInString(text, state)
		if room -= columns; room < 0 {
			break
		}
		b.WriteString(cluster)
	}
	return b.String() + "…"
}
