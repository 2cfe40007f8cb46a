package destination

import "strings"

// Overlap reports whether two loads could own the same row: they write the same
// table of the same destination, and no column of both scopes keeps them apart.
// Strings that differ only in case or in spaces at the end do not keep rows
// apart, because many collations take them as equal.
func Overlap(a, b *Load) bool {
	if a.Destination != b.Destination || !strings.EqualFold(a.Table, b.Table) {
		return false
	}
	for _, x := range a.Scope {
		for _, y := range b.Scope {
			if strings.EqualFold(x.Column, y.Column) && x.Value.differs(y.Value) {
				return false
			}
		}
	}
	return true
}

// differs reports whether the server surely takes two constants as different.
func (l Literal) differs(m Literal) bool {
	if (l.Kind == Null) != (m.Kind == Null) {
		return true
	}
	if l.Kind != m.Kind || l.Kind == Number { // 1 = '1' = 1.0 = true: the type of the column decides
		return l.Kind == Number && m.Kind == Number && wholeNumber(l.Text) && wholeNumber(m.Text) && l.Text != m.Text
	}
	return !strings.EqualFold(strings.TrimRight(l.Text, " "), strings.TrimRight(m.Text, " "))
}

// wholeNumber reports whether a number is written in the one way that a whole
// number has.
func wholeNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == "" && (digits[0] != '0' || s == "0")
}
