package files

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"impact/sync/plan"
	"impact/sync/value"
)

var (
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
		return value.AppendJSONDecimal(dst[:from], bytes.Clone(text)), nil
	case plan.Float:
		f, err := strconv.ParseFloat(string(text), 64)
		if err != nil {
			return nil, value.ErrNumber
		}
		return value.AppendJSONFloat(dst[:from], f), nil
	case plan.Bytes:
		enc := base64.StdEncoding.EncodeToString(text)
		return append(append(append(dst[:from], '"'), enc...), '"'), nil
	case plan.JSON:
		compact, err := value.CompactJSON(text)
		return append(dst[:from], compact...), err
	}
	if s.form == plainForm && !isText(s.kind) {
		return nil, fmt.Errorf("values of type %s are not read", arr.DataType().Name())
	}
	str := string(text)
	return value.AppendJSONString(dst[:from], str)
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
		if dst, err = value.AppendJSONString(dst, s.kids[k].name); err != nil {
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
		if dst, err = value.AppendJSONString(dst, string(key)); err != nil {
			return nil, err
		}
		if dst, err = s.kids[1].appendJSON(append(dst, ':'), a.Items(), int(k)); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}
