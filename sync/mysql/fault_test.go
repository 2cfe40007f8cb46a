package mysql_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// faultRows is the size of the model before and after: enough for several
// batches.
const faultRows = 1200

// faultBench is a table with children, and a model that differs from it in many
// rows, once for every way to write.
func faultBench(t testing.TB, way string) *bench {
	t.Helper()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(20), KEY by_v (v))")
	if way == "merge" {
		b.exec("CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES jobs (id))")
	}
	setFaultRows(b, "old", 0)
	faultLoad(b, way)
	b.done()
	setFaultRows(b, "new", 600)
	return b
}

// faultLoad adds the load of a way to write; the child process does it too.
func faultLoad(b *bench, way string) {
	b.opts.SwapRows = 1
	mode := destination.Mirror
	if way == "swap" {
		mode = destination.Replace
	}
	b.load("jobs", "jobs", mode, []string{"id"}, nil)
}

func setFaultRows(b *bench, v string, from int) {
	t := synctest.NewTable(fields("id", plan.Int, "v", plan.String))
	for i := from; i < from+faultRows; i++ {
		t.Rows = append(t.Rows, synctest.NewRow(i, v))
	}
	b.src["model.x.jobs"] = t
}

const faultState = "SELECT COUNT(*), MIN(id), MAX(id), MIN(v), MAX(v) FROM jobs"

var (
	faultBefore = fmt.Sprintf("%d|0|%d|old|old", faultRows, faultRows-1)
	faultAfter  = fmt.Sprintf("%d|600|%d|new|new", faultRows, 600+faultRows-1)
)

// watch reads the table all the time and reports what it should never see. Every
// state that a reader meets is the old one or the new one.
func watch(t testing.TB, b *bench) (stop func()) {
	t.Helper()
	done := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		for {
			select {
			case <-done:
				ended <- nil
				return
			default:
			}
			rows, err := server.TryRows(b.name, faultState)
			if err != nil {
				ended <- err
				return
			}
			if rows[0] != faultBefore && rows[0] != faultAfter {
				ended <- fmt.Errorf("a reader saw %s", rows[0])
				return
			}
		}
	}()
	return func() {
		close(done)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// steps are the statements at which a run is made to fail.
var faultSteps = map[string][]string{
	"merge": {"GET_LOCK", "information_schema.COLUMNS", "ORDER BY t.", "START TRANSACTION", "FOR UPDATE", "UPDATE `", "INSERT INTO `", "DELETE t FROM", "_impact_loads` (run_id", "_impact_runs` SET", "COMMIT"},
	"swap":  {"GET_LOCK", "CREATE TABLE `", "SHOW CREATE", "DROP KEY", "LOAD DATA", "@@warning_count", "SELECT AUTO_INCREMENT", "ADD KEY", "SELECT COUNT(*) FROM `", "_impact_loads` (run_id", "RENAME TABLE", "SET status", "_impact_runs` SET", "DROP TABLE IF EXISTS", "COMMENT = "},
}

// eachFault fails at every step, before and after it. With -short it takes every
// fourth fault, counted from first, so that several tests together take more.
func eachFault(t *testing.T, first int, f func(t *testing.T, way string, fault synctest.Fault)) {
	t.Helper()
	for way, steps := range faultSteps {
		count := first
		for _, step := range steps {
			for _, before := range []bool{true, false} {
				if count++; testing.Short() && count%4 != 0 {
					continue
				}
				name := way + "/after " + step
				if before {
					name = way + "/before " + step
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					t.Attr("fault", strings.TrimPrefix(name, way+"/")+" ("+way+")")
					fault := synctest.Fault{Text: step, Before: before}
					if step == "DROP TABLE IF EXISTS" {
						fault.Text += " `" // the old table, not a leftover
						fault.Skip = 1
					}
					f(t, way, fault)
				})
			}
		}
	}
}

func TestALostConnectionAtAnyStepIsSurvivedWithinTheRun(t *testing.T) {
	t.Parallel()
	eachFault(t, 0, func(t *testing.T, way string, fault synctest.Fault) {
		t.Helper()
		b := faultBench(t, way)
		p := synctest.NewProxy(t, server)
		b.db.DSN = p.DSN(b.name)
		stop := watch(t, b)
		db := b.open()
		pl := b.plan(db)
		p.Arm(&fault)
		r := b.execute(db, pl, pl.Hash).Loads[0]
		stop()
		if r.Status != run.StatusDone {
			t.Fatalf("%s after %d attempts: %s", r.Status, r.Attempts, r.Error)
		}
		if p.Fired() != 1 {
			t.Fatalf("the fault happened %d times", p.Fired())
		}
		checkFault(t, b)
		happened(t, "the run did it in attempt %d", r.Attempts)
	})
}

func TestAConnectionThatTheServerDoesNotMissIsEnded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before bool
	}{{"COMMIT that never arrives", true}, {"COMMIT whose answer is lost", false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := faultBench(t, "merge")
			p := synctest.NewProxy(t, server)
			b.db.DSN = p.DSN(b.name)
			db := b.open()
			pl := b.plan(db)
			p.Arm(&synctest.Fault{Text: "COMMIT", Before: c.before, Hold: true})
			r := b.execute(db, pl, pl.Hash).Loads[0]
			if r.Status != run.StatusDone || r.Attempts != 2 {
				t.Fatalf("%s after %d attempts: %s", r.Status, r.Attempts, r.Error)
			}
			diff(t, "+600 ~600 -600", counts(r))
			checkFault(t, b)
			happened(t, "the ledger told what was true, done in attempt %d", r.Attempts)
		})
	}
}

func checkFault(t *testing.T, b *bench) {
	t.Helper()
	diff(t, []string{faultAfter}, b.rows(faultState))
	b.db.DSN = server.DSN(b.name)
	b.opts.RunID = ""
	b.runs += 10
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
	var left []string
	for _, name := range b.rows("SHOW TABLES") {
		if strings.HasPrefix(name, "_impact_new") || strings.HasPrefix(name, "_impact_old") {
			left = append(left, name)
		}
	}
	diff(t, []string(nil), left)
	diff(t, []string{""}, b.rows("SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'jobs'"))
	diff(t, []string{"0"}, b.rows("SELECT COUNT(*) FROM _impact_loads WHERE status <> 'done'"))
	diff(t, []string{"0"}, b.rows("SELECT COUNT(*) FROM (SELECT 1 FROM _impact_loads GROUP BY run_id, load_id HAVING COUNT(*) > 1) x"))
}

// child is what the process that will be killed is told.
type child struct{ DSN, Name, Way string }

func TestAKilledProcessIsFinishedByTheNextRun(t *testing.T) {
	t.Parallel()
	eachFault(t, 2, func(t *testing.T, way string, fault synctest.Fault) {
		t.Helper()
		b := faultBench(t, way)
		p := synctest.NewProxy(t, server)
		arg, err := json.Marshal(child{p.DSN(b.name), b.name, way})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChildProcess$")
		cmd.Env = append(os.Environ(), "IMPACT_FAULT_CHILD="+string(arg))
		started := make(chan struct{})
		fault.Do = func() {
			<-started
			_ = cmd.Process.Kill()
		}
		p.Arm(&fault)
		stop := watch(t, b)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		close(started)
		if err := cmd.Wait(); err == nil || p.Fired() != 1 {
			t.Fatalf("the process was not killed (%v): %s", err, out.Bytes())
		}
		// The next run comes before the server has noticed, and while its
		// proxy still holds the line.
		p.Cut()
		b.opts.RunID = "next"
		r := b.run().Loads[0]
		for try := 0; try < 50 && errors.As(r.Err, new(*run.LockedError)); try++ {
			time.Sleep(20 * time.Millisecond)
			r = b.run().Loads[0]
		}
		stop()
		if r.Status != run.StatusDone {
			t.Fatalf("%s: %s", r.Status, r.Error)
		}
		checkFault(t, b)
		happened(t, "the next run found it %s", map[bool]string{true: "done", false: "as it was, or half-way, and did it"}[r.Counts.Changed() == 0])
	})
}

// TestChildProcess is the process that is killed.
func TestChildProcess(t *testing.T) {
	arg := os.Getenv("IMPACT_FAULT_CHILD")
	if arg == "" {
		return // only as a child
	}
	var c child
	if err := json.Unmarshal([]byte(arg), &c); err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, name: c.Name, src: synctest.Source{}, db: mysql.Options{DSN: c.DSN, CreateLedger: true}}
	setFaultRows(b, "new", 600)
	faultLoad(b, c.Way)
	b.opts.RunID = "child"
	b.opts.Attempts = 1
	b.done()
}

func TestAKilledConnectionIsSurvived(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"merge", "swap"} {
		b := faultBench(t, way)
		once := false
		b.hook = func(e run.Event) {
			if (e.Phase == run.PhaseApply || e.Phase == run.PhaseSwap) && !once {
				once = true
				for _, id := range b.rows("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()") {
					// One that has ended by itself meanwhile is as good.
					if err := server.Try(b.name, "KILL "+id); err != nil && !strings.Contains(err.Error(), "Unknown thread id") {
						t.Error(err)
					}
				}
			}
		}
		b.done()
		if !once {
			t.Fatal("nothing was killed")
		}
		b.hook = nil
		checkFault(t, b)
	}
}

func TestAKilledServerIsSurvivedByTheNextRun(t *testing.T) {
	t.Parallel()
	server.Need(t)
	own, err := synctest.Start(synctest.ServerOptions{Memory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Stop(); err != nil {
			t.Error(err)
		}
	})
	for _, way := range []string{"merge", "swap"} {
		for _, step := range []string{"INSERT INTO `", "COMMIT", "LOAD DATA", "RENAME TABLE", "SET status"} {
			if (way == "merge") != (step == "INSERT INTO `" || step == "COMMIT") {
				continue
			}
			t.Run("after "+step+" ("+way+")", func(t *testing.T) {
				name := own.Database(t)
				own.Exec(t, name, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(20), KEY by_v (v))")
				if way == "merge" {
					own.Exec(t, name, "CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES jobs (id))")
				}
				b := &bench{t: t, name: name, src: synctest.Source{}, db: mysql.Options{DSN: own.DSN(name), CreateLedger: true}}
				b.opts.Attempts = 1
				setFaultRows(b, "old", 0)
				faultLoad(b, way)
				b.done()
				setFaultRows(b, "new", 600)
				p := synctest.NewProxy(t, own)
				b.db.DSN = p.DSN(name)
				db := b.open()
				pl := b.plan(db)
				p.Arm(&synctest.Fault{Text: step, Do: func() { _ = own.Kill() }})
				if r := b.execute(db, pl, pl.Hash).Loads[0]; r.Status != run.StatusFailed {
					t.Fatalf("%s at %s: %s", way, step, r.Status)
				}
				if err := own.Restart(); err != nil {
					t.Fatal(err)
				}
				b.db.DSN = own.DSN(name)
				b.opts.RunID = "next"
				b.done()
				diff(t, []string{faultAfter}, own.Rows(t, name, faultState))
				b.opts.RunID = "last"
				diff(t, "+0 ~0 -0", counts(b.done()[0]))
				happened(t, "the server recovered, the next run did it")
			})
		}
	}
}

func TestOneRunPerTableAtATime(t *testing.T) {
	t.Parallel()
	b := faultBench(t, "merge")
	var second run.LoadReport
	b.hook = func(e run.Event) {
		if e.Phase == run.PhaseApply && second.Load == "" {
			other := &bench{t: t, name: b.name, src: b.src, db: b.db}
			faultLoad(other, "merge")
			second = other.run().Loads[0]
		}
	}
	b.done()
	if second.Status != run.StatusFailed || !errors.As(second.Err, new(*run.LockedError)) || !strings.Contains(second.Error, "connection") {
		t.Fatalf("%s: %s", second.Status, second.Error)
	}
	happened(t, "the second said who holds the table, the first did it")
}

func TestADeadlockIsTriedAgainAsAWhole(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10))", plan.Int, []any{1, "A"}, []any{2, "B"})
	b.exec("INSERT INTO jobs VALUES (1,'a'),(2,'b')", "CREATE TABLE heavy (id INT PRIMARY KEY)", "SET SESSION lock_wait_timeout=20")
	b.loads[0].OnBadRow = destination.FailOnBadRow
	// The application locks row 2, then waits for row 1, which the run holds
	// while it waits for row 2. It has written more, so the run is the victim.
	many := make([]string, 2000)
	for i := range many {
		many[i] = fmt.Sprintf("(%d)", i)
	}
	wait := make(chan error, 1)
	started := false
	b.hook = func(e run.Event) {
		if e.Phase != run.PhaseApply || started {
			return
		}
		started = true
		go func() {
			wait <- server.Try(b.name, "BEGIN", "INSERT INTO heavy VALUES "+strings.Join(many, ","), "UPDATE jobs SET v = 'x' WHERE id = 2",
				"DO SLEEP(0.4)", "UPDATE jobs SET v = 'y' WHERE id = 1", "COMMIT")
		}()
		time.Sleep(200 * time.Millisecond)
	}
	b.done()
	// Whoever was the victim (the application's own business if it was), the
	// next run finds the rows as the model has them.
	if err := <-wait; err != nil && !strings.Contains(err.Error(), "Deadlock") {
		t.Fatal(err)
	}
	b.opts.RunID = "again"
	b.done()
	diff(t, []string{"1|A", "2|B"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	happened(t, "the victim was rolled back as a whole and did it again")
}

func TestAReaderThatBlocksTheExchangeIsWaitedFor(t *testing.T) {
	t.Parallel()
	b := faultBench(t, "swap")
	held := make(chan error, 1)
	started := false
	b.hook = func(e run.Event) {
		if e.Phase == run.PhaseSwap && !started {
			started = true
			go func() {
				held <- server.Try(b.name, "BEGIN", "SELECT COUNT(*) FROM jobs INTO @n", "DO SLEEP(3)", "COMMIT")
			}()
			time.Sleep(100 * time.Millisecond)
		}
	}
	stop := watch(t, b)
	diff(t, "swap", b.done()[0].Method)
	stop()
	if err := <-held; err != nil {
		t.Fatal(err)
	}
	b.hook = nil
	checkFault(t, b)
	happened(t, "the exchange waited, other readers passed")
}

func TestACancelledRunRollsBack(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"merge", "swap"} {
		b := faultBench(t, way)
		ctx, cancel := context.WithCancel(t.Context())
		db := b.open()
		p := b.plan(db)
		stop := watch(t, b)
		r := run.Execute(ctx, p, b.src, map[string]run.Destination{"db": db}, run.Options{RunID: "c", Approve: p.Hash, SwapRows: 1, Events: func(e run.Event) {
			if e.Phase == run.PhaseApply || e.Phase == run.PhaseSwap {
				cancel()
			}
		}}).Loads[0]
		stop()
		cancel()
		if r.Status != run.StatusFailed || !errors.Is(r.Err, context.Canceled) {
			t.Fatalf("%s: %s: %v", way, r.Status, r.Err)
		}
		diff(t, []string{faultBefore}, b.rows(faultState))
		b.opts.RunID = "next"
		b.done()
		checkFault(t, b)
	}
}

func TestASourceThatBreaksOffChangesNothing(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"merge", "swap"} {
		b := faultBench(t, way)
		table := b.src["model.x.jobs"]
		table.Fail, table.FailAfter = errors.New("the stream broke"), 700
		if r := b.run().Loads[0]; r.Status != run.StatusFailed {
			t.Fatalf("%s: %s", way, r.Status)
		}
		diff(t, []string{faultBefore}, b.rows(faultState))
		table.Fail, table.Fails = run.Transient(table.Fail), 4 // one or two have been: rows are read ahead
		b.opts.RunID = "next"
		r := b.done()[0]
		if r.Attempts < 2 {
			t.Fatalf("%s: %d attempts", way, r.Attempts)
		}
		checkFault(t, b)
	}
}
