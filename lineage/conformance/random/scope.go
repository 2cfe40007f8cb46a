package random

import "strings"

// A scope is what an expression can name.
type scope struct {
	outer *scope
	vars  []variable
	star  []column // what names without a qualifier reach, in the order of a star
	// Of a query that groups: what stands for its rows, and the scope of the
	// arguments of aggregates.
	keys    []ref
	grouped *scope
	window  bool     // window functions may be called
	params  []ref    // of a function
	windows []string // named windows
}

// A variable is an alias in FROM.
type variable struct {
	name string
	cols []column
	typ  *typ // of the variable itself
	one  bool // it is one column, of which a star gives the fields
	wild bool // it is several tables, of which each row tells the name
}

// A relation is something that FROM can name.
type relation struct {
	name string
	cols []column
}

// A ref is an expression that reads a column, or a part of one.
type ref struct {
	text string
	typ  *typ
}

// add enters a variable; its columns join the star.
func (s *scope) add(v variable) {
	s.vars = append(s.vars, v)
	if v.typ != nil && !v.typ.isStruct() {
		s.star = append(s.star, column{v.name, v.typ})
		return
	}
	s.star = append(s.star, v.cols...)
}

func (s *scope) has(alias string) bool {
	for _, v := range s.vars {
		if v.name == alias {
			return true
		}
	}
	return false
}

// named counts the columns of a name.
func named(list []column, name string) int {
	n := 0
	for _, c := range list {
		if strings.EqualFold(c.name, name) {
			n++
		}
	}
	return n
}

// refs lists what an expression in a scope can read.
func (g *Generator) refs(s *scope) []ref {
	if s.grouped != nil {
		return s.keys
	}
	var out []ref
	for _, p := range s.params {
		out = g.parts(out, p, 3)
	}
	for _, c := range s.star {
		if c.name != "" && (named(s.star, c.name) == 1 || g.chance(1)) && !s.has(c.name) {
			out = g.parts(out, ref{g.ident(c.name), c.typ}, 3)
		}
	}
	for _, v := range s.vars {
		if v.name == "" {
			continue
		}
		if v.wild {
			out = append(out, ref{v.name + "." + g.one("_table_suffix", "_TABLE_SUFFIX"), tStr})
		}
		if v.typ != nil && (!v.typ.isStruct() || g.chance(40)) {
			out = append(out, ref{g.ident(v.name), v.typ})
		}
		for _, c := range v.cols {
			if c.name != "" && named(v.cols, c.name) == 1 {
				out = g.parts(out, ref{v.name + "." + g.ident(c.name), c.typ}, 3)
			}
		}
	}
	return out
}

// parts adds a ref with the fields and elements inside of it.
func (g *Generator) parts(out []ref, r ref, depth int) []ref {
	out = append(out, r)
	if depth == 0 {
		return out
	}
	switch {
	case r.typ.isArray():
		if g.chance(30) {
			at := g.one("[offset(0)]", "[safe_offset(1)]", "[ordinal(1)]", "[0]", "[safe_ordinal(2)]")
			out = g.parts(out, ref{r.text + at, r.typ.elem}, depth-1)
		}
	case r.typ.isStruct():
		for _, f := range r.typ.fields {
			if f.name != "" && named(r.typ.fields, f.name) == 1 {
				out = g.parts(out, ref{r.text + "." + g.ident(f.name), f.typ}, depth-1)
			}
		}
	}
	return out
}

// find returns a ref of a type. A query inside of another one reads the outer
// row now and then.
func (g *Generator) find(s *scope, fits func(*typ) bool) (ref, bool) {
	var levels []*scope
	for at := s; at != nil; at = at.outer {
		levels = append(levels, at)
	}
	for len(levels) > 0 {
		at := 0
		if len(levels) > 1 && g.chance(25) {
			at = 1 + g.n(len(levels)-1)
		}
		var list []ref
		for _, r := range g.refs(levels[at]) {
			if fits(r.typ) {
				list = append(list, r)
			}
		}
		if len(list) > 0 {
			return list[g.n(len(list))], true
		}
		levels = append(levels[:at:at], levels[at+1:]...)
	}
	return ref{}, false
}

func (g *Generator) findOf(s *scope, t *typ) (ref, bool) {
	return g.find(s, t.same)
}
