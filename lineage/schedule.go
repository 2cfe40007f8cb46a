package lineage

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// A schedule says which relations may be read next: those of which all parents
// are done. It starts from depends_on; what else the SQL names is found when it
// is parsed, so that the trees of a few models only are held at a time.
type schedule struct {
	parents  []map[RelID]bool
	children [][]RelID
	waiting  []int // parents that are not done
	done     []bool
	left     int // relations that are not done
}

// schedule enters depends_on.
func (b *builder) schedule() *schedule {
	rels := b.g.Relations
	s := &schedule{
		parents: make([]map[RelID]bool, len(rels)), children: make([][]RelID, len(rels)),
		waiting: make([]int, len(rels)), done: make([]bool, len(rels)), left: len(rels),
	}
	for i, r := range rels {
		if r.Node == nil {
			continue
		}
		for _, id := range r.Node.DependsOn {
			if p := b.g.ByID(id); p != None && p != r.ID && !s.parents[i][p] {
				s.wait(r.ID, p)
				b.connect(p, r.ID)
			}
		}
	}
	return s
}

// wait enters that a relation comes after a parent.
func (s *schedule) wait(r, parent RelID) {
	if s.parents[r] == nil {
		s.parents[r] = make(map[RelID]bool)
	}
	s.parents[r][parent] = true
	s.children[parent] = append(s.children[parent], r)
	s.waiting[r]++
}

// first are the relations that wait for nothing.
func (s *schedule) first() []RelID {
	var out []RelID
	for i, n := range s.waiting {
		if n == 0 {
			out = append(out, RelID(i))
		}
	}
	return out
}

// finish enters that relations are done, and returns those that waited for
// nothing else.
func (s *schedule) finish(rels []RelID) []RelID {
	var out []RelID
	for _, r := range rels {
		s.done[r] = true
		s.left--
	}
	for _, r := range rels {
		for _, c := range s.children[r] {
			if s.waiting[c]--; s.waiting[c] == 0 && !s.done[c] {
				out = append(out, c)
			}
		}
	}
	slices.Sort(out)
	return out
}

// reaches reports whether from is to or has it among its ancestors: entering to
// <- from would then close a circle.
func (s *schedule) reaches(from, to RelID) bool {
	seen := map[RelID]bool{from: true}
	stack := []RelID{from}
	for len(stack) > 0 {
		r := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if r == to {
			return true
		}
		for p := range s.parents[r] {
			if !seen[p] {
				seen[p] = true
				stack = append(stack, p)
			}
		}
	}
	return false
}

// A workspace is the memory that one relation after the other is read in.
type workspace struct {
	reader syntax.Reader
	binder bind.Binder
	file   *syntax.File // what was parsed last; nil if there was no SQL
}

// take returns a workspace that nobody uses.
func (b *builder) take() *workspace {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.spare); n > 0 {
		w := b.spare[n-1]
		b.spare = b.spare[:n-1]
		return w
	}
	return &workspace{}
}

// give takes a workspace back. The tree in it is lost.
func (b *builder) give(w *workspace) {
	w.file = nil
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spare = append(b.spare, w)
}

// understand parses and binds the SQL of all relations, each after all it reads;
// a relation's output is the input of the next. What may be read at the same time
// is a level; what was found is entered after each, so that only one level's
// results are held.
func (b *builder) understand(ctx context.Context) error {
	rels := b.g.Relations
	b.waiting = make([]*workspace, len(rels))
	b.results = make([]*bind.Result, len(rels))
	b.cols = make([]relColumns, len(rels))
	s := b.schedule()
	level := s.first()
	for len(level) > 0 {
		if err := b.read(ctx, s, level); err != nil {
			return err
		}
		ready := b.ready(s, level)
		if err := b.bind(ctx, ready); err != nil {
			return err
		}
		level = s.finish(ready)
	}
	if s.left == 0 {
		return nil
	}
	// depends_on itself runs in a circle: dbt does not write that. These read each
	// other, so one is bound after the other.
	var rest []RelID
	for i, done := range s.done {
		if !done {
			rest = append(rest, RelID(i))
		}
	}
	b.g.warnings = append(b.g.warnings, fmt.Sprintf("depends_on runs in a circle through %s", rels[rest[0]].UniqueID))
	for i := range rest {
		b.parse(rest[i])
		if err := b.bind(ctx, rest[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// read parses the SQL of a level, once, and binds at once what names nothing that
// is yet to come. What does keeps its tree.
func (b *builder) read(ctx context.Context, s *schedule, level []RelID) error {
	return b.each(ctx, len(level), func(i int) {
		r := level[i]
		b.parse(r)
		w := b.waiting[r]
		if w == nil {
			return
		}
		early := false
		forTables(w.file, func(name []syntax.Ident) {
			early = early || b.early(s, r, name) != None
		})
		if !early {
			b.bindOne(r)
		}
	})
}

// parse reads the SQL of a model or a snapshot, unless that was done.
func (b *builder) parse(id RelID) {
	r := b.g.Relations[id]
	if r.Kind != Model && r.Kind != Snapshot || b.waiting[id] != nil {
		return
	}
	r.sql, r.state = b.sqlOf(r.Node)
	if r.state != bound {
		return
	}
	w := b.take()
	w.file = w.reader.Parse(r.sql.text, b.g.dialect)
	b.waiting[id] = w
}

// early is the relation that a name means, if it is yet to come and the reader is
// not known to wait for it; None otherwise.
func (b *builder) early(s *schedule, reader RelID, name []syntax.Ident) RelID {
	p := b.g.names.lookup(name, reader)
	if p != None && p != reader && !s.done[p] && !s.parents[reader][p] {
		return p
	}
	return None
}

// ready are the relations of a level that name nothing that is yet to come. The
// others wait for it, except where it waits for them, as with a model that reads
// its own table: the names that close a circle are not counted.
func (b *builder) ready(s *schedule, level []RelID) []RelID {
	var out []RelID
	for _, r := range level {
		if w := b.waiting[r]; w != nil {
			forTables(w.file, func(name []syntax.Ident) {
				if p := b.early(s, r, name); p != None && !s.reaches(p, r) {
					s.wait(r, p)
				}
			})
		}
		if s.waiting[r] == 0 {
			out = append(out, r)
		}
	}
	return out
}

// bind binds those of the relations that were not bound when they were parsed,
// and enters what was found. They do not wait for each other.
func (b *builder) bind(ctx context.Context, level []RelID) error {
	var held []RelID
	for _, r := range level {
		if b.waiting[r] != nil {
			held = append(held, r)
		}
	}
	if err := b.each(ctx, len(held), func(i int) { b.bindOne(held[i]) }); err != nil {
		return err
	}
	b.g.order = append(b.g.order, level...)
	b.enter(level)
	return nil
}

// bindOne binds a relation that was parsed, and keeps what was found.
func (b *builder) bindOne(id RelID) {
	r, w := b.g.Relations[id], b.waiting[id]
	b.waiting[id] = nil
	defer b.give(w)
	res := w.binder.Bind(w.file, view{g: b.g, self: id}).AsTable(b.g.dialect)
	if whole := stateOf(w.file, res) != unparsed; whole || len(res.Outputs) > 0 {
		b.derive(r, res)
		// Columns may be missing for what could not be read: it is told once, and
		// not again by each statement that asks for them.
		r.schema.Open = r.schema.Open || !whole
		if readsItself(r, res) {
			// An incremental model reads its own table, whose columns
			// are those that it makes.
			res = w.binder.Bind(w.file, view{g: b.g, self: id}).AsTable(b.g.dialect)
		}
	}
	b.results[id] = res
	r.diags = res.Diagnostics
	r.state = stateOf(w.file, res)
}

func readsItself(r *Relation, res *bind.Result) bool {
	for _, in := range res.Inputs {
		if in.ID == int(r.ID) {
			return true
		}
	}
	return false
}

func stateOf(file *syntax.File, res *bind.Result) state {
	s := bound
	for _, e := range file.Errors {
		if !e.Warning {
			return unparsed
		}
	}
	for i := range res.Diagnostics {
		switch d := &res.Diagnostics[i]; {
		case d.Code == bind.CodeWidened, d.Error: // a name that resolves to nothing even now
			return widened
		case d.Code == bind.CodeInferred, d.Code == bind.CodeUnknownRelation:
			s = inferred
		}
	}
	switch res.Confidence {
	case bind.Widened:
		return widened
	case bind.Inferred:
		return inferred
	}
	return s
}

// forTables calls fn for every table name in a file.
func forTables(f *syntax.File, fn func(name []syntax.Ident)) {
	visit := func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Table:
			fn(n.Name)
		case *syntax.TableArg:
			fn(n.Name)
		case *syntax.TableQuery:
			fn(n.Name)
		case *syntax.BadTable:
			for _, name := range n.Names {
				fn(name)
			}
		case *syntax.BadStmt:
			for _, name := range n.Tables {
				fn(name)
			}
		}
		return true
	}
	for _, st := range f.Stmts {
		syntax.Inspect(st, visit)
	}
}

// sort brings all relations, tables and exposures among them, into an order in
// which parents stand before children. What runs in a circle keeps its place
// behind the others.
func (b *builder) sort() {
	rels := b.g.Relations
	waiting := make([]int, len(rels))
	for i, r := range rels {
		waiting[i] = len(r.Parents)
	}
	out := make([]RelID, 0, len(rels))
	var level []RelID
	for i := range rels {
		if waiting[i] == 0 {
			level = append(level, RelID(i))
		}
	}
	for len(level) > 0 {
		out = append(out, level...)
		var next []RelID
		for _, r := range level {
			for _, c := range rels[r].Children {
				if waiting[c]--; waiting[c] == 0 {
					next = append(next, c)
				}
			}
		}
		sort.Slice(next, func(i, j int) bool { return next[i] < next[j] })
		level = next
	}
	for _, r := range b.g.order {
		if waiting[r] > 0 {
			out = append(out, r)
		}
	}
	b.g.order = out
	b.circular = b.leftover(waiting)
}

func (b *builder) leftover(waiting []int) bool {
	for _, n := range waiting {
		if n > 0 {
			return true
		}
	}
	return false
}
