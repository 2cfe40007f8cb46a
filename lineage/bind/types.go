package bind

import (
	"strings"

	"impact/lineage/syntax"
)

// TypeKind is the class of a [Type].
type TypeKind uint8

// The classes of types. The names are BigQuery's; other dialects' types are
// mapped to the nearest.
const (
	Unknown TypeKind = iota
	Bool
	Int64
	Float64
	Numeric
	BigNumeric
	String
	Bytes
	Date
	Datetime
	Timestamp
	Time
	Interval
	JSON
	Geography
	Range
	StructType
	ArrayType
	Map
	Other
)

var typeNames = [...]string{
	"", "BOOL", "INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "STRING", "BYTES",
	"DATE", "DATETIME", "TIMESTAMP", "TIME", "INTERVAL", "JSON", "GEOGRAPHY",
	"RANGE", "STRUCT", "ARRAY", "MAP", "OTHER",
}

// A Type is the type of a column or value. Types are immutable and shared; nil
// means unknown.
type Type struct {
	Kind   TypeKind
	Elem   *Type       // of arrays, ranges, and the values of maps
	Fields []TypeField // of structs
	// Dropped names fields, dotted and in lower case, that a value of an
	// Unknown type no longer has, whatever else it holds: naming one is an error.
	Dropped []string
}

// known reports whether a type says anything but what is not there.
func known(t *Type) bool { return t != nil && t.Kind != Unknown }

// droppedField is the type of a field of a value of which only the fields that
// it lacks are known. It reports false if the field is one of them.
func droppedField(t *Type, name string) (*Type, bool) {
	if t == nil {
		return nil, true
	}
	var inner []string
	for _, d := range t.Dropped {
		first, rest, deeper := strings.Cut(d, ".")
		switch {
		case !syntax.EqualFold(first, name):
		case !deeper:
			return nil, false
		default:
			inner = append(inner, rest)
		}
	}
	if inner == nil {
		return nil, true
	}
	return &Type{Dropped: inner}, true
}

// A TypeField is one field of a struct type. Name may be empty.
type TypeField struct {
	Name string
	Type *Type
	hash uint32
}

// NewTypeField returns a field whose name is ready for look-ups.
func NewTypeField(name string, typ *Type) TypeField {
	return TypeField{Name: name, Type: typ, hash: syntax.Fold(name)}
}

var basicTypes = func() (out [len(typeNames)]Type) {
	for i := range out {
		out[i].Kind = TypeKind(i)
	}
	return out
}()

func basic(k TypeKind) *Type {
	if k == Unknown {
		return nil
	}
	return &basicTypes[k]
}

// Basic returns the shared type of a kind without parameters.
func Basic(k TypeKind) *Type { return basic(k) }

// ArrayOf returns the type of arrays of elem, which may be nil.
func ArrayOf(elem *Type) *Type { return &Type{Kind: ArrayType, Elem: elem} }

// fieldsDiffer reports whether two types are structs of which one has fewer
// fields, or hold such structs at the same place.
func fieldsDiffer(x, y *Type) bool {
	if x == y || !known(x) || !known(y) || x.Kind != y.Kind {
		return false
	}
	if x.Kind == ArrayType {
		return fieldsDiffer(x.Elem, y.Elem)
	}
	if len(x.Fields) != len(y.Fields) {
		return true
	}
	for i := range x.Fields {
		if fieldsDiffer(x.Fields[i].Type, y.Fields[i].Type) {
			return true
		}
	}
	return false
}

// String returns the type as BigQuery writes it; "" for unknown.
func (t *Type) String() string {
	if t == nil {
		return ""
	}
	switch t.Kind {
	case StructType:
		var sb strings.Builder
		sb.WriteString("STRUCT<")
		for i, f := range t.Fields {
			if i > 0 {
				sb.WriteString(", ")
			}
			if f.Name != "" {
				sb.WriteString(f.Name)
				sb.WriteByte(' ')
			}
			sb.WriteString(orUnknown(f.Type))
		}
		sb.WriteByte('>')
		return sb.String()
	case ArrayType:
		return "ARRAY<" + orUnknown(t.Elem) + ">"
	case Range:
		return "RANGE<" + orUnknown(t.Elem) + ">"
	}
	return typeNames[t.Kind]
}

func orUnknown(t *Type) string {
	if t == nil {
		return "UNKNOWN"
	}
	return t.String()
}

// ParseType reads a type as a catalog or a yml file states it. What it does not
// know is nil, never an error: an unknown type only loses precision.
func ParseType(text string, d *syntax.Dialect) *Type {
	if text == "" {
		return nil
	}
	if k, ok := scalarKind(text); ok {
		return basic(k)
	}
	tn, err := syntax.ParseType(text, d)
	if err != nil {
		return nil
	}
	return fromName(tn)
}

// fromName turns a parsed type name into a type.
func fromName(tn *syntax.TypeName) *Type {
	if tn == nil {
		return nil
	}
	switch {
	case len(tn.Fields) > 0:
		t := &Type{Kind: StructType, Fields: make([]TypeField, len(tn.Fields))}
		for i, f := range tn.Fields {
			t.Fields[i] = NewTypeField(f.Name.Name, fromName(f.Type))
		}
		return t
	case tn.Key != nil:
		return &Type{Kind: Map, Elem: fromName(tn.Elem)}
	case tn.Elem != nil:
		if syntax.EqualFold(tn.Name, "range") {
			return &Type{Kind: Range, Elem: fromName(tn.Elem)}
		}
		return &Type{Kind: ArrayType, Elem: fromName(tn.Elem)}
	}
	k, ok := scalarKind(tn.Name)
	if !ok {
		return nil
	}
	return basic(k)
}

// scalarKind maps the name of a type without parameters to its kind.
func scalarKind(name string) (TypeKind, bool) {
	var buf [40]byte
	if len(name) > len(buf) {
		return Unknown, false
	}
	k, ok := scalarKinds[string(lower(buf[:0], name))]
	return k, ok
}

// lower appends name to buf with its ASCII letters in lower case.
func lower(buf []byte, name string) []byte {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	return buf
}

var scalarKinds = map[string]TypeKind{
	"bool": Bool, "boolean": Bool, "bit": Bool,
	"int64": Int64, "int": Int64, "integer": Int64, "bigint": Int64, "smallint": Int64,
	"tinyint": Int64, "byteint": Int64, "hugeint": Int64, "int2": Int64, "int4": Int64,
	"int8": Int64, "serial": Int64, "bigserial": Int64, "mediumint": Int64, "long": Int64,
	"ubigint": Int64, "uinteger": Int64, "usmallint": Int64, "utinyint": Int64,
	"float64": Float64, "float": Float64, "double": Float64, "real": Float64,
	"double precision": Float64, "float4": Float64, "float8": Float64,
	"numeric": Numeric, "decimal": Numeric, "number": Numeric, "bignumeric": BigNumeric,
	"bigdecimal": BigNumeric,
	"string":     String, "varchar": String, "text": String, "char": String,
	"character": String, "character varying": String, "nvarchar": String, "nchar": String,
	"bpchar": String, "uuid": String, "name": String, "longtext": String, "mediumtext": String,
	"bytes": Bytes, "binary": Bytes, "varbinary": Bytes, "bytea": Bytes, "blob": Bytes,
	"date": Date, "datetime": Datetime, "datetime2": Datetime,
	"timestamp": Timestamp, "timestamptz": Timestamp, "timestamp_tz": Timestamp,
	"timestamp_ntz": Timestamp, "timestamp_ltz": Timestamp,
	"timestamp with time zone": Timestamp, "timestamp without time zone": Timestamp,
	"time": Time, "time without time zone": Time, "interval": Interval,
	"json": JSON, "jsonb": JSON, "variant": JSON, "super": JSON, "object": JSON,
	"geography": Geography, "geometry": Geography,
}
