package plan

import (
	"strings"

	"impact/lineage/destination"
)

// A NewTable is a table that a load asks for, in no database's words: a
// destination turns it into a table of its types.
type NewTable struct {
	Name    string // "table" or "database.table"
	Columns []NewColumn
	Key     []string // becomes the primary key; may be empty
	// Parents are the references of lookups.
	Parents []destination.ForeignKey
}

// A NewColumn is a column of a [NewTable].
type NewColumn struct {
	Field           // Name is the destination column's
	NotNull    bool // keys, constants and stamps
	Identifies bool // part of the key or the scope: compared byte by byte
	// Like is the column of a parent whose values are written: its type is
	// this one's; else nil.
	Like *destination.Column
}

// newTable derives the table that a load would fill from the types of its model
// and from its mapping: keys, constants and stamps are NOT NULL, everything
// else may be NULL, because models rarely promise more.
func newTable(l *Load, schema *destination.Schema) NewTable {
	t := NewTable{Name: l.Spec.Table, Key: l.Spec.Key}
	scope := map[string]bool{}
	for _, c := range l.Spec.Scope {
		scope[strings.ToLower(c.Column)] = true
	}
	for i := range l.Columns {
		c := &l.Columns[i]
		n := NewColumn{Field: Field{Name: c.Name, Kind: c.Kind}, NotNull: i < l.Keys, Identifies: i < l.Keys || scope[strings.ToLower(c.Name)]}
		switch c.Origin {
		case destination.LookedUp:
			if parent := schema.Table(c.Lookup.Table); parent != nil {
				n.Like = parent.Column(c.Lookup.Select)
				name := parent.Name
				if parent.Database != "" {
					name = parent.Database + "." + name
				}
				t.Parents = append(t.Parents, destination.ForeignKey{Columns: []string{c.Name}, Table: name, RefColumns: []string{c.Lookup.Select}})
			}
		case destination.Fixed:
			n.NotNull = c.Value.Kind != destination.Null
			if c.Kind == Decimal && !strings.Contains(c.Value.Text, ".") {
				n.Kind = Int
			}
			if c.Kind == String {
				n.Length = max(255, len(c.Value.Text))
			}
		default:
			if c.Field >= 0 {
				n.Field = l.Model.Fields[c.Field]
				n.Name = c.Name
			}
		}
		t.Columns = append(t.Columns, n)
	}
	for _, name := range []string{l.Spec.Stamp.Insert, l.Spec.Stamp.Write, l.Spec.Delete.Soft} {
		if name == "" || t.has(name) {
			continue
		}
		t.Columns = append(t.Columns, NewColumn{Field: Field{Name: name, Kind: Timestamp}, NotNull: name != l.Spec.Delete.Soft})
	}
	return t
}

func (t *NewTable) has(name string) bool {
	for i := range t.Columns {
		if equalFold(t.Columns[i].Name, name) {
			return true
		}
	}
	return false
}

// creation plans the tables that are missing for loads of one destination: those that loads may create are
// added to the schema, in an order in which parents come first; for the others
// the statements are kept, to be shown.
func creation(in Input, specs []*destination.Load, schema *destination.Schema) (*destination.Schema, map[string]*created) {
	made := map[string]*created{}
	if len(specs) == 0 {
		return schema, made
	}
	designer, ok := in.Destinations[specs[0].Destination].(Designer)
	if !ok {
		return schema, made
	}
	out := *schema
	out.Tables = append([]*destination.Table(nil), schema.Tables...)
	waiting := missing(specs, schema)
	for again := true; again; {
		again = false
		var later []*destination.Load
		for _, spec := range waiting {
			if waitsFor(spec, waiting, &out) {
				later = append(later, spec)
				continue
			}
			again = true
			model := in.Models[spec.Model]
			table, ddl := designer.Create(newTable(newLoad(spec.Expand(model.Names()), model, &out), &out))
			if table == nil {
				continue
			}
			made[strings.ToLower(spec.Table)] = &created{table: table, ddl: ddl, by: spec.Name}
			if spec.Create {
				out.Tables = append(out.Tables, table)
			}
		}
		waiting = later
	}
	return &out, made
}

// created is a table that a load would create.
type created struct {
	table *destination.Table
	ddl   []string
	by    string // the first load that does
}

// missing returns the first load for each table that does not exist; one that
// may create it comes before those that may not.
func missing(specs []*destination.Load, schema *destination.Schema) []*destination.Load {
	var out []*destination.Load
	at := map[string]int{}
	for _, spec := range specs {
		if schema.Table(spec.Table) != nil || schema.View(spec.Table) != nil {
			continue
		}
		k := strings.ToLower(spec.Table)
		if i, ok := at[k]; ok {
			if spec.Create && !out[i].Create {
				out[i] = spec
			}
			continue
		}
		at[k] = len(out)
		out = append(out, spec)
	}
	return out
}

// waitsFor reports whether a lookup needs a table that another load is still to
// create.
func waitsFor(spec *destination.Load, waiting []*destination.Load, schema *destination.Schema) bool {
	for _, lk := range spec.Lookups {
		if schema.Table(lk.Table) != nil {
			continue
		}
		for _, o := range waiting {
			if o != spec && o.Create && equalFold(o.Table, lk.Table) {
				return true
			}
		}
	}
	return false
}
