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
	args := make([]value, len(st.Args))
	var all []src
	for i, x := range st.Args {
		args[i] = b.expr(x, top)
		all = b.union(all, b.flat(args[i]))
	}
	key := strings.ToLower(dotted(st.Name))
	var p *procedure
	for _, other := range s.procs {
		if other.key == key {
			p = other // the last one of the name
		}
	}
	if p == nil || p.active || !s.affords() {
		if !strings.HasPrefix(key, "bq.") { // BigQuery's own write no tables
			b.note(CodeWidened, st.Span, "what procedure %s reads and writes is not known", dotted(st.Name))
		}
		for i, x := range st.Args {
			if at := s.variable(x); at >= 0 {
				s.assign(at, b.merge(args[i], value{srcs: b.confide(Widened, all)}))
			}
		}
		return
	}
	out := s.runProcedure(p, args)
	for i, x := range st.Args {
		if at := s.variable(x); at >= 0 && i < len(out) && p.def.Params[i].Out {
			s.assign(at, out[i])
		}
	}
}

// variable is the index of the variable that an argument is; -1 if it is none.
func (s *scriptState) variable(x syntax.Expr) int {
	if p, ok := x.(*syntax.Path); ok && len(p.Parts) == 1 {
		return variableIndex(s.b.variables, &p.Parts[0])
	}
	return -1
}

// runProcedure binds the statements of a procedure and returns what its parameters
// hold at the end. It does not see the variables of its caller.
func (s *scriptState) runProcedure(p *procedure, args []value) []value {
	b := s.b
	p.active = true
	p.calls++
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
	for i := range p.def.Params {
		var v value
		if i < len(args) {
			v = args[i]
		}
		if t := fromName(p.def.Params[i].Type); t != nil {
			v.typ = t
		}
		b.variables = append(b.variables, identColumn(&p.def.Params[i].Name, v))
	}
	// A RETURN leaves the procedure, not its caller.
	jumped, control, deciding := s.jumped, s.control, s.deciding
	s.within(&frame{body: true}, p.def.Body)
	s.jumped, s.control, s.deciding = jumped, control, deciding
	out := make([]value, len(p.def.Params))
	for i := range out {
		if depth+i < len(b.variables) {
			out[i] = b.variables[depth+i].val
		}
	}
	b.variables = b.variables[:min(depth, len(b.variables))]
	for i := range hidden {
		b.variables[i].name, b.variables[i].hash = hidden[i].text, hidden[i].hash
	}
	p.active = false
	return out
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
