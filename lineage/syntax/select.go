package syntax

// selectBlock reads SELECT … with its clauses; from is set if FROM stood before
// it.
func (p *parser) selectBlock(from TableExpr) *Select {
	p.enter()
	start := p.pos()
	p.expect(kwSelect)
	s := p.selects.one()
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
		case kwStraightJoin, kwSqlCalcFoundRows, kwSqlNoCache, kwHighPriority, kwSqlSmallResult, kwSqlBigResult:
			p.next()
		default:
			return
		}
	}
}

// selectItems reads a select list. An item that cannot be read becomes a Bad.
func (p *parser) selectItems() []SelectItem {
	m := len(p.items)
	for {
		item := p.selectItem()
		p.items = append(p.items, item)
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
		b := p.bad(from, to)
		item = SelectItem{Span: b.Span, X: b}
	})
	start := p.pos()
	switch t := p.tok(); {
	case t.kind == tokStar:
		item.Star = p.starTail(&Star{}, start)
	case p.d.EqualsAlias && isLabel(t) && p.peek(1).kind == tokEq, p.d.PrefixAlias && isLabel(t) && p.peek(1).kind == tokColon,
		p.d.EqualsAlias && t.kind == tokParam && p.peek(1).kind == tokEq:
		p.next()
		p.next()
		item.X = p.expr()
		item.Alias = p.identOf(t)
	default:
		x := p.expr()
		if p.atKind(tokDot) && p.peek(1).kind == tokStar {
			p.next()
			item.Star = p.starTail(&Star{X: x}, start)
			p.starAlias(&item)
		} else {
			item.X = x
			p.itemAlias(&item)
		}
	}
	if p.junk() {
		p.failExpected(`"," or the next clause`)
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
			name := stringValue(p.src, t, p.d)
			item.Alias = Ident{Span: Span{t.pos, t.end}, Name: name, Hash: Fold(name), Quoted: true}
			return
		}
		if t.kind == tokLParen && p.d.SortBy { // Spark's stack(…) AS (a, b)
			p.next()
			item.Alias = p.label("an alias")
			for p.acceptKind(tokComma) {
				p.label("an alias")
			}
			p.expectKind(tokRParen)
			return
		}
		item.Alias = p.label("an alias")
	case t.kind == tokString && p.d.StringAlias:
		p.next()
		name := stringValue(p.src, t, p.d)
		item.Alias = Ident{Span: Span{t.pos, t.end}, Name: name, Hash: Fold(name), Quoted: true}
	case p.isName(t) && !p.isClauseWord(t):
		p.next()
		item.Alias = p.identOf(t)
	}
}

// starAlias forgives an alias behind a star: DuckDB's COLUMNS, PostgreSQL's
// composite types.
func (p *parser) starAlias(item *SelectItem) {
	if p.at(kwAs) && isLabel(p.peek(1)) {
		p.next()
		item.Alias = p.label("an alias")
	}
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
		return n.kw == kwUpdate || n.kw == kwShare || n.kw == kwXml || n.kw == kwJson || n.kw == kwNo
	case kwReturning:
		return true
	case kwDo, kwLoop, kwUntil:
		return p.inScript > 0
	}
	return false
}

// starTail reads a star at the current token and what may follow it.
func (p *parser) starTail(s *Star, start Pos) *Star {
	p.next()
	for {
		n := p.peek(1)
		switch t := p.tok(); t.kw {
		case kwExcept, kwExclude:
			if n.kind == tokLParen {
				if m := p.peek(2); m.kw == kwSelect || m.kw == kwWith || m.kw == kwFrom || m.kw == kwValues || m.kind == tokLParen {
					s.Span = p.span(start)
					return s
				}
				p.next()
				p.next()
				s.Except = append(s.Except, p.starNames()...)
				p.expectKind(tokRParen)
				continue
			}
			if !isLabel(n) || n.kw == kwAll || n.kw == kwDistinct || n.kw == kwSelect {
				s.Span = p.span(start)
				return s
			}
			p.next()
			s.Except = append(s.Except, p.label("a column"))
		case kwReplace:
			p.next()
			paren := p.acceptKind(tokLParen)
			for {
				f := Field{Value: p.expr()}
				p.accept(kwAs)
				f.Alias = p.label("a column")
				s.Replace = append(s.Replace, f)
				if !paren || !p.acceptKind(tokComma) || p.atKind(tokRParen) {
					break
				}
			}
			if paren {
				p.expectKind(tokRParen)
			}
		case kwRename:
			p.next()
			paren := p.acceptKind(tokLParen)
			for {
				r := Rename{From: p.label("a column")}
				p.expect(kwAs)
				r.To = p.label("a column")
				s.Rename = append(s.Rename, r)
				if !paren || !p.acceptKind(tokComma) {
					break
				}
			}
			if paren {
				p.expectKind(tokRParen)
			}
		case kwIlike, kwLike, kwSimilar, kwGlob:
			p.next()
			p.accept(kwTo)
			s.Pattern = p.exprAbove(precCompare)
		case kwNot:
			if n.kw != kwLike && n.kw != kwIlike && n.kw != kwSimilar && n.kw != kwGlob {
				s.Span = p.span(start)
				return s
			}
			p.next()
		case kwApply:
			if n.kind != tokLParen {
				s.Span = p.span(start)
				return s
			}
			p.next()
			p.skipParens()
		default:
			s.Span = p.span(start)
			return s
		}
	}
}

// starNames reads the columns of EXCEPT, which DuckDB may qualify.
func (p *parser) starNames() []Ident {
	var ids []Ident
	for {
		id := p.label("a column")
		for p.acceptKind(tokDot) {
			id = p.label("a column")
		}
		ids = append(ids, id)
		if !p.acceptKind(tokComma) || p.atKind(tokRParen) {
			return ids
		}
	}
}

// clauseExpr reads an expression that is all of a clause. If it cannot be read
// it becomes a Bad up to the next clause.
func (p *parser) clauseExpr() (x Expr) {
	defer p.skip(p.mark(), endsItem, func(from, to int) { x = p.bad(from, to) })
	x = p.expr()
	if p.junk() && p.inScript == 0 {
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
			s.From = p.fromClause()
		case kwInto:
			if !p.d.SelectInto && !p.d.PipesAsOr {
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
	b := p.binaries.one()
	b.Op, b.X, b.Y = OpAnd, x, y
	b.Span = Span{x.Extent().Pos, max(x.Extent().End, y.Extent().End)}
	return b
}

// intoClause reads INTO target of SELECT … INTO; variables are skipped.
func (p *parser) intoClause() {
	p.next()
	if p.atAny(kwOutfile, kwDumpfile) {
		p.next()
		p.acceptKind(tokString)
		return
	}
	if p.atKind(tokParam) || p.inScript > 0 {
		for {
			p.next()
			if !p.acceptKind(tokComma) {
				return
			}
		}
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

// windowDefs reads WINDOW name AS (…), ….
func (p *parser) windowDefs() []WindowDef {
	p.next()
	var defs []WindowDef
	for {
		d := WindowDef{Name: p.name("a window")}
		p.expect(kwAs)
		d.Spec = p.over()
		defs = append(defs, d)
		if !p.atKind(tokComma) || !isLabel(p.peek(1)) || p.peek(2).kw != kwAs {
			return defs
		}
		p.next()
	}
}

// groupBy reads GROUP [AND ORDER] BY …. With aliases set its items are those of
// the AGGREGATE pipe operator.
func (p *parser) groupBy(aliases bool) *GroupBy {
	start := p.pos()
	p.next()
	ordered := p.accept2(kwAnd, kwOrder)
	p.expect(kwBy)
	p.hint()
	g := &GroupBy{}
	switch {
	case p.at(kwAll) && p.peek(1).kind != tokLParen && p.peek(1).kind != tokDot:
		p.next()
		g.All = true
		if p.atKind(tokEOF) || p.atKind(tokRParen) || p.atKind(tokSemicolon) || endsClause(p.tok()) || !p.canBeginExpr() {
			break
		}
		g.All = false // GROUP BY ALL a, b of the standard
		fallthrough
	default:
		p.accept(kwDistinct)
		m := len(p.items)
		for {
			p.groupItem(g, aliases, ordered)
			if !p.acceptKind(tokComma) || p.listEnds() {
				break
			}
		}
		g.Items = p.takeItems(m)
	}
	if p.at(kwWith) && (p.peek(1).kw == kwRollup || p.peek(1).kw == kwCube || p.peek(1).kw == kwTotals) {
		p.next()
		g.Sets = g.Sets || !p.at(kwTotals)
		p.next()
	}
	if p.at2(kwGrouping, kwSets) { // Hive
		p.groupItem(g, aliases, ordered)
	}
	g.Span = p.span(start)
	return g
}

// groupItem reads one item of GROUP BY onto the stack of items: an expression,
// or the columns of ROLLUP, CUBE and GROUPING SETS.
func (p *parser) groupItem(g *GroupBy, aliases, ordered bool) {
	n := p.peek(1)
	switch {
	case p.at2(kwGrouping, kwSets):
		p.next()
		p.next()
		g.Sets = true
		p.groupSet(g)
	case p.atAny(kwRollup, kwCube) && n.kind == tokLParen:
		p.next()
		g.Sets = true
		p.groupSet(g)
	case p.atKind(tokLParen) && n.kind == tokRParen:
		p.next()
		p.next()
		g.Sets = true
	default:
		start := p.pos()
		item := SelectItem{X: p.clauseExpr()}
		if aliases {
			p.itemAlias(&item)
		}
		var o OrderItem
		item.Order = p.orderDirection(&o) || ordered
		item.Span = p.span(start)
		p.items = append(p.items, item)
	}
}

// groupSet reads (a, (b, c), ROLLUP(d)) flat onto the stack of items.
func (p *parser) groupSet(g *GroupBy) {
	p.enter()
	p.expectKind(tokLParen)
	for !p.atKind(tokRParen) {
		switch {
		case p.atAny(kwRollup, kwCube) && p.peek(1).kind == tokLParen:
			p.next()
			p.groupSet(g)
		case p.at2(kwGrouping, kwSets):
			p.next()
			p.next()
			p.groupSet(g)
		case p.atKind(tokLParen) && p.peek(1).kind == tokRParen:
			p.next()
			p.next()
		default:
			start := p.pos()
			x := p.expr()
			if t, ok := x.(*Struct); ok && t.Tuple {
				for i := range t.Fields {
					y := t.Fields[i].Value
					p.items = append(p.items, SelectItem{Span: y.Extent(), X: y})
				}
				break
			}
			item := SelectItem{X: x}
			if p.accept(kwAs) {
				item.Alias = p.label("an alias")
			}
			item.Span = p.span(start)
			p.items = append(p.items, item)
		}
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	p.leave()
}
