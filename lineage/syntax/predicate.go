package syntax

// quantified reads ANY|SOME|ALL (…) behind a comparison.
func (p *parser) quantified(x Expr, op Op) Expr {
	p.next()
	q := &Quantified{Op: op, X: x}
	query, items := p.parens()
	switch {
	case query != nil:
		q.Query = query
	case len(items) == 1:
		q.Array = items[0].Value
	default:
		a := &Array{}
		for _, it := range items {
			a.Items = append(a.Items, it.Value)
		}
		a.Span = p.span(p.end())
		if len(a.Items) > 0 {
			a.Span = Span{a.Items[0].Extent().Pos, a.Items[len(a.Items)-1].Extent().End}
		}
		q.Array = a
	}
	q.Span = Span{x.Extent().Pos, p.end()}
	return q
}

// predicate reads IS, IN, BETWEEN, LIKE and the like behind x, if one stands
// there that binds tighter than prec; otherwise it returns nil.
func (p *parser) predicate(x Expr, prec int) Expr {
	t := p.tok()
	if t.kind != tokIdent || t.kw == 0 {
		return nil
	}
	start := x.Extent().Pos
	not := false
	kw := t.kw
	if kw == kwNot {
		kw = p.peek(1).kw
		not = true
	}
	switch kw {
	case kwIs:
		if not || precCompare <= prec {
			return nil
		}
		return p.is(x)
	case kwIn:
		if precCompare <= prec {
			return nil
		}
		p.skipNot(not)
		return p.in(x, not)
	case kwBetween:
		if precCompare <= prec {
			return nil
		}
		p.skipNot(not)
		b := &Between{X: x, Not: not}
		p.acceptAny(kwSymmetric, kwAsymmetric)
		b.Low = p.exprAbove(precCompare)
		p.expect(kwAnd)
		b.High = p.exprAbove(precCompare)
		b.Span = p.span(start)
		return b
	case kwLike, kwIlike, kwRlike, kwRegexp, kwGlob, kwSimilar, kwMatch:
		if precCompare <= prec || !not && kw != kwLike && kw != kwIlike && !p.likeFollows() {
			return nil
		}
		p.skipNot(not)
		return p.like(x, not)
	case kwMember:
		if precCompare > prec && !not && p.peek(1).kw == kwOf { // MySQL's MEMBER OF (array)
			p.next()
			p.next()
			b := p.binaries.One()
			b.X, b.Y = x, p.exprAbove(precCompare)
			b.Span = p.span(start)
			return b
		}
	case kwSounds:
		if precCompare > prec && p.peek(1).kw == kwLike {
			p.next()
			return p.like(x, not)
		}
	case kwIsnull, kwNotnull:
		if precCompare > prec && !not && p.d.JSONArrow {
			p.next()
			is := &Is{X: x, Not: kw == kwNotnull, Kind: IsNull}
			is.Span = p.span(start)
			return is
		}
	case kwNull:
		// x NOT NULL of SQLite and DuckDB.
		if not && precCompare > prec {
			p.skipNot(not)
			is := &Is{X: x, Not: true, Kind: IsNull}
			is.Span = p.span(start)
			return is
		}
	case kwCollate:
		if !not {
			p.next()
			if !p.acceptKind(tokString) && !p.acceptKind(tokParam) {
				p.dotted("a collation")
			}
			return x
		}
	case kwAt:
		if !not && p.peek(1).kw == kwTime && p.peek(2).kw == kwZone {
			p.next()
			p.next()
			p.next()
			b := p.binaries.One()
			b.Op, b.X, b.Y = OpZone, x, p.exprAbove(precUnary-1)
			b.Span = p.span(start)
			p.zone = b
			return b
		}
	}
	return nil
}

func (p *parser) skipNot(not bool) {
	if not {
		p.next()
	}
	p.next()
}

// likeFollows reports whether REGEXP, GLOB and others, which are also names,
// stand here as operators.
func (p *parser) likeFollows() bool {
	n := p.peek(1)
	switch n.kind {
	case tokString, tokBytes, tokParam, tokLParen, tokQuoted, tokDollar, tokQuestion:
		return true
	case tokIdent:
		return n.kw == kwTo || n.kw == kwAny || n.kw == kwAll || n.kw == kwSome || n.kw == kwCase || n.kw == kwCast || p.isName(n)
	}
	return false
}

func (p *parser) is(x Expr) Expr {
	p.next()
	is := &Is{X: x, Not: p.accept(kwNot)}
	switch t := p.tok(); {
	case p.accept(kwNull):
		is.Kind = IsNull
	case p.accept(kwTrue):
		is.Kind = IsTrue
	case p.accept(kwFalse):
		is.Kind = IsFalse
	case p.accept(kwUnknown):
		is.Kind = IsUnknown
	case p.accept2(kwDistinct, kwFrom):
		is.Kind = IsDistinctFrom
		is.Y = p.exprAbove(precCompare)
	case t.kw == kwJSON:
		is.Kind = IsOther
		p.next()
		p.acceptAny(kwValue, kwArray, kwObject, kwScalar)
		if p.acceptAny(kwWith, kwWithout) {
			p.expect(kwUnique)
			p.accept(kwKeys)
		}
	case t.kw == kwOf:
		is.Kind = IsOther
		p.next()
		p.skipParens()
	case p.atAny(kwNormalized, kwNfc, kwNfd, kwNfkc, kwNfkd, kwDocument, kwMissing):
		is.Kind = IsOther
		p.next()
		p.accept(kwNormalized)
	default:
		// SQLite's a IS b.
		if p.d.DoubleQuoteString || !p.canBeginExpr() {
			p.failExpected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM")
		}
		is.Kind = IsDistinctFrom
		is.Not = !is.Not
		is.Y = p.exprAbove(precCompare)
	}
	is.Span = p.span(x.Extent().Pos)
	return is
}

// canBeginExpr reports whether the current token may begin an expression.
func (p *parser) canBeginExpr() bool {
	switch t := p.tok(); t.kind {
	case tokInt, tokFloat, tokString, tokBytes, tokLParen, tokParam, tokSysVar, tokDollar, tokQuoted, tokMinus, tokPlus, tokLBracket:
		return true
	case tokIdent:
		return p.isName(t) || t.kw == kwCase || t.kw == kwCast
	}
	return false
}

func (p *parser) in(x Expr, not bool) Expr {
	in := &In{X: x, Not: not}
	p.hint()
	switch {
	case p.at(kwUnnest) && p.peek(1).kind == tokLParen:
		p.next()
		p.next()
		in.Unnest = p.expr()
		p.expectKind(tokRParen)
	case p.atKind(tokLParen):
		query, items := p.parens()
		in.Query = query
		m := len(p.exprs)
		for _, it := range items {
			p.exprs = append(p.exprs, it.Value)
		}
		in.List = p.takeExprs(m)
	default:
		// DuckDB's and ClickHouse's x IN list_column.
		in.Unnest = p.exprAbove(precCompare)
	}
	in.Span = p.span(x.Extent().Pos)
	return in
}

func (p *parser) like(x Expr, not bool) Expr {
	op := p.toks[p.i-1].kw.String()
	if p.toks[p.i].kw == kwLike && p.toks[p.i-1].kw == kwSounds {
		p.next()
	}
	if p.toks[p.i-1].kw == kwSimilar {
		p.accept(kwTo)
	}
	l := &Like{X: x, Op: op, Not: not}
	p.hint()
	if p.atAny(kwAny, kwSome, kwAll) && (p.peek(1).kind == tokLParen || p.peek(1).kw == kwUnnest || p.peek(1).kind == tokAt) {
		p.next()
		p.hint()
		if p.accept(kwUnnest) {
			p.expectKind(tokLParen)
			l.Unnest = p.expr()
			p.expectKind(tokRParen)
		} else {
			query, items := p.parens()
			l.Query = query
			m := len(p.exprs)
			for _, it := range items {
				p.exprs = append(p.exprs, it.Value)
			}
			l.List = p.takeExprs(m)
		}
	} else {
		l.Y = p.exprAbove(precCompare)
	}
	if p.accept(kwEscape) {
		l.Escape = p.exprAbove(precCompare)
	}
	l.Span = p.span(x.Extent().Pos)
	return l
}
