package random

import (
	"slices"
	"strconv"
	"strings"
)

// The analyzer resolves one statement, no script. So some pieces of a statement
// are written twice: as the engine reads them, and in words that say the same to
// the analyzer. The marks stand around what only one of the two sees, and may
// stand inside of each other.
const (
	beginOurs, endOurs     = '\x01', '\x02'
	beginTheirs, endTheirs = '\x03', '\x04'
)

func ours(text string) string   { return string(beginOurs) + text + string(endOurs) }
func theirs(text string) string { return string(beginTheirs) + text + string(endTheirs) }

// sides takes a text apart into what the engine reads and what the analyzer does.
func sides(text string) (engine, analyzer string) {
	var a, b strings.Builder
	inOurs, inTheirs := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case beginOurs:
			inOurs++
		case endOurs:
			inOurs--
		case beginTheirs:
			inTheirs++
		case endTheirs:
			inTheirs--
		default:
			if inTheirs == 0 {
				a.WriteByte(c)
			}
			if inOurs == 0 {
				b.WriteByte(c)
			}
		}
	}
	return a.String(), b.String()
}

// A routine is a function that the script makes: its body is written for given
// arguments.
type routine struct {
	name   string
	params []column
	body   string // with the names of the parameters
	result *typ
	cols   []column // of a table function
}

// scriptStatement writes a script whose last statement is a query.
func (g *Generator) scriptStatement() Made {
	head, tables := "", []string(nil)
	if g.chance(75) {
		head, tables = g.script()
	}
	g.parameter = g.one("?", "@p", "@`p`")
	text := ""
	if g.chance(25) {
		g.top = true
		text, _ = g.pipes(nil, nil, 4)
	} else {
		text, _ = g.query(nil, nil, 4)
	}
	_, with := sides(strings.Join(tables, ", "))
	alone := func(text string) string {
		_, text = sides(text)
		switch {
		case with == "":
			return text
		case strings.HasPrefix(text, "with "):
			text = "(" + text + ")"
		}
		return "with " + with + " " + text
	}
	var out Made
	out.SQL, _ = sides(head + text)
	out.Judged = alone(text)
	for _, p := range g.beside {
		out.Parts = append(out.Parts, alone(p))
	}
	return out
}

// script begins a script: variables, functions and temporary tables that the
// statement may use. It returns what makes them, and the queries that stand for
// the tables in a WITH clause.
func (g *Generator) script() (head string, tables []string) {
	variables := g.n(3)
	for n := range variables + g.n(3) {
		kind := 0
		if n >= variables {
			kind = 2 + g.n(3)
		}
		switch kind {
		case 0:
			t := scalars[g.n(9)]
			value := g.literal(t)
			if g.chance(80) {
				value = g.scalarQuery(nil, t, 2)
			}
			name := g.named("var")
			g.beside = append(g.beside, "select "+value)
			head += g.one("declare "+name+" "+strings.ToLower(t.name)+" default ", "declare "+name+" default ") + value + "; "
			g.constants = append(g.constants, ref{ours(name) + theirs("("+value+")"), t})
		case 2:
			head += g.function()
		case 3:
			head += g.tableFunction()
		case 4:
			text, with := g.temporary()
			head += text
			tables = append(tables, with)
		}
	}
	return head, tables
}

func (g *Generator) named(kind string) string {
	g.fresh++
	return kind + "_" + strconv.Itoa(g.fresh) + "_" // none begins as another does
}

// params makes parameters, and a scope that has them.
func (g *Generator) params() ([]column, *scope) {
	s := &scope{}
	var params []column
	for range 1 + g.n(2) {
		p := column{g.named("par"), g.anyType(1)}
		params = append(params, p)
		s.params = append(s.params, ref{p.name, p.typ})
	}
	return params, s
}

// read are the parameters that a body reads: the analyzer does not see what is
// given for others.
func read(params []column, body string) []column {
	return slices.DeleteFunc(params, func(p column) bool { return !strings.Contains(body, p.name) })
}

func declared(params []column) string {
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = p.name + " " + p.typ.String()
	}
	return strings.Join(parts, ", ")
}

func (g *Generator) function() string {
	r := routine{name: g.named("fn"), result: g.anyType(1)}
	var s *scope
	r.params, s = g.params()
	g.plain++
	r.body = g.expr(s, r.result, 2)
	g.plain--
	r.params = read(r.params, r.body)
	g.beside = append(g.beside, "select "+r.with(nil))
	g.functions = append(g.functions, r)
	return "create temp function " + r.name + "(" + declared(r.params) + ")" + g.one("", " returns "+r.result.String()) + " as (" + r.body + "); "
}

func (g *Generator) tableFunction() string {
	r := routine{name: "p.d." + g.named("tvf")}
	var s *scope
	r.params, s = g.params()
	g.plain++
	r.body, r.cols = g.query(s, g.columnsNamed(), 2)
	g.plain--
	r.params = read(r.params, r.body)
	g.beside = append(g.beside, "from "+r.with(nil))
	g.functions = append(g.functions, r)
	return "create or replace table function " + r.name + "(" + declared(r.params) + ") as (" + r.body + "); "
}

// columnsNamed are columns with different names.
func (g *Generator) columnsNamed() []column {
	var out []column
	for range 1 + g.n(3) {
		name := g.outputName(out)
		for named(out, name) > 0 {
			name = g.named("c")
		}
		out = append(out, column{name, g.anyType(1)})
	}
	return out
}

func (g *Generator) temporary() (text, with string) {
	name := g.named("tmp")
	q, cols := g.query(nil, g.columnsNamed(), 3)
	text = "create temp table " + name + " as " + q + "; "
	for g.chance(30) {
		wanted := make([]column, len(cols))
		for i, c := range cols {
			wanted[i] = column{typ: c.typ}
		}
		more, _ := g.query(nil, wanted, 2)
		text += "insert into " + name + " " + more + "; "
		q = "(" + q + ") union all (" + more + ")"
	}
	g.with = append(g.with, relation{name, cols})
	return text, name + " as (" + q + ")"
}

// called writes the call of a function of the script, for the analyzer its body
// with the arguments in it.
func (g *Generator) called(r routine, args []string) string {
	return ours(r.name+"("+strings.Join(args, ", ")+")") + theirs(r.with(args))
}

// with is the body with arguments in it, or NULL for each.
func (r routine) with(args []string) string {
	body := r.body
	for i, p := range r.params {
		arg := "null"
		if len(args) > 0 {
			arg = args[i]
		}
		body = strings.ReplaceAll(body, p.name, "cast("+arg+" as "+p.typ.String()+")")
	}
	if r.result != nil {
		body = "cast(" + body + " as " + r.result.String() + ")"
	}
	return "(" + body + ")"
}

// scripted reads a variable, a parameter, or calls a function of the script. It
// reports false if there is none of the type.
func (g *Generator) scripted(s *scope, t *typ, d int) (string, bool) {
	if g.plain > 0 {
		return "", false
	}
	var list []ref
	for _, c := range g.constants {
		if c.typ.same(t) {
			list = append(list, c)
		}
	}
	if len(list) > 0 && g.chance(50) {
		return list[g.n(len(list))].text, true
	}
	for _, f := range g.functions {
		if f.result != nil && f.result.same(t) && g.room > 0 {
			g.room--
			args := make([]string, len(f.params))
			for i, p := range f.params {
				args[i] = g.expr(s, p.typ, d-1)
			}
			return g.called(f, args), true
		}
	}
	if len(t.fields) > 0 || t.isArray() || t == tGeo || t == tRange || t == tJSON || !g.chance(20) {
		return "", false
	}
	if t == tStr && g.chance(40) {
		return "cast(" + ours("@@time_zone") + theirs("'UTC'") + " as string)", true
	}
	return "cast(" + g.parameter + " as " + strings.ToLower(t.name) + ")", true
}

// madeRows reads a table function of the script, if there is one.
func (g *Generator) madeRows(s *scope) (string, bool) {
	for _, f := range g.functions {
		if len(f.cols) == 0 || g.plain > 0 || !g.chance(60) {
			continue
		}
		args := make([]string, len(f.params))
		for i, p := range f.params {
			args[i] = g.built(&scope{}, p.typ)
			if !p.typ.isStruct() && !p.typ.isArray() {
				args[i] = g.literal(p.typ)
				if g.chance(50) {
					args[i] = g.scalarQuery(nil, p.typ, 1)
				}
			}
		}
		alias := g.alias(s)
		s.add(variable{name: alias, cols: f.cols, typ: structOf(f.cols...)})
		return g.called(f, args) + " as " + alias, true
	}
	return "", false
}

// aside writes pipe operators whose rows go somewhere else.
func (g *Generator) aside(s *scope, before string, d int) string {
	branch := *s
	branch.vars, branch.star = append([]variable(nil), s.vars...), append([]column(nil), s.star...)
	ops := g.operators(&branch, d)
	g.beside = append(g.beside, before+ops)
	return ours(" |> tee (" + strings.TrimSpace(ops) + ")")
}

// forked ends a pipe in several branches, of which the last is told.
func (g *Generator) forked(s *scope, before string, d int) (string, []column) {
	first := *s
	first.vars, first.star = append([]variable(nil), s.vars...), append([]column(nil), s.star...)
	ops := g.operators(&first, d)
	g.beside = append(g.beside, before+ops)
	out := ours(" |> fork (" + strings.TrimSpace(ops) + "), (")
	out += g.operators(s, d)
	items, cols := g.items(s, nil, d-1)
	return out + " |> select " + strings.Join(items, ", ") + ours(")"), cols
}

// operators writes one operator, or some.
func (g *Generator) operators(s *scope, d int) string {
	out := ""
	for out == "" {
		out = g.operator(s, d)
	}
	for g.more(40) {
		out += g.operator(s, d)
	}
	return out
}
