package syntax

// insert reads INSERT INTO t (columns) query, and MySQL's REPLACE and INSERT …
// SET.
func (p *parser) insert(with *With) *Insert {
	start := p.pos()
	if with != nil {
		start = with.Pos
	}
	in := &Insert{With: with}
	p.next()
	for p.acceptAny(kwOr, kwReplace, kwIgnore, kwRollback, kwAbort, kwFail, kwLowPriority, kwDelayed, kwHighPriority, kwUpdate) {
	}
	p.top()
	in.Overwrite = p.accept(kwOverwrite)
	if p.directory() {
		in.Query = p.query()
		in.Span = p.span(start)
		return in
	}
	p.accept(kwInto)
	p.accept(kwTable)
	in.Target = p.dotted("a table")
	if p.at(kwPartition) && p.peek(1).kind == tokLParen {
		in.Partition = p.partitionSpec()
	}
	if p.accept2(kwIf, kwNot) {
		p.accept(kwExists)
	} else {
		p.accept2(kwIf, kwExists)
	}
	if p.at(kwAs) || p.isName(p.tok()) && !p.atAny(kwValues, kwValue, kwSet, kwOverriding, kwDefault, kwBy, kwOutput, kwTable, kwReplace) &&
		!(p.d.BracketIdent && p.atAny(kwExec, kwExecute)) {
		start := p.pos()
		p.accept(kwAs)
		in.Alias = &Alias{Name: p.label("an alias")}
		in.Alias.Span = p.span(start)
	}
	if p.atKind(tokLParen) && !p.queryInParens() {
		in.Columns = p.insertColumns()
	}
	if p.at(kwBy) && (p.peek(1).kw == kwName || p.peek(1).kw == kwPosition) {
		p.next()
		in.ByName = p.at(kwName)
		p.next()
	}
	if p.accept(kwOverriding) {
		p.acceptAny(kwSystem, kwUser)
		p.expect(kwValue)
	}
	p.outputClause()
	p.replaceWhere(in)
	switch {
	case p.accept2(kwDefault, kwValues):
	case p.d.BracketIdent && p.atAny(kwExec, kwExecute):
		p.warn(p.tokensSpan(p.i, p.i+1), "the rows that a procedure returns are not known")
		p.skipStatement()
	case p.at(kwSet):
		p.next()
		p.insertSet(in)
	case p.atAny(kwValues, kwValue):
		q := p.queries.One()
		q.Body = p.values()
		q.Span = q.Body.Extent()
		in.Query = q
		if p.at(kwAs) && isLabel(p.peek(1)) { // MySQL's row alias
			p.next()
			in.RowAlias = p.label("an alias")
			if p.atKind(tokLParen) {
				in.RowColumns = p.parenNames("a column")
			}
		}
	default:
		in.Query = p.query()
	}
	p.conflict(in)
	p.returning()
	in.Span = p.span(start)
	return in
}

// insertColumns reads the list of the columns that an INSERT fills; of a field only
// the last name counts.
func (p *parser) insertColumns() []Ident {
	p.expectKind(tokLParen)
	m := len(p.idents)
	for !p.atKind(tokRParen) {
		ids := p.dottedLabels()
		p.idents = append(p.idents, ids[len(ids)-1])
		if !p.acceptKind(tokComma) {
			break
		}
	}
	columns := p.takeIdents(m)
	p.expectKind(tokRParen)
	return columns
}

// insertSet reads MySQL's INSERT INTO t SET a = 1 as columns and one row.
func (p *parser) insertSet(in *Insert) {
	start := p.pos()
	var row []Expr
	for _, a := range p.assignments() {
		in.Columns = append(in.Columns, a.Target.Parts[len(a.Target.Parts)-1])
		row = append(row, a.Value)
	}
	v := &Values{Rows: [][]Expr{row}}
	v.Span = p.span(start)
	in.Query = p.queries.One()
	in.Query.Body, in.Query.Span = v, v.Span
}

// conflict reads ON DUPLICATE KEY UPDATE and ON CONFLICT DO UPDATE.
func (p *parser) conflict(in *Insert) {
	if !p.accept(kwOn) {
		return
	}
	if p.accept(kwDuplicate) {
		p.expect(kwKey)
		p.expect(kwUpdate)
		in.OnUpdate = p.assignments()
		return
	}
	p.expect(kwConflict)
	if p.atKind(tokLParen) {
		p.skipParens()
	}
	if p.accept2(kwOn, kwConstraint) {
		p.label("a constraint")
	}
	if p.accept(kwWhere) {
		p.expr()
	}
	p.expect(kwDo)
	if p.accept(kwNothing) {
		return
	}
	p.expect(kwUpdate)
	if p.accept(kwSet) {
		in.OnUpdate = p.setList()
		if p.accept(kwWhere) {
			in.UpdateWhere = p.expr()
		}
	}
}

// setList reads the assignments of an UPDATE, with (a, b) = (x, y) and nested
// statements skipped.
func (p *parser) setList() []Assignment {
	var list []Assignment
	for {
		if p.atKind(tokLParen) {
			list = append(list, p.setTuple()...)
		} else if t := p.tok(); t.kind == tokParam { // SQL Server's @x = e
			p.next()
			p.expectKind(tokEq)
			p.expr()
		} else {
			start := p.pos()
			a := Assignment{Target: p.columnPath()}
			for p.atKind(tokLBracket) {
				p.skipBalanced()
			}
			switch op, prec, n := p.binaryOp(p.tok()); {
			case p.acceptKind(tokEq), p.acceptKind(tokColonEq):
				a.Value = p.clauseExpr()
			case prec >= precBitOr && n == 1 && p.peek(1).kind == tokEq: // SQL Server's a += e
				p.next()
				p.next()
				b := &Binary{Op: op, X: a.Target, Y: p.expr()}
				b.Span = p.span(start)
				a.Value = b
			default:
				p.failExpected(`"="`)
			}
			a.Span = p.span(start)
			list = append(list, a)
		}
		if !p.acceptKind(tokComma) {
			return list
		}
	}
}

// setTuple reads (a, b) = (x, y) as two assignments, and (a, b) = (query) with
// the query given to each.
func (p *parser) setTuple() []Assignment {
	start := p.pos()
	p.next()
	if p.atAny(kwInsert, kwUpdate, kwDelete) { // GoogleSQL's nested statements
		p.i--
		p.skipParens()
		p.warn(p.span(start), "a statement nested in SET is not read")
		return nil
	}
	var targets []*Path
	for {
		targets = append(targets, p.columnPath())
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	p.expectKind(tokEq)
	value := p.expr()
	list := make([]Assignment, len(targets))
	for i, t := range targets {
		list[i] = Assignment{Span: p.span(start), Target: t, Value: value, Part: i + 1}
		if s, ok := value.(*Struct); ok && len(s.Fields) == len(targets) {
			list[i].Value, list[i].Part = s.Fields[i].Value, 0
		}
	}
	return list
}

// returning reads RETURNING items, also GoogleSQL's THEN RETURN.
func (p *parser) returning() {
	if p.accept2(kwThen, kwReturn) {
		p.accept2(kwWith, kwAction)
	} else if !p.accept(kwReturning) {
		if p.accept(kwAssertRowsModified) {
			p.expr()
			p.returning()
		}
		return
	}
	p.returned = p.selectItems()
}

// outputClause skips SQL Server's OUTPUT items [INTO t].
func (p *parser) outputClause() {
	if !p.d.BracketIdent || !p.accept(kwOutput) {
		return
	}
	start := p.pos()
	p.selectItems()
	if p.accept(kwInto) {
		p.warn(p.span(start), "the rows that OUTPUT … INTO writes are not followed")
		p.dotted("a table")
		if p.atKind(tokLParen) {
			p.skipParens()
		}
	}
}

// targetTable reads the table that a statement changes, with its alias.
func (p *parser) targetTable() *Table {
	start := p.pos()
	x := p.tables.One()
	x.Only = p.at(kwOnly) && isLabel(p.peek(1)) && p.accept(kwOnly)
	x.Name, x.OneQuoted = p.tablePath("a table")
	p.tableHints()
	x.Alias = p.tableAlias(false)
	p.hint()
	p.tableHints()
	x.Span = p.span(start)
	return x
}

// update reads UPDATE t SET … [FROM …] [WHERE …].
func (p *parser) update(with *With) *Update {
	start := p.pos()
	if with != nil {
		start = with.Pos
	}
	u := &Update{With: with}
	p.next()
	for p.acceptAny(kwLowPriority, kwIgnore) {
	}
	p.top()
	u.Target = p.targetTable()
	if p.atKind(tokComma) || p.atAny(kwJoin, kwLeft, kwInner, kwCross) {
		// MySQL's joined update: the other tables are where the values come from.
		var x TableExpr = u.Target
		x = p.joins(x)
		for p.acceptKind(tokComma) {
			y := p.joins(p.tableItem())
			x = &Join{Span: Span{x.Extent().Pos, p.end()}, Kind: CommaJoin, Left: x, Right: y}
		}
		u.From, u.InFrom = x, true
	}
	p.expect(kwSet)
	u.Set = p.setList()
	p.outputClause()
	if p.accept(kwFrom) {
		u.From = p.fromClause()
	}
	if t := namedIn(u.From, u.Target); t != nil && !u.InFrom {
		u.Target, u.InFrom = t, true
	}
	if p.accept(kwWhere) {
		u.Where = p.clauseExpr()
	}
	p.dmlTail()
	u.Span = p.span(start)
	return u
}

// delete reads DELETE [FROM] t [USING …] [WHERE …], and MySQL's and SQL Server's
// DELETE t FROM t JOIN ….
func (p *parser) delete(with *With) *Delete {
	start := p.pos()
	if with != nil {
		start = with.Pos
	}
	d := &Delete{With: with}
	p.next()
	for p.d.PipesAsOr && (p.acceptAny(kwLowPriority, kwIgnore) || p.acceptWord("quick")) {
	}
	p.top()
	p.accept(kwFrom)
	d.Target = p.deleted()
	for p.acceptKind(tokComma) {
		d.More = append(d.More, p.deleted())
	}
	p.outputClause()
	switch {
	case p.accept(kwUsing):
		d.Using = p.fromClause()
	case p.accept(kwFrom):
		d.Using = p.fromClause()
	}
	if t := namedIn(d.Using, d.Target); t != nil {
		d.Target, d.InUsing = t, true
	}
	for i, x := range d.More {
		if t := namedIn(d.Using, x); t != nil {
			d.More[i] = t
		}
	}
	if p.accept(kwWhere) {
		d.Where = p.clauseExpr()
	}
	p.dmlTail()
	d.Span = p.span(start)
	return d
}

// deleted reads a table that DELETE names, which MySQL may write t.*.
func (p *parser) deleted() *Table {
	if t := p.tok(); isLabel(t) && p.peek(1).kind == tokDot && p.peek(2).kind == tokStar {
		x := p.tables.One()
		x.Name = p.identLists.List([]Ident{p.identOf(t)})
		x.Span = Span{t.pos, t.end}
		p.i += 3
		return x
	}
	return p.targetTable()
}

// dmlTail skips MySQL's ORDER BY and LIMIT and reads RETURNING.
func (p *parser) dmlTail() {
	if p.at2(kwOrder, kwBy) {
		p.orderBy()
	}
	if p.accept(kwLimit) {
		p.expr()
	}
	if p.at(kwOption) && p.peek(1).kind == tokLParen {
		p.next()
		p.skipParens()
	}
	p.returning()
}

// truncate reads TRUNCATE TABLE t.
func (p *parser) truncate() Stmt {
	p.next()
	p.accept(kwTable)
	if !p.accept2(kwIf, kwExists) {
		p.accept(kwOnly)
	}
	t := &Truncate{Target: p.dotted("a table")}
	p.skipStatement()
	return t
}
