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

// pair makes one expression of two of which the reader needs the names of both,
// where the tree has room for one.
func (p *parser) pair(x, y Expr) Expr {
	if x == nil {
		return y
	}
	b := p.binaries.One()
	b.X, b.Y = x, y
	b.Span = Span{x.Extent().Pos, max(x.Extent().End, y.Extent().End)}
	return b
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
		case kwOperator: // PostgreSQL's OPERATOR(s.-) x
			if n := p.operatorLength(); n > 0 {
				start := p.pos()
				p.i += n
				u := &Unary{X: p.exprAbove(precOther)}
				u.Span = p.span(start)
				return u
			}
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
		if p.src[t.end-1] == '>' && p.src[t.end-2] == '>' {
			return OpJSONText, precOther, 1
		}
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
		if testOperators.has(p.src[t.pos:t.end]) {
			return OpTest, precOther, 1
		}
		return OpOther, precOther, 1
	case tokTilde:
		return OpTest, precOther, 1
	case tokHash, tokAt:
		return OpOther, precOther, 1
	case tokColonEq:
		if p.d.PipesAsOr { // MySQL's @x := e
			return OpOther, precOr, 1
		}
	case tokQuestion:
		if p.d.JSONArrow {
			return OpTest, precOther, 1
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
			return OpTest, precCompare, 1
		case kwOperator:
			if n := p.operatorLength(); n > 0 {
				return OpOther, precOther, n
			}
		}
	}
	return 0, 0, 0
}

// operatorLength is how many tokens OPERATOR(schema.+) has, 0 if none stands here.
func (p *parser) operatorLength() int {
	if !p.d.AtOperators || p.peek(1).kind != tokLParen {
		return 0
	}
	n := 2
	for isLabel(p.peek(n)) && p.peek(n+1).kind == tokDot {
		n += 2
	}
	if isLabel(p.peek(n)) || p.peek(n).kind == tokRParen { // a function's arguments
		return 0
	}
	for end := n + 4; n < end; n++ {
		switch p.peek(n).kind {
		case tokRParen:
			return n + 1
		case tokEOF, tokComma, tokString, tokInt:
			return 0
		}
	}
	return 0
}

// testOperators are those of several characters whose value is a boolean.
var testOperators = nameList{"~~", "!~~", "~~*", "!~~*", "~*", "!~", "!~*", "@>", "<@", "?|", "?&", "@?", "@@", "&&", "&<", "&>", "^@", "~="}

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
		b := p.binaries.One()
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
