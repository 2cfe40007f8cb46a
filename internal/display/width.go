package display

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Width is the number of columns that one clean, undecorated line takes: two for
// East Asian wide characters and emoji, none for combining marks.
func Width(text string) int { return uniseg.StringWidth(text) }

// Wrap breaks clean, undecorated text into lines of at most first columns for
// the first line and rest columns for the others, where Unicode allows a
// break, else within a word. Without a width (0 or less) it does not break.
func Wrap(text string, first, rest int) []string {
	if first <= 0 || rest <= 0 || Width(text) <= first {
		return []string{text}
	}
	var lines []string
	var line strings.Builder
	used, room, state := 0, first, -1
	flush := func() {
		lines = append(lines, strings.TrimRight(line.String(), " "))
		line.Reset()
		used, room = 0, rest
	}
	for text != "" {
		var segment string
		segment, text, _, state = uniseg.FirstLineSegmentInString(text, state)
		// The spaces behind a segment may hang over the edge.
		columns := Width(strings.TrimRight(segment, " "))
		if used > 0 && used+columns > room {
			flush()
		}
		if columns <= room {
			line.WriteString(segment)
			used += Width(segment)
			continue
		}
		for s := -1; segment != ""; {
			var cluster string
			var n int
			cluster, segment, n, s = uniseg.FirstGraphemeClusterInString(segment, s)
			if n > rest {
				// Marks that take columns of their own may make a character wider
				// than any line.
				for _, r := range cluster {
					if used > 0 && Width(line.String()+string(r)) > room {
						flush()
					}
					line.WriteRune(r)
					used = Width(line.String())
				}
				continue
			}
			if used > 0 && used+n > room {
				flush()
			}
			line.WriteString(cluster)
			used += n
		}
	}
	if line.Len() > 0 { // what takes no column is text all the same
		flush()
	}
	return lines
}
