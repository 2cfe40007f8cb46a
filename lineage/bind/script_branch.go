package bind

import (
	"maps"
	"slices"

	"impact/lineage/syntax"
)

// A result is what a statement has told.
type result struct {
	table  *table
	target string
}

// branch binds bodies of which one runs, or none, each from the state before, and
// goes on from what any of them may leave. It returns what they tell.
func (s *scriptState) branch(bodies [][]syntax.Stmt, optional bool) []result {
	results, ends := s.alternatives(bodies, nil)
	if optional {
		ends = append(ends, outcome{})
	}
	s.join(ends)
	return results
}

// alternatives binds bodies, each from the state before, or from what begin makes
// of it, and returns what they tell and what they leave. The state stays.
func (s *scriptState) alternatives(bodies [][]syntax.Stmt, begin func()) ([]result, []outcome) {
	b := s.b
	last, target, told := s.last, s.target, s.told
	start := len(s.journal)
	s.branches++
	var ends []outcome
	var results []result
	for _, body := range bodies {
		depth := len(b.variables)
		s.told = false
		if begin != nil {
			begin()
		}
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
	return results, ends
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
	v = s.b.held(v, c.val.typ)
	c.val = v
	for _, w := range s.watches {
		w.variable(at, v)
	}
}

// tell makes the results of alternatives the one that is told: their columns by
// name. Where they write several tables, it is those of the last.
func (s *scriptState) tell(results []result, span syntax.Span) {
	out := results[len(results)-1]
	for _, r := range results[:len(results)-1] {
		if r.target != out.target {
			told := out.target
			if told == "" {
				told = "a query"
			}
			s.b.note(CodeWidened, span, "alternatives tell of several tables: what is told is of the last, %s", told)
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
		if at := b.columnIndex(out.cols, &syntax.Ident{Name: c.name, Hash: c.hash}); at >= 0 {
			out.cols[at].val = b.merge(out.cols[at].val, c.val)
			out.cols[at].writes = max(out.cols[at].writes, c.writes)
			continue
		}
		out.cols = append(out.cols, c)
	}
	return out
}
