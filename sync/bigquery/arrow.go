package bigquery

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/decimal256"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"impact/sync/run"
)

// A decoder reads record batches as the Storage Read API sends them: bare IPC
// messages, the schema apart. Memory of a batch is used where it is.
type decoder struct {
	feed  feed
	in    *ipc.Reader
	forms []form
}

func newDecoder(schema []byte, forms []form, names []string) (d *decoder, err error) {
	defer recovered(&err)
	d = &decoder{forms: forms, feed: feed{next: schema}}
	d.in, err = ipc.NewReaderFromMessageReader(&d.feed, ipc.WithAllocator(capped{memory.DefaultAllocator}))
	if err != nil {
		return nil, fmt.Errorf("%w: schema: %w", errBroken, err)
	}
	fields := d.in.Schema().Fields()
	if len(fields) != len(forms) {
		return nil, fmt.Errorf("%w: %d columns instead of %d", errBroken, len(fields), len(forms))
	}
	for i := range fields {
		if fields[i].Name != names[i] {
			return nil, fmt.Errorf("%w: the columns are in another order", errBroken)
		}
	}
	return d, nil
}

// recovered makes an error of a panic. The Arrow library trusts the lengths and
// offsets in a message.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: an Arrow message that contradicts itself", errBroken)
	}
}

// decode makes a batch of a message. The batch is valid until the next call.
func (d *decoder) decode(message []byte, into *batch) (err error) {
	defer recovered(&err)
	d.feed.next = message
	if !d.in.Next() {
		if err := d.in.Err(); err != nil {
			return fmt.Errorf("%w: %w", errBroken, err)
		}
		return fmt.Errorf("%w: a message without rows", errBroken)
	}
	return into.set(d.in.RecordBatch(), d.forms)
}

// feed gives messages to the reader of the library, without copying them.
type feed struct{ next []byte }

// Message implements ipc.MessageReader.
func (f *feed) Message() (*ipc.Message, error) {
	b := f.next
	f.next = nil
	if len(b) == 0 {
		return nil, io.EOF
	}
	at := 0
	if len(b) >= 8 && binary.LittleEndian.Uint32(b) == math.MaxUint32 {
		at = 4
	}
	if len(b) < at+4 {
		return nil, io.ErrUnexpectedEOF
	}
	n := binary.LittleEndian.Uint32(b[at:])
	at += 4
	if n == 0 || uint64(n) > uint64(len(b)-at) {
		return nil, io.ErrUnexpectedEOF
	}
	meta, body := b[at:at+int(n)], b[at+int(n):]
	if (at+int(n))%8 != 0 {
		body = append([]byte(nil), body...) // numbers in it are aligned
	}
	m := ipc.NewMessage(memory.NewBufferBytes(meta), memory.NewBufferBytes(body))
	if n := m.BodyLen(); n < 0 || n > int64(len(body)) {
		return nil, io.ErrUnexpectedEOF
	}
	return m, nil
}

// Retain implements ipc.MessageReader: the garbage collector does it.
func (f *feed) Retain() {}

// Release implements ipc.MessageReader.
func (f *feed) Release() {}

// capped refuses to allocate what no message can need.
type capped struct{ memory.Allocator }

func (c capped) Allocate(n int) []byte {
	if n < 0 || n > answerLimit {
		panic("too much memory for one message")
	}
	return c.Allocator.Allocate(n)
}

func (c capped) Reallocate(n int, b []byte) []byte {
	if n < 0 || n > answerLimit {
		panic("too much memory for one message")
	}
	return c.Allocator.Reallocate(n, b)
}

// A batch is a record batch whose columns were looked at once: a row is then
// made without asking for types again.
type batch struct {
	count int
	cols  []vector
	out   run.Row
	buf   []byte
}

// A vector is a column of a batch; which of the slices is set depends on how.
type vector struct {
	how     how
	nulls   []byte // bit i+offset is 1 for a value; nil: no NULLs
	offset  int
	data    []byte
	off32   []int32
	off64   []int64
	ints    []int64
	floats  []float64
	days    []arrow.Date32
	stamps  []arrow.Timestamp
	clocks  []arrow.Time64
	dec128  []decimal128.Num
	dec256  []decimal256.Num
	scale   int
	mul     int64 // microseconds of a unit
	div     int64
	boolean *array.Boolean
}

type how uint8

const (
	byText32 how = iota
	byText64
	byInt
	byFloat
	byBool
	byDays
	byMicros
	byClock
	byDecimal128
	byDecimal256
)

func (b *batch) rows() int { return b.count }

func (b *batch) set(rec arrow.RecordBatch, forms []form) error {
	n := rec.NumRows()
	if int(rec.NumCols()) != len(forms) || n < 0 || n > math.MaxInt32 {
		return fmt.Errorf("%w: a batch of another shape", errBroken)
	}
	b.count = int(n)
	b.cols = b.cols[:0]
	for i := range forms {
		v, err := newVector(rec.Column(i), forms[i], b.count)
		if err != nil {
			return fmt.Errorf("%w: column %d: %w", errBroken, i+1, err)
		}
		b.cols = append(b.cols, v)
	}
	if cap(b.out) < len(forms) {
		b.out = make(run.Row, len(forms))
	}
	b.out = b.out[:len(forms)]
	return nil
}

// newVector takes an array apart, if it has the type that the form asks for.
func newVector(a arrow.Array, f form, rows int) (vector, error) {
	unfit := func() (vector, error) { return vector{}, fmt.Errorf("it comes as %s", a.DataType()) }
	if a.Len() != rows {
		return vector{}, errForm
	}
	v := vector{offset: a.Data().Offset(), mul: 1, div: 1}
	if a.NullN() > 0 {
		v.nulls = a.NullBitmapBytes()
		if len(v.nulls)*8 < v.offset+rows {
			return vector{}, errForm
		}
	}
	switch a := a.(type) {
	case *array.String:
		v.how, v.off32, v.data = byText32, a.ValueOffsets(), buffer(a, 2)
		if f != formText {
			return unfit()
		}
	case *array.Binary:
		v.how, v.off32, v.data = byText32, a.ValueOffsets(), buffer(a, 2)
		if f != formBytes {
			return unfit()
		}
	case *array.LargeString:
		v.how, v.off64, v.data = byText64, a.ValueOffsets(), buffer(a, 2)
		if f != formText {
			return unfit()
		}
	case *array.LargeBinary:
		v.how, v.off64, v.data = byText64, a.ValueOffsets(), buffer(a, 2)
		if f != formBytes {
			return unfit()
		}
	case *array.Int64:
		v.how, v.ints = byInt, a.Int64Values()
		if f != formInt {
			return unfit()
		}
	case *array.Float64:
		v.how, v.floats = byFloat, a.Float64Values()
		if f != formFloat {
			return unfit()
		}
	case *array.Boolean:
		v.how, v.boolean = byBool, a
		if f != formBool {
			return unfit()
		}
	case *array.Date32:
		v.how, v.days = byDays, a.Date32Values()
		if f != formDate {
			return unfit()
		}
	case *array.Timestamp:
		v.how = byMicros
		v.stamps = a.TimestampValues()
		v.unit(a.DataType().(*arrow.TimestampType).Unit)
		if f != formDateTime && f != formTimestamp {
			return unfit()
		}
	case *array.Time64:
		v.how = byClock
		v.clocks = a.Time64Values()
		v.unit(a.DataType().(*arrow.Time64Type).Unit)
		if f != formTime {
			return unfit()
		}
	case *array.Decimal128:
		v.how, v.dec128, v.scale = byDecimal128, a.Values(), int(a.DataType().(*arrow.Decimal128Type).Scale)
		if f != formDecimal {
			return unfit()
		}
	case *array.Decimal256:
		v.how, v.dec256, v.scale = byDecimal256, a.Values(), int(a.DataType().(*arrow.Decimal256Type).Scale)
		if f != formDecimal {
			return unfit()
		}
	default:
		return unfit()
	}
	if v.scale < -maxExponent || v.scale > maxExponent {
		return vector{}, errForm
	}
	return v, nil
}

func buffer(a arrow.Array, i int) []byte {
	if b := a.Data().Buffers()[i]; b != nil {
		return b.Bytes()
	}
	return []byte{}
}

func (v *vector) unit(u arrow.TimeUnit) {
	switch u {
	case arrow.Second:
		v.mul = 1_000_000
	case arrow.Millisecond:
		v.mul = 1_000
	case arrow.Nanosecond:
		v.div = 1_000
	}
}

// row implements block. Text is not copied.
func (b *batch) row(i int) (row run.Row, err error) {
	defer recovered(&err)
	b.buf = b.buf[:0]
	for k := range b.cols {
		v := &b.cols[k]
		if v.nulls != nil {
			if at := i + v.offset; v.nulls[at>>3]>>(at&7)&1 == 0 {
				b.out[k] = nil
				continue
			}
		}
		switch v.how {
		case byText32:
			b.out[k] = v.data[v.off32[i]:v.off32[i+1]:v.off32[i+1]]
			continue
		case byText64:
			b.out[k] = v.data[v.off64[i]:v.off64[i+1]:v.off64[i+1]]
			continue
		}
		at := len(b.buf)
		if b.buf, err = v.append(b.buf, i); err != nil {
			return nil, fmt.Errorf("column %d: %w", k+1, err)
		}
		b.out[k] = b.buf[at:len(b.buf):len(b.buf)]
	}
	return b.out, nil
}

func (v *vector) append(dst []byte, i int) ([]byte, error) {
	switch v.how {
	case byInt:
		return strconv.AppendInt(dst, v.ints[i], 10), nil
	case byFloat:
		return appendFloat(dst, v.floats[i]), nil
	case byBool:
		if v.boolean.Value(i) {
			return append(dst, '1'), nil
		}
		return append(dst, '0'), nil
	case byDays:
		return appendDays(dst, int64(v.days[i]))
	case byMicros:
		us, ok := v.micros(int64(v.stamps[i]))
		if !ok {
			return dst, errForm
		}
		return appendMicros(dst, us)
	case byClock:
		us, ok := v.micros(int64(v.clocks[i]))
		if !ok {
			return dst, errForm
		}
		return appendTime(dst, us)
	case byDecimal128:
		w := [2]uint64{v.dec128[i].LowBits(), uint64(v.dec128[i].HighBits())}
		return appendWords(dst, w[:], v.scale), nil
	case byDecimal256:
		w := v.dec256[i].Array()
		return appendWords(dst, w[:], v.scale), nil
	}
	return dst, errForm
}

// micros brings a value to microseconds, if that loses nothing.
func (v *vector) micros(x int64) (int64, bool) {
	ok := x%v.div == 0 && x <= math.MaxInt64/v.mul && x >= math.MinInt64/v.mul
	return x / v.div * v.mul, ok
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
	var text [100]byte
	at := len(text)
	for {
		top := len(w) - 1
		for top > 0 && w[top] == 0 {
			top--
		}
		w = w[:top+1]
		if top == 0 {
			num := strconv.AppendUint(text[:0:20], w[0], 10)
			// The number may overlap nothing: at is beyond 20 here.
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
