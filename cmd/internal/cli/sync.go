package cli

import (
	"github.com/spf13/cobra"

	"impact/internal/spelling"
)

// newSyncCommand returns "impact sync" with the commands below it.
func newSyncCommand(app *App, subcommands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Load marts into the application's tables, without ever harming them",
		Long: "Loads each exposure's mart into its application's table, as its meta.impact says, once dbt " +
			"has built and tested it. Start with 'impact sync plan': it writes nothing. " +
			"docs/sync.md explains modes, refusals and recovery.",
		Example: "  impact sync plan\n" +
			"  impact sync run job_board_jobs\n" +
			"  impact sync run tag:hourly --exclude destination:clinic_portal",
		GroupID:     groupLoad,
		Args:        noSubcommand,
		RunE:        func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Annotations: exits(ExitOK, ExitUsage),
	}
	cmd.AddCommand(subcommands...)
	return cmd
}

// syncCommands are the commands of "impact sync". Help orders them by name.
func syncCommands(app *App) []*cobra.Command {
	return []*cobra.Command{
		newSyncPlanCommand(app, nil),
		newSyncRunCommand(app, nil),
		newSyncVerifyCommand(app, nil),
		newSyncStatusCommand(app, nil),
		newSyncInitCommand(app, nil),
		newSyncDoctorCommand(app, nil),
		newSyncUnlockCommand(app, nil),
	}
}

// noSubcommand refuses arguments of a command that only holds others.
func noSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if name := spelling.Nearest(args[0], visibleNames(cmd)); name != "" {
		return usageErrorf("did you mean '"+cmd.CommandPath()+" "+name+"'?", "unknown command %q of '%s'", args[0], cmd.CommandPath())
	}
	return usageErrorf("run '"+cmd.CommandPath()+" --help' for the list of commands", "unknown command %q of '%s'", args[0], cmd.CommandPath())
}
