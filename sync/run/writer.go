package run

import (
	"context"
	"fmt"
	"strings"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// A Table does single statements for the rows of one load, inside of the
// transaction of its group. [Write] decides which. Rows have the layout of the
// load's columns; where a column is looked up they hold the value that is
// written, not the natural key of the parent.
type Table interface {
	// Take says how many of the rows, from the first on, one statement takes;
	// 0 if the first alone is too large for any.
	Take(rows []Row) int
	// Parents finds the parents of looked-up column i by their natural keys.
	// What is not in the answer does not exist. A parent whose key only looks
	// the same to a collation is none.
	Parents(ctx context.Context, i int, keys [][]byte) (map[string][]byte, error)
	// Current locks and reads the rows that have one of the keys, and those
	// whose key a collation takes for one of them.
	Current(ctx context.Context, rows []Row) ([]Current, error)
	// Insert adds all of the rows or, with an error, none. Deferred columns get
	// NULL, stamps the time of the run.
	Insert(ctx context.Context, rows []Row) error
	// Update changes the columns of rows that are there, except the key and
	// what is deferred. It may be repeated with a part of the rows.
	Update(ctx context.Context, rows []Row) error
	// Connect changes the deferred columns of a row.
	Connect(ctx context.Context, row Row) error
	// Delete removes rows by key or marks them as deleted, if they are owned,
	// and says how many: all of them or, with an error, none.
	Delete(ctx context.Context, rows []Row) (int64, error)
	// Release sets columns of rows to NULL.
	Release(ctx context.Context, rows []Row, columns []int) error
	// Blame says what is wrong with a row, if a row is to blame for an error.
	Blame(err error) (Bad, bool)
}

// Current is a row as it is now.
type Current struct {
	Row   Row // with the mark of deletion as a further value, if there is one
	Owned bool
}

// Write does one step of a load for a batch of changes, for adapters whose
// database takes statements. Bad rows are found by halving what a statement
// refuses. Rows are looked at once more, locked, before they are changed.
func Write(ctx context.Context, t Table, l *plan.Load, step Step, batch []Change) (Applied, error) {
	w := &writer{t: t, load: l, batch: batch}
	all := make([]int, len(batch))
	for i := range all {
		all[i] = i
	}
	all, err := w.identify(ctx, step, all)
	if err != nil {
		return w.done, err
	}
	switch step {
	case StepDelete:
		err = w.each(ctx, all, w.remove)
	case StepUpdate:
		err = w.update(ctx, all)
	case StepInsert:
		err = w.insert(ctx, all)
	case StepConnect:
		err = w.connect(ctx, all)
	case StepRelease:
		err = w.each(ctx, all, func(ctx context.Context, part []int) error { return w.t.Release(ctx, w.keys(part), l.Deferred()) })
	case StepPark:
		err = w.each(ctx, all, func(ctx context.Context, part []int) error { return w.t.Release(ctx, w.keys(part), l.Park) })
	default:
		err = fmt.Errorf("unknown step %d", step)
	}
	return w.done, err
}

// writer does one step for one batch.
type writer struct {
	t     Table
	load  *plan.Load
	batch []Change
	keyed []Row // the rows with looked-up keys, if there are any; else nil
	rows  []Row // the rows with looked-up values; nil where one is missing
	done  Applied
}

// row is a row of the batch by the key that the table has.
func (w *writer) row(k int) Row {
	if w.keyed != nil {
		return w.keyed[k]
	}
	return w.batch[k].Row
}

// identify turns natural keys of parents that are part of the row's own key into
// what the table has, and returns the rows that can be there.
func (w *writer) identify(ctx context.Context, step Step, at []int) ([]int, error) {
	looked := false
	for i := range w.load.Keys {
		looked = looked || w.load.Columns[i].Lookup != nil
	}
	if !looked {
		return at, nil
	}
	w.rows = make([]Row, len(w.batch))
	for _, k := range at {
		w.rows[k] = append(Row(nil), w.batch[k].Row...)
	}
	for i := range w.load.Keys {
		if w.load.Columns[i].Lookup != nil {
			if err := w.lookUp(ctx, at, i); err != nil {
				return nil, err
			}
		}
	}
	w.keyed = w.rows
	var out []int
	for _, k := range at {
		if w.rows[k] != nil {
			out = append(out, k)
		}
	}
	switch step {
	case StepUpdate, StepInsert:
	default: // what has no parent any more has gone with it, or was bad before
		if step == StepDelete {
			w.done.Rechecked += int64(len(at) - len(out))
		}
		w.done.Bad = nil
	}
	return out, nil
}

func (w *writer) bad(i int, b Bad) {
	b.Index = i
	w.done.Bad = append(w.done.Bad, b)
}

func (w *writer) keys(at []int) []Row {
	out := make([]Row, len(at))
	for i, k := range at {
		out[i] = w.row(k)
	}
	return out
}

func (w *writer) values(at []int) []Row {
	out := make([]Row, len(at))
	for i, k := range at {
		out[i] = w.rows[k]
	}
	return out
}

// each does a step in parts that a statement takes. Keys of a row that is too
// large may be too large as well; then the row was never there.
func (w *writer) each(ctx context.Context, at []int, do func(context.Context, []int) error) error {
	for len(at) > 0 {
		n := max(w.t.Take(w.keys(at)), 1)
		if err := do(ctx, at[:n]); err != nil {
			return err
		}
		at = at[n:]
	}
	return nil
}

// halves does a part again in two halves, to find the rows that are to blame.
func halves(ctx context.Context, part []int, do func(context.Context, []int) error) error {
	mid := len(part) / 2
	if err := do(ctx, part[:mid]); err != nil {
		return err
	}
	return do(ctx, part[mid:])
}

// remove deletes rows. A row that others refer to is a bad row.
func (w *writer) remove(ctx context.Context, part []int) error {
	n, err := w.t.Delete(ctx, w.keys(part))
	if err == nil {
		w.done.Deleted += n
		w.done.Rechecked += int64(len(part)) - n // gone meanwhile, or no longer ours
		return nil
	}
	b, ok := w.t.Blame(err)
	switch {
	case !ok:
		return err
	case len(part) > 1:
		return halves(ctx, part, w.remove)
	}
	w.bad(part[0], b)
	return nil
}

// resolve turns the natural keys of parents into the values that are written.
// It runs inside of the transaction, so it finds parents that were added just
// now. It returns the rows that can be written.
func (w *writer) resolve(ctx context.Context, at []int, deferred bool) ([]int, error) {
	w.rows = make([]Row, len(w.batch))
	for _, k := range at {
		w.rows[k] = append(Row(nil), w.row(k)...)
	}
	for i := range w.load.Columns {
		if i < w.load.Keys && w.keyed != nil {
			continue // looked up already
		}
		if c := &w.load.Columns[i]; c.Lookup != nil && c.Deferred == deferred {
			if err := w.lookUp(ctx, at, i); err != nil {
				return nil, err
			}
		}
	}
	var out []int
	for _, k := range at {
		if w.rows[k] != nil {
			out = append(out, k)
		}
	}
	return out, nil
}

func (w *writer) lookUp(ctx context.Context, at []int, i int) error {
	var keys [][]byte
	asked := map[string]bool{}
	for _, k := range at {
		if w.rows[k] != nil && w.rows[k][i] != nil && !asked[string(w.rows[k][i])] {
			asked[string(w.rows[k][i])] = true
			keys = append(keys, w.rows[k][i])
		}
	}
	if len(keys) == 0 {
		return nil
	}
	found, err := w.t.Parents(ctx, i, keys)
	if err != nil {
		return err
	}
	c := &w.load.Columns[i]
	for _, k := range at {
		if w.rows[k] == nil || w.rows[k][i] == nil {
			continue
		}
		v := found[string(w.rows[k][i])]
		if v == nil {
			w.bad(k, Bad{Column: c.Name, Code: "no_parent", Reason: fmt.Sprintf("no row of %s has this %s", c.Lookup.Table, c.Lookup.By)})
			w.rows[k] = nil
			continue
		}
		w.rows[k][i] = v
	}
	return nil
}

// current reads rows under a lock, by key.
func (w *writer) current(ctx context.Context, at []int) (map[string]Current, error) {
	out := make(map[string]Current, len(at))
	err := w.each(ctx, at, func(ctx context.Context, part []int) error {
		rows, err := w.t.Current(ctx, w.keys(part))
		for _, r := range rows {
			out[w.key(r.Row)] = r
		}
		return err
	})
	return out, err
}

// key is a key as one text.
func (w *writer) key(r Row) string {
	if w.load.Keys == 1 {
		return string(r[0])
	}
	var b strings.Builder
	for i := range w.load.Keys {
		fmt.Fprintf(&b, "%d:", len(r[i]))
		b.Write(r[i])
	}
	return b.String()
}

// update changes rows, each after a second look under a lock: what the
// application has changed meanwhile is compared again.
func (w *writer) update(ctx context.Context, at []int) error {
	at, err := w.resolve(ctx, at, false)
	if err != nil {
		return err
	}
	now, err := w.current(ctx, at)
	if err != nil {
		return err
	}
	var gone, changed []int
	for _, k := range at {
		cur, ok := now[w.key(w.rows[k])]
		switch {
		case !ok:
			w.done.Rechecked++
			gone = append(gone, k)
		case w.differs(k, cur):
			changed = append(changed, k)
		}
	}
	if err := w.parts(ctx, changed, w.updateAt); err != nil {
		return err
	}
	return w.parts(ctx, gone, w.insertAt)
}

// differs compares a row with what is there now, and reports whether it is to
// be written.
func (w *writer) differs(k int, cur Current) bool {
	if !cur.Owned {
		w.done.Rechecked++
		w.bad(k, notOwned(w.load))
		return false
	}
	plain := true
	for i := range w.load.Columns {
		plain = plain && w.load.Columns[i].Lookup == nil
	}
	if old := w.batch[k].Old; plain && old != 0 && HashRow(cur.Row) != old {
		w.done.Rechecked++
	}
	return len(w.load.Deferred()) > 0 || !EqualRows(cur.Row, w.rows[k])
}

// notOwned says whose a row may be that the load does not own.
func notOwned(l *plan.Load) Bad {
	b := Bad{Code: "not_owned", Reason: "a row with this key exists outside of the load's scope"}
	switch n := len(l.Rivals); n {
	case 0:
	case 1:
		b.Reason += ": it belongs to the application or to load " + l.Rivals[0] + ", which has to remove it first"
	default:
		b.Reason += fmt.Sprintf(": it belongs to the application or to one of the loads %s, which has to remove it first", strings.Join(l.Rivals, ", "))
	}
	return b
}

// parts writes rows in parts that a statement takes. A row that is too large
// for any is a bad row.
func (w *writer) parts(ctx context.Context, at []int, do func(context.Context, []int) error) error {
	for len(at) > 0 {
		n := w.t.Take(w.values(at))
		if n == 0 {
			w.bad(at[0], Bad{Code: "too_large", Reason: "a row is larger than the database takes"})
			at = at[1:]
			continue
		}
		if err := do(ctx, at[:n]); err != nil {
			return err
		}
		at = at[n:]
	}
	return nil
}

// updateAt changes rows that are locked and owned.
func (w *writer) updateAt(ctx context.Context, part []int) error {
	err := w.t.Update(ctx, w.values(part))
	if err == nil {
		w.done.Updated += int64(len(part))
		return w.kept(ctx, part)
	}
	b, ok := w.t.Blame(err)
	switch {
	case !ok:
		return err
	case len(part) > 1:
		return halves(ctx, part, w.updateAt)
	}
	w.bad(part[0], b)
	return nil
}

// insert adds rows.
func (w *writer) insert(ctx context.Context, at []int) error {
	at, err := w.resolve(ctx, at, false)
	if err != nil {
		return err
	}
	return w.parts(ctx, at, w.insertAt)
}

func (w *writer) insertAt(ctx context.Context, part []int) error {
	err := w.t.Insert(ctx, w.values(part))
	if err == nil {
		w.done.Inserted += int64(len(part))
		return w.kept(ctx, part)
	}
	b, ok := w.t.Blame(err)
	switch {
	case !ok:
		return err
	case len(part) > 1:
		return halves(ctx, part, w.insertAt)
	case b.Code == "duplicate":
		return w.collide(ctx, part[0], b)
	}
	w.bad(part[0], b)
	return nil
}

// collide finds out what a row collides with: its own key, which somebody added
// meanwhile, a key that the collation takes for the same, or another unique
// index.
func (w *writer) collide(ctx context.Context, k int, b Bad) error {
	if w.load.Keys > 0 {
		now, err := w.current(ctx, []int{k})
		if err != nil {
			return err
		}
		cur, ok := now[w.key(w.rows[k])]
		switch {
		case ok && w.load.Spec.Mode == destination.Append:
			b = Bad{Code: "duplicate_key", Reason: "the table has a row with this key already"}
		case ok:
			w.done.Rechecked++
			if w.differs(k, cur) {
				return w.updateAt(ctx, []int{k})
			}
			return nil
		case len(now) > 0:
			b = Bad{Code: "key_collation", Reason: collationReason}
		}
	}
	w.bad(k, b)
	return nil
}

// connect sets the deferred columns, now that all rows are there.
func (w *writer) connect(ctx context.Context, at []int) error {
	at, err := w.resolve(ctx, at, true)
	if err != nil {
		return err
	}
	for _, k := range at {
		if w.batch[k].Op == OpInsert && w.unconnected(k) {
			continue
		}
		if err := w.t.Connect(ctx, w.rows[k]); err != nil {
			b, ok := w.t.Blame(err)
			if !ok {
				return err
			}
			w.bad(k, b)
		}
	}
	return nil
}

func (w *writer) unconnected(k int) bool {
	for _, i := range w.load.Deferred() {
		if w.rows[k][i] != nil {
			return false
		}
	}
	return true
}
