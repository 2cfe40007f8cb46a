package files

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"impact/sync/plan"
)

// A form is how values are kept where the kind alone does not tell.
type form uint8

const (
	plainForm form = iota
	uuidForm
	intervalForm
	structForm
	listForm
	mapForm
)

// A shape is what is known of a column, or of a part of one.
type shape struct {
	name   string
	kind   plan.Kind
	form   form
	kids   []shape // fields of a struct, element of a list, key and value of a map
	unread string  // type of values that are not read; "": they are
	// Digits of a decimal, and those behind the point: see plan.Field.
	precision, scale int
}

// shapeOf describes a column by the schema of the file.
func shapeOf(f *pqarrow.SchemaField, sc *schema.Schema) shape {
	s := shape{name: f.Field.Name}
	if len(f.Children) == 0 {
		s.leaf(f, sc)
		return s
	}
	s.kind = plan.JSON
	for i := range f.Children {
		s.kids = append(s.kids, shapeOf(&f.Children[i], sc))
	}
	switch f.Field.Type.ID() {
	case arrow.STRUCT:
		s.form = structForm
	case arrow.LIST, arrow.LARGE_LIST, arrow.FIXED_SIZE_LIST:
		s.form = listForm
	case arrow.MAP:
		if pair := s.kids[0]; len(pair.kids) == 2 {
			s.form, s.kids = mapForm, pair.kids
		} else {
			s.form = listForm // a map without values is the list of its keys
		}
	default:
		s.unread = f.Field.Type.Name()
	}
	for _, k := range s.kids {
		if s.unread == "" {
			s.unread = k.unread
		}
	}
	if s.unread != "" {
		s.kind = plan.Unknown
	}
	return s
}

func (s *shape) leaf(f *pqarrow.SchemaField, sc *schema.Schema) {
	if f.ColIndex < 0 || f.ColIndex >= sc.NumColumns() {
		s.unread = "a group without fields"
		return
	}
	switch sc.Column(f.ColIndex).LogicalType().(type) {
	case schema.JSONLogicalType:
		s.kind = plan.JSON
		return
	case schema.EnumLogicalType:
		s.kind = plan.String
		return
	case schema.UUIDLogicalType:
		s.kind, s.form = plan.String, uuidForm
		return
	case schema.IntervalLogicalType:
		s.kind, s.form = plan.String, intervalForm
		return
	}
	switch t := f.Field.Type; t.ID() {
	case arrow.BOOL:
		s.kind = plan.Bool
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64:
		s.kind = plan.Int
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		s.kind = plan.Float
	case arrow.DECIMAL128, arrow.DECIMAL256:
		s.kind = plan.Decimal
		s.limit(t)
	case arrow.STRING, arrow.LARGE_STRING:
		s.kind = plan.String
	case arrow.BINARY, arrow.LARGE_BINARY, arrow.FIXED_SIZE_BINARY:
		s.kind = plan.Bytes
	case arrow.DATE32, arrow.DATE64:
		s.kind = plan.Date
	case arrow.TIME32, arrow.TIME64:
		s.kind = plan.Time
	case arrow.TIMESTAMP:
		s.kind = plan.DateTime
		if ts, ok := t.(*arrow.TimestampType); ok && ts.TimeZone != "" {
			s.kind = plan.Timestamp
		}
	case arrow.NULL:
		s.kind = plan.String // every value is NULL
	default:
		s.unread = t.Name()
	}
}

// limit takes the digits that a decimal may have. BigQuery writes each of its
// NUMERICs and BIGNUMERICs with all the digits that the type has, whatever the
// column is limited to: those promise nothing.
func (s *shape) limit(t arrow.DataType) {
	d, ok := t.(arrow.DecimalType)
	if !ok {
		return
	}
	p, sc := int(d.GetPrecision()), int(d.GetScale())
	if (p == 38 && sc == 9) || p == 76 || sc < 0 || sc > p {
		return
	}
	s.precision, s.scale = p, sc
}
