package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"impact/lineage/destination"
)

// Schema describes the tables of the database and of those that loads name, and
// of others whose foreign keys point into them.
func (d *Database) Schema(ctx context.Context) (*destination.Schema, error) {
	c, err := d.conn(ctx)
	if err != nil {
		return nil, err
	}
	s, err := d.readSchema(ctx, c)
	return s, errors.Join(err, c.Close())
}

// schemaReader reads information_schema of a list of databases.
type schemaReader struct {
	d       *Database
	c       *sql.Conn
	in      string // placeholders
	names   []any
	tables  map[[2]string]*destination.Table
	columns map[string]bool // of information_schema.COLUMNS and STATISTICS: servers differ
}

func (d *Database) readSchema(ctx context.Context, c *sql.Conn) (*destination.Schema, error) {
	r := &schemaReader{d: d, c: c, tables: map[[2]string]*destination.Table{}, columns: map[string]bool{}}
	names, err := r.databases(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		r.names = append(r.names, name)
	}
	r.in = "(" + strings.TrimSuffix(strings.Repeat("?,", len(r.names)), ",") + ")"
	err = r.each(ctx, "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME IN ('COLUMNS', 'STATISTICS')",
		nil, func(v []sql.NullString) { r.columns[strings.ToUpper(v[0].String+"."+v[1].String)] = true })
	if err != nil {
		return nil, err
	}
	s := &destination.Schema{Database: d.name}
	for _, read := range []func(context.Context, *destination.Schema) error{r.readTables, r.readColumns, r.readIndexes, r.readForeignKeys, r.readTriggers, r.readViews} {
		if err := read(ctx, s); err != nil {
			return nil, err
		}
	}
	if err := d.hidden(ctx, c, names, s); err != nil {
		return nil, err
	}
	// Tables of our own database come first among those of one name.
	sort.SliceStable(s.Tables, func(i, j int) bool {
		a, b := s.Tables[i], s.Tables[j]
		if a.Name != b.Name {
			return a.Name < b.Name
		}
		if (a.Database == d.name) != (b.Database == d.name) {
			return a.Database == d.name
		}
		return a.Database < b.Database
	})
	return s, nil
}

// hidden says what the server does not show to the user: a foreign key of a
// table on which it has no right, or a trigger, would be harmed unseen. It also
// says which tables the user may not exchange.
func (d *Database) hidden(ctx context.Context, c *sql.Conn, databases []string, s *destination.Schema) error {
	p, err := d.readPrivileges(ctx, c)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.rights = p
	d.mu.Unlock()
	for _, name := range databases {
		if !p.seesAll(name) {
			s.Hidden = append(s.Hidden, name)
		}
	}
	for _, t := range s.Tables {
		t.TriggersHidden = !d.seesTriggers(p, t.Database, t.Name)
		t.ExchangeDenied = d.exchangeDenied(p, t)
	}
	return nil
}

// databases returns our database, those that loads name, and those whose foreign
// keys point into one of these. They are looked for once: that means a look into
// every database that the user may see. Each is asked for by name: then the server looks into that one only,
// and not at the views of its own sys database.
func (r *schemaReader) databases(ctx context.Context) ([]string, error) {
	r.d.mu.Lock()
	known := r.d.databases
	r.d.mu.Unlock()
	if known != nil {
		return known, nil
	}
	var all []string
	err := r.each(ctx, "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys', ?) ORDER BY SCHEMA_NAME",
		[]any{r.d.name}, func(v []sql.NullString) { all = append(all, v[0].String) })
	if err != nil {
		return nil, err
	}
	found, into := []string{r.d.name}, []any{r.d.name}
	for _, name := range all {
		if slices.ContainsFunc(r.d.opts.Databases, func(n string) bool { return strings.EqualFold(n, name) }) {
			found, into = append(found, name), append(into, name)
		}
	}
	named := "(" + strings.TrimSuffix(strings.Repeat("?,", len(into)), ",") + ")"
	for _, name := range all {
		if slices.Contains(found, name) {
			continue
		}
		points := false
		err := r.each(ctx, "SELECT 1 FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? AND UNIQUE_CONSTRAINT_SCHEMA IN "+named+" LIMIT 1",
			append([]any{name}, into...), func([]sql.NullString) { points = true })
		if err != nil {
			return nil, err
		}
		if points {
			found = append(found, name)
		}
	}
	r.d.mu.Lock()
	r.d.databases = found
	r.d.mu.Unlock()
	return found, nil
}

func (r *schemaReader) each(ctx context.Context, query string, args []any, f func([]sql.NullString)) error {
	rows, err := r.c.QueryContext(ctx, query, args...) //nolint:sqlclosecheck // eachRow does
	if err != nil {
		return classify("read schema", err)
	}
	names, err := rows.Columns()
	return errors.Join(classify("read schema", err), eachRow("read schema", rows, func() error {
		v := make([]sql.NullString, len(names))
		ptr := make([]any, len(v))
		for i := range v {
			ptr[i] = &v[i]
		}
		if err := rows.Scan(ptr...); err != nil {
			return err
		}
		f(v)
		return nil
	}))
}

// ours reports whether a table belongs to the ledger or is a copy on its way.
func ours(name string) bool { return strings.HasPrefix(name, "_impact_") }

// readTables reads the tables that hold rows: neither views, nor sequences, nor
// what is temporary. Those with SYSTEM VERSIONING have a type of their own.
func (r *schemaReader) readTables(ctx context.Context, s *destination.Schema) error {
	return r.each(ctx, "SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_COLLATION, TABLE_COMMENT, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND TABLE_SCHEMA IN "+r.in+" ORDER BY TABLE_SCHEMA, TABLE_NAME",
		r.names, func(v []sql.NullString) {
			if ours(v[1].String) {
				return
			}
			t := &destination.Table{Database: v[0].String, Name: v[1].String, Engine: v[2].String, Collation: v[3].String, Comment: v[4].String, Versioned: v[5].String == "SYSTEM VERSIONED"}
			t.Charset, _, _ = strings.Cut(t.Collation, "_")
			r.tables[[2]string{v[0].String, v[1].String}] = t
			s.Tables = append(s.Tables, t)
		})
}

func (r *schemaReader) table(v []sql.NullString) *destination.Table {
	return r.tables[[2]string{v[0].String, v[1].String}]
}

func (r *schemaReader) readColumns(ctx context.Context, _ *destination.Schema) error {
	generation := "''"
	if r.columns["COLUMNS.GENERATION_EXPRESSION"] {
		generation = "GENERATION_EXPRESSION"
	}
	q := "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_COMMENT, " +
		generation + " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN " + r.in + " ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"
	return r.each(ctx, q, r.names, func(v []sql.NullString) {
		t := r.table(v)
		if t == nil {
			return
		}
		extra := strings.ToLower(v[6].String)
		c := destination.Column{Name: v[2].String, Type: v[3].String, NotNull: v[4].String == "NO", Charset: v[7].String,
			Collation: v[8].String, Comment: v[9].String, AutoIncrement: strings.Contains(extra, "auto_increment")}
		if _, on, ok := strings.Cut(extra, "on update "); ok {
			c.OnUpdate = on
		}
		if strings.Contains(extra, "virtual") || strings.Contains(extra, "stored") || strings.Contains(extra, "persistent") {
			c.Generated = v[10].String
			if c.Generated == "" {
				c.Generated = "?"
			}
			c.Stored = !strings.Contains(extra, "virtual")
		}
		c.Default = r.defaultOf(v[5], extra)
		t.Columns = append(t.Columns, c)
	})
}

// defaultOf reads a default. MariaDB writes literals in quotes and NULL as a
// word; MySQL writes the text of literals and marks expressions.
func (r *schemaReader) defaultOf(v sql.NullString, extra string) *destination.Default {
	if !v.Valid {
		return nil
	}
	text := v.String
	if r.d.version.mariadb && r.d.version.number >= 100207 {
		switch {
		case strings.EqualFold(text, "NULL"):
			return nil
		case len(text) >= 2 && text[0] == '\'':
			return &destination.Default{Text: strings.ReplaceAll(text[1:len(text)-1], "''", "'")}
		case strings.ContainsAny(text, "("):
			return &destination.Default{Text: text, Expression: true}
		}
		return &destination.Default{Text: text}
	}
	return &destination.Default{Text: text, Expression: strings.Contains(extra, "default_generated") || strings.HasPrefix(strings.ToUpper(text), "CURRENT_TIMESTAMP")}
}

func (r *schemaReader) readIndexes(ctx context.Context, _ *destination.Schema) error {
	expression := "NULL"
	if r.columns["STATISTICS.EXPRESSION"] {
		expression = "EXPRESSION"
	}
	q := "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, INDEX_TYPE, COLLATION, " + expression +
		" FROM information_schema.STATISTICS WHERE TABLE_SCHEMA IN " + r.in + " ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"
	return r.each(ctx, q, r.names, func(v []sql.NullString) {
		t := r.table(v)
		if t == nil {
			return
		}
		if t.Versioned && isPeriod(t.Column(v[4].String)) {
			return // the server adds it to each unique index: rows that are have one end
		}
		name := v[2].String
		if name == "PRIMARY" {
			t.PrimaryKey = append(t.PrimaryKey, v[4].String)
			return
		}
		part := destination.IndexPart{Column: v[4].String, Expression: v[8].String, Descending: v[7].String == "D"}
		if v[5].Valid {
			_, _ = fmt.Sscan(v[5].String, &part.Length)
		}
		if n := len(t.Indexes); n == 0 || t.Indexes[n-1].Name != name {
			kind := ""
			switch strings.ToUpper(v[6].String) {
			case "FULLTEXT":
				kind = "fulltext"
			case "SPATIAL", "RTREE":
				kind = "spatial"
			}
			t.Indexes = append(t.Indexes, destination.Index{Name: name, Unique: v[3].String == "0", Kind: kind})
		}
		ix := &t.Indexes[len(t.Indexes)-1]
		ix.Parts = append(ix.Parts, part)
	})
}

// isPeriod reports whether a column says when a row of a versioned table begins
// or ends. Where the server names such columns itself, it does not show them.
func isPeriod(c *destination.Column) bool {
	return c != nil && (strings.EqualFold(c.Generated, "ROW START") || strings.EqualFold(c.Generated, "ROW END"))
}

func (r *schemaReader) readForeignKeys(ctx context.Context, _ *destination.Schema) error {
	q := "SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, c.DELETE_RULE, c.UPDATE_RULE" +
		" FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS c" +
		" ON c.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND c.TABLE_NAME = k.TABLE_NAME" +
		" WHERE k.REFERENCED_TABLE_NAME IS NOT NULL AND k.TABLE_SCHEMA IN " + r.in + " ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION"
	rule := func(s string) string {
		if s == "RESTRICT" || s == "NO ACTION" {
			return ""
		}
		return s
	}
	return r.each(ctx, q, r.names, func(v []sql.NullString) {
		t := r.table(v)
		if t == nil {
			return
		}
		if n := len(t.ForeignKeys); n == 0 || t.ForeignKeys[n-1].Name != v[2].String {
			t.ForeignKeys = append(t.ForeignKeys, destination.ForeignKey{Name: v[2].String, Table: v[4].String + "." + v[5].String,
				OnDelete: rule(v[7].String), OnUpdate: rule(v[8].String)})
		}
		fk := &t.ForeignKeys[len(t.ForeignKeys)-1]
		fk.Columns = append(fk.Columns, v[3].String)
		fk.RefColumns = append(fk.RefColumns, v[6].String)
	})
}

func (r *schemaReader) readTriggers(ctx context.Context, _ *destination.Schema) error {
	return r.each(ctx, "SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA IN "+r.in+" ORDER BY TRIGGER_NAME",
		r.names, func(v []sql.NullString) {
			if t := r.table(v); t != nil {
				t.Triggers = append(t.Triggers, v[2].String)
			}
		})
}

func (r *schemaReader) readViews(ctx context.Context, s *destination.Schema) error {
	return r.each(ctx, "SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA IN "+r.in+" ORDER BY TABLE_NAME, TABLE_SCHEMA",
		r.names, func(v []sql.NullString) {
			s.Views = append(s.Views, destination.View{Database: v[0].String, Name: v[1].String, SQL: v[2].String})
		})
}
