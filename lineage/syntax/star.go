package syntax

// starAlias forgives an alias behind a star: DuckDB's COLUMNS, PostgreSQL's
// composite types.
func (p *parser) starAlias(item *SelectItem) {
	if p.at(kwAs) && isLabel(p.peek(1)) {
		p.next()
		item.Alias = p.label("an alias")
	}
}

// starTail reads a star at the current token and what may follow it.
func (p *parser) starTail(s *Star, start Pos) *Star {
	p.next()
	for {
		n := p.peek(1)
		switch t := p.tok(); t.kw {
		case kwExcept, kwExclude:
			if n.kind == tokLParen {
				if m := p.peek(2); m.kw == kwSelect || m.kw == kwWith || m.kw == kwFrom || m.kw == kwValues || m.kind == tokLParen {
					s.Span = p.span(start)
					return s
				}
				p.next()
				p.next()
				s.Except = append(s.Except, p.starNames()...)
				p.expectKind(tokRParen)
				continue
			}
			if !isLabel(n) || n.kw == kwAll || n.kw == kwDistinct || n.kw == kwSelect {
				s.Span = p.span(start)
				return s
			}
			p.next()
			s.Except = append(s.Except, p.label("a column"))
		case kwReplace:
			p.next()
			paren := p.acceptKind(tokLParen)
			for {
				f := Field{Value: p.expr()}
				p.accept(kwAs)
				f.Alias = p.label("a column")
				s.Replace = append(s.Replace, f)
				if !paren || !p.acceptKind(tokComma) || p.atKind(tokRParen) {
					break
				}
			}
			if paren {
				p.expectKind(tokRParen)
			}
		case kwRename:
			p.next()
			paren := p.acceptKind(tokLParen)
			for {
				r := Rename{From: p.label("a column")}
				p.expect(kwAs)
				r.To = p.label("a column")
				s.Rename = append(s.Rename, r)
				if !paren || !p.acceptKind(tokComma) {
					break
				}
			}
			if paren {
				p.expectKind(tokRParen)
			}
		case kwIlike, kwLike, kwSimilar, kwGlob:
			s.PatternOp = t.kw.String()
			p.next()
			p.accept(kwTo)
			s.Pattern = p.exprAbove(precCompare)
		case kwNot:
			if n.kw != kwLike && n.kw != kwIlike && n.kw != kwSimilar && n.kw != kwGlob {
				s.Span = p.span(start)
				return s
			}
			s.PatternNot = true
			p.next()
		case kwApply:
			if n.kind != tokLParen {
				s.Span = p.span(start)
				return s
			}
			p.next()
			p.skipParens()
		default:
			s.Span = p.span(start)
			return s
		}
	}
}

// starNames reads the columns of EXCEPT, which DuckDB may qualify.
func (p *parser) starNames() []Ident {
	var ids []Ident
	for {
		id := p.label("a column")
		for p.acceptKind(tokDot) {
			id = p.label("a column")
		}
		ids = append(ids, id)
		if !p.acceptKind(tokComma) || p.atKind(tokRParen) {
			return ids
		}
	}
}
