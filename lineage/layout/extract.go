package layout

import (
	"sort"
	"strconv"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/manifest"
)

// Options say how much of a part [Extract] takes.
type Options struct {
	// Columns takes columns, the edges between them and their uses. Otherwise
	// edges are those between relations.
	Columns bool
}

// Extract writes a part of a graph down; nil is the whole graph. The part must
// have been selected from the same graph.
func Extract(g *lineage.Graph, part *Part, o Options) *Document {
	if part == nil {
		part = whole(g)
	}
	x := &extractor{g: g, part: part, pos: make([]int, len(g.Relations))}
	x.doc = &Document{Format: Format, Relations: []Relation{}, Edges: []Edge{}, Uses: []Use{}}
	x.relations(o.Columns)
	links := x.links()
	if o.Columns {
		x.columnEdges(links)
	} else {
		x.relationEdges(links)
	}
	return x.doc
}

// extractor holds what is known while a document is written.
type extractor struct {
	g     *lineage.Graph
	part  *Part
	doc   *Document
	order []lineage.RelID // of the document
	pos   []int           // places in the document by relation, -1 outside of it
}

// relations enters the relations in the order of the graph.
func (x *extractor) relations(columns bool) {
	for i := range x.pos {
		x.pos[i] = -1
	}
	taken := make(map[string]bool)
	for _, id := range x.g.Order() {
		if !x.part.has(x.g, id) {
			continue
		}
		r := x.g.Relation(id)
		out := Relation{ID: unique(r.UniqueID, taken), Kind: string(r.Kind), Name: r.Name}
		if r.Node != nil {
			out.RelationName = r.Node.RelationName
		}
		if owner := x.g.Owner(id); owner != (manifest.Owner{}) {
			out.Owner = &Owner{Name: owner.Name, Email: owner.Email}
		}
		if columns {
			for _, c := range x.columns(id) {
				col := &x.g.Columns[c]
				out.Columns = append(out.Columns, Column{Name: col.Name, Path: col.Path, Type: x.typeOf(r, col)})
			}
		}
		x.pos[id] = len(x.order)
		x.order = append(x.order, id)
		x.doc.Relations = append(x.doc.Relations, out)
	}
}

// unique keeps ids apart that hostile input made alike.
func unique(id string, taken map[string]bool) string {
	name := id
	for n := 2; taken[name]; n++ {
		name = id + "#" + strconv.Itoa(n)
	}
	taken[name] = true
	return name
}

// columns are a relation's columns within the part, in its order.
func (x *extractor) columns(r lineage.RelID) []lineage.ColID {
	var out []lineage.ColID
	first, last := x.g.ColumnsOf(r)
	for c := first; c < last; c++ {
		if x.part.cols[c] {
			out = append(out, c)
		}
	}
	return out
}

// typeOf is the type of a column: for destination tables as the database spells
// it.
func (x *extractor) typeOf(r *lineage.Relation, c *lineage.Column) string {
	if c.Type == nil && r.Table != nil && c.Path == "" {
		if col := r.Table.Column(c.Name); col != nil {
			return col.Type
		}
	}
	return c.Type.String()
}

func (x *extractor) id(r lineage.RelID) string { return x.doc.Relations[x.pos[r]].ID }

func (x *extractor) ref(c lineage.ColID) Ref {
	col := &x.g.Columns[c]
	return Ref{Relation: x.id(col.Rel), Column: col.Name, Path: col.Path}
}

// A pair is two relations of the document, by their places.
type pair struct{ from, to int }

// A link is how the columns of a pair are joined.
type link struct {
	kind       string
	confidence bind.Confidence // of the surest column that joins them
}

// links finds the pairs of different relations that columns of the part join.
func (x *extractor) links() map[pair]link {
	links := make(map[pair]link)
	add := func(from, to lineage.RelID, kind string, conf bind.Confidence) {
		if from == to {
			return
		}
		p := pair{x.pos[from], x.pos[to]}
		old, ok := links[p]
		switch {
		case !ok, old.kind == KindUse && kind == KindValue:
			links[p] = link{kind, conf}
		case old.kind == kind && conf < old.confidence:
			links[p] = link{kind, conf}
		}
	}
	for _, r := range x.order {
		for _, c := range x.columns(r) {
			for _, e := range x.g.Down(c) {
				if x.part.cols[e.To] {
					add(r, x.g.Columns[e.To].Rel, KindValue, e.Confidence)
				}
			}
			for _, u := range x.g.UsesOf(c) {
				if x.uses(&u) {
					add(r, u.Rel, KindUse, u.Confidence)
				}
			}
		}
	}
	// The project's own word is taken between relations that are in the part
	// as a whole: of single columns it says nothing.
	for _, r := range x.order {
		if !x.part.full(x.g, r) {
			continue
		}
		for _, c := range x.g.Relation(r).Children {
			if x.pos[c] >= 0 && x.part.full(x.g, c) {
				if _, ok := links[pair{x.pos[r], x.pos[c]}]; !ok {
					links[pair{x.pos[r], x.pos[c]}] = link{KindDepends, bind.Exact}
				}
			}
		}
	}
	return links
}

// uses reports whether the part holds what a use decides about.
func (x *extractor) uses(u *lineage.Use) bool {
	if x.pos[u.Rel] < 0 {
		return false
	}
	if u.Rows || len(u.Outputs) == 0 {
		return true
	}
	for _, o := range u.Outputs {
		if x.part.cols[o] {
			return true
		}
	}
	return false
}

// relationEdges enters one edge for each pair.
func (x *extractor) relationEdges(links map[pair]link) {
	for _, p := range sortedPairs(links) {
		l := links[p]
		x.doc.Edges = append(x.doc.Edges, Edge{
			From:       Ref{Relation: x.doc.Relations[p.from].ID},
			To:         Ref{Relation: x.doc.Relations[p.to].ID},
			Kind:       l.kind,
			Confidence: l.confidence.String(),
		})
	}
}

func sortedPairs(links map[pair]link) []pair {
	pairs := make([]pair, 0, len(links))
	for p := range links {
		pairs = append(pairs, p)
	}
	sort.Slice(pairs, func(i, j int) bool {
		if pairs[i].from != pairs[j].from {
			return pairs[i].from < pairs[j].from
		}
		return pairs[i].to < pairs[j].to
	})
	return pairs
}

// columnEdges enters the edges between columns and their uses, and the edges
// between relations that no column shows.
func (x *extractor) columnEdges(links map[pair]link) {
	depends := make(map[int][]int)
	for _, p := range sortedPairs(links) {
		if links[p].kind == KindDepends {
			depends[p.from] = append(depends[p.from], p.to)
		}
	}
	for i, r := range x.order {
		for _, c := range x.columns(r) {
			x.edgesFrom(c)
			x.usesOf(c)
		}
		for _, to := range depends[i] {
			x.doc.Edges = append(x.doc.Edges, Edge{
				From: Ref{Relation: x.id(r)}, To: Ref{Relation: x.doc.Relations[to].ID},
				Kind: KindDepends, Confidence: bind.Exact.String(),
			})
		}
	}
}

func (x *extractor) edgesFrom(c lineage.ColID) {
	var edges []lineage.Edge
	for _, e := range x.g.Down(c) {
		if x.part.cols[e.To] {
			edges = append(edges, e)
		}
	}
	sort.SliceStable(edges, func(i, j int) bool {
		a, b := x.pos[x.g.Columns[edges[i].To].Rel], x.pos[x.g.Columns[edges[j].To].Rel]
		if a != b {
			return a < b
		}
		return edges[i].To < edges[j].To
	})
	for _, e := range edges {
		x.doc.Edges = append(x.doc.Edges, Edge{
			From: x.ref(c), To: x.ref(e.To), Kind: e.Via.String(), Confidence: e.Confidence.String(),
		})
	}
}

// usesOf enters the uses of a column, those of one relation that say the same
// once: a document has no places in SQL.
func (x *extractor) usesOf(c lineage.ColID) {
	from := x.ref(c)
	start := len(x.doc.Uses)
	for _, u := range x.g.UsesOf(c) {
		if !x.uses(&u) {
			continue
		}
		use := Use{
			Relation: from.Relation, Column: from.Column, Path: from.Path,
			Kind: u.Via.String(), Of: x.id(u.Rel), Rows: u.Rows, Confidence: u.Confidence.String(),
		}
		for _, o := range u.Outputs {
			if x.part.cols[o] {
				use.Outputs = append(use.Outputs, x.g.Columns[o].String())
			}
		}
		if !hasUse(x.doc.Uses[start:], &use) {
			x.doc.Uses = append(x.doc.Uses, use)
		}
	}
}

func hasUse(uses []Use, use *Use) bool {
	for i := range uses {
		if sameUse(&uses[i], use) {
			return true
		}
	}
	return false
}

func sameUse(a, b *Use) bool {
	if a.Kind != b.Kind || a.Of != b.Of || a.Rows != b.Rows || a.Confidence != b.Confidence || len(a.Outputs) != len(b.Outputs) {
		return false
	}
	for i := range a.Outputs {
		if a.Outputs[i] != b.Outputs[i] {
			return false
		}
	}
	return true
}
