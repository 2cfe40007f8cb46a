package lineage

import (
	"cmp"
	"slices"
	"strings"
)

// freeze numbers the columns and brings edges and uses into their final form.
func (b *builder) freeze() {
	g := b.g
	b.fieldEdges()
	total := 0
	for i, r := range g.Relations {
		r.first = ColID(total)
		total += len(b.cols[i].list)
		r.last = ColID(total)
	}
	g.Columns = make([]Column, 0, total)
	for i := range b.cols {
		g.Columns = append(g.Columns, b.cols[i].list...)
	}
	id := func(c colRef) ColID { return g.Relations[c.rel].first + ColID(c.idx) }

	edges := make([]Edge, len(b.edges))
	for i, e := range b.edges {
		edges[i] = Edge{From: id(e.from), To: id(e.to), Via: e.via, Confidence: e.conf, Pos: e.pos}
	}
	b.edges = nil
	edges = scatter(edges, total, func(e *Edge) ColID { return e.From })
	for c, at := 0, starts(edges, total, func(e *Edge) ColID { return e.From }); c < total; c++ {
		slices.SortFunc(edges[at[c]:at[c+1]], compareEdges)
	}
	g.out = compactEdges(edges)
	g.outAt = starts(g.out, total, func(e *Edge) ColID { return e.From })
	g.in = scatter(g.out, total, func(e *Edge) ColID { return e.To })
	g.inAt = starts(g.in, total, func(e *Edge) ColID { return e.To })

	g.usesOf = make(map[ColID][]Use)
	for _, u := range b.uses {
		use := Use{Col: id(u.col), Via: u.via, Rel: u.rel, Pos: u.pos, Rows: u.rows, Confidence: u.conf}
		for _, o := range b.computed(&u) {
			use.Outputs = append(use.Outputs, id(o))
		}
		r := g.Relations[u.rel]
		r.uses = append(r.uses, use)
		g.usesOf[use.Col] = append(g.usesOf[use.Col], use)
	}
	b.cols, b.uses = nil, nil
}

// computed are the columns that a use decides about, each before its fields: of
// a struct those that the use names, or all of them.
func (b *builder) computed(u *rawUse) []colRef {
	if !b.cols[u.rel].nested {
		return u.outputs
	}
	var out []colRef
	for _, o := range u.outputs {
		out = append(out, o)
		list := b.cols[o.rel].list
		some := slices.ContainsFunc(u.parts, func(p colRef) bool { return strings.EqualFold(list[p.idx].Name, list[o.idx].Name) })
		for i := range list {
			c := colRef{o.rel, int32(i)}
			if list[i].Path != "" && strings.EqualFold(list[i].Name, list[o.idx].Name) && (!some || slices.Contains(u.parts, c)) {
				out = append(out, c)
			}
		}
	}
	return out
}

// compareEdges orders the edges that leave one column: by where they go, the
// strongest first.
func compareEdges(x, y Edge) int {
	return cmp.Or(cmp.Compare(x.To, y.To), cmp.Compare(y.Via, x.Via), cmp.Compare(x.Pos, y.Pos))
}

// scatter sorts edges by a column in linear time; those of one column keep their
// order.
func scatter(edges []Edge, n int, key func(*Edge) ColID) []Edge {
	next := starts(edges, n, key)
	out := make([]Edge, len(edges))
	for i := range edges {
		k := key(&edges[i])
		out[next[k]] = edges[i]
		next[k]++
	}
	return out
}

// compactEdges keeps one edge for each pair of columns: the one that changes the
// value most.
func compactEdges(edges []Edge) []Edge {
	out := edges[:0]
	for _, e := range edges {
		if n := len(out); n > 0 && out[n-1].From == e.From && out[n-1].To == e.To {
			continue
		}
		out = append(out, e)
	}
	return out
}

// starts makes the index of a sorted list of edges: those of column c are at
// starts[c] up to starts[c+1].
func starts(edges []Edge, n int, key func(*Edge) ColID) []int32 {
	at := make([]int32, n+1)
	for i := range edges {
		at[key(&edges[i])+1]++
	}
	for i := 1; i <= n; i++ {
		at[i] += at[i-1]
	}
	return at
}
