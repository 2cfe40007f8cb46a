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

// tx is the transaction of a group.
type tx struct {
	s     *session
	tx    *sql.Tx
	stmts map[string]*sql.Stmt
	// stages are the temporary tables for updates of many rows; "" where the
	// server does not let us have one.
	stages map[*plan.Load]string
}

// Begin implements run.Session.
func (s *session) Begin(ctx context.Context) (run.Tx, error) {
	// The context ends statements; it must not roll back behind our back, so
	// the transaction gets none that is cancelled.
	t, err := s.c.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, s.check("begin", err)
	}
	return &tx{s: s, tx: t, stmts: map[string]*sql.Stmt{}, stages: map[*plan.Load]string{}}, nil
}

// stmt prepares a statement once.
func (t *tx) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if st := t.stmts[query]; st != nil {
		return st, nil
	}
	if len(t.stmts) >= 64 { // of many loads and sizes: keep the server's list short
		t.closeStatements()
	}
	st, err := t.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	t.stmts[query] = st
	return st, nil
}

func (t *tx) closeStatements() {
	for q, st := range t.stmts {
		_ = st.Close() // the connection's end closes them too
		delete(t.stmts, q)
	}
}

func (t *tx) exec(ctx context.Context, op, query string, args []any) (int64, error) {
	st, err := t.stmt(ctx, query) //nolint:sqlclosecheck // kept for the next batch, closed with the transaction
	if err != nil {
		return 0, t.s.check(op, err)
	}
	res, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, t.s.check(op, err)
	}
	n, err := res.RowsAffected()
	return n, t.s.check(op, err)
}

// Commit implements run.Tx.
func (t *tx) Commit(ctx context.Context, entries []run.Entry) error {
	if err := t.s.record(ctx, t.tx, t.s.loads, entryDone, entries); err != nil {
		return err
	}
	t.closeStatements()
	err := t.tx.Commit()
	if err == nil {
		return nil
	}
	out := t.s.check("commit", err)
	if isConnectionError(err) {
		return run.Unclear(out)
	}
	return out
}

// Rollback implements run.Tx. A transaction that is over, or whose connection
// is lost, is rolled back already.
func (t *tx) Rollback() error {
	t.closeStatements()
	err := t.tx.Rollback()
	if err == nil || errors.Is(err, sql.ErrTxDone) || isConnectionError(err) {
		return nil
	}
	return t.s.check("roll back", err)
}

// Apply implements run.Tx.
func (t *tx) Apply(ctx context.Context, l *plan.Load, step run.Step, batch []run.Change) (run.Applied, error) {
	w := &writer{tx: t, t: t.s.targets[l], load: l, batch: batch}
	var err error
	switch step {
	case run.StepDelete:
		err = w.remove(ctx, indexes(len(batch)))
	case run.StepUpdate:
		err = w.update(ctx)
	case run.StepInsert:
		err = w.insert(ctx)
	case run.StepConnect:
		err = w.connect(ctx)
	case run.StepRelease:
		err = w.release(ctx)
	default:
		err = fmt.Errorf("unknown step %d", step)
	}
	return w.done, err
}

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

// resolve turns the natural keys of parents into the values that are written.
// It runs inside of the transaction, so it finds parents that were added just
// now.
func (w *writer) resolve(ctx context.Context, which func(i int) bool) error {
	w.raw = make([]run.Row, len(w.batch))
	for k := range w.batch {
		w.raw[k] = append(run.Row(nil), w.batch[k].Row...)
	}
	for i := range w.load.Columns {
		c := &w.load.Columns[i]
		if c.Lookup == nil || !which(i) {
			continue
		}
		found, err := w.parents(ctx, i)
		if err != nil {
			return err
		}
		for k := range w.raw {
			if w.raw[k] == nil || w.raw[k][i] == nil {
				continue
			}
			v, ok := found[string(w.raw[k][i])]
			if !ok || v == nil {
				w.bad(k, run.Bad{Column: c.Name, Code: "no_parent", Reason: fmt.Sprintf("no row of %s has this %s", c.Lookup.Table, c.Lookup.By)})
				w.raw[k] = nil
				continue
			}
			w.raw[k][i] = v
		}
	}
	return nil
}

// parents reads the parents of a batch: natural key to selected value. A parent
// whose key only looks the same to the collation is no parent.
func (w *writer) parents(ctx context.Context, i int) (map[string][]byte, error) {
	c := &w.load.Columns[i]
	found := map[string][]byte{}
	var keys [][]byte
	for k := range w.raw {
		if w.raw[k] == nil || w.raw[k][i] == nil {
			continue
		}
		if _, ok := found[string(w.raw[k][i])]; !ok {
			found[string(w.raw[k][i])] = nil
			keys = append(keys, w.raw[k][i])
		}
	}
	cd := &w.t.codecs[i]
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
			if by := cd.decode(r[0]); by != nil {
				if _, ok := found[string(by)]; ok {
					found[string(by)] = r[1]
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
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
