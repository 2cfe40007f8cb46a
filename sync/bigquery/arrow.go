package bigquery

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"strconv"

	"impact/sync/run"
)

// how a column of Arrow is laid out.
type how uint8

const (
	howText how = iota + 1 // UTF-8 or bytes, with offsets of 4 bytes
	howLarge
	howInt
	howFloat
	howBool
	howDays
	howMicros
	howClock
	howDecimal
)

// A shape is the type of a column.
type shape struct {
	how   how
	width int   // bytes of a value; 0: not fixed
	scale int   // of decimals
	mul   int64 // microseconds of a unit
	div   int64 // units of a microsecond
}

// A decoder reads record batches as the Storage Read API sends them: bare IPC
// messages, the schema apart. It reads them itself, because Arrow's library for
// Go trusts the lengths in a message, and a wrong one ends the process.
type decoder struct{ shapes []shape }

// newDecoder reads the schema, which must be that of the result.
func newDecoder(schema []byte, forms []form, names []string) (*decoder, error) {
	f, at, _, ok := split(schema, headerSchema)
	if !ok {
		return nil, fmt.Errorf("%w: not an Arrow schema", errBroken)
	}
	if f.number(at, schemaEndian, 2, 0) != 0 {
		return nil, fmt.Errorf("%w: numbers are big-endian", errBroken)
	}
	fields, n := f.vector(at, schemaFields, 4)
	if n != len(forms) {
		return nil, fmt.Errorf("%w: %d columns instead of %d", errBroken, n, len(forms))
	}
	d := &decoder{}
	for i := range n {
		field := f.follow(fields + 4*i)
		if name := f.text(field, fieldName); name != names[i] {
			return nil, fmt.Errorf("%w: the columns are in another order", errBroken)
		}
		_, children := f.vector(field, fieldChildren, 4)
		s, ok := f.shape(field, forms[i])
		if !ok || children > 0 || f.field(field, fieldDict) != 0 {
			return nil, fmt.Errorf("%w: column %d has another type", errBroken, i+1)
		}
		d.shapes = append(d.shapes, s)
	}
	if f.bad {
		return nil, fmt.Errorf("%w: an Arrow schema that contradicts itself", errBroken)
	}
	return d, nil
}

// shape reads the type of a field, if it is one for the form.
func (f *flatbuffer) shape(field int, want form) (shape, bool) {
	kind := 0
	if at := f.field(field, fieldTypeType); at != 0 {
		kind = f.u8(at)
	}
	t := f.sub(field, fieldType)
	if f.bad || t == 0 {
		return shape{}, false
	}
	s := shape{mul: 1, div: 1}
	ok := false
	switch kind {
	case typeUtf8, typeBinary:
		s.how, ok = howText, want == formText && kind == typeUtf8 || want == formBytes && kind == typeBinary
	case typeLargeUtf8, typeLargeBinary:
		s.how, ok = howLarge, want == formText && kind == typeLargeUtf8 || want == formBytes && kind == typeLargeBinary
	case typeInt:
		signed := f.field(t, 1)
		s.how, s.width, ok = howInt, 8, want == formInt && f.number(t, 0, 4, 0) == 64 && signed != 0 && f.u8(signed) == 1
	case typeFloat:
		s.how, s.width, ok = howFloat, 8, want == formFloat && f.number(t, 0, 2, 0) == 2
	case typeBool:
		s.how, ok = howBool, want == formBool
	case typeDate:
		s.how, s.width, ok = howDays, 4, want == formDate && f.number(t, 0, 2, 1) == 0
	case typeTime:
		s.how, s.width, ok = howClock, 8, want == formTime && f.number(t, 1, 4, 32) == 64 && s.unit(f.number(t, 0, 2, 1))
	case typeTimestamp:
		s.how, s.width, ok = howMicros, 8, (want == formTimestamp || want == formDateTime) && s.unit(f.number(t, 0, 2, 0))
	case typeDecimal:
		s.how, s.width, s.scale = howDecimal, f.number(t, 2, 4, 128)/8, f.number(t, 1, 4, 0)
		ok = want == formDecimal && (s.width == 16 || s.width == 32) && s.scale >= -maxExponent && s.scale <= maxExponent
	}
	return s, ok && !f.bad
}

// unit sets the unit of a time, by its number in Arrow's format.
func (s *shape) unit(n int) bool {
	switch n {
	case 0:
		s.mul = 1_000_000
	case 1:
		s.mul = 1_000
	case 2:
	case 3:
		s.div = 1_000
	default:
		return false
	}
	return true
}

// A batch is a record batch. Its memory is that of the message.
type batch struct {
	count int
	cols  []vector
	out   run.Row
	buf   []byte
}

// A vector is a column of a batch. The lengths of its parts were checked.
type vector struct {
	shape
	valid   []byte // bit i is 1 for a value; nil: no NULLs
	offsets []byte
	data    []byte
}

func (b *batch) rows() int { return b.count }

// decode reads a message into a batch.
func (d *decoder) decode(message []byte, b *batch) error {
	f, at, body, ok := split(message, headerBatch)
	if !ok {
		return fmt.Errorf("%w: not an Arrow batch", errBroken)
	}
	if f.field(at, batchCompression) != 0 {
		return fmt.Errorf("%w: a compressed batch, which was not asked for", errBroken)
	}
	rows := int64(0)
	if at := f.field(at, batchLength); at != 0 {
		rows = f.i64(at)
	}
	nodes, nodeCount := f.vector(at, batchNodes, 16)
	bufs, bufCount := f.vector(at, batchBuffers, 16)
	// No column needs less than a bit for a row.
	if f.bad || rows < 0 || rows > 8*int64(len(body)) || nodeCount != len(d.shapes) {
		return fmt.Errorf("%w: a batch of another shape", errBroken)
	}
	b.count, b.cols = int(rows), b.cols[:0]
	next := 0
	part := func() []byte {
		if next >= bufCount {
			f.bad = true
			return nil
		}
		from, n := f.i64(bufs+16*next), f.i64(bufs+16*next+8)
		next++
		if f.bad || from < 0 || n < 0 || from > int64(len(body))-n {
			f.bad = true
			return nil
		}
		return body[from : from+n : from+n]
	}
	for i, s := range d.shapes {
		v := vector{shape: s}
		length, nulls := f.i64(nodes+16*i), f.i64(nodes+16*i+8)
		if v.valid = part(); nulls == 0 {
			v.valid = nil
		} else if len(v.valid) == 0 && nulls < 0 {
			v.valid = nil // nobody counted, and nobody marked any
		} else if len(v.valid) < (b.count+7)/8 {
			f.bad = true
		}
		need := b.count * s.width
		switch s.how {
		case howText, howLarge:
			size := 4
			if s.how == howLarge {
				size = 8
			}
			if v.offsets = part(); b.count > 0 && len(v.offsets) < (b.count+1)*size {
				f.bad = true
			}
		case howBool:
			need = (b.count + 7) / 8
		}
		if v.data = part(); len(v.data) < need || length != rows {
			f.bad = true
		}
		if f.bad {
			return fmt.Errorf("%w: column %d of a batch contradicts the rest", errBroken, i+1)
		}
		b.cols = append(b.cols, v)
	}
	if next != bufCount {
		return fmt.Errorf("%w: a batch of another shape", errBroken)
	}
	if cap(b.out) < len(d.shapes) {
		b.out = make(run.Row, len(d.shapes))
	}
	b.out = b.out[:len(d.shapes)]
	return nil
}

// row implements block. Text is not copied.
func (b *batch) row(i int) (run.Row, error) {
	b.buf = b.buf[:0]
	for k := range b.cols {
		v := &b.cols[k]
		if v.valid != nil && v.valid[i>>3]>>(i&7)&1 == 0 {
			b.out[k] = nil
			continue
		}
		if v.how == howText || v.how == howLarge {
			text, ok := v.text(i)
			if !ok {
				return nil, fmt.Errorf("%w: column %d of a batch contradicts the rest", errBroken, k+1)
			}
			b.out[k] = text
			continue
		}
		at := len(b.buf)
		var err error
		if b.buf, err = v.append(b.buf, i); err != nil {
			return nil, fmt.Errorf("column %d: %w", k+1, err)
		}
		b.out[k] = b.buf[at:len(b.buf):len(b.buf)]
	}
	return b.out, nil
}

// text returns the bytes of a text, never nil.
func (v *vector) text(i int) ([]byte, bool) {
	var from, to uint64
	if v.how == howText {
		from, to = uint64(binary.LittleEndian.Uint32(v.offsets[4*i:])), uint64(binary.LittleEndian.Uint32(v.offsets[4*i+4:]))
	} else {
		from, to = binary.LittleEndian.Uint64(v.offsets[8*i:]), binary.LittleEndian.Uint64(v.offsets[8*i+8:])
	}
	if from > to || to > uint64(len(v.data)) {
		return nil, false
	}
	if from == to {
		return []byte{}, true
	}
	return v.data[from:to:to], true
}

func (v *vector) word(i int) uint64 { return binary.LittleEndian.Uint64(v.data[8*i:]) }

func (v *vector) append(dst []byte, i int) ([]byte, error) {
	switch v.how {
	case howInt:
		return strconv.AppendInt(dst, int64(v.word(i)), 10), nil
	case howFloat:
		return appendFloat(dst, math.Float64frombits(v.word(i))), nil
	case howBool:
		return append(dst, '0'+v.data[i>>3]>>(i&7)&1), nil
	case howDays:
		return appendDays(dst, int64(int32(binary.LittleEndian.Uint32(v.data[4*i:]))))
	case howMicros, howClock:
		x := int64(v.word(i))
		if x%v.div != 0 || x > math.MaxInt64/v.mul || x < math.MinInt64/v.mul {
			return dst, errForm // more than microseconds
		}
		if x = x / v.div * v.mul; v.how == howClock {
			return appendTime(dst, x)
		}
		return appendMicros(dst, x)
	case howDecimal:
		var w [4]uint64
		n := v.width / 8
		for k := range n {
			w[k] = v.word(i*n + k)
		}
		return appendWords(dst, w[:n], v.scale), nil
	}
	return dst, errForm
}

// appendWords writes a number in two's complement, lowest word first, with so
// many decimal places. It changes w.
func appendWords(dst []byte, w []uint64, scale int) []byte {
	neg := w[len(w)-1]>>63 == 1
	if neg {
		carry := uint64(1)
		for i := range w {
			w[i], carry = bits.Add64(^w[i], 0, carry)
		}
	}
	var text [100]byte // 256 bits are 78 digits
	at := len(text)
	for {
		top := len(w) - 1
		for top > 0 && w[top] == 0 {
			top--
		}
		w = w[:top+1]
		if top == 0 {
			var last [20]byte
			num := strconv.AppendUint(last[:0], w[0], 10)
			at -= len(num)
			copy(text[at:], num)
			break
		}
		var rem uint64
		for i := top; i >= 0; i-- {
			w[i], rem = bits.Div64(rem, w[i], 1e19)
		}
		for range 19 {
			at--
			text[at] = byte('0' + rem%10)
			rem /= 10
		}
	}
	num := text[at:]
	return appendPlain(dst, neg, num, len(num)-scale)
}
