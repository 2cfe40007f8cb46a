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

// A frame is a loop, a labeled block or a procedure that is being bound, with the
// states in which it is left or begun anew before its end.
type frame struct {
	label syntax.Ident
	loop  bool
	body  bool // of a procedure
	start int  // in the journal
	depth int  // variables around it
	exits []outcome
	nexts []outcome

	value   value // that RETURN gives, if any does
	gives   bool
	rows    *table         // that it gives
	columns []syntax.Ident // of these rows, which are variables as well
}

// jump follows a statement behind which others may not run.
func (s *scriptState) jump(st *syntax.OtherStmt, top *scope) {
	if st.Cond != nil { // EXIT WHEN: what follows runs if it does not hold
		s.under([]syntax.Expr{st.Cond}, top)
	}
	s.leave(st.Label, st.Keyword, st.Span)
}

// leave follows a statement of a keyword that leaves what is around it.
func (s *scriptState) leave(label syntax.Ident, keyword string, span syntax.Span) {
	next := false
	switch keyword {
	case "CONTINUE", "ITERATE":
		next = true
		fallthrough
	case "BREAK", "LEAVE", "EXIT":
		s.jumped = max(s.jumped, leavesLoop)
		for i := len(s.frames) - 1; i >= 0; i-- {
			f := s.frames[i]
			if label.Name == "" && f.loop || label.Name != "" && f.label.Name != "" && equalName(f.label.Hash, f.label.Name, &label) || f.body {
				if out, ok := s.snapshot(f, span); ok && next && f.loop {
					f.nexts = append(f.nexts, out)
				} else if ok {
					f.exits = append(f.exits, out)
				}
				return
			}
		}
		for _, f := range s.frames { // what is left is not known: it may be any
			if out, ok := s.snapshot(f, span); ok {
				f.exits = append(f.exits, out)
			}
		}
	case "RETURN":
		s.jumped = leavesAll
		for i := len(s.frames) - 1; i >= 0; i-- {
			if f := s.frames[i]; f.body {
				if out, ok := s.snapshot(f, span); ok {
					f.exits = append(f.exits, out)
				}
				return
			}
		}
	case "RAISE", "THROW", "SIGNAL":
		s.jumped = leavesAll
	}
}

// snapshot is the state at hand, as it differs from that at the start of a frame.
func (s *scriptState) snapshot(f *frame, span syntax.Span) (outcome, bool) {
	s.spent += (len(s.journal) - f.start) / 16
	if !s.affords() {
		s.b.note(CodeWidened, span, "there are too many places where loops and procedures are left: not all are followed")
		return outcome{}, false
	}
	var out outcome
	for i := f.start; i < len(s.journal); i++ {
		c := &s.journal[i]
		switch {
		case c.key != "":
			if out.tables == nil {
				out.tables = make(map[string]*madeTable)
			}
			out.tables[c.key] = s.b.tables[c.key]
		case c.at < f.depth && c.at < len(s.b.variables):
			if out.vars == nil {
				out.vars = make(map[int]value)
			}
			out.vars[c.at] = s.b.variables[c.at].val
		}
	}
	return out, true
}

// within binds something inside of a frame and goes on from all the states in
// which it is left.
func (s *scriptState) within(f *frame, bind func()) {
	b := s.b
	f.start, f.depth = len(s.journal), len(b.variables)
	s.branches++
	s.frames = append(s.frames, f)
	bind()
	s.frames = s.frames[:len(s.frames)-1]
	b.variables = b.variables[:min(f.depth, len(b.variables))]
	s.branches--
	if ends := append(f.exits, f.nexts...); len(ends) > 0 {
		s.join(append(ends, s.takeBack(f.start)))
	}
	s.forget()
}

// forget empties the journal once no branch is open.
func (s *scriptState) forget() {
	if s.branches == 0 {
		s.journal = s.journal[:0]
	}
}

// affords reports whether more statements may be bound again.
func (s *scriptState) affords() bool {
	return s.spent <= maxSpent+4*len(s.b.file.Src)
}

// maxSpent bounds how much text is bound again for loops and procedures, beside a
// part that grows with the text.
const maxSpent = 1 << 20

// block binds statements that run under conditions, in alternatives or in a loop.
// The conditions are uses of all that is written below them.
func (s *scriptState) block(st *syntax.Block, top *scope) {
	b := s.b
	control, deciding := s.control, s.deciding
	depth := len(b.variables)
	if !st.Loop {
		s.decide(st, top)
	}
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
	case st.Loop:
		results = s.loop(st, top)
	case exception && st.Label.Name != "":
		s.within(&frame{label: st.Label}, func() { results = s.handled(bodies[0], bodies[1:]) })
	case len(bodies) == 1 && !st.Optional && st.Label.Name != "":
		s.within(&frame{label: st.Label}, func() { s.run(st.Body) })
	case len(bodies) == 1 && !st.Optional:
		s.run(st.Body)
	case exception:
		results = s.handled(bodies[0], bodies[1:])
	default:
		results = s.branch(bodies, st.Optional)
	}
	if len(results) > 0 {
		s.last, s.target, s.told = last, target, told
		s.tell(results, st.Span)
	}
	b.variables = b.variables[:min(depth, len(b.variables))]
	if (st.Loop || st.Label.Name != "") && s.jumped == leavesLoop {
		s.jumped = stays
	}
	if s.jumped == stays {
		s.control, s.deciding = control, deciding
	}
}

// handled binds statements and those that handle their exceptions, which may come
// from any of them: what handles them finds every variable and every table as it
// was before or behind any statement.
func (s *scriptState) handled(body []syntax.Stmt, handlers [][]syntax.Stmt) []result {
	b := s.b
	w := &watch{depth: len(b.variables)}
	s.watches = append(s.watches, w)
	results, ends := s.alternatives([][]syntax.Stmt{body}, nil)
	s.watches = s.watches[:len(s.watches)-1]
	more, others := s.alternatives(handlers, func() {
		for _, at := range slices.Sorted(maps.Keys(w.vars)) {
			if at < len(b.variables) {
				s.write(at, b.anyValue(append(w.vars[at], b.variables[at].val)))
			}
		}
		for _, key := range slices.Sorted(maps.Keys(w.tables)) {
			all := []*madeTable{b.tables[key]}
			for _, m := range w.tables[key] {
				if !slices.Contains(all[max(0, len(all)-8):], m) {
					all = append(all, m)
				}
			}
			s.put(key, s.anyOf(all))
		}
	})
	s.join(append(ends, others...))
	return append(results, more...)
}

// A watch keeps all that variables and tables are while statements are bound whose
// exceptions are handled.
type watch struct {
	depth  int // variables around them
	vars   map[int][]value
	tables map[string][]*madeTable
}

func (w *watch) variable(at int, v value) {
	if at >= w.depth {
		return
	}
	if w.vars == nil {
		w.vars = make(map[int][]value)
	}
	w.vars[at] = append(w.vars[at], v)
}

// table keeps a table; one that only has more rows than the one before stands for
// both.
func (w *watch) table(key string, m, before *madeTable) {
	if m == nil {
		return
	}
	if w.tables == nil {
		w.tables = make(map[string][]*madeTable)
	}
	list := w.tables[key]
	if n := len(list); n > 0 && m.more && list[n-1] == before {
		list[n-1] = m
		return
	}
	w.tables[key] = append(list, m)
}

// anyValue is a value that is one of several.
func (b *binder) anyValue(all []value) value {
	v := all[len(all)-1]
	if len(all) <= 4 {
		for _, other := range all[:len(all)-1] {
			v = b.merge(v, other)
		}
		return v
	}
	for _, other := range all {
		if v.shape == nil {
			v = other
		}
	}
	v = b.carriedLike(v)
	for _, other := range all {
		b.feed(v, other)
	}
	return v
}

// decide books the conditions of a block, and the rows that a loop runs over, as
// what decides about the statements inside.
func (s *scriptState) decide(st *syntax.Block, top *scope) {
	s.under(st.Conds, top)
	if len(st.ForOver) > 0 {
		s.over(st, top)
	}
	if st.ForRows == nil {
		return
	}
	b := s.b
	t := b.query(st.ForRows, nil, nil)
	b.variables = append(b.variables, identColumn(&st.ForVar, structOf(visible(t.cols), t.opens)))
	s.rowsDecide(t)
}

// rowsDecide books the rows that a loop runs over as what decides about the
// statements inside.
func (s *scriptState) rowsDecide(t *table) {
	if u := t.rowsDepend(); len(u.list)+len(u.children) > 0 {
		outer := s.control
		s.control = &uses{}
		s.control.child(u)
		s.control.child(outer)
		s.deciding = s.b.union(s.deciding, s.b.group(u))
	}
}

// under books conditions as what decides about the statements that follow.
func (s *scriptState) under(conds []syntax.Expr, top *scope) {
	b := s.b
	u := &uses{}
	deciding := s.deciding
	for _, c := range conds {
		srcs := b.flat(b.expr(c, top))
		u.add(Filter, srcs)
		deciding = b.union(deciding, b.through(Conditional, srcs))
	}
	if len(u.list) > 0 {
		u.child(s.control)
		s.control, s.deciding = u, deciding
	}
}
