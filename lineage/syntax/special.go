package syntax

import "strings"

// caseExpr reads CASE … END.
func (p *parser) caseExpr() Expr {
	start := p.pos()
	p.next()
	p.enter()
	c := &Case{}
	if !p.at(kwWhen) {
		c.Operand = p.expr()
	}
	m := len(p.whens)
	for p.accept(kwWhen) {
		w := When{Cond: p.expr()}
		p.expect(kwThen)
		w.Then = p.expr()
		p.whens = append(p.whens, w)
	}
	if len(p.whens) == m {
		p.failExpected("keyword WHEN")
	}
	c.Whens = p.takeWhens(m)
	if p.accept(kwElse) {
		c.Else = p.expr()
	}
	p.expect(kwEnd)
	p.leave()
	c.Span = p.span(start)
	return c
}

// cast reads CAST(x AS type [FORMAT f [AT TIME ZONE z]]).
func (p *parser) cast(safe bool) Expr {
	start := p.pos()
	p.next()
	p.next()
	p.enter()
	noColon := p.noColon
	p.noColon = false
	c := &Cast{Safe: safe, X: p.expr()}
	if !p.accept(kwAs) {
		p.expectKind(tokComma) // ClickHouse's CAST(x, 'type')
		if p.atKind(tokString) {
			t := p.tok()
			c.Type = &TypeName{Span: Span{t.pos, t.end}, Name: stringValue(p.src, t, p.d)}
			p.next()
		} else {
			c.Type = p.typeName()
		}
	} else {
		c.Type = p.typeName()
		p.typeTail()
	}
	if p.accept(kwFormat) {
		c.Format = p.expr()
	}
	if p.at2(kwOn, kwConversion) || p.accept(kwDefault) {
		// DEFAULT x ON CONVERSION ERROR
		p.skipToClose()
	}
	p.expectKind(tokRParen)
	p.noColon = noColon
	p.leave()
	c.Span = p.span(start)
	return c
}

// convert reads CONVERT(x, type), CONVERT(x USING charset) and SQL Server's
// CONVERT(type, x, style).
func (p *parser) convert() Expr {
	start := p.pos()
	safe := p.at(kwTryConvert)
	p.next()
	p.next()
	p.enter()
	c := &Cast{Safe: safe}
	if p.d.BracketIdent || p.d.ArrayAt && isLabel(p.tok()) && p.peek(1).kind == tokComma {
		c.Type = p.typeName()
		p.expectKind(tokComma)
		c.X = p.expr()
		if p.acceptKind(tokComma) {
			c.Format = p.expr()
		}
	} else {
		c.X = p.expr()
		switch {
		case p.accept(kwUsing):
			p.dotted("a character set")
		case p.acceptKind(tokComma) && !p.atKind(tokString):
			c.Type = p.typeName()
			p.typeTail()
		case p.atKind(tokString):
			// Another dialect's convert function.
			c.Format = p.expr()
			for p.acceptKind(tokComma) {
				c.Format = p.pair(c.Format, p.expr())
			}
		}
	}
	p.expectKind(tokRParen)
	p.leave()
	c.Span = p.span(start)
	return c
}

// extract reads EXTRACT(part FROM x [AT TIME ZONE zone]).
func (p *parser) extract() Expr {
	start := p.pos()
	p.next()
	p.next()
	p.enter()
	x := &Extract{}
	t := p.tok()
	switch {
	case t.kind == tokString:
		x.Part = stringValue(p.src, t, p.d)
		p.next()
	case isLabel(t):
		p.next()
		if p.atKind(tokLParen) { // WEEK(MONDAY)
			p.skipParens()
		}
		x.Part = strings.ToUpper(p.src[t.pos:p.end()])
	default:
		p.failExpected("a date part")
	}
	if !p.acceptKind(tokComma) {
		p.expect(kwFrom)
	}
	x.X = p.expr()
	// AT TIME ZONE is an operator of its own; here it belongs to EXTRACT.
	if b, ok := x.X.(*Binary); ok && b == p.zone {
		x.X, x.Zone = b.X, b.Y
	}
	p.expectKind(tokRParen)
	p.leave()
	x.Span = p.span(start)
	return x
}

// interval reads INTERVAL x part [TO part]; it returns nil if INTERVAL is a name
// here.
func (p *parser) interval(n *token) Expr {
	start := p.pos()
	if !p.d.reserved.has(kwInterval) && !p.startsInterval(n) {
		return nil
	}
	p.next()
	x := &Interval{}
	inString := p.atKind(tokString)
	if inString {
		x.X = p.stringLiteral()
	} else {
		x.X = p.exprAbove(precCompare)
	}
	t := p.tok()
	switch {
	case t.kind != tokIdent:
	case isDatePart(t.kw) || !inString && p.isName(t):
		p.next()
		x.Part = strings.ToUpper(t.text(p.src))
		if p.atKind(tokLParen) {
			p.skipParens() // SECOND(3)
		}
		if p.at(kwTo) && p.peek(1).kind == tokIdent {
			p.next()
			x.To = strings.ToUpper(p.tok().text(p.src))
			p.next()
			if p.atKind(tokLParen) {
				p.skipParens()
			}
		}
	}
	// Spark's INTERVAL 1 DAY 2 HOURS.
	for (p.atKind(tokInt) || p.atKind(tokString)) && isDatePart(p.peek(1).kw) {
		p.next()
		p.next()
	}
	x.Span = p.span(start)
	return x
}

// startsInterval reports whether INTERVAL before n is more than a name.
func (p *parser) startsInterval(n *token) bool {
	switch n.kind {
	case tokString, tokInt, tokFloat, tokParam, tokMinus, tokPlus, tokDollar, tokQuestion:
		return true
	case tokLParen:
		return p.closeThen(p.i+1) != 0
	case tokIdent, tokQuoted:
		if !p.isName(n) && n.kw != kwCast && n.kw != kwCase && n.kw != kwIf || n.kw == kwDay {
			return false
		}
		after := p.peek(2)
		return isDatePart(after.kw) || after.kind == tokDot || after.kind == tokLParen
	}
	return false
}

// closeThen returns the keyword that follows the parenthesis which closes the
// one at token i, if it is a date part.
func (p *parser) closeThen(i int) keyword {
	level := 0
	for ; i < len(p.toks); i++ {
		switch p.toks[i].kind {
		case tokLParen:
			level++
		case tokRParen:
			level--
			if level == 0 {
				if kw := p.toks[i+1].kw; isDatePart(kw) {
					return kw
				}
				return 0
			}
		case tokSemicolon:
			return 0
		}
	}
	return 0
}

// dateParts are the units of intervals.
var dateParts = newKeywordSet("YEAR YEARS QUARTER QUARTERS MONTH MONTHS WEEK WEEKS DAY DAYS HOUR HOURS MINUTE MINUTES SECOND " +
	"SECONDS MILLISECOND MILLISECONDS MICROSECOND MICROSECONDS NANOSECOND NANOSECONDS ISOWEEK ISOYEAR DAYOFWEEK DAYOFYEAR " +
	"DECADE DECADES CENTURY CENTURIES MILLENNIUM DAY_HOUR DAY_MINUTE DAY_SECOND DAY_MICROSECOND HOUR_MINUTE HOUR_SECOND " +
	"HOUR_MICROSECOND MINUTE_SECOND MINUTE_MICROSECOND SECOND_MICROSECOND YEAR_MONTH")

func isDatePart(kw keyword) bool { return kw != 0 && dateParts.has(kw) }

// typedLiteral reads DATE '2024-01-01' and TIMESTAMP WITH TIME ZONE '…'.
func (p *parser) typedLiteral() Expr {
	start := p.pos()
	typ := p.typeName()
	return p.typedString(start, typ)
}

// typedStringAhead reports whether the current word begins a type, which n goes
// on with, and a string follows it. INTERVAL '1' DAY has more to it.
func (p *parser) typedStringAhead(n *token) bool {
	t := p.tok()
	i := p.i + 1
	switch n.kind {
	case tokString:
		return n.pos > t.end && !p.d.reserved.has(t.kw) && t.kw != kwInterval
	case tokDot:
		return isLabel(p.peek(2)) && p.peek(3).kind == tokString
	case tokIdent:
		switch {
		case t.kw == kwDouble && n.kw == kwPrecision, n.kw == kwVarying, t.kw == kwNational:
			i++
		default:
			return false
		}
	case tokLParen:
	default:
		return false
	}
	if p.toks[i].kind == tokLParen && p.toks[i+1].kind == tokInt {
		i += 2
		if p.toks[i].kind == tokComma && p.toks[i+1].kind == tokInt {
			i += 2
		}
		if p.toks[i].kind != tokRParen {
			return false
		}
		i++
	}
	if kw := p.toks[i].kw; (kw == kwWith || kw == kwWithout) && p.toks[i+1].kw == kwTime {
		i += 3
	}
	return i < len(p.toks) && p.toks[i].kind == tokString
}

func (p *parser) typedString(start Pos, typ *TypeName) Expr {
	if !p.atKind(tokString) {
		p.failExpected("a string")
	}
	t := p.tok()
	p.next()
	x := p.literals.One()
	x.Kind, x.Text, x.Type = TypedLiteral, stringValue(p.src, t, p.d), typ
	x.Span = p.span(start)
	return x
}

// typedConstructor reads ARRAY<T>[…], STRUCT<…>(…), RANGE<T> '…'.
func (p *parser) typedConstructor() Expr {
	start := p.pos()
	typ := p.simpleType()
	switch {
	case p.atKind(tokLBracket):
		return p.arrayItems(start, typ)
	case p.atKind(tokString):
		return p.typedString(start, typ)
	case p.atKind(tokLParen):
		inner := p.pos()
		query, items := p.parens()
		if query != nil && len(typ.Fields) > 0 { // STRUCT<…>((SELECT …)): its only field
			items = p.soleField(query, inner)
		} else if query != nil {
			s := &Subquery{Kind: ArraySubquery, Query: query}
			s.Span = p.span(start)
			return s
		}
		s := &Struct{Type: typ, Fields: items}
		s.Span = p.span(start)
		return s
	}
	p.failExpected(`"[" or "("`)
	return nil
}

// structCall reads STRUCT(…) and ROW(…). STRUCT(t.*) is a call with a star.
func (p *parser) structCall() Expr {
	start := p.pos()
	row := p.at(kwRow)
	if p.starAhead(p.i + 1) {
		return p.path()
	}
	p.next()
	inner := p.pos()
	query, items := p.parens()
	switch {
	case query != nil && !row: // STRUCT((SELECT …))
		items = p.soleField(query, inner)
	case query != nil:
		s := &Subquery{Kind: MultisetSubquery, Query: query}
		s.Span = p.span(start)
		return s
	}
	s := &Struct{Fields: items, Row: row}
	s.Span = p.span(start)
	return s
}

// soleField is a query in parentheses, which began at start, as the only field of a
// struct.
func (p *parser) soleField(query *Query, start Pos) []Field {
	s := &Subquery{Query: query}
	s.Span = p.span(start)
	return []Field{{Value: s}}
}

// starAhead reports whether one of the items in parentheses, the first of which
// is token i, is a star. It looks no further than maxStarAhead tokens.
func (p *parser) starAhead(i int) bool {
	level := 0
	for end := i + maxStarAhead; i < end; i++ {
		switch p.toks[i].kind {
		case tokLParen, tokLBracket, tokLBrace:
			level++
		case tokRParen, tokRBracket, tokRBrace:
			if level--; level == 0 {
				return false
			}
		case tokStar:
			if before := p.toks[i-1].kind; level == 1 && (before == tokDot || before == tokLParen || before == tokComma) {
				return true
			}
		case tokEOF, tokSemicolon:
			return false
		}
	}
	return false
}

const maxStarAhead = 256

// subqueryCall reads ARRAY(query), ROW(query); it returns nil if no query stands
// in the parentheses.
func (p *parser) subqueryCall(kind SubqueryKind) Expr {
	start := p.pos()
	save := p.i
	p.next()
	p.hint()
	if !p.atKind(tokLParen) || !p.queryInParens() {
		p.i = save
		return nil
	}
	s := &Subquery{Kind: kind, Query: p.parenQuery()}
	s.Span = p.span(start)
	return s
}

// exists reads EXISTS (query), or a call of a function of that name.
func (p *parser) exists() Expr {
	if q := p.subqueryCall(ExistsSubquery); q != nil {
		return q
	}
	return p.path()
}

// withExpr reads WITH(a AS e, …, body).
func (p *parser) withExpr() Expr {
	start := p.pos()
	p.next()
	p.next()
	p.enter()
	w := &WithExpr{}
	for isLabel(p.tok()) && p.peek(1).kw == kwAs {
		f := Field{Alias: p.label("a variable")}
		p.next()
		f.Value = p.expr()
		w.Vars = append(w.Vars, f)
		p.expectKind(tokComma)
	}
	w.Body = p.expr()
	p.expectKind(tokRParen)
	p.leave()
	w.Span = p.span(start)
	return w
}

// newProto reads NEW type(x AS field, …) as a call of the type.
func (p *parser) newProto() Expr {
	start := p.pos()
	p.next()
	ids := p.dotted("a type")
	if !p.atKind(tokLParen) {
		p.failExpected(`"("`)
	}
	return p.call(start, nil, ids)
}

// hint skips @{…} and @n of GoogleSQL.
func (p *parser) hint() {
	if t := p.tok(); t.kind == tokParam && isDigit(p.src[t.pos+1]) {
		p.next()
	}
	if !p.atKind(tokAt) || p.peek(1).kind != tokLBrace {
		return
	}
	p.next()
	p.skipBalanced()
}

// skipParens skips (…).
func (p *parser) skipParens() {
	if !p.atKind(tokLParen) {
		p.failExpected(`"("`)
	}
	p.skipBalanced()
}

// skipBalanced skips from an opening bracket to behind the one that closes it.
func (p *parser) skipBalanced() {
	level := 0
	for {
		switch p.tok().kind {
		case tokLParen, tokLBracket, tokLBrace:
			level++
		case tokRParen, tokRBracket, tokRBrace:
			level--
		case tokEOF:
			p.failExpected(`a closing bracket`)
		}
		p.next()
		if level == 0 {
			return
		}
	}
}

// skipToClose skips to the bracket that closes the one around.
func (p *parser) skipToClose() {
	for {
		switch p.tok().kind {
		case tokLParen, tokLBracket, tokLBrace:
			p.skipBalanced()
			continue
		case tokRParen, tokRBracket, tokRBrace, tokEOF, tokSemicolon:
			return
		}
		p.next()
	}
}
