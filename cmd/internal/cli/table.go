package cli

import (
	"strings"

	"impact/cmd/internal/terminal"
)

// A table is rows of cells in columns. Cells are clean text, perhaps decorated.
type table struct {
	head  []string
	rows  [][]string
	right int // columns from here on are aligned to the right
}

// write writes the table, its columns as wide as their widest cell.
func (t *table) write(b *strings.Builder, style terminal.Style) {
	if len(t.rows) == 0 {
		return
	}
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], terminal.Width(cell))
		}
	}
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
