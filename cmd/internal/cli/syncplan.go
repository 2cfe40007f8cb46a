package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"impact/sync/plan"
	"impact/sync/run"
)

// SyncPlanOptions are the options of "impact sync plan".
type SyncPlanOptions struct {
	App *App
	LoadOptions

	Output string // -o: plan file
	Full   bool
	Format string // text or json
}

func newSyncPlanCommand(app *App, runF func(context.Context, *SyncPlanOptions) error) *cobra.Command {
	options := &SyncPlanOptions{App: app}
	if runF == nil {
		runF = runSyncPlan
	}
	cmd := &cobra.Command{
		Use:   "plan [loads]",
		Short: "Say what a run would do: rows, columns, order, refusals",
		Long: "Compares every chosen load with its table and says what a run would write, in which order, " +
			"and what it refuses, with the safe alternative. Nothing is written. With -o the plan is kept " +
			"in a file, without any row value, for 'impact sync run --plan'.",
		Example: "  impact sync plan\n  impact sync plan job_board_jobs -o plan.json\n" +
			"  impact sync plan tag:hourly,destination:job_board --format json",
		Annotations: loadExits("a load would be refused, by a pre-flight check or a guard", ExitOK, ExitFindings, ExitUsage, ExitName, ExitEnvironment, ExitIncomplete, ExitHeld, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.take(args)
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	enumVar(cmd, flags, &options.Format, "format", "text", []string{"text", "json"}, "output: ")
	flags.StringVarP(&options.Output, "output", "o", "", "write the plan to this `file`")
	options.bindSelection(app, cmd)
	options.bindGate(flags)
	options.bindProject(flags)
	options.bindSource(flags)
	return cmd
}

func runSyncPlan(ctx context.Context, o *SyncPlanOptions) (err error) {
	d, err := prepare(ctx, o.App, &o.LoadOptions, planning{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	progress := newProgress(o.App, "text", d.Plan)
	report := run.Compare(ctx, d.Plan, d.source, d.destinations, run.Options{
		TempDir: o.App.path(o.TempDir), Now: o.App.now, Events: progress.event,
	}, nil)
	progress.close()
	d.complete(report)
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.Output != "" {
		if err := writePlanFile(o.App.path(o.Output), d.Plan); err != nil {
			return err
		}
	}
	d.warn(ctx)
	if o.Format == "json" {
		err = writeJSON(o.App.Out(), newPlanDoc(d, report))
	} else {
		err = writePlanText(o, d, report)
	}
	if err != nil {
		return err
	}
	return outcome(report)
}

func writePlanFile(name string, p *plan.Plan) error {
	var b bytes.Buffer
	if err := p.File().Write(&b); err != nil {
		return err
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		return &EnvError{Err: fmt.Errorf("write the plan: %w", err)}
	}
	return nil
}

// planDoc is the JSON form of a plan; docs/json.md describes it.
type planDoc struct {
	Format      string           `json:"format"`
	Environment string           `json:"environment,omitempty"`
	Plan        *plan.File       `json:"plan"`
	Loads       []run.LoadReport `json:"loads"`
	External    []string         `json:"external,omitempty"`
	Unchanged   []string         `json:"unchanged,omitempty"`
	GateNotes   []plan.Reason    `json:"gate_notes,omitempty"`
	Warnings    []string         `json:"warnings,omitempty"`
}

// formatPlan is the value of planDoc.Format.
const formatPlan = "impact.sync.plan/1"

func newPlanDoc(d *delivery, r *run.Report) *planDoc {
	doc := &planDoc{Format: formatPlan, Environment: d.Env.Name, Plan: d.Plan.File(), Loads: r.Loads, Unchanged: d.Unchanged, GateNotes: d.GateNotes, Warnings: d.Warnings}
	if doc.Loads == nil {
		doc.Loads = []run.LoadReport{}
	}
	for _, l := range d.External {
		doc.External = append(doc.External, l.Name)
	}
	return doc
}
