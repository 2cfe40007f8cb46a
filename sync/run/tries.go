package run

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"impact/sync/plan"
)

// asideTries is how often a group is done again without rows that are bad
// because of others that were set aside.
const asideTries = 50

// errHalfWritten says that a row was found to be bad after a part of it was
// written.
var errHalfWritten = errors.New("too many rows are bad because of rows that are: repair the model first")

// errReleased says that rows which were set aside take part again.
var errReleased = errors.New("rows that were set aside are written after all")

// late is a row that is bad although a part of it is written.
type late struct {
	work int
	row  Row
	bad  Bad
}

// keyHash identifies a row of a load.
func keyHash(l *plan.Load, r Row) uint64 { return HashRow(r[:l.Keys]) }

// tries are the tries to write a group. Each leaves out the rows of which the
// ones before it have found out too late that they are bad.
//
// Such a row may be bad only because another one was missing then: that one
// lacked a unique value, say, which a row had that is set aside now. If it came
// in the end, the row that needed it gets another chance, so that no row is set
// aside for a reason that is none any more. At first all such rows get one
// together. If they only push each other out again, each gets a last one alone.
type tries struct {
	u       *unit
	n       int              // tries so far
	found   []int            // rejects of the comparison, by load
	known   []late           // rows that are left out, in the order in which they turned out to be bad
	missed  []map[uint64]Row // by load and [keyHash]: rows that some try did not write, by their columns in referred
	chances []map[uint64]int // by load and [keyHash]: how often a row was let in again
	good    []late           // what was left out by a try that went well before rows were let in again
	over    bool             // no row gets another chance

	referred [][]int // by load: its columns that deferred columns of the group refer to
	ties     [][]tie // by load
}

// tie is a deferred column and what it refers to.
type tie struct {
	column int
	parent int // a load of the group
	target int // index in its referred
}

func newTries(u *unit) *tries {
	n := len(u.works)
	t := &tries{u: u, missed: make([]map[uint64]Row, n), chances: make([]map[uint64]int, n), referred: make([][]int, n), ties: make([][]tie, n)}
	for i, w := range u.works {
		t.found = append(t.found, len(w.rejects.list))
		t.missed[i], t.chances[i] = map[uint64]Row{}, map[uint64]int{}
	}
	for i, w := range u.works {
		for _, c := range w.load.Deferred() {
			for p, parent := range u.works {
				for _, name := range referredBy(w.load, &w.load.Columns[c], parent.load) {
					t.tie(i, c, p, name)
				}
			}
		}
	}
	return t
}

// tie notes that a column of a load refers to another one of parent's.
func (t *tries) tie(i, column, parent int, name string) {
	for k := range t.u.works[parent].load.Columns {
		if !strings.EqualFold(t.u.works[parent].load.Columns[k].Name, name) {
			continue
		}
		target := slices.Index(t.referred[parent], k)
		if target < 0 {
			target = len(t.referred[parent])
			t.referred[parent] = append(t.referred[parent], k)
		}
		t.ties[i] = append(t.ties[i], tie{column: column, parent: parent, target: target})
	}
}

// referredBy returns the columns of parent's table that a column refers to.
func referredBy(l *plan.Load, c *plan.Column, parent *plan.Load) (out []string) {
	if l.Table == nil || parent.Table == nil {
		return nil
	}
	if c.Lookup != nil {
		if c.Parent != nil && strings.EqualFold(c.Parent.Name, parent.Table.Name) {
			out = append(out, c.Lookup.By)
		}
		return out // the row travels with what is looked up, not with what it becomes
	}
	for i := range l.Table.ForeignKeys {
		fk := &l.Table.ForeignKeys[i]
		if !strings.EqualFold(fk.Table[strings.LastIndex(fk.Table, ".")+1:], parent.Table.Name) {
			continue
		}
		for k, name := range fk.Columns {
			if k < len(fk.RefColumns) && strings.EqualFold(name, c.Name) {
				out = append(out, fk.RefColumns[k])
			}
		}
	}
	return out
}

// next prepares a try.
func (t *tries) next(s Session) (*application, error) {
	t.n++
	n := len(t.u.works)
	a := &application{u: t.u, s: s, tries: t, counts: make([]Counts, n), aside: make([]map[uint64]bool, n)}
	for i := range a.aside {
		a.aside[i] = map[uint64]bool{}
	}
	t.forget()
	for _, l := range t.known {
		if err := a.reject(l.work, l.row, l.bad); err != nil {
			return a, err
		}
	}
	return a, nil
}

// forget drops the rejects of a try. The next one will find them again.
func (t *tries) forget() {
	for i, w := range t.u.works {
		w.rejects.truncate(t.found[i])
	}
}

// again reports whether another try is to follow one that failed.
func (t *tries) again(a *application, err error) bool {
	if errors.Is(err, ErrTransient) {
		t.forget()
		return false
	}
	bad := (*BadRowsError)(nil)
	half := errors.Is(err, errHalfWritten)
	switch {
	case errors.Is(err, errReleased):
		return true
	case half && t.n < asideTries:
		t.known = append(t.known, a.late...)
		return true
	case t.good != nil && (half || errors.As(err, &bad)): // what is known to go well is done
		t.known, t.good, t.over = t.good, nil, true
		return true
	}
	return false
}

// miss notes a row that is not written.
func (t *tries) miss(i int, hash uint64, row Row) {
	values := make(Row, len(t.referred[i]))
	for k, c := range t.referred[i] {
		if c < len(row) {
			values[k] = row[c]
		}
	}
	t.missed[i][hash] = values
}

// release lets rows in again that were bad for want of others, if those have
// come in a try that went well, and reports whether there are any.
func (t *tries) release(a *application) bool {
	if t.over || len(t.known) == 0 || t.n >= asideTries/2 {
		return false
	}
	came := make([][]Row, len(t.missed))
	for i, rows := range t.missed {
		for hash, values := range rows {
			if !a.aside[i][hash] {
				came[i] = append(came[i], values)
			}
		}
	}
	var first, last []int
	for k, l := range t.known {
		if !t.waits(l, came) {
			continue
		}
		switch t.chances[l.work][keyHash(t.u.works[l.work].load, l.row)] {
		case 0:
			first = append(first, k)
		case 1:
			last = append(last, k)
		}
	}
	if len(first) == 0 {
		first = last[:min(1, len(last))]
	}
	if len(first) == 0 {
		return false
	}
	t.good = slices.Clone(t.known)
	for _, k := range first {
		l := t.known[k]
		t.chances[l.work][keyHash(t.u.works[l.work].load, l.row)]++
	}
	t.known = nil
	for k, l := range t.good {
		if !slices.Contains(first, k) {
			t.known = append(t.known, l)
		}
	}
	return true
}

// waits reports whether a row may have been bad only because of what has changed
// since: one that it refers to has come. Which one still referred to a row that
// was to be removed, or had the value of a row, is not known, so it may be any.
func (t *tries) waits(l late, came [][]Row) bool {
	switch l.bad.Code {
	case codeChildren:
		return slices.ContainsFunc(came, func(rows []Row) bool { return len(rows) > 0 })
	case CodeDuplicate:
		return slices.ContainsFunc(t.known, func(k late) bool { return k.work == l.work && k.bad.Code != CodeDuplicate })
	}
	for _, k := range t.ties[l.work] {
		if k.column >= len(l.row) || l.row[k.column] == nil {
			continue
		}
		for _, values := range came[k.parent] {
			if v := values[k.target]; v != nil && alike(l.row[k.column], v) {
				return true
			}
		}
	}
	return false
}

// codeChildren is the code of a row that cannot be removed because others refer
// to it.
const codeChildren = "has_children"

// alike reports whether most collations take two values for the same. A wrong
// yes costs a try.
func alike(a, b []byte) bool {
	return bytes.EqualFold(bytes.TrimRight(a, " "), bytes.TrimRight(b, " "))
}
