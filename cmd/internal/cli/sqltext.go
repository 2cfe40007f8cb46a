package cli

import (
	"bytes"
	"fmt"
	"strings"

	"impact/cmd/internal/terminal"
	"impact/lineage/bind"
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
		fmt.Fprintln(&buf, noColumns(l))
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
		writeDiagnostic(&buf, style, file, &l.Diagnostics[i])
	}
	if _, err := app.Out().Write(buf.Bytes()); err != nil {
		return &EnvError{Err: fmt.Errorf("write: %w", err)}
	}
	return nil
}

// noColumns says why there are no columns.
func noColumns(l *sqlLineage) string {
	for i := range l.Diagnostics {
		if l.Diagnostics[i].Error && l.Diagnostics[i].Code == string(bind.CodeSyntax) {
			return "The output columns could not be read."
		}
	}
	return "The statement has no output columns."
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

// writeDiagnostic writes one diagnostic with its place, source line and hint.
func writeDiagnostic(buf *bytes.Buffer, style terminal.Style, file *syntax.File, d *sqlDiagnostic) {
	word := style.Yellow("note")
	if d.Error {
		word = style.Red("error")
	}
	place := ""
	if d.Line > 0 {
		place = fmt.Sprintf(" %d:%d", d.Line, d.Col)
	}
	fmt.Fprintf(buf, "\n%s%s %s [%s]\n", word, place, terminal.Line(d.Message), d.Code)
	if d.Line > 0 {
		fmt.Fprintln(buf, terminal.Text(syntax.Excerpt(file.Src, d.span)))
	}
	if d.Hint != "" {
		fmt.Fprintf(buf, "hint: %s\n", terminal.Line(d.Hint))
	}
}

// tellWarnings prints the first of many warnings.
func tellWarnings(app *App, where string, warnings []string) {
	const shown = 10
	for i, w := range warnings {
		if i == shown {
			fmt.Fprintf(app.Err(), "… and %d more\n", len(warnings)-i)
			return
		}
		fmt.Fprintf(app.Err(), "%s %s\n", app.ErrStyle().Yellow("warning:"), terminal.Line(where+w))
	}
}
