package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-json/jsontext"
)

// This file is the only one that knows the JSON library. It walks the outer
// levels of an artifact with it, down to the single node, and takes each node as
// one piece of text that the library has checked; cursor.go reads that text.
// Of the ways to do it this one was the fastest on 104 MB: a walk over all tokens
// with Decoder.Token takes four times as long, Unmarshal three times the memory.

// A scanner walks one artifact. It reads what encoding/json reads, in the same
// way: the last of members with the same name wins, text that is not valid
// Unicode becomes U+FFFD, more than 10,000 levels are an error.
type scanner struct {
	file string
	dec  *jsontext.Decoder
	cursor

	known   *interner // nil where little is read
	scratch []byte    // the text of the last string that had escapes

	columnList []Column // of the node that is read
	places     places
	mangled    string // path of the first text that is not valid Unicode
	warn       warnings
}

// newScanner returns a scanner of r, or an *Error if r is no JSON at all.
func newScanner(r io.Reader, file string, opts Options) (*scanner, error) {
	s := &scanner{file: file, known: newInterner()}
	in, err := newInput(r, opts)
	if err != nil {
		return nil, s.wrap(err)
	}
	s.dec = newDecoder(in)
	return s, nil
}

func newDecoder(r io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// end checks that nothing but white space follows the value that was read.
func (s *scanner) end() error {
	if s.dec.PeekKind() != jsontext.KindInvalid {
		return &Error{File: s.file, Offset: s.nextOffset(), Err: errors.New("there is more after the end of the JSON value")}
	}
	if _, err := s.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return s.wrap(err)
	}
	if s.mangled != "" {
		s.warn.addf("%s: some text is not valid Unicode: read with U+FFFD in its place", s.mangled)
	}
	return nil
}

// sections calls section with each name of the object that the artifact is;
// section must take the value with load, members, items or pass.
func (s *scanner) sections(artifact string, section func(name string) error) error {
	if kind := s.dec.PeekKind(); kind != '{' && kind != jsontext.KindInvalid {
		return &Error{File: s.file, Offset: s.nextOffset(), Err: fmt.Errorf("want %s, found %s", ValueObject, kindOf(byte(kind))),
			Hint: "give the " + fileName(artifact) + " that dbt writes into its target folder"}
	}
	return s.outer(section)
}

// outer walks an object of the outer levels.
func (s *scanner) outer(member func(name string) error) error {
	if ok, err := s.open('{'); !ok || err != nil {
		return err
	}
	for s.dec.PeekKind() == '"' {
		raw, err := s.dec.ReadValue()
		if err != nil {
			return s.wrap(err)
		}
		if err := member(string(s.unquote(raw))); err != nil {
			return err
		}
		s.src = nil
	}
	return s.close()
}

// members calls member with each name of the section that comes next, with the
// value loaded. Null counts as an empty section, everything else but an object is
// an error.
func (s *scanner) members(member func(name string) error) error {
	return s.outer(func(name string) error {
		if err := s.load(); err != nil {
			return err
		}
		return member(name)
	})
}

// items calls item with each item of the section that comes next loaded. Null
// counts as an empty list, everything else but an array is an error.
func (s *scanner) items(item func() error) error {
	if ok, err := s.open('['); !ok || err != nil {
		return err
	}
	for {
		if kind := s.dec.PeekKind(); kind == ']' || kind == jsontext.KindInvalid {
			return s.close()
		}
		if err := s.load(); err != nil {
			return err
		}
		if err := item(); err != nil {
			return err
		}
		s.src = nil
	}
}

// open reads the start of an object or an array; false means null.
func (s *scanner) open(start jsontext.Kind) (bool, error) {
	kind := s.dec.PeekKind()
	switch kind {
	case start:
		_, err := s.dec.ReadToken()
		return true, s.wrap(err)
	case 'n', jsontext.KindInvalid:
		return false, s.pass()
	}
	return false, s.fail(fmt.Errorf("want %s, found %s", kindOf(byte(start)), kindOf(byte(kind))))
}

// close reads the end of an object or an array, or the error that stands there.
func (s *scanner) close() error {
	_, err := s.dec.ReadToken()
	return s.wrap(err)
}

// pass reads over a section without holding it.
func (s *scanner) pass() error { return s.wrap(s.dec.SkipValue()) }

// load reads the next value whole and puts the cursor at its start. It is valid
// until the next value is read.
func (s *scanner) load() error {
	raw, err := s.dec.ReadValue()
	if err != nil {
		return s.wrap(err)
	}
	s.cursor = cursor{src: raw, base: s.dec.InputOffset() - int64(len(raw)), path: s.path[:0]}
	return nil
}

// unquote returns the text of a JSON string that the decoder has checked, in
// place where it can. It is valid until the next call.
func (s *scanner) unquote(raw []byte) []byte {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	text, err := jsontext.AppendUnquote(s.scratch[:0], raw)
	if err != nil && s.mangled == "" {
		// bytes that are not UTF-8, or half of a surrogate pair: the text is whole, with U+FFFD for them
		s.mangled = s.where()
	}
	s.scratch = text[:0]
	return text
}

// fail is an error about the value that comes next.
func (s *scanner) fail(err error) error {
	return &Error{File: s.file, Path: s.where(), Offset: s.nextOffset(), Err: err}
}

// nextOffset is the offset of the value that comes next.
func (s *scanner) nextOffset() int64 {
	if s.src != nil {
		return s.base + int64(s.pos)
	}
	rest := s.dec.UnreadBuffer()
	return s.dec.InputOffset() + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

// wrap makes an *Error of what the JSON library or the input reports, if anything.
func (s *scanner) wrap(err error) error {
	if err == nil {
		return nil
	}
	var done *Error
	if errors.As(err, &done) {
		return done
	}
	e := &Error{File: s.file, Offset: -1, Err: err}
	var hint hinted
	if errors.As(err, &hint) {
		e.Err, e.Hint = hint.error, hint.hint
		return e
	}
	if s.dec != nil {
		e.Offset = s.dec.InputOffset()
	}
	var syntax *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntax):
		e.Offset = syntax.ByteOffset
		e.Path = s.pointer(string(syntax.JSONPointer))
		e.Err = syntax.Err
		if errors.Is(syntax.Err, io.ErrUnexpectedEOF) {
			e.Err, e.Hint = ErrTruncated, "the file may still have been written, or its download was cut off"
		}
	case errors.Is(err, io.ErrUnexpectedEOF): // the gzip stream is cut off
		e.Err, e.Hint = ErrTruncated, "the file may still have been written, or its download was cut off"
	case errors.Is(err, ErrTooLarge):
		e.Err = ErrTooLarge
	case errors.Is(err, io.EOF):
		e.Err = ErrEmpty
	}
	return e
}

// where is the JSON path of the value that was read last, or of its name.
func (s *scanner) where() string {
	path := s.pointer(string(s.dec.StackPointer()))
	for _, step := range s.path {
		if len(path) > maxPath {
			return path + "…"
		}
		path = step.appendTo(path)
	}
	return path
}

// maxPath bounds the path in a message: a hostile file nests deeply.
const maxPath = 300

// pointer turns a JSON pointer into a path as people write it.
func (s *scanner) pointer(pointer string) string {
	if pointer == "" {
		return ""
	}
	path := ""
	for level, token := range strings.Split(pointer[1:], "/") {
		if len(path) > maxPath {
			return path + "…"
		}
		next := step{name: []byte(strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~"))}
		if level < s.dec.StackDepth() {
			if kind, _ := s.dec.StackIndex(level + 1); kind == '[' {
				index, _ := strconv.Atoi(token)
				next = step{index: index}
			}
		}
		path = next.appendTo(path)
	}
	return path
}

// ParseValue reads one JSON value, for configuration and tests that are not part
// of an artifact. Errors are of type *[Error], with the file name "value".
func ParseValue(data []byte) (v Value, err error) {
	defer guard("value", &v, &err)
	s := &scanner{file: "value"}
	s.dec = newDecoder(bytes.NewReader(data))
	if err = s.load(); err != nil {
		return Value{}, err
	}
	v = s.value()
	s.src = nil
	if err := s.end(); err != nil {
		return Value{}, err
	}
	return v, nil
}
