package files

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"impact/sync/run"
)

func numbers(t testing.TB, groupRows int64, ids ...int64) []byte {
	t.Helper()
	b := array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64}, column("name", arrow.BinaryTypes.String),
	}, nil))
	for _, id := range ids {
		b.Field(0).(*array.Int64Builder).Append(id)
		b.Field(1).(*array.StringBuilder).Append(fmt.Sprintf("n%03d", id))
	}
	return encodeRecord(t, b.NewRecordBatch(), groupRows)
}

func TestAFolderOfFilesIsOneModel(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("part-1.parquet", numbers(t, 2, 3, 4, 5))
	put("part-0.parquet", numbers(t, 2, 1, 2))
	put("part-2.parquet", numbers(t, 2))
	put("_SUCCESS", nil)
	put(".part-1.parquet.crc", []byte("x"))
	want := []string{"n001|1", "n002|2", "n003|3", "n004|4", "n005|5"}
	for _, path := range []string{dir, filepath.Join(dir, "part-*.parquet")} {
		got, err := read(t, source(path), "name", "id")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	}
	m, err := source(dir).Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	put("part-3.parquet", numbers(t, 2, 9))
	if now, err := source(dir).Describe(t.Context(), "m"); err != nil || now.Version == m.Version || now.Rows != 6 {
		t.Fatalf("%+v: %v", now, err)
	}
	// A part that comes between the plan and the run is not read unseen.
	st, err := source(dir).Read(t.Context(), run.Query{Node: "m", Model: m, Columns: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for err == nil {
		_, err = st.Next(t.Context())
	}
	if !errors.Is(err, ErrChanged) {
		t.Fatal(err)
	}

	for _, c := range []struct {
		name, file string
		data       []byte
		want       string
	}{
		{"a column of another kind", "part-4.parquet", encode(t, arrow.NewSchema([]arrow.Field{column("id", arrow.BinaryTypes.String), column("name", arrow.BinaryTypes.String)}, nil), "[]", 5), "column id is int in the first and string in the second"},
		{"a column less", "part-4.parquet", encode(t, arrow.NewSchema([]arrow.Field{column("id", arrow.PrimitiveTypes.Int64)}, nil), "[]", 5), "only the first has a column name"},
		{"a file of another kind", "readme.txt", []byte("x"), ".parquet"},
	} {
		put(c.file, c.data)
		if _, err := source(dir).Describe(t.Context(), "m"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err := os.Remove(filepath.Join(dir, c.file)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "day=1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := source(dir).Describe(t.Context(), "m"); err == nil || !strings.Contains(err.Error(), "day=1") {
		t.Error(err)
	}
	for _, path := range []string{t.TempDir(), filepath.Join(dir, "x*.parquet"), filepath.Join(dir, "gone.parquet")} {
		if _, err := source(path).Describe(t.Context(), "m"); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestTheOrderOfRowsIsLookedAtAndNotBelieved(t *testing.T) {
	t.Parallel()
	byID, byName := run.Order{Column: "id", Numeric: true}, run.Order{Column: "name"}
	for _, c := range []struct {
		name  string
		ids   []int64
		order []run.Order
		want  bool
	}{
		{"numbers in order", []int64{-20, -3, 0, 7, 10, 10}, []run.Order{byID}, true},
		{"numbers out of order at the end", []int64{1, 2, 3, 4, 5, 4}, []run.Order{byID}, false},
		{"numbers in the order of their text", []int64{1, 10, 9}, []run.Order{byID}, false},
		{"text in order", []int64{1, 10, 90}, []run.Order{byName}, true},
		{"two columns", []int64{1, 2}, []run.Order{byName, byID}, true},
		{"numbers that are wanted in the order of bytes", []int64{1, 2}, []run.Order{{Column: "id"}}, false},
		{"no rows", nil, []run.Order{byID}, true},
		{"nothing was asked for", []int64{1}, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := source(save(t, "m.parquet", numbers(t, 2, c.ids...)))
			m, err := s.Describe(t.Context(), "m")
			if err != nil {
				t.Fatal(err)
			}
			st, err := s.Read(t.Context(), run.Query{Node: "m", Model: m, Columns: []string{"id"}, OrderBy: c.order})
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			if st.Sorted() != c.want {
				t.Fatal(st.Sorted())
			}
		})
	}
}

func TestAParquetFileThatChangesIsNotRead(t *testing.T) {
	t.Parallel()
	path := save(t, "m.parquet", numbers(t, 2, 1, 2, 3))
	s := source(path)
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{
		numbers(t, 2, 1, 2, 4),
		encode(t, arrow.NewSchema([]arrow.Field{column("id", arrow.PrimitiveTypes.Int64)}, nil), `[{"id":1}]`, 5),
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		st, err := s.Read(t.Context(), run.Query{Node: "m", Model: m, Columns: []string{"id"}})
		if err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, err = st.Next(t.Context())
		}
		if !errors.Is(err, ErrChanged) {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARowGroupOrABatchMayEndAnywhere(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	b := array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64}, column("text", arrow.BinaryTypes.String), column("list", arrow.ListOf(arrow.PrimitiveTypes.Int64)),
	}, nil))
	var want []string
	for i := range int64(rows) {
		b.Field(0).(*array.Int64Builder).Append(i)
		text := strings.Repeat("x", int(i%7)) // some empty
		if i%5 == 0 {
			b.Field(1).AppendNull()
			text = "NULL"
		} else {
			b.Field(1).(*array.StringBuilder).Append(text)
		}
		l := b.Field(2).(*array.ListBuilder)
		l.Append(true)
		list := "["
		for k := range i % 4 {
			l.ValueBuilder().(*array.Int64Builder).Append(k)
			list += strings.Repeat(",", min(int(k), 1)) + fmt.Sprint(k)
		}
		want = append(want, fmt.Sprintf("%d|%s|%s]", i, text, list))
	}
	rec := b.NewRecordBatch()
	for _, group := range []int64{rows, 8192, 8191, 997, 50} {
		got, err := read(t, source(save(t, "m.parquet", encodeRecord(t, rec, group))), "id", "text", "list")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%d: %s", group, d)
		}
	}
}
