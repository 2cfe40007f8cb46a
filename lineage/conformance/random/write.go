package random

import "strings"

// write makes a statement that writes to a table.
func (g *Generator) write() string {
	target := g.tables[g.n(len(g.tables))]
	for strings.HasSuffix(target.name, "*") {
		target = g.tables[g.n(len(g.tables))]
	}
	var cols []column
	for _, c := range target.cols {
		if g.chance(40) && len(cols) < 4 {
			cols = append(cols, c)
		}
	}
	if len(cols) == 0 {
		cols = target.cols[:1]
	}
	names := make([]string, len(cols))
	wanted := make([]column, len(cols))
	for i, c := range cols {
		names[i] = c.name
		wanted[i] = column{typ: c.typ}
	}
	list := " (" + strings.Join(names, ", ") + ")"
	switch g.n(7) {
	case 0:
		q, _ := g.query(nil, wanted, 3)
		return "insert into " + target.name + list + " " + q
	case 1:
		rows := "(" + strings.Join(g.exprs(&scope{}, cols, 2), ", ") + ")"
		if g.chance(40) {
			rows += ", (" + strings.Join(g.exprs(&scope{}, cols, 2), ", ") + ")"
		}
		return "insert " + g.one("", "into ") + target.name + list + " values " + rows
	case 2:
		s := &scope{}
		text := "update " + g.target(s, target) + " set "
		extra := ""
		if g.chance(40) {
			extra = " from " + g.item(s, 2)
		}
		return text + strings.Join(g.sets(s, target, cols), ", ") + extra + " where " + g.expr(s, tBool, 3)
	case 3:
		s := &scope{}
		return "delete from " + g.target(s, target) + " where " + g.expr(s, tBool, 3)
	case 4:
		return g.merge(target, cols, list)
	case 5:
		q, _ := g.query(nil, nil, 4)
		return g.one("create table p.d.made as ", "create or replace table p.d.made as ") + q
	}
	q, _ := g.query(nil, nil, 4)
	return "create or replace view p.d.made as " + q
}

func (g *Generator) target(s *scope, r relation) string {
	alias := g.alias(s)
	s.add(variable{name: alias, cols: r.cols, typ: structOf(r.cols...)})
	name := r.name
	if strings.HasSuffix(name, "*") {
		name = "`" + name + "`"
	}
	return name + g.one(" ", " as ") + alias
}

func (g *Generator) sets(s *scope, target relation, cols []column) []string {
	var out []string
	for _, c := range cols {
		name := c.name
		if c.typ.isStruct() && g.chance(40) {
			f := c.typ.fields[g.n(len(c.typ.fields))]
			name, c = name+"."+f.name, f
		}
		out = append(out, name+" = "+g.expr(s, c.typ, 2))
	}
	return out
}

func (g *Generator) merge(target relation, cols []column, list string) string {
	s := &scope{}
	text := "merge " + g.one("", "into ") + g.target(s, target) + " using "
	source := &scope{}
	for {
		source = &scope{}
		item := g.one("r", "")
		if item == "" {
			item = g.subquery(source, 2)
		} else {
			item = g.target(source, g.tables[g.n(len(g.tables))])
		}
		if name := source.vars[0].name; name != "" && !s.has(name) {
			text += item
			break
		}
	}
	both := &scope{vars: append(s.vars[:1:1], source.vars...), star: append(s.star[:len(s.star):len(s.star)], source.star...)}
	text += " on " + g.expr(both, tBool, 2)
	if g.chance(70) {
		text += " when matched" + g.and(both) + " then " + g.one("delete", "update set "+strings.Join(g.sets(both, target, cols), ", "))
	}
	if g.chance(70) {
		text += " when not matched" + g.and(source) + " then insert" + list + " values (" + strings.Join(g.exprs(source, cols, 2), ", ") + ")"
	}
	if g.chance(30) || strings.Count(text, " when ") == 0 {
		text += " when not matched by source" + g.and(s) + " then " + g.one("delete", "update set "+strings.Join(g.sets(s, target, cols), ", "))
	}
	return text
}

func (g *Generator) and(s *scope) string {
	if g.chance(50) {
		return ""
	}
	return " and " + g.expr(s, tBool, 2)
}
