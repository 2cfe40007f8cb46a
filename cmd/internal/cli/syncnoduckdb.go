//go:build !duckdb

package cli

import (
	"context"
	"io"

	"impact/sync/run"
)

// openDuckDB says how to get a program that reads DuckDB files: this one was
// built without it.
func openDuckDB(_ context.Context, o *opening) (run.Source, io.Closer, error) {
	path, err := duckdbPath(o)
	if err != nil {
		return nil, nil, err
	}
	return nil, nil, usageErrorf("build it with 'CGO_ENABLED=1 go build -tags duckdb ./cmd/impact', or export the models to Parquet files and name their folder with --marts",
		"this build does not read DuckDB files such as %s", path)
}
