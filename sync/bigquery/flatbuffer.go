package bigquery

import "encoding/binary"

// A flatbuffer reads the metadata of Arrow messages. Every read is checked: bad
// is set once the buffer points outside of itself, and stays. What is read then
// is 0.
type flatbuffer struct {
	b   []byte
	bad bool
}

func (f *flatbuffer) has(at, size int) bool {
	if at < 0 || size < 0 || at > len(f.b)-size {
		f.bad = true
	}
	return !f.bad
}

func (f *flatbuffer) u8(at int) int {
	if !f.has(at, 1) {
		return 0
	}
	return int(f.b[at])
}

func (f *flatbuffer) u16(at int) int {
	if !f.has(at, 2) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(f.b[at:]))
}

func (f *flatbuffer) i32(at int) int {
	if !f.has(at, 4) {
		return 0
	}
	return int(int32(binary.LittleEndian.Uint32(f.b[at:])))
}

func (f *flatbuffer) i64(at int) int64 {
	if !f.has(at, 8) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(f.b[at:]))
}

// follow returns what an offset at a place points to. Offsets point forward.
func (f *flatbuffer) follow(at int) int {
	n := f.i32(at)
	if n <= 0 {
		f.bad = true
		return 0
	}
	return at + n
}

// field returns where field number i of a table is, 0 if it has its default.
func (f *flatbuffer) field(table, i int) int {
	vtable := table - f.i32(table)
	if size := f.u16(vtable); f.bad || 4+2*i+2 > size {
		return 0
	}
	at := f.u16(vtable + 4 + 2*i)
	if f.bad || at == 0 {
		return 0
	}
	return table + at
}

// sub returns the table, or the text, that a field refers to, 0 if there is none.
func (f *flatbuffer) sub(table, i int) int {
	if at := f.field(table, i); at != 0 {
		return f.follow(at)
	}
	return 0
}

// vector returns the elements of a field, and how many there are, each of so
// many bytes.
func (f *flatbuffer) vector(table, i, size int) (at, count int) {
	if at = f.sub(table, i); at == 0 {
		return 0, 0
	}
	count = f.i32(at)
	if f.bad || count < 0 || count > len(f.b)/size || !f.has(at+4, count*size) {
		f.bad = true
		return 0, 0
	}
	return at + 4, count
}

func (f *flatbuffer) text(table, i int) string {
	at, n := f.vector(table, i, 1)
	if at == 0 {
		return ""
	}
	return string(f.b[at : at+n])
}

// number returns a field of 2 or 4 bytes.
func (f *flatbuffer) number(table, i, size, otherwise int) int {
	at := f.field(table, i)
	switch {
	case at == 0:
		return otherwise
	case size == 2:
		return int(int16(f.u16(at))) //nolint:gosec // enumerations of two bytes
	}
	return f.i32(at)
}

// The parts of Arrow's format that are used here, by their numbers in its
// Message.fbs and Schema.fbs.
const (
	messageHeaderType = 1
	messageHeader     = 2
	messageBody       = 3
	headerSchema      = 1
	headerBatch       = 3

	schemaEndian  = 0
	schemaFields  = 1
	fieldName     = 0
	fieldTypeType = 2
	fieldType     = 3
	fieldDict     = 4
	fieldChildren = 5

	typeInt         = 2
	typeFloat       = 3
	typeBinary      = 4
	typeUtf8        = 5
	typeBool        = 6
	typeDecimal     = 7
	typeDate        = 8
	typeTime        = 9
	typeTimestamp   = 10
	typeLargeBinary = 19
	typeLargeUtf8   = 20

	batchLength      = 0
	batchNodes       = 1
	batchBuffers     = 2
	batchCompression = 3
)

// split takes a message apart, and returns the position of its header.
func split(message []byte, header int) (f *flatbuffer, at int, body []byte, ok bool) {
	f = &flatbuffer{b: message}
	start := 0
	if f.i32(0) == -1 { // a mark that older writers leave out
		start = 4
	}
	n := f.i32(start)
	start += 4
	if n <= 0 || !f.has(start, n) {
		return nil, 0, nil, false
	}
	f.b, body = message[start:start+n], message[start+n:]
	root := f.follow(0)
	kind := 0
	if at := f.field(root, messageHeaderType); at != 0 {
		kind = f.u8(at)
	}
	size := int64(0)
	if at := f.field(root, messageBody); at != 0 {
		size = f.i64(at)
	}
	at = f.sub(root, messageHeader)
	if f.bad || at == 0 || kind != header || size < 0 || size > int64(len(body)) {
		return nil, 0, nil, false
	}
	return f, at, body[:size], true
}
