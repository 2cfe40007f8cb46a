package manifest

import (
	"iter"
	"unicode/utf8"
)

// ValueKind is the kind of a JSON value.
type ValueKind uint8

// The kinds of a [Value]. The zero Value is null.
const (
	ValueNull ValueKind = iota
	ValueBool
	ValueNumber
	ValueString
	ValueArray
	ValueObject
)

// String returns the kind as messages name it: "an object", "null".
func (k ValueKind) String() string {
	switch k {
	case ValueNull:
		return "null"
	case ValueBool:
		return "a boolean"
	case ValueNumber:
		return "a number"
	case ValueString:
		return "a string"
	case ValueArray:
		return "an array"
	case ValueObject:
		return "an object"
	}
	return "nothing"
}

// A Value is an immutable JSON value. It keeps what the file says: numbers as
// they are written, the members of objects in the order of the file, and where
// in the file it stands. The zero Value is null. Values may be copied and used
// by many goroutines; a Value costs one pointer.
//
// Of members with the same key the last one counts and stands where the first
// one stood.
type Value struct{ node *valueNode }

// valueNode is what a Value points to. Arrays keep their items in members,
// without keys, so that the node stays small.
type valueNode struct {
	text    string // of a string, a number, "true" or "false"
	members []member
	offset  int64
	kind    ValueKind
}

type member struct {
	key   string
	value Value
}

// Kind returns the kind of the value.
func (v Value) Kind() ValueKind {
	if v.node == nil {
		return ValueNull
	}
	return v.node.kind
}

// IsNull reports whether the value is null or absent.
func (v Value) IsNull() bool { return v.Kind() == ValueNull }

// Offset returns the byte offset of the value in the file it was read from
// (in what is inside, if the file is a gzip file). It is 0 for an absent value.
func (v Value) Offset() int64 {
	if v.node == nil {
		return 0
	}
	return v.node.offset
}

// Text returns the text of a string, and whether the value is one.
func (v Value) Text() (string, bool) {
	if v.Kind() != ValueString {
		return "", false
	}
	return v.node.text, true
}

// Bool returns the value of a boolean, and whether the value is one.
func (v Value) Bool() (value, ok bool) {
	if v.Kind() != ValueBool {
		return false, false
	}
	return v.node.text == "true", true
}

// Number returns a number as it is written, and whether the value is one.
func (v Value) Number() (string, bool) {
	if v.Kind() != ValueNumber {
		return "", false
	}
	return v.node.text, true
}

// Len returns the number of items of an array or of members of an object, and 0
// for every other value.
func (v Value) Len() int {
	if v.node == nil {
		return 0
	}
	return len(v.node.members)
}

// Get returns the member of an object with this key: the zero Value if there is
// none or if the value is not an object, so that calls can be chained.
func (v Value) Get(key string) Value {
	found, _ := v.Lookup(key)
	return found
}

// Lookup returns the member of an object with this key, and whether it is there.
func (v Value) Lookup(key string) (Value, bool) {
	if v.Kind() != ValueObject {
		return Value{}, false
	}
	for _, m := range v.node.members {
		if m.key == key {
			return m.value, true
		}
	}
	return Value{}, false
}

// Items iterates over the items of an array with their indexes. Other values
// have no items.
func (v Value) Items() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		if v.Kind() != ValueArray {
			return
		}
		for i, m := range v.node.members {
			if !yield(i, m.value) {
				return
			}
		}
	}
}

// Members iterates over the members of an object in the order of the file.
// Other values have no members.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.Kind() != ValueObject {
			return
		}
		for _, m := range v.node.members {
			if !yield(m.key, m.value) {
				return
			}
		}
	}
}

// Equal reports whether two values have the same kind, text, items and members.
// The order of members and the offsets do not count; numbers are compared as
// they are written.
func (v Value) Equal(w Value) bool {
	if v.Kind() != w.Kind() {
		return false
	}
	if v.node == nil || v.node == w.node || v.IsNull() {
		return true
	}
	if v.node.text != w.node.text || v.Len() != w.Len() {
		return false
	}
	for i, m := range v.node.members {
		other := w.node.members[i]
		if m.key != other.key {
			found, ok := w.Lookup(m.key)
			if !ok {
				return false
			}
			other.value = found
		}
		if !m.value.Equal(other.value) {
			return false
		}
	}
	return true
}

// String returns the text of a string and the JSON text of everything else,
// so "null" for the zero Value.
func (v Value) String() string {
	if s, ok := v.Text(); ok {
		return s
	}
	return string(v.AppendJSON(nil))
}

// MarshalJSON returns the value as JSON, with its members in the order of the
// file.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// AppendJSON appends the value as JSON without white space to dst.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.Kind() {
	case ValueNull:
		return append(dst, "null"...)
	case ValueString:
		return appendQuoted(dst, v.node.text)
	case ValueArray, ValueObject:
		object := v.node.kind == ValueObject
		first, last := byte('['), byte(']')
		if object {
			first, last = '{', '}'
		}
		dst = append(dst, first)
		for i, m := range v.node.members {
			if i > 0 {
				dst = append(dst, ',')
			}
			if object {
				dst = append(appendQuoted(dst, m.key), ':')
			}
			dst = m.value.AppendJSON(dst)
		}
		return append(dst, last)
	default:
		return append(dst, v.node.text...)
	}
}

// appendQuoted appends s as a JSON string that is also safe inside HTML.
func appendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c < 0x20 || c == '<' || c == '>' || c == '&':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			switch r {
			case '\u2028':
				dst = append(dst, `\u2028`...)
			case '\u2029':
				dst = append(dst, `\u2029`...)
			default:
				dst = utf8.AppendRune(dst, r) // U+FFFD for a broken byte
			}
			i += size
			continue
		}
		i++
	}
	return append(dst, '"')
}

// scalar returns the text of a string, a number or a boolean, and whether the
// value is one of them.
func (v Value) scalar() (string, bool) {
	switch v.Kind() {
	case ValueString, ValueNumber, ValueBool:
		return v.node.text, true
	}
	return "", false
}

// merge returns the object that has the members of base and of over, where over
// wins. Values that are no objects count as empty; the result is null only if
// neither is an object.
func merge(base, over Value) Value {
	switch {
	case base.Kind() != ValueObject && over.Kind() != ValueObject:
		return Value{}
	case base.Kind() != ValueObject || base.Len() == 0:
		if over.Kind() == ValueObject {
			return over
		}
		return base
	case over.Kind() != ValueObject || over.Len() == 0:
		return base
	}
	at := make(map[string]int, base.Len())
	members := make([]member, base.Len(), base.Len()+over.Len())
	copy(members, base.node.members)
	for i, m := range members {
		at[m.key] = i
	}
	for _, m := range over.node.members {
		if i, ok := at[m.key]; ok {
			members[i] = m
			continue
		}
		members = append(members, m)
	}
	return Value{&valueNode{kind: ValueObject, members: members, offset: over.node.offset}}
}
