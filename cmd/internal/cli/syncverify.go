package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"impact/cmd/internal/terminal"
	"impact/lineage/destination"
	"impact/sync/run"
)

// SyncVerifyOptions are the options of "impact sync verify".
type SyncVerifyOptions struct {
	App *App
	LoadOptions

	ShowRows int // rows of each load whose keys are shown; 0: none
	Format   string
}

func newSyncVerifyCommand(app *App, runF func(context.Context, *SyncVerifyOptions) error) *cobra.Command {
	options := &SyncVerifyOptions{App: app}
	if runF == nil {
		runF = runSyncVerify
	}
	cmd := &cobra.Command{
		Use:   "verify [loads]",
		Short: "Compare tables with their marts, row by row, without writing",
		Long: "Compares every row of the chosen tables with its mart, as a run does, and writes nothing. The gate is " +
			"not asked. It ends with 1 where something differs. --show-rows shows the keys of rows that differ; " +
			"keys are data, so only a terminal gets them.",
		Example:     "  impact sync verify\n  impact sync verify job_board_jobs --show-rows 20",
		Annotations: loadExits("rows differ, or a load is refused", ExitOK, ExitFindings, ExitUsage, ExitName, ExitEnvironment, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.take(args)
			if err := options.Validate(); err != nil {
				return err
			}
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	enumVar(cmd, flags, &options.Format, "format", "text", []string{"text", "json"}, "output: ")
	flags.IntVar(&options.ShowRows, "show-rows", 0, "show the keys of this `number` of rows of each load")
	flags.Lookup("show-rows").NoOptDefVal = "50"
	options.bindSelection(app, cmd)
	options.bindProject(flags)
	options.bindSource(flags)
	return cmd
}

// Validate reports options that cannot be used, as usage errors.
func (o *SyncVerifyOptions) Validate() error {
	switch {
	case o.ShowRows < 0:
		return usageErrorf("", "--show-rows %d is negative", o.ShowRows)
	case o.ShowRows > 0 && (o.Format == "json" || !o.App.Streams.OutTerminal):
		return usageErrorf("leave it out, or run it in a terminal", "--show-rows shows keys of rows, which are data: they go to a terminal only")
	}
	return nil
}

// verifyDoc is the JSON form of a verification; docs/json.md describes it.
type verifyDoc struct {
	Format      string           `json:"format"`
	Environment string           `json:"environment,omitempty"`
	Loads       []run.LoadReport `json:"loads"`
	External    []string         `json:"external,omitempty"`
	Warnings    []string         `json:"warnings,omitempty"`
}

// formatVerify is the value of verifyDoc.Format.
const formatVerify = "impact.sync.verify/1"

// shownRows are the keys of one load's rows that differ.
type shownRows struct {
	rows []run.Difference
	n    int64
}

func runSyncVerify(ctx context.Context, o *SyncVerifyOptions) (err error) {
	d, err := prepare(ctx, o.App, &o.LoadOptions, planning{noGate: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	p := newProgress(o.App, "text", d.Plan)
	shown := map[string]*shownRows{}
	var show func(run.Difference)
	if o.ShowRows > 0 {
		show = func(x run.Difference) {
			s := shown[x.Load]
			if s == nil {
				s = &shownRows{}
				shown[x.Load] = s
			}
			if s.n++; len(s.rows) < o.ShowRows {
				s.rows = append(s.rows, x)
			}
		}
	}
	report := run.Compare(ctx, d.Plan, d.source, d.destinations, run.Options{
		// Approved: what a guard thinks of a run is no matter here.
		Approve: d.Plan.Hash, Full: true, TempDir: o.App.path(o.TempDir), Now: o.App.now, Events: p.event, MaxTransactionRows: 1 << 62,
	}, show)
	p.close()
	d.complete(report)
	if err := ctx.Err(); err != nil {
		return err
	}
	d.warn(ctx)
	if o.Format == "json" {
		doc := &verifyDoc{Format: formatVerify, Environment: d.Env.Name, Loads: withHints(report.Loads), Warnings: d.Warnings}
		for _, l := range d.External {
			doc.External = append(doc.External, l.Name)
		}
		err = writeJSON(o.App.Out(), doc)
	} else {
		err = writeVerifyText(o.App, d, report, shown)
	}
	if err != nil {
		return err
	}
	if err := outcome(report); err != nil {
		return err
	}
	return differing(report)
}

// appends reports whether a load only adds rows: its table is not what the
// model says, and there is nothing to compare.
func appends(r *run.LoadReport) bool { return r.Mode == destination.Append.String() }

// differing is the error where tables are not what their marts say: because a
// run has work to do, or because bad rows keep it from doing it.
func differing(r *run.Report) error {
	n, bad, changed := 0, int64(0), false
	for i := range r.Loads {
		l := &r.Loads[i]
		if appends(l) || l.Counts.Changed()+l.Counts.Rejected == 0 {
			continue
		}
		n++
		bad += l.Counts.Rejected
		changed = changed || l.Counts.Changed() > 0
	}
	if n == 0 {
		return nil
	}
	err := &RefusedError{Err: fmt.Errorf("%d of %d tables differ from their marts", n, len(r.Loads)), Help: "impact sync run --full brings them together"}
	if bad > 0 {
		err.Err = fmt.Errorf("%w: %s", err.Err, badRows(bad))
		err.Help = hintBadRows
		if changed {
			err.Help = "impact sync run --full brings the other rows together; the bad ones are to be repaired in the model"
		}
	}
	return err
}

// hintBadRows is what helps where no run can bring a table and its mart together.
const hintBadRows = "repair the rows in the model: a run sets them aside, and lists them with --full --rejects FILE"

func badRows(n int64) string {
	return plural(int(n), "row is bad and set aside", "rows are bad and set aside")
}

// withHints says in the reports what helps against bad rows.
func withHints(loads []run.LoadReport) []run.LoadReport {
	out := make([]run.LoadReport, 0, len(loads))
	for _, l := range loads {
		if l.Status == run.StatusCompared && l.Counts.Rejected > 0 && !appends(&l) {
			l.Hint = orElse(l.Hint, hintBadRows)
		}
		out = append(out, l)
	}
	return out
}

func writeVerifyText(app *App, d *delivery, r *run.Report, shown map[string]*shownRows) error {
	var b strings.Builder
	style := app.OutStyle()
	t := table{head: []string{"load", "table", "", "missing", "different", "too many", "equal"}, right: 3}
	for i := range r.Loads {
		l := &r.Loads[i]
		row := []string{cleanText(l.Load), cleanText(joined(l.Destination, l.Table)), "", "", "", "", ""}
		switch {
		case l.Status != run.StatusCompared:
			row[2] = statusText(style, l.Status)
		case appends(l):
			row[2] = style.Dim("append: not compared")
		default:
			row[2] = style.Green("equal")
			switch {
			case l.Counts.Changed() > 0:
				row[2] = style.Red("differs")
			case l.Counts.Rejected > 0:
				row[2] = style.Red("bad rows")
			}
			row[3], row[4], row[5], row[6] = number(l.Counts.Inserted), number(l.Counts.Updated), number(l.Counts.Deleted), number(l.Counts.Unchanged)
		}
		t.rows = append(t.rows, row)
	}
	t.fit(app.Streams, "table")
	t.write(&b, style)
	if len(r.Loads) == 0 {
		b.WriteString("Nothing is to be compared.\n")
	}
	if len(d.External) > 0 {
		fmt.Fprintf(&b, "\n%s run by another tool, and not compared.\n", plural(len(d.External), "load is", "loads are"))
	}
	for i := range r.Loads {
		l := &r.Loads[i]
		if l.Status != run.StatusCompared {
			writeFailure(&b, style, d, l, &rejectFile{})
			continue
		}
		if s := shown[l.Load]; s != nil || len(l.Columns) > 0 || l.Counts.Rejected > 0 && !appends(l) {
			writeDifferences(&b, style, d, l, s)
		}
	}
	return writeText(app, b.String())
}

// writeDifferences shows in which columns and rows a table differs, and how many
// rows of the mart it cannot hold.
func writeDifferences(b *strings.Builder, style terminal.Style, d *delivery, l *run.LoadReport, s *shownRows) {
	fmt.Fprintf(b, "\n%s\n", style.Bold(cleanText(l.Load)))
	if len(l.Columns) > 0 {
		fmt.Fprintf(b, "  different in: %s\n", changedColumns(l.Columns))
	}
	if l.Counts.Rejected > 0 && !appends(l) {
		fmt.Fprintf(b, "  %s\n", style.Yellow(badRows(l.Counts.Rejected)))
		writeHint(b, style, "    ", hintBadRows)
	}
	if s == nil {
		return
	}
	var keys []string
	for _, g := range d.Plan.Groups {
		for _, p := range g.Loads {
			if p.Name() == l.Load && g.Destination == l.Destination {
				for _, c := range p.Columns[:p.Keys] {
					keys = append(keys, c.Name)
				}
			}
		}
	}
	for _, x := range s.rows {
		word := map[run.Op]string{run.OpInsert: style.Green("missing  "), run.OpUpdate: style.Yellow("different"), run.OpDelete: style.Red("too many ")}[x.Op]
		parts := make([]string, 0, len(x.Key))
		for i, v := range x.Key {
			if i < len(keys) {
				v = keys[i] + "=" + v
			}
			parts = append(parts, cleanText(v))
		}
		fmt.Fprintf(b, "  %s  %s\n", word, strings.Join(parts, " "))
	}
	if more := s.n - int64(len(s.rows)); more > 0 {
		fmt.Fprintf(b, "  … and %s more\n", number(more))
	}
}
