package sqlite_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/sqlite"
	"impact/sync/synctest"
)

// child is what a child process is told. The test binary runs itself again, so
// that a real process can be killed.
type child struct {
	Path, Way string
	Phase     run.Phase // killed when this begins
	Rows      int64     // and so many rows are done
	Read      bool      // reads the table instead
}

const childEnv = "IMPACT_SQLITE_CHILD"

const faultRows = 40_000

// faultBench is a table of old rows and a load of new ones.
func faultBench(t *testing.T, way string) *bench {
	t.Helper()
	b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, v varchar(20) NOT NULL)")
	b.exec(t, fmt.Sprintf("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO jobs SELECT i, 'old' FROM n", faultRows-1))
	faultLoad(b, way)
	return b
}

func faultLoad(b *bench, way string) {
	mode := destination.Mirror
	if way == "swap" {
		mode, b.opts.SwapRows = destination.Replace, 1
	}
	l := b.load("jobs", mode, "id", fields("id", plan.Int, "v", plan.String))
	rows := make([]run.Row, 0, faultRows)
	for i := range faultRows {
		rows = append(rows, synctest.NewRow(i+faultRows/2, "new"))
	}
	b.src[l.Model].Rows = rows
}

func (c child) start(t testing.TB) *exec.Cmd {
	t.Helper()
	arg, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.count=1")
	cmd.Env = append(os.Environ(), childEnv+"="+string(arg))
	return cmd
}

func TestChild(t *testing.T) {
	arg := os.Getenv(childEnv)
	if arg == "" {
		return // only as a child
	}
	var c child
	if err := json.Unmarshal([]byte(arg), &c); err != nil {
		t.Fatal(err)
	}
	if c.Read {
		readUntilDone(t, c)
		return
	}
	b := &bench{file: openFile(t, c.Path), t: t, src: synctest.Source{}, db: sqlite.Options{Path: c.Path, CreateLedger: true}}
	faultLoad(b, c.Way)
	b.opts.RunID, b.opts.Attempts = "child", 1
	b.hook = func(e run.Event) {
		if e.Phase == c.Phase && e.Rows >= c.Rows {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			t.Error(err)
			time.Sleep(time.Minute)
		}
	}
	b.run()
}

const faultState = "SELECT v, COUNT(*), MIN(id), MAX(id) FROM jobs GROUP BY v ORDER BY v"

var (
	faultBefore = fmt.Sprintf("old|%d|0|%d", faultRows, faultRows-1)
	faultAfter  = fmt.Sprintf("new|%d|%d|%d", faultRows, faultRows/2, faultRows/2+faultRows-1)
)

// TestAKilledProcessIsFinishedByTheNextRun takes every fourth fault with -short.
func TestAKilledProcessIsFinishedByTheNextRun(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		name  string
		child child
	}{
		{"while it compares", child{Way: "merge", Phase: run.PhaseCompare, Rows: 20_000}},
		{"before it writes", child{Way: "merge", Phase: run.PhaseApply}},
		{"after half of the rows", child{Way: "merge", Phase: run.PhaseApply, Rows: 30_000}},
		{"while rows are gathered", child{Way: "swap", Phase: run.PhaseSwap, Rows: 20_000}},
		{"when all are gathered", child{Way: "swap", Phase: run.PhaseSwap, Rows: 40_000}},
		{"after the commit, before the report", child{Way: "merge", Phase: run.PhaseDone}},
		{"after the exchange, before the report", child{Way: "swap", Phase: run.PhaseDone}},
	} {
		if testing.Short() && i%4 != 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := faultBench(t, c.child.Way)
			c.child.Path = b.path
			out, err := c.child.start(t).CombinedOutput()
			if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != -1 {
				t.Fatalf("the process was not killed (%v): %s", err, out)
			}
			committed := c.child.Phase == run.PhaseDone
			want := faultBefore
			if committed {
				want = faultAfter
			}
			b.want(faultState, want)
			// The same run again, as an orchestrator would: no lock is left, and
			// nothing is done twice.
			b.opts.RunID = "child"
			r := b.run()[0]
			if want := map[bool]run.Status{true: run.StatusRepeated, false: run.StatusDone}[committed]; r.Status != want {
				t.Fatalf("%s: %s", r.Status, r.Error)
			}
			b.want(faultState, faultAfter)
			b.want("SELECT COUNT(*) FROM _impact_loads", "1")
			b.want("PRAGMA integrity_check", "ok")
			b.opts.RunID, b.opts.Full = "", true
			b.changes(0, 0, 0)
		})
	}
}

// readUntilDone reads the table from another process until the new rows are
// there, and fails if it ever sees anything but all of the old or all of the new.
func readUntilDone(t *testing.T, c child) {
	t.Helper()
	f := openFile(t, c.Path)
	if _, err := os.Create(c.Path + "-reading"); err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		switch got := strings.Join(f.rows(t, faultState), " "); got {
		case faultBefore:
		case faultAfter:
			t.Logf("%d reads", n)
			return
		default:
			t.Fatalf("read %s", got)
		}
	}
}

func TestAReaderInAnotherProcessSeesAllOrNothing(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"merge", "swap"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			b := faultBench(t, way)
			cmd := child{Path: b.path, Read: true}.start(t)
			var out strings.Builder
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
				if _, err := os.Stat(b.path + "-reading"); err == nil {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("the reader did not start: %s", out.String())
				}
			}
			r := b.run()[0]
			if err := cmd.Wait(); err != nil {
				t.Fatalf("%v: %s", err, out.String())
			}
			if r.Status != run.StatusDone {
				t.Fatalf("%s: %s", r.Status, r.Error)
			}
		})
	}
}

func TestWhatTheApplicationWritesMeanwhileIsComparedAgain(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"WAL", "DELETE"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, v varchar(20), clicks INTEGER NOT NULL DEFAULT 0)")
			b.exec(t, "PRAGMA journal_mode = "+mode, "INSERT INTO jobs (id, v) VALUES (1, 'old'), (2, 'old'), (3, 'gone'), (4, 'same')")
			b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "v", plan.String),
				[]any{1, "new"}, []any{2, "new"}, []any{4, "same"}, []any{5, "new"}, []any{6, "new"})
			db := b.open()
			p := b.plan(db)
			src := &betweenSource{Source: b.src, do: func() {
				b.exec(t, "UPDATE jobs SET clicks = 7 WHERE id = 1", "UPDATE jobs SET v = 'new' WHERE id = 2", "DELETE FROM jobs WHERE id = 3",
					"INSERT INTO jobs VALUES (5, 'theirs', 9)", "INSERT INTO jobs VALUES (6, 'new', 9)")
			}}
			r := run.Execute(t.Context(), p, src, map[string]run.Destination{"db": db}, run.Options{RunID: "x", Approve: p.Hash}).Loads[0]
			if r.Status != run.StatusDone {
				t.Fatalf("%s: %s", r.Status, r.Error)
			}
			b.want("SELECT * FROM jobs ORDER BY id", "1|new|7", "2|new|0", "4|same|0", "5|new|9", "6|new|9")
			if r.Counts.Rechecked == 0 {
				t.Fatalf("%+v", r.Counts)
			}
			b.changes(0, 0, 0)
		})
	}
}

// betweenSource does something when all rows are read, so after the rows of the
// table were.
type betweenSource struct {
	synctest.Source
	do func()
}

// Read implements run.Source.
func (s *betweenSource) Read(ctx context.Context, q run.Query) (run.Stream, error) {
	st, err := s.Source.Read(ctx, q)
	return &betweenStream{Stream: st, s: s}, err
}

type betweenStream struct {
	run.Stream
	s *betweenSource
}

// Close implements run.Stream.
func (st *betweenStream) Close() error {
	if st.s.do != nil {
		st.s.do()
		st.s.do = nil
	}
	return st.Stream.Close()
}

func TestAnApplicationThatKeepsWritingIsNotLost(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, v varchar(20), clicks INTEGER NOT NULL DEFAULT 0)")
	l := b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "v", plan.String))
	for i := range 2000 {
		b.src[l.Model].Rows = append(b.src[l.Model].Rows, synctest.NewRow(i, "a"))
	}
	b.changes(2000, 0, 0)
	var stop atomic.Bool
	clicks := make(chan int)
	go func() {
		n := 0
		for !stop.Load() {
			if _, err := b.file.db.ExecContext(context.Background(), "UPDATE jobs SET clicks = clicks + 1 WHERE id = ?", n%2000); err != nil {
				t.Error(err)
				break
			}
			n++
		}
		clicks <- n
	}()
	for _, v := range []string{"b", "c", "d"} {
		for _, r := range b.src[l.Model].Rows {
			r[1] = []byte(v)
		}
		b.changes(0, 2000, 0)
	}
	stop.Store(true)
	b.want("SELECT SUM(clicks), MIN(v), MAX(v) FROM jobs", fmt.Sprintf("%d|d|d", <-clicks))
}

func TestABusyDatabaseIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, v text)")
	b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "v", plan.String), []any{1, "a"})
	b.changes(1, 0, 0)
	b.src["model.x.jobs"].Rows[0] = synctest.NewRow(1, "b")
	b.db.Wait = 10 * time.Millisecond
	c, err := b.file.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	tries := 0
	b.opts.Sleep = func(ctx context.Context, _ time.Duration) error {
		if tries++; tries == 2 {
			_, err := c.ExecContext(ctx, "ROLLBACK")
			return err
		}
		return nil
	}
	b.changes(0, 1, 0)
	if tries != 2 {
		t.Fatal(tries)
	}
}

func TestLocksAreHeldByProcessesAndSayWho(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, v text)", "CREATE TABLE others (id INTEGER PRIMARY KEY, v text)")
	b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "v", plan.String), []any{1, "a"})
	db := b.open()
	p := b.plan(db)
	s, err := db.Open(t.Context(), p.Groups[0], run.Settings{RunID: "one", Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	// The same file by another name is the same file.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(b.path, link); err != nil {
		t.Fatal(err)
	}
	b.db.Path = link
	other := b.open()
	_, err = other.Open(t.Context(), p.Groups[0], run.Settings{RunID: "two", Now: time.Now()})
	locked := (*run.LockedError)(nil)
	if !errors.As(err, &locked) || !strings.Contains(locked.Holder, fmt.Sprint("process ", os.Getpid())) {
		t.Fatal(err)
	}
	if pid, err := other.Unlock(t.Context(), "", "JOBS"); pid != int64(os.Getpid()) || err == nil {
		t.Fatal(pid, err)
	}
	if pid, err := other.Unlock(t.Context(), "", "others"); pid != 0 || err != nil {
		t.Fatal(pid, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if pid, err := other.Unlock(t.Context(), "", "jobs"); pid != 0 || err != nil {
		t.Fatal(pid, err)
	}
}
