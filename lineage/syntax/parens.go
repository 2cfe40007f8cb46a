package syntax

// exprList reads expressions separated by commas; a comma before a closing
// bracket is forgiven.
func (p *parser) exprList(close tokenKind) []Expr {
	m := len(p.exprs)
	for !p.atKind(close) {
		p.exprs = append(p.exprs, p.expr())
		if !p.acceptKind(tokComma) {
			break
		}
	}
	return p.takeExprs(m)
}

// parenExprs reads (a, b, …).
func (p *parser) parenExprs() []Expr {
	p.expectKind(tokLParen)
	list := p.exprList(tokRParen)
	p.expectKind(tokRParen)
	return list
}

// parens reads what stands in parentheses: a query, or expressions with or
// without aliases.
func (p *parser) parens() (*Query, []Field) {
	p.expectKind(tokLParen)
	p.enter()
	defer p.leaveParens(p.noColon)
	p.noColon = false
	if p.atQuery() {
		q := p.query()
		p.expectKind(tokRParen)
		return q, nil
	}
	if p.acceptKind(tokRParen) {
		return nil, nil
	}
	var first Expr
	if p.atKind(tokLParen) {
		start := p.pos()
		q, items := p.parens()
		switch {
		case q != nil && p.queryGoesOn():
			q = p.queryFrom(start, q)
			p.expectKind(tokRParen)
			return q, nil
		case q != nil && p.atKind(tokRParen):
			p.next()
			return q, nil
		case q != nil:
			s := &Subquery{Query: q}
			s.Span = p.span(start)
			first = s
		default:
			first = p.tupleOf(start, items)
		}
		first = p.binaryTail(p.postfix(first), precLowest)
	}
	var items []Field
	for {
		x := first
		if x == nil {
			x = p.expr()
		}
		first = nil
		f := Field{Value: x}
		if p.accept(kwAs) {
			f.Alias = p.label("an alias")
		}
		items = append(items, f)
		if !p.acceptKind(tokComma) || p.atKind(tokRParen) {
			break
		}
	}
	p.expectKind(tokRParen)
	return nil, items
}

// leaveParens, deferred, restores what parens changed.
func (p *parser) leaveParens(noColon bool) {
	p.noColon = noColon
	p.leave()
}

// tupleOf makes the expression of a parenthesised list: the item itself if it is
// one, else a tuple.
func (p *parser) tupleOf(start Pos, items []Field) Expr {
	if len(items) == 1 && items[0].Alias.Name == "" {
		return items[0].Value
	}
	s := &Struct{Fields: items, Tuple: true}
	s.Span = p.span(start)
	return s
}
