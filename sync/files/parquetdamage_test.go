package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"impact/sync/run"
)

func TestBytesThatAreNoParquetAreAnError(t *testing.T) {
	t.Parallel()
	good := numbers(t, 2, 1, 2, 3)
	for name, data := range map[string][]byte{
		"empty": nil, "text": []byte("id,name\n1,x\n"), "only the marks": []byte("PAR1PAR1"),
		"cut": good[:len(good)-20], "without its begin": good[20:],
	} {
		path := save(t, "m.parquet", data)
		if _, err := readAll(t, path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// manyTypes is a small file with nested and flat columns.
func manyTypes(t testing.TB) []byte {
	t.Helper()
	pair := arrow.StructOf(column("a", arrow.PrimitiveTypes.Int64), column("b", arrow.BinaryTypes.String))
	sc := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64}, column("s", arrow.BinaryTypes.String), column("p", pair),
		column("l", arrow.ListOf(pair)), column("m", arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64)),
		column("d", &arrow.Decimal128Type{Precision: 30, Scale: 3}), column("at", &arrow.TimestampType{Unit: arrow.Microsecond}), column("b", arrow.FixedWidthTypes.Boolean),
	}, nil)
	return encode(t, sc, `[
		{"id":1,"s":"x","p":{"a":1,"b":"y"},"l":[{"a":1,"b":"z"},null],"m":[{"key":"k","value":1}],"d":"1.5","at":"2024-01-01 00:00:00","b":true},
		{"id":2,"s":null,"p":null,"l":null,"m":null,"d":null,"at":null,"b":null},
		{"id":3,"s":"","p":{"a":null,"b":null},"l":[],"m":[],"d":"-0.001","at":"1900-01-01 00:00:00.5","b":false}]`, 2)
}

// readAll reads everything that a file says it has.
func readAll(t testing.TB, path string) (rows int64, err error) {
	t.Helper()
	s := source(path)
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		return 0, err
	}
	st, err := s.Read(t.Context(), run.Query{Node: "m", Model: m, Columns: m.Names()})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	for {
		if _, err := st.Next(t.Context()); errors.Is(err, io.EOF) {
			if rows != m.Rows {
				t.Fatalf("%d rows read, %d counted", rows, m.Rows)
			}
			return rows, nil
		} else if err != nil {
			return rows, err
		}
		rows++
	}
}

func TestDamagedFilesNeverEndTheProgram(t *testing.T) {
	t.Parallel()
	good := manyTypes(t)
	path := filepath.Join(t.TempDir(), "m.parquet")
	rnd := rand.New(rand.NewPCG(1, 2))
	failed := 0
	for i := range 1000 {
		data := bytes.Clone(good)
		for range 1 + i%3 {
			data[rnd.IntN(len(data))] = byte(rnd.UintN(256))
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readAll(t, path); err != nil {
			failed++
		}
	}
	if failed < 200 {
		t.Fatalf("only %d of 1,000 were found out", failed)
	}
}

func FuzzParquet(f *testing.F) {
	f.Add(manyTypes(f))
	f.Add(numbers(f, 2, 1, 2, 3))
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := save(t, "m.parquet", data)
		_, err := readAll(t, path)
		if err != nil && !strings.Contains(err.Error(), path) {
			t.Fatal(err)
		}
	})
}

func BenchmarkParquet(b *testing.B) {
	const rows = 200_000
	fields := []arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}}
	for i := range 4 {
		fields = append(fields, column(fmt.Sprint("s", i), arrow.BinaryTypes.String), column(fmt.Sprint("d", i), &arrow.Decimal128Type{Precision: 18, Scale: 2}),
			column(fmt.Sprint("at", i), &arrow.TimestampType{Unit: arrow.Microsecond}))
	}
	fields = append(fields, column("b", arrow.FixedWidthTypes.Boolean), column("f", arrow.PrimitiveTypes.Float64))
	rb := array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema(fields, nil))
	for i := range int64(rows) {
		for k := range fields {
			switch fb := rb.Field(k).(type) {
			case *array.Int64Builder:
				fb.Append(i)
			case *array.StringBuilder:
				fb.Append(fmt.Sprintf("value %d of %d", k, i%1000))
			case *array.Decimal128Builder:
				if err := fb.AppendValueFromString(fmt.Sprintf("%d.%02d", i, i%100)); err != nil {
					b.Fatal(err)
				}
			case *array.TimestampBuilder:
				fb.Append(arrow.Timestamp(1_700_000_000_000_000 + i*1_000_001))
			case *array.BooleanBuilder:
				fb.Append(i%2 == 0)
			case *array.Float64Builder:
				fb.Append(float64(i) / 3)
			}
		}
	}
	path := save(b, "m.parquet", encodeRecord(b, rb.NewRecordBatch(), 100_000))
	b.ResetTimer()
	for b.Loop() {
		if n, err := readAll(b, path); err != nil || n != rows {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
