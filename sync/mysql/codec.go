package mysql

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/value"
)

// codec brings the values of one column into canonical form: the text that the
// server would return for what it keeps.
type codec struct {
	columnType
	kind    plan.Kind
	notNull bool
	zone    *time.Location
}

// Errors of single values that only this server has.
var (
	errCharset = errors.New("a character that the column's character set lacks")
	errSkipped = errors.New("a time of day that the destination's time_zone skips when clocks go forward")
	errEnum    = errors.New("not a member of the column's ENUM")
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
	if len(v) == 0 && c.kind == plan.Unknown && c.family != famText && c.family != famBinary && c.family != famEnum {
		return c.encode(nil) // files without types write NULL as nothing
	}
	switch c.family {
	case famInt, famYear:
		return c.integer(v)
	case famBit:
		return c.bit(v)
	case famDecimal:
		return c.decimal(v)
	case famDouble, famFloat:
		return c.float(v)
	case famText:
		return c.text(v)
	case famEnum:
		for _, m := range c.members {
			if m == string(v) {
				return v, nil
			}
		}
		return nil, errEnum
	case famBinary:
		return c.binary(v)
	case famDate, famDateTime, famTimestamp:
		return c.datetime(v)
	case famTime:
		return c.clock(v)
	case famJSON:
		return c.json(v)
	}
	return nil, fmt.Errorf("type %s is not supported", c.base)
}

// decode returns the canonical form of a value as the server sends it.
func (c *codec) decode(v []byte) []byte {
	if v == nil {
		return nil
	}
	switch c.family {
	case famDouble, famFloat:
		// The driver reads numbers. They are written in the shortest form, as
		// value.FormatFloat does, but by database/sql with a negative zero.
		if string(v) == "-0" {
			return []byte("0")
		}
	case famDecimal:
		if len(v) > 1 && v[0] == '0' && v[1] != '.' { // ZEROFILL
			if neg, whole, frac, err := value.SplitDecimal(v); err == nil {
				return value.JoinDecimal(neg, whole, frac, c.scale)
			}
		}
	case famYear:
		if string(v) == "0" { // the driver reads numbers
			return []byte(yearZero)
		}
	case famJSON:
		if j, err := value.JSON(v, value.Doubles); err == nil {
			return j
		}
	}
	return v
}

// yearZero is the year 0. With one digit the server takes its text for 2000.
const yearZero = "0000"

func (c *codec) integer(v []byte) ([]byte, error) {
	if c.family == famInt && len(v) < len(c.max) && value.Plain(v) {
		return v, nil // most are
	}
	if c.kind == plan.Unknown || c.kind == plan.String {
		if b, ok := value.Boolean(v); ok && c.base == "tinyint" {
			v = b
		}
	}
	neg, whole, frac, err := value.SplitDecimal(v)
	if err != nil {
		return nil, err
	}
	if len(frac) > 0 {
		return nil, value.ErrScale
	}
	if c.family == famYear {
		n, err := strconv.Atoi(string(whole))
		if err == nil && n == 0 {
			return []byte(yearZero), nil
		}
		if err != nil || neg || n < 1901 || n > 2155 {
			return nil, value.ErrRange
		}
		return whole, nil
	}
	limit := c.max
	if neg {
		limit = c.min
	}
	if len(whole) > len(limit) || (len(whole) == len(limit) && string(whole) > limit) {
		return nil, value.ErrRange
	}
	return value.JoinDecimal(neg, whole, nil, 0), nil
}

func (c *codec) bit(v []byte) ([]byte, error) {
	if b, ok := value.Boolean(v); ok {
		v = b
	}
	n, err := strconv.ParseUint(string(v), 10, 64)
	if err != nil {
		return nil, value.ErrNumber
	}
	if c.length < 64 && n>>uint(c.length) != 0 {
		return nil, value.ErrRange
	}
	return strconv.AppendUint(nil, n, 10), nil
}

func (c *codec) decimal(v []byte) ([]byte, error) {
	if c.kind == plan.Float {
		f, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			return nil, value.ErrNumber
		}
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, value.ErrNotFinite
		}
		// A float has no number of decimal places of its own: it is rounded to
		// the column's.
		v = strconv.AppendFloat(nil, f, 'f', c.scale, 64)
	}
	if n := len(v) - c.scale - 1; c.scale > 0 && n > 0 && n < c.digits-c.scale && v[n] == '.' && value.Plain(v[:n]) && value.AllDigits(v[n+1:]) {
		return v, nil // canonical already
	}
	neg, whole, frac, err := value.SplitDecimal(v)
	if err != nil {
		return nil, err
	}
	if len(frac) > c.scale {
		return nil, value.ErrScale
	}
	digits := len(whole)
	if string(whole) == "0" {
		digits = 0
	}
	if digits > c.digits-c.scale {
		return nil, value.ErrRange
	}
	if c.unsigned && neg {
		return nil, value.ErrRange
	}
	return value.JoinDecimal(neg, whole, frac, c.scale), nil
}

func (c *codec) float(v []byte) ([]byte, error) {
	if c.family == famDouble && value.CanonicalFloat(v) && !(c.unsigned && v[0] == '-') {
		return v, nil // most are
	}
	bits := 64
	if c.family == famFloat {
		bits = 32
	}
	f, err := strconv.ParseFloat(string(v), bits)
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			return nil, value.ErrRange
		}
		return nil, value.ErrNumber
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, value.ErrNotFinite
	}
	if c.unsigned && f < 0 {
		return nil, value.ErrRange
	}
	return value.FormatFloat(f), nil
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
			return nil, value.ErrJSON
		}
		v = j
	}
	if c.fixed {
		v = bytes.TrimRight(v, " ") // CHAR does not keep them
	}
	if !utf8.Valid(v) {
		return nil, value.ErrUTF8
	}
	if c.length > 0 && len(v) > c.length && utf8.RuneCount(v) > c.length {
		return nil, value.ErrLong
	}
	if !inCharset(v, c.charset) {
		return nil, errCharset
	}
	if limit := blobBytes[c.base]; limit > 0 && len(v) > limit {
		// In bytes of the column's character set, of which none that matters
		// needs more than UTF-8.
		return nil, value.ErrLong
	}
	return v, nil
}

// inCharset reports whether a character set has all characters. Of sets that
// are not known here the server decides.
func inCharset(v []byte, charset string) bool {
	switch charset {
	case "ascii":
		for _, ch := range v {
			if ch >= utf8.RuneSelf {
				return false
			}
		}
	case "utf8", "utf8mb3", "ucs2":
		for _, ch := range v {
			if ch >= 0xf0 { // starts a character of four bytes
				return false
			}
		}
	case "latin1":
		for _, r := range string(v) {
			if r >= 0x100 && !strings.ContainsRune("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ", r) {
				return false
			}
		}
	}
	return true
}

func (c *codec) binary(v []byte) ([]byte, error) {
	if c.length > 0 && len(v) > c.length {
		return nil, value.ErrLong
	}
	if c.fixed && len(v) < c.length {
		out := make([]byte, c.length) // BINARY fills up with zeros
		copy(out, v)
		return out, nil
	}
	return v, nil
}

// canonicalTime reports whether v is a date and time as the column keeps it,
// well inside of every range, so that nothing needs to be read.
func (c *codec) canonicalTime(v []byte) bool {
	size := len("2006-01-02")
	if c.family != famDate {
		size += len(" 15:04:05")
		if c.scale > 0 {
			size += 1 + c.scale
		}
	}
	if len(v) != size || v[4] != '-' || v[7] != '-' {
		return false
	}
	two := func(i int) int {
		a, b := v[i]-'0', v[i+1]-'0'
		if a > 9 || b > 9 {
			return 100
		}
		return int(a)*10 + int(b)
	}
	century, year := two(0), two(2)
	if century < 19 || century > 20 || year > 99 || (century == 19 && year < 71) || (century == 20 && year > 37) {
		return false
	}
	month, day := two(5), two(8)
	if month < 1 || month > 12 || day < 1 || day > 28 {
		return false
	}
	if c.family == famDate {
		return true
	}
	if c.scale > 0 && (v[19] != '.' || !value.AllDigits(v[20:])) {
		return false
	}
	return v[10] == ' ' && v[13] == ':' && v[16] == ':' && two(11) < 24 && two(14) < 60 && two(17) < 60
}

func (c *codec) datetime(v []byte) ([]byte, error) {
	if c.unshifted() && c.canonicalTime(v) {
		return v, nil
	}
	s := string(v)
	t, zoned, err := value.ParseTime(s)
	if err != nil {
		return nil, err
	}
	instant := zoned || c.kind == plan.Timestamp
	switch c.family {
	case famDateTime:
		if instant {
			t = t.In(c.zone)
		}
	case famTimestamp:
		if !instant { // a wall clock of the destination
			wall := t
			t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), c.zone)
			if t.Day() != wall.Day() || t.Hour() != wall.Hour() || t.Minute() != wall.Minute() {
				return nil, errSkipped
			}
		}
		t = t.UTC()
		if t.Unix() < 1 || t.Unix() > math.MaxInt32 {
			return nil, value.ErrRange
		}
	}
	if y := t.Year(); y < 1 || y > 9999 {
		return nil, value.ErrRange
	}
	if c.family == famDate {
		if h, m, sec := t.Clock(); h != 0 || m != 0 || sec != 0 || t.Nanosecond() != 0 {
			return nil, errors.New("a time in a DATE column")
		}
		return t.AppendFormat(nil, "2006-01-02"), nil
	}
	return value.AppendFraction(t.AppendFormat(make([]byte, 0, 26), "2006-01-02 15:04:05"), t.Nanosecond(), c.scale), nil
}

func (c *codec) clock(v []byte) ([]byte, error) {
	t, err := time.Parse("15:04:05.999999999", string(v))
	if err != nil {
		return nil, value.ErrTime
	}
	return value.AppendFraction(t.AppendFormat(nil, "15:04:05"), t.Nanosecond(), c.scale), nil
}

func (c *codec) json(v []byte) ([]byte, error) {
	switch c.kind {
	case plan.JSON, plan.Unknown, plan.String:
	case plan.Bool:
		if string(v) == "1" {
			return []byte("true"), nil
		}
		return []byte("false"), nil
	}
	j, err := value.JSON(v, value.Doubles)
	if err != nil {
		return nil, value.ErrJSON
	}
	return j, nil
}

// idempotent reports whether encode is known to return each canonical value as
// it is. Of an ENUM it does not: the table may hold the member that is none.
func (c *codec) idempotent() bool {
	switch c.family {
	case famInt, famDouble:
		return true
	case famDecimal:
		return c.kind != plan.Float // a double does not have all digits
	case famText:
		return c.kind != plan.Bool && c.kind != plan.JSON // "1" becomes "true"
	case famBinary:
		return true
	case famDate, famDateTime, famTimestamp:
		return c.unshifted()
	}
	return false
}

// unshifted reports whether a date and time is kept as the source has it.
func (c *codec) unshifted() bool {
	utc := c.zone == time.UTC
	switch c.family {
	case famDate:
		return c.kind == plan.Date
	case famDateTime:
		return c.kind == plan.DateTime || (c.kind == plan.Timestamp && utc)
	case famTimestamp:
		return c.kind == plan.Timestamp || (c.kind == plan.DateTime && utc)
	}
	return false
}

// numeric reports whether canonical values are ordered as numbers.
func (c *codec) numeric() bool { return c.family == famInt || c.family == famDecimal }
