package files

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/sync/run"
)

func write(t *testing.T, text string) (*Source, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return New(map[string]string{"m": path}), path
}

func read(t *testing.T, s *Source, columns ...string) ([]string, error) {
	t.Helper()
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		return nil, err
	}
	st, err := s.Read(t.Context(), run.Query{Node: "m", Model: m, Columns: columns})
	if err != nil {
		return nil, err
	}
	defer st.Close()
	var out []string
	for {
		r, err := st.Next(t.Context())
		if errors.Is(err, io.EOF) {
			if int64(len(out)) != m.Rows {
				t.Fatalf("%d rows read, %d counted", len(out), m.Rows)
			}
			return out, nil
		}
		if err != nil {
			return out, err
		}
		var parts []string
		for _, v := range r {
			if v == nil {
				parts = append(parts, "NULL")
			} else {
				parts = append(parts, string(v))
			}
		}
		out = append(out, strings.Join(parts, "|"))
	}
}

func TestFilesAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		want       []string
	}{
		{"plain", "a,b\n1,2\n3,4\n", []string{"1|2", "3|4"}},
		{"no last line break", "a,b\n1,2", []string{"1|2"}},
		{"a byte order mark and CR LF", "\ufeffa,b\r\n1,2\r\n", []string{"1|2"}},
		{"NULL is not the empty string", "a,b\n,\"\"\n\"\",\n", []string{"NULL|", "|NULL"}},
		{"quotes, commas and line breaks", "a,b\n\"say \"\"hi\"\", you\",\"two\nlines\"\n", []string{"say \"hi\", you|two\nlines"}},
		{"columns in the wanted order", "b,x,a\n2,0,1\n", []string{"1|2"}},
		{"empty lines are no rows", "a,b\n\n1,2\n\n", []string{"1|2"}},
		{"line breaks of another system in a text", "a,b\r\n\"two\r\nlines\",\"\r\"\r\n", []string{"two\r\nlines|\r"}},
		{"Japanese", "a,b\n看護師,\"東京都, 港区\"\n", []string{"看護師|東京都, 港区"}},
		{"only a header", "a,b\n", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, _ := write(t, c.text)
			got, err := read(t, s, "a", "b")
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Fatal(d)
			}
		})
	}
}

func TestBrokenFilesAreErrorsWithTheirLine(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a,b\n1\n", "a,b\n1,2,3\n", "a,b\n\"1,2\n", "a,b\n1\"x,2\n", "a,a\n1,2\n", "a,\n1,2\n"} {
		s, path := write(t, text)
		_, err := read(t, s, "a", "b")
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAnEmptyLineIsNoRowUnlessItMayBeNULL(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a\n1\n\n2\n", "a\n1\n\n", "\na\n1\n"} {
		s, _ := write(t, text)
		if got, err := read(t, s, "a"); !errors.Is(err, errGap) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	s, _ := write(t, "a\n\"\"\n")
	if got, err := read(t, s, "a"); err != nil || len(got) != 1 {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWhatIsNoCSVIsSaidWithWhatToDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want, hint string }{
		{"an empty file", "", "line 1: the file is empty", "first line"},
		{"semicolons", "a;b\n1;2\n", "separated by ';'", "commas"},
		{"tabs", "a\tb\n1\t2\n", "separated by '\\t'", "commas"},
		{"UTF-16", "\xff\xfea\x00\n\x00", "UTF-16", "UTF-8"},
		{"Shift_JIS", "\x96\xbc\x91O,b\n1,2\n", "not UTF-8", "Shift_JIS"},
		{"a quote in a text", "a,b\n1,x\"y\n", "line 2: a quote", "twice"},
		{"a file that was cut", "a,b\n1,\"xy", "line 2: a quote", "twice"},
		{"a comma in a text", "a,b\n1,2,3\n", "line 2: another number of fields", "quotes"},
		{"a name twice", "a,a\n1,2\n", "line 1: column 2", "name of its own"},
		{"a name twice, once in capitals", "a,A\n1,2\n", "line 1: column 2", "name of its own"},
		{"a value in an error", "a,b\nSECRET,x\"y\n", "line 2", ""},
	} {
		s, path := write(t, c.text)
		_, err := s.Describe(t.Context(), "m")
		var e *FileError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || !strings.Contains(e.Hint(), c.hint) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	// A mark in front of names in quotes.
	s, _ := write(t, "\ufeff\"a\",\"b\"\n1,2\n")
	if got, err := read(t, s, "a", "b"); err != nil || len(got) != 1 {
		t.Error(got, err)
	}
}

func TestAFileThatChangesIsNotRead(t *testing.T) {
	t.Parallel()
	s, path := write(t, "a,b\n1,2\n")
	m, err := s.Describe(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("a,b\n1,3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	st, err := s.Read(t.Context(), run.Query{Node: "m", Model: m, Columns: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := st.Next(t.Context()); !errors.Is(err, ErrChanged) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	st2, err := s.Read(ctx, run.Query{Node: "m", Model: m, Columns: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	defer st2.Close()
	if _, err := st2.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

// FuzzReader compares with the standard library: what both accept they read
// alike, except for what NULL is.
func FuzzReader(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"x\"\"y\",\n", "\"a\r\nb\"\r\n", "a\rb,c\n", "\"\"\n", "\n\n,\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if bytes.HasPrefix(src, []byte(mark)) {
			return
		}
		ours := newReader(bytes.NewReader(src))
		std := csv.NewReader(bytes.NewReader(src))
		std.FieldsPerRecord = -1
		for {
			want, werr := std.Read()
			got, gerr := ours.record()
			if werr != nil || gerr != nil {
				if errors.Is(werr, io.EOF) != errors.Is(gerr, io.EOF) && werr == nil {
					t.Fatalf("ours: %v, the standard library read %q", gerr, want)
				}
				return
			}
			if len(got) != len(want) {
				// A lone "" on a line is a record of one empty field for us.
				t.Fatalf("%q and %q", got, want)
			}
			for i := range got {
				// The standard library takes CR LF inside of quotes for LF.
				if strings.ReplaceAll(string(got[i]), "\r\n", "\n") != want[i] {
					t.Fatalf("%q and %q", got, want)
				}
			}
		}
	})
}

func TestCompressedFilesAndFoldersOfCSV(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write([]byte("b,a\n4,3\n,\"\"\n")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"2.csv.gz": z.Bytes(), "1.csv": []byte("a,b\n1,2\n")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := read(t, New(map[string]string{"m": dir}), "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"1|2", "3|4", "|NULL"}, got); d != "" {
		t.Fatal(d)
	}
	for name, data := range map[string][]byte{"cut": z.Bytes()[:z.Len()-6], "something behind": append(z.Bytes(), "x"...), "no gzip": []byte("a,b\n1,2\n")} {
		path := filepath.Join(t.TempDir(), "m.csv.gz")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := read(t, New(map[string]string{"m": path}), "a", "b"); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
