package bind

import (
	"strings"

	"impact/lineage/syntax"
)

// A procedure is one that the script makes.
type procedure struct {
	def    *syntax.CreateProcedure
	key    string // its name in lower case
	active bool   // being bound: recursion is not followed
	calls  int
}

// call binds CALL of a procedure of the script by binding its statements with the
// arguments in place of the parameters. What another procedure does is not known.
func (s *scriptState) call(st *syntax.CallStmt, top *scope) {
	b := s.b
	key := b.routineKey(st.Name)
	var p *procedure
	for _, other := range s.procs {
		if other.key == key {
			p = other // the last one of the name
		}
	}
	given := make([]syntax.Expr, len(st.Args)) // by the parameters' order
	copy(given, st.Args)
	if p != nil {
		given = p.given(st.Args)
	}
	args := make([]value, len(given))
	var all []src
	for i, x := range given {
		args[i] = b.expr(x, top)
		all = b.union(all, b.flat(args[i]))
	}
	if p == nil || p.active || !s.affords() {
		if !strings.HasPrefix(key, "bq.") { // BigQuery's own write no tables
			b.note(CodeWidened, st.Span, "what procedure %s reads and writes is not known", dotted(st.Name))
		}
		for i, x := range given {
			if at := s.variable(x); at >= 0 {
				s.assign(at, b.merge(args[i], value{srcs: b.confide(Widened, all)}))
			}
		}
		return
	}
	out := s.runProcedure(p, args)
	for i, x := range given {
		if q, ok := x.(*syntax.Param); ok && !q.System && i < len(p.def.Params) && p.def.Params[i].Out && s.variable(x) < 0 {
			id := syntax.Ident{Name: "@" + q.Name, Hash: syntax.Fold("@" + q.Name)} // MySQL's @v needs no declaration
			b.variables = append(b.variables, identColumn(&id, value{}))
		}
		if at := s.variable(x); at >= 0 && i < len(out) && p.def.Params[i].Out {
			s.assign(at, out[i])
		}
	}
}

// variable is the index of the variable that an argument is; -1 if it is none.
func (s *scriptState) variable(x syntax.Expr) int {
	switch x := x.(type) {
	case *syntax.Path:
		if len(x.Parts) == 1 {
			return variableIndex(s.b.variables, &x.Parts[0])
		}
	case *syntax.Param:
		for _, name := range [2]string{x.Name, "@" + x.Name} {
			id := syntax.Ident{Name: name, Hash: syntax.Fold(name)}
			if at := variableIndex(s.b.variables, &id); at >= 0 {
				return at
			}
		}
	case *syntax.NamedArg:
		return s.variable(x.Value)
	}
	return -1
}

// given are the arguments of a call in the order of the parameters: those that have
// a name stand where it says.
func (p *procedure) given(args []syntax.Expr) []syntax.Expr {
	out := make([]syntax.Expr, max(len(args), len(p.def.Params)))
	for i, x := range args {
		n, ok := x.(*syntax.NamedArg)
		if !ok || len(n.Name) != 1 {
			out[i] = x
			continue
		}
		for j := range p.def.Params {
			if id := &p.def.Params[j].Name; equalName(n.Name[0].Hash, n.Name[0].Name, id) {
				out[j] = n.Value
			}
		}
	}
	return out
}

// runProcedure binds the statements of a procedure and returns what its parameters
// hold at the end. It does not see the variables of its caller.
func (s *scriptState) runProcedure(p *procedure, args []value) []value {
	p.active = true
	p.calls++
	out, f := s.runBody(p.def.Params, nil, args, p.def.Body)
	if t := f.rows; t != nil {
		if len(p.def.Columns) > 0 && len(p.def.Columns) == len(visible(t.cols)) && len(t.opens) == 0 {
			t = s.b.renamed(t, p.def.Columns)
		}
		s.set(t, nil)
		s.returns = t
	}
	p.active = false
	return out
}

// runBody binds the statements of a procedure or a function and returns what its
// parameters hold at the end, and the frame that it was bound in.
func (s *scriptState) runBody(params []syntax.FuncParam, columns []syntax.Ident, args []value, body []syntax.Stmt) ([]value, *frame) {
	b := s.b
	depth := len(b.variables)
	type name struct {
		text string
		hash uint32
	}
	hidden := make([]name, depth)
	for i := range hidden {
		c := &b.variables[i]
		hidden[i] = name{c.name, c.hash}
		c.name, c.hash = "", 0
	}
	for i := range params {
		var v value
		if i < len(args) {
			v = args[i]
		}
		v = b.held(v, fromName(params[i].Type))
		b.variables = append(b.variables, identColumn(&params[i].Name, v))
	}
	// A RETURN leaves the procedure, not its caller.
	jumped, control, deciding := s.jumped, s.control, s.deciding
	for i := range columns { // of the rows that a function returns
		b.variables = append(b.variables, identColumn(&columns[i], value{}))
	}
	f, batch, hoists := &frame{body: true, columns: columns}, s.batch, s.hoists
	nested, held := s.nested, s.held
	s.nested, s.held = 0, nil
	s.hoist(body)
	s.within(f, func() { s.run(body) })
	s.nested, s.held = nested, held
	s.batch, s.hoists = batch, hoists
	s.jumped, s.control, s.deciding = jumped, control, deciding
	out := make([]value, len(params))
	for i := range out {
		if depth+i < len(b.variables) {
			out[i] = b.variables[depth+i].val
		}
	}
	b.variables = b.variables[:min(depth, len(b.variables))]
	for i := range hidden {
		b.variables[i].name, b.variables[i].hash = hidden[i].text, hidden[i].hash
	}
	return out, f
}

// uncalled tells of the procedures that a script makes and never calls, if it does
// nothing else.
func (s *scriptState) uncalled() {
	if s.told {
		return
	}
	for _, p := range s.procs {
		if p.calls == 0 {
			s.runProcedure(p, nil)
		}
	}
}
