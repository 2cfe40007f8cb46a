package value

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// Whole numbers beyond this lose digits in programs that read JSON's numbers as
// floating point.
const exactInt = 1 << 53

// AppendJSONString appends a string with the escapes that JSON asks for, and no
// more: what sources make JSON of is written as BigQuery's TO_JSON_STRING does.
func AppendJSONString(dst []byte, text string) ([]byte, error) {
	if !utf8.ValidString(text) {
		return dst, ErrUTF8
	}
	dst = append(dst, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ':
			dst = append(dst, c)
		case c == '\b':
			dst = append(dst, `\b`...)
		case c == '\f':
			dst = append(dst, `\f`...)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		default:
			dst = fmt.Appendf(dst, `\u%04x`, c)
		}
	}
	return append(dst, '"'), nil
}

// AppendJSONDecimal appends a number without exponent: as a number if it is
// whole and floating point keeps it, else as a string, so that no reader of the
// JSON loses digits.
func AppendJSONDecimal(dst, number []byte) []byte {
	if bytes.IndexByte(number, '.') >= 0 {
		number = bytes.TrimSuffix(bytes.TrimRight(number, "0"), []byte("."))
	}
	if n, err := strconv.ParseInt(string(number), 10, 64); err == nil && n >= -exactInt && n <= exactInt {
		return append(dst, number...)
	}
	return append(append(append(dst, '"'), number...), '"')
}

// AppendJSONFloat appends the shortest number that is read back as f. What JSON
// has no number for is a string.
func AppendJSONFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	case f == 0:
		return append(dst, '0')
	}
	format := byte('f')
	if abs := math.Abs(f); abs < 1e-6 || abs >= 1e21 {
		format = 'e'
	}
	return strconv.AppendFloat(dst, f, format, -1, 64)
}

// CompactJSON returns JSON without the spaces between its parts. Everything else
// stays as it is.
func CompactJSON(text []byte) ([]byte, error) {
	var buf bytes.Buffer
	if !utf8.Valid(text) || json.Compact(&buf, text) != nil {
		return nil, ErrJSON
	}
	return buf.Bytes(), nil
}
