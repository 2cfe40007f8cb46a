package run

import (
	"errors"
	"fmt"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/value"
)

// rejects gathers the bad rows of a load. They are kept until it is clear that
// the unit is not tried again, so that none is reported twice. Their number is
// limited, and so is the memory.
type rejects struct {
	max  int // so many may be set aside
	list []Reject
	n    int64
}

// maxFail is how many bad rows are gathered before a load that must not have
// any fails: a person repairs more than one at a time.
const maxFail = 20

// add records a bad row. It returns an error once there are too many.
func (r *rejects) add(l *plan.Load, row Row, column, code, reason string) error {
	r.n++
	rj := Reject{Load: l.Name(), Column: column, Code: code, Reason: reason}
	for i := range min(l.Keys, len(row)) {
		if row[i] == nil {
			rj.Key = append(rj.Key, "NULL")
		} else {
			rj.Key = append(rj.Key, string(row[i]))
		}
	}
	r.list = append(r.list, rj)
	most := r.max
	if l.Spec.OnBadRow == destination.FailOnBadRow {
		most = maxFail - 1
	}
	if r.n > int64(most) {
		return r.err(l)
	}
	return nil
}

// addValue records a row with a value that its column cannot keep.
func (r *rejects) addValue(l *plan.Load, row Row, column int, err error) error {
	return r.add(l, row, l.Columns[column].Name, valueCode(err), err.Error())
}

// check fails a load that must not have bad rows and has some.
func (r *rejects) check(l *plan.Load) error {
	if r.n > 0 && l.Spec.OnBadRow == destination.FailOnBadRow {
		return r.err(l)
	}
	return nil
}

func (r *rejects) err(l *plan.Load) error {
	first := r.list[0]
	text := first.Code + ": " + first.Reason
	if first.Column != "" {
		text = fmt.Sprintf("column %s: %s", first.Column, text)
	}
	hint := remedy(first.Code)
	if l.Spec.OnBadRow == destination.RejectBadRow {
		hint += fmt.Sprintf("; no more than %d rows may be set aside: --max-rejects", r.max)
	} else {
		hint += "; on_bad_row: reject sets such rows aside and loads the others"
	}
	return &BadRowsError{Load: l.Name(), Count: r.n, First: text, Hint: hint}
}

// valueCode is the code of a value that its column cannot keep.
func valueCode(err error) string {
	switch {
	case errors.Is(err, value.ErrNull), errors.Is(err, errNullKey):
		return "null"
	case errors.Is(err, errOutside):
		return "not_owned"
	case errors.Is(err, value.ErrLong):
		return "too_long"
	case errors.Is(err, value.ErrRange):
		return "out_of_range"
	case errors.Is(err, value.ErrJSON):
		return "json"
	}
	return "value"
}

// remedy says what helps against bad rows of a code.
func remedy(code string) string {
	what := "repair the rows in the model"
	switch code {
	case "too_long", "out_of_range", "value", "json":
		what = "repair the values in the model, or let a migration of the application enlarge the column"
	case "duplicate_key", "null":
		what = "let the model have one row for each key, and values where the table needs them"
	case "key_collation":
		what = "give the key column a binary collation (in MySQL utf8mb4_bin, in SQLite BINARY) by a migration of the application, or tell the rows apart in the model"
	case "no_parent":
		what = "load the parents first or in the same run, or leave such rows out of the model"
	case "has_children":
		what = "delete: {soft: deleted_at} or mode: upsert keep such rows, and a value that others refer to cannot change before they do"
	case "not_owned":
		what = "use another key, or give the scope to one writer"
	}
	return what
}

func (r *rejects) truncate(n int) { r.list, r.n = r.list[:n], int64(n) }

var errOutside = errors.New("the row of the model is outside of the load's scope")

var errNullKey = errors.New("NULL does not identify a row")
