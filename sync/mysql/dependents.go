package mysql

import (
	"context"
	"strings"

	"impact/sync/plan"
	"impact/sync/run"
)

// dependents finds rows that a delete would take or change besides those that
// the run removes: the run's own are gone by now. Nobody can add any until the
// transaction ends, as the rows that they would refer to are locked.
func (w *writer) dependents(ctx context.Context, rows []run.Row) error {
	for i := range w.load.Dependents {
		d := &w.load.Dependents[i]
		args := w.t.keyArgs(nil, rows)
		if d.Table == w.load.Table {
			args = w.t.keyArgs(args, rows)
		}
		found := false
		if err := w.query(ctx, w.op("delete from"), w.t.selectDependents(d, len(rows)), args, 1, func(run.Row) { found = true }); err != nil {
			return err
		}
		if found {
			return &ServerError{Op: w.op("delete from"), Number: 1451, Name: d.Key.Name,
				Text: "rows of " + d.Table.Name + " that the run does not remove would be deleted or changed with the row: " + d.Key.Name}
		}
	}
	return nil
}

// selectDependents looks for a row that refers to one of n rows by key. Of the
// table itself the n rows do not count.
func (t *target) selectDependents(d *plan.Dependent, n int) string {
	var on []string
	for i, name := range d.Key.Columns {
		if i < len(d.Key.RefColumns) {
			on = append(on, "c."+quote(name)+" = t."+quote(d.Key.RefColumns[i]))
		}
	}
	q := "SELECT 1 FROM " + t.table + " t JOIN " + qualified(d.Table.Database, d.Table.Name) + " c ON " + strings.Join(on, " AND ") +
		" WHERE " + t.keys(n) + " AND " + t.scope
	if d.Table == t.load.Table {
		q += " AND NOT " + t.keysOf("c.", n)
	}
	return q + " LIMIT 1 FOR UPDATE"
}
