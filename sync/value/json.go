package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"unicode/utf8"
)

// Numbers says what becomes of the numbers of a JSON text.
type Numbers uint8

// The ways to keep numbers.
const (
	Exact   Numbers = iota // every digit, for what is kept as text
	Doubles                // whole numbers of up to 18 digits in digits, the others as doubles
)

// JSON writes JSON in one way only: members sorted by key, no spaces, numbers in
// their shortest form.
func JSON(v []byte, numbers Numbers) ([]byte, error) {
	if !utf8.Valid(v) {
		return nil, ErrUTF8 // the decoder would put other characters in their place
	}
	dec := json.NewDecoder(bytes.NewReader(v))
	dec.UseNumber()
	var x any
	if err := dec.Decode(&x); err != nil {
		return nil, ErrJSON // the decoder's error may quote the text
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrJSON
	}
	var out bytes.Buffer
	if err := writeJSON(&out, x, numbers); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func writeJSON(out *bytes.Buffer, x any, numbers Numbers) error {
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
			if err := writeJSON(out, x[k], numbers); err != nil {
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
			if err := writeJSON(out, item, numbers); err != nil {
				return err
			}
		}
		out.WriteByte(']')
	case json.Number:
		n, err := number(string(x), numbers)
		out.Write(n)
		return err
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

func number(s string, numbers Numbers) ([]byte, error) {
	neg, whole, frac, err := SplitDecimal([]byte(s))
	if err == nil && (numbers == Exact || len(frac) == 0 && len(whole) <= 18) {
		return JoinDecimal(neg, whole, frac, len(frac)), nil
	}
	if numbers == Exact {
		return nil, ErrRange // an exponent of several hundred
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) {
		return []byte(s), nil //nolint:nilerr // the database says what it thinks of it
	}
	short := FormatFloat(f)
	// A double that is a whole number is written as that number is.
	if neg, whole, frac, err := SplitDecimal(short); err == nil && len(frac) == 0 && len(whole) <= 18 {
		return JoinDecimal(neg, whole, nil, 0), nil
	}
	return short, nil
}
