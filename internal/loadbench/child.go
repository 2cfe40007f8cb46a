package loadbench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
)

// A Load is what one process loads.
type Load struct {
	DSN     string
	Table   string
	Key     string
	Mode    destination.Mode `json:"-"` // it has no form that is read
	Number  uint8            // of the mode, on its way to the process
	Source  Source
	RunID   string
	Options mysql.Options // its DSN is not used
}

// A Result is what the process says.
type Result struct {
	Seconds float64    // of the run alone
	Memory  int64      // the most that the process held, in bytes
	Method  string     // as the report says it
	Counts  run.Counts // of the report
}

// Child is the process that loads: it reads a [Load] and writes a [Result]. It
// runs with the garbage collector as the program sets it.
func Child(ctx context.Context, in io.Reader, out io.Writer) error {
	debug.SetGCPercent(run.CollectAt)
	var l Load
	if err := json.NewDecoder(in).Decode(&l); err != nil {
		return fmt.Errorf("read the load: %w", err)
	}
	l.Mode = destination.Mode(l.Number)
	l.Options.DSN, l.Options.CreateLedger = l.DSN, true
	db, err := mysql.Open(ctx, l.Options)
	if err != nil {
		return err
	}
	p, err := l.plan(ctx, db)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	start := time.Now()
	r := run.Execute(ctx, p, &l.Source, map[string]run.Destination{"db": db}, run.Options{RunID: l.RunID, Approve: p.Hash}).Loads[0]
	result := Result{Seconds: time.Since(start).Seconds(), Method: r.Method, Counts: r.Counts}
	if r.Status != run.StatusDone {
		return errors.Join(fmt.Errorf("%s: %s (%s)", r.Status, r.Error, r.Hint), db.Close())
	}
	if result.Memory, err = peakMemory(); err != nil {
		return errors.Join(err, db.Close())
	}
	return errors.Join(json.NewEncoder(out).Encode(result), db.Close())
}

func (l *Load) plan(ctx context.Context, db *mysql.Database) (*plan.Plan, error) {
	spec := &destination.Load{Exposure: "exposure.x.bench", Name: "bench", Destination: "db", Table: l.Table, Model: "model.x.bench",
		Mode: l.Mode, Key: []string{l.Key}, AllColumns: true, Guard: destination.DefaultGuard()}
	m, err := l.Source.Describe(ctx, spec.Model)
	if err != nil {
		return nil, err
	}
	schema, err := db.Schema(ctx)
	if err != nil {
		return nil, err
	}
	return plan.Build(plan.Input{Loads: []*destination.Load{spec}, Models: map[string]plan.Model{spec.Model: m},
		Schemas:      map[string]*destination.Schema{"db": schema},
		Destinations: map[string]plan.Destination{"db": db}})
}

// peakMemory returns the largest resident size that the process had.
func peakMemory() (int64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, fmt.Errorf("read the peak of memory: %w", err)
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 10, 64)
			return n << 10, err
		}
	}
	return 0, errors.New("read the peak of memory: no VmHWM in /proc/self/status")
}

// InProcess runs a load in a process of its own: the program itself, whose main
// calls [Child] when its first argument is childArg.
func (l *Load) InProcess(ctx context.Context, args ...string) (r Result, cpu float64, err error) {
	program, err := os.Executable()
	if err != nil {
		return r, 0, err
	}
	l.Number = uint8(l.Mode)
	in, err := json.Marshal(l)
	if err != nil {
		return r, 0, err
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), ChildVariable+"=1")
	var out, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &stderr
	if err := cmd.Run(); err != nil {
		return r, 0, fmt.Errorf("%s of %d rows: %w: %s", l.Mode, l.Source.Rows, err, stderr.Bytes())
	}
	cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	return r, cpu, json.Unmarshal(out.Bytes(), &r)
}

// ChildVariable is set for processes that are to call [Child].
const ChildVariable = "IMPACT_LOAD_CHILD"
