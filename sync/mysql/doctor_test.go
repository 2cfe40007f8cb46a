package mysql_test

import (
	"fmt"
	"testing"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

func TestDoctorNamesWhatIsWrongAndTheRemedy(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id VARCHAR(18) COLLATE utf8mb4_general_ci PRIMARY KEY, v VARCHAR(10)) CHARACTER SET utf8mb4", plan.String)
	b.load("gone", "gone", destination.Mirror, []string{"id"}, nil)
	b.exec(fmt.Sprintf("CREATE USER reader_%[1]s IDENTIFIED BY ''", short(b)), fmt.Sprintf("GRANT SELECT, INSERT ON %s.* TO reader_%s", b.name, short(b)))
	t.Cleanup(func() { b.exec("DROP USER reader_" + short(b)) })
	db, err := mysql.Open(t.Context(), mysql.Options{DSN: fmt.Sprintf("reader_%s@tcp(127.0.0.1:%d)/%s", short(b), server.Port, b.name)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	checks, err := db.Doctor(t.Context(), b.loads)
	if err != nil {
		t.Fatal(err)
	}
	bad := map[string]int{}
	for _, c := range checks {
		if c.Health == run.Broken || c.Health == run.Caution {
			bad[c.ID]++
			if c.Remedy == "" {
				t.Errorf("no remedy: %+v", c)
			}
		}
	}
	want := map[string]int{"grants": 2, "table": 1, "table.key_collation": 1}
	if server.MySQL56() {
		want["server.sql_mode"] = 1 // was not strict by itself
	}
	diff(t, want, bad)
}

func short(b *bench) string { return b.name[len(b.name)-4:] }

func TestTheLeastGrantsAreEnough(t *testing.T) {
	t.Parallel()
	for i, mode := range []destination.Mode{destination.Mirror, destination.Replace, destination.Upsert, destination.Append} {
		b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10))")
		b.opts.SwapRows = 1
		b.load("jobs", "jobs", mode, []string{"id"}, nil)
		b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "a"}, []any{2, "b"})
		b.exec(mysql.LedgerDDL(b.name)...)
		user := fmt.Sprintf("least_%s_%d", short(b), i)
		b.exec("CREATE USER " + user)
		t.Cleanup(func() { server.Exec(t, "", "DROP USER "+user) })
		root := b.open()
		b.exec(mysql.Grants(b.plan(root).Groups[0].Loads[0], "", user)...)
		b.db = mysql.Options{DSN: fmt.Sprintf("%s@tcp(127.0.0.1:%d)/%s", user, server.Port, b.name)}
		b.done()
		if mode != destination.Append {
			for k := range 30 {
				b.src["model.x.jobs"].Rows = append(b.src["model.x.jobs"].Rows, synctest.NewRow(k+10, "n"))
			}
			b.done()
			for _, r := range b.src["model.x.jobs"].Rows {
				r[1] = []byte("changed")
			}
			b.done()
		}
	}
}

func TestTheLeastGrantsAreEnoughToCreateATable(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE companies (id INT PRIMARY KEY, k INT NOT NULL UNIQUE)", "INSERT INTO companies VALUES (7, 1)")
	b.exec(mysql.LedgerDDL(b.name)...)
	l := b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) {
		l.Create, l.AllColumns, l.Columns = true, false, []destination.Mapping{{Column: "id", From: "id"}}
		l.Lookups = []destination.Lookup{{Column: "company_id", Table: "companies", Select: "id", By: "k", From: "company"}}
	})
	b.src[l.Model] = synctest.NewTable(fields("id", plan.Int, "company", plan.Int), []any{1, 1})
	user := "creates_" + short(b)
	b.exec("CREATE USER " + user)
	t.Cleanup(func() { server.Exec(t, "", "DROP USER "+user) })
	b.exec(mysql.Grants(b.plan(b.open()).Groups[0].Loads[0], "", user)...)
	b.db = mysql.Options{DSN: fmt.Sprintf("%s@tcp(127.0.0.1:%d)/%s", user, server.Port, b.name)}
	diff(t, "+1 ~0 -0", counts(b.done()[0]))
	b.exec("INSERT INTO companies VALUES (8, 2)")
	b.src[l.Model].Rows = append(b.src[l.Model].Rows, synctest.NewRow(2, 2))
	diff(t, "+1 ~0 -0", counts(b.done()[0]))
	diff(t, []string{"1|7", "2|8"}, b.rows("SELECT id, company_id FROM jobs ORDER BY id"))
}

func TestUnlockEndsTheRunThatHoldsATable(t *testing.T) {
	t.Parallel()
	b := faultBench(t, "merge")
	db := b.open()
	defer db.Close()
	if id, err := db.Unlock(t.Context(), "", "jobs"); id != 0 || err != nil {
		t.Fatal(id, err)
	}
	b.opts.Attempts = 1
	once := false
	b.hook = func(e run.Event) {
		if e.Phase == run.PhaseApply && !once {
			once = true
			if id, err := db.Unlock(t.Context(), "", "jobs"); id == 0 || err != nil {
				t.Error(id, err)
			}
		}
	}
	if r := b.run().Loads[0]; r.Status != run.StatusFailed {
		t.Fatal(r.Status)
	}
	diff(t, []string{faultBefore}, b.rows(faultState))
}
