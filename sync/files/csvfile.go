package files

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"impact/sync/plan"
	"impact/sync/run"
)

// A csvFile is an open CSV file, whose bytes are hashed as they are read.
type csvFile struct {
	f      *os.File
	hashed io.Reader // the bytes of the file
	text   io.Reader // what they say
	hash   hash.Hash
}

func openText(p part) (*csvFile, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return nil, reading(p.path, err)
	}
	c := &csvFile{f: f, hash: sha256.New()}
	c.hashed = io.TeeReader(f, c.hash)
	c.text = c.hashed
	if p.format == gzipFormat {
		z, err := gzip.NewReader(c.hashed)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("read %s: %w", p.path, err), f.Close())
		}
		c.text = z
	}
	return c, nil
}

// sum hashes what a decompressor may have left, and returns the hash.
func (c *csvFile) sum(ctx context.Context) ([]byte, error) {
	if err := hashAll(ctx, sha256.New(), c.hashed); err != nil {
		return nil, err
	}
	return c.hash.Sum(nil), nil
}

// describeCSV reads the file with the standard library's reader.
func describeCSV(ctx context.Context, p part) (c content, err error) {
	f, err := openText(p)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, f.f.Close()) }()
	r := csv.NewReader(f.text)
	r.ReuseRecord = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return c, fmt.Errorf("%s:1: the file is empty: it needs a line with the names of the columns", p.path)
	}
	if err != nil {
		return c, fmt.Errorf("read %s: %w", p.path, withoutValue(err))
	}
	seen := map[string]bool{}
	for i, name := range header {
		if i == 0 && len(name) >= len(mark) && name[:len(mark)] == mark {
			name = name[len(mark):]
		}
		if name == "" || seen[name] {
			return c, fmt.Errorf("%s:1: column %d has no name, or one that is there already", p.path, i+1)
		}
		seen[name] = true
		c.fields = append(c.fields, plan.Field{Name: name, Kind: plan.Unknown})
	}
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return c, fmt.Errorf("read %s: %w", p.path, withoutValue(err))
		}
		c.rows++
		if c.rows%10_000 == 0 && ctx.Err() != nil {
			return c, ctx.Err()
		}
	}
	c.sum, err = f.sum(ctx)
	return c, err
}

// withoutValue keeps the position and the reason of an error of the CSV reader.
func withoutValue(err error) error {
	if pe := (*csv.ParseError)(nil); errors.As(err, &pe) {
		return fmt.Errorf("line %d: %w", pe.Line, pe.Err)
	}
	return err
}

// openCSV starts reading with our reader.
func openCSV(p part, fields []plan.Field, columns []string) (_ opened, err error) {
	f, err := openText(p)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.f.Close())
		}
	}()
	st := &csvStream{csvFile: f, path: p.path, in: newReader(f.text), row: make(run.Row, len(columns)), width: len(fields)}
	header, err := st.in.record()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", p.path, ErrChanged)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: line %d: %w", p.path, st.in.line, err)
	}
	at := make(map[string]int, len(header))
	for i, name := range header {
		at[string(name)] = i
	}
	if len(header) != len(fields) {
		return nil, fmt.Errorf("read %s: %w: it has other columns", p.path, ErrChanged)
	}
	for _, name := range columns {
		i, ok := at[name]
		if !ok {
			return nil, fmt.Errorf("read %s: %w: column %s is gone", p.path, ErrChanged, name)
		}
		st.at = append(st.at, i)
	}
	return st, nil
}

// errGap is an empty line where one column is all there is.
var errGap = errors.New("the line is empty: in a file of one column that may be a NULL or nothing; write \"\" for an empty text, or export a second column")

type csvStream struct {
	*csvFile
	path  string
	in    *reader
	at    []int
	row   run.Row
	width int
}

// Next implements run.Stream.
func (st *csvStream) Next(context.Context) (run.Row, error) {
	rec, err := st.in.record()
	if st.in.gap > 0 && st.width == 1 {
		return nil, fmt.Errorf("read %s: line %d: %w", st.path, st.in.gap, errGap)
	}
	if errors.Is(err, io.EOF) {
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

// Sorted implements run.Stream: nobody looks.
func (st *csvStream) Sorted() bool { return false }

// Close implements run.Stream.
func (st *csvStream) Close() error { return st.f.Close() }
