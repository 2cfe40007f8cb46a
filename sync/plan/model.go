package plan

import (
	"fmt"
	"strings"
)

// Kind is the kind of values that a model column holds, whatever the warehouse
// calls it.
type Kind uint8

// The kinds of model columns, with the form in which their values travel.
const (
	Unknown   Kind = iota // text of a file that states no types: each value is read as its column needs it
	Int                   // "-12"
	Decimal               // "12.30": exact, no exponent
	Float                 // "1.5", "1e-9", "NaN", "Infinity", "-Infinity"
	Bool                  // "1" or "0"
	String                // UTF-8
	Bytes                 // raw bytes
	Date                  // "2006-01-02"
	DateTime              // "2006-01-02 15:04:05.999999": a wall clock without zone
	Timestamp             // the same form, an instant in UTC
	Time                  // "15:04:05.999999"
	JSON                  // JSON text, also of arrays and structs
)

var kindNames = [...]string{"unknown", "int", "decimal", "float", "bool", "string", "bytes", "date", "datetime", "timestamp", "time", "json"}

// String returns the kind in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", k)
}

// A Field is a column of a model. The sizes are what the warehouse guarantees;
// 0 means that it says nothing.
type Field struct {
	Name      string
	Kind      Kind
	Length    int // characters of a String, bytes of Bytes
	Precision int // digits of a Decimal
	Scale     int // digits of a Decimal behind the point; counts only with Precision
}

// A Model is what a source says of the relation that a load delivers.
type Model struct {
	Relation string  // as the source names it, for messages
	Fields   []Field // in the order in which rows are read
	Rows     int64   // counted independently of reading; -1 where that is not possible
	Version  string  // changes whenever the rows may have changed; "" if the source cannot tell; see [SameVersion]
}

// SameVersion reports whether two versions of a model are of the same rows. What
// follows an @ says how to read them again, such as an instant, and does not
// count: "5@noon" and "5@one" are the same rows, "@noon" and "@one" may not be.
func SameVersion(a, b string) bool {
	return a == b || (versionRows(a) != "" && versionRows(a) == versionRows(b))
}

// versionRows is the part of a version that changes with the rows.
func versionRows(v string) string {
	rows, _, _ := strings.Cut(v, "@")
	return rows
}

// Field returns the index of the column called name, or -1. Names are compared
// exactly first, then without case, as warehouses differ in that.
func (m *Model) Field(name string) int {
	for i := range m.Fields {
		if m.Fields[i].Name == name {
			return i
		}
	}
	found := -1
	for i := range m.Fields {
		if equalFold(m.Fields[i].Name, name) {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// Names returns the names of the columns in their order.
func (m *Model) Names() []string {
	names := make([]string, len(m.Fields))
	for i := range m.Fields {
		names[i] = m.Fields[i].Name
	}
	return names
}
