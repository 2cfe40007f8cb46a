package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"impact/lineage/destination"
	"impact/sync/run"
)

// SyncUnlockOptions are the options of "impact sync unlock".
type SyncUnlockOptions struct {
	App *App
	LoadOptions

	Table  string // "table" or "destination.table"
	Format string // text or json
}

// unlockDoc is the JSON form of what came of it; docs/json.md describes it.
type unlockDoc struct {
	Format      string `json:"format"`
	Environment string `json:"environment,omitempty"`
	Destination string `json:"destination"`
	Table       string `json:"table"`
	Held        bool   `json:"held"`             // whether anybody held the lock
	Holder      string `json:"holder,omitempty"` // who was ended
}

// formatUnlock is the value of unlockDoc.Format.
const formatUnlock = "impact.sync.unlock/1"

func newSyncUnlockCommand(app *App, runF func(context.Context, *SyncUnlockOptions) error) *cobra.Command {
	options := &SyncUnlockOptions{App: app}
	if runF == nil {
		runF = runSyncUnlock
	}
	cmd := &cobra.Command{
		Use:   "unlock <table>",
		Short: "Free a table that a dead run still holds",
		Long: "Ends the connection that holds the lock of a table, and with it whatever it has not committed: " +
			"the next run finds the table as it was before. A run on another machine that is still alive ends, too. " +
			"The lock of a process that died is freed by the server itself, sooner or later.",
		Example:     "  impact sync unlock jobs\n  impact sync unlock job_board.jobs --env staging",
		Args:        oneArg("table", "impact sync unlock job_board.jobs"),
		Annotations: loadExits("", ExitOK, ExitUsage, ExitName, ExitEnvironment, ExitBug, ExitInterrupted),
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			s, err := readSyncProject(app, &options.LoadOptions)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return slices.DeleteFunc(s.tables(), func(t string) bool { return !strings.HasPrefix(t, typed) }), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			options.Table = args[0]
			return runF(cmd.Context(), options)
		},
	}
	cmd.Flags().SortFlags = false
	enumVar(cmd, cmd.Flags(), &options.Format, "format", "text", []string{"text", "json"}, "output: ")
	options.bindProject(cmd.Flags())
	options.bindProfiles(cmd.Flags())
	return cmd
}

// tables are the tables of the loads that impact runs: "destination.table".
func (s *syncProject) tables() []string {
	var out []string
	for _, l := range s.Loads {
		if l.Runner != destination.RunnerExternal {
			out = append(out, l.Target())
		}
	}
	sort.Strings(out)
	return slices.Compact(out)
}

func runSyncUnlock(ctx context.Context, o *SyncUnlockOptions) (err error) {
	s, err := readSyncProject(o.App, &o.LoadOptions)
	if err != nil {
		return err
	}
	var found []*destination.Load
	for _, l := range s.Loads {
		known := func(o *destination.Load) bool { return o.Target() == l.Target() }
		if l.Runner != destination.RunnerExternal && (l.Table == o.Table || l.Target() == o.Table) && !slices.ContainsFunc(found, known) {
			found = append(found, l)
		}
	}
	if len(found) != 1 {
		var names []string
		for _, l := range found {
			names = append(names, l.Target())
		}
		if len(found) == 0 {
			names = nearestFirst(o.Table, s.tables())
		}
		return &NameError{Kind: "table", Name: o.Table, Ambiguous: len(found) > 1, Candidates: names}
	}
	d := &delivery{syncProject: s, databases: map[string]database{}, destinations: map[string]run.Destination{}}
	defer func() { err = errors.Join(err, d.Close()) }()
	l := found[0]
	db, err := d.database(ctx, l.Destination, &o.SourceOptions)
	if err != nil {
		return err
	}
	drv, err := driverOf(s.Config.Destination(l.Destination))
	if err != nil {
		return err
	}
	holder, err := drv.unlock(ctx, db, l.Table)
	switch {
	case err != nil:
		return &EnvError{Err: fmt.Errorf("unlock %s: %w", l.Target(), err)}
	case o.Format == "json":
		return writeJSON(o.App.Out(), &unlockDoc{Format: formatUnlock, Environment: s.Env.Name, Destination: l.Destination, Table: l.Table, Held: holder != "", Holder: holder})
	case holder == "":
		return writeText(o.App, fmt.Sprintf("Nobody holds the lock of %s.\n", cleanText(l.Target())))
	}
	return writeText(o.App, fmt.Sprintf("The lock of %s is free: %s was ended.\n", cleanText(l.Target()), cleanText(holder)))
}
