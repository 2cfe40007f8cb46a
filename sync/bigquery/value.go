package bigquery

import (
	"encoding/base64"
	"errors"
	"math"
	"strconv"
)

// errForm says that a value does not have the form of its type. The value is
// not part of it.
var errForm = errors.New("a value that does not have the form of its type")

// appendText appends a value as the REST API writes it, in the form of its kind.
// Integers, dates and text are the same in both, and only checked.
func appendText(dst, v []byte, f form) ([]byte, error) {
	switch f {
	case formText:
		return append(dst, v...), nil
	case formInt:
		if !isInt(v) {
			return dst, errForm
		}
		return append(dst, v...), nil
	case formFloat:
		x, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			return dst, errForm
		}
		return appendFloat(dst, x), nil
	case formDecimal:
		return appendDecimal(dst, v)
	case formBool:
		switch string(v) {
		case "true":
			return append(dst, '1'), nil
		case "false":
			return append(dst, '0'), nil
		}
		return dst, errForm
	case formBytes:
		n := len(dst)
		dst, err := base64.StdEncoding.AppendDecode(dst, v)
		if err != nil {
			return dst[:n], errForm
		}
		return dst, nil
	case formDate:
		if !isDate(v) {
			return dst, errForm
		}
		return append(dst, v...), nil
	case formDateTime:
		if len(v) < 19 || !isDate(v[:10]) || (v[10] != 'T' && v[10] != ' ') {
			return dst, errForm
		}
		dst = append(dst, v[:10]...)
		return appendClock(append(dst, ' '), v[11:])
	case formTimestamp:
		us, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil {
			return dst, errForm
		}
		return appendMicros(dst, us)
	case formTime:
		return appendClock(dst, v)
	}
	return dst, errForm
}

func isInt(v []byte) bool {
	if len(v) > 0 && v[0] == '-' {
		v = v[1:]
	}
	return len(v) > 0 && len(v) < 20 && (v[0] != '0' || len(v) == 1) && digits(v)
}

func digits(v []byte) bool {
	for _, ch := range v {
		if ch < '0' || ch > '9' {
			return false
		}
	}
	return true
}

func isDate(v []byte) bool {
	return len(v) == 10 && v[4] == '-' && v[7] == '-' && digits(v[:4]) && digits(v[5:7]) && digits(v[8:])
}

// appendClock appends "15:04:05.999999" without zeros at the end.
func appendClock(dst, v []byte) ([]byte, error) {
	if len(v) < 8 || len(v) > 15 || v[2] != ':' || v[5] != ':' || !digits(v[:2]) || !digits(v[3:5]) || !digits(v[6:8]) {
		return dst, errForm
	}
	if len(v) > 8 && (v[8] != '.' || len(v) == 9 || !digits(v[9:])) {
		return dst, errForm
	}
	end := len(v)
	if end > 8 {
		for v[end-1] == '0' {
			end--
		}
		if v[end-1] == '.' {
			end--
		}
	}
	return append(dst, v[:end]...), nil
}

func appendFloat(dst []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(dst, "NaN"...)
	case math.IsInf(x, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(x, -1):
		return append(dst, "-Infinity"...)
	}
	return strconv.AppendFloat(dst, x, 'g', -1, 64)
}

// maxExponent is more than BIGNUMERIC has digits on one side.
const maxExponent = 80

// appendDecimal writes a decimal in its one form: without exponent, without
// zeros in front and at the end, without a sign for zero.
func appendDecimal(dst, v []byte) ([]byte, error) {
	neg := false
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		neg, v = v[0] == '-', v[1:]
	}
	exp := 0
	for i, ch := range v {
		if ch == 'e' || ch == 'E' {
			n, err := strconv.Atoi(string(v[i+1:]))
			if err != nil || n > maxExponent || n < -maxExponent {
				return dst, errForm
			}
			exp, v = n, v[:i]
			break
		}
	}
	var all [200]byte
	num, point := all[:0], -1
	for _, ch := range v {
		switch {
		case ch == '.' && point < 0:
			point = len(num)
		case ch >= '0' && ch <= '9' && len(num) < 120:
			num = append(num, ch)
		default:
			return dst, errForm
		}
	}
	if len(num) == 0 {
		return dst, errForm
	}
	if point < 0 {
		point = len(num)
	}
	return appendPlain(dst, neg, num, point+exp), nil
}

// appendPlain writes digits with the point after so many of them, which may be
// before the first or behind the last.
func appendPlain(dst []byte, neg bool, num []byte, point int) []byte {
	for len(num) > 0 && num[0] == '0' {
		num, point = num[1:], point-1
	}
	for len(num) > 0 && num[len(num)-1] == '0' {
		num = num[:len(num)-1]
	}
	if len(num) == 0 {
		return append(dst, '0')
	}
	if neg {
		dst = append(dst, '-')
	}
	if point <= 0 {
		dst = append(dst, "0."...)
		for ; point < 0; point++ {
			dst = append(dst, '0')
		}
		return append(dst, num...)
	}
	if point >= len(num) {
		dst = append(dst, num...)
		for i := len(num); i < point; i++ {
			dst = append(dst, '0')
		}
		return dst
	}
	dst = append(dst, num[:point]...)
	dst = append(dst, '.')
	return append(dst, num[point:]...)
}

const (
	dayMicros = 24 * 60 * 60 * 1_000_000
	firstDay  = -719162 // 0001-01-01
	lastDay   = 2932896 // 9999-12-31
)

// appendDays writes the date of a day counted from 1970.
func appendDays(dst []byte, day int64) ([]byte, error) {
	if day < firstDay || day > lastDay {
		return dst, errForm
	}
	// The civil calendar in eras of 400 years that begin in March.
	z := day + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d := doy - (153*mp+2)/5 + 1
	m := mp + 3
	y := yoe + era*400
	if m > 12 {
		m -= 12
		y++
	}
	dst = append(dst, byte('0'+y/1000), byte('0'+y/100%10))
	dst = append2(dst, y%100)
	dst = append2(append(dst, '-'), m)
	return append2(append(dst, '-'), d), nil
}

func append2(dst []byte, n int64) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// appendMicros writes date and time of so many microseconds since 1970.
func appendMicros(dst []byte, us int64) ([]byte, error) {
	day := us / dayMicros
	rest := us - day*dayMicros
	if rest < 0 {
		day, rest = day-1, rest+dayMicros
	}
	dst, err := appendDays(dst, day)
	if err != nil {
		return dst, err
	}
	return appendTime(append(dst, ' '), rest)
}

// appendTime writes the time of day.
func appendTime(dst []byte, us int64) ([]byte, error) {
	if us < 0 || us >= dayMicros {
		return dst, errForm
	}
	sec := us / 1_000_000
	us -= sec * 1_000_000
	dst = append2(dst, sec/3600)
	dst = append2(append(dst, ':'), sec/60%60)
	dst = append2(append(dst, ':'), sec%60)
	if us == 0 {
		return dst, nil
	}
	var f [7]byte
	f[0] = '.'
	for i := 6; i > 0; i-- {
		f[i] = byte('0' + us%10)
		us /= 10
	}
	end := 7
	for f[end-1] == '0' {
		end--
	}
	return append(dst, f[:end]...), nil
}
