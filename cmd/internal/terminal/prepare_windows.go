package terminal

import (
	"os"

	"golang.org/x/sys/windows"
)

// prepare makes a terminal understand escape sequences and reports whether it
// does. Consoles older than Windows 10 do not: they get plain text.
func prepare(f *os.File) bool {
	handle := windows.Handle(f.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(handle, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(handle, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
