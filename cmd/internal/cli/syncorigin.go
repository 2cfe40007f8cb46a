package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"

	"impact/lineage"
	"impact/sync/notify"
)

// So many fields are told of a load. Beyond that an event grows, but nobody
// reads it.
const maxOrigins = 2_000

// A way is how a field of a source takes part in a column.
type way struct {
	indirect bool
	subtype  string
}

// origins find the fields of the warehouse's sources that the columns of models
// come from.
type origins struct {
	g         *lineage.Graph
	namespace string
	left      int // fields that may still be told of the load
	cut       bool
	sources   map[lineage.RelID]bool // that were told
}

// origins builds the graph of the project.
func (d *delivery) origins(ctx context.Context) (*origins, error) {
	in := lineage.Input{Manifest: d.Manifest}
	if d.DBTDir != "" {
		in.Files = os.DirFS(d.DBTDir)
	}
	g, err := lineage.Build(ctx, in)
	if err != nil {
		return nil, err
	}
	return &origins{g: g, namespace: orElse(d.Manifest.Metadata.AdapterType, "dbt")}, nil
}

// begin begins with the next load.
func (o *origins) begin() { o.left, o.cut, o.sources = maxOrigins, false, map[lineage.RelID]bool{} }

// column returns the fields that a column of a model comes from. how is how the
// column itself takes part.
func (o *origins) column(model, name string, how way) []notify.Input {
	rel := o.g.ByID(model)
	if rel == lineage.None {
		return nil
	}
	c, ok := o.g.Column(rel, name)
	if !ok {
		return nil
	}
	var from []step
	for _, part := range o.g.Start(c) {
		from = append(from, step{part, how})
	}
	return o.walk(from)
}

// rows returns the fields that decide which rows a model has: those by which the
// model, or one that it is made of, is filtered, joined and grouped.
func (o *origins) rows(model string) []notify.Input {
	rel := o.g.ByID(model)
	if rel == lineage.None {
		return nil
	}
	var from []step
	todo, seen := []lineage.RelID{rel}, map[lineage.RelID]bool{rel: true}
	for len(todo) > 0 {
		r := todo[0]
		todo = todo[1:]
		for _, u := range o.g.Uses(r) {
			if subtype := subtypeOf(u.Via); u.Rows && subtype != "" {
				from = append(from, step{u.Col, way{true, subtype}})
			}
		}
		for _, p := range o.g.Relation(r).Parents {
			if !seen[p] {
				seen[p] = true
				todo = append(todo, p)
			}
		}
	}
	return o.walk(from)
}

// subtypeOf is OpenLineage's word for a use.
func subtypeOf(v lineage.Via) string {
	switch v {
	case lineage.Filter:
		return "FILTER"
	case lineage.Join:
		return "JOIN"
	case lineage.Group:
		return "GROUP_BY"
	case lineage.Order:
		return "SORT"
	case lineage.Window:
		return "WINDOW"
	case lineage.Conditional:
		return "CONDITIONAL"
	}
	return ""
}

// over is how a field takes part if what is made of it takes part like w.
func (w way) over(v lineage.Via) way {
	if subtype := subtypeOf(v); subtype != "" && !w.indirect {
		return way{true, subtype}
	}
	switch {
	case w.indirect: // it stays what it became nearest to the end
	case v == lineage.Aggregate:
		return way{false, "AGGREGATION"}
	case v == lineage.Transform && w.subtype == "IDENTITY":
		return way{false, "TRANSFORMATION"}
	}
	return w
}

// A step is a column on the way, and how it takes part.
type step struct {
	col lineage.ColID
	way way
}

// walk goes upstream until it reaches relations that no model makes.
func (o *origins) walk(from []step) []notify.Input {
	seen := map[step]bool{}
	var todo, ends []step
	visit := func(s step) {
		if !seen[s] {
			seen[s] = true
			todo = append(todo, s)
		}
	}
	for _, s := range from {
		visit(s)
	}
	for len(todo) > 0 {
		s := todo[0]
		todo = todo[1:]
		rel := o.g.Columns[s.col].Rel
		if isOrigin(o.g.Relation(rel).Kind) {
			ends = append(ends, s)
			continue
		}
		for _, e := range o.g.Up(s.col) {
			visit(step{e.From, s.way.over(e.Via)})
		}
		for _, u := range o.g.Uses(rel) {
			if slices.Contains(u.Outputs, s.col) && subtypeOf(u.Via) != "" {
				visit(step{u.Col, s.way.over(u.Via)})
			}
		}
	}
	return o.inputs(ends)
}

func isOrigin(k lineage.Kind) bool {
	return k == lineage.Source || k == lineage.Seed || k == lineage.Unmanaged
}

// inputs names fields, the direct ones of a column first.
func (o *origins) inputs(ends []step) []notify.Input {
	var out []notify.Input
	for _, s := range ends {
		col := &o.g.Columns[s.col]
		if col.Name == "*" {
			continue // columns that nobody knows by name
		}
		if o.left == 0 {
			o.cut = true
			break
		}
		o.left--
		o.sources[col.Rel] = true
		in := notify.Input{Namespace: o.namespace, Name: o.name(col.Rel), Field: col.String(), Indirect: s.way.indirect, Subtype: s.way.subtype}
		if !slices.Contains(out, in) {
			out = append(out, in)
		}
	}
	slices.SortFunc(out, func(a, b notify.Input) int {
		if a.Indirect != b.Indirect {
			if a.Indirect {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Subtype, b.Subtype))
	})
	return out
}

func (o *origins) name(r lineage.RelID) string {
	rel := o.g.Relation(r)
	if rel.Node != nil {
		return relationName(rel.Node)
	}
	return rel.Name
}

// datasets are the tables whose fields were told.
func (o *origins) datasets() []notify.Dataset {
	var out []notify.Dataset
	for r := range o.sources {
		out = append(out, notify.Dataset{Namespace: o.namespace, Name: o.name(r)})
	}
	slices.SortFunc(out, func(a, b notify.Dataset) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// warning says that not everything was told.
func (o *origins) warning(load string) error {
	if !o.cut {
		return nil
	}
	return fmt.Errorf("the lineage of %s is told up to %d fields of its sources, and there are more", load, maxOrigins)
}
