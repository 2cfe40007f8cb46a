package sqlite

import (
	"context"
	"errors"
	"slices"

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

func (d *Database) ledger() run.Ledger {
	return run.Ledger{Runs: database + "." + run.LedgerRuns, Loads: database + "." + run.LedgerLoads}
}

// missing returns the tables of the ledger that are not there. Entries can be
// read without that of the runs.
func (d *Database) missing(ctx context.Context) (names []string, err error) {
	for _, name := range []string{run.LedgerLoads, run.LedgerRuns} {
		var n int64
		err := d.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+database+".sqlite_schema WHERE type = 'table' AND name = ?", name).Scan(&n)
		if err != nil {
			return nil, classify("read the ledger", err)
		}
		if n == 0 {
			names = append(names, name)
		}
	}
	return names, nil
}

// Foresee implements run.Foreseer.
func (s *session) Foresee(ctx context.Context) error {
	missing, err := s.d.missing(ctx)
	if err != nil || len(missing) == 0 || s.d.opts.CreateLedger {
		return err
	}
	return run.NoLedger(s.group.Loads[0], missing, "the database")
}

// ensureLedger finds the ledger, or creates what is missing of it.
func (s *session) ensureLedger(ctx context.Context) error {
	missing, err := s.d.missing(ctx)
	if err != nil {
		return err
	}
	s.ledger = !slices.Contains(missing, run.LedgerLoads)
	if len(missing) == 0 || s.settings.ReadOnly {
		return nil
	}
	if !s.d.opts.CreateLedger {
		return run.NoLedger(s.group.Loads[0], missing, "the database")
	}
	for _, q := range LedgerDDL("") {
		if _, err := s.c.ExecContext(ctx, q); err != nil {
			return classify("create the ledger", err)
		}
	}
	s.ledger = true
	return nil
}

// CreateLedger makes sure that the ledger is there. Databases have no names here.
func (d *Database) CreateLedger(ctx context.Context, _ string) (err error) {
	s := &session{d: d, group: &plan.Group{}}
	if s.c, err = d.conn(ctx); err != nil {
		return err
	}
	return errors.Join(s.ensureLedger(ctx), s.Close())
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
	if missing, err := d.missing(ctx); err != nil || slices.Contains(missing, run.LedgerLoads) {
		return nil, err
	}
	c, err := d.conn(ctx)
	if err != nil {
		return nil, err
	}
	entries, err = d.ledger().History(ctx, c, limit)
	return entries, errors.Join(classify("read the ledger", err), c.Close())
}
