package synctest

import (
	"context"
	"errors"
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
	{"parents come before children, and go after them", (*suite).parents},
	{"lookups find parents of the same run", (*suite).lookup},
	{"rows are identified by their parents", (*suite).identified},
	{"rows that refer to each other are connected", (*suite).connect},
	{"rows take unique values from each other", (*suite).exchange},
	{"a unique value of a row that is not to change is not taken", (*suite).taken},
	{"duplicate and NULL keys are bad rows", (*suite).badKeys},
	{"bad rows fail a load as a whole", (*suite).badRows},
	{"guards refuse before anything is written", (*suite).guards},
	{"rows that were not read delete nothing", (*suite).incomplete},
	{"a source that breaks off changes nothing", (*suite).breaks},
	{"a cancelled run changes nothing", (*suite).cancel},
	{"a source that ends quietly when it is cancelled deletes nothing", (*suite).quiet},
	{"a changed table makes the plan stale", (*suite).stale},
	{"an unchanged model is not read again", (*suite).unchanged},
	{"a run delivers once", (*suite).once},
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
		Fit: func(_ string, k plan.Kind, c *destination.Column) error { return s.Destination.Fit(k, c) }}
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

func (s *suite) mirror() {
	s.jobs(destination.Mirror, []any{1, "same"}, []any{2, "new"}, []any{10, nil}, []any{9, ""}, []any{-3, "é 看護師"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'same'), (2, 'old'), (3, 'gone'), (10, ''), (9, NULL)")
	s.changes(1, 3, 1)
	s.rows("SELECT * FROM jobs ORDER BY id", "-3|é 看護師", "1|same", "2|new", "9|", "10|NULL")
	s.changes(0, 0, 0)
}

func (s *suite) owned() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+", clicks INTEGER NOT NULL DEFAULT 5")
	s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "new"}, []any{2, "b"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'old', 77)")
	s.changes(1, 1, 0)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|new|77", "2|b|5")
}

func (s *suite) upsert() {
	s.jobs(destination.Upsert, []any{2, "new"}, []any{3, "c"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b')")
	s.changes(1, 1, 0)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|a", "2|new", "3|c")
	s.changes(0, 0, 0)
}

func (s *suite) appends() {
	s.create("jobs", "id INTEGER NOT NULL, v "+s.Text)
	s.load("jobs", destination.Append, "", idAndText(), []any{1, "a"}, []any{1, "a"})
	s.src["model.x.jobs"].Version = "v1"
	s.changes(2, 0, 0)
	if r := s.run()[0]; r.Status != run.StatusUnchanged {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.src["model.x.jobs"].Version = "v2"
	s.changes(2, 0, 0)
	s.rows("SELECT COUNT(*) FROM jobs", "4")
}

func (s *suite) replace() {
	s.jobs(destination.Replace, []any{1, "uno"}, []any{3, "c"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b')")
	s.run()
	s.rows("SELECT * FROM jobs ORDER BY id", "1|uno", "3|c")
	s.changes(0, 0, 0)
	s.opts.SwapRows = 1
	s.src["model.x.jobs"] = NewTable(idAndText(), []any{7, "x"}, []any{8, "y"}, []any{9, "z"})
	s.run()
	s.rows("SELECT * FROM jobs ORDER BY id", "7|x", "8|y", "9|z")
	s.changes(0, 0, 0)
}

func (s *suite) scope() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+", source "+s.Text)
	l := s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "new"}, []any{3, "c"}, []any{5, "taken"})
	l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
	l.OnBadRow = destination.RejectBadRow
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a', 'sf'), (2, 'b', 'sf'), (4, 'own', 'web'), (5, 'own', 'web')")
	s.changes(1, 1, 1)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|new|sf", "3|c|sf", "4|own|web", "5|own|web")
	if len(s.bad) != 1 || s.bad[0].Code != "not_owned" {
		s.t.Fatalf("%+v", s.bad)
	}
}

func (s *suite) soft() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+", gone DATETIME, made DATETIME NOT NULL, changed DATETIME NOT NULL")
	l := s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "a"}, []any{2, "b"})
	l.Delete.Soft = "gone"
	l.Stamp = destination.Stamp{Insert: "made", Write: "changed"}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s.opts.Now = func() time.Time { return at }
	s.changes(2, 0, 0)
	s.src[l.Model].Rows = s.src[l.Model].Rows[:1]
	at = at.AddDate(0, 0, 1)
	s.changes(0, 0, 1)
	at = at.AddDate(0, 0, 1)
	s.changes(0, 0, 0)
	query := "SELECT id, gone IS NULL, SUBSTR(CAST(made AS CHAR(30)), 1, 10), SUBSTR(CAST(changed AS CHAR(30)), 1, 10) FROM jobs ORDER BY id"
	s.rows(query, "1|1|2026-01-01|2026-01-01", "2|0|2026-01-01|2026-01-02")
	s.src[l.Model].Rows = append(s.src[l.Model].Rows, NewRow(2, "b"))
	s.changes(0, 1, 0)
	s.rows(query, "1|1|2026-01-01|2026-01-01", "2|1|2026-01-01|2026-01-03")
}

func (s *suite) parents() {
	s.create("p", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text)
	s.create("c", "id INTEGER NOT NULL PRIMARY KEY, p_id INTEGER NOT NULL, FOREIGN KEY (p_id) REFERENCES p (id)")
	f := []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "p_id", Kind: plan.Int}}
	s.load("c", destination.Mirror, "id", f, []any{1, 10}, []any{2, 20})
	s.load("p", destination.Mirror, "id", idAndText(), []any{10, "x"}, []any{20, "y"})
	s.changes(4, 0, 0)
	// 1 moves to a new parent, and its old one goes; 2 goes with its parent.
	s.src["model.x.c"].Rows = []run.Row{NewRow(1, 30)}
	s.src["model.x.p"].Rows = []run.Row{NewRow(30, "z")}
	s.changes(1, 1, 3)
	s.rows("SELECT c.id, p.v FROM c JOIN p ON p.id = p_id", "1|z")
	s.changes(0, 0, 0)
}

func (s *suite) lookup() {
	s.create("p", "id INTEGER NOT NULL PRIMARY KEY, k INTEGER NOT NULL UNIQUE")
	s.create("c", "id INTEGER NOT NULL PRIMARY KEY, p_id INTEGER")
	s.load("p", destination.Mirror, "id", []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "k", Kind: plan.Int}}, []any{1, 100}, []any{2, 200})
	l := s.load("c", destination.Mirror, "id", []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "pk", Kind: plan.Int}}, []any{1, 200}, []any{2, nil}, []any{3, 999})
	l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "id", From: "id"}}
	l.Lookups = []destination.Lookup{{Column: "p_id", Table: "p", Select: "id", By: "k", From: "pk"}}
	l.OnBadRow = destination.RejectBadRow
	s.changes(4, 0, 0)
	s.rows("SELECT id, p_id FROM c ORDER BY id", "1|2", "2|NULL")
	if len(s.bad) != 1 || s.bad[0].Code != "no_parent" || s.bad[0].Key[0] != "3" {
		s.t.Fatalf("%+v", s.bad)
	}
	s.src[l.Model].Rows = s.src[l.Model].Rows[:2]
	s.changes(0, 0, 0)
}

func (s *suite) identified() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, k INTEGER UNIQUE")
	s.create("skills", "id INTEGER NOT NULL PRIMARY KEY, name "+s.Text+" NOT NULL UNIQUE")
	s.create("job_skills", "job_id INTEGER NOT NULL, skill_id INTEGER NOT NULL, level INTEGER, PRIMARY KEY (job_id, skill_id), FOREIGN KEY (job_id) REFERENCES jobs (id), FOREIGN KEY (skill_id) REFERENCES skills (id)")
	s.Exec(s.t, "INSERT INTO jobs VALUES (3, 100), (2, 200), (1, 1000), (9, NULL)", "INSERT INTO skills VALUES (2, 'a'), (1, 'b')", "INSERT INTO job_skills VALUES (9, 1, 7)")
	f := []plan.Field{{Name: "job", Kind: plan.Int}, {Name: "skill", Kind: plan.String}, {Name: "level", Kind: plan.Int}}
	l := s.load("job_skills", destination.Mirror, "", f, []any{100, "b", 1}, []any{1000, "a", 2}, []any{200, "b", 3}, []any{100, "a", 4}, []any{300, "a", 5}, []any{100, "c", 6})
	l.Key = []string{"job_id", "skill_id"}
	l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "level", From: "level"}}
	l.Lookups = []destination.Lookup{{Column: "job_id", Table: "jobs", Select: "id", By: "k", From: "job"}, {Column: "skill_id", Table: "skills", Select: "id", By: "name", From: "skill"}}
	l.OnBadRow = destination.RejectBadRow
	query := "SELECT * FROM job_skills ORDER BY job_id, skill_id"
	s.changes(4, 0, 0)
	s.rows(query, "1|2|2", "2|1|3", "3|1|1", "3|2|4", "9|1|7")
	if len(s.bad) != 2 || s.bad[0].Code != "no_parent" {
		s.t.Fatalf("%+v", s.bad)
	}
	s.src[l.Model].Rows = []run.Row{NewRow(100, "b", 1), NewRow(1000, "a", 9), NewRow(200, "a", 3)}
	s.changes(1, 1, 2)
	s.rows(query, "1|2|9", "2|2|3", "3|1|1", "9|1|7")
	s.changes(0, 0, 0)
	s.src[l.Model].Rows = append(s.src[l.Model].Rows, NewRow(200, "a", 8))
	s.changes(0, 0, 0)
	if len(s.bad) != 2 || s.bad[0].Code != "duplicate_key" {
		s.t.Fatalf("%+v", s.bad)
	}
}

func (s *suite) connect() {
	s.create("areas", "id INTEGER NOT NULL PRIMARY KEY, up INTEGER, FOREIGN KEY (up) REFERENCES areas (id)")
	s.load("areas", destination.Mirror, "id", []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "up", Kind: plan.Int}}, []any{1, 2}, []any{2, 3}, []any{3, nil})
	s.changes(3, 0, 0)
	s.rows("SELECT * FROM areas ORDER BY id", "1|2", "2|3", "3|NULL")
	s.changes(0, 0, 0)
	s.src["model.x.areas"].Rows = []run.Row{NewRow(3, 3)}
	s.changes(0, 1, 2)
	s.rows("SELECT * FROM areas", "3|3")
}

func (s *suite) exchange() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+" UNIQUE")
	// Rows that others refer to are removed last.
	s.create("kids", "id INTEGER NOT NULL PRIMARY KEY, job INTEGER NOT NULL, FOREIGN KEY (job) REFERENCES jobs (id)")
	s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "b"}, []any{2, "a"}, []any{3, "d"}, []any{4, "e"}, []any{5, "f"}, []any{7, nil}, []any{8, "g"})
	s.load("kids", destination.Mirror, "id", []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "job", Kind: plan.Int}}, []any{1, 1})
	// 1 and 2 exchange, 3 to 5 move up, 8 takes the value of 6, which goes, and 7 gives up its own.
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e'), (6, 'g'), (7, 'h')", "INSERT INTO kids VALUES (1, 6)")
	s.changes(1, 7, 1)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|b", "2|a", "3|d", "4|e", "5|f", "7|NULL", "8|g")
	s.changes(0, 0, 0)
}

func (s *suite) taken() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+" UNIQUE, source "+s.Text)
	l := s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "b"}, []any{2, "own"}, []any{3, "a"})
	l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
	l.OnBadRow = destination.RejectBadRow
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a', 'sf'), (2, 'c', 'sf'), (3, 'b', 'sf'), (9, 'own', 'web')")
	s.changes(0, 2, 0)
	s.rows("SELECT id, v FROM jobs ORDER BY id", "1|b", "2|c", "3|a", "9|own")
	if len(s.bad) != 1 || s.bad[0].Code != run.CodeDuplicate || s.bad[0].Key[0] != "2" {
		s.t.Fatalf("%+v", s.bad)
	}
	// Who waits for the value of a row that keeps it, waits in vain.
	s.src[l.Model].Rows = []run.Row{NewRow(1, "own"), NewRow(2, "b"), NewRow(3, "c")}
	s.run()
	s.rows("SELECT id, v FROM jobs ORDER BY id", "1|b", "2|c", "3|a", "9|own")
	l.OnBadRow = destination.FailOnBadRow
	if r := s.run()[0]; r.Status != run.StatusFailed {
		s.t.Fatal(r.Status)
	}
}

func (s *suite) badKeys() {
	l := s.jobs(destination.Mirror, []any{1, "a"}, []any{2, "b"}, []any{2, "c"}, []any{nil, "d"})
	l.OnBadRow = destination.RejectBadRow
	s.Exec(s.t, "INSERT INTO jobs VALUES (2, 'before')")
	s.changes(1, 0, 0)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|a", "2|before")
	if len(s.bad) != 3 {
		s.t.Fatalf("%+v", s.bad)
	}
}

func (s *suite) badRows() {
	s.jobs(destination.Mirror, []any{1, "a"}, []any{2, "more than twenty characters"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'before')")
	if r := s.run()[0]; r.Status != run.StatusFailed || !errors.As(r.Err, new(*run.BadRowsError)) {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT * FROM jobs", "1|before")
}

func (s *suite) guards() {
	l := s.jobs(destination.Mirror, []any{1, "a"})
	l.Guard = destination.DefaultGuard()
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b')")
	p := s.plan()
	if r := s.execute(s.t.Context(), p, "")[0]; r.Status != run.StatusRefused || r.Hint == "" {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT COUNT(*) FROM jobs", "2")
	if r := s.execute(s.t.Context(), p, p.Hash)[0]; r.Status != run.StatusDone {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT COUNT(*) FROM jobs", "1")
}

func (s *suite) incomplete() {
	l := s.jobs(destination.Mirror, []any{1, "a"})
	s.src[l.Model].Claim = 2
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'old'), (2, 'b')")
	if r := s.run()[0]; !errors.As(r.Err, new(*run.IncompleteError)) {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT * FROM jobs ORDER BY id", "1|old", "2|b")
}

func (s *suite) breaks() {
	l := s.jobs(destination.Mirror, []any{1, "a"}, []any{2, "b"})
	t := s.src[l.Model]
	t.Fail, t.FailAfter = errors.New("the stream broke"), 1
	if r := s.run()[0]; r.Status != run.StatusFailed || !errors.Is(r.Err, t.Fail) {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT COUNT(*) FROM jobs", "0")
	t.Fail, t.Fails = run.Transient(t.Fail), 2
	s.changes(2, 0, 0)
}

func (s *suite) cancel() {
	s.jobs(destination.Mirror, []any{1, "a"})
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	s.opts.Events = func(e run.Event) {
		if e.Phase == run.PhaseApply {
			cancel()
		}
	}
	p := s.plan()
	if r := s.execute(ctx, p, p.Hash)[0]; r.Status != run.StatusFailed || !errors.Is(r.Err, context.Canceled) {
		s.t.Fatalf("%s: %v", r.Status, r.Err)
	}
	s.rows("SELECT COUNT(*) FROM jobs", "0")
	s.opts.Events = nil
	s.changes(1, 0, 0)
}

func (s *suite) quiet() {
	for _, n := range []int64{1, 1 << 40} { // exchanged or merged
		table := fmt.Sprint("jobs_", n)
		s.create(table, "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text)
		s.Exec(s.t, "INSERT INTO "+table+" VALUES (1, 'a'), (2, 'b'), (3, 'c')")
		l := s.load(table, destination.Replace, "id", idAndText(), []any{1, "A"}, []any{2, "B"}, []any{3, "C"})
		ctx, cancel := context.WithCancel(s.t.Context())
		t := s.src[l.Model]
		t.Quiet, t.Uncount, t.Cancel, t.FailAfter = true, true, cancel, 1
		s.opts.SwapRows = n
		p := s.plan()
		if r := s.execute(ctx, p, p.Hash)[0]; r.Status != run.StatusFailed || !errors.Is(r.Err, context.Canceled) {
			s.t.Fatalf("%s: %v", r.Status, r.Err)
		}
		s.rows("SELECT * FROM "+table+" ORDER BY id", "1|a", "2|b", "3|c")
		s.loads = nil
		cancel()
	}
}

func (s *suite) stale() {
	s.jobs(destination.Mirror, []any{1, "a"})
	p := s.plan()
	s.Exec(s.t, "ALTER TABLE jobs ADD COLUMN w INTEGER")
	r := s.execute(s.t.Context(), p, p.Hash)[0]
	if g := (*run.GuardError)(nil); !errors.As(r.Err, &g) || g.ID != run.GuardStale {
		s.t.Fatalf("%s: %v", r.Status, r.Err)
	}
}

func (s *suite) unchanged() {
	l := s.jobs(destination.Mirror, []any{1, "a"})
	s.src[l.Model].Version = "v1"
	s.changes(1, 0, 0)
	reads := s.src[l.Model].Reads
	if r := s.run()[0]; r.Status != run.StatusUnchanged || s.src[l.Model].Reads != reads {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.src[l.Model].Version = "v2"
	s.changes(0, 0, 0)
}

func (s *suite) once() {
	s.jobs(destination.Mirror, []any{1, "a"})
	s.opts.RunID = "the-run"
	s.changes(1, 0, 0)
	if r := s.run()[0]; r.Status != run.StatusRepeated || r.Counts.Inserted != 1 {
		s.t.Fatalf("%s: %+v", r.Status, r.Counts)
	}
}

func (s *suite) locked() {
	s.jobs(destination.Mirror, []any{1, "a"})
	var second run.LoadReport
	s.opts.Events = func(e run.Event) {
		if e.Phase == run.PhaseApply && second.Load == "" {
			second.Load = "asked"
			p := s.plan()
			second = run.Execute(s.t.Context(), p, s.src, map[string]run.Destination{"db": s.Destination}, run.Options{RunID: "other", Approve: p.Hash}).Loads[0]
		}
	}
	s.changes(1, 0, 0)
	if second.Status != run.StatusFailed || !errors.As(second.Err, new(*run.LockedError)) {
		s.t.Fatalf("%s: %v", second.Status, second.Err)
	}
}

func (s *suite) compare() {
	s.jobs(destination.Mirror, []any{1, "new"}, []any{3, "c"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b')")
	p := s.plan()
	r := run.Compare(s.t.Context(), p, s.src, map[string]run.Destination{"db": s.Destination}, run.Options{RunID: "x", Approve: p.Hash}, nil).Loads[0]
	if r.Status != run.StatusCompared || r.Counts.Inserted != 1 || r.Counts.Updated != 1 || r.Counts.Deleted != 1 {
		s.t.Fatalf("%s: %+v %s", r.Status, r.Counts, r.Error)
	}
	s.rows("SELECT * FROM jobs ORDER BY id", "1|a", "2|b")
}

func (s *suite) many() {
	l := s.jobs(destination.Mirror)
	t := s.src[l.Model]
	t.Unsort = true
	const n = 5000
	for i := range n {
		k := (i * 7919) % n // every number once, in no order
		t.Rows = append(t.Rows, NewRow(k, fmt.Sprint("row ", k)))
	}
	s.changes(n, 0, 0)
	for i := range t.Rows {
		if i%50 == 0 {
			t.Rows[i] = NewRow(string(t.Rows[i][0]), "changed")
		}
	}
	t.Rows = t.Rows[:n-500]
	s.changes(0, (n-500)/50, 500)
	s.changes(0, 0, 0)
}
