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
