package synctest

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/sqlite"
)

// A Delivery loads models of a source into a database, in a file or on a server,
// from the description of the models to the ledger: what happens to a source in
// the midst of it shows in the tables.
type Delivery struct {
	// Open opens the source of one run.
	Open func(t testing.TB) run.Source
	// Loads are what is delivered.
	Loads []*destination.Load
	// Options are those of every run. RunID and Approve are set.
	Options run.Options

	t    testing.TB
	to   func(ctx context.Context) (target, error)
	db   *sql.DB
	runs int
}

// target is a destination as a run opens it.
type target interface {
	run.Destination
	io.Closer
}

// NewDelivery makes a SQLite database with statements.
func NewDelivery(t testing.TB, open func(t testing.TB) run.Source, ddl ...string) *Delivery {
	t.Helper()
	path := filepath.Join(t.TempDir(), "app.sqlite3")
	to := func(ctx context.Context) (target, error) {
		return sqlite.Open(ctx, sqlite.Options{Path: path, CreateLedger: true})
	}
	d := newDelivery(t, open, to, "sqlite", "file:"+path+"?_busy_timeout=5000&_foreign_keys=1")
	d.Exec("PRAGMA journal_mode = WAL")
	d.Exec(ddl...)
	return d
}

// NewServerDelivery makes a database on a server with statements.
func NewServerDelivery(t testing.TB, s *Server, open func(t testing.TB) run.Source, ddl ...string) *Delivery {
	t.Helper()
	dsn := s.DSN(s.Database(t))
	to := func(ctx context.Context) (target, error) {
		return mysql.Open(ctx, mysql.Options{DSN: dsn, CreateLedger: true})
	}
	d := newDelivery(t, open, to, "mysql", dsn)
	d.Exec(ddl...)
	return d
}

func newDelivery(t testing.TB, open func(t testing.TB) run.Source, to func(context.Context) (target, error), driver, dsn string) *Delivery {
	t.Helper()
	d := &Delivery{Open: open, t: t, to: to}
	d.Options.Sleep = func(context.Context, time.Duration) error { return nil }
	var err error
	if d.db, err = sql.Open(driver, dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.db.Close() })
	return d
}

// Exec runs statements as the application would.
func (d *Delivery) Exec(statements ...string) {
	d.t.Helper()
	for _, q := range statements {
		if _, err := d.db.ExecContext(context.Background(), q); err != nil {
			d.t.Fatalf("%s: %v", q, err)
		}
	}
}

// Rows are the rows of a query of one column.
func (d *Delivery) Rows(query string) (out []string) {
	d.t.Helper()
	rows, err := d.db.QueryContext(context.Background(), query)
	if err != nil {
		d.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			d.t.Fatal(err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		d.t.Fatal(err)
	}
	return out
}

// closing closes what a test is done with.
func closing(t testing.TB, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// Load adds a load of a model into the table of the same name, all columns under
// their names. No guard stands in its way.
func (d *Delivery) Load(model string, mode destination.Mode, key ...string) *destination.Load {
	all := destination.Limit{N: 100, Percent: true}
	l := &destination.Load{Name: model, Exposure: "exposure.x." + model, Destination: "db", Table: model, Model: model, Mode: mode, Key: key,
		AllColumns: true, Guard: destination.Guard{MaxDelete: all, MaxChange: all}}
	d.Loads = append(d.Loads, l)
	return l
}

// Run makes a plan and executes it. during is called when the plan is made; it
// may be nil. An error is one of making the plan.
func (d *Delivery) Run(ctx context.Context, during func()) (loads []run.LoadReport, err error) {
	d.t.Helper()
	src := d.Open(d.t)
	db, err := d.to(ctx)
	if err != nil {
		return nil, err
	}
	defer closing(d.t, db)
	schema, err := db.Schema(ctx)
	if err != nil {
		return nil, err
	}
	in := plan.Input{Loads: d.Loads, Models: map[string]plan.Model{}, Schemas: map[string]*destination.Schema{"db": schema},
		Destinations: map[string]plan.Destination{"db": db}}
	for _, l := range d.Loads {
		if in.Models[l.Model], err = src.Describe(ctx, l.Model); err != nil {
			return nil, err
		}
	}
	p, err := plan.Build(in)
	if err != nil {
		return nil, err
	}
	if during != nil {
		during()
	}
	o := d.Options
	d.runs++
	o.RunID, o.Approve = fmt.Sprintf("run-%d", d.runs), p.Hash
	return run.Execute(ctx, p, src, map[string]run.Destination{"db": db}, o).Loads, nil
}

// Changes runs and says how many rows were changed. Every load must succeed.
func (d *Delivery) Changes() (rows int64, err error) {
	d.t.Helper()
	loads, err := d.Run(d.t.Context(), nil)
	if err != nil {
		return 0, err
	}
	for _, r := range loads {
		switch r.Status {
		case run.StatusDone, run.StatusUnchanged:
			rows += r.Counts.Changed()
		default:
			return 0, fmt.Errorf("%s: %s: %s", r.Load, r.Status, r.Error)
		}
	}
	return rows, nil
}

// jobsDDL is a table for the columns of idAndText.
func jobsDDL(table string) string {
	return "CREATE TABLE " + table + " (id INTEGER NOT NULL PRIMARY KEY, v TEXT)"
}

// Dump is what the table of idAndText holds, in order.
func (d *Delivery) Dump(table string) string {
	d.t.Helper()
	return strings.Join(d.Rows("SELECT id || '=' || COALESCE(v, 'NULL') FROM "+table+" ORDER BY id"), " ")
}
