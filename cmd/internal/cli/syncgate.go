package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"impact/cmd/internal/config"
	"impact/lineage/destination"
	"impact/manifest"
	"impact/sync/plan"
)

// verdicts are the gate's answers.
type verdicts struct {
	held   map[string][]plan.Reason // by load
	notes  []plan.Reason            // each once, sorted by node
	newest map[string]time.Time     // by load: when the newest of its ancestors was built
}

// gate asks dbt's results about each load. Results that ended before since do
// not count if the files were not named: they are of an earlier command.
func (s *syncProject) gate(o *LoadOptions, loads []*destination.Load, since time.Time) (*verdicts, error) {
	var files []*manifest.RunResults
	names := make([]string, 0, len(o.RunResults))
	for _, name := range o.RunResults {
		names = append(names, s.App.path(name))
	}
	if len(names) == 0 {
		names = []string{firstFile(filepath.Join(s.TargetPath, "run_results.json"), filepath.Join(s.TargetPath, "run_results.json.gz"))}
		since = since.Truncate(time.Second)
	} else {
		since = time.Time{}
	}
	for _, name := range names {
		r, err := manifest.ReadRunResults(name, manifest.Options{})
		switch {
		case errors.Is(err, fs.ErrNotExist) && len(o.RunResults) == 0:
			s.Warnings = append(s.Warnings, fmt.Sprintf("there are no results of dbt: %s does not exist", s.display(name)))
		case err != nil:
			return nil, &EnvError{Err: err}
		case !since.IsZero() && r.Metadata.GeneratedTime().Before(since):
			s.Warnings = append(s.Warnings, fmt.Sprintf("%s is of an earlier command: it does not count", s.display(name)))
		default:
			s.Warnings = append(s.Warnings, r.Warnings...)
			files = append(files, r)
		}
	}
	results := plan.NewResults(files...)
	g := plan.Gate{MaxAge: s.Config.Gate.MaxAge, AllowMissing: s.Config.Gate.Missing == config.Allow}
	out := &verdicts{held: map[string][]plan.Reason{}, newest: map[string]time.Time{}}
	noted := map[string]bool{}
	for _, l := range loads {
		if l.Runner == destination.RunnerExternal {
			continue
		}
		v := g.Check(s.Manifest, results, l.Model, s.App.now())
		out.newest[l.Name] = v.Newest
		if !v.Open() {
			out.held[l.Name] = v.Reasons
		}
		for _, n := range v.Notes {
			if key := string(n.ID) + n.Node + n.File; !noted[key] {
				noted[key] = true
				out.notes = append(out.notes, n)
			}
		}
	}
	return out, nil
}

// display shortens a path for messages: relative to the current folder where
// that is below it.
func (s *syncProject) display(name string) string {
	if rel, err := filepath.Rel(s.App.Dir, name); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return name
}
