package run

import (
	"os"
	"strconv"
	"testing"
)

// sumOf adds each number from from up to to so many times.
func sumOf(t *testing.T, from, to, times int) *rowSum {
	t.Helper()
	s := newRowSum(t.TempDir(), true)
	for i := from; i < to; i++ {
		for range times {
			if err := s.add(Row{strconv.AppendInt(nil, int64(i), 10), nil}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

func TestRowsWithoutAKeyAreCountedByTheirValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		table, model [3]int // from, to, times
		gone, added  int64
	}{
		{"the same rows", [3]int{0, 1000, 1}, [3]int{0, 1000, 1}, 0, 0},
		{"no table", [3]int{}, [3]int{0, 10, 1}, 0, 10},
		{"no model", [3]int{0, 10, 1}, [3]int{}, 10, 0},
		{"some rows are others", [3]int{0, 100, 1}, [3]int{10, 120, 1}, 10, 20},
		{"a row that was there twice is there once", [3]int{0, 10, 2}, [3]int{0, 10, 1}, 10, 0},
		{"one row very often, and gone", [3]int{7, 8, 300_000}, [3]int{}, 300_000, 0},
		{"one row very often, and fewer of it", [3]int{7, 8, 300_000}, [3]int{7, 8, 100_000}, 200_000, 0},
		{"one row very often, and another in its place", [3]int{7, 8, 300_000}, [3]int{8, 9, 300_000}, 300_000, 300_000},
		{"very many rows, of which some are others", [3]int{0, 400_000, 1}, [3]int{123, 400_456, 1}, 123, 456},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			table, model := sumOf(t, c.table[0], c.table[1], c.table[2]), sumOf(t, c.model[0], c.model[1], c.model[2])
			if same := table.equal(model); same != (c.gone+c.added == 0) {
				t.Errorf("the same: %v", same)
			}
			gone, added, err := table.hashes.apart(model.hashes)
			if err != nil || gone != c.gone || added != c.added {
				t.Errorf("%d gone and %d added (%v), want %d and %d", gone, added, err, c.gone, c.added)
			}
		})
	}
}

// What does not fit into memory goes to files, and none of them stays.
func TestHashesOfManyRowsWithoutAKeyAreSpilled(t *testing.T) {
	t.Parallel()
	table, model := sumOf(t, 0, 2*tallyMemory, 1), sumOf(t, 5, 2*tallyMemory+8, 1)
	for _, s := range []*rowSum{table, model} {
		if len(s.hashes.held) >= tallyMemory || len(s.hashes.files) == 0 {
			t.Errorf("%d hashes are in memory, and %d files hold the others", len(s.hashes.held), len(s.hashes.files))
		}
	}
	if gone, added, err := table.hashes.apart(model.hashes); err != nil || gone != 5 || added != 8 {
		t.Errorf("%d gone and %d added (%v), want 5 and 8", gone, added, err)
	}
	for _, s := range []*rowSum{table, model} {
		if err := s.close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(s.hashes.dir); err != nil || len(left) > 0 {
			t.Errorf("%d files are left (%v)", len(left), err)
		}
	}
}

// Files are merged before there are more than may be open.
func TestATallyOfManyFilesIsCombined(t *testing.T) {
	t.Parallel()
	a, b := &tally{dir: t.TempDir()}, &tally{dir: t.TempDir()}
	for k := range uint64(sortFan) {
		for _, h := range []uint64{k, 1000 - k} {
			if err := a.write((&hashRun{held: []uint64{h, 2000}}).next); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := a.combine(); err != nil || len(a.files) != 1 {
		t.Fatalf("%d files (%v)", len(a.files), err)
	}
	for _, h := range []uint64{3, 3, 2000} {
		if err := b.add(h); err != nil {
			t.Fatal(err)
		}
	}
	// a has 2 × sortFan numbers, and 2000 as often; b shares 3 and 2000, and has
	// another 3.
	if mine, others, err := a.apart(b); err != nil || mine != 4*sortFan-2 || others != 1 {
		t.Errorf("%d and %d (%v)", mine, others, err)
	}
	if err := a.close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(a.dir); err != nil || len(left) > 0 {
		t.Errorf("%d files are left (%v)", len(left), err)
	}
}
