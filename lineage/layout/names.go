package layout

import (
	"fmt"
	"sort"
	"strings"

	"impact/lineage"
	"impact/lineage/salesforce"
)

// A NameError says that a name in a selector is not known, or may mean several
// relations or columns.
type NameError struct {
	Name      string
	Ambiguous bool
	// Candidates are what an ambiguous name may mean, by unique ids and
	// sorted, or names that are near to an unknown one, the nearest first.
	Candidates []string
}

func (e *NameError) Error() string {
	if e.Ambiguous {
		return fmt.Sprintf("%q is ambiguous", e.Name)
	}
	return fmt.Sprintf("%q is not known", e.Name)
}

// maxSuggestions bounds the names that are near to an unknown one.
const maxSuggestions = 8

// maxDots bounds the readings of a name, which may be split at each of its dots.
// Unique ids and names in warehouses have up to four, BigQuery's fields fifteen.
const maxDots = 40

// find returns the relations of a term, or if there are none its column.
func find(g *lineage.Graph, t term) ([]lineage.RelID, lineage.ColID, error) {
	if t.method != "" {
		rels, err := byMethod(g, t)
		return rels, lineage.None, err
	}
	if r := g.ByID(t.name); r != lineage.None {
		return []lineage.RelID{r}, lineage.None, nil
	}
	if strings.Count(t.name, ".") > maxDots {
		return nil, lineage.None, &NameError{Name: t.name}
	}
	// Names are read in the order of how much they say; the first reading that
	// means anything counts.
	for _, named := range []func(*lineage.Relation, string) bool{namedInFull, namedInShort} {
		if rels := relationsNamed(g, t.name, named); len(rels) > 1 {
			return nil, lineage.None, ambiguous(t.name, relationIDs(g, rels))
		} else if len(rels) == 1 {
			return rels, lineage.None, nil
		}
		if versions := versionsNamed(g, t.name); len(versions) > 0 {
			return versions, lineage.None, nil
		}
		cols := columnsNamed(g, t.name, named)
		if c, err := single(g, t.name, cols); c != lineage.None || err != nil {
			return nil, c, err
		}
	}
	// As in the question for a field, a column may go by its name in Salesforce.
	if strings.Contains(t.name, ".") {
		var cols []lineage.ColID
		for _, m := range lineage.NewResolver(g, nil).Resolve(t.name) {
			cols = append(cols, m.Column)
		}
		if c, err := single(g, t.name, cols); c != lineage.None || err != nil {
			return nil, c, err
		}
	}
	return nil, lineage.None, &NameError{Name: t.name, Candidates: near(t.name, allNames(g, t.name))}
}

func ambiguous(name string, candidates []string) error {
	sort.Strings(candidates)
	return &NameError{Name: name, Ambiguous: true, Candidates: candidates}
}

// single is the column that a name means; None without an error if there is
// none.
func single(g *lineage.Graph, name string, cols []lineage.ColID) (lineage.ColID, error) {
	switch len(cols) {
	case 0:
		return lineage.None, nil
	case 1:
		return cols[0], nil
	}
	candidates := make([]string, len(cols))
	for i, c := range cols {
		col := &g.Columns[c]
		candidates[i] = g.Relation(col.Rel).UniqueID + "." + col.String()
	}
	return lineage.None, ambiguous(name, candidates)
}

func relationIDs(g *lineage.Graph, rels []lineage.RelID) []string {
	out := make([]string, len(rels))
	for i, r := range rels {
		out[i] = g.Relation(r).UniqueID
	}
	return out
}

// relationsNamed returns the relations of a name; those that are spelled just
// like it, if there are any, else those that differ from it in case.
func relationsNamed(g *lineage.Graph, name string, named func(*lineage.Relation, string) bool) []lineage.RelID {
	var exact, folded []lineage.RelID
	for _, r := range g.Relations {
		if named(r, name) {
			folded = append(folded, r.ID)
			if r.UniqueID == name || r.Name == name {
				exact = append(exact, r.ID)
			}
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return folded
}

// namedInFull reports whether a name is one that a relation goes by: its unique
// id, what people call it, or its name in the warehouse from the data set on.
func namedInFull(r *lineage.Relation, name string) bool {
	if strings.EqualFold(r.UniqueID, name) || strings.EqualFold(r.Name, name) {
		return true
	}
	if r.Node == nil || !strings.Contains(name, ".") {
		return false
	}
	for _, full := range warehouseNames(r) {
		if strings.EqualFold(full, name) ||
			len(full) > len(name) && full[len(full)-len(name)-1] == '.' && strings.EqualFold(full[len(full)-len(name):], name) {
			return true
		}
	}
	return false
}

// warehouseNames are a relation's names with database and schema, unquoted.
func warehouseNames(r *lineage.Relation) []string {
	n := r.Node
	if n.Materialized == "ephemeral" {
		return nil
	}
	var out []string
	if n.RelationName != "" {
		out = append(out, strings.NewReplacer("`", "", `"`, "", "[", "", "]", "").Replace(n.RelationName))
	}
	name := n.Alias
	if name == "" {
		name = n.Name
	}
	var parts []string
	for _, p := range []string{n.Database, n.Schema, name} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return append(out, strings.Join(parts, "."))
}

// namedInShort reports whether a name is that of a table alone, without its
// source, destination or data set.
func namedInShort(r *lineage.Relation, name string) bool {
	if n := r.Node; n != nil {
		return strings.EqualFold(n.Name, name) || strings.EqualFold(n.Alias, name)
	}
	return r.Kind == lineage.Table && strings.EqualFold(r.UniqueID[strings.LastIndexByte(r.UniqueID, '.')+1:], name)
}

// versionsNamed returns all versions of the model that a name without a version
// means, as in dbt; none if several packages have one.
func versionsNamed(g *lineage.Graph, name string) []lineage.RelID {
	var out []lineage.RelID
	for _, r := range g.Relations {
		if r.Node == nil || r.Node.Version == "" || !strings.EqualFold(r.Node.Name, name) {
			continue
		}
		if len(out) > 0 && g.Relation(out[0]).Node.PackageName != r.Node.PackageName {
			return nil
		}
		out = append(out, r.ID)
	}
	return out
}

// columnsNamed returns the columns that "relation.column" may mean. The longest
// name of a relation that has such a column counts.
func columnsNamed(g *lineage.Graph, name string, named func(*lineage.Relation, string) bool) []lineage.ColID {
	for i := len(name) - 1; i > 0; i-- {
		if name[i] != '.' {
			continue
		}
		var out []lineage.ColID
		for _, r := range relationsNamed(g, name[:i], named) {
			if c, ok := g.Column(r, name[i+1:]); ok {
				out = append(out, c)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// byMethod returns the relations that tag:, group: and the like mean.
func byMethod(g *lineage.Graph, t term) ([]lineage.RelID, error) {
	known := map[string]bool{}
	var out []lineage.RelID
	for _, r := range g.Relations {
		hit := false
		for _, value := range valuesOf(g, r, t.method) {
			if value != "" {
				known[value] = true
				hit = hit || strings.EqualFold(value, t.name)
			}
		}
		if hit {
			out = append(out, r.ID)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	values := make([]string, 0, len(known))
	for v := range known {
		values = append(values, v)
	}
	sort.Strings(values)
	candidates := near(t.name, values)
	if len(candidates) == 0 {
		candidates = values[:min(len(values), maxSuggestions)]
	}
	for i := range candidates {
		candidates[i] = t.method + ":" + candidates[i]
	}
	return nil, &NameError{Name: t.method + ":" + t.name, Candidates: candidates}
}

// valuesOf are the values of a method for a relation.
func valuesOf(g *lineage.Graph, r *lineage.Relation, method string) []string {
	switch method {
	case "tag":
		switch {
		case r.Node != nil:
			return r.Node.Tags
		case r.Exposure != nil:
			return r.Exposure.Tags
		}
	case "group":
		if r.Node != nil {
			return []string{r.Node.Group}
		}
	case "owner":
		o := g.Owner(r.ID)
		return []string{o.Name, o.Email}
	case "source":
		if r.Kind == lineage.Source {
			return []string{r.Node.SourceName, r.Name}
		}
	case "exposure":
		if r.Kind == lineage.Exposure {
			return []string{r.Name}
		}
	}
	return nil
}

// allNames lists the names that a mistyped one may have meant: of relations,
// and of the columns of the relation that stands before its last dot.
func allNames(g *lineage.Graph, name string) []string {
	seen := map[string]bool{}
	for _, r := range g.Relations {
		seen[r.Name] = true
	}
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		for _, named := range []func(*lineage.Relation, string) bool{namedInFull, namedInShort} {
			for _, r := range relationsNamed(g, name[:i], named) {
				first, last := g.ColumnsOf(r)
				for c := first; c < last; c++ {
					seen[name[:i+1]+g.Columns[c].String()] = true
				}
			}
		}
	}
	out := make([]string, 0, len(seen))
	for n := range seen {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

func near(name string, names []string) []string {
	return salesforce.Nearest(name, names, maxSuggestions)
}
