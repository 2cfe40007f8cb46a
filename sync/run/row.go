package run

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
)

// HashRow returns a hash over a row that tells NULL from empty, and one value
// from two. It is never 0.
func HashRow(r Row) uint64 {
	h := fnv.New64a()
	var n [binary.MaxVarintLen64]byte
	for _, v := range r {
		size := uint64(0)
		if v != nil {
			size = uint64(len(v)) + 1
		}
		_, _ = h.Write(n[:binary.PutUvarint(n[:], size)])
		_, _ = h.Write(v)
	}
	if s := h.Sum64(); s != 0 {
		return s
	}
	return 1
}

// EqualRows reports whether two rows are the same, byte by byte.
func EqualRows(a, b Row) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equalValues(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalValues(a, b []byte) bool {
	return (a == nil) == (b == nil) && bytes.Equal(a, b)
}

// compareKeys orders rows by their first values: numbers by value, others by
// bytes. NULL comes first.
func compareKeys(a, b Row, numeric []bool) int {
	for i, num := range numeric {
		var c int
		switch {
		case a[i] == nil || b[i] == nil:
			c = cmpBool(a[i] != nil, b[i] != nil)
		case num:
			c = compareNumbers(a[i], b[i])
		default:
			c = bytes.Compare(a[i], b[i])
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// compareNumbers compares canonical decimals of one scale: the longer one is
// further from zero.
func compareNumbers(a, b []byte) int {
	negA, negB := len(a) > 0 && a[0] == '-', len(b) > 0 && b[0] == '-'
	if negA != negB {
		return cmpBool(!negA, !negB)
	}
	c := len(a) - len(b)
	if c == 0 {
		c = bytes.Compare(a, b)
	}
	if negA {
		return -c
	}
	return c
}

func cloneRow(r Row) Row {
	n := 0
	for _, v := range r {
		n += len(v)
	}
	buf := make([]byte, 0, n)
	out := make(Row, len(r))
	for i, v := range r {
		if v == nil {
			continue
		}
		at := len(buf)
		buf = append(buf, v...)
		out[i] = buf[at:len(buf):len(buf)]
	}
	return out
}

// appendRow writes a row as lengths and bytes; readRow reads it back.
func appendRow(dst []byte, r Row) []byte {
	for _, v := range r {
		if v == nil {
			dst = append(dst, 0)
			continue
		}
		dst = binary.AppendUvarint(dst, uint64(len(v))+1)
		dst = append(dst, v...)
	}
	return dst
}

func readRow(r *bufio.Reader, columns int) (Row, error) {
	row := make(Row, columns)
	for i := range row {
		n, err := binary.ReadUvarint(r)
		if err != nil {
			return nil, noEOF(err)
		}
		if n == 0 {
			continue
		}
		row[i] = make([]byte, n-1)
		if _, err := io.ReadFull(r, row[i]); err != nil {
			return nil, noEOF(err)
		}
	}
	return row, nil
}

func noEOF(err error) error {
	if err == io.EOF { //nolint:errorlint // bufio and io return it unwrapped
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("read spool: %w", err)
}
