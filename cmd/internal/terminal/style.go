package terminal

// Style decorates text for a terminal. The zero value decorates nothing, so
// code that prints asks no question about colours. Styles may be nested as
// long as no colour is nested in a colour, nor bold in dim. Empty text stays
// empty.
//
// A Style does not clean what it is given: see [Line] and [Text].
type Style struct{ on bool }

// NewStyle returns a style that decorates when on is true.
func NewStyle(on bool) Style { return Style{on: on} }

// Enabled reports whether the style decorates.
func (s Style) Enabled() bool { return s.on }

// Bold makes text stand out: names and headings.
func (s Style) Bold(text string) string { return s.wrap("1", "22", text) }

// Dim makes text step back: evidence and counts.
func (s Style) Dim(text string) string { return s.wrap("2", "22", text) }

// Underline marks the part of a source line that is meant.
func (s Style) Underline(text string) string { return s.wrap("4", "24", text) }

// Red is for what breaks.
func (s Style) Red(text string) string { return s.wrap("31", "39", text) }

// Green is for what is in order.
func (s Style) Green(text string) string { return s.wrap("32", "39", text) }

// Yellow is for warnings.
func (s Style) Yellow(text string) string { return s.wrap("33", "39", text) }

// Cyan is for places: files, lines and hints.
func (s Style) Cyan(text string) string { return s.wrap("36", "39", text) }

func (s Style) wrap(start, end, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + start + "m" + text + "\x1b[" + end + "m"
}
