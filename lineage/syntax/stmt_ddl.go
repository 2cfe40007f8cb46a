package syntax

import "strings"

// create reads CREATE of anything. What is neither table, view, function nor
// procedure is an OtherStmt.
func (p *parser) create() Stmt {
	from := p.i
	p.next()
	temp, materialized, aggregate := false, false, false
	for {
		switch {
		case p.accept2(kwOr, kwReplace), p.accept2(kwOr, kwAlter), p.accept2(kwOr, kwRefresh), p.acceptAny(kwPublic, kwPrivate, kwGlobal, kwLocal, kwSecure,
			kwUnlogged, kwTransient, kwVolatile, kwExternal, kwForeign, kwRecursive, kwLive, kwStreaming, kwIceberg, kwDynamic,
			kwHybrid, kwForce, kwUndefined, kwEvent, kwInvoker):
		case p.acceptAny(kwTemp, kwTemporary):
			temp = true
		case p.accept(kwMaterialized):
			materialized = true
		case p.accept(kwAggregate):
			aggregate = true
		case p.accept(kwSnapshot):
		case p.at(kwAlgorithm):
			p.next()
			p.expectKind(tokEq)
			p.next()
		case p.at(kwDefiner):
			p.next()
			p.expectKind(tokEq)
			p.definer()
		case p.at(kwSQL) && p.peek(1).kw == kwSecurity:
			p.i += 3
			p.i = min(p.i, len(p.toks)-1)
		case p.accept(kwView):
			return p.createView(temp, materialized)
		case p.at2(kwTable, kwFunction):
			p.next()
			p.next()
			f := p.createFunction(temp, false).(*CreateFunction)
			if s, ok := f.Body.(*Subquery); ok {
				f.Query, f.Body = s.Query, nil
			}
			return f
		case p.accept(kwTable):
			return p.createTable(temp)
		case p.acceptAny(kwFunction, kwMacro):
			return p.createFunction(temp, aggregate)
		case p.acceptAny(kwProcedure, kwProc):
			return p.createProcedure()
		default:
			if s := p.createAs(); s != nil {
				return s
			}
			p.skipCreate()
			s := &OtherStmt{Keyword: "CREATE"}
			p.hides(s, from)
			return s
		}
	}
}

// createAs reads the query of CREATE MODEL … AS, or the statement of CREATE TASK …
// AS; nil if there is none.
func (p *parser) createAs() Stmt {
	if !p.atWord("model") && !p.atWord("task") {
		return nil
	}
	start, model := p.i, p.atWord("model")
	for !p.atKind(tokEOF) && !p.atKind(tokSemicolon) {
		switch {
		case p.atKind(tokLParen):
			p.skipParens()
			continue
		case p.at(kwAs):
			p.next()
			switch {
			case p.atQuery() || p.queryInParens():
				if model {
					return &Export{Query: p.query()}
				}
				return p.statementBody()
			case !model && p.atAny(kwInsert, kwMerge, kwUpdate, kwDelete, kwCall, kwTruncate):
				return p.statementBody()
			}
			p.i = start
			return nil
		}
		p.next()
	}
	p.i = start
	return nil
}

// definer skips the account of MySQL's DEFINER = `a`@`b`.
func (p *parser) definer() {
	p.next()
	if p.atKind(tokParam) {
		p.next()
		return
	}
	if p.acceptKind(tokAt) {
		p.next()
	}
	if p.atKind(tokLParen) {
		p.skipParens()
	}
}

// skipCreate skips a CREATE that has no meaning for lineage; the body of a
// trigger or event may hold statements of its own.
func (p *parser) skipCreate() {
	level := 0
	for {
		t := p.tok()
		switch t.kind {
		case tokEOF:
			return
		case tokSemicolon:
			if level <= 0 {
				return
			}
		case tokLParen:
			p.skipParens()
			continue
		case tokIdent:
			switch t.kw {
			case kwBegin, kwCase:
				level++
			case kwEnd:
				switch p.peek(1).kw {
				case kwIf, kwLoop, kwWhile, kwRepeat, kwFor:
				default:
					level--
				}
			}
		}
		p.next()
	}
}

// ifNotExists skips IF NOT EXISTS.
func (p *parser) ifNotExists() {
	if p.at(kwIf) && p.peek(1).kw == kwNot {
		p.next()
		p.next()
		p.expect(kwExists)
	}
}

// createView reads the rest of CREATE VIEW.
func (p *parser) createView(temp, materialized bool) Stmt {
	v := &CreateView{Temp: temp, Materialized: materialized}
	p.ifNotExists()
	v.Name = p.dotted("a view")
	named := true // only a list right behind the name lists columns
	for v.Query == nil {
		n := p.peek(1)
		switch t := p.tok(); {
		case t.kw == kwAs:
			p.next()
			if n.kw == kwReplica {
				p.skipStatement()
				return v
			}
			v.Query = p.query()
		case t.kind == tokLParen && named && isLabel(n):
			v.Columns = p.columnNames()
			named = false
		case t.kw == kwPartition && n.kw == kwBy, t.kw == kwCluster && n.kw == kwBy:
			p.next()
			p.next()
			p.ddlExprs()
		case t.kind == tokLParen:
			p.skipParens()
		case t.kind == tokEOF || t.kind == tokSemicolon || t.kind == tokInvalid:
			p.failExpected("keyword AS")
		default:
			p.next() // OPTIONS, COMMENT, COPY GRANTS, WITH …
			named = false
		}
	}
	if p.at(kwWith) { // WITH CHECK OPTION, WITH NO DATA, WITH NO SCHEMA BINDING
		p.skipStatement()
	}
	return v
}

// columnNames reads (a, b COMMENT 'x', c INT OPTIONS(…)) as names.
func (p *parser) columnNames() []Ident {
	m := len(p.idents)
	p.expectKind(tokLParen)
	for !p.atKind(tokRParen) {
		if p.at(kwConstraint) && p.d.SortBy && isLabel(p.peek(1)) { // Databricks' CONSTRAINT c EXPECT (…)
			p.next()
			p.next()
		} else {
			p.idents = append(p.idents, p.label("a column"))
		}
		p.skipDefinition()
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return p.takeIdents(m)
}

// drop reads DROP kind [IF EXISTS] name.
func (p *parser) drop() Stmt {
	p.next()
	d := &Drop{}
	start := p.pos()
	for isLabel(p.tok()) && p.atAny(kwTable, kwView, kwMaterialized, kwFunction, kwProcedure, kwSchema, kwDatabase, kwExternal, kwSnapshot,
		kwModel, kwIndex, kwTemporary, kwTemp, kwSequence, kwType, kwSearch, kwAggregate, kwTrigger, kwMacro, kwDynamic, kwForeign) {
		p.next()
	}
	d.Kind = strings.ToUpper(p.src[start:max(start, p.end())])
	p.accept2(kwIf, kwExists)
	if p.isName(p.tok()) {
		d.Name = p.dotted("a name")
		for p.atKind(tokComma) && p.isName(p.peek(1)) {
			p.next()
			d.More = append(d.More, p.dotted("a name"))
		}
	}
	p.skipDrop()
	return d
}

// skipDrop skips what stands behind the names: CASCADE, the arguments of a
// function, the table of an index.
func (p *parser) skipDrop() {
	for p.d.BracketIdent && !p.atKind(tokSemicolon) && !p.atKind(tokEOF) {
		if p.newLine() && (p.nextStatement() || p.skippedStarts() || p.endsBody()) {
			return
		}
		p.next()
	}
	p.skipStatement()
}
