// Package terminal knows what the command's three streams are and writes to
// them safely: whether a person reads them, how wide they are, whether colours
// are wanted, how much room a text takes, and which characters must not reach
// a screen.
//
// It promises that without a terminal output is plain and stable: no colours,
// no dependence on the window's width. Text that comes from a file, a query or
// a server must pass [Line] or [Text] before it is printed, because a terminal
// obeys control characters and reorders text that asks for it.
//
//	streams := terminal.System()
//	style := streams.OutStyle(terminal.ColorAuto)
//	name := terminal.Truncate(terminal.Line(column), streams.WidthOr(100)-4)
//	fmt.Fprintln(streams.Out, style.Bold(name))
package terminal
