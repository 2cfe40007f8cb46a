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
	exact  map[string]RelID
	suffix map[string]RelID // "schema.name"; None where it is not unique
	ctes   map[string]RelID // ephemeral models under the name of their CTE
}

func newNames(rels []*Relation) *names {
	n := &names{exact: map[string]RelID{}, suffix: map[string]RelID{}, ctes: map[string]RelID{}}
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
			if _, taken := n.exact[key]; !taken {
				n.exact[key] = r.ID
			}
			if i := strings.IndexByte(key, '.'); i >= 0 && strings.Count(key, ".") >= 2 {
				short := key[strings.IndexByte(key, '.')+1:]
				if old, taken := n.suffix[short]; taken && old != r.ID {
					n.suffix[short] = None
				} else {
					n.suffix[short] = r.ID
				}
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
		name = strings.NewReplacer("`", "", `"`, "", "[", "", "]", "").Replace(name)
	}
	return strings.ToLower(name)
}

// lookup finds the relation of a name, or None.
func (n *names) lookup(name []syntax.Ident) RelID {
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
	if id, ok := n.exact[key]; ok {
		return id
	}
	if len(name) == 2 {
		if id, ok := n.suffix[key]; ok {
			return id
		}
	}
	return None
}

// view is the catalog that a statement is bound against: the schemas of the
// graph, some of them replaced.
type view struct {
	g        *Graph
	self     RelID
	replaced map[RelID]*bind.Relation
}

// Relation implements [bind.Catalog].
func (v view) Relation(name []syntax.Ident) *bind.Relation {
	id := v.g.names.lookup(name)
	if id == None {
		return nil
	}
	if r, ok := v.replaced[id]; ok {
		return r
	}
	return v.g.Relations[id].schema
}
