package mysql

import (
	"context"
	"fmt"
	"strings"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// keyText is how many characters a key of text of unknown length has: what an
// index of four bytes a character holds on every server.
const keyText = 191

// varcharMax is the longest text that becomes a VARCHAR: a row of several has
// to stay under the server's 65,535 bytes.
const varcharMax = 1000

// Create returns the table that the database would make of a new table, and the
// statement for it. What the user may do with it is known once the schema was
// read.
func (d *Database) Create(n plan.NewTable) (*destination.Table, []string) {
	t := newTable(n, d.version)
	if t.Database == "" {
		t.Database = d.name
	}
	for i := range t.ForeignKeys {
		if !strings.Contains(t.ForeignKeys[i].Table, ".") {
			t.ForeignKeys[i].Table = t.Database + "." + t.ForeignKeys[i].Table
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rights != nil {
		t.TriggersHidden, t.ExchangeDenied = !d.seesTriggers(d.rights, t.Database, t.Name), d.exchangeDenied(d.rights, t)
	}
	return t, dialect.CreateTable(t, nil)
}

// CreateTable returns the statement that creates a table as it is described.
func CreateTable(t *destination.Table) []string { return dialect.CreateTable(t, nil) }

var dialect = plan.Dialect{
	Quote: quote, Literal: literal, AutoIncrement: "AUTO_INCREMENT", Inline: true, Prefixes: true,
	Type: func(c *destination.Column) string {
		s := c.Type
		if c.Charset != "" {
			s += " CHARACTER SET " + c.Charset
		}
		if c.Collation != "" {
			s += " COLLATE " + c.Collation
		}
		if plan.BaseType(c.Type) == "timestamp" && !c.NotNull {
			s += " NULL" // else old servers take it as NOT NULL
		}
		return s
	},
	Options: func(t *destination.Table) string {
		engine, charset := t.Engine, t.Charset
		if engine == "" {
			engine = "InnoDB"
		}
		if charset == "" {
			charset = "utf8mb4"
		}
		s := "ENGINE=" + engine + " DEFAULT CHARACTER SET " + charset
		if t.Collation != "" {
			s += " COLLATE " + t.Collation
		}
		return s
	},
}

func newTable(n plan.NewTable, v version) *destination.Table {
	t := &destination.Table{Engine: "InnoDB", Charset: "utf8mb4", PrimaryKey: n.Key}
	t.Name = n.Name
	if db, name, ok := strings.Cut(n.Name, "."); ok {
		t.Database, t.Name = db, name
	}
	bytes := 0 // of VARCHARs, four a character
	for i := range n.Columns {
		c := newColumn(&n.Columns[i], v)
		if length := varchar(c.Type); length > 0 && !n.Columns[i].Identifies {
			if bytes += 4 * length; bytes > 32_000 {
				c.Type = "text"
			}
		}
		t.Columns = append(t.Columns, c)
	}
	for _, fk := range n.Parents {
		fk.Name = fmt.Sprintf("fk_%s_%s", t.Name, run.Digest(t.Name, fk.Columns[0])[:10])
		t.ForeignKeys = append(t.ForeignKeys, fk)
		t.Indexes = append(t.Indexes, destination.Index{Name: "index_" + run.Digest(t.Name, fk.Columns[0])[:10], Parts: []destination.IndexPart{{Column: fk.Columns[0]}}})
	}
	return t
}

func varchar(t string) int {
	n := 0
	if _, err := fmt.Sscanf(t, "varchar(%d)", &n); err != nil {
		return 0
	}
	return n
}

func newColumn(n *plan.NewColumn, v version) destination.Column {
	c := destination.Column{Name: n.Name, NotNull: n.NotNull}
	if n.Like != nil {
		c.Type, c.Charset, c.Collation = n.Like.Type, n.Like.Charset, n.Like.Collation
		return c
	}
	c.Type = newType(n, v)
	switch {
	case !strings.HasPrefix(c.Type, "varchar") && !strings.HasSuffix(c.Type, "text"):
	case n.Identifies:
		c.Charset, c.Collation = "utf8mb4", "utf8mb4_bin" // keys differ as their bytes do
	default:
		c.Charset = "utf8mb4"
	}
	return c
}

func newType(n *plan.NewColumn, v version) string {
	switch n.Kind {
	case plan.Int:
		return "bigint"
	case plan.Decimal:
		if n.Precision == 0 {
			return "decimal(38,9)"
		}
		scale := min(n.Scale, 30)
		return fmt.Sprintf("decimal(%d,%d)", min(max(n.Precision-n.Scale+scale, 1), 65), scale)
	case plan.Float:
		return "double"
	case plan.Bool:
		return "tinyint(1)"
	case plan.Bytes:
		switch {
		case n.Length > 0 && n.Length <= varcharMax, n.Identifies:
			return fmt.Sprintf("varbinary(%d)", sized(n, 255))
		case n.Length > 0 && n.Length <= blobBytes["blob"]:
			return "blob"
		}
		return "longblob"
	case plan.Date:
		return "date"
	case plan.DateTime, plan.Timestamp:
		return "datetime(6)"
	case plan.Time:
		return "time(6)"
	case plan.JSON:
		if v.json() {
			return "json"
		}
		return "longtext"
	}
	switch {
	case n.Length > 0 && n.Length <= varcharMax, n.Identifies:
		return fmt.Sprintf("varchar(%d)", sized(n, keyText))
	case n.Length > 0 && n.Length <= blobBytes["text"]/4:
		return "text"
	case n.Length == 0:
		return "mediumtext"
	}
	return "longtext"
}

func sized(n *plan.NewColumn, unknown int) int {
	if n.Length == 0 || (n.Identifies && n.Length > unknown) {
		return unknown
	}
	return n.Length
}

// json reports whether the server has a JSON type, or its word for one.
func (v version) json() bool {
	if v.mariadb {
		return v.number >= 100207
	}
	return v.number >= 50708
}

// Create implements run.Creator.
func (s *session) Create(ctx context.Context, l *plan.Load) error {
	for _, q := range l.Create {
		if _, err := s.c.ExecContext(ctx, q); err != nil && number(err) != 1050 {
			return s.check("create "+l.Spec.Table, err)
		}
	}
	schema, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	made := schema.Table(l.Table.QualifiedName())
	if made == nil {
		return fmt.Errorf("%s: table %s was created, but the server does not show it", l.Name(), l.Spec.Table)
	}
	for i := range l.Table.Columns {
		want := &l.Table.Columns[i]
		c := made.Column(want.Name)
		if c == nil || !sameType(want, c) {
			return fmt.Errorf("%s: column %s of the new table %s is not what was asked for", l.Name(), want.Name, l.Spec.Table)
		}
	}
	return nil
}

// sameType reports whether values of a column have the form that was planned,
// whatever the server calls its type.
func sameType(a, b *destination.Column) bool {
	x, errA := parseType(a)
	y, errB := parseType(b)
	if errA != nil || errB != nil || a.NotNull != b.NotNull {
		return false
	}
	if x.family == famJSON && y.base == "longtext" { // MariaDB's JSON is a text that it checks
		return true
	}
	return x.family == y.family && x.length == y.length && x.scale == y.scale && x.digits == y.digits
}

var _ run.Creator = (*session)(nil)
