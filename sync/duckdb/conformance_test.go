//go:build duckdb

package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	driverpkg "github.com/duckdb/duckdb-go/v2"

	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, wrap := range map[string]func(run.Source) run.Source{
		"results as a whole": func(s run.Source) run.Source { return s },
		"results in parts":   func(s run.Source) run.Source { return parts{s} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Sources(t, func(t *testing.T) synctest.Warehouse {
				t.Helper()
				w := &warehouse{path: filepath.Join(t.TempDir(), "lake.duckdb"), tables: map[string]table{}}
				t.Cleanup(func() { w.close(t) })
				w.write(t)
				return synctest.Warehouse{
					Sorts: true,
					Put: func(t testing.TB, node string, fields []plan.Field, rows []run.Row) {
						t.Helper()
						w.tables[node] = table{fields, rows}
						w.write(t)
					},
					Open: func(t testing.TB, nodes ...string) run.Source {
						t.Helper()
						o := Options{Path: w.path, Relations: map[string]string{}, TempDir: t.TempDir()}
						for _, node := range nodes {
							o.Relations[node] = "main." + node
						}
						if w.stale {
							// Within one program DuckDB opens a path once.
							w.close(t)
						}
						s, err := Open(t.Context(), o)
						if err != nil {
							t.Fatal(err)
						}
						w.opened = append(w.opened, s)
						return wrap(s)
					},
					Break: func(t testing.TB, _ string) {
						t.Helper()
						if err := os.Rename(build(t, "CREATE TABLE m AS SELECT 3 AS a"), w.path); err != nil {
							t.Fatal(err)
						}
					},
				}
			})
		})
	}
}

// parts reads as if nobody had counted the rows, so that they go through a
// temporary table.
type parts struct{ run.Source }

func (p parts) Read(ctx context.Context, q run.Query) (run.Stream, error) {
	q.Model.Rows = -1
	return p.Source.Read(ctx, q)
}

// warehouse is a file that is made anew with each change, as a dbt build that
// exchanges it would do.
type warehouse struct {
	path   string
	tables map[string]table
	opened []*Source
	stale  bool // they are of the file as it was
}

func (w *warehouse) close(t testing.TB) {
	t.Helper()
	for _, s := range w.opened {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	w.opened, w.stale = nil, false
}

type table struct {
	fields []plan.Field
	rows   []run.Row
}

func (w *warehouse) write(t testing.TB) {
	t.Helper()
	w.stale = true
	path := filepath.Join(t.TempDir(), "new.duckdb")
	c, err := driverpkg.NewConnector(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(c)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(w.tables)) {
		if err := conn.Raw(func(raw any) error { return w.tables[name].write(t.Context(), raw.(*driverpkg.Conn), name) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(conn.Close(), db.Close(), os.Rename(path, w.path)); err != nil {
		t.Fatal(err)
	}
}

// write makes a table of text, and of it the one that is wanted.
func (tb table) write(ctx context.Context, c *driverpkg.Conn, name string) error {
	var text, values, types []string
	for i, f := range tb.fields {
		typ, from := duckType(f)
		text = append(text, fmt.Sprintf("v%d %s", i, from))
		value := fmt.Sprintf("v%d", i)
		if f.Kind == plan.JSON {
			value = "CAST(" + value + " AS JSON)"
		}
		values = append(values, "CAST("+value+" AS "+typ+")")
		types = append(types, quote(f.Name)+" "+typ)
	}
	for _, q := range []string{"CREATE TEMP TABLE given (" + strings.Join(text, ", ") + ")", "CREATE TABLE " + quote(name) + " (" + strings.Join(types, ", ") + ")"} {
		if _, err := c.ExecContext(ctx, q, nil); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	a, err := driverpkg.NewAppender(c, "temp", "main", "given")
	if err != nil {
		return err
	}
	for _, row := range tb.rows {
		var line []driver.Value
		for i, v := range row {
			switch {
			case v == nil:
				line = append(line, nil)
			case tb.fields[i].Kind == plan.Bytes:
				line = append(line, v)
			case tb.fields[i].Kind == plan.Timestamp:
				line = append(line, string(v)+"+00")
			default:
				line = append(line, string(v))
			}
		}
		if err := a.AppendRow(line...); err != nil {
			return errors.Join(err, a.Close())
		}
	}
	if err := a.Close(); err != nil {
		return err
	}
	for _, q := range []string{"INSERT INTO " + quote(name) + " SELECT " + strings.Join(values, ", ") + " FROM temp.given ORDER BY rowid", "DROP TABLE temp.given"} {
		if _, err := c.ExecContext(ctx, q, nil); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// duckType is the type for a column, and the one that its values are given in.
func duckType(f plan.Field) (typ, from string) {
	switch f.Name {
	case "array":
		return "BIGINT[]", "VARCHAR"
	case "struct":
		return "STRUCT(a BIGINT, b VARCHAR)", "VARCHAR"
	}
	switch f.Kind {
	case plan.Bytes:
		return "BLOB", "BLOB"
	case plan.Int:
		return "BIGINT", "VARCHAR"
	case plan.Decimal:
		return "DECIMAL(38,9)", "VARCHAR"
	case plan.Float:
		return "DOUBLE", "VARCHAR"
	case plan.Bool:
		return "BOOLEAN", "VARCHAR"
	case plan.Date:
		return "DATE", "VARCHAR"
	case plan.DateTime:
		return "TIMESTAMP", "VARCHAR"
	case plan.Timestamp:
		return "TIMESTAMPTZ", "VARCHAR"
	case plan.Time:
		return "TIME", "VARCHAR"
	case plan.JSON:
		return "JSON", "VARCHAR"
	}
	return "VARCHAR", "VARCHAR"
}
