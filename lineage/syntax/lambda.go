package syntax

// isLambda reports whether the arrow behind the current name makes a lambda.
// DuckDB has both meanings: before a string it is JSON access.
func (p *parser) isLambda() bool {
	return p.d.Lambda && !(p.d.JSONArrow && (p.peek(2).kind == tokString || p.peek(2).kind == tokInt))
}

// lambdaParams reports whether (a, b) -> stands here.
func (p *parser) lambdaParams() bool {
	if !p.d.Lambda {
		return false
	}
	i := p.i + 1
	for isLabel(&p.toks[i]) {
		i++
		for isLabel(&p.toks[i]) { // a type
			i++
		}
		if p.toks[i].kind != tokComma {
			break
		}
		i++
	}
	return p.toks[i].kind == tokRParen && p.toks[i+1].kind == tokArrow
}

// lambda reads x -> body and (x, y) -> body.
func (p *parser) lambda() Expr {
	start := p.pos()
	p.enter()
	l := &Lambda{}
	m := len(p.idents)
	if p.acceptKind(tokLParen) {
		for !p.atKind(tokRParen) {
			p.idents = append(p.idents, p.label("a parameter"))
			if !p.atKind(tokComma) && !p.atKind(tokRParen) {
				p.typeName()
			}
			if !p.acceptKind(tokComma) {
				break
			}
		}
		p.expectKind(tokRParen)
	} else {
		p.idents = append(p.idents, p.label("a parameter"))
		if isLabel(p.tok()) {
			p.typeName()
		}
	}
	l.Params = p.takeIdents(m)
	p.expectKind(tokArrow)
	l.Body = p.expr()
	l.Span = p.span(start)
	p.leave()
	return l
}

// pythonLambda reads DuckDB's LAMBDA x, y: body.
func (p *parser) pythonLambda() Expr {
	start := p.pos()
	p.next()
	l := &Lambda{Params: p.names("a parameter")}
	p.expectKind(tokColon)
	l.Body = p.expr()
	l.Span = p.span(start)
	return l
}
