package lineage

import "sort"

// Start returns the columns that a change of one column changes at once: the
// column, the fields inside it, and the wholes that it is a field of.
func (g *Graph) Start(c ColID) []ColID {
	col := g.Columns[c]
	out := []ColID{c}
	rel := g.Relations[col.Rel]
	if !col.Known && col.Path == "" && g.Open(col.Rel) {
		// It may also be among the columns that a star passes on unnamed.
		if all, ok := g.Column(col.Rel, "*"); ok && all != c {
			out = append(out, all)
		}
	}
	for i := rel.first; i < rel.last; i++ {
		o := &g.Columns[i]
		if i != c && o.Name == col.Name && (hasPathPrefix(o.Path, col.Path) || hasPathPrefix(col.Path, o.Path)) {
			out = append(out, i)
		}
	}
	return out
}

func hasPathPrefix(path, prefix string) bool {
	return prefix == "" || path == prefix || len(path) > len(prefix) && path[:len(prefix)] == prefix && path[len(prefix)] == '.'
}

// A Reach is what can be reached from a column: every column that its value
// flows into, with the edge over which the shortest way comes.
type Reach struct {
	From []ColID
	// Cols are the reached columns in order of distance, the starts first.
	Cols []ColID
	Prev map[ColID]Edge
	Dist map[ColID]int
}

// Downstream finds every column whose values depend on the given columns:
// because their values flow into it, or because it is computed over a window or
// in a subquery that they decide about.
func (g *Graph) Downstream(from ...ColID) *Reach {
	siblings := g.siblings(from)
	next := func(c ColID) []Edge {
		edges := g.Down(c)
		if len(siblings) > 0 && g.Columns[c].Path == "" {
			kept := make([]Edge, 0, len(edges))
			for _, e := range edges {
				if !siblings[e.To] {
					kept = append(kept, e)
				}
			}
			edges = kept
		}
		for _, u := range g.UsesOf(c) {
			for _, o := range u.Outputs {
				edges = append(edges[:len(edges):len(edges)], Edge{From: c, To: o, Via: u.Via, Confidence: u.Confidence, Pos: u.Pos})
			}
		}
		return edges
	}
	return g.reach(from, next, func(e *Edge) ColID { return e.To }, -1)
}

// siblings are the fields beside changed fields: the whole column changes with
// one of its fields, but the others do not.
func (g *Graph) siblings(from []ColID) map[ColID]bool {
	out := map[ColID]bool{}
	for _, c := range from {
		col := &g.Columns[c]
		if col.Path == "" || g.Relations[col.Rel].first > c {
			continue
		}
		rel := g.Relations[col.Rel]
		for i := rel.first; i < rel.last; i++ {
			o := &g.Columns[i]
			if o.Path != "" && o.Name == col.Name && !hasPathPrefix(o.Path, col.Path) && !hasPathPrefix(col.Path, o.Path) {
				out[i] = true
			}
		}
	}
	return out
}

// Upstream finds every column that the given column is made of, windows and
// subqueries that it is computed over among them, at most depth relations away;
// a negative depth has no limit.
func (g *Graph) Upstream(depth int, from ...ColID) *Reach {
	next := func(c ColID) []Edge {
		edges := g.Up(c)
		for _, u := range g.Relations[g.Columns[c].Rel].uses {
			for _, o := range u.Outputs {
				if o == c {
					edges = append(edges[:len(edges):len(edges)], Edge{From: u.Col, To: c, Via: u.Via, Confidence: u.Confidence, Pos: u.Pos})
				}
			}
		}
		return edges
	}
	return g.reach(from, next, func(e *Edge) ColID { return e.From }, depth)
}

// reach walks in order of distance, which counts relations: an edge inside a
// relation is no step. Columns of one distance are gathered first, so each gets
// the shortest way.
func (g *Graph) reach(from []ColID, next func(ColID) []Edge, end func(*Edge) ColID, depth int) *Reach {
	r := &Reach{From: from, Prev: map[ColID]Edge{}, Dist: map[ColID]int{}}
	type step struct {
		col ColID
		by  Edge
	}
	level := make([]step, len(from))
	for i, c := range from {
		level[i] = step{col: c, by: Edge{From: None}}
	}
	for d := 0; len(level) > 0 && (depth < 0 || d <= depth); d++ {
		var later []step
		for i := 0; i < len(level); i++ {
			s := level[i]
			if _, seen := r.Dist[s.col]; seen {
				continue
			}
			r.Dist[s.col] = d
			r.Cols = append(r.Cols, s.col)
			if s.by.From != None {
				r.Prev[s.col] = s.by
			}
			edges := next(s.col)
			for j := range edges {
				to := end(&edges[j])
				if _, seen := r.Dist[to]; seen {
					continue
				}
				if g.Columns[to].Rel == g.Columns[s.col].Rel {
					level = append(level, step{to, edges[j]})
				} else {
					later = append(later, step{to, edges[j]})
				}
			}
		}
		level = later
	}
	return r
}

// Has reports whether a column was reached.
func (r *Reach) Has(c ColID) bool {
	_, ok := r.Dist[c]
	return ok
}

// Path returns the edges of a shortest way down to a reached column.
func (r *Reach) Path(to ColID) []Edge {
	var out []Edge
	for {
		e, ok := r.Prev[to]
		if !ok {
			break
		}
		out = append(out, e)
		to = e.From
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// ByRelation groups reached columns by relation, in the order of the graph, the
// columns in theirs.
func (g *Graph) ByRelation(cols []ColID) map[RelID][]ColID {
	out := make(map[RelID][]ColID)
	for _, c := range cols {
		out[g.Columns[c].Rel] = append(out[g.Columns[c].Rel], c)
	}
	for _, list := range out {
		sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	}
	return out
}
