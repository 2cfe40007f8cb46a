package value

import (
	"fmt"
	"strings"
	"time"
)

// layouts of dates and times that text may have.
var layouts = []string{"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02"}
var zonedLayouts = []string{"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999-07", "2006-01-02 15:04:05.999999999 MST"}

// ParseTime reads a date with or without a time, and says whether it names its
// zone.
func ParseTime(s string) (t time.Time, zoned bool, err error) {
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
	return t, false, ErrTime
}

// AppendFraction cuts the fraction of a second to the digits that are kept.
func AppendFraction(dst []byte, nanos, digits int) []byte {
	if digits <= 0 {
		return dst
	}
	frac := fmt.Sprintf("%09d", nanos)
	dst = append(dst, '.')
	return append(dst, frac[:min(digits, 9)]...)
}
