package mysql

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"impact/sync/plan"
	"impact/sync/run"
)

// LedgerDDL returns the statements that create the ledger in a database; "" is
// the current one.
func LedgerDDL(database string) []string {
	return []string{
		"CREATE TABLE IF NOT EXISTS " + qualified(database, "_impact_runs") + ` (
  run_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  started_at DATETIME(6) NOT NULL,
  finished_at DATETIME(6) NOT NULL,
  loads INT NOT NULL,
  PRIMARY KEY (run_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
		"CREATE TABLE IF NOT EXISTS " + qualified(database, "_impact_loads") + ` (
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
	entryDone     = "done"
	entrySwapping = "swapping" // the table is about to be exchanged
	entryDropped  = "dropped"  // it was not: the copy is gone
)

func short(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// loadID identifies a load in the ledger: the name alone is not enough where two
// databases share one.
func loadID(l *plan.Load) string { return short(l.Table.Database, l.Table.Name, l.Name()) }

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

// ensureLedger finds the ledger, or creates it.
func (s *session) ensureLedger(ctx context.Context) error {
	db := s.d.workSchema(s.group.Loads[0])
	s.ledger = db
	var n int
	err := s.c.QueryRowContext(ctx, "SELECT 1 FROM "+qualified(db, "_impact_loads")+" LIMIT 1").Scan(&n)
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	switch code := number(err); {
	case code != 1146 && code != 1049:
		return classify("read the ledger", err)
	case s.settings.ReadOnly:
		s.ledger = ""
		return nil
	case !s.d.opts.CreateLedger:
		return &run.GuardError{ID: "ledger.missing", Load: s.group.Loads[0].Name(),
			Message: "the tables _impact_runs and _impact_loads do not exist in " + db,
			Hint:    "impact sync init prints their DDL"}
	}
	for _, q := range LedgerDDL(db) {
		if _, err := s.c.ExecContext(ctx, q); err != nil {
			return classify("create the ledger", err)
		}
	}
	return nil
}

// Last implements run.Session.
func (s *session) Last(ctx context.Context, l *plan.Load) (*run.Entry, error) {
	if s.ledger == "" {
		return nil, nil
	}
	e := &run.Entry{}
	var started, finished string
	err := s.c.QueryRowContext(ctx, "SELECT run_id, load_name, table_name, mode, mapping_hash, ddl_hash, source_version, started_at, finished_at, rows_read, rows_inserted, rows_updated, rows_deleted, rows_rejected FROM "+
		qualified(s.ledger, "_impact_loads")+" WHERE load_id = ? AND status = ? ORDER BY id DESC LIMIT 1", loadID(l), entryDone).
		Scan(&e.RunID, &e.Load, &e.Table, &e.Mode, &e.Mapping, &e.DDL, &e.Version, &started, &finished, &e.Read, &e.Inserted, &e.Updated, &e.Deleted, &e.Rejected)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, s.check("read the ledger", err)
	}
	e.Started, e.Finished = ledgerTime(started), ledgerTime(finished)
	return e, nil
}

const ledgerLayout = "2006-01-02 15:04:05.000000"

func ledgerTime(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05.999999", s)
	if err != nil {
		return time.Time{}
	}
	return t
}

type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// record writes entries, and the run they belong to.
func (s *session) record(ctx context.Context, c execer, loads map[string]*plan.Load, status string, entries []run.Entry) error {
	for _, e := range entries {
		l := loads[e.Load]
		_, err := c.ExecContext(ctx, "INSERT INTO "+qualified(s.ledger, "_impact_loads")+
			" (run_id, load_id, load_name, table_name, mode, status, mapping_hash, ddl_hash, source_version, started_at, finished_at, rows_read, rows_inserted, rows_updated, rows_deleted, rows_rejected)"+
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			e.RunID, loadID(l), e.Load, e.Table, e.Mode, status, e.Mapping, e.DDL, e.Version,
			e.Started.UTC().Format(ledgerLayout), e.Finished.UTC().Format(ledgerLayout), e.Read, e.Inserted, e.Updated, e.Deleted, e.Rejected)
		if err != nil {
			return s.check("write the ledger", err)
		}
	}
	if len(entries) == 0 || status != entryDone {
		return nil
	}
	return s.recordRun(ctx, c, entries[0], len(entries))
}

func (s *session) recordRun(ctx context.Context, c execer, e run.Entry, loads int) error {
	finished := e.Finished.UTC().Format(ledgerLayout)
	runs := qualified(s.ledger, "_impact_runs")
	res, err := c.ExecContext(ctx, "UPDATE "+runs+" SET finished_at = ?, loads = loads + ? WHERE run_id = ?", finished, loads, e.RunID)
	if err != nil {
		return s.check("write the ledger", err)
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return s.check("write the ledger", err)
	}
	_, err = c.ExecContext(ctx, "INSERT INTO "+runs+" (run_id, started_at, finished_at, loads) VALUES (?, ?, ?, ?)",
		e.RunID, e.Started.UTC().Format(ledgerLayout), finished, loads)
	return s.check("write the ledger", err)
}

// History returns the newest entries of the ledger, newest first.
func (d *Database) History(ctx context.Context, limit int) (entries []run.Entry, err error) {
	db := d.opts.WorkSchema
	if db == "" {
		db = d.name
	}
	rows, err := d.db.QueryContext(ctx, "SELECT run_id, load_name, table_name, mode, mapping_hash, ddl_hash, source_version, started_at, finished_at, rows_read, rows_inserted, rows_updated, rows_deleted, rows_rejected FROM "+
		qualified(db, "_impact_loads")+" WHERE status = ? ORDER BY id DESC LIMIT ?", entryDone, limit)
	if code := number(err); code == 1146 || code == 1049 {
		return nil, nil
	}
	if err != nil {
		return nil, classify("read the ledger", err)
	}
	defer func() { err = errors.Join(err, classify("read the ledger", rows.Close())) }()
	for rows.Next() {
		var e run.Entry
		var started, finished string
		if err := rows.Scan(&e.RunID, &e.Load, &e.Table, &e.Mode, &e.Mapping, &e.DDL, &e.Version, &started, &finished,
			&e.Read, &e.Inserted, &e.Updated, &e.Deleted, &e.Rejected); err != nil {
			return nil, classify("read the ledger", err)
		}
		e.Started, e.Finished = ledgerTime(started), ledgerTime(finished)
		entries = append(entries, e)
	}
	return entries, classify("read the ledger", rows.Err())
}
