package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sort"
	"strconv"
	"testing"
)

func TestNumbersAreOrderedByValueAndTextByBytes(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		numeric bool
		sorted  []string
	}{
		{"integers", true, []string{"-100", "-20", "-3", "0", "3", "20", "100"}},
		{"decimals of one scale", true, []string{"-10.50", "-9.99", "-0.01", "0.00", "0.01", "9.99", "10.50"}},
		{"text", false, []string{"", "A", "B", "a", "a\tb", "a b", "あ", "😀"}},
	}
	for _, c := range cases {
		for i := range c.sorted {
			for j := range c.sorted {
				want := min(max(i-j, -1), 1)
				got := compareKeys(Row{[]byte(c.sorted[i])}, Row{[]byte(c.sorted[j])}, []bool{c.numeric})
				if min(max(got, -1), 1) != want {
					t.Errorf("%s: %q and %q: %d", c.name, c.sorted[i], c.sorted[j], got)
				}
			}
		}
	}
}

func TestNullIsNotEmptyAndTwoValuesAreNotOne(t *testing.T) {
	t.Parallel()
	rows := []Row{{nil, nil}, {{}, nil}, {nil, {}}, {[]byte("ab"), {}}, {[]byte("a"), []byte("b")}, {{}, []byte("ab")}}
	for i, a := range rows {
		for j, b := range rows {
			if EqualRows(a, b) != (i == j) || (HashRow(a) == HashRow(b)) != (i == j) {
				t.Errorf("%q and %q", a, b)
			}
		}
	}
}

func TestASpoolGivesBackWhatItGot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, n := range []int{0, 1, 499, 500, 501, 60_000} {
		s := spool{dir: dir}
		for i := range n {
			if err := s.add(Change{Op: OpUpdate, Old: uint64(i), Row: Row{[]byte(strconv.Itoa(i)), nil, {}, []byte("some text to fill the memory")}}); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // it can be read again
			i := 0
			err := s.batches(500, func(batch []Change) error {
				for _, c := range batch {
					want := Row{[]byte(strconv.Itoa(i)), nil, {}, []byte("some text to fill the memory")}
					if c.Op != OpUpdate || c.Old != uint64(i) || !EqualRows(want, c.Row) {
						return fmt.Errorf("%d: %v %q", c.Old, c.Op, c.Row)
					}
					i++
				}
				return nil
			})
			if err != nil || i != n {
				t.Fatalf("%d of %d: %v", i, n, err)
			}
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
	empty(t, dir)
}

// empty makes sure that no temporary file is left.
func empty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Fatalf("left behind: %v %v", left, err)
	}
}

func TestSortingSpillsAndMergesLikeASortInMemory(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 1000, 400_000} {
		dir := t.TempDir()
		r := rand.New(rand.NewPCG(1, uint64(n)))
		s := &sorter{dir: dir, columns: 2, numeric: []bool{true}}
		var want []int
		for i := range n {
			v := r.IntN(n)
			want = append(want, v)
			if err := s.add(item{row: Row{[]byte(strconv.Itoa(v)), []byte("a payload of some bytes")}, seq: int64(i), bad: v%3 == 0}); err != nil {
				t.Fatal(err)
			}
		}
		sort.Ints(want)
		m, err := s.sorted()
		if err != nil {
			t.Fatal(err)
		}
		last := int64(-1)
		for i := range n {
			it, err := m.next()
			if err != nil {
				t.Fatal(err)
			}
			if string(it.row[0]) != strconv.Itoa(want[i]) || it.bad != (want[i]%3 == 0) {
				t.Fatalf("%d: %s, want %d", i, it.row[0], want[i])
			}
			if i > 0 && want[i] == want[i-1] && it.seq < last {
				t.Fatal("equal keys changed their order")
			}
			last = it.seq
		}
		if _, err := m.next(); !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		if err := errors.Join(m.close(), s.close()); err != nil {
			t.Fatal(err)
		}
		empty(t, dir)
	}
}

func TestMarksStayWithTheirErrors(t *testing.T) {
	t.Parallel()
	base := fmt.Errorf("commit: %w", context.DeadlineExceeded)
	err := errors.Join(fmt.Errorf("x: %w", Unclear(base)))
	if !errors.Is(err, ErrTransient) || !errors.Is(err, ErrUnclear) || !errors.Is(err, context.DeadlineExceeded) || err.Error() != "x: "+base.Error() {
		t.Fatal(err)
	}
	if errors.Is(Transient(base), ErrUnclear) {
		t.Fatal("a transient error is unclear")
	}
}
