//go:build duckdb

package cli

import (
	"context"
	"io"

	"impact/sync/duckdb"
	"impact/sync/run"
)

// openDuckDB opens the file of a dbt-duckdb profile.
func openDuckDB(ctx context.Context, o *opening) (run.Source, io.Closer, error) {
	path, err := duckdbPath(o)
	if err != nil {
		return nil, nil, err
	}
	src, err := duckdb.Open(ctx, duckdb.Options{Path: path, Relations: o.relations, TempDir: o.tempDir})
	if err != nil {
		return nil, nil, &EnvError{Err: err, Help: "run dbt build with this target first"}
	}
	return src, src, nil
}
