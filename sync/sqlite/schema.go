package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sort"
	"strings"

	"impact/lineage/destination"
)

// Schema describes the tables of the file. Tables of ours, of SQLite and of its
// virtual tables are not among them.
func (d *Database) Schema(ctx context.Context) (*destination.Schema, error) {
	c, err := d.conn(ctx)
	if err != nil {
		return nil, err
	}
	s, err := readSchema(ctx, c)
	return s, errors.Join(err, c.Close())
}

// quote quotes a name. Names come from files: nothing else makes them safe.
// Double quotes would not do: SQLite takes a name that it does not know for a
// string then.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// text writes a string literal.
func text(s string) string {
	if strings.IndexByte(s, 0) >= 0 { // would end the statement
		return fmt.Sprintf("CAST(x'%x' AS TEXT)", s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// querier is a connection or a prepared statement.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// each runs a query and gives every row, whose values f may keep.
func each(ctx context.Context, c querier, op, query string, args []any, f func(v []any) error) (err error) {
	rows, err := c.QueryContext(ctx, query, args...)
	if err != nil {
		return classify(op, err)
	}
	defer func() { err = errors.Join(err, classify(op, rows.Close())) }()
	names, err := rows.Columns()
	if err != nil {
		return classify(op, err)
	}
	v, ptr := make([]any, len(names)), make([]any, len(names))
	for i := range v {
		ptr[i] = &v[i]
	}
	for rows.Next() {
		if err := rows.Scan(ptr...); err != nil {
			return classify(op, err)
		}
		if err := f(v); err != nil {
			return err
		}
	}
	return classify(op, rows.Err())
}

func str(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []byte:
		return string(x)
	}
	return ""
}

func num(v any) int64 {
	n, _ := v.(int64)
	return n
}

const readingSchema = "read schema"

// database is what SQLite calls the file that was opened.
const database = "main"

func ours(name string) bool { return strings.HasPrefix(strings.ToLower(name), "_impact_") }

type schemaReader struct {
	c *sql.Conn
	s *destination.Schema
}

func readSchema(ctx context.Context, c *sql.Conn) (*destination.Schema, error) {
	r := &schemaReader{c: c, s: &destination.Schema{}}
	type found struct {
		name      string
		withoutID bool
	}
	var tables []found
	err := r.each(ctx, "SELECT l.name, l.type, l.wr, s.sql FROM pragma_table_list l LEFT JOIN sqlite_schema s ON s.name = l.name AND s.type = 'view' WHERE l.schema = '"+database+"' ORDER BY l.name", nil, func(v []any) error {
		name := str(v[0])
		switch {
		case ours(name) || strings.HasPrefix(strings.ToLower(name), "sqlite_"):
		case str(v[1]) == "view":
			r.s.Views = append(r.s.Views, destination.View{Database: database, Name: name, SQL: str(v[3])})
		case str(v[1]) == "table":
			tables = append(tables, found{name, num(v[2]) != 0})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, f := range tables {
		if err := r.table(ctx, f.name, f.withoutID); err != nil {
			return nil, err
		}
	}
	r.resolve()
	return r.s, nil
}

func (r *schemaReader) each(ctx context.Context, query string, args []any, f func(v []any) error) error {
	return each(ctx, r.c, readingSchema, query, args, f)
}

func (r *schemaReader) table(ctx context.Context, name string, withoutID bool) error {
	t := &destination.Table{Database: database, Name: name}
	r.s.Tables = append(r.s.Tables, t)
	pk := map[int64]string{}
	err := r.each(ctx, "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid", []any{name}, func(v []any) error {
		col := destination.Column{Name: str(v[0]), Type: str(v[1]), NotNull: num(v[2]) != 0, Default: defaultOf(v[3])}
		if h := num(v[5]); h == 2 || h == 3 {
			// What it is made from stands in the table's text only, and does not
			// matter here.
			col.Generated, col.Stored = "?", h == 3
		}
		if n := num(v[4]); n > 0 {
			pk[n] = col.Name
		}
		t.Columns = append(t.Columns, col)
		return nil
	})
	if err != nil {
		return err
	}
	for i := int64(1); i <= int64(len(pk)); i++ {
		t.PrimaryKey = append(t.PrimaryKey, pk[i])
	}
	pkIndex, err := r.indexes(ctx, t)
	if err != nil {
		return err
	}
	r.primaryKey(t, pkIndex, withoutID)
	if err := r.foreignKeys(ctx, t); err != nil {
		return err
	}
	return r.each(ctx, "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY name", []any{name}, func(v []any) error {
		t.Triggers = append(t.Triggers, str(v[0]))
		return nil
	})
}

// primaryKey settles what SQLite says differently than others. The one INTEGER
// column of a primary key without an index is the row's number, which SQLite
// gives. Other columns of a primary key may be NULL unless they say otherwise:
// then they identify nothing, and are reported as a unique index.
func (r *schemaReader) primaryKey(t *destination.Table, index string, withoutID bool) {
	if len(t.PrimaryKey) == 1 && index == "" && !withoutID {
		if c := t.Column(t.PrimaryKey[0]); c != nil && strings.EqualFold(c.Type, "INTEGER") {
			c.AutoIncrement, c.NotNull = true, true
			return
		}
	}
	for _, name := range t.PrimaryKey {
		if c := t.Column(name); c != nil && !c.NotNull {
			ix := destination.Index{Name: index, Unique: true}
			for _, n := range t.PrimaryKey {
				ix.Parts = append(ix.Parts, destination.IndexPart{Column: n})
			}
			t.Indexes = append(t.Indexes, ix)
			t.PrimaryKey = nil
			return
		}
	}
}

// defaultOf reads a default, which SQLite keeps as it was written.
func defaultOf(v any) *destination.Default {
	s, ok := v.(string)
	if !ok || strings.EqualFold(s, "NULL") {
		return nil
	}
	switch {
	case len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'':
		return &destination.Default{Text: strings.ReplaceAll(s[1:len(s)-1], "''", "'")}
	case len(s) > 0 && strings.Trim(s, "+-.0123456789eE") == "", strings.EqualFold(s, "true"), strings.EqualFold(s, "false"):
		return &destination.Default{Text: s}
	}
	return &destination.Default{Text: s, Expression: true}
}

// indexes reads the indexes of a table, and the name of the primary key's.
func (r *schemaReader) indexes(ctx context.Context, t *destination.Table) (primary string, err error) {
	type listed struct {
		name    string
		unique  bool
		origin  string
		partial bool
	}
	var list []listed
	err = r.each(ctx, "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?) ORDER BY name", []any{t.Name}, func(v []any) error {
		list = append(list, listed{str(v[0]), num(v[1]) != 0, str(v[2]), num(v[3]) != 0})
		return nil
	})
	if err != nil {
		return "", err
	}
	for _, l := range list {
		// An index on a part of the rows makes nothing unique in the table.
		ix := destination.Index{Name: l.name, Unique: l.unique && !l.partial}
		err := r.each(ctx, "SELECT name, \"desc\", coll, cid FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno", []any{l.name}, func(v []any) error {
			part := destination.IndexPart{Column: str(v[0]), Descending: num(v[1]) != 0}
			switch num(v[3]) {
			case -1:
				part.Column = "rowid"
			case -2:
				part.Column, part.Expression = "", "?"
			}
			ix.Parts = append(ix.Parts, part)
			if c := t.Column(part.Column); c != nil && ix.Unique && !strings.EqualFold(str(v[2]), "BINARY") {
				c.Collation = str(v[2])
			}
			return nil
		})
		if err != nil {
			return "", err
		}
		if l.origin == "pk" {
			primary = l.name
			continue
		}
		t.Indexes = append(t.Indexes, ix)
	}
	return primary, nil
}

func (r *schemaReader) foreignKeys(ctx context.Context, t *destination.Table) error {
	byID := map[int64]*destination.ForeignKey{}
	var ids []int64
	rule := func(v any) string {
		switch s := strings.ToUpper(str(v)); s {
		case "NO ACTION", "RESTRICT", "NONE":
			return ""
		default:
			return s
		}
	}
	err := r.each(ctx, "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq", []any{t.Name}, func(v []any) error {
		fk := byID[num(v[0])]
		if fk == nil {
			fk = &destination.ForeignKey{Table: str(v[1]), OnUpdate: rule(v[4]), OnDelete: rule(v[5])}
			byID[num(v[0])] = fk
			ids = append(ids, num(v[0]))
		}
		fk.Columns = append(fk.Columns, str(v[2]))
		if to := str(v[3]); to != "" {
			fk.RefColumns = append(fk.RefColumns, to)
		}
		return nil
	})
	for _, id := range ids {
		fk := byID[id]
		fk.Name = strings.Join(fk.Columns, ", ") // SQLite keeps no name
		t.ForeignKeys = append(t.ForeignKeys, *fk)
	}
	sort.SliceStable(t.ForeignKeys, func(i, j int) bool { return t.ForeignKeys[i].Name < t.ForeignKeys[j].Name })
	return err
}

// resolve fills in the columns of foreign keys that name only their table: they
// mean its primary key.
func (r *schemaReader) resolve() {
	for _, t := range r.s.Tables {
		for i := range t.ForeignKeys {
			fk := &t.ForeignKeys[i]
			if parent := r.s.Table(fk.Table); parent != nil && len(fk.RefColumns) == 0 {
				fk.RefColumns = append([]string(nil), parent.PrimaryKey...)
			}
		}
	}
}
