package run

import (
	"errors"
	"fmt"

	"impact/internal/spelling"
)

// ErrTransient marks errors that another try may not meet: a deadlock, a lost
// connection, too many connections.
var ErrTransient = errors.New("worth another try")

// ErrUnclear marks the error of a commit of which nobody knows whether it
// happened. It is transient as well: the ledger tells.
var ErrUnclear = errors.New("the outcome is not known")

type markedError struct {
	err   error
	marks []error
}

func (e *markedError) Error() string   { return e.err.Error() }
func (e *markedError) Unwrap() []error { return append([]error{e.err}, e.marks...) }

// Transient marks err as worth another try.
func Transient(err error) error { return &markedError{err, []error{ErrTransient}} }

// Unclear marks the error of a commit whose answer was lost.
func Unclear(err error) error { return &markedError{err, []error{ErrTransient, ErrUnclear}} }

// A LockedError says that another run works on a table.
type LockedError struct {
	Table  string
	Holder string // what is known of it, such as the connection's id and user
}

func (e *LockedError) Error() string {
	if e.Holder == "" {
		return fmt.Sprintf("another run works on %s", e.Table)
	}
	return fmt.Sprintf("another run works on %s: %s", e.Table, e.Holder)
}

// Hint says what to do about it.
func (e *LockedError) Hint() string {
	return "wait until it has ended; if its process is gone: impact sync unlock " + e.Table
}

// A GuardError says that a run was refused before anything was written.
type GuardError struct {
	ID      string // stable: "guard.max_delete", …
	Load    string
	Message string
	Hint    string
}

func (e *GuardError) Error() string { return fmt.Sprintf("%s: %s", e.Load, e.Message) }

// The ids of guards.
const (
	GuardMaxDelete   = "guard.max_delete"
	GuardMaxChange   = "guard.max_change"
	GuardMinRows     = "guard.min_rows"
	GuardFirstRun    = "guard.first_run"
	GuardTransaction = "guard.max_transaction_rows"
	GuardStale       = "guard.stale"
)

// A BadRowsError says that a load failed because of rows that the destination
// cannot hold. The rows themselves went to the sink of rejects.
type BadRowsError struct {
	Load  string
	Count int64
	First string // column, code and reason of the first, without its values
	Hint  string
}

func (e *BadRowsError) Error() string {
	if e.Count == 1 {
		return fmt.Sprintf("%s: 1 bad row: %s", e.Load, e.First)
	}
	return fmt.Sprintf("%s: %d bad rows; the first: %s", e.Load, e.Count, e.First)
}

// A MissingError says that a source does not hold what it was asked for.
type MissingError struct {
	Relation string   // the table, view, file or model
	Column   string   // "": the relation itself is missing
	Known    []string // the columns, or the relations, that there are; may be nil
	Help     string   // what to do, unless one of Known is meant
	Err      error    // what the warehouse said; may be nil
}

func (e *MissingError) Error() string {
	what := e.Relation + " does not exist"
	if e.Column != "" {
		what = fmt.Sprintf("%s has no column %s", e.Relation, e.Column)
	}
	if e.Err != nil {
		what += ": " + e.Err.Error()
	}
	return what
}

// Unwrap returns the cause.
func (e *MissingError) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *MissingError) Hint() string {
	name := e.Column
	if name == "" {
		name = e.Relation
	}
	if near := spelling.Nearest(name, e.Known); near != "" {
		return "did you mean " + near + "?"
	}
	if e.Help == "" && e.Column != "" {
		return "run dbt build, and make the plan again: the model has changed"
	}
	return e.Help
}

// An IncompleteError says that a source did not deliver all rows.
type IncompleteError struct {
	Relation     string
	Want, Actual int64
}

func (e *IncompleteError) Error() string {
	return fmt.Sprintf("%s has %d rows, but %d were read: nothing is deleted because of rows that were not read", e.Relation, e.Want, e.Actual)
}
