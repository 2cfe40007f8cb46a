package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"impact/sync/run"
)

// lock is the lock of a table against other runs. It is an open transaction in
// a database of its own: SQLite's locks are the operating system's, which
// belong to a process and end with it. The application's database is not
// locked, so it can be written while a run compares.
type lock struct {
	db *sql.DB
	c  *sql.Conn
}

// lockDir holds the files of the locks.
func (d *Database) lockDir() string { return d.path + "-impact-locks" }

func (d *Database) lockFile(table string) string {
	return filepath.Join(d.lockDir(), run.Digest(strings.ToLower(table)))
}

// lock takes the lock of a table, or says at once who has it.
func (d *Database) lock(ctx context.Context, table, runID string) (_ *lock, err error) {
	if err := os.MkdirAll(d.lockDir(), 0o755); err != nil {
		return nil, fmt.Errorf("lock %s: %w", table, err)
	}
	db, err := connect(d.lockFile(table), "rwc", time.Millisecond)
	if err != nil {
		return nil, err
	}
	l := &lock{db: db}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	if l.c, err = db.Conn(ctx); err != nil {
		return nil, lockError(table, err)
	}
	host, _ := os.Hostname() // only to be shown
	for _, q := range []string{
		"BEGIN IMMEDIATE",
		"CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, run TEXT, since TEXT)",
		"DELETE FROM holder",
	} {
		if _, err := l.c.ExecContext(ctx, q); err != nil {
			return nil, lockError(table, err)
		}
	}
	if _, err := l.c.ExecContext(ctx, "INSERT INTO holder VALUES (?, ?, ?, ?)", os.Getpid(), host, runID, run.LedgerTime(time.Now())); err != nil {
		return nil, lockError(table, err)
	}
	// Others can read who it is only once that is committed. Whoever comes in
	// between has the lock then.
	for _, q := range []string{"COMMIT", "BEGIN IMMEDIATE"} {
		if _, err := l.c.ExecContext(ctx, q); err != nil {
			return nil, lockError(table, err)
		}
	}
	return l, nil
}

func lockError(table string, err error) error {
	if isBusy(err) {
		return &run.LockedError{Table: table}
	}
	return classify("lock "+table, err)
}

// Close gives up the lock.
func (l *lock) Close() error {
	if l.c != nil {
		if err := l.c.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
			return errors.Join(err, l.db.Close())
		}
	}
	return l.db.Close()
}

// holder reads who took the lock of a table last; 0 if that is not known.
func (d *Database) holder(ctx context.Context, table string) (pid int64, host string) {
	db, err := connect(d.lockFile(table), "ro", time.Second)
	if err != nil {
		return 0, "?"
	}
	defer func() { _ = db.Close() }() // read-only
	if err := db.QueryRowContext(ctx, "SELECT pid, host FROM holder").Scan(&pid, &host); err != nil {
		return 0, "?"
	}
	return pid, host
}

// locked is the error of a lock that somebody else has, with what is known of
// them.
func (d *Database) locked(ctx context.Context, table string, err error) error {
	l := (*run.LockedError)(nil)
	if !errors.As(err, &l) {
		return err
	}
	if pid, host := d.holder(ctx, table); pid != 0 {
		return &run.LockedError{Table: table, Holder: fmt.Sprintf("process %d on %s", pid, host)}
	}
	return err
}
