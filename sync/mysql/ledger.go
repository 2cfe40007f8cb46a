package mysql

import (
	"context"
	"database/sql"
	"errors"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// LedgerDDL returns the statements that create the ledger in a database; "" is
// the current one.
func LedgerDDL(database string) []string {
	return []string{
		"CREATE TABLE IF NOT EXISTS " + qualified(database, run.LedgerRuns) + ` (
  run_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  started_at DATETIME(6) NOT NULL,
  finished_at DATETIME(6) NOT NULL,
  loads INT NOT NULL,
  PRIMARY KEY (run_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
		"CREATE TABLE IF NOT EXISTS " + qualified(database, run.LedgerLoads) + ` (
  id BIGINT NOT NULL AUTO_INCREMENT,
  run_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  load_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  load_name VARCHAR(255) NOT NULL,
  table_name VARCHAR(255) NOT NULL,
  mode VARCHAR(16) NOT NULL,
  status VARCHAR(16) NOT NULL,
  mapping_hash VARCHAR(64) NOT NULL,
  ddl_hash VARCHAR(64) NOT NULL,
  source_version VARCHAR(255) NOT NULL,
  started_at DATETIME(6) NOT NULL,
  finished_at DATETIME(6) NOT NULL,
  rows_read BIGINT NOT NULL,
  rows_inserted BIGINT NOT NULL,
  rows_updated BIGINT NOT NULL,
  rows_deleted BIGINT NOT NULL,
  rows_rejected BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY once_per_run (run_id, load_id),
  KEY newest (load_id, status, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
	}
}

// The statuses of a ledger entry.
const (
	entrySwapping = "swapping" // the table is about to be exchanged
	entryDropped  = "dropped"  // it was not: the copy is gone
)

// workSchema is the database of the ledger of a load.
func (d *Database) workSchema(l *plan.Load) string {
	if d.opts.WorkSchema != "" {
		return d.opts.WorkSchema
	}
	if l.Table != nil && l.Table.Database != "" {
		return l.Table.Database
	}
	return d.name
}

// ensureLedger finds the ledger, or creates what is missing of it. Entries can be
// read without the table of the runs.
func (s *session) ensureLedger(ctx context.Context) error {
	db := s.d.workSchema(s.group.Loads[0])
	s.ledger = db
	missing, err := s.missingLedger(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(missing) == 0:
		return s.ledgerEngine(ctx)
	case s.settings.ReadOnly:
		if missing[0] == run.LedgerLoads {
			s.ledger = ""
		}
		return nil
	case !s.d.opts.CreateLedger:
		return run.NoLedger(s.group.Loads[0], missing, db)
	}
	for _, q := range LedgerDDL(db) {
		_, err := s.c.ExecContext(ctx, q)
		if number(err) == 1049 { // not even the database is there
			if _, err = s.c.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS "+quote(db)); err == nil {
				_, err = s.c.ExecContext(ctx, q)
			}
		}
		if err != nil {
			return classify("create the ledger", err)
		}
	}
	return nil
}

// CreateLedger makes sure that the ledger is there which loads of a database
// write, "" for the one of the DSN. No table of a load is looked at.
func (d *Database) CreateLedger(ctx context.Context, database string) (err error) {
	s := &session{d: d, group: &plan.Group{Loads: []*plan.Load{{Table: &destination.Table{Database: database}}}}}
	if s.c, err = d.conn(ctx); err != nil {
		return err
	}
	return errors.Join(s.ensureLedger(ctx), s.Close())
}

// missingLedger returns the tables of the ledger that are not there.
func (s *session) missingLedger(ctx context.Context) (missing []string, err error) {
	db := s.d.workSchema(s.group.Loads[0])
	for _, name := range []string{run.LedgerLoads, run.LedgerRuns} {
		var n int
		err := s.c.QueryRowContext(ctx, "SELECT 1 FROM "+qualified(db, name)+" LIMIT 1").Scan(&n)
		switch code := number(err); {
		case err == nil || errors.Is(err, sql.ErrNoRows):
		case code == 1146 || code == 1049:
			missing = append(missing, name)
		default:
			return nil, s.check("read the ledger", err)
		}
	}
	return missing, nil
}

// Foresee implements run.Foreseer.
func (s *session) Foresee(ctx context.Context) error {
	missing, err := s.missingLedger(ctx)
	if err != nil || len(missing) == 0 || s.d.opts.CreateLedger {
		return err
	}
	return run.NoLedger(s.group.Loads[0], missing, s.d.workSchema(s.group.Loads[0]))
}

// ledgerEngine refuses a ledger that keeps what is rolled back: an entry without
// its rows would let the next run take the table for loaded.
func (s *session) ledgerEngine(ctx context.Context) error {
	var table, engine string
	err := s.c.QueryRowContext(ctx, "SELECT TABLE_NAME, ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN (?, ?) AND ENGINE <> 'InnoDB'",
		s.ledger, run.LedgerLoads, run.LedgerRuns).Scan(&table, &engine)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return s.check("read the ledger", err)
	}
	return &run.GuardError{ID: "ledger.engine", Load: s.group.Loads[0].Name(), Hint: "ALTER TABLE " + table + " ENGINE=InnoDB",
		Message: "the ledger's table " + table + " uses " + engine + ", which has no transactions"}
}

// book is the ledger of the group.
func (s *session) book() run.Ledger { return ledgerIn(s.ledger) }

func ledgerIn(database string) run.Ledger {
	return run.Ledger{Runs: qualified(database, run.LedgerRuns), Loads: qualified(database, run.LedgerLoads)}
}

// Last implements run.Session.
func (s *session) Last(ctx context.Context, l *plan.Load) (*run.Entry, error) {
	if s.ledger == "" {
		return nil, nil
	}
	e, err := s.book().Last(ctx, s.c, l, s.settings.RunID)
	return e, s.check("read the ledger", err)
}

// History returns the newest entries of the ledger, newest first.
func (d *Database) History(ctx context.Context, limit int) ([]run.Entry, error) {
	db := d.opts.WorkSchema
	if db == "" {
		db = d.name
	}
	entries, err := ledgerIn(db).History(ctx, d.db, limit)
	if code := number(err); code == 1146 || code == 1049 {
		return nil, nil
	}
	return entries, classify("read the ledger", err)
}
