package syntax

// createFunction reads the rest of CREATE FUNCTION. A body in another language,
// or one that cannot be read, leaves Body and Query nil.
func (p *parser) createFunction(temp, aggregate bool) Stmt {
	f := &CreateFunction{Temp: temp, Aggregate: aggregate}
	p.ifNotExists()
	f.Name = p.dotted("a function")
	f.Params = p.funcParams()
	foreign := false
	for {
		t, n := p.tok(), p.peek(1)
		switch {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			return f
		case t.kw == kwReturns:
			p.next()
			p.accept2(kwNull, kwOn)
			if p.at(kwTable) && (n.kw == kwTable && p.peek(1).kind == tokLParen) {
				p.next()
				p.skipParens()
			} else if isLabel(p.tok()) {
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
		case t.kw == kwAs && n.kind == tokString:
			p.next()
			p.stringBody(f, foreign)
		case t.kw == kwAs:
			p.next()
			p.accept(kwTable)
			p.funcBody(f)
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

// stringBody reads a body that stands in a string: Snowflake's and PostgreSQL's
// $$…$$. Its positions are lost, so only its presence is noted.
func (p *parser) stringBody(f *CreateFunction, foreign bool) {
	for p.atKind(tokString) || p.atKind(tokComma) {
		p.next()
	}
}

// funcParams reads (a type, b ANY TYPE, t TABLE<…>, OUT c type DEFAULT 1).
func (p *parser) funcParams() []FuncParam {
	var params []FuncParam
	if !p.acceptKind(tokLParen) {
		return nil
	}
	for !p.atKind(tokRParen) {
		for p.atAny(kwIn, kwOut, kwInout, kwVariadic) && isLabel(p.peek(1)) {
			p.next()
		}
		var f FuncParam
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
		p.funcParams()
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
