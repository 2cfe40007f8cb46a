package random

// aggregate writes a call of an aggregate function with a result of a type.
func (g *Generator) aggregate(s *scope, t *typ) string {
	in := s.grouped
	if in == nil {
		in = s
	}
	g.room--
	arg := func(u *typ) string { return g.expr(in, u, 1) }
	order := func() string {
		if !g.chance(40) {
			return ""
		}
		u := g.readable(in)
		if !u.orders() {
			u = tInt
		}
		return " order by " + arg(u) + g.one("", " desc") + g.one("", "", " limit 2")
	}
	if t.isArray() {
		if g.chance(12) {
			return "array_concat_agg(" + arg(t) + order() + ")"
		}
		return "array_agg(" + arg(t.elem) + g.one("", "", " ignore nulls") + order() + ")"
	}
	if g.chance(35) || !t.orders() {
		if g.chance(30) {
			return "array_agg(" + arg(t) + order() + ")" + g.one("[offset(0)]", "[safe_offset(1)]")
		}
		having := ""
		if g.chance(30) {
			having = g.one(" having max ", " having min ") + arg(tInt)
		}
		return "any_value(" + arg(t) + having + ")"
	}
	distinct := g.one("", "", "distinct ")
	switch t {
	case tInt:
		switch g.n(6) {
		case 0:
			return "count(*)"
		case 1:
			u := g.readable(in)
			if !u.groups() {
				distinct = ""
			}
			return "count(" + distinct + arg(u) + ")"
		case 2:
			return "countif(" + arg(tBool) + ")"
		case 3:
			return "approx_count_distinct(" + arg(tStr) + ")"
		}
		return "sum(" + distinct + arg(tInt) + ")"
	case tFloat:
		return g.one("avg", "stddev", "sum") + "(" + arg(tFloat) + ")"
	case tNum:
		return g.one("avg", "sum", "max") + "(" + arg(tNum) + ")"
	case tStr:
		if g.chance(60) {
			return "string_agg(" + arg(tStr) + g.one("", ", '-'") + order() + ")"
		}
	case tBool:
		return g.one("logical_or", "logical_and") + "(" + arg(tBool) + ")"
	}
	return g.one("max", "min") + "(" + arg(t) + ")"
}

// windowCall writes a window function with a result of a type.
func (g *Generator) windowCall(s *scope, t *typ) string {
	plain := *s
	plain.window = false
	in := &plain
	g.room--
	call, needsOrder, frame := "", false, true
	switch n := g.n(10); {
	case t == tInt && n < 5:
		call = g.one("row_number()", "rank()", "dense_rank()", "ntile(3)")
		needsOrder, frame = true, false
	case n < 7:
		e := g.expr(in, t, 1)
		call = g.one("lag("+e+")", "lead("+e+")", "lag("+e+", 1, "+g.literal(t)+")")
		needsOrder, frame = true, false
	case n < 9 || !t.orders():
		call = g.one("first_value(", "last_value(") + g.expr(in, t, 1) + g.one("", " ignore nulls") + ")"
		needsOrder = true
	case t == tInt || t == tNum || t == tFloat:
		call = "sum(" + g.expr(in, t, 1) + ")"
	default:
		call = g.one("max(", "min(", "any_value(") + g.expr(in, t, 1) + ")"
	}
	if len(s.windows) > 0 && g.chance(60) {
		return call + " over " + g.one(s.windows...)
	}
	return call + " over (" + g.windowSpec(in, needsOrder || g.chance(40), frame) + ")"
}

func (g *Generator) windowSpec(s *scope, ordered, frame bool) string {
	out := ""
	if g.chance(60) {
		u := g.readable(s)
		if !u.groups() || !u.orders() {
			u = tStr
		}
		out = "partition by " + g.expr(s, u, 1)
	}
	if ordered {
		u := g.readable(s)
		if !u.orders() {
			u = tInt
		}
		if out != "" {
			out += " "
		}
		out += "order by " + g.expr(s, u, 1) + g.one("", " desc", " nulls last")
		if frame && g.chance(30) {
			out += " rows between 1 preceding and current row"
		}
	}
	return out
}
