package run

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// A tally keeps hashes of rows, each as often as it came, so that two of them can
// be compared however they were ordered. It holds at most tallyMemory hashes in
// memory, and the others in files. It must be closed.
type tally struct {
	dir   string
	held  []uint64
	files []string // sorted
}

// tallyMemory hashes take 8 MB.
const tallyMemory = 1 << 20

func (t *tally) add(h uint64) error {
	t.held = append(t.held, h)
	if len(t.held) < tallyMemory {
		return nil
	}
	slices.Sort(t.held)
	run := &hashRun{held: t.held}
	err := t.write(run.next)
	t.held = t.held[:0]
	if err == nil && len(t.files) >= sortFan {
		err = t.combine()
	}
	return err
}

// combine makes one file of all, so that never too many are open.
func (t *tally) combine() (err error) {
	m, err := openHashes(t.files)
	if err != nil {
		return err
	}
	old := t.files
	t.files = nil
	err = errors.Join(t.write(m.next), m.close())
	for _, name := range old {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// write makes a file of hashes in order, up to io.EOF.
func (t *tally) write(next func() (uint64, error)) (err error) {
	f, err := os.CreateTemp(t.dir, "impact-sort-*")
	if err != nil {
		return fmt.Errorf("sort: %w", err)
	}
	t.files = append(t.files, f.Name())
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 64<<10)
	var buf [8]byte
	for {
		h, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			binary.BigEndian.PutUint64(buf[:], h)
			_, err = w.Write(buf[:])
		}
		if err != nil {
			return fmt.Errorf("sort: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("sort: %w", err)
	}
	return nil
}

// sorted returns the hashes in order. Nothing can be added after it.
func (t *tally) sorted() (*hashRuns, error) {
	m, err := openHashes(t.files)
	if err != nil {
		return nil, err
	}
	slices.Sort(t.held)
	m.runs = append(m.runs, &hashRun{held: t.held})
	return m, nil
}

// close removes the files.
func (t *tally) close() error {
	var err error
	for _, name := range t.files {
		err = errors.Join(err, os.Remove(name))
	}
	t.files = nil
	return err
}

// A hashRun is a part of a tally, in order: of memory or of a file.
type hashRun struct {
	held []uint64
	file *os.File
	in   *bufio.Reader

	head    uint64 // the next one, once it has begun
	hasHead bool
}

// next returns the next hash, and io.EOF after the last.
func (r *hashRun) next() (uint64, error) {
	if r.file == nil {
		if len(r.held) == 0 {
			return 0, io.EOF
		}
		h := r.held[0]
		r.held = r.held[1:]
		return h, nil
	}
	var buf [8]byte
	if _, err := io.ReadFull(r.in, buf[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(buf[:]), nil
}

// hashRuns delivers the hashes of several runs in order.
type hashRuns struct{ runs []*hashRun }

func openHashes(files []string) (*hashRuns, error) {
	m := &hashRuns{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("sort: %w", err), m.close())
		}
		m.runs = append(m.runs, &hashRun{file: f, in: bufio.NewReaderSize(f, 64<<10)})
	}
	return m, nil
}

// next returns the next hash, and io.EOF after the last.
func (m *hashRuns) next() (uint64, error) {
	var least *hashRun
	for _, r := range m.runs {
		if !r.hasHead {
			h, err := r.next()
			if errors.Is(err, io.EOF) {
				continue
			}
			if err != nil {
				return 0, fmt.Errorf("sort: %w", err)
			}
			r.head, r.hasHead = h, true
		}
		if least == nil || r.head < least.head {
			least = r
		}
	}
	if least == nil {
		return 0, io.EOF
	}
	least.hasHead = false
	return least.head, nil
}

func (m *hashRuns) close() error {
	var err error
	for _, r := range m.runs {
		if r.file != nil {
			err = errors.Join(err, r.file.Close())
		}
	}
	return err
}

// apart counts the hashes that only t has and those that only o has: one that is
// there twice needs two.
func (t *tally) apart(o *tally) (mine, others int64, err error) {
	a, err := t.sorted()
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	b, err := o.sorted()
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	x, endX := a.next()
	y, endY := b.next()
	for {
		moreX, moreY := endX == nil, endY == nil
		switch {
		case !moreX && !errors.Is(endX, io.EOF):
			return 0, 0, endX
		case !moreY && !errors.Is(endY, io.EOF):
			return 0, 0, endY
		case !moreX && !moreY:
			return mine, others, nil
		case moreX && (!moreY || x < y):
			mine++
			x, endX = a.next()
		case moreY && (!moreX || y < x):
			others++
			y, endY = b.next()
		default:
			x, endX = a.next()
			y, endY = b.next()
		}
	}
}
