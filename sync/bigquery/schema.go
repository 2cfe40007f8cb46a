package bigquery

import (
	"fmt"
	"slices"

	bq "google.golang.org/api/bigquery/v2"

	"impact/sync/plan"
)

// form is the scalar form in which a column travels from BigQuery.
type form uint8

const (
	formText form = iota // STRING, and everything that the query turns into text
	formInt
	formFloat
	formDecimal
	formBool
	formBytes
	formDate
	formDateTime
	formTimestamp
	formTime
)

// A column is a column of a relation.
type column struct {
	name string
	kind plan.Kind
	form form
	wrap string // what turns it into text, with %s for the column; "": nothing
	odd  string // why it cannot be read; "": it can
	// What the type is limited to: see plan.Field.
	length, precision, scale int
}

// types are the scalar types by the names that the API and SQL have for them.
var types = map[string]column{
	"STRING":     {kind: plan.String, form: formText},
	"INTEGER":    {kind: plan.Int, form: formInt},
	"INT64":      {kind: plan.Int, form: formInt},
	"FLOAT":      {kind: plan.Float, form: formFloat},
	"FLOAT64":    {kind: plan.Float, form: formFloat},
	"NUMERIC":    {kind: plan.Decimal, form: formDecimal},
	"BIGNUMERIC": {kind: plan.Decimal, form: formDecimal},
	"BOOLEAN":    {kind: plan.Bool, form: formBool},
	"BOOL":       {kind: plan.Bool, form: formBool},
	"BYTES":      {kind: plan.Bytes, form: formBytes},
	"DATE":       {kind: plan.Date, form: formDate},
	"DATETIME":   {kind: plan.DateTime, form: formDateTime},
	"TIMESTAMP":  {kind: plan.Timestamp, form: formTimestamp},
	"TIME":       {kind: plan.Time, form: formTime},
	"GEOGRAPHY":  {kind: plan.String, wrap: "ST_ASTEXT(%s)"},
	"INTERVAL":   {kind: plan.String, wrap: "CAST(%s AS STRING)"},
	"RANGE":      {kind: plan.String, wrap: "CAST(%s AS STRING)"},
	"JSON":       {kind: plan.JSON, wrap: toJSON},
	"RECORD":     {kind: plan.JSON, wrap: toJSON},
	"STRUCT":     {kind: plan.JSON, wrap: toJSON},
}

// toJSON keeps NULL apart from JSON's null, which TO_JSON_STRING makes of it.
const toJSON = "IF(%[1]s IS NULL, NULL, TO_JSON_STRING(%[1]s))"

// columns reads a schema.
func columns(s *bq.TableSchema) []column {
	if s == nil {
		return nil
	}
	out := make([]column, 0, len(s.Fields))
	for _, f := range s.Fields {
		c, ok := types[f.Type]
		switch {
		case f.Mode == "REPEATED":
			c = types["RECORD"]
		case !ok:
			c.odd = fmt.Sprintf("type %s is not known: cast it to STRING in the model", f.Type)
		case f.Type == "TIMESTAMP" && f.TimestampPrecision != nil && *f.TimestampPrecision > 6:
			c.odd = "TIMESTAMP with more than microseconds: cast it to STRING in the model"
		}
		c.name = f.Name
		if c.wrap == "" {
			c.limit(f)
		}
		out = append(out, c)
	}
	return out
}

// limit takes the parameters of STRING(n), BYTES(n), NUMERIC(p, s) and
// BIGNUMERIC(p, s). A type without them promises nothing.
func (c *column) limit(f *bq.TableFieldSchema) {
	const most = 1 << 31 // more is no limit
	switch {
	case (c.kind == plan.String || c.kind == plan.Bytes) && f.MaxLength > 0 && f.MaxLength < most:
		c.length = int(f.MaxLength)
	case c.kind == plan.Decimal && f.Precision > 0 && f.Precision <= maxExponent && f.Scale >= 0 && f.Scale <= f.Precision:
		c.precision, c.scale = int(f.Precision), int(f.Scale)
	}
}

// ref names the column in a query.
func (c *column) ref() string { return alias + "." + quoteName(c.name) }

// value is the expression whose value travels.
func (c *column) value() string {
	if c.wrap == "" {
		return c.ref()
	}
	return fmt.Sprintf(c.wrap, c.ref())
}

// order is the expression that gives the wanted order: by value for numbers,
// else by the bytes of the value's form. "" means that BigQuery cannot tell.
func (c *column) order(numeric bool) string {
	if c.wrap != "" {
		return "CAST(" + c.value() + " AS BYTES)"
	}
	switch c.form {
	case formText:
		if numeric {
			return "SAFE_CAST(" + c.ref() + " AS BIGNUMERIC)"
		}
		// Strings are ordered by the collation of their column, bytes never.
		return "CAST(" + c.ref() + " AS BYTES)"
	case formFloat:
		if !numeric {
			return "" // it writes some floats in another way than we do
		}
	case formInt, formDecimal:
		if !numeric {
			return "CAST(CAST(" + c.ref() + " AS STRING) AS BYTES)"
		}
	}
	// The forms of dates and times are ordered like their values.
	return c.ref()
}

func names(cols []column) []string {
	out := make([]string, len(cols))
	for i := range cols {
		out[i] = cols[i].name
	}
	return out
}

// find returns the index of the column called name, or -1.
func find(cols []column, name string) int {
	return slices.IndexFunc(cols, func(c column) bool { return c.name == name })
}
