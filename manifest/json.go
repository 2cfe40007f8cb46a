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

// This file is the only one that knows the JSON library. Of its three ways to
// walk a file (Unmarshal, Decoder.Token, package jsontext) the last one is used:
// it is the fastest, does not allocate for what is skipped, never holds more
// than one token of the input, and reports the place of an error.

// A scanner walks one artifact. Its methods read one value each and leave the
// scanner behind it.
//
// It reads what encoding/json reads, in the same way: the last of members with
// the same name wins, bytes that are not UTF-8 become U+FFFD, more than 10,000
// levels are an error.
type scanner struct {
	file string
	dec  *jsontext.Decoder

	// known holds the strings that repeat, so that each is kept once.
	known   map[string]string
	scratch []byte // the text of the last string that had escapes
	mangled string // path of the first text that is not valid Unicode
	warn    warnings
}

// newScanner returns a scanner of r, or an *Error if r is no JSON at all.
func newScanner(r io.Reader, file string, opts Options) (*scanner, error) {
	s := &scanner{file: file, known: map[string]string{}}
	in, err := newInput(r, opts)
	if err != nil {
		return nil, s.wrap(err)
	}
	s.dec = jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return s, nil
}

// end checks that nothing but white space follows the value that was read.
func (s *scanner) end() error {
	if _, ok := s.peek(); ok {
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

// peek returns the kind of the next value, or false where there is none.
func (s *scanner) peek() (ValueKind, bool) {
	switch s.dec.PeekKind() {
	case '{':
		return ValueObject, true
	case '[':
		return ValueArray, true
	case '"':
		return ValueString, true
	case '0':
		return ValueNumber, true
	case 't', 'f':
		return ValueBool, true
	case 'n':
		return ValueNull, true
	}
	return ValueNull, false
}

// object calls member with each name of the object that comes next; member must
// read the value. The name is valid until the scanner is used again, be it only
// to peek. Null counts as an empty object, everything else is an error.
func (s *scanner) object(member func(name []byte) error) error {
	switch s.dec.PeekKind() {
	case '{':
	case 'n':
		return s.skip()
	default:
		return s.unexpected(ValueObject)
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return s.wrap(err)
	}
	for s.dec.PeekKind() == '"' {
		raw, err := s.dec.ReadValue()
		if err != nil {
			return s.wrap(err)
		}
		if err := member(s.unquote(raw)); err != nil {
			return err
		}
	}
	// the end of the object, or the error that PeekKind found
	if _, err := s.dec.ReadToken(); err != nil {
		return s.wrap(err)
	}
	return nil
}

// array calls item before each item of the array that comes next; item must read
// it. Null counts as an empty array, everything else is an error.
func (s *scanner) array(item func() error) error {
	switch s.dec.PeekKind() {
	case '[':
	case 'n':
		return s.skip()
	default:
		return s.unexpected(ValueArray)
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return s.wrap(err)
	}
	for {
		if kind := s.dec.PeekKind(); kind == ']' || kind == 0 {
			break
		}
		if err := item(); err != nil {
			return err
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return s.wrap(err)
	}
	return nil
}

// skip reads over a value.
func (s *scanner) skip() error {
	if err := s.dec.SkipValue(); err != nil {
		return s.wrap(err)
	}
	return nil
}

// scalar reads a string, a number or a boolean as text; ok is false for null and
// for an array or an object, which is skipped with a warning. The bytes are
// valid until the next call.
func (s *scanner) scalar() (text []byte, ok bool, err error) {
	raw, err := s.dec.ReadValue()
	if err != nil {
		return nil, false, s.wrap(err)
	}
	switch raw[0] {
	case '{', '[':
		s.warn.addf("%s: want text, found an array or an object: ignored", s.path())
		return nil, false, nil
	case 'n':
		return nil, false, nil
	case '"':
		return s.unquote(raw), true, nil
	}
	return raw, true, nil
}

// text reads a scalar as a string of its own; "" for null.
func (s *scanner) text() (string, error) {
	b, _, err := s.scalar()
	return string(b), err
}

// name is text for strings that repeat within a file.
func (s *scanner) name() (string, error) {
	b, _, err := s.scalar()
	if err != nil {
		return "", err
	}
	return s.intern(b), nil
}

// maxInterned bounds the strings that are looked up before they are kept.
const maxInterned = 200

func (s *scanner) intern(b []byte) string {
	if len(b) == 0 || len(b) > maxInterned {
		return string(b)
	}
	if known, ok := s.known[string(b)]; ok {
		return known
	}
	text := string(b)
	s.known[text] = text
	return text
}

// names reads an array of scalars, a single one, or null.
func (s *scanner) names() ([]string, error) {
	kind, _ := s.peek()
	if kind != ValueArray {
		b, ok, err := s.scalar()
		if !ok || err != nil {
			return nil, err
		}
		return []string{s.intern(b)}, nil
	}
	var list []string
	err := s.array(func() error {
		b, ok, err := s.scalar()
		if ok {
			list = append(list, s.intern(b))
		}
		return err
	})
	return list, err
}

// flag reads a boolean; it returns nil for null. Another value is a warning,
// except for the text of a boolean.
func (s *scanner) flag() (*bool, error) {
	b, ok, err := s.scalar()
	if !ok || err != nil {
		return nil, err
	}
	switch strings.ToLower(string(b)) {
	case "true":
		return ptr(true), nil
	case "false":
		return ptr(false), nil
	}
	s.warn.addf("%s: want true or false, found %.40q: ignored", s.path(), b)
	return nil, nil
}

func ptr[T any](v T) *T { return &v }

// value reads a whole value.
func (s *scanner) value() (Value, error) {
	kind, ok := s.peek()
	if !ok {
		return Value{}, s.skip()
	}
	switch kind {
	case ValueObject:
		node := &valueNode{kind: ValueObject, offset: s.nextOffset()}
		var at map[string]int // only for objects that are not small
		err := s.object(func(name []byte) error {
			i := -1
			if at == nil {
				for j := range node.members {
					if node.members[j].key == string(name) {
						i = j
						break
					}
				}
			} else if j, ok := at[string(name)]; ok {
				i = j
			}
			key := ""
			if i < 0 {
				key = s.intern(name)
			}
			v, err := s.value()
			if i >= 0 {
				node.members[i].value = v
				return err
			}
			node.members = append(node.members, member{key, v})
			if at != nil {
				at[key] = len(node.members) - 1
			} else if len(node.members) == 16 {
				at = make(map[string]int, 32)
				for j, m := range node.members {
					at[m.key] = j
				}
			}
			return err
		})
		return Value{node}, err
	case ValueArray:
		node := &valueNode{kind: ValueArray, offset: s.nextOffset()}
		err := s.array(func() error {
			v, err := s.value()
			node.members = append(node.members, member{value: v})
			return err
		})
		return Value{node}, err
	}
	raw, err := s.dec.ReadValue()
	if err != nil {
		return Value{}, s.wrap(err)
	}
	if kind == ValueNull {
		return Value{}, nil
	}
	node := &valueNode{kind: kind, offset: s.dec.InputOffset() - int64(len(raw))}
	if kind == ValueString {
		raw = s.unquote(raw)
	}
	node.text = s.intern(raw)
	return Value{node}, nil
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
		s.mangled = s.path()
	}
	s.scratch = text[:0]
	return text
}

// unexpected is the error of a value that is not of the kind that it must be, or
// of a text that is no value at all.
func (s *scanner) unexpected(want ValueKind) error {
	kind, ok := s.peek()
	if !ok {
		return s.skip()
	}
	return s.fail(fmt.Errorf("want %s, found %s", want, kind))
}

// fail is an error about the value that comes next.
func (s *scanner) fail(err error) error {
	return &Error{File: s.file, Path: s.path(), Offset: s.nextOffset(), Err: err}
}

// nextOffset is the offset of the value that comes next and has been peeked at.
func (s *scanner) nextOffset() int64 {
	rest := s.dec.UnreadBuffer()
	return s.dec.InputOffset() + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

// wrap makes an *Error of what the JSON library or the input reports.
func (s *scanner) wrap(err error) error {
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

// path is the JSON path of the value that was read last, or of its name.
func (s *scanner) path() string { return s.pointer(string(s.dec.StackPointer())) }

// maxPath bounds the path in a message: a hostile file nests deeply.
const maxPath = 300

// pointer turns a JSON pointer into a path as people write it.
func (s *scanner) pointer(pointer string) string {
	if pointer == "" {
		return ""
	}
	var b strings.Builder
	for level, token := range strings.Split(pointer[1:], "/") {
		if b.Len() > maxPath {
			b.WriteString("…")
			break
		}
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		array := false
		if level < s.dec.StackDepth() {
			kind, _ := s.dec.StackIndex(level + 1)
			array = kind == '['
		}
		switch {
		case array:
			b.WriteString("[" + token + "]")
		case !isPlainName(token):
			b.WriteString("[" + strconv.Quote(token) + "]")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(token)
		}
	}
	return b.String()
}

func isPlainName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// integer reads a whole number; 0 for null. Another value is a warning.
func (s *scanner) integer() (int, error) {
	b, ok, err := s.scalar()
	if !ok || err != nil {
		return 0, err
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || f != float64(int(f)) {
		s.warn.addf("%s: want a whole number, found %.40q: ignored", s.path(), b)
		return 0, nil
	}
	return int(f), nil
}

// ParseValue reads one JSON value, for configuration and tests that are not part
// of an artifact. Errors are of type *[Error], with the file name "value".
func ParseValue(data []byte) (v Value, err error) {
	defer guard("value", &v, &err)
	s := &scanner{file: "value", known: map[string]string{}}
	s.dec = jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if v, err = s.value(); err != nil {
		return Value{}, err
	}
	if err := s.end(); err != nil {
		return Value{}, err
	}
	return v, nil
}
