package synctest

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/value"
)

// kindValues are values of each kind, in its form. The first row of a table has
// the first of each, and so on; where a list has ended there are NULLs.
var kindValues = []struct {
	field  plan.Field
	values []string
}{
	{plan.Field{Name: "int", Kind: plan.Int}, []string{"0", "-1", "9", "10", "9223372036854775807", "-9223372036854775808"}},
	{plan.Field{Name: "decimal", Kind: plan.Decimal}, []string{"0", "0.5", "-0.5", "12.3", "100", "-0.000000001",
		"99999999999999999999999999999.999999999", "-99999999999999999999999999999.999999999", "9007199254740993"}},
	{plan.Field{Name: "float", Kind: plan.Float}, []string{"0", "1.5", "-2.25", "1e-09", "NaN", "Infinity", "-Infinity",
		"1.7976931348623157e+308", "5e-324", "0.1"}},
	{plan.Field{Name: "bool", Kind: plan.Bool}, []string{"1", "0"}},
	{plan.Field{Name: "string", Kind: plan.String}, []string{"", "a", "看護師", "😀👩\u200d⚕️", "two\nlines\tand a tab", `"quoted", 'single' \ and ` + "`back`",
		"a line of another system\r\nand the next", " spaces ", "NULL", "null", `\N`, "<&>\u2028", "\u0001\u007f", "e\u0301", "-", "\r", "0x00"}},
	{plan.Field{Name: "bytes", Kind: plan.Bytes}, []string{"", "\x00\xff", "text", "\r\n\t\"", everyByte()}},
	{plan.Field{Name: "date", Kind: plan.Date}, []string{"0001-01-01", "9999-12-31", "1969-12-31", "1970-01-01", "2024-02-29", "1900-03-01", "1582-10-10"}},
	{plan.Field{Name: "datetime", Kind: plan.DateTime}, []string{"0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "1969-12-31 23:59:59.1",
		"2024-02-29 12:00:00.000001", "2024-03-10 02:30:00", "1970-01-01 00:00:00"}},
	{plan.Field{Name: "timestamp", Kind: plan.Timestamp}, []string{"0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999",
		"2024-02-29 12:00:00.5", "2024-03-10 02:30:00", "1970-01-01 00:00:00"}},
	{plan.Field{Name: "time", Kind: plan.Time}, []string{"00:00:00", "23:59:59.999999", "12:30:00.5", "01:02:03.000004"}},
	{plan.Field{Name: "json", Kind: plan.JSON}, []string{`{"a":1,"b":[true,null,"x"]}`, `null`, `"text"`, `12345678901234567890`, `[]`, `{}`, `{"z":1.50,"a":{"é":"😀"}}`, `""`}},
	{plan.Field{Name: "array", Kind: plan.JSON}, []string{`[1,null,-3]`, `[]`, `[9007199254740991]`}},
	{plan.Field{Name: "struct", Kind: plan.JSON}, []string{`{"a":1,"b":"x"}`, `{"a":null,"b":null}`, `{"a":-1,"b":"\"\\é😀\n"}`}},
}

func everyByte() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}

// everyKind is a table with a key and a column of each kind.
func everyKind() ([]plan.Field, []run.Row) {
	fields := []plan.Field{{Name: "id", Kind: plan.Int}}
	n := 0
	for _, k := range kindValues {
		fields = append(fields, k.field)
		n = max(n, len(k.values))
	}
	rows := make([]run.Row, n+1) // the last one has NULLs only
	for i := range rows {
		rows[i] = NewRow(i)
		for _, k := range kindValues {
			var v []byte
			if i < len(k.values) {
				v = []byte(k.values[i])
			}
			rows[i] = append(rows[i], v)
		}
	}
	return fields, rows
}

func (w *warehouse) described() error {
	fields, rows := everyKind()
	src, m, err := w.put(fields, rows...)
	if err != nil {
		return err
	}
	if m.Relation == "" {
		return errors.New("the relation has no name for messages")
	}
	if m.Rows != int64(len(rows)) && m.Rows != -1 {
		return fmt.Errorf("%d rows instead of %d", m.Rows, len(rows))
	}
	if len(m.Fields) != len(fields) {
		return fmt.Errorf("columns %v", m.Names())
	}
	for i, f := range m.Fields {
		want := fields[i]
		if w.Untyped {
			want.Kind = plan.Unknown
		}
		if f.Name != want.Name || f.Kind != want.Kind {
			return fmt.Errorf("column %d is %s of kind %s, not %s of kind %s", i+1, f.Name, f.Kind, want.Name, want.Kind)
		}
	}
	twice, err := src.Describe(w.t.Context(), "m")
	if err != nil {
		return err
	}
	if twice.Version != m.Version || twice.Rows != m.Rows || twice.Relation != m.Relation {
		return fmt.Errorf("described as %v, then as %v", m, twice)
	}
	return nil
}

func (w *warehouse) kinds() error {
	fields, rows := everyKind()
	src, m, err := w.put(fields, rows...)
	if err != nil {
		return err
	}
	got, _, err := read(w.t.Context(), src, all(m))
	if err != nil {
		return err
	}
	return w.sameValues(fields, got, rows)
}

// sameValues compares rows whose values may be written in another way that their
// kind allows. The first column tells them apart.
func (w *warehouse) sameValues(fields []plan.Field, got, want []run.Row) error {
	var errs []error
	have, need := make([]run.Row, len(got)), make([]run.Row, len(want))
	for i, r := range got {
		have[i] = append(run.Row(nil), r...)
	}
	for i, r := range want {
		need[i] = append(run.Row(nil), r...)
	}
	if !w.Untyped {
		for _, rows := range [][]run.Row{have, need} {
			for n, r := range rows {
				for i := range r {
					v, err := canonical(fields[i].Kind, r[i])
					if err != nil {
						errs = append(errs, fmt.Errorf("row %d, column %s: %q: %w", n+1, fields[i].Name, r[i], err))
					}
					r[i] = v
				}
			}
		}
	}
	return errors.Join(append(errs, sameRows(have, need))...)
}

var kindForms = map[plan.Kind]*regexp.Regexp{
	plan.Int:       regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`),
	plan.Decimal:   regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`),
	plan.Float:     regexp.MustCompile(`^(NaN|-?Infinity|-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?)$`),
	plan.Bool:      regexp.MustCompile(`^[01]$`),
	plan.Date:      regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	plan.DateTime:  regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d*[1-9])?$`),
	plan.Timestamp: regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d*[1-9])?$`),
	plan.Time:      regexp.MustCompile(`^\d\d:\d\d:\d\d(\.\d*[1-9])?$`),
}

// canonical checks the form of a value, and gives values that are the same the
// same bytes: a decimal may have zeros at its end, JSON any order of members.
func canonical(kind plan.Kind, v []byte) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	if form := kindForms[kind]; form != nil && !form.Match(v) {
		return v, fmt.Errorf("not the form of kind %s", kind)
	}
	switch kind {
	case plan.Decimal:
		r, ok := new(big.Rat).SetString(string(v))
		if !ok || (r.Sign() == 0 && v[0] == '-') {
			return v, errors.New("not a decimal")
		}
		return []byte(r.String()), nil
	case plan.Float:
		f, err := strconv.ParseFloat(string(v), 64)
		return value.FormatFloat(f), err
	case plan.JSON:
		return value.JSON(v, value.Exact)
	}
	return v, nil
}

func (w *warehouse) columns() error {
	fields, rows := everyKind()
	src, m, err := w.put(fields, rows...)
	if err != nil {
		return err
	}
	for _, names := range [][]string{{"string"}, {"int", "id"}, {"bool", "string", "id", "date"}, {"string", "id", "string"}} {
		q := all(m)
		q.Columns = names
		got, _, err := read(w.t.Context(), src, q)
		if err != nil {
			return fmt.Errorf("%v: %w", names, err)
		}
		if len(got) != len(rows) {
			return fmt.Errorf("%v: %d rows instead of %d", names, len(got), len(rows))
		}
		counts := map[string]int{}
		for _, r := range rows {
			want := run.Row{}
			for _, name := range names {
				want = append(want, r[m.Field(name)])
			}
			counts[show(want)]++
		}
		for _, r := range got {
			counts[show(r)]--
		}
		for r, n := range counts {
			if n != 0 {
				return fmt.Errorf("%v: %s came %d times too seldom", names, r, n)
			}
		}
	}
	return nil
}

func (w *warehouse) names() error {
	names := []string{"id", "日本語 名", `a "quoted" name`, "it's", "back`quote", `back\slash`, "select", "c1", "impact_rows", "a.b", "a;b", "percent%s", "C0", "é"}
	var fields []plan.Field
	want := run.Row{}
	for i, name := range names {
		fields = append(fields, plan.Field{Name: name, Kind: plan.String})
		want = append(want, fmt.Appendf(nil, "value %d", i))
	}
	src, m, err := w.put(fields, want)
	if err != nil {
		return err
	}
	if got := strings.Join(m.Names(), "|"); got != strings.Join(names, "|") {
		return fmt.Errorf("columns %s", got)
	}
	got, _, err := read(w.t.Context(), src, all(m, run.Order{Column: names[2]}, run.Order{Column: names[4]}))
	if err != nil {
		return err
	}
	return sameRows(got, []run.Row{want})
}

func (w *warehouse) empty() error {
	fields, _ := everyKind()
	src, m, err := w.put(fields)
	if err != nil {
		return err
	}
	if m.Rows > 0 || len(m.Fields) != len(fields) {
		return fmt.Errorf("%d rows, columns %v", m.Rows, m.Names())
	}
	for _, order := range [][]run.Order{nil, {{Column: "id", Numeric: true}}} {
		got, _, err := read(w.t.Context(), src, all(m, order...))
		if err != nil || len(got) > 0 {
			return fmt.Errorf("%d rows: %w", len(got), errOr(err))
		}
	}
	return nil
}

func (w *warehouse) many() error {
	rows := numbered(5_000)
	src, m, err := w.put(idAndText(), rows...)
	if err != nil {
		return err
	}
	got, _, err := read(w.t.Context(), src, all(m))
	if err != nil {
		return err
	}
	return sameRows(got, rows)
}

func (w *warehouse) wide() error {
	const columns, long = 300, 3 << 20
	fields := []plan.Field{{Name: "id", Kind: plan.Int}}
	rows := []run.Row{NewRow(1), NewRow(2), NewRow(3)}
	for i := range columns {
		fields = append(fields, plan.Field{Name: fmt.Sprintf("column_%d", i), Kind: plan.String})
		rows[0] = append(rows[0], fmt.Appendf(nil, "%d", i))
		rows[1] = append(rows[1], nil)
		rows[2] = append(rows[2], []byte{})
	}
	rows[0][7] = []byte(strings.Repeat("長", long/3))
	rows[2][9] = []byte(strings.Repeat("x,\"\n", long/4))
	src, m, err := w.put(fields, rows...)
	if err != nil {
		return err
	}
	got, _, err := read(w.t.Context(), src, all(m))
	if err != nil {
		return err
	}
	return sameRows(got, rows)
}
