package syntax

// tablePostfix reads TABLESAMPLE, PIVOT, UNPIVOT and MATCH_RECOGNIZE behind a
// table expression; it returns nil if none stands here.
func (p *parser) tablePostfix(x TableExpr) TableExpr {
	n := p.peek(1)
	switch p.tok().kw {
	case kwTablesample:
		return p.aliasAfter(x, p.sample())
	case kwSample:
		if n.kind != tokLParen && n.kind != tokInt && n.kind != tokFloat && !(isLabel(n) && p.peek(2).kind == tokLParen) {
			return nil
		}
		return p.aliasAfter(x, p.sample())
	case kwPivot:
		if n.kind != tokLParen {
			return nil
		}
		p.enter()
		v := p.pivot(x)
		p.leave()
		return v
	case kwUnpivot:
		if n.kind != tokLParen && n.kw != kwInclude && n.kw != kwExclude {
			return nil
		}
		return p.unpivot(x)
	case kwMatchRecognize:
		if n.kind != tokLParen {
			return nil
		}
		return p.matchRecognize(x)
	}
	return nil
}

// aliasAfter reads the alias that some dialects allow behind TABLESAMPLE, and
// books the column that WITH WEIGHT adds.
func (p *parser) aliasAfter(x TableExpr, weight *Ident) TableExpr {
	switch x := x.(type) {
	case *Table:
		x.Weight = weight
		if x.Alias == nil {
			x.Alias = p.tableAlias(false)
		}
		x.Span = p.span(x.Pos)
	case *Derived:
		x.Weight = weight
		if x.Alias == nil {
			x.Alias = p.tableAlias(false)
		}
		x.Span = p.span(x.Pos)
	case *ParenTable:
		x.Weight = weight
		x.Span = p.span(x.Pos)
	}
	return x
}

// sample skips TABLESAMPLE method (size) [REPEATABLE (n)] and returns the column
// of WITH WEIGHT [[AS] name], if there is one.
func (p *parser) sample() (weight *Ident) {
	p.next()
	if p.atKind(tokInt) || p.atKind(tokFloat) { // DuckDB's SAMPLE 10%
		p.next()
		if !p.acceptKind(tokPercent) {
			p.acceptAny(kwPercent, kwRows)
		}
	} else if !p.atKind(tokLParen) {
		p.label("a sampling method")
	}
	if p.atKind(tokLParen) {
		p.skipParens()
	}
	for {
		switch {
		case p.atAny(kwRepeatable, kwSeed) && p.peek(1).kind == tokLParen:
			p.next()
			p.skipParens()
		case p.at(kwOffset) && p.d.ArrayJoin:
			p.next()
			p.next()
		case p.at2(kwWith, kwWeight):
			p.next()
			p.next()
			id := p.weightAlias()
			weight = &id
		default:
			return weight
		}
	}
}

func (p *parser) weightAlias() Ident {
	t := &p.toks[p.i-1]
	id := p.identOf(t)
	switch t := p.tok(); {
	case p.at(kwAs) && isLabel(p.peek(1)):
		p.next()
		id = p.label("a name")
	case p.isName(t) && !p.isTableWord(t) && !p.at(kwRepeatable):
		p.next()
		id = p.identOf(t)
	}
	return id
}

// pivot reads PIVOT(aggregates FOR expr IN (values)) [alias].
func (p *parser) pivot(x TableExpr) *Pivot {
	start := p.pos()
	if x != nil {
		start = x.Extent().Pos
	}
	v := &Pivot{X: x}
	p.next()
	p.expectKind(tokLParen)
	p.enter()
	m := len(p.items)
	for {
		itemStart := p.pos()
		item := SelectItem{X: p.expr()}
		if !p.at(kwFor) {
			p.itemAlias(&item)
		}
		item.Span = p.span(itemStart)
		p.items = append(p.items, item)
		if !p.acceptKind(tokComma) || p.at(kwFor) {
			break
		}
	}
	v.Aggregates = p.takeItems(m)
	p.expect(kwFor)
	for {
		p.pivotFor(v)
		if !p.canBeginExpr() || p.at(kwGroup) || p.at(kwDefault) {
			break
		}
	}
	if p.accept2(kwGroup, kwBy) {
		for {
			v.GroupBy = append(v.GroupBy, p.expr())
			if !p.acceptKind(tokComma) {
				break
			}
		}
	}
	if p.at(kwDefault) { // DEFAULT ON NULL (…)
		p.skipToClose()
	}
	p.expectKind(tokRParen)
	p.leave()
	v.Alias = p.tableAlias(false)
	v.Span = p.span(start)
	return v
}

// pivotFor reads expr IN (values).
func (p *parser) pivotFor(v *Pivot) {
	key := p.exprAbove(precCompare)
	if t, ok := key.(*Struct); ok && t.Tuple {
		for i := range t.Fields {
			v.For = append(v.For, t.Fields[i].Value)
		}
	} else {
		v.For = append(v.For, key)
	}
	p.expect(kwIn)
	if !p.atKind(tokLParen) { // DuckDB's IN enum_type
		v.InAny = true
		p.dotted("a type")
		return
	}
	switch {
	case p.queryInParens():
		v.InQuery = p.parenQuery()
		return
	case p.peek(1).kw == kwAny:
		v.InAny = true
		p.skipParens()
		return
	}
	p.next()
	for !p.atKind(tokRParen) {
		val := PivotValue{X: p.expr()}
		var item SelectItem
		p.itemAlias(&item)
		val.Alias = item.Alias
		v.In = append(v.In, val)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
}

// unpivot reads UNPIVOT [INCLUDE NULLS] (values FOR name IN (columns)) [alias].
func (p *parser) unpivot(x TableExpr) *Unpivot {
	start := p.pos()
	if x != nil {
		start = x.Extent().Pos
	}
	u := &Unpivot{X: x}
	p.unpivots = true
	p.next()
	switch {
	case p.accept2(kwInclude, kwNulls):
		u.IncludeNulls = true
	case p.accept2(kwExclude, kwNulls):
	}
	p.expectKind(tokLParen)
	if p.atKind(tokLParen) {
		u.Values = p.parenNames("a column")
	} else {
		u.Values = p.identLists.List([]Ident{p.label("a column")})
	}
	p.expect(kwFor)
	u.Name = p.label("a column")
	p.expect(kwIn)
	p.expectKind(tokLParen)
	p.unpivotColumns(u, tokRParen)
	p.expectKind(tokRParen)
	p.expectKind(tokRParen)
	u.Alias = p.tableAlias(false)
	u.Span = p.span(start)
	return u
}

// unpivotColumns reads the columns that become rows.
func (p *parser) unpivotColumns(u *Unpivot, close tokenKind) {
	for !p.atKind(close) {
		switch {
		case p.atKind(tokStar):
			u.InStar = p.starTail(&Star{}, p.pos())
		case p.at(kwColumns) && p.peek(1).kind == tokLParen:
			start := p.pos()
			s := &Star{Pattern: p.path()}
			s.Span = p.span(start)
			u.InStar = s
		default:
			var c UnpivotColumns
			if p.acceptKind(tokLParen) {
				for {
					c.Columns = append(c.Columns, p.columnPath())
					if !p.acceptKind(tokComma) {
						break
					}
				}
				p.expectKind(tokRParen)
			} else {
				c.Columns = []*Path{p.columnPath()}
			}
			if p.accept(kwAs) || p.atKind(tokString) || p.atKind(tokInt) {
				c.Label = p.exprAbove(precCompare)
			}
			u.In = append(u.In, c)
		}
		if !p.acceptKind(tokComma) {
			return
		}
	}
}

// columnPath reads a dotted column name.
func (p *parser) columnPath() *Path {
	start := p.pos()
	x := p.paths.One()
	x.Parts = p.dottedLabels()
	x.Span = p.span(start)
	return x
}

// pivotStatement reads DuckDB's PIVOT t ON x USING sum(y) GROUP BY z.
func (p *parser) pivotStatement() QueryExpr {
	start := p.pos()
	p.next()
	v := &Pivot{X: p.joins(p.tableItem())}
	if p.accept(kwOn) {
		for {
			v.For = append(v.For, p.exprAbove(precCompare))
			if p.at(kwIn) {
				save := v.For
				v.For = v.For[:len(v.For)-1]
				key := save[len(save)-1]
				p.pivotIn(v, key)
			}
			if !p.acceptKind(tokComma) {
				break
			}
		}
	}
	if p.accept(kwUsing) {
		v.Aggregates = p.selectItems()
	}
	if p.at2(kwGroup, kwBy) {
		for _, it := range p.groupBy(false).Items {
			v.GroupBy = append(v.GroupBy, it.X)
		}
	}
	v.Span = p.span(start)
	return &FromQuery{Span: v.Span, From: v}
}

// pivotIn reads IN (values) of the statement form.
func (p *parser) pivotIn(v *Pivot, key Expr) {
	v.For = append(v.For, key)
	p.next()
	if !p.atKind(tokLParen) {
		v.InAny = true
		p.dotted("a type")
		return
	}
	query, items := p.parens()
	v.InQuery = query
	for _, it := range items {
		v.In = append(v.In, PivotValue{X: it.Value, Alias: it.Alias})
	}
}

// unpivotStatement reads DuckDB's UNPIVOT t ON a, b INTO NAME n VALUE v.
func (p *parser) unpivotStatement() QueryExpr {
	start := p.pos()
	p.next()
	u := &Unpivot{X: p.joins(p.tableItem())}
	u.IncludeNulls = p.accept2(kwInclude, kwNulls)
	p.expect(kwOn)
	p.unpivotColumns(u, tokEOF)
	if p.accept2(kwInto, kwName) {
		u.Name = p.label("a column")
		p.acceptAny(kwValue, kwValues)
		u.Values = p.names("a column")
	}
	u.Span = p.span(start)
	return &FromQuery{Span: u.Span, From: u}
}

// matchRecognize reads MATCH_RECOGNIZE(…).
func (p *parser) matchRecognize(x TableExpr) *MatchRecognize {
	start := p.pos()
	if x != nil {
		start = x.Extent().Pos
	}
	r := &MatchRecognize{X: x}
	p.next()
	p.expectKind(tokLParen)
	p.enter()
	for !p.atKind(tokRParen) {
		switch {
		case p.accept2(kwPartition, kwBy):
			r.PartitionBy = p.aliasedItems()
		case p.at2(kwOrder, kwBy):
			r.OrderBy = p.orderBy()
		case p.accept(kwMeasures):
			r.Measures = p.aliasedItems()
		case p.at(kwOne) && p.peek(1).kw == kwRow, p.at(kwAll) && p.peek(1).kw == kwRows:
			r.AllRows = p.at(kwAll)
			p.next()
			p.next()
			p.expect(kwPer)
			p.expect(kwMatch)
			for p.atAny(kwShow, kwOmit, kwWith) {
				p.next()
				for p.atAny(kwEmpty, kwMatches, kwUnmatched, kwRows) {
					p.next()
				}
			}
		case p.accept2(kwAfter, kwMatch):
			for p.atAny(kwSkip, kwTo, kwPast, kwNext, kwLast, kwFirst, kwRow) {
				p.next()
			}
			if p.isName(p.tok()) && !p.atAny(kwPattern, kwDefine, kwSubset) {
				p.next()
			}
		case p.at(kwPattern):
			p.next()
			from := p.i
			p.skipParens()
			for i := from; i < p.i; i++ {
				if t := &p.toks[i]; isLabel(t) {
					r.Variables = append(r.Variables, p.identOf(t))
				}
			}
		case p.accept(kwSubset):
			for {
				p.label("a variable")
				p.expectKind(tokEq)
				p.skipParens()
				if !p.acceptKind(tokComma) {
					break
				}
			}
		case p.accept(kwDefine):
			for {
				f := Field{Alias: p.label("a variable")}
				p.expect(kwAs)
				f.Value = p.expr()
				r.Defines = append(r.Defines, f)
				if !p.acceptKind(tokComma) || p.atKind(tokRParen) {
					break
				}
			}
		case p.at(kwOptions):
			p.next()
			p.skipParens()
		default:
			p.failExpected("a clause of MATCH_RECOGNIZE")
		}
	}
	p.expectKind(tokRParen)
	p.leave()
	r.Alias = p.tableAlias(false)
	r.Span = p.span(start)
	return r
}

// aliasedItems reads expressions with aliases.
func (p *parser) aliasedItems() []SelectItem {
	m := len(p.items)
	for {
		start := p.pos()
		if !p.acceptAny(kwFinal, kwRunning) {
			start = p.pos()
		}
		item := SelectItem{X: p.expr()}
		if p.accept(kwAs) {
			item.Alias = p.label("an alias")
		}
		item.Span = p.span(start)
		p.items = append(p.items, item)
		if !p.acceptKind(tokComma) {
			return p.takeItems(m)
		}
	}
}
