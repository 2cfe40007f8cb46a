package syntax

// postfix reads what may directly follow an operand. Each step nests the operand
// one deeper.
func (p *parser) postfix(x Expr) Expr {
	depth := p.depth
	start := x.Extent().Pos
	for {
		switch t := p.tok(); t.kind {
		case tokDot:
			n := p.peek(1)
			switch {
			case n.kind == tokLParen:
				// (x).(net.host)(), proto.(extension)
				p.next()
				p.next()
				ids := p.dotted("a name")
				p.expectKind(tokRParen)
				if p.atKind(tokLParen) {
					x = p.call(start, x, ids)
				} else {
					f := &FieldAccess{X: x, Name: ids[len(ids)-1]}
					f.Span = p.span(start)
					x = f
				}
			case isLabel(n):
				p.next()
				x = p.member(start, x)
			default:
				p.depth = depth
				return x
			}
		case tokLBracket:
			x = p.subscript(start, x)
		case tokDoubleColon:
			p.next()
			c := &Cast{X: x, Type: p.typeName()}
			c.Span = p.span(start)
			x = c
		case tokQuestion: // Databricks' x ?:: type
			if n := p.peek(1); !p.d.SemiAccess || n.kind != tokDoubleColon || n.pos != t.end {
				p.depth = depth
				return x
			}
			p.next()
			p.next()
			c := &Cast{X: x, Type: p.typeName(), Safe: true}
			c.Span = p.span(start)
			x = c
		case tokColon:
			if !p.d.SemiAccess || p.noColon || isLiteral(x) || !(isLabel(p.peek(1)) || p.peek(1).kind == tokLBracket) {
				p.depth = depth
				return x
			}
			x = p.semiAccess(start, x)
		default:
			p.depth = depth
			return x
		}
		p.enter()
	}
}

func isLiteral(x Expr) bool {
	_, ok := x.(*Literal)
	return ok
}

// member reads the name behind a dot, and the call that it may be.
func (p *parser) member(start Pos, x Expr) Expr {
	id := p.label("a name")
	if p.atKind(tokLParen) {
		return p.call(start, x, p.identLists.List([]Ident{id}))
	}
	// (x).safe.substr(…): a call whose name has several parts.
	if id.Is("safe") && p.atKind(tokDot) && isLabel(p.peek(1)) && p.peek(2).kind == tokLParen {
		p.next()
		ids := p.identLists.List([]Ident{id, p.label("a name")})
		return p.call(start, x, ids)
	}
	f := &FieldAccess{X: x, Name: id}
	f.Span = p.span(start)
	return f
}

// subscript reads [index], [OFFSET(i)], [a:b].
func (p *parser) subscript(start Pos, x Expr) Expr {
	p.next()
	noColon := p.noColon
	p.noColon = true
	s := &Subscript{X: x}
	if t := p.tok(); t.kind == tokIdent && p.peek(1).kind == tokLParen {
		switch t.kw {
		case kwOffset, kwOrdinal, kwSafeOffset, kwSafeOrdinal, kwKey:
			s.Mode = t.kw.String()
		}
	}
	switch {
	case p.atKind(tokStar) && p.peek(1).kind == tokRBracket: // Databricks: every element
		p.next()
		s.Slice = true
	case s.Mode != "":
		p.next()
		p.next()
		s.Index = p.expr()
		p.expectKind(tokRParen)
	case !p.atKind(tokColon) && !p.atKind(tokRBracket):
		s.Index = p.expr()
	}
	for p.acceptKind(tokColon) {
		s.Slice = true
		if p.atKind(tokColon) || p.atKind(tokRBracket) {
			continue
		}
		if p.atKind(tokMinus) && p.peek(1).kind == tokColon {
			p.next() // DuckDB's [a:-:step]
			continue
		}
		s.Upper = p.pair(s.Upper, p.expr())
	}
	if p.atKind(tokComma) {
		// Several dimensions at once.
		for p.acceptKind(tokComma) {
			s.Index = p.pair(s.Index, p.expr())
		}
	}
	p.expectKind(tokRBracket)
	p.noColon = noColon
	s.Span = p.span(start)
	return s
}

// semiAccess reads :a.b.c behind x.
func (p *parser) semiAccess(start Pos, x Expr) Expr {
	p.next()
	s := &SemiAccess{X: x}
	if p.atKind(tokLBracket) {
		return p.subscript(start, x)
	}
	m := len(p.idents)
	p.idents = append(p.idents, p.label("a field"))
	for p.atKind(tokDot) && isLabel(p.peek(1)) {
		p.next()
		p.idents = append(p.idents, p.label("a field"))
	}
	s.Names = p.takeIdents(m)
	s.Span = p.span(start)
	return s
}
