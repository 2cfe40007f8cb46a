package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"impact/lineage/destination"
	"impact/sync/run"
)

// Doctor looks at the file and its tables, for these loads. It writes nothing
// into the database.
func (d *Database) Doctor(ctx context.Context, loads []*destination.Load) (out []run.Check, err error) {
	c, err := d.conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, classify("close", c.Close())) }()
	add := func(id string, h run.Health, remedy, format string, args ...any) {
		out = append(out, run.Check{ID: id, Health: h, Message: fmt.Sprintf(format, args...), Remedy: remedy})
	}
	var version string
	if err := c.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return nil, classify("look at the database", err)
	}
	add("database.version", run.Good, "", "SQLite %s", version)
	if d.wal {
		add("database.journal_mode", run.Good, "", "the database is in WAL mode: readers see the last commit and never wait")
	} else {
		add("database.journal_mode", run.Caution, "PRAGMA journal_mode = WAL, once; it stays", "the database is not in WAL mode: the application waits while a run commits")
	}
	d.doctorFiles(ctx, c, add)
	add("database.time_zone", run.Good, "", "columns that receive instants get the clock of %s", d.opts.TimeZone)
	d.doctorLoads(ctx, c, loads, add)
	return out, nil
}

func (d *Database) doctorFiles(ctx context.Context, c *sql.Conn, add func(id string, h run.Health, remedy, format string, args ...any)) {
	// A transaction that takes the write lock and is rolled back.
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		if isBusy(err) {
			add("database.write", run.Caution, "run when it is less busy", "another process has been writing for %s", d.opts.Wait)
		} else {
			add("database.write", run.Broken, "let the user write the file and its folder", "%v", classify("write", err))
		}
	} else if _, err := c.ExecContext(ctx, "ROLLBACK"); err != nil {
		add("database.write", run.Broken, "", "%v", classify("roll back", err))
	} else {
		add("database.write", run.Good, "", "the file can be written")
	}
	if err := os.MkdirAll(d.lockDir(), 0o755); err != nil {
		add("database.locks", run.Broken, "let the user write the folder of the database", "the folder of the locks between runs cannot be made: %v", err)
	}
}

func (d *Database) doctorLoads(ctx context.Context, c *sql.Conn, loads []*destination.Load, add func(id string, h run.Health, remedy, format string, args ...any)) {
	schema, err := readSchema(ctx, c)
	if err != nil {
		add("schema", run.Broken, "", "%v", err)
		return
	}
	looked := map[string]bool{}
	for _, l := range loads {
		t := schema.Table(l.Table)
		if t == nil {
			add("table", run.Broken, "create it", "%s: table %s does not exist", l.Name, l.Table)
			continue
		}
		for _, k := range l.Key {
			if col := t.Column(k); col != nil && col.Collation != "" {
				add("table.key_collation", run.Caution, "make the unique index with COLLATE BINARY",
					"%s: key %s.%s has collation %s: keys that it takes for the same collide", l.Name, l.Table, col.Name, col.Collation)
			}
		}
		if looked[t.Name] {
			continue
		}
		looked[t.Name] = true
		orphans := 0
		err := each(ctx, c, "check foreign keys", "SELECT 1 FROM pragma_foreign_key_check(?) LIMIT 1000", []any{t.Name}, func([]any) error {
			orphans++
			return nil
		})
		switch {
		case err != nil:
			add("table.foreign_keys", run.Broken, "correct the foreign key", "%s: %v", l.Table, err)
		case orphans > 0:
			more := ""
			if orphans == 1000 {
				more = " or more"
			}
			add("table.foreign_keys", run.Caution, "PRAGMA foreign_key_check("+strings.ReplaceAll(quote(t.Name), ";", "")+") lists them",
				"%s: %d%s rows refer to rows that do not exist; written by a connection without foreign_keys", l.Table, orphans, more)
		}
	}
}
