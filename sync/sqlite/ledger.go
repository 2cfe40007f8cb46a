package sqlite

import (
	"context"
	"errors"

	"impact/sync/plan"
	"impact/sync/run"
)

// LedgerDDL returns the statements that create the ledger. A SQLite file is one
// database, so the name of one means nothing here.
func LedgerDDL(string) []string {
	return []string{
		`CREATE TABLE IF NOT EXISTS ` + run.LedgerRuns + ` (
  run_id TEXT NOT NULL PRIMARY KEY,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  loads INTEGER NOT NULL
)`,
		`CREATE TABLE IF NOT EXISTS ` + run.LedgerLoads + ` (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL,
  load_id TEXT NOT NULL,
  load_name TEXT NOT NULL,
  table_name TEXT NOT NULL,
  mode TEXT NOT NULL,
  status TEXT NOT NULL,
  mapping_hash TEXT NOT NULL,
  ddl_hash TEXT NOT NULL,
  source_version TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  rows_read INTEGER NOT NULL,
  rows_inserted INTEGER NOT NULL,
  rows_updated INTEGER NOT NULL,
  rows_deleted INTEGER NOT NULL,
  rows_rejected INTEGER NOT NULL,
  UNIQUE (run_id, load_id)
)`,
		`CREATE INDEX IF NOT EXISTS _impact_newest ON ` + run.LedgerLoads + ` (load_id, status, id)`,
	}
}

// Grants returns nothing: who may write the file may load it.
func Grants(*plan.Load, string, string) []string { return nil }

func (d *Database) ledger() run.Ledger {
	return run.Ledger{Runs: database + "." + run.LedgerRuns, Loads: database + "." + run.LedgerLoads}
}

// hasLedger reports whether the ledger's tables are there.
func (d *Database) hasLedger(ctx context.Context) (ok bool, err error) {
	var n int64
	err = d.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+database+".sqlite_schema WHERE type = 'table' AND name IN (?, ?)", run.LedgerRuns, run.LedgerLoads).Scan(&n)
	return n == 2, classify("read the ledger", err)
}

// ensureLedger finds the ledger, or creates it.
func (s *session) ensureLedger(ctx context.Context) (err error) {
	if s.ledger, err = s.d.hasLedger(ctx); err != nil || s.ledger || s.settings.ReadOnly {
		return err
	}
	if !s.d.opts.CreateLedger {
		return &run.GuardError{ID: "ledger.missing", Load: s.group.Loads[0].Name(),
			Message: "the tables _impact_runs and _impact_loads do not exist in the database",
			Hint:    "impact sync init prints their DDL"}
	}
	for _, q := range LedgerDDL("") {
		if _, err := s.c.ExecContext(ctx, q); err != nil {
			return classify("create the ledger", err)
		}
	}
	s.ledger = true
	return nil
}

// Last implements run.Session.
func (s *session) Last(ctx context.Context, l *plan.Load) (*run.Entry, error) {
	if !s.ledger {
		return nil, nil
	}
	e, err := s.d.ledger().Last(ctx, s.c, l, s.settings.RunID)
	return e, classify("read the ledger", err)
}

// History returns the newest entries of the ledger, newest first.
func (d *Database) History(ctx context.Context, limit int) (entries []run.Entry, err error) {
	if ok, err := d.hasLedger(ctx); err != nil || !ok {
		return nil, err
	}
	c, err := d.conn(ctx)
	if err != nil {
		return nil, err
	}
	entries, err = d.ledger().History(ctx, c, limit)
	return entries, errors.Join(classify("read the ledger", err), c.Close())
}
