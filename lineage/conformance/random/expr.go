package random

import (
	"strconv"
	"strings"
)

// expr writes an expression of a type.
func (g *Generator) expr(s *scope, t *typ, d int) string {
	if d <= 0 || g.room <= 0 || g.chance(35) {
		return g.leaf(s, t)
	}
	g.room--
	switch n := g.n(100); {
	case n < 20:
		list := generic
		if t.isArray() {
			list = generic[:len(generic)-2] // there are no arrays of arrays
		}
		return g.fill(s, t, d, list[g.n(len(list))])
	case n < 27:
		return g.scalarQuery(s, t, d)
	case n < 30:
		// A field of a struct that is built for it.
		u := structOf(column{"p", g.anyType(1)}, column{g.one("q", "id", "a"), t})
		return "(" + g.expr(s, u, d-1) + ")." + u.fields[1].name
	case n < 34 && !t.isArray():
		return "(" + g.expr(s, arrayOf(t), d-1) + ")" + g.one("[offset(0)]", "[safe_offset(0)]", "[0]", "[ordinal("+g.expr(s, tInt, d-2)+")]")
	case n < 37 && s.grouped == nil:
		inner := &scope{outer: s}
		name := g.one("w", "id", "x")
		u := g.readable(s)
		inner.add(variable{name: name, typ: u})
		return "with(" + name + " as " + g.expr(s, u, d-1) + ", " + g.expr(inner, t, d-1) + ")"
	}
	switch {
	case t.isStruct():
		return g.structExpr(s, t, d)
	case t.isArray():
		return g.arrayExpr(s, t, d)
	}
	if list := templates[t]; len(list) > 0 {
		return g.fill(s, t, d, list[g.n(len(list))])
	}
	return g.leaf(s, t)
}

// leaf reads a column, aggregates, or is a literal.
func (g *Generator) leaf(s *scope, t *typ) string {
	if g.parameter != "" && g.chance(12) {
		if text, ok := g.scripted(s, t, 2); ok {
			return text
		}
	}
	if s.window && g.chance(20) {
		return g.windowCall(s, t)
	}
	if s.grouped != nil && g.chance(60) {
		return g.aggregate(s, t)
	}
	if g.chance(88) {
		if r, ok := g.findOf(s, t); ok {
			return r.text
		}
		if s.grouped != nil {
			return g.aggregate(s, t)
		}
		if t.isStruct() || t.isArray() {
			return g.built(s, t)
		}
		// A conversion of something else.
		if r, ok := g.find(s, func(u *typ) bool { return u == tStr }); ok && g.chance(60) && t != tStr && t != tGeo && t != tRange {
			if t == tJSON {
				return "parse_json(" + r.text + ")"
			}
			return g.one("cast", "safe_cast") + "(" + r.text + " as " + strings.ToLower(t.name) + ")"
		}
	}
	return g.literal(t)
}

// built makes a struct or an array of leaves.
func (g *Generator) built(s *scope, t *typ) string {
	if t.isArray() {
		return "[" + g.leaf(s, t.elem) + "]"
	}
	parts := make([]string, len(t.fields))
	for i, f := range t.fields {
		parts[i] = g.leaf(s, f.typ)
		if f.name != "" {
			parts[i] += " as " + f.name
		}
	}
	return "struct(" + strings.Join(parts, ", ") + ")"
}

func (g *Generator) literal(t *typ) string {
	switch t {
	case tInt:
		return strconv.Itoa(g.n(9))
	case tFloat:
		return "1e3"
	case tNum:
		return "numeric '1.5'"
	case tBig:
		return "bignumeric '2'"
	case tBool:
		return g.one("true", "false")
	case tStr:
		return g.one("'a'", "'q1'", "\"b\"", "r'x'")
	case tBytes:
		return "b'a'"
	case tDate:
		return g.one("date '2020-01-01'", "current_date()")
	case tDT:
		return "datetime '2020-01-01 00:00:00'"
	case tTime:
		return "time '10:00:00'"
	case tTS:
		return g.one("timestamp '2020-01-01 00:00:00+00'", "current_timestamp()")
	case tIv:
		return "interval 1 day"
	case tJSON:
		return "json '{\"a\": 1}'"
	case tGeo:
		return "st_geogpoint(1.0, 2.0)"
	case tRange:
		return "range<date> '[2020-01-01, 2021-01-01)'"
	}
	return "cast(null as " + t.String() + ")"
}

func (g *Generator) structExpr(s *scope, t *typ, d int) string {
	switch n := g.n(10); {
	case n < 2 && s.grouped == nil && !s.window:
		q, _ := g.selectQuery(s, t.fields, d-1, "as struct ")
		return "(" + q + ")"
	case n < 3:
		return "cast(" + g.built(s, t) + " as " + t.String() + ")"
	case n < 4:
		return "struct" + strings.TrimPrefix(t.String(), "STRUCT") + "(" + strings.Join(g.exprs(s, t.fields, d-1), ", ") + ")"
	}
	parts := g.exprs(s, t.fields, d-1)
	for i, f := range t.fields {
		if f.name != "" {
			parts[i] += " as " + f.name
		}
	}
	return "struct(" + strings.Join(parts, ", ") + ")"
}

func (g *Generator) exprs(s *scope, list []column, d int) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = g.expr(s, c.typ, d)
	}
	return out
}

func (g *Generator) arrayExpr(s *scope, t *typ, d int) string {
	lambda := func(u *typ) (string, *scope) {
		name := g.one("e", "id", "z", "x")
		inner := &scope{outer: s}
		inner.add(variable{name: name, typ: u})
		if u.isStruct() {
			inner.vars[0].cols, inner.star = u.fields, nil
		}
		return name, inner
	}
	switch g.n(10) {
	case 0, 1, 2:
		q, _ := g.query(s, []column{{"", t.elem}}, d-1)
		return "array(" + q + ")"
	case 3:
		if t.elem.isStruct() && s.grouped == nil && !s.window {
			q, _ := g.selectQuery(s, t.elem.fields, d-1, "as struct ")
			return "array(" + q + ")"
		}
	case 4:
		name, inner := lambda(t.elem)
		return "array_filter(" + g.expr(s, t, d-1) + ", " + name + " -> " + g.expr(inner, tBool, d-1) + ")"
	case 5:
		u := g.anyType(1)
		if r, ok := g.find(s, (*typ).isArray); ok {
			u = r.typ.elem
		}
		if !u.isArray() {
			name, inner := lambda(u)
			if g.chance(25) {
				inner.add(variable{name: "pos", typ: tInt})
				return "array_transform(" + g.expr(s, arrayOf(u), d-1) + ", (" + name + ", pos) -> " + g.expr(inner, t.elem, d-1) + ")"
			}
			return "array_transform(" + g.expr(s, arrayOf(u), d-1) + ", " + name + " -> " + g.expr(inner, t.elem, d-1) + ")"
		}
	case 6:
		return g.fill(s, t, d, g.one("array_concat({e}, {e})", "array_reverse({e})", "array_slice({e}, 0, {i})"))
	case 7:
		switch t.elem {
		case tInt:
			return g.fill(s, t, d, "generate_array({i}, {i})")
		case tStr:
			return g.fill(s, t, d, g.one("split({s}, ',')", "regexp_extract_all({s}, 'x')", "json_value_array({j}, '$.a')"))
		case tDate:
			return g.fill(s, t, d, "generate_date_array({d}, {d})")
		case tJSON:
			return g.fill(s, t, d, "json_query_array({j}, '$.a')")
		}
	}
	if g.chance(50) {
		return "[" + g.expr(s, t.elem, d-1) + ", " + g.expr(s, t.elem, d-1) + "]"
	}
	return "[" + g.expr(s, t.elem, d-1) + "]"
}

// scalarQuery writes a query of one value, correlated or not.
func (g *Generator) scalarQuery(s *scope, t *typ, d int) string {
	q, _ := g.query(s, []column{{"", t}}, d-1)
	return "(" + q + ")"
}

// fill replaces the letters in braces of a template by expressions.
func (g *Generator) fill(s *scope, t *typ, d int, template string) string {
	var sb strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		sb.WriteString(before)
		if !found {
			return sb.String()
		}
		hole, after, _ := strings.Cut(rest, "}")
		template = after
		sb.WriteString(g.hole(s, t, d-1, hole))
	}
}

func (g *Generator) hole(s *scope, t *typ, d int, hole string) string {
	switch hole {
	case "e":
		return g.expr(s, t, d)
	case "*":
		return g.expr(s, g.readable(s), d)
	case "c": // two of any type that can be compared
		u := g.readable(s)
		if !u.orders() {
			u = tInt
		}
		return g.expr(s, u, d) + g.one(" = ", " < ", " is distinct from ", " != ") + g.expr(s, u, d)
	case "el":
		return g.expr(s, arrayOf(t), d)
	case "l":
		if r, ok := g.find(s, (*typ).isArray); ok {
			return r.text
		}
		return g.expr(s, arrayOf(tInt), d)
	case "Q": // a query for EXISTS
		q, _ := g.query(s, nil, d)
		return q
	case "Qi", "Qs":
		u := letters[hole[1:]]
		q, _ := g.query(s, []column{{"", u}}, d)
		return q
	case "ls":
		return g.expr(s, arrayOf(tStr), d)
	case "li":
		return g.expr(s, arrayOf(tInt), d)
	}
	return g.expr(s, letters[hole], d)
}
