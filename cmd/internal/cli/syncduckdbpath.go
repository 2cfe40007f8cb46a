package cli

import (
	"path/filepath"
	"strings"
)

// duckdbPath returns the file of a dbt-duckdb profile. As dbt runs in its
// project, a relative path is relative to that.
func duckdbPath(o *opening) (string, error) {
	path, err := o.profile.Text("path")
	if err != nil {
		return "", configError(err)
	}
	switch {
	case path == "" || path == ":memory:":
		return "", usageErrorf("let dbt write a file: path: target/project.duckdb", "profile %s keeps its models in memory, where nobody else can read them", o.profile)
	case strings.HasPrefix(path, "md:") || strings.HasPrefix(path, "motherduck:") || strings.Contains(path, "://"):
		return "", usageErrorf("export the models to files and name their folder with --marts", "profile %s: models are read from local DuckDB files only", o.profile)
	case filepath.IsAbs(path):
		return path, nil
	}
	return filepath.Join(o.project.DBTDir, path), nil
}
