package yml

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// MaxDepth bounds how deep a file may nest: the parser recurses, and a stack
// that overflows cannot be recovered from.
const MaxDepth = 200

// ErrTooDeep is returned for files that may nest deeper than [MaxDepth].
var ErrTooDeep = fmt.Errorf("nests deeper than %d", MaxDepth)

// A SyntaxError is what the parser refuses, with its place where it names one.
type SyntaxError struct {
	Line, Col int // 0 if unknown
	Message   string
}

func (e *SyntaxError) Error() string { return e.Message }

// Parse parses a file. Keys that are given twice are left to the caller.
func Parse(src []byte) (file *ast.File, err error) {
	if tooDeep(src) {
		return nil, ErrTooDeep
	}
	// The parser of the library is not ours: a panic in it is a broken file.
	defer func() {
		if p := recover(); p != nil {
			file, err = nil, &SyntaxError{Message: fmt.Sprintf("is no YAML that can be read (%v)", p)}
		}
	}()
	file, err = parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(err)
	}
	return file, nil
}

func syntaxError(err error) *SyntaxError {
	e := &SyntaxError{Message: err.Error()}
	var line, col int
	if n, _ := fmt.Sscanf(e.Message, "[%d:%d]", &line, &col); n == 2 {
		e.Line, e.Col = line, col
		first, _, _ := strings.Cut(e.Message, "\n")
		_, e.Message, _ = strings.Cut(first, "] ")
	}
	return e
}

// tooDeep reports whether src could nest deeper than MaxDepth, judging by its
// brackets, its indentation and its leading markers. It may overrate a file whose
// strings are full of opening brackets.
func tooDeep(src []byte) bool {
	brackets, lead, leading, tags := 0, 0, true, 0
	for _, c := range src {
		switch c {
		case '\n':
			lead, leading, tags = 0, true, 0
			continue
		case '[', '{':
			brackets++
		case ']', '}':
			brackets = max(brackets-1, 0)
		case '!', '&', '?', '-', ':':
			tags++
		}
		if leading {
			leading = c == ' ' || c == '-' || c == '?' || c == ':' || c == '\t'
			lead++
		}
		if brackets > MaxDepth || leading && lead > 2*MaxDepth || tags > 50*MaxDepth {
			return true
		}
	}
	return false
}
