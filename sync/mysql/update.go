package mysql

import (
	"context"
	"errors"
	"fmt"

	"impact/sync/run"
)

// stageRows is how many rows are worth a temporary table.
const stageRows = 20

// Update implements run.Table, for rows that are locked.
func (w *writer) Update(ctx context.Context, rows []run.Row) error {
	q, ok := w.t.update(w.immediate)
	if !ok {
		return nil // only deferred columns differ
	}
	if len(rows) >= stageRows {
		done, err := w.updateStaged(ctx, rows)
		if err != nil || done {
			return err
		}
	}
	for _, r := range rows {
		if _, err := w.tx.exec(ctx, w.op("update"), q, w.t.updateArgs(w.immediate, r)); err != nil {
			return err
		}
	}
	return nil
}

// updateStaged changes many rows with three statements: through a temporary
// table that has the wanted values. It reports false where that is not possible,
// or a row is to blame: then they are changed one by one.
func (w *writer) updateStaged(ctx context.Context, rows []run.Row) (bool, error) {
	stage, err := w.stage(ctx)
	if err != nil || stage == "" {
		return false, err
	}
	args := make([]any, 0, len(rows)*len(w.t.codecs))
	for _, r := range rows {
		for i := range w.t.codecs {
			if w.load.Columns[i].Deferred {
				args = append(args, nil)
				continue
			}
			args = append(args, param(r[i]))
		}
	}
	var n int64
	_, err = w.tx.exec(ctx, w.op("stage rows for"), w.t.insertStage(stage, len(rows)), args)
	if err == nil {
		n, err = w.tx.exec(ctx, w.op("update"), w.t.updateFrom(stage, w.immediate), nil)
	}
	_, isBad := badRow(err)
	if err != nil && !isBad {
		return false, err
	}
	if _, e := w.tx.exec(ctx, w.op("stage rows for"), "DELETE FROM "+stage, nil); e != nil {
		return false, e
	}
	if isBad {
		return false, nil
	}
	if n != int64(len(rows)) {
		return false, fmt.Errorf("%s: %d rows were to be updated, but %d were found: please report this", w.load.Name(), len(rows), n)
	}
	return true, nil
}

// stage returns the temporary table of the load, or "" if there can be none.
func (w *writer) stage(ctx context.Context) (string, error) {
	if name, ok := w.tx.stages[w.load]; ok {
		return name, nil
	}
	name := qualified(w.load.Table.Database, "_impact_stage_"+run.Digest(w.load.Table.Database, w.load.Table.Name, w.load.Name()))
	_, err := w.tx.tx.ExecContext(ctx, w.t.createStage(name))
	if err != nil {
		err = w.tx.s.check(w.op("stage rows for"), err)
		if w.tx.s.lost || errors.Is(err, run.ErrTransient) || ctx.Err() != nil {
			return "", err
		}
		name = "" // no privilege, or the binary log forbids it
	}
	w.tx.stages[w.load] = name
	return name, nil
}
