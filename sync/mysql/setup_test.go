package mysql_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

var server *synctest.Server

func TestMain(m *testing.M) {
	if os.Getenv("IMPACT_FAULT_CHILD") != "" {
		os.Exit(m.Run()) // a child of TestAKilledProcess…: it uses its parent's server
	}
	os.Exit(synctest.Main(m, &server, synctest.ServerOptions{}))
}

// bench is one test's database with what is loaded into it.
type bench struct {
	t     testing.TB
	name  string // of the database
	src   synctest.Source
	loads []*destination.Load
	opts  run.Options
	db    mysql.Options
	runs  int
	hook  func(run.Event)
	// see changes what a plan knows of the tables.
	see func(*destination.Schema)
	// rejected are the rejects of the last run.
	rejected []run.Reject
}

func newBench(t testing.TB, ddl ...string) *bench {
	t.Helper()
	b := &bench{t: t, name: server.Database(t), src: synctest.Source{}}
	b.db = mysql.Options{DSN: server.DSN(b.name), CreateLedger: true}
	b.opts.Sleep = func(context.Context, time.Duration) error { return nil }
	server.Exec(t, b.name, ddl...)
	return b
}

// load adds a load with defaults; change may adapt it.
func (b *bench) load(name, table string, mode destination.Mode, key []string, change func(*destination.Load)) *destination.Load {
	l := &destination.Load{Exposure: "exposure.x." + name, Name: name, Destination: "db", Table: table, Model: "model.x." + name,
		Mode: mode, Key: key, AllColumns: true, Guard: destination.DefaultGuard()}
	l.Guard.MinRows = 0
	l.Guard.MaxDelete = destination.Limit{N: 100, Percent: true}
	l.Guard.MaxChange = destination.Limit{N: 100, Percent: true}
	if change != nil {
		change(l)
	}
	b.loads = append(b.loads, l)
	return l
}

func (b *bench) open() *mysql.Database {
	b.t.Helper()
	db, err := mysql.Open(context.Background(), b.db)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = db.Close() })
	return db
}

func (b *bench) plan(db *mysql.Database) *plan.Plan {
	b.t.Helper()
	schema, err := db.Schema(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	if b.see != nil {
		b.see(schema)
	}
	in := plan.Input{Loads: b.loads, Models: map[string]plan.Model{}, Schemas: map[string]*destination.Schema{"db": schema},
		Destinations: map[string]plan.Destination{"db": db}}
	for _, l := range b.loads {
		m, err := b.src.Describe(context.Background(), l.Model)
		if err != nil {
			b.t.Fatal(err)
		}
		in.Models[l.Model] = m
	}
	p, err := plan.Build(in)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// run plans and executes with approval.
func (b *bench) run() *run.Report {
	b.t.Helper()
	db := b.open()
	defer db.Close()
	p := b.plan(db)
	return b.execute(db, p, p.Hash)
}

func (b *bench) execute(db *mysql.Database, p *plan.Plan, approve string) *run.Report {
	b.t.Helper()
	o := b.opts
	b.runs++
	if o.RunID == "" {
		o.RunID = fmt.Sprintf("run-%d", b.runs)
	}
	o.Approve = approve
	o.Events = b.hook
	b.rejected = nil
	o.Rejects = func(r run.Reject) { b.rejected = append(b.rejected, r) }
	return run.Execute(context.Background(), p, b.src, map[string]run.Destination{"db": db}, o)
}

// done runs and expects every load to be done.
func (b *bench) done() []run.LoadReport {
	b.t.Helper()
	r := b.run()
	for _, l := range r.Loads {
		if l.Status != run.StatusDone && l.Status != run.StatusUnchanged {
			b.t.Fatalf("load %s: %s: %s (%s)", l.Load, l.Status, l.Error, l.Hint)
		}
	}
	return r.Loads
}

func (b *bench) rows(query string) []string {
	b.t.Helper()
	return server.Rows(b.t, b.name, query)
}

func (b *bench) exec(statements ...string) {
	b.t.Helper()
	server.Exec(b.t, b.name, statements...)
}

func fields(kv ...any) []plan.Field {
	var out []plan.Field
	for i := 0; i < len(kv); i += 2 {
		out = append(out, plan.Field{Name: kv[i].(string), Kind: kv[i+1].(plan.Kind)})
	}
	return out
}

// counts is what a test compares.
func counts(l run.LoadReport) string {
	return fmt.Sprintf("+%d ~%d -%d", l.Counts.Inserted, l.Counts.Updated, l.Counts.Deleted)
}
