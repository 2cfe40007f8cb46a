package destination

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// ReadSchemaRB reads Rails' db/schema.rb without evaluating it: create_table
// with its columns, indexes, foreign keys and checks, add_foreign_key,
// add_index, add_check_constraint, create_view (scenic) and create_trigger
// (hairtrigger). Types are those that Rails' MySQL adapters (mysql2, trilogy)
// create, see railsType. What is not understood is a warning; the rest is
// read all the same. file is used in messages.
func ReadSchemaRB(file string, src []byte) (*Schema, []Warning) {
	r := &railsReader{file: file, schema: &Schema{File: file}}
	p := &rbParser{toks: lexRuby(strings.ToValidUTF8(string(src), "\ufffd")), warn: r.warn}
	r.statements(p.statements(""))
	r.resolve()
	r.schema.normalize()
	sortWarnings(r.warnings)
	return r.schema, r.warnings
}

type railsReader struct {
	file     string
	schema   *Schema
	warnings []Warning
	version  float64 // of ActiveRecord::Schema[7.1]; 0 if the file does not say
	pending  []railsForeignKey
}

// railsForeignKey is a foreign key whose defaults need tables that may come
// later in the file.
type railsForeignKey struct {
	from      string
	to        string // table; "" when it follows from reference
	reference string // t.references "company": the table is "companies"
	column    rbValue
	line      int
	opts      []rbPair
}

func (r *railsReader) warn(line int, format string, args ...any) {
	r.warnings = append(r.warnings, Warning{File: r.file, Line: line, Message: fmt.Sprintf(format, args...)})
}

func (r *railsReader) statements(calls []rbCall) {
	for i := range calls {
		r.statement(&calls[i])
	}
}

func (r *railsReader) statement(c *rbCall) {
	switch c.name {
	case "define", "instance_eval":
		if c.index != nil && c.index.kind == rbNum {
			r.version, _ = strconv.ParseFloat(c.index.text, 64)
		}
		r.statements(c.body)
	case "create_table":
		r.createTable(c)
	case "add_foreign_key":
		r.addForeignKey(c)
	case "add_index":
		if t, ok := r.tableArg(c); ok && len(c.args) > 1 {
			r.index(t, c, c.args[1])
		}
	case "add_check_constraint":
		if t, ok := r.tableArg(c); ok && len(c.args) > 1 {
			r.check(t, c, c.args[1])
		}
	case "create_view":
		r.createView(c)
	case "create_trigger":
		r.createTrigger(c)
	case "require", "enable_extension":
	case "create_function", "create_enum":
		r.warn(c.line, "%s is left out: it makes no column", c.name)
	default:
		r.warn(c.line, "not understood: %s is left out", c.name)
		r.statements(c.body)
	}
}

func (r *railsReader) tableArg(c *rbCall) (*Table, bool) {
	name := ""
	if len(c.args) > 0 {
		name, _ = c.args[0].str()
	}
	for _, t := range r.schema.Tables {
		if t.Name == name {
			return t, true
		}
	}
	r.warn(c.line, "%s: table %q is not in the file", c.name, name)
	return nil, false
}

var tableOption = regexp.MustCompile(`(?i)\b(engine|charset|character set|collate)\s*=?\s*(\w+)`)

func (r *railsReader) createTable(c *rbCall) {
	name := ""
	if len(c.args) > 0 {
		name, _ = c.args[0].str()
	}
	if name == "" {
		r.warn(c.line, "create_table without a literal name is left out")
		return
	}
	t := &Table{Name: name, Line: c.line}
	id := rbValue{kind: rbSym, text: "bigint", line: c.line}
	key := []string{"id"}
	for _, o := range c.opts {
		switch o.key {
		case "id":
			id = o.value
		case "primary_key":
			if names, ok := o.value.names(); ok {
				key = names
			} else {
				r.warn(o.value.line, "create_table %s: primary_key is not understood", name)
			}
		case "charset":
			t.Charset, _ = o.value.str()
		case "collation":
			t.Collation, _ = o.value.str()
		case "comment":
			t.Comment, _ = o.value.str()
		case "options":
			r.tableOptions(t, o.value.text)
		case "as":
			r.warn(o.value.line, "create_table %s: the columns of a query are not known", name)
		case "force", "if_not_exists", "temporary":
		default:
			r.warn(o.value.line, "create_table %s: option %s is not understood", name, o.key)
		}
	}
	r.schema.Tables = append(r.schema.Tables, t)
	r.primaryKey(t, id, key, c)
	for i := range c.body {
		r.tableCall(t, &c.body[i], c.param)
	}
	// A composite key, or "id: false" with a key, names columns of the block.
	if len(t.PrimaryKey) == 0 && (len(key) > 1 || c.has("primary_key")) {
		t.PrimaryKey = key
	}
}

func (c *rbCall) has(key string) bool {
	_, ok := c.opt(key)
	return ok
}

func (r *railsReader) tableOptions(t *Table, text string) {
	for _, m := range tableOption.FindAllStringSubmatch(text, -1) {
		switch strings.ToLower(m[1]) {
		case "engine":
			t.Engine = m[2]
		case "collate":
			t.Collation = m[2]
		default:
			t.Charset = m[2]
		}
	}
}

// primaryKey adds the key column that create_table makes by itself: "id" bigint
// AUTO_INCREMENT unless options say otherwise.
func (r *railsReader) primaryKey(t *Table, id rbValue, key []string, c *rbCall) {
	if id.kind == rbBool && id.text == "false" || len(key) != 1 || key[0] == "" {
		return
	}
	typ, opts := "bigint", c.keyOptions()
	switch id.kind {
	case rbSym, rbText:
		typ = id.text
	case rbHash:
		opts = id.pairs
		for _, p := range id.pairs {
			if p.key == "type" {
				typ, _ = p.value.str()
			}
		}
	case rbBool, rbNil:
	default:
		r.warn(id.line, "create_table %s: id is not understood", t.Name)
	}
	if typ == "primary_key" {
		typ = "bigint"
	}
	col := r.column(t, key[0], typ, opts, c.line, "type")
	col.NotNull = true
	_, hasDefault := lookupPair(opts, "default")
	if !hasDefault && (typ == "bigint" || typ == "integer") {
		col.AutoIncrement = true
	}
	t.Columns = append(t.Columns, col)
	t.PrimaryKey = key
}

// keyOptions are the options of create_table that older files apply to the id:
// create_table "x", id: :integer, unsigned: true, limit: 3.
func (c *rbCall) keyOptions() []rbPair {
	var out []rbPair
	for _, o := range c.opts {
		switch o.key {
		case "unsigned", "limit", "default", "precision":
			out = append(out, o)
		}
	}
	return out
}

func lookupPair(pairs []rbPair, key string) (rbValue, bool) {
	for _, p := range pairs {
		if p.key == key {
			return p.value, true
		}
	}
	return rbValue{}, false
}

// resolve completes the foreign keys once all tables are known.
func (r *railsReader) resolve() {
	for _, p := range r.pending {
		var t *Table
		for _, have := range r.schema.Tables {
			if have.Name == p.from {
				t = have
			}
		}
		if t == nil {
			r.warn(p.line, "foreign key of %q: the table is not in the file", p.from)
			continue
		}
		fk := ForeignKey{Line: p.line, Table: p.to, RefColumns: []string{"id"}}
		if fk.Table == "" {
			fk.Table = r.tableOf(p.reference)
		}
		fk.Columns = []string{singular(lastPart(fk.Table)) + "_id"}
		if names, ok := p.column.names(); ok {
			fk.Columns = names
		}
		for _, o := range p.opts {
			r.foreignKeyOption(&fk, o)
		}
		if len(fk.RefColumns) != len(fk.Columns) || len(fk.Columns) == 0 || fk.Table == "" {
			r.warn(p.line, "foreign key %s → %s: %d columns refer to %d", p.from, fk.Table, len(fk.Columns), len(fk.RefColumns))
			continue
		}
		for _, c := range fk.Columns {
			if t.Column(c) == nil {
				r.warn(p.line, "foreign key %s → %s: %s has no column %q", p.from, fk.Table, p.from, c)
			}
		}
		if fk.Name == "" {
			fk.Name = railsForeignKeyName(t.Name, fk.Columns)
		}
		t.ForeignKeys = append(t.ForeignKeys, fk)
	}
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// tableOf finds the table that t.references "company" points to.
func (r *railsReader) tableOf(reference string) string {
	for _, t := range r.schema.Tables {
		if singular(t.Name) == reference {
			return t.Name
		}
	}
	return reference + "s"
}

func (r *railsReader) foreignKeyOption(fk *ForeignKey, o rbPair) {
	text, _ := o.value.str()
	switch o.key {
	case "column":
	case "to_table":
	case "name":
		fk.Name = text
	case "primary_key":
		if names, ok := o.value.names(); ok {
			fk.RefColumns = names
		}
	case "on_delete":
		fk.OnDelete = railsAction(text)
	case "on_update":
		fk.OnUpdate = railsAction(text)
	case "validate", "deferrable", "if_not_exists":
	default:
		r.warn(o.value.line, "foreign key to %s: option %s is not understood", fk.Table, o.key)
	}
}

func railsAction(s string) string {
	switch s {
	case "nullify":
		return "SET NULL"
	case "restrict", "":
		return ""
	}
	return strings.ToUpper(strings.ReplaceAll(s, "_", " "))
}

// railsForeignKeyName is the name that Rails gives a foreign key without one:
// "fk_rails_" and ten hexadecimal digits of SHA-256.
func railsForeignKeyName(table string, cols []string) string {
	sum := sha256.Sum256([]byte(table + "_" + strings.Join(cols, "_and_") + "_fk"))
	return "fk_rails_" + hex.EncodeToString(sum[:])[:10]
}

func (r *railsReader) addForeignKey(c *rbCall) {
	if len(c.args) < 2 {
		r.warn(c.line, "add_foreign_key needs two tables")
		return
	}
	from, ok1 := c.args[0].str()
	to, ok2 := c.args[1].str()
	if !ok1 || !ok2 {
		r.warn(c.line, "add_foreign_key without literal tables is left out")
		return
	}
	column, _ := c.opt("column")
	r.pending = append(r.pending, railsForeignKey{from: from, to: to, column: column, line: c.line, opts: c.opts})
}

func (r *railsReader) createView(c *rbCall) {
	name := ""
	if len(c.args) > 0 {
		name, _ = c.args[0].str()
	}
	def, ok := c.opt("sql_definition")
	if name == "" || !ok || def.kind != rbText {
		r.warn(c.line, "create_view without a literal name and sql_definition is left out")
		return
	}
	r.schema.Views = append(r.schema.Views, View{Name: name, Line: c.line, SQL: strings.TrimSpace(def.text)})
}

func (r *railsReader) createTrigger(c *rbCall) {
	name, table := "", ""
	if len(c.args) > 0 {
		name, _ = c.args[0].str()
	}
	if v, ok := c.opt("on"); ok {
		table, _ = v.str()
	}
	for _, n := range c.chain {
		if n.name == "on" && len(n.args) > 0 {
			table, _ = n.args[0].str()
		}
	}
	for _, t := range r.schema.Tables {
		if t.Name == table {
			t.Triggers = append(t.Triggers, name)
			return
		}
	}
	r.warn(c.line, "create_trigger %q: its table is not understood", name)
}
