package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"impact/cmd/internal/config"
	"impact/lineage/destination"
	"impact/sync/files"
	"impact/sync/run"
)

// SourceOptions say where models are read.
type SourceOptions struct {
	Marts       string // --marts: folder of files
	ProfilesDir string
	Profile     string
	Target      string
	TempDir     string // for temporary files; "": the system's
}

func (o *SourceOptions) bindSource(flags *pflag.FlagSet) {
	flags.StringVar(&o.Marts, "marts", "", "read the models from .parquet and .csv files in this `folder` instead of the warehouse")
	o.bindProfiles(flags)
	flags.StringVar(&o.Profile, "profile", "", "dbt `profile` (default: that of dbt_project.yml)")
	flags.StringVar(&o.Target, "target", "", "`target` of the profile (default: the profile's)")
	flags.StringVar(&o.TempDir, "temp-dir", "", "`folder` for temporary files (default: the system's)")
}

// bindProfiles adds what the login of a destination may need of dbt's profiles.
func (o *SourceOptions) bindProfiles(flags *pflag.FlagSet) {
	flags.StringVar(&o.ProfilesDir, "profiles-dir", "", "`folder` of dbt's profiles.yml (default: where dbt looks)")
}

// openSource opens where the models of loads are: files, or the warehouse that
// dbt's profile names. versions are those of a plan that was kept, by model:
// a warehouse that can reads them again.
func (s *syncProject) openSource(ctx context.Context, o *SourceOptions, loads []*destination.Load, versions map[string]string) (run.Source, io.Closer, error) {
	if o.Marts != "" {
		return s.openFiles(o, loads)
	}
	p, err := s.profile(o, o.Profile, o.Target)
	if err != nil {
		return nil, nil, err
	}
	if adapter := s.Manifest.Metadata.AdapterType; adapter != "" && adapter != p.Type {
		return nil, nil, usageErrorf("name the target that dbt used with --target",
			"the manifest was made for %s, but profile %s connects to %s", adapter, p, p.Type)
	}
	open, ok := warehouses()[p.Type]
	if !ok {
		return nil, nil, usageErrorf("export the models to files and name their folder with --marts",
			"models cannot be read from %s", p.Type)
	}
	return open(ctx, &opening{project: s, profile: p, relations: s.relations(loads), versions: versions, tempDir: s.App.path(o.TempDir)})
}

// An opening is what it takes to open a warehouse.
type opening struct {
	project   *syncProject
	profile   *config.Profile
	relations map[string]string // by the unique id of the model, as dbt writes them
	versions  map[string]string // of a plan that was kept
	tempDir   string
}

// openWarehouse opens the warehouse of a profile.
type openWarehouse func(ctx context.Context, o *opening) (run.Source, io.Closer, error)

// warehouses are the warehouses that models can be read from, by dbt's name of
// the adapter.
func warehouses() map[string]openWarehouse {
	return map[string]openWarehouse{"bigquery": openBigQuery, "duckdb": openDuckDB}
}

// profile reads an output of dbt's profiles.yml.
func (s *syncProject) profile(o *SourceOptions, name, target string) (*config.Profile, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	p, err := config.ReadProfile(config.ProfileOptions{
		Dir: s.App.path(o.ProfilesDir), Name: name, Target: target, Project: s.DBTDir, Work: s.App.Dir, Home: home, Env: s.App.lookupEnv,
	})
	switch {
	case err == nil:
		return p, nil
	case errors.Is(err, config.ErrNoProfiles):
		return nil, usageErrorf("name its folder with --profiles-dir, or read the models from files with --marts", "%w", err)
	}
	return nil, configError(err)
}

// relations are the tables of the loads' models, as dbt writes them.
func (s *syncProject) relations(loads []*destination.Load) map[string]string {
	out := map[string]string{}
	for _, l := range loads {
		if n := s.Manifest.Node(l.Model); n != nil {
			out[l.Model] = n.RelationName
		}
	}
	return out
}

// fileEndings are the kinds of files that hold models. The last one is a folder of
// files.
func fileEndings() []string { return []string{".parquet", ".csv", ".csv.gz", ""} }

// openFiles finds the file of each model: by its name, else by the name of its
// relation. Two files of one name are refused: one of them may be an old export.
func (s *syncProject) openFiles(o *SourceOptions, loads []*destination.Load) (run.Source, io.Closer, error) {
	dir := s.App.path(o.Marts)
	switch info, err := os.Stat(dir); {
	case err != nil:
		return nil, nil, &EnvError{Err: fmt.Errorf("read the models: there is no folder %s", o.Marts), Help: "export the models to a folder, each to a file of its name, and name the folder with --marts"}
	case !info.IsDir():
		return nil, nil, &EnvError{Err: fmt.Errorf("read the models: %s is a file", o.Marts), Help: "name the folder that it is in: --marts " + filepath.Dir(o.Marts)}
	}
	paths := map[string]string{}
	for _, l := range loads {
		n := s.Manifest.Node(l.Model)
		if n == nil {
			continue // the gate has said so
		}
		names := []string{n.Name, n.Alias}
		if n.Version != "" {
			names = []string{n.Name + ".v" + n.Version, n.Alias, n.Name}
		}
		for _, name := range names {
			if paths[l.Model] != "" || name == "" || strings.ContainsAny(name, `/\`) {
				continue
			}
			var found []string
			for _, ending := range fileEndings() {
				if _, err := os.Stat(filepath.Join(dir, name+ending)); err == nil {
					found = append(found, name+ending)
				}
			}
			if len(found) > 1 {
				return nil, nil, &EnvError{Err: fmt.Errorf("read the models: %s holds %s, and nothing says which of them is %s", o.Marts, strings.Join(found, " and "), l.Model),
					Help: "leave one of them there: the other may be older"}
			}
			if len(found) == 1 {
				paths[l.Model] = filepath.Join(dir, found[0])
			}
		}
		if paths[l.Model] == "" {
			return nil, nil, &EnvError{Err: fmt.Errorf("read the models: %s holds neither %s.parquet nor %s.csv, nor a folder %s", o.Marts, n.Name, n.Name, n.Name),
				Help: "export " + l.Model + " there, or leave its load out with --exclude " + l.Name}
		}
	}
	return files.New(paths), nil, nil
}
