package destination

import "strings"

// column reads name, type and attributes.
func (d *ddlParser) column(t *Table) bool {
	if !d.at(0).name() || d.at(0).text == "" {
		return false
	}
	c := Column{Name: d.at(0).text, Line: d.at(0).line}
	d.pos++
	c.Type = d.columnType()
	for !d.columnEnd() {
		if !d.attribute(t, &c) {
			d.r.warn(d.at(0).line, "%s.%s: %q is not understood", t.Name, c.Name, d.at(0).text)
			d.pos++
		}
	}
	if strings.EqualFold(c.Type, "serial") { // bigint unsigned NOT NULL AUTO_INCREMENT UNIQUE
		c.Type, c.NotNull, c.AutoIncrement = "bigint unsigned", true, true
		t.Indexes = append(t.Indexes, Index{Name: c.Name, Unique: true, Parts: []IndexPart{{Column: c.Name}}})
	}
	if t.Column(c.Name) != nil {
		d.r.warn(c.Line, "%s.%s is stated twice: the first stands", t.Name, c.Name)
		return true
	}
	t.Columns = append(t.Columns, c)
	return true
}

func (d *ddlParser) columnEnd() bool {
	t := d.at(0)
	return d.done() || (t.kind == ddlPunct && (t.text == "," || t.text == ")"))
}

// columnType reads "varchar(255)", "bigint(20) unsigned zerofill", "double
// precision", "enum('a','b')". Words are lower-cased, spaces within brackets
// are as in the source.
func (d *ddlParser) columnType() string {
	var b strings.Builder
	for !d.columnEnd() {
		t := d.at(0)
		if t.kind == ddlPunct && t.text == "(" {
			b.WriteString("(" + d.groupText() + ")")
			continue
		}
		if t.kind != ddlWord || (b.Len() > 0 && !isTypeWord(t)) {
			break
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strings.ToLower(t.text))
		d.pos++
	}
	return b.String()
}

// isTypeWord reports whether a word can follow the first word of a type.
func isTypeWord(t ddlToken) bool {
	switch strings.ToLower(t.text) {
	case "unsigned", "zerofill", "signed", "precision", "varying", "with", "without", "time", "zone", "large", "object":
		return true
	}
	return false
}

// attribute reads one attribute of a column.
func (d *ddlParser) attribute(t *Table, c *Column) bool {
	switch {
	case d.accept("not", "null"):
		c.NotNull = true
	case d.accept("null"), d.accept("visible"), d.accept("invisible"), d.accept("unsigned"), d.accept("zerofill"), d.accept("enforced"), d.accept("not", "enforced"):
	case d.accept("default"):
		c.Default = d.defaultValue()
	case d.accept("on", "update"):
		c.OnUpdate = d.expression()
	case d.accept("auto_increment"), d.accept("autoincrement"):
		c.AutoIncrement = true
	case d.accept("character", "set"), d.accept("charset"):
		c.Charset = d.at(0).text
		d.pos++
	case d.accept("collate"):
		c.Collation = d.at(0).text
		d.pos++
	case d.accept("comment"):
		c.Comment = d.at(0).text
		d.pos++
	case d.accept("generated", "always"):
	case d.accept("as"):
		if c.Generated = d.groupText(); c.Generated == "" {
			c.Generated = "?"
		}
	case d.accept("stored"), d.accept("persistent"):
		c.Stored = true
	case d.accept("virtual"):
	case d.accept("srid"), d.accept("column_format"), d.accept("storage"):
		d.pos++
	case d.accept("primary", "key"):
		t.PrimaryKey = append(t.PrimaryKey, c.Name)
		c.NotNull = true
	case d.accept("unique"):
		d.accept("key")
		t.Indexes = append(t.Indexes, Index{Name: c.Name, Unique: true, Parts: []IndexPart{{Column: c.Name}}})
	case d.at(0).word("references"):
		d.references(t, ForeignKey{Line: c.Line, Columns: []string{c.Name}})
	case d.accept("constraint"):
		if d.at(0).name() && !isConstraintWord(d.at(0)) {
			d.pos++
		}
	case d.accept("check"):
		t.Checks = append(t.Checks, CheckConstraint{Expression: d.groupText()})
	default:
		return false
	}
	return true
}

// defaultValue reads a literal or an expression; NULL is none.
func (d *ddlParser) defaultValue() *Default {
	t := d.at(0)
	switch {
	case d.accept("null"):
		return nil
	case t.kind == ddlString, t.kind == ddlDouble, t.kind == ddlNumber:
		d.pos++
		return &Default{Text: t.text}
	case t.kind == ddlPunct && (t.text == "-" || t.text == "+") && d.at(1).kind == ddlNumber:
		text := strings.TrimPrefix(t.text, "+") + d.at(1).text
		d.pos += 2
		return &Default{Text: text}
	case t.kind == ddlWord && strings.HasPrefix(t.text, "_") && d.at(1).kind == ddlString: // _utf8mb4'x'
		text := d.at(1).text
		d.pos += 2
		return &Default{Text: text}
	case t.word("b") && d.at(1).kind == ddlString, t.word("x") && d.at(1).kind == ddlString:
		text := t.text + "'" + d.at(1).text + "'"
		d.pos += 2
		return &Default{Text: text, Expression: true}
	case t.word("true"), t.word("false"):
		d.pos++
		return &Default{Text: map[bool]string{true: "1", false: "0"}[t.word("true")]}
	}
	return &Default{Text: d.expression(), Expression: true}
}

// expression reads CURRENT_TIMESTAMP(6) or a bracketed expression as text.
func (d *ddlParser) expression() string {
	start := d.at(0).start
	if d.columnEnd() {
		return ""
	}
	if d.at(0).kind == ddlPunct && d.at(0).text == "(" {
		d.skipGroup()
	} else {
		d.pos++
		if d.at(0).kind == ddlPunct && d.at(0).text == "(" {
			d.skipGroup()
		}
	}
	return d.r.lex.text(start, d.at(-1).end)
}
