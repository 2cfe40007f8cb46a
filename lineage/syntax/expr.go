package syntax

// Precedences of operators, from the loosest. An operator's operands are read
// with its own precedence, so that equal ones lean to the left.
const (
	precLowest = iota
	precOr
	precXor
	precAnd
	precNot
	precCompare
	precOther // operators of PostgreSQL's kind, JSON operators
	precBitOr
	precBitXor
	precBitAnd
	precShift
	precAdd
	precMul
	precPower
	precUnary
)

// expr reads an expression.
func (p *parser) expr() Expr { return p.exprAbove(precLowest) }

// exprAbove reads an expression of operators that bind tighter than prec.
func (p *parser) exprAbove(prec int) Expr {
	p.enter()
	x := p.binaryTail(p.prefix(), prec)
	p.leave()
	return x
}

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

// prefix reads an operand with the operators before it.
func (p *parser) prefix() Expr {
	t := p.tok()
	switch t.kind {
	case tokMinus:
		return p.unaryRun(OpNeg, precUnary-1)
	case tokPlus:
		return p.unaryRun(OpPos, precUnary-1)
	case tokTilde:
		return p.unaryRun(OpBitNot, precUnary-1)
	case tokBang:
		return p.unaryRun(OpNot, precUnary-1)
	case tokIdent:
		switch t.kw {
		case kwNot:
			return p.unaryRun(OpNot, precNot)
		case kwPrior, kwConnectByRoot:
			if n := p.peek(1); p.isName(n) && !p.d.reserved.has(t.kw) && n.kind != tokLParen {
				return p.unaryRun(OpOther, precUnary-1)
			}
		case kwBinary:
			if n := p.peek(1); n.kind == tokString || p.isName(n) && n.kw == 0 {
				return p.unaryRun(OpOther, precUnary-1)
			}
		}
	case tokOp, tokAt, tokJSONOp:
		// PostgreSQL's |/ 25, @ -5.
		return p.unaryRun(OpOther, precOther)
	}
	return p.primary()
}

// unaryRun reads a run of one operator in a loop, however long. Of a very long
// run only one or two nodes remain, so that the tree stays shallow: they mean
// the same.
func (p *parser) unaryRun(op Op, prec int) Expr {
	const keep = 16
	t := p.tok()
	m := p.i
	for p.tok().kind == t.kind && p.tok().kw == t.kw {
		p.next()
	}
	n := p.i - m
	x := p.exprAbove(prec)
	if n > keep {
		n = 2 - n%2
	}
	for k := n - 1; k >= 0; k-- {
		u := &Unary{Op: op, X: x}
		u.Span = p.span(p.toks[m+k].pos)
		x = u
	}
	return x
}

// binaryOp returns the operator and precedence of a token in infix position, and
// how many tokens it has; precedence 0 means that it is none.
func (p *parser) binaryOp(t *token) (op Op, prec, n int) {
	switch t.kind {
	case tokEq:
		return OpEq, precCompare, 1
	case tokNe:
		return OpNe, precCompare, 1
	case tokLt:
		return OpLt, precCompare, 1
	case tokLe:
		return OpLe, precCompare, 1
	case tokGt:
		if q := p.peek(1); q.kind == tokGt && q.pos == t.end {
			return OpShiftRight, precShift, 2
		}
		return OpGt, precCompare, 1
	case tokGe:
		return OpGe, precCompare, 1
	case tokNullSafeEq:
		return OpNullSafeEq, precCompare, 1
	case tokPlus:
		return OpAdd, precAdd, 1
	case tokMinus:
		return OpSub, precAdd, 1
	case tokStar:
		return OpMul, precMul, 1
	case tokSlash:
		return OpDiv, precMul, 1
	case tokPercent:
		return OpMod, precMul, 1
	case tokConcat:
		if p.d.PipesAsOr {
			return OpOr, precOr, 1
		}
		return OpConcat, precMul, 1
	case tokAmp:
		return OpBitAnd, precBitAnd, 1
	case tokBar:
		return OpBitOr, precBitOr, 1
	case tokCaret:
		return OpBitXor, precBitXor, 1
	case tokShiftLeft:
		return OpShiftLeft, precShift, 1
	case tokJSONOp:
		return OpJSON, precOther, 1
	case tokArrow:
		if p.d.JSONArrow {
			return OpJSON, precOther, 1
		}
	case tokOp:
		if t.end-t.pos == 2 && p.src[t.pos] == '/' {
			return OpIntDiv, precMul, 1
		}
		if t.end-t.pos == 2 && p.src[t.pos] == '&' && p.src[t.pos+1] == '&' && p.d.PipesAsOr {
			return OpAnd, precAnd, 1
		}
		return OpOther, precOther, 1
	case tokTilde, tokHash, tokAt:
		return OpOther, precOther, 1
	case tokColonEq:
		if p.d.PipesAsOr { // MySQL's @x := e
			return OpOther, precOr, 1
		}
	case tokQuestion:
		if p.d.JSONArrow {
			return OpOther, precOther, 1
		}
	case tokIdent:
		switch t.kw {
		case kwAnd:
			return OpAnd, precAnd, 1
		case kwOr:
			return OpOr, precOr, 1
		case kwXor:
			return OpOther, precXor, 1
		case kwDiv:
			return OpIntDiv, precMul, 1
		case kwMod:
			return OpMod, precMul, 1
		case kwOverlaps:
			return OpOther, precCompare, 1
		case kwOperator:
			// OPERATOR(schema.+)
			if q := p.peek(1); q.kind == tokLParen {
				for n := 2; n < 8; n++ {
					if p.peek(n).kind == tokRParen {
						return OpOther, precOther, n + 1
					}
				}
			}
		}
	}
	return 0, 0, 0
}

// binaryTail reads operators that bind tighter than prec, and their right
// operands, behind x.
func (p *parser) binaryTail(x Expr, prec int) Expr {
	depth := p.depth
	for {
		t := p.tok()
		op, q, n := p.binaryOp(t)
		if q == 0 {
			y := p.predicate(x, prec)
			if y == nil {
				break
			}
			// Predicates nest to the left without an operator node that
			// readers expect to be deep.
			p.enter()
			x = y
			continue
		}
		if q <= prec || (t.kw == kwXor || t.kw == kwDiv || t.kw == kwMod) && !p.operandFollows() {
			break
		}
		for ; n > 0; n-- {
			p.next()
		}
		if q == precCompare && p.atAny(kwAny, kwSome, kwAll) && p.peek(1).kind == tokLParen {
			x = p.quantified(x, op)
			p.enter()
			continue
		}
		y := p.exprAbove(q)
		b := p.binaries.one()
		b.Op, b.X, b.Y = op, x, y
		b.Span = Span{x.Extent().Pos, p.end()}
		x = b
	}
	p.depth = depth
	return x
}

// operandFollows reports whether something that can begin an operand stands
// behind a word that may be an operator or an alias.
func (p *parser) operandFollows() bool {
	switch t := p.peek(1); t.kind {
	case tokInt, tokFloat, tokString, tokLParen, tokParam, tokQuoted, tokMinus:
		return true
	case tokIdent:
		return p.isName(t) || t.kw == kwCase || t.kw == kwNot || t.kw == kwNull || t.kw == kwTrue || t.kw == kwFalse
	}
	return false
}

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
			b := p.binaries.one()
			b.X, b.Y = x, p.exprAbove(precUnary-1)
			b.Span = p.span(start)
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
	case t.kw == kwJson:
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
	if p.toks[p.i].kw == kwLike && p.toks[p.i-1].kw == kwSounds {
		p.next()
	}
	if p.toks[p.i-1].kw == kwSimilar {
		p.accept(kwTo)
	}
	l := &Like{X: x, Not: not}
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
