package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"impact/cmd/internal/config"
	"impact/lineage"
	"impact/lineage/destination"
	"impact/manifest"
)

// A project is what a question is asked about: the graph, and the configuration
// that it was built with.
type project struct {
	Config   *config.Config
	Graph    *lineage.Graph
	Manifest string // path of the manifest
	Warnings []string
}

// loadProject finds the project that the options name, or that the working
// folder belongs to, and builds its graph.
func loadProject(ctx context.Context, app *App, o *ProjectOptions) (*project, error) {
	p, err := findProject(app, o)
	if err != nil {
		return nil, err
	}
	out := &project{Config: p.Config}
	in := lineage.Input{}
	out.Manifest = app.path(o.Manifest)
	if o.Manifest == "" {
		out.Manifest = firstFile(filepath.Join(p.TargetPath, "manifest.json"), filepath.Join(p.TargetPath, "manifest.json.gz"))
	}
	if in.Manifest, err = manifest.Read(out.Manifest, manifest.Options{}); err != nil {
		return nil, artifactError(err, o.Manifest == "")
	}
	if in.Catalog, err = readCatalog(app, o, filepath.Dir(out.Manifest)); err != nil {
		return nil, err
	}
	if p.DBTDir != "" {
		in.Files = os.DirFS(p.DBTDir)
	}
	if in.Schemas, err = readSchemas(p, out); err != nil {
		return nil, err
	}
	if out.Graph, err = lineage.Build(ctx, in); err != nil {
		return nil, err
	}
	return out, nil
}

// findProject finds folders and configuration. With --manifest a project is
// welcome, but not needed.
func findProject(app *App, o *ProjectOptions) (*config.Project, error) {
	dir := app.Dir
	switch {
	case o.Project != "":
		dir = app.path(o.Project)
	case o.Manifest != "":
		dir = filepath.Dir(app.path(o.Manifest))
	}
	p, err := config.Find(dir, config.Options{Env: app.lookupEnv})
	switch {
	case err == nil:
		return p, nil
	case errors.Is(err, config.ErrNotFound) && o.Manifest != "":
		return &config.Project{Root: dir, Config: config.Default()}, nil
	case errors.Is(err, config.ErrNotFound):
		return nil, usageErrorf("run it inside a dbt project, or name one with --project or --manifest", "%w", err)
	}
	return nil, configError(err)
}

// path makes a path that a person typed absolute.
func (a *App) path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(a.Dir, name)
}

func (a *App) lookupEnv(key string) (string, bool) {
	v := a.Getenv(key)
	return v, v != ""
}

func firstFile(names ...string) string {
	for _, n := range names {
		if _, err := os.Stat(n); err == nil {
			return n
		}
	}
	return names[0]
}

func artifactError(err error, implied bool) error {
	if implied && errors.Is(err, fs.ErrNotExist) {
		return &EnvError{Err: fmt.Errorf("read the manifest: %w", err), Help: "run dbt compile (or dbt build) first, or name a manifest with --manifest"}
	}
	return &EnvError{Err: err}
}

// readCatalog reads the catalog beside the manifest, if there is one; one that
// was named must be there.
func readCatalog(app *App, o *ProjectOptions, dir string) (*manifest.Catalog, error) {
	name := app.path(o.Catalog)
	if o.Catalog == "" {
		name = firstFile(filepath.Join(dir, "catalog.json"), filepath.Join(dir, "catalog.json.gz"))
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			return nil, nil //nolint:nilnil // a project without a catalog is fine
		}
	}
	c, err := manifest.ReadCatalog(name, manifest.Options{})
	if err != nil {
		return nil, &EnvError{Err: err}
	}
	return c, nil
}

// readSchemas reads the destinations' schemas that the configuration names.
func readSchemas(p *config.Project, out *project) (map[string]*destination.Schema, error) {
	schemas := map[string]*destination.Schema{}
	for i := range p.Config.Destinations {
		d := &p.Config.Destinations[i]
		if d.Schema == "" {
			continue
		}
		name := p.Path(d.Schema)
		src, err := os.ReadFile(name)
		if err != nil {
			// The answer is as good without it, up to the table.
			out.Warnings = append(out.Warnings, fmt.Sprintf("the schema of destination %s could not be read: %v", d.Name, err))
			continue
		}
		s, warnings, err := destination.ReadSchema(d.Schema, src)
		if err != nil {
			return nil, &EnvError{Err: fmt.Errorf("read the schema of destination %s: %w", d.Name, err)}
		}
		for _, w := range warnings {
			out.Warnings = append(out.Warnings, w.String())
		}
		schemas[d.Name] = s
	}
	return schemas, nil
}
