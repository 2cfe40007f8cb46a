package cli

import (
	"slices"
	"strings"

	"impact/cmd/internal/terminal"
)

// A table is rows of cells in columns. Cells are clean text, perhaps decorated.
type table struct {
	head  []string
	rows  [][]string
	right int // columns from here on are aligned to the right
}

// fit leaves out the spare columns, one after the other, as long as the table is
// wider than the terminal. What is no terminal gets all of them.
func (t *table) fit(s terminal.Streams, spare ...string) {
	if !s.OutTerminal {
		return
	}
	for _, name := range spare {
		width := 0
		for _, w := range t.widths() {
			width += w + 2
		}
		if width <= s.WidthOr(width) {
			return
		}
		i := slices.Index(t.head, name)
		t.head = slices.Delete(slices.Clone(t.head), i, i+1)
		for r, row := range t.rows {
			t.rows[r] = slices.Delete(slices.Clone(row), i, i+1)
		}
		if i < t.right {
			t.right--
		}
	}
}

func (t *table) widths() []int {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], terminal.Width(cell))
		}
	}
	return widths
}

// write writes the table, its columns as wide as their widest cell.
func (t *table) write(b *strings.Builder, style terminal.Style) {
	if len(t.rows) == 0 {
		return
	}
	widths := t.widths()
	t.line(b, widths, t.head, style.Dim)
	for _, row := range t.rows {
		t.line(b, widths, row, func(s string) string { return s })
	}
}

func (t *table) line(b *strings.Builder, widths []int, cells []string, decorate func(string) string) {
	var line strings.Builder
	for i, cell := range cells {
		space := strings.Repeat(" ", widths[i]-terminal.Width(cell))
		if i >= t.right {
			cell = space + cell
		} else {
			cell += space
		}
		line.WriteString("  " + cell)
	}
	b.WriteString(decorate(strings.TrimRight(line.String(), " ")) + "\n")
}
