package mysql

import (
	"context"
	"errors"
	"fmt"

	"impact/sync/run"
)

// update changes rows, each after a second look under a lock: what the
// application has changed meanwhile is compared again.
func (w *writer) update(ctx context.Context) error {
	if err := w.resolve(ctx, w.immediate); err != nil {
		return err
	}
	var at []int
	for k := range w.raw {
		if w.raw[k] != nil {
			at = append(at, k)
		}
	}
	now, err := w.fetch(ctx, at)
	if err != nil {
		return err
	}
	var gone, changed []int
	for _, k := range w.sendable(at) {
		cur, ok := now[w.key(w.raw[k])]
		switch {
		case !ok:
			w.done.Rechecked++
			gone = append(gone, k)
		case w.differs(k, cur):
			changed = append(changed, k)
		}
	}
	if err := w.updateAt(ctx, changed); err != nil {
		return err
	}
	return w.insertAt(ctx, gone)
}

// differs compares a row with what is there now, and reports whether it is to
// be written.
func (w *writer) differs(k int, cur current) bool {
	if !cur.owned {
		w.done.Rechecked++
		w.bad(k, run.Bad{Code: "not_owned", Reason: "a row with this key exists outside of the load's scope"})
		return false
	}
	plain := true
	for i := range w.load.Columns {
		plain = plain && w.load.Columns[i].Lookup == nil
	}
	if old := w.batch[k].Old; plain && old != 0 && run.HashRow(cur.row) != old {
		w.done.Rechecked++
	}
	return len(w.load.Deferred()) > 0 || !run.EqualRows(cur.row, w.raw[k])
}

// stageRows is how many rows are worth a temporary table.
const stageRows = 20

// updateAt changes rows that are locked and owned.
func (w *writer) updateAt(ctx context.Context, at []int) error {
	q, ok := w.t.update(w.immediate, true)
	if !ok {
		w.done.Updated += int64(len(at)) // only deferred columns differ
		return nil
	}
	if len(at) >= stageRows {
		done, err := w.updateStaged(ctx, at)
		if err != nil || done {
			return err
		}
	}
	for _, k := range at {
		if _, err := w.tx.exec(ctx, w.op("update"), q, w.t.updateArgs(w.immediate, w.raw[k])); err != nil {
			b, ok := badRow(err)
			if !ok {
				return err
			}
			w.bad(k, b)
			continue
		}
		w.done.Updated++
	}
	return nil
}

// updateStaged changes many rows with three statements: through a temporary
// table that has the wanted values. It reports false where that is not possible,
// or a row is to blame: then they are changed one by one.
func (w *writer) updateStaged(ctx context.Context, at []int) (bool, error) {
	stage, err := w.stage(ctx)
	if err != nil || stage == "" {
		return false, err
	}
	for _, part := range w.packets(at) {
		args := make([]any, 0, len(part)*len(w.t.codecs))
		for _, k := range part {
			for i := range w.t.codecs {
				if w.load.Columns[i].Deferred {
					args = append(args, nil)
					continue
				}
				args = append(args, param(w.raw[k][i]))
			}
		}
		if _, err = w.tx.exec(ctx, w.op("stage rows for"), w.t.insertStage(stage, len(part)), args); err != nil {
			break
		}
	}
	var n int64
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
	if n != int64(len(at)) {
		return false, fmt.Errorf("%s: %d rows were to be updated, but %d were found: please report this", w.load.Name(), len(at), n)
	}
	w.done.Updated += n
	return true, nil
}

// stage returns the temporary table of the load, or "" if there can be none.
func (w *writer) stage(ctx context.Context) (string, error) {
	if name, ok := w.tx.stages[w.load]; ok {
		return name, nil
	}
	name := qualified(w.load.Table.Database, "_impact_stage_"+short(w.load.Table.Database, w.load.Table.Name, w.load.Name()))
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
