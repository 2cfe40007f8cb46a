package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"impact/cmd/internal/config"
	"impact/lineage/destination"
	"impact/manifest"
)

// LoadOptions are what every command that looks at loads has: where the project
// is, which loads are meant, and in which environment.
type LoadOptions struct {
	Project  string // --project
	Manifest string // --manifest
	Env      string // --env; "": the first of impact.yml

	Select        []string // arguments and --select
	Exclude       []string
	ModelsChanged bool

	RunResults []string // --run-results; none: run_results.json of the target folder
	SourceOptions
}

// bindProject defines the flags that say where things are.
func (o *LoadOptions) bindProject(flags *pflag.FlagSet) {
	flags.StringVar(&o.Env, "env", "", "`environment` of impact.yml (default: the first)")
	flags.StringVar(&o.Project, "project", "", "`folder` of the project (default: found upward from the current folder)")
	flags.StringVar(&o.Manifest, "manifest", "", "manifest.json `file` (default: the project's target folder)")
}

// bindSelection defines the flags that choose loads.
func (o *LoadOptions) bindSelection(app *App, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVarP(&o.Select, "select", "s", nil, "`loads` to take, as the arguments: names, tag:, owner:, destination:")
	flags.StringArrayVar(&o.Exclude, "exclude", nil, "`loads` to leave out, spelled the same way")
	complete := completeLoads(app)
	// They fail only for flags that do not exist or are defined twice.
	for _, name := range []string{"select", "exclude"} {
		if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
			panic(err)
		}
	}
	cmd.ValidArgsFunction = complete
}

// take adds the arguments to the selection. A flag's value is split at spaces, as
// dbt splits it; an argument is one selector, so that a name may have a space.
func (o *LoadOptions) take(args []string) {
	o.Select, o.Exclude = append(words(o.Select), args...), words(o.Exclude)
}

// bindGate defines the flags about dbt's results.
func (o *LoadOptions) bindGate(flags *pflag.FlagSet) {
	flags.BoolVar(&o.ModelsChanged, "models-changed", false, "only loads whose models were built since their last run")
	flags.StringArrayVar(&o.RunResults, "run-results", nil, "run_results.json `file` of a dbt run; may be repeated (default: the project's target folder)")
}

// A syncProject is the project with its loads, read but not yet connected to
// anything.
type syncProject struct {
	*config.Project
	App      *App
	Env      config.Environment
	Manifest *manifest.Manifest
	Loads    []*destination.Load // those that are sound, in the order of the manifest
	Problems []destination.Problem
	Warnings []string

	places map[string]place // of the destinations that were opened

	mu sync.Mutex // of Warnings, while loads run
}

// notice adds a warning from any goroutine.
func (s *syncProject) notice(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Warnings = append(s.Warnings, text)
}

// readSyncProject reads configuration, manifest and loads.
func readSyncProject(app *App, o *LoadOptions) (*syncProject, error) {
	p, err := findProject(app, &ProjectOptions{Project: o.Project, Manifest: o.Manifest})
	if err != nil {
		return nil, err
	}
	s := &syncProject{Project: p, App: app, places: map[string]place{}}
	var ok bool
	if s.Env, ok = p.Config.Environment(o.Env); !ok {
		var names []string
		for _, e := range p.Config.Environments {
			names = append(names, e.Name)
		}
		return nil, &NameError{Kind: "environment", Name: o.Env, Candidates: nearestFirst(o.Env, names)}
	}
	file := app.path(o.Manifest)
	if o.Manifest == "" {
		file = firstFile(filepath.Join(p.TargetPath, "manifest.json"), filepath.Join(p.TargetPath, "manifest.json.gz"))
	}
	if s.Manifest, err = manifest.Read(file, manifest.Options{}); err != nil {
		return nil, artifactError(err, o.Manifest == "")
	}
	s.Warnings = append(s.Warnings, s.Manifest.Warnings...)
	var opts destination.Options
	if p.DBTDir != "" {
		opts.Project = os.DirFS(p.DBTDir)
	}
	s.Loads, s.Problems = destination.DecodeAll(s.Manifest.Exposures, opts)
	return s, nil
}

// owner of the exposure of a load, nil if there is none.
func (s *syncProject) exposure(id string) *manifest.Exposure {
	for _, e := range s.Manifest.Exposures {
		if e.UniqueID == id {
			return e
		}
	}
	return nil
}

// problemsOf returns an error for the mistakes in the blocks of exposures, and
// adds those of other exposures to the warnings.
func (s *syncProject) problemsOf(wanted func(exposure string) bool) error {
	var lines []string
	hint := ""
	for _, p := range s.Problems {
		if !wanted(p.Exposure) {
			s.Warnings = append(s.Warnings, p.Error())
			continue
		}
		lines = append(lines, p.Error())
		if hint == "" {
			hint = p.Hint
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return &UsageError{Err: errors.New(strings.Join(lines, "\n")), Help: hint}
}

// completeLoads offers the names of loads and what they can be selected by. A
// project that cannot be read offers nothing.
func completeLoads(app *App) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		o := &LoadOptions{}
		for name, value := range map[string]*string{"project": &o.Project, "manifest": &o.Manifest} {
			if flag := cmd.Flags().Lookup(name); flag != nil {
				*value = flag.Value.String()
			}
		}
		s, err := readSyncProject(app, o)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []cobra.Completion
		for _, name := range s.selectors() {
			if strings.HasPrefix(name, typed) {
				out = append(out, name)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// warn prints warnings to the error stream.
func (s *syncProject) warn(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	style := s.App.ErrStyle()
	slices.Sort(s.Warnings)
	for _, w := range slices.Compact(s.Warnings) {
		fmt.Fprintf(s.App.Err(), "%s %s\n", style.Yellow("warning:"), cleanText(w))
	}
}
