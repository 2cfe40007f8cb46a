package destination

import (
	"sort"
	"strings"
)

// A Schema is what is known of a destination's tables without asking the
// server. Tables and views are sorted by name; columns keep their order in the
// table. A Schema is read-only once a reader has returned it and may be used by
// many goroutines.
type Schema struct {
	File string `json:"file,omitempty"` // where it was read from, for messages
	// Database is the one that tables named without one are in; "" where the
	// tables of all databases are meant.
	Database string   `json:"-"`
	Tables   []*Table `json:"tables"`
	Views    []View   `json:"views,omitempty"`
	// Hidden are the databases of which the server may not have shown every
	// table to the user, and with it not every foreign key. A schema that was
	// read from a file hides nothing.
	Hidden []string `json:"-"`
}

// A Table is one base table.
type Table struct {
	Database    string            `json:"database,omitempty"` // "" where the file does not say
	Name        string            `json:"name"`
	Line        int               `json:"line,omitempty"` // 1-based in [Schema.File]; 0 if unknown
	Engine      string            `json:"engine,omitempty"`
	Charset     string            `json:"charset,omitempty"`
	Collation   string            `json:"collation,omitempty"`
	Comment     string            `json:"comment,omitempty"`
	Columns     []Column          `json:"columns"`
	PrimaryKey  []string          `json:"primary_key,omitempty"`
	Indexes     []Index           `json:"indexes,omitempty"` // without the primary key, by name
	ForeignKeys []ForeignKey      `json:"foreign_keys,omitempty"`
	Checks      []CheckConstraint `json:"checks,omitempty"`
	Triggers    []string          `json:"triggers,omitempty"` // names, sorted
	// TriggersHidden says that the server shows no triggers to the user.
	TriggersHidden bool `json:"-"`
	// ExchangeDenied are the rights that the user lacks for exchanging the table
	// with a copy, "" if there are none: "DROP on jobs".
	ExchangeDenied string `json:"-"`
	// Versioned says that the server keeps every row that was (WITH SYSTEM
	// VERSIONING): another table in its place would have none of them.
	Versioned bool `json:"versioned,omitempty"`
}

// A Column is a column of a [Table].
type Column struct {
	Name          string   `json:"name"`
	Line          int      `json:"line,omitempty"`
	Type          string   `json:"type"` // as MySQL spells it: "varchar(255)", "bigint unsigned"
	NotNull       bool     `json:"not_null,omitempty"`
	Default       *Default `json:"default,omitempty"` // nil when there is none, or it is NULL
	OnUpdate      string   `json:"on_update,omitempty"`
	AutoIncrement bool     `json:"auto_increment,omitempty"`
	Generated     string   `json:"generated,omitempty"` // expression; "" for an ordinary column
	Stored        bool     `json:"stored,omitempty"`    // of a generated column
	Charset       string   `json:"charset,omitempty"`
	Collation     string   `json:"collation,omitempty"`
	Comment       string   `json:"comment,omitempty"`
}

// A Default is the default value of a column: a literal's text without quotes,
// or an expression.
type Default struct {
	Text       string `json:"text"`
	Expression bool   `json:"expression,omitempty"`
}

// An Index is a secondary index, unique or not.
type Index struct {
	Name   string      `json:"name"`
	Unique bool        `json:"unique,omitempty"`
	Kind   string      `json:"kind,omitempty"` // "fulltext", "spatial"; "" for the usual ones
	Parts  []IndexPart `json:"parts"`
}

// An IndexPart is one column or expression of an [Index].
type IndexPart struct {
	Column     string `json:"column,omitempty"`
	Length     int    `json:"length,omitempty"` // of a prefix index; 0 for the whole column
	Expression string `json:"expression,omitempty"`
	Descending bool   `json:"descending,omitempty"`
}

// A ForeignKey is a reference to another table (or the same one).
type ForeignKey struct {
	Name       string   `json:"name,omitempty"`
	Line       int      `json:"line,omitempty"`
	Columns    []string `json:"columns"`
	Table      string   `json:"table"`               // "db.table" where the file says so
	RefColumns []string `json:"ref_columns"`         // of Table, as many as Columns
	OnDelete   string   `json:"on_delete,omitempty"` // "CASCADE", "SET NULL", …; "" for the default, which refuses
	OnUpdate   string   `json:"on_update,omitempty"`
}

// A CheckConstraint is a CHECK of a table.
type CheckConstraint struct {
	Name       string `json:"name,omitempty"`
	Expression string `json:"expression"`
}

// A View is a view with the text of its query.
type View struct {
	Database string `json:"database,omitempty"`
	Name     string `json:"name"`
	Line     int    `json:"line,omitempty"`
	SQL      string `json:"sql"`
}

// Table returns the table called name ("jobs" or "db.jobs"), or nil. A name
// without a database means the schema's own, never a table of another one that is
// called the same. A spelling that is exact wins over one that differs in case. A
// table whose file does not say its database matches any. Where no table is called
// so, dots may belong to the names themselves.
func (s *Schema) Table(name string) *Table {
	if s == nil {
		return nil
	}
	db, base := splitTable(name)
	in := db
	if in == "" {
		in = s.Database
	}
	var folded *Table
	for _, t := range s.Tables {
		if in != "" && t.Database != "" && !strings.EqualFold(in, t.Database) {
			continue
		}
		if t.Name == base {
			return t
		}
		if folded == nil && strings.EqualFold(t.Name, base) {
			folded = t
		}
	}
	if folded != nil || db == "" {
		return folded
	}
	for _, t := range s.Tables {
		if t.QualifiedName() == name || (t.Name == name && (s.Database == "" || t.Database == s.Database)) {
			return t
		}
	}
	return nil
}

// View returns the view called name ("jobs" or "db.jobs"), whatever its case, or
// nil. Its database is found as [Schema.Table] finds that of a table.
func (s *Schema) View(name string) *View {
	if s == nil {
		return nil
	}
	db, base := splitTable(name)
	if db == "" {
		db = s.Database
	}
	for i := range s.Views {
		v := &s.Views[i]
		if strings.EqualFold(v.Name, base) && (db == "" || v.Database == "" || strings.EqualFold(v.Database, db)) {
			return v
		}
	}
	return nil
}

// Column returns the column called name, whatever its case, or nil: column
// names are not case-sensitive in MySQL.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if strings.EqualFold(t.Columns[i].Name, name) {
			return &t.Columns[i]
		}
	}
	return nil
}

// QualifiedName is "database.name", or the name alone where the database is
// unknown.
func (t *Table) QualifiedName() string {
	if t.Database == "" {
		return t.Name
	}
	return t.Database + "." + t.Name
}

// IsKey reports whether cols, in any order and any case, are exactly the
// columns of the primary key or of a unique index over whole NOT NULL columns:
// what identifies a row for ever.
func (t *Table) IsKey(cols []string) bool {
	if len(t.PrimaryKey) > 0 && sameNames(t.PrimaryKey, cols) {
		return true
	}
	for _, ix := range t.Indexes {
		if !ix.Unique || !sameNames(ix.Columns(), cols) {
			continue
		}
		if ix.whole() && t.allNotNull(cols) {
			return true
		}
	}
	return false
}

// UniqueIndexes returns the names of the unique indexes over exactly cols,
// "PRIMARY" among them, whether their columns may be NULL or not.
func (t *Table) UniqueIndexes(cols []string) []string {
	var names []string
	if len(t.PrimaryKey) > 0 && sameNames(t.PrimaryKey, cols) {
		names = append(names, "PRIMARY")
	}
	for _, ix := range t.Indexes {
		if ix.Unique && ix.whole() && sameNames(ix.Columns(), cols) {
			names = append(names, ix.Name)
		}
	}
	return names
}

func (t *Table) allNotNull(cols []string) bool {
	for _, name := range cols {
		c := t.Column(name)
		if c == nil || !c.NotNull {
			return false
		}
	}
	return true
}

// Columns returns the names of the indexed columns, without expressions.
func (ix *Index) Columns() []string {
	names := make([]string, 0, len(ix.Parts))
	for _, p := range ix.Parts {
		if p.Column != "" {
			names = append(names, p.Column)
		}
	}
	return names
}

// whole reports whether the index covers whole columns and no expressions.
func (ix *Index) whole() bool {
	for _, p := range ix.Parts {
		if p.Length > 0 || p.Expression != "" {
			return false
		}
	}
	return len(ix.Parts) > 0
}

// Required reports whether a row cannot be inserted without a value for the
// column: NOT NULL, and neither a default nor the server supplies one.
func (c *Column) Required() bool {
	return c.NotNull && c.Default == nil && !c.AutoIncrement && c.Generated == ""
}

// sameNames reports whether a and b hold the same names, ignoring order, case
// and nothing else.
func sameNames(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	return strings.Join(foldSorted(a), "\x00") == strings.Join(foldSorted(b), "\x00")
}

func foldSorted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ToLower(n)
	}
	sort.Strings(out)
	return out
}

// splitTable splits "db.table"; db is "" for a bare name.
func splitTable(name string) (db, base string) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}

// normalize puts tables, views and what belongs to no order into the order that
// [Schema] promises.
func (s *Schema) normalize() {
	sort.SliceStable(s.Tables, func(i, j int) bool {
		a, b := s.Tables[i], s.Tables[j]
		if a.Database != b.Database {
			return a.Database < b.Database
		}
		return a.Name < b.Name
	})
	sort.SliceStable(s.Views, func(i, j int) bool {
		a, b := &s.Views[i], &s.Views[j]
		if a.Database != b.Database {
			return a.Database < b.Database
		}
		return a.Name < b.Name
	})
	for _, t := range s.Tables {
		sort.SliceStable(t.Indexes, func(i, j int) bool { return t.Indexes[i].Name < t.Indexes[j].Name })
		sort.SliceStable(t.ForeignKeys, func(i, j int) bool {
			a, b := &t.ForeignKeys[i], &t.ForeignKeys[j]
			if a.Name != b.Name {
				return a.Name < b.Name
			}
			return strings.Join(a.Columns, ",") < strings.Join(b.Columns, ",")
		})
		sort.SliceStable(t.Checks, func(i, j int) bool {
			a, b := &t.Checks[i], &t.Checks[j]
			if a.Name != b.Name {
				return a.Name < b.Name
			}
			return a.Expression < b.Expression
		})
		sort.Strings(t.Triggers)
		for _, name := range t.PrimaryKey {
			if c := t.Column(name); c != nil {
				c.NotNull = true
			}
		}
	}
}
