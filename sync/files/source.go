package files

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"impact/sync/plan"
	"impact/sync/run"
)

// A Source reads models from files. It is read-only and may be used by many
// goroutines.
type Source struct {
	paths map[string]string // unique id of the model to its file
}

// New returns a source of these files, by the unique id of the model.
func New(paths map[string]string) *Source {
	s := &Source{paths: make(map[string]string, len(paths))}
	for node, path := range paths {
		s.paths[node] = path
	}
	return s
}

// ErrChanged is the reason to stop reading a file that is no longer the one that
// was planned.
var ErrChanged = errors.New("the file has changed")

func (s *Source) path(node string) (string, error) {
	path, ok := s.paths[node]
	if !ok {
		return "", fmt.Errorf("no file is known for %s", node)
	}
	return path, nil
}

// Describe implements run.Source. It reads the file once.
func (s *Source) Describe(ctx context.Context, node string) (m plan.Model, err error) {
	path, err := s.path(node)
	if err != nil {
		return m, err
	}
	f, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	r := csv.NewReader(io.TeeReader(f, sum))
	r.ReuseRecord = true
	m.Relation = path
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return m, fmt.Errorf("%s:1: the file is empty: it needs a line with the names of the columns", path)
	}
	if err != nil {
		return m, fmt.Errorf("read %s: %w", path, withoutValue(err))
	}
	seen := map[string]bool{}
	for i, name := range header {
		if i == 0 && len(name) >= len(mark) && name[:len(mark)] == mark {
			name = name[len(mark):]
		}
		if name == "" || seen[name] {
			return m, fmt.Errorf("%s:1: column %d has no name, or one that is there already", path, i+1)
		}
		seen[name] = true
		m.Fields = append(m.Fields, plan.Field{Name: name, Kind: plan.Unknown})
	}
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return m, fmt.Errorf("read %s: %w", path, withoutValue(err))
		}
		m.Rows++
		if m.Rows%10_000 == 0 && ctx.Err() != nil {
			return m, ctx.Err()
		}
	}
	m.Version = version(sum)
	return m, nil
}

// withoutValue keeps the position and the reason of an error of the CSV reader.
func withoutValue(err error) error {
	if pe := (*csv.ParseError)(nil); errors.As(err, &pe) {
		return fmt.Errorf("line %d: %w", pe.Line, pe.Err)
	}
	return err
}

func version(h hash.Hash) string { return "sha256:" + hex.EncodeToString(h.Sum(nil)) }

// Read implements run.Source.
func (s *Source) Read(_ context.Context, q run.Query) (run.Stream, error) {
	path, err := s.path(q.Node)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	st := &stream{path: path, f: f, sum: sum, in: newReader(io.TeeReader(f, sum)), want: q.Model.Version, row: make(run.Row, len(q.Columns))}
	for _, name := range q.Columns {
		i := q.Model.Field(name)
		if i < 0 {
			return nil, errors.Join(fmt.Errorf("%s has no column %s", path, name), f.Close())
		}
		st.at = append(st.at, i)
	}
	st.width = len(q.Model.Fields)
	return st, nil
}

type stream struct {
	path  string
	f     *os.File
	sum   hash.Hash
	in    *reader
	want  string
	at    []int
	row   run.Row
	width int
	began bool
	n     int
}

// Next implements run.Stream.
func (st *stream) Next(ctx context.Context) (run.Row, error) {
	if st.n%1000 == 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	st.n++
	if !st.began {
		st.began = true
		if _, err := st.in.record(); err != nil {
			return nil, fmt.Errorf("read %s: %w", st.path, err)
		}
	}
	rec, err := st.in.record()
	if errors.Is(err, io.EOF) {
		if got := version(st.sum); st.want != "" && got != st.want {
			return nil, fmt.Errorf("read %s: %w", st.path, ErrChanged)
		}
		return nil, io.EOF
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: line %d: %w", st.path, st.in.line, err)
	}
	if len(rec) != st.width {
		return nil, fmt.Errorf("read %s: line %d: %d fields, the first line has %d", st.path, st.in.line, len(rec), st.width)
	}
	for i, k := range st.at {
		st.row[i] = rec[k]
	}
	return st.row, nil
}

// Sorted implements run.Stream: files are in any order.
func (st *stream) Sorted() bool { return false }

// Close implements run.Stream.
func (st *stream) Close() error { return st.f.Close() }
