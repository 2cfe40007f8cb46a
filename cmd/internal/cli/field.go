package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"impact/internal/spelling"
)

// fieldKind is the Kind of a [NameError] about the argument of "impact field".
const fieldKind = "field"

// FieldOptions are the options of "impact field", which is also what runs when
// no command is named.
type FieldOptions struct {
	App *App
	ProjectOptions

	Field    string // as it was typed
	Format   string // text, json or markdown
	Depth    int    // steps from the field that the result shows; 0 shows all
	Upstream bool   // where the column comes from, not where it goes
	FailOn   string // none, or a severity
	OnDrop   string // removed, null or fails; "" takes the configuration's
	Strict   bool   // fail where something was not understood
	Verbose  bool   // show every finding with all of its evidence
	Lang     string // en or ja
}

func fieldFormats() []string { return []string{"text", "json", "markdown"} }

// severities lists the values of --fail-on from the most to the least severe.
// Each includes those before it; none includes nothing.
func severities() []string {
	return []string{"break", "loss", "stale", "rows", "value", "note", "none"}
}

func onDropValues() []string { return []string{"removed", "null", "fails"} }

// Validate reports options that cannot be used, as usage errors. It holds for
// options that did not come from flags, too.
func (o *FieldOptions) Validate() error {
	switch {
	case o.Field == "":
		return usageErrorf("for example: impact JobOffer__c.Salary__c", "the field's name is empty")
	case !slices.Contains(fieldFormats(), o.Format):
		return usageErrorf("", "unknown format %q", o.Format)
	case !slices.Contains(severities(), o.FailOn):
		return usageErrorf("", "unknown severity %q", o.FailOn)
	case o.OnDrop != "" && !slices.Contains(onDropValues(), o.OnDrop):
		return usageErrorf("", "unknown value %q of --on-drop", o.OnDrop)
	case o.Depth < 0:
		return usageErrorf("--depth 0 shows everything", "--depth %d is negative", o.Depth)
	case o.Upstream && o.FailOn != "none":
		return usageErrorf("", "--upstream has no findings, so --fail-on %s cannot apply", o.FailOn)
	case o.Upstream && o.OnDrop != "":
		return usageErrorf("", "--upstream drops nothing, so --on-drop %s cannot apply", o.OnDrop)
	}
	return nil
}

func newFieldCommand(app *App, runF func(context.Context, *FieldOptions) error) *cobra.Command {
	options := &FieldOptions{App: app}
	cmd := &cobra.Command{
		Use:   "field <field>",
		Short: "Say what breaks if a Salesforce field is dropped (the default command)",
		Long: "Say what breaks if a Salesforce field is dropped: models, tests and loads that fail, " +
			"what goes stale behind them, the application's columns that are lost or change, and " +
			"the places to edit, in order. Without a command's name this command runs, so " +
			"'impact NAME' and 'impact field NAME' are the same.",
		Example: "  impact JobOffer__c.Salary__c\n" +
			"  impact JobOffer__c.Salary__c --format json --fail-on break\n" +
			"  impact mart_jobs.salary --upstream",
		GroupID: groupAsk,
		Args:    oneField,
		Annotations: exits(ExitOK, ExitFindings, ExitUsage, ExitName, ExitEnvironment,
			ExitIncomplete, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.Field = args[0]
			if err := options.Validate(); err != nil {
				return err
			}
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	enumVar(cmd, flags, &options.Format, "format", "text", fieldFormats(), "output: ")
	flags.IntVar(&options.Depth, "depth", 0, "shorten paths to this `number` of steps; with --upstream go no further (default: all)")
	flags.BoolVar(&options.Upstream, "upstream", false, "say where the column comes from instead")
	enumVar(cmd, flags, &options.FailOn, "fail-on", "none", severities(), "exit 1 on findings of at least this severity: ")
	enumVar(cmd, flags, &options.OnDrop, "on-drop", "", onDropValues(), "what the lake does when the field is dropped (default: the source's setting): ")
	enumVar(cmd, flags, &options.Lang, "lang", "en", []string{"en", "ja"}, "language of the answer: ")
	flags.BoolVar(&options.Verbose, "verbose", false, "show long lists and every path in full")
	flags.BoolVar(&options.Strict, "strict", false, "exit 5 where something was not understood")
	options.bind(flags)
	return cmd
}

// oneField demands one field. Of several words the first may be a command's,
// mistyped.
func oneField(cmd *cobra.Command, args []string) error {
	err := oneArg("field", "impact JobOffer__c.Salary__c")(cmd, args)
	if wrong := new(UsageError); len(args) > 1 && errors.As(err, &wrong) {
		if name := spelling.Nearest(args[0], visibleNames(cmd.Root())); name != "" {
			wrong.Help = fmt.Sprintf("did you mean the command 'impact %s'?", name)
		}
	}
	return err
}
