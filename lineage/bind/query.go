package bind

import (
	"slices"
	"strconv"

	"impact/lineage/syntax"
)

// query binds a complete query. The outer scope is what a correlated reference
// may reach; env are the common table expressions in scope.
func (b *binder) query(q *syntax.Query, outer *scope, env *cteEnv) *table {
	if q == nil {
		return &table{}
	}
	if b.depth++; b.depth > maxDepth {
		b.depth--
		b.note(CodeWidened, q.Span, "the query is nested more than %d levels deep", maxDepth)
		return &table{}
	}
	defer func() { b.depth-- }()
	if q.With != nil {
		env = b.with(q.With, outer, env)
	}
	var t *table
	if s, ok := q.Body.(*syntax.Select); ok {
		t = b.selectBlock(s, outer, env, q.OrderBy)
	} else {
		t = b.queryExpr(q.Body, outer, env)
		b.orderTable(q.OrderBy, t, outer, env)
	}
	if len(q.Pipes) > 0 {
		t = b.pipes(t, q, outer, env)
	}
	return t
}

// maxDepth bounds the nesting of queries and expressions; the parser's own limit
// is lower for every input that it accepts.
const maxDepth = 4000

func (b *binder) queryExpr(x syntax.QueryExpr, outer *scope, env *cteEnv) *table {
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
	t := &table{cols: n.cols, opens: n.opens, uses: u}
	if len(n.vars) == 1 && n.vars[0].isValue {
		t.isValue, t.val = true, n.vars[0].val
	}
	return t
}

// with binds the common table expressions of a WITH clause one after the other.
// All are bound, read or not, because an error in any of them fails the query;
// but the uses of one count only where it is read.
func (b *binder) with(w *syntax.With, outer *scope, env *cteEnv) *cteEnv {
	recursive := w.Recursive || b.dialect.RecursiveWithoutKeyword
	for _, c := range w.CTEs {
		if t := b.ephemeral(c); t != nil {
			env = &cteEnv{parent: env, name: &c.Name, table: t}
			continue
		}
		var t *table
		if recursive && mentions(c.Query, &c.Name) {
			t = b.recursiveCTE(c, outer, env)
		} else {
			t = b.query(c.Query, outer, env)
		}
		t = b.renamed(t, c.Columns)
		for i := range c.SearchCols {
			t = &table{cols: append(slices.Clip(t.cols), identColumn(&c.SearchCols[i], value{})), opens: t.opens, uses: t.uses}
		}
		if c.Depth != nil {
			t = withDepth(t, c.Depth)
		}
		env = &cteEnv{parent: env, name: &c.Name, table: t}
	}
	return env
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

// renamed gives a table's columns the names of an alias's column list.
func (b *binder) renamed(t *table, names []syntax.Ident) *table {
	if len(names) == 0 {
		return t
	}
	out := &table{opens: t.opens, uses: t.uses}
	out.cols = slices.Clone(t.cols)
	n := 0
	for i := range out.cols {
		if out.cols[i].hidden || n >= len(names) {
			continue
		}
		out.cols[i].name, out.cols[i].hash = names[n].Name, names[n].Hash
		n++
	}
	for ; n < len(names); n++ {
		// More names than known columns: the rest comes from what is open.
		v := b.tableValue(t)
		if len(t.opens) > 0 {
			v = value{}
			for _, o := range t.opens {
				v.srcs = b.union(v.srcs, b.openStar(o))
			}
		}
		v.srcs = b.confide(Widened, v.srcs)
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
	inner := env
	if c.Query.With != nil {
		inner = b.with(c.Query.With, outer, env)
	}
	if !ok {
		b.note(CodeWidened, c.Span, "recursion of %s is not a set operation", c.Name.Name)
		return b.query(c.Query, outer, &cteEnv{parent: env, name: &c.Name, table: &table{}})
	}
	var t *table
	anchors := 0
	for anchors < len(set.Inputs) && !mentions(set.Inputs[anchors], &c.Name) {
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
	for round := 0; round < maxRecursion; round++ {
		before := b.weight(t)
		next := t
		recEnv := &cteEnv{parent: inner, name: &c.Name, table: &table{cols: t.cols, opens: t.opens, isValue: t.isValue, val: t.val}}
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

// setOp binds the branches of a set operation from left to right.
func (b *binder) setOp(s *syntax.SetOp, outer *scope, env *cteEnv) *table {
	t := b.queryExpr(s.Inputs[0], outer, env)
	for i, op := range s.Ops {
		t = b.combine(t, b.queryExpr(s.Inputs[i+1], outer, env), op)
	}
	return t
}

// combine merges two branches of a set operation. EXCEPT gives values of its
// left side; the right side decides which of them remain.
func (b *binder) combine(x, y *table, op syntax.SetOpSpec) *table {
	u := &uses{}
	u.child(x.uses)
	u.child(y.uses)
	byName := op.ByName || op.Corresponding
	var out *table
	switch {
	case byName:
		out = b.combineByName(x, y, op)
	case len(x.opens) > 0 || len(y.opens) > 0:
		out = b.combineOpen(x, y)
	default:
		out = b.combineByPosition(x, y, op)
	}
	out.uses = u
	if op.Kind == syntax.Except {
		yc := visible(y.cols)
		for i := range yc {
			u.add(Join, b.flat(yc[i].val))
			// The right side's values decide which of the left side's remain.
			at := i
			if byName {
				at = columnIndex(out.cols, &syntax.Ident{Name: yc[i].name, Hash: yc[i].hash})
			}
			if at >= 0 && at < len(out.cols) {
				out.cols[at].val = b.plus(out.cols[at].val, b.through(Conditional, b.flat(yc[i].val)))
			}
		}
	}
	if op.Kind != syntax.Union || !op.All {
		for i := range out.cols {
			u.add(Group, b.flat(out.cols[i].val))
		}
	}
	return out
}

func (b *binder) combineByPosition(x, y *table, op syntax.SetOpSpec) *table {
	xc, yc := visible(x.cols), visible(y.cols)
	mismatch := len(xc) != len(yc) && len(xc) > 0 && len(yc) > 0
	if mismatch {
		b.fail(CodeColumnCount, op.Span, "the sides of the set operation have %d and %d columns", len(xc), len(yc))
	}
	out := &table{cols: slices.Clone(xc), isValue: x.isValue && y.isValue}
	for i := range out.cols {
		if i < len(yc) && op.Kind != syntax.Except {
			out.cols[i].val = b.unite(&xc[i], &yc[i], op)
		}
	}
	if len(yc) > len(out.cols) && !mismatch {
		out.cols = append(out.cols, yc[len(out.cols):]...)
	}
	if out.isValue {
		out.val = b.merge(x.val, y.val)
	}
	return out
}

// unite is the column that two branches of a set operation make together.
func (b *binder) unite(x, y *column, op syntax.SetOpSpec) value {
	if b.traits.strictStructs && fieldsDiffer(x.val.typ, y.val.typ) {
		b.fail(CodeColumnCount, op.Span, "column %s is %s on one side of the set operation and %s on the other", x.name, x.val.typ, y.val.typ)
	}
	return b.merge(x.val, y.val)
}

// combineOpen merges branches of which one has columns that are not known: the
// positions cannot be told, so columns are matched by name, and the rest of
// either side passes through.
func (b *binder) combineOpen(x, y *table) *table {
	out := &table{cols: slices.Clone(visible(x.cols)), opens: slices.Clone(x.opens)}
	yc := visible(y.cols)
	positional := len(x.opens) == 0 || len(y.opens) == 0
	for i := range out.cols {
		c := &out.cols[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		if m := findColumn(yc, &id); m != nil {
			c.val = b.merge(c.val, m.val)
			continue
		}
		for _, o := range y.opens {
			if v, ok := b.openColumn(o, &id); ok {
				c.val = b.merge(c.val, v)
			}
		}
	}
	for i := range yc {
		id := syntax.Ident{Name: yc[i].name, Hash: yc[i].hash}
		if findColumn(out.cols, &id) != nil {
			continue
		}
		if len(x.opens) == 0 && positional {
			continue
		}
		c := yc[i]
		for _, o := range x.opens {
			if v, ok := b.openColumn(o, &id); ok {
				c.val = b.merge(c.val, v)
			}
		}
		out.cols = append(out.cols, c)
	}
	if len(x.opens) > 0 {
		named := make([]string, 0, len(out.cols))
		for i := range out.cols {
			named = append(named, out.cols[i].name)
		}
		out.opens = nil
		for _, o := range append(slices.Clone(x.opens), y.opens...) {
			o.except = appendMissing(o.except, named)
			out.opens = append(out.opens, o)
		}
	}
	return out
}

func appendMissing(list, names []string) []string {
	out := slices.Clip(list)
	for _, n := range names {
		if !slices.ContainsFunc(out, func(e string) bool { return syntax.EqualFold(e, n) }) {
			out = append(out, n)
		}
	}
	return out
}

func (b *binder) combineByName(x, y *table, op syntax.SetOpSpec) *table {
	out := &table{opens: append(slices.Clone(x.opens), y.opens...)}
	xc, yc := visible(x.cols), visible(y.cols)
	mode := op.Mode
	if mode == syntax.NoMode && op.Corresponding {
		mode = syntax.InnerMode
	}
	if mode == syntax.NoMode && b.dialect.UnionByNameIsFull {
		mode = syntax.FullMode
	}
	keep := func(name string) bool {
		if len(op.By) == 0 {
			return true
		}
		return slices.ContainsFunc(op.By, func(id syntax.Ident) bool { return syntax.EqualFold(id.Name, name) })
	}
	strict := mode == syntax.NoMode || mode == syntax.StrictMode
	for i := range xc {
		c := xc[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		m := findColumn(yc, &id)
		switch {
		case !keep(c.name):
			continue
		case m != nil && op.Kind != syntax.Except:
			c.val = b.unite(&c, m, op)
		case m == nil && len(y.opens) > 0:
			for _, o := range y.opens {
				if v, ok := b.openColumn(o, &id); ok {
					c.val = b.merge(c.val, v)
				}
			}
		case m == nil && mode == syntax.InnerMode:
			continue
		case m == nil && strict:
			b.fail(CodeColumnCount, op.Span, "column %s is missing in one side of the set operation by name", c.name)
		}
		out.cols = append(out.cols, c)
	}
	for i := range yc {
		c := yc[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		if findColumn(xc, &id) != nil || !keep(c.name) {
			continue
		}
		if strict && len(x.opens) == 0 {
			b.fail(CodeColumnCount, op.Span, "column %s is missing in one side of the set operation by name", c.name)
		}
		if mode == syntax.FullMode || len(x.opens) > 0 {
			out.cols = append(out.cols, c)
		}
	}
	if len(op.By) > 0 {
		ordered := make([]column, 0, len(op.By))
		for i := range op.By {
			if c := findColumn(out.cols, &op.By[i]); c != nil {
				ordered = append(ordered, *c)
			} else {
				b.fail(CodeUnknownColumn, op.By[i].Span, "column %s is not in the set operation", op.By[i].Name)
			}
		}
		out.cols, out.opens = ordered, nil
	}
	return out
}

func visible(cols []column) []column {
	for i := range cols {
		if cols[i].hidden {
			return slices.DeleteFunc(slices.Clone(cols), func(c column) bool { return c.hidden })
		}
	}
	return cols
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
		if n, ok := ordinal(it.X); ok {
			if b.position(n, cols, opens, it.Span) {
				sc.uses.add(Order, b.flat(cols[n-1].val))
			}
			continue
		}
		sc.uses.add(Order, b.flat(b.expr(it.X, sc)))
	}
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
