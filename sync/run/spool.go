package run

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// spoolMemory is how much a spool keeps in memory before it uses a file.
const spoolMemory = 1 << 20

// A spool is a list of changes that is written once and read several times.
type spool struct {
	dir  string
	mem  bytes.Buffer
	file *os.File
	out  *bufio.Writer
	n    int64
	buf  []byte
}

func (s *spool) add(c Change) error {
	s.buf = append(s.buf[:0], byte(c.Op))
	s.buf = binary.LittleEndian.AppendUint64(s.buf, c.Old)
	s.buf = binary.AppendUvarint(s.buf, uint64(len(c.Row)))
	s.buf = appendRow(s.buf, c.Row)
	s.n++
	if s.file == nil {
		s.mem.Write(s.buf)
		if s.mem.Len() < spoolMemory {
			return nil
		}
		f, err := os.CreateTemp(s.dir, "impact-spool-*")
		if err != nil {
			return fmt.Errorf("spool changes: %w", err)
		}
		s.file, s.out = f, bufio.NewWriterSize(f, 64<<10)
		if _, err := s.out.Write(s.mem.Bytes()); err != nil {
			return fmt.Errorf("spool changes: %w", err)
		}
		s.mem = bytes.Buffer{}
		return nil
	}
	if _, err := s.out.Write(s.buf); err != nil {
		return fmt.Errorf("spool changes: %w", err)
	}
	return nil
}

// batches calls f for the changes in their order, at most size of them at a
// time. The changes belong to f.
func (s *spool) batches(size int, f func([]Change) error) error {
	if s.n == 0 {
		return nil
	}
	var in io.Reader = bytes.NewReader(s.mem.Bytes())
	if s.file != nil {
		if err := s.out.Flush(); err != nil {
			return fmt.Errorf("spool changes: %w", err)
		}
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read spool: %w", err)
		}
		in = s.file
	}
	r := bufio.NewReaderSize(in, 64<<10)
	batch := make([]Change, 0, size)
	bytesHeld := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := f(batch)
		batch, bytesHeld = make([]Change, 0, size), 0
		return err
	}
	for range s.n {
		c, err := readChange(r)
		if err != nil {
			return err
		}
		batch = append(batch, c)
		for _, v := range c.Row {
			bytesHeld += len(v)
		}
		if len(batch) == size || bytesHeld > batchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// batchBytes bounds the memory of one batch: large texts make small batches.
const batchBytes = 4 << 20

func readChange(r *bufio.Reader) (Change, error) {
	var c Change
	op, err := r.ReadByte()
	if err != nil {
		return c, noEOF(err)
	}
	c.Op = Op(op)
	var old [8]byte
	if _, err := io.ReadFull(r, old[:]); err != nil {
		return c, noEOF(err)
	}
	c.Old = binary.LittleEndian.Uint64(old[:])
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return c, noEOF(err)
	}
	c.Row, err = readRow(r, int(n))
	return c, err
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	name := s.file.Name()
	err := errors.Join(s.file.Close(), os.Remove(name))
	s.file = nil
	return err
}
