package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"impact/sync/plan"
	"impact/sync/run"
)

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// writer does one step for one batch.
type writer struct {
	tx    *tx
	t     *target
	load  *plan.Load
	batch []run.Change
	raw   []run.Row // the rows with looked-up values; nil where one is missing
	done  run.Applied
}

func (w *writer) op(what string) string { return what + " " + w.load.Spec.Table }

func (w *writer) bad(i int, b run.Bad) {
	b.Index = i
	w.done.Bad = append(w.done.Bad, b)
}

// sizes of prepared statements: a batch is split into these.
var sizes = []int{500, 100, 20, 5, 1}

func size(n, perRow int) int {
	for _, s := range sizes {
		if s <= n && s*perRow <= 60_000 { // 65,535 parameters are the limit
			return s
		}
	}
	return 1
}

func (w *writer) rows(at []int) []run.Row {
	out := make([]run.Row, len(at))
	for i, k := range at {
		out[i] = w.batch[k].Row
	}
	return out
}

// remove deletes rows. A row that others refer to is a bad row.
func (w *writer) remove(ctx context.Context, at []int) error {
	for len(at) > 0 {
		n := size(len(at), w.load.Keys)
		part := at[:n]
		at = at[n:]
		affected, err := w.tx.exec(ctx, w.op("delete from"), w.t.remove(n), w.t.keyArgs(nil, w.rows(part)))
		if err != nil {
			b, ok := badRow(err)
			switch {
			case !ok:
				return err
			case n == 1:
				w.bad(part[0], b)
				continue
			}
			if err := w.halves(ctx, part, w.remove); err != nil {
				return err
			}
			continue
		}
		w.done.Deleted += affected
		w.done.Rechecked += int64(n) - affected // gone meanwhile, or no longer ours
	}
	return nil
}

// halves does a part again in two halves, to find the rows that are to blame.
func (w *writer) halves(ctx context.Context, part []int, do func(context.Context, []int) error) error {
	mid := len(part) / 2
	if err := do(ctx, part[:mid]); err != nil {
		return err
	}
	return do(ctx, part[mid:])
}

// query runs a prepared query and gives every row, which f may keep.
func (w *writer) query(ctx context.Context, op, q string, args []any, width int, f func(run.Row)) (err error) {
	st, err := w.tx.stmt(ctx, q) //nolint:sqlclosecheck // kept for the next batch, closed with the transaction
	if err != nil {
		return w.tx.s.check(op, err)
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return w.tx.s.check(op, err)
	}
	defer func() { err = errors.Join(err, w.tx.s.check(op, rows.Close())) }()
	raw := make([]sql.RawBytes, width)
	ptr := make([]any, width)
	for i := range raw {
		ptr[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(ptr...); err != nil {
			return w.tx.s.check(op, err)
		}
		r := make(run.Row, width)
		for i, v := range raw {
			if v != nil {
				r[i] = append([]byte{}, v...)
			}
		}
		f(r)
	}
	return w.tx.s.check(op, rows.Err())
}

// current is a row as it is now, locked until the end of the transaction.
type current struct {
	row   run.Row // raw columns, then the mark of deletion if there is one
	owned bool
}

// fetch locks and reads rows by key. A row whose key only looks the same to the
// collation is found under its own key.
func (w *writer) fetch(ctx context.Context, at []int) (map[string]current, error) {
	out := make(map[string]current, len(at))
	width := len(w.t.codecs) + 1
	if w.t.soft != "" {
		width++
	}
	for len(at) > 0 {
		n := size(len(at), w.load.Keys)
		args := w.t.keyArgs(nil, w.rows(at[:n]))
		at = at[n:]
		err := w.query(ctx, w.op("read"), w.t.selectRaw(n), args, width, func(r run.Row) {
			for i := range w.t.codecs {
				r[i] = w.t.rawCodec(i).decode(r[i])
			}
			owned := string(r[width-1]) == "1"
			out[w.key(r)] = current{row: r[:width-1], owned: owned}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w *writer) key(r run.Row) string {
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

func (w *writer) immediate(i int) bool { return !w.load.Columns[i].Deferred }

func (w *writer) deferred(i int) bool { return w.load.Columns[i].Deferred }

// connect sets the deferred columns, now that all rows are there.
func (w *writer) connect(ctx context.Context) error {
	if err := w.resolve(ctx, w.deferred); err != nil {
		return err
	}
	q, ok := w.t.update(w.deferred, false)
	if !ok {
		return nil
	}
	for k := range w.raw {
		if w.raw[k] == nil || (w.batch[k].Op == run.OpInsert && w.allNull(k)) {
			continue
		}
		if _, err := w.tx.exec(ctx, w.op("update"), q, w.t.updateArgs(w.deferred, w.raw[k])); err != nil {
			if b, ok := badRow(err); ok {
				w.bad(k, b)
				continue
			}
			return err
		}
	}
	return nil
}

func (w *writer) allNull(k int) bool {
	for _, i := range w.load.Deferred() {
		if w.raw[k][i] != nil {
			return false
		}
	}
	return true
}

// release sets the deferred columns of rows that will be deleted to NULL, so
// that they do not keep each other.
func (w *writer) release(ctx context.Context) error {
	var sets []string
	for _, i := range w.load.Deferred() {
		sets = append(sets, "t."+quote(w.load.Columns[i].Name)+" = NULL")
	}
	at := indexes(len(w.batch))
	for len(at) > 0 {
		n := size(len(at), w.load.Keys)
		q := "UPDATE " + w.t.table + " t SET " + strings.Join(sets, ", ") + " WHERE " + w.t.keys(n) + " AND " + w.t.scope
		if _, err := w.tx.exec(ctx, w.op("update"), q, w.t.keyArgs(nil, w.rows(at[:n]))); err != nil {
			return err
		}
		at = at[n:]
	}
	return nil
}
