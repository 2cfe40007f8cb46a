package plan

import (
	"fmt"
	"strconv"
	"strings"

	"impact/lineage/destination"
)

// A Dialect is how a database writes the definition of a table.
type Dialect struct {
	// Quote quotes a name.
	Quote func(string) string
	// Type returns the type of a column with its character set, without NOT NULL.
	Type func(*destination.Column) string
	// Literal writes a default value that is text.
	Literal func(string) string
	// AutoIncrement is the word for it; "" leaves it out.
	AutoIncrement string
	// Inline writes indexes into the table; else they are statements of their
	// own, and only the primary key is part of it.
	Inline bool
	// Prefixes says that an index may cover the start of a column.
	Prefixes bool
	// Options follow the closing parenthesis; may be nil.
	Options func(*destination.Table) string
}

// CreateTable returns the statements that create a table as it is described:
// columns, keys, unique and other indexes, foreign keys. Triggers, checks and
// generated columns are the business of whoever owns the table: a generated
// column becomes a plain one. References to tables outside of with are left
// out; nil keeps all.
func (d Dialect) CreateTable(t *destination.Table, with *destination.Schema) []string {
	var lines []string
	for i := range t.Columns {
		lines = append(lines, d.column(&t.Columns[i]))
	}
	if len(t.PrimaryKey) > 0 {
		lines = append(lines, "PRIMARY KEY "+d.names(t.PrimaryKey))
	}
	var more []string
	for i := range t.Indexes {
		ix := &t.Indexes[i]
		parts, ok := d.parts(ix)
		if !ok {
			continue
		}
		word := ""
		if ix.Unique {
			word = "UNIQUE "
		}
		if d.Inline {
			lines = append(lines, word+"KEY "+d.Quote(ix.Name)+" "+parts)
			continue
		}
		more = append(more, "CREATE "+word+"INDEX "+d.Quote(t.Name+"_"+ix.Name)+" ON "+d.table(t)+" "+parts)
	}
	for i := range t.ForeignKeys {
		fk := &t.ForeignKeys[i]
		if with != nil && referenced(with, t, fk) == nil {
			continue
		}
		lines = append(lines, d.foreignKey(t, fk))
	}
	create := "CREATE TABLE " + d.table(t) + " (\n  " + strings.Join(lines, ",\n  ") + "\n)"
	if d.Options != nil {
		if o := d.Options(t); o != "" {
			create += " " + o
		}
	}
	return append([]string{create}, more...)
}

func (d Dialect) table(t *destination.Table) string {
	if t.Database == "" {
		return d.Quote(t.Name)
	}
	return d.Quote(t.Database) + "." + d.Quote(t.Name)
}

func (d Dialect) names(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = d.Quote(n)
	}
	return "(" + strings.Join(quoted, ", ") + ")"
}

func (d Dialect) column(c *destination.Column) string {
	s := d.Quote(c.Name) + " " + d.Type(c)
	if c.NotNull {
		s += " NOT NULL"
	}
	switch {
	case c.Default == nil || c.Generated != "":
	case c.Default.Expression:
		s += " DEFAULT " + c.Default.Text
	case isNumber(c.Default.Text):
		s += " DEFAULT " + c.Default.Text
	default:
		s += " DEFAULT " + d.Literal(c.Default.Text)
	}
	if c.AutoIncrement && d.AutoIncrement != "" {
		s += " " + d.AutoIncrement
	}
	return s
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && strings.Trim(s, "-.0123456789") == ""
}

// parts writes the columns of an index, if the dialect can.
func (d Dialect) parts(ix *destination.Index) (string, bool) {
	if ix.Kind != "" || len(ix.Parts) == 0 {
		return "", false
	}
	var parts []string
	for _, p := range ix.Parts {
		if p.Column == "" {
			return "", false
		}
		s := d.Quote(p.Column)
		if p.Length > 0 {
			if !d.Prefixes {
				if ix.Unique {
					return "", false // a unique index over the whole would allow more
				}
			} else {
				s += "(" + strconv.Itoa(p.Length) + ")"
			}
		}
		if p.Descending {
			s += " DESC"
		}
		parts = append(parts, s)
	}
	return "(" + strings.Join(parts, ", ") + ")", true
}

func (d Dialect) foreignKey(t *destination.Table, fk *destination.ForeignKey) string {
	parent := d.Quote(fk.Table)
	if db, name, ok := strings.Cut(fk.Table, "."); ok {
		parent = d.Quote(name)
		if db != t.Database {
			parent = d.Quote(db) + "." + parent
		}
	}
	s := ""
	if fk.Name != "" {
		s = "CONSTRAINT " + d.Quote(fk.Name) + " "
	}
	s += fmt.Sprintf("FOREIGN KEY %s REFERENCES %s %s", d.names(fk.Columns), parent, d.names(fk.RefColumns))
	if fk.OnDelete != "" {
		s += " ON DELETE " + fk.OnDelete
	}
	if fk.OnUpdate != "" {
		s += " ON UPDATE " + fk.OnUpdate
	}
	return s
}
