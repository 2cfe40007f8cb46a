package synctest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// A Harness is a destination under test with an empty database behind it.
type Harness struct {
	Destination run.Destination
	// Exec runs statements in the database, Rows a query: values joined by "|",
	// NULL as "NULL".
	Exec func(t testing.TB, statements ...string)
	Rows func(t testing.TB, query string) []string
	// Text is the type of a string of up to 20 characters that is compared
	// byte by byte.
	Text string

	// What follows is for Lives.

	// Serial is the type of a generated primary key.
	Serial string
	// Fold is the type of a string of up to 20 characters that is compared
	// regardless of case, Enum of one that is "a", "b" or "看"; "": there is none.
	Fold, Enum string
	// Try runs a statement that may fail.
	Try func(statement string) error
	// Busy databases let nobody write while a transaction writes.
	Busy bool
	// Crash cuts the connection that sends the n-th message from now on; negative:
	// none any more. nil where there is no connection.
	Crash func(n int)
}

// Destination checks that a destination keeps the promises of run.Destination.
// open makes a harness; its clean-up is its own affair. Every adapter passes
// this suite; what only one database has is tested beside its adapter.
func Destination(t *testing.T, open func(t *testing.T) Harness) {
	t.Helper()
	for _, c := range conformance {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &suite{Harness: open(t), t: t, src: Source{}}
			c.run(s)
		})
	}
}

var conformance = []struct {
	name string
	run  func(*suite)
}{
	{"mirror adds, changes and removes, and then has nothing to do", (*suite).mirror},
	{"columns of the application are left alone", (*suite).owned},
	{"upsert removes nothing", (*suite).upsert},
	{"append adds the rows of a version once", (*suite).appends},
	{"replace makes the table the model", (*suite).replace},
	{"rows outside of the scope are left alone", (*suite).scope},
	{"soft deletes mark rows, and rows come back", (*suite).soft},
	{"rows that come back change none for the guards", (*suite).softGuards},
	{"parents come before children, and go after them", (*suite).parents},
	{"lookups find parents of the same run", (*suite).lookup},
	{"rows are identified by their parents", (*suite).identified},
	{"rows that refer to each other are connected", (*suite).connect},
	{"a row that is set aside stays as it is, with what it refers to", (*suite).aside},
	{"no row is set aside for one that comes in the end", (*suite).afterAll},
	{"rows that push each other out come to rest", (*suite).pushed},
	{"rows take unique values from each other", (*suite).exchange},
	{"a unique value of a row that is not to change is not taken", (*suite).taken},
	{"duplicate and NULL keys are bad rows", (*suite).badKeys},
	{"bad rows fail a load as a whole", (*suite).badRows},
	{"constants that their columns cannot hold are refused by the plan", (*suite).constants},
	{"guards refuse before anything is written", (*suite).guards},
	{"rows that were not read delete nothing", (*suite).incomplete},
	{"a source that breaks off changes nothing", (*suite).breaks},
	{"a cancelled run changes nothing", (*suite).cancel},
	{"a source that ends quietly when it is cancelled deletes nothing", (*suite).quiet},
	{"replace keeps the rows whose new values are bad, however many change", (*suite).badReplace},
	{"the guards count what changes in a table without a key", (*suite).unkeyedGuards},
	{"a changed table makes the plan stale", (*suite).stale},
	{"an unchanged model is not read again", (*suite).unchanged},
	{"a run delivers once", (*suite).once},
	{"half of a ledger is made whole", (*suite).ledger},
	{"one run works on a table at a time", (*suite).locked},
	{"compare writes nothing", (*suite).compare},
	{"many rows in any order are merged", (*suite).many},
}

// suite is one test of the suite.
type suite struct {
	Harness
	t     *testing.T
	src   Source
	loads []*destination.Load
	opts  run.Options
	runs  int
	bad   []run.Reject
}

func (s *suite) load(table string, mode destination.Mode, key string, fields []plan.Field, rows ...[]any) *destination.Load {
	l := &destination.Load{Name: table, Exposure: "exposure.x." + table, Destination: "db", Table: table, Model: "model.x." + table, Mode: mode, AllColumns: true}
	if key != "" {
		l.Key = []string{key}
	}
	all := destination.Limit{N: 100, Percent: true}
	l.Guard = destination.Guard{MaxDelete: all, MaxChange: all}
	s.loads = append(s.loads, l)
	s.src[l.Model] = NewTable(fields, rows...)
	return l
}

func (s *suite) plan() *plan.Plan {
	s.t.Helper()
	schema, err := s.Destination.Schema(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	in := plan.Input{Loads: s.loads, Models: map[string]plan.Model{}, Schemas: map[string]*destination.Schema{"db": schema},
		Destinations: map[string]plan.Destination{"db": s.Destination}}
	for _, l := range s.loads {
		if in.Models[l.Model], err = s.src.Describe(s.t.Context(), l.Model); err != nil {
			s.t.Fatal(err)
		}
	}
	p, err := plan.Build(in)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func (s *suite) execute(ctx context.Context, p *plan.Plan, approve string) []run.LoadReport {
	o := s.opts
	s.runs++
	if o.RunID == "" {
		o.RunID = fmt.Sprintf("run-%d", s.runs)
	}
	o.Approve = approve
	o.Sleep = func(context.Context, time.Duration) error { return nil }
	s.bad = nil
	o.Rejects = func(r run.Reject) { s.bad = append(s.bad, r) }
	return run.Execute(ctx, p, s.src, map[string]run.Destination{"db": s.Destination}, o).Loads
}

func (s *suite) run() []run.LoadReport {
	s.t.Helper()
	p := s.plan()
	return s.execute(s.t.Context(), p, p.Hash)
}

// changes runs and expects the numbers of rows added, changed and removed.
func (s *suite) changes(inserted, updated, deleted int64) {
	s.t.Helper()
	var got run.Counts
	for _, r := range s.run() {
		if r.Status != run.StatusDone {
			s.t.Fatalf("%s: %s: %s", r.Load, r.Status, r.Error)
		}
		got.Inserted += r.Counts.Inserted
		got.Updated += r.Counts.Updated
		got.Deleted += r.Counts.Deleted
	}
	if want := (run.Counts{Inserted: inserted, Updated: updated, Deleted: deleted}); got != want {
		s.t.Fatalf("want %+v, got %+v", want, got)
	}
}

func (s *suite) rows(query string, want ...string) {
	s.t.Helper()
	if d := cmp.Diff(want, s.Rows(s.t, query)); d != "" {
		s.t.Fatalf("%s (-want +got)\n%s", query, d)
	}
}

func (s *suite) create(table, columns string) {
	s.t.Helper()
	s.Exec(s.t, "CREATE TABLE "+table+" ("+columns+")")
}

func idAndText() []plan.Field {
	return []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "v", Kind: plan.String}}
}

// jobs makes the table that most tests use, with rows, and a load for it.
func (s *suite) jobs(mode destination.Mode, rows ...[]any) *destination.Load {
	s.t.Helper()
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text)
	return s.load("jobs", mode, "id", idAndText(), rows...)
}
