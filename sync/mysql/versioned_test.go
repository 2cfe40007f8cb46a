package mysql_test

import (
	"fmt"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// versioned are the ways to write a table that keeps its history.
var versioned = []struct{ name, columns, options string }{
	{"hidden period", "", " WITH SYSTEM VERSIONING"},
	{"named period", ", s TIMESTAMP(6) GENERATED ALWAYS AS ROW START, e TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e)", " WITH SYSTEM VERSIONING"},
	{"invisible period by transaction", ", s BIGINT UNSIGNED GENERATED ALWAYS AS ROW START INVISIBLE, e BIGINT UNSIGNED GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (s, e)", " WITH SYSTEM VERSIONING"},
}

func TestAVersionedChildIsSeenAndKept(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		return // has no such tables
	}
	for _, v := range versioned {
		for _, rule := range []string{"CASCADE", "SET NULL"} {
			for _, mode := range []destination.Mode{destination.Mirror, destination.Replace} {
				t.Run(fmt.Sprint(v.name, "/", rule, "/", mode), func(t *testing.T) {
					t.Parallel()
					b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9))", plan.Int, []any{2, "b"})
					b.exec("CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES jobs (id) ON DELETE "+rule+v.columns+")"+v.options,
						"INSERT INTO jobs VALUES (1, 'a'), (2, 'b')", "INSERT INTO kids (id, job) VALUES (10, 1)")
					b.loads[0].Mode = mode
					p := b.plan(b.open())
					if len(p.Refusals) != 1 || p.Refusals[0].ID != plan.DeletesChildren {
						t.Fatalf("%+v", p.Refusals)
					}
					diff(t, run.StatusRefused, b.run().Loads[0].Status)
					diff(t, []string{"10|1"}, b.rows("SELECT id, job FROM kids"))
				})
			}
		}
	}
}

func TestAVersionedTableIsMergedAndKeepsItsHistory(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		return // has no such tables
	}
	const n = 30 // more than are updated one by one
	for _, v := range versioned {
		for _, mode := range []destination.Mode{destination.Mirror, destination.Replace} {
			t.Run(fmt.Sprint(v.name, "/", mode), func(t *testing.T) {
				t.Parallel()
				b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9), UNIQUE (v)"+v.columns+")"+v.options)
				b.opts.SwapRows = 1
				b.load("jobs", "jobs", mode, []string{"id"}, nil)
				load := func(v string, from int) run.LoadReport {
					table := synctest.NewTable(fields("id", plan.Int, "v", plan.String))
					for i := from; i < n; i++ {
						table.Rows = append(table.Rows, synctest.NewRow(i, fmt.Sprint(v, i)))
					}
					b.src["model.x.jobs"] = table
					r := b.done()[0]
					diff(t, plan.Merge.String(), r.Method)
					return r
				}
				diff(t, "+30 ~0 -0", counts(load("a", 0)))
				diff(t, "+0 ~28 -2", counts(load("b", 2)))
				diff(t, "+0 ~0 -0", counts(load("b", 2)))
				diff(t, []string{"28|b10|b9"}, b.rows("SELECT COUNT(*), MIN(v), MAX(v) FROM jobs"))
				diff(t, []string{"58"}, b.rows("SELECT COUNT(*) FROM jobs FOR SYSTEM_TIME ALL"))
			})
		}
	}
}

func TestAPeriodOfAVersionedTableCannotBeWritten(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		return // has no such tables
	}
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY"+versioned[1].columns+")"+versioned[1].options)
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "s", plan.Timestamp), []any{1, "2026-01-01 00:00:00"})
	p := b.plan(b.open())
	if len(p.Refusals) != 1 || p.Refusals[0].ID != string(destination.ColumnGenerated) {
		t.Fatalf("%+v", p.Refusals)
	}
}

func TestAVersionedParentIsLookedUp(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		return // has no such tables
	}
	for _, v := range versioned {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE companies (id INT PRIMARY KEY, sf VARCHAR(9) COLLATE utf8mb4_bin NOT NULL UNIQUE"+v.columns+") CHARACTER SET utf8mb4"+v.options,
				"CREATE TABLE jobs (id INT PRIMARY KEY, company_id INT NOT NULL, FOREIGN KEY (company_id) REFERENCES companies (id))",
				"INSERT INTO companies (id, sf) VALUES (1, 'A'), (2, 'old')", "UPDATE companies SET sf = 'B' WHERE id = 2")
			b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) {
				l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "id", From: "id"}}
				l.Lookups = []destination.Lookup{{Column: "company_id", Table: "companies", Select: "id", By: "sf", From: "company"}}
				l.OnBadRow = destination.RejectBadRow
			})
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "company", plan.String), []any{1, "B"}, []any{2, "A"}, []any{3, "old"})
			diff(t, "+2 ~0 -0", counts(b.done()[0]))
			diff(t, []string{"1|2", "2|1"}, b.rows("SELECT id, company_id FROM jobs ORDER BY id"))
			diff(t, "+0 ~0 -0", counts(b.done()[0]))
		})
	}
}

func TestASequenceIsNoTable(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		return // has none
	}
	b := newBench(t, "CREATE SEQUENCE jobs")
	b.load("jobs", "jobs", destination.Mirror, []string{"next_not_cached_value"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("next_not_cached_value", plan.Int), []any{1})
	p := b.plan(b.open())
	if len(p.Refusals) == 0 || p.Refusals[0].ID != string(destination.TableMissing) {
		t.Fatalf("%+v", p.Refusals)
	}
}
