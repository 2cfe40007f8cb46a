package examples

import (
	"embed"
	"io/fs"
)

// The patterns name folders, not single files, so that what regenerate adds to
// them is embedded as well. The "all:" prefix keeps the YAML files of dbt
// whose names start with an underscore. lake and tools stay out: nothing reads
// them but the scripts.
//
//go:embed medical-jobs/README.md medical-jobs/impact.yml medical-jobs/truth.json
//go:embed medical-jobs/apps medical-jobs/salesforce
//go:embed medical-jobs/dbt/dbt_project.yml medical-jobs/dbt/profiles.yml
//go:embed all:medical-jobs/dbt/macros all:medical-jobs/dbt/models all:medical-jobs/dbt/seeds
//go:embed all:medical-jobs/dbt/snapshots all:medical-jobs/dbt/tests
//go:embed medical-jobs/dbt/target medical-jobs/dbt/target-duckdb
//go:embed medical-jobs/local/impact.yml medical-jobs/local/marts
var files embed.FS

// MedicalJobs returns the example project, rooted at its own folder: impact.yml
// and dbt/dbt_project.yml are at the paths written here. The files are read
// only and safe for concurrent use.
func MedicalJobs() fs.FS {
	root, err := fs.Sub(files, "medical-jobs")
	if err != nil {
		// fs.Sub fails only for a path that is not valid, and this one is a
		// constant.
		return files
	}
	return root
}
