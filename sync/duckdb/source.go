//go:build duckdb

package duckdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	driverpkg "github.com/duckdb/duckdb-go/v2"

	"impact/sync/plan"
	"impact/sync/run"
)

// Options say which file is read, and what of it.
type Options struct {
	Path string
	// Relations are the tables and views of the models, by unique id, as dbt
	// writes them: schema.table or database.schema.table, each name quoted or
	// not.
	Relations map[string]string
	TempDir   string // for what does not fit into memory; "": the system's
}

// Validate reports what is missing.
func (o *Options) Validate() error {
	if o.Path == "" {
		return errors.New("no DuckDB file is named")
	}
	for node, name := range o.Relations {
		if _, err := parseRelation(name); err != nil {
			return fmt.Errorf("%s: relation %q: %w", node, name, err)
		}
	}
	return nil
}

// ErrChanged is the reason to stop reading a file that is no longer the one that
// was planned.
var ErrChanged error = changedError{}

type changedError struct{}

func (changedError) Error() string { return "the file has changed" }

// Hint says what to do about it.
func (changedError) Hint() string { return "make the plan again once dbt has ended" }

// A Source is an open file. It may be used by many goroutines.
type Source struct {
	opts     Options
	db       *sql.DB
	database string // DuckDB's name of the file
	tempDir  string
	file     os.FileInfo // of the file as it was opened: another one may get its name

	mu      sync.Mutex
	version string
	stamp   stamp // of the file as it was hashed
}

// driverVersion is the DuckDB whose files can be read.
const driverVersion = "1.5"

// memoryLimit is what DuckDB keeps in memory before it uses the disk.
const memoryLimit = "512MB"

// Open opens the file. It must be closed.
func Open(ctx context.Context, opts Options) (_ *Source, err error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	// DuckDB makes a file that is not there, or says little about why not.
	info, err := os.Stat(opts.Path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder, not a DuckDB file", opts.Path)
	}
	path, err := filepath.Abs(opts.Path)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(path, "?#") {
		return nil, fmt.Errorf("%s: DuckDB cannot open a path with ? or #", opts.Path)
	}
	temp, err := os.MkdirTemp(opts.TempDir, "impact-duckdb-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temp))
		}
	}()
	settings := []string{
		"SET temp_directory = " + literal(temp),
		"SET memory_limit = " + literal(memoryLimit),
		"SET autoinstall_known_extensions = false",
		"SET preserve_insertion_order = true",
	}
	connector, err := driverpkg.NewConnector(path+"?access_mode=READ_ONLY", func(ex driver.ExecerContext) error {
		for _, s := range settings {
			if _, err := ex.ExecContext(ctx, s, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, openError(opts.Path, err)
	}
	s := &Source{opts: opts, db: sql.OpenDB(connector), tempDir: temp, file: info}
	if err := s.db.QueryRowContext(ctx, "SELECT current_database()").Scan(&s.database); err != nil {
		return nil, errors.Join(openError(opts.Path, err), s.db.Close())
	}
	if _, err := s.now(); err != nil { // exchanged while it was opened
		return nil, errors.Join(err, s.db.Close())
	}
	return s, nil
}

// openError says why a file cannot be opened, with what to do about it.
func openError(path string, err error) error {
	if strings.Contains(err.Error(), "newer version of DuckDB") {
		// The rest of the message is about DuckDB's own files.
		return fmt.Errorf("open %s: a newer DuckDB wrote it than this program can read: let dbt use duckdb %s, or export the models to files", path, driverVersion)
	}
	if strings.Contains(err.Error(), "lock") {
		return fmt.Errorf("open %s: another program, such as dbt, has it open for writing: %w", path, err)
	}
	return fmt.Errorf("open %s: %w", path, err)
}

// Close closes the file and removes what was put on the disk.
func (s *Source) Close() error { return errors.Join(s.db.Close(), os.RemoveAll(s.tempDir)) }

func (s *Source) relation(node string) (relation, error) {
	name, ok := s.opts.Relations[node]
	if !ok {
		return relation{}, &run.MissingError{Relation: node, Known: slices.Sorted(maps.Keys(s.opts.Relations)), Help: "no relation was named for it"}
	}
	r, err := parseRelation(name)
	if err != nil {
		return relation{}, fmt.Errorf("%s: relation %q: %w", node, name, err)
	}
	if r.database != "" && !strings.EqualFold(r.database, s.database) {
		return relation{}, fmt.Errorf("%s is in the database %s, but %s holds %s", node, r.database, s.opts.Path, s.database)
	}
	r.database = s.database
	return r, nil
}

// Describe implements run.Source.
func (s *Source) Describe(ctx context.Context, node string) (m plan.Model, err error) {
	r, err := s.relation(node)
	if err != nil {
		return m, err
	}
	m.Relation = r.String()
	columns, err := s.columns(ctx, r)
	if err != nil {
		return m, s.explain(ctx, r, err)
	}
	for i := range columns {
		m.Fields = append(m.Fields, plan.Field{Name: columns[i].name, Kind: columns[i].kind, Precision: columns[i].precision, Scale: columns[i].scale})
	}
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM "+r.sql()).Scan(&m.Rows); err != nil {
		return m, fmt.Errorf("count the rows of %s: %w", r, err)
	}
	table, err := s.isTable(ctx, r)
	if err != nil || !table {
		return m, err
	}
	m.Version, err = s.hash(ctx)
	return m, err
}

// explain says why the columns of a relation cannot be read: DuckDB's message
// for one that is not there is long, and names tables of other schemas.
func (s *Source) explain(ctx context.Context, r relation, err error) error {
	if ctx.Err() == nil {
		if names, e := s.relations(ctx, r.database); e == nil && !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, r.String()) }) {
			return &run.MissingError{Relation: r.String(), Known: names, Help: fmt.Sprintf("run dbt build with %s as its target", s.opts.Path)}
		}
	}
	return fmt.Errorf("read the columns of %s: %w", r, err)
}

// relations are the tables and views of the file, as messages write them.
func (s *Source) relations(ctx context.Context, database string) (out []string, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT schema_name, table_name FROM duckdb_tables() WHERE lower(database_name) = lower($1) UNION ALL "+
		"SELECT schema_name, view_name FROM duckdb_views() WHERE lower(database_name) = lower($1) AND NOT internal ORDER BY 1, 2", database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r relation
		if err := rows.Scan(&r.schema, &r.table); err != nil {
			return nil, err
		}
		out = append(out, r.String())
	}
	return out, rows.Err()
}

// isTable reports whether a relation is a table of the file, not a view.
func (s *Source) isTable(ctx context.Context, r relation) (bool, error) {
	var n int
	err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM duckdb_tables() WHERE lower(database_name) = lower($1) AND lower(schema_name) = lower($2) AND lower(table_name) = lower($3)",
		r.database, r.schema, r.table).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look up %s: %w", r, err)
	}
	return n > 0, nil
}

// columns describes the columns of a relation.
func (s *Source) columns(ctx context.Context, r relation) (out []shape, err error) {
	err = s.withConn(ctx, func(c *driverpkg.Conn) error {
		st, err := c.PrepareContext(ctx, "SELECT * FROM "+r.sql())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, st.Close()) }()
		stmt, ok := st.(*driverpkg.Stmt)
		if !ok {
			return errors.New("the driver has changed")
		}
		n, err := stmt.ColumnCount()
		if err != nil {
			return err
		}
		for i := range n {
			name, err := stmt.ColumnName(i)
			if err != nil {
				return err
			}
			info, err := stmt.ColumnTypeInfo(i)
			sh := shape{name: name}
			if err != nil {
				// The driver does not know every type; DuckDB can write each as
				// text.
				sh.kind, sh.form = plan.String, textForm
			} else {
				sh = shapeOf(name, info)
			}
			out = append(out, sh)
		}
		return nil
	})
	return out, err
}

func (s *Source) withConn(ctx context.Context, f func(*driverpkg.Conn) error) (err error) {
	c, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return c.Raw(func(raw any) error {
		dc, ok := raw.(*driverpkg.Conn)
		if !ok {
			return errors.New("the driver has changed")
		}
		return f(dc)
	})
}

// A stamp tells cheaply whether files may have changed since they were hashed.
type stamp struct {
	size, walSize int64
	time, walTime time.Time
}

func (s *Source) wal() string { return s.opts.Path + ".wal" }

func (s *Source) now() (stamp, error) {
	info, err := os.Stat(s.opts.Path)
	if err != nil {
		return stamp{}, err
	}
	if !os.SameFile(s.file, info) {
		// DuckDB goes on reading the old file, but everything that goes by its
		// name, as the version does, would be of the new one.
		return stamp{}, fmt.Errorf("%s: %w", s.opts.Path, ErrChanged)
	}
	out := stamp{size: info.Size(), time: info.ModTime()}
	if info, err = os.Stat(s.wal()); err == nil {
		out.walSize, out.walTime = info.Size(), info.ModTime()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return stamp{}, err
	}
	return out, nil
}

// hash returns the version of the file. It is made once: as long as the file is
// open nobody writes to it.
func (s *Source) hash(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version != "" {
		return s.version, s.unchanged()
	}
	before, err := s.now()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, path := range []string{s.opts.Path, s.wal()} {
		if err := copyFile(ctx, sum, path); errors.Is(err, fs.ErrNotExist) && path != s.opts.Path {
			continue
		} else if err != nil {
			return "", err
		}
	}
	s.version, s.stamp = "sha256:"+hex.EncodeToString(sum.Sum(nil)), before
	return s.version, s.unchanged()
}

// unchanged reports an error if somebody has replaced the file. mu is held.
func (s *Source) unchanged() error {
	now, err := s.now()
	if err != nil {
		return err
	}
	if s.version != "" && (now.size != s.stamp.size || now.walSize != s.stamp.walSize || !now.time.Equal(s.stamp.time) || !now.walTime.Equal(s.stamp.walTime)) {
		return fmt.Errorf("%s: %w", s.opts.Path, ErrChanged)
	}
	return nil
}

func copyFile(ctx context.Context, w io.Writer, path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := io.CopyN(w, f, 8<<20); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
	}
}

// Read implements run.Source.
func (s *Source) Read(ctx context.Context, q run.Query) (run.Stream, error) {
	r, err := s.relation(q.Node)
	if err != nil {
		return nil, err
	}
	if q.Model.Version != "" {
		now, err := s.hash(ctx)
		if err != nil {
			return nil, err
		}
		if now != q.Model.Version {
			return nil, fmt.Errorf("read %s: %w", r, ErrChanged)
		}
	}
	if _, err := s.now(); err != nil { // a view has no version
		return nil, err
	}
	columns, err := s.columns(ctx, r)
	if err != nil {
		return nil, s.explain(ctx, r, err)
	}
	find := func(name string) *shape {
		k := q.Model.Field(name)
		for i := range columns {
			if k >= 0 && columns[i].name == q.Model.Fields[k].Name {
				return &columns[i]
			}
		}
		return nil
	}
	st := &stream{source: s, relation: r}
	var list []string
	for _, name := range q.Columns {
		c := find(name)
		if c == nil {
			return nil, &run.MissingError{Relation: r.String(), Column: name, Known: q.Model.Names()}
		}
		if c.unread != "" {
			return nil, fmt.Errorf("%s: column %s: values of type %s are not read", r, name, c.unread)
		}
		st.columns = append(st.columns, c)
		list = append(list, c.transport()+fmt.Sprintf(" AS c%d", len(list)))
	}
	if len(list) == 0 {
		list = []string{"NULL AS c0"}
	}
	query := "SELECT " + strings.Join(list, ", ") + " FROM " + r.sql()
	var keys []string
	for _, o := range q.OrderBy {
		c := find(o.Column)
		if c == nil {
			return nil, &run.MissingError{Relation: r.String(), Column: o.Column, Known: q.Model.Names()}
		}
		key := c.order(o.Numeric)
		if key == "" {
			keys = nil
			break
		}
		keys = append(keys, key)
	}
	if len(keys) > 0 {
		query += " ORDER BY " + strings.Join(keys, ", ")
		st.sorted = true
	}
	if err := st.start(ctx, query, q.Model.Rows); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", r, err), st.Close())
	}
	return st, nil
}
