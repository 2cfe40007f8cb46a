// Package display makes text that strangers wrote safe to show, and measures how
// much room it takes. Text that comes from a file, a query or a server must pass
// [Line] or [Text] before a person sees it: a screen obeys control characters and
// reorders text that asks for it.
//
//	name := display.Line(column)
//	for _, line := range display.Wrap(name, 80, 76) { … }
//
// It promises that the result is valid UTF-8, that clean text stays as it is,
// and that cleaning twice is cleaning once.
package display
