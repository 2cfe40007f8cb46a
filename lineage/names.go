package lineage

import (
	"strings"

	"impact/lineage/bind"
	"impact/lineage/syntax"
	"impact/manifest"
)

// names finds relations by the names that SQL gives them, over the whole
// project: with database and schema, or by a shorter ending that is unique.
type names struct {
	exact  map[string][]RelID // several where a seed fills a source's table
	suffix map[string][]RelID // by "schema.name"
	ctes   map[string]RelID   // ephemeral models under the name of their CTE
	rels   []*Relation
}

func newNames(rels []*Relation) *names {
	n := &names{exact: map[string][]RelID{}, suffix: map[string][]RelID{}, ctes: map[string]RelID{}, rels: rels}
	for _, r := range rels {
		if r.Node == nil {
			continue
		}
		if r.Node.Materialized == "ephemeral" {
			n.ctes["__dbt__cte__"+strings.ToLower(r.Node.Name)] = r.ID
			if r.Node.Alias != "" {
				n.ctes["__dbt__cte__"+strings.ToLower(r.Node.Alias)] = r.ID
			}
			if r.Node.Version != "" {
				n.ctes["__dbt__cte__"+strings.ToLower(r.Node.Name)+"_v"+r.Node.Version] = r.ID
			}
			continue
		}
		for _, key := range nodeKeys(r.Node) {
			n.exact[key] = append(n.exact[key], r.ID)
			if strings.Count(key, ".") >= 2 {
				short := key[strings.IndexByte(key, '.')+1:]
				n.suffix[short] = append(n.suffix[short], r.ID)
			}
		}
	}
	return n
}

// nodeKeys are the full names of a node's relation: as dbt renders it, and as
// database, schema and alias say.
func nodeKeys(n *manifest.Node) []string {
	var out []string
	if n.RelationName != "" {
		out = append(out, nameKey(n.RelationName))
	}
	name := n.Alias
	if name == "" {
		name = n.Name
	}
	parts := make([]string, 0, 3)
	for _, p := range []string{n.Database, n.Schema, name} {
		if p != "" {
			parts = append(parts, strings.ToLower(p))
		}
	}
	key := strings.Join(parts, ".")
	if len(out) == 0 || out[0] != key {
		out = append(out, key)
	}
	return out
}

// nameKey is a relation name without quotes, in lower case.
func nameKey(name string) string {
	if strings.ContainsAny(name, "`\"[]") {
		name = strings.Map(func(r rune) rune {
			switch r {
			case '`', '"', '[', ']':
				return -1
			}
			return r
		}, name)
	}
	return strings.ToLower(name)
}

// lookup finds the relation that a name means in the SQL of a reader (None for a
// text of no relation), or None.
func (n *names) lookup(name []syntax.Ident, reader RelID) RelID {
	if len(name) == 1 {
		if id, ok := n.ctes[strings.ToLower(name[0].Name)]; ok {
			return id
		}
	}
	var sb strings.Builder
	for i := range name {
		if i > 0 {
			sb.WriteByte('.')
		}
		sb.WriteString(strings.ToLower(name[i].Name))
	}
	key := sb.String()
	if ids := n.exact[key]; len(ids) > 0 {
		return n.choose(ids, reader)
	}
	// A name without its database, where that leaves no choice.
	if ids := n.suffix[key]; len(name) == 2 && len(ids) > 0 && n.oneTable(ids) {
		return n.choose(ids, reader)
	}
	return None
}

// choose picks among nodes that are the same table, such as a source and the
// seed that fills it: the one that the reader depends on, else the source.
func (n *names) choose(ids []RelID, reader RelID) RelID {
	if len(ids) == 1 {
		return ids[0]
	}
	if reader != None && n.rels[reader].Node != nil {
		for _, dep := range n.rels[reader].Node.DependsOn {
			for _, id := range ids {
				if n.rels[id].UniqueID == dep {
					return id
				}
			}
		}
	}
	for _, id := range ids {
		if n.rels[id].Kind == Source {
			return id
		}
	}
	return ids[0]
}

// oneTable reports whether all nodes are the same table.
func (n *names) oneTable(ids []RelID) bool {
	for _, id := range ids[1:] {
		if nodeKeys(n.rels[id].Node)[0] != nodeKeys(n.rels[ids[0]].Node)[0] {
			return false
		}
	}
	return true
}

// view is the catalog that a statement is bound against: the schemas of the
// graph, or what a loss leaves of them.
type view struct {
	g    *Graph
	self RelID
	loss *Loss
}

// Relation implements [bind.Catalog].
func (v view) Relation(name []syntax.Ident) *bind.Relation {
	id := v.g.names.lookup(name, v.self)
	if id == None {
		return nil
	}
	return v.loss.of(v.g.Relations[id])
}
