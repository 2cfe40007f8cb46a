package random

import "strings"

// query writes a query with the columns of want, or with any if that is nil. A
// wanted name of "" may be any.
func (g *Generator) query(outer *scope, want []column, d int) (string, []column) {
	if d <= 0 || g.room <= 0 {
		return g.selectQuery(outer, want, d, "")
	}
	g.room--
	switch n := g.n(100); {
	case n < 14 && !g.simple:
		return g.withQuery(outer, want, d)
	case n < 26 && !g.simple:
		return g.setOperation(outer, want, d)
	case n < 42 && !g.simple:
		return g.pipes(outer, want, d)
	case n < 45:
		q, cols := g.query(outer, want, d-1)
		return "(" + q + ")", cols
	}
	return g.selectQuery(outer, want, d, "")
}

func (g *Generator) withQuery(outer *scope, want []column, d int) (string, []column) {
	before := g.with
	defer func() { g.with = before }()
	var parts []string
	recursive := g.chance(25)
	taken := map[string]bool{}
	for range 1 + g.n(3) {
		name := g.one("c", "c1", "c2", "pairs", "t", "base", "src")
		if taken[name] {
			continue
		}
		taken[name] = true
		var text string
		var cols []column
		if recursive && g.chance(70) {
			text, cols = g.recursive(name, d-1)
		} else {
			text, cols = g.query(outer, nil, d-1)
		}
		parts = append(parts, name+" as ("+text+")")
		g.with = append(g.with[:len(g.with):len(g.with)], relation{name, cols})
	}
	head := "with "
	if recursive {
		head = "with recursive "
	}
	q, cols := g.query(outer, want, d-1)
	if strings.HasPrefix(q, "with ") {
		q = "(" + q + ")"
	}
	return head + strings.Join(parts, ", ") + " " + q, cols
}

// recursive writes a query that reads itself.
func (g *Generator) recursive(name string, d int) (string, []column) {
	first, cols := g.selectQuery(nil, nil, d-1, "")
	before, was := g.with, g.simple
	defer func() { g.with, g.simple = before, was }()
	g.simple = true
	s := &scope{}
	text := g.relation(s, relation{name, cols})
	if g.chance(50) {
		text += g.join(s, 1)
	}
	items := make([]string, len(cols))
	for i, c := range cols {
		items[i] = g.expr(s, c.typ, 1)
	}
	second := "select " + strings.Join(items, ", ") + " from " + text
	if g.chance(50) {
		second += " where " + g.expr(s, tBool, 1)
	}
	return first + " union " + g.one("all ", "all ", "distinct ") + second, cols
}

func (g *Generator) setOperation(outer *scope, want []column, d int) (string, []column) {
	left, cols := g.branch(outer, want, d)
	if g.chance(20) {
		left, cols = g.query(outer, want, d-1)
		left = "(" + left + ")"
	}
	op := g.one("union all", "union all", "union all", "union distinct", "intersect distinct", "except distinct")
	for _, c := range cols {
		if !c.typ.groups() {
			op = "union all"
		}
	}
	byName := g.chance(30)
	for i, c := range cols {
		if c.name == "" || named(cols, c.name) > 1 || want != nil && want[i].name == "" {
			byName = false
		}
	}
	out := left
	for range 1 + g.n(2) {
		next := make([]column, len(cols))
		for i, c := range cols {
			next[i] = column{typ: c.typ}
			if (c.typ == tNum || c.typ == tFloat) && g.chance(10) {
				next[i].typ = tInt
			}
			if byName {
				next[i].name = c.name
			}
		}
		mode := ""
		if byName {
			g.r.Shuffle(len(next), func(i, j int) { next[i], next[j] = next[j], next[i] })
			mode = g.one(" by name", " strict corresponding", " corresponding")
			if g.chance(30) && len(next) > 1 {
				next = next[:len(next)-1]
				mode = g.one("full outer ", "left outer ", "inner ", "full ", "left ") + op + g.one(" by name", " corresponding")
				out += " " + mode + " "
				mode = "-"
			}
		}
		if mode != "-" {
			out += " " + op + mode + " "
		}
		right, _ := g.branch(outer, next, d)
		if g.chance(15) {
			right, _ = g.query(outer, next, d-1)
			right = "(" + right + ")"
		}
		out += right
		if g.chance(60) || byName {
			break
		}
	}
	if g.chance(15) && len(cols) > 0 && cols[0].typ.orders() {
		out += " order by 1"
	}
	if g.chance(10) {
		out += " limit 5"
	}
	return out, cols
}

// branch writes one SELECT of a set operation.
func (g *Generator) branch(outer *scope, want []column, d int) (string, []column) {
	was := g.unordered
	defer func() { g.unordered = was }()
	g.unordered = true
	return g.selectQuery(outer, want, d-1, "")
}

// selectQuery writes one SELECT. With as it is the head of a value table, whose
// columns are those of want, or some.
func (g *Generator) selectQuery(outer *scope, want []column, d int, as string) (string, []column) {
	ordered := !g.unordered
	was := g.unordered
	defer func() { g.unordered = was }()
	g.unordered = false
	s := &scope{outer: outer}
	text := ""
	if g.chance(94) {
		text = " from " + g.from(s, d-1)
	}
	if g.more(35) && text != "" {
		text += " where " + g.expr(s, tBool, d)
	}
	switch {
	case g.simple:
	case g.more(18) && text != "":
		return g.grouped(s, want, text, d, as, ordered)
	case g.more(8) && want != nil:
		// All rows are one group.
		return g.grouped(s, want, text, -d, as, false)
	}
	inner := *s
	tail := ""
	if text != "" && !g.simple {
		if g.more(12) {
			tail = " window w1 as (" + g.windowSpec(s, true, false) + ")"
			inner.windows = []string{"w1"}
			if g.chance(50) {
				tail += ", w2 as (" + g.one("w1", g.windowSpec(s, true, false)) + ")"
				inner.windows = append(inner.windows, "w2")
			}
		}
		inner.window = g.chance(25)
	}
	items, cols := g.items(&inner, want, d)
	distinct := ""
	if as == "" && text != "" && g.chance(5) {
		distinct = "distinct "
		for _, c := range cols {
			if !c.typ.groups() {
				distinct = ""
			}
		}
	}
	after := ""
	if inner.window && g.chance(40) {
		named := &scope{outer: outer, vars: s.vars, star: append(append([]column(nil), cols...), s.star...)}
		if g.chance(50) {
			after += " qualify " + g.windowCall(&inner, tInt) + " = " + g.expr(named, tInt, 1)
		} else {
			after += " qualify " + g.expr(&inner, tBool, 2) + " and " + g.windowCall(&inner, tInt) + " > 1"
		}
	}
	after += tail
	if ordered && text != "" {
		after += g.orderBy(&inner, cols, distinct != "")
		if g.chance(6) {
			after += " limit 3"
		}
	}
	return "select " + as + distinct + strings.Join(items, ", ") + text + after, cols
}

// orderBy orders by ordinals, aliases, or what the rows have.
func (g *Generator) orderBy(s *scope, cols []column, distinct bool) string {
	if g.simple || !g.more(14) {
		return ""
	}
	var out []string
	for range 1 + g.n(2) {
		at := -1
		if len(cols) > 0 {
			at = g.n(len(cols))
		}
		if at >= 0 && !cols[at].typ.orders() {
			at = -1
		}
		switch n := g.n(10); {
		case at >= 0 && n < 3:
			out = append(out, itoa(at+1))
		case at >= 0 && cols[at].name != "" && named(cols, cols[at].name) == 1 && n < 7:
			out = append(out, cols[at].name+g.one("", " desc"))
		case !distinct:
			u := g.readable(s)
			if !u.orders() {
				u = tInt
			}
			out = append(out, g.expr(s, u, 1)+g.one("", " desc nulls last"))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return " order by " + strings.Join(out, ", ")
}
