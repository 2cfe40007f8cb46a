package lineage

import (
	"slices"
	"sort"
	"strings"

	"impact/lineage/bind"
)

// fieldEdges links columns with the fields inside them. Where the SQL constructs
// a struct, its parts make up the whole and the fields of a part come from that
// part. Where it copies a column, a field is the same field of what was copied;
// children ask before their parents do, so one walk against the order is enough.
// Elsewhere a field comes from the whole column.
func (b *builder) fieldEdges() {
	if !slices.ContainsFunc(b.cols, func(rc relColumns) bool { return rc.nested }) {
		return
	}
	into := make([][]int32, len(b.g.Relations)) // edges by the relation they reach
	i := int32(0)
	for e := range b.edges.all() {
		into[e.to.rel] = append(into[e.to.rel], i)
		i++
	}
	for i := len(b.g.order) - 1; i >= 0; i-- {
		id := b.g.order[i]
		rc := &b.cols[id]
		if !rc.nested {
			continue
		}
		byName := map[string][]int32{}
		for i := range rc.list {
			if rc.list[i].Path != "" {
				key := strings.ToLower(rc.list[i].Name)
				byName[key] = append(byName[key], int32(i))
			}
		}
		keys := make([]string, 0, len(byName))
		for k := range byName {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			whole := b.col(id, rc.list[byName[k][0]].Name, "")
			var from []rawEdge
			for _, e := range into[id] {
				if e := b.edges.at(e); e.to == whole && e.from.rel != id {
					from = append(from, *e)
				}
			}
			b.linkFields(whole, byName[k], from)
		}
	}
}

// linkFields links the fields of one column, which has edges from other
// relations.
func (b *builder) linkFields(whole colRef, fields []int32, from []rawEdge) {
	r := whole.rel
	made := make([]int32, 0, len(fields))
	for _, f := range fields {
		if b.cols[r].list[f].part {
			made = append(made, f)
			b.edge(colRef{r, f}, whole, Transform, bind.Exact, -1)
		}
	}
	for _, f := range fields {
		field := b.cols[r].list[f]
		to := colRef{r, f}
		switch {
		case field.part:
		case len(made) > 0:
			b.linkToParts(whole, to, made, from)
		case len(from) > 0:
			for _, e := range from {
				if e.via != Direct {
					b.edge(e.from, to, e.via, e.conf, e.pos)
					continue
				}
				copied := b.cols[e.from.rel].list[e.from.idx]
				path := field.Path
				if copied.Path != "" {
					path = copied.Path + "." + path
				}
				b.edge(b.col(e.from.rel, copied.Name, path), to, Direct, e.conf, e.pos)
			}
		default:
			b.edge(whole, to, Direct, bind.Exact, -1)
		}
	}
}

// linkToParts links a field that is asked of a column whose parts are known.
func (b *builder) linkToParts(whole, to colRef, made []int32, from []rawEdge) {
	list := b.cols[to.rel].list
	path := strings.ToLower(list[to.idx].Path)
	if path == bind.Length {
		// Not the parts, but what the array as such is made of.
		for _, e := range from {
			b.edge(e.from, to, e.via, e.conf, e.pos)
		}
		return
	}
	linked := false
	for _, m := range made {
		part := strings.ToLower(list[m].Path)
		switch {
		case strings.HasPrefix(path+".", part+"."):
			b.edge(colRef{to.rel, m}, to, Direct, bind.Exact, -1)
			linked = true
		case strings.HasPrefix(part+".", path+"."):
			b.edge(colRef{to.rel, m}, to, Transform, bind.Exact, -1)
			linked = true
		}
	}
	if !linked {
		b.edge(whole, to, Direct, bind.Exact, -1)
	}
}
