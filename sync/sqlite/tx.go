package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	lib "modernc.org/sqlite/lib"

	"impact/sync/plan"
	"impact/sync/run"
)

// tx is the transaction of a group. It holds the write lock of the file from its
// start, so what it reads nobody changes.
type tx struct {
	s     *session
	stmts map[string]*sql.Stmt
	over  bool
}

// Begin implements run.Session.
func (s *session) Begin(ctx context.Context) (run.Tx, error) {
	if _, err := s.c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil, classify("begin", err)
	}
	return &tx{s: s, stmts: map[string]*sql.Stmt{}}, nil
}

// exec runs a prepared statement to its end: one that is interrupted would take
// the whole transaction with it. Batches are small, and between them the
// context is looked at.
func (t *tx) exec(ctx context.Context, op, query string, args []any) (int64, error) {
	st, err := t.stmt(ctx, op, query) //nolint:sqlclosecheck // kept for the next row, closed with the transaction
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(context.WithoutCancel(ctx), args...)
	if err != nil {
		return 0, classify(op, err)
	}
	n, err := res.RowsAffected()
	return n, classify(op, err)
}

// stmt prepares a statement once.
func (t *tx) stmt(ctx context.Context, op, query string) (*sql.Stmt, error) {
	if t.over {
		return nil, fmt.Errorf("%s: the transaction is over", op)
	}
	if st := t.stmts[query]; st != nil {
		return st, nil
	}
	st, err := t.s.c.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, classify(op, err)
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

// atomic does all of f or, with an error that a row is to blame for, nothing. A
// trigger may end the whole transaction, which shows here: then nothing may be
// written any more, as each statement would commit by itself.
func (t *tx) atomic(ctx context.Context, op string, f func() error) error {
	if _, err := t.exec(ctx, op, "SAVEPOINT impact", nil); err != nil {
		return err
	}
	err := f()
	if err == nil {
		_, err = t.exec(ctx, op, "RELEASE impact", nil)
		return err
	}
	for _, q := range []string{"ROLLBACK TO impact", "RELEASE impact"} {
		if _, e := t.exec(ctx, op, q, nil); e != nil {
			t.over = true
			// Not to be taken for a bad row.
			return fmt.Errorf("%s: the transaction was rolled back as a whole: %s", op, err.Error())
		}
	}
	return err
}

// Save implements run.Saver.
func (t *tx) Save(ctx context.Context) error {
	_, err := t.exec(ctx, "save", "SAVEPOINT impact_save", nil)
	return err
}

// Restore implements run.Saver.
func (t *tx) Restore(ctx context.Context) error {
	_, err := t.exec(ctx, "restore", "ROLLBACK TO impact_save", nil)
	return err
}

// Commit implements run.Tx.
func (t *tx) Commit(ctx context.Context, entries []run.Entry) error {
	if t.over {
		return errors.New("commit: the transaction is over")
	}
	ctx = context.WithoutCancel(ctx)
	t.closeStatements()
	if err := t.s.d.ledger().Record(ctx, t.s.c, t.s.group, run.EntryDone, entries); err != nil {
		return classify("write the ledger", err)
	}
	_, err := t.s.c.ExecContext(ctx, "COMMIT")
	if err == nil {
		t.over = true
		return nil
	}
	out := classify("commit", err)
	switch {
	case code(err) == lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("commit: rows refer to rows that do not exist, through a foreign key that is DEFERRABLE INITIALLY DEFERRED: %w", out)
	case code(err)&0xff == lib.SQLITE_IOERR:
		return run.Unclear(out)
	}
	return out
}

// Rollback implements run.Tx. A transaction that is over is rolled back already.
func (t *tx) Rollback() error {
	t.closeStatements()
	t.over = true
	_, err := t.s.c.ExecContext(context.Background(), "ROLLBACK")
	if err == nil || errors.Is(err, sql.ErrConnDone) || code(err) == lib.SQLITE_ERROR {
		return nil // SQLITE_ERROR: there is none
	}
	return classify("roll back", err)
}

// Apply implements run.Tx.
func (t *tx) Apply(ctx context.Context, l *plan.Load, step run.Step, batch []run.Change) (run.Applied, error) {
	return run.Write(ctx, &table{tx: t, t: t.s.targets[l], load: l}, l, step, batch)
}

// table implements run.Table. A statement has no way to go to a server, so each
// is for one row.
type table struct {
	tx   *tx
	t    *target
	load *plan.Load
	args []any
}

func (w *table) op(what string) string { return what + " " + w.load.Spec.Table }

// takeRows is how many rows are done or undone together.
const takeRows = 100

// Take implements run.Table. Rows that are too large say so when they are written.
func (w *table) Take(rows []run.Row) int { return min(len(rows), takeRows) }

// Blame implements run.Table.
func (w *table) Blame(err error) (run.Bad, bool) { return blame(err) }

// Parents implements run.Table.
func (w *table) Parents(ctx context.Context, i int, keys [][]byte) (map[string][]byte, error) {
	c := &w.load.Columns[i]
	by := &w.t.codecs[i]
	sel, err := w.selected(c)
	if err != nil {
		return nil, err
	}
	found := make(map[string][]byte, len(keys))
	op := w.op("look up parents of")
	q := "SELECT " + read("p."+quote(c.Lookup.By)) + ", " + read("p."+quote(c.Lookup.Select)) + " FROM " + parent(c) + " p WHERE p." + quote(c.Lookup.By) + " = ?"
	if c.By.Collation != "" {
		q += " COLLATE " + quote(c.By.Collation)
	}
	st, err := w.tx.stmt(ctx, op, q)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		err := query(ctx, st, op, []any{by.param(k)}, func(v []any) error {
			if got := by.decode(v[0]); string(got) == string(k) && v[1] != nil {
				found[string(k)] = sel.decode(v[1])
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// selected reads the column of the parent that is written. It is kept in the
// form of the referring column, which has the same type wherever a foreign key
// works.
func (w *table) selected(c *plan.Column) (*codec, error) {
	cd, err := newCodec(plan.Unknown, c.Type, w.tx.s.d.opts.TimeZone)
	return &cd, err
}

// query runs a prepared query for all of its rows.
func query(ctx context.Context, st *sql.Stmt, op string, args []any, f func(v []any) error) error {
	return each(context.WithoutCancel(ctx), prepared{st}, op, "", args, f)
}

// prepared lets a statement be asked as a connection is.
type prepared struct{ st *sql.Stmt }

// QueryContext runs the statement, whatever the text.
func (p prepared) QueryContext(ctx context.Context, _ string, args ...any) (*sql.Rows, error) {
	return p.st.QueryContext(ctx, args...)
}

// Current implements run.Table.
func (w *table) Current(ctx context.Context, rows []run.Row) ([]run.Current, error) {
	op := w.op("read")
	st, err := w.tx.stmt(ctx, op, w.t.selectRaw())
	if err != nil {
		return nil, err
	}
	return currentRows(context.WithoutCancel(ctx), prepared{st}, w.t, op, rows)
}

// currentRows reads rows by key.
func currentRows(ctx context.Context, c querier, t *target, op string, rows []run.Row) ([]run.Current, error) {
	var out []run.Current
	q := t.selectRaw()
	for _, r := range rows {
		err := each(ctx, c, op, q, t.alikeArgs(r), func(v []any) error {
			last := len(v) - 1
			row := make(run.Row, last)
			out = append(out, run.Current{Row: row, Owned: num(v[last]) == 1})
			return t.decode(row, v[:last], t.raw)
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// errIgnored stands for a trigger that leaves a row out silently.
var errIgnored = &Error{Op: "write", Code: lib.SQLITE_CONSTRAINT_TRIGGER, Text: "a trigger left the row out"}

// Insert implements run.Table.
func (w *table) Insert(ctx context.Context, rows []run.Row) error {
	op := w.op("insert into")
	q := w.t.insert()
	return w.tx.atomic(ctx, op, func() error {
		for _, r := range rows {
			w.args = w.t.insertArgs(w.args[:0], r)
			n, err := w.tx.exec(ctx, op, q, w.args)
			if err != nil {
				return err
			}
			if n != 1 {
				return errIgnored
			}
		}
		return nil
	})
}

// Update implements run.Table.
func (w *table) Update(ctx context.Context, rows []run.Row) error {
	return w.set(ctx, false, rows)
}

// Connect implements run.Table.
func (w *table) Connect(ctx context.Context, row run.Row) error {
	return w.set(ctx, true, []run.Row{row})
}

func (w *table) set(ctx context.Context, deferred bool, rows []run.Row) error {
	q := w.t.update(deferred)
	if q == "" {
		return nil
	}
	op := w.op("update")
	return w.tx.atomic(ctx, op, func() error {
		for _, r := range rows {
			w.args = w.t.updateArgs(w.args[:0], deferred, r)
			n, err := w.tx.exec(ctx, op, q, w.args)
			if err != nil {
				return err
			}
			if n != 1 {
				return errIgnored // it was there a moment ago, under our lock
			}
		}
		return nil
	})
}

// Delete implements run.Table.
func (w *table) Delete(ctx context.Context, rows []run.Row) (n int64, err error) {
	op := w.op("delete from")
	q := w.t.remove()
	err = w.tx.atomic(ctx, op, func() error {
		for _, r := range rows {
			if w.t.soft == "" {
				if err := w.dependents(ctx, op, r); err != nil {
					return err
				}
			}
			w.args = w.t.removeArgs(w.args[:0], r)
			k, err := w.tx.exec(ctx, op, q, w.args)
			if err != nil {
				return children(err)
			}
			n += k
		}
		return nil
	})
	return n, err
}

// children says what a failed foreign key means for a deletion.
func children(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Code == lib.SQLITE_CONSTRAINT_FOREIGNKEY {
		c := *e
		c.Text, c.bad = "rows of another table refer to the row", "has_children"
		return &c
	}
	return err
}

// Release implements run.Table.
func (w *table) Release(ctx context.Context, rows []run.Row, columns []int) error {
	op := w.op("update")
	for _, r := range rows {
		if _, err := w.tx.exec(ctx, op, w.t.release(columns), w.t.keyArgs(nil, r)); err != nil {
			return err
		}
	}
	return nil
}
