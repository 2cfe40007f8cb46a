package syntax

import "strings"

// typeName reads a type.
func (p *parser) typeName() *TypeName {
	p.enter()
	t := p.simpleType()
	for {
		switch {
		case p.atKind(tokLBracket) && (p.peek(1).kind == tokRBracket || !p.d.SemiAccess && p.peek(1).kind == tokInt && p.peek(2).kind == tokRBracket):
			for !p.acceptKind(tokRBracket) {
				p.next()
			}
		case p.at(kwArray) && !p.d.SplitQuoted && p.peek(1).kw != kwJoin:
			// PostgreSQL's int ARRAY[3].
			p.next()
			if p.acceptKind(tokLBracket) {
				p.acceptKind(tokInt)
				p.expectKind(tokRBracket)
			}
		default:
			p.leave()
			return t
		}
		t = &TypeName{Span: p.span(t.Pos), Name: "ARRAY", Elem: t}
		p.enter()
		defer p.leave()
	}
}

// simpleType reads a type without the brackets of an array behind it.
func (p *parser) simpleType() *TypeName {
	t := p.tok()
	if p.at(kwSetof) {
		p.next()
		t = p.tok()
	}
	if !isLabel(t) {
		p.failExpected("a type")
	}
	typ := &TypeName{}
	start := t.pos
	n := p.peek(1)
	typ.Name = p.typeWord()
	switch t.kw {
	case kwArray, kwList, kwRange, kwMultirange, kwMultiset:
		if p.acceptKind(tokNe) { // ARRAY<>
			break
		}
		if p.acceptKind(tokLt) {
			typ.Elem = p.typeName()
			p.typeTail()
			p.expectKind(tokGt)
			break
		}
		if n.kind == tokLParen {
			p.next()
			typ.Elem = p.typeName()
			p.typeTail()
			p.expectKind(tokRParen)
		}
	case kwMap, kwDict:
		switch {
		case p.acceptKind(tokLt):
			p.mapType(typ)
			p.expectKind(tokGt)
		case p.acceptKind(tokLParen):
			p.mapType(typ)
			p.expectKind(tokRParen)
		}
	case kwStruct, kwRow, kwRecord, kwObject, kwTuple, kwNested, kwUnion:
		switch {
		case p.acceptKind(tokNe):
		case p.acceptKind(tokLt):
			p.typeFields(typ, tokGt)
		case p.acceptKind(tokLParen):
			p.typeFields(typ, tokRParen)
		}
	case kwNullable, kwLowCardinality:
		if p.acceptKind(tokLParen) {
			inner := p.typeName()
			p.expectKind(tokRParen)
			inner.Span = p.span(start)
			return inner
		}
	case kwTable, kwFunction:
		if p.acceptKind(tokLt) {
			p.typeFields(typ, tokGt)
		} else if p.atKind(tokLParen) {
			p.skipParens() // a table variable of SQL Server
		}
	default:
		if p.atKind(tokLParen) {
			typ.Params = p.typeParams()
		}
	}
	p.typeSuffix(typ)
	typ.Span = p.span(start)
	return typ
}

// typeWord reads the first word of a type, a path, or the words that make one
// name together, except for those behind parameters.
func (p *parser) typeWord() string {
	t := p.tok()
	p.next()
	if t.kind == tokQuoted {
		id := p.identOf(t)
		if !p.atKind(tokDot) {
			return id.Name
		}
	}
	if p.atKind(tokDot) || p.atKind(tokPercent) {
		for p.atKind(tokDot) && isLabel(p.peek(1)) || p.atKind(tokPercent) && isLabel(p.peek(1)) {
			p.next()
			p.next()
		}
		return strings.NewReplacer("`", "", `"`, "").Replace(p.src[t.pos:p.end()])
	}
	name := t.text(p.src)
	join := func(words ...keyword) bool {
		for i, w := range words {
			if p.peek(i).kw != w {
				return false
			}
		}
		for range words {
			name += " " + p.tok().text(p.src)
			p.next()
		}
		return true
	}
	switch t.kw {
	case kwDouble:
		join(kwPrecision)
	case kwCharacter, kwChar, kwNchar:
		_ = join(kwVarying) || join(kwLarge, kwObject)
	case kwBit, kwVarbit:
		join(kwVarying)
	case kwBinary:
		_ = join(kwVarying) || join(kwLarge, kwObject)
	case kwLong:
		_ = join(kwVarchar) || join(kwVarbinary) || join(kwRaw)
	case kwNational:
		_ = join(kwCharacter, kwVarying) || join(kwChar, kwVarying) || join(kwCharacter) || join(kwChar) || join(kwVarchar)
	case kwUnsigned, kwSigned:
		_ = join(kwBig, kwInt) || join(kwInteger) || join(kwInt) || join(kwBigint)
	case kwAny:
		_ = join(kwType) || join(kwTable)
	case kwInterval:
		if isDatePart(p.tok().kw) {
			name += " " + p.tok().text(p.src)
			p.next()
			if p.at(kwTo) && isDatePart(p.peek(1).kw) {
				name += " to " + p.peek(1).text(p.src)
				p.next()
				p.next()
			}
		}
	}
	return name
}

// typeSuffix reads the words behind a type's parameters.
func (p *parser) typeSuffix(typ *TypeName) {
	for {
		switch {
		case p.atAny(kwWith, kwWithout) && p.peek(1).kw == kwTime && p.peek(2).kw == kwZone:
			typ.Name += " " + strings.ToLower(p.tok().text(p.src)) + " time zone"
			p.i += 3
		case p.at(kwWith) && p.peek(1).kw == kwLocal && p.peek(2).kw == kwTime && p.peek(3).kw == kwZone:
			typ.Name += " with local time zone"
			p.i += 4
		case p.atAny(kwUnsigned, kwSigned, kwZerofill) && typ.Name != "":
			typ.Name += " " + p.tok().text(p.src)
			p.next()
		case p.at2(kwCharacter, kwSet):
			p.next()
			p.next()
			p.label("a character set")
		default:
			return
		}
	}
}

// typeTail skips what may stand behind a type where a column or field is
// defined: NOT NULL, COLLATE, OPTIONS(…), COMMENT '…'.
func (p *parser) typeTail() {
	for {
		switch {
		case p.accept2(kwNot, kwNull), p.at(kwNull) && p.accept(kwNull):
		case p.accept(kwCollate):
			if !p.acceptKind(tokString) {
				p.dotted("a collation")
			}
		case p.at(kwOptions) && p.peek(1).kind == tokLParen:
			p.next()
			p.skipParens()
		case p.at(kwComment) && p.peek(1).kind == tokString:
			p.next()
			p.next()
		default:
			return
		}
	}
}

func (p *parser) mapType(typ *TypeName) {
	typ.Key = p.typeName()
	p.expectKind(tokComma)
	typ.Elem = p.typeName()
	p.typeTail()
}

// typeParams reads (10, 2), (MAX), (20 CHAR), ('a', 'b').
func (p *parser) typeParams() []string {
	p.expectKind(tokLParen)
	params := []string{}
	for !p.atKind(tokRParen) {
		t := p.tok()
		switch t.kind {
		case tokString:
			params = append(params, stringValue(p.src, t, p.d))
			p.next()
		case tokMinus, tokPlus, tokInt, tokFloat, tokIdent, tokQuoted, tokParam, tokStar:
			first := p.pos()
			p.next()
			if t.kind != tokInt && p.atKind(tokInt) {
				p.next()
			}
			if p.atKind(tokEq) { // ClickHouse's Enum('a' = 1)
				p.next()
				p.next()
			}
			if p.atKind(tokLParen) { // AggregateFunction(sum, Nullable(Int64))
				p.skipParens()
			}
			params = append(params, p.src[first:p.end()])
			p.acceptAny(kwChar, kwByte)
		default:
			p.failExpected("a type parameter")
		}
		if p.acceptKind(tokEq) {
			p.acceptKind(tokMinus)
			p.expectAnyNumber()
		}
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return params
}

func (p *parser) expectAnyNumber() {
	if !p.acceptKind(tokInt) {
		p.failExpected("a number")
	}
}

// typeFields reads the fields of a struct type: a INT64, a: INT64, or a type
// alone.
func (p *parser) typeFields(typ *TypeName, close tokenKind) {
	typ.Fields = []TypeField{}
	for !p.atKind(close) {
		var f TypeField
		n := p.peek(1)
		if isLabel(p.tok()) && (n.kind == tokColon || isLabel(n) && !p.typeContinues(n)) {
			f.Name = p.label("a field")
			p.acceptKind(tokColon)
		}
		f.Type = p.typeName()
		p.typeTail()
		typ.Fields = append(typ.Fields, f)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(close)
}

// typeContinues reports whether the token behind the current one belongs to the
// same type: DOUBLE PRECISION in STRUCT<double precision>.
func (p *parser) typeContinues(n *token) bool {
	switch p.tok().kw {
	case kwDouble:
		return n.kw == kwPrecision
	case kwCharacter, kwChar, kwBit:
		return n.kw == kwVarying
	case kwTimestamp, kwTime:
		return n.kw == kwWith || n.kw == kwWithout
	}
	switch n.kw {
	case kwOptions, kwCollate, kwComment, kwNot:
		return true
	}
	return false
}
