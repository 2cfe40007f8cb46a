package mysql_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

func TestGuardsRefuseBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		rows [][]any
		id   string
		ran  bool // a run has succeeded before
	}{
		{"no rows at all", nil, run.GuardMinRows, true},
		{"most rows gone", [][]any{{1, "a"}}, run.GuardMaxDelete, true},
		{"all rows changed", [][]any{{1, "A"}, {2, "B"}, {3, "C"}, {4, "D"}}, run.GuardMaxChange, true},
		{"a first run into a table with rows", [][]any{{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}, {5, "e"}}, run.GuardFirstRun, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10))", plan.Int, []any{1, "a"}, []any{2, "b"}, []any{3, "c"}, []any{4, "d"})
			if c.ran {
				b.done()
			} else {
				b.exec("INSERT INTO jobs VALUES (1,'a'),(2,'b'),(3,'c'),(4,'d')")
			}
			b.loads[0].Guard = destination.DefaultGuard()
			b.src["model.x.jobs"].Rows = nil
			for _, r := range c.rows {
				b.src["model.x.jobs"].Rows = append(b.src["model.x.jobs"].Rows, synctest.NewRow(r...))
			}
			db := b.open()
			p := b.plan(db)
			for _, approve := range []string{"", "another"} {
				r := b.execute(db, p, approve).Loads[0]
				var g *run.GuardError
				if r.Status != run.StatusRefused || !errors.As(r.Err, &g) || g.ID != c.id || !strings.Contains(r.Hint, p.Hash) {
					t.Fatalf("%s: %v (%s)", r.Status, r.Err, r.Hint)
				}
				diff(t, []string{"1|a", "2|b", "3|c", "4|d"}, b.rows("SELECT * FROM jobs ORDER BY id"))
			}
			if r := b.execute(db, p, p.Hash).Loads[0]; r.Status != run.StatusDone {
				t.Fatalf("approved: %s: %s", r.Status, r.Error)
			}
		})
	}
}

func TestThePlanRefusesWhatTheServerShows(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		ddl    []string
		mode   destination.Mode
		change func(*destination.Load)
		id     string
	}{
		{"children that a delete would take along", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9))", "CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES jobs (id) ON DELETE CASCADE)"}, destination.Mirror, nil, plan.DeletesChildren},
		{"children that a delete would change", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9))", "CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES jobs (id) ON DELETE SET NULL)"}, destination.Replace, nil, plan.DeletesChildren},
		{"children that an update would change", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9), KEY (v))", "CREATE TABLE kids (id INT PRIMARY KEY, v VARCHAR(9), FOREIGN KEY (v) REFERENCES jobs (v) ON UPDATE CASCADE)"}, destination.Upsert, nil, plan.UpdatesChildren},
		{"a key that may be NULL", []string{"CREATE TABLE jobs (id INT UNIQUE, v VARCHAR(9))"}, destination.Mirror, nil, string(destination.KeyNotUnique)},
		{"a key that is not unique", []string{"CREATE TABLE jobs (id INT NOT NULL, v VARCHAR(9), KEY (id))"}, destination.Mirror, nil, string(destination.KeyNotUnique)},
		{"a generated column", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9) AS (id) STORED)"}, destination.Mirror, nil, string(destination.ColumnGenerated)},
		{"a column without default", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9), must INT NOT NULL)"}, destination.Mirror, nil, string(destination.ColumnRequired)},
		{"a column that a migration removed", []string{"CREATE TABLE jobs (id INT PRIMARY KEY)"}, destination.Mirror, nil, string(destination.ColumnMissing)},
		{"columns of the application under replace", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9), clicks INT DEFAULT 0)"}, destination.Replace, nil, plan.OwnedColumns},
		{"a table without transactions", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9)) ENGINE=MyISAM"}, destination.Mirror, nil, plan.Engine},
		{"a type that cannot hold the values", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v POINT)"}, destination.Mirror, nil, plan.TypeUnfit},
		{"a view", []string{"CREATE TABLE base (id INT PRIMARY KEY, v VARCHAR(9))", "CREATE VIEW jobs AS SELECT * FROM base"}, destination.Mirror, nil, string(destination.TableMissing)},
		{"an append without key of rows that refer to each other", []string{"CREATE TABLE jobs (id VARCHAR(9) PRIMARY KEY, v VARCHAR(9), FOREIGN KEY (v) REFERENCES jobs (id))"}, destination.Append, func(l *destination.Load) { l.Key = nil }, plan.KeyMissing},
		{"a chunked load of rows that refer to each other", []string{"CREATE TABLE jobs (id VARCHAR(9) PRIMARY KEY, v VARCHAR(9), FOREIGN KEY (v) REFERENCES jobs (id))"}, destination.Mirror, func(l *destination.Load) { l.Chunked = true }, plan.ChunkedGroup},
		{"a replace without key of a table with a trigger", []string{"CREATE TABLE jobs (id INT, v VARCHAR(9))", "CREATE TRIGGER tr BEFORE INSERT ON jobs FOR EACH ROW SET NEW.v = 'x'"}, destination.Replace, func(l *destination.Load) { l.Key = nil }, plan.KeyMissing},
	}
	for _, c := range cases {
		if c.id == string(destination.ColumnGenerated) && server.MySQL56() {
			continue // has none
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, c.ddl...)
			b.load("jobs", "jobs", c.mode, []string{"id"}, c.change)
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "a"})
			db := b.open()
			p := b.plan(db)
			if len(p.Refusals) == 0 || p.Refusals[0].ID != c.id || p.Refusals[0].Hint == "" && c.id != string(destination.ColumnMissing) {
				t.Fatalf("%+v", p.Refusals)
			}
			if r := b.execute(db, p, p.Hash).Loads[0]; r.Status != run.StatusRefused {
				t.Fatalf("a refused load ran: %s", r.Status)
			}
		})
	}
}

func TestChildrenInOtherDatabasesAreSeen(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9))", plan.Int, []any{1, "a"})
	other := server.Database(t)
	server.Exec(t, other, "CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES "+b.name+".jobs (id) ON DELETE CASCADE)")
	p := b.plan(b.open())
	if len(p.Refusals) != 1 || p.Refusals[0].ID != plan.DeletesChildren {
		t.Fatalf("%+v", p.Refusals)
	}
}

func TestAPlanForAnotherTableIsStale(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(30))", plan.Int, []any{1, "a"})
	db := b.open()
	p := b.plan(db)
	b.exec("ALTER TABLE jobs MODIFY v VARCHAR(29)")
	r := b.execute(db, p, p.Hash).Loads[0]
	var g *run.GuardError
	if !errors.As(r.Err, &g) || g.ID != run.GuardStale {
		t.Fatalf("%s: %v", r.Status, r.Err)
	}
	diff(t, []string{"0"}, b.rows("SELECT COUNT(*) FROM jobs"))
}

func TestAnExchangeIsGuardedAsAComparisonIs(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		from, to int
		v, id    string
	}{
		{"all rows changed", 0, 3000, "new", run.GuardMaxChange},
		{"all keys others", 5000, 8000, "old", run.GuardMaxDelete},
		{"most rows gone", 0, 1500, "old", run.GuardMaxDelete},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10))")
			b.opts.SwapRows = 1
			l := b.load("jobs", "jobs", destination.Replace, []string{"id"}, nil)
			rows := func(from, to int, v string) {
				table := synctest.NewTable(fields("id", plan.Int, "v", plan.String))
				for i := from; i < to; i++ {
					table.Rows = append(table.Rows, synctest.NewRow(i, v))
				}
				b.src[l.Model] = table
			}
			rows(0, 3000, "old")
			diff(t, "swap", b.done()[0].Method)
			l.Guard = destination.DefaultGuard()
			rows(c.from, c.to, c.v)
			db := b.open()
			p := b.plan(db)
			r := b.execute(db, p, "").Loads[0]
			if g := (*run.GuardError)(nil); !errors.As(r.Err, &g) || g.ID != c.id {
				t.Fatalf("%s: %s", r.Status, r.Error)
			}
			diff(t, []string{"3000|old|old"}, b.rows("SELECT COUNT(*), MIN(v), MAX(v) FROM jobs"))
			r = b.execute(db, p, p.Hash).Loads[0]
			if r.Status != run.StatusDone || r.Counts.Read != int64(c.to-c.from) {
				t.Fatalf("%s: %s", r.Status, r.Error)
			}
			diff(t, []string{fmt.Sprintf("%d|%s|%s", c.to-c.from, c.v, c.v)}, b.rows("SELECT COUNT(*), MIN(v), MAX(v) FROM jobs"))
		})
	}
}

func TestAFirstAppendToATableWithRowsNeedsApproval(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT, v VARCHAR(10))", "INSERT INTO jobs VALUES (1, 'a')")
	b.load("jobs", "jobs", destination.Append, nil, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{2, "b"})
	db := b.open()
	p := b.plan(db)
	r := b.execute(db, p, "").Loads[0]
	if g := (*run.GuardError)(nil); !errors.As(r.Err, &g) || g.ID != run.GuardFirstRun {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	if r := b.execute(db, p, p.Hash).Loads[0]; r.Status != run.StatusDone {
		t.Fatal(r.Error)
	}
	if r := b.execute(db, b.plan(db), "").Loads[0]; r.Status != run.StatusDone {
		t.Fatalf("a second append: %s", r.Error)
	}
	diff(t, []string{"3"}, b.rows("SELECT COUNT(*) FROM jobs"))
}
