package mysql_test

import (
	"fmt"
	"testing"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
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
	want := map[string]int{"table": 1, "table.key_collation": 1}
	if server.MySQL56() {
		want["server.sql_mode"] = 1 // was not strict by itself
	}
	diff(t, want, bad)
}

func short(b *bench) string { return b.name[len(b.name)-4:] }

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
