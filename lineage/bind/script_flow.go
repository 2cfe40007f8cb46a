package bind

import (
	"maps"
	"slices"

	"impact/lineage/syntax"
)

// A change is what a branch did to a table or a variable, with what was there
// before, so that another branch can begin where it began.
type change struct {
	key   string // of the table; "" if it is a variable
	table *madeTable
	at    int // index of the variable
	val   value
}

// An outcome is what one of several branches left behind.
type outcome struct {
	tables map[string]*madeTable
	vars   map[int]value
}

// jump says how far a statement left the blocks around it.
type jump uint8

const (
	stays      jump = iota
	leavesLoop      // BREAK, CONTINUE
	leavesAll       // RETURN, RAISE
)

// jump notes statements behind which others may not run.
func (s *scriptState) jump(keyword string) {
	switch keyword {
	case "BREAK", "LEAVE", "CONTINUE", "ITERATE", "EXIT":
		s.jumped = max(s.jumped, leavesLoop)
	case "RETURN", "RAISE", "THROW", "SIGNAL":
		s.jumped = leavesAll
	}
}

// maxLoops bounds how many loops inside of each other are bound twice.
const maxLoops = 3

// block binds statements that run under conditions, in alternatives or in a loop.
// The conditions are uses of all that is written below them.
func (s *scriptState) block(st *syntax.Block, top *scope) {
	b := s.b
	control, deciding := s.control, s.deciding
	depth := len(b.variables)
	s.decide(st, top)
	bodies := make([][]syntax.Stmt, 0, len(st.Ends)+1)
	from := 0
	for _, end := range st.Ends {
		bodies = append(bodies, st.Body[from:end])
		from = end
	}
	if from == 0 {
		bodies = append(bodies, st.Body)
	}
	last, target, told := s.last, s.target, s.told
	var results []result
	switch exception := len(st.Conds) == 0 && len(bodies) > 1; {
	case len(bodies) == 1 && !st.Optional && !st.Loop:
		s.run(st.Body)
	case st.Loop:
		s.loops++
		results = s.branch(bodies, st.Optional)
		if s.loops <= maxLoops {
			b.variables = b.variables[:min(depth, len(b.variables))]
			s.decide(st, top) // with what the body made of the variables
			results = s.branch(bodies, true)
		} else {
			b.note(CodeWidened, st.Span, "a loop inside of %d others is followed once only", s.loops-1)
		}
		s.loops--
	case exception:
		// What handles an exception runs after any part of the body.
		results = append(s.branch(bodies[:1], true), s.branch(bodies[1:], true)...)
	default:
		results = s.branch(bodies, st.Optional)
	}
	if len(results) > 0 {
		s.last, s.target, s.told = last, target, told
		s.tell(results, st.Span)
	}
	b.variables = b.variables[:min(depth, len(b.variables))]
	if st.Loop && s.jumped == leavesLoop {
		s.jumped = stays
	}
	if s.jumped == stays {
		s.control, s.deciding = control, deciding
	}
}

// decide books the conditions of a block, and the rows that a loop runs over, as
// what decides about the statements inside.
func (s *scriptState) decide(st *syntax.Block, top *scope) {
	b := s.b
	u := &uses{}
	deciding := s.deciding
	for _, c := range st.Conds {
		srcs := b.flat(b.expr(c, top))
		u.add(Filter, srcs)
		deciding = b.union(deciding, b.through(Conditional, srcs))
	}
	if st.ForRows != nil {
		t := b.query(st.ForRows, nil, nil)
		b.variables = append(b.variables, identColumn(&st.ForVar, structOf(visible(t.cols), t.opens)))
		u.child(t.uses)
		deciding = b.union(deciding, b.group(t.rowsDepend()))
	}
	if len(u.list) == 0 && len(u.children) == 0 {
		return
	}
	u.child(s.control)
	s.control, s.deciding = u, deciding
}

// A result is what a statement has told.
type result struct {
	table  *table
	target string
}

// branch binds bodies of which one runs, or none, each from the state before, and
// goes on from what any of them may leave. It returns what they tell.
func (s *scriptState) branch(bodies [][]syntax.Stmt, optional bool) []result {
	b := s.b
	last, target, told := s.last, s.target, s.told
	start := len(s.journal)
	s.branches++
	var ends []outcome
	var results []result
	for _, body := range bodies {
		depth := len(b.variables)
		s.told = false
		s.run(body)
		if s.told {
			results = append(results, result{s.last, s.target})
		}
		b.variables = b.variables[:min(depth, len(b.variables))]
		ends = append(ends, s.takeBack(start))
		s.last, s.target = last, target
	}
	s.told = told
	s.branches--
	if optional {
		ends = append(ends, outcome{})
	}
	s.join(ends)
	return results
}

// takeBack undoes the changes since start and returns what they led to.
func (s *scriptState) takeBack(start int) outcome {
	var out outcome
	for i := len(s.journal) - 1; i >= start; i-- {
		c := &s.journal[i]
		if c.key != "" {
			if out.tables == nil {
				out.tables = make(map[string]*madeTable)
			}
			if _, later := out.tables[c.key]; !later {
				out.tables[c.key] = s.b.tables[c.key]
			}
			s.b.tables[c.key] = c.table
			continue
		}
		if c.at >= len(s.b.variables) {
			continue // it was declared inside
		}
		if out.vars == nil {
			out.vars = make(map[int]value)
		}
		if _, later := out.vars[c.at]; !later {
			out.vars[c.at] = s.b.variables[c.at].val
		}
		s.b.variables[c.at].val = c.val
	}
	s.journal = s.journal[:start]
	return out
}

// join goes on from all outcomes at once.
func (s *scriptState) join(ends []outcome) {
	b := s.b
	tables, vars := map[string]bool{}, map[int]bool{}
	for _, e := range ends {
		for key := range e.tables {
			tables[key] = true
		}
		for at := range e.vars {
			vars[at] = true
		}
	}
	for _, at := range slices.Sorted(maps.Keys(vars)) {
		var v value
		for i, e := range ends {
			of, changed := e.vars[at]
			if !changed {
				of = b.variables[at].val
			}
			if i == 0 {
				v = of
				continue
			}
			v = b.merge(v, of)
		}
		s.write(at, v)
	}
	for _, key := range slices.Sorted(maps.Keys(tables)) {
		var all []*madeTable
		for _, e := range ends {
			of, changed := e.tables[key]
			if !changed {
				of = b.tables[key]
			}
			if !slices.Contains(all, of) {
				all = append(all, of)
			}
		}
		s.put(key, s.anyOf(all))
	}
}

// assign gives a variable a value, which depends as well on what decides whether
// the statement runs.
func (s *scriptState) assign(at int, v value) {
	s.write(at, s.b.plus(v, s.deciding))
}

func (s *scriptState) write(at int, v value) {
	c := &s.b.variables[at]
	if s.branches > 0 {
		s.journal = append(s.journal, change{at: at, val: c.val})
	}
	if c.val.typ != nil {
		v.typ = c.val.typ
	}
	c.val = v
}

// tell makes the results of alternatives the one that is told: their columns by
// name. Where they write several tables, it is those of the last.
func (s *scriptState) tell(results []result, span syntax.Span) {
	out := results[len(results)-1]
	for _, r := range results[:len(results)-1] {
		if r.target != out.target {
			s.b.note(CodeWidened, span, "alternatives write several tables: what is told is of the last, %s", out.target)
			s.last, s.target, s.told = out.table, out.target, true
			return
		}
	}
	t := results[0].table
	for _, r := range results[1:] {
		t = s.b.either(t, r.table)
	}
	s.last, s.target, s.told = t, out.target, true
}

// either is a table that is one of two: their columns by name.
func (b *binder) either(x, y *table) *table {
	if x == y {
		return x
	}
	out := &table{cols: slices.Clone(visible(x.cols)), opens: slices.Concat(x.opens, y.opens), uses: &uses{}}
	out.uses.child(x.uses)
	out.uses.child(y.uses)
	for _, c := range visible(y.cols) {
		if at := columnIndex(out.cols, &syntax.Ident{Name: c.name, Hash: c.hash}); at >= 0 {
			out.cols[at].val = b.merge(out.cols[at].val, c.val)
			continue
		}
		out.cols = append(out.cols, c)
	}
	return out
}
