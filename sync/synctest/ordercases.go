package synctest

import (
	"bytes"
	"fmt"
	"math/big"

	"impact/sync/plan"
	"impact/sync/run"
)

// orders are what rows are asked to be ordered by, and whether a source that
// sorts can tell.
var orders = []struct {
	by   []run.Order
	tell bool
}{
	{[]run.Order{{Column: "id", Numeric: true}}, true},
	{[]run.Order{{Column: "int", Numeric: true}}, true},
	{[]run.Order{{Column: "decimal", Numeric: true}}, true},
	{[]run.Order{{Column: "string"}}, true},
	{[]run.Order{{Column: "bytes"}}, true},
	{[]run.Order{{Column: "date"}}, true},
	{[]run.Order{{Column: "datetime"}}, true},
	{[]run.Order{{Column: "timestamp"}}, true},
	{[]run.Order{{Column: "string"}, {Column: "int", Numeric: true}}, true},
	{[]run.Order{{Column: "int", Numeric: true}, {Column: "string"}, {Column: "id", Numeric: true}}, true},
	{[]run.Order{{Column: "id"}}, false}, // numbers by their text
	{[]run.Order{{Column: "decimal"}}, false},
	{[]run.Order{{Column: "float"}}, false},
	{[]run.Order{{Column: "float", Numeric: true}}, false},
	{[]run.Order{{Column: "bool"}, {Column: "id", Numeric: true}}, false},
	{[]run.Order{{Column: "time"}}, false},
	{[]run.Order{{Column: "string", Numeric: true}}, false}, // text that is meant as numbers
	{[]run.Order{{Column: "number", Numeric: true}}, false},
}

// orderTable has ties, NULLs, numbers whose text sorts otherwise, and text whose
// bytes sort otherwise than its characters or its letters do.
func orderTable() ([]plan.Field, []run.Row) {
	fields := []plan.Field{
		{Name: "id", Kind: plan.Int}, {Name: "int", Kind: plan.Int}, {Name: "decimal", Kind: plan.Decimal}, {Name: "float", Kind: plan.Float},
		{Name: "bool", Kind: plan.Bool}, {Name: "string", Kind: plan.String}, {Name: "bytes", Kind: plan.Bytes}, {Name: "date", Kind: plan.Date},
		{Name: "datetime", Kind: plan.DateTime}, {Name: "timestamp", Kind: plan.Timestamp}, {Name: "time", Kind: plan.Time}, {Name: "number", Kind: plan.String},
	}
	lists := [][]any{
		{10, 9, -1, 0, -10, 100, 9, 10, nil, "9223372036854775807", "-9223372036854775808", -9},
		{"10", "9.5", "-1", "-1.000000001", "0", "100", nil, "0.1", "-100.5", "9.25"},
		{"1.5", "-1.5", "1e-09", "1e+300", "NaN", "Infinity", "-Infinity", nil, "10", "9"},
		{1, 0, nil},
		{"b", "B", "a", "Z", "é", "z", "", nil, "😀", "\uffff", "ハ", "は", "a ", "aa", "ab", "A", "ß", "ss", "_", "a-b", "ab-", "10", "9"},
		{"\xff", "\x00", "", "\x7f", "\x80", nil, "\x00\x00", "a"},
		{"2024-02-29", "1969-12-31", "0001-01-01", "9999-12-31", nil, "1970-01-01"},
		{"2024-02-29 01:00:00", "2024-02-29 01:00:00.5", "2024-02-29 01:00:00.05", "1969-12-31 23:59:59.9", nil, "0001-01-01 00:00:00", "2024-02-29 01:00:01"},
		{"2024-02-29 01:00:00", "1969-12-31 23:59:59.999999", "2024-02-29 01:00:00.05", nil, "9999-12-31 23:59:59.999999", "1970-01-01 00:00:00"},
		{"12:00:00", "12:00:00.5", "00:00:00", "23:59:59.999999", nil},
		{"10", "9", "-1", "1.5", nil, "007", "text"},
	}
	const n = 400
	rows := make([]run.Row, n)
	for i := range rows {
		rows[i] = NewRow(i*173%n - n/2) // 173 has no factor in common with n
		for k, list := range lists {
			rows[i] = append(rows[i], NewRow(list[(i*(k+3)+i/len(list))%len(list)])...)
		}
	}
	return fields, rows
}

func (w *warehouse) order() error {
	fields, rows := orderTable()
	src, m, err := w.put(fields, rows...)
	if err != nil {
		return err
	}
	for _, o := range orders {
		got, sorted, err := read(w.t.Context(), src, all(m, o.by...))
		if err != nil {
			return fmt.Errorf("%v: %w", o.by, err)
		}
		if err := w.sameValues(fields, got, rows); err != nil {
			return fmt.Errorf("%v: %w", o.by, err)
		}
		if !sorted {
			if w.Sorts && o.tell {
				return fmt.Errorf("%v: the rows are not sorted", o.by)
			}
			continue
		}
		if err := inOrder(m, got, o.by); err != nil {
			return fmt.Errorf("%v: %w", o.by, err)
		}
	}
	return nil
}

// inOrder says which row is out of order. Rows with a NULL may be anywhere.
func inOrder(m plan.Model, rows []run.Row, by []run.Order) error {
	var last run.Row
	for n, r := range rows {
		key := make(run.Row, len(by))
		whole := true
		for i, o := range by {
			key[i] = r[m.Field(o.Column)]
			whole = whole && key[i] != nil
		}
		if !whole {
			continue
		}
		for i, o := range by {
			if last == nil {
				break
			}
			c := bytes.Compare(last[i], key[i])
			if o.Numeric {
				a, ok := new(big.Rat).SetString(string(last[i]))
				b, ok2 := new(big.Rat).SetString(string(key[i]))
				if !ok || !ok2 {
					c = 0 // no number: it is a bad row wherever it is
				} else {
					c = a.Cmp(b)
				}
			}
			if c > 0 {
				return fmt.Errorf("row %d: %s comes after %s", n+1, show(key), show(last))
			}
			if c < 0 {
				break
			}
		}
		last = key
	}
	return nil
}

// kept asks for the order in which rows are: a source that looks may find it.
func (w *warehouse) kept() error {
	const n = 3_000
	var rows []run.Row
	for i := range n {
		rows = append(rows, NewRow(i-n/2, fmt.Sprintf("%08d", i/2)))
	}
	for _, swap := range []bool{false, true} {
		if swap { // one row near the end is out of order
			rows[n-2], rows[n-4] = rows[n-4], rows[n-2]
		}
		src, m, err := w.put(idAndText(), rows...)
		if err != nil {
			return err
		}
		for _, by := range [][]run.Order{{{Column: "id", Numeric: true}}, {{Column: "v"}}, {{Column: "v"}, {Column: "id", Numeric: true}}, {{Column: "id"}}} {
			got, sorted, err := read(w.t.Context(), src, all(m, by...))
			if err != nil {
				return err
			}
			if err := sameRows(got, rows); err != nil {
				return err
			}
			if sorted {
				if err := inOrder(m, got, by); err != nil {
					return fmt.Errorf("%v: %w", by, err)
				}
			}
		}
	}
	return nil
}
