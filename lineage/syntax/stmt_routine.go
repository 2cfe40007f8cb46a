package syntax

import "strings"

// createFunction reads the rest of CREATE FUNCTION. A body in another language,
// or one that cannot be read, leaves Body and Query nil.
func (p *parser) createFunction(temp, aggregate bool) Stmt {
	f := &CreateFunction{Temp: temp, Aggregate: aggregate}
	p.ifNotExists()
	f.Name = p.dotted("a function")
	f.Params = p.funcParams()
	foreign, table := false, false
	var text *token // a body that stands in a string
	for {
		t, n := p.tok(), p.peek(1)
		switch {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			if text != nil && !foreign && p.d.DollarQuotes {
				p.textBody(f, text, table)
			}
			return f
		case t.kw == kwReturns:
			p.next()
			p.accept2(kwNull, kwOn)
			switch {
			case p.at(kwTable) && n.kw == kwTable && p.peek(1).kind == tokLParen:
				table = true
				p.next()
				f.Columns = p.returnedColumns()
			case p.at(kwSetof) && isLabel(p.peek(1)):
				table = true
				p.next()
				f.Returns = p.typeName()
			case isLabel(p.tok()):
				f.Returns = p.typeName()
			}
		case t.kw == kwLanguage:
			p.next()
			foreign = !p.at(kwSQL)
			p.next()
		case t.kw == kwOptions || t.kw == kwSet:
			p.next()
			if p.atKind(tokLParen) {
				p.skipParens()
			}
		case t.kw == kwRemote:
			foreign = true
			p.next()
		case t.kw == kwBegin:
			p.skipCreate()
			return f
		case t.kw == kwReturn && !foreign:
			p.next()
			p.funcBody(f)
			if f.Query != nil && f.Returns != nil && !table { // Spark's RETURN SELECT of one value
				s := &Subquery{Query: f.Query}
				s.Span = f.Query.Span
				f.Query, f.Body = nil, s
			}
		case t.kw == kwAs && n.kind == tokString:
			p.next()
			text = p.tok()
			for p.atKind(tokString) || p.atKind(tokComma) {
				p.next()
			}
		case t.kw == kwAs:
			p.next()
			p.accept(kwTable)
			p.funcBody(f)
		case t.kind == tokComma && n.kind == tokLParen && p.d.PrefixAlias && f.Params != nil: // DuckDB's further parameters
			p.next()
			over := &CreateFunction{Temp: temp, Name: f.Name, Params: p.funcParams()}
			p.expect(kwAs)
			p.accept(kwTable)
			p.funcBody(over)
			over.Span = p.span(t.end)
			f.Overloads = append(f.Overloads, over)
		case t.kind == tokLParen:
			p.skipParens()
		case t.kind == tokInvalid || t.kind == tokRParen:
			p.failExpected("the function's body")
		default:
			p.next()
		}
	}
}

// funcBody reads an expression or a query.
func (p *parser) funcBody(f *CreateFunction) {
	switch {
	case p.atQuery():
		f.Query = p.query()
	case p.queryInParens() && (f.Returns == nil || f.Returns.Name == "TABLE" || EqualFold(f.Returns.Name, "table")):
		x := p.expr()
		if s, ok := x.(*Subquery); ok && f.Returns != nil {
			f.Query = s.Query
			return
		}
		f.Body = x
	default:
		f.Body = p.expr()
	}
}

// returnedColumns reads the names of RETURNS TABLE (a type, b type).
func (p *parser) returnedColumns() []Ident {
	m := len(p.idents)
	p.expectKind(tokLParen)
	for !p.atKind(tokRParen) {
		p.idents = append(p.idents, p.label("a column"))
		p.typeName()
		p.typeTail()
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return p.takeIdents(m)
}

// textBody reads the body of a function that stands in a string, $$…$$ or '…':
// an expression, or queries of which the last one counts. It is read in its
// place, so that positions are right. One that cannot be read is left out, and a
// warning says so.
func (p *parser) textBody(f *CreateFunction, t *token, table bool) {
	from, to := int(t.pos)+1, int(t.end)-1
	if p.src[t.pos] == '$' {
		for p.src[from] != '$' {
			from++
		}
		from++
		to = int(t.end) - (from - int(t.pos))
	}
	if to < from || p.src[t.pos] != '$' && (p.src[t.pos] != '\'' || strings.ContainsAny(p.src[from:to], `'\`)) || p.bodies >= maxBodies {
		p.warn(Span{t.pos, t.end}, "the body of a function that stands in a string is not read")
		return
	}
	p.bodies++
	inner := &parser{src: p.src[:to], d: p.d, toks: lexFrom(p.src[:to], p.d, from), depth: p.depth, bodies: p.bodies}
	query, body := inner.functionText()
	if len(inner.errs) > 0 || query == nil && body == nil {
		p.warn(Span{t.pos, t.end}, "the body of a function that stands in a string is not read")
		return
	}
	switch {
	case query == nil:
		f.Body = body
	case table:
		f.Query = query
	default:
		s := &Subquery{Query: query}
		s.Span = query.Span
		f.Body = s
	}
}

// maxBodies bounds how many bodies in strings are read: each keeps its text.
const maxBodies = 10_000

// functionText reads all tokens as queries or as one expression.
func (p *parser) functionText() (query *Query, x Expr) {
	defer p.rescue(p.mark(), func(mark) { query, x = nil, nil })
	if !p.atQuery() && !p.queryInParens() {
		x = p.expr()
		p.acceptKind(tokSemicolon)
	} else {
		for !p.atKind(tokEOF) {
			query = p.query()
			if !p.acceptKind(tokSemicolon) {
				break
			}
		}
	}
	if !p.atKind(tokEOF) {
		p.failExpected("the end of the body")
	}
	return query, x
}

// funcParams reads (a type, b ANY TYPE, t TABLE<…>, OUT c type DEFAULT 1).
func (p *parser) funcParams() []FuncParam {
	var params []FuncParam
	if !p.acceptKind(tokLParen) {
		return nil
	}
	for !p.atKind(tokRParen) {
		var f FuncParam
		for p.atAny(kwIn, kwOut, kwInout, kwVariadic) && isLabel(p.peek(1)) {
			f.Out = f.Out || p.atAny(kwOut, kwInout)
			p.next()
		}
		t := p.tok()
		if t.kind != tokParam && !isLabel(t) {
			p.failExpected("a parameter")
		}
		switch p.peek(1).kind {
		case tokLParen, tokLt: // a type without a name
			f.Type = p.typeName()
		case tokComma, tokRParen:
			p.next()
			f.Name = p.identOf(t)
		default:
			p.next()
			f.Name = p.identOf(t)
			if p.atKind(tokColonEq) || p.at(kwDefault) || p.atKind(tokEq) {
				break
			}
			p.accept(kwAs)
			switch {
			case p.at(kwAny):
				f.Table = p.peek(1).kw == kwTable
				p.next()
				p.label("TYPE")
			case p.at(kwTable):
				f.Table = true
				p.typeName()
			default:
				f.Type = p.typeName()
			}
		}
		p.typeTail()
		p.acceptAny(kwReadonly, kwNot)
		p.accept(kwAggregate)
		if p.accept(kwDefault) || p.acceptKind(tokEq) || p.acceptKind(tokColonEq) {
			p.expr()
		}
		params = append(params, f)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return params
}

// createProcedure reads the rest of CREATE PROCEDURE.
func (p *parser) createProcedure() Stmt {
	c := &CreateProcedure{}
	p.ifNotExists()
	c.Name = p.dotted("a procedure")
	if p.atKind(tokLParen) {
		c.Params = p.funcParams()
	}
	for {
		switch t := p.tok(); {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			return c
		case t.kw == kwBegin:
			p.enter()
			c.Body = []Stmt{p.statementBody()}
			p.leave()
			return c
		case t.kind == tokLParen:
			p.skipParens()
		default:
			p.next()
		}
	}
}
