package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/sqlite"
	"impact/sync/synctest"
)

// file is a database as an application opens it: another process would do the
// same.
type file struct {
	path string
	db   *sql.DB
}

func newFile(t testing.TB, mode string) *file {
	t.Helper()
	path := filepath.Join(t.TempDir(), "app %?#.sqlite3")
	f := openFile(t, path)
	f.exec(t, "PRAGMA journal_mode = "+mode, "CREATE TABLE first (id INTEGER)", "DROP TABLE first")
	return f
}

func openFile(t testing.TB, path string) *file {
	t.Helper()
	name := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	db, err := sql.Open("sqlite", "file:"+name+"?_busy_timeout=5000&_foreign_keys=1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &file{path: path, db: db}
}

func (f *file) exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, q := range statements {
		if _, err := f.db.ExecContext(context.Background(), q); err != nil {
			t.Fatalf("%.200s: %v", q, err)
		}
	}
}

func (f *file) rows(t testing.TB, query string) []string {
	t.Helper()
	rows, err := f.db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	v, ptr := make([]any, len(names)), make([]any, len(names))
	for i := range v {
		ptr[i] = &v[i]
	}
	for rows.Next() {
		if err := rows.Scan(ptr...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(v))
		for i := range v {
			switch x := v[i].(type) {
			case nil:
				line[i] = "NULL"
			case []byte:
				line[i] = string(x)
			default:
				line[i] = fmt.Sprint(x)
			}
		}
		out = append(out, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"WAL", "DELETE"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			synctest.Destination(t, func(t *testing.T) synctest.Harness {
				t.Helper()
				f := newFile(t, mode)
				db, err := sqlite.Open(t.Context(), sqlite.Options{Path: f.path, CreateLedger: true})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := db.Close(); err != nil {
						t.Error(err)
					}
				})
				return synctest.Harness{Destination: db, Text: "VARCHAR(20)", Exec: f.exec, Rows: f.rows}
			})
		})
	}
}

// bench is a database with loads and a source in memory.
type bench struct {
	*file
	t        testing.TB
	src      synctest.Source
	loads    []*destination.Load
	opts     run.Options
	db       sqlite.Options
	runs     int
	rejected []run.Reject
	hook     func(run.Event)
}

func newBench(t testing.TB, ddl ...string) *bench {
	t.Helper()
	b := &bench{file: newFile(t, "WAL"), t: t, src: synctest.Source{}}
	b.db = sqlite.Options{Path: b.path, CreateLedger: true}
	b.exec(t, ddl...)
	return b
}

func (b *bench) load(table string, mode destination.Mode, key string, fields []plan.Field, rows ...[]any) *destination.Load {
	b.t.Helper()
	l := &destination.Load{Name: table, Exposure: "exposure.x." + table, Destination: "db", Table: table, Model: "model.x." + table, Mode: mode, AllColumns: true}
	if key != "" {
		l.Key = strings.Split(key, ",")
	}
	all := destination.Limit{N: 100, Percent: true}
	l.Guard = destination.Guard{MaxDelete: all, MaxChange: all}
	b.loads = append(b.loads, l)
	b.src[l.Model] = synctest.NewTable(fields, rows...)
	return l
}

func (b *bench) open() *sqlite.Database {
	b.t.Helper()
	db, err := sqlite.Open(context.Background(), b.db)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = db.Close() })
	return db
}

func (b *bench) plan(db *sqlite.Database) *plan.Plan {
	b.t.Helper()
	schema, err := db.Schema(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	in := plan.Input{Loads: b.loads, Models: map[string]plan.Model{}, Schemas: map[string]*destination.Schema{"db": schema},
		Destinations: map[string]plan.Destination{"db": db}}
	for _, l := range b.loads {
		if in.Models[l.Model], err = b.src.Describe(context.Background(), l.Model); err != nil {
			b.t.Fatal(err)
		}
	}
	p, err := plan.Build(in)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// run plans and executes with approval.
func (b *bench) run() []run.LoadReport {
	b.t.Helper()
	db := b.open()
	defer db.Close()
	p := b.plan(db)
	o := b.opts
	b.runs++
	if o.RunID == "" {
		o.RunID = fmt.Sprintf("run-%d", b.runs)
	}
	o.Approve = p.Hash
	o.Events = b.hook
	b.rejected = nil
	o.Rejects = func(r run.Reject) { b.rejected = append(b.rejected, r) }
	return run.Execute(context.Background(), p, b.src, map[string]run.Destination{"db": db}, o).Loads
}

// changes runs and expects the numbers of rows added, changed and removed.
func (b *bench) changes(inserted, updated, deleted int64) {
	b.t.Helper()
	var got run.Counts
	for _, r := range b.run() {
		if r.Status != run.StatusDone {
			b.t.Fatalf("%s: %s: %s (%s)", r.Load, r.Status, r.Error, r.Hint)
		}
		got.Inserted += r.Counts.Inserted
		got.Updated += r.Counts.Updated
		got.Deleted += r.Counts.Deleted
	}
	if want := (run.Counts{Inserted: inserted, Updated: updated, Deleted: deleted}); got != want {
		b.t.Fatalf("want %+v, got %+v", want, got)
	}
}

func (b *bench) want(query string, want ...string) {
	b.t.Helper()
	if d := cmp.Diff(want, b.rows(b.t, query)); d != "" {
		b.t.Fatalf("%s (-want +got)\n%s", query, d)
	}
}

func fields(kv ...any) []plan.Field {
	var out []plan.Field
	for i := 0; i < len(kv); i += 2 {
		out = append(out, plan.Field{Name: kv[i].(string), Kind: kv[i+1].(plan.Kind)})
	}
	return out
}
