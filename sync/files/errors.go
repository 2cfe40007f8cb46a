package files

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"

	"impact/sync/run"
)

// A FileError says what is wrong with a file, where, and what to do about it. It
// holds nothing of what stands there.
type FileError struct {
	Path string
	Line int    // 0: the file as a whole
	Help string // "": that of Err, if it has one
	Err  error
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("read %s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("read %s: line %d: %v", e.Path, e.Line, e.Err)
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *FileError) Hint() string {
	var hinter interface{ Hint() string }
	if e.Help == "" && errors.As(e.Err, &hinter) {
		return hinter.Hint()
	}
	return e.Help
}

// A reason is an error that is always the same, with what to do about it.
type reason struct{ text, help string }

func (r *reason) Error() string { return r.text }

// Hint says what to do about it.
func (r *reason) Hint() string { return r.help }

// ErrChanged is the reason to stop reading a file that is no longer the one that
// was planned.
var ErrChanged error = &reason{"the file has changed", "make the plan again once the export has ended"}

// ErrDamaged is what is wrong with a Parquet file that contradicts itself.
var ErrDamaged error = &reason{"the file is damaged", "export it again: it may have been cut while it was copied"}

// What is wrong with CSV.
var (
	errQuote   error = &reason{"a quote where none may be", `a quote in a text is written twice, in a text that is in quotes: "say ""hi"""`}
	errUnended error = &reason{"a quoted field does not end", "export it again: it may have been cut while it was copied"}
	errGap     error = &reason{"the line is empty: in a file of one column that may be a NULL or nothing", `write "" for an empty text, or export a second column`}
	errEmpty   error = &reason{"the file is empty", "its first line has the names of the columns"}
	errUTF16   error = &reason{"the text is UTF-16", "export it as UTF-8"}
	errUTF8    error = &reason{"the names of the columns are not UTF-8", "export it as UTF-8: it may be Shift_JIS or another encoding"}
)

// errComma is about a file whose columns something else than commas separates.
func errComma(found rune) error {
	return &reason{fmt.Sprintf("the columns are separated by %q, not by commas", found), "export it with commas, or as Parquet"}
}

// reading says which file could not be read, and what to do about it.
func reading(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &run.MissingError{Relation: path, Help: "export the model to it, or name the folder that it is in"}
	}
	return err // the operating system's names the file
}

// unreadable makes an error of the standard library's CSV reader one of ours. It
// keeps the position and the reason.
func unreadable(path string, err error) error {
	e := &FileError{Path: path, Err: err}
	if pe := (*csv.ParseError)(nil); errors.As(err, &pe) {
		e.Line, e.Err = pe.Line, pe.Err
		switch {
		case errors.Is(pe.Err, csv.ErrBareQuote), errors.Is(pe.Err, csv.ErrQuote):
			e.Err = errQuote
		case errors.Is(pe.Err, csv.ErrFieldCount):
			e.Err = errors.New("another number of fields than the first line has")
			e.Help = "a comma in a text needs quotes around the text"
		}
	}
	return e
}
