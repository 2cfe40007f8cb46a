//go:build duckdb

package duckdb

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"impact/sync/run"
)

// Doctor looks at the file and at the models that it was opened for. It writes
// nothing.
func (s *Source) Doctor(ctx context.Context) ([]run.Check, error) {
	var version string
	if err := s.db.QueryRowContext(ctx, "SELECT version()").Scan(&version); err != nil {
		return nil, err
	}
	out := []run.Check{{ID: "source.file", Health: run.Good, Message: fmt.Sprintf("%s is open read-only with DuckDB %s", s.opts.Path, version)}}
	for _, node := range slices.Sorted(maps.Keys(s.opts.Relations)) {
		m, err := s.Describe(ctx, node)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			out = append(out, run.Check{ID: "source.model", Health: run.Broken, Message: fmt.Sprintf("%s: %v", node, err), Remedy: "run dbt build with this file as its target"})
		case m.Version == "":
			out = append(out, run.Check{ID: "source.model", Health: run.Slow, Message: fmt.Sprintf("%s is a view: it is read in every run, changed or not", m.Relation), Remedy: "materialize it as a table"})
		default:
			out = append(out, run.Check{ID: "source.model", Health: run.Good, Message: fmt.Sprintf("%s has %d rows", m.Relation, m.Rows)})
		}
	}
	return out, nil
}
