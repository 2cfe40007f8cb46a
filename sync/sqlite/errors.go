package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"impact/sync/run"
)

// An Error is an error of SQLite without its text, which may quote values of
// rows.
type Error struct {
	Op   string // what we did
	Code int    // SQLite's extended code
	Name string // column or constraint, where the text names one
	Text string // ours
	bad  string // what it means for a row, if not what the code says
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s (SQLite error %d)", e.Op, e.Text, e.Code) }

// What the codes mean.
var texts = map[int]string{
	lib.SQLITE_BUSY:                  "another process writes to the database",
	lib.SQLITE_LOCKED:                "another connection uses the table",
	lib.SQLITE_READONLY:              "the file or its folder cannot be written",
	lib.SQLITE_IOERR:                 "the disk failed",
	lib.SQLITE_CORRUPT:               "the file is damaged",
	lib.SQLITE_FULL:                  "the disk is full",
	lib.SQLITE_CANTOPEN:              "the file cannot be opened",
	lib.SQLITE_NOTADB:                "the file is no SQLite database",
	lib.SQLITE_TOOBIG:                "a row is larger than SQLite takes",
	lib.SQLITE_SCHEMA:                "the tables were changed meanwhile",
	lib.SQLITE_PERM:                  "access is denied",
	lib.SQLITE_AUTH:                  "access is denied",
	lib.SQLITE_NOMEM:                 "out of memory",
	lib.SQLITE_CONSTRAINT_UNIQUE:     "another row has the same value in a unique index",
	lib.SQLITE_CONSTRAINT_PRIMARYKEY: "another row has the same primary key",
	lib.SQLITE_CONSTRAINT_ROWID:      "another row has the same primary key",
	lib.SQLITE_CONSTRAINT_NOTNULL:    "a NOT NULL column got NULL",
	lib.SQLITE_CONSTRAINT_CHECK:      "a CHECK constraint is violated",
	lib.SQLITE_CONSTRAINT_FOREIGNKEY: "the row refers to a row that does not exist, or rows of another table refer to it",
	lib.SQLITE_CONSTRAINT_TRIGGER:    "a trigger refused the row",
	lib.SQLITE_CONSTRAINT_DATATYPE:   "a value is not of the column's type",
	lib.SQLITE_MISMATCH:              "a value is not of the column's type",
}

// The rows of the application decide about these: one row is to blame.
var rowErrors = map[int]string{
	lib.SQLITE_TOOBIG:                "too_large",
	lib.SQLITE_MISMATCH:              "value",
	lib.SQLITE_CONSTRAINT_UNIQUE:     "duplicate",
	lib.SQLITE_CONSTRAINT_PRIMARYKEY: "duplicate",
	lib.SQLITE_CONSTRAINT_ROWID:      "duplicate",
	lib.SQLITE_CONSTRAINT_NOTNULL:    "null",
	lib.SQLITE_CONSTRAINT_CHECK:      "check",
	lib.SQLITE_CONSTRAINT_FOREIGNKEY: "no_parent",
	lib.SQLITE_CONSTRAINT_TRIGGER:    "trigger",
	lib.SQLITE_CONSTRAINT_DATATYPE:   "value",
}

// named finds what SQLite names in the text of a failed constraint: a column, as
// table.column, or a CHECK.
var named = regexp.MustCompile(`(?:UNIQUE|NOT NULL|CHECK) constraint failed: ([^\n]*?)(?: \(\d+\))?$`)

func code(err error) int {
	var de *driver.Error
	if errors.As(err, &de) {
		return de.Code()
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

func isBusy(err error) bool {
	c := code(err) & 0xff
	return c == lib.SQLITE_BUSY || c == lib.SQLITE_LOCKED
}

// classify turns an error of the driver into one without values, and marks it
// where another try may help.
func classify(op string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", op, err)
	}
	var de *driver.Error
	if !errors.As(err, &de) {
		if errors.Is(err, sql.ErrConnDone) {
			return run.Transient(fmt.Errorf("%s: the connection was closed", op))
		}
		return fmt.Errorf("%s: %w", op, err)
	}
	out := &Error{Op: op, Code: de.Code(), Text: texts[de.Code()]}
	if out.Text == "" {
		out.Text = texts[de.Code()&0xff]
	}
	if m := named.FindStringSubmatch(de.Error()); m != nil && de.Code() != lib.SQLITE_CONSTRAINT_CHECK {
		out.Name = m[1]
		out.Text += ": " + out.Name
	}
	if out.Text == "" {
		// Of statements that do not compile SQLite says which name is to blame;
		// they contain no values.
		out.Text = "SQLite refused it: " + strings.TrimPrefix(de.Error(), "SQL logic error: ")
		if de.Code()&0xff != lib.SQLITE_ERROR {
			out.Text = "SQLite refused it"
		}
	}
	if isBusy(err) || de.Code()&0xff == lib.SQLITE_SCHEMA {
		return run.Transient(out)
	}
	return out
}

// blame returns what is wrong with a row, if the row is to blame for an error.
func blame(err error) (run.Bad, bool) {
	var e *Error
	if !errors.As(err, &e) {
		return run.Bad{}, false
	}
	c, ok := rowErrors[e.Code]
	if !ok {
		return run.Bad{}, false
	}
	if e.bad != "" {
		c = e.bad
	}
	b := run.Bad{Code: c, Reason: e.Text}
	if e.Code == lib.SQLITE_CONSTRAINT_NOTNULL {
		b.Column = e.Name[strings.LastIndexByte(e.Name, '.')+1:]
	}
	return b, true
}
