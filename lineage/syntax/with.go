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
		if p.at(kwFunction) && isLabel(p.peek(1)) && p.peek(1).kw != kwAs {
			w.Functions = append(w.Functions, p.inlineFunction())
		} else {
			w.CTEs = append(w.CTEs, p.cte())
		}
		if !p.acceptKind(tokComma) && !p.commaMissing() || p.atAny(kwSelect, kwInsert, kwFrom, kwUpdate, kwDelete, kwMerge) {
			break
		}
	}
	w.Span = p.span(start)
	return w
}

// commaMissing reports that the next query of WITH stands right behind the one
// before.
func (p *parser) commaMissing() bool {
	if n := p.peek(3).kw; !p.isName(p.tok()) || p.peek(1).kw != kwAs || p.peek(2).kind != tokLParen || n != kwSelect && n != kwWith {
		return false
	}
	p.report(Span{p.pos(), p.tok().end}, `expected "," but found `+p.tok().describe(p.src), "")
	return true
}

func (p *parser) cte() *CTE {
	start := p.pos()
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
	if p.at(kwMax) && p.peek(1).kind == tokIdent && p.peek(2).kind == tokIdent { // Databricks' MAX RECURSION LEVEL n
		p.i = min(p.i+3, len(p.toks)-1)
		p.exprAbove(precCompare)
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
		c.Query = p.cteQuery()
	}
	p.cteTail(c)
	c.Span = p.span(start)
	return c
}

// cteQuery reads (query). One that cannot be read becomes a query of all columns
// of the tables seen in it, so that the queries behind it are read.
func (p *parser) cteQuery() (q *Query) {
	defer p.skipBracket(p.mark(), func(from, to int) {
		s := p.selects.One()
		s.Span = p.tokensSpan(from, to)
		s.Items = []SelectItem{{Span: s.Span, Star: &Star{Span: s.Span}}}
		s.From = &BadTable{Span: s.Span, Names: p.tablesIn(from, to)}
		s.Where = p.bad(from, to)
		q = p.queries.One()
		q.Body, q.Span = s, s.Span
	})
	return p.parenQuery()
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
			of := p.names("a column")
			p.expect(kwSet)
			c.Search = append(c.Search, SearchColumn{Name: p.label("a column"), Of: of})
		case p.at(kwCycle):
			p.next()
			of := p.names("a column")
			p.expect(kwSet)
			mark := SearchColumn{Name: p.label("a column"), Of: of, Flag: true}
			if p.accept(kwTo) {
				mark.Flag = false
				p.expr()
				p.expect(kwDefault)
				p.expr()
			}
			c.Search = append(c.Search, mark)
			if p.accept(kwUsing) {
				c.Search = append(c.Search, SearchColumn{Name: p.label("a column"), Of: of})
			}
		default:
			return
		}
	}
}

// inlineFunction reads Trino's WITH FUNCTION f(a t) RETURNS t RETURN x. The body
// of one that is a block of statements is skipped.
func (p *parser) inlineFunction() *CreateFunction {
	start := p.pos()
	p.next()
	f := &CreateFunction{Temp: true, Name: p.dotted("a function")}
	f.Params = p.funcParams()
	for f.Body == nil {
		switch t := p.tok(); {
		case t.kw == kwReturns && p.peek(1).kw == kwNull:
			p.i += 2
		case t.kw == kwReturns:
			p.next()
			f.Returns = p.typeName()
		case t.kw == kwReturn:
			p.next()
			f.Body = p.expr()
		case t.kw == kwBegin:
			p.skipBlock()
			f.Span = p.span(start)
			return f
		case t.kind == tokLParen:
			p.skipParens()
		case t.kind == tokEOF, t.kind == tokSemicolon, t.kind == tokComma, t.kw == kwSelect:
			p.failExpected("the function's body")
		default:
			p.next()
		}
	}
	f.Span = p.span(start)
	return f
}

// skipBlock skips BEGIN … END with the blocks inside it.
func (p *parser) skipBlock() {
	for level := 0; !p.atKind(tokEOF); {
		switch p.tok().kw {
		case kwBegin, kwCase:
			level++
		case kwEnd:
			switch p.peek(1).kw {
			case kwIf, kwLoop, kwWhile, kwRepeat, kwFor:
				p.next()
			case kwCase:
				p.next()
				level--
			default:
				level--
			}
		}
		p.next()
		if level <= 0 {
			return
		}
	}
}

// scalarCTE reads ClickHouse's WITH expr AS name, as a query of one column.
func (p *parser) scalarCTE() *CTE {
	start := p.pos()
	x := p.expr()
	p.expect(kwAs)
	c := &CTE{Name: p.label("a name")}
	v := &Values{Rows: [][]Expr{{x}}}
	v.Span = x.Extent()
	c.Query = p.queries.One()
	c.Query.Body, c.Query.Span = v, v.Span
	c.Span = p.span(start)
	return c
}

// returningQuery reads (INSERT|UPDATE|DELETE … RETURNING …) as a query of what
// it returns.
func (p *parser) returningQuery() *Query {
	p.expectKind(tokLParen)
	start := p.pos()
	s := p.selects.One()
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
	q := p.queries.One()
	q.Body, q.Span = s, s.Span
	return q
}
