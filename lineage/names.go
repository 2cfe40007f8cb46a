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
	// sources are those among which a name with a wildcard means some.
	sources []RelID
	rels    []*Relation
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
		if r.Kind == Source {
			n.sources = append(n.sources, r.ID)
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
func nameKey(name string) string { return strings.ToLower(unquoted(name)) }

// tableName is the full name of a node's relation without quotes.
func tableName(n *manifest.Node) string { return unquoted(relationName(n)) }

func unquoted(name string) string {
	if strings.ContainsAny(name, "`\"[]") {
		name = strings.Map(func(r rune) rune {
			switch r {
			case '`', '"', '[', ']':
				return -1
			}
			return r
		}, name)
	}
	return name
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
		return n.choose(n.spelled(ids, name), reader)
	}
	// A name without its database, where that leaves no choice.
	if ids := n.suffix[key]; len(name) == 2 && len(ids) > 0 && n.oneTable(ids) {
		return n.choose(n.spelled(ids, name), reader)
	}
	if prefix, ok := strings.CutSuffix(key, "*"); ok {
		return n.wildcard(prefix, reader)
	}
	return None
}

// spelled leaves those of several relations whose name is written in just that
// case, if there are any: to most warehouses others are other tables.
func (n *names) spelled(ids []RelID, name []syntax.Ident) []RelID {
	if len(ids) == 1 {
		return ids
	}
	var parts []string
	for i := range name {
		parts = append(parts, name[i].Name)
	}
	text := strings.Join(parts, ".")
	var out []RelID
	for _, id := range ids {
		if full := tableName(n.rels[id].Node); full == text || strings.HasSuffix(full, "."+text) {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return ids
	}
	return out
}

// wildcard finds the source that holds what prefix* means: one that is a wildcard
// itself and has tables in common with it, or its only table. None if there are
// several: they stay tables of their own behind one that nobody manages.
func (n *names) wildcard(prefix string, reader RelID) RelID {
	var whole []RelID
	longest := 0
	for _, id := range n.sources {
		own, ok := strings.CutSuffix(nodeKeys(n.rels[id].Node)[0], "*")
		if !ok || !strings.HasPrefix(own, prefix) && !strings.HasPrefix(prefix, own) {
			continue
		}
		common := min(len(own), len(prefix))
		if common > longest {
			whole, longest = nil, common
		}
		if common == longest {
			whole = append(whole, id)
		}
	}
	if len(whole) > 0 {
		return n.choose(whole, reader)
	}
	if tables := n.shards(prefix); len(tables) == 1 {
		return tables[0]
	}
	return None
}

// shards are the sources whose names begin so.
func (n *names) shards(prefix string) []RelID {
	var out []RelID
	for _, id := range n.sources {
		if strings.HasPrefix(nodeKeys(n.rels[id].Node)[0], prefix) {
			out = append(out, id)
		}
	}
	return out
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
