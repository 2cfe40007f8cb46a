package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"impact/lineage/layout"
)

// GraphOptions are the options of "impact graph".
type GraphOptions struct {
	App *App
	ProjectOptions

	Select  string // selector; "" for the whole project
	Format  string // json, dot or mermaid
	Columns bool
}

func newGraphCommand(app *App, runF func(context.Context, *GraphOptions) error) *cobra.Command {
	options := &GraphOptions{App: app}
	if runF == nil {
		runF = runGraph
	}
	cmd := &cobra.Command{
		Use:   "graph [selector]",
		Short: "Write the lineage graph as JSON, DOT or Mermaid",
		Long: "Writes the graph of relations, with --columns also of their columns. A selector is the " +
			"name of a relation, of a column (relation.column) or a dbt unique id; a plus before it " +
			"adds what it is made of, a plus behind it what is made of it, a number beside the plus " +
			"limits the steps: +mart_jobs, 2+mart_jobs+1.",
		Example:     "  impact graph --format dot | dot -Tsvg > graph.svg\n  impact graph stg_jobs+ --format mermaid --columns",
		GroupID:     groupAsk,
		Args:        cobra.MaximumNArgs(1),
		Annotations: exits(ExitOK, ExitUsage, ExitName, ExitEnvironment, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				options.Select = args[0]
			}
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	enumVar(cmd, flags, &options.Format, "format", "json", []string{"json", "dot", "mermaid"}, "output: ")
	flags.BoolVar(&options.Columns, "columns", false, "show columns and the edges between them")
	options.bind(flags)
	return cmd
}

func runGraph(ctx context.Context, o *GraphOptions) error {
	p, err := loadProject(ctx, o.App, &o.ProjectOptions)
	if err != nil {
		return err
	}
	part, err := layout.Select(p.Graph, o.Select)
	if err != nil {
		return selectError(err)
	}
	doc := layout.Extract(p.Graph, part, layout.Options{Columns: o.Columns})
	switch o.Format {
	case "dot":
		err = layout.DOT(o.App.Out(), doc)
	case "mermaid":
		err = layout.Mermaid(o.App.Out(), doc)
	default:
		return writeJSON(o.App.Out(), doc)
	}
	if err != nil {
		return &EnvError{Err: fmt.Errorf("write: %w", err)}
	}
	return nil
}

// selectError says which exit code a selector that cannot be followed has.
func selectError(err error) error {
	var unknown *layout.NameError
	if errors.As(err, &unknown) {
		named := &NameError{Kind: "relation", Name: unknown.Name, Ambiguous: unknown.Ambiguous, Candidates: unknown.Candidates}
		if len(named.Candidates) == 0 {
			named.Help = "nothing here is called like it; 'impact graph' without a name writes the whole project"
		}
		return named
	}
	return &UsageError{Err: err}
}
