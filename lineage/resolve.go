package lineage

import (
	"sort"
	"strings"

	"impact/lineage/salesforce"
	"impact/manifest"
)

// A Rung is a rule by which a name that a person typed was understood.
type Rung string

// The rungs of the ladder, from the most to the least explicit. The first one
// that gives a hit wins.
const (
	RungID         Rung = "id"         // dbt's unique id, relation name, model or source.table
	RungMeta       Rung = "meta"       // meta.salesforce of the source table or column
	RungConnector  Rung = "connector"  // the rule by which the source's connector names columns
	RungNormalized Rung = "normalized" // the same but for case, underscores, prefixes and plurals
	RungBare       Rung = "bare"       // a column name alone
)

// A Match is a column that a name may mean.
type Match struct {
	Column ColID
	Rung   Rung
}

// Resolver finds columns by what people call them.
type Resolver struct {
	g         *Graph
	connector func(source string) string
}

// NewResolver returns a resolver over a graph. connector gives the connector of
// a dbt source by its name, "" if it is not known; it may be nil.
func NewResolver(g *Graph, connector func(source string) string) *Resolver {
	if connector == nil {
		connector = func(string) string { return "" }
	}
	return &Resolver{g: g, connector: connector}
}

// Resolve returns the columns that a name may mean: none, one, or several if the
// name is ambiguous. All are found by the same rung. A field inside a struct is
// named behind its column.
func (r *Resolver) Resolve(text string) []Match {
	text = strings.TrimSpace(text)
	if out := r.climb(text); out != nil {
		return out
	}
	if strings.Count(text, ".") >= maxNameParts {
		return nil
	}
	for end := strings.LastIndexByte(text, '.'); end > 0; end = strings.LastIndexByte(text[:end], '.') {
		var out []Match
		for _, m := range r.climb(text[:end]) {
			c := &r.g.Columns[m.Column]
			if field, ok := r.g.Column(c.Rel, c.String()+text[end:]); ok {
				out = append(out, Match{field, m.Rung})
			}
		}
		if out != nil {
			return out
		}
	}
	return nil
}

// climb tries one rung after the other.
func (r *Resolver) climb(text string) []Match {
	for _, rung := range []struct {
		name Rung
		find func(string) []ColID
	}{
		{RungID, r.byID}, {RungMeta, r.byMeta}, {RungConnector, r.byConnector},
		{RungNormalized, r.byNormalized}, {RungBare, r.bare},
	} {
		cols := rung.find(text)
		if len(cols) == 0 {
			continue
		}
		sort.Slice(cols, func(i, j int) bool { return cols[i] < cols[j] })
		var out []Match
		for i, c := range cols {
			if i == 0 || cols[i-1] != c {
				out = append(out, Match{c, rung.name})
			}
		}
		return out
	}
	return nil
}

// addressable reports whether people may ask for columns of a relation: those of
// the project and of tables, but not of exposures.
func addressable(rel *Relation) bool { return rel.Kind != Exposure }

// byID understands "<relation>.<column>[.<field>…]", where the relation is a
// unique id, a relation name in the warehouse, "source.table", a model's name or
// "destination.table".
func (r *Resolver) byID(text string) []ColID {
	parts := strings.Split(nameParts(text), ".")
	if len(parts) > maxNameParts {
		return nil
	}
	var out []ColID
	for k := len(parts) - 1; k >= 1; k-- {
		head, column := strings.Join(parts[:k], "."), strings.Join(parts[k:], ".")
		for _, rel := range r.g.Relations {
			if !addressable(rel) || !r.named(rel, head) {
				continue
			}
			if c, ok := r.g.Column(rel.ID, column); ok {
				out = append(out, c)
			}
		}
		if len(out) > 0 {
			return preferSources(r.g, out)
		}
	}
	return nil
}

// maxNameParts is more than a unique id, a column and the fields of a deep struct
// have.
const maxNameParts = 40

// nameParts takes the quotes of warehouses off a name.
func nameParts(text string) string {
	return strings.NewReplacer("`", "", `"`, "").Replace(text)
}

// named reports whether a relation may be called by a name.
func (r *Resolver) named(rel *Relation, name string) bool {
	if strings.EqualFold(rel.UniqueID, name) || strings.EqualFold(rel.Name, name) {
		return true
	}
	n := rel.Node
	if n == nil {
		return false
	}
	if n.Kind != manifest.KindSource && (strings.EqualFold(n.Name, name) || strings.EqualFold(n.Alias, name)) {
		return true
	}
	if !strings.Contains(name, ".") {
		return false
	}
	key := strings.ToLower(name)
	for _, k := range nodeKeys(n) {
		if k == key || strings.HasSuffix(k, "."+key) {
			return true
		}
	}
	return false
}

// preferSources keeps the columns of sources where a name fits columns of
// sources and of others: the question starts at Salesforce.
func preferSources(g *Graph, cols []ColID) []ColID {
	var sources []ColID
	for _, c := range cols {
		if g.Relations[g.Columns[c].Rel].Kind == Source {
			sources = append(sources, c)
		}
	}
	if len(sources) > 0 {
		return sources
	}
	return cols
}

// sourceColumns calls fn for every column of every source table.
func (r *Resolver) sourceColumns(fn func(rel *Relation, c ColID)) {
	for _, rel := range r.g.Relations {
		if rel.Kind != Source {
			continue
		}
		for c := rel.first; c < rel.last; c++ {
			if col := &r.g.Columns[c]; col.Path == "" && col.Name != "*" {
				fn(rel, c)
			}
		}
	}
}

// byMeta understands "<object>.<field>" through what the source's yml says:
// meta.salesforce.object of the table, meta.salesforce.field of the column,
// which may also hold both.
func (r *Resolver) byMeta(text string) []ColID {
	object, field, path := salesforce.Split(text)
	field = strings.Join(append([]string{field}, path...), ".")
	var out []ColID
	r.sourceColumns(func(rel *Relation, c ColID) {
		tableObject := metaText(rel.Node.Meta, "object")
		for i := range rel.Node.Columns {
			yml := &rel.Node.Columns[i]
			if !strings.EqualFold(yml.Name, r.g.Columns[c].Name) {
				continue
			}
			name := metaText(yml.Meta, "field")
			if name == "" {
				continue
			}
			of := tableObject
			if o, f, ok := cutLast(name); ok && metaText(yml.Meta, "object") == "" && of == "" {
				of, name = o, f
			}
			if o := metaText(yml.Meta, "object"); o != "" {
				of = o
			}
			if strings.EqualFold(name, field) && (object == "" || strings.EqualFold(of, object)) ||
				object != "" && strings.EqualFold(metaText(yml.Meta, "field"), object+"."+field) {
				out = append(out, c)
			}
		}
		if tableObject != "" && object != "" && strings.EqualFold(tableObject, object) && r.fits(rel, c, field) {
			out = append(out, c)
		}
	})
	return out
}

func cutLast(name string) (before, after string, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}

// metaText is meta.salesforce.<key>, or meta.salesforce_<key>.
func metaText(meta manifest.Value, key string) string {
	if v := meta.Get("salesforce").Get(key); !v.IsNull() {
		return v.String()
	}
	if v := meta.Get("salesforce_" + key); !v.IsNull() {
		return v.String()
	}
	return ""
}

// fits reports whether a column is what the source's connector makes of a field,
// or the field's own name.
func (r *Resolver) fits(rel *Relation, c ColID, field string) bool {
	name := r.g.Columns[c].Name
	if strings.EqualFold(name, field) {
		return true
	}
	for _, n := range salesforce.Connector(r.connector(rel.Node.SourceName)).Columns(field) {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// byConnector understands "<object>.<field>" as API names: the table is what the
// connector makes of the object, or is called like it.
func (r *Resolver) byConnector(text string) []ColID {
	object, field, path := salesforce.Split(text)
	if object == "" {
		return nil
	}
	field = strings.Join(append([]string{field}, path...), "_")
	var out []ColID
	r.sourceColumns(func(rel *Relation, c ColID) {
		if r.fits(rel, c, field) && r.tableFits(rel, object) {
			out = append(out, c)
		}
	})
	return out
}

func (r *Resolver) tableFits(rel *Relation, object string) bool {
	for _, name := range []string{rel.Node.Name, rel.Node.Alias} {
		if strings.EqualFold(name, object) {
			return true
		}
		for _, t := range salesforce.Connector(r.connector(rel.Node.SourceName)).Tables(object) {
			if strings.EqualFold(t, name) {
				return true
			}
		}
	}
	return false
}

// byNormalized compares names without case, underscores, "__c", prefixes and
// plurals.
func (r *Resolver) byNormalized(text string) []ColID {
	object, field, path := salesforce.Split(text)
	if object == "" {
		return nil
	}
	wantObject, wantField := salesforce.NormalizeTable(object), salesforce.Normalize(strings.Join(append([]string{field}, path...), "_"))
	var out []ColID
	r.sourceColumns(func(rel *Relation, c ColID) {
		if salesforce.Normalize(r.g.Columns[c].Name) == wantField &&
			(salesforce.NormalizeTable(rel.Node.Name) == wantObject || salesforce.NormalizeTable(rel.Node.Alias) == wantObject) {
			out = append(out, c)
		}
	})
	return out
}

// bare understands a field name alone.
func (r *Resolver) bare(text string) []ColID {
	if strings.ContainsAny(text, ".") {
		return nil
	}
	var exact, loose []ColID
	want := salesforce.Normalize(text)
	r.sourceColumns(func(rel *Relation, c ColID) {
		switch name := r.g.Columns[c].Name; {
		case strings.EqualFold(name, text) || r.fits(rel, c, text):
			exact = append(exact, c)
		case salesforce.Normalize(name) == want:
			loose = append(loose, c)
		}
	})
	if len(exact) > 0 {
		return exact
	}
	if len(loose) > 0 {
		return loose
	}
	r.otherColumns(func(_ *Relation, c ColID) {
		if strings.EqualFold(r.g.Columns[c].Name, text) {
			exact = append(exact, c)
		}
	})
	return exact
}

// otherColumns calls fn for the columns of everything that is no source: models,
// seeds, snapshots, destination tables.
func (r *Resolver) otherColumns(fn func(rel *Relation, c ColID)) {
	for _, rel := range r.g.Relations {
		if rel.Kind == Source || !addressable(rel) {
			continue
		}
		for c := rel.first; c < rel.last; c++ {
			if col := &r.g.Columns[c]; col.Path == "" && col.Name != "*" {
				fn(rel, c)
			}
		}
	}
}

// Suggest lists at most n names that are near to one that nothing fits.
func (r *Resolver) Suggest(text string, n int) []string {
	var names []string
	r.sourceColumns(func(rel *Relation, c ColID) {
		names = append(names, rel.Node.Name+"."+r.g.Columns[c].Name)
	})
	r.otherColumns(func(rel *Relation, c ColID) {
		names = append(names, rel.Name+"."+r.g.Columns[c].Name)
	})
	object, field, _ := salesforce.Split(text)
	if object == "" {
		// Compare field names alone, and answer with the table.
		var out []string
		fields := make([]string, len(names))
		for i, name := range names {
			_, fields[i], _ = cutLast(name)
		}
		for _, near := range salesforce.Nearest(field, fields, n) {
			for i := range names {
				if fields[i] == near && len(out) < n {
					out = append(out, names[i])
				}
			}
		}
		return out
	}
	return salesforce.Nearest(object+"."+field, names, n)
}

// QualifiedName is how people call a column: "source.table.column" without the
// source where the table's name is enough.
func (g *Graph) QualifiedName(c ColID) string {
	col := &g.Columns[c]
	rel := g.Relations[col.Rel]
	return rel.Name + "." + col.String()
}
