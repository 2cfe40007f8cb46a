package lineage

import (
	"strings"

	"impact/lineage/bind"
	"impact/lineage/syntax"
	"impact/manifest"
)

// A Loss says which columns relations no longer have. Columns are in lower case;
// a field inside a struct column is "column.path".
type Loss map[RelID]map[string]bool

// Add enters a column.
func (l Loss) Add(r RelID, column string) {
	if l[r] == nil {
		l[r] = make(map[string]bool)
	}
	l[r][strings.ToLower(column)] = true
}

// Has reports whether a relation lost a column.
func (l Loss) Has(r RelID, column string) bool { return l[r][strings.ToLower(column)] }

// Touches reports whether a relation reads one that lost columns.
func (g *Graph) Touches(r RelID, loss Loss) bool {
	for _, p := range g.Relations[r].Parents {
		if len(loss[p]) > 0 {
			return true
		}
	}
	return false
}

// Rebind binds a relation's SQL again with the schemas of its inputs as they are
// after a loss. It returns nil for relations without SQL that could be read.
func (g *Graph) Rebind(r RelID, loss Loss) (*bind.Result, *syntax.File) {
	rel := g.Relations[r]
	if rel.sql.text == "" {
		return nil, nil
	}
	return g.bindText(rel.sql.text, r, loss)
}

// BindText binds any SQL text, such as that of a test, against the graph after a
// loss, which may be nil.
func (g *Graph) BindText(text string, loss Loss) (*bind.Result, *syntax.File) {
	return g.bindText(text, None, loss)
}

func (g *Graph) bindText(text string, self RelID, loss Loss) (*bind.Result, *syntax.File) {
	file := syntax.Parse(text, g.dialect)
	v := view{g: g, self: self, replaced: g.lossy(loss)}
	return bind.Bind(file, v), file
}

// lossy makes the schemas that relations have after a loss.
func (g *Graph) lossy(loss Loss) map[RelID]*bind.Relation {
	out := make(map[RelID]*bind.Relation, len(loss))
	for id, cols := range loss {
		old := g.Relations[id].schema
		s := &bind.Relation{Name: old.Name, ID: old.ID, Open: old.Open, ValueTable: old.ValueTable}
		for _, c := range old.Columns {
			if cols[strings.ToLower(c.Name)] {
				continue
			}
			if t := withoutFields(c.Type, strings.ToLower(c.Name), cols); t != c.Type {
				c = bind.NewColumn(c.Name, t)
			}
			s.Columns = append(s.Columns, c)
		}
		for c := range cols {
			if !strings.Contains(c, ".") {
				s.Dropped = append(s.Dropped, c)
			}
		}
		out[id] = s
	}
	return out
}

// withoutFields is a type without the lost fields of its structs.
func withoutFields(t *bind.Type, prefix string, lost map[string]bool) *bind.Type {
	if t == nil {
		return nil
	}
	switch t.Kind {
	case bind.ArrayType:
		if e := withoutFields(t.Elem, prefix, lost); e != t.Elem {
			return bind.ArrayOf(e)
		}
	case bind.StructType:
		changed := false
		fields := make([]bind.TypeField, 0, len(t.Fields))
		for _, f := range t.Fields {
			name := prefix + "." + strings.ToLower(f.Name)
			if lost[name] {
				changed = true
				continue
			}
			if ft := withoutFields(f.Type, name, lost); ft != f.Type {
				f = bind.NewTypeField(f.Name, ft)
				changed = true
			}
			fields = append(fields, f)
		}
		if changed {
			return &bind.Type{Kind: bind.StructType, Fields: fields}
		}
	}
	return t
}

// Outputs are the columns of a relation in order, without fields and without
// what its SQL leaves open.
func (g *Graph) Outputs(r RelID) []string {
	var out []string
	for _, c := range g.Relations[r].schema.Columns {
		out = append(out, c.Name)
	}
	return out
}

// SnapshotColumns are the names of the columns that dbt adds to a snapshot.
func SnapshotColumns(n *manifest.Node) []string {
	var out []string
	for _, c := range snapshotColumns(n) {
		out = append(out, c.name)
	}
	return out
}

// Readable reports whether a relation has SQL that could be read.
func (g *Graph) Readable(r RelID) bool { return g.Relations[r].sql.text != "" }

// Open reports whether a relation may have columns that are not known by name.
func (g *Graph) Open(r RelID) bool {
	s := g.Relations[r].schema
	return s != nil && s.Open
}
