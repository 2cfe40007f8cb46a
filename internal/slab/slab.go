package slab

const (
	firstChunk = 8   // values in the first chunk; each has twice as many as the one before
	fullChunk  = 512 // values in a chunk at most
	ownChunk   = 256 // values of a list that is allocated by itself
	keptChunks = 32  // chunks that are kept for use after a reset
)

// A Slab is the memory of values of one type. They live as long as any value of
// their chunk is used, or until the slab is reset. The zero Slab is empty and
// ready; it is for one goroutine.
type Slab[T any] struct {
	free   []T // what is left of the chunk in use; all of it is zero
	chunks [][]T
	used   int // number of chunks in use; the last of them is the one of free
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
	s.chunks = append(s.chunks, s.free)
	s.used++
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
		if n >= ownChunk {
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

// Reset makes all values zero and free. A slab that held very much gives most of
// its memory back.
func (s *Slab[T]) Reset() {
	for i, c := range s.chunks[:s.used] {
		if i == s.used-1 {
			c = c[:len(c)-len(s.free)]
		}
		clear(c)
	}
	if len(s.chunks) > keptChunks {
		clear(s.chunks[keptChunks:])
		s.chunks = s.chunks[:keptChunks]
	}
	s.free, s.used = nil, 0
}
