package bind

import (
	"slices"
	"strconv"
	"strings"

	"impact/lineage/syntax"
)

// query binds a complete query. The outer scope is what a correlated reference
// may reach; env are the common table expressions in scope.
func (b *binder) query(q *syntax.Query, outer *scope, env *cteEnv) *table {
	if q == nil || !b.spend(exprWork) {
		return &table{}
	}
	if b.depth++; b.depth > maxDepth {
		b.depth--
		b.note(CodeWidened, q.Span, "the query is nested more than %d levels deep", maxDepth)
		return &table{}
	}
	defer func() { b.depth-- }()
	env = b.with(q.With, outer, env)
	var t *table
	if s, ok := q.Body.(*syntax.Select); ok {
		t = b.selectBlock(s, outer, env, q.OrderBy)
	} else {
		t = b.queryExpr(q.Body, outer, env)
		b.orderTable(q.OrderBy, t, outer, env)
	}
	b.limit(q.Limit, t, outer, env)
	b.limit(q.Offset, t, outer, env)
	if len(q.Pipes) > 0 {
		t = b.pipes(t, q, outer, env)
	}
	if q.Document != syntax.NoDocument {
		t = b.document(t, q.Document)
	}
	return settledTable(t)
}

// settledTable is a table none of whose columns is a literal any more.
func settledTable(t *table) *table {
	for i := range t.cols {
		if t.cols[i].val.typ == literalFloat {
			out := *t
			out.cols = slices.Clone(t.cols)
			for j := i; j < len(out.cols); j++ {
				out.cols[j].val.typ = settled(out.cols[j].val.typ)
			}
			return &out
		}
	}
	return t
}

// document is the table of the one text that FOR JSON or FOR XML makes of a
// table.
func (b *binder) document(t *table, d syntax.Document) *table {
	name := "JSON_F52E2B61-18A1-11d1-B105-00805F49916B"
	if d == syntax.XMLDocument {
		name = "XML_F52E2B61-18A1-11d1-B105-00805F49916B"
	}
	c := newColumn(name, b.derive(Aggregate, basic(String), b.tableValue(t)))
	c.unnamed = true
	return &table{cols: []column{c}, uses: t.uses}
}

// limit books what LIMIT or OFFSET depends on, if that is more than a number.
func (b *binder) limit(x syntax.Expr, t *table, outer *scope, env *cteEnv) {
	switch x.(type) {
	case nil, *syntax.Literal:
		return
	case *syntax.Path:
		if len(b.variables) == 0 { // a variable of a procedure that is not seen
			return
		}
	}
	if t.uses == nil {
		t.uses = &uses{}
	}
	b.filter(x, &scope{parent: outer, env: env, uses: t.uses})
}

// maxDepth bounds the nesting of queries and expressions; the parser's own limit
// is lower for every input that it accepts.
const maxDepth = 4000

func (b *binder) queryExpr(x syntax.QueryExpr, outer *scope, env *cteEnv) *table {
	if !b.spend(exprWork) {
		return &table{}
	}
	switch x := x.(type) {
	case *syntax.Select:
		return b.selectBlock(x, outer, env, nil)
	case *syntax.SetOp:
		return b.setOp(x, outer, env)
	case *syntax.Query:
		return b.query(x, outer, env)
	case *syntax.Values:
		return b.values(x, outer, env)
	case *syntax.FromQuery:
		u := &uses{}
		n := b.from(x.From, &scope{parent: outer, env: env, uses: u})
		if x.About != "" {
			return b.about(x.About, tableOf(n, u))
		}
		t := tableOf(n, u)
		t.vars = n.vars
		return t
	case *syntax.TableQuery:
		u := &uses{}
		sc := &scope{parent: outer, env: env, uses: u}
		sc.names = b.from(&syntax.Table{Span: x.Span, Name: x.Name}, sc)
		b.filter(x.Where, sc)
		return tableOf(sc.names, u)
	}
	return &table{}
}

// tableOf is the table that a star over names would give.
func tableOf(n *names, u *uses) *table {
	t := &table{uses: u}
	t.cols, t.opens = n.together()
	if n.rows || len(n.vars) != 1 || !n.vars[0].isValue || len(n.vars[0].opens) != len(n.opens) {
		return t
	}
	v := n.vars[0]
	// A pipe may have added columns, or given them other names.
	same := func(a, b column) bool { return a.hash == b.hash && a.name == b.name }
	switch k := len(v.cols); {
	case len(n.cols) < k || !slices.EqualFunc(v.cols, n.cols[:k], same):
	case len(n.cols) == k:
		t.cols, t.opens, t.isValue, t.val = n.cols, n.opens, true, v.val
		return plain(t)
	case v.part == 0 && len(v.opens) == 0 && v.name != "": // the value is a column beside the others
		id := syntax.Ident{Name: v.name, Hash: v.hash}
		t.cols = append([]column{identColumn(&id, v.val)}, n.cols[k:]...)
	}
	return t
}

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

func visible(cols []column) []column {
	for i := range cols {
		if cols[i].hidden {
			return slices.DeleteFunc(slices.Clone(cols), func(c column) bool { return c.hidden })
		}
	}
	return cols
}

// shown are the visible columns, and the open parts as they stand among these.
func shown(cols []column, opens []open) ([]column, []open) {
	if len(opens) == 0 || !slices.ContainsFunc(cols, func(c column) bool { return c.hidden }) {
		return visible(cols), opens
	}
	opens = slices.Clone(opens)
	all := slices.Clone(cols)
	return without(all, opens, func(i int) bool { return all[i].hidden }), opens
}

// values binds a VALUES list: columns by position over all rows.
func (b *binder) values(x *syntax.Values, outer *scope, env *cteEnv) *table {
	t := &table{uses: &uses{}}
	sc := &scope{parent: outer, env: env, uses: t.uses}
	for r, row := range x.Rows {
		for i, e := range row {
			v := b.expr(e, sc)
			if r == 0 {
				c := newColumn(b.dialect.ValuesColumn(i), v)
				c.span = e.Extent()
				t.cols = append(t.cols, c)
			} else if i < len(t.cols) {
				t.cols[i].val = b.merge(t.cols[i].val, v)
			}
		}
	}
	return t
}

// orderTable books ORDER BY over a set operation or a pipe's input.
func (b *binder) orderTable(items []syntax.OrderItem, t *table, outer *scope, env *cteEnv) {
	if len(items) == 0 {
		return
	}
	sc := &scope{parent: outer, env: env, uses: t.uses, names: &names{cols: t.cols, opens: t.opens}}
	b.order(items, sc, t.cols, t.opens)
}

// order books the keys of an ORDER BY; an integer is the position of a column.
func (b *binder) order(items []syntax.OrderItem, sc *scope, cols []column, opens []open) {
	for i := range items {
		it := &items[i]
		if it.All {
			for j := range cols {
				sc.uses.add(Order, b.flat(cols[j].val))
			}
			continue
		}
		n, ok := b.ordinalKey(it.X)
		if p, is := it.X.(*syntax.Param); is && p.Column > 0 {
			n, ok = p.Column, true
		}
		if ok {
			if b.position(n, cols, opens, it.Span) {
				sc.uses.add(Order, b.flat(cols[n-1].val))
			}
			continue
		}
		at := sc
		if _, name := it.X.(*syntax.Path); !name && b.traits.columnsInOrder {
			inner := *sc
			inner.aliasFirst = false
			at = &inner
		}
		sc.uses.add(Order, b.flat(b.expr(it.X, at)))
	}
}

// ordinalKey is ordinal for a key of GROUP BY or ORDER BY. In BigQuery one with a
// sign, or in hexadecimal digits, is a position as well.
func (b *binder) ordinalKey(x syntax.Expr) (int, bool) {
	if !b.traits.strictNames {
		return ordinal(x)
	}
	negative := false
	for {
		u, ok := x.(*syntax.Unary)
		if !ok || u.Op != syntax.OpPos && (u.Op != syntax.OpNeg || negative) {
			break
		}
		if u.Op == syntax.OpNeg {
			lit, ok := u.X.(*syntax.Literal)
			if !ok || strings.TrimSpace(b.file.Src[u.Span.Pos+1:lit.Span.Pos]) != "" { // -(1) is an expression
				return 0, false
			}
			negative = true
		}
		x = u.X
	}
	n, ok := ordinal(x)
	if lit, is := x.(*syntax.Literal); is && !ok && lit.Kind == syntax.IntLiteral {
		if digits, hex := strings.CutPrefix(strings.ToLower(lit.Text), "0x"); hex {
			v, err := strconv.ParseInt(digits, 16, 32)
			n, ok = int(v), err == nil
		}
	}
	if negative {
		n = -n
	}
	return n, ok
}

// ordinal reports whether an expression is a plain integer, as GROUP BY 1 is.
func ordinal(x syntax.Expr) (int, bool) {
	lit, ok := x.(*syntax.Literal)
	if !ok || lit.Kind != syntax.IntLiteral {
		return 0, false
	}
	n, err := strconv.Atoi(lit.Text)
	return n, err == nil
}

// filter books a condition that decides which rows remain.
func (b *binder) filter(x syntax.Expr, sc *scope) {
	if x == nil {
		return
	}
	sc.uses.add(Filter, b.flat(b.expr(x, sc)))
}
