package layout

import "fmt"

// index finds the places of relations and columns in a document.
type index struct {
	doc  *Document
	rels map[string]int
	cols []map[Ref]int // by relation; the key has no relation
}

// newIndex fails if a document names relations or columns that it does not
// have, or has one twice: a drawing of it would not be true.
func newIndex(doc *Document) (*index, error) {
	x := &index{doc: doc, rels: make(map[string]int, len(doc.Relations)), cols: make([]map[Ref]int, len(doc.Relations))}
	for i := range doc.Relations {
		r := &doc.Relations[i]
		if _, twice := x.rels[r.ID]; twice {
			return nil, fmt.Errorf("draw graph: relation %q is there twice", r.ID)
		}
		x.rels[r.ID] = i
		x.cols[i] = make(map[Ref]int, len(r.Columns))
		for j, c := range r.Columns {
			x.cols[i][Ref{Column: c.Name, Path: c.Path}] = j
		}
	}
	for i := range doc.Edges {
		for _, ref := range []Ref{doc.Edges[i].From, doc.Edges[i].To} {
			if _, err := x.find(ref); err != nil {
				return nil, err
			}
		}
	}
	for i := range doc.Uses {
		u := &doc.Uses[i]
		for _, ref := range []Ref{{u.Relation, u.Column, u.Path}, {Relation: u.Of}} {
			if _, err := x.find(ref); err != nil {
				return nil, err
			}
		}
	}
	return x, nil
}

// An end is where a line of a drawing ends: at a column of a relation, or if col
// is below 0 at the relation.
type end struct{ rel, col int }

func (x *index) find(ref Ref) (end, error) {
	r, ok := x.rels[ref.Relation]
	if !ok {
		return end{}, fmt.Errorf("draw graph: there is no relation %q", ref.Relation)
	}
	if ref.Column == "" && ref.Path == "" {
		return end{r, -1}, nil
	}
	c, ok := x.cols[r][Ref{Column: ref.Column, Path: ref.Path}]
	if !ok {
		return end{}, fmt.Errorf("draw graph: relation %q has no column %q", ref.Relation, ref.Column)
	}
	return end{r, c}, nil
}

// A line is an edge or a use as drawings show it.
type line struct {
	from, to   end
	kind       string
	confidence string
	use        bool // decides about the relation, is no part of its values
}

// lines are all edges, then all uses. Uses of one column by one relation that
// differ in what they decide about only are one line.
func (x *index) lines() []line {
	lines := make([]line, 0, len(x.doc.Edges)+len(x.doc.Uses))
	for i := range x.doc.Edges {
		e := &x.doc.Edges[i]
		from, _ := x.find(e.From)
		to, _ := x.find(e.To)
		lines = append(lines, line{from, to, e.Kind, e.Confidence, e.Kind == KindUse})
	}
	seen := make(map[line]bool)
	for i := range x.doc.Uses {
		u := &x.doc.Uses[i]
		from, _ := x.find(Ref{u.Relation, u.Column, u.Path})
		to, _ := x.find(Ref{Relation: u.Of})
		l := line{from, to, u.Kind, u.Confidence, true}
		if !seen[l] {
			seen[l] = true
			lines = append(lines, l)
		}
	}
	return lines
}

// exact reports whether nothing about a line is guessed.
func (l *line) exact() bool { return l.confidence == "exact" }

// kindNames are the kinds of relations in the order in which drawings list
// them, and what many of a kind are called.
func kindNames() [][2]string {
	return [][2]string{
		{"source", "sources"}, {"unmanaged", "not in the project"}, {"seed", "seeds"}, {"model", "models"},
		{"snapshot", "snapshots"}, {"exposure", "exposures"}, {"table", "destination tables"},
	}
}

// colors are the fill and the border of each kind.
func colors(kind string) (fill, border string) {
	switch kind {
	case "source":
		return "#e3f2e1", "#3d7a37"
	case "seed":
		return "#f1f0d8", "#7d7a2b"
	case "model":
		return "#e1ecf7", "#33658f"
	case "snapshot":
		return "#e4e3f6", "#55519c"
	case "exposure":
		return "#fbe9d7", "#a3611a"
	case "table":
		return "#f8e1e6", "#a03a53"
	}
	return "#eeeeee", "#666666"
}
