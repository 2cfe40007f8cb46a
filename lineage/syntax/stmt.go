package syntax

import (
	"fmt"
	"strings"
)

// script reads all statements of the text.
func (p *parser) script() []Stmt {
	var list []Stmt
	for {
		for p.acceptKind(tokSemicolon) || p.slashLine() {
		}
		if p.atKind(tokEOF) {
			return list
		}
		if len(p.errs) >= maxErrors {
			list = append(list, p.badStmt(p.i, len(p.toks)-1))
			p.i = len(p.toks) - 1
			return list
		}
		list = append(list, p.statement())
	}
}

// statement reads one statement up to its semicolon. One that cannot be read
// becomes a BadStmt.
func (p *parser) statement() (s Stmt) {
	m, errs := p.mark(), len(p.errs)
	script := p.inScript
	p.into, p.intoVars, p.returned, p.moreAliases, p.joined = nil, nil, nil, nil, 0
	defer p.rescue(m, func(m mark) {
		p.inScript = script
		if script > 0 && p.gaveUp {
			p.unwind(true) // to the statement around all blocks
		}
		to := p.statementEnd(m.i, p.i)
		if from := p.dropStray(m.i, to, errs); from > m.i {
			p.i = from
			s = p.statement()
			sortErrors(p.errs[errs:])
			return
		}
		p.gaveUp = false
		s = p.badStmt(m.i, to)
		p.i = to
	})
	s = p.statementBody()
	if p.returned != nil && p.inScript > 0 && p.at(kwInto) {
		s = p.returningInto(s)
	}
	if !p.atKind(tokSemicolon) && !p.atKind(tokEOF) && !p.endsBody() && !p.nextStatement() && !p.separated(s) {
		if q, ok := s.(*QueryStmt); !ok || !p.trailing(m.i, q) {
			p.failExpected("the end of the statement")
		}
	}
	return s
}

// body reads the statements of a block, up to a word that ends it.
func (p *parser) body() []Stmt {
	p.enter()
	p.inScript++
	if p.inScript > maxBlocks {
		p.failFatal(fmt.Sprintf("blocks nested more than %d levels deep", maxBlocks), "")
	}
	var list []Stmt
	for {
		for p.acceptKind(tokSemicolon) {
		}
		if p.atKind(tokEOF) || p.endsBody() {
			break
		}
		list = append(list, p.statement())
	}
	p.inScript--
	p.leave()
	return list
}

// setSpan sets the span of a statement.
func (x *stmt) setSpan(s Span) { x.Span = s }

func (p *parser) statementBody() Stmt {
	start := p.pos()
	p.hint()
	s := p.statementKind()
	if b, ok := s.(interface{ setSpan(Span) }); ok {
		b.setSpan(p.span(start))
	}
	return s
}

func (p *parser) statementKind() Stmt {
	t, n := p.tok(), p.peek(1)
	if t.kind == tokIdent && n.kind == tokColon && p.peek(2).kind == tokIdent && t.kw == 0 { // a label
		p.next()
		p.next()
		s := p.statementBody()
		if b, ok := s.(*Block); ok {
			b.Label = p.identOf(t)
		}
		return s
	}
	if t.kind == tokShiftLeft && p.d.DeclareSection && isLabel(n) { // PostgreSQL's <<label>>
		p.next()
		p.next()
		p.expectKind(tokGt)
		p.expectKind(tokGt)
		s := p.statementBody()
		if b, ok := s.(*Block); ok {
			b.Label = p.identOf(n)
		}
		return s
	}
	if p.assigns() {
		return p.assignment()
	}
	switch t.kw {
	case kwSelect, kwValues, kwFrom:
		if t.kw == kwFrom && p.insertsAhead() {
			return p.inserts()
		}
		return p.queryStmt(nil)
	case kwWith:
		w := p.with()
		switch p.tok().kw {
		case kwInsert:
			return p.insert(w)
		case kwUpdate:
			return p.update(w)
		case kwDelete:
			return p.delete(w)
		case kwMerge:
			return p.merge(w)
		}
		return p.queryStmt(w)
	case kwCreate:
		return p.create()
	case kwInsert, kwReplace:
		if n.kind != tokLParen {
			if p.insertAllAhead() {
				return p.insertAll()
			}
			return p.insert(nil)
		}
	case kwUpdate:
		return p.update(nil)
	case kwDelete:
		return p.delete(nil)
	case kwMerge:
		return p.merge(nil)
	case kwTruncate:
		return p.truncate()
	case kwAlter:
		return p.alter()
	case kwLoad:
		return p.load()
	case kwDrop:
		return p.drop()
	case kwDeclare:
		if s, ok := p.declarations(); ok {
			return s
		}
		return p.declare()
	case kwReturn:
		return p.returns()
	case kwFetch:
		return p.fetch()
	case kwOpen:
		return p.open()
	case kwDo:
		if p.d.DollarQuotes && !p.d.Stages {
			return p.do()
		}
	case kwUndrop:
		if n.kw == kwTable {
			return p.undrop()
		}
	case kwSet:
		return p.setVar()
	case kwBegin:
		return p.begin()
	case kwIf:
		return p.ifBlock()
	case kwCase:
		return p.caseBlock()
	case kwLoop, kwWhile, kwRepeat, kwFor:
		return p.loop()
	case kwExecute, kwExec:
		return p.execute()
	case kwCall:
		return p.callStmt()
	case kwLeave, kwBreak, kwContinue, kwIterate, kwExit:
		return p.leaves()
	case kwAssert:
		p.next()
		a := &Assert{X: p.expr()}
		if p.accept(kwAs) {
			p.expr()
		}
		return a
	case kwExport:
		return p.export()
	case kwCopy:
		if n.kind == tokLParen {
			p.next()
			if p.queryInParens() {
				q := p.parenQuery()
				p.skipStatement() // TO a file
				return &Export{Query: q}
			}
			p.i--
		}
	case kwExplain:
		return p.explain()
	case kwPivot, kwUnpivot, kwTable, kwPivotWider, kwPivotLonger, kwSummarize:
		return p.queryStmt(nil)
	}
	if t.kind == tokLParen && p.queryInParens() {
		return p.queryStmt(nil)
	}
	switch {
	case p.d.Stages && p.atWord("let") && isLabel(n):
		return p.let()
	case p.inScript > 0 && p.atWord("get") && isLabel(n): // GET DIAGNOSTICS
		return p.other()
	case p.d.DeclareSection && p.inScript > 0 && p.atWord("perform"):
		return p.perform()
	case p.d.DeclareSection && p.inScript > 0 && p.atWord("foreach"):
		t.kw = kwFor
		return p.loop()
	case p.d.BracketIdent && n.kind == tokLParen && p.atWord("raiserror"):
		return p.other()
	case t.kw == 0 && p.callsProcedure():
		return p.callStmt()
	}
	if p.d.DashPaths && p.atWord("graph") && p.isName(n) {
		return p.graphStmt()
	}
	if t.kind == tokIdent && otherStatements.has(t.kw) {
		return p.other()
	}
	p.failExpected("a statement")
	return nil
}

// queryStmt reads a query; with is the clause if it has been read.
func (p *parser) queryStmt(with *With) Stmt {
	var q *Query
	if with == nil {
		q = p.query()
	} else {
		p.enter()
		q = p.queries.One()
		q.With = with
		q.Body = p.setOps(p.pos(), nil)
		p.queryTail(q)
		q.Span = p.span(with.Pos)
		p.leave()
	}
	if p.at(kwInto) { // MySQL's INTO at the end
		p.intoClause()
	}
	if p.into != nil {
		return &CreateTable{Name: p.into, Query: q, Temp: strings.HasPrefix(p.into[0].Name, "#")}
	}
	s := &QueryStmt{Query: q, Into: p.intoVars}
	p.intoVars = nil
	if sel, ok := q.Body.(*Select); ok && p.d.BracketIdent && len(s.Into) == 0 { // SQL Server's SELECT @x = …
		for i := range sel.Items {
			if a := sel.Items[i].Alias; strings.HasPrefix(a.Name, "@") {
				s.Into = append(s.Into, a)
			}
		}
		if len(s.Into) != len(sel.Items) {
			s.Into = nil
		}
	}
	return s
}

// otherStatements are the first words of statements that move no data between
// columns.
var otherStatements = newKeywordSet("ALTER GRANT REVOKE COMMENT ANALYZE VACUUM SHOW USE DESCRIBE DESC COMMIT ROLLBACK START " +
	"SAVEPOINT RELEASE LOCK UNLOCK REFRESH OPTIMIZE PRAGMA ATTACH DETACH INSTALL LOAD COPY UNLOAD PUT LIST REMOVE RENAME UNDROP " +
	"UNSET RESET BREAK LEAVE CONTINUE ITERATE RETURN RAISE EXIT CACHE UNCACHE CLEAR MSCK REPAIR CLUSTER REINDEX CHECKPOINT " +
	"DISCARD NOTIFY LISTEN PREPARE DEALLOCATE KILL FLUSH IMPORT MODULE DEFINE RUN PRINT GO DBCC BACKUP RESTORE DELIMITER " +
	"ABORT ASSERT_ROWS_MODIFIED SIGNAL RESIGNAL OPEN CLOSE FETCH NULL DO CHECK SYSTEM EXCHANGE ADD FORMAT EXPORT DENY TABLE HANDLER " +
	"PURGE WAITFOR THROW CLONE BATCH ELSE END REASSIGN SECURITY EXECUTE")

// other skips a statement that moves no data between columns.
func (p *parser) other() Stmt {
	s := &OtherStmt{Keyword: strings.ToUpper(p.tok().text(p.src))}
	from := p.i
	defer func() {
		if !p.unwinding { // else the statement is a BadStmt
			p.hides(s, from)
		}
	}()
	lines := p.d.BracketIdent && !p.atAny(kwGrant, kwRevoke, kwDeny, kwAlter)
	p.next()
	for lines && !p.atKind(tokSemicolon) && !p.atKind(tokEOF) {
		switch {
		case p.newLine() && (p.nextStatement() || p.skippedStarts() || p.endsBody()):
			return s
		case p.atKind(tokLParen):
			p.skipParens()
			continue
		case p.atKind(tokInvalid):
			p.failExpected("the end of the statement")
		}
		p.next()
	}
	p.skipStatement()
	return s
}

// leaves reads LEAVE, CONTINUE and the like, with the label that they name and
// their condition.
func (p *parser) leaves() Stmt {
	s := &OtherStmt{Keyword: strings.ToUpper(p.tok().text(p.src))}
	p.next()
	if p.isName(p.tok()) && !p.at(kwWhen) && !p.endsBody() && !p.nextStatement() && !p.skippedStarts() && !(p.d.BracketIdent && p.newLine()) {
		s.Label = p.identOf(p.tok())
		p.next()
	}
	if p.accept(kwWhen) {
		s.Cond = p.expr()
	}
	return s
}

// hides finds out whether a statement that was skipped from a token on holds a
// query, or a text that may be one.
func (p *parser) hides(s *OtherStmt, from int) {
	switch s.Keyword {
	case "EXEC", "EXECUTE", "PREPARE", "UNDROP", "EXCHANGE":
		s.Hides = true
		if n := &p.toks[min(from+1, p.i)]; n.kind == tokIdent {
			name := strings.ToLower(n.text(p.src))
			s.Hides = !strings.HasPrefix(name, "sp_") || name == "sp_executesql"
		}
	case "DO", "UNLOAD", "COPY", "CREATE":
		for i := from; i < p.i && !s.Hides; i++ {
			t := &p.toks[i]
			switch {
			case i <= from+3 && t.kind == tokIdent && EqualFold(t.text(p.src), "policy"): // FOR SELECT
				return
			case t.kw == kwSelect, t.kw == kwTrigger && i <= from+5, s.Keyword == "CREATE" && (t.kw == kwInsert || t.kw == kwMerge):
				s.Hides = true
			case t.kind == tokString && s.Keyword == "DO", t.kind == tokString && s.Keyword == "UNLOAD":
				s.Hides = true
			}
		}
	}
	if s.Hides {
		s.Tables = p.tablesIn(from, p.i)
	}
}

// explain reads the statement behind EXPLAIN as a statement that moves nothing.
func (p *parser) explain() Stmt {
	p.next()
	for p.atAny(kwAnalyze, kwVerbose, kwExtended, kwFormatted, kwPlan) {
		p.next()
	}
	p.skipStatement()
	return &OtherStmt{Keyword: "EXPLAIN"}
}
