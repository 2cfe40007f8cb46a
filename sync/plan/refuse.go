package plan

import (
	"fmt"
	"regexp"
	"strings"

	"impact/lineage/destination"
)

// The ids of refusals, besides those of destination.Check, which are passed on
// as they are. Documentation and scripts refer to them.
const (
	KeyMissing        = "load.key_missing"
	KeyNotWritten     = "load.key_not_written"
	KeyNullable       = "load.key_nullable"
	KeyUnordered      = "load.key_unordered"
	ModelColumn       = "load.model_column_missing"
	TypeUnfit         = "load.type_unfit"
	ConstantUnfit     = "load.constant_unfit"
	Engine            = "load.engine"
	DeletesChildren   = "load.deletes_children"
	UpdatesChildren   = "load.updates_children"
	ChildrenHidden    = "load.children_hidden"
	CircleNotNull     = "load.circle_not_null"
	GeneratedIdentity = "load.generated_identity"
	OwnedColumns      = "load.application_columns"
	ReplaceScope      = "load.replace_scope"
	ScopeOverlap      = "load.scope_overlap"
	SoftDeleteColumn  = "load.soft_delete_column"
	StampColumn       = "load.stamp_column"
	LookupAmbiguous   = "load.lookup_ambiguous"
	CreateUnsupported = "load.table_missing"
	ChunkedGroup      = "load.chunked_group"
	ChunkedAppend     = "load.chunked_append"
)

// The ids of notes.
const (
	NoteTriggers  = "load.triggers"
	NoteChildren  = "load.restricts"
	NoteCollation = "load.key_collation"
	NoteUnique    = "load.other_unique"
	NoteSwap      = "load.no_swap"
	NoteClock     = "load.clock"
	NoteLeftAlone = "load.left_alone"

	NoteKeyLookedUp = "load.key_looked_up"
	NoteNarrow      = "load.type_narrow"
)

// checker finds everything about a group that would harm the application and
// can be seen before a row is read.
type checker struct {
	in      Input
	schema  *destination.Schema // with the tables that will be created
	created map[string]*created
	plan    *Plan
	group   *Group
}

func refuse(l *Load, id, column, hint, format string, args ...any) {
	l.Refusals = append(l.Refusals, Refusal{ID: id, Load: l.Name(), Table: l.Spec.Table, Column: column,
		Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (c *checker) note(l *Load, id, format string, args ...any) {
	c.plan.Notes = append(c.plan.Notes, Note{ID: id, Load: l.Name(), Message: fmt.Sprintf(format, args...)})
}

func (c *checker) load(l *Load) {
	for _, m := range destination.Check(l.Spec, c.schema) {
		if m.ID == destination.TableMissing {
			m.Hint = c.creationHint(l, m.Hint)
		}
		l.Refusals = append(l.Refusals, Refusal{ID: string(m.ID), Load: l.Name(), Table: m.Table, Column: m.Column,
			Message: m.Message, Hint: m.Hint})
	}
	for _, col := range l.Columns {
		if col.Origin != destination.Fixed && col.Field < 0 {
			refuse(l, ModelColumn, col.Name, "correct the mapping, or bring the column back",
				"column %s is made from %s, which %s does not have", col.Name, col.From, l.Model.Relation)
		}
	}
	if l.Table == nil {
		if l.Spec.Create {
			refuse(l, CreateUnsupported, "", "create the table as a migration of the application",
				"table %s does not exist, and this destination creates none", l.Spec.Table)
		}
		return
	}
	if e := l.Table.Engine; e != "" && !strings.EqualFold(e, "InnoDB") {
		refuse(l, Engine, "", "ALTER TABLE … ENGINE=InnoDB",
			"table %s uses %s, which has no transactions: a run that dies would leave half of the rows", l.Spec.Table, e)
	}
	c.zeroDefaults(l)
	c.leftAlone(l)
	c.clocks(l)
	c.key(l)
	c.types(l)
	c.constants(l)
	c.deletes(l)
	c.updates(l)
	c.hidden(l)
	c.marks(l)
	c.lookups(l)
	c.replace(l)
	if l.Spec.Chunked && len(c.group.Loads) > 1 {
		refuse(l, ChunkedGroup, "", "load it apart from the tables it is joined with, or drop chunked",
			"chunked needs a load of its own, and %s is joined with other loads by foreign keys", l.Spec.Table)
	}
	if l.Spec.Chunked && len(l.Deferred()) > 0 {
		refuse(l, ChunkedGroup, "", "drop chunked, or map the reference in an exposure of its own",
			"rows of %s refer to each other, which takes two steps: in several transactions a run that breaks off would leave rows without what they refer to", l.Spec.Table)
	}
	if l.Spec.Chunked && l.Spec.Mode == destination.Append {
		refuse(l, ChunkedAppend, "", "mode: upsert with a key, or drop chunked",
			"append in several transactions would add rows twice after a failure")
	}
	if n := len(l.Table.Triggers); n > 0 {
		c.note(l, NoteTriggers, "%s has triggers (%s): they run for every row that is written", l.Spec.Table, strings.Join(l.Table.Triggers, ", "))
	}
}

// zeroDefaults refuses columns whose default is a day that a strict session, as
// ours are, does not take: 0000-00-00 and the like.
func (c *checker) zeroDefaults(l *Load) {
	for i := range l.Table.Columns {
		col := &l.Table.Columns[i]
		if col.Default == nil || col.Default.Expression || !zeroDay.MatchString(col.Default.Text) || c.written(l, col.Name) {
			continue
		}
		switch BaseType(col.Type) {
		case "date", "datetime", "timestamp":
			refuse(l, string(destination.ColumnRequired), col.Name, "map it, give it a constant in values, let stamp set it, or give the column another default",
				"%s.%s has the default %s, which is no day and cannot be written, and the load does not supply it", l.Spec.Table, col.Name, col.Default.Text)
		}
	}
}

// leftAlone names the columns that a load of all columns does not write: one that
// the model has lost is no error there, and keeps its last values for ever.
func (c *checker) leftAlone(l *Load) {
	if !l.Spec.AllColumns {
		return
	}
	var names []string
	for i := range l.Table.Columns {
		if col := &l.Table.Columns[i]; col.Generated == "" && !col.AutoIncrement && !c.written(l, col.Name) {
			names = append(names, col.Name)
		}
	}
	if len(names) > 0 {
		c.note(l, NoteLeftAlone, "the model has no column for %s: they are left as they are", strings.Join(names, ", "))
	}
}

// zeroDay is a date without a year, a month or a day.
var zeroDay = regexp.MustCompile(`^(0000-\d\d-\d\d|\d{4}-00-\d\d|\d{4}-\d\d-00)`)

// creationHint shows how a missing table would have to look.
func (c *checker) creationHint(l *Load, near string) string {
	m := c.created[strings.ToLower(l.Spec.Table)]
	if m == nil {
		return near
	}
	hint := "set create: true, or create the table:\n" + strings.Join(m.ddl, ";\n") + ";"
	if near != "" {
		hint = near + "; else " + hint
	}
	return hint
}

func (c *checker) key(l *Load) {
	mode := l.Spec.Mode
	if len(l.Spec.Key) == 0 {
		if mode == destination.Mirror || mode == destination.Upsert {
			refuse(l, KeyMissing, "", "state key: the NOT NULL unique columns that identify a row",
				"mode %s finds rows by their key, and the load states none", mode)
		} else if mode == destination.Append && len(l.Deferred()) > 0 {
			refuse(l, KeyMissing, "", "state key: the NOT NULL unique columns that identify a row",
				"rows of %s refer to each other: they are found again by their key, and the load states none", l.Spec.Table)
		}
		return
	}
	if l.Keys < len(l.Spec.Key) {
		for _, k := range l.Spec.Key {
			if l.column(k) == nil {
				refuse(l, KeyNotWritten, k, "map the column, or name another key",
					"key column %s is not made from any model column", k)
			}
		}
	}
	for i := range l.Keys {
		col := &l.Columns[i]
		if col.Origin == destination.LookedUp {
			c.note(l, NoteKeyLookedUp, "key column %s is looked up: rows of %s are identified by %s.%s, and those whose parent has none are left alone", col.Name, l.Spec.Table, col.Lookup.Table, col.Lookup.By)
			if col.Type != nil && !col.Type.NotNull {
				refuse(l, KeyNullable, col.Name, "make the column NOT NULL", "key column %s may be NULL", col.Name)
			}
		}
		if col.Deferred {
			refuse(l, CircleNotNull, col.Name, "use a key that does not refer to the load's own rows",
				"key column %s refers to rows of the same run", col.Name)
		}
		if col.Type == nil {
			continue
		}
		kept := col.Type
		if col.By != nil {
			kept = col.By // what rows are compared by
		}
		switch base := BaseType(kept.Type); base {
		case "float", "double", "real", "json", "bit", "set", "geometry":
			refuse(l, KeyUnordered, col.Name, "use an integer, decimal, date or string column",
				"key column %s is of type %s, which does not identify rows reliably", col.Name, base)
		}
		if collation := kept.Collation; foldsKeys(collation) {
			c.note(l, NoteCollation, "key column %s has collation %s: keys that differ in case, width or accents only are duplicates there and are refused as such", col.Name, collation)
		}
	}
	for i := range l.Table.Indexes {
		ix := &l.Table.Indexes[i]
		if ix.Unique && !sameColumns(ix.Columns(), l.Spec.Key) && l.writesAny(ix.Columns()) {
			c.note(l, NoteUnique, "unique index %s is checked besides the key: a row that would hit it is a bad row, never an update of the row it hits", ix.Name)
		}
	}
}

// foldsKeys reports whether a collation takes different strings for the same.
func foldsKeys(collation string) bool {
	c := strings.ToLower(collation)
	return strings.HasSuffix(c, "_ci") || strings.HasSuffix(c, "_ai") || c == "nocase" || c == "rtrim" // SQLite's
}

func (c *checker) types(l *Load) {
	dest := c.in.Destinations[l.Spec.Destination]
	if dest == nil {
		return
	}
	for i := range l.Columns {
		col := &l.Columns[i]
		if col.Type == nil || (col.Origin != destination.Fixed && col.Field < 0) {
			continue
		}
		target := col.Type
		if col.Origin == destination.LookedUp {
			if target = col.By; target == nil {
				continue
			}
		}
		if col.Origin == destination.Fixed && col.Value.Kind == destination.Null {
			if target.NotNull {
				refuse(l, TypeUnfit, col.Name, "give it a value", "column %s is NOT NULL and its constant is NULL", col.Name)
			}
			continue
		}
		if err := dest.Fit(col.Kind, target); err != nil {
			refuse(l, TypeUnfit, col.Name, "change the model's type or the column's", "column %s (%s) from %s: %v", col.Name, target.Type, col.Kind, err)
			continue
		}
		c.narrow(l, col, target)
	}
}

// narrow notes columns that cannot hold everything that the model's type can.
// The values decide: each is looked at before anything is written.
func (c *checker) narrow(l *Load, col *Column, target *destination.Column) {
	if col.Field < 0 {
		return
	}
	f := l.Model.Fields[col.Field]
	if why := narrower(f, target.Type); why != "" {
		c.note(l, NoteNarrow, "column %s (%s) %s: a value that does not fit is a bad row; a migration of the application can enlarge the column", col.Name, target.Type, why)
	}
}

func narrower(f Field, typ string) string {
	var a, b int
	base := BaseType(typ)
	if i := strings.IndexByte(typ, '('); i >= 0 {
		// One number, or two: what is missing stays 0.
		_, _ = fmt.Sscanf(strings.ReplaceAll(typ[i+1:], ",", " "), "%d %d", &a, &b)
	}
	switch {
	case f.Kind == String && f.Length > 0 && (base == "varchar" || base == "char") && a > 0 && f.Length > a:
		return fmt.Sprintf("is shorter than the model's %d characters", f.Length)
	case f.Kind == Bytes && f.Length > 0 && (base == "varbinary" || base == "binary") && a > 0 && f.Length > a:
		return fmt.Sprintf("is shorter than the model's %d bytes", f.Length)
	case f.Kind == Decimal && f.Precision > 0 && (base == "decimal" || base == "numeric") && a > 0 && f.Scale > b:
		return fmt.Sprintf("keeps fewer decimal places than the model's %d", f.Scale)
	case f.Kind == Decimal && f.Precision > 0 && (base == "decimal" || base == "numeric") && a > 0 && f.Precision-f.Scale > a-b:
		return fmt.Sprintf("keeps fewer digits than the model's %d", f.Precision)
	case f.Kind == Int && (base == "tinyint" || base == "smallint" || base == "mediumint"):
		return "is narrower than the model's 64 bits"
	}
	return ""
}

// deletes refuses hard deletes that would take or change rows of other tables.
func (c *checker) deletes(l *Load) {
	if !l.Spec.Mode.Removes() || l.Spec.Delete.Soft != "" {
		return
	}
	for _, t := range c.schema.Tables {
		for k := range t.ForeignKeys {
			fk := &t.ForeignKeys[k]
			if referenced(c.schema, t, fk) != l.Table {
				continue
			}
			if c.inGroup(t) {
				if takesRows(fk) && !l.Spec.Delete.Cascade {
					l.Dependents = append(l.Dependents, Dependent{t, fk})
				}
				continue
			}
			switch rule := strings.ToUpper(fk.OnDelete); rule {
			case "CASCADE", "SET NULL", "SET DEFAULT":
				if l.Spec.Delete.Cascade {
					continue
				}
				what := "deletes rows of"
				if rule != "CASCADE" {
					what = "changes rows of"
				}
				refuse(l, DeletesChildren, "", "delete: {soft: deleted_at}, or mode: upsert, or delete: {children: cascade} if that is meant",
					"deleting from %s %s %s, which no load of this run owns (foreign key %s ON DELETE %s)", l.Spec.Table, what, t.Name, fk.Name, rule)
			default:
				c.note(l, NoteChildren, "foreign key %s of %s keeps rows of %s that it refers to: a run that would delete one fails and changes nothing", fk.Name, t.Name, l.Spec.Table)
			}
		}
	}
}

// takesRows reports whether a foreign key deletes or changes the rows that refer
// to one that is deleted.
func takesRows(fk *destination.ForeignKey) bool {
	switch strings.ToUpper(fk.OnDelete) {
	case "CASCADE", "SET NULL", "SET DEFAULT":
		return true
	}
	return false
}

func (c *checker) inGroup(t *destination.Table) bool {
	for _, l := range c.group.Loads {
		if l.Table == t {
			return true
		}
	}
	return false
}

// updates refuses to write columns whose change travels to other tables. The
// key itself never changes.
func (c *checker) updates(l *Load) {
	for _, t := range c.schema.Tables {
		for k := range t.ForeignKeys {
			fk := &t.ForeignKeys[k]
			rule := strings.ToUpper(fk.OnUpdate)
			if referenced(c.schema, t, fk) != l.Table || (rule != "CASCADE" && rule != "SET NULL") {
				continue
			}
			for _, name := range fk.RefColumns {
				for i := l.Keys; i < len(l.Columns); i++ {
					if equalFold(l.Columns[i].Name, name) && l.Spec.Mode != destination.Append {
						refuse(l, UpdatesChildren, name, "leave the column out of the mapping, or make it the key",
							"changing %s.%s would change rows of %s (foreign key %s ON UPDATE %s)", l.Spec.Table, name, t.Name, fk.Name, rule)
					}
				}
			}
		}
	}
}

func (c *checker) stuck(l *Load) {
	refuse(l, CircleNotNull, "", "let the referring column be NULL, or load the tables in two exposures",
		"the rows of %s refer to rows that come later in the same run, through a column that is NOT NULL", l.Spec.Table)
}

// marks checks the columns that get times.
func (c *checker) marks(l *Load) {
	if name := l.Spec.Delete.Soft; name != "" && l.Spec.Mode.Removes() {
		if col := l.Table.Column(name); col != nil {
			switch BaseType(col.Type) {
			case "datetime", "timestamp", "date":
				if col.NotNull {
					refuse(l, SoftDeleteColumn, name, "let the column be NULL: NULL means not deleted", "soft delete column %s is NOT NULL", name)
				}
			default:
				refuse(l, SoftDeleteColumn, name, "use a DATETIME column", "soft delete column %s is of type %s and cannot hold a time", name, col.Type)
			}
		}
	}
	for _, name := range []string{l.Spec.Stamp.Insert, l.Spec.Stamp.Write} {
		if col := l.Table.Column(name); name != "" && col != nil {
			switch BaseType(col.Type) {
			case "datetime", "timestamp", "date":
			default:
				refuse(l, StampColumn, name, "use a DATETIME column", "stamp column %s is of type %s and cannot hold a time", name, col.Type)
			}
		}
	}
}

func (c *checker) lookups(l *Load) {
	for _, lk := range l.Spec.Lookups {
		parent := c.schema.Table(lk.Table)
		if parent == nil || parent.Column(lk.Select) == nil {
			continue // said by destination.Check
		}
		if len(parent.UniqueIndexes([]string{lk.Select})) == 0 {
			refuse(l, LookupAmbiguous, lk.Column, "select a unique column, such as the primary key",
				"%s.%s, which %s gets, is not unique", lk.Table, lk.Select, lk.Column)
		}
	}
}

// replace refuses what makes a table other than the model.
func (c *checker) replace(l *Load) {
	if l.Spec.Mode != destination.Replace {
		return
	}
	for i := range l.Table.Columns {
		col := &l.Table.Columns[i]
		if col.Generated != "" || c.written(l, col.Name) {
			continue
		}
		if col.AutoIncrement {
			refuse(l, GeneratedIdentity, col.Name, "mode: mirror keeps every row's id; or map the column",
				"replace would give every row a new %s: whatever stores the old ones would point to other rows", col.Name)
			continue
		}
		refuse(l, OwnedColumns, col.Name, "mode: mirror leaves columns alone that it does not map",
			"replace would reset %s, which the load does not supply", col.Name)
	}
	if len(l.Spec.Scope) > 0 && len(l.Spec.Key) == 0 {
		refuse(l, ReplaceScope, "", "state a key, so that the rows of the scope can be compared",
			"replace of a part of %s needs a key: other rows must stay where they are", l.Spec.Table)
	}
}

func (c *checker) written(l *Load, name string) bool {
	for _, w := range l.Spec.Writes() {
		if equalFold(w.Column, name) {
			return true
		}
	}
	return false
}

// BaseType returns the name of a column type without length and attributes:
// "bigint" of "bigint(20) unsigned".
func BaseType(t string) string {
	t = strings.ToLower(strings.TrimSpace(t))
	if i := strings.IndexAny(t, "( "); i >= 0 {
		t = t[:i]
	}
	return t
}

func sameColumns(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		found := false
		for _, y := range b {
			found = found || equalFold(x, y)
		}
		if !found {
			return false
		}
	}
	return true
}
