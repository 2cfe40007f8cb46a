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
			if p.d.PipesAsOr && p.peek(2).kind == tokIdent && p.peek(3).kind == tokRParen {
				return false // MySQL's VALUES(column) in ON DUPLICATE KEY UPDATE
			}
			return !p.isName(t) || p.peek(2).kind != tokIdent || p.toks[max(p.i-1, 0)].kind == tokLParen && p.d.IntersectFirst
		case tokInt, tokString, tokFloat:
			return !p.isName(t)
		}
		return p.peek(1).kw == kwRow && p.peek(2).kind == tokLParen && !p.isName(t)
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
		q := p.queries.One()
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
	q := p.queries.One()
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
	q := p.queries.One()
	q.Body = p.setOps(start, first)
	p.queryTail(q)
	q.Span = p.span(start)
	p.leave()
	return q
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
		f := &FromQuery{About: t.kw.String()}
		p.next()
		if p.accept(kwSummarize) {
			f.About = kwSummarize.String()
		}
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
		s := p.selects.One()
		star := &Star{Span: Span{start, start}}
		s.Items = p.itemLists.List([]SelectItem{{Span: star.Span, Star: star}})
		s.From = from
		p.selectClauses(s)
		s.Span = p.span(start)
		return s
	}
	f := &FromQuery{From: from}
	f.Span = p.span(start)
	return f
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
			q.Offset = p.countExpr()
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
			switch p.peek(1).kw {
			case kwJSON:
				q.Document = JSONDocument
			case kwXML:
				q.Document = XMLDocument
			}
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
	if n := p.peek(1); n.kind == tokPercent && (p.atKind(tokInt) || p.atKind(tokFloat)) && (p.peek(2).kw == kwOffset || !p.operandAt(2)) {
		q.Limit = p.literal(FloatLiteral) // DuckDB's LIMIT 10%
		p.next()
	} else {
		q.Limit = p.countExpr()
	}
	p.accept(kwPercent)
	switch {
	case p.acceptKind(tokComma):
		q.Offset = q.Limit
		q.Limit = p.countExpr()
	case p.accept(kwOffset):
		q.Offset = p.countExpr()
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

// operandAt reports whether an operand may begin at the n-th token from here.
func (p *parser) operandAt(n int) bool {
	switch t := p.peek(n); t.kind {
	case tokInt, tokFloat, tokString, tokLParen, tokParam, tokQuestion, tokDollar:
		return true
	default:
		return isLabel(t) && p.isName(t)
	}
}

// lockClause skips FOR UPDATE, FOR SHARE and SQL Server's FOR XML, FOR JSON.
func (p *parser) lockClause() bool {
	switch p.peek(1).kw {
	case kwUpdate, kwShare, kwNo, kwKey, kwXML, kwJSON, kwBrowse, kwRead:
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

// countExpr reads a number of rows; one that cannot be read ends where a clause
// begins.
func (p *parser) countExpr() (x Expr) {
	defer p.skip(p.mark(), endsItem, func(from, to int) { x = p.bad(from, to) })
	return p.exprAbove(precCompare)
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
			start = min(start, o.X.Extent().Pos)
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
