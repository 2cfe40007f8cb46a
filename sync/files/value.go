package files

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"impact/sync/plan"
)

func isNull(arr arrow.Array, i int) bool {
	return arr.IsNull(i) || arr.DataType().ID() == arrow.NULL // which keeps no marks
}

// appendText appends a value that is not NULL in the form of its kind.
func (s *shape) appendText(dst []byte, arr arrow.Array, i int) ([]byte, error) {
	if s.form != plainForm {
		return s.appendSpecial(dst, arr, i)
	}
	switch a := arr.(type) {
	case *array.Int64:
		return strconv.AppendInt(dst, a.Value(i), 10), nil
	case *array.String:
		return append(dst, a.Value(i)...), nil
	case *array.LargeString:
		return append(dst, a.Value(i)...), nil
	case *array.Float64:
		return appendFloat(dst, a.Value(i)), nil
	case *array.Timestamp:
		return appendTimestamp(dst, int64(a.Value(i)), unitOf(arr), ' '), nil
	case *array.Date32:
		return appendDate(dst, int64(a.Value(i))), nil
	case *array.Boolean:
		if a.Value(i) {
			return append(dst, '1'), nil
		}
		return append(dst, '0'), nil
	case *array.Decimal128:
		return appendDecimal128(dst, a.Value(i), scaleOf(arr)), nil
	case *array.Decimal256:
		return appendBig(dst, a.Value(i).BigInt(), scaleOf(arr)), nil
	case *array.Int8:
		return strconv.AppendInt(dst, int64(a.Value(i)), 10), nil
	case *array.Int16:
		return strconv.AppendInt(dst, int64(a.Value(i)), 10), nil
	case *array.Int32:
		return strconv.AppendInt(dst, int64(a.Value(i)), 10), nil
	case *array.Uint8:
		return strconv.AppendUint(dst, uint64(a.Value(i)), 10), nil
	case *array.Uint16:
		return strconv.AppendUint(dst, uint64(a.Value(i)), 10), nil
	case *array.Uint32:
		return strconv.AppendUint(dst, uint64(a.Value(i)), 10), nil
	case *array.Uint64:
		return strconv.AppendUint(dst, a.Value(i), 10), nil
	case *array.Float16:
		return appendFloat(dst, float64(a.Value(i).Float32())), nil
	case *array.Float32:
		return appendFloat(dst, float64(a.Value(i))), nil
	case *array.Binary:
		return append(dst, a.Value(i)...), nil
	case *array.LargeBinary:
		return append(dst, a.Value(i)...), nil
	case *array.FixedSizeBinary:
		return append(dst, a.Value(i)...), nil
	case *array.Date64:
		return appendDate(dst, floor(int64(a.Value(i)), 86_400_000)), nil
	case *array.Time32:
		return appendClock(dst, int64(a.Value(i)), unitOf(arr)), nil
	case *array.Time64:
		return appendClock(dst, int64(a.Value(i)), unitOf(arr)), nil
	}
	return nil, fmt.Errorf("values of type %s are not read", arr.DataType().Name())
}

func (s *shape) appendSpecial(dst []byte, arr arrow.Array, i int) ([]byte, error) {
	switch s.form {
	case uuidForm:
		b, err := fixed(arr, i, 16)
		if err != nil {
			return nil, err
		}
		return fmt.Appendf(dst, "%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
	case intervalForm:
		b, err := fixed(arr, i, 12)
		if err != nil {
			return nil, err
		}
		return appendInterval(dst, binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])), nil
	}
	return s.appendJSON(dst, arr, i)
}

// fixed returns the bytes of a value of this size.
func fixed(arr arrow.Array, i, size int) ([]byte, error) {
	if ext, ok := arr.(array.ExtensionArray); ok {
		arr = ext.Storage()
	}
	if a, ok := arr.(*array.FixedSizeBinary); ok {
		if b := a.Value(i); len(b) == size {
			return b, nil
		}
	}
	return nil, errors.New("a value of unexpected size")
}

// appendInterval writes years, months, days and time, as BigQuery does.
func appendInterval(dst []byte, months, days, millis uint32) []byte {
	dst = fmt.Appendf(dst, "%d-%d %d ", months/12, months%12, days)
	sec := millis / 1000
	dst = fmt.Appendf(dst, "%d:%d:%d", sec/3600, sec/60%60, sec%60)
	return appendFraction(dst, int64(millis%1000)*1_000_000)
}

func unitOf(arr arrow.Array) arrow.TimeUnit {
	if t, ok := arr.DataType().(arrow.TemporalWithUnit); ok {
		return t.TimeUnit()
	}
	return arrow.Microsecond
}

func scaleOf(arr arrow.Array) int {
	if t, ok := arr.DataType().(arrow.DecimalType); ok {
		return int(t.GetScale())
	}
	return 0
}

// appendFloat writes the shortest number that is read back as f.
func appendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}

func appendDecimal128(dst []byte, n decimal128.Num, scale int) []byte {
	if lo := int64(n.LowBits()); n.HighBits() == lo>>63 { // it fits
		from := len(dst)
		return point(strconv.AppendInt(dst, lo, 10), from, scale)
	}
	return appendBig(dst, n.BigInt(), scale)
}

func appendBig(dst []byte, n *big.Int, scale int) []byte {
	from := len(dst)
	return point(n.Append(dst, 10), from, scale)
}

// point puts a decimal point into the digits that begin at from.
func point(dst []byte, from, scale int) []byte {
	if from < len(dst) && dst[from] == '-' {
		from++
	}
	for ; scale < 0; scale++ {
		dst = append(dst, '0')
	}
	if scale == 0 {
		return dst
	}
	for len(dst)-from <= scale { // ".5" needs a digit in front
		dst = append(dst, 0)
		copy(dst[from+1:], dst[from:])
		dst[from] = '0'
	}
	dst = append(dst, 0)
	at := len(dst) - 1 - scale
	copy(dst[at+1:], dst[at:])
	dst[at] = '.'
	return dst
}

// floor divides and rounds down.
func floor(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}

func appendDate(dst []byte, days int64) []byte {
	return appendDay(dst, time.Unix(days*86_400, 0).UTC())
}

func appendDay(dst []byte, t time.Time) []byte {
	y, m, d := t.Date()
	if y < 0 || y > 9999 {
		return t.AppendFormat(dst, "2006-01-02") // no database takes it
	}
	dst = append(dst, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-')
	dst = append(two(dst, int(m)), '-')
	return two(dst, d)
}

func two(dst []byte, n int) []byte { return append(dst, byte('0'+n/10%10), byte('0'+n%10)) }

// appendTimestamp writes a day, sep, and the time of the day.
func appendTimestamp(dst []byte, n int64, unit arrow.TimeUnit, sep byte) []byte {
	per := int64(unit.Multiplier()) // nanoseconds a unit
	perSec := int64(time.Second) / per
	sec := floor(n, perSec)
	nanos := (n - sec*perSec) * per
	t := time.Unix(sec, 0).UTC()
	dst = append(appendDay(dst, t), sep)
	h, m, s := t.Clock()
	dst = append(two(dst, h), ':')
	dst = append(two(dst, m), ':')
	return appendFraction(two(dst, s), nanos)
}

// appendFraction writes a point and the digits that are not zero, if any.
func appendFraction(dst []byte, nanos int64) []byte {
	if nanos == 0 {
		return dst
	}
	dst = append(dst, '.')
	for unit := int64(100_000_000); nanos > 0; unit /= 10 {
		dst = append(dst, byte('0'+nanos/unit))
		nanos %= unit
	}
	return dst
}

// appendClock writes a time of the day. One beyond its end stays one, so that it
// is refused and not taken for another.
func appendClock(dst []byte, n int64, unit arrow.TimeUnit) []byte {
	per := int64(unit.Multiplier())
	perSec := int64(time.Second) / per
	if n < 0 {
		dst = append(dst, '-')
		n = max(-n, 0)
	}
	sec := n / perSec
	if h := sec / 3600; h < 100 {
		dst = two(dst, int(h))
	} else {
		dst = strconv.AppendInt(dst, h, 10)
	}
	dst = two(append(dst, ':'), int(sec/60%60))
	dst = two(append(dst, ':'), int(sec%60))
	return appendFraction(dst, n%perSec*per)
}

// isText reports whether values of a kind are written into JSON in quotes.
func isText(kind plan.Kind) bool {
	switch kind {
	case plan.String, plan.Date, plan.Time:
		return true
	}
	return false
}
