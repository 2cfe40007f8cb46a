package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// CreateTable returns the statements that create a table as it is described,
// also by a schema.rb or a dump of MySQL: types that SQLite would take for
// others become those that keep the same values, as Rails declares them.
// References to tables outside of with are left out; nil keeps all.
func CreateTable(t *destination.Table, with *destination.Schema) []string {
	c := *t
	c.Database = ""
	c.Columns = append([]destination.Column(nil), t.Columns...)
	for i := range c.Columns {
		c.Columns[i].Default = portable(c.Columns[i].Default)
	}
	c.ForeignKeys = append([]destination.ForeignKey(nil), t.ForeignKeys...)
	for i := range c.ForeignKeys {
		fk := &c.ForeignKeys[i]
		fk.Table = fk.Table[strings.LastIndexByte(fk.Table, '.')+1:] // one file is one database
	}
	return dialect.CreateTable(&c, with)
}

var dialect = plan.Dialect{Quote: quote, Literal: text, Type: declared}

// portable keeps the defaults that mean the same here.
func portable(d *destination.Default) *destination.Default {
	switch {
	case d == nil || !d.Expression:
		return d
	case strings.HasPrefix(strings.ToUpper(d.Text), "CURRENT_TIMESTAMP"):
		return &destination.Default{Text: "CURRENT_TIMESTAMP", Expression: true}
	}
	return nil
}

// declared is the type of a column in SQLite's words. A generated id has to be
// an integer by exactly this name: then it is the number of the row.
func declared(c *destination.Column) string {
	low := strings.ToLower(strings.TrimSpace(c.Type))
	switch base := plan.BaseType(low); {
	case c.AutoIncrement:
		return "integer"
	case low == "tinyint(1)" || low == "bit(1)":
		return "boolean"
	case base == "bit" || base == "year":
		return "integer"
	case base == "enum" || base == "set":
		return "varchar"
	case base == "timestamp":
		return strings.Replace(low, "timestamp", "datetime", 1)
	case strings.HasSuffix(base, "text"):
		return "text"
	}
	if _, err := parseType(c); err != nil {
		return "text"
	}
	return low
}

// Create implements plan.Designer.
func (d *Database) Create(n plan.NewTable) (*destination.Table, []string) {
	t := &destination.Table{Database: database, Name: n.Name[strings.LastIndexByte(n.Name, '.')+1:], PrimaryKey: n.Key}
	for i := range n.Columns {
		c := &n.Columns[i]
		col := destination.Column{Name: c.Name, NotNull: c.NotNull, Type: newType(c)}
		if c.Like != nil {
			col.Type = c.Like.Type
		}
		t.Columns = append(t.Columns, col)
	}
	for _, fk := range n.Parents {
		fk.Name = ""
		t.ForeignKeys = append(t.ForeignKeys, fk)
		t.Indexes = append(t.Indexes, destination.Index{Name: "on_" + fk.Columns[0], Parts: []destination.IndexPart{{Column: fk.Columns[0]}}})
	}
	ddl := CreateTable(t, nil)
	for i := range t.Indexes {
		t.Indexes[i].Name = t.Name + "_" + t.Indexes[i].Name
	}
	for i := range t.ForeignKeys {
		t.ForeignKeys[i].Name = strings.Join(t.ForeignKeys[i].Columns, ", ") // as it is read back
	}
	return t, ddl
}

func newType(n *plan.NewColumn) string {
	switch n.Kind {
	case plan.Int:
		return "bigint"
	case plan.Decimal:
		switch {
		case n.Precision > 0:
			return fmt.Sprintf("decimal(%d,%d)", n.Precision, n.Scale)
		case n.Identifies:
			return "decimal(38,9)" // a key needs to say how many places it has
		}
		return "decimal"
	case plan.Float:
		return "float"
	case plan.Bool:
		return "boolean"
	case plan.Bytes:
		return "blob"
	case plan.Date:
		return "date"
	case plan.DateTime, plan.Timestamp:
		return "datetime(6)"
	case plan.Time:
		return "time(6)"
	case plan.JSON:
		return "json"
	}
	if n.Length > 0 && n.Length <= 1000 {
		return fmt.Sprintf("varchar(%d)", n.Length)
	}
	return "text"
}

// Create implements run.Creator.
func (s *session) Create(ctx context.Context, l *plan.Load) (err error) {
	op := "create " + l.Spec.Table
	schema, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	if schema.Table(l.Table.QualifiedName()) == nil {
		if _, err := s.c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			return classify(op, err)
		}
		for _, q := range append(append([]string(nil), l.Create...), "COMMIT") {
			if _, err := s.c.ExecContext(ctx, q); err != nil {
				_, back := s.c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
				return errors.Join(classify(op, err), classify("roll back", back))
			}
		}
		if schema, err = s.Schema(ctx); err != nil {
			return err
		}
	}
	made := schema.Table(l.Table.QualifiedName())
	if made == nil {
		return fmt.Errorf("%s: table %s was created, but the database does not show it", l.Name(), l.Spec.Table)
	}
	for i := range l.Table.Columns {
		want := &l.Table.Columns[i]
		if c := made.Column(want.Name); c == nil || !strings.EqualFold(c.Type, want.Type) || c.NotNull != want.NotNull {
			return fmt.Errorf("%s: column %s of the new table %s is not what was asked for", l.Name(), want.Name, l.Spec.Table)
		}
	}
	return nil
}

var (
	_ run.Destination = (*Database)(nil)
	_ plan.Designer   = (*Database)(nil)
	_ run.Swapper     = (*session)(nil)
	_ run.Creator     = (*session)(nil)
)

// CreateTables creates the tables of a schema that are missing, all or none,
// and the ledger if the database was opened so.
func (d *Database) CreateTables(ctx context.Context, s *destination.Schema) (err error) {
	c, err := d.conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, classify("close", c.Close())) }()
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return classify("create tables", err)
	}
	err = d.createMissing(ctx, c, s)
	end := "COMMIT"
	if err != nil {
		end = "ROLLBACK"
	}
	_, e := c.ExecContext(context.WithoutCancel(ctx), end)
	return errors.Join(err, classify("create tables", e))
}

func (d *Database) createMissing(ctx context.Context, c *sql.Conn, s *destination.Schema) error {
	there, err := readSchema(ctx, c)
	if err != nil {
		return err
	}
	var ddl []string
	for _, t := range s.Tables {
		if there.Table(database+"."+t.Name) == nil {
			ddl = append(ddl, CreateTable(t, s)...)
		}
	}
	if d.opts.CreateLedger {
		ddl = append(ddl, LedgerDDL("")...)
	}
	for _, q := range ddl {
		if _, err := c.ExecContext(ctx, q); err != nil {
			return classify("create tables", err)
		}
	}
	return nil
}
