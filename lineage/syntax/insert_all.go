package syntax

// insertAllAhead reports whether INSERT [OVERWRITE] ALL|FIRST with INTO or WHEN
// stands here.
func (p *parser) insertAllAhead() bool {
	n := 1
	if p.peek(n).kw == kwOverwrite {
		n++
	}
	if kw := p.peek(n).kw; kw != kwAll && kw != kwFirst {
		return false
	}
	kw := p.peek(n + 1).kw
	return kw == kwInto || kw == kwWhen
}

// insertAll reads INSERT ALL INTO a VALUES (x) INTO b … query, and the form with
// WHEN condition THEN INTO … ELSE INTO ….
func (p *parser) insertAll() Stmt {
	start := p.pos()
	s := &InsertAll{}
	p.next()
	p.accept(kwOverwrite)
	p.next()
	for {
		switch {
		case p.accept(kwWhen):
			s.Conds = append(s.Conds, p.expr())
			p.expect(kwThen)
		case p.accept(kwElse):
		case p.at(kwInto):
			s.Intos = append(s.Intos, p.insertInto())
		default:
			s.Query = p.query()
			s.Span = p.span(start)
			return s
		}
	}
}

func (p *parser) insertInto() InsertInto {
	start := p.pos()
	p.next()
	in := InsertInto{Target: p.dotted("a table")}
	if p.atKind(tokLParen) && !p.queryInParens() {
		in.Columns = p.parenNames("a column")
	}
	if p.accept(kwValues) {
		in.Values = p.parenExprs()
	}
	in.Span = p.span(start)
	return in
}
