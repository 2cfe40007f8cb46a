package run

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"impact/sync/plan"
)

// A Ledger is the pair of tables, in a database that speaks SQL, that says what
// was delivered. Their names are quoted. Errors are the driver's own.
type Ledger struct {
	Runs, Loads string
}

// The names of the ledger's tables.
const (
	LedgerRuns  = "_impact_runs"
	LedgerLoads = "_impact_loads"
)

// NoLedger refuses a run because tables of the ledger do not exist in a database.
func NoLedger(l *plan.Load, missing []string, database string) error {
	be := "the tables %s do not exist in %s"
	if len(missing) == 1 {
		be = "the table %s does not exist in %s"
	}
	return &GuardError{ID: "ledger.missing", Load: l.Name(), Hint: "impact sync init prints the ledger's DDL, which creates what is missing",
		Message: fmt.Sprintf(be, strings.Join(missing, " and "), database)}
}

// EntryDone is the status of an entry whose rows are in the table.
const EntryDone = "done"

// A Conn is a connection, or a transaction, of database/sql.
type Conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Digest is a short name for some words: the same for the same words only.
func Digest(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// LoadID identifies a load in the ledger: the name alone is not enough where two
// databases share one.
func LoadID(l *plan.Load) string { return Digest(l.Table.Database, l.Table.Name, l.Name()) }

const entryColumns = "run_id, load_name, table_name, mode, mapping_hash, ddl_hash, source_version, started_at, finished_at, rows_read, rows_inserted, rows_updated, rows_deleted, rows_rejected"

const ledgerLayout = "2006-01-02 15:04:05.000000"

// LedgerTime writes a time as the ledger keeps it.
func LedgerTime(t time.Time) string { return t.UTC().Format(ledgerLayout) }

// Last returns the entry that a run has made for a load, else the newest one of
// any run that is done, or nil.
func (g Ledger) Last(ctx context.Context, c Conn, l *plan.Load, runID string) (*Entry, error) {
	es, err := g.read(ctx, c, " WHERE load_id = ? AND status = ? ORDER BY CASE WHEN run_id = ? THEN 0 ELSE 1 END, id DESC LIMIT 1", LoadID(l), EntryDone, runID)
	if err != nil || len(es) == 0 {
		return nil, err
	}
	return &es[0], nil
}

// History returns the newest entries that are done, newest first.
func (g Ledger) History(ctx context.Context, c Conn, limit int) ([]Entry, error) {
	entries, err := g.read(ctx, c, " WHERE status = ? ORDER BY id DESC LIMIT ?", EntryDone, limit)
	if entries == nil && err == nil {
		entries = []Entry{} // nil says that there is no ledger
	}
	return entries, err
}

func (g Ledger) read(ctx context.Context, c Conn, where string, args ...any) (out []Entry, err error) {
	rows, err := c.QueryContext(ctx, "SELECT "+entryColumns+" FROM "+g.Loads+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e Entry
		var started, finished string
		if err := rows.Scan(&e.RunID, &e.Load, &e.Table, &e.Mode, &e.Mapping, &e.DDL, &e.Version, &started, &finished,
			&e.Read, &e.Inserted, &e.Updated, &e.Deleted, &e.Rejected); err != nil {
			return nil, err
		}
		e.Started, e.Finished = ledgerTime(started), ledgerTime(finished)
		out = append(out, e)
	}
	return out, rows.Err()
}

func ledgerTime(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05.999999", s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Record writes entries of the loads of a group, and the run that they belong
// to if they are done.
func (g Ledger) Record(ctx context.Context, c Conn, group *plan.Group, status string, entries []Entry) error {
	for _, e := range entries {
		id := ""
		for _, l := range group.Loads {
			if l.Name() == e.Load {
				id = LoadID(l)
			}
		}
		_, err := c.ExecContext(ctx, "INSERT INTO "+g.Loads+" ("+entryColumns+", load_id, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			e.RunID, e.Load, e.Table, e.Mode, e.Mapping, e.DDL, e.Version,
			LedgerTime(e.Started), LedgerTime(e.Finished), e.Read, e.Inserted, e.Updated, e.Deleted, e.Rejected, id, status)
		if err != nil {
			return err
		}
	}
	if len(entries) == 0 || status != EntryDone {
		return nil
	}
	return g.RecordRun(ctx, c, entries[0], len(entries))
}

// RecordRun adds so many loads to the run of an entry.
func (g Ledger) RecordRun(ctx context.Context, c Conn, e Entry, loads int) error {
	finished := LedgerTime(e.Finished)
	res, err := c.ExecContext(ctx, "UPDATE "+g.Runs+" SET finished_at = ?, loads = loads + ? WHERE run_id = ?", finished, loads, e.RunID)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = c.ExecContext(ctx, "INSERT INTO "+g.Runs+" (run_id, started_at, finished_at, loads) VALUES (?, ?, ?, ?)",
		e.RunID, LedgerTime(e.Started), finished, loads)
	return err
}
