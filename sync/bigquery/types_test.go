package bigquery

import (
	"errors"
	"io"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bq "google.golang.org/api/bigquery/v2"

	"impact/sync/plan"
	"impact/sync/run"
)

// readAllRows reads a model as text: NULL for nil, the values between bars.
func readAllRows(t testing.TB, s *Source, node string, order ...run.Order) ([]string, error) {
	t.Helper()
	m, err := s.Describe(t.Context(), node)
	if err != nil {
		return nil, err
	}
	return readModel(t, s, node, m, m.Names(), order...)
}

func readModel(t testing.TB, s *Source, node string, m plan.Model, columns []string, order ...run.Order) (out []string, err error) {
	t.Helper()
	st, err := s.Read(t.Context(), run.Query{Node: node, Model: m, Columns: columns, OrderBy: order})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	for {
		row, err := st.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		var parts []string
		for _, v := range row {
			if v == nil {
				parts = append(parts, "NULL")
			} else {
				parts = append(parts, string(v))
			}
		}
		out = append(out, strings.Join(parts, "|"))
	}
}

func micros(text string) string {
	t, err := time.Parse("2006-01-02 15:04:05.999999", text)
	if err != nil {
		panic(err)
	}
	return strconv.FormatInt(t.UnixMicro(), 10)
}

func TestEveryTypeIsTheSameByBothWays(t *testing.T) {
	t.Parallel()
	repeated := fieldOf("c", "STRING")
	repeated.Mode = "REPEATED"
	cases := []struct {
		name  string
		field *bq.TableFieldSchema
		kind  plan.Kind
		in    []any // as the REST API writes it
		want  []string
	}{
		{"integers", fieldOf("c", "INTEGER"), plan.Int, []any{"0", "-9223372036854775808", "9223372036854775807", nil}, []string{"0", "-9223372036854775808", "9223372036854775807", "NULL"}},
		{"floats", fieldOf("c", "FLOAT"), plan.Float, []any{"1.5", "1.0E-9", "-0.0", "NaN", "Infinity", "-Infinity", "1.7976931348623157E308", "5e-324"}, []string{"1.5", "1e-09", "-0", "NaN", "Infinity", "-Infinity", "1.7976931348623157e+308", "5e-324"}},
		{"numerics", fieldOf("c", "NUMERIC"), plan.Decimal, []any{"12.30", "-0.000000001", "99999999999999999999999999999.999999999", "-99999999999999999999999999999.999999999", "0", "100"}, []string{"12.3", "-0.000000001", "99999999999999999999999999999.999999999", "-99999999999999999999999999999.999999999", "0", "100"}},
		{"bignumerics", fieldOf("c", "BIGNUMERIC"), plan.Decimal, []any{"0.00000000000000000000000000000000000001", "578960446186580977117854925043439539266.34992332820282019728792003956564819967", "-578960446186580977117854925043439539266.34992332820282019728792003956564819968", "-1e3"}, []string{"0.00000000000000000000000000000000000001", "578960446186580977117854925043439539266.34992332820282019728792003956564819967", "-578960446186580977117854925043439539266.34992332820282019728792003956564819968", "-1000"}},
		{"booleans", fieldOf("c", "BOOLEAN"), plan.Bool, []any{"true", "false", nil}, []string{"1", "0", "NULL"}},
		{"strings", fieldOf("c", "STRING"), plan.String, []any{"", "看護師 \"x\"\\\n\t", "😀\u0001", "<&>\u2028", nil}, []string{"", "看護師 \"x\"\\\n\t", "😀\u0001", "<&>\u2028", "NULL"}},
		{"bytes", fieldOf("c", "BYTES"), plan.Bytes, []any{"", "AP8=", "AAECAw=="}, []string{"", "\x00\xff", "\x00\x01\x02\x03"}},
		{"dates", fieldOf("c", "DATE"), plan.Date, []any{"0001-01-01", "9999-12-31", "2024-02-29", "1969-12-31", "1900-03-01"}, []string{"0001-01-01", "9999-12-31", "2024-02-29", "1969-12-31", "1900-03-01"}},
		{"datetimes", fieldOf("c", "DATETIME"), plan.DateTime, []any{"2026-11-23T04:05:06", "0001-01-01T00:00:00", "9999-12-31T23:59:59.999999", "1969-12-31T23:59:59.100000"}, []string{"2026-11-23 04:05:06", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "1969-12-31 23:59:59.1"}},
		{"timestamps", fieldOf("c", "TIMESTAMP"), plan.Timestamp, []any{micros("2026-11-23 04:05:06.000001"), micros("0001-01-01 00:00:00"), micros("9999-12-31 23:59:59.999999"), "-1", "0"}, []string{"2026-11-23 04:05:06.000001", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999", "1970-01-01 00:00:00"}},
		{"times", fieldOf("c", "TIME"), plan.Time, []any{"00:00:00", "23:59:59.999999", "12:30:00.500000"}, []string{"00:00:00", "23:59:59.999999", "12:30:00.5"}},
		{"JSON", fieldOf("c", "JSON"), plan.JSON, []any{`{"a":1}`, "null", nil}, []string{`{"a":1}`, "null", "NULL"}},
		{"structs", fieldOf("c", "RECORD"), plan.JSON, []any{`{"a":[1,null],"b":"x"}`, nil}, []string{`{"a":[1,null],"b":"x"}`, "NULL"}},
		{"arrays", repeated, plan.JSON, []any{`["a"]`, "[]"}, []string{`["a"]`, "[]"}},
		{"geographies", fieldOf("c", "GEOGRAPHY"), plan.String, []any{"POINT(139.7 35.6)"}, []string{"POINT(139.7 35.6)"}},
		{"intervals", fieldOf("c", "INTERVAL"), plan.String, []any{"1-2 3 4:5:6.789"}, []string{"1-2 3 4:5:6.789"}},
		{"ranges", fieldOf("c", "RANGE"), plan.String, []any{"[2020-01-01, UNBOUNDED)"}, []string{"[2020-01-01, UNBOUNDED)"}},
	}
	for _, c := range cases {
		for _, way := range []Storage{ReadPages, ReadStream} {
			t.Run(c.name+" by "+string(way), func(t *testing.T) {
				t.Parallel()
				f := newFake(t)
				f.reader.batchRows = 2
				f.pageRows = 2
				var rows [][]any
				for _, v := range c.in {
					rows = append(rows, []any{v})
				}
				f.add("test-project.d.m", []*bq.TableFieldSchema{c.field}, rows...)
				s := f.open(func(o *Options) { o.Storage = way })
				m, err := s.Describe(t.Context(), "m")
				if err != nil {
					t.Fatal(err)
				}
				if m.Fields[0].Kind != c.kind {
					t.Fatalf("kind %v", m.Fields[0].Kind)
				}
				got, err := readAllRows(t, s, "m")
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(c.want, got); d != "" {
					t.Fatal(d)
				}
			})
		}
	}
}

func TestLimitsOfTypesAreKnown(t *testing.T) {
	t.Parallel()
	limited := func(typ string, length, precision, scale int64) *bq.TableFieldSchema {
		f := fieldOf("c", typ)
		f.MaxLength, f.Precision, f.Scale = length, precision, scale
		return f
	}
	for _, c := range []struct {
		field *bq.TableFieldSchema
		want  plan.Field
	}{
		{limited("STRING", 20, 0, 0), plan.Field{Name: "c", Kind: plan.String, Length: 20}},
		{limited("BYTES", 16, 0, 0), plan.Field{Name: "c", Kind: plan.Bytes, Length: 16}},
		{limited("NUMERIC", 0, 10, 2), plan.Field{Name: "c", Kind: plan.Decimal, Precision: 10, Scale: 2}},
		{limited("BIGNUMERIC", 0, 50, 0), plan.Field{Name: "c", Kind: plan.Decimal, Precision: 50}},
		{limited("NUMERIC", 0, 0, 0), plan.Field{Name: "c", Kind: plan.Decimal}},
		{limited("NUMERIC", 0, 1, 5), plan.Field{Name: "c", Kind: plan.Decimal}},
		{limited("STRING", 1<<62, 0, 0), plan.Field{Name: "c", Kind: plan.String}},
		{limited("STRING", -1, 0, 0), plan.Field{Name: "c", Kind: plan.String}},
		{limited("JSON", 20, 10, 2), plan.Field{Name: "c", Kind: plan.JSON}},
	} {
		f := newFake(t)
		f.add("test-project.d.m", []*bq.TableFieldSchema{c.field})
		m, err := f.open(nil).Describe(t.Context(), "m")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]plan.Field{c.want}, m.Fields); d != "" {
			t.Errorf("%s: %s", c.field.Type, d)
		}
	}
}

// Text and numbers of the two ways are written by different functions: they
// agree on whatever the types can hold.
func TestValuesAgreeWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	for _, us := range []int64{0, 1, -1, 951782400e6, -62135596800e6, 253402300799e6 + 999999, 1e15 + 10, -12345678901234} {
		got, err := appendMicros(nil, us)
		if err != nil {
			t.Fatal(err)
		}
		if want := time.UnixMicro(us).UTC().Format("2006-01-02 15:04:05.999999"); string(got) != want {
			t.Errorf("%d: %s, want %s", us, got, want)
		}
	}
	for day := int64(firstDay); day <= lastDay; day += 89 {
		got, err := appendDays(nil, day)
		if want := time.Unix(day*86400, 0).UTC().Format("2006-01-02"); err != nil || string(got) != want {
			t.Fatalf("%d: %s %v, want %s", day, got, err, want)
		}
	}
	for _, day := range []int64{firstDay - 1, lastDay + 1} {
		if _, err := appendDays(nil, day); err == nil {
			t.Errorf("%d is a day of the calendar", day)
		}
	}
	one := big.NewInt(1)
	for _, width := range []uint{127, 255} {
		limit := new(big.Int).Lsh(one, width)
		for _, n := range []*big.Int{new(big.Int), one, new(big.Int).Neg(one), new(big.Int).Sub(limit, one), new(big.Int).Neg(limit),
			new(big.Int).Exp(big.NewInt(10), big.NewInt(19), nil), new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil), big.NewInt(-1200)} {
			w := words(n, int(width+1)/64)
			got := string(appendWords(nil, w, 9))
			want := new(big.Rat).SetFrac(n, big.NewInt(1e9)).FloatString(9)
			want = strings.TrimSuffix(strings.TrimRight(want, "0"), ".")
			if got != want {
				t.Errorf("%v: %s, want %s", n, got, want)
			}
		}
	}
}

func words(n *big.Int, count int) []uint64 {
	m := new(big.Int).And(n, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(count)*64), big.NewInt(1)))
	out := make([]uint64, count)
	for i := range out {
		out[i] = new(big.Int).Rsh(m, uint(i)*64).Uint64()
	}
	return out
}

func TestValuesOfAnotherFormAreErrors(t *testing.T) {
	t.Parallel()
	for f, texts := range map[form][]string{
		formInt:       {"", "-", "1.0", "+1", "007", "12345678901234567890123", "x"},
		formFloat:     {"", "one"},
		formDecimal:   {"", ".", "1.2.3", "1e999", "--1", "1,000", strings.Repeat("1", 200)},
		formBool:      {"", "TRUE", "1"},
		formBytes:     {"A", "!!!!"},
		formDate:      {"", "2024-1-01", "2024/01/01", "20240-01-01"},
		formDateTime:  {"2024-01-01", "2024-01-01T", "2024-01-01T1:00:00", "2024-01-01T10:00:00.", "2024-01-01T10:00:00.1234567", "2024-01-01T10:00:00Z"},
		formTimestamp: {"", "1.5E9", "99999999999999999999", "9223372036854775807"},
		formTime:      {"", "10:00", "10:00:00,5"},
	} {
		for _, text := range texts {
			if got, err := appendText([]byte("x"), []byte(text), f); !errors.Is(err, errForm) {
				t.Errorf("form %d: %q gave %q", f, text, got)
			}
		}
	}
	for text, want := range map[string]string{"1e3": "1000", "-1.50E-2": "-0.015", "000.100": "0.1", "-0.00": "0", "+7": "7"} {
		if got, err := appendText(nil, []byte(text), formDecimal); err != nil || string(got) != want {
			t.Errorf("%s: %s %v", text, got, err)
		}
	}
}
