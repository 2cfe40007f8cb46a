package terminal

import "impact/internal/display"

// Line is [display.Line]: untrusted text made safe to print within one line.
func Line(text string) string { return display.Line(text) }

// Text is [display.Text]: the same for text of several lines.
func Text(text string) string { return display.Text(text) }
