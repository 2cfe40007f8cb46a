package syntax

// fromClause reads what stands behind FROM: items joined by commas and joins.
func (p *parser) fromClause() TableExpr {
	p.hint()
	x := p.joins(p.tableItem())
	for p.atKind(tokComma) {
		p.next()
		if p.listEnds() || p.at2(kwLateral, kwView) {
			break
		}
		y := p.joins(p.tableItem())
		x = &Join{Span: Span{x.Extent().Pos, p.end()}, Kind: CommaJoin, Left: x, Right: y}
		p.countJoin()
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

// A pendingJoin waits for its condition: a JOIN b JOIN c ON … ON ….
type pendingJoin struct {
	left TableExpr
	join *Join
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
		pending = append(pending, pendingJoin{x, j})
		x = y
	}
	for len(pending) > 0 {
		last := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		x = finishJoin(last.left, last.join, x, x.Extent().End)
	}
	return x
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
			p.next()
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
	if p.junk() {
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

// endsTable reports whether a token ends an item of FROM that could not be read.
func endsTable(t *token) bool {
	switch t.kw {
	case kwJoin, kwLeft, kwRight, kwFull, kwInner, kwCross, kwNatural, kwOn:
		return true
	}
	return t.kind == tokComma || endsClause(t)
}

// tableItem reads an item of FROM with what follows it. One that cannot be read
// becomes a BadTable.
func (p *parser) tableItem() (x TableExpr) {
	defer p.skip(p.mark(), endsTable, func(from, to int) {
		b := &BadTable{Span: p.tokensSpan(from, to)}
		for _, path := range p.namesIn(from, to) {
			b.Names = append(b.Names, path.Parts)
		}
		x = b
	})
	p.enter()
	x = p.tablePrimary()
	for {
		y := p.tablePostfix(x)
		if y == nil {
			p.leave()
			p.skipJunk()
			return x
		}
		x = y
	}
}

// skipJunk reports what stands behind a table and cannot, and skips it: the
// table itself was read well.
func (p *parser) skipJunk() {
	if !p.junk() || p.inScript > 0 {
		return
	}
	to, ok := p.findStop(p.i, p.i, endsTable)
	if !ok {
		p.failExpected(`"," or the next clause`)
	}
	p.report(Span{p.pos(), p.tok().end}, `expected "," or the next clause but found `+p.tok().describe(p.src), "")
	p.i = to
}

func (p *parser) tablePrimary() TableExpr {
	t := p.tok()
	n := p.peek(1)
	start := t.pos
	switch t.kind {
	case tokLParen:
		return p.parenTable()
	case tokString: // DuckDB's FROM 'file.csv'
		p.next()
		name := stringValue(p.src, t, p.d)
		x := p.tables.one()
		x.Name = p.identLists.list([]Ident{{Span: Span{t.pos, t.end}, Name: name, Hash: Fold(name), Quoted: true}})
		return p.finishTable(x, start)
	case tokAt, tokParam:
		if p.d.Stages {
			return p.stage()
		}
		if t.kind == tokParam {
			x := p.tables.one()
			x.Name = p.dotted("a table")
			if p.atKind(tokLParen) {
				return p.tableFunc(start, x.Name, false)
			}
			return p.finishTable(x, start)
		}
	case tokIdent:
		switch {
		case t.kw == kwUnnest && n.kind == tokLParen:
			return p.unnest(false)
		case t.kw == kwLateral && n.kw != kwView:
			p.next()
			return p.lateral(start)
		case t.kw == kwOnly && isLabel(n) && n.kw != kwAs:
			p.next()
			x := p.tables.one()
			x.Only = true
			x.Name, x.OneQuoted = p.tablePath("a table")
			return p.finishTable(x, start)
		case t.kw == kwTable && n.kind == tokLParen:
			return p.tableOf(false)
		case t.kw == kwTable && p.isName(n) && n.kw != kwAs:
			p.next()
			return p.tablePrimary()
		case t.kw == kwValues && n.kind == tokLParen:
			q := p.queries.one()
			q.Body = p.values()
			q.Span = p.span(start)
			d := &Derived{Query: q}
			d.Alias = p.tableAlias(false)
			d.Span = p.span(start)
			return d
		case t.kw == kwRows && n.kw == kwFrom:
			p.next()
			p.next()
			return p.rowsFrom(start)
		case (t.kw == kwJsonTable || t.kw == kwXmltable) && n.kind == tokLParen:
			return p.documentTable()
		case t.kw == kwLeft || t.kw == kwRight:
			p.failExpected("a table")
		}
	}
	x := p.tables.one()
	x.Name, x.OneQuoted = p.tablePath("a table")
	if p.atKind(tokStar) && p.toks[p.i-1].kind == tokDot {
		p.next()
	}
	if p.atKind(tokLParen) && !p.tableHintAhead() {
		return p.tableFunc(start, x.Name, false)
	}
	return p.finishTable(x, start)
}

// finishTable reads the version, the alias and the offset of a table.
func (p *parser) finishTable(x *Table, start Pos) TableExpr {
	if p.atKind(tokStar) && p.d.IdentDollar { // PostgreSQL's t*
		p.next()
	}
	p.hint()
	x.SystemTime = p.tableVersion()
	p.tableHints()
	x.Alias = p.tableAlias(false)
	if x.SystemTime == nil {
		x.SystemTime = p.tableVersion()
	}
	p.tableHints()
	x.WithOffset = p.withOffset()
	p.hint()
	x.Span = p.span(start)
	return x
}

// tableVersion reads FOR SYSTEM_TIME AS OF, AT (…), VERSION AS OF and the like,
// and returns the point in time.
func (p *parser) tableVersion() Expr {
	n := p.peek(1)
	switch p.tok().kw {
	case kwFor:
		switch n.kw {
		case kwSystemTime, kwSystem, kwTimestamp, kwVersion, kwSystemVersion:
		default:
			return nil
		}
		p.next()
		if p.accept(kwSystem) && !p.acceptAny(kwTime, kwVersion) {
			p.failExpected("keyword TIME")
		}
		p.acceptAny(kwSystemTime, kwTimestamp, kwVersion, kwSystemVersion)
		return p.versionPoint()
	case kwVersion, kwTimestamp, kwSystemTime, kwSystemVersion:
		if n.kw != kwAs || p.peek(2).kw != kwOf {
			return nil
		}
		p.next()
		return p.versionPoint()
	case kwAt, kwBefore, kwChanges:
		if n.kind != tokLParen || !p.d.SemiAccess {
			return nil
		}
		p.next()
		c := &Call{}
		p.next()
		m := len(p.exprs)
		p.callArgs(c)
		p.exprs = append(p.exprs, c.Args...)
		p.takeExprs(m)
		p.expectKind(tokRParen)
		var x Expr
		if len(c.Args) > 0 {
			x = c.Args[len(c.Args)-1]
			if a, ok := x.(*NamedArg); ok {
				x = a.Value
			}
		}
		if y := p.tableVersion(); x == nil {
			x = y
		}
		return x
	}
	return nil
}

// versionPoint reads AS OF x, ALL, FROM x TO y, BETWEEN x AND y.
func (p *parser) versionPoint() Expr {
	switch {
	case p.accept(kwAll):
		return nil
	case p.accept(kwBetween):
		x := p.exprAbove(precCompare)
		p.expect(kwAnd)
		p.exprAbove(precCompare)
		return x
	case p.accept(kwFrom):
		x := p.exprAbove(precCompare)
		p.expect(kwTo)
		p.exprAbove(precCompare)
		return x
	case p.accept(kwContained):
		p.expect(kwIn)
		return p.parenExprs()[0]
	}
	p.expect(kwAs)
	p.expect(kwOf)
	return p.exprAbove(precAnd)
}

// tableHintAhead reports whether SQL Server's old (NOLOCK) stands here.
func (p *parser) tableHintAhead() bool {
	return p.d.BracketIdent && p.atKind(tokLParen) && (p.peek(1).kw == kwNolock || p.peek(1).kw == kwReadpast) && p.peek(2).kind != tokLParen
}

// tableHints skips WITH (NOLOCK), USE INDEX (i), PARTITION (p), FINAL.
func (p *parser) tableHints() {
	for {
		n := p.peek(1)
		switch {
		case p.at(kwWith) && n.kind == tokLParen && !p.atQuery():
			p.next()
			p.skipParens()
		case p.tableHintAhead():
			p.skipParens()
		case p.atAny(kwUse, kwForce, kwIgnore) && (n.kw == kwIndex || n.kw == kwKey):
			p.next()
			p.next()
			if p.accept(kwFor) {
				for !p.atKind(tokLParen) && !p.atKind(tokEOF) {
					p.next()
				}
			}
			p.skipParens()
		case p.at(kwPartition) && n.kind == tokLParen:
			p.next()
			p.skipParens()
		case p.at(kwIndexed) && n.kw == kwBy:
			p.next()
			p.next()
			p.label("an index")
		case p.at(kwNot) && n.kw == kwIndexed:
			p.next()
			p.next()
		case p.at(kwFinal) && p.d.ArrayJoin:
			p.next()
		default:
			return
		}
	}
}

// tableAlias reads [AS] name [(columns)]; nil if there is none. With required
// set AS must stand there.
func (p *parser) tableAlias(required bool) *Alias {
	t := p.tok()
	start := t.pos
	switch {
	case t.kw == kwAs && (isLabel(p.peek(1)) || p.peek(1).kind == tokString && p.d.StringAlias):
		if p.peek(1).kw == kwOf {
			return nil
		}
		p.next()
		t = p.tok()
	case required:
		return nil
	case t.kind == tokQuoted:
	case !p.isName(t) || p.isTableWord(t):
		return nil
	}
	if !isLabel(t) && t.kind != tokString {
		return nil
	}
	p.next()
	a := p.aliases.one()
	if t.kind == tokString {
		name := stringValue(p.src, t, p.d)
		a.Name = Ident{Span: Span{t.pos, t.end}, Name: name, Hash: Fold(name), Quoted: true}
	} else {
		a.Name = p.identOf(t)
	}
	if p.atKind(tokLParen) && isLabel(p.peek(1)) && !p.tableHintAhead() {
		if k := p.peek(2).kind; k == tokComma || k == tokRParen {
			a.Columns = p.parenNames("a column")
		}
	}
	a.Span = p.span(start)
	return a
}

// isTableWord reports whether an unreserved word goes on with the FROM clause
// here rather than being an alias.
func (p *parser) isTableWord(t *token) bool {
	if t.kind != tokIdent || t.kw == 0 {
		return false
	}
	n := p.peek(1)
	switch t.kw {
	case kwPivot, kwUnpivot, kwMatchRecognize, kwSample, kwChanges, kwBefore, kwPartition, kwMatchCondition:
		if n.kind == tokLParen {
			return true
		}
		return t.kw == kwUnpivot && (n.kw == kwInclude || n.kw == kwExclude) || t.kw == kwSample && (n.kind == tokInt || n.kind == tokFloat || isLabel(n) && p.peek(2).kind == tokLParen)
	case kwAt:
		return n.kind == tokLParen
	case kwTablesample, kwLateral, kwOuter, kwFull:
		return true
	case kwSemi, kwAnti, kwAsof, kwPositional, kwGlobal, kwStraightJoin:
		return t.kw == kwStraightJoin || n.kw == kwJoin || n.kw == kwLeft || n.kw == kwInner || n.kw == kwAny || n.kw == kwAll
	case kwAny, kwArray, kwHash, kwLookup, kwBroadcast:
		return n.kw == kwJoin || n.kw == kwLeft || n.kw == kwInner
	case kwSet:
		return true
	case kwUse, kwForce, kwIgnore:
		return n.kw == kwIndex || n.kw == kwKey
	case kwIndexed:
		return n.kw == kwBy
	case kwVersion, kwTimestamp:
		return n.kw == kwAs && p.peek(2).kw == kwOf
	case kwFor:
		return true
	case kwFinal, kwPrewhere:
		return p.d.ArrayJoin
	case kwValues, kwDefault:
		return true
	}
	return p.isClauseWord(t)
}

// withOffset reads WITH OFFSET [[AS] name] and WITH ORDINALITY.
func (p *parser) withOffset() *Ident {
	if !p.at(kwWith) || p.peek(1).kw != kwOffset && p.peek(1).kw != kwOrdinality {
		return nil
	}
	p.next()
	t := p.tok()
	p.next()
	id := p.identOf(t)
	id.Name, id.Hash = "offset", Fold("offset")
	if t.kw == kwOrdinality {
		id.Name, id.Hash = "ordinality", Fold("ordinality")
		return &id
	}
	switch t := p.tok(); {
	case p.at(kwAs) && isLabel(p.peek(1)):
		p.next()
		id = p.label("a name")
	case p.isName(t) && !p.isTableWord(t):
		p.next()
		id = p.identOf(t)
	}
	return &id
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
