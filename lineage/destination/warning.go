package destination

import (
	"fmt"
	"sort"
)

// A Warning says what a reader did not understand and therefore left out. It
// never stops the reading.
type Warning struct {
	File    string
	Line    int // 1-based
	Message string
}

// String returns "file:line: message".
func (w Warning) String() string { return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Message) }

// sortWarnings orders by line and keeps the order of one line.
func sortWarnings(ws []Warning) {
	sort.SliceStable(ws, func(i, j int) bool { return ws[i].Line < ws[j].Line })
}
