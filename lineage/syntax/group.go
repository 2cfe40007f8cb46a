package syntax

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
	case p.d.GroupByAuto && p.atWord("auto") && endsGroupBy(p.peek(1)):
		p.next()
		g.All = true
	case p.at(kwAll) && p.peek(1).kind != tokLParen && p.peek(1).kind != tokDot:
		p.next()
		g.All = true
		if endsGroupBy(p.tok()) || !p.canBeginExpr() {
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

// endsGroupBy reports whether nothing of GROUP BY can follow.
func endsGroupBy(t *token) bool {
	return t.kind == tokEOF || t.kind == tokRParen || t.kind == tokSemicolon || endsClause(t)
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
		item := p.groupKey(aliases)
		start = min(start, item.X.Extent().Pos)
		if p.d.RowStar && p.atKind(tokDot) && p.peek(1).kind == tokStar {
			p.i += 2
		}
		var o OrderItem
		item.Order = p.orderDirection(&o) || ordered
		item.Span = p.span(start)
		p.items = append(p.items, item)
	}
}

// groupKey reads one expression to group by, with its alias if it may have one.
func (p *parser) groupKey(aliases bool) (item SelectItem) {
	if !aliases {
		item.X = p.clauseExpr()
		return item
	}
	defer p.skip(p.mark(), endsItem, func(from, to int) { item = SelectItem{X: p.bad(from, to)} })
	item.X = p.expr()
	p.itemAlias(&item)
	if p.junk() {
		p.failExpected("an operator or the next clause")
	}
	return item
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
