package cli

import (
	"bytes"
	"fmt"
	"strings"

	"impact/cmd/internal/terminal"
	"impact/lineage/syntax"
)

// writeSQLText writes a query's lineage for people: the columns with their
// sources, what the rows depend on, and what was not understood.
func writeSQLText(app *App, file *syntax.File, l *sqlLineage) error {
	style := app.OutStyle()
	var buf bytes.Buffer
	width := 0
	for i := range l.Columns {
		width = max(width, terminal.Width(terminal.Line(l.Columns[i].Name)))
	}
	width = min(width, 40)
	if l.Target != "" {
		fmt.Fprintf(&buf, "%s %s\n", style.Dim("writes"), terminal.Line(l.Target))
	}
	for i := range l.Columns {
		c := &l.Columns[i]
		fmt.Fprintf(&buf, "%s  %s\n", style.Bold(terminal.Pad(terminal.Line(c.Name), width)), sourcesText(style, c))
	}
	if len(l.Columns) == 0 {
		fmt.Fprintln(&buf, "The statement has no output columns.")
	}
	if len(l.Uses) > 0 {
		fmt.Fprintf(&buf, "\n%s\n", style.Bold("Rows depend on"))
		for i := range l.Uses {
			u := &l.Uses[i]
			what := ""
			if !u.Rows {
				what = " for " + terminal.Line(strings.Join(u.computed(), ", "))
			}
			place := ""
			if u.Line > 0 { // else no place names it, as where all columns are taken
				place = "  " + style.Dim(fmt.Sprintf("%d:%d", u.Line, u.Col))
			}
			fmt.Fprintf(&buf, "  %-7s %s%s%s\n", u.Kind, terminal.Line(u.Relation+"."+dot(u.Column, u.Path)), what, place)
		}
	}
	for i := range l.Diagnostics {
		d := &l.Diagnostics[i]
		word := style.Yellow("note")
		if d.Error {
			word = style.Red("error")
		}
		fmt.Fprintf(&buf, "\n%s %d:%d %s [%s]\n", word, d.Line, d.Col, terminal.Line(d.Message), d.Code)
		if d.Line > 0 {
			if text, ok := excerptAt(file, d.Line, d.Col); ok {
				fmt.Fprintln(&buf, terminal.Text(text))
			}
		}
	}
	if _, err := app.Out().Write(buf.Bytes()); err != nil {
		return &EnvError{Err: fmt.Errorf("write: %w", err)}
	}
	return nil
}

func sourcesText(style terminal.Style, c *sqlColumn) string {
	if len(c.Sources) == 0 {
		return style.Dim("no column")
	}
	parts := make([]string, len(c.Sources))
	for i, s := range c.Sources {
		parts[i] = terminal.Line(s.Relation + "." + dot(s.Column, s.Path))
		if s.Kind != "direct" {
			parts[i] += " " + style.Dim("("+s.Kind+")")
		}
	}
	text := strings.Join(parts, ", ")
	if c.Confidence != "exact" {
		text += " " + style.Yellow("["+c.Confidence+"]")
	}
	return text
}

func dot(column, path string) string {
	if path == "" {
		return column
	}
	return column + "." + path
}

// excerptAt is the source line of a place with a caret below.
func excerptAt(file *syntax.File, line, col int) (string, bool) {
	rest := file.Src
	for range line - 1 {
		i := strings.IndexByte(rest, '\n')
		if i < 0 {
			return "", false
		}
		rest = rest[i+1:]
	}
	start := len(file.Src) - len(rest)
	offset := len(file.Src) // a place behind the last character
	for i := range rest {
		if col--; col == 0 {
			offset = start + i
			break
		}
	}
	return syntax.Excerpt(file.Src, syntax.Span{Pos: syntax.Pos(offset), End: syntax.Pos(offset) + 1}), true
}
