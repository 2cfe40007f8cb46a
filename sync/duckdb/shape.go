//go:build duckdb

package duckdb

import (
	"fmt"
	"strings"

	driverpkg "github.com/duckdb/duckdb-go/v2"

	"impact/sync/plan"
)

// A form is how values of a column travel from DuckDB to us.
type form uint8

const (
	nativeForm   form = iota // as the driver reads them, exactly
	doubleForm               // as a DOUBLE
	textForm                 // as the text that DuckDB makes of them
	jsonForm                 // as JSON that DuckDB makes of them
	intervalForm             // as the driver reads them
	structForm
	listForm
	mapForm
)

// A shape is what is known of a column, or of a part of one.
type shape struct {
	name   string
	kind   plan.Kind
	form   form
	nanos  bool    // a time in nanoseconds
	size   uint64  // of an ARRAY; 0: a list
	kids   []shape // fields of a struct, element of a list, key and value of a map
	unread string  // type of values that are not read; "": they are
	// Digits of a decimal, and those behind the point: see plan.Field.
	precision, scale int
}

func shapeOf(name string, info driverpkg.TypeInfo) shape {
	s := shape{name: name}
	if info.Alias() == "JSON" {
		s.kind, s.form = plan.JSON, textForm
		return s
	}
	switch t := info.InternalType(); t {
	case driverpkg.TYPE_BOOLEAN:
		s.kind = plan.Bool
	case driverpkg.TYPE_TINYINT, driverpkg.TYPE_SMALLINT, driverpkg.TYPE_INTEGER, driverpkg.TYPE_BIGINT,
		driverpkg.TYPE_UTINYINT, driverpkg.TYPE_USMALLINT, driverpkg.TYPE_UINTEGER, driverpkg.TYPE_UBIGINT:
		s.kind = plan.Int
	case driverpkg.TYPE_HUGEINT, driverpkg.TYPE_UHUGEINT, driverpkg.TYPE_BIGNUM:
		s.kind, s.form = plan.Int, textForm
	case driverpkg.TYPE_FLOAT, driverpkg.TYPE_DOUBLE:
		s.kind, s.form = plan.Float, doubleForm
	case driverpkg.TYPE_DECIMAL:
		s.kind, s.form = plan.Decimal, textForm
		if d, ok := info.Details().(*driverpkg.DecimalDetails); ok {
			s.precision, s.scale = int(d.Width), int(d.Scale)
		}
	case driverpkg.TYPE_VARCHAR:
		s.kind = plan.String
		if info.Alias() != "" {
			s.form = textForm // the driver may know better what an alias means
		}
	case driverpkg.TYPE_BLOB:
		s.kind = plan.Bytes
		if info.Alias() != "" {
			s.kind, s.form = plan.String, textForm
		}
	case driverpkg.TYPE_DATE:
		s.kind = plan.Date
	case driverpkg.TYPE_TIME:
		s.kind, s.form = plan.Time, textForm // the driver makes 00:00 of 24:00
	case driverpkg.TYPE_TIMESTAMP, driverpkg.TYPE_TIMESTAMP_S, driverpkg.TYPE_TIMESTAMP_MS, driverpkg.TYPE_TIMESTAMP_NS:
		s.kind, s.nanos = plan.DateTime, t == driverpkg.TYPE_TIMESTAMP_NS
	case driverpkg.TYPE_TIMESTAMP_TZ:
		s.kind = plan.Timestamp
	case driverpkg.TYPE_INTERVAL:
		s.kind, s.form = plan.String, intervalForm
	case driverpkg.TYPE_UNION, driverpkg.TYPE_VARIANT:
		s.kind, s.form = plan.JSON, jsonForm
	case driverpkg.TYPE_STRUCT, driverpkg.TYPE_LIST, driverpkg.TYPE_ARRAY, driverpkg.TYPE_MAP:
		s.nested(info)
	default: // UUID, ENUM, BIT, TIMETZ, GEOMETRY, NULL and what is to come
		s.kind, s.form = plan.String, textForm
	}
	return s
}

func (s *shape) nested(info driverpkg.TypeInfo) {
	s.kind = plan.JSON
	switch d := info.Details().(type) {
	case *driverpkg.StructDetails:
		s.form = structForm
		for _, e := range d.Entries {
			s.kids = append(s.kids, shapeOf(e.Name(), e.Info()))
		}
	case *driverpkg.ListDetails:
		s.form, s.kids = listForm, []shape{shapeOf("", d.Child)}
	case *driverpkg.ArrayDetails:
		s.form, s.size, s.kids = listForm, d.Size, []shape{shapeOf("", d.Child)}
	case *driverpkg.MapDetails:
		s.form, s.kids = mapForm, []shape{shapeOf("", d.Key), shapeOf("", d.Value)}
	default:
		s.unread = fmt.Sprintf("%T", d)
	}
	for i := range s.kids {
		k := &s.kids[i]
		if k.form == jsonForm {
			k.unread = "UNION or VARIANT inside of another"
		}
		if s.form == structForm && k.name == "" {
			k.unread = "STRUCT without names"
		}
		if s.unread == "" {
			s.unread = k.unread
		}
	}
	if s.unread != "" {
		s.kind = plan.Unknown
	}
}

// transport returns the expression that brings a column to us.
func (s *shape) transport() string {
	name := quote(s.name)
	switch s.form {
	case doubleForm:
		return "CAST(" + name + " AS DOUBLE)"
	case textForm:
		return "CAST(" + name + " AS VARCHAR)"
	case jsonForm:
		return "CAST(CAST(" + name + " AS JSON) AS VARCHAR)"
	case structForm, listForm, mapForm:
		return "CAST(" + name + " AS " + s.transportType() + ")"
	}
	return name
}

// transportType is the type that a part of a column travels as. Text is what
// the driver reads of any type without loss.
func (s *shape) transportType() string {
	switch s.form {
	case doubleForm:
		return "DOUBLE"
	case intervalForm:
		return "INTERVAL"
	case structForm:
		fields := make([]string, len(s.kids))
		for i := range s.kids {
			fields[i] = quote(s.kids[i].name) + " " + s.kids[i].transportType()
		}
		return "STRUCT(" + strings.Join(fields, ", ") + ")"
	case listForm:
		if s.size > 0 {
			return fmt.Sprintf("%s[%d]", s.kids[0].transportType(), s.size)
		}
		return s.kids[0].transportType() + "[]"
	case mapForm:
		return "MAP(" + s.kids[0].transportType() + ", " + s.kids[1].transportType() + ")"
	case nativeForm:
		switch s.kind {
		case plan.Bool:
			return "BOOLEAN"
		case plan.Bytes:
			return "BLOB"
		case plan.DateTime:
			if s.nanos { // which do not reach far
				return "TIMESTAMP_NS"
			}
			return "TIMESTAMP"
		case plan.Timestamp:
			return "TIMESTAMPTZ"
		case plan.Date:
			return "DATE"
		}
	}
	return "VARCHAR"
}

// order returns the expression that puts rows in order: numbers by value, else
// by the bytes of the value's form. "" means that DuckDB cannot tell.
func (s *shape) order(numeric bool) string {
	name := quote(s.name)
	switch {
	case numeric:
		switch s.kind {
		case plan.Int, plan.Decimal, plan.Float:
			return name
		}
		return ""
	case s.kind == plan.Bytes && s.form == nativeForm, s.kind == plan.Date, s.kind == plan.DateTime, s.kind == plan.Timestamp, s.kind == plan.Time:
		return name // in the order of its text
	case s.kind == plan.Int, s.kind == plan.Decimal, s.kind == plan.String && s.form != intervalForm:
		// BLOBs have no collation.
		return "encode(CAST(" + name + " AS VARCHAR))"
	}
	return ""
}
