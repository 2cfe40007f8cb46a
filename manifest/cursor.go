package manifest

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"strconv"
	"strings"
)

// A cursor stands in a JSON value that is known to be valid: scanner.load has
// put it there. The methods of the scanner in this file read one value each and
// leave the cursor behind it; they can only fail because a value is not of the
// kind that it must be.
type cursor struct {
	src  []byte
	pos  int
	base int64  // offset of src in the file
	path []step // from the loaded value to the one being read
}

// A step leads from a value into a member, or an item if name is nil.
type step struct {
	name  []byte
	index int
}

func (p step) appendTo(path string) string {
	switch {
	case p.name == nil:
		return path + "[" + strconv.Itoa(p.index) + "]"
	case !isPlainName(p.name):
		return path + "[" + strconv.Quote(string(p.name)) + "]"
	case path == "":
		return string(p.name)
	}
	return path + "." + string(p.name)
}

func isPlainName(s []byte) bool {
	for i, c := range s {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return len(s) > 0
}

// next moves over white space, commas and colons to the start of a value or the
// end of an object or array, and returns the byte there.
func (c *cursor) next() byte {
	for {
		switch b := c.src[c.pos]; b {
		case ' ', '\t', '\r', '\n', ',', ':':
			c.pos++
		default:
			return b
		}
	}
}

// kindOf returns the kind of the value that starts with a byte.
func kindOf(b byte) ValueKind {
	switch b {
	case '{':
		return ValueObject
	case '[':
		return ValueArray
	case '"':
		return ValueString
	case 't', 'f':
		return ValueBool
	case 'n':
		return ValueNull
	}
	return ValueNumber
}

// peek returns the kind of the next value.
func (c *cursor) peek() ValueKind { return kindOf(c.next()) }

// quoted reads a string with its quotes.
func (c *cursor) quoted() []byte {
	start := c.pos
	c.pos++
	for {
		c.pos += bytes.IndexByte(c.src[c.pos:], '"') + 1
		escapes := 0
		for c.src[c.pos-2-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return c.src[start:c.pos]
		}
	}
}

// literal reads a number, true, false or null.
func (c *cursor) literal() []byte {
	start := c.pos
	for c.pos < len(c.src) {
		switch c.src[c.pos] {
		case ' ', '\t', '\r', '\n', ',', ']', '}':
			return c.src[start:c.pos]
		}
		c.pos++
	}
	return c.src[start:]
}

// raw reads a value as it stands there.
func (c *cursor) raw() []byte {
	switch c.next() {
	case '"':
		return c.quoted()
	case '{', '[':
	default:
		return c.literal()
	}
	start, depth := c.pos, 0
	for {
		switch c.src[c.pos] {
		case '"':
			c.quoted()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		c.pos++
		if depth == 0 {
			return c.src[start:c.pos]
		}
	}
}

// skip reads over a value.
func (c *cursor) skip() { c.raw() }

// want checks the kind of the next value.
func (s *scanner) want(kind ValueKind) error {
	if found := s.peek(); found != kind {
		return s.fail(fmt.Errorf("want %s, found %s", kind, found))
	}
	return nil
}

// object calls member with each name of the object that comes next; member must
// read the value. Null counts as an empty object, everything else is an error.
func (s *scanner) object(member func(name []byte) error) error {
	if s.next() == 'n' {
		s.skip()
		return nil
	}
	if err := s.want(ValueObject); err != nil {
		return err
	}
	s.pos++
	for s.next() != '}' {
		raw := s.quoted()
		name := s.unquote(raw)
		if len(name) > 0 && &name[0] != &raw[1] {
			name = bytes.Clone(name) // unquoted elsewhere, which is used again
		}
		s.path = append(s.path, step{name: name})
		s.next()
		if err := member(name); err != nil {
			return err
		}
		s.path = s.path[:len(s.path)-1]
	}
	s.pos++
	return nil
}

// array calls item before each item of the array that comes next; item must read
// it. Null counts as an empty array, everything else is an error.
func (s *scanner) array(item func() error) error {
	if s.next() == 'n' {
		s.skip()
		return nil
	}
	if err := s.want(ValueArray); err != nil {
		return err
	}
	s.pos++
	for i := 0; s.next() != ']'; i++ {
		s.path = append(s.path, step{index: i})
		if err := item(); err != nil {
			return err
		}
		s.path = s.path[:len(s.path)-1]
	}
	s.pos++
	return nil
}

// scalar reads a string, a number or a boolean as text; ok is false for null and
// for an array or an object, which is skipped with a warning. The bytes are
// valid until the next call.
func (s *scanner) scalar() (text []byte, ok bool) {
	switch s.next() {
	case '"':
		return s.unquote(s.quoted()), true
	case 'n':
		s.literal()
		return nil, false
	case '{', '[':
		s.warn.addf("%s: want text, found an array or an object: ignored", s.where())
		s.raw()
		return nil, false
	}
	return s.literal(), true
}

// text reads a scalar as a string of its own; "" for null.
func (s *scanner) text() string {
	b, _ := s.scalar()
	return string(b)
}

// name is text for strings that repeat within a file.
func (s *scanner) name() string {
	b, _ := s.scalar()
	return s.intern(b)
}

// maxInterned bounds the strings that are looked up before they are kept.
const maxInterned = 200

// An interner keeps most of the strings that repeat just once: it remembers one
// string for each value of a hash. Unlike a map it does not grow with a file.
type interner struct {
	seed   maphash.Seed
	recent [1 << 14]string
}

func newInterner() *interner { return &interner{seed: maphash.MakeSeed()} }

func (s *scanner) intern(b []byte) string {
	if s.known == nil || len(b) == 0 || len(b) > maxInterned {
		return string(b)
	}
	place := &s.known.recent[maphash.Bytes(s.known.seed, b)%uint64(len(s.known.recent))]
	if *place != string(b) {
		*place = string(b)
	}
	return *place
}

// again is name for a text that is likely the same as one that is known.
func (s *scanner) again(known string) string {
	b, _ := s.scalar()
	if string(b) == known {
		return known
	}
	return s.intern(b)
}

// names reads an array of scalars, a single one, or null.
func (s *scanner) names() []string {
	if s.next() != '[' {
		b, ok := s.scalar()
		if !ok {
			return nil
		}
		return []string{s.intern(b)}
	}
	var list []string
	s.pos++
	for s.next() != ']' {
		if b, ok := s.scalar(); ok {
			list = append(list, s.intern(b))
		}
	}
	s.pos++
	return list
}

// flag reads a boolean; it returns nil for null. Another value is a warning,
// except for the text of a boolean.
func (s *scanner) flag() *bool {
	b, ok := s.scalar()
	if !ok {
		return nil
	}
	switch strings.ToLower(string(b)) {
	case "true":
		return ptr(true)
	case "false":
		return ptr(false)
	}
	s.warn.addf("%s: want true or false, found %.40q: ignored", s.where(), b)
	return nil
}

func ptr[T any](v T) *T { return &v }

// integer reads a whole number; 0 for null. Another value is a warning.
func (s *scanner) integer() int {
	b, ok := s.scalar()
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || f != float64(int(f)) {
		s.warn.addf("%s: want a whole number, found %.40q: ignored", s.where(), b)
		return 0
	}
	return int(f)
}

// value reads a whole value.
func (s *scanner) value() Value {
	first := s.next()
	node := &valueNode{kind: kindOf(first), offset: s.base + int64(s.pos)}
	switch node.kind {
	case ValueNull:
		s.literal()
		return Value{}
	case ValueString:
		node.text = s.intern(s.unquote(s.quoted()))
	case ValueObject:
		s.pos++
		node.members = s.valueMembers()
	case ValueArray:
		s.pos++
		for s.next() != ']' {
			node.members = append(node.members, member{value: s.value()})
		}
		s.pos++
	default:
		node.text = s.intern(s.literal())
	}
	return Value{node}
}

// valueMembers reads the members of an object after its brace. The last of those
// with the same name wins, in the place of the first.
func (s *scanner) valueMembers() []member {
	var list []member
	var at map[string]int // only for objects that are not small
	find := func(name string) (int, bool) {
		if at != nil {
			i, ok := at[name]
			return i, ok
		}
		for i := range list {
			if list[i].key == name {
				return i, true
			}
		}
		return 0, false
	}
	for s.next() != '}' {
		name := s.intern(s.unquote(s.quoted()))
		s.next()
		v := s.value()
		if i, ok := find(name); ok {
			list[i].value = v
			continue
		}
		list = append(list, member{name, v})
		switch {
		case at != nil:
			at[name] = len(list) - 1
		case len(list) == 16:
			at = make(map[string]int, 32)
			for i, m := range list {
				at[m.key] = i
			}
		}
	}
	s.pos++
	return list
}
