package syntax

import "strings"

// declarations reads the section DECLARE a type; b CURSOR FOR query; … that stands
// before BEGIN, with the block itself. It reports false where DECLARE is a
// statement of its own.
func (p *parser) declarations() (Stmt, bool) {
	if !p.d.DeclareSection || !isLabel(p.peek(1)) || p.inScript == 0 && !p.beginAhead() {
		return nil, false
	}
	p.next()
	b := &Block{}
	for !p.at(kwBegin) {
		if p.acceptKind(tokSemicolon) {
			continue
		}
		if p.atKind(tokEOF) {
			p.failExpected("keyword BEGIN")
		}
		start := p.pos()
		d := p.declaration()
		d.Span = p.span(start)
		b.Body = append(b.Body, d)
		if !p.atKind(tokSemicolon) {
			p.failExpected(`";"`)
		}
	}
	p.enter()
	b.Body = append(b.Body, p.statementBody())
	p.leave()
	return b, true
}

// beginAhead reports whether BEGIN begins a statement behind this one.
func (p *parser) beginAhead() bool {
	for i := p.i + 1; i < len(p.toks)-1; i++ {
		if p.toks[i].kind == tokSemicolon && p.toks[i+1].kw == kwBegin {
			n := &p.toks[min(i+2, len(p.toks)-1)]
			return n.kind != tokSemicolon && n.kind != tokEOF && n.kw != kwTransaction && n.kw != kwWork
		}
		if p.toks[i].kind == tokSemicolon && p.toks[i+1].kw == kwDeclare {
			return false
		}
	}
	return p.peek(1).kw == kwBegin
}

// declaration reads one line of the section: name [CONSTANT] type [:= value], and
// cursors as PostgreSQL (c CURSOR FOR), Oracle (CURSOR c IS) and Snowflake have them.
func (p *parser) declaration() *Declare {
	d := &Declare{}
	if p.at(kwCursor) && isLabel(p.peek(1)) {
		p.next()
		d.Names = p.identLists.List([]Ident{p.label("a cursor")})
		p.cursor(d)
		return d
	}
	if (p.at(kwPragma) || p.at(kwType)) && isLabel(p.peek(1)) {
		p.skipStatement()
		return d
	}
	d.Names = p.identLists.List([]Ident{p.label("a variable")})
	p.declared(d)
	return d
}

// declared reads what stands behind the name of a variable.
func (p *parser) declared(d *Declare) {
	p.acceptWord("constant")
	d.Rows = p.atWord("record") || p.atWord("resultset") || p.atWord("refcursor") || p.atWord("sys_refcursor")
	for {
		switch t := p.tok(); {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			return
		case t.kw == kwCursor:
			p.cursor(d)
			return
		case t.kw == kwDefault || t.kind == tokColonEq || t.kind == tokEq:
			p.next()
			d.Default = p.expr()
			return
		case t.kind == tokLParen:
			p.skipParens()
			continue
		case t.kind == tokInvalid:
			p.failExpected("a type")
		case t.kind == tokPercent && EqualFold(p.peek(1).text(p.src), "rowtype"):
			d.Rows = true
		case isLabel(t) && d.Type == nil && p.typeEnds(p.peek(1)):
			d.Type = p.typeName()
			continue
		}
		p.next()
	}
}

// typeEnds reports whether a type of one word ends before a token.
func (p *parser) typeEnds(t *token) bool {
	return t.kind == tokSemicolon || t.kind == tokColonEq || t.kind == tokEq || t.kw == kwDefault || t.kind == tokEOF
}

// cursor reads a cursor's query: FOR or IS query, with what stands before it.
func (p *parser) cursor(d *Declare) {
	d.Rows = true
	for !p.atKind(tokEOF) && !p.atKind(tokSemicolon) {
		switch {
		case p.atKind(tokLParen):
			p.skipParens()
			continue
		case p.atAny(kwFor, kwIs):
			p.next()
			switch {
			case p.atQuery() || p.queryInParens():
				d.Query = p.query()
				if p.at(kwFor) { // UPDATE, READ ONLY
					p.skipLine()
				}
			case !p.atKind(tokSemicolon): // Snowflake's result set
				d.Default = p.expr()
			}
			return
		}
		p.next()
	}
}

// skipLine skips to the end of the statement, or of the line where no semicolon
// need stand.
func (p *parser) skipLine() {
	for !p.atKind(tokEOF) && !p.atKind(tokSemicolon) && !(p.d.BracketIdent && p.newLine()) {
		p.next()
	}
}

// handler reads MySQL's DECLARE EXIT HANDLER FOR condition statement, from HANDLER.
func (p *parser) handler(exit bool) Stmt {
	p.next()
	p.expect(kwFor)
	for {
		switch t := p.tok(); {
		case p.accept(kwNot): // FOUND
			p.next()
		case t.kind == tokInt || isLabel(t):
			p.next()
			p.acceptWord("value")
			p.acceptKind(tokString)
		default:
			p.failExpected("a condition")
		}
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.enter()
	h := &Handler{Exit: exit, Body: []Stmt{p.statementBody()}}
	p.leave()
	return h
}

// let reads Snowflake's LET name [type] := value.
func (p *parser) let() Stmt {
	p.next()
	d := &Declare{Names: p.identLists.List([]Ident{p.label("a variable")})}
	p.declared(d)
	return d
}

// assigns reports whether an assignment without SET begins here.
func (p *parser) assigns() bool {
	if !isLabel(p.tok()) {
		return false
	}
	n := p.peek(1)
	if n.kind == tokColonEq {
		return true
	}
	if !p.d.DeclareSection || p.inScript == 0 || p.d.reserved.has(p.tok().kw) {
		return false
	}
	if n.kind == tokEq {
		return p.d.DollarQuotes
	}
	if n.kind != tokDot && n.kind != tokLBracket {
		return false
	}
	// r.a := 1, a[1] := 1
	for i := p.i + 1; i+1 < len(p.toks) && i < p.i+16; i++ {
		switch p.toks[i].kind {
		case tokColonEq:
			return true
		case tokDot, tokLBracket, tokRBracket, tokInt, tokIdent, tokQuoted:
		default:
			return false
		}
	}
	return false
}

// assignment reads name := value.
func (p *parser) assignment() Stmt {
	s := &SetVar{Names: p.identLists.List([]Ident{p.label("a variable")})}
	for !p.atKind(tokColonEq) && !p.atKind(tokEq) {
		s.Part = true
		p.next()
	}
	p.next()
	s.Value = p.expr()
	return s
}

// returns reads RETURN with what it gives: a value, or rows.
func (p *parser) returns() Stmt {
	start := p.pos()
	p.next()
	r := &Return{}
	switch {
	case p.atKind(tokSemicolon) || p.atKind(tokEOF) || p.endsBody() || p.d.BracketIdent && (p.newLine() || p.nextStatement()):
	case p.acceptWord("query"):
		r.More = true
		if p.at(kwExecute) {
			p.next()
			r.Text = p.expr()
			p.skipStatement()
			break
		}
		r.Query = p.query()
	case p.at(kwTable) && p.peek(1).kind == tokLParen && isLabel(p.peek(2)):
		p.next()
		r.X, r.Table = p.expr(), true
	default:
		r.More = p.accept(kwNext)
		if p.atQuery() {
			r.Query = p.query()
		} else if !p.atKind(tokSemicolon) {
			r.X = p.expr()
		}
	}
	r.Span = p.span(start)
	return r
}

// fetch reads FETCH [NEXT FROM] c INTO a, b.
func (p *parser) fetch() Stmt {
	save := p.i
	p.next()
	if !p.acceptAny(kwNext, kwFirst, kwLast, kwPrior) {
		p.acceptWord("absolute")
	}
	p.acceptAny(kwFrom, kwIn)
	f := &Fetch{}
	if t := p.tok(); isLabel(t) || t.kind == tokParam {
		f.Cursor = p.identOf(t)
		p.next()
	}
	if p.accept(kwBulk) { // Oracle's BULK COLLECT: all rows at once
		p.acceptWord("collect")
	}
	if !p.accept(kwInto) {
		p.i = save
		return p.other()
	}
	f.Into = p.intoNames()
	return f
}

// open reads OPEN c FOR query, which gives a cursor its rows.
func (p *parser) open() Stmt {
	if !isLabel(p.peek(1)) || p.peek(2).kw != kwFor {
		return p.other()
	}
	save := p.i
	p.next()
	s := &SetVar{Names: p.identLists.List([]Ident{p.label("a cursor")})}
	p.next()
	if !p.atQuery() && !p.queryInParens() {
		p.i = save
		return p.other()
	}
	start := p.pos()
	q := &Subquery{Query: p.query()}
	q.Span = p.span(start)
	s.Value, s.Rows = q, true
	return s
}

// perform reads PostgreSQL's PERFORM, which is a SELECT whose rows nobody reads.
func (p *parser) perform() Stmt {
	p.tok().kw = kwSelect
	start := p.pos()
	q := &Subquery{Query: p.query()}
	q.Span = p.span(start)
	return &Assert{X: q}
}

// returningInto reads INTO behind RETURNING: a query of what the statement returns.
func (p *parser) returningInto(st Stmt) Stmt {
	p.next()
	span := st.Extent()
	s := p.selects.One()
	s.From, s.Items, s.Span = &Changed{Span: span, Stmt: st}, p.returned, span
	p.returned = nil
	q := p.queries.One()
	q.Body, q.Span = s, span
	out := &QueryStmt{Query: q, Into: p.intoNames()}
	out.Span = p.span(span.Pos)
	return out
}

// intoNames reads the variables behind INTO.
func (p *parser) intoNames() []Ident {
	m := len(p.idents)
	p.accept(kwStrict)
	for {
		p.acceptKind(tokColon)
		t := p.tok()
		if !isLabel(t) && t.kind != tokParam {
			p.failExpected("a variable")
		}
		id := p.identOf(t)
		p.next()
		for p.atKind(tokDot) || p.atKind(tokLBracket) { // a field
			p.next()
			p.next()
			p.acceptKind(tokRBracket)
			id.End = p.end()
			id.Name = p.src[id.Pos:id.End]
			id.Hash = Fold(id.Name)
		}
		p.idents = append(p.idents, id)
		if !p.acceptKind(tokComma) {
			return p.takeIdents(m)
		}
	}
}

// forTargets reads the further variables of FOR a, b IN query. They are set by a
// statement at the head of the body.
func (p *parser) forTargets(b *Block) Stmt {
	f := &Fetch{Into: []Ident{b.ForVar}}
	for p.acceptKind(tokComma) {
		f.Into = append(f.Into, p.label("a variable"))
	}
	f.Span = p.span(b.ForVar.Pos)
	b.ForVar = Ident{Span: b.ForVar.Span, Name: "row of FOR", Hash: Fold("row of FOR")}
	f.Cursor = b.ForVar
	return f
}

// forRows reads what FOR runs over: a query, a cursor, or a range of numbers.
func (p *parser) forRows(b *Block) {
	p.expect(kwIn)
	p.acceptWord("reverse")
	switch {
	case p.atKind(tokLParen) && p.queryInParens():
		b.ForRows = p.parenQuery()
	case p.atQuery():
		b.ForRows = p.query()
	case p.at(kwExecute):
		p.next()
		p.accept(kwImmediate)
		b.ForText = true
		b.ForOver = append(b.ForOver, p.expr())
		if p.accept(kwUsing) {
			for {
				b.ForOver = append(b.ForOver, p.expr())
				if !p.acceptKind(tokComma) {
					break
				}
			}
		}
	case p.atWord("array") && !p.nameEnds(p.peek(1)): // PostgreSQL's FOREACH
		p.next()
		b.ForOver = append(b.ForOver, p.expr())
		b.ForItem = true
	default:
		if t := p.tok(); t.kind == tokFloat && p.src[t.end-1] == '.' { // 1..n
			p.next()
			p.acceptKind(tokDot)
		}
		b.ForOver = append(b.ForOver, p.expr())
		for p.accept(kwTo) || p.acceptKind(tokDot) || p.accept(kwBy) {
			p.acceptKind(tokDot)
			b.ForOver = append(b.ForOver, p.expr())
		}
	}
}

// textStatements reads the statements of a body that stands in a string; nil if
// they cannot be read.
func (p *parser) textStatements(t *token) []Stmt {
	from, to, ok := p.textOf(t)
	if !ok || p.inScript >= maxBlocks {
		return nil
	}
	p.bodies++
	inner := &parser{src: p.src[:to], d: p.d, toks: lexInto(nil, p.src[:to], p.d, from), depth: p.depth, bodies: p.bodies, memory: new(memory)}
	inner.inScript = p.inScript + 1
	list := inner.wholeScript()
	p.bodies = inner.bodies
	if len(inner.errs) > 0 {
		return nil
	}
	return list
}

// wholeScript is script where statements of blocks stand at the top: one that gives
// up ends it.
func (p *parser) wholeScript() (list []Stmt) {
	defer p.rescue(p.mark(), func(mark) { list = nil })
	return p.script()
}

// textOf is where the text of a string begins and ends; it reports false if it is
// not written there as it is.
func (p *parser) textOf(t *token) (from, to int, ok bool) {
	from, to = int(t.pos)+1, int(t.end)-1
	if p.src[t.pos] == '$' {
		for p.src[from] != '$' {
			from++
		}
		from++
		to = int(t.end) - (from - int(t.pos))
	}
	ok = to >= from && (p.src[t.pos] == '$' || p.src[t.pos] == '\'' && !strings.ContainsAny(p.src[from:to], `'\`)) && p.bodies < maxBodies
	return from, to, ok
}
