package destination

import (
	"strconv"
	"strings"
)

func (d *ddlParser) createTable(q qualified, line int) {
	if !d.punct("(") {
		if !d.accept("like") {
			d.r.warn(line, "table %s: the columns of a query are not known", q.name)
		} else {
			d.r.warn(line, "table %s: LIKE is not followed", q.name)
		}
		return
	}
	t := &Table{Database: q.db, Name: q.name, Line: line}
	for !d.done() && !d.punct(")") {
		if !d.tableItem(t) {
			d.r.warn(d.at(0).line, "table %s: not understood from %q", t.Name, d.at(0).text)
		}
		d.skipToComma()
		d.punct(",")
	}
	d.tableOptions(t)
	d.r.drop(q)
	d.r.schema.Tables = append(d.r.schema.Tables, t)
}

// skipToComma goes to the next comma or closing bracket of this level.
func (d *ddlParser) skipToComma() {
	for !d.done() {
		t := d.at(0)
		if t.kind == ddlPunct {
			switch t.text {
			case ",", ")":
				return
			case "(":
				d.skipGroup()
				continue
			}
		}
		d.pos++
	}
}

// tableItem reads a column, an index or a constraint.
func (d *ddlParser) tableItem(t *Table) bool {
	name := ""
	constraint := false
	if d.at(0).word("constraint") {
		d.pos++
		constraint = true
		if d.at(0).name() && !isConstraintWord(d.at(0)) {
			name = d.at(0).text
			d.pos++
		}
	}
	switch {
	case d.accept("primary", "key"):
		d.usingMethod()
		for _, p := range d.indexParts() {
			t.PrimaryKey = append(t.PrimaryKey, p.Column)
		}
	case d.accept("unique"):
		_ = d.accept("key") || d.accept("index")
		d.index(t, Index{Name: name, Unique: true})
	case d.accept("fulltext"), d.accept("spatial"):
		kind := strings.ToLower(d.at(-1).text)
		_ = d.accept("key") || d.accept("index")
		d.index(t, Index{Kind: kind})
	case d.isIndexItem():
		d.pos++
		d.index(t, Index{})
	case d.accept("foreign", "key"):
		d.foreignKey(t, name)
	case d.at(0).word("check") && d.at(1).text == "(":
		d.pos++
		t.Checks = append(t.Checks, CheckConstraint{Name: name, Expression: d.groupText()})
	case constraint:
		return false
	default:
		return d.column(t)
	}
	return true
}

func isConstraintWord(t ddlToken) bool {
	return t.word("primary") || t.word("unique") || t.word("foreign") || t.word("check")
}

// isIndexItem tells "KEY name (…)" from a column that is called key.
func (d *ddlParser) isIndexItem() bool {
	if !d.at(0).word("key") && !d.at(0).word("index") {
		return false
	}
	return d.at(1).text == "(" || (d.at(1).name() && (d.at(2).text == "(" || d.at(2).word("using")))
}

func (d *ddlParser) usingMethod() {
	if d.accept("using") {
		d.pos++
	}
}

func (d *ddlParser) index(t *Table, ix Index) {
	if d.at(0).name() && !d.at(0).word("using") {
		ix.Name = d.at(0).text
		d.pos++
	}
	d.usingMethod()
	ix.Parts = d.indexParts()
	if ix.Name == "" && len(ix.Parts) > 0 { // as the server names it
		ix.Name = ix.Parts[0].Column
	}
	t.Indexes = append(t.Indexes, ix)
}

// indexParts reads (`a`, `b`(10) DESC, (lower(`c`))).
func (d *ddlParser) indexParts() []IndexPart {
	if !d.punct("(") {
		return nil
	}
	var parts []IndexPart
	for !d.done() && !d.punct(")") {
		var p IndexPart
		switch t := d.at(0); {
		case t.text == "(" && t.kind == ddlPunct:
			p.Expression = d.groupText()
		case t.name():
			start := d.pos
			p.Column = t.text
			d.pos++
			if d.at(0).kind == ddlPunct && d.at(0).text == "(" {
				in := d.skipGroup()
				if n, err := strconv.Atoi(first(in).text); err == nil && len(in) == 1 {
					p.Length = n
				} else { // lower(`c`) without the brackets that MySQL asks for
					p.Column = ""
					p.Expression = d.r.lex.text(d.toks[start].start, d.at(-1).end)
				}
			}
		}
		if d.accept("desc") {
			p.Descending = true
		}
		if p.Column != "" || p.Expression != "" {
			parts = append(parts, p)
		}
		d.skipToComma()
		d.punct(",")
	}
	return parts
}

func first(toks []ddlToken) ddlToken {
	if len(toks) == 0 {
		return ddlToken{}
	}
	return toks[0]
}

func (d *ddlParser) foreignKey(t *Table, name string) {
	fk := ForeignKey{Name: name, Line: d.at(0).line}
	if d.at(0).name() {
		if fk.Name == "" {
			fk.Name = d.at(0).text
		}
		d.pos++
	}
	for _, p := range d.indexParts() {
		fk.Columns = append(fk.Columns, p.Column)
	}
	d.references(t, fk)
}

// references reads REFERENCES table (columns) ON DELETE … ON UPDATE ….
func (d *ddlParser) references(t *Table, fk ForeignKey) {
	if !d.accept("references") {
		d.r.warn(fk.Line, "table %s: foreign key %s refers to nothing", t.Name, fk.Name)
		return
	}
	q, ok := d.qualified()
	if !ok {
		d.r.warn(fk.Line, "table %s: foreign key %s refers to nothing", t.Name, fk.Name)
		return
	}
	fk.Table = q.name
	if q.db != "" && q.db != t.Database {
		fk.Table = q.db + "." + q.name
	}
	for _, p := range d.indexParts() {
		fk.RefColumns = append(fk.RefColumns, p.Column)
	}
	if len(fk.Columns) == 0 || len(fk.RefColumns) != len(fk.Columns) {
		d.r.warn(fk.Line, "table %s: foreign key %s: %d columns refer to %d", t.Name, fk.Name, len(fk.Columns), len(fk.RefColumns))
		return
	}
	for d.accept("on") {
		action := &fk.OnUpdate
		if d.at(0).word("delete") {
			action = &fk.OnDelete
		}
		d.pos++
		*action = d.action()
	}
	t.ForeignKeys = append(t.ForeignKeys, fk)
}

// action reads a referential action; those that refuse are the default, "".
func (d *ddlParser) action() string {
	switch {
	case d.accept("no", "action"), d.accept("restrict"):
		return ""
	case d.accept("set", "null"):
		return "SET NULL"
	case d.accept("set", "default"):
		return "SET DEFAULT"
	case d.accept("cascade"):
		return "CASCADE"
	}
	return ""
}

func (d *ddlParser) tableOptions(t *Table) {
	for !d.done() {
		var set *string
		switch {
		case d.accept("engine"):
			set = &t.Engine
		case d.accept("charset"), d.accept("character", "set"):
			set = &t.Charset
		case d.accept("collate"):
			set = &t.Collation
		case d.accept("comment"):
			set = &t.Comment
		case d.at(0).word("partition"):
			return
		default:
			d.pos++
			continue
		}
		d.punct("=")
		*set = d.at(0).text
		d.pos++
	}
}

// alterTable reads what adds keys to a table: mysqldump leaves it to CREATE
// TABLE, other dumps do not.
func (d *ddlParser) alterTable(q qualified) {
	t := d.r.table(q)
	for !d.done() {
		switch {
		case t == nil:
		case d.accept("add"):
			_ = d.accept("column")
			d.tableItem(t)
		case d.accept("modify"):
			_ = d.accept("column")
			d.modify(t)
		}
		d.skipToComma()
		d.pos++
	}
}

// modify replaces the definition of a column.
func (d *ddlParser) modify(t *Table) {
	name := d.at(0).text
	scratch := &Table{Database: t.Database, Name: t.Name}
	if !d.column(scratch) || len(scratch.Columns) == 0 {
		return
	}
	if c := t.Column(name); c != nil {
		*c = scratch.Columns[0]
	}
}
