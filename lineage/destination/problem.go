package destination

import (
	"fmt"
	"strings"
)

// A Problem is a mistake in a meta.impact block. It implements error; its text
// is stable: "file:line:col: exposure: path: message", without what is unknown.
type Problem struct { //nolint:errname // a finding that can also be returned as an error
	Exposure string // unique id
	Path     string // "meta.impact.delete.sfot"
	File     string // yml file, "" if it could not be read
	Line     int    // 1-based; 0 if unknown
	Col      int    // 1-based, in characters; 0 if unknown
	Message  string
	Hint     string // what to do, "" if there is nothing to add
}

// Error returns the problem in one line, without the hint.
func (p Problem) Error() string {
	var b strings.Builder
	switch {
	case p.File != "" && p.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Col)
	case p.File != "":
		b.WriteString(p.File + ": ")
	}
	fmt.Fprintf(&b, "%s: %s: %s", p.Exposure, p.Path, p.Message)
	return b.String()
}
