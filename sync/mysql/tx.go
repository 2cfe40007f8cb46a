package mysql

import (
	"context"
	"database/sql"
	"errors"

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
	if err := t.s.book().Record(ctx, t.tx, t.s.group, run.EntryDone, entries); err != nil {
		return t.s.check("write the ledger", err)
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

// Save implements run.Saver.
func (t *tx) Save(ctx context.Context) error {
	_, err := t.tx.ExecContext(ctx, "SAVEPOINT impact")
	return t.s.check("save", err)
}

// Restore implements run.Saver.
func (t *tx) Restore(ctx context.Context) error {
	_, err := t.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT impact")
	return t.s.check("restore", err)
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
	return run.Write(ctx, &writer{tx: t, t: t.s.targets[l], load: l}, l, step, batch)
}
