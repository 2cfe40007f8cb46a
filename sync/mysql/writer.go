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

// writer does single statements for the rows of one load. It implements
// run.Table.
type writer struct {
	tx   *tx
	t    *target
	load *plan.Load
}

func (w *writer) op(what string) string { return what + " " + w.load.Spec.Table }

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

// Take implements run.Table: statements are as large as a packet of the server
// allows.
func (w *writer) Take(rows []run.Row) int {
	n := size(len(rows), len(w.t.codecs)+len(w.t.stamps))
	total := int64(0)
	for i, r := range rows[:n] {
		one := int64(0)
		for _, v := range r {
			one += int64(len(v)) + 9
		}
		total += one
		switch {
		case one >= w.tx.s.packet-1024 && i == 0:
			return 0
		case total > w.tx.s.packet/2 && i > 0:
			return size(i, 1)
		}
	}
	return n
}

// Blame implements run.Table.
func (w *writer) Blame(err error) (run.Bad, bool) { return badRow(err) }

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

// Parents implements run.Table.
func (w *writer) Parents(ctx context.Context, i int, keys [][]byte) (map[string][]byte, error) {
	c := &w.load.Columns[i]
	cd := &w.t.codecs[i]
	asked := make(map[string]bool, len(keys))
	for _, k := range keys {
		asked[string(k)] = true
	}
	found := make(map[string][]byte, len(keys))
	one := strings.TrimPrefix(cd.keyEquals(""), " = ")
	for len(keys) > 0 {
		n := size(len(keys), 1)
		args := make([]any, n)
		for k, v := range keys[:n] {
			args[k] = cd.keyParam(v)
		}
		keys = keys[n:]
		q := fmt.Sprintf("SELECT %s, p.%s FROM %s p WHERE p.%s IN (%s)", cd.read("p."+quote(c.Lookup.By)), quote(c.Lookup.Select),
			w.t.parent(c), quote(c.Lookup.By), strings.TrimSuffix(strings.Repeat(one+", ", n), ", "))
		err := w.query(ctx, w.op("look up parents of"), q, args, 2, func(r run.Row) {
			if by := cd.decode(r[0]); by != nil && asked[string(by)] {
				found[string(by)] = r[1]
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Current implements run.Table.
func (w *writer) Current(ctx context.Context, rows []run.Row) (out []run.Current, err error) {
	width := len(w.t.codecs) + 1
	if w.t.soft != "" {
		width++
	}
	err = w.query(ctx, w.op("read"), w.t.selectRaw(len(rows)), w.t.keyArgs(nil, rows), width, func(r run.Row) {
		for i := range w.t.codecs {
			r[i] = w.t.rawCodec(i).decode(r[i])
		}
		out = append(out, run.Current{Row: r[:width-1], Owned: string(r[width-1]) == "1"})
	})
	return out, err
}

// Insert implements run.Table.
func (w *writer) Insert(ctx context.Context, rows []run.Row) error {
	args := make([]any, 0, len(rows)*(len(w.t.codecs)+len(w.t.stamps)))
	for _, r := range rows {
		args = w.t.insertArgs(args, r)
	}
	_, err := w.tx.exec(ctx, w.op("insert into"), w.t.insert(w.t.table, len(rows)), args)
	return err
}

// Delete implements run.Table.
func (w *writer) Delete(ctx context.Context, rows []run.Row) (int64, error) {
	if w.t.soft == "" {
		if err := w.dependents(ctx, rows); err != nil {
			return 0, err
		}
	}
	return w.tx.exec(ctx, w.op("delete from"), w.t.remove(len(rows)), w.t.keyArgs(nil, rows))
}

func (w *writer) immediate(i int) bool { return !w.load.Columns[i].Deferred }

func (w *writer) deferred(i int) bool { return w.load.Columns[i].Deferred }

// Connect implements run.Table.
func (w *writer) Connect(ctx context.Context, row run.Row) error {
	_, err := w.tx.exec(ctx, w.op("update"), w.t.connect(), w.t.updateArgs(w.deferred, row))
	return err
}

// Release implements run.Table.
func (w *writer) Release(ctx context.Context, rows []run.Row, columns []int) error {
	var sets []string
	for _, i := range columns {
		sets = append(sets, "t."+quote(w.load.Columns[i].Name)+" = NULL")
	}
	q := "UPDATE " + w.t.table + " t SET " + strings.Join(sets, ", ") + " WHERE " + w.t.keys(len(rows)) + " AND " + w.t.scope
	_, err := w.tx.exec(ctx, w.op("update"), q, w.t.keyArgs(nil, rows))
	return err
}
