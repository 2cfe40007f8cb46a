package lineage

import (
	"fmt"

	dgraph "github.com/dominikbraun/graph"
)

// store keeps the graph of relations in slices: vertices are dense numbers, so
// the maps of the library's own store are not needed. It is filled by one
// goroutine and only read afterwards.
type store struct {
	present []bool
	n       int
	out     [][]RelID
	in      [][]RelID
	edges   int
}

func newStore(n int) *store {
	return &store{present: make([]bool, n), out: make([][]RelID, n), in: make([][]RelID, n)}
}

func (s *store) AddVertex(id RelID, _ RelID, _ dgraph.VertexProperties) error {
	if s.has(id) {
		return dgraph.ErrVertexAlreadyExists
	}
	if int(id) >= len(s.present) || id < 0 {
		return fmt.Errorf("relation %d is out of range", id)
	}
	s.present[id] = true
	s.n++
	return nil
}

func (s *store) has(id RelID) bool { return id >= 0 && int(id) < len(s.present) && s.present[id] }

func (s *store) Vertex(id RelID) (RelID, dgraph.VertexProperties, error) {
	if !s.has(id) {
		return id, dgraph.VertexProperties{}, dgraph.ErrVertexNotFound
	}
	return id, dgraph.VertexProperties{}, nil
}

func (s *store) RemoveVertex(id RelID) error {
	if !s.has(id) {
		return dgraph.ErrVertexNotFound
	}
	if len(s.out[id])+len(s.in[id]) > 0 {
		return dgraph.ErrVertexHasEdges
	}
	s.present[id] = false
	s.n--
	return nil
}

func (s *store) ListVertices() ([]RelID, error) {
	out := make([]RelID, 0, s.n)
	for i, ok := range s.present {
		if ok {
			out = append(out, RelID(i))
		}
	}
	return out, nil
}

func (s *store) VertexCount() (int, error) { return s.n, nil }

func (s *store) AddEdge(from, to RelID, _ dgraph.Edge[RelID]) error {
	s.out[from] = append(s.out[from], to)
	s.in[to] = append(s.in[to], from)
	s.edges++
	return nil
}

func (s *store) UpdateEdge(from, to RelID, _ dgraph.Edge[RelID]) error {
	_, err := s.Edge(from, to)
	return err
}

func (s *store) RemoveEdge(from, to RelID) error {
	if _, err := s.Edge(from, to); err != nil {
		return err
	}
	s.out[from] = without(s.out[from], to)
	s.in[to] = without(s.in[to], from)
	s.edges--
	return nil
}

func without(list []RelID, id RelID) []RelID {
	for i, x := range list {
		if x == id {
			return append(list[:i:i], list[i+1:]...)
		}
	}
	return list
}

func (s *store) Edge(from, to RelID) (dgraph.Edge[RelID], error) {
	if s.has(from) {
		for _, x := range s.out[from] {
			if x == to {
				return dgraph.Edge[RelID]{Source: from, Target: to}, nil
			}
		}
	}
	return dgraph.Edge[RelID]{}, dgraph.ErrEdgeNotFound
}

func (s *store) ListEdges() ([]dgraph.Edge[RelID], error) {
	out := make([]dgraph.Edge[RelID], 0, s.edges)
	for from, list := range s.out {
		for _, to := range list {
			out = append(out, dgraph.Edge[RelID]{Source: RelID(from), Target: to})
		}
	}
	return out, nil
}
