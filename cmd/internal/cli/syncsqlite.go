package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"impact/cmd/internal/config"
	"impact/sync/sqlite"
)

// sqliteDriver opens SQLite files.
func sqliteDriver() driver {
	return driver{
		open: func(ctx context.Context, s *syncProject, d *config.Destination, dsn string, createLedger bool) (database, error) {
			zone, err := d.Location()
			if err != nil {
				return nil, err
			}
			path, err := sqlitePath(dsn)
			if err != nil {
				return nil, err
			}
			db, err := sqlite.Open(ctx, sqlite.Options{Path: s.Path(path), TimeZone: zone, CreateLedger: createLedger})
			if err != nil {
				return nil, err // a typed nil would be a database
			}
			return db, nil
		},
		unlock: func(ctx context.Context, db database, table string) (string, error) {
			pid, err := db.(*sqlite.Database).Unlock(ctx, "", table)
			if pid == 0 {
				return "", err
			}
			return fmt.Sprintf("process %d", pid), err
		},
		place: func(s *syncProject, dsn string) place {
			path, err := sqlitePath(dsn)
			if err != nil {
				return place{namespace: "sqlite"}
			}
			return place{namespace: "sqlite://" + filepath.ToSlash(s.Path(path))}
		},
		ledger: func(*config.Destination) []string { return sqlite.LedgerDDL("") },
		// It has no users: who may write the file may load it.
	}
}

// sqlitePath reads the file's name out of the forms in which applications write
// it: a path, Rails' sqlite3:db/production.sqlite3, sqlite:///srv/app.db and
// file:/srv/app.db. Relative ones are relative to impact.yml.
func sqlitePath(dsn string) (string, error) {
	path := dsn
	for _, scheme := range []string{"sqlite3:", "sqlite:", "file:"} {
		if rest, ok := strings.CutPrefix(dsn, scheme); ok {
			path = rest
			if strings.HasPrefix(rest, "///") {
				path = rest[2:]
			}
			break
		}
	}
	if strings.Contains(path, "?") || strings.HasPrefix(path, "//") || path == "" {
		return "", fmt.Errorf("the DSN is no path of a file, such as storage/production.sqlite3 or sqlite3:/srv/app.db")
	}
	return path, nil
}
