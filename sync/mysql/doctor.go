package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/run"
)

// Doctor looks at the server and at the tables of these loads. It writes nothing.
// [Database.CheckRights] looks at what the user may do.
func (d *Database) Doctor(ctx context.Context, loads []*destination.Load) (out []run.Check, err error) {
	c, err := d.conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	add := func(id string, h run.Health, remedy, format string, args ...any) {
		out = append(out, run.Check{ID: id, Health: h, Message: fmt.Sprintf(format, args...), Remedy: remedy})
	}
	vars, err := d.variables(ctx)
	if err != nil {
		return nil, err
	}
	add("server.version", run.Good, "", "%s", d.version.text)
	if d.version.number < 50600 {
		add("server.version", run.Caution, "use MySQL 5.7 or MariaDB 10.2 or later", "versions before 5.6 keep no fractions of seconds and are not tested")
	}
	if isReadOnly(vars["read_only"]) {
		add("server.read_only", run.Broken, "connect to the primary", "the server is read-only")
	}
	if vars["local_infile"] == "ON" || vars["local_infile"] == "1" {
		add("server.local_infile", run.Good, "", "LOAD DATA fills copies of tables")
	} else {
		add("server.local_infile", run.Slow, "SET GLOBAL local_infile = 1, if you want it", "local_infile is off: copies of tables are filled with INSERT")
	}
	if n, err := strconv.ParseInt(vars["max_allowed_packet"], 10, 64); err == nil && n < 4<<20 {
		add("server.max_allowed_packet", run.Caution, "raise it to 16 MB or more", "max_allowed_packet is %d bytes: a larger row is a bad row", n)
	} else {
		add("server.max_allowed_packet", run.Good, "", "max_allowed_packet is %s bytes", vars["max_allowed_packet"])
	}
	if !strings.Contains(vars["sql_mode"], "STRICT_") {
		add("server.sql_mode", run.Caution, "make the server strict: other writers lose data silently", "the server is not strict; our sessions are")
	} else {
		add("server.sql_mode", run.Good, "", "the server is strict")
	}
	if f := vars["binlog_format"]; f == "STATEMENT" && (vars["log_bin"] == "ON" || vars["log_bin"] == "1") {
		add("server.binlog_format", run.Broken, "set binlog_format to MIXED or ROW", "binlog_format is STATEMENT, which does not allow READ COMMITTED")
	}
	add("server.time_zone", run.Good, "", "the server's time zone is %s; our sessions use UTC, DATETIME columns that receive instants the clock of %s", vars["time_zone"], d.opts.TimeZone)
	d.doctorLoads(ctx, c, loads, add)
	return out, nil
}

func (d *Database) doctorLoads(ctx context.Context, c *sql.Conn, loads []*destination.Load, add func(id string, h run.Health, remedy, format string, args ...any)) {
	schema, err := d.readSchema(ctx, c)
	if err != nil {
		add("schema", run.Broken, "", "%v", err)
		return
	}
	var user string
	if err := c.QueryRowContext(ctx, "SELECT CURRENT_USER()").Scan(&user); err != nil {
		add("schema", run.Broken, "", "%v", classify("read rights", err))
		return
	}
	user = account(user)
	for _, l := range loads {
		t := schema.Table(l.Table)
		if t == nil && l.Create {
			add("table", run.Good, "", "%s: table %s will be created", l.Name, l.Table)
			continue
		}
		if t == nil {
			add("table", run.Broken, "create it, or let the user see it: GRANT SELECT ON "+d.nameOf(l.Table)+" TO "+user,
				"%s: table %s does not exist, or the user may not see it", l.Name, l.Table)
			continue
		}
		for _, k := range l.Key {
			col := t.Column(k)
			if col != nil && col.Collation != "" && !strings.HasSuffix(col.Collation, "_bin") && col.Collation != "binary" {
				add("table.key_collation", run.Caution, "ALTER TABLE … MODIFY "+quote(col.Name)+" "+col.Type+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL",
					"%s: key %s.%s has collation %s: keys that differ in case or accents only collide", l.Name, l.Table, col.Name, col.Collation)
			}
		}
	}
}

// nameOf qualifies and quotes a table as a load names it.
func (d *Database) nameOf(table string) string {
	database, name, ok := strings.Cut(table, ".")
	if !ok {
		database, name = d.name, table
	}
	return qualified(database, name)
}

// variables are the server's own settings, not those of our sessions.
func (d *Database) variables(ctx context.Context) (map[string]string, error) {
	rows, err := d.db.QueryContext(ctx, "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('local_infile', 'max_allowed_packet', 'sql_mode', 'time_zone', 'read_only', 'binlog_format', 'log_bin')") //nolint:sqlclosecheck // eachRow does
	if err != nil {
		return nil, classify("read settings", err)
	}
	out := map[string]string{}
	err = eachRow("read settings", rows, func() error {
		var k, v string
		err := rows.Scan(&k, &v)
		out[k] = v
		return err
	})
	return out, err
}

// Unlock ends the connection that holds the lock of a table, and with it
// whatever it has not committed. It returns its id in the server, 0 if nobody
// holds the lock.
func (d *Database) Unlock(ctx context.Context, database, table string) (holder int64, err error) {
	if database == "" {
		database = d.name
	}
	c, err := d.conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	var id sql.NullInt64
	if err := c.QueryRowContext(ctx, "SELECT IS_USED_LOCK(?)", lockName(database, table)).Scan(&id); err != nil {
		return 0, classify("look for the lock", err)
	}
	if !id.Valid {
		return 0, nil
	}
	if err := d.kill(ctx, c, id.Int64); err != nil {
		return id.Int64, err
	}
	// The lock is free once the server has rolled back.
	for range 50 {
		var now sql.NullInt64
		if err := c.QueryRowContext(ctx, "SELECT IS_USED_LOCK(?)", lockName(database, table)).Scan(&now); err != nil {
			return id.Int64, classify("look for the lock", err)
		}
		if now != id {
			return id.Int64, nil
		}
		if err := run.Sleep(ctx, 100*time.Millisecond); err != nil {
			return id.Int64, err
		}
	}
	return id.Int64, fmt.Errorf("connection %d was told to end, but still holds the lock of %s: it may be rolling back", id.Int64, table)
}
