package random

import "strings"

// from fills a scope with the items of a FROM clause and writes it.
func (g *Generator) from(s *scope, d int) string {
	out := g.item(s, d)
	for g.more(30) {
		out += g.join(s, d)
	}
	return out
}

// join writes a join of one more item. USING merges columns.
func (g *Generator) join(s *scope, d int) string {
	switch g.n(10) {
	case 0, 1:
		return g.one(", ", " cross join ") + g.item(s, d)
	case 2, 3:
		if text, ok := g.pathItem(s); ok {
			return g.one(", ", " cross join ", " left join ", " join ") + text
		}
	case 4, 5, 6:
		before := append([]column(nil), s.star...)
		mark := len(s.vars)
		text := g.item(s, d)
		if len(s.vars) == mark {
			return ", " + text
		}
		right := s.star[len(before):]
		var keys []string
		var merged, rest []column
		for _, c := range before {
			if named(before, c.name) == 1 && named(right, c.name) == 1 && c.typ.orders() && (len(keys) == 0 || g.chance(30)) && !s.has(c.name) {
				keys = append(keys, c.name)
				merged = append(merged, c)
			}
		}
		if len(keys) == 0 {
			return " join " + text + " on " + g.expr(s, tBool, 1)
		}
		for _, c := range append(before, right...) {
			if named(merged, c.name) == 0 {
				rest = append(rest, c)
			}
		}
		s.star = append(merged, rest...)
		return g.one(" join ", " left join ", " right join ", " full join ") + text + " using (" + strings.Join(keys, ", ") + ")"
	}
	text := g.item(s, d)
	return g.one(" join ", " left join ", " right join ", " full join ") + text + " on " + g.expr(s, tBool, 1)
}

// item writes one item of FROM.
func (g *Generator) item(s *scope, d int) string {
	for {
		if len(g.functions) > 0 && g.chance(30) && !g.simple {
			if text, ok := g.madeRows(s); ok {
				return text
			}
		}
		switch n := g.n(100); {
		case n < 30 || g.room <= 0:
			if len(g.with) > 0 && g.chance(60) {
				return g.relation(s, g.with[g.n(len(g.with))])
			}
			return g.relation(s, g.tables[g.n(len(g.tables))])
		case n < 48:
			if len(g.with) > 0 {
				return g.relation(s, g.with[g.n(len(g.with))])
			}
		case n < 68 && d > 0 && !g.simple:
			g.room--
			return g.subquery(s, d-1)
		case n < 78:
			return g.unnest(s, d)
		case n < 83 && d > 0 && !g.simple:
			g.room--
			return g.pivot(s, d-1)
		case n < 88 && d > 0 && !g.simple:
			g.room--
			return g.unpivot(s, d-1)
		case n < 92 && d > 0 && !g.simple:
			g.room--
			inner := &scope{outer: s.outer}
			text := g.item(inner, d-1) + g.join(inner, d-1)
			for _, v := range inner.vars {
				if s.has(v.name) {
					return g.relation(s, g.tables[g.n(len(g.tables))])
				}
			}
			s.vars = append(s.vars, inner.vars...)
			s.star = append(s.star, inner.star...)
			return "(" + text + ")"
		}
	}
}

func (g *Generator) relation(s *scope, r relation) string {
	name := r.name
	short := name[strings.LastIndexByte(name, '.')+1:]
	wild := strings.HasSuffix(name, "*")
	quoted := strings.Contains(name, ".") && g.chance(8) || wild
	if quoted {
		name = "`" + name + "`"
	}
	alias := short
	// For the analyzer a name that is quoted as a whole has no last part.
	if s.has(short) || g.chance(65) || quoted {
		alias = g.alias(s)
		name += g.one(" as ", " ") + alias
	}
	s.add(variable{name: alias, cols: r.cols, typ: structOf(r.cols...), wild: wild})
	if strings.Contains(r.name, ".") && g.chance(3) {
		name += " tablesample system (10 percent)"
	}
	return name
}

func (g *Generator) subquery(s *scope, d int) string {
	// An item of FROM sees what is outside of the query, not its neighbours.
	if g.chance(8) {
		return g.values(s, d)
	}
	q, cols := g.query(s.outer, nil, d)
	alias := ""
	text := "(" + q + ")"
	if g.chance(85) {
		alias = g.alias(s)
		text += g.one(" as ", " ") + alias
	}
	s.add(variable{name: alias, cols: cols, typ: structOf(cols...)})
	return text
}

// values writes a subquery whose rows are values: structs, or others.
func (g *Generator) values(s *scope, d int) string {
	v := variable{name: g.alias(s)}
	var q string
	if g.chance(70) {
		q, v.cols = g.selectQuery(s.outer, nil, d, "as struct ")
		v.typ, v.one = structOf(v.cols...), true
	} else {
		v.typ = g.anyType(2)
		q, _ = g.selectQuery(s.outer, []column{{"", v.typ}}, d, "as value ")
		if v.typ.isStruct() {
			v.cols, v.one = v.typ.fields, true
		}
	}
	s.add(v)
	return "(" + q + ")" + g.one(" as ", " ") + v.name
}

// zipped writes an UNNEST of several arrays at once.
func (g *Generator) zipped(s *scope) string {
	var args []string
	last := ""
	for range 2 {
		r, ok := g.find(s, (*typ).isArray)
		if !ok {
			r = ref{"generate_array(1, 3)", arrayOf(tInt)}
		}
		v := variable{name: g.alias(s), typ: r.typ.elem}
		for v.name == last {
			v.name = g.alias(s)
		}
		last = v.name
		if v.typ.isStruct() {
			v.cols, v.one = v.typ.fields, true
		}
		args = append(args, r.text+" as "+v.name)
		defer s.add(v) // the second does not see the first
	}
	return "unnest(" + strings.Join(args, ", ") + g.one("", "", ", mode => 'TRUNCATE'") + ")"
}

// unnest writes an UNNEST of anything that is an array.
func (g *Generator) unnest(s *scope, d int) string {
	if g.chance(6) && !g.simple {
		return g.zipped(s)
	}
	var text string
	var t *typ
	r, ok := g.find(s, (*typ).isArray)
	switch {
	case ok && g.chance(70):
		text, t = r.text, r.typ
	case g.simple:
		text, t = "generate_array(1, 3)", arrayOf(tInt)
	default:
		e := g.anyType(2)
		for e.isArray() {
			e = g.anyType(2)
		}
		t = arrayOf(e)
		text = g.expr(s, t, d-1)
	}
	return "unnest(" + text + ")" + g.element(s, t.elem, 85)
}

// element enters the element of an array and writes its alias and offset.
func (g *Generator) element(s *scope, t *typ, aliased int) string {
	v := variable{typ: t}
	out := ""
	if t.isStruct() {
		v.cols, v.one = t.fields, true
	}
	if g.chance(aliased) {
		v.name = g.alias(s)
		out = g.one(" as ", " ") + v.name
	}
	s.add(v)
	if g.chance(25) {
		at := "offset"
		out += " with offset"
		if g.chance(70) {
			at = g.one("off", "n", "pos", "id")
			out += g.one(" as ", " ") + at
		}
		if !s.has(at) {
			s.add(variable{name: at, typ: tInt})
		}
	}
	return out
}

// pathItem writes a join with an array of an item to the left: "o.items as i".
func (g *Generator) pathItem(s *scope) (string, bool) {
	var list []ref
	for _, v := range s.vars {
		for _, c := range v.cols {
			if v.name != "" && c.name != "" && c.typ.isArray() && named(v.cols, c.name) == 1 {
				list = append(list, ref{v.name + "." + c.name, c.typ})
			}
		}
	}
	if len(list) == 0 {
		return "", false
	}
	r := list[g.n(len(list))]
	if g.chance(40) {
		return "unnest(" + r.text + ")" + g.element(s, r.typ.elem, 90), true
	}
	return r.text + g.element(s, r.typ.elem, 100), true
}

func (g *Generator) pivot(s *scope, d int) string {
	cols := []column{{"product", tStr}, {"k", g.oneType(tStr, tInt)}, {"amount", tInt}, {"v", g.oneType(tInt, tStr, tDate)}}
	cols = cols[:3+g.n(2)]
	in := g.input(s, cols, d)
	if g.chance(20) {
		in, cols = "p.d.sales", []column{{"product", tStr}, {"quarter", tStr}, {"amount", tInt}, {"region", tStr}}
	}
	text, made := g.pivotClause(cols)
	alias := g.alias(s)
	s.add(variable{name: alias, cols: made, typ: structOf(made...)})
	return in + text + " as " + alias
}

// input writes a query with such columns, in parentheses.
func (g *Generator) input(s *scope, cols []column, d int) string {
	was := g.unlike
	g.unlike = true // the analyzer takes out all copies of a column
	q, _ := g.query(s.outer, cols, d)
	g.unlike = was
	return "(" + q + ")"
}

func (g *Generator) oneType(list ...*typ) *typ { return list[g.n(len(list))] }

// pivotClause turns the second column, with aggregates of some of the others.
func (g *Generator) pivotClause(cols []column) (string, []column) {
	key := cols[1]
	values := []string{"'q1'", "'q2'"}
	names := []string{"q1", "q2"}
	if key.typ == tInt {
		values, names = []string{"1", "2"}, []string{"_1", "_2"}
	}
	for i := range values {
		if g.chance(40) {
			names[i] = g.one("one", "two", "id", "a") + string(rune('x'+i))
			values[i] += " as " + names[i]
		}
	}
	used := map[string]bool{key.name: true}
	var calls, suffixes []string
	var types []*typ
	single := g.chance(50)
	for i := 2; i < len(cols); i++ {
		if i > 2 && single {
			break
		}
		c := cols[i]
		used[c.name] = true
		call, suffix := g.one("max", "min", "any_value")+"("+c.name+")", ""
		t := c.typ
		if g.chance(30) {
			call, t = "count("+c.name+")", tInt
		}
		if !single || g.chance(30) {
			suffix = g.one("m", "n", "s") + string(rune('0'+i))
			call += " as " + suffix
		}
		calls, suffixes, types = append(calls, call), append(suffixes, suffix), append(types, t)
	}
	var made []column
	for _, c := range cols {
		if !used[c.name] {
			made = append(made, c)
		}
	}
	for i := range values {
		for j := range calls {
			name := names[i]
			if suffixes[j] != "" {
				name = suffixes[j] + "_" + name
			}
			made = append(made, column{name, types[j]})
		}
	}
	return " pivot (" + strings.Join(calls, ", ") + " for " + key.name + " in (" + strings.Join(values, ", ") + "))", made
}

func (g *Generator) unpivot(s *scope, d int) string {
	t := g.oneType(tInt, tStr)
	cols := []column{{"q1", t}, {"product", tStr}, {"q2", t}, {"id", tInt}, {"q3", t}, {"q4", t}}
	in := g.input(s, cols, d)
	if g.chance(30) {
		in, cols = "p.d.wide", []column{{"product", tStr}, {"q1", tInt}, {"q2", tInt}, {"q3", tInt}, {"q4", tInt}}
	}
	text, made := g.unpivotClause(cols)
	alias := g.alias(s)
	s.add(variable{name: alias, cols: made, typ: structOf(made...)})
	return in + text + " as " + alias
}

// unpivotClause turns q1, q2 and q3.
func (g *Generator) unpivotClause(cols []column) (string, []column) {
	nulls := g.one("", " include nulls", " exclude nulls")
	rest := func(gone ...string) []column {
		var out []column
		for _, c := range cols {
			if !strings.Contains(" "+strings.Join(gone, " ")+" ", " "+c.name+" ") {
				out = append(out, c)
			}
		}
		return out
	}
	t := tInt
	for _, c := range cols {
		if c.name == "q1" {
			t = c.typ
		}
	}
	if g.chance(30) {
		made := append(rest("q1", "q2", "q3", "q4"), column{"v", t}, column{"w", t}, column{"h", tStr})
		return " unpivot" + nulls + " ((v, w) for h in ((q1, q2) as 'x', (q3, q4) as 'y'))", made
	}
	if g.chance(30) {
		return " unpivot" + nulls + " (v for h in (q1 as 1, q2 as 2))", append(rest("q1", "q2"), column{"v", t}, column{"h", tInt})
	}
	return " unpivot" + nulls + " (v for h in (q1, q2, q3))", append(rest("q1", "q2", "q3"), column{"v", t}, column{"h", tStr})
}
