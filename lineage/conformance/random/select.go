package random

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// items writes the items of a SELECT.
func (g *Generator) items(s *scope, want []column, d int) ([]string, []column) {
	var items []string
	var cols []column
	if want != nil {
		for _, c := range want {
			text, made := g.itemOf(s, c, cols, d)
			items, cols = append(items, text), append(cols, made)
		}
		return items, cols
	}
	for len(cols) == 0 || len(items) < 5 && g.more(60) {
		if text, made, ok := g.starItem(s, d); ok && len(s.vars) > 0 && g.chance(28) {
			items, cols = append(items, text), append(cols, made...)
			continue
		}
		text, made := g.itemOf(s, column{typ: g.readable(s)}, cols, d)
		items, cols = append(items, text), append(cols, made)
	}
	return items, cols
}

// itemOf writes one item. Without an alias a path has the name of its last part.
func (g *Generator) itemOf(s *scope, c column, taken []column, d int) (string, column) {
	if c.name == "" && g.chance(25) && s.grouped == nil && !g.unlike {
		if r, ok := g.findOf(s, c.typ); ok && !strings.HasSuffix(r.text, "]") && !strings.HasPrefix(r.text, "par_") {
			name := strings.Trim(r.text[strings.LastIndexByte(r.text, '.')+1:], "`")
			if named(taken, name) == 0 || g.chance(5) {
				return r.text, column{name, c.typ}
			}
		}
	}
	if c.name == "" {
		if g.chance(4) {
			return g.expr(s, c.typ, d), column{"", c.typ}
		}
		c.name = g.outputName(taken)
	}
	text := g.expr(s, c.typ, d)
	if g.unlike && !strings.ContainsAny(text, " (") {
		text = "if(true, " + text + ", " + text + ")"
	}
	return text + g.one(" as ", " as ", " ") + c.name, c
}

// starItem writes a star: of everything, of an item of FROM, or of a struct.
func (g *Generator) starItem(s *scope, d int) (string, []column, bool) {
	text, cols := "*", s.star
	switch {
	case len(s.vars) == 0:
		return "", nil, false
	case g.chance(30):
		r, ok := g.find(s, (*typ).isStruct)
		if !ok {
			return "", nil, false
		}
		text, cols = r.text+".*", r.typ.fields
		if strings.ContainsAny(r.text, " (") {
			text = "(" + r.text + ").*"
		}
	case g.chance(60):
		v := s.vars[g.n(len(s.vars))]
		if v.name == "" || v.typ != nil && !v.typ.isStruct() {
			return "", nil, false
		}
		text, cols = v.name+".*", v.cols
	}
	if len(cols) == 0 {
		return "", nil, false
	}
	text, cols = g.changed(s, text, cols, d)
	return text, cols, true
}

// changed adds EXCEPT and REPLACE to a star.
func (g *Generator) changed(s *scope, text string, cols []column, d int) (string, []column) {
	pick := func() (string, bool) {
		c := cols[g.n(len(cols))]
		return c.name, c.name != "" && named(cols, c.name) == 1
	}
	if len(cols) > 1 && g.chance(35) {
		if name, ok := pick(); ok {
			text += " except (" + g.ident(name) + ")"
			var kept []column
			for _, c := range cols {
				if c.name != name {
					kept = append(kept, c)
				}
			}
			cols = kept
		}
	}
	if g.more(20) {
		if name, ok := pick(); ok {
			kept := append([]column(nil), cols...)
			for i := range kept {
				if kept[i].name == name {
					kept[i].typ = g.readable(s)
					text += " replace (" + g.expr(s, kept[i].typ, d-1) + " as " + name + ")"
				}
			}
			cols = kept
		}
	}
	return text, cols
}

// grouped writes a SELECT that groups; all rows are one group with a negative
// depth.
func (g *Generator) grouped(s *scope, want []column, from string, d int, as string, ordered bool) (string, []column) {
	if d < 0 {
		in := *s
		one := &scope{outer: s.outer, vars: s.vars, grouped: &in, window: false}
		items, cols := g.items(one, want, -d)
		return "select " + as + strings.Join(items, ", ") + from, cols
	}
	in := *s
	out := &scope{outer: s.outer, vars: s.vars, grouped: &in, window: g.chance(12)}
	var items, keys []string
	var cols []column
	ordinals := want == nil && as == ""
	for range g.n(3) + 1 {
		u := g.readable(s)
		if !u.groups() {
			u = tStr
		}
		if r, ok := g.findOf(s, u); ok && g.chance(70) && !strings.Contains(r.text, "[") {
			out.keys = append(out.keys, r)
			keys = append(keys, r.text)
			if !ordinals {
				continue
			}
			name := r.text[strings.LastIndexByte(r.text, '.')+1:]
			name = strings.Trim(name, "`")
			if g.chance(40) {
				name = g.outputName(cols)
				items = append(items, r.text+" as "+name)
			} else {
				items = append(items, r.text)
			}
			cols = append(cols, column{name, u})
			if g.chance(20) {
				keys[len(keys)-1] = itoa(len(items))
			}
			continue
		}
		g.plain++ // the analyzer must see that both are the same
		e := g.expr(s, u, 2)
		g.plain--
		if !ordinals || g.chance(15) {
			keys = append(keys, e)
			out.keys = append(out.keys, ref{e, u})
			continue
		}
		name := g.outputName(cols)
		items = append(items, e+" as "+name)
		cols = append(cols, column{name, u})
		keys = append(keys, g.one(name, itoa(len(items))))
	}
	var rest []string
	var more []column
	if want != nil {
		rest, more = g.items(out, want, d)
	} else {
		for len(items)+len(rest) == 0 || len(rest) < 3 && g.more(60) {
			text, c := g.itemOf(out, column{typ: g.readable(s)}, append(cols, more...), d)
			rest, more = append(rest, text), append(more, c)
		}
	}
	items, cols = append(items, rest...), append(cols, more...)
	by := " group by " + strings.Join(keys, ", ")
	switch n := g.n(20); {
	case n < 2:
		by = " group by all"
	case n < 3:
		by = " group by rollup (" + strings.Join(keys, ", ") + ")"
	case n < 4:
		by = " group by cube (" + strings.Join(keys, ", ") + ")"
	case n < 5:
		by = " group by grouping sets ((" + strings.Join(keys, ", ") + "), " + keys[0] + ", ())"
	}
	text := "select " + as + strings.Join(items, ", ") + from + by
	plain := *out
	plain.window = false
	if g.more(25) {
		text += " having " + g.expr(&plain, tBool, 2)
	}
	if out.window && g.chance(30) {
		text += " qualify " + g.windowCall(out, tInt) + " > 1"
	}
	if ordered {
		text += g.orderBy(&plain, cols, false)
	}
	return text, cols
}
