package synctest

import (
	"strings"

	"impact/sync/plan"
)

// lifeType is the type of a table's column d with what a model may say of it.
type lifeType struct {
	sql  string
	kind plan.Kind
	// values are what models hold, in any form of the kind.
	values []string
	// bad is what the column cannot keep.
	bad string
}

// lifeType draws a type.
func (l *life) lifeType() lifeType {
	types := []lifeType{
		{sql: "DECIMAL(6,2)", kind: plan.Decimal, values: []string{"0", "-0.00", "1.5", "1.50", "-2.25", "9999.99", "12.300"}, bad: "1.234"},
		{sql: "DATE", kind: plan.Date, values: []string{"2024-02-29", "1970-01-01", "9999-12-31", "1582-10-10"}, bad: "2023-02-29"},
		{sql: "DATETIME", kind: plan.DateTime, values: []string{"2024-02-29 23:59:59", "1970-01-01 00:00:00", "2024-03-31 02:30:00.000000"}, bad: "2023-02-29 00:00:00"},
	}
	if l.Enum != "" {
		types = append(types, lifeType{sql: l.Enum, kind: plan.String, values: []string{"a", "b", "看"}, bad: "zzz"})
	}
	return types[l.r.IntN(len(types))]
}

// value draws what a model holds.
func (t lifeType) value(l *life) string {
	if l.chance(5) {
		return "NULL"
	}
	return t.values[l.r.IntN(len(t.values))]
}

// show brings a value of a model or of a database to one form.
func (t lifeType) show(s string) string {
	switch t.kind {
	case plan.Decimal:
		if strings.Contains(s, ".") {
			s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
		if s == "-0" {
			return "0"
		}
	case plan.Date: // SQLite's driver reads times
		s, _, _ = strings.Cut(s, " ")
	case plan.DateTime:
		s, _, _ = strings.Cut(s, ".")
		s, _, _ = strings.Cut(s, " +")
	default:
	}
	return s
}
