//go:build duckdb

package duckdb

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	driverpkg "github.com/duckdb/duckdb-go/v2"

	"impact/sync/plan"
	"impact/sync/value"
)

var (
	errForm  = errors.New("a value of an unexpected form")
	errTwice = errors.New("a map that has a key twice")
)

// appendText appends a value that is not NULL in the form of its kind.
func (s *shape) appendText(dst []byte, v any) ([]byte, error) {
	switch s.form {
	case structForm, listForm, mapForm:
		return s.appendJSON(dst, v)
	}
	switch v := v.(type) {
	case string:
		return append(dst, v...), nil
	case []byte:
		return append(dst, v...), nil
	case bool:
		if v {
			return append(dst, '1'), nil
		}
		return append(dst, '0'), nil
	case int8:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int16:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int32:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case uint8:
		return strconv.AppendUint(dst, uint64(v), 10), nil
	case uint16:
		return strconv.AppendUint(dst, uint64(v), 10), nil
	case uint32:
		return strconv.AppendUint(dst, uint64(v), 10), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	case float64:
		return appendFloat(dst, v), nil
	case time.Time:
		switch s.kind {
		case plan.Date:
			return v.AppendFormat(dst, "2006-01-02"), nil
		case plan.DateTime, plan.Timestamp:
			return v.AppendFormat(dst, "2006-01-02 15:04:05.999999999"), nil
		}
	case driverpkg.Interval:
		return appendInterval(dst, v), nil
	}
	return dst, errForm
}

// appendFloat writes the shortest number that is read back as f.
func appendFloat(dst []byte, f float64) []byte {
	switch text := strconv.FormatFloat(f, 'g', -1, 64); text {
	case "+Inf":
		return append(dst, "Infinity"...)
	case "-Inf":
		return append(dst, "-Infinity"...)
	default:
		return append(dst, text...)
	}
}

// appendInterval writes years, months, days and time, each with its sign, as
// BigQuery does.
func appendInterval(dst []byte, v driverpkg.Interval) []byte {
	months, micros := int64(v.Months), v.Micros
	if months < 0 {
		dst, months = append(dst, '-'), -months
	}
	dst = fmt.Appendf(dst, "%d-%d %d ", months/12, months%12, v.Days)
	whole, part := micros/1_000_000, micros%1_000_000
	if micros < 0 {
		dst, whole, part = append(dst, '-'), -whole, -part
	}
	dst = fmt.Appendf(dst, "%d:%d:%d", whole/3600, whole/60%60, whole%60)
	if part > 0 {
		dst = append(dst, strings.TrimRight(fmt.Sprintf(".%06d", part), "0")...)
	}
	return dst
}

// appendJSON appends a value as BigQuery's TO_JSON_STRING writes it.
func (s *shape) appendJSON(dst []byte, v any) (_ []byte, err error) {
	if v == nil {
		return append(dst, "null"...), nil
	}
	switch s.form {
	case structForm:
		fields, ok := v.(map[string]any)
		if !ok {
			return dst, errForm
		}
		dst = append(dst, '{')
		for i := range s.kids {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = value.AppendJSONString(dst, s.kids[i].name); err != nil {
				return dst, err
			}
			if dst, err = s.kids[i].appendJSON(append(dst, ':'), fields[s.kids[i].name]); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	case listForm:
		list, ok := v.([]any)
		if !ok {
			return dst, errForm
		}
		dst = append(dst, '[')
		for i, e := range list {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = s.kids[0].appendJSON(dst, e); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	case mapForm:
		return s.appendMap(dst, v)
	}
	return s.appendScalar(dst, v)
}

func (s *shape) appendMap(dst []byte, v any) (_ []byte, err error) {
	m, ok := v.(driverpkg.OrderedMap)
	if !ok {
		return dst, errForm
	}
	seen := make(map[string]bool, m.Len())
	dst = append(dst, '{')
	for i, k := range m.Keys() {
		if i > 0 {
			dst = append(dst, ',')
		}
		key, err := s.kids[0].appendText(nil, k)
		if err != nil {
			return dst, err
		}
		if seen[string(key)] {
			return dst, errTwice
		}
		seen[string(key)] = true
		if dst, err = value.AppendJSONString(dst, string(key)); err != nil {
			return dst, err
		}
		if dst, err = s.kids[1].appendJSON(append(dst, ':'), m.Values()[i]); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

func (s *shape) appendScalar(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(dst, v), nil
	case float64:
		return value.AppendJSONFloat(dst, v), nil
	case []byte:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v), '"'), nil
	case time.Time:
		switch s.kind {
		case plan.DateTime:
			return v.AppendFormat(dst, `"2006-01-02T15:04:05.999999999"`), nil
		case plan.Timestamp:
			return v.AppendFormat(dst, `"2006-01-02T15:04:05.999999999Z"`), nil
		}
	}
	text, err := s.appendText(nil, v)
	if err != nil {
		return dst, err
	}
	switch s.kind {
	case plan.Int, plan.Decimal:
		return value.AppendJSONDecimal(dst, text), nil
	case plan.JSON:
		compact, err := value.CompactJSON(text)
		return append(dst, compact...), err
	}
	return value.AppendJSONString(dst, string(text))
}
