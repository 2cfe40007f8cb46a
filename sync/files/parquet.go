package files

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"impact/sync/plan"
	"impact/sync/run"
)

// A batch of rows is decoded at a time: about batchBytes, at most batchRows.
const (
	batchBytes = 4 << 20
	batchRows  = 8192
)

// protect calls f. A damaged file may make the library panic; to our caller
// that is an error.
func protect(path string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read %s: %w (%v)", path, ErrDamaged, r)
		}
	}()
	return f()
}

// A parquetFile is an open Parquet file.
type parquetFile struct {
	path   string
	f      *os.File
	in     *pqarrow.FileReader
	shapes []shape // of the columns
	rows   int64
}

func openParquetFile(path string) (_ *parquetFile, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, reading(path, err)
	}
	p := &parquetFile{path: path, f: f}
	if err := protect(path, p.start); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return p, nil
}

func (p *parquetFile) start() error {
	props := parquet.NewReaderProperties(memory.NewGoAllocator())
	props.BufferedStreamEnabled = true // a row group need not fit into memory
	props.BufferSize = 64 << 10
	r, err := file.NewParquetReader(p.f, file.WithReadProps(props))
	if err != nil {
		return fmt.Errorf("read %s: %w: %w", p.path, ErrDamaged, err)
	}
	meta := r.MetaData()
	// Some writers add the schema that the rows had in their memory. What
	// counts is what is in the file.
	meta.FileMetaData.KeyValueMetadata = nil
	p.rows = r.NumRows()
	var sum int64
	for i := range r.NumRowGroups() {
		n := meta.RowGroup(i).NumRows()
		if n < 0 || sum+n < sum {
			return fmt.Errorf("read %s: %w: row group %d has %d rows", p.path, ErrDamaged, i, n)
		}
		sum += n
	}
	if p.rows != sum {
		return fmt.Errorf("read %s: %w: it states %d rows and its row groups %d", p.path, ErrDamaged, p.rows, sum)
	}
	p.in, err = pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{BatchSize: batchRows}, memory.NewGoAllocator())
	if err != nil {
		return fmt.Errorf("read %s: %w", p.path, err)
	}
	for i := range p.in.Manifest.Fields {
		p.shapes = append(p.shapes, shapeOf(&p.in.Manifest.Fields[i], meta.Schema))
	}
	return nil
}

// fields returns the columns as a model has them.
func (p *parquetFile) fields() ([]plan.Field, error) {
	seen := map[string]bool{}
	out := make([]plan.Field, 0, len(p.shapes))
	for i := range p.shapes {
		s := &p.shapes[i]
		if s.name == "" || seen[strings.ToLower(s.name)] {
			return nil, fmt.Errorf("%s: column %d has no name, or one that is there already", p.path, i+1)
		}
		seen[strings.ToLower(s.name)] = true
		out = append(out, plan.Field{Name: s.name, Kind: s.kind, Precision: s.precision, Scale: s.scale})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no columns", p.path)
	}
	return out, nil
}

// sum hashes the bytes of the file.
func (p *parquetFile) sum(ctx context.Context) ([]byte, error) {
	info, err := p.f.Stat()
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	if err := hashAll(ctx, h, io.NewSectionReader(p.f, 0, info.Size())); err != nil {
		return nil, fmt.Errorf("read %s: %w", p.path, err)
	}
	return h.Sum(nil), nil
}

func describeParquet(ctx context.Context, path string) (c content, err error) {
	p, err := openParquetFile(path)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, p.f.Close()) }()
	if c.fields, err = p.fields(); err != nil {
		return c, err
	}
	c.rows = p.rows
	c.sum, err = p.sum(ctx)
	return c, err
}

// openParquet starts reading.
func openParquet(ctx context.Context, path string, fields []plan.Field, columns []string) (_ opened, err error) {
	p, err := openParquetFile(path)
	if err != nil {
		return nil, err
	}
	st := &parquetStream{parquetFile: p, row: make(run.Row, len(columns)), ends: make([]int, len(columns))}
	st.buf = make([]byte, 0, 512) // never nil: an empty string is not NULL
	defer func() {
		if err != nil {
			err = errors.Join(err, st.Close())
		}
	}()
	now, err := p.fields()
	if err != nil {
		return nil, err
	}
	if why := unlike(fields, now); why != "" {
		return nil, fmt.Errorf("read %s: %w: %s", path, ErrChanged, why)
	}
	top := make([]int, len(columns)) // of each column, its index in the file
	for i, name := range columns {
		k := slices.IndexFunc(p.shapes, func(s shape) bool { return s.name == name })
		if p.shapes[k].unread != "" {
			return nil, fmt.Errorf("read %s: column %s: values of type %s are not read", path, name, p.shapes[k].unread)
		}
		top[i] = k
	}
	if p.rows == 0 {
		return st, nil
	}
	if err := protect(path, func() error { return st.begin(ctx, top) }); err != nil {
		return nil, err
	}
	return st, nil
}

type parquetStream struct {
	*parquetFile
	in     pqarrow.RecordReader // nil: no rows
	at     []int                // of each column, its index in the batches
	shapes []*shape
	batch  arrow.RecordBatch
	i, n   int // next row of the batch, and its rows
	read   int64
	row    run.Row
	buf    []byte
	ends   []int
	failed error
}

func (st *parquetStream) begin(ctx context.Context, top []int) error {
	fields := st.parquetFile.in.Manifest.Fields
	wanted := slices.Clone(top)
	if len(wanted) == 0 {
		wanted = []int{0} // rows without columns are counted, not believed
	}
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	var leaves []int
	for _, k := range wanted {
		leaves = appendLeaves(leaves, &fields[k])
	}
	slices.Sort(leaves)
	for _, k := range top {
		st.at = append(st.at, slices.Index(wanted, k))
		st.shapes = append(st.shapes, &st.parquetFile.shapes[k])
	}
	pr := st.parquetFile.in.ParquetReader()
	var size int64
	for g := range pr.NumRowGroups() {
		for _, leaf := range leaves {
			chunk, err := pr.MetaData().RowGroup(g).ColumnChunk(leaf)
			if err != nil {
				return fmt.Errorf("read %s: %w: %w", st.path, ErrDamaged, err)
			}
			size += max(chunk.TotalUncompressedSize(), 0)
		}
	}
	// The library opens the fields of structs on goroutines of its own, where a
	// panic would be the end of the program: they are opened here first.
	for _, leaf := range leaves {
		if _, err := pr.RowGroup(0).GetColumnPageReader(leaf); err != nil {
			return fmt.Errorf("read %s: %w: %w", st.path, ErrDamaged, err)
		}
	}
	st.parquetFile.in.Props.BatchSize = min(max(batchBytes/max(size/st.rows, 1), 1), batchRows)
	in, err := st.parquetFile.in.GetRecordReader(ctx, leaves, nil)
	if err != nil {
		return fmt.Errorf("read %s: %w", st.path, err)
	}
	st.in = in
	return nil
}

func appendLeaves(leaves []int, f *pqarrow.SchemaField) []int {
	if len(f.Children) == 0 {
		return append(leaves, f.ColIndex)
	}
	for i := range f.Children {
		leaves = appendLeaves(leaves, &f.Children[i])
	}
	return leaves
}

// Next implements run.Stream.
func (st *parquetStream) Next(ctx context.Context) (run.Row, error) {
	if st.failed != nil {
		return nil, st.failed
	}
	if st.i == st.n {
		if err := protect(st.path, func() error { return st.advance(ctx) }); err != nil {
			st.failed = err
			return nil, err
		}
	}
	if err := st.decode(); err != nil {
		st.failed = err
		return nil, err
	}
	return st.row, nil
}

// advance decodes the next batch.
func (st *parquetStream) advance(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	st.i, st.n = 0, 0
	switch {
	case st.in == nil: // no rows
	case st.in.Next():
		st.batch = st.in.RecordBatch()
		st.n = int(st.batch.NumRows())
		for _, k := range st.at {
			if st.batch.Column(k).Len() != st.n {
				return fmt.Errorf("read %s: %w: its columns differ in length", st.path, ErrDamaged)
			}
		}
	default:
		if err := st.in.Err(); err != nil {
			return fmt.Errorf("read %s: %w: %w", st.path, ErrDamaged, err)
		}
	}
	st.read += int64(st.n)
	if st.read > st.rows || (st.n == 0 && st.read < st.rows) {
		return fmt.Errorf("read %s: %w: it states %d rows and holds %d", st.path, ErrDamaged, st.rows, st.read)
	}
	if st.n == 0 {
		return io.EOF
	}
	return nil
}

// decode makes the row at st.i. The values of a damaged file may be out of
// reach of what they say about themselves.
func (st *parquetStream) decode() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read %s: row %d: %w (%v)", st.path, st.number(), ErrDamaged, r)
		}
	}()
	i := st.i
	st.buf = st.buf[:0]
	for c, k := range st.at {
		arr := st.batch.Column(k)
		if isNull(arr, i) {
			st.ends[c] = -1
			continue
		}
		if st.buf, err = st.shapes[c].appendText(st.buf, arr, i); err != nil {
			return fmt.Errorf("read %s: row %d, column %s: %w", st.path, st.number(), st.shapes[c].name, err)
		}
		st.ends[c] = len(st.buf)
	}
	from := 0
	for c := range st.at {
		if st.ends[c] < 0 {
			st.row[c] = nil
			continue
		}
		st.row[c] = st.buf[from:st.ends[c]:st.ends[c]]
		from = st.ends[c]
	}
	st.i++
	return nil
}

// number is the number of the row at st.i, counted from 1.
func (st *parquetStream) number() int64 { return st.read - int64(st.n) + int64(st.i) + 1 }

// Sorted implements run.Stream: see part.sorted.
func (st *parquetStream) Sorted() bool { return false }

// Close implements run.Stream.
func (st *parquetStream) Close() error {
	err := protect(st.path, func() error {
		if st.in != nil {
			st.in.Release()
			st.in = nil
		}
		return nil
	})
	return errors.Join(err, st.f.Close())
}
