package manifest

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// An Error says what is wrong with an artifact and where. Every error of the
// functions that read artifacts is one, except that a file which cannot be
// opened gives the error of the operating system.
type Error struct {
	File   string // as it was given to the reader
	Path   string // JSON path of the value, `nodes["model.a.b"].columns`; "" for the file as a whole
	Offset int64  // byte offset at or just before the fault, after unzipping; -1 if there is none
	Err    error  // what is wrong
	Hint   string // what to do about it, "" if nothing can be said
}

// Error returns file, offset, path and reason in one line, without the hint.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Offset >= 0 {
		fmt.Fprintf(&b, ": byte %d", e.Offset)
	}
	if e.Path != "" {
		b.WriteString(": ")
		b.WriteString(e.Path)
	}
	b.WriteString(": ")
	b.WriteString(e.Err.Error())
	return b.String()
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// The reasons that callers may want to tell apart with errors.Is.
var (
	// ErrEmpty is the reason for a file without any content.
	ErrEmpty = errors.New("the file is empty")
	// ErrWrongArtifact is the reason for a file that holds something else.
	ErrWrongArtifact = errors.New("not the artifact that was asked for")
	// ErrTooLarge is the reason for a file beyond [Options.MaxSize].
	ErrTooLarge = errors.New("the file is too large")
	// ErrTruncated is the reason for a file that ends too early.
	ErrTruncated = fmt.Errorf("the file ends too early: %w", io.ErrUnexpectedEOF)
)

// A wrongArtifactError says which artifact a file is.
type wrongArtifactError struct{ want, got string }

func (e *wrongArtifactError) Error() string {
	return fmt.Sprintf("this is dbt's %s, not its %s", e.got, e.want)
}

func (e *wrongArtifactError) Is(target error) bool { return target == ErrWrongArtifact }

// maxWarnings bounds the warnings about single values of one file; what exceeds
// it is counted.
const maxWarnings = 20

// warnings collects what the user should know about one file.
type warnings struct {
	list    []string
	dropped int
}

func (w *warnings) addf(format string, args ...any) {
	if len(w.list) >= maxWarnings {
		w.dropped++
		return
	}
	w.list = append(w.list, fmt.Sprintf(format, args...))
}

func (w *warnings) all() []string {
	if w.dropped == 0 {
		return w.list
	}
	return append(w.list, fmt.Sprintf("… and %d more warnings of this file", w.dropped))
}
