package sqlite

import (
	"context"
	"strings"

	lib "modernc.org/sqlite/lib"

	"impact/sync/plan"
	"impact/sync/run"
)

// dependents finds rows that a delete would take or change besides those that
// the run removes: the run's own are gone by now.
func (w *table) dependents(ctx context.Context, op string, r run.Row) error {
	for i := range w.load.Dependents {
		d := &w.load.Dependents[i]
		st, err := w.tx.stmt(ctx, op, w.t.selectDependents(d))
		if err != nil {
			return err
		}
		args := w.t.keyArgs(nil, r)
		if d.Table == w.load.Table {
			args = w.t.keyArgs(args, r)
		}
		found := false
		if err := query(ctx, st, op, args, func([]any) error { found = true; return nil }); err != nil {
			return err
		}
		if found {
			return &Error{Op: op, Code: lib.SQLITE_CONSTRAINT_FOREIGNKEY, bad: "has_children",
				Text: "rows of " + d.Table.Name + " that the run does not remove would be deleted or changed with the row: " + d.Key.Name}
		}
	}
	return nil
}

// selectDependents looks for a row that refers to another one.
func (t *target) selectDependents(d *plan.Dependent) string {
	var on []string
	for i, name := range d.Key.Columns {
		if i < len(d.Key.RefColumns) {
			on = append(on, "c."+quote(name)+" = t."+quote(d.Key.RefColumns[i]))
		}
	}
	q := "SELECT 1 FROM " + t.table + " t JOIN " + quote(d.Table.Name) + " c ON " + strings.Join(on, " AND ") + " WHERE " + t.key() + " AND " + t.scope
	if d.Table == t.load.Table {
		q += " AND NOT (" + t.keyOf("c.") + ")"
	}
	return q + " LIMIT 1"
}
