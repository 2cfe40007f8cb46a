package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	driver "modernc.org/sqlite"

	"impact/sync/run"
)

// Options say how a database is used.
type Options struct {
	Path string // of the file
	// TimeZone is the wall clock of columns that receive instants; nil: UTC.
	TimeZone *time.Location
	// CreateLedger creates the ledger's tables where they are missing.
	CreateLedger bool
	// Create makes the file where it is missing, in WAL mode.
	Create bool
	// Wait is how long another writer is waited for; 0: 5 s.
	Wait time.Duration
}

// A Database is one SQLite file as a destination. It may be used by many
// goroutines.
type Database struct {
	db   *sql.DB
	opts Options
	path string // absolute, without symbolic links
	wal  bool
}

// Open opens the database.
func Open(ctx context.Context, opts Options) (*Database, error) {
	if opts.TimeZone == nil {
		opts.TimeZone = time.UTC
	}
	if opts.Wait == 0 {
		opts.Wait = 5 * time.Second
	}
	path, err := locate(opts)
	if err != nil {
		return nil, err
	}
	mode := "rw"
	if opts.Create {
		mode = "rwc"
	}
	db, err := connect(path, mode, opts.Wait)
	if err != nil {
		return nil, err
	}
	d := &Database{db: db, opts: opts, path: path}
	if err := d.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return d, nil
}

// connect makes a pool for a file. Nothing of the path is read as an option.
func connect(path, mode string, wait time.Duration) (*sql.DB, error) {
	u := "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	u += fmt.Sprintf("?mode=%s&_busy_timeout=%d&_foreign_keys=1", mode, wait.Milliseconds())
	c, err := driver.NewConnector(u)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db := sql.OpenDB(c)
	db.SetMaxIdleConns(0) // temporary tables are not handed on
	return db, nil
}

// locate finds the file, so that two names of one file are one name.
func locate(opts Options) (string, error) {
	if opts.Path == "" || opts.Path == ":memory:" {
		return "", errors.New("open database: the path of a file is needed")
	}
	path, err := filepath.Abs(opts.Path)
	if err != nil {
		return "", fmt.Errorf("open database: %w", err)
	}
	real, err := filepath.EvalSymlinks(path)
	switch {
	case err == nil:
		path = real
	case !errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("open database: %w", err)
	case !opts.Create:
		return "", fmt.Errorf("open database: %s does not exist", opts.Path)
	default:
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return "", fmt.Errorf("open database: %w", err)
		}
		path = filepath.Join(dir, filepath.Base(path))
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return "", fmt.Errorf("open database: %s is a folder", opts.Path)
	}
	return path, nil
}

// Server names the file, whatever path leads to it: there is no server.
func (d *Database) Server(context.Context) (string, error) { return "sqlite " + d.path, nil }

// Name is what SQLite calls the database of a file.
func (d *Database) Name() string { return database }

// prepare looks at what kind of database it is.
func (d *Database) prepare(ctx context.Context) error {
	var pages int64
	if err := d.db.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return classify("open database", err)
	}
	if pages == 0 && d.opts.Create {
		if _, err := d.db.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
			return classify("open database", err)
		}
	}
	var mode, encoding string
	if err := d.db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return classify("open database", err)
	}
	if err := d.db.QueryRowContext(ctx, "PRAGMA encoding").Scan(&encoding); err != nil {
		return classify("open database", err)
	}
	if encoding != "UTF-8" {
		return fmt.Errorf("open database: its text is encoded in %s, which sorts keys otherwise than UTF-8 and is not supported", encoding)
	}
	d.wal = strings.EqualFold(mode, "wal")
	return nil
}

// Close closes all connections.
func (d *Database) Close() error { return d.db.Close() }

// conn pins a connection.
func (d *Database) conn(ctx context.Context) (*sql.Conn, error) {
	c, err := d.db.Conn(ctx)
	if err != nil {
		return nil, classify("connect", err)
	}
	return c, nil
}

// Unlock says which process holds the lock of a table; 0 if none does. The
// lock of a process cannot be taken from it, and goes when the process does, so
// there is nothing to be freed: a holder is an error that says what to do.
// Databases have no names here.
func (d *Database) Unlock(ctx context.Context, _, table string) (holder int64, err error) {
	l, err := d.lock(ctx, table, "")
	if err == nil {
		return 0, l.Close()
	}
	if locked := (*run.LockedError)(nil); errors.As(err, &locked) {
		pid, host := d.holder(ctx, table)
		return pid, fmt.Errorf("process %d on %s works on %s: end that process, and its lock is gone", pid, host, table)
	}
	return 0, err
}
