package random

import (
	"slices"
	"strings"
)

// pipes writes a query with pipe operators.
func (g *Generator) pipes(outer *scope, want []column, d int) (string, []column) {
	top := g.top
	g.top = false
	s := &scope{outer: outer}
	text := "from " + g.from(s, d-1)
	if g.chance(20) {
		q, cols := g.selectQuery(outer, nil, d-1, "")
		s = &scope{outer: outer, star: cols}
		text = q
		if g.chance(50) {
			text = "(" + q + ")"
		}
	}
	for n := 1 + g.n(5); n > 0 && g.room > 0; n-- {
		g.room--
		if top && g.chance(20) {
			text += g.aside(s, text, d)
		}
		text += g.operator(s, d)
	}
	if top && g.chance(50) {
		out, cols := g.forked(s, text, d)
		return text + out, cols
	}
	if want != nil || g.chance(20) {
		items, cols := g.items(s, want, d-1)
		return text + " |> select " + strings.Join(items, ", "), cols
	}
	if cols, ok := s.together(); ok {
		return text, cols
	}
	return text + " |> select *", s.star
}

// together is what a query has without a select list: an element of an array is
// one column. It reports false where that cannot be told.
func (s *scope) together() ([]column, bool) {
	out := s.star
	for _, v := range s.vars {
		if !v.one || len(s.vars) == 1 && len(s.star) == len(v.cols) {
			continue
		}
		at := slices.IndexFunc(out, func(c column) bool { return c == v.cols[0] })
		if at < 0 || at+len(v.cols) > len(out) || !slices.Equal(out[at:at+len(v.cols)], v.cols) || named(out, v.cols[0].name) > 1 {
			return nil, false
		}
		out = slices.Concat(out[:at], []column{{v.name, v.typ}}, out[at+len(v.cols):])
	}
	return out, true
}

// only leaves a scope with these columns and nothing else.
func (s *scope) only(cols []column) {
	s.vars, s.star = nil, cols
}

// operator writes one pipe operator and changes the scope by it.
func (g *Generator) operator(s *scope, d int) string {
	for {
		switch g.n(20) {
		case 0, 1:
			return " |> where " + g.expr(s, tBool, d-1)
		case 2, 3:
			items, cols := g.items(s, nil, d-1)
			s.only(cols)
			return " |> select " + g.one("", "", "", "distinct ") + strings.Join(items, ", ")
		case 4, 5:
			with := *s
			with.window = g.chance(30)
			text, c := g.itemOf(&with, column{typ: g.readable(s)}, s.star, d-1)
			s.star = append(s.star[:len(s.star):len(s.star)], c)
			return " |> extend " + text
		case 6:
			if at, ok := g.unique(s); ok {
				star := append([]column(nil), s.star...)
				star[at].typ = g.readable(s)
				text := " |> set " + star[at].name + " = " + g.expr(s, star[at].typ, d-1)
				s.star = star
				return text
			}
		case 7:
			if at, ok := g.unique(s); ok && len(s.star) > 1 {
				name := s.star[at].name
				s.star = append(append([]column(nil), s.star[:at]...), s.star[at+1:]...)
				return " |> drop " + g.ident(name)
			}
		case 8:
			if at, ok := g.unique(s); ok {
				star := append([]column(nil), s.star...)
				star[at].name = g.outputName(star)
				text := " |> rename " + s.star[at].name + g.one(" as ", " ") + star[at].name
				s.star = star
				return text
			}
		case 9, 10:
			return g.pipeAggregate(s, d)
		case 11:
			return strings.Replace(g.orderBy(s, nil, false), " order", " |> order", 1)
		case 12:
			return " |> limit 3"
		case 13, 14:
			text := g.join(s, d-1)
			if strings.HasPrefix(text, ",") {
				text = " cross join" + text[1:]
			}
			return " |>" + text
		case 15:
			for _, c := range s.star {
				if !c.typ.groups() {
					return ""
				}
			}
			return " |> distinct"
		case 16:
			alias := g.alias(&scope{})
			star, ok := s.together()
			if !ok || slices.ContainsFunc(s.vars, func(v variable) bool { return v.one }) && g.chance(50) {
				return ""
			}
			s.vars, s.star = nil, nil
			s.add(variable{name: alias, cols: star, typ: structOf(star...)})
			return " |> as " + alias
		case 17:
			return g.pipeSet(s, d)
		case 18:
			if text := g.pipeTurn(s, d); text != "" {
				return text
			}
		case 19:
			switch g.n(5) {
			case 3:
				q, cols := g.items(s, nil, d-1)
				s.only(nil)
				s.add(variable{cols: cols, typ: structOf(cols...), one: true})
				return " |> select as struct " + strings.Join(q, ", ")
			case 4:
				if text := g.pipeRecursive(s, d); text != "" {
					return text
				}
				continue
			case 0:
				return " |> tablesample system (10 percent)"
			case 1:
				return " |> assert " + g.expr(s, tBool, 1) + ", 'no', " + g.expr(s, tStr, 1)
			}
			name := g.one("pc", "c", "pairs")
			q, cols := g.query(s.outer, nil, d-1)
			g.with = append(g.with[:len(g.with):len(g.with)], relation{name, cols})
			return " |> with " + name + " as (" + q + ")"
		}
	}
}

// unique returns the place of a column whose name is the only one.
func (g *Generator) unique(s *scope) (int, bool) {
	if len(s.star) == 0 {
		return 0, false
	}
	at := g.n(len(s.star))
	name := s.star[at].name
	return at, name != "" && named(s.star, name) == 1
}

func (g *Generator) pipeAggregate(s *scope, d int) string {
	in := *s
	one := &scope{outer: s.outer, vars: s.vars, grouped: &in}
	var calls, keys []string
	var cols, made []column
	for range g.n(3) {
		u := g.readable(s)
		if !u.groups() {
			continue
		}
		text, c := g.itemOf(s, column{typ: u}, cols, 1)
		keys, cols = append(keys, text), append(cols, c)
	}
	for range 1 + g.n(2) {
		u := g.readable(s)
		name := g.outputName(append(cols, made...))
		calls, made = append(calls, g.expr(one, u, d-2)+" as "+name), append(made, column{name, u})
	}
	s.only(append(cols, made...))
	text := " |> aggregate " + strings.Join(calls, ", ")
	if len(keys) > 0 {
		text += g.one(" group by ", " group by ", " group by ", " group and order by ") + strings.Join(keys, ", ")
	}
	return text
}

func (g *Generator) pipeSet(s *scope, d int) string {
	op := g.one("union all", "union distinct", "except distinct", "intersect distinct")
	next := make([]column, len(s.star))
	for i, c := range s.star {
		next[i] = column{typ: c.typ}
		if !c.typ.groups() {
			op = "union all"
		}
	}
	if len(next) == 0 || len(next) > 6 {
		return ""
	}
	byName := g.chance(25)
	for i, c := range s.star {
		if c.name == "" || named(s.star, c.name) > 1 {
			byName = false
		}
		if byName {
			next[i].name = c.name
		}
	}
	mode := " "
	if byName {
		g.r.Shuffle(len(next), func(i, j int) { next[i], next[j] = next[j], next[i] })
		mode = " by name "
	} else {
		for i := range next {
			next[i].name = ""
		}
	}
	q, _ := g.query(s.outer, next, d-1)
	s.only(s.star)
	return " |> " + op + mode + "(" + q + ")"
}

// pipeRecursive adds rows that are made of those before.
func (g *Generator) pipeRecursive(s *scope, d int) string {
	cols, ok := s.together()
	if !ok || len(cols) == 0 || len(cols) > 6 {
		return ""
	}
	was := g.simple
	g.simple = true
	defer func() { g.simple = was }()
	alias := g.alias(s)
	inner := &scope{outer: s.outer}
	inner.add(variable{name: alias, cols: cols, typ: structOf(cols...)})
	text := " |> recursive union all (|> where " + g.expr(inner, tBool, 1) + " |> select "
	items := make([]string, len(cols))
	for i, c := range cols {
		items[i] = g.expr(inner, c.typ, 1)
	}
	s.vars, s.star = nil, nil
	s.add(variable{name: alias, cols: cols, typ: structOf(cols...)})
	return text + strings.Join(items, ", ") + ") as " + alias
}

// pipeTurn selects columns that PIVOT or UNPIVOT can work with, and does it.
func (g *Generator) pipeTurn(s *scope, d int) string {
	cols := []column{{"product", tStr}, {"k", tStr}, {"amount", tInt}}
	clause := g.pivotClause
	if g.chance(50) {
		cols = []column{{"q1", tInt}, {"product", tStr}, {"q2", tInt}, {"q3", tInt}, {"q4", tInt}}
		clause = g.unpivotClause
	}
	was := g.unlike
	g.unlike = true
	items, _ := g.items(s, cols, 1)
	g.unlike = was
	text, made := clause(cols)
	s.only(made)
	return " |> select " + strings.Join(items, ", ") + " |>" + text
}
