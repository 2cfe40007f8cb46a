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

// understand parses and binds the SQL of all relations, each after all it reads;
// a relation's output is the input of the next. What may be read at the same time
// is a level; what was found is entered after each, so that only one level's
// trees and results are held.
func (b *builder) understand(ctx context.Context) error {
	rels := b.g.Relations
	b.files = make([]*syntax.File, len(rels))
	b.results = make([]*bind.Result, len(rels))
	b.cols = make([]relColumns, len(rels))
	s := b.schedule()
	level := s.first()
	for len(level) > 0 {
		if err := b.parse(ctx, level); err != nil {
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
	if err := b.parse(ctx, rest); err != nil {
		return err
	}
	for i := range rest {
		if err := b.bind(ctx, rest[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// parse reads the SQL of models and snapshots, once.
func (b *builder) parse(ctx context.Context, level []RelID) error {
	return b.each(ctx, len(level), func(i int) {
		r := b.g.Relations[level[i]]
		if r.Kind != Model && r.Kind != Snapshot || b.files[r.ID] != nil {
			return
		}
		r.sql, r.state = b.sqlOf(r.Node)
		if r.state == bound {
			b.files[r.ID] = syntax.Parse(r.sql.text, b.g.dialect)
		}
	})
}

// ready are the relations of a level that name nothing that is yet to come. The
// others wait for it, except where it waits for them, as with a model that reads
// its own table: the names that close a circle are not counted.
func (b *builder) ready(s *schedule, level []RelID) []RelID {
	var out []RelID
	for _, r := range level {
		if f := b.files[r]; f != nil {
			for _, st := range f.Stmts {
				forTables(st, func(name []syntax.Ident) {
					p := b.g.names.lookup(name, r)
					if p != None && p != r && !s.done[p] && !s.parents[r][p] && !s.reaches(p, r) {
						s.wait(r, p)
					}
				})
			}
		}
		if s.waiting[r] == 0 {
			out = append(out, r)
		}
	}
	return out
}

// bind binds relations that do not wait for each other, and enters what was
// found.
func (b *builder) bind(ctx context.Context, level []RelID) error {
	err := b.each(ctx, len(level), func(i int) {
		r := b.g.Relations[level[i]]
		file := b.files[r.ID]
		if file == nil {
			return
		}
		b.files[r.ID] = nil
		res := bind.Bind(file, view{g: b.g, self: r.ID})
		if stateOf(file, res) != unparsed || len(res.Outputs) > 0 {
			b.derive(r, res)
			if readsItself(r, res) {
				// An incremental model reads its own table, whose columns
				// are those that it makes.
				res = bind.Bind(file, view{g: b.g, self: r.ID})
			}
		}
		b.results[r.ID] = res
		r.diags = res.Diagnostics
		r.state = stateOf(file, res)
	})
	if err != nil {
		return err
	}
	b.g.order = append(b.g.order, level...)
	b.enter(level)
	return nil
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

// forTables calls fn for every table name in a statement.
func forTables(st syntax.Stmt, fn func(name []syntax.Ident)) {
	syntax.Inspect(st, func(n syntax.Node) bool {
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
	})
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
