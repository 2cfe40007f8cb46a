package files

import (
	"bytes"
	"context"
	"errors"
	"io"

	"impact/sync/plan"
	"impact/sync/run"
)

// inOrder reads rows that hold the columns of an order and reports whether they
// are in it. What cannot be told is not in order.
func inOrder(ctx context.Context, in run.Stream, fields []plan.Field, order []run.Order) (bool, error) {
	for _, o := range order {
		m := plan.Model{Fields: fields}
		kind := fields[m.Field(o.Column)].Kind
		if o.Numeric != (kind == plan.Int || kind == plan.Decimal) {
			// Numbers are compared as numbers and all else as bytes; floats
			// and numbers in text would have to be brought into one form.
			return false, nil
		}
	}
	var last [][]byte
	for n := 0; ; n++ {
		row, err := in.Next(ctx)
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if n%1000 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		for _, v := range row {
			if v == nil {
				return false, nil
			}
		}
		if n == 0 {
			last = make([][]byte, len(row))
		} else if compare(last, row, order) > 0 {
			return false, nil
		}
		for i, v := range row {
			last[i] = append(last[i][:0], v...)
		}
	}
}

func compare(a, b [][]byte, order []run.Order) int {
	for i, o := range order {
		var c int
		if o.Numeric {
			c = compareNumbers(a[i], b[i])
		} else {
			c = bytes.Compare(a[i], b[i])
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// compareNumbers compares numbers without leading zeros that have the same
// number of decimal places, as the values of a column have.
func compareNumbers(a, b []byte) int {
	negA, negB := a[0] == '-', b[0] == '-'
	switch {
	case negA && !negB:
		return -1
	case negB && !negA:
		return 1
	}
	c := len(a) - len(b)
	if c == 0 {
		c = bytes.Compare(a, b)
	}
	if negA {
		return -c
	}
	return c
}
