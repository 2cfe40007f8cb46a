package syntax

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
		s.From = &Changed{Span: in.Span, Stmt: in}
	case kwUpdate:
		u := p.update(nil)
		s.From = &Changed{Span: u.Span, Stmt: u}
	case kwDelete:
		d := p.delete(nil)
		s.From = &Changed{Span: d.Span, Stmt: d}
	default:
		m := p.merge(nil)
		s.From = &Changed{Span: m.Span, Stmt: m}
	}
	s.Items = p.returned
	p.returned = nil
	s.Span = p.span(start)
	p.expectKind(tokRParen)
	q := p.queries.one()
	q.Body, q.Span = s, s.Span
	return q
}
