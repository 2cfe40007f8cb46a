package syntax

// endsTable reports whether a token ends an item of FROM that could not be read.
func endsTable(t *token) bool {
	switch t.kw {
	case kwJoin, kwLeft, kwRight, kwFull, kwInner, kwCross, kwNatural, kwOn:
		return true
	}
	return t.kind == tokComma || endsClause(t)
}

// tableItem reads an item of FROM with what follows it. One that cannot be read
// becomes a BadTable.
func (p *parser) tableItem() (x TableExpr) {
	defer p.skip(p.mark(), endsTable, func(from, to int) {
		b := &BadTable{Span: p.tokensSpan(from, to)}
		for _, path := range p.namesIn(from, to) {
			b.Names = append(b.Names, path.Parts)
		}
		x = b
	})
	p.enter()
	if p.d.PrefixAlias && isLabel(p.tok()) && p.peek(1).kind == tokColon {
		x = p.prefixAlias()
	} else {
		x = p.tablePrimary()
	}
	for {
		y := p.tablePostfix(x)
		if y == nil {
			p.leave()
			p.skipJunk(x)
			return x
		}
		x = y
	}
}

// prefixAlias reads DuckDB's alias: table.
func (p *parser) prefixAlias() TableExpr {
	t := p.tok()
	a := p.aliases.One()
	a.Name = p.identOf(t)
	a.Span = Span{t.pos, t.end}
	p.next()
	p.next()
	x := p.tablePrimary()
	switch x := x.(type) {
	case *Table:
		x.Alias, x.Pos = a, t.pos
	case *Derived:
		x.Alias, x.Pos = a, t.pos
	case *TableFunc:
		x.Alias, x.Pos = a, t.pos
	case *Unnest:
		x.Alias, x.Pos = a, t.pos
	case *ParenTable:
		x.Alias, x.Pos = a, t.pos
	}
	return x
}

// skipJunk reports what stands behind a table and cannot, and skips it: the
// table itself was read well.
func (p *parser) skipJunk(x TableExpr) {
	if !p.junk() && !p.at(kwBy) || p.inScript > 0 || p.misspelled(p.i) {
		return
	}
	switch t := x.(type) {
	case *Table:
		if t.Alias != nil && t.Alias.Name.End == p.end() && p.misspelledAlias() {
			t.Alias, t.Span = nil, p.span(t.Pos)
			return
		}
	case *Derived:
		if t.Alias != nil && t.Alias.Name.End == p.end() && p.misspelledAlias() {
			t.Alias, t.Span = nil, p.span(t.Pos)
			return
		}
	}
	if !p.junk() {
		return
	}
	to, ok := p.findStop(p.i, p.i, endsTable)
	if !ok {
		p.failExpected(`"," or the next clause`)
	}
	p.report(Span{p.pos(), p.tok().end}, `expected "," or the next clause but found `+p.tok().describe(p.src), "")
	p.i = to
}

func (p *parser) tablePrimary() TableExpr {
	t := p.tok()
	n := p.peek(1)
	start := t.pos
	switch t.kind {
	case tokLParen:
		return p.parenTable()
	case tokString: // DuckDB's FROM 'file.csv'
		p.next()
		name := stringValue(p.src, t, p.d)
		x := p.tables.One()
		x.Name = p.identLists.List([]Ident{{Span: Span{t.pos, t.end}, Name: name, Hash: Fold(name), Quoted: true}})
		if p.d.Stages && p.atKind(tokLParen) { // '@stage' (FILE_FORMAT => f)
			p.skipParens()
		}
		return p.finishTable(x, start)
	case tokAt, tokParam:
		if p.d.Stages {
			return p.stage()
		}
		if t.kind == tokParam {
			x := p.tables.One()
			x.Name = p.dotted("a table")
			if p.atKind(tokLParen) {
				return p.tableFunc(start, x.Name, false)
			}
			return p.finishTable(x, start)
		}
	case tokIdent:
		switch {
		case t.kw == 0 && p.d.SortBy && p.atWord("stream"):
			if x := p.stream(start); x != nil {
				return x
			}
		case t.kw == kwUnpivot && p.d.ArrayAt && p.isName(n):
			return p.objectUnpivot(start)
		case t.kw == kwUnnest && n.kind == tokLParen:
			return p.unnest(false)
		case t.kw == kwLateral && n.kw != kwView:
			p.next()
			return p.lateral(start)
		case t.kw == kwOnly && isLabel(n) && n.kw != kwAs:
			p.next()
			x := p.tables.One()
			x.Only = true
			x.Name, x.OneQuoted = p.tablePath("a table")
			return p.finishTable(x, start)
		case t.kw == kwOnly && n.kind == tokLParen && p.d.TypedStrings && isLabel(p.peek(2)):
			p.i += 2 // PostgreSQL's ONLY (t)
			x := p.tables.One()
			x.Only = true
			x.Name, x.OneQuoted = p.tablePath("a table")
			p.expectKind(tokRParen)
			return p.finishTable(x, start)
		case t.kw == kwTable && n.kind == tokLParen:
			return p.tableOf(false)
		case t.kw == kwTable && p.isName(n) && n.kw != kwAs:
			p.next()
			return p.tablePrimary()
		case t.kw == kwValues && n.kind == tokLParen:
			q := p.queries.One()
			q.Body = p.values()
			q.Span = p.span(start)
			d := &Derived{Query: q}
			d.Alias = p.tableAlias(false)
			d.Span = p.span(start)
			return d
		case t.kw == kwRows && n.kw == kwFrom:
			p.next()
			p.next()
			return p.rowsFrom(start)
		case (t.kw == kwJSONTable || t.kw == kwXmltable) && n.kind == tokLParen:
			return p.documentTable()
		case t.kw == kwLeft || t.kw == kwRight:
			p.failExpected("a table")
		case n.kind == tokLParen && t.end-t.pos == 11 && EqualFold(p.src[t.pos:t.end], "graph_table"):
			return p.graphTable()
		case n.kind == tokLParen && p.d.Stages && isLabel(p.peek(2)) && p.atWord("semantic_view"):
			return p.semanticView(start)
		}
	}
	x := p.tables.One()
	x.Name, x.OneQuoted = p.tablePath("a table")
	if p.atKind(tokStar) && p.toks[p.i-1].kind == tokDot {
		p.next()
	}
	if p.atKind(tokLParen) && !p.tableHintAhead() {
		return p.tableFunc(start, x.Name, false)
	}
	return p.finishTable(x, start)
}

// stream reads Databricks' STREAM t and STREAM(t), which is t; nil if the word is
// a table's own name.
func (p *parser) stream(start Pos) TableExpr {
	n := p.peek(1)
	switch {
	case p.isName(n) && (n.kw == 0 || n.kw == kwLive && p.peek(2).kind == tokDot):
		p.next()
		return p.tablePrimary()
	case n.kind == tokLParen && isLabel(p.peek(2)):
		i := 3
		for p.peek(i).kind == tokDot && isLabel(p.peek(i+1)) {
			i += 2
		}
		if p.peek(i).kind != tokRParen {
			return nil
		}
		p.i += 2
		x := p.tables.One()
		x.Name, x.OneQuoted = p.tablePath("a table")
		p.next()
		return p.finishTable(x, start)
	}
	return nil
}

// objectUnpivot reads Redshift's UNPIVOT x AS value AT name in FROM: one row for
// each attribute of an object.
func (p *parser) objectUnpivot(start Pos) TableExpr {
	p.next()
	u := &Unnest{Keyed: true, Arrays: []Field{{Value: p.path()}}}
	a := p.aliases.One()
	aliasStart := p.pos()
	if p.accept(kwAs) || p.isName(p.tok()) && !p.at(kwAt) {
		id := p.label("an alias")
		a.Columns = []Ident{{Span: id.Span}, id}
	}
	if p.accept(kwAt) {
		id := p.label("an alias")
		if a.Columns == nil {
			a.Columns = []Ident{id}
		} else {
			a.Columns[0] = id
		}
	}
	a.Span = p.span(aliasStart)
	u.Alias = a
	u.Span = p.span(start)
	return u
}

// finishTable reads the version, the alias and the offset of a table.
func (p *parser) finishTable(x *Table, start Pos) TableExpr {
	if p.atKind(tokStar) && p.d.IdentDollar { // PostgreSQL's t*
		p.next()
	}
	p.hint()
	if t := p.tok(); t.kind == tokParam && p.d.SortBy && p.toks[p.i-1].end == t.pos { // Delta's t@v3
		p.next()
	}
	x.SystemTime = p.tableVersion()
	p.tableHints()
	x.Alias = p.tableAlias(false)
	if x.SystemTime == nil {
		x.SystemTime = p.tableVersion()
	}
	p.tableHints()
	x.WithOffset = p.withOffset()
	if p.d.ArrayAt && p.at(kwAt) && isLabel(p.peek(1)) { // Redshift's FROM t.list AS x AT i
		p.next()
		id := p.label("an alias")
		x.WithOffset = &id
	}
	p.hint()
	x.Span = p.span(start)
	return x
}

// tableVersion reads FOR SYSTEM_TIME AS OF, AT (…), VERSION AS OF and the like,
// and returns the point in time.
func (p *parser) tableVersion() Expr {
	t, n := p.tok(), p.peek(1)
	switch t.kw {
	case kwFor:
		switch n.kw {
		case kwSystemTime, kwSystem, kwTimestamp, kwVersion, kwSystemVersion:
		default:
			return nil
		}
		p.next()
		if p.accept(kwSystem) && !p.acceptAny(kwTime, kwVersion) {
			p.failExpected("keyword TIME")
		}
		p.acceptAny(kwSystemTime, kwTimestamp, kwVersion, kwSystemVersion)
		return p.versionPoint()
	case kwVersion, kwTimestamp, kwSystemTime, kwSystemVersion:
		if n.kw != kwAs || p.peek(2).kw != kwOf {
			return nil
		}
		p.next()
		return p.versionPoint()
	case kwAt, kwBefore, kwChanges, kwEnd:
		if n.kind != tokLParen || !p.d.SemiAccess && !p.d.StructBraces {
			return nil
		}
		p.next()
		c := &Call{}
		p.next()
		m := len(p.exprs)
		p.callArgs(c)
		p.exprs = append(p.exprs, c.Args...)
		p.takeExprs(m)
		p.expectKind(tokRParen)
		var x Expr
		if len(c.Args) > 0 {
			x = c.Args[len(c.Args)-1]
			if a, ok := x.(*NamedArg); ok {
				x = a.Value
			}
		}
		if y := p.tableVersion(); x == nil || t.kw == kwChanges {
			x = y
		}
		return x
	}
	return nil
}

// versionPoint reads AS OF x, ALL, FROM x TO y, BETWEEN x AND y.
func (p *parser) versionPoint() Expr {
	switch {
	case p.accept(kwAll):
		return nil
	case p.accept(kwBetween):
		x := p.exprAbove(precCompare)
		p.expect(kwAnd)
		return p.pair(x, p.exprAbove(precCompare))
	case p.accept(kwFrom):
		x := p.exprAbove(precCompare)
		p.expect(kwTo)
		return p.pair(x, p.exprAbove(precCompare))
	case p.accept(kwContained):
		p.expect(kwIn)
		var x Expr
		for _, y := range p.parenExprs() {
			x = p.pair(x, y)
		}
		return x
	}
	p.expect(kwAs)
	p.expect(kwOf)
	return p.exprAbove(precAnd)
}

// tableHintAhead reports whether SQL Server's old (NOLOCK) stands here.
func (p *parser) tableHintAhead() bool {
	return p.d.BracketIdent && p.atKind(tokLParen) && (p.peek(1).kw == kwNolock || p.peek(1).kw == kwReadpast) && p.peek(2).kind != tokLParen
}

// tableHints skips WITH (NOLOCK), USE INDEX (i), PARTITION (p), FINAL.
func (p *parser) tableHints() {
	for {
		n := p.peek(1)
		switch {
		case p.at(kwWith) && n.kind == tokLParen && !p.atQuery():
			p.next()
			p.skipParens()
		case p.tableHintAhead():
			p.skipParens()
		case p.atAny(kwUse, kwForce, kwIgnore) && (n.kw == kwIndex || n.kw == kwKey):
			p.next()
			p.next()
			if p.accept(kwFor) {
				for !p.atKind(tokLParen) && !p.atKind(tokEOF) {
					p.next()
				}
			}
			p.skipParens()
		case p.at(kwPartition) && n.kind == tokLParen:
			p.next()
			p.skipParens()
		case p.at(kwIndexed) && n.kw == kwBy:
			p.next()
			p.next()
			p.label("an index")
		case p.at(kwNot) && n.kw == kwIndexed:
			p.next()
			p.next()
		case p.at(kwFinal) && p.d.ArrayJoin:
			p.next()
		default:
			return
		}
	}
}

// tableAlias reads [AS] name [(columns)]; nil if there is none. With required
// set AS must stand there.
func (p *parser) tableAlias(required bool) *Alias {
	t := p.tok()
	start := t.pos
	switch {
	case t.kw == kwAs && (isLabel(p.peek(1)) || p.peek(1).kind == tokString && p.d.StringAlias):
		if p.peek(1).kw == kwOf {
			return nil
		}
		p.next()
		t = p.tok()
	case required:
		return nil
	case t.kind == tokQuoted:
	case !p.isName(t) || p.isTableWord(t):
		return nil
	}
	if !isLabel(t) && t.kind != tokString {
		return nil
	}
	p.next()
	a := p.aliases.One()
	if t.kind == tokString {
		name := stringValue(p.src, t, p.d)
		a.Name = Ident{Span: Span{t.pos, t.end}, Name: name, Hash: Fold(name), Quoted: true}
	} else {
		a.Name = p.identOf(t)
	}
	if p.atKind(tokLParen) && isLabel(p.peek(1)) && !p.tableHintAhead() {
		if k := p.peek(2).kind; k == tokComma || k == tokRParen {
			a.Columns = p.parenNames("a column")
		}
	}
	a.Span = p.span(start)
	return a
}

// isTableWord reports whether an unreserved word goes on with the FROM clause
// here rather than being an alias.
func (p *parser) isTableWord(t *token) bool {
	if t.kind != tokIdent || t.kw == 0 {
		return false
	}
	n := p.peek(1)
	switch t.kw {
	case kwPivot, kwUnpivot, kwMatchRecognize, kwSample, kwChanges, kwBefore, kwPartition, kwMatchCondition:
		if n.kind == tokLParen {
			return true
		}
		return t.kw == kwUnpivot && (n.kw == kwInclude || n.kw == kwExclude) || t.kw == kwSample && (n.kind == tokInt || n.kind == tokFloat || isLabel(n) && p.peek(2).kind == tokLParen)
	case kwAt:
		return n.kind == tokLParen || p.d.ArrayAt
	case kwTablesample, kwLateral, kwOuter, kwFull:
		return true
	case kwSemi, kwAnti, kwAsof, kwPositional, kwGlobal, kwStraightJoin:
		return t.kw == kwStraightJoin || n.kw == kwJoin || n.kw == kwLeft || n.kw == kwInner || n.kw == kwAny || n.kw == kwAll
	case kwAny, kwArray, kwHash, kwLookup, kwBroadcast:
		return n.kw == kwJoin || n.kw == kwLeft || n.kw == kwInner
	case kwSet:
		return true
	case kwOutput:
		return p.d.BracketIdent
	case kwLock: // MySQL's LOCK IN SHARE MODE
		return n.kw == kwIn
	case kwInsert:
		return p.d.SortBy && (n.kw == kwInto || n.kw == kwOverwrite)
	case kwUse, kwForce, kwIgnore:
		return n.kw == kwIndex || n.kw == kwKey
	case kwIndexed:
		return n.kw == kwBy
	case kwVersion, kwTimestamp:
		return n.kw == kwAs && p.peek(2).kw == kwOf
	case kwFor:
		return true
	case kwFinal, kwPrewhere:
		return p.d.ArrayJoin
	case kwValues, kwDefault:
		return true
	}
	return p.isClauseWord(t)
}

// withOffset reads WITH OFFSET [[AS] name] and WITH ORDINALITY.
func (p *parser) withOffset() *Ident {
	if !p.at(kwWith) || p.peek(1).kw != kwOffset && p.peek(1).kw != kwOrdinality {
		return nil
	}
	p.next()
	t := p.tok()
	p.next()
	id := p.identOf(t)
	id.Name, id.Hash = "offset", Fold("offset")
	if t.kw == kwOrdinality {
		id.Name, id.Hash = "ordinality", Fold("ordinality")
		return &id
	}
	switch t := p.tok(); {
	case p.at(kwAs) && isLabel(p.peek(1)):
		p.next()
		id = p.label("a name")
	case p.isName(t) && !p.isTableWord(t):
		p.next()
		id = p.identOf(t)
	}
	return &id
}
