package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// SyncDoctorOptions are the options of "impact sync doctor".
type SyncDoctorOptions struct {
	App *App
	LoadOptions

	Format string
}

func newSyncDoctorCommand(app *App, runF func(context.Context, *SyncDoctorOptions) error) *cobra.Command {
	options := &SyncDoctorOptions{App: app}
	if runF == nil {
		runF = runSyncDoctor
	}
	cmd := &cobra.Command{
		Use:   "doctor [loads]",
		Short: "Check servers, rights and credentials, with a remedy for each finding",
		Long: "Looks at everything that a run needs, without writing: dbt's results, the credentials of the " +
			"warehouse, each destination's server settings, the user's rights, collations and the ledger.",
		Example:     "  impact sync doctor\n  impact sync doctor destination:job_board --env staging",
		Annotations: loadExits("something has to be repaired before a run", ExitOK, ExitFindings, ExitUsage, ExitName, ExitEnvironment, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.take(args)
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	enumVar(cmd, flags, &options.Format, "format", "text", []string{"text", "json"}, "output: ")
	options.bindSelection(app, cmd)
	options.bindGate(flags)
	options.bindProject(flags)
	options.bindSource(flags)
	return cmd
}

// The ids of the checks that are made here; the others are the destination's.
const (
	checkLoads   = "project.loads"
	checkResults = "project.results"
	checkSource  = "source.connect"
	checkModel   = "source.model"
	checkConnect = "destination.connect"
	checkLedger  = "destination.ledger"
	checkRights  = "grants"
)

// doctorDoc is the JSON form of the checks; docs/json.md describes it.
type doctorDoc struct {
	Format      string          `json:"format"`
	Environment string          `json:"environment,omitempty"`
	Sections    []doctorSection `json:"sections"`
}

// doctorSection is the checks of one subject: the project, the source or a
// destination.
type doctorSection struct {
	Subject string      `json:"subject"`
	Checks  []run.Check `json:"checks"`

	refused error // why nothing was even tried to be reached: usage or configuration
}

// formatDoctor is the value of doctorDoc.Format.
const formatDoctor = "impact.sync.doctor/1"

func (s *doctorSection) add(id string, h run.Health, remedy, format string, args ...any) {
	s.Checks = append(s.Checks, run.Check{ID: id, Health: h, Message: fmt.Sprintf(format, args...), Remedy: remedy})
}

// fail adds an error that ended a check.
func (s *doctorSection) fail(id string, err error) {
	s.add(id, run.Broken, hint(err), "%v", err)
	if usage := (*UsageError)(nil); errors.As(err, &usage) && s.refused == nil {
		s.refused = err
	}
}

func runSyncDoctor(ctx context.Context, o *SyncDoctorOptions) (err error) {
	s, err := readSyncProject(o.App, &o.LoadOptions)
	if err != nil {
		return err
	}
	chosen, _, err := s.chosen(o.Select, o.Exclude)
	if err != nil {
		return err
	}
	byDestination, names := ourLoads(chosen)
	var loads []*destination.Load
	for _, name := range names {
		loads = append(loads, byDestination[name]...)
	}
	doc := &doctorDoc{Format: formatDoctor, Environment: s.Env.Name}
	doc.Sections = append(doc.Sections, s.doctorProject(o, loads))
	models := map[string]plan.Model{}
	if len(loads) > 0 {
		doc.Sections = append(doc.Sections, s.doctorSource(ctx, o, loads, models))
	}
	for _, name := range names {
		doc.Sections = append(doc.Sections, s.doctorDestination(ctx, o, name, byDestination[name], models))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.warn(ctx)
	if o.Format == "json" {
		err = writeJSON(o.App.Out(), doc)
	} else {
		err = writeDoctorText(o.App, doc)
	}
	if err != nil {
		return err
	}
	return doc.verdict()
}

// verdict is the error of what is broken, of the kind that plan and run would
// end with: a configuration that cannot be used weighs more than a server that
// cannot be reached, and that more than one that is set up wrongly.
func (doc *doctorDoc) verdict() error {
	broken := 0
	for _, s := range doc.Sections {
		if s.refused != nil {
			return usageErrorf("", "%s is not configured so that it can be used", s.Subject)
		}
	}
	for _, s := range doc.Sections {
		for _, c := range s.Checks {
			if c.Health != run.Broken {
				continue
			}
			if c.ID == checkConnect || c.ID == checkSource {
				return &EnvError{Err: fmt.Errorf("%s cannot be reached", s.Subject)}
			}
			broken++
		}
	}
	if broken > 0 {
		return &RefusedError{Err: fmt.Errorf("%s to be repaired before a run", plural(broken, "thing is", "things are"))}
	}
	return nil
}

func (s *syncProject) doctorProject(o *SyncDoctorOptions, loads []*destination.Load) doctorSection {
	out := doctorSection{Subject: "project"}
	if len(loads) == 0 {
		out.add(checkLoads, run.Caution, "give an exposure a meta.impact block; docs/sync.md shows one", "impact runs no load")
		return out
	}
	out.add(checkLoads, run.Good, "", "%s", plural(len(loads), "load", "loads"))
	gate, err := s.gate(&o.LoadOptions, loads, time.Time{})
	if err != nil {
		out.fail(checkResults, err)
		return out
	}
	if n := len(gate.held); n > 0 {
		out.add(checkResults, run.Caution, "impact sync plan says why", "the gate would hold back %s now", plural(n, "load", "loads"))
	} else {
		out.add(checkResults, run.Good, "", "the gate is open for every load")
	}
	return out
}

// A sourceDoctor is a source that knows itself what to look at.
type sourceDoctor interface {
	Doctor(ctx context.Context) ([]run.Check, error)
}

// doctorSource looks at the source, and puts the models that it describes into
// models.
func (s *syncProject) doctorSource(ctx context.Context, o *SyncDoctorOptions, loads []*destination.Load, models map[string]plan.Model) (out doctorSection) {
	out.Subject = "source"
	source, closer, err := s.openSource(ctx, &o.SourceOptions, loads, nil)
	if err != nil {
		out.fail(checkSource, err)
		return out
	}
	if closer != nil {
		defer func() {
			if err := closer.Close(); err != nil {
				out.fail(checkSource, err)
			}
		}()
	}
	if doctor, ok := source.(sourceDoctor); ok {
		checks, err := doctor.Doctor(ctx)
		out.Checks = append(out.Checks, checks...)
		if err != nil {
			out.fail(checkSource, err)
		} else {
			out.describeWhole(ctx, source, loads, models)
		}
		return out
	}
	seen := map[string]bool{}
	for _, l := range loads {
		if seen[l.Model] {
			continue
		}
		seen[l.Model] = true
		m, err := source.Describe(ctx, l.Model)
		if err == nil {
			models[l.Model] = m
		}
		switch {
		case err != nil:
			out.fail(checkModel, fmt.Errorf("%s: %w", l.Model, err))
		case m.Rows >= 0:
			out.add(checkModel, run.Good, "", "%s: %s rows, %s", m.Relation, number(m.Rows), plural(len(m.Fields), "column", "columns"))
		default:
			out.add(checkModel, run.Caution, "a source that counts rows keeps a cut stream from deleting any", "%s: the number of rows is not known", m.Relation)
		}
	}
	return out
}

// describeWhole describes the models whose columns no mapping lists: no more,
// since a warehouse may have to count the rows for it. What keeps a source that
// was found healthy from it would keep a plan from being made.
func (s *doctorSection) describeWhole(ctx context.Context, source run.Source, loads []*destination.Load, models map[string]plan.Model) {
	healthy := !slices.ContainsFunc(s.Checks, func(c run.Check) bool { return c.Health == run.Broken })
	asked := map[string]bool{}
	for _, l := range loads {
		if !l.AllColumns || asked[l.Model] {
			continue
		}
		asked[l.Model] = true
		m, err := source.Describe(ctx, l.Model)
		if err == nil {
			models[l.Model] = m
		} else if healthy {
			s.fail(checkModel, fmt.Errorf("%s: %w", l.Model, err))
		}
	}
}

func (s *syncProject) doctorDestination(ctx context.Context, o *SyncDoctorOptions, name string, loads []*destination.Load, models map[string]plan.Model) (out doctorSection) {
	out.Subject = name
	db, err := s.openDestination(ctx, name, &o.SourceOptions)
	if err != nil {
		out.fail(checkConnect, err)
		if last := &out.Checks[len(out.Checks)-1]; last.Remedy == hintDoctor {
			last.Remedy = "" // it is what runs
		}
		return out
	}
	defer func() {
		if err := db.Close(); err != nil {
			out.fail(checkConnect, err)
		}
	}()
	checks, err := db.Doctor(ctx, loads)
	out.Checks = append(out.Checks, checks...)
	if err != nil {
		out.fail(checkConnect, err)
	}
	if err := s.doctorRights(ctx, &out, db, name, loads, models); err != nil {
		out.fail(checkRights, err)
	}
	entries, err := db.History(ctx, 1)
	switch {
	case err != nil:
		out.fail(checkLedger, err)
	case entries == nil:
		out.add(checkLedger, run.Broken, "impact sync init prints their DDL", "the tables _impact_runs and _impact_loads do not exist")
	case len(entries) == 0:
		out.add(checkLedger, run.Good, "", "the ledger has no entry yet")
	default:
		out.add(checkLedger, run.Good, "", "the last entry is %s", ago(o.App.now(), entries[0].Finished))
	}
	return out
}

// doctorRights looks for the rights that init prints.
func (s *syncProject) doctorRights(ctx context.Context, out *doctorSection, db database, name string, loads []*destination.Load, models map[string]plan.Model) error {
	d, err := s.destinationConfig(name)
	if err != nil {
		return err
	}
	drv, err := driverOf(d)
	if err != nil || drv.rights == nil {
		return err
	}
	schema, err := db.Schema(ctx)
	if err != nil {
		return err
	}
	planned, err := planForGrants(d, schema, loads, models)
	if err != nil {
		return err
	}
	for _, l := range loads {
		if _, ok := models[l.Model]; !ok && l.AllColumns {
			out.add(checkRights, run.Caution, "repair the source first", "%s loads all columns of its model, which are not known: rights to write them are not looked for", l.Name)
		}
	}
	checks, err := drv.rights(ctx, db, planned)
	out.Checks = append(out.Checks, checks...)
	return err
}

func writeDoctorText(app *App, doc *doctorDoc) error {
	var b strings.Builder
	style := app.OutStyle()
	marks := map[run.Health]string{run.Good: style.Green("ok     "), run.Slow: style.Yellow("slow   "), run.Caution: style.Yellow("caution"), run.Broken: style.Red("broken ")}
	for i, s := range doc.Sections {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s\n", style.Bold(cleanText(s.Subject)))
		for _, c := range s.Checks {
			fmt.Fprintf(&b, "  %s  %s  %s\n", marks[c.Health], style.Dim(c.ID), strings.ReplaceAll(cleanText(c.Message), `\n`, "; "))
			if c.Remedy != "" {
				fmt.Fprintf(&b, "           %s %s\n", style.Cyan("remedy:"), cleanText(c.Remedy))
			}
		}
	}
	return writeText(app, b.String())
}
