package syntax

import "strconv"

// primary reads an operand without operators, with what may follow it directly:
// .field, [index], ::type, (x).function().
func (p *parser) primary() Expr {
	t := p.tok()
	switch t.kind {
	case tokIdent, tokQuoted:
		return p.postfix(p.identPrimary(t))
	case tokInt:
		return p.postfix(p.literal(IntLiteral))
	case tokFloat:
		return p.postfix(p.literal(FloatLiteral))
	case tokString:
		return p.postfix(p.stringLiteral())
	case tokBytes:
		x := p.literal(BytesLiteral).(*Literal)
		for p.atKind(tokBytes) {
			p.next()
			x.Span = p.span(x.Pos)
		}
		return p.postfix(x)
	case tokLParen:
		start := p.pos()
		query, items := p.parens()
		if query != nil {
			s := &Subquery{Query: query}
			s.Span = p.span(start)
			return p.postfix(s)
		}
		return p.postfix(p.tupleOf(start, items))
	case tokLBracket:
		return p.postfix(p.arrayItems(t.pos, nil))
	case tokLBrace:
		return p.postfix(p.braces())
	case tokParam, tokSysVar:
		return p.postfix(p.param(t))
	case tokDollar:
		if p.d.DollarColumns {
			return p.postfix(p.path())
		}
		p.next()
		if n := p.tok(); p.d.BracketIdent && (n.kind == tokInt || n.kind == tokFloat) && n.pos == t.end { // SQL Server's $.5 and $12.5
			return p.postfix(p.literal(FloatLiteral))
		}
		x := &Param{Name: p.src[t.pos+1 : t.end]}
		x.Span = Span{t.pos, t.end}
		return p.postfix(x)
	case tokQuestion:
		p.next()
		x := &Param{}
		if n := p.tok(); n.kind == tokInt && n.pos == t.end { // SQLite's ?1
			x.Name = n.text(p.src)
			p.next()
		}
		x.Span = p.span(t.pos)
		return p.postfix(x)
	case tokHash:
		// DuckDB's #1, the first column.
		if n := p.peek(1); n.kind == tokInt && n.pos == t.end {
			p.next()
			p.next()
			x := &Param{Name: n.text(p.src)}
			x.Column, _ = strconv.Atoi(x.Name)
			x.Span = p.span(t.pos)
			return p.postfix(x)
		}
	case tokColon:
		// :name of drivers and of Snowflake's scripts.
		if n := p.peek(1); isLabel(n) || n.kind == tokInt {
			p.next()
			p.next()
			x := &Param{Name: n.text(p.src)}
			x.Span = p.span(t.pos)
			return p.postfix(x)
		}
	}
	p.failExpected("an expression")
	return nil
}

// literal makes a literal of the current token, with its source text.
func (p *parser) literal(kind LiteralKind) Expr {
	t := p.tok()
	x := p.literals.One()
	x.Kind, x.Text, x.Span = kind, t.text(p.src), Span{t.pos, t.end}
	p.next()
	return x
}

// stringLiteral reads a string; several in a row are one.
func (p *parser) stringLiteral() Expr {
	t := p.tok()
	x := p.literals.One()
	x.Kind, x.Text = StringLiteral, stringValue(p.src, t, p.d)
	p.next()
	if p.atKind(tokString) {
		text := []byte(x.Text)
		for p.atKind(tokString) {
			text = append(text, stringValue(p.src, p.tok(), p.d)...)
			p.next()
		}
		x.Text = string(text)
	}
	if p.at(kwUescape) && p.peek(1).kind == tokString {
		p.i += 2
	}
	x.Span = p.span(t.pos)
	return x
}

// param reads @name or @@name.part.
func (p *parser) param(t *token) Expr {
	p.next()
	x := &Param{System: t.kind == tokSysVar}
	if x.System {
		for p.atKind(tokDot) && isLabel(p.peek(1)) {
			p.next()
			p.next()
		}
		x.Name = p.src[t.pos+2 : p.end()]
	} else {
		x.Name = p.src[t.pos+1 : t.end]
	}
	x.Span = p.span(t.pos)
	return x
}

// isCharset reports whether a word in front of a string says in which character
// set it is.
func isCharset(word string) bool {
	return EqualFold(word, "_binary") || EqualFold(word, "_latin1") || hasPrefixFold(word, "_utf8") || EqualFold(word, "_ascii")
}

// identPrimary reads what begins with a word: a literal, a special form, a call
// or a path.
func (p *parser) identPrimary(t *token) Expr {
	n := p.peek(1)
	if (n.kind == tokString || n.kind == tokBytes) && p.d.PipesAsOr && p.src[t.pos] == '_' && (n.pos == t.end || isCharset(t.text(p.src))) {
		p.next() // MySQL's _utf8'x' and _binary x'00'
		if n.kind == tokBytes {
			return p.literal(BytesLiteral)
		}
		return p.stringLiteral()
	}
	if p.d.TypedStrings && p.typedStringAhead(n) {
		return p.typedLiteral()
	}
	if t.kw != 0 {
		if x := p.keywordPrimary(t, n); x != nil {
			return x
		}
		if p.d.reserved.has(t.kw) && (n.kind != tokLParen || !callable.has(t.kw)) {
			p.failName("an expression")
		}
	}
	return p.path()
}

// callable are reserved words that are functions before a parenthesis.
var callable = newKeywordSet("ALL ANY SOME ARRAY COLLATE CONTAINS CURRENT DEFAULT GROUPING HASH IF IGNORE INTERVAL LEFT LIKE " +
	"MERGE MOD OF RANGE REGEXP RIGHT RLIKE SET STRUCT UNNEST VALUES CUBE ROLLUP GROUPS INSERT REPLACE CONVERT FORMAT FULL " +
	"ILIKE OFFSET SAMPLE ROW TREAT EXTRACT ROWS DIV RECURSIVE PERCENT GLOB UNIQUE")

// keywordPrimary reads the special forms; it returns nil if the word is an
// ordinary name here.
func (p *parser) keywordPrimary(t, n *token) Expr {
	switch t.kw {
	case kwNull:
		return p.literal(NullLiteral)
	case kwTrue, kwFalse:
		if n.kind != tokLParen && n.kind != tokDot {
			return p.literal(BoolLiteral)
		}
	case kwDefault:
		if n.kind != tokLParen && n.kind != tokDot {
			return p.literal(DefaultLiteral)
		}
	case kwCase:
		if n.kind != tokDot && n.kind != tokComma {
			return p.caseExpr()
		}
	case kwCast, kwTryCast, kwSafeCast, kwTreat:
		if n.kind == tokLParen {
			return p.cast(t.kw == kwSafeCast || t.kw == kwTryCast)
		}
	case kwConvert, kwTryConvert:
		if n.kind == tokLParen {
			return p.convert()
		}
	case kwExtract:
		if n.kind == tokLParen {
			return p.extract()
		}
	case kwInterval:
		return p.interval(n)
	case kwExists:
		if n.kind == tokLParen || n.kind == tokAt {
			return p.exists()
		}
	case kwArray:
		switch n.kind {
		case tokLBracket:
			p.next()
			return p.arrayItems(t.pos, nil)
		case tokLt, tokNe:
			return p.typedConstructor()
		case tokLParen:
			if q := p.subqueryCall(ArraySubquery); q != nil {
				return q
			}
		case tokAt:
			if q := p.subqueryCall(ArraySubquery); q != nil {
				return q
			}
		}
	case kwStruct:
		switch n.kind {
		case tokLt, tokNe:
			return p.typedConstructor()
		case tokLParen:
			return p.structCall()
		}
	case kwRow, kwMultiset, kwValue:
		if n.kind == tokLParen {
			if q := p.subqueryCall(MultisetSubquery); q != nil {
				return q
			}
			if t.kw == kwRow {
				return p.structCall()
			}
		}
	case kwMap:
		if n.kind == tokLBrace {
			return p.mapBraces()
		}
	case kwRange:
		if n.kind == tokLt {
			return p.typedConstructor()
		}
	case kwWith:
		if n.kind == tokLParen {
			return p.withExpr()
		}
	case kwNew:
		if isLabel(n) {
			return p.newProto()
		}
	case kwDate, kwTime, kwTimestamp, kwDatetime, kwNumeric, kwBignumeric, kwDecimal, kwBigdecimal, kwJSON, kwUUID,
		kwTimestamptz, kwTimestampLtz, kwTimestampNtz, kwTimetz, kwJsonb, kwBytea, kwInet, kwBoolean, kwBool, kwText, kwFloat8, kwInt, kwBigint, kwRegclass, kwPoint:
		if n.kind == tokString {
			return p.typedLiteral()
		}
		if (n.kw == kwWith || n.kw == kwWithout) && p.peek(2).kw == kwTime && p.peek(4).kind == tokString {
			return p.typedLiteral()
		}
	case kwColumns:
		if n.kind == tokLParen {
			return p.path()
		}
	case kwCurrent:
		// Db2's CURRENT TIMESTAMP.
		if n.kw == kwTimestamp || n.kw == kwDate || n.kw == kwTime {
			p.next()
		}
	case kwApproximate:
		// Redshift's APPROXIMATE COUNT(DISTINCT x).
		if n.kind == tokIdent && p.peek(2).kind == tokLParen {
			p.next()
			return p.path()
		}
	case kwNext:
		if n.kw == kwValue && p.peek(2).kw == kwFor {
			p.next()
			p.next()
			p.next()
			arg := &TableArg{Kind: "SEQUENCE"}
			start := p.pos()
			arg.Name = p.dotted("a sequence")
			arg.Span = p.span(start)
			c := p.calls.One()
			c.Name = p.identLists.List([]Ident{p.identOf(t)})
			c.Args = []Expr{arg}
			c.Span = p.span(t.pos)
			return c
		}
	}
	return nil
}

// path reads a dotted name, or a call if a parenthesis follows it.
func (p *parser) path() Expr {
	m := len(p.idents)
	start := p.pos()
	p.idents = append(p.idents, p.identOf(p.tok()))
	p.next()
	for p.atKind(tokDot) {
		n := p.peek(1)
		if !isLabel(n) && !(n.kind == tokDollar && p.d.DollarColumns) {
			break
		}
		p.next()
		p.next()
		p.idents = append(p.idents, p.identOf(n))
	}
	if p.atKind(tokLParen) {
		if p.d.OuterJoinPlus && p.peek(1).kind == tokPlus && p.peek(2).kind == tokRParen {
			p.i += 3
		} else {
			return p.call(start, nil, p.takeIdents(m))
		}
	}
	if p.d.RowStar && p.rowStar(len(p.idents)-m) {
		p.i += 2
	}
	x := p.paths.One()
	x.Parts = p.takeIdents(m)
	x.Span = p.span(start)
	return x
}

// rowStar reports whether a name of so many parts is followed by .* and stands for
// a row, as in (t.*)::text and GROUP BY t.*: it is neither an item nor an argument.
func (p *parser) rowStar(parts int) bool {
	if !p.atKind(tokDot) || p.peek(1).kind != tokStar {
		return false
	}
	switch p.peek(2).kind {
	case tokDoubleColon:
		return true
	case tokRParen:
		open := p.i - 2*parts // the token before the name
		return open > 0 && p.toks[open].kind == tokLParen && !p.isName(&p.toks[open-1])
	}
	return false
}

// arrayItems reads […] of an array constructor.
func (p *parser) arrayItems(start Pos, typ *TypeName) Expr {
	p.expectKind(tokLBracket)
	p.enter()
	noColon := p.noColon
	p.noColon = true
	a := &Array{Type: typ}
	first := p.i
	a.Items = p.exprList(tokRBracket)
	if p.at(kwFor) && len(a.Items) == 1 {
		x := p.comprehension(start, first, a.Items[0])
		p.noColon = noColon
		p.leave()
		return x
	}
	p.expectKind(tokRBracket)
	p.noColon = noColon
	p.leave()
	a.Span = p.span(start)
	return a
}

// comprehension reads DuckDB's [x FOR v IN list IF cond] as a call of a lambda.
func (p *parser) comprehension(start Pos, first int, body Expr) Expr {
	p.next()
	l := &Lambda{Params: p.names("a variable"), Body: body}
	l.Span = p.span(p.toks[first].pos) // the body stands before the variables
	p.expect(kwIn)
	list := p.expr()
	c := p.calls.One()
	id := Ident{Span: Span{start, start}, Name: "list_transform", Hash: Fold("list_transform")}
	c.Name = p.identLists.List([]Ident{id})
	c.Args = []Expr{list, l}
	if p.accept(kwIf) {
		f := &Lambda{Params: l.Params}
		f.Body = p.expr()
		f.Span = p.span(l.Params[0].Pos)
		c.Args = append(c.Args, f)
	}
	p.expectKind(tokRBracket)
	c.Span = p.span(start)
	return c
}

// braces reads {'a': 1, b: 2}.
func (p *parser) braces() Expr {
	start := p.pos()
	if p.peek(1).kw == kwFn { // ODBC's {fn now()}
		p.next()
		p.next()
		x := p.expr()
		p.expectKind(tokRBrace)
		return x
	}
	if k := p.peek(1); p.d.BracketIdent && k.kind == tokIdent && p.peek(2).kind == tokString { // {d '2024-01-01'}
		p.next()
		p.next()
		x := p.stringLiteral()
		p.expectKind(tokRBrace)
		return x
	}
	if !p.d.StructBraces {
		p.failExpected("an expression")
	}
	if n := p.peek(1); p.d.Stages && (n.kind == tokStar || isLabel(n) && p.peek(2).kind == tokDot) {
		return p.starObject(start)
	}
	p.next()
	p.enter()
	s := &Struct{}
	for !p.atKind(tokRBrace) {
		t := p.tok()
		var f Field
		switch t.kind {
		case tokString:
			p.next()
			name := stringValue(p.src, t, p.d)
			f.Alias = Ident{Span: Span{t.pos, t.end}, Name: name, Hash: Fold(name), Quoted: true}
		case tokStar:
			p.failExpected("a key")
		default:
			f.Alias = p.label("a key")
		}
		p.expectKind(tokColon)
		f.Value = p.expr()
		s.Fields = append(s.Fields, f)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRBrace)
	p.leave()
	s.Span = p.span(start)
	return s
}

// starObject reads Snowflake's {*} and {t.* EXCLUDE a}, which are calls of
// OBJECT_CONSTRUCT.
func (p *parser) starObject(start Pos) Expr {
	p.next()
	p.enter()
	c := p.calls.One()
	id := Ident{Span: Span{start, start}, Name: "object_construct", Hash: Fold("object_construct")}
	c.Name = p.identLists.List([]Ident{id})
	m := len(p.exprs)
	for !p.atKind(tokRBrace) {
		if x := p.arg(c); x != nil {
			p.exprs = append(p.exprs, x)
		}
		if !p.acceptKind(tokComma) {
			break
		}
	}
	c.Args = p.takeExprs(m)
	p.expectKind(tokRBrace)
	p.leave()
	c.Span = p.span(start)
	return c
}

// mapBraces reads MAP {k: v, …}.
func (p *parser) mapBraces() Expr {
	start := p.pos()
	p.next()
	p.next()
	p.enter()
	noColon := p.noColon
	p.noColon = true
	x := &Map{}
	for !p.atKind(tokRBrace) {
		x.Keys = append(x.Keys, p.expr())
		p.expectKind(tokColon)
		x.Values = append(x.Values, p.expr())
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRBrace)
	p.noColon = noColon
	p.leave()
	x.Span = p.span(start)
	return x
}
