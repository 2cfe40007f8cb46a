package mysql

import (
	"context"

	"impact/sync/run"
)

// packets splits rows into statements that a server takes.
func (w *writer) packets(at []int) [][]int {
	var out [][]int
	for len(at) > 0 {
		n := w.fitPacket(at, size(len(at), len(w.t.codecs)))
		out = append(out, at[:n])
		at = at[n:]
	}
	return out
}

// insert adds rows.
func (w *writer) insert(ctx context.Context) error {
	if err := w.resolve(ctx, w.immediate); err != nil {
		return err
	}
	var at []int
	for k := range w.raw {
		if w.raw[k] != nil {
			at = append(at, k)
		}
	}
	return w.insertAt(ctx, at)
}

func (w *writer) insertAt(ctx context.Context, at []int) error {
	perRow := len(w.t.codecs) + len(w.t.stamps)
	at = w.sendable(at)
	for len(at) > 0 {
		n := w.fitPacket(at, size(len(at), perRow))
		part := at[:n]
		at = at[n:]
		args := make([]any, 0, n*perRow)
		for _, k := range part {
			args = w.t.insertArgs(args, w.raw[k])
		}
		_, err := w.tx.exec(ctx, w.op("insert into"), w.t.insert(w.t.table, n), args)
		if err == nil {
			w.done.Inserted += int64(n)
			continue
		}
		b, ok := badRow(err)
		switch {
		case !ok:
			return err
		case n > 1:
			if err := w.halves(ctx, part, w.insertAt); err != nil {
				return err
			}
		case b.Code == "duplicate":
			if err := w.collide(ctx, part[0], b); err != nil {
				return err
			}
		default:
			w.bad(part[0], b)
		}
	}
	return nil
}

// sendable leaves out rows that are larger than a packet of the server.
func (w *writer) sendable(at []int) []int {
	out := at[:0:0]
	for _, k := range at {
		if w.bytes(k) < w.tx.s.packet-1024 {
			out = append(out, k)
			continue
		}
		w.bad(k, run.Bad{Code: "too_large", Reason: serverErrors[1153]})
	}
	return out
}

func (w *writer) bytes(k int) int64 {
	n := int64(0)
	for _, v := range w.raw[k] {
		n += int64(len(v)) + 9
	}
	return n
}

// fitPacket makes a statement small enough for the server.
func (w *writer) fitPacket(at []int, n int) int {
	total := int64(0)
	for i, k := range at[:n] {
		total += w.bytes(k)
		if total > w.tx.s.packet/2 && i > 0 {
			return size(i, 1)
		}
	}
	return n
}

// collide finds out what a row collides with: its own key, which somebody added
// meanwhile, a key that the collation takes for the same, or another unique
// index.
func (w *writer) collide(ctx context.Context, k int, b run.Bad) error {
	if w.load.Keys > 0 {
		now, err := w.fetch(ctx, []int{k})
		if err != nil {
			return err
		}
		cur, ok := now[w.key(w.raw[k])]
		switch {
		case ok && w.load.Spec.Mode.String() == "append":
			b = run.Bad{Code: "duplicate_key", Reason: "the table has a row with this key already"}
		case ok:
			w.done.Rechecked++
			if w.differs(k, cur) {
				return w.updateAt(ctx, []int{k})
			}
			return nil
		case len(now) > 0:
			b = run.Bad{Code: "key_collation", Reason: "another row has a key that the column's collation takes for the same"}
		}
	}
	w.bad(k, b)
	return nil
}
