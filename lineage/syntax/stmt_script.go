package syntax

import "strings"

// declare reads DECLARE a, b [type] [DEFAULT value].
func (p *parser) declare() Stmt {
	p.next()
	p.accept2(kwOr, kwReplace)
	if p.d.SortBy && isLabel(p.peek(1)) && !p.acceptWord("variable") { // Databricks' DECLARE VARIABLE
		p.acceptWord("var")
	}
	d := &Declare{}
	m := len(p.idents)
	for {
		t := p.tok()
		if t.kind != tokParam && !isLabel(t) {
			p.failExpected("a variable")
		}
		p.next()
		p.idents = append(p.idents, p.identOf(t))
		if !p.acceptKind(tokComma) {
			break
		}
	}
	d.Names = p.takeIdents(m)
	switch {
	case p.at(kwHandler):
		return p.handler(!d.Names[0].Is("continue"))
	case p.at(kwCursor):
		p.cursor(d)
		return d
	case p.at(kwCondition):
		p.skipStatement()
		return d
	}
	p.accept(kwAs)
	if p.d.BracketIdent && len(d.Names) == 1 && p.at(kwTable) {
		return p.tableVariable(d.Names[0])
	}
	if isLabel(p.tok()) && !p.at(kwDefault) {
		d.Type = p.typeName()
		p.typeTail()
	}
	if p.accept(kwDefault) || p.acceptKind(tokColonEq) || p.acceptKind(tokEq) {
		d.Default = p.expr()
	}
	for p.d.BracketIdent && !p.declaresTable() && p.acceptKind(tokComma) { // SQL Server's further variables
		d.Names = append(d.Names[:len(d.Names):len(d.Names)], p.variable())
		d.Type = nil
		p.accept(kwAs)
		p.typeName()
		if p.acceptKind(tokEq) {
			d.Default = p.pair(d.Default, p.expr())
		}
	}
	return d
}

// declaresTable reports whether a comma is followed by a table variable, and makes
// a DECLARE of its own of that.
func (p *parser) declaresTable() bool {
	t, n := p.tok(), p.peek(2)
	if t.kind != tokComma || p.peek(1).kind != tokParam || n.kw != kwTable && (n.kw != kwAs || p.peek(3).kw != kwTable) {
		return false
	}
	t.kind, t.kw = tokIdent, kwDeclare
	return true
}

// setVar reads SET x = e and SET (a, b) = e. Other forms of SET move nothing.
func (p *parser) setVar() Stmt {
	save := p.i
	p.next()
	s := &SetVar{}
	m := len(p.idents)
	t := p.tok()
	switch {
	case t.kind == tokLParen:
		p.next()
		for {
			s.System = s.System || p.atKind(tokSysVar)
			p.idents = append(p.idents, p.variable())
			if !p.acceptKind(tokComma) {
				break
			}
		}
		p.expectKind(tokRParen)
	case isLabel(t) || t.kind == tokParam || t.kind == tokSysVar:
		s.System = t.kind == tokSysVar
		p.idents = append(p.idents, p.variable())
	}
	s.Names = p.takeIdents(m)
	if len(s.Names) == 1 && p.compound() {
		s.Adds = true
		s.Value = p.expr()
		return s
	}
	if len(s.Names) == 0 || !p.acceptKind(tokEq) && !p.acceptKind(tokColonEq) {
		p.i = save
		return p.other()
	}
	if p.at(kwOn) || p.isName(p.tok()) && (p.peek(1).kind == tokMinus || p.peek(1).kind == tokComma) {
		p.skipStatement() // SET search_path = a, b
		return s
	}
	s.Value = p.expr()
	if p.atKind(tokComma) {
		p.setMore(s)
	}
	return s
}

// compound accepts SQL Server's += and the like.
func (p *parser) compound() bool {
	if !p.d.BracketIdent {
		return false
	}
	switch t, n := p.tok(), p.peek(1); t.kind {
	case tokPlus, tokMinus, tokStar, tokSlash, tokPercent, tokAmp, tokBar, tokCaret:
		if n.kind == tokEq && n.pos == t.end {
			p.next()
			p.next()
			return true
		}
	case tokOp:
		if text := t.text(p.src); len(text) == 2 && text[1] == '=' {
			p.next()
			return true
		}
	}
	return false
}

// setMore reads the rest of MySQL's SET a = 1, b = 2 as (a, b) = (1, 2).
func (p *parser) setMore(s *SetVar) {
	tuple := &Struct{Tuple: true, Fields: []Field{{Value: s.Value}}}
	start := s.Value.Extent().Pos
	for p.acceptKind(tokComma) {
		p.acceptAny(kwGlobal, kwSession, kwLocal)
		s.Names = append(s.Names[:len(s.Names):len(s.Names)], p.variable())
		if !p.acceptKind(tokColonEq) {
			p.expectKind(tokEq)
		}
		tuple.Fields = append(tuple.Fields, Field{Value: p.expr()})
	}
	tuple.Span = p.span(start)
	s.Value = tuple
}

// variable reads a variable's name, with its path.
func (p *parser) variable() Ident {
	t := p.tok()
	if !isLabel(t) && t.kind != tokParam && t.kind != tokSysVar {
		p.failExpected("a variable")
	}
	p.next()
	id := p.identOf(t)
	for p.atKind(tokDot) && isLabel(p.peek(1)) {
		p.next()
		p.next()
		id.End = p.end()
		id.Name = p.src[id.Pos:id.End]
		id.Hash = Fold(id.Name)
	}
	return id
}

// begin reads BEGIN … [EXCEPTION WHEN ERROR THEN …] END, or a transaction.
func (p *parser) begin() Stmt {
	if n := p.peek(1); n.kind == tokSemicolon || n.kind == tokEOF || n.kw == kwTransaction || n.kw == kwWork || n.kw == kwTran {
		return p.other()
	}
	p.next()
	if p.at(kwTry) || p.at(kwCatch) || p.atWord("atomic") {
		p.next()
	}
	b := &Block{Body: p.body()}
	if p.accept(kwException) {
		b.Ends = []int{len(b.Body)}
		for p.accept(kwWhen) {
			for !p.at(kwThen) && !p.atKind(tokEOF) && !p.atKind(tokSemicolon) {
				p.next()
			}
			p.expect(kwThen)
			b.alternative(p.body())
		}
	}
	p.expect(kwEnd)
	switch {
	case p.accept(kwTry):
		p.acceptKind(tokSemicolon)
		if !p.at2(kwBegin, kwCatch) {
			return b
		}
		p.next()
		p.next()
		b.Ends = []int{len(b.Body)}
		b.alternative(p.body())
		p.expect(kwEnd)
		p.expect(kwCatch)
	case p.accept(kwCatch), p.d.BracketIdent:
	case isLabel(p.tok()) && !p.endsBody():
		p.next() // a label
	}
	return b
}

// ifBlock reads IF c THEN … ELSEIF … ELSE … END IF, and SQL Server's IF c stmt.
func (p *parser) ifBlock() Stmt {
	p.next()
	b := &Block{Conds: []Expr{p.expr()}}
	if !p.accept(kwThen) {
		if !p.d.BracketIdent {
			p.failExpected("keyword THEN")
		}
		p.enter()
		b.alternative([]Stmt{p.statementBody()})
		p.acceptKind(tokSemicolon)
		if b.Optional = !p.accept(kwElse); !b.Optional {
			b.alternative([]Stmt{p.statementBody()})
		}
		p.leave()
		return b
	}
	b.alternative(p.body())
	for p.acceptAny(kwElseif, kwElsif) {
		b.Conds = append(b.Conds, p.expr())
		p.expect(kwThen)
		b.alternative(p.body())
	}
	if b.Optional = !p.accept(kwElse); !b.Optional {
		b.alternative(p.body())
	}
	p.expect(kwEnd)
	p.expect(kwIf)
	return b
}

// alternative adds statements that run instead of those before them.
func (b *Block) alternative(body []Stmt) {
	b.Body = append(b.Body, body...)
	b.Ends = append(b.Ends, len(b.Body))
}

// caseBlock reads CASE [x] WHEN c THEN … END CASE.
func (p *parser) caseBlock() Stmt {
	p.next()
	b := &Block{}
	if !p.at(kwWhen) {
		b.Conds = append(b.Conds, p.expr())
	}
	for p.accept(kwWhen) {
		b.Conds = append(b.Conds, p.expr())
		p.expect(kwThen)
		b.alternative(p.body())
	}
	if b.Optional = !p.accept(kwElse); !b.Optional {
		b.alternative(p.body())
	}
	p.expect(kwEnd)
	if !p.accept(kwCase) && !p.d.Stages {
		p.failExpected("keyword CASE")
	}
	return b
}

// loop reads LOOP, WHILE, REPEAT and FOR.
func (p *parser) loop() Stmt {
	b := &Block{Loop: true, Optional: p.atAny(kwWhile, kwFor)}
	switch kw := p.tok().kw; kw {
	case kwLoop:
		p.next()
		b.Body = p.body()
		p.expect(kwEnd)
		p.expect(kwLoop)
	case kwRepeat:
		p.next()
		b.Body = p.body()
		p.expect(kwUntil)
		b.Conds = append(b.Conds, p.expr())
		p.expect(kwEnd)
		p.expect(kwRepeat)
	case kwWhile:
		p.next()
		p.inScript++ // DO is no alias here
		b.Conds = append(b.Conds, p.expr())
		p.inScript--
		if !p.acceptAny(kwDo, kwLoop) {
			if !p.d.BracketIdent {
				p.failExpected("keyword DO")
			}
			p.enter()
			b.Body = append(b.Body, p.statementBody())
			p.leave()
			return b
		}
		b.Body = p.body()
		p.expect(kwEnd)
		if !p.accept(kwWhile) {
			p.expect(kwLoop)
		}
	default:
		p.next()
		b.ForVar = p.label("a variable")
		var targets []Stmt
		if p.atKind(tokComma) { // PostgreSQL's FOR a, b IN query
			targets = append(targets, p.forTargets(b))
		}
		if p.accept(kwAs) {
			b.ForRows = p.query()
		} else {
			p.inScript++ // DO is no alias here
			p.forRows(b)
			p.inScript--
		}
		if !p.accept(kwDo) {
			p.expect(kwLoop)
		}
		b.Body = append(targets, p.body()...)
		p.expect(kwEnd)
		if !p.accept(kwLoop) {
			p.expect(kwFor)
		}
	}
	if isLabel(p.tok()) && p.tok().kw == 0 {
		p.next() // a label
	}
	return b
}

// execute reads EXECUTE IMMEDIATE sql [INTO vars] [USING values].
func (p *parser) execute() Stmt {
	if n := p.peek(1); p.d.BracketIdent && n.kind == tokLParen { // SQL Server's EXEC ('…')
		p.next()
		p.next()
		e := &Execute{SQL: p.expr()}
		p.expectKind(tokRParen)
		return e
	}
	switch {
	case p.peek(1).kw == kwImmediate:
		p.next()
	case p.d.DeclareSection && p.inScript > 0: // PostgreSQL's in a block
	case p.d.BracketIdent && p.procedureAhead():
		return p.exec()
	default:
		return p.other()
	}
	p.next()
	e := &Execute{SQL: p.expr()}
	if p.accept(kwInto) {
		e.Into = p.intoNames()
	}
	if p.accept(kwUsing) {
		paren := p.d.Stages && p.acceptKind(tokLParen) // Snowflake's list
		m := len(p.exprs)
		for {
			x := p.expr()
			if p.accept(kwAs) {
				a := &NamedArg{Value: x, Alias: true, Name: p.identLists.List([]Ident{p.label("a name")})}
				a.Span = p.span(x.Extent().Pos)
				x = a
			}
			p.exprs = append(p.exprs, x)
			if !p.acceptKind(tokComma) {
				break
			}
		}
		e.Using = p.takeExprs(m)
		if paren {
			p.expectKind(tokRParen)
		}
	}
	return e
}

// procedureAhead reports whether EXEC names a procedure of the user's.
func (p *parser) procedureAhead() bool {
	t := p.peek(1)
	if t.kind == tokParam && p.peek(2).kind == tokEq {
		t = p.peek(3)
	}
	return isLabel(t) && !strings.HasPrefix(strings.ToLower(t.text(p.src)), "sp_")
}

// exec reads SQL Server's EXEC [@r =] p 1, @a = @b OUTPUT. An argument that has a
// name is a NamedArg.
func (p *parser) exec() Stmt {
	p.next()
	if p.atKind(tokParam) {
		p.next()
		p.next()
	}
	c := &CallStmt{Name: p.dotted("a procedure")}
	m := len(p.exprs)
	more := !p.newLine() || p.atKind(tokParam) // behind a comma the list goes on in the next line
	for more && !p.atKind(tokSemicolon) && !p.atKind(tokEOF) && !p.endsBody() && !p.nextStatement() && !p.at(kwWith) {
		start := p.pos()
		if t := p.tok(); t.kind == tokParam && p.peek(1).kind == tokEq {
			p.next()
			p.next()
			a := &NamedArg{Name: p.identLists.List([]Ident{p.identOf(t)}), Value: p.expr()}
			a.Span = p.span(start)
			p.exprs = append(p.exprs, a)
		} else {
			p.exprs = append(p.exprs, p.expr())
		}
		p.acceptAny(kwOutput, kwOut)
		more = p.acceptKind(tokComma)
	}
	c.Args = p.takeExprs(m)
	return c
}

// do reads PostgreSQL's DO $$ … $$ as the block that it runs.
func (p *parser) do() Stmt {
	save := p.i
	p.next()
	if p.accept(kwLanguage) {
		p.next()
	}
	if !p.atKind(tokString) || !p.beginsBlock(p.tok()) {
		p.i = save
		return p.other()
	}
	b := &Block{Body: p.textStatements(p.tok())}
	if b.Body == nil {
		p.i = save
		return p.other()
	}
	p.next()
	if p.accept(kwLanguage) {
		p.next()
	}
	return b
}

// undrop reads UNDROP TABLE name.
func (p *parser) undrop() Stmt {
	save := p.i
	p.next()
	p.next()
	u := &Undrop{Name: p.dotted("a table")}
	if !p.atKind(tokSemicolon) && !p.atKind(tokEOF) {
		p.i = save
		return p.other()
	}
	return u
}

// callsProcedure reports whether Oracle's call of a procedure begins here.
func (p *parser) callsProcedure() bool {
	if p.inScript == 0 || !p.d.DeclareSection || p.d.IdentCase != UpperCase || p.d.Stages || !p.isName(p.tok()) {
		return false
	}
	for i := p.i + 1; i+1 < len(p.toks) && p.toks[i].kind != tokSemicolon; i += 2 {
		if p.toks[i].kind == tokLParen {
			return true
		}
		if p.toks[i].kind != tokDot {
			return false
		}
	}
	return true
}

func (p *parser) callStmt() Stmt {
	if p.at(kwCall) {
		p.next()
	}
	c := &CallStmt{Name: p.dotted("a procedure")}
	if p.atKind(tokLParen) {
		x := p.call(p.pos(), nil, c.Name).(*Call)
		c.Args = x.Args
	}
	return c
}

// export reads EXPORT DATA … AS query.
func (p *parser) export() Stmt {
	if p.peek(1).kw != kwData {
		return p.other()
	}
	p.next()
	p.next()
	if p.accept(kwWith) {
		p.expect(kwConnection)
		p.dotted("a connection")
	}
	if p.accept(kwOptions) {
		p.skipParens()
	}
	p.expect(kwAs)
	return &Export{Query: p.query()}
}
