package cli

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"impact/lineage/destination"
	"impact/sync/run"
)

// SyncStatusOptions are the options of "impact sync status".
type SyncStatusOptions struct {
	App *App
	LoadOptions

	History int // entries of each load
	Format  string
}

func newSyncStatusCommand(app *App, runF func(context.Context, *SyncStatusOptions) error) *cobra.Command {
	options := &SyncStatusOptions{App: app}
	if runF == nil {
		runF = runSyncStatus
	}
	cmd := &cobra.Command{
		Use:         "status [loads]",
		Short:       "Show the last runs of each load, from the ledger",
		Long:        "Shows when each load last ran and what it wrote, as the ledger beside the tables has it. Runs that were refused or failed leave no entry: they changed nothing.",
		Example:     "  impact sync status\n  impact sync status job_board_jobs --history 20",
		Annotations: loadExits("", ExitOK, ExitUsage, ExitName, ExitEnvironment, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.take(args)
			if options.History < 1 {
				return usageErrorf("", "--history %d is less than 1", options.History)
			}
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	enumVar(cmd, flags, &options.Format, "format", "text", []string{"text", "json"}, "output: ")
	flags.IntVar(&options.History, "history", 1, "show this `number` of runs of each load")
	options.bindSelection(app, cmd)
	options.bindProject(flags)
	options.bindProfiles(flags)
	return cmd
}

// statusDoc is the JSON form of the status; docs/json.md describes it.
type statusDoc struct {
	Format      string       `json:"format"`
	Environment string       `json:"environment,omitempty"`
	Loads       []statusLoad `json:"loads"`
}

type statusLoad struct {
	Load        string      `json:"load"`
	Destination string      `json:"destination"`
	Table       string      `json:"table"`
	Mode        string      `json:"mode"`
	Runs        []statusRun `json:"runs"`
}

type statusRun struct {
	RunID    string    `json:"run_id"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Read     int64     `json:"read"`
	Inserted int64     `json:"inserted"`
	Updated  int64     `json:"updated"`
	Deleted  int64     `json:"deleted"`
	Rejected int64     `json:"rejected"`
}

// formatStatus is the value of statusDoc.Format.
const formatStatus = "impact.sync.status/1"

func runSyncStatus(ctx context.Context, o *SyncStatusOptions) (err error) {
	s, err := readSyncProject(o.App, &o.LoadOptions)
	if err != nil {
		return err
	}
	chosen, _, err := s.chosen(o.Select, o.Exclude)
	if err != nil {
		return err
	}
	d := &delivery{syncProject: s, databases: map[string]database{}, destinations: map[string]run.Destination{}}
	defer func() { err = errors.Join(err, d.Close()) }()
	doc := &statusDoc{Format: formatStatus, Environment: s.Env.Name, Loads: []statusLoad{}}
	ledgers := map[string]*ledger{}
	var failed error // the other destinations are worth showing all the same
	for _, l := range chosen {
		if l.Runner == destination.RunnerExternal {
			continue
		}
		known := ledgers[l.Destination]
		if known == nil {
			known = d.ledger(ctx, l.Destination, o)
			ledgers[l.Destination] = known
			failed = errors.Join(failed, known.err)
		}
		if known.err == nil {
			doc.Loads = append(doc.Loads, statusOf(l, known.entries, o.History))
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	sort.SliceStable(doc.Loads, func(i, j int) bool {
		a, b := doc.Loads[i], doc.Loads[j]
		return joined(a.Destination, a.Load) < joined(b.Destination, b.Load)
	})
	d.warn(ctx)
	if o.Format == "json" {
		err = writeJSON(o.App.Out(), doc)
	} else if len(doc.Loads) > 0 || failed == nil {
		err = writeStatusText(o.App, doc)
	}
	if err != nil {
		return err
	}
	return failed
}

// ledger is what a destination's ledger holds, or why it cannot be read.
type ledger struct {
	entries []run.Entry
	err     error
}

func (d *delivery) ledger(ctx context.Context, name string, o *SyncStatusOptions) *ledger {
	db, err := d.database(ctx, name, &o.SourceOptions)
	if err != nil {
		return &ledger{err: err}
	}
	entries, err := db.History(ctx, historyRead)
	if err != nil {
		err = &EnvError{Err: fmt.Errorf("read the ledger of destination %s: %w", name, err)}
	}
	return &ledger{entries, err}
}

// statusOf picks the newest entries of one load.
func statusOf(l *destination.Load, entries []run.Entry, limit int) statusLoad {
	out := statusLoad{Load: l.Name, Destination: l.Destination, Table: l.Table, Mode: l.Mode.String(), Runs: []statusRun{}}
	for _, e := range entries {
		if e.Load == l.Name && len(out.Runs) < limit {
			out.Runs = append(out.Runs, statusRun{RunID: e.RunID, Started: e.Started.UTC(), Finished: e.Finished.UTC(),
				Read: e.Read, Inserted: e.Inserted, Updated: e.Updated, Deleted: e.Deleted, Rejected: e.Rejected})
		}
	}
	return out
}

func writeStatusText(app *App, doc *statusDoc) error {
	var b strings.Builder
	style := app.OutStyle()
	t := table{head: []string{"load", "table", "mode", "last run", "run id", "read", "added", "changed", "removed", "bad"}, right: 5}
	for _, l := range doc.Loads {
		name, where := cleanText(l.Load), cleanText(joined(l.Destination, l.Table))
		if len(l.Runs) == 0 {
			t.rows = append(t.rows, []string{name, where, l.Mode, style.Yellow("never"), "", "", "", "", "", ""})
		}
		for _, r := range l.Runs {
			t.rows = append(t.rows, []string{name, where, l.Mode, ago(app.now(), r.Finished), cleanText(r.RunID),
				number(r.Read), number(r.Inserted), number(r.Updated), number(r.Deleted), number(r.Rejected)})
			name, where = "", ""
		}
	}
	if len(t.rows) == 0 {
		b.WriteString("No load that is chosen is run by impact.\n")
	}
	t.fit(app.Streams, "run id", "table", "mode")
	t.write(&b, style)
	return writeText(app, b.String())
}

func ago(now, t time.Time) string {
	if now.Before(t.Add(time.Second)) {
		return "just now"
	}
	return round(now.Sub(t)) + " ago"
}
