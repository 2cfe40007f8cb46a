package files

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/google/go-cmp/cmp"

	"impact/sync/plan"
)

// encode writes rows, given as JSON, into the bytes of a Parquet file.
func encode(t testing.TB, sc *arrow.Schema, rows string, groupRows int64, arrowProps ...pqarrow.WriterOption) []byte {
	t.Helper()
	rec, _, err := array.RecordFromJSON(memory.NewGoAllocator(), sc, strings.NewReader(rows))
	if err != nil {
		t.Fatal(err)
	}
	return encodeRecord(t, rec, groupRows, arrowProps...)
}

func encodeRecord(t testing.TB, rec arrow.RecordBatch, groupRows int64, arrowProps ...pqarrow.WriterOption) []byte {
	t.Helper()
	var buf bytes.Buffer
	tbl := array.NewTableFromRecords(rec.Schema(), []arrow.RecordBatch{rec})
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy), parquet.WithMaxRowGroupLength(groupRows), parquet.WithStats(true), parquet.WithVersion(parquet.V2_LATEST))
	if err := pqarrow.WriteTable(tbl, &buf, groupRows, props, pqarrow.NewArrowWriterProperties(arrowProps...)); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func save(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func source(path string) *Source { return New(map[string]string{"m": path}) }

func column(name string, typ arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: typ, Nullable: true}
}

func TestEveryTypeOfParquetIsReadExactly(t *testing.T) {
	t.Parallel()
	list := arrow.ListOf(arrow.PrimitiveTypes.Int64)
	pair := arrow.StructOf(column("a", arrow.PrimitiveTypes.Int64), column("b c", arrow.BinaryTypes.String))
	cases := []struct {
		name string
		typ  arrow.DataType
		kind plan.Kind
		rows []string // JSON of the values
		want []string
	}{
		{"bool", arrow.FixedWidthTypes.Boolean, plan.Bool, []string{"true", "false", "null"}, []string{"1", "0", "NULL"}},
		{"int8", arrow.PrimitiveTypes.Int8, plan.Int, []string{"-128", "127"}, []string{"-128", "127"}},
		{"int16", arrow.PrimitiveTypes.Int16, plan.Int, []string{"-32768"}, []string{"-32768"}},
		{"int32", arrow.PrimitiveTypes.Int32, plan.Int, []string{"-2147483648"}, []string{"-2147483648"}},
		{"int64", arrow.PrimitiveTypes.Int64, plan.Int, []string{"-9223372036854775808", "9223372036854775807", "null"}, []string{"-9223372036854775808", "9223372036854775807", "NULL"}},
		{"uint8", arrow.PrimitiveTypes.Uint8, plan.Int, []string{"255"}, []string{"255"}},
		{"uint16", arrow.PrimitiveTypes.Uint16, plan.Int, []string{"65535"}, []string{"65535"}},
		{"uint32", arrow.PrimitiveTypes.Uint32, plan.Int, []string{"4294967295"}, []string{"4294967295"}},
		{"uint64", arrow.PrimitiveTypes.Uint64, plan.Int, []string{"18446744073709551615"}, []string{"18446744073709551615"}},
		{"float32", arrow.PrimitiveTypes.Float32, plan.Float, []string{"1.5", "0.1"}, []string{"1.5", "0.10000000149011612"}},
		{"float64", arrow.PrimitiveTypes.Float64, plan.Float, []string{"0.1", "1e300", "-0"}, []string{"0.1", "1e+300", "-0"}},
		{"decimal in an int32", &arrow.Decimal128Type{Precision: 9, Scale: 2}, plan.Decimal, []string{`"-1234567.89"`, `"0.05"`, `"-0.05"`}, []string{"-1234567.89", "0.05", "-0.05"}},
		{"decimal in an int64", &arrow.Decimal128Type{Precision: 18, Scale: 18}, plan.Decimal, []string{`"0.000000000000000001"`}, []string{"0.000000000000000001"}},
		{"decimal of BigQuery's NUMERIC", &arrow.Decimal128Type{Precision: 38, Scale: 9}, plan.Decimal, []string{`"12345678901234567890123456789.987654321"`, `"-9.000000000"`, `"0"`}, []string{"12345678901234567890123456789.987654321", "-9.000000000", "0.000000000"}},
		{"decimal of 76 digits", &arrow.Decimal256Type{Precision: 76, Scale: 38}, plan.Decimal, []string{`"-12345678901234567890123456789012345678.12345678901234567890123456789012345678"`}, []string{"-12345678901234567890123456789012345678.12345678901234567890123456789012345678"}},
		{"decimal without places", &arrow.Decimal128Type{Precision: 20, Scale: 0}, plan.Decimal, []string{`"99999999999999999999"`}, []string{"99999999999999999999"}},
		{"string", arrow.BinaryTypes.String, plan.String, []string{`"看護師"`, `""`, "null"}, []string{"看護師", "", "NULL"}},
		{"large string", arrow.BinaryTypes.LargeString, plan.String, []string{`"x"`}, []string{"x"}},
		{"dictionary", &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, plan.String, []string{`"x"`, `"y"`, `"x"`, "null"}, []string{"x", "y", "x", "NULL"}},
		{"binary", arrow.BinaryTypes.Binary, plan.Bytes, []string{`"AP8="`}, []string{"\x00\xff"}},
		{"fixed size binary", &arrow.FixedSizeBinaryType{ByteWidth: 2}, plan.Bytes, []string{`"AP8="`}, []string{"\x00\xff"}},
		{"date", arrow.FixedWidthTypes.Date32, plan.Date, []string{`"1969-12-31"`, `"0001-01-01"`, `"9999-12-31"`}, []string{"1969-12-31", "0001-01-01", "9999-12-31"}},
		{"date in milliseconds", arrow.FixedWidthTypes.Date64, plan.Date, []string{`"1969-12-31"`}, []string{"1969-12-31"}},
		{"time in milliseconds", arrow.FixedWidthTypes.Time32ms, plan.Time, []string{`"23:59:59.999"`}, []string{"23:59:59.999"}},
		{"time in microseconds", arrow.FixedWidthTypes.Time64us, plan.Time, []string{`"00:00:00"`, `"01:02:03.000004"`}, []string{"00:00:00", "01:02:03.000004"}},
		{"time in nanoseconds", arrow.FixedWidthTypes.Time64ns, plan.Time, []string{`"01:02:03.000000004"`}, []string{"01:02:03.000000004"}},
		{"wall clock in milliseconds", &arrow.TimestampType{Unit: arrow.Millisecond}, plan.DateTime, []string{`"1969-12-31 23:59:59.001"`}, []string{"1969-12-31 23:59:59.001"}},
		{"wall clock in microseconds", &arrow.TimestampType{Unit: arrow.Microsecond}, plan.DateTime, []string{`"2024-02-29 01:02:03.4"`, `"0001-01-01 00:00:00"`, `"9999-12-31 23:59:59.999999"`}, []string{"2024-02-29 01:02:03.4", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"}},
		{"wall clock in nanoseconds", &arrow.TimestampType{Unit: arrow.Nanosecond}, plan.DateTime, []string{`"2024-02-29 01:02:03.123456789"`}, []string{"2024-02-29 01:02:03.123456789"}},
		{"instant in UTC", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, plan.Timestamp, []string{`"2024-02-29T01:02:03.4Z"`}, []string{"2024-02-29 01:02:03.4"}},
		{"instant of another zone", &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "Asia/Tokyo"}, plan.Timestamp, []string{"0"}, []string{"1970-01-01 00:00:00"}},
		{"nothing but NULL", arrow.Null, plan.String, []string{"null"}, []string{"NULL"}},
		{"list", list, plan.JSON, []string{"[1,null,-3]", "[]", "null", "[9007199254740993]"}, []string{"[1,null,-3]", "[]", "NULL", `["9007199254740993"]`}},
		{"large list", arrow.LargeListOf(arrow.BinaryTypes.String), plan.JSON, []string{`["a\"\\\n\u0001/é"]`}, []string{`["a\"\\\n\u0001/é"]`}},
		{"struct", pair, plan.JSON, []string{`{"a":1,"b c":"x"}`, `{"a":null,"b c":null}`, "null"}, []string{`{"a":1,"b c":"x"}`, `{"a":null,"b c":null}`, "NULL"}},
		{"list of structs", arrow.ListOf(pair), plan.JSON, []string{`[{"a":1,"b c":"x"},null]`}, []string{`[{"a":1,"b c":"x"},null]`}},
		{"struct of lists", arrow.StructOf(column("l", list), column("s", pair)), plan.JSON, []string{`{"l":[1],"s":{"a":2,"b c":null}}`}, []string{`{"l":[1],"s":{"a":2,"b c":null}}`}},
		{"map", arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64), plan.JSON, []string{`[{"key":"z","value":1.5},{"key":"a","value":null}]`, "[]"}, []string{`{"z":1.5,"a":null}`, "{}"}},
		{"map of numbers", arrow.MapOf(arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Int64), plan.JSON, []string{`[{"key":1,"value":2}]`}, []string{`{"1":2}`}},
		{"values inside of JSON", arrow.StructOf(
			column("d", &arrow.Decimal128Type{Precision: 20, Scale: 2}), column("e", &arrow.Decimal128Type{Precision: 20, Scale: 2}),
			column("t", arrow.FixedWidthTypes.Boolean), column("bin", arrow.BinaryTypes.Binary), column("day", arrow.FixedWidthTypes.Date32),
			column("at", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}), column("wall", &arrow.TimestampType{Unit: arrow.Microsecond}),
			column("clock", arrow.FixedWidthTypes.Time64us), column("f", arrow.PrimitiveTypes.Float64), column("g", arrow.PrimitiveTypes.Float64)),
			plan.JSON,
			[]string{`{"d":"12.30","e":"7.00","t":true,"bin":"AP8=","day":"2024-02-29","at":"2024-02-29T01:02:03.5Z","wall":"2024-02-29 01:02:03","clock":"01:02:03","f":1234567,"g":1e-9}`},
			[]string{`{"d":"12.3","e":7,"t":true,"bin":"AP8=","day":"2024-02-29","at":"2024-02-29T01:02:03.5Z","wall":"2024-02-29T01:02:03","clock":"01:02:03","f":1234567,"g":1e-09}`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sc := arrow.NewSchema([]arrow.Field{column("v", c.typ)}, nil)
			var rows []string
			for _, v := range c.rows {
				rows = append(rows, `{"v":`+v+`}`)
			}
			// The schema of the rows as they were in memory changes nothing.
			for _, opts := range [][]pqarrow.WriterOption{nil, {pqarrow.WithStoreSchema()}} {
				s := source(save(t, "m.parquet", encode(t, sc, "["+strings.Join(rows, ",")+"]", 2, opts...)))
				m, err := s.Describe(t.Context(), "m")
				if err != nil {
					t.Fatal(err)
				}
				if m.Fields[0].Kind != c.kind {
					t.Errorf("kind %s, want %s", m.Fields[0].Kind, c.kind)
				}
				got, err := read(t, s, "v")
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(c.want, got); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

// leafFile writes one column with a low-level schema.
func leafFile(t testing.TB, logical schema.LogicalType, physical parquet.Type, size int, write func(file.ColumnChunkWriter) error) []byte {
	t.Helper()
	leaf, err := schema.NewPrimitiveNodeLogical("v", parquet.Repetitions.Required, logical, physical, size, -1)
	if err != nil {
		t.Fatal(err)
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, schema.FieldList{leaf}, -1)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	w := file.NewParquetWriter(&buf, root)
	g, err := w.AppendRowGroupChecked()
	if err != nil {
		t.Fatal(err)
	}
	col, err := g.NextColumn()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(write(col), col.Close(), g.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestTypesThatOnlyParquetHasAreRead(t *testing.T) {
	t.Parallel()
	texts := func(v ...string) func(file.ColumnChunkWriter) error {
		return func(w file.ColumnChunkWriter) error {
			var b []parquet.ByteArray
			for _, s := range v {
				b = append(b, parquet.ByteArray(s))
			}
			_, err := w.(*file.ByteArrayColumnChunkWriter).WriteBatch(b, nil, nil)
			return err
		}
	}
	fixed := func(v ...string) func(file.ColumnChunkWriter) error {
		return func(w file.ColumnChunkWriter) error {
			var b []parquet.FixedLenByteArray
			for _, s := range v {
				b = append(b, parquet.FixedLenByteArray(s))
			}
			_, err := w.(*file.FixedLenByteArrayColumnChunkWriter).WriteBatch(b, nil, nil)
			return err
		}
	}
	old := func(v ...parquet.Int96) func(file.ColumnChunkWriter) error {
		return func(w file.ColumnChunkWriter) error {
			_, err := w.(*file.Int96ColumnChunkWriter).WriteBatch(v, nil, nil)
			return err
		}
	}
	// Julian day 2,440,588 is the first of 1970.
	day := parquet.Int96{8: 0x8c, 9: 0x3d, 10: 0x25}
	cases := []struct {
		name     string
		logical  schema.LogicalType
		physical parquet.Type
		size     int
		write    func(file.ColumnChunkWriter) error
		kind     plan.Kind
		want     []string
	}{
		{"json", schema.JSONLogicalType{}, parquet.Types.ByteArray, -1, texts(`{"b": 1, "a": [1.50]}`), plan.JSON, []string{`{"b": 1, "a": [1.50]}`}},
		{"enum", schema.EnumLogicalType{}, parquet.Types.ByteArray, -1, texts("open"), plan.String, []string{"open"}},
		{"bson", schema.BSONLogicalType{}, parquet.Types.ByteArray, -1, texts("\x05"), plan.Bytes, []string{"\x05"}},
		{"text without annotation", schema.NoLogicalType{}, parquet.Types.ByteArray, -1, texts("x"), plan.Bytes, []string{"x"}},
		{"uuid", schema.UUIDLogicalType{}, parquet.Types.FixedLenByteArray, 16, fixed("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"), plan.String, []string{"00112233-4455-6677-8899-aabbccddeeff"}},
		{"interval", schema.IntervalLogicalType{}, parquet.Types.FixedLenByteArray, 12, fixed("\x0e\x00\x00\x00\x03\x00\x00\x00\xe9\x07\x00\x00"), plan.String, []string{"1-2 3 0:0:2.025"}},
		{"float16", schema.Float16LogicalType{}, parquet.Types.FixedLenByteArray, 2, fixed("\x00\x3e"), plan.Float, []string{"1.5"}},
		{"decimal of any number of bytes", schema.NewDecimalLogicalType(5, 2), parquet.Types.ByteArray, -1, texts("\x7b", "\xff\x85"), plan.Decimal, []string{"1.23", "-1.23"}},
		{"decimal of fixed bytes", schema.NewDecimalLogicalType(5, 2), parquet.Types.FixedLenByteArray, 3, fixed("\xff\xff\xff", "\x00\x30\x39"), plan.Decimal, []string{"-0.01", "123.45"}},
		{"int96", schema.NoLogicalType{}, parquet.Types.Int96, -1, old(day), plan.Timestamp, []string{"1970-01-01 00:00:00"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := source(save(t, "m.parquet", leafFile(t, c.logical, c.physical, c.size, c.write)))
			m, err := s.Describe(t.Context(), "m")
			if err != nil {
				t.Fatal(err)
			}
			if m.Fields[0].Kind != c.kind {
				t.Errorf("kind %s, want %s", m.Fields[0].Kind, c.kind)
			}
			got, err := read(t, s, "v")
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
	t.Run("a year that a 64-bit time cannot reach is an error", func(t *testing.T) {
		t.Parallel()
		far := parquet.Int96{8: 0xff, 9: 0xff, 10: 0xff}
		if got, err := read(t, source(save(t, "m.parquet", leafFile(t, schema.NoLogicalType{}, parquet.Types.Int96, -1, old(far)))), "v"); err == nil {
			t.Fatal(got)
		}
	})
}

func TestValuesThatNoDatabaseTakesAreNotChanged(t *testing.T) {
	t.Parallel()
	b := array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema([]arrow.Field{
		column("f", arrow.PrimitiveTypes.Float64), column("d", arrow.FixedWidthTypes.Date32),
		column("t", arrow.FixedWidthTypes.Time64us), column("at", &arrow.TimestampType{Unit: arrow.Millisecond}),
		column("j", arrow.ListOf(arrow.PrimitiveTypes.Float64)),
	}, nil))
	b.Field(0).(*array.Float64Builder).AppendValues([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}, nil)
	b.Field(1).(*array.Date32Builder).AppendValues([]arrow.Date32{math.MaxInt32, math.MinInt32, 2932897}, nil)
	b.Field(2).(*array.Time64Builder).AppendValues([]arrow.Time64{86400e6, -1, math.MinInt64}, nil)
	b.Field(3).(*array.TimestampBuilder).AppendValues([]arrow.Timestamp{math.MaxInt64, math.MinInt64, 253402300800000}, nil)
	l := b.Field(4).(*array.ListBuilder)
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Copysign(0, -1)} {
		l.Append(true)
		l.ValueBuilder().(*array.Float64Builder).Append(f)
	}
	s := source(save(t, "m.parquet", encodeRecord(t, b.NewRecordBatch(), 10)))
	got, err := read(t, s, "f", "d", "t", "at", "j")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`NaN|5881580-07-11|24:00:00|292278994-08-17 07:12:55.807|["NaN"]`,
		`Infinity|-5877641-06-23|-00:00:00.000001|-292275055-05-16 16:47:04.192|["Infinity"]`,
		`-Infinity|10000-01-01|-00:00:00|10000-01-01 00:00:00|[0]`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatal(d)
	}
}
