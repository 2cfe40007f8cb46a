package bind

import (
	"maps"
	"math"
	"slices"
	"strings"

	"impact/lineage/syntax"
)

// A loop is bound as a set of equations and not round by round. At its head every
// variable, and every column of a table, that the body changes is a [carried]
// value: it comes from what was there before, and from what the body makes of it.
// So a body is bound once more only to find out what it changes: a chain of copies
// through any number of rounds costs nothing.

// A loopMemo is what a loop was found to change. It is kept for when the loop is
// bound again, inside of another, and only grows.
type loopMemo struct {
	depth  int           // the number of variables around it
	vars   map[int]value // by index: the shape that they get
	tables map[string]*loopTable
}

// A loopTable is what a loop changes about a table.
type loopTable struct {
	name []syntax.Ident
	cols []column        // that it changes, with their shapes
	seen map[string]bool // their names
	// opens are the parts that are not known by name, and that the body adds.
	opens []open
	// outside says that the table is one that the script did not make.
	outside bool
}

// A head is the state at the head of a loop while its body is bound.
type head struct {
	vars   map[int]value
	tables map[string]*headTable
}

// A headTable is a table at the head of a loop.
type headTable struct {
	made *madeTable
	memo *loopTable
	cols []value // the carried values of memo.cols, once the table is read
	open value   // that of the part that no input stands for
	ends []*madeTable
}

// loop binds a loop and goes on from where it may be left.
func (s *scriptState) loop(st *syntax.Block, top *scope) []result {
	b := s.b
	once := st.ForRows != nil || len(st.ForOver) > 0
	if once { // the rows are read once, before the first round
		s.decide(st, top)
	}
	depth := len(b.variables)
	record := -1 // PostgreSQL's FOR r IN sets r, if it is declared, and keeps it
	if once {
		if at := variableIndex(b.variables[:depth-1], &st.ForVar); at >= 0 && holdsRows(&b.variables[at]) {
			record = at
		}
	}
	memo := s.memo(st, depth)
	control, deciding, jumped := s.control, s.deciding, s.jumped
	last, target, told := s.last, s.target, s.told
	for {
		start := len(s.journal)
		s.branches++
		f := &frame{label: st.Label, loop: true, start: start, depth: depth}
		s.frames = append(s.frames, f)
		h := s.enter(memo)
		if !once {
			s.decide(st, top)
		}
		s.told = false
		if record >= 0 {
			s.assign(record, b.variables[depth-1].val)
		}
		s.run(st.Body)
		var results []result
		if s.told {
			results = append(results, result{s.last, s.target})
		}
		s.last, s.target, s.told = last, target, told
		b.variables = b.variables[:min(depth, len(b.variables))]
		end := s.takeBack(start)
		s.branches--
		s.frames = s.frames[:len(s.frames)-1]
		backs := append(f.nexts, end)
		if s.grow(memo, h, backs) {
			if s.affords() {
				s.control, s.deciding, s.jumped = control, deciding, jumped
				continue
			}
			b.note(CodeWidened, st.Span, "the loop is followed once only: there are too many inside of each other")
		}
		s.close(h, backs)
		ends := f.exits
		if st.Optional {
			ends = append(ends, s.atHead(h))
		} else {
			ends = append(ends, end)
		}
		s.join(ends)
		return results
	}
}

// memo is what is known of a loop from when it was bound before.
func (s *scriptState) memo(st *syntax.Block, depth int) *loopMemo {
	m := s.memos[st]
	if m == nil || m.depth != depth {
		m = &loopMemo{depth: depth, vars: make(map[int]value), tables: make(map[string]*loopTable)}
		if s.memos == nil {
			s.memos = make(map[*syntax.Block]*loopMemo)
		}
		s.memos[st] = m
	}
	return m
}

// enter makes carried values of all that a loop changes.
func (s *scriptState) enter(memo *loopMemo) *head {
	b := s.b
	h := &head{vars: make(map[int]value, len(memo.vars)), tables: make(map[string]*headTable, len(memo.tables))}
	for _, at := range slices.Sorted(maps.Keys(memo.vars)) {
		if at >= len(b.variables) {
			continue
		}
		v := b.carriedLike(memo.vars[at])
		b.feed(v, b.variables[at].val)
		s.write(at, v)
		h.vars[at] = v
	}
	for _, key := range slices.Sorted(maps.Keys(memo.tables)) {
		if t := s.headTable(key, memo.tables[key]); t != nil {
			s.put(key, t.made)
			h.tables[key] = t
		}
	}
	return h
}

// atHead is the state at the head, from where a loop is left that asks before each
// round.
func (s *scriptState) atHead(h *head) outcome {
	out := outcome{vars: h.vars, tables: make(map[string]*madeTable, len(h.tables))}
	for key, t := range h.tables {
		out.tables[key] = t.made
		if t.made.table == nil { // the body does not read it: what it adds is not known
			out.tables[key] = s.anyOf(append(t.ends, t.made))
		}
	}
	return out
}

// headTable is a table as a loop finds it at its head; nil if it is never there.
func (s *scriptState) headTable(key string, memo *loopTable) *headTable {
	before := s.b.tables[key]
	switch {
	case before == nil && (memo.outside || s.b.catalog != nil && s.b.catalog.Relation(memo.name) != nil):
		before = s.outside(memo.name)
	case before != nil && before.gone != "":
		if len(memo.cols)+len(memo.opens) == 0 {
			return nil
		}
		before = nil
	}
	h := &headTable{memo: memo, made: &madeTable{name: memo.name, head: true}}
	if before != nil {
		h.made.altered, h.made.outside = before.altered || !before.outside, before.outside
	}
	h.made.altered = h.made.altered || len(memo.cols)+len(memo.opens) > 0
	h.made.from = func() *table { return s.b.carriedTable(h, before) }
	return h
}

// carriedTable makes the columns that a loop changes carried values.
func (b *binder) carriedTable(h *headTable, before *madeTable) *table {
	out := &table{uses: &uses{}}
	if before != nil {
		t := before.read()
		*out = table{cols: slices.Clone(t.cols), opens: t.opens, isValue: t.isValue, val: t.val, uses: out.uses}
		out.uses.child(t.uses)
	}
	out.isValue = out.isValue && len(h.memo.cols)+len(h.memo.opens) == 0
	h.cols = make([]value, len(h.memo.cols))
	for i := range h.memo.cols {
		c := &h.memo.cols[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		at := b.columnIndex(out.cols, &id)
		if at < 0 {
			at = b.known(out, &id)
		}
		v := b.carriedLike(c.val)
		if at >= 0 {
			b.feed(v, out.cols[at].val)
			out.cols[at].val = v
		} else {
			out.cols = append(out.cols, identColumn(&id, v))
		}
		h.cols[i] = v
	}
	for _, o := range h.memo.opens {
		if o.input < 0 {
			h.open = value{srcs: b.carry()}
			o.val = h.open
		}
		out.opens = append(slices.Clip(out.opens), o)
	}
	return out
}

// grow adds to the memo what a round changes that was not known to change, and
// reports whether there is any.
func (s *scriptState) grow(memo *loopMemo, h *head, backs []outcome) bool {
	b := s.b
	grew := false
	for i := range backs {
		for _, at := range slices.Sorted(maps.Keys(backs[i].vars)) {
			v := backs[i].vars[at]
			if _, ok := memo.vars[at]; ok || at >= len(b.variables) {
				continue // what is as it was may change once others do
			}
			memo.vars[at] = b.merge(b.variables[at].val, v)
			grew = true
		}
		for _, key := range slices.Sorted(maps.Keys(backs[i].tables)) {
			m, before := backs[i].tables[key], b.tables[key]
			if m == before || m == nil {
				continue
			}
			known := memo.tables[key]
			if known == nil {
				known = &loopTable{name: m.name, seen: make(map[string]bool)}
				memo.tables[key] = known
				grew = true
			}
			if m.outside && !known.outside {
				known.outside, grew = true, true
			}
			if m.gone != "" {
				continue
			}
			was := &table{}
			switch ht := h.tables[key]; {
			case ht != nil && ht.made.table != nil:
				was = ht.made.table
			case ht != nil || m.table == nil || before != nil && before.gone == "" && before.table == nil:
				continue // the body does not read it, or it is not known whether it does
			case before != nil && before.table != nil:
				was = before.table
			}
			if known.grow(b, was, m.read(), m.defined) {
				grew = true
			}
		}
	}
	return grew
}

// grow adds the columns of now that are not those of was; all of them where they
// were defined anew.
func (l *loopTable) grow(b *binder, was, now *table, defined bool) bool {
	grew := false
	for i := range now.cols {
		c := &now.cols[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		like := c.val
		if at := b.columnIndex(was.cols, &id); at >= 0 {
			if old := &was.cols[at]; !defined && old.writes == c.writes && c.writes < math.MaxUint16 && sameValue(old.val, c.val) {
				continue
			}
			like = b.merge(was.cols[at].val, c.val)
		}
		key := strings.ToLower(c.name)
		if l.seen[key] {
			continue
		}
		l.seen[key] = true
		l.cols = append(l.cols, column{name: c.name, hash: c.hash, val: like})
		grew = true
	}
	for _, o := range now.opens {
		if slices.ContainsFunc(was.opens, o.same) || slices.ContainsFunc(l.opens, func(x open) bool { return x.input == o.input }) {
			continue
		}
		l.opens = append(l.opens, o)
		grew = true
	}
	return grew
}

// close says what the body makes of what it found at the head.
func (s *scriptState) close(h *head, backs []outcome) {
	b := s.b
	for i := range backs {
		for at, v := range backs[i].vars {
			if to, ok := h.vars[at]; ok {
				b.feed(to, v)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(h.tables)) {
		t := h.tables[key]
		for i := range backs {
			if m := backs[i].tables[key]; m != nil && m.gone == "" && m != t.made && !slices.Contains(t.ends, m) {
				t.ends = append(t.ends, m)
			}
		}
		then := func() {
			for _, m := range t.ends {
				b.feedTable(t, m.read())
			}
		}
		if t.made.table == nil {
			t.made.then = then // who reads it later also reads what the rounds made
			continue
		}
		then()
	}
}

// feedTable says that a table at the head of a loop may be as it is at its end.
func (b *binder) feedTable(h *headTable, end *table) {
	h.made.table.uses.child(end.uses)
	for i := range h.cols {
		c := &h.memo.cols[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		if at := b.columnIndex(end.cols, &id); at >= 0 {
			b.feed(h.cols[i], end.cols[at].val)
		} else if v, ok := b.openColumns(end.opens, &id); ok {
			b.feed(h.cols[i], v)
		}
	}
	if len(h.open.srcs) > 0 {
		for _, o := range end.opens {
			if o.input < 0 {
				b.feed(h.open, o.val)
			}
		}
	}
}
