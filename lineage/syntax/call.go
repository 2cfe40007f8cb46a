package syntax

import "strings"

// call reads the parentheses of a function call and what may follow them. The
// name has been read; receiver is x of (x).name(…), or nil.
func (p *parser) call(start Pos, receiver Expr, name []Ident) Expr {
	p.enter()
	noColon := p.noColon
	p.noColon = false
	c := p.calls.One()
	c.Name, c.Receiver = name, receiver
	p.next()
	p.callArgs(c)
	p.expectKind(tokRParen)
	p.noColon = noColon
	p.callTail(c)
	c.Span = p.span(start)
	p.leave()
	return c
}

// callArgs reads what stands inside the parentheses.
func (p *parser) callArgs(c *Call) {
	switch {
	case p.atKind(tokRParen):
		return
	case p.at(kwDistinct) && p.peek(1).kind != tokComma && p.peek(1).kind != tokRParen:
		c.Distinct = true
		p.next()
	case p.at(kwAll) && p.peek(1).kind != tokRParen:
		p.next()
	case p.atAny(kwLeading, kwTrailing, kwBoth) && p.peek(1).kind != tokComma && p.peek(1).kind != tokRParen && p.peek(1).kind != tokDot:
		p.next()
		p.accept(kwFrom)
	}
	p.accept(kwVariadic)
	m, first, from := len(p.exprs), p.i, false
	for !p.atKind(tokRParen) && !p.callClause(c) {
		if p.at(kwFrom) && p.i > first && p.mayClose() { // behind the comma of a select list
			break
		}
		if x := p.arg(c); x != nil {
			p.exprs = append(p.exprs, x)
		}
		p.tablePartition(c)
		if p.at(kwFrom) {
			if from || !readsFrom(c) && p.mayClose() {
				break
			}
			from = true
		}
		if !p.argSeparator(c) {
			break
		}
	}
	for p.callClause(c) {
		p.acceptKind(tokComma)
	}
	c.Args = p.takeExprs(m)
	if p.atKind(tokRParen) {
		return
	}
	if p.mayClose() {
		c.Args = p.endArgs(c.Args, first)
		return
	}
	if p.isName(p.tok()) || p.atAny(kwNull, kwOn, kwWith, kwDefault, kwReturning) {
		if len(c.Name) > 0 && hasPrefixFold(c.Name[len(c.Name)-1].Name, "json") || p.atAny(kwNull, kwOn, kwReturning) {
			if p.leftOpen() >= 0 { // words of the query around
				c.Args = p.endArgs(c.Args, first)
				return
			}
			// JSON_OBJECT(… NULL ON NULL), LISTAGG(… ON OVERFLOW …)
			p.skipToClose()
			return
		}
	}
	p.failExpected(`")" or ","`)
}

// readsFrom reports whether FROM stands between the arguments of a function.
func readsFrom(c *Call) bool {
	return len(c.Name) == 1 && fromFunction(c.Name[0].Name)
}

func fromFunction(name string) bool {
	for _, f := range [...]string{"trim", "ltrim", "rtrim", "btrim", "substring", "substr", "overlay", "extract", "position", "normalize"} {
		if EqualFold(f, name) {
			return true
		}
	}
	return false
}

// tablePartition reads PARTITION BY behind a table argument; its keys stand
// with those of ORDER BY.
func (p *parser) tablePartition(c *Call) {
	if p.accept2(kwPartition, kwBy) {
		for {
			x := p.expr()
			c.OrderBy = append(c.OrderBy, OrderItem{Span: x.Extent(), X: x})
			if !p.atKind(tokComma) || p.peek(2).kind == tokFatArrow {
				break
			}
			p.next()
		}
	}
	if p.atAny(kwPrune, kwKeep) && p.peek(1).kw == kwWhen {
		p.i += 2
		p.accept(kwEmpty)
	}
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && EqualFold(s[:len(prefix)], prefix)
}

// argSeparator reads what stands between two arguments: a comma, or a word of
// the functions with a grammar of their own, as in TRIM(x FROM y),
// SUBSTRING(x FROM 1 FOR 2), JSON_OBJECT('a' VALUE 1).
func (p *parser) argSeparator(c *Call) bool {
	switch {
	case p.acceptKind(tokComma):
		return true
	case p.acceptAny(kwFrom, kwFor, kwPlacing):
		return true
	case p.at(kwUsing):
		p.next()
		if p.d.PipesAsOr { // CHAR(65 USING utf8)
			p.label("a character set")
			return false
		}
		return true
	case p.atAny(kwKeep, kwSet) && len(c.Name) == 1 && c.Name[0].Is("object_transform"): // Redshift's
		p.next()
		return true
	case p.at(kwPassing):
		p.next()
		if p.accept(kwBy) {
			p.label("REF or VALUE")
		}
		return true
	case p.at(kwTo) && len(c.Name) == 1:
		p.next()
		return true
	case p.atKind(tokColon), p.at(kwValue):
		p.next()
		return true
	}
	return false
}

// arg reads one argument; it returns nil for a star, which the call holds.
func (p *parser) arg(c *Call) Expr {
	t := p.tok()
	start := t.pos
	if t.kind == tokIdent && len(c.Name) == 1 && hasPrefixFold(c.Name[0].Name, "xml") && p.xmlWords(t) {
		return nil
	}
	switch t.kind {
	case tokStar:
		n := p.peek(1)
		if n.kind == tokRParen && c.StarArg == nil {
			p.next()
			c.Star = true
			return nil
		}
		if n.kw == kwColumns && p.peek(2).kind == tokLParen {
			p.next()
			u := &Unpack{X: p.argValue(c)}
			u.Span = p.span(start)
			return u
		}
		c.StarArg = p.starTail(&Star{}, start)
		return nil
	case tokLParen:
		if p.lambdaParams() {
			return p.lambda()
		}
	case tokIdent, tokQuoted:
		n := p.peek(1)
		switch {
		case n.kind == tokArrow && p.isLambda(), isLabel(n) && p.peek(2).kind == tokArrow && p.d.SemiAccess:
			return p.lambda()
		case n.kind == tokFatArrow || n.kind == tokColonEq:
			a := &NamedArg{}
			m := len(p.idents)
			p.idents = append(p.idents, p.label("a name"))
			a.Name = p.takeIdents(m)
			p.next()
			a.Value = p.argValue(c)
			a.Span = p.span(start)
			return a
		case t.kw == kwLambda && isLabel(n) && p.d.JSONArrow:
			return p.pythonLambda()
		case isLabel(n) && n.kw != kwAs || t.kw == kwTable && n.kind == tokLParen:
			if x := p.tableArg(t, n); x != nil {
				return x
			}
		}
	}
	return p.argValue(c)
}

// argValue reads the value of an argument, with an alias, or a star of a table.
func (p *parser) argValue(c *Call) Expr {
	start := p.pos()
	if p.atKind(tokLParen) && p.lambdaParams() || isLabel(p.tok()) && p.peek(1).kind == tokArrow && p.isLambda() {
		return p.lambda()
	}
	if p.atQuery() {
		s := &Subquery{}
		s.Query = p.query()
		s.Span = p.span(start)
		return s
	}
	if p.at(kwTable) && (isLabel(p.peek(1)) || p.peek(1).kind == tokLParen) {
		if x := p.tableArg(p.tok(), p.peek(1)); x != nil {
			return x
		}
	}
	if p.atAny(kwDescriptor) && p.peek(1).kind == tokLParen {
		return p.descriptor()
	}
	x := p.expr()
	if p.atKind(tokDot) && p.peek(1).kind == tokStar {
		p.next()
		c.StarArg = p.starTail(&Star{X: x}, start)
		return nil
	}
	if p.atKind(tokArrow) && p.d.Lambda {
		p.failExpected("a lambda's parameters before \"->\"")
	}
	if p.at(kwAs) && len(c.Name) == 1 && c.Name[0].Is("xmlserialize") {
		p.next()
		p.typeName()
		if !p.atKind(tokRParen) { // INDENT
			p.skipToClose()
		}
		return x
	}
	if p.accept(kwAs) {
		a := &NamedArg{Value: x, Alias: true}
		if p.acceptKind(tokLParen) { // a proto extension
			a.Name = p.dotted("a name")
			p.expectKind(tokRParen)
		} else {
			a.Name = p.dottedLabels()
		}
		a.Span = p.span(start)
		return a
	}
	return x
}

// dottedLabels reads a dotted name of which each part may be a keyword.
func (p *parser) dottedLabels() []Ident {
	m := len(p.idents)
	p.idents = append(p.idents, p.label("an alias"))
	for p.atKind(tokDot) && isLabel(p.peek(1)) {
		p.next()
		p.idents = append(p.idents, p.label("a name"))
	}
	return p.takeIdents(m)
}

// tableArg reads TABLE name, MODEL name, CONNECTION name, SEQUENCE name and
// TABLE(query); it returns nil if the word is something else.
func (p *parser) tableArg(t, n *token) Expr {
	switch t.kw {
	case kwTable:
		if n.kind == tokLParen {
			if q := p.subqueryCall(MultisetSubquery); q != nil {
				return q
			}
			i := p.i + 2
			for isLabel(&p.toks[i]) && p.toks[i+1].kind == tokDot {
				i += 2
			}
			if !isLabel(&p.toks[i]) || p.toks[i+1].kind != tokRParen {
				return nil
			}
			p.next()
			p.next()
			a := &TableArg{Kind: "TABLE", Name: p.dotted("a table")}
			p.expectKind(tokRParen)
			a.Span = p.span(t.pos)
			return a
		}
	case kwModel, kwConnection, kwSequence:
		if n.kw == kwDefault && t.kw == kwConnection {
			break
		}
		if !p.isName(n) {
			return nil
		}
	default:
		return nil
	}
	p.next()
	a := &TableArg{Kind: t.kw.String()}
	if n.kw == kwDefault {
		a.Name = p.identLists.List([]Ident{p.label("a name")})
	} else {
		a.Name = p.dotted("a name")
	}
	a.Span = p.span(t.pos)
	return a
}

func (p *parser) descriptor() Expr {
	start := p.pos()
	p.next()
	a := &TableArg{Kind: "DESCRIPTOR", Columns: p.parenNames("a column")}
	a.Span = p.span(start)
	return a
}

// callClause reads one clause of an aggregate's parentheses.
func (p *parser) callClause(c *Call) bool {
	switch t := p.tok(); t.kw {
	case kwOrder:
		if p.peek(1).kw != kwBy {
			return false
		}
		c.OrderBy = append(c.OrderBy, p.orderBy()...)
	case kwLimit:
		if p.peek(1).kind == tokRParen || p.peek(1).kind == tokComma {
			return false
		}
		p.next()
		c.Limit = p.expr()
	case kwIgnore, kwRespect:
		if p.peek(1).kw != kwNulls {
			return false
		}
		p.nulls(c)
	case kwHaving:
		p.next()
		if p.atAny(kwMax, kwMin) && (p.peek(1).kind != tokLParen || c.GroupBy == nil) {
			c.Having = &HavingMod{Max: p.at(kwMax)}
			p.next()
			c.Having.X = p.expr()
		} else {
			c.GroupHaving = p.expr()
		}
	case kwWhere:
		p.next()
		c.Where = p.expr()
	case kwGroup:
		if p.peek(1).kw != kwBy {
			return false
		}
		c.GroupBy = p.groupBy(false)
	case kwSeparator:
		if n := p.peek(1); n.kind != tokString && n.kind != tokParam && !isLabel(n) {
			return false
		}
		p.next()
		c.Separator = p.expr()
	default:
		return false
	}
	return true
}

func (p *parser) nulls(c *Call) {
	c.Nulls = strings.ToUpper(p.tok().text(p.src))
	p.next()
	p.next()
}

// callTail reads what may follow the closing parenthesis.
func (p *parser) callTail(c *Call) {
	for {
		switch t := p.tok(); t.kw {
		case kwWithin:
			if p.peek(1).kw != kwGroup {
				return
			}
			p.next()
			p.next()
			p.expectKind(tokLParen)
			c.WithinGroup = p.orderBy()
			p.expectKind(tokRParen)
		case kwFilter:
			if p.peek(1).kind != tokLParen {
				return
			}
			p.next()
			p.next()
			p.accept(kwWhere)
			c.Filter = p.expr()
			p.expectKind(tokRParen)
		case kwIgnore, kwRespect:
			if p.peek(1).kw != kwNulls {
				return
			}
			p.nulls(c)
		case kwFrom:
			if k := p.peek(1).kw; k != kwFirst && k != kwLast || p.peek(2).kw != kwOver && p.peek(2).kw != kwIgnore && p.peek(2).kw != kwRespect {
				return
			}
			p.next()
			p.next()
		case kwAgainst: // MySQL's MATCH (a) AGAINST ('x' IN BOOLEAN MODE)
			if p.peek(1).kind != tokLParen {
				return
			}
			p.next()
			p.next()
			c.Args = append(c.Args[:len(c.Args):len(c.Args)], p.exprAbove(precCompare))
			p.skipToClose()
			p.expectKind(tokRParen)
		case kwKeep: // Oracle's KEEP (DENSE_RANK FIRST ORDER BY x)
			if p.peek(1).kind != tokLParen || p.peek(2).kw != kwDenseRank {
				return
			}
			p.i += 4
			c.WithinGroup = p.orderBy()
			p.expectKind(tokRParen)
		case kwWith:
			if p.peek(1).kw != kwReport {
				return
			}
			p.next()
			p.next()
			if p.atKind(tokLParen) {
				p.skipParens()
			}
		case kwOver:
			if n := p.peek(1); n.kind != tokLParen && !p.isName(n) {
				return
			}
			p.next()
			p.hint()
			c.Over = p.over()
		case kwCollate:
			return
		default:
			if t.kind == tokAt && p.peek(1).kind == tokLBrace {
				p.hint()
				continue
			}
			if t.kind == tokLParen && p.d.ArrayJoin { // ClickHouse's quantile(0.9)(x)
				p.next()
				m := len(p.exprs)
				p.exprs = append(p.exprs, c.Args...)
				inner := &Call{}
				p.callArgs(inner)
				p.exprs = append(p.exprs, inner.Args...)
				c.Distinct, c.Star = inner.Distinct, inner.Star
				p.expectKind(tokRParen)
				c.Args = p.takeExprs(m)
				continue
			}
			return
		}
	}
}
