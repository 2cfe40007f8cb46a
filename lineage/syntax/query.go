package syntax

// atQuery reports whether a query begins here, without a parenthesis.
func (p *parser) atQuery() bool {
	t := p.tok()
	switch t.kw {
	case kwSelect:
		return true
	case kwWith:
		n := p.peek(1)
		return n.kind != tokLParen && isLabel(n)
	case kwFrom:
		n := p.peek(1)
		return p.isName(n) || n.kind == tokLParen || n.kind == tokString || n.kw == kwUnnest || n.kw == kwLateral || n.kind == tokParam
	case kwValues:
		switch p.peek(1).kind {
		case tokLParen:
			return !p.isName(t) || p.peek(2).kind != tokIdent
		case tokInt, tokString, tokFloat:
			return !p.isName(t)
		}
	case kwTable:
		// TABLE t of a query in parentheses.
		return p.isName(p.peek(1)) && p.toks[max(p.i-1, 0)].kind == tokLParen && p.peek(2).kind == tokRParen
	case kwPivot, kwUnpivot, kwPivotWider, kwPivotLonger, kwDescribe, kwSummarize, kwShow:
		return p.d.StructBraces && p.d.JSONArrow && (p.isName(p.peek(1)) || p.peek(1).kind == tokLParen) &&
			p.toks[max(p.i-1, 0)].kind != tokDot && p.peek(1).kw != kwFrom && p.toks[max(p.i-1, 0)].kind == tokLParen
	}
	return false
}

// queryInParens reports whether the parenthesis at the current token begins a
// query: behind all opening ones a query's first word stands.
func (p *parser) queryInParens() bool {
	save := p.i
	for p.atKind(tokLParen) {
		p.next()
	}
	ok := p.atQuery()
	p.i = save
	return ok
}

// parenQuery reads (query).
func (p *parser) parenQuery() *Query {
	start := p.pos()
	query, items := p.parens()
	if query == nil {
		// ((SELECT 1) + 2): an expression after all.
		q := p.queries.one()
		v := &Values{Rows: [][]Expr{fieldValues(items)}}
		v.Span = p.span(start)
		q.Body, q.Span = v, v.Span
		return q
	}
	return query
}

func fieldValues(items []Field) []Expr {
	out := make([]Expr, len(items))
	for i := range items {
		out[i] = items[i].Value
	}
	return out
}

// queryGoesOn reports whether a query in parentheses is the first operand of a
// larger query.
func (p *parser) queryGoesOn() bool {
	t := p.tok()
	switch t.kind {
	case tokPipe:
		return true
	case tokIdent:
		switch t.kw {
		case kwUnion, kwIntersect, kwExcept, kwMinus:
			return true
		case kwOrder:
			return p.peek(1).kw == kwBy
		case kwLimit, kwFetch:
			return true
		case kwOffset:
			return p.peek(1).kind == tokInt
		}
		return p.setModeAhead()
	}
	return false
}

// query reads a query with everything that belongs to it.
func (p *parser) query() *Query {
	p.enter()
	start := p.pos()
	q := p.queries.one()
	if p.at(kwWith) && p.peek(1).kind != tokLParen {
		q.With = p.with()
	}
	q.Body = p.setOps(start, nil)
	p.queryTail(q)
	q.Span = p.span(start)
	p.leave()
	return q
}

// queryFrom reads the rest of a query that begins with first in parentheses.
func (p *parser) queryFrom(start Pos, first *Query) *Query {
	p.enter()
	q := p.queries.one()
	q.Body = p.setOps(start, first)
	p.queryTail(q)
	q.Span = p.span(start)
	p.leave()
	return q
}

// with reads WITH [RECURSIVE] name AS (query), ….
func (p *parser) with() *With {
	start := p.pos()
	p.next()
	w := &With{}
	if p.at(kwRecursive) && isLabel(p.peek(1)) && p.peek(1).kw != kwAs {
		p.next()
		w.Recursive = true
	}
	for {
		if c := p.cte(); c != nil {
			w.CTEs = append(w.CTEs, c)
		}
		if !p.acceptKind(tokComma) || p.atAny(kwSelect, kwInsert, kwFrom, kwUpdate, kwDelete, kwMerge) {
			break
		}
	}
	w.Span = p.span(start)
	return w
}

func (p *parser) cte() *CTE {
	start := p.pos()
	if p.at(kwFunction) && isLabel(p.peek(1)) && p.peek(1).kw != kwAs {
		p.inlineFunction()
		return nil
	}
	c := &CTE{}
	if p.d.ArrayJoin && !(isLabel(p.tok()) && (p.peek(1).kw == kwAs && p.peek(2).kind == tokLParen)) {
		return p.scalarCTE()
	}
	c.Name = p.name("a name")
	if p.atKind(tokLParen) {
		c.Columns = p.parenNames("a column")
	}
	if p.at(kwUsing) && p.peek(1).kw == kwKey { // DuckDB
		p.next()
		p.next()
		p.skipParens()
	}
	p.expect(kwAs)
	if !p.accept2(kwNot, kwMaterialized) {
		p.accept(kwMaterialized)
	}
	p.hint()
	if !p.atKind(tokLParen) {
		p.failExpected(`"("`)
	}
	if n := p.peek(1).kw; n == kwInsert || n == kwUpdate || n == kwDelete || n == kwMerge {
		c.Query = p.returningQuery()
	} else {
		c.Query = p.parenQuery()
	}
	p.cteTail(c)
	c.Span = p.span(start)
	return c
}

// cteTail reads WITH DEPTH, SEARCH and CYCLE.
func (p *parser) cteTail(c *CTE) {
	for {
		switch {
		case p.at2(kwWith, kwDepth):
			p.next()
			p.next()
			c.Depth = &CTEDepth{}
			if p.accept(kwAs) {
				c.Depth.Name = p.label("a column")
			}
			if p.accept(kwBetween) {
				p.exprAbove(precCompare)
				p.expect(kwAnd)
				p.exprAbove(precCompare)
			} else if p.accept(kwMax) {
				p.exprAbove(precCompare)
			}
		case p.at(kwSearch):
			p.next()
			p.acceptAny(kwDepth, kwBreadth)
			p.expect(kwFirst)
			p.expect(kwBy)
			p.names("a column")
			p.expect(kwSet)
			c.SearchCols = append(c.SearchCols, p.label("a column"))
		case p.at(kwCycle):
			p.next()
			p.names("a column")
			p.expect(kwSet)
			c.SearchCols = append(c.SearchCols, p.label("a column"))
			if p.accept(kwTo) {
				p.expr()
				p.expect(kwDefault)
				p.expr()
			}
			if p.accept(kwUsing) {
				c.SearchCols = append(c.SearchCols, p.label("a column"))
			}
		default:
			return
		}
	}
}

// inlineFunction reports and skips WITH FUNCTION of Trino.
func (p *parser) inlineFunction() {
	t := p.tok()
	for !p.atKind(tokEOF) && !p.atKind(tokSemicolon) && !p.at(kwSelect) && !p.atKind(tokComma) {
		if p.atKind(tokLParen) {
			p.skipParens()
			continue
		}
		p.next()
	}
	p.report(Span{t.pos, p.end()}, "functions in a WITH clause are not read", "")
}

// scalarCTE reads ClickHouse's WITH expr AS name, as a query of one column.
func (p *parser) scalarCTE() *CTE {
	start := p.pos()
	x := p.expr()
	p.expect(kwAs)
	c := &CTE{Name: p.label("a name")}
	v := &Values{Rows: [][]Expr{{x}}}
	v.Span = x.Extent()
	c.Query = p.queries.one()
	c.Query.Body, c.Query.Span = v, v.Span
	c.Span = p.span(start)
	return c
}

// returningQuery reads (INSERT|UPDATE|DELETE … RETURNING …) as a query of what
// it returns.
func (p *parser) returningQuery() *Query {
	p.expectKind(tokLParen)
	start := p.pos()
	s := p.selects.one()
	switch p.tok().kw {
	case kwInsert:
		in := p.insert(nil)
		s.From = &Table{Span: in.Span, Name: in.Target}
	case kwUpdate:
		s.From = p.update(nil).Target
	case kwDelete:
		s.From = p.delete(nil).Target
	default:
		s.From = p.merge(nil).Target
	}
	s.Items = p.returned
	p.returned = nil
	s.Span = p.span(start)
	p.expectKind(tokRParen)
	q := p.queries.one()
	q.Body, q.Span = s, s.Span
	return q
}

// setOps reads operands joined by UNION, INTERSECT and EXCEPT. The first operand
// may have been read already.
func (p *parser) setOps(start Pos, first *Query) QueryExpr {
	var body QueryExpr
	if first != nil {
		body = first
	} else {
		body = p.queryOperand()
	}
	if !p.atSetOp() {
		return body
	}
	s := &SetOp{Inputs: []QueryExpr{body}}
	for p.atSetOp() {
		s.Ops = append(s.Ops, p.setOpSpec())
		s.Inputs = append(s.Inputs, p.queryOperand())
	}
	s.Span = p.span(start)
	if p.d.IntersectFirst {
		return groupIntersect(s)
	}
	return s
}

// groupIntersect brings INTERSECT's higher precedence into the tree.
func groupIntersect(s *SetOp) QueryExpr {
	first, mixed := s.Ops[0].Kind, false
	for _, op := range s.Ops {
		mixed = mixed || (op.Kind == Intersect) != (first == Intersect)
	}
	if !mixed {
		return s
	}
	out := &SetOp{Span: s.Span}
	for i := 0; i < len(s.Inputs); {
		j := i
		for j < len(s.Ops) && s.Ops[j].Kind == Intersect {
			j++
		}
		input := s.Inputs[i]
		if j > i {
			input = &SetOp{
				Span:   Span{s.Inputs[i].Extent().Pos, s.Inputs[j].Extent().End},
				Inputs: s.Inputs[i : j+1 : j+1], Ops: s.Ops[i:j:j],
			}
		}
		out.Inputs = append(out.Inputs, input)
		if j < len(s.Ops) {
			out.Ops = append(out.Ops, s.Ops[j])
		}
		i = j + 1
	}
	if len(out.Inputs) == 1 {
		return out.Inputs[0]
	}
	return out
}

// queryOperand reads one operand of a set operation.
func (p *parser) queryOperand() QueryExpr {
	switch t := p.tok(); {
	case t.kw == kwSelect:
		return p.selectBlock(nil)
	case t.kind == tokLParen:
		return p.parenQuery()
	case t.kw == kwValues:
		return p.values()
	case t.kw == kwFrom:
		return p.fromQuery()
	case t.kw == kwTable:
		p.next()
		if p.at(kwTable) { // a table called table
			p.next()
		}
		q := &TableQuery{Name: p.dotted("a table")}
		if p.accept(kwWhere) {
			q.Where = p.clauseExpr()
		}
		q.Span = p.span(t.pos)
		return q
	case t.kw == kwWith:
		return p.query()
	case t.kw == kwPivot || t.kw == kwPivotWider:
		return p.pivotStatement()
	case t.kw == kwUnpivot || t.kw == kwPivotLonger:
		return p.unpivotStatement()
	case t.kw == kwDescribe || t.kw == kwSummarize || t.kw == kwShow:
		p.next()
		p.acceptAny(kwSummarize)
		f := &FromQuery{}
		if p.atQuery() {
			q := p.query()
			f.From = &Derived{Span: q.Span, Query: q}
		} else {
			f.From = p.tableItem()
		}
		f.Span = p.span(t.pos)
		return f
	}
	p.failExpected("a query")
	return nil
}

// values reads VALUES (…), (…), or VALUES a, b.
func (p *parser) values() *Values {
	start := p.pos()
	p.next()
	v := &Values{}
	for {
		p.accept(kwRow)
		if p.atKind(tokLParen) {
			v.Rows = append(v.Rows, p.parenExprs())
		} else {
			v.Rows = append(v.Rows, []Expr{p.expr()})
		}
		if !p.atKind(tokComma) || !p.rowAhead() {
			break
		}
		p.next()
	}
	v.Span = p.span(start)
	return v
}

// rowAhead reports whether another row stands behind a comma.
func (p *parser) rowAhead() bool {
	n := p.peek(1)
	return n.kind == tokLParen || n.kw == kwRow && p.peek(2).kind == tokLParen ||
		n.kind == tokInt || n.kind == tokString || n.kind == tokFloat
}

// fromQuery reads a query that begins with FROM.
func (p *parser) fromQuery() QueryExpr {
	start := p.pos()
	p.next()
	from := p.fromClause()
	if p.at(kwSelect) {
		s := p.selectBlock(from)
		s.Span = p.span(start)
		return s
	}
	if p.atAny(kwWhere, kwGroup, kwHaving, kwQualify, kwWindow) {
		// DuckDB's FROM t WHERE x means SELECT * FROM t WHERE x.
		s := p.selects.one()
		star := &Star{Span: Span{start, start}}
		s.Items = p.itemLists.list([]SelectItem{{Span: star.Span, Star: star}})
		s.From = from
		p.selectClauses(s)
		s.Span = p.span(start)
		return s
	}
	f := &FromQuery{From: from}
	f.Span = p.span(start)
	return f
}

// atSetOp reports whether a set operation goes on here.
func (p *parser) atSetOp() bool {
	switch p.tok().kw {
	case kwUnion, kwIntersect, kwExcept:
		return true
	case kwMinus:
		n := p.peek(1)
		return n.kw == kwSelect || n.kind == tokLParen || n.kw == kwAll || n.kw == kwDistinct || n.kw == kwWith || n.kw == kwFrom
	}
	return p.setModeAhead()
}

// setModeAhead reports whether FULL OUTER, LEFT, INNER or STRICT stands here
// before a set operation.
func (p *parser) setModeAhead() bool {
	if !p.atAny(kwFull, kwLeft, kwInner, kwStrict) {
		return false
	}
	n := p.peek(1)
	if n.kw == kwOuter {
		n = p.peek(2)
	}
	return n.kw == kwUnion || n.kw == kwIntersect || n.kw == kwExcept
}

// setOpSpec reads one set operator with its modifiers.
func (p *parser) setOpSpec() SetOpSpec {
	start := p.pos()
	var s SetOpSpec
	s.Mode = p.setMode()
	switch {
	case p.accept(kwUnion):
		s.Kind = Union
	case p.accept(kwIntersect):
		s.Kind = Intersect
	case p.acceptAny(kwExcept, kwMinus):
		s.Kind = Except
	default:
		p.failExpected("UNION, INTERSECT or EXCEPT")
	}
	p.hint()
	if p.accept(kwAll) {
		s.All = true
	} else {
		p.accept(kwDistinct)
	}
	if s.Mode == NoMode && p.at(kwStrict) {
		s.Mode = p.setMode()
	}
	switch {
	case p.accept2(kwBy, kwName):
		s.ByName = true
		if p.accept2(kwMatching, kwOn) || p.accept(kwOn) {
			s.By = p.parenNames("a column")
		}
	case p.accept(kwCorresponding):
		s.Corresponding = true
		if p.accept(kwBy) {
			s.By = p.parenNames("a column")
		}
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) setMode() SetMode {
	mode := NoMode
	switch p.tok().kw {
	case kwFull:
		mode = FullMode
	case kwLeft:
		mode = LeftMode
	case kwInner:
		mode = InnerMode
	case kwStrict:
		mode = StrictMode
	case kwOuter:
		p.next()
		return FullMode
	default:
		return NoMode
	}
	p.next()
	p.accept(kwOuter)
	return mode
}

// queryTail reads what follows the body of a query.
func (p *parser) queryTail(q *Query) {
	for {
		switch t := p.tok(); t.kw {
		case kwOrder, kwSort, kwDistribute, kwCluster:
			if p.at2(kwOrder, kwSiblings) {
				p.next() // ORDER SIBLINGS BY of a hierarchy
			} else if p.peek(1).kw != kwBy || t.kw != kwOrder && !p.d.SortBy {
				return
			}
			items := p.orderBy()
			if q.OrderBy != nil {
				items = append(append([]OrderItem(nil), q.OrderBy...), items...)
			}
			q.OrderBy = items
		case kwLimit:
			p.limit(q)
		case kwOffset:
			if n := p.peek(1); n.kind == tokRParen || n.kind == tokEOF || n.kind == tokComma {
				return
			}
			p.next()
			q.Offset = p.exprAbove(precCompare)
			p.acceptAny(kwRow, kwRows)
		case kwFetch:
			p.next()
			p.acceptAny(kwFirst, kwNext)
			if !p.atAny(kwRow, kwRows) {
				q.Limit = p.exprAbove(precCompare)
				p.accept(kwPercent)
			}
			p.acceptAny(kwRow, kwRows)
			if !p.accept(kwOnly) {
				p.accept2(kwWith, kwTies)
			}
		case kwFor:
			if !p.lockClause() {
				return
			}
		case kwOption:
			if p.peek(1).kind != tokLParen {
				return
			}
			p.next()
			p.skipParens()
		case kwLock:
			// MySQL's LOCK IN SHARE MODE.
			if p.peek(1).kw != kwIn {
				return
			}
			p.i += 4
			p.i = min(p.i, len(p.toks)-1)
		case kwWith:
			if n := p.peek(1); n.kw == kwNo && p.peek(2).kw == kwSchema {
				p.i += 4 // WITH NO SCHEMA BINDING
				p.i = min(p.i, len(p.toks)-1)
				continue
			}
			return
		case kwSettings, kwFormat:
			if !p.d.ArrayJoin {
				return
			}
			p.next()
			for !p.atKind(tokEOF) && !p.atKind(tokSemicolon) && !p.atKind(tokRParen) && !p.atSetOp() {
				p.next()
			}
		default:
			if t.kind == tokPipe {
				p.pipes(q)
				continue
			}
			return
		}
	}
}

// limit reads LIMIT n [OFFSET m], LIMIT m, n, LIMIT ALL, LIMIT n BY x.
func (p *parser) limit(q *Query) {
	p.next()
	if p.accept(kwAll) {
		return
	}
	q.Limit = p.exprAbove(precCompare)
	p.accept(kwPercent)
	switch {
	case p.acceptKind(tokComma):
		q.Offset = q.Limit
		q.Limit = p.exprAbove(precCompare)
	case p.accept(kwOffset):
		q.Offset = p.exprAbove(precCompare)
		p.acceptAny(kwRow, kwRows)
	}
	if p.d.ArrayJoin && p.accept(kwBy) {
		// Rows of each group: the keys decide which rows exist.
		for {
			x := p.expr()
			q.OrderBy = append(q.OrderBy[:len(q.OrderBy):len(q.OrderBy)], OrderItem{Span: x.Extent(), X: x})
			if !p.acceptKind(tokComma) {
				break
			}
		}
		q.Limit, q.Offset = nil, nil
	}
}

// lockClause skips FOR UPDATE, FOR SHARE and SQL Server's FOR XML, FOR JSON.
func (p *parser) lockClause() bool {
	switch p.peek(1).kw {
	case kwUpdate, kwShare, kwNo, kwKey, kwXml, kwJson, kwBrowse, kwRead:
	default:
		return false
	}
	for {
		switch p.tok().kind {
		case tokEOF, tokSemicolon, tokRParen:
			return true
		case tokLParen:
			p.skipParens()
			continue
		}
		p.next()
	}
}

// orderBy reads ORDER BY items, also SORT BY and the like: any word, BY, items.
func (p *parser) orderBy() []OrderItem {
	p.next()
	p.expect(kwBy)
	p.hint()
	m := len(p.orders)
	for {
		start := p.pos()
		var o OrderItem
		if p.at(kwAll) && p.peek(1).kind != tokLParen {
			p.next()
			o.All = true
		} else {
			o.X = p.clauseExpr()
		}
		p.orderDirection(&o)
		o.Span = p.span(start)
		p.orders = append(p.orders, o)
		if !p.acceptKind(tokComma) {
			break
		}
		if p.atKind(tokRParen) || p.atKind(tokEOF) || p.atKind(tokPipe) || p.at(kwLimit) {
			break
		}
	}
	return p.takeOrders(m)
}

// orderDirection reads ASC, DESC, NULLS FIRST and the like.
func (p *parser) orderDirection(o *OrderItem) bool {
	given := false
	switch {
	case p.accept(kwAsc):
		given = true
	case p.accept(kwDesc):
		o.Desc, given = true, true
	case p.at(kwUsing):
		p.next()
		o.Desc = p.atKind(tokGt)
		p.next()
	}
	if p.at(kwNulls) && (p.peek(1).kw == kwFirst || p.peek(1).kw == kwLast) {
		p.next()
		p.next()
		given = true
	}
	return given
}
