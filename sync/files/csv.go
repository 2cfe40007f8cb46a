package files

import (
	"bufio"
	"errors"
	"io"
)

// mark is the byte order mark that some programs put in front.
const mark = "\ufeff"

// reader reads CSV as RFC 4180 states it, and tells an empty field from one that
// is not there: encoding/csv does not.
type reader struct {
	in   *bufio.Reader
	line int // of the record's end, counted from 1
	gap  int // an empty line, which was passed over; 0: none
	buf  []byte
	ends []field
	rec  [][]byte
}

type field struct {
	end    int
	quoted bool
}

func newReader(r io.Reader) *reader {
	in := bufio.NewReaderSize(r, 64<<10)
	if b, err := in.Peek(len(mark)); err == nil && string(b) == mark {
		_, _ = in.Discard(len(mark)) // it was peeked
	}
	return &reader{in: in}
}

// record returns the next record, nil for empty fields without quotes. It is
// valid until the next call. Empty lines are no records.
func (r *reader) record() ([][]byte, error) {
	for {
		rec, err := r.next()
		if err != nil {
			return nil, err
		}
		if len(rec) == 1 && rec[0] == nil {
			r.gap = r.line
			continue
		}
		return rec, nil
	}
}

func (r *reader) next() ([][]byte, error) {
	r.buf, r.ends = r.buf[:0], r.ends[:0]
	r.line++
	quoted, open, closed := false, false, false
	for {
		line, err := r.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if errors.Is(err, io.EOF) && len(line) == 0 && len(r.buf) == 0 && len(r.ends) == 0 && !quoted {
			return nil, io.EOF
		}
		for i := 0; i < len(line); i++ {
			ch := line[i]
			switch {
			case open && ch == '"':
				open, closed = false, true
			case open:
				if ch == '\n' {
					r.line++
				}
				r.buf = append(r.buf, ch)
			case ch == '"' && closed: // two quotes are one
				r.buf = append(r.buf, '"')
				open, closed = true, false
			case ch == '"' && !quoted && len(r.buf) == r.start():
				quoted, open = true, true
			case ch == '"':
				return nil, errQuote
			case ch == ',':
				r.ends = append(r.ends, field{len(r.buf), quoted})
				quoted, closed = false, false
			case ch == '\n':
				return r.done(quoted), nil
			case ch == '\r' && r.endsLine(line[i+1:]):
			case closed:
				return nil, errQuote
			default:
				r.buf = append(r.buf, ch)
			}
		}
		if errors.Is(err, io.EOF) {
			if open {
				return nil, errUnended
			}
			return r.done(quoted), nil
		}
	}
}

// endsLine reports whether the line ends after a carriage return.
func (r *reader) endsLine(rest []byte) bool {
	if len(rest) > 0 {
		return rest[0] == '\n'
	}
	next, err := r.in.Peek(1)
	return err != nil || next[0] == '\n'
}

// start is where the current field begins.
func (r *reader) start() int {
	if n := len(r.ends); n > 0 {
		return r.ends[n-1].end
	}
	return 0
}

func (r *reader) done(quoted bool) [][]byte {
	r.ends = append(r.ends, field{len(r.buf), quoted})
	r.rec = r.rec[:0]
	at := 0
	for _, f := range r.ends {
		v := r.buf[at:f.end:f.end]
		at = f.end
		if len(v) == 0 && !f.quoted {
			v = nil
		} else if v == nil {
			v = []byte{}
		}
		r.rec = append(r.rec, v)
	}
	return r.rec
}
