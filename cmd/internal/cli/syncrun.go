package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"impact/cmd/internal/terminal"
	"impact/sync/plan"
	"impact/sync/run"
)

// RunOptions are the options of commands that write: "impact sync run" and
// "impact after".
type RunOptions struct {
	LoadOptions

	RunID      string
	Full       bool
	MaxRejects int
	Rejects    string // file
	Format     string // text or json

	MetricsFile string // of Prometheus' textfile collector
	PushGateway string // URL
}

// SyncRunOptions are the options of "impact sync run".
type SyncRunOptions struct {
	App *App
	RunOptions

	Plan    string // --plan: file
	Approve string
}

// Validate reports options that cannot be used, as usage errors.
func (o *SyncRunOptions) Validate() error {
	if o.Plan != "" && (len(o.Select) > 0 || len(o.Exclude) > 0 || o.ModelsChanged) {
		return usageErrorf("leave the loads out: the plan file has chosen them", "--plan cannot be combined with a selection")
	}
	return o.RunOptions.Validate()
}

var runIDForm = regexp.MustCompile(`^[A-Za-z0-9._:+-]{1,64}$`)

// Validate reports options that cannot be used, as usage errors.
func (o *RunOptions) Validate() error {
	switch {
	case o.RunID != "" && !runIDForm.MatchString(o.RunID):
		return usageErrorf("use up to 64 letters, digits and any of . _ : + -", "--run-id %q cannot be kept in the ledger", o.RunID)
	case o.MaxRejects < 0:
		return usageErrorf("", "--max-rejects %d is negative", o.MaxRejects)
	}
	return nil
}

// bindRun defines the flags of commands that write.
func (o *RunOptions) bindRun(app *App, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	enumVar(cmd, flags, &o.Format, "format", "text", []string{"text", "json"}, "output: ")
	flags.StringVar(&o.RunID, "run-id", "", "`id` of the run in the ledger; a run that is repeated with it does nothing twice (default: a new one)")
	flags.BoolVar(&o.Full, "full", false, "compare even where nothing changed since the last run")
	o.bindSelection(app, cmd)
	o.bindGate(flags)
	flags.StringVar(&o.Rejects, "rejects", "", "write the keys of rows that were set aside to this `file`, as JSON lines")
	flags.IntVar(&o.MaxRejects, "max-rejects", 1000, "`rows` that a load with on_bad_row: reject may set aside")
	flags.StringVar(&o.MetricsFile, "metrics-file", "", "write metrics to this .prom `file` of Prometheus' textfile collector")
	flags.StringVar(&o.PushGateway, "push-gateway", "", "push metrics to the Pushgateway at this `url`")
	o.bindProject(flags)
	o.bindSource(flags)
}

func newSyncRunCommand(app *App, runF func(context.Context, *SyncRunOptions) error) *cobra.Command {
	options := &SyncRunOptions{App: app}
	if runF == nil {
		runF = runSyncRun
	}
	cmd := &cobra.Command{
		Use:   "run [loads]",
		Short: "Load the marts that the gate allows",
		Long: "Loads the chosen marts into their tables: what differs is written in one transaction per group " +
			"of tables, together with the ledger. Guards refuse what looks like an accident; --approve with the " +
			"plan's hash overrides them for exactly that plan. The first ^C rolls back and ends, the second ends at once.",
		Example: "  impact sync run\n  impact sync run job_board_jobs --approve 3f9a0c7be2d14c55\n" +
			"  impact sync run --plan plan.json",
		Annotations: loadExits("a load was refused by a pre-flight check or a guard, or failed because of its rows", ExitOK, ExitFindings, ExitUsage, ExitName, ExitEnvironment, ExitIncomplete, ExitHeld, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.take(args)
			if err := options.Validate(); err != nil {
				return err
			}
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&options.Plan, "plan", "", "run this plan `file`, and nothing else")
	flags.StringVar(&options.Approve, "approve", "", "override the guards of the plan with this `hash`")
	options.bindRun(app, cmd)
	return cmd
}

func runSyncRun(ctx context.Context, o *SyncRunOptions) error {
	var file *plan.File
	if o.Plan != "" {
		src, err := readLimited(o.App.path(o.Plan), plan.MaxFile)
		if err != nil {
			return &EnvError{Err: fmt.Errorf("read the plan: %w", err)}
		}
		if file, err = plan.ReadFile(o.Plan, src); err != nil {
			return &UsageError{Err: err, Help: "make it again with impact sync plan -o " + o.Plan}
		}
	}
	return execute(ctx, o.App, &o.RunOptions, planning{file: file}, o.Approve)
}

// readLimited reads a file, and no more of it than one byte above the limit.
func readLimited(name string, limit int64) (src []byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// execute runs what the options choose.
func execute(ctx context.Context, app *App, o *RunOptions, how planning, approve string) (err error) {
	notifier, err := newNotifier(app, o)
	if err != nil {
		return err
	}
	started := app.now()
	if o.RunID == "" {
		o.RunID = newRunID(started)
	}
	d, err := prepare(ctx, app, &o.LoadOptions, how)
	if err != nil {
		if d != nil {
			newTeller(notifier, d, o.RunID, started).broke(ctx, err)
			d.warn(ctx)
		}
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	tell := newTeller(notifier, d, o.RunID, started)
	if err := allowed(d.Plan, how.file, approve); err != nil {
		tell.broke(ctx, err)
		d.warn(ctx)
		return err
	}
	rejects, err := newRejectFile(app.path(o.Rejects))
	if err != nil {
		return err
	}
	tell.begin(ctx)
	p := newProgress(app, o.Format, d.Plan)
	if os.Getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(run.CollectAt))
	}
	maxRejects := o.MaxRejects
	if maxRejects == 0 {
		maxRejects = -1 // the zero of run.Options is its default
	}
	report := run.Execute(ctx, d.Plan, d.source, d.destinations, run.Options{
		// What was planned and looked at was compared, and so it is again.
		RunID: o.RunID, Approve: approve, Full: o.Full || how.file != nil || approve != "", TempDir: app.path(o.TempDir), MaxRejects: maxRejects,
		Now: app.now, Events: p.event, Rejects: rejects.add,
	})
	p.close()
	d.complete(report)
	tell.end(ctx, report.Loads)
	if err := rejects.close(); err != nil {
		return err
	}
	d.warn(ctx)
	if o.Format == "json" {
		p.line(newRunDoc(d, report, started))
		if p.failure != nil {
			return &EnvError{Err: fmt.Errorf("write: %w", p.failure)}
		}
	} else if err := writeRunText(app, d, report, rejects); err != nil {
		return err
	}
	return outcome(report)
}

// complete adds what the report of a plan cannot know: where loads go that the
// gate holds back, loads whose destination does not answer, and what helps with
// the failures that know it themselves.
func (d *delivery) complete(r *run.Report) {
	for _, l := range d.Selected {
		known := slices.ContainsFunc(r.Loads, func(o run.LoadReport) bool { return o.Load == l.Name })
		if err := d.Unreachable[l.Destination]; err != nil && !known {
			r.Loads = append(r.Loads, run.LoadReport{Load: l.Name, Destination: l.Destination, Table: l.Table, Mode: l.Mode.String(),
				Status: run.StatusFailed, Err: err, Error: err.Error()})
		}
	}
	for i := range r.Loads {
		l := &r.Loads[i]
		if l.Hint == "" {
			l.Hint = hint(l.Err)
		}
		for _, s := range d.Selected {
			if l.Status == run.StatusHeld && s.Name == l.Load {
				l.Destination, l.Table, l.Mode = s.Destination, s.Table, s.Mode.String()
			}
		}
	}
}

// allowed refuses a plan file that is stale and an approval of another plan.
func allowed(p *plan.Plan, file *plan.File, approve string) error {
	if file != nil {
		if differences := file.Stale(p); len(differences) > 0 {
			held := map[string]string{}
			for _, h := range p.Held {
				held[h.Load] = fmt.Sprintf(" (the gate holds it back: %s)", h.Reasons[0].Message)
			}
			lines := []string{plan.ErrStale.Error() + ":"}
			for _, x := range differences {
				lines = append(lines, "  "+strings.TrimPrefix(x.Load+": "+x.What, ": ")+held[x.Load])
			}
			return &RefusedError{Err: fmt.Errorf("%s%w", strings.Join(lines, "\n"), hidden{plan.ErrStale}), Help: "make the plan again, and look at it again"}
		}
	}
	if approve != "" && approve != p.Hash {
		return &RefusedError{Err: fmt.Errorf("the approval is for plan %s, but this is plan %s", approve, p.Hash),
			Help: "models, mapping or tables have changed since: look at impact sync plan again"}
	}
	return nil
}

// hidden is an error that is there for errors.Is and says nothing.
type hidden struct{ error }

func (hidden) Error() string   { return "" }
func (h hidden) Unwrap() error { return h.error }

// newRunID makes an id that sorts by time and that no other run has.
func newRunID(now time.Time) string {
	var b [5]byte
	_, _ = rand.Read(b[:]) // it never fails
	return now.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(b[:])
}

// A rejectFile gets the keys of bad rows, one JSON object a line. Only its owner
// can read it: keys are data. The zero value counts only.
type rejectFile struct {
	f     *os.File
	n     int64
	first map[string][]run.Reject // by load: what stands for the others on the screen
	err   error
}

func newRejectFile(name string) (*rejectFile, error) {
	r := &rejectFile{first: map[string][]run.Reject{}}
	if name == "" {
		return r, nil
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, &EnvError{Err: fmt.Errorf("write the rejects: %w", err)}
	}
	r.f = f
	return r, nil
}

func (r *rejectFile) add(j run.Reject) {
	r.n++
	// One of each kind: the same column and code are the same mistake.
	same := func(o run.Reject) bool { return o.Column == j.Column && o.Code == j.Code }
	if list := r.first[j.Load]; len(list) < 3 && !slices.ContainsFunc(list, same) {
		r.first[j.Load] = append(list, j)
	}
	if r.f == nil || r.err != nil {
		return
	}
	b, err := json.Marshal(j)
	if err == nil {
		_, err = r.f.Write(append(b, '\n'))
	}
	r.err = err
}

func (r *rejectFile) close() error {
	if r.f == nil {
		return nil
	}
	if err := errors.Join(r.err, r.f.Close()); err != nil {
		return &EnvError{Err: fmt.Errorf("write the rejects: %w", err)}
	}
	return nil
}

// runDoc is the JSON form of a run: the last line of --format json. docs/json.md
// describes it.
type runDoc struct {
	Format      string           `json:"format"`
	RunID       string           `json:"run_id"`
	Plan        string           `json:"plan"`
	Environment string           `json:"environment,omitempty"`
	Started     time.Time        `json:"started"`
	Finished    time.Time        `json:"finished"`
	Loads       []run.LoadReport `json:"loads"`
	Held        []plan.FileHeld  `json:"held,omitempty"`
	Refusals    []plan.Refusal   `json:"refusals,omitempty"`
	External    []string         `json:"external,omitempty"`
	Unchanged   []string         `json:"unchanged,omitempty"`
	GateNotes   []plan.Reason    `json:"gate_notes,omitempty"`
	Warnings    []string         `json:"warnings,omitempty"`
}

// formatRun is the value of runDoc.Format.
const formatRun = "impact.sync.run/1"

func newRunDoc(d *delivery, r *run.Report, started time.Time) *runDoc {
	doc := &runDoc{Format: formatRun, RunID: r.RunID, Plan: r.Plan, Environment: d.Env.Name, Started: started.UTC(), Finished: d.App.now().UTC(),
		Loads: r.Loads, Held: d.Plan.File().Held, Refusals: d.Plan.Refusals, Unchanged: d.Unchanged, GateNotes: d.GateNotes, Warnings: d.Warnings}
	if doc.Loads == nil {
		doc.Loads = []run.LoadReport{}
	}
	for _, l := range d.External {
		doc.External = append(doc.External, l.Name)
	}
	return doc
}

// writeRunText writes the summary.
func writeRunText(app *App, d *delivery, r *run.Report, rejects *rejectFile) error {
	var b strings.Builder
	style := app.OutStyle()
	fmt.Fprintf(&b, "%s %s", style.Bold("Run"), r.RunID)
	if d.Env.Name != "" {
		fmt.Fprintf(&b, " · %s", cleanText(d.Env.Name))
	}
	b.WriteString("\n")
	t := table{head: []string{"load", "table", "status", "added", "changed", "removed", "unchanged", "time"}, right: 3}
	for i := range r.Loads {
		l := &r.Loads[i]
		row := []string{cleanText(l.Load), cleanText(joined(l.Destination, l.Table)), statusText(style, l.Status), "", "", "", "", ""}
		switch l.Status {
		case run.StatusDone, run.StatusRepeated, run.StatusUnchanged:
			row[3], row[4], row[5], row[6] = number(l.Counts.Inserted), number(l.Counts.Updated), number(l.Counts.Deleted), number(l.Counts.Unchanged)
			row[7] = fmt.Sprintf("%.1f s", l.Seconds)
		}
		t.rows = append(t.rows, row)
	}
	t.fit(app.Streams, "table", "time", "unchanged")
	t.write(&b, style)
	for i := range r.Loads {
		writeFailure(&b, style, d, &r.Loads[i], rejects)
	}
	if rejects.n > 0 {
		keys := "The keys of all: --rejects FILE"
		if rejects.f != nil {
			keys = "The keys of all are in " + cleanText(rejects.f.Name())
		}
		fmt.Fprintf(&b, "\n%s %s\n", plural(int(rejects.n), "bad row.", "bad rows."), keys)
	}
	if len(d.External) > 0 {
		fmt.Fprintf(&b, "\n%s run by another tool.\n", plural(len(d.External), "load is", "loads are"))
	}
	if len(d.Unchanged) > 0 {
		fmt.Fprintf(&b, "\nNot built since their last run: %s\n", cleanText(strings.Join(d.Unchanged, ", ")))
	}
	if len(r.Loads) == 0 {
		b.WriteString("Nothing is to be loaded.\n")
	}
	return writeText(app, b.String())
}

func joined(destination, table string) string {
	if destination == "" || table == "" {
		return destination + table
	}
	return destination + "." + table
}

func statusText(style terminal.Style, s run.Status) string {
	switch s {
	case run.StatusDone:
		return style.Green(string(s))
	case run.StatusRefused, run.StatusFailed:
		return style.Red(string(s))
	case run.StatusHeld, run.StatusSkipped:
		return style.Yellow(string(s))
	}
	return string(s)
}

// writeFailure says why a load did not succeed, with what helps.
func writeFailure(b *strings.Builder, style terminal.Style, d *delivery, l *run.LoadReport, rejects *rejectFile) {
	switch l.Status {
	case run.StatusRefused, run.StatusFailed, run.StatusSkipped:
	case run.StatusHeld:
		for _, h := range d.Plan.Held {
			if h.Load != l.Load {
				continue
			}
			fmt.Fprintf(b, "\n%s %s\n", style.Bold(cleanText(l.Load)), style.Yellow("held back"))
			writeReasons(b, style, "  ", h.Reasons)
		}
		return
	default:
		if len(rejects.first[l.Load]) == 0 {
			return
		}
	}
	fmt.Fprintf(b, "\n%s %s\n", style.Bold(cleanText(l.Load)), statusText(style, l.Status))
	refusals := 0
	for _, f := range d.Plan.Refusals {
		if f.Load == l.Load {
			refusals++
			fmt.Fprintf(b, "  %s  %s\n", style.Red(f.ID), cleanText(f.Message))
			writeHint(b, style, "  ", f.Hint)
		}
	}
	if refusals == 0 && l.Error != "" {
		id := ""
		if l.Guard != "" {
			id = style.Red(l.Guard) + "  "
		}
		fmt.Fprintf(b, "  %s%s\n", id, cleanText(strings.TrimPrefix(l.Error, l.Load+": ")))
		writeHint(b, style, "  ", l.Hint)
	}
	if n := l.Counts.Rejected; n > 0 && l.Error == "" {
		fmt.Fprintf(b, "  %s set aside, as:\n", plural(int(n), "row was", "rows were"))
	}
	for _, j := range rejects.first[l.Load] {
		where := ""
		if j.Column != "" {
			where = "column " + j.Column + ": "
		}
		fmt.Fprintf(b, "  %s%s: %s\n", cleanText(where), style.Yellow(j.Code), cleanText(j.Reason))
	}
}
