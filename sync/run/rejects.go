package run

import (
	"fmt"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// rejects gathers the bad rows of a load. They are kept until it is clear that
// the unit is not tried again, so that none is reported twice. Their number is
// limited, and so is the memory.
type rejects struct {
	max  int
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
	limit := r.max
	if l.Spec.OnBadRow == destination.FailOnBadRow {
		limit = maxFail
	}
	if r.n >= int64(limit) {
		return r.err(l)
	}
	return nil
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
	return &BadRowsError{Load: l.Name(), Count: r.n, First: text}
}

func (r *rejects) truncate(n int) { r.list, r.n = r.list[:n], int64(n) }
