package files

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, encode := range map[string]func(testing.TB, []plan.Field, []run.Row) []byte{
		".csv": encodeCSV,
		".csv.gz": func(t testing.TB, fields []plan.Field, rows []run.Row) []byte {
			t.Helper()
			return zip(t, encodeCSV(t, fields, rows))
		},
		".parquet": encodeRows,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Sources(t, func(t *testing.T) synctest.Warehouse {
				t.Helper()
				dir := t.TempDir()
				path := func(node string) string { return filepath.Join(dir, node+name) }
				return synctest.Warehouse{
					Untyped: name != ".parquet",
					Put: func(t testing.TB, node string, fields []plan.Field, rows []run.Row) {
						t.Helper()
						if err := os.WriteFile(path(node), encode(t, fields, rows), 0o600); err != nil {
							t.Fatal(err)
						}
					},
					Open: func(_ testing.TB, nodes ...string) run.Source {
						paths := map[string]string{}
						for _, node := range nodes {
							paths[node] = path(node)
						}
						return New(paths)
					},
					Break: func(t testing.TB, node string) {
						t.Helper()
						info, err := os.Stat(path(node))
						if err != nil {
							t.Fatal(err)
						}
						if err := os.Truncate(path(node), info.Size()/2); err != nil {
							t.Fatal(err)
						}
					},
				}
			})
		})
	}
}

// encodeCSV writes CSV as exports do: NULL is nothing, all else is in quotes.
func encodeCSV(_ testing.TB, fields []plan.Field, rows []run.Row) []byte {
	var b bytes.Buffer
	quote := func(v []byte) {
		if v != nil {
			b.WriteString(`"` + strings.ReplaceAll(string(v), `"`, `""`) + `"`)
		}
	}
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		quote([]byte(f.Name))
	}
	b.WriteByte('\n')
	for _, row := range rows {
		for i, v := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			quote(v)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func zip(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// encodeRows writes rows as Parquet, in groups of a thousand.
func encodeRows(t testing.TB, fields []plan.Field, rows []run.Row) []byte {
	t.Helper()
	var columns []arrow.Field
	for _, f := range fields {
		columns = append(columns, column(f.Name, parquetType(t, f)))
	}
	b := array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema(columns, nil))
	defer b.Release()
	for _, row := range rows {
		for i, v := range row {
			to := b.Field(i)
			if v == nil {
				to.AppendNull()
				continue
			}
			text := string(v)
			switch fields[i].Kind {
			case plan.Bytes:
				text = base64.StdEncoding.EncodeToString(v)
			case plan.Bool:
				text = strconv.FormatBool(text == "1")
			case plan.Timestamp:
				text += "Z"
			}
			if s, ok := to.(*array.StringBuilder); ok {
				s.Append(text)
			} else if err := to.AppendValueFromString(text); err != nil {
				t.Fatalf("%s: %q: %v", fields[i].Name, text, err)
			}
		}
	}
	rec := b.NewRecordBatch()
	defer rec.Release()
	return encodeRecord(t, rec, 1000)
}

func parquetType(t testing.TB, f plan.Field) arrow.DataType {
	t.Helper()
	switch f.Name {
	case "array":
		return arrow.ListOf(arrow.PrimitiveTypes.Int64)
	case "struct":
		return arrow.StructOf(column("a", arrow.PrimitiveTypes.Int64), column("b", arrow.BinaryTypes.String))
	}
	switch f.Kind {
	case plan.Int:
		return arrow.PrimitiveTypes.Int64
	case plan.Decimal:
		return &arrow.Decimal128Type{Precision: 38, Scale: 9}
	case plan.Float:
		return arrow.PrimitiveTypes.Float64
	case plan.Bool:
		return arrow.FixedWidthTypes.Boolean
	case plan.Bytes:
		return arrow.BinaryTypes.Binary
	case plan.Date:
		return arrow.FixedWidthTypes.Date32
	case plan.DateTime:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case plan.Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case plan.Time:
		return arrow.FixedWidthTypes.Time64us
	case plan.JSON:
		typ, err := extensions.NewJSONType(arrow.BinaryTypes.String)
		if err != nil {
			t.Fatal(err)
		}
		return typ
	}
	return arrow.BinaryTypes.String
}
