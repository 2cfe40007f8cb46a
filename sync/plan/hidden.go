package plan

import (
	"slices"

	"impact/lineage/destination"
)

// hidden refuses what a foreign key that the user may not see could carry into
// other tables.
func (c *checker) hidden(l *Load) {
	if !slices.Contains(c.schema.Hidden, l.Table.Database) {
		return
	}
	remedy := "grant the user REFERENCES on all tables of " + l.Table.Database + ", which shows foreign keys and no row; impact sync init prints it"
	switch {
	case l.Spec.Mode.Removes() && l.Spec.Delete.Soft == "" && !l.Spec.Delete.Cascade:
		refuse(l, ChildrenHidden, "", remedy+"; or delete: {soft: deleted_at}, or mode: upsert",
			"the user may not see every table of %s: deleting from %s could take rows of another one along", l.Table.Database, l.Spec.Table)
	case ChangesReferences(l):
		refuse(l, ChildrenHidden, "", remedy,
			"the user may not see every table of %s: changing unique columns of %s could change rows of another one", l.Table.Database, l.Spec.Table)
	}
}

// ChangesReferences reports whether a load changes columns that foreign keys of
// other tables may refer to: those of unique indexes, besides its key.
func ChangesReferences(l *Load) bool {
	if l.Spec.Mode == destination.Append || l.Table == nil {
		return false
	}
	unique := func(columns []string) bool {
		return slices.ContainsFunc(columns, func(name string) bool {
			return slices.ContainsFunc(l.Columns[l.Keys:], func(c Column) bool { return equalFold(c.Name, name) })
		})
	}
	for i := range l.Table.Indexes {
		if ix := &l.Table.Indexes[i]; ix.Unique && unique(ix.Columns()) {
			return true
		}
	}
	return unique(l.Table.PrimaryKey)
}
