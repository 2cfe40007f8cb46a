package cli

import (
	"github.com/spf13/cobra"

	"impact/cmd/internal/terminal"
	"impact/internal/spelling"
)

// The groups of commands in help, in this order.
const (
	groupAsk   = "ask"
	groupLoad  = "load"
	groupOther = "other"
)

// commands lists the commands. Help orders them by group, then by name.
func commands(app *App) []*cobra.Command {
	return []*cobra.Command{
		newFieldCommand(app, runField),
		newGraphCommand(app, nil),
		newSQLCommand(app, nil),
		newDemoCommand(app, nil),
		newSyncCommand(app, syncCommands(app)...),
		newAfterCommand(app, nil),
		newVersionCommand(app, nil),
		newCompletionCommand(app, nil),
	}
}

// newRootCommand returns the program's own command with the given ones below
// it. Errors are returned, never printed.
func newRootCommand(app *App, subcommands ...*cobra.Command) *cobra.Command {
	root := &cobra.Command{
		Use:   "impact [field]",
		Short: "What breaks if I drop this Salesforce field?",
		Long: "impact follows a Salesforce field through the warehouse and its dbt models to the " +
			"application's columns, and says what breaks when the field is dropped.",
		Example: "  impact JobOffer__c.Salary__c\n" +
			"  impact JobOffer__c.Salary__c --format json --fail-on break\n" +
			"  impact field graph                # a field whose name is also a command's",
		Version:       app.Build.String(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Annotations:   exits(exitCodes()...),

		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(app.Streams.In)
	root.SetOut(app.Streams.Out)
	root.SetErr(app.Streams.Err)
	root.SetVersionTemplate("impact {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { printHelp(app, cmd) })

	root.PersistentFlags().SortFlags = false
	enumVar(root, root.PersistentFlags(), (*string)(&app.Color), "color", string(terminal.ColorAuto), terminal.ColorModes(), "colours: ")
	root.PersistentFlags().BoolP("help", "h", false, "show help")
	root.Flags().Bool("version", false, "show the version")

	root.AddGroup(
		&cobra.Group{ID: groupAsk, Title: "ASK"},
		&cobra.Group{ID: groupLoad, Title: "LOAD"},
		&cobra.Group{ID: groupOther, Title: "OTHER"},
	)
	root.AddCommand(subcommands...)
	help := newHelpCommand(root)
	root.SetHelpCommand(help)
	root.AddCommand(help)
	return root
}

// noCommand refuses arguments of the program itself: they would be commands,
// but there is none of that name.
func noCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if name := spelling.Nearest(args[0], visibleNames(root)); name != "" {
		return usageErrorf("did you mean 'impact "+name+"'?", "unknown command %q", args[0])
	}
	return usageErrorf("run 'impact --help' for the list of commands", "unknown command %q", args[0])
}

// visibleNames lists the names of the commands that help shows.
func visibleNames(root *cobra.Command) []string {
	var names []string
	for _, cmd := range root.Commands() {
		if !cmd.Hidden {
			names = append(names, cmd.Name())
		}
	}
	return names
}
