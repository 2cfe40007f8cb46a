package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"impact/examples"
)

// demoField is the field that the demo asks about.
const demoField = "JobOffer__c.Salary_Min__c"

// DemoOptions are the options of "impact demo".
type DemoOptions struct {
	App    *App
	Field  string
	Format string
	Dir    string // where the example is written; "" for a folder that is removed
}

func newDemoCommand(app *App, runF func(context.Context, *DemoOptions) error) *cobra.Command {
	options := &DemoOptions{App: app}
	if runF == nil {
		runF = runDemo
	}
	cmd := &cobra.Command{
		Use:   "demo [field]",
		Short: "Answer the question for a field of the built-in example",
		Long: "Runs the main command on the example project that is part of the program, a company that " +
			"places doctors and nurses: no account and no server is needed. Without a field it asks " +
			"about " + demoField + ", and then loads the example's marts into SQLite files, twice. " +
			"With --dir the example is kept, to look at or to try other commands in.",
		Example:     "  impact demo\n  impact demo Facility__c.Publishable__c\n  impact demo --dir medical-jobs",
		GroupID:     groupAsk,
		Args:        cobra.MaximumNArgs(1),
		Annotations: exits(ExitOK, ExitUsage, ExitName, ExitEnvironment, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.Field = demoField
			if len(args) == 1 {
				options.Field = args[0]
			}
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	enumVar(cmd, flags, &options.Format, "format", "text", fieldFormats(), "output: ")
	flags.StringVar(&options.Dir, "dir", "", "write the example into this new `folder` and keep it")
	return cmd
}

func runDemo(ctx context.Context, o *DemoOptions) (err error) {
	dir := o.App.path(o.Dir)
	if dir == "" {
		if dir, err = os.MkdirTemp("", "impact-demo-"); err != nil {
			return &EnvError{Err: fmt.Errorf("write the example: %w", err)}
		}
		defer func() {
			if rmErr := os.RemoveAll(dir); rmErr != nil && err == nil {
				err = &EnvError{Err: rmErr}
			}
		}()
	} else if _, statErr := os.Stat(dir); statErr == nil {
		return usageErrorf("name a folder that does not exist yet", "%s is there already", o.Dir)
	}
	if err := os.CopyFS(dir, examples.MedicalJobs()); err != nil {
		return &EnvError{Err: fmt.Errorf("write the example: %w", err)}
	}
	field := &FieldOptions{
		App: o.App, Field: o.Field, Format: o.Format, FailOn: "none",
		ProjectOptions: ProjectOptions{Project: filepath.Clean(dir)},
	}
	if err := runField(ctx, field); err != nil {
		return err
	}
	if o.Format == "text" {
		if o.Field == demoField {
			tour, err := demoSync(ctx, o.App, dir)
			if err != nil {
				return err
			}
			if err := tour.write(o.App, o.Dir); err != nil {
				return err
			}
		}
		hint := "\nThis was the built-in example. Try: impact demo Facility__c.Publishable__c\n"
		if o.Dir != "" {
			hint = fmt.Sprintf("\nThe example is in %s. Try: cd %s && impact Facility__c.Publishable__c\n", o.Dir, o.Dir)
		}
		if _, err := fmt.Fprint(o.App.Err(), hint); err != nil {
			return &EnvError{Err: err}
		}
	}
	return nil
}
