package slab

const (
	firstChunk = 8   // values in the first chunk; each has twice as many as the one before
	fullChunk  = 512 // values in a chunk at most
	ownList    = 256 // a list of so many values that does not fit any more is allocated by itself
	keptChunks = 32  // chunks that are used again after a reset
)

// A Slab is the memory of values of one type. They live until the slab is reset.
// What goes beyond the chunks that are used again is left to the garbage
// collector, so that a slab of very many values holds few that nobody needs. The
// zero Slab is empty and ready; it is for one goroutine.
type Slab[T any] struct {
	free   []T   // what is left of the chunk in use; all of it is zero
	chunks [][]T // those that are used again
	used   int   // how many of them are in use
	beyond bool  // the chunk in use is none of them; otherwise it is the last one in use
}

// grow makes room for n values in a row.
func (s *Slab[T]) grow(n int) {
	for s.used < len(s.chunks) {
		s.free = s.chunks[s.used]
		s.used++
		if len(s.free) >= n {
			return
		}
	}
	size := firstChunk
	if s.used > 0 {
		size = min(2*len(s.chunks[s.used-1]), fullChunk)
	}
	s.free = make([]T, max(n, size))
	s.beyond = s.used == keptChunks
	if !s.beyond {
		s.chunks = append(s.chunks, s.free)
		s.used++
	}
}

// One returns a zero value.
func (s *Slab[T]) One() *T {
	if len(s.free) == 0 {
		s.grow(1)
	}
	x := &s.free[0]
	s.free = s.free[1:]
	return x
}

// New returns a copy of v.
func (s *Slab[T]) New(v T) *T {
	x := s.One()
	*x = v
	return x
}

// Make returns n zero values; the slice has no room for more.
func (s *Slab[T]) Make(n int) []T {
	if n == 0 {
		return nil
	}
	if n > len(s.free) {
		if n >= ownList {
			return make([]T, n)
		}
		s.grow(n)
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	return out
}

// List copies items into a slice of its own; an empty list is nil.
func (s *Slab[T]) List(items []T) []T {
	out := s.Make(len(items))
	copy(out, items)
	return out
}

// Room returns an empty slice with room for n values. Until Take is called with all
// that was appended to it, nothing else may be asked of the slab.
func (s *Slab[T]) Room(n int) []T {
	if n > len(s.free) {
		if n >= ownList {
			return make([]T, 0, n)
		}
		s.grow(n)
	}
	return s.free[:0:n]
}

// Take makes the values that were appended to the last room permanent; the slice
// that it returns has no room for more.
func (s *Slab[T]) Take(list []T) []T {
	n := len(list)
	if n > 0 && len(s.free) > 0 && &list[0] == &s.free[0] {
		s.free = s.free[n:]
	}
	return list[:n:n]
}

// Reset takes all values back. Those in chunks that are used again become zero at
// once, so that they hold nothing alive.
func (s *Slab[T]) Reset() {
	for i, c := range s.chunks[:s.used] {
		if i == s.used-1 && !s.beyond {
			c = c[:len(c)-len(s.free)]
		}
		clear(c)
	}
	s.free, s.used, s.beyond = nil, 0, false
}
