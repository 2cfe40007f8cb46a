package syntax

// selectBlock reads SELECT … with its clauses; from is set if FROM stood before
// it.
func (p *parser) selectBlock(from TableExpr) *Select {
	p.enter()
	start := p.pos()
	p.expect(kwSelect)
	s := p.selects.One()
	s.From = from
	p.hint()
	p.selectModifiers(s)
	s.Items = p.selectItems()
	p.selectClauses(s)
	s.Span = p.span(start)
	p.leave()
	return s
}

// selectModifiers reads DISTINCT, AS STRUCT, TOP and the like.
func (p *parser) selectModifiers(s *Select) {
	for {
		n := p.peek(1)
		switch p.tok().kw {
		case kwAll:
			if n.kind == tokComma || n.kind == tokDot {
				return
			}
			p.next()
		case kwDistinct, kwDistinctrow:
			p.next()
			s.Distinct = true
			if p.at(kwOn) && n.kw == kwOn && p.peek(1).kind == tokLParen {
				p.next()
				s.DistinctOn = p.parenExprs()
			}
		case kwUnique:
			if n.kind == tokComma || n.kind == tokLParen || n.kind == tokDot || n.kw == kwFrom || n.kw == kwAs || !p.d.OuterJoinPlus {
				return
			}
			p.next()
			s.Distinct = true
		case kwAs:
			p.next()
			switch {
			case p.accept(kwStruct):
				s.As = AsStruct
			case p.at(kwValue):
				p.next()
				s.As = AsValue
			default:
				s.As = AsType
				s.AsTypeName = p.dotted("STRUCT, VALUE or a type")
			}
		case kwWith:
			// SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(…), WITH AGGREGATION_THRESHOLD
			if n.kind == tokLParen {
				return
			}
			p.next()
			p.label("a name")
			if p.at(kwOptions) && p.peek(1).kind == tokLParen {
				p.next()
				p.skipParens()
			}
		case kwTop:
			if !p.d.Top || n.kind != tokInt && n.kind != tokLParen && n.kind != tokParam {
				return
			}
			p.next()
			if p.atKind(tokLParen) {
				p.skipParens()
			} else {
				p.next()
			}
			p.accept(kwPercent)
			p.accept2(kwWith, kwTies)
		case kwStraightJoin, kwSQLCalcFoundRows, kwSQLNoCache, kwHighPriority, kwSQLSmallResult, kwSQLBigResult:
			p.next()
		default:
			return
		}
	}
}

// selectItems reads a select list. An item that cannot be read becomes a Bad.
func (p *parser) selectItems() []SelectItem {
	m := len(p.items)
	if p.d.RowStar && p.at(kwFrom) { // EXISTS (SELECT FROM t)
		return nil
	}
	for {
		item := p.selectItem()
		p.items = append(p.items, item)
		for _, id := range p.moreAliases {
			item.Alias = id
			p.items = append(p.items, item)
		}
		p.moreAliases = nil
		if !p.acceptKind(tokComma) || p.listEnds() {
			break
		}
	}
	return p.takeItems(m)
}

// listEnds reports whether a comma was the last of a list.
func (p *parser) listEnds() bool {
	switch t := p.tok(); t.kind {
	case tokEOF, tokRParen, tokSemicolon, tokPipe:
		return true
	case tokIdent:
		switch t.kw {
		case kwFrom, kwWhere, kwHaving, kwUnion, kwExcept, kwIntersect:
			return p.d.reserved.has(t.kw)
		case kwGroup, kwOrder:
			return p.peek(1).kw == kwBy || p.peek(1).kw == kwAnd
		case kwLimit:
			return p.d.reserved.has(t.kw) && p.peek(1).kind == tokInt
		}
	}
	return false
}

// endsItem reports whether a token ends a select item that could not be read.
func endsItem(t *token) bool {
	switch t.kind {
	case tokComma, tokPipe:
		return true
	}
	return endsClause(t)
}

// endsClause reports whether a token begins the next clause of a query.
func endsClause(t *token) bool {
	switch t.kw {
	case kwFrom, kwWhere, kwGroup, kwHaving, kwQualify, kwOrder, kwLimit, kwUnion, kwExcept, kwIntersect, kwWindow:
		return true
	}
	return t.kind == tokPipe
}

func (p *parser) selectItem() (item SelectItem) {
	defer p.skip(p.mark(), endsItem, func(from, to int) {
		span := p.tokensSpan(from, to)
		var alias Ident
		if to-from > 2 && p.toks[to-2].kw == kwAs && isLabel(&p.toks[to-1]) {
			alias = p.identOf(&p.toks[to-1])
			to -= 2
		}
		item = SelectItem{Span: span, X: p.bad(from, to), Alias: alias}
	})
	start := p.pos()
	switch t := p.tok(); {
	case t.kind == tokStar:
		item.Star = p.starTail(&Star{}, start)
	case p.d.EqualsAlias && isLabel(t) && p.peek(1).kind == tokEq, p.d.PrefixAlias && isLabel(t) && p.peek(1).kind == tokColon,
		p.d.EqualsAlias && (t.kind == tokParam || t.kind == tokString) && p.peek(1).kind == tokEq:
		p.next()
		p.next()
		item.X = p.expr()
		if t.kind == tokString {
			item.Alias = p.stringIdent(t)
		} else {
			item.Alias = p.identOf(t)
		}
	default:
		x := p.expr()
		if p.atKind(tokDot) && p.peek(1).kind == tokStar {
			p.next()
			item.Star = p.starTail(&Star{X: x}, start)
			p.starAlias(&item)
		} else {
			item.X = x
			if !p.transformed(&item) {
				p.itemAlias(&item)
			}
		}
	}
	if p.junk() && !p.misspelled(p.i) {
		if item.Alias.Name == "" || item.Alias.End != p.end() || !p.misspelledAlias() {
			p.failExpected(`"," or the next clause`)
		}
		item.Alias = Ident{}
	}
	item.Span = p.span(start)
	return item
}

// junk reports whether a token stands here that can neither go on with an
// expression or a name nor follow one: a missing comma or operator.
func (p *parser) junk() bool {
	switch t := p.tok(); t.kind {
	case tokIdent:
		return t.kw == 0
	case tokQuoted, tokInt, tokFloat, tokString, tokInvalid, tokEq, tokDoubleColon, tokLBracket, tokColonEq:
		return true
	case tokParam:
		return !p.d.BracketIdent
	}
	return false
}

// itemAlias reads [AS] alias behind an expression.
func (p *parser) itemAlias(item *SelectItem) {
	if p.at(kwApply) && p.peek(1).kind == tokLParen && p.d.ArrayJoin { // ClickHouse's COLUMNS(…) APPLY (f)
		p.next()
		p.skipParens()
	}
	t := p.tok()
	switch {
	case p.accept(kwAs):
		t = p.tok()
		if t.kind == tokString {
			p.next()
			item.Alias = p.stringIdent(t)
			return
		}
		if t.kind == tokLParen && p.d.SortBy { // Spark's stack(…) AS (a, b)
			names := p.parenNames("an alias")
			item.Alias, p.moreAliases = names[0], names[1:]
			return
		}
		item.Alias = p.label("an alias")
	case t.kind == tokString && p.d.StringAlias:
		p.next()
		item.Alias = p.stringIdent(t)
	case p.isName(t) && !p.isClauseWord(t):
		p.next()
		item.Alias = p.identOf(t)
	}
}

// stringIdent is the name that a string gives a column.
func (p *parser) stringIdent(t *token) Ident {
	name := stringValue(p.src, t, p.d)
	return Ident{Span: Span{t.pos, t.end}, Name: name, Hash: Fold(name), Quoted: true}
}

// isClauseWord reports whether an unreserved word begins a clause here rather
// than being an alias.
func (p *parser) isClauseWord(t *token) bool {
	if t.kind != tokIdent || t.kw == 0 {
		return false
	}
	n := p.peek(1)
	switch t.kw {
	case kwLimit, kwFetch:
		return n.kind == tokInt || n.kind == tokParam || n.kind == tokLParen || n.kw == kwFirst || n.kw == kwNext || n.kw == kwAll ||
			n.kind == tokDollar || n.kind == tokQuestion || n.kind == tokColon
	case kwOffset:
		return n.kind == tokInt || n.kind == tokParam || n.kind == tokQuestion || n.kind == tokDollar
	case kwQualify:
		return p.d.Qualify
	case kwWindow:
		return isLabel(n) && p.peek(2).kw == kwAs
	case kwSort, kwCluster, kwDistribute:
		return n.kw == kwBy
	case kwMinus:
		return n.kw == kwSelect || n.kind == tokLParen || n.kw == kwAll
	case kwOption, kwKeys:
		return n.kind == tokLParen && t.kw == kwOption
	case kwBulk:
		return n.kw == kwCollect
	case kwStart:
		return n.kw == kwWith
	case kwConnect:
		return n.kw == kwBy
	case kwStrict:
		return p.setModeAhead()
	case kwLateral:
		return n.kw == kwView
	case kwPrewhere, kwSettings, kwFormat:
		return p.d.ArrayJoin
	case kwFor:
		return n.kw == kwUpdate || n.kw == kwShare || n.kw == kwXML || n.kw == kwJSON || n.kw == kwNo
	case kwReturning:
		return true
	case kwInsert: // Hive's next INSERT of FROM t INSERT …
		return p.d.SortBy && (n.kw == kwInto || n.kw == kwOverwrite)
	case kwDo, kwLoop, kwUntil:
		return p.inScript > 0
	}
	return false
}

// clauseExpr reads an expression that is all of a clause. If it cannot be read
// it becomes a Bad up to the next clause.
func (p *parser) clauseExpr() (x Expr) {
	defer p.skip(p.mark(), endsItem, func(from, to int) { x = p.bad(from, to) })
	x = p.expr()
	if p.junk() && p.inScript == 0 && !p.misspelled(p.i) {
		p.failExpected("an operator or the next clause")
	}
	return x
}

// selectClauses reads the clauses behind the select list, in any order.
func (p *parser) selectClauses(s *Select) {
	for {
		switch t := p.tok(); t.kw {
		case kwFrom:
			if s.From != nil {
				return
			}
			p.next()
			if p.at(kwDual) && p.d.reserved.has(kwDual) {
				p.next() // FROM DUAL is MySQL's word for no table
				continue
			}
			s.From = p.fromClause()
		case kwInto:
			if !p.d.SelectInto && !p.d.PipesAsOr && (p.inScript == 0 || !p.d.DeclareSection) {
				return
			}
			p.intoClause()
		case kwLateral:
			if p.peek(1).kw != kwView {
				return
			}
			s.Laterals = append(s.Laterals, p.lateralView())
		case kwWhere, kwPrewhere:
			if t.kw == kwPrewhere && !p.d.ArrayJoin {
				return
			}
			p.next()
			s.Where = p.and(s.Where, p.clauseExpr())
		case kwGroup:
			if p.peek(1).kw != kwBy && p.peek(1).kw != kwAnd {
				return
			}
			s.GroupBy = p.groupBy(false)
		case kwHaving:
			p.next()
			s.Having = p.clauseExpr()
		case kwQualify:
			if !p.d.Qualify {
				return
			}
			p.next()
			s.Qualify = p.clauseExpr()
		case kwWindow:
			if !isLabel(p.peek(1)) {
				return
			}
			s.Windows = append(s.Windows, p.windowDefs()...)
		case kwStart:
			if p.peek(1).kw != kwWith {
				return
			}
			p.next()
			p.next()
			s.StartWith = p.clauseExpr()
		case kwConnect:
			if p.peek(1).kw != kwBy {
				return
			}
			p.next()
			p.next()
			p.accept(kwNocycle)
			s.ConnectBy = p.clauseExpr()
		case kwUsing: // DuckDB's USING SAMPLE
			if p.peek(1).kw != kwSample {
				return
			}
			p.next()
			p.sample()
		default:
			return
		}
	}
}

// and joins two conditions of which the first may be missing.
func (p *parser) and(x, y Expr) Expr {
	if x == nil {
		return y
	}
	b := p.binaries.One()
	b.Op, b.X, b.Y = OpAnd, x, y
	b.Span = Span{x.Extent().Pos, max(x.Extent().End, y.Extent().End)}
	return b
}

// intoClause reads INTO target of SELECT … INTO, a table or variables.
func (p *parser) intoClause() {
	p.next()
	if p.atAny(kwOutfile, kwDumpfile) {
		p.next()
		p.acceptKind(tokString)
		return
	}
	if p.atKind(tokParam) || p.inScript > 0 && !p.d.BracketIdent && !p.intoTable() {
		p.intoVars = p.intoNames()
		return
	}
	if p.at(kwStrict) {
		p.next()
	}
	p.acceptAny(kwTemp, kwTemporary, kwUnlogged)
	p.accept(kwTable)
	p.into = p.dotted("a table")
	for p.acceptKind(tokComma) { // variables of a procedure
		p.into = nil
		p.dotted("a variable")
	}
}

// intoTable reports whether the words behind INTO make a table.
func (p *parser) intoTable() bool {
	return p.atAny(kwTemp, kwTemporary, kwUnlogged, kwTable)
}
