package bigquery

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"impact/sync/run"
)

// A page is a page of rows as the REST API sends it. The values stay where they
// are in the answer.
type page struct {
	body  []byte
	cells []cell
	forms []form
	count int
	total int64 // rows of the whole result; -1 if the page does not say
	token string
	out   run.Row
	buf   []byte
}

// cell is where a value is in the answer.
type cell struct{ from, to int32 }

var null = cell{-1, -1}

// decode reads an answer. It keeps body.
func (p *page) decode(body []byte, forms []form) error {
	p.body, p.forms, p.cells, p.count, p.total, p.token = body, forms, p.cells[:0], 0, -1, ""
	s := scanner{b: body}
	if err := p.answer(&s); err != nil {
		return fmt.Errorf("%w: at byte %d: %w", errBroken, s.i, err)
	}
	if cap(p.out) < len(forms) {
		p.out = make(run.Row, len(forms))
	}
	p.out = p.out[:len(forms)]
	return nil
}

func (p *page) answer(s *scanner) error {
	err := s.object(func(key []byte) error {
		switch string(key) {
		case "totalRows":
			v, err := s.str()
			if err != nil {
				return err
			}
			p.total, err = strconv.ParseInt(string(v), 10, 64)
			if err != nil || p.total < 0 {
				return errSyntax
			}
			return nil
		case "pageToken":
			v, err := s.str()
			p.token = string(v)
			return err
		case "rows":
			if p.count > 0 {
				return errSyntax
			}
			return s.array(func() error { return p.decodeRow(s) })
		}
		return s.skip(0)
	})
	if err != nil {
		return err
	}
	return s.end()
}

// decodeRow reads {"f":[{"v":"1"},{"v":null}]}.
func (p *page) decodeRow(s *scanner) error {
	before := len(p.cells)
	seen := false
	err := s.object(func(key []byte) error {
		if string(key) != "f" {
			return s.skip(0)
		}
		if seen {
			return errSyntax
		}
		seen = true
		return s.array(func() error {
			p.cells = append(p.cells, null)
			return s.object(func(key []byte) error {
				if string(key) != "v" {
					return s.skip(0)
				}
				if s.null() {
					return nil
				}
				from, to, err := s.span()
				p.cells[len(p.cells)-1] = cell{int32(from), int32(to)} //nolint:gosec // answerLimit is less
				return err
			})
		})
	})
	if err == nil && len(p.cells)-before != len(p.forms) {
		err = errSyntax
	}
	p.count++
	return err
}

func (p *page) rows() int { return p.count }

func (p *page) row(i int) (run.Row, error) {
	p.buf = p.buf[:0]
	for k, c := range p.cells[i*len(p.forms) : (i+1)*len(p.forms)] {
		if c == null {
			p.out[k] = nil
			continue
		}
		v := p.body[c.from:c.to:c.to]
		if p.forms[k] == formText {
			p.out[k] = v
			continue
		}
		at := len(p.buf)
		var err error
		if p.buf, err = appendText(p.buf, v, p.forms[k]); err != nil {
			return nil, fmt.Errorf("column %d: %w", k+1, err)
		}
		if p.out[k] = p.buf[at:len(p.buf):len(p.buf)]; p.out[k] == nil {
			p.out[k] = []byte{} // empty, not NULL
		}
	}
	return p.out, nil
}

// A scanner reads JSON strictly, and unescapes strings in place.
type scanner struct {
	b []byte
	i int
}

// maxNesting is more than any answer of the API has.
const maxNesting = 100

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\n', '\r', '\t':
			s.i++
		default:
			return
		}
	}
}

// take reads a character if it is the next one.
func (s *scanner) take(ch byte) bool {
	s.space()
	if s.i < len(s.b) && s.b[s.i] == ch {
		s.i++
		return true
	}
	return false
}

func (s *scanner) end() error {
	s.space()
	if s.i != len(s.b) {
		return errSyntax
	}
	return nil
}

// object reads an object; value reads the value of a key.
func (s *scanner) object(value func(key []byte) error) error {
	if !s.take('{') {
		return errSyntax
	}
	if s.take('}') {
		return nil
	}
	for {
		key, err := s.str()
		if err != nil {
			return err
		}
		if !s.take(':') {
			return errSyntax
		}
		if err := value(key); err != nil {
			return err
		}
		if s.take('}') {
			return nil
		}
		if !s.take(',') {
			return errSyntax
		}
	}
}

func (s *scanner) array(element func() error) error {
	if !s.take('[') {
		return errSyntax
	}
	if s.take(']') {
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		if s.take(']') {
			return nil
		}
		if !s.take(',') {
			return errSyntax
		}
	}
}

// null reads null if it comes next.
func (s *scanner) null() bool { s.space(); return s.word("null") }

func (s *scanner) word(w string) bool {
	if bytes.HasPrefix(s.b[s.i:], []byte(w)) {
		s.i += len(w)
		return true
	}
	return false
}

// skip reads a value that nobody needs.
func (s *scanner) skip(depth int) error {
	if depth > maxNesting {
		return errSyntax
	}
	s.space()
	if s.i == len(s.b) {
		return errSyntax
	}
	switch ch := s.b[s.i]; {
	case ch == '{':
		return s.object(func([]byte) error { return s.skip(depth + 1) })
	case ch == '[':
		return s.array(func() error { return s.skip(depth + 1) })
	case ch == '"':
		_, _, err := s.span()
		return err
	case s.word("true"), s.word("false"), s.word("null"):
		return nil
	}
	return s.number()
}

func (s *scanner) number() error {
	run := func() bool {
		from := s.i
		for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
			s.i++
		}
		return s.i > from
	}
	s.word("-")
	if !s.word("0") && !run() {
		return errSyntax
	}
	if s.word(".") && !run() {
		return errSyntax
	}
	if s.word("e") || s.word("E") {
		if !s.word("+") {
			s.word("-")
		}
		if !run() {
			return errSyntax
		}
	}
	return nil
}

func (s *scanner) str() ([]byte, error) {
	from, to, err := s.span()
	if err != nil {
		return nil, err
	}
	return s.b[from:to], nil
}

// span reads a string and says where its text is, unescaped.
func (s *scanner) span() (from, to int, err error) {
	if !s.take('"') {
		return 0, 0, errSyntax
	}
	from = s.i
	for s.i < len(s.b) {
		switch ch := s.b[s.i]; {
		case ch == '"':
			s.i++
			return from, s.i - 1, nil
		case ch == '\\':
			to, err = s.unescape()
			return from, to, err
		case ch < ' ':
			return 0, 0, errSyntax
		}
		s.i++
	}
	return 0, 0, errSyntax
}

// unescape moves the rest of a string together from its first backslash on. What
// an escape stands for is never longer than the escape.
func (s *scanner) unescape() (int, error) {
	at := s.i
	for s.i < len(s.b) {
		ch := s.b[s.i]
		s.i++
		switch {
		case ch == '"':
			return at, nil
		case ch < ' ':
			return 0, errSyntax
		case ch != '\\':
			s.b[at] = ch
			at++
		default:
			r, err := s.escape()
			if err != nil {
				return 0, err
			}
			at += utf8.EncodeRune(s.b[at:at+utf8.RuneLen(r)], r)
		}
	}
	return 0, errSyntax
}

// escape reads what follows a backslash. Half of a surrogate pair becomes the
// replacement character, as in encoding/json.
func (s *scanner) escape() (rune, error) {
	if s.i >= len(s.b) {
		return 0, errSyntax
	}
	ch := s.b[s.i]
	s.i++
	switch ch {
	case '"', '\\', '/':
		return rune(ch), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		r, ok := s.hex(s.i)
		if !ok {
			return 0, errSyntax
		}
		s.i += 4
		if !utf16.IsSurrogate(r) {
			return r, nil
		}
		if bytes.HasPrefix(s.b[s.i:], []byte(`\u`)) {
			if low, ok := s.hex(s.i + 2); ok {
				if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
					s.i += 6
					return pair, nil
				}
			}
		}
		return utf8.RuneError, nil
	}
	return 0, errSyntax
}

func (s *scanner) hex(at int) (rune, bool) {
	if at+4 > len(s.b) {
		return 0, false
	}
	var r rune
	for _, ch := range s.b[at : at+4] {
		switch {
		case ch >= '0' && ch <= '9':
			ch -= '0'
		case ch >= 'a' && ch <= 'f':
			ch -= 'a' - 10
		case ch >= 'A' && ch <= 'F':
			ch -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(ch)
	}
	return r, true
}
