package files

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"impact/sync/plan"
)

// Numbers beyond this lose digits in programs that read JSON's numbers as
// floating point; like BigQuery we write them as strings.
const exactInt = 1 << 53

var (
	errJSON    = errors.New("not valid JSON")
	errUTF8    = errors.New("not valid UTF-8")
	errTwice   = errors.New("a map that has a key twice")
	errNullKey = errors.New("a map that has NULL for a key")
)

// appendJSON appends a value as BigQuery's TO_JSON_STRING writes it: no spaces,
// fields in the order of their struct.
func (s *shape) appendJSON(dst []byte, arr arrow.Array, i int) (_ []byte, err error) {
	if isNull(arr, i) {
		return append(dst, "null"...), nil
	}
	switch s.form {
	case structForm:
		return s.appendStruct(dst, arr, i)
	case listForm:
		return s.appendList(dst, arr, i)
	case mapForm:
		return s.appendMap(dst, arr, i)
	}
	switch a := arr.(type) {
	case *array.Boolean:
		return strconv.AppendBool(dst, a.Value(i)), nil
	case *array.Timestamp:
		dst = appendTimestamp(append(dst, '"'), int64(a.Value(i)), unitOf(arr), 'T')
		if s.kind == plan.Timestamp {
			dst = append(dst, 'Z')
		}
		return append(dst, '"'), nil
	}
	from := len(dst)
	if dst, err = s.appendText(dst, arr, i); err != nil {
		return nil, err
	}
	text := dst[from:]
	switch s.kind {
	case plan.Int, plan.Decimal:
		if bytes.IndexByte(text, '.') >= 0 {
			text = bytes.TrimSuffix(bytes.TrimRight(text, "0"), []byte("."))
			dst = dst[:from+len(text)]
		}
		if n, err := strconv.ParseInt(string(text), 10, 64); err != nil || n < -exactInt || n > exactInt {
			return quoted(dst, from), nil
		}
		return dst, nil
	case plan.Float:
		return jsonFloat(dst, from), nil
	case plan.Bytes:
		enc := base64.StdEncoding.EncodeToString(text)
		return append(append(append(dst[:from], '"'), enc...), '"'), nil
	case plan.JSON:
		var buf bytes.Buffer
		if !utf8.Valid(text) || json.Compact(&buf, text) != nil {
			return nil, errJSON
		}
		return append(dst[:from], buf.Bytes()...), nil
	}
	if s.form == plainForm && !isText(s.kind) {
		return nil, fmt.Errorf("values of type %s are not read", arr.DataType().Name())
	}
	str := string(text)
	return appendString(dst[:from], str)
}

// quoted puts what begins at from into quotes. It needs no escapes.
func quoted(dst []byte, from int) []byte {
	text := string(dst[from:])
	return append(append(append(dst[:from], '"'), text...), '"')
}

func jsonFloat(dst []byte, from int) []byte {
	f, err := strconv.ParseFloat(string(dst[from:]), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return quoted(dst, from)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst[:from], f, format, -1, 64)
}

func (s *shape) appendStruct(dst []byte, arr arrow.Array, i int) (_ []byte, err error) {
	a, ok := arr.(*array.Struct)
	if !ok || a.NumField() != len(s.kids) {
		return nil, ErrDamaged
	}
	dst = append(dst, '{')
	for k := range s.kids {
		if k > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendString(dst, s.kids[k].name); err != nil {
			return nil, err
		}
		if dst, err = s.kids[k].appendJSON(append(dst, ':'), a.Field(k), i); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func (s *shape) appendList(dst []byte, arr arrow.Array, i int) (_ []byte, err error) {
	a, ok := arr.(array.ListLike)
	if !ok {
		return nil, ErrDamaged
	}
	from, to := a.ValueOffsets(i)
	dst = append(dst, '[')
	for k := from; k < to; k++ {
		if k > from {
			dst = append(dst, ',')
		}
		if dst, err = s.kids[0].appendJSON(dst, a.ListValues(), int(k)); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

// appendMap writes an object, whose keys are the text of the map's.
func (s *shape) appendMap(dst []byte, arr arrow.Array, i int) (_ []byte, err error) {
	a, ok := arr.(*array.Map)
	if !ok {
		return nil, ErrDamaged
	}
	from, to := a.ValueOffsets(i)
	seen := make(map[string]bool, to-from)
	var key []byte
	dst = append(dst, '{')
	for k := from; k < to; k++ {
		if k > from {
			dst = append(dst, ',')
		}
		if isNull(a.Keys(), int(k)) {
			return nil, errNullKey
		}
		if key, err = s.kids[0].appendText(key[:0], a.Keys(), int(k)); err != nil {
			return nil, err
		}
		if seen[string(key)] {
			return nil, errTwice
		}
		seen[string(key)] = true
		if dst, err = appendString(dst, string(key)); err != nil {
			return nil, err
		}
		if dst, err = s.kids[1].appendJSON(append(dst, ':'), a.Items(), int(k)); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// appendString writes a string with the escapes that JSON asks for.
func appendString(dst []byte, text string) ([]byte, error) {
	if !utf8.ValidString(text) {
		return nil, errUTF8
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
