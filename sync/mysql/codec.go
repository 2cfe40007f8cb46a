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
)

// codec brings the values of one column into canonical form: the text that the
// server would return for what it keeps.
type codec struct {
	columnType
	kind    plan.Kind
	notNull bool
	zone    *time.Location
}

// Errors of single values. They say what is wrong, never the value.
var (
	errNull     = errors.New("NULL in a NOT NULL column")
	errNumber   = errors.New("not a number")
	errRange    = errors.New("out of range")
	errScale    = errors.New("more decimal places than the column keeps")
	errTime     = errors.New("not a date or time of the expected form")
	errLong     = errors.New("too long for the column")
	errUTF8     = errors.New("not valid UTF-8")
	errCharset  = errors.New("a character that the column's character set lacks")
	errEnum     = errors.New("not a member of the column's ENUM")
	errJSON     = errors.New("not valid JSON")
	errNotFinit = errors.New("NaN or infinite, which the database cannot keep")
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
			return nil, errNull
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
		// The driver reads numbers and writes them in the shortest form, as
		// formatFloat does.
		if string(v) == "-0" {
			return []byte("0")
		}
	case famJSON:
		if j, err := canonicalJSON(v); err == nil {
			return j
		}
	}
	return v
}

// boolean reads the words for true and false that files use.
func boolean(v []byte) ([]byte, bool) {
	switch strings.ToLower(string(v)) {
	case "true", "t", "yes", "y":
		return []byte("1"), true
	case "false", "f", "no", "n":
		return []byte("0"), true
	}
	return nil, false
}

// plain reports whether v is a number without sign and leading zeros.
func plain(v []byte) bool {
	return len(v) > 0 && (v[0] != '0' || len(v) == 1) && allDigits(v)
}

func (c *codec) integer(v []byte) ([]byte, error) {
	if c.family == famInt && len(v) < len(c.max) && plain(v) {
		return v, nil // most are
	}
	if c.kind == plan.Unknown || c.kind == plan.String {
		if b, ok := boolean(v); ok && c.base == "tinyint" {
			v = b
		}
	}
	neg, whole, frac, err := splitDecimal(v)
	if err != nil {
		return nil, err
	}
	if len(frac) > 0 {
		return nil, errScale
	}
	if c.family == famYear {
		if n, err := strconv.Atoi(string(whole)); err != nil || neg || n < 1901 || n > 2155 {
			return nil, errRange
		}
		return whole, nil
	}
	limit := c.max
	if neg {
		limit = c.min
	}
	if len(whole) > len(limit) || (len(whole) == len(limit) && string(whole) > limit) {
		return nil, errRange
	}
	return joinDecimal(neg, whole, nil, 0), nil
}

func (c *codec) bit(v []byte) ([]byte, error) {
	if b, ok := boolean(v); ok {
		v = b
	}
	n, err := strconv.ParseUint(string(v), 10, 64)
	if err != nil {
		return nil, errNumber
	}
	if c.length < 64 && n>>uint(c.length) != 0 {
		return nil, errRange
	}
	return strconv.AppendUint(nil, n, 10), nil
}

func (c *codec) decimal(v []byte) ([]byte, error) {
	if c.kind == plan.Float {
		f, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			return nil, errNumber
		}
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, errNotFinit
		}
		// A float has no number of decimal places of its own: it is rounded to
		// the column's.
		v = strconv.AppendFloat(nil, f, 'f', c.scale, 64)
	}
	if n := len(v) - c.scale - 1; c.scale > 0 && n > 0 && n < c.digits-c.scale && v[n] == '.' && plain(v[:n]) && allDigits(v[n+1:]) {
		return v, nil // canonical already
	}
	neg, whole, frac, err := splitDecimal(v)
	if err != nil {
		return nil, err
	}
	if len(frac) > c.scale {
		return nil, errScale
	}
	digits := len(whole)
	if string(whole) == "0" {
		digits = 0
	}
	if digits > c.digits-c.scale {
		return nil, errRange
	}
	if c.unsigned && neg {
		return nil, errRange
	}
	return joinDecimal(neg, whole, frac, c.scale), nil
}

// splitDecimal takes a decimal number apart: no leading zeros in whole, which
// is at least "0", no trailing zeros in frac, no sign for zero. An exponent is
// applied.
func splitDecimal(v []byte) (neg bool, whole, frac []byte, err error) {
	s := v
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg, s = s[0] == '-', s[1:]
	}
	exp := 0
	if i := bytes.IndexAny(s, "eE"); i >= 0 {
		if exp, err = strconv.Atoi(string(s[i+1:])); err != nil || exp > 400 || exp < -400 {
			return false, nil, nil, errNumber
		}
		s = s[:i]
	}
	whole, frac, _ = bytes.Cut(s, []byte("."))
	if len(whole)+len(frac) == 0 || !allDigits(whole) || !allDigits(frac) {
		return false, nil, nil, errNumber
	}
	if exp != 0 {
		all := append(append([]byte(nil), whole...), frac...)
		point := len(whole) + exp
		for point < 0 {
			all, point = append([]byte("0"), all...), point+1
		}
		for point > len(all) {
			all = append(all, '0')
		}
		whole, frac = all[:point], all[point:]
	}
	whole = bytes.TrimLeft(whole, "0")
	frac = bytes.TrimRight(frac, "0")
	if len(whole) == 0 {
		whole = []byte("0")
		if len(frac) == 0 {
			neg = false
		}
	}
	return neg, whole, frac, nil
}

func allDigits(s []byte) bool {
	for _, ch := range s {
		if ch < '0' || ch > '9' {
			return false
		}
	}
	return true
}

func joinDecimal(neg bool, whole, frac []byte, scale int) []byte {
	out := make([]byte, 0, 2+len(whole)+scale)
	if neg {
		out = append(out, '-')
	}
	out = append(out, whole...)
	if scale > 0 {
		out = append(out, '.')
		out = append(out, frac...)
		for i := len(frac); i < scale; i++ {
			out = append(out, '0')
		}
	}
	return out
}

func (c *codec) float(v []byte) ([]byte, error) {
	bits := 64
	if c.family == famFloat {
		bits = 32
	}
	f, err := strconv.ParseFloat(string(v), bits)
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			return nil, errRange
		}
		return nil, errNumber
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, errNotFinit
	}
	if c.unsigned && f < 0 {
		return nil, errRange
	}
	return formatFloat(f), nil
}

// formatFloat writes a number in one way only; there is no negative zero.
func formatFloat(f float64) []byte {
	if f == 0 {
		return []byte("0")
	}
	return strconv.AppendFloat(nil, f, 'g', -1, 64)
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
		j, err := canonicalJSON(v)
		if err != nil {
			return nil, errJSON
		}
		v = j
	}
	if c.fixed {
		v = bytes.TrimRight(v, " ") // CHAR does not keep them
	}
	if !utf8.Valid(v) {
		return nil, errUTF8
	}
	if c.length > 0 && len(v) > c.length && utf8.RuneCount(v) > c.length {
		return nil, errLong
	}
	if !inCharset(v, c.charset) {
		return nil, errCharset
	}
	if limit := blobBytes[c.base]; limit > 0 && len(v) > limit {
		// In bytes of the column's character set, of which none that matters
		// needs more than UTF-8.
		return nil, errLong
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
		return nil, errLong
	}
	if c.fixed && len(v) < c.length {
		out := make([]byte, c.length) // BINARY fills up with zeros
		copy(out, v)
		return out, nil
	}
	return v, nil
}

// layouts of dates and times that text may have.
var layouts = []string{"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02"}
var zonedLayouts = []string{"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999-07", "2006-01-02 15:04:05.999999999 MST"}

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
	if c.scale > 0 && (v[19] != '.' || !allDigits(v[20:])) {
		return false
	}
	return v[10] == ' ' && v[13] == ':' && v[16] == ':' && two(11) < 24 && two(14) < 60 && two(17) < 60
}

func (c *codec) datetime(v []byte) ([]byte, error) {
	switch {
	case c.family == famDate && c.kind == plan.Date, c.family == famDateTime && (c.kind == plan.DateTime || (c.kind == plan.Timestamp && c.zone == time.UTC)),
		c.family == famTimestamp && (c.kind == plan.Timestamp || (c.kind == plan.DateTime && c.zone == time.UTC)):
		if c.canonicalTime(v) {
			return v, nil
		}
	}
	s := string(v)
	t, zoned, err := parseTime(s)
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
			t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), c.zone)
		}
		t = t.UTC()
		if t.Unix() < 1 || t.Unix() > math.MaxInt32 {
			return nil, errRange
		}
	}
	if y := t.Year(); y < 1 || y > 9999 {
		return nil, errRange
	}
	if c.family == famDate {
		if h, m, sec := t.Clock(); h != 0 || m != 0 || sec != 0 || t.Nanosecond() != 0 {
			return nil, errors.New("a time in a DATE column")
		}
		return t.AppendFormat(nil, "2006-01-02"), nil
	}
	return appendFraction(t.AppendFormat(make([]byte, 0, 26), "2006-01-02 15:04:05"), t.Nanosecond(), c.scale), nil
}

func parseTime(s string) (t time.Time, zoned bool, err error) {
	for _, l := range layouts {
		if t, err = time.Parse(l, s); err == nil {
			return t, false, nil
		}
	}
	for _, l := range zonedLayouts {
		if l[len(l)-3:] == "MST" && !strings.HasSuffix(s, " UTC") {
			continue // other abbreviations mean nothing
		}
		if t, err = time.Parse(l, s); err == nil {
			return t, true, nil
		}
	}
	return t, false, errTime
}

// appendFraction cuts the fraction of a second to the digits that are kept.
func appendFraction(dst []byte, nanos, digits int) []byte {
	if digits <= 0 {
		return dst
	}
	frac := fmt.Sprintf("%09d", nanos)
	dst = append(dst, '.')
	return append(dst, frac[:min(digits, 9)]...)
}

func (c *codec) clock(v []byte) ([]byte, error) {
	t, err := time.Parse("15:04:05.999999999", string(v))
	if err != nil {
		return nil, errTime
	}
	return appendFraction(t.AppendFormat(nil, "15:04:05"), t.Nanosecond(), c.scale), nil
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
	j, err := canonicalJSON(v)
	if err != nil {
		return nil, errJSON
	}
	return j, nil
}

// numeric reports whether canonical values are ordered as numbers.
func (c *codec) numeric() bool { return c.family == famInt || c.family == famDecimal }
