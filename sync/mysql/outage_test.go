package mysql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/run"
	"impact/sync/synctest"
)

// happened says what came of a fault, for "make faults".
func happened(t *testing.T, format string, args ...any) {
	t.Helper()
	t.Attr("happened", fmt.Sprintf(format, args...))
}

func TestALockThatIsHeldTooLongIsWaitedFor(t *testing.T) {
	t.Parallel()
	b := faultBench(t, "merge")
	held := make(chan error, 1)
	started := false
	b.hook = func(e run.Event) {
		if e.Phase != run.PhaseApply || started {
			return
		}
		started = true
		go func() { // longer than a session waits for a row
			held <- server.Try(b.name, "BEGIN", "SELECT id FROM jobs WHERE id = 700 FOR UPDATE", "DO SLEEP(12)", "COMMIT")
		}()
		time.Sleep(200 * time.Millisecond)
	}
	r := b.done()[0]
	if err := <-held; err != nil {
		t.Fatal(err)
	}
	if r.Attempts < 2 {
		t.Fatalf("%d attempts", r.Attempts)
	}
	b.hook = nil
	checkFault(t, b)
	happened(t, "rolled back as a whole after 10 s, done in attempt %d", r.Attempts)
}

// ownServer is a server whose settings are the test's, with a user that they
// hold for as well: root may do what others may not.
func ownServer(t *testing.T) (*synctest.Server, string, *bench) {
	t.Helper()
	server.Need(t)
	own, err := synctest.Start(synctest.ServerOptions{Memory: true, Args: []string{"--max-connections=12"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Stop(); err != nil {
			t.Error(err)
		}
	})
	name := own.Database(t)
	own.Exec(t, name, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(20), KEY by_v (v))", "CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES jobs (id))",
		"CREATE USER app@'127.0.0.1'", "GRANT ALL ON "+name+".* TO app@'127.0.0.1'")
	b := &bench{t: t, name: name, src: synctest.Source{}, db: mysql.Options{DSN: strings.Replace(own.DSN(name), "root@", "app@", 1), CreateLedger: true}}
	setFaultRows(b, "old", 0)
	faultLoad(b, "merge")
	b.done()
	setFaultRows(b, "new", 600)
	return own, name, b
}

func TestAServerThatBecomesReadOnlyChangesNothing(t *testing.T) {
	t.Parallel()
	own, name, b := ownServer(t)
	b.hook = func(e run.Event) {
		if e.Phase == run.PhaseApply {
			own.Exec(t, name, "SET GLOBAL read_only = 1")
		}
	}
	b.opts.RunID = "first"
	r := b.run().Loads[0]
	if r.Status != run.StatusFailed || !strings.Contains(r.Error, "read-only") {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	diff(t, []string{faultBefore}, own.Rows(t, name, faultState))
	b.hook = nil
	own.Exec(t, name, "SET GLOBAL read_only = 0")
	b.opts.RunID = "next"
	diff(t, "+600 ~600 -600", counts(b.done()[0]))
	diff(t, []string{faultAfter}, own.Rows(t, name, faultState))
	happened(t, "rolled back and said so; done by the next run")

	// An administrator is not stopped: a replica would no longer be one.
	setFaultRows(b, "newest", 0)
	own.Exec(t, name, "SET GLOBAL read_only = 1")
	b.db.DSN, b.opts.RunID = own.DSN(name), "root"
	r = b.run().Loads[0]
	var se *mysql.ServerError
	if r.Status != run.StatusFailed || !errors.As(r.Err, &se) || !strings.Contains(se.Error(), "read-only") || !strings.Contains(se.Hint(), "primary") {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	diff(t, []string{faultAfter}, own.Rows(t, name, faultState))
}

// TestASlowModelOutlivesTheServersTimeout waits for longer than the server lets
// connections be idle.
func TestASlowModelOutlivesTheServersTimeout(t *testing.T) {
	t.Parallel()
	own, name, b := ownServer(t)
	own.Exec(t, name, "SET GLOBAL wait_timeout = 1")
	b.hook = func(e run.Event) {
		if e.Phase == run.PhaseCompare || e.Phase == run.PhaseSwap {
			time.Sleep(1200 * time.Millisecond)
		}
	}
	b.opts.Attempts, b.opts.RunID = 1, "merge"
	b.done()
	diff(t, []string{faultAfter}, own.Rows(t, name, faultState))

	own.Exec(t, name, "DROP TABLE kids")
	b.loads = nil
	faultLoad(b, "swap")
	setFaultRows(b, "old", 0)
	b.opts.RunID = "swap"
	b.done()
	diff(t, []string{faultBefore}, own.Rows(t, name, faultState))
}

func TestTooManyConnectionsAreWaitedFor(t *testing.T) {
	t.Parallel()
	own, name, b := ownServer(t)
	db := b.open()
	p := b.plan(db)
	others, err := sql.Open("mysql", b.db.DSN)
	if err != nil {
		t.Fatal(err)
	}
	var held []*sql.Conn
	for range 20 {
		c, err := others.Conn(t.Context())
		if err != nil {
			break
		}
		held = append(held, c)
	}
	if len(held) == 20 {
		t.Fatal("the server takes any number of connections")
	}
	pauses := 0
	b.opts.Sleep = func(context.Context, time.Duration) error {
		if pauses++; pauses == 2 { // the application lets go
			for _, c := range held {
				_ = c.Close()
			}
			_ = others.Close()
			time.Sleep(100 * time.Millisecond)
		}
		return nil
	}
	r := b.execute(db, p, p.Hash).Loads[0]
	if r.Status != run.StatusDone || pauses < 2 {
		t.Fatalf("%s after %d pauses: %s", r.Status, pauses, r.Error)
	}
	diff(t, []string{faultAfter}, own.Rows(t, name, faultState))
	happened(t, "done in attempt %d", r.Attempts)
}

func TestWhatIsDoneToATableWhileItsCopyIsFilledIsNotLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		first            bool // before the copy is made, and not while it is filled
		ddl, check, want string
	}{
		{"a child is inserted", false, "CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES jobs (id))",
			"SELECT REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kids' AND REFERENCED_TABLE_NAME IS NOT NULL", "jobs"},
		{"a trigger is added", false, "CREATE TRIGGER tr BEFORE DELETE ON jobs FOR EACH ROW SET @x = 1",
			"SELECT EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()", "jobs"},
		{"a column is added", false, "ALTER TABLE jobs ADD COLUMN w INT NOT NULL DEFAULT 7", "SELECT DISTINCT w FROM jobs", "7"},
		{"a column is added just before", true, "ALTER TABLE jobs ADD COLUMN w INT NOT NULL DEFAULT 7", "SELECT DISTINCT w FROM jobs", "7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := faultBench(t, "swap")
			done := false
			ddl := func() {
				done = true
				b.exec(c.ddl)
				if strings.Contains(c.ddl, "kids") {
					b.exec("INSERT INTO kids VALUES (1, 5)") // a row that the model has no more
				}
			}
			if c.first {
				b.hook = func(e run.Event) {
					if e.Phase == run.PhaseSwap && !done {
						ddl()
					}
				}
			} else {
				p := synctest.NewProxy(t, server)
				b.db.DSN = p.DSN(b.name)
				p.Arm(&synctest.Fault{Text: "LOAD DATA", Pass: true, Do: ddl})
			}
			stop := watch(t, b)
			r := b.run().Loads[0]
			stop()
			b.hook = nil
			if !done || r.Status == run.StatusDone {
				t.Fatalf("%s", r.Status)
			}
			diff(t, []string{c.want}, b.rows(c.check))
			diff(t, []string{faultBefore}, b.rows(faultState))
			diff(t, []string{"0"}, b.rows("SELECT COUNT(*) FROM _impact_loads WHERE status <> 'done' OR run_id <> 'run-1'"))
			if strings.Contains(c.ddl, "kids") { // a child that nobody needs any more
				b.exec("DELETE FROM kids")
			}
			b.opts.RunID = "next"
			if strings.Contains(c.ddl, "COLUMN") {
				b.loads[0].Mode = destination.Mirror // replace would take a column of the application
			}
			diff(t, "merge", b.done()[0].Method)
			diff(t, []string{faultAfter}, b.rows(faultState))
			diff(t, []string{c.want}, b.rows(c.check)[:1])
			happened(t, "the old table came back and the run says: %s", r.Status)
		})
	}
}
