package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"impact/cmd/internal/terminal"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
)

// shop is the project of testdata/shop with a database of its own.
type shop struct {
	app      *App
	out, err *bytes.Buffer
	database string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	server.Need(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/shop")); err != nil {
		t.Fatal(err)
	}
	name, drop, err := boardDatabase()
	if drop != nil {
		t.Cleanup(drop)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Try(name, mysql.LedgerDDL("")...); err != nil {
		t.Fatal(err)
	}
	s := &shop{out: new(bytes.Buffer), err: new(bytes.Buffer), database: name}
	env := map[string]string{"BOARD_DSN": server.DSN(name), "TERM": "xterm"}
	s.app = &App{Dir: dir, Streams: terminal.Streams{In: strings.NewReader(""), Out: s.out, Err: s.err,
		Getenv: func(key string) string { return env[key] }}}
	return s
}

func (s *shop) run(ctx context.Context, args ...string) ExitCode {
	s.out.Reset()
	s.err.Reset()
	return invoke(ctx, s.app, newRootCommand(s.app, commands(s.app)...), args)
}

func (s *shop) rows(t *testing.T, query string) string {
	t.Helper()
	return strings.Join(server.Rows(t, s.database, query), ",")
}

// cancelling cancels once a text passes it.
type cancelling struct {
	io.Writer
	at     string
	cancel func()
	once   sync.Once
}

func (c *cancelling) Write(p []byte) (int, error) {
	if strings.Contains(string(p), c.at) {
		c.once.Do(c.cancel)
	}
	return c.Writer.Write(p)
}

func TestAnInterruptedRunIsRolledBack(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"board_companies: comparing", "board_companies: writing", "board_jobs: writing"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			ctx, cancel := context.WithCancel(t.Context())
			s.app.Streams.Err = &cancelling{Writer: s.err, at: at, cancel: cancel}
			if code := s.run(ctx, "sync", "run", "--marts", "marts"); code != ExitInterrupted {
				t.Errorf("exit code %d\n%s%s", code, s.out, s.err)
			}
			if !strings.Contains(s.err.String(), "impact: interrupted\n") || !strings.Contains(s.out.String(), "interrupted: nothing was changed") {
				t.Errorf("%s%s", s.out, s.err)
			}
			if got := s.rows(t, "SELECT (SELECT COUNT(*) FROM companies), (SELECT COUNT(*) FROM jobs), (SELECT COUNT(*) FROM _impact_loads)"); got != "0|0|0" {
				t.Errorf("rows: %s", got)
			}
			s.app.Streams.Err = s.err
			if code := s.run(t.Context(), "sync", "run", "--marts", "marts"); code != ExitOK {
				t.Errorf("the next run: %d\n%s%s", code, s.out, s.err)
			}
		})
	}
}

func TestASignalIsPassedOnToTheCommand(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // has no signals
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/shop")); err != nil {
		t.Fatal(err)
	}
	out, errs := new(bytes.Buffer), new(bytes.Buffer)
	ctx, cancel := context.WithCancelCause(t.Context())
	app := &App{Dir: dir, Streams: terminal.Streams{In: strings.NewReader(""), Err: errs,
		Out: &cancelling{Writer: out, at: "ready", cancel: func() { cancel(&SignalError{Signal: os.Interrupt}) }}}}
	code := invoke(ctx, app, newRootCommand(app, commands(app)...), []string{"after", "--marts", "marts", "--", "sh", "-c",
		`trap 'echo told; exit 3' INT; echo ready; while :; do sleep 0.05; done`})
	if code != ExitInterrupted || !strings.Contains(out.String(), "told\n") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if strings.Contains(out.String(), "Run ") {
		t.Errorf("loads ran after the interruption:\n%s", out)
	}
}

func TestTheSecondSignalKillsACommandThatIgnoresTheFirst(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // has no signals
	}
	for _, terminal := range []bool{false, true} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS("testdata/shop")); err != nil {
			t.Fatal(err)
		}
		out, errs := new(bytes.Buffer), new(bytes.Buffer)
		ctx, cancel := context.WithCancelCause(t.Context())
		cause := &SignalError{Signal: os.Interrupt}
		app := setup().app
		app.Dir, app.Streams.Err, app.Streams.InTerminal = dir, errs, terminal
		app.Streams.Out = &cancelling{Writer: out, at: "ready", cancel: func() {
			cancel(cause)
			time.AfterFunc(300*time.Millisecond, cause.Force)
		}}
		ended := make(chan ExitCode)
		go func() {
			ended <- invoke(ctx, app, newRootCommand(app, commands(app)...), []string{"after", "--marts", "marts", "--", "sh", "-c",
				`trap '' INT TERM; echo ready; while :; do sleep 0.05; done`})
		}()
		select {
		case code := <-ended:
			if code != ExitInterrupted {
				t.Errorf("exit code %d\n%s%s", code, out, errs)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the command lives on")
		}
	}
}

func TestKeysOfRowsGoToATerminalOnly(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	if code := s.run(t.Context(), "sync", "verify", "--marts", "marts", "--show-rows"); code != ExitUsage || s.out.Len() > 0 {
		t.Fatalf("exit code %d\n%s", code, s.out)
	}
	if code := s.run(t.Context(), "sync", "run", "--marts", "marts"); code != ExitOK {
		t.Fatalf("exit code %d\n%s%s", code, s.out, s.err)
	}
	server.Exec(t, s.database, "UPDATE jobs SET salary = 1 WHERE salesforce_id = 'J1'", "DELETE FROM jobs WHERE salesforce_id = 'J2'",
		"UPDATE jobs SET salesforce_id = 'X\x1b[31m' WHERE salesforce_id = 'J3'")
	s.app.Streams.OutTerminal = true
	if code := s.run(t.Context(), "sync", "verify", "--marts", "marts", "board_jobs", "--show-rows", "--color", "never"); code != ExitFindings {
		t.Fatalf("exit code %d\n%s%s", code, s.out, s.err)
	}
	for _, line := range []string{
		"  board_jobs  board.jobs  differs        2          1         1      0\n",
		"\nboard_jobs\n  different in: salary 1\n",
		"  missing    salesforce_id=J2\n", "  different  salesforce_id=J1\n", "  too many   salesforce_id=X\\x1b[31m\n",
	} {
		if !strings.Contains(s.out.String(), line) {
			t.Errorf("%q is missing in\n%s", line, s.out)
		}
	}
	if code := s.run(t.Context(), "sync", "verify", "--marts", "marts", "board_jobs", "--show-rows=1", "--color", "never"); code != ExitFindings || !strings.Contains(s.out.String(), "  … and 3 more\n") {
		t.Errorf("exit code %d\n%s", code, s.out)
	}
}

func TestProgressIsRedrawnOnATerminal(t *testing.T) {
	t.Parallel()
	out := new(bytes.Buffer)
	app := &App{Streams: terminal.Streams{Err: out, ErrTerminal: true, Width: 60, Getenv: func(string) string { return "" }}, Color: terminal.ColorNever}
	p := newProgress(app, "text", &plan.Plan{Groups: []*plan.Group{{Loads: make([]*plan.Load, 2)}}})
	at := time.Unix(0, 0)
	event := func(after time.Duration, load string, phase run.Phase, rows, total int64) {
		p.event(run.Event{Time: at.Add(after), Load: load, Phase: phase, Rows: rows, Total: total})
	}
	event(0, "jobs", run.PhaseCompare, 0, 100_000)
	event(time.Millisecond, "jobs", run.PhaseCompare, 10_000, 100_000) // too soon to draw
	event(2*time.Second, "jobs", run.PhaseCompare, 50_000, 100_000)
	event(4*time.Second, "jobs", run.PhaseDone, 0, 0)
	event(4*time.Second, "a_load_with_a_rather_long_name_that_fills_the_line", run.PhaseApply, 0, 1234)
	p.close()
	got := out.String()
	lines := strings.Split(got, "\r")
	for _, l := range lines {
		if w := terminal.Width(strings.TrimSuffix(l, "\x1b[K")); w > 59 {
			t.Errorf("%d columns: %q", w, l)
		}
	}
	if len(lines) != 6 || lines[2] != "[1/2] jobs  comparing 50,000 of 100,000 rows, 25,000 a sec…\x1b[K" || lines[5] != "\x1b[K" || strings.Contains(got, "\n") {
		t.Errorf("%q", got)
	}
}

func TestProgressIsPlainLinesElsewhere(t *testing.T) {
	t.Parallel()
	out := new(bytes.Buffer)
	app := &App{Streams: terminal.Streams{Err: out}}
	p := newProgress(app, "text", &plan.Plan{})
	at := time.Unix(0, 0)
	for _, e := range []run.Event{
		{Time: at, Load: "jobs", Phase: run.PhaseCompare, Total: 3_000_000},
		{Time: at.Add(time.Second), Load: "jobs", Phase: run.PhaseCompare, Rows: 10_000, Total: 3_000_000},
		{Time: at.Add(20 * time.Second), Load: "jobs", Phase: run.PhaseCompare, Rows: 1_000_000, Total: 3_000_000},
		{Time: at.Add(21 * time.Second), Load: "jobs", Phase: run.PhaseRetry, Message: "deadlock\x1b[2J"},
		{Time: at.Add(22 * time.Second), Load: "jobs", Phase: run.PhaseDone},
	} {
		p.event(e)
	}
	p.close()
	want := "jobs: comparing 3,000,000 rows\n" +
		"jobs: comparing 1,000,000 of 3,000,000 rows, 50,000 a second, 40 s left\n" +
		"jobs: trying again: deadlock\\x1b[2J\n"
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Error(d)
	}
}

func TestAReportHasOneExitCode(t *testing.T) {
	t.Parallel()
	load := func(s run.Status, err error) run.LoadReport { return run.LoadReport{Status: s, Err: err} }
	done, held, refused := load(run.StatusDone, nil), load(run.StatusHeld, nil), load(run.StatusRefused, nil)
	failed := load(run.StatusFailed, fmt.Errorf("x: %w", &run.LockedError{Table: "t"}))
	bad := load(run.StatusFailed, fmt.Errorf("x: %w", &run.BadRowsError{}))
	for _, c := range []struct {
		name  string
		loads []run.LoadReport
		want  ExitCode
	}{
		{"nothing to do", nil, ExitOK},
		{"all done", []run.LoadReport{done, load(run.StatusUnchanged, nil), load(run.StatusRepeated, nil)}, ExitOK},
		{"one is held", []run.LoadReport{done, held}, ExitHeld},
		{"one is refused", []run.LoadReport{done, refused, held}, ExitFindings},
		{"one failed after another succeeded", []run.LoadReport{done, failed, refused, held}, ExitIncomplete},
		{"bad rows alone", []run.LoadReport{bad, load(run.StatusSkipped, nil)}, ExitFindings},
		{"a server alone", []run.LoadReport{failed, held}, ExitEnvironment},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := exitCode(t.Context(), outcome(&run.Report{Loads: c.loads})); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestFlagsOfARunBecomeItsOptions(t *testing.T) {
	t.Parallel()
	app := setup().app
	var got *SyncRunOptions
	root := newRootCommand(app, newSyncCommand(app, newSyncRunCommand(app, func(_ context.Context, o *SyncRunOptions) error {
		got = o
		return nil
	})))
	args := "sync run a -s tag:x -s b,c --exclude d --env staging --run-results r1.json --run-results r2.json --approve h --full --max-rejects 7 --rejects f --marts m --run-id 1"
	if code := invoke(t.Context(), app, root, strings.Fields(args)); code != ExitOK {
		t.Fatal(code)
	}
	want := &SyncRunOptions{Approve: "h", RunOptions: RunOptions{
		LoadOptions: LoadOptions{Env: "staging", Select: []string{"tag:x", "b,c", "a"}, Exclude: []string{"d"}, RunResults: []string{"r1.json", "r2.json"}, SourceOptions: SourceOptions{Marts: "m"}},
		RunID:       "1", Full: true, MaxRejects: 7, Rejects: "f", Format: "text",
	}}
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(SyncRunOptions{}, "App")); d != "" {
		t.Error(d)
	}
	for _, args := range []string{"sync run --run-id a/b", "sync run --max-rejects -1", "sync run --format xml", "sync run --plan p a", "sync status --history 0", "sync bogus", "sync unlock"} {
		b := setup()
		b.root.AddCommand(newSyncCommand(b.app, syncCommands(b.app)...))
		if code := b.run(t.Context(), strings.Fields(args)...); code != ExitUsage || b.out.Len() > 0 {
			t.Errorf("%s: exit code %d, %s", args, code, b.out)
		}
	}
}

func TestFlagsBehindTheCommandAreItsOwn(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"after --full -- dbt build --select x", "after --full dbt build --select x"} {
		b := setup()
		var got *AfterOptions
		b.root.AddCommand(newAfterCommand(b.app, func(_ context.Context, o *AfterOptions) error {
			got = o
			return nil
		}))
		if code := b.run(t.Context(), strings.Fields(line)...); code != ExitOK {
			t.Fatal(code, b.err)
		}
		if d := cmp.Diff([]string{"dbt", "build", "--select", "x"}, got.Command); d != "" || !got.Full || len(got.Select) > 0 {
			t.Errorf("%s: %s", line, d)
		}
	}
}

func TestRejectedKeysGoToAFileOfTheOwner(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	file := filepath.Join(s.app.Dir, "marts", "mart_jobs.csv")
	if err := os.WriteFile(file, []byte("job_id,account_id,title,salary\nJ1,nobody,Nurse,1\nJ2,001A,A title that is longer than its column,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code := s.run(t.Context(), "sync", "run", "--marts", "marts", "--rejects", "bad.jsonl")
	if code != ExitFindings {
		t.Errorf("exit code %d\n%s%s", code, s.out, s.err)
	}
	if text := s.out.String() + s.err.String(); strings.Contains(text, "J1") || strings.Contains(text, "longer than its") {
		t.Errorf("a value was printed:\n%s", text)
	}
	src, err := os.ReadFile(filepath.Join(s.app.Dir, "bad.jsonl"))
	if err != nil || !strings.Contains(string(src), `"key":["J2"],"column":"title"`) || strings.Contains(string(src), "longer than its") {
		t.Errorf("%s, %v\n%s", src, err, s.out)
	}
	if info, err := os.Stat(filepath.Join(s.app.Dir, "bad.jsonl")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
