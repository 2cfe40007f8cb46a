package syntax

import "strings"

// createFunction reads the rest of CREATE FUNCTION. A body in another language,
// or one that cannot be read, leaves Body and Query nil.
func (p *parser) createFunction(temp, aggregate bool) Stmt {
	f := &CreateFunction{Temp: temp, Aggregate: aggregate}
	p.ifNotExists()
	f.Name = p.dotted("a function")
	f.Params = p.funcParams()
	foreign, table, procedural := false, false, false
	var text *token // a body that stands in a string
	for {
		t, n := p.tok(), p.peek(1)
		switch {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			switch {
			case text == nil:
			case procedural || !foreign && p.d.DollarQuotes && p.beginsBlock(text):
				f.Stmts = p.textStatements(text)
				f.Unread = f.Stmts == nil
			case !foreign && p.d.DollarQuotes:
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
			foreign = !p.at(kwSQL) && !p.atText("sql")
			procedural = p.procedural()
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
			p.enter()
			p.inScript++
			f.Stmts = []Stmt{p.statementBody()}
			p.inScript--
			p.leave()
			return f
		case t.kw == kwReturn && !foreign:
			p.next()
			p.funcBody(f)
			if f.Query != nil && f.Returns != nil && !table { // Spark's RETURN SELECT of one value
				s := &Subquery{Query: f.Query}
				s.Span = f.Query.Span
				f.Query, f.Body = nil, s
			}
		case t.kw == kwAs && n.kw == kwBegin:
			p.next()
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
	from, to, ok := p.textOf(t)
	if !ok {
		f.Unread = true
		p.warn(Span{t.pos, t.end}, "the body of a function that stands in a string is not read")
		return
	}
	p.bodies++
	inner := &parser{src: p.src[:to], d: p.d, toks: lexInto(nil, p.src[:to], p.d, from), depth: p.depth, bodies: p.bodies, memory: new(memory)}
	query, body := inner.functionText()
	if len(inner.errs) > 0 || query == nil && body == nil {
		f.Unread = true
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
			for p.atAny(kwIn, kwOut, kwInout) { // Oracle's and Snowflake's stand behind the name
				f.Out = f.Out || !p.at(kwIn)
				p.next()
			}
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
		if p.d.BracketIdent && p.acceptAny(kwOutput, kwOut) {
			f.Out = true
		}
		params = append(params, f)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return params
}

// procedural reports whether a language of statements is named here.
func (p *parser) procedural() bool {
	return p.atWord("plpgsql") || p.atWord("plsql") || p.atText("plpgsql")
}

// atText reports whether a string of one word stands here.
func (p *parser) atText(word string) bool {
	return p.atKind(tokString) && EqualFold(strings.Trim(p.tok().text(p.src), "'"), word)
}

// beginsBlock reports whether the text of a string begins a block of statements.
func (p *parser) beginsBlock(t *token) bool {
	from, to, ok := p.textOf(t)
	if !ok {
		return false
	}
	toks := lexInto(nil, p.src[:min(to, from+4096)], p.d, from)
	return toks[0].kw == kwBegin || toks[0].kw == kwDeclare
}

// createProcedure reads the rest of CREATE PROCEDURE.
func (p *parser) createProcedure() Stmt {
	c := &CreateProcedure{}
	p.ifNotExists()
	c.Name = p.dotted("a procedure")
	switch {
	case p.atKind(tokLParen):
		c.Params = p.funcParams()
	case p.d.BracketIdent && p.atKind(tokParam):
		c.Params = p.bareParams()
	}
	foreign := false
	var text *token
	for {
		switch t, n := p.tok(), p.peek(1); {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			if text != nil && !foreign {
				c.Body = p.textStatements(text)
			}
			return c
		case t.kw == kwReturns && n.kw == kwTable && p.peek(2).kind == tokLParen:
			p.i += 2
			c.Columns = p.returnedColumns()
		case t.kw == kwLanguage:
			p.next()
			foreign = !p.at(kwSQL) && !p.atText("sql") && !p.procedural()
			p.next()
		case t.kw == kwAs && n.kind == tokString:
			p.next()
			text = p.tok()
			p.next()
		case t.kw == kwBegin, p.d.DeclareSection && t.kw == kwDeclare:
			p.enter()
			p.inScript++
			c.Body = []Stmt{p.statementBody()}
			p.inScript--
			p.leave()
			return c
		case p.d.BracketIdent && t.kw == kwAs && n.kw != kwBegin: // up to the end of the batch
			p.next()
			c.Body = p.batch()
			return c
		case p.d.IdentCase == UpperCase && p.d.DeclareSection && !p.d.DollarQuotes && (t.kw == kwAs || t.kw == kwIs): // Oracle
			t.kw = kwDeclare
			if n.kw == kwBegin {
				p.next()
			}
		case t.kind == tokLParen:
			p.skipParens()
		default:
			p.next()
		}
	}
}

// bareParams reads the parameters of a SQL Server procedure without parentheses.
func (p *parser) bareParams() []FuncParam {
	var params []FuncParam
	for p.atKind(tokParam) {
		f := FuncParam{Name: p.identOf(p.tok())}
		p.next()
		p.accept(kwAs)
		f.Type = p.typeName()
		if p.acceptKind(tokEq) {
			p.expr()
		}
		for p.acceptAny(kwOutput, kwOut, kwReadonly) {
			f.Out = f.Out || p.toks[p.i-1].kw != kwReadonly
		}
		params = append(params, f)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	return params
}

// batch reads statements up to the end of SQL Server's batch.
func (p *parser) batch() []Stmt {
	p.enter()
	p.inScript++
	var list []Stmt
	for {
		for p.atKind(tokSemicolon) && p.tok().kw != kwGo {
			p.next()
		}
		if p.atKind(tokEOF) || p.atKind(tokSemicolon) {
			break
		}
		list = append(list, p.statement())
	}
	p.inScript--
	p.leave()
	return list
}
