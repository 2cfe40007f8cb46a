package run

import (
	"strconv"
	"testing"
)

func TestRowsWithoutAKeyAreCountedByTheirValues(t *testing.T) {
	t.Parallel()
	sum := func(from, to, times int) *rowSum {
		s := &rowSum{}
		for i := from; i < to; i++ {
			for range times {
				s.add(Row{strconv.AppendInt(nil, int64(i), 10), nil})
			}
		}
		return s
	}
	for _, c := range []struct {
		name        string
		table       *rowSum
		model       *rowSum
		gone, added int64
	}{
		{"the same rows", sum(0, 1000, 1), sum(0, 1000, 1), 0, 0},
		{"no table", sum(0, 0, 1), sum(0, 10, 1), 0, 10},
		{"no model", sum(0, 10, 1), sum(0, 0, 1), 10, 0},
		{"some rows are others", sum(0, 100, 1), sum(10, 120, 1), 10, 20},
		{"a row that was there twice is there once", sum(0, 10, 2), sum(0, 10, 1), 10, 0},
	} {
		if gone, added := c.table.without(c.model), c.model.without(c.table); gone != c.gone || added != c.added {
			t.Errorf("%s: %d gone and %d added, want %d and %d", c.name, gone, added, c.gone, c.added)
		}
	}
}

// Of more rows than are kept a share tells how many differ.
func TestManyRowsWithoutAKeyAreCountedAbout(t *testing.T) {
	t.Parallel()
	var table, model rowSum
	for i := range 3 * sumHashes {
		r := Row{strconv.AppendInt(nil, int64(i), 10)}
		table.add(r)
		if i%10 != 0 {
			model.add(r)
		}
	}
	want := float64(table.n) / 10
	if gone := float64(table.without(&model)); gone < 0.98*want || gone > 1.02*want {
		t.Errorf("about %.0f rows are gone, want %.0f", gone, want)
	}
	if added := model.without(&table); added != 0 {
		t.Errorf("%d rows are added, want 0", added)
	}
	if len(table.hashes) > sumHashes {
		t.Errorf("%d hashes are kept", len(table.hashes))
	}
}
