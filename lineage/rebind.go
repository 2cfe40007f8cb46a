package lineage

import (
	"maps"
	"slices"
	"strings"

	"impact/lineage/bind"
	"impact/lineage/syntax"
	"impact/manifest"
)

// A Loss says which columns relations no longer have. Names are without regard to
// case; a field inside a struct column is "column.path". The zero value is no
// loss. It is for one goroutine.
type Loss struct {
	rels map[RelID]*lostColumns
}

// lostColumns are what one relation lost, in lower case, and the schema that is
// left, made at the first question.
type lostColumns struct {
	names  map[string]bool
	schema *bind.Relation
}

// Add enters a column.
func (l *Loss) Add(r RelID, column string) {
	if l.rels == nil {
		l.rels = make(map[RelID]*lostColumns)
	}
	if l.rels[r] == nil {
		l.rels[r] = &lostColumns{names: make(map[string]bool)}
	}
	l.rels[r].names[strings.ToLower(column)] = true
	l.rels[r].schema = nil
}

// Has reports whether a relation lost a column: itself, or the struct that it is
// a field of.
func (l *Loss) Has(r RelID, column string) bool {
	lost := l.rels[r]
	if lost == nil {
		return false
	}
	column = strings.ToLower(column)
	for i := 0; i < len(column); i++ {
		if column[i] == '.' && lost.names[column[:i]] {
			return true
		}
	}
	return lost.names[column]
}

// Any reports whether a relation lost anything.
func (l *Loss) Any(r RelID) bool { return l.rels[r] != nil }

// Columns lists what a relation lost, in lower case and sorted.
func (l *Loss) Columns(r RelID) []string {
	lost := l.rels[r]
	if lost == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(lost.names))
}

// Touches reports whether a relation reads one that lost columns.
func (g *Graph) Touches(r RelID, loss *Loss) bool {
	return slices.ContainsFunc(g.Relations[r].Parents, loss.Any)
}

// Rebind binds a relation's SQL again with the schemas of its inputs as they are
// after a loss. It returns nil for relations without SQL that could be read.
func (g *Graph) Rebind(r RelID, loss *Loss) (*bind.Result, *syntax.File) {
	rel := g.Relations[r]
	if rel.sql.text == "" {
		return nil, nil
	}
	return g.bindText(rel.sql.text, r, loss)
}

// Bind binds a relation's SQL as [Graph.Rebind] parsed it, with the schemas of
// its inputs as they are before any loss.
func (g *Graph) Bind(r RelID, file *syntax.File) *bind.Result {
	return bind.Bind(file, view{g: g, self: r}).AsTable(g.dialect)
}

// BindText binds any SQL text, such as that of a test, against the graph after a
// loss, which may be nil.
func (g *Graph) BindText(text string, loss *Loss) (*bind.Result, *syntax.File) {
	return g.bindText(text, None, loss)
}

func (g *Graph) bindText(text string, self RelID, loss *Loss) (*bind.Result, *syntax.File) {
	file := syntax.Parse(text, g.dialect)
	return bind.Bind(file, view{g: g, self: self, loss: loss}).AsTable(g.dialect), file
}

// of is what a loss leaves of a relation's schema.
func (l *Loss) of(r *Relation) *bind.Relation {
	if l == nil || l.rels[r.ID] == nil {
		return r.schema
	}
	lost := l.rels[r.ID]
	if lost.schema == nil {
		lost.schema = remaining(r.schema, l.Columns(r.ID))
	}
	return lost.schema
}

// remaining is a schema without lost columns and fields.
func remaining(old *bind.Relation, lost []string) *bind.Relation {
	s := &bind.Relation{Name: old.Name, ID: old.ID, Open: old.Open, ValueTable: old.ValueTable}
	have := make(map[string]bool, len(old.Columns))
	for _, c := range old.Columns {
		name := strings.ToLower(c.Name)
		have[name] = true
		if slices.Contains(lost, name) {
			continue
		}
		if t := withoutFields(c.Type, fieldsOf(lost, name)); t != c.Type {
			c.Type = t
		}
		s.Columns = append(s.Columns, c)
	}
	for _, l := range lost {
		name, _, isField := strings.Cut(l, ".")
		if !isField {
			s.Dropped = append(s.Dropped, l)
			if have[name] {
				s.Listed = append(s.Listed, l)
			}
			continue
		}
		if s.Open && !have[name] { // a column that only statements name
			have[name] = true
			s.Columns = append(s.Columns, bind.NewColumn(name, withoutFields(nil, fieldsOf(lost, name))))
		}
	}
	return s
}

// fieldsOf are the paths below one name: of "a.b.c" and "a" it is "b.c".
func fieldsOf(paths []string, name string) []string {
	var out []string
	for _, p := range paths {
		if len(p) > len(name) && p[len(name)] == '.' && p[:len(name)] == name {
			out = append(out, p[len(name)+1:])
		}
	}
	return out
}

// withoutFields is a type without the lost fields of its structs.
func withoutFields(t *bind.Type, lost []string) *bind.Type {
	if len(lost) == 0 {
		return t
	}
	if t == nil {
		return &bind.Type{Dropped: lost}
	}
	switch t.Kind {
	case bind.ArrayType:
		if e := withoutFields(t.Elem, lost); e != t.Elem {
			return bind.ArrayOf(e)
		}
	case bind.StructType:
		changed := false
		fields := make([]bind.TypeField, 0, len(t.Fields))
		for _, f := range t.Fields {
			name := strings.ToLower(f.Name)
			if slices.Contains(lost, name) {
				changed = true
				continue
			}
			if ft := withoutFields(f.Type, fieldsOf(lost, name)); ft != f.Type {
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
