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

	edges := make([]Edge, 0, b.edges.n)
	for e := range b.edges.all() {
		edges = append(edges, Edge{From: id(e.from), To: id(e.to), Via: e.via, Confidence: e.conf, Pos: e.pos})
	}
	b.edges = rawEdges{}
	edges, at := scatter(edges, total, func(e *Edge) ColID { return e.From })
	for c := range total {
		slices.SortFunc(edges[at[c]:at[c+1]], compareEdges)
	}
	g.out = compactEdges(edges)
	g.outAt = starts(g.out, total, func(e *Edge) ColID { return e.From })
	g.in, g.inAt = scatter(g.out, total, func(e *Edge) ColID { return e.To })

	uses := make([]Use, len(b.uses))
	for i := range b.uses {
		u := &b.uses[i]
		uses[i] = Use{Col: id(u.col), Via: u.via, Rel: u.rel, Pos: u.pos, Rows: u.rows, Confidence: u.conf}
		if outputs := b.computed(u); len(outputs) > 0 {
			uses[i].Outputs = make([]ColID, len(outputs))
			for j, o := range outputs {
				uses[i].Outputs[j] = id(o)
			}
		}
	}
	g.uses, g.usesAt = scatter(uses, total, func(u *Use) ColID { return u.Col })
	byRel, at := scatter(uses, len(g.Relations), func(u *Use) RelID { return u.Rel })
	for i, r := range g.Relations {
		r.uses = byRel[at[i]:at[i+1]:at[i+1]]
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

// scatter sorts a list by a key below n in linear time, and returns its index as
// well; what has the same key keeps its order.
func scatter[T any, K ~int32](list []T, n int, key func(*T) K) (sorted []T, at []int32) {
	at = starts(list, n, key)
	next := slices.Clone(at)
	sorted = make([]T, len(list))
	for i := range list {
		k := key(&list[i])
		sorted[next[k]] = list[i]
		next[k]++
	}
	return sorted, at
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

// starts makes the index of a list that is sorted by a key: what has key k is at
// starts[k] up to starts[k+1].
func starts[T any, K ~int32](list []T, n int, key func(*T) K) []int32 {
	at := make([]int32, n+1)
	for i := range list {
		at[key(&list[i])+1]++
	}
	for i := 1; i <= n; i++ {
		at[i] += at[i-1]
	}
	return at
}
