package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// with binds the common table expressions of a WITH clause one after the other.
// All are bound, read or not, because an error in any of them fails the query;
// but the uses of one count only where it is read. Without a clause, w is nil and
// env stays.
func (b *binder) with(w *syntax.With, outer *scope, env *cteEnv) *cteEnv {
	if w == nil {
		return env
	}
	if b.traits.strictNames {
		// Around it, these queries see the parameters of a function only.
		outer = nil
		if len(b.params) > 0 {
			outer = &scope{vars: b.params}
		}
	}
	for _, f := range w.Functions {
		b.defineFunction(f)
	}
	recursive := w.Recursive || b.dialect.RecursiveWithoutKeyword
	ctes := w.CTEs
	seen := make(nameSet)
	if w.Recursive {
		ctes = b.inOrder(ctes)
	}
	for _, c := range ctes {
		if b.traits.strictNames {
			if !seen.add(c.Name.Name) {
				b.fail(CodeDuplicateName, c.Name.Span, "WITH has two queries called %s", c.Name.Name)
			}
		}
		if t := b.ephemeral(c); t != nil {
			env = env.with(&c.Name, t)
			continue
		}
		var t *table
		if recursive && b.mentions(c.Query, &c.Name) {
			t = b.recursiveCTE(c, outer, env)
		} else {
			t = b.query(c.Query, outer, env)
		}
		t = b.renamed(plain(t), c.Columns)
		if b.traits.distinctNames {
			t = b.distinct(t)
		}
		if len(c.Search) > 0 {
			t = b.searched(t, c.Search)
		}
		if c.Depth != nil {
			t = withDepth(t, c.Depth)
		}
		env = env.with(&c.Name, t)
	}
	return env
}

// inOrder puts the queries of WITH RECURSIVE behind those that they read: there one
// may stand before what it reads. Where each reads the other, the written order
// stays.
func (b *binder) inOrder(ctes []*syntax.CTE) []*syntax.CTE {
	at := make(map[uint32]int, len(ctes))
	for i, c := range ctes {
		at[c.Name.Hash] = i
	}
	reads := make([][]int, len(ctes))
	forward := false
	for i, c := range ctes {
		syntax.Inspect(c.Query, func(n syntax.Node) bool {
			b.spent++
			if t, ok := n.(*syntax.Table); ok && len(t.Name) == 1 {
				if j, ok := at[t.Name[0].Hash]; ok && j != i {
					reads[i] = append(reads[i], j)
					forward = forward || j > i
				}
			}
			return !b.exhausted()
		})
	}
	if !forward {
		return ctes
	}
	out := make([]*syntax.CTE, 0, len(ctes))
	seen := make([]bool, len(ctes))
	var visit func(int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		for _, j := range reads[i] {
			visit(j)
		}
		out = append(out, ctes[i])
	}
	for i := range ctes {
		visit(i)
	}
	return out
}

// ephemeralPrefix starts the names under which dbt copies ephemeral models into
// the SQL of the models that read them.
const ephemeralPrefix = "__dbt__cte__"

// ephemeral returns the relation that the text of a common table expression is a
// copy of, if the catalog knows it: it is then read like any other relation, and
// its SQL is bound where it stands, once.
func (b *binder) ephemeral(c *syntax.CTE) *table {
	if b.catalog == nil || len(c.Name.Name) <= len(ephemeralPrefix) || !syntax.EqualFold(c.Name.Name[:len(ephemeralPrefix)], ephemeralPrefix) {
		return nil
	}
	rel := b.catalog.Relation([]syntax.Ident{c.Name})
	if rel == nil {
		return nil
	}
	v := b.inputVar(b.input(rel, true), nil)
	return &table{cols: v.cols, opens: v.opens}
}

func withDepth(t *table, d *syntax.CTEDepth) *table {
	col := newColumn("depth", value{typ: basic(Int64)})
	if d.Name.Name != "" {
		col = identColumn(&d.Name, value{typ: basic(Int64)})
	}
	return &table{cols: append(slices.Clip(t.cols), col), opens: t.opens, uses: t.uses}
}

// searched adds the columns of SEARCH and CYCLE, which are computed from columns
// of the recursive query itself.
func (b *binder) searched(t *table, added []syntax.SearchColumn) *table {
	sc := &scope{uses: t.uses, names: &names{cols: t.cols, opens: t.opens}}
	out := &table{cols: slices.Clip(t.cols), opens: t.opens, uses: t.uses}
	for i := range added {
		var v value
		for j := range added[i].Of {
			p := &syntax.Path{Parts: added[i].Of[j : j+1]}
			p.Span = added[i].Of[j].Span
			v = b.derive(Transform, nil, v, b.resolve(p, sc))
		}
		if v.typ = nil; added[i].Flag {
			v.typ = basic(Bool)
		}
		out.cols = append(out.cols, identColumn(&added[i].Name, v))
	}
	return out
}

// renamed gives a table's columns the names of an alias's column list.
func (b *binder) renamed(t *table, names []syntax.Ident) *table {
	if len(names) == 0 {
		return t
	}
	out := &table{opens: t.opens, uses: t.uses}
	if !b.spend(columnWork * len(t.cols)) {
		return t
	}
	out.cols = slices.Clone(t.cols)
	n := 0
	for i := range out.cols {
		if out.cols[i].hidden || n >= len(names) {
			continue
		}
		out.cols[i].name, out.cols[i].hash = names[n].Name, names[n].Hash
		n++
	}
	var v value
	if n < len(names) {
		// More names than known columns: the rest comes from what is open.
		v = b.tableValue(t)
		if len(t.opens) > 0 {
			v = value{}
			for _, o := range t.opens {
				v.srcs = b.union(v.srcs, b.openStar(o))
			}
		}
		v.srcs = b.confide(Widened, v.srcs)
	}
	for ; n < len(names); n++ {
		out.cols = append(out.cols, identColumn(&names[n], v))
	}
	if len(names) > 0 {
		out.opens = nil
	}
	return out
}

// maxRecursion bounds how often a recursive term is bound until its sources stop
// growing; each round can only add sources along one more step of the recursion.
const maxRecursion = 12

// recursiveCTE binds the anchor first, then the recursive terms against what is
// known so far, until nothing is added.
func (b *binder) recursiveCTE(c *syntax.CTE, outer *scope, env *cteEnv) *table {
	set, ok := c.Query.Body.(*syntax.SetOp)
	inner := b.with(c.Query.With, outer, env)
	if !ok {
		b.note(CodeWidened, c.Span, "recursion of %s is not a set operation", c.Name.Name)
		return b.query(c.Query, outer, env.with(&c.Name, &table{}))
	}
	var t *table
	anchors := 0
	for anchors < len(set.Inputs) && !b.mentions(set.Inputs[anchors], &c.Name) {
		anchors++
	}
	if anchors == 0 {
		t = &table{uses: &uses{}}
	} else {
		t = b.queryExpr(set.Inputs[0], outer, inner)
		for i := 1; i < anchors; i++ {
			t = b.combine(t, b.queryExpr(set.Inputs[i], outer, inner), set.Ops[i-1])
		}
		t = b.renamed(t, c.Columns)
	}
	for round := 0; round < maxRecursion && !b.exhausted(); round++ {
		before := b.weight(t)
		next := t
		recEnv := inner.with(&c.Name, &table{cols: t.cols, opens: t.opens, isValue: t.isValue, val: t.val})
		for i := anchors; i < len(set.Inputs); i++ {
			term := b.queryExpr(set.Inputs[i], outer, recEnv)
			op := syntax.SetOpSpec{Kind: syntax.Union, All: true}
			if i > 0 {
				op = set.Ops[i-1]
			}
			next = b.combine(next, term, op)
		}
		t = next
		if b.weight(t) == before {
			break
		}
	}
	b.orderTable(c.Query.OrderBy, t, outer, env)
	if len(c.Query.Pipes) > 0 {
		t = b.pipes(t, c.Query, outer, env)
	}
	return t
}

// weight measures how many sources a table's columns have together.
func (b *binder) weight(t *table) int {
	n := len(t.cols)
	for i := range t.cols {
		n += len(b.flat(t.cols[i].val))
	}
	return n
}
