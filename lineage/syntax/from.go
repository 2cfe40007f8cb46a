package syntax

// fromClause reads what stands behind FROM: items joined by commas and joins.
func (p *parser) fromClause() TableExpr {
	p.hint()
	x := p.joins(p.tableItem())
	for p.atKind(tokComma) && !p.cteAhead() {
		p.next()
		if p.listEnds() || p.at2(kwLateral, kwView) {
			break
		}
		y := p.tableItem()
		if !p.d.CommaIsJoin {
			y = p.joins(y)
		}
		x = &Join{Span: Span{x.Extent().Pos, p.end()}, Kind: CommaJoin, Left: x, Right: y}
		p.countJoin()
		if p.d.CommaIsJoin {
			x = p.joins(x)
		}
	}
	return x
}

// countJoin limits the joins of one statement, whose tree leans as deep.
func (p *parser) countJoin() {
	p.joined++
	if p.joined > maxJoins {
		p.failFatal("too many joins in one statement", "")
	}
}

// A pendingJoin waits for its condition: a JOIN b JOIN c ON … ON …. One that gets
// none, such as a join of an array, joins just the items beside it.
type pendingJoin struct {
	left  TableExpr
	join  *Join
	right TableExpr
}

// joins reads the joins behind x.
func (p *parser) joins(x TableExpr) TableExpr {
	var pending []pendingJoin
	for {
		if p.atAny(kwOn, kwUsing) && len(pending) > 0 {
			last := pending[len(pending)-1]
			pending = pending[:len(pending)-1]
			p.joinCondition(last.join)
			x = finishJoin(last.left, last.join, x, p.end())
			continue
		}
		if p.at2(kwArray, kwJoin) || p.at3(kwLeft, kwArray, kwJoin) {
			x = p.arrayJoin(x)
			continue
		}
		j, needs := p.joinOp()
		if j == nil {
			break
		}
		p.countJoin()
		y := p.tableItem()
		if p.at(kwMatchCondition) {
			p.next()
			p.expectKind(tokLParen)
			j.Match = p.expr()
			p.expectKind(tokRParen)
		}
		if p.atAny(kwOn, kwUsing) && !p.at2(kwUsing, kwSample) {
			p.joinCondition(j)
			x = finishJoin(x, j, y, p.end())
			continue
		}
		if !needs {
			x = finishJoin(x, j, y, p.end())
			continue
		}
		pending = append(pending, pendingJoin{x, j, y})
		x = y
	}
	for len(pending) > 0 {
		last := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		finishJoin(last.left, last.join, last.right, 0)
		x = regraft(x, last.right, last.join)
	}
	return x
}

// regraft puts j in the place of the leftmost item of the joins in x.
func regraft(x, leftmost TableExpr, j *Join) TableExpr {
	if x == leftmost {
		return j
	}
	for n, ok := x.(*Join); ok; n, ok = n.Left.(*Join) {
		n.Pos = j.Pos
		if n.Left == leftmost {
			n.Left = j
			return x
		}
	}
	return finishJoin(j.Left, j, x, 0)
}

func finishJoin(left TableExpr, j *Join, right TableExpr, end Pos) TableExpr {
	j.Left, j.Right = left, right
	j.Span = Span{left.Extent().Pos, max(end, right.Extent().End)}
	return j
}

func (p *parser) joinCondition(j *Join) {
	if p.accept(kwUsing) {
		j.Using = p.parenNames("a column")
		if p.at(kwAs) && isLabel(p.peek(1)) { // PostgreSQL's alias of the join's columns
			p.next()
			j.UsingAlias = p.label("an alias")
		}
		return
	}
	p.next()
	p.hint()
	j.On = p.joinExpr()
}

// joinExpr reads a condition; one that cannot be read ends where a join or a
// clause begins.
func (p *parser) joinExpr() (x Expr) {
	defer p.skip(p.mark(), endsTable, func(from, to int) { x = p.bad(from, to) })
	x = p.expr()
	if p.junk() && !p.misspelled(p.i) {
		p.failExpected("an operator or the next clause")
	}
	return x
}

// joinOp reads the words of a join; it returns nil if none stands here. needs
// says that a condition is expected.
func (p *parser) joinOp() (j *Join, needs bool) {
	save := p.i
	j = &Join{Kind: InnerJoin}
	needs = true
	p.accept(kwGlobal)
	j.Natural = p.accept(kwNatural)
	if j.Natural {
		needs = false
	}
	asof := p.accept(kwAsof)
	p.joinStrictness()
	switch p.tok().kw {
	case kwInner:
		p.next()
	case kwCross:
		p.next()
		j.Kind, needs = CrossJoin, false
		if p.accept(kwApply) {
			j.Kind = CrossApply
			return j, false
		}
	case kwLeft, kwRight, kwFull:
		switch p.tok().kw {
		case kwLeft:
			j.Kind = LeftJoin
		case kwRight:
			j.Kind = RightJoin
		default:
			j.Kind = FullJoin
		}
		p.next()
		p.accept(kwOuter)
		switch {
		case p.accept(kwSemi):
			j.Kind = SemiJoin
		case p.accept(kwAnti):
			j.Kind = AntiJoin
		case p.accept(kwAsof):
			asof = true
		}
		p.joinStrictness()
	case kwOuter:
		p.next()
		if p.accept(kwApply) {
			j.Kind = OuterApply
			return j, false
		}
		j.Kind = FullJoin
	case kwSemi:
		p.next()
		j.Kind = SemiJoin
	case kwAnti:
		p.next()
		j.Kind = AntiJoin
	case kwPositional:
		p.next()
		j.Kind, needs = PositionalJoin, false
	case kwStraightJoin:
		p.next()
		return j, true
	}
	if asof {
		j.Kind = AsofJoin
	}
	p.acceptAny(kwHash, kwLookup, kwLoop, kwMerge, kwRemote, kwBroadcast)
	if !p.at(kwJoin) {
		p.i = save
		return nil, false
	}
	p.next()
	p.accept(kwEach)
	p.hint()
	return j, needs
}

// arrayJoin reads ClickHouse's [LEFT] ARRAY JOIN a AS x, b AS y.
func (p *parser) arrayJoin(left TableExpr) TableExpr {
	start := p.pos()
	u := &Unnest{Outer: p.accept(kwLeft)}
	p.next()
	p.next()
	for {
		f := Field{Value: p.expr()}
		var item SelectItem
		p.itemAlias(&item)
		f.Alias = item.Alias
		u.Arrays = append(u.Arrays, f)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	u.Span = p.span(start)
	p.countJoin()
	return &Join{Span: Span{left.Extent().Pos, u.End}, Kind: CrossJoin, Left: left, Right: u}
}

// joinStrictness skips ClickHouse's ANY and ALL before a join.
func (p *parser) joinStrictness() {
	if p.d.ArrayJoin {
		p.acceptAny(kwAny, kwAll)
	}
}

// parenTable reads a parenthesis in FROM: a subquery or a join.
func (p *parser) parenTable() TableExpr {
	start := p.pos()
	query, table := p.tableParens()
	if query != nil {
		return p.derived(start, query, false)
	}
	x := &ParenTable{X: table}
	x.Alias = p.tableAlias(false)
	x.Span = p.span(start)
	return x
}

func (p *parser) derived(start Pos, q *Query, lateral bool) TableExpr {
	d := &Derived{Query: q, Lateral: lateral}
	d.Alias = p.tableAlias(false)
	p.hint()
	d.Span = p.span(start)
	return d
}

// tableParens reads (…) that holds a query or a table expression.
func (p *parser) tableParens() (*Query, TableExpr) {
	p.expectKind(tokLParen)
	p.enter()
	defer p.leaveParens(p.noColon)
	p.noColon = false
	if p.atQuery() {
		q := p.query()
		p.expectKind(tokRParen)
		return q, nil
	}
	start := p.pos()
	if p.atAny(kwInsert, kwUpdate, kwDelete, kwMerge) && isLabel(p.peek(1)) {
		p.i--
		q := p.returningQuery()
		return q, nil
	}
	var x TableExpr
	if p.atKind(tokLParen) {
		q, table := p.tableParens()
		switch {
		case q != nil && p.queryGoesOn():
			q = p.queryFrom(start, q)
			p.expectKind(tokRParen)
			return q, nil
		case q != nil && p.atKind(tokRParen):
			p.next()
			return q, nil
		case q != nil:
			x = p.derived(start, q, false)
		default:
			pt := &ParenTable{X: table}
			pt.Alias = p.tableAlias(false)
			pt.Span = p.span(start)
			x = pt
		}
		for {
			y := p.tablePostfix(x)
			if y == nil {
				break
			}
			x = y
		}
		x = p.joins(x)
	} else {
		x = p.joins(p.tableItem())
	}
	for p.acceptKind(tokComma) {
		y := p.joins(p.tableItem())
		x = &Join{Span: Span{x.Extent().Pos, p.end()}, Kind: CommaJoin, Left: x, Right: y}
		p.countJoin()
	}
	p.expectKind(tokRParen)
	return nil, x
}

// lateral reads what stands behind LATERAL.
func (p *parser) lateral(start Pos) TableExpr {
	switch {
	case p.atKind(tokLParen):
		q, x := p.tableParens()
		if q == nil {
			return x
		}
		return p.derived(start, q, true)
	case p.at(kwUnnest) && p.peek(1).kind == tokLParen:
		return p.unnest(false)
	case p.at(kwTable) && p.peek(1).kind == tokLParen:
		return p.tableOf(true)
	case p.at2(kwRows, kwFrom):
		p.next()
		p.next()
		return p.rowsFrom(start)
	}
	return p.tableFunc(start, p.dotted("a table function"), true)
}
