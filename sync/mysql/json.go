package mysql

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
)

// canonicalJSON writes JSON in one way only: members sorted by key, no spaces,
// numbers in their shortest form. MySQL keeps JSON parsed and returns it
// formatted in its own way, so both sides go through here.
func canonicalJSON(v []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(v))
	dec.UseNumber()
	var x any
	if err := dec.Decode(&x); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errJSON
	}
	var out bytes.Buffer
	if err := writeJSON(&out, x); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func writeJSON(out *bytes.Buffer, x any) error {
	switch x := x.(type) {
	case map[string]any:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		out.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := writeText(out, k); err != nil {
				return err
			}
			out.WriteByte(':')
			if err := writeJSON(out, x[k]); err != nil {
				return err
			}
		}
		out.WriteByte('}')
	case []any:
		out.WriteByte('[')
		for i, item := range x {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := writeJSON(out, item); err != nil {
				return err
			}
		}
		out.WriteByte(']')
	case json.Number:
		out.Write(canonicalNumber(string(x)))
	case string:
		return writeText(out, x)
	case bool:
		out.WriteString(strconv.FormatBool(x))
	default:
		out.WriteString("null")
	}
	return nil
}

func writeText(out *bytes.Buffer, s string) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	out.Truncate(out.Len() - 1) // Encode ends with a new line
	return nil
}

// canonicalNumber keeps integers of any length exactly, and writes the others
// as the double that MySQL keeps.
func canonicalNumber(s string) []byte {
	if neg, whole, frac, err := splitDecimal([]byte(s)); err == nil && len(frac) == 0 && len(whole) <= 18 {
		return joinDecimal(neg, whole, nil, 0)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) {
		return []byte(s)
	}
	return formatFloat(f)
}
