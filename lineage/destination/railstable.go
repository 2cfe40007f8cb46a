package destination

import (
	"regexp"
	"strconv"
	"strings"
)

// tableCall reads one t.<method> line of a create_table block.
func (r *railsReader) tableCall(t *Table, c *rbCall, param string) {
	if c.recv != param || param == "" {
		r.warn(c.line, "not understood: %s is left out", c.name)
		return
	}
	switch c.name {
	case "index":
		if len(c.args) > 0 {
			r.index(t, c, c.args[0])
			return
		}
	case "check_constraint":
		if len(c.args) > 0 {
			r.check(t, c, c.args[0])
			return
		}
	case "foreign_key":
		if len(c.args) > 0 {
			if to, ok := c.args[0].str(); ok {
				column, _ := c.opt("column")
				r.pending = append(r.pending, railsForeignKey{from: t.Name, to: to, column: column, line: c.line, opts: c.opts})
				return
			}
		}
	case "references", "belongs_to":
		r.references(t, c)
		return
	case "timestamps":
		opts := append([]rbPair{{key: "null", value: rbValue{kind: rbBool, text: "false"}}}, c.opts...)
		for _, name := range []string{"created_at", "updated_at"} {
			r.add(t, name, "datetime", opts, c.line)
		}
		return
	case "column":
		r.explicitColumn(t, c)
		return
	case "primary_key":
		r.keyColumn(t, c)
		return
	default:
		r.typedColumns(t, c)
		return
	}
	r.warn(c.line, "%s: %s is not understood and left out", t.Name, c.name)
}

func (r *railsReader) typedColumns(t *Table, c *rbCall) {
	if len(c.args) == 0 {
		r.warn(c.line, "%s: %s names no column and is left out", t.Name, c.name)
		return
	}
	for _, a := range c.args {
		name, ok := a.str()
		if !ok {
			r.warn(c.line, "%s: a column of type %s has no literal name and is left out", t.Name, c.name)
			continue
		}
		r.add(t, name, c.name, c.opts, c.line)
	}
}

// explicitColumn reads t.column "name", "enum('a','b')".
func (r *railsReader) explicitColumn(t *Table, c *rbCall) {
	if len(c.args) == 2 {
		name, ok1 := c.args[0].str()
		typ, ok2 := c.args[1].str()
		if ok1 && ok2 {
			r.add(t, name, typ, c.opts, c.line)
			return
		}
	}
	r.warn(c.line, "%s: a column without literal name and type is left out", t.Name)
}

func (r *railsReader) keyColumn(t *Table, c *rbCall) {
	typ := "bigint"
	if len(c.args) == 0 {
		r.warn(c.line, "%s: primary_key names no column", t.Name)
		return
	}
	name, _ := c.args[0].str()
	if len(c.args) > 1 {
		typ, _ = c.args[1].str()
	}
	r.add(t, name, typ, c.opts, c.line)
	col := t.Column(name)
	if col == nil {
		return
	}
	col.NotNull = true
	col.AutoIncrement = col.AutoIncrement || typ == "bigint" || typ == "integer"
	t.PrimaryKey = []string{name}
}

// references reads t.references "company", null: false, foreign_key: true.
func (r *railsReader) references(t *Table, c *rbCall) {
	typ := "bigint"
	var opts []rbPair
	var foreign, polymorphic, index rbValue
	index = rbValue{kind: rbBool, text: "true"}
	for _, o := range c.opts {
		switch o.key {
		case "type":
			typ, _ = o.value.str()
		case "foreign_key":
			foreign = o.value
		case "polymorphic":
			polymorphic = o.value
		case "index":
			index = o.value
		default:
			opts = append(opts, o)
		}
	}
	for _, a := range c.args {
		name, ok := a.str()
		if !ok {
			r.warn(c.line, "%s: %s without a literal name is left out", t.Name, c.name)
			continue
		}
		cols := []string{name + "_id"}
		if polymorphic.kind == rbHash || polymorphic.text == "true" {
			var keep []rbPair
			for _, o := range opts {
				if o.key == "null" {
					keep = append(keep, o)
				}
			}
			r.add(t, name+"_type", "string", keep, c.line)
			cols = []string{name + "_type", name + "_id"}
		}
		r.add(t, name+"_id", typ, opts, c.line)
		if index.text != "false" {
			ix := rbCall{line: c.line, opts: index.pairs}
			if len(cols) == 2 && !ix.has("name") {
				ix.opts = append(ix.opts, rbPair{key: "name", value: rbValue{kind: rbText, text: "index_" + t.Name + "_on_" + name}})
			}
			list := rbValue{kind: rbArray}
			for _, col := range cols {
				list.items = append(list.items, rbValue{kind: rbText, text: col})
			}
			r.index(t, &ix, list)
		}
		if foreign.kind == rbHash || foreign.text == "true" {
			to, _ := lookupPair(foreign.pairs, "to_table")
			r.pending = append(r.pending, railsForeignKey{
				from: t.Name, to: to.text, reference: name, line: c.line, opts: foreign.pairs,
				column: rbValue{kind: rbText, text: name + "_id"},
			})
		}
	}
}

func (r *railsReader) add(t *Table, name, typ string, opts []rbPair, line int) {
	if name == "" {
		r.warn(line, "%s: a column without a name is left out", t.Name)
		return
	}
	if t.Column(name) != nil {
		r.warn(line, "%s.%s is stated twice: the first stands", t.Name, name)
		return
	}
	col := r.column(t, name, typ, opts, line)
	if v, ok := lookupPair(opts, "primary_key"); ok && v.text == "true" {
		col.NotNull = true
		t.PrimaryKey = append(t.PrimaryKey, name)
	}
	t.Columns = append(t.Columns, col)
	if v, ok := lookupPair(opts, "index"); ok && v.text != "false" && v.kind != rbNil {
		r.index(t, &rbCall{line: line, opts: v.pairs}, rbValue{kind: rbText, text: name})
	}
}

// column makes a column from its Rails type and options; known names further
// options that the caller has used.
func (r *railsReader) column(t *Table, name, typ string, opts []rbPair, line int, known ...string) Column {
	col := Column{Name: name, Line: line}
	ty := railsType{name: typ, rails7: r.version >= 7}
	for _, o := range opts {
		text := o.value.text
		switch o.key {
		case "null":
			col.NotNull = text == "false"
		case "default":
			col.Default = r.defaultOf(t, name, o.value)
		case "limit":
			ty.limit, ty.hasLimit = r.number(t, name, o)
		case "precision":
			if o.value.kind == rbNil {
				ty.noPrecision = true
			} else {
				ty.precision, ty.hasPrecision = r.number(t, name, o)
			}
		case "scale":
			ty.scale, ty.hasScale = r.number(t, name, o)
		case "size":
			ty.size = text
		case "unsigned":
			ty.unsigned = text == "true"
		case "auto_increment":
			col.AutoIncrement = text == "true"
		case "charset":
			col.Charset = text
		case "collation":
			col.Collation = text
		case "comment":
			col.Comment = text
		case "as":
			col.Generated = text
			if text == "" {
				r.warn(line, "%s.%s: the expression is not understood", t.Name, name)
				col.Generated = "?"
			}
		case "stored":
			col.Stored = text == "true"
		case "values":
			ty.values, _ = o.value.names()
		case "type":
			if typ == "virtual" {
				ty.name = text
			} else if !contains(known, o.key) {
				r.warn(line, "%s.%s: option type is not understood", t.Name, name)
			}
		case "primary_key", "index", "if_not_exists", "polymorphic":
		default:
			r.warn(line, "%s.%s: option %s is not understood", t.Name, name, o.key)
		}
	}
	col.Type, col.OnUpdate = ty.sql(), ""
	// Rails states "ON UPDATE" within the default expression.
	if d := col.Default; d != nil && d.Expression {
		if m := onUpdate.FindStringSubmatch(d.Text); m != nil {
			d.Text, col.OnUpdate = m[1], m[2]
		}
	}
	return col
}

var onUpdate = regexp.MustCompile(`(?is)^(.*\S)\s+on\s+update\s+(.+)$`)

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

func (r *railsReader) number(t *Table, column string, o rbPair) (int, bool) {
	if o.value.kind == rbNil {
		return 0, false
	}
	n, err := strconv.Atoi(o.value.text)
	if o.value.kind != rbNum || err != nil {
		r.warn(o.value.line, "%s.%s: %s is not a number", t.Name, column, o.key)
		return 0, false
	}
	return n, true
}

func (r *railsReader) defaultOf(t *Table, column string, v rbValue) *Default {
	switch v.kind {
	case rbNil:
		return nil
	case rbBool:
		if v.text == "true" {
			return &Default{Text: "1"}
		}
		return &Default{Text: "0"}
	case rbNum, rbText, rbSym:
		return &Default{Text: v.text}
	case rbLambda:
		return &Default{Text: v.text, Expression: true}
	case rbArray, rbHash:
		if len(v.items) == 0 && len(v.pairs) == 0 {
			return &Default{Text: map[rbValueKind]string{rbArray: "[]", rbHash: "{}"}[v.kind]}
		}
	}
	r.warn(v.line, "%s.%s: the default is not understood; the column counts as having one", t.Name, column)
	return &Default{Text: "?", Expression: true}
}

var plainName = regexp.MustCompile(`^\w+$`)

func (r *railsReader) index(t *Table, c *rbCall, columns rbValue) {
	names, ok := columns.names()
	if !ok || len(names) == 0 {
		r.warn(c.line, "%s: an index without literal columns is left out", t.Name)
		return
	}
	ix := Index{Name: "index_" + t.Name + "_on_" + strings.Join(names, "_and_")}
	for _, n := range names {
		if columns.kind != rbArray && !plainName.MatchString(n) {
			ix.Parts = append(ix.Parts, IndexPart{Expression: n})
			continue
		}
		ix.Parts = append(ix.Parts, IndexPart{Column: n})
	}
	for _, o := range c.opts {
		switch o.key {
		case "name":
			ix.Name, _ = o.value.str()
		case "unique":
			ix.Unique = o.value.text == "true"
		case "type":
			ix.Kind = strings.ToLower(o.value.text)
		case "length", "order":
			for i := range ix.Parts {
				v := o.value
				if v.kind == rbHash {
					v, _ = lookupPair(v.pairs, ix.Parts[i].Column)
				}
				if o.key == "length" {
					ix.Parts[i].Length, _ = strconv.Atoi(v.text)
				} else {
					ix.Parts[i].Descending = strings.EqualFold(v.text, "desc")
				}
			}
		case "where": // a partial index is unique only among some rows
			r.warn(c.line, "%s: index %s has a condition, so it is not counted as unique", t.Name, ix.Name)
			defer func() { t.Indexes[len(t.Indexes)-1].Unique = false }()
		case "using", "comment", "algorithm", "if_not_exists", "enabled":
		default:
			r.warn(c.line, "%s: index option %s is not understood", t.Name, o.key)
		}
	}
	t.Indexes = append(t.Indexes, ix)
}

func (r *railsReader) check(t *Table, c *rbCall, expr rbValue) {
	text, ok := expr.str()
	if !ok {
		r.warn(c.line, "%s: a check without a literal expression is left out", t.Name)
		return
	}
	name, _ := c.opt("name")
	t.Checks = append(t.Checks, CheckConstraint{Name: name.text, Expression: text})
}
