package config

import (
	"fmt"
	"strings"
)

// An Error is one mistake in impact.yml.
type Error struct {
	File    string
	Line    int    // 1-based; 0 if unknown
	Col     int    // 1-based
	Path    string // "destinations.job_board.driver"; "" for the whole file
	Message string
	Hint    string // "" if there is nothing to add
}

// Error returns "file:line:col: path: message" without what is unknown.
func (e *Error) Error() string {
	var b strings.Builder
	switch {
	case e.File != "" && e.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: ", e.File, e.Line, e.Col)
	case e.File != "":
		b.WriteString(e.File + ": ")
	}
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.Message)
	return b.String()
}

// Errors are all the mistakes of a file, in its order.
type Errors []*Error

// Error returns one mistake a line.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find each *Error.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}
