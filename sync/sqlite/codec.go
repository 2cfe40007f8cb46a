package sqlite

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/value"
)

// codec brings the values of one column into canonical form, and that form to
// and from what SQLite keeps.
type codec struct {
	columnType
	kind    plan.Kind
	notNull bool
	zone    *time.Location
}

var (
	errExact = errors.New("more digits than SQLite keeps of a number: about 15")
	errBool  = errors.New("neither true nor false")
	errClock = errors.New("a time in a column of days")
)

func newCodec(kind plan.Kind, col *destination.Column, zone *time.Location) (codec, error) {
	t, err := parseType(col)
	if err != nil {
		return codec{}, fmt.Errorf("column %s: %w", col.Name, err)
	}
	return codec{columnType: t, kind: kind, notNull: col.NotNull, zone: zone}, nil
}

// encode returns the canonical form of a value as the source has it.
func (c *codec) encode(v []byte) ([]byte, error) {
	if v == nil {
		if c.notNull {
			return nil, value.ErrNull
		}
		return nil, nil
	}
	if len(v) == 0 && c.kind == plan.Unknown && c.family != famText && c.family != famBinary {
		return c.encode(nil) // files without types write NULL as nothing
	}
	switch c.family {
	case famInt:
		return c.integer(v)
	case famBool:
		return c.boolean(v)
	case famDecimal:
		return c.decimal(v)
	case famFloat:
		return c.float(v)
	case famText:
		return c.text(v)
	case famBinary:
		if c.length > 0 && len(v) > c.length {
			return nil, value.ErrLong
		}
		return v, nil
	case famDate, famDateTime:
		return c.datetime(v)
	case famTime:
		return c.clock(v)
	case famJSON:
		return c.json(v)
	}
	return nil, fmt.Errorf("type %s is not supported", c.base)
}

// words reads the words for true and false where a source has no type for them.
func (c *codec) words(v []byte) []byte {
	if c.kind == plan.Unknown || c.kind == plan.String {
		if b, ok := value.Boolean(v); ok {
			return b
		}
	}
	return v
}

func (c *codec) integer(v []byte) ([]byte, error) {
	if len(v) < 19 && value.Plain(v) {
		return v, nil // most are
	}
	if c.base == "tinyint" {
		v = c.words(v)
	}
	neg, whole, frac, err := value.SplitDecimal(v)
	if err != nil {
		return nil, err
	}
	if len(frac) > 0 {
		return nil, value.ErrScale
	}
	out := value.JoinDecimal(neg, whole, nil, 0)
	if _, err := strconv.ParseInt(string(out), 10, 64); err != nil || (neg && c.unsigned) {
		return nil, value.ErrRange
	}
	return out, nil
}

func (c *codec) boolean(v []byte) ([]byte, error) {
	v = c.words(v)
	if len(v) == 1 && (v[0] == '0' || v[0] == '1') {
		return v, nil
	}
	return nil, errBool
}

// parseFloat reads a finite number; there is no negative zero.
func parseFloat(v []byte) (float64, error) {
	f, err := strconv.ParseFloat(string(v), 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, value.ErrRange
	case err != nil:
		return 0, value.ErrNumber
	case math.IsNaN(f) || math.IsInf(f, 0):
		return 0, value.ErrNotFinite
	case f == 0:
		return 0, nil
	}
	return f, nil
}

// decimal takes only what comes back as it went: SQLite keeps a number with
// decimal places as a double.
func (c *codec) decimal(v []byte) ([]byte, error) {
	v = c.words(v)
	if c.kind == plan.Float {
		f, err := parseFloat(v)
		if err != nil {
			return nil, err
		}
		// A float has no number of decimal places of its own: it is rounded to
		// the column's.
		v = strconv.AppendFloat(nil, f, 'f', c.scale, 64)
	}
	neg, whole, frac, err := value.SplitDecimal(v)
	if err != nil {
		return nil, err
	}
	scale := c.scale
	if scale < 0 {
		scale = len(frac)
	}
	if len(frac) > scale {
		return nil, value.ErrScale
	}
	digits := len(whole)
	if string(whole) == "0" {
		digits = 0
	}
	if (c.digits > 0 && digits > c.digits-scale) || (c.unsigned && neg) {
		return nil, value.ErrRange
	}
	out := value.JoinDecimal(neg, whole, frac, scale)
	if len(whole)+scale <= 15 {
		return out, nil // a double keeps so many digits
	}
	if got := c.decode(c.param(out)); string(got) != string(out) {
		return nil, errExact
	}
	return out, nil
}

// number is how a number is bound: an integer where it is one, so that nothing
// of it is lost, else a double.
func number(v []byte) any {
	neg, whole, frac, err := value.SplitDecimal(v)
	if err == nil && len(frac) == 0 {
		if n, err := strconv.ParseInt(string(value.JoinDecimal(neg, whole, nil, 0)), 10, 64); err == nil {
			return n
		}
	}
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		return string(v) // not a number, or larger than any: encode refuses it
	}
	return f
}

// float takes what a double can hold. Of numbers that are exact where they come
// from, no digit may be lost.
func (c *codec) float(v []byte) ([]byte, error) {
	f, err := parseFloat(c.words(v))
	if err != nil {
		return nil, err
	}
	if c.unsigned && f < 0 {
		return nil, value.ErrRange
	}
	if c.kind == plan.Int || c.kind == plan.Decimal {
		neg, whole, frac, err := value.SplitDecimal(v)
		if err != nil {
			return nil, err
		}
		if string(value.JoinDecimal(neg, whole, frac, len(frac))) != string(exact(f)) {
			return nil, errExact
		}
	}
	return value.FormatFloat(f), nil
}

// exact writes the shortest decimal that is this double, without an exponent.
func exact(f float64) []byte {
	if f == 0 {
		return []byte("0")
	}
	return strconv.AppendFloat(nil, f, 'f', -1, 64)
}

func (c *codec) text(v []byte) ([]byte, error) {
	switch c.kind {
	case plan.Bool:
		if string(v) == "1" {
			v = []byte("true")
		} else {
			v = []byte("false")
		}
	case plan.JSON:
		j, err := value.JSON(v, value.Exact)
		if err != nil {
			return nil, err
		}
		v = j
	}
	if !utf8.Valid(v) {
		return nil, value.ErrUTF8
	}
	if c.length > 0 && len(v) > c.length && utf8.RuneCount(v) > c.length {
		return nil, value.ErrLong
	}
	return v, nil
}

// datetime writes a time as Rails does: microseconds, or nothing where there
// are none. Digits beyond the column's precision are cut off.
func (c *codec) datetime(v []byte) ([]byte, error) {
	t, zoned, err := value.ParseTime(string(v))
	if err != nil {
		return nil, err
	}
	if c.family == famDateTime && (zoned || c.kind == plan.Timestamp) {
		t = t.In(c.zone)
	}
	if y := t.Year(); y < 0 || y > 9999 {
		return nil, value.ErrRange
	}
	if c.family == famDate {
		if h, m, sec := t.Clock(); h != 0 || m != 0 || sec != 0 || t.Nanosecond() != 0 {
			return nil, errClock
		}
		return t.AppendFormat(nil, "2006-01-02"), nil
	}
	return c.fraction(t.AppendFormat(make([]byte, 0, 26), "2006-01-02 15:04:05"), t.Nanosecond()), nil
}

// clock writes a time of day as Rails does: on the first day of 2000.
func (c *codec) clock(v []byte) ([]byte, error) {
	t, err := time.Parse("15:04:05.999999999", string(v))
	if err != nil {
		if t, err = time.Parse("2006-01-02 15:04:05.999999999", string(v)); err != nil {
			return nil, value.ErrTime
		}
	}
	return c.fraction(t.AppendFormat([]byte("2000-01-01 "), "15:04:05"), t.Nanosecond()), nil
}

func (c *codec) fraction(dst []byte, nanos int) []byte {
	unit := int(math.Pow10(9 - c.scale))
	nanos -= nanos % unit
	if nanos < 1000 {
		return dst
	}
	return value.AppendFraction(dst, nanos, 6)
}

func (c *codec) json(v []byte) ([]byte, error) {
	if c.kind == plan.Bool {
		if string(v) == "1" {
			return []byte("true"), nil
		}
		return []byte("false"), nil
	}
	j, err := value.JSON(v, value.Exact)
	if err != nil {
		return nil, err
	}
	if c.affinity == affNumeric && isNumber(j) && string(c.decode(c.param(j))) != string(j) {
		return nil, errExact
	}
	return j, nil
}

// isNumber reports whether a JSON text is a number: SQLite would keep it as one.
func isNumber(j []byte) bool { return len(j) > 0 && (j[0] == '-' || (j[0] >= '0' && j[0] <= '9')) }

// param is what is bound for a canonical value.
func (c *codec) param(v []byte) any {
	if v == nil {
		return nil
	}
	switch c.family {
	case famInt, famBool, famDecimal:
		return number(v)
	case famFloat:
		f, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			return string(v)
		}
		return f
	case famBinary:
		return v
	case famJSON:
		if c.affinity == affNumeric && isNumber(v) {
			return number(v)
		}
	}
	return string(v)
}

// decode returns the canonical form of what SQLite has. A value of another
// storage class than the column's has a form that no value of a model has, so
// it differs from all of them.
func (c *codec) decode(v any) []byte {
	if v == nil {
		return nil
	}
	switch x := v.(type) {
	case int64:
		switch c.family {
		case famInt, famBool, famJSON:
			return strconv.AppendInt(nil, x, 10)
		case famDecimal:
			s := strconv.AppendInt(nil, x, 10)
			return value.JoinDecimal(false, s, nil, max(c.scale, 0))
		case famFloat:
			return value.FormatFloat(float64(x))
		}
	case float64:
		if out, ok := c.decodeFloat(x); ok {
			return out
		}
	case string:
		switch c.family {
		case famText, famDate, famDateTime, famTime:
			return []byte(x)
		case famJSON:
			if j, err := value.JSON([]byte(x), value.Exact); err == nil {
				return j
			}
		}
	case []byte:
		if c.family == famBinary {
			if x == nil {
				return []byte{}
			}
			return x
		}
	}
	return fmt.Appendf(nil, "\x00%T %v", v, v)
}

func (c *codec) decodeFloat(f float64) ([]byte, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, false
	}
	switch c.family {
	case famFloat:
		return value.FormatFloat(f), true
	case famJSON:
		return exact(f), true
	case famDecimal:
		if f == 0 {
			return value.JoinDecimal(false, []byte("0"), nil, max(c.scale, 0)), true
		}
		out := strconv.AppendFloat(nil, f, 'f', c.scale, 64)
		// Digits beyond the column's places make it another number.
		back, err := strconv.ParseFloat(string(out), 64)
		return out, err == nil && back == f
	}
	return nil, false
}

// foreign reports whether a decoded value is not of the column's kind.
func foreign(v []byte) bool { return len(v) > 0 && v[0] == 0 }

// numeric reports whether canonical values are ordered as numbers.
func (c *codec) numeric() bool {
	return c.family == famInt || c.family == famBool || c.family == famDecimal
}
