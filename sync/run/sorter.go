package run

import (
	"bufio"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Sorting uses at most about sortMemory bytes, and merges at most sortFan files
// at a time.
const (
	sortMemory = 16 << 20
	sortFan    = 64
)

// An item is a row of a model in canonical form. A bad item could not be
// brought into that form; its key could.
type item struct {
	row   Row
	bad   bool
	wrong *wrong // why it is bad; recorded when it is read, not kept by sorting
	seq   int64  // position in the source: keeps the sort stable
}

// A sorter sorts items by key with bounded memory.
type sorter struct {
	dir     string
	columns int
	numeric []bool
	held    []item
	size    int
	files   []string
}

func (s *sorter) less(a, b *item) int {
	if c := compareKeys(a.row, b.row, s.numeric); c != 0 {
		return c
	}
	return int(min(max(a.seq-b.seq, -1), 1))
}

func (s *sorter) add(it item) error {
	it.row, it.wrong = cloneRow(it.row), nil
	s.held = append(s.held, it)
	s.size += 48 + 24*len(it.row)
	for _, v := range it.row {
		s.size += len(v)
	}
	if s.size < sortMemory {
		return nil
	}
	return s.spill()
}

func (s *sorter) sortHeld() {
	slices.SortFunc(s.held, func(a, b item) int { return s.less(&a, &b) })
}

func (s *sorter) spill() error {
	s.sortHeld()
	i := 0
	name, err := s.write(func() (item, error) {
		if i == len(s.held) {
			return item{}, io.EOF
		}
		i++
		return s.held[i-1], nil
	})
	if err != nil {
		return err
	}
	s.files = append(s.files, name)
	s.held, s.size = nil, 0
	if len(s.files) >= sortFan {
		return s.combine()
	}
	return nil
}

// combine merges all files into one, so that never too many are open.
func (s *sorter) combine() error {
	m, err := s.open(s.files)
	if err != nil {
		return err
	}
	name, err := s.write(m.next)
	err = errors.Join(err, m.close())
	if err != nil {
		return err
	}
	s.files = []string{name}
	return nil
}

func (s *sorter) write(next func() (item, error)) (string, error) {
	f, err := os.CreateTemp(s.dir, "impact-sort-*")
	if err != nil {
		return "", fmt.Errorf("sort: %w", err)
	}
	w := bufio.NewWriterSize(f, 64<<10)
	var buf []byte
	for {
		it, err := next()
		if err == io.EOF { //nolint:errorlint // our own
			break
		}
		if err == nil {
			buf = append(buf[:0], 0)
			if it.bad {
				buf[0] = 1
			}
			buf = binary.AppendUvarint(buf, uint64(it.seq))
			_, err = w.Write(appendRow(buf, it.row))
		}
		if err != nil {
			return "", errors.Join(fmt.Errorf("sort: %w", err), f.Close(), os.Remove(f.Name()))
		}
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("sort: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// sorted ends adding and returns the items in order.
func (s *sorter) sorted() (*merger, error) {
	s.sortHeld()
	m, err := s.open(s.files)
	if err != nil {
		return nil, err
	}
	s.files = nil
	if len(s.held) > 0 {
		m.runs = append(m.runs, &sortRun{held: s.held})
		s.held = nil
	}
	return m, m.start()
}

// close removes what was spilled and not handed over.
func (s *sorter) close() error {
	var err error
	for _, name := range s.files {
		err = errors.Join(err, os.Remove(name))
	}
	s.files = nil
	return err
}

func (s *sorter) open(names []string) (*merger, error) {
	m := &merger{s: s}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("sort: %w", err), m.close())
		}
		m.runs = append(m.runs, &sortRun{file: f, in: bufio.NewReaderSize(f, 64<<10)})
	}
	return m, m.start()
}

// A merger delivers the items of several sorted runs in order.
type merger struct {
	s    *sorter
	runs []*sortRun
	open []*sortRun // a heap by current item
}

type sortRun struct {
	held []item
	file *os.File
	in   *bufio.Reader
	cur  item
}

func (r *sortRun) advance(columns int) error {
	if r.file == nil {
		if len(r.held) == 0 {
			return io.EOF
		}
		r.cur, r.held = r.held[0], r.held[1:]
		return nil
	}
	bad, err := r.in.ReadByte()
	if err != nil {
		return err
	}
	seq, err := binary.ReadUvarint(r.in)
	if err != nil {
		return noEOF(err)
	}
	row, err := readRow(r.in, columns)
	r.cur = item{row: row, bad: bad == 1, seq: int64(seq)}
	return err
}

func (m *merger) start() error {
	m.open = m.open[:0]
	for _, r := range m.runs {
		if r.cur.row == nil {
			if err := r.advance(m.s.columns); err == io.EOF { //nolint:errorlint // our own
				continue
			} else if err != nil {
				return err
			}
		}
		m.open = append(m.open, r)
	}
	heap.Init(m)
	return nil
}

func (m *merger) next() (item, error) {
	if len(m.open) == 0 {
		return item{}, io.EOF
	}
	r := m.open[0]
	it := r.cur
	err := r.advance(m.s.columns)
	switch {
	case err == nil:
		heap.Fix(m, 0)
	case errors.Is(err, io.EOF):
		heap.Pop(m)
	default:
		return item{}, err
	}
	return it, nil
}

func (m *merger) close() error {
	var err error
	for _, r := range m.runs {
		if r.file != nil {
			err = errors.Join(err, r.file.Close(), os.Remove(r.file.Name()))
		}
	}
	m.runs, m.open = nil, nil
	return err
}

// Len, Less, Swap, Push and Pop make the merger a heap.
func (m *merger) Len() int           { return len(m.open) }
func (m *merger) Less(i, j int) bool { return m.s.less(&m.open[i].cur, &m.open[j].cur) < 0 }
func (m *merger) Swap(i, j int)      { m.open[i], m.open[j] = m.open[j], m.open[i] }

// Push is not used: all runs are there at the start.
func (m *merger) Push(x any) { m.open = append(m.open, x.(*sortRun)) }

// Pop removes the last run.
func (m *merger) Pop() any {
	last := m.open[len(m.open)-1]
	m.open = m.open[:len(m.open)-1]
	return last
}
