package slab

import "testing"

func TestValuesAreZeroAndApart(t *testing.T) {
	var s Slab[int]
	for round := range 3 {
		var all []*int
		var lists [][]int
		for i := range 2000 {
			x := s.One()
			if *x != 0 {
				t.Fatalf("round %d: value %d is %d, want 0", round, i, *x)
			}
			*x = i + 1
			all = append(all, x)
			list := s.Make(i % 300)
			for j := range list {
				if list[j] != 0 {
					t.Fatalf("round %d: item %d of list %d is %d, want 0", round, j, i, list[j])
				}
				list[j] = -i - 1
			}
			if cap(list) != len(list) {
				t.Fatalf("a list of %d has room for %d", len(list), cap(list))
			}
			lists = append(lists, list)
		}
		for i := range all {
			if *all[i] != i+1 {
				t.Fatalf("round %d: value %d became %d", round, i, *all[i])
			}
			for _, x := range lists[i] {
				if x != -i-1 {
					t.Fatalf("round %d: an item of list %d became %d", round, i, x)
				}
			}
		}
		s.Reset()
	}
}

func TestResetKeepsChunksAndForgetsTheRest(t *testing.T) {
	var s Slab[int]
	for range 3 * keptChunks * fullChunk {
		s.One()
	}
	s.Reset()
	values := 0
	for _, c := range s.chunks {
		values += len(c)
	}
	if len(s.chunks) != keptChunks || values > keptChunks*fullChunk {
		t.Errorf("%d chunks with %d values are kept, want %d", len(s.chunks), values, keptChunks)
	}
	if n := testing.AllocsPerRun(10, func() {
		for range fullChunk {
			s.One()
		}
		s.Reset()
	}); n != 0 {
		t.Errorf("a slab that was reset allocates %v times, want 0", n)
	}
}

func TestListIsACopy(t *testing.T) {
	var s Slab[string]
	items := []string{"a", "b"}
	list := s.List(items)
	items[0] = "x"
	if list[0] != "a" || list[1] != "b" {
		t.Errorf("the list is %q, want [a b]", list)
	}
	if s.List(nil) != nil {
		t.Error("an empty list is not nil")
	}
	if got := *s.New("c"); got != "c" {
		t.Errorf("a new value is %q, want c", got)
	}
}

func TestRoomIsFreeUntilItIsTaken(t *testing.T) {
	for _, n := range []int{1, 100, ownList, 3 * fullChunk} {
		var s Slab[int]
		room := append(s.Room(n), 7)
		one := s.Take(room)
		again := s.Take(append(s.Room(n), 8))
		if one[0] != 7 || again[0] != 8 || cap(one) != 1 || cap(again) != 1 {
			t.Errorf("room for %d: %v and %v, want [7] and [8] without more room", n, one, again)
		}
		if got := s.Take(s.Room(n)); len(got) != 0 {
			t.Errorf("room for %d: nothing that was taken is %v", n, got)
		}
	}
}
