package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"

	"impact/sync/plan"
	"impact/sync/run"
)

// A Source reads models from files. It is read-only and may be used by many
// goroutines.
type Source struct {
	paths map[string]string // unique id of the model to where it is kept
}

// New returns a source of these files, by the unique id of the model. A path
// names a file, a folder of files that are the model together, or a pattern of
// path/filepath.Match such as "export/mart_jobs_*.parquet".
func New(paths map[string]string) *Source {
	s := &Source{paths: make(map[string]string, len(paths))}
	for node, path := range paths {
		s.paths[node] = path
	}
	return s
}

// A content is what one file holds, as its format says.
type content struct {
	fields []plan.Field
	rows   int64
	sum    []byte // hash of the file's bytes
}

// An opened file delivers rows, and at their end the hash of its bytes.
type opened interface {
	run.Stream
	// sum is asked for after io.EOF.
	sum(ctx context.Context) ([]byte, error)
}

func (s *Source) path(node string) (string, error) {
	path, ok := s.paths[node]
	if !ok {
		return "", &run.MissingError{Relation: node, Known: slices.Sorted(maps.Keys(s.paths)), Help: "no file was named for it"}
	}
	return path, nil
}

// Describe implements run.Source. It reads each file once.
func (s *Source) Describe(ctx context.Context, node string) (plan.Model, error) {
	path, err := s.path(node)
	if err != nil {
		return plan.Model{}, err
	}
	parts, err := list(path)
	if err != nil {
		return plan.Model{}, err
	}
	m := plan.Model{Relation: path}
	sums := make([][]byte, 0, len(parts))
	for i, p := range parts {
		c, err := p.describe(ctx)
		if err != nil {
			return plan.Model{}, err
		}
		if i == 0 {
			m.Fields = c.fields
		} else if why := unlike(m.Fields, c.fields); why != "" {
			return plan.Model{}, fmt.Errorf("%s and %s are not parts of one table: %s", parts[0].path, p.path, why)
		} else {
			widen(m.Fields, c.fields)
		}
		m.Rows += c.rows
		sums = append(sums, c.sum)
	}
	m.Version = version(sums)
	return m, nil
}

// unlike says how the columns of two files differ. Their order may.
func unlike(a, b []plan.Field) string {
	kinds := make(map[string]plan.Kind, len(a))
	for _, f := range a {
		kinds[f.Name] = f.Kind
	}
	for _, f := range b {
		kind, ok := kinds[f.Name]
		switch {
		case !ok:
			return fmt.Sprintf("only the second has a column %s", f.Name)
		case kind != f.Kind:
			return fmt.Sprintf("column %s is %s in the first and %s in the second", f.Name, kind, f.Kind)
		}
		delete(kinds, f.Name)
	}
	for _, f := range a {
		if _, ok := kinds[f.Name]; ok {
			return fmt.Sprintf("only the first has a column %s", f.Name)
		}
	}
	return ""
}

// widen lets fields promise no more than another file of the model does.
func widen(fields, other []plan.Field) {
	for i := range fields {
		f := &fields[i]
		k := slices.IndexFunc(other, func(o plan.Field) bool { return o.Name == f.Name })
		if k < 0 || other[k].Precision != f.Precision || other[k].Scale != f.Scale {
			f.Precision, f.Scale = 0, 0
		}
	}
}

// version is the version of files with these hashes. Their names and their order
// do not count: exports number their parts as they like.
func version(sums [][]byte) string {
	if len(sums) == 1 {
		return "sha256:" + hex.EncodeToString(sums[0])
	}
	sorted := slices.SortedFunc(slices.Values(sums), slices.Compare[[]byte])
	all := sha256.New()
	for _, sum := range sorted {
		_, _ = all.Write(sum) // a hash takes everything
	}
	return fmt.Sprintf("sha256:%s/%d", hex.EncodeToString(all.Sum(nil)), len(sums))
}

// Read implements run.Source.
func (s *Source) Read(ctx context.Context, q run.Query) (run.Stream, error) {
	path, err := s.path(q.Node)
	if err != nil {
		return nil, err
	}
	parts, err := list(path)
	if err != nil {
		return nil, err
	}
	column := func(name string) (string, error) {
		k := q.Model.Field(name)
		if k < 0 {
			return "", &run.MissingError{Relation: path, Column: name, Known: q.Model.Names()}
		}
		return q.Model.Fields[k].Name, nil
	}
	names := make([]string, len(q.Columns))
	for i, name := range q.Columns {
		if names[i], err = column(name); err != nil {
			return nil, err
		}
	}
	order := slices.Clone(q.OrderBy)
	for i := range order {
		if order[i].Column, err = column(order[i].Column); err != nil {
			return nil, err
		}
	}
	st := &stream{path: path, parts: parts, fields: q.Model.Fields, columns: names, want: q.Model.Version}
	// Rows of several files come in the order of the files' names: that they
	// are in order as a whole is not looked for.
	if len(parts) == 1 && len(order) > 0 && parts[0].format == parquetFormat {
		if st.sorted, err = parts[0].sorted(ctx, q.Model.Fields, order); err != nil {
			return nil, err
		}
	}
	return st, nil
}

// A stream delivers the rows of all parts, one after the other.
type stream struct {
	path    string
	parts   []part
	fields  []plan.Field
	columns []string
	want    string // version
	sorted  bool
	at      int
	in      opened
	sums    [][]byte
	n       int
	done    error // the end, or why there is none; it stays
}

// errClosed is what a stream that was closed says.
var errClosed = errors.New("the file was closed")

// Next implements run.Stream.
func (st *stream) Next(ctx context.Context) (run.Row, error) {
	if st.done != nil {
		return nil, st.done
	}
	if st.n%1000 == 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	st.n++
	row, err := st.next(ctx)
	if err != nil {
		st.done = err
	}
	return row, err
}

func (st *stream) next(ctx context.Context) (run.Row, error) {
	for {
		if st.in == nil {
			if st.at == len(st.parts) {
				return nil, st.end(ctx)
			}
			in, err := st.parts[st.at].open(ctx, st.fields, st.columns)
			if err != nil {
				return nil, err
			}
			st.in = in
		}
		row, err := st.in.Next(ctx)
		if !errors.Is(err, io.EOF) {
			return row, err
		}
		if st.want != "" {
			sum, err := st.in.sum(ctx)
			if err != nil {
				return nil, err
			}
			st.sums = append(st.sums, sum)
		}
		err = st.in.Close()
		st.in, st.at = nil, st.at+1
		if err != nil {
			return nil, err
		}
	}
}

// end says whether what was read is what was planned.
func (st *stream) end(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if st.want != "" && version(st.sums) != st.want {
		return &FileError{Path: st.path, Err: ErrChanged}
	}
	return io.EOF
}

// Sorted implements run.Stream.
func (st *stream) Sorted() bool { return st.sorted }

// Close implements run.Stream.
func (st *stream) Close() error {
	st.done = errClosed
	if st.in == nil {
		return nil
	}
	err := st.in.Close()
	st.in = nil
	return err
}

// hashAll hashes what is left of r, and stops when ctx ends.
func hashAll(ctx context.Context, sum hash.Hash, r io.Reader) error {
	buf := make([]byte, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := r.Read(buf)
		_, _ = sum.Write(buf[:n]) // a hash takes everything
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// isPattern reports whether a path that does not exist is meant as a pattern.
func isPattern(path string) bool { return strings.ContainsAny(path, "*?[") }
