package lineage

import (
	"fmt"

	"impact/lineage/bind"
	"impact/lineage/destination"
	"impact/manifest"
)

// exposures enters the exposures, and the tables that their loads write.
func (b *builder) exposures() {
	for _, e := range b.in.Manifest.Exposures {
		r := b.append(&Relation{Kind: Exposure, UniqueID: e.UniqueID, Name: e.Name, Exposure: e})
		loads, problems := destination.Decode(e, destination.Options{Project: b.in.Files})
		b.g.problems = append(b.g.problems, problems...)
		named := map[RelID]bool{}
		for _, ref := range destination.ReferencedColumns(e) {
			if p := b.g.ByID(ref.Model); p != None {
				named[p] = true
				b.connect(p, r.ID)
				b.edge(b.col(p, ref.Column, ""), b.col(r.ID, ref.Column, ""), Direct, bind.Exact, -1)
			}
		}
		for _, l := range loads {
			if b.load(r, l) {
				named[b.g.ByID(l.Model)] = true
			}
		}
		for _, id := range e.DependsOn {
			p := b.g.ByID(id)
			if p == None {
				continue
			}
			b.connect(p, r.ID)
			if named[p] {
				continue
			}
			// Nothing says which columns it reads: it may be any.
			all := b.col(r.ID, "*", "")
			for i := range b.cols[p].list {
				if b.cols[p].list[i].Path == "" {
					b.edge(colRef{p, int32(i)}, all, Direct, bind.Inferred, -1)
				}
			}
		}
	}
}

// append adds a relation behind all others.
func (b *builder) append(r *Relation) *Relation {
	if r.schema == nil {
		r.schema = &bind.Relation{Name: r.UniqueID}
	}
	b.add(r)
	b.cols = append(b.cols, relColumns{})
	b.g.order = append(b.g.order, r.ID)
	return r
}

// load enters one load: its table with the columns that it writes. It reports
// whether the load's model is known.
func (b *builder) load(exposure *Relation, l *destination.Load) bool {
	model := b.g.ByID(l.Model)
	if model == None {
		b.g.problems = append(b.g.problems, destination.Problem{
			Exposure: exposure.UniqueID, Path: l.Path, File: l.File, Line: l.Line,
			Message: fmt.Sprintf("the model %q of the load into %s is not in the manifest", l.Model, l.Target()),
			Hint:    "it may be disabled, or the manifest older than the exposure",
		})
		return false
	}
	b.g.loads = append(b.g.loads, l)
	t := b.table(l.Destination, l.Table)
	exposure.Loads = append(exposure.Loads, l)
	t.Loads = append(t.Loads, l)
	b.connect(model, exposure.ID)
	b.connect(exposure.ID, t.ID)
	b.connect(model, t.ID)
	expanded := l.Expand(b.columnNames(model))
	for _, m := range expanded.Columns {
		from, to := b.col(model, m.From, ""), b.col(t.ID, m.Column, "")
		b.edge(from, to, Load, bind.Exact, -1)
		b.edge(from, b.col(exposure.ID, m.From, ""), Direct, bind.Exact, -1)
	}
	for _, k := range l.Lookups {
		from := b.col(model, k.From, "")
		b.edge(from, b.col(t.ID, k.Column, ""), Lookup, bind.Exact, -1)
		b.edge(from, b.col(exposure.ID, k.From, ""), Direct, bind.Exact, -1)
		parent := b.table(l.Destination, k.Table)
		if parent.ID != t.ID {
			b.connect(parent.ID, t.ID)
		}
		b.uses = append(b.uses, rawUse{
			col: b.col(parent.ID, k.By, ""), rel: t.ID, via: Lookup, pos: -1,
			outputs: []colRef{b.col(t.ID, k.Column, "")},
		})
	}
	for _, r := range expanded.Reads() {
		via := Key
		switch r.Role {
		case destination.RoleKey:
		case destination.RoleScope:
			via = Scope
		default:
			continue
		}
		b.uses = append(b.uses, rawUse{col: b.col(model, r.Column, ""), rel: t.ID, via: via, pos: -1, rows: true})
	}
	return true
}

// columnNames are the columns that a relation is known to have, in order.
func (b *builder) columnNames(r RelID) []string {
	var out []string
	for i := range b.cols[r].list {
		if c := &b.cols[r].list[i]; c.Path == "" && c.Name != "*" && c.Known {
			out = append(out, c.Name)
		}
	}
	return out
}

// table is the relation of a destination's table, entered at its first mention.
func (b *builder) table(dest, name string) *Relation {
	id := dest + "." + name
	if r := b.g.ByID(id); r != None {
		return b.g.Relations[r]
	}
	r := &Relation{Kind: Table, UniqueID: id, Name: id}
	if s := b.in.Schemas[dest]; s != nil {
		r.Table = s.Table(name)
	}
	b.append(r)
	if r.Table != nil {
		for i := range r.Table.Columns {
			c := b.col(r.ID, r.Table.Columns[i].Name, "")
			b.cols[r.ID].list[c.idx].Known = true
		}
	}
	return r
}

// Loads returns all loads, by exposure and in the order of the file.
func (g *Graph) Loads() []*destination.Load { return g.loads }

// Owner is who keeps a relation: the owner of the exposure or of the node
// itself, else of the node's group. A table belongs to the owner of the exposure
// that loads it.
func (g *Graph) Owner(r RelID) manifest.Owner {
	rel := g.Relations[r]
	switch {
	case rel.Exposure != nil:
		return rel.Exposure.Owner
	case rel.Node != nil:
		return g.nodeOwner(rel.Node)
	case len(rel.Loads) > 0:
		if e := g.ByID(rel.Loads[0].Exposure); e != None {
			return g.Owner(e)
		}
	}
	return manifest.Owner{}
}

func (g *Graph) nodeOwner(n *manifest.Node) manifest.Owner {
	if n.Owner != (manifest.Owner{}) || n.Group == "" {
		return n.Owner
	}
	for _, group := range g.manifest.Groups {
		if group.Name == n.Group {
			return withName(group.Owner, n.Group)
		}
	}
	return manifest.Owner{Name: n.Group}
}

func withName(o manifest.Owner, name string) manifest.Owner {
	if o.Name == "" {
		o.Name = name
	}
	return o
}
