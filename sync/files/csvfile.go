package files

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
	"unicode/utf8"

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
	text, err := withoutMark(f.text)
	if err != nil {
		return c, &FileError{Path: p.path, Err: err}
	}
	r := csv.NewReader(text)
	r.ReuseRecord = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return c, &FileError{Path: p.path, Line: 1, Err: errEmpty}
	}
	if err != nil {
		return c, unreadable(p.path, err)
	}
	if err := soundHeader(header); err != nil {
		return c, &FileError{Path: p.path, Line: 1, Err: err}
	}
	seen := map[string]bool{}
	for i, name := range header {
		if name == "" || seen[strings.ToLower(name)] {
			return c, &FileError{Path: p.path, Line: 1, Err: fmt.Errorf("column %d has no name, or one that is there already", i+1), Help: "each column needs a name of its own"}
		}
		seen[strings.ToLower(name)] = true
		c.fields = append(c.fields, plan.Field{Name: name, Kind: plan.Unknown})
	}
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return c, unreadable(p.path, err)
		}
		c.rows++
		if c.rows%10_000 == 0 && ctx.Err() != nil {
			return c, ctx.Err()
		}
	}
	c.sum, err = f.sum(ctx)
	return c, err
}

// withoutMark passes over the byte order mark, which names in quotes may follow.
func withoutMark(r io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	start, _ := in.Peek(len(mark)) // whoever reads on meets an error again
	if string(start) == mark {
		_, err := in.Discard(len(mark))
		return in, err
	}
	if len(start) >= 2 && (string(start[:2]) == "\xff\xfe" || string(start[:2]) == "\xfe\xff") {
		return nil, errUTF16
	}
	return in, nil
}

// soundHeader says what is wrong with the names of all columns at once.
func soundHeader(header []string) error {
	for _, name := range header {
		if !utf8.ValidString(name) {
			return errUTF8
		}
	}
	if len(header) == 1 {
		for _, other := range ";\t|" {
			if strings.ContainsRune(header[0], other) {
				return errComma(other)
			}
		}
	}
	return nil
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
		return nil, &FileError{Path: p.path, Err: ErrChanged}
	}
	if err != nil {
		return nil, &FileError{Path: p.path, Line: st.in.line, Err: err}
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
		return nil, &FileError{Path: st.path, Line: st.in.gap, Err: errGap}
	}
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, &FileError{Path: st.path, Line: st.in.line, Err: err}
	}
	if len(rec) != st.width {
		return nil, &FileError{Path: st.path, Line: st.in.line, Err: fmt.Errorf("%d fields, the first line has %d", len(rec), st.width), Help: "a comma in a text needs quotes around the text"}
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
