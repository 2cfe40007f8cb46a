package value

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// Errors of single values. They say what is wrong, never the value.
var (
	ErrNull      = errors.New("NULL in a NOT NULL column")
	ErrNumber    = errors.New("not a number")
	ErrRange     = errors.New("out of range")
	ErrScale     = errors.New("more decimal places than the column keeps")
	ErrTime      = errors.New("not a date or time of the expected form")
	ErrLong      = errors.New("too long for the column")
	ErrUTF8      = errors.New("not valid UTF-8")
	ErrJSON      = errors.New("not valid JSON")
	ErrNotFinite = errors.New("NaN or infinite, which the database cannot keep")
)

// Boolean reads the words for true and false that files use.
func Boolean(v []byte) ([]byte, bool) {
	switch strings.ToLower(string(v)) {
	case "true", "t", "yes", "y":
		return []byte("1"), true
	case "false", "f", "no", "n":
		return []byte("0"), true
	}
	return nil, false
}

// Plain reports whether v is a number without sign and leading zeros.
func Plain(v []byte) bool {
	return len(v) > 0 && (v[0] != '0' || len(v) == 1) && AllDigits(v)
}

// SplitDecimal takes a decimal number apart: no leading zeros in whole, which
// is at least "0", no trailing zeros in frac, no sign for zero. An exponent is
// applied.
func SplitDecimal(v []byte) (neg bool, whole, frac []byte, err error) {
	s := v
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg, s = s[0] == '-', s[1:]
	}
	exp := 0
	if i := bytes.IndexAny(s, "eE"); i >= 0 {
		if exp, err = strconv.Atoi(string(s[i+1:])); err != nil || exp > 400 || exp < -400 {
			return false, nil, nil, ErrNumber
		}
		s = s[:i]
	}
	whole, frac, _ = bytes.Cut(s, []byte("."))
	if len(whole)+len(frac) == 0 || !AllDigits(whole) || !AllDigits(frac) {
		return false, nil, nil, ErrNumber
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

// AllDigits reports whether there is nothing but digits in s.
func AllDigits(s []byte) bool {
	for _, ch := range s {
		if ch < '0' || ch > '9' {
			return false
		}
	}
	return true
}

// JoinDecimal writes what [SplitDecimal] has taken apart, with so many decimal
// places.
func JoinDecimal(neg bool, whole, frac []byte, scale int) []byte {
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

// FormatFloat writes a number in one way only; there is no negative zero.
func FormatFloat(f float64) []byte { return AppendFloat(nil, f) }

// AppendFloat appends what [FormatFloat] writes.
func AppendFloat(dst []byte, f float64) []byte {
	if f == 0 {
		return append(dst, '0')
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}

// CanonicalFloat reports whether v is certain to be what [FormatFloat] writes
// for it, without reading it: a number of up to 15 digits, which no other
// number of up to 15 digits is the same double as, that needs no exponent. It is
// false for some that are.
func CanonicalFloat(v []byte) bool {
	if len(v) > 0 && v[0] == '-' {
		if v = v[1:]; string(v) == "0" {
			return false
		}
	}
	whole := 0
	for whole < len(v) && v[whole] != '.' {
		whole++
	}
	// FormatFloat uses an exponent from seven digits before the point, and from
	// four zeros after it.
	if whole > 6 || !Plain(v[:whole]) {
		return false
	}
	if whole == len(v) {
		return true
	}
	frac := v[whole+1:]
	if n := len(frac); n == 0 || whole+n > 15 || frac[n-1] == '0' || !AllDigits(frac) {
		return false
	}
	return v[0] != '0' || len(frac) < 4 || frac[0] != '0' || frac[1] != '0' || frac[2] != '0' || frac[3] != '0'
}
