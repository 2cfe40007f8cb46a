package syntax

// merge reads MERGE.
func (p *parser) merge(with *With) *Merge {
	start := p.pos()
	if with != nil {
		start = with.Pos
	}
	m := &Merge{With: with}
	p.next()
	if p.d.Top && p.at(kwTop) {
		p.next()
		p.skipParens()
	}
	p.accept(kwWith)
	p.accept2(kwSchema, kwEvolution)
	p.accept(kwInto)
	m.Target = p.targetTable()
	p.expect(kwUsing)
	m.Source = p.joins(p.tableItem())
	if p.accept(kwUsing) { // DuckDB
		m.Using = p.parenNames("a column")
	} else {
		p.expect(kwOn)
		m.On = p.mergeExpr()
	}
	for p.at(kwWhen) {
		m.Whens = append(m.Whens, p.mergeWhen())
	}
	if len(m.Whens) == 0 && p.acceptWord("remove") { // Redshift
		p.next()
		m.Whens = []MergeWhen{{Span: p.span(start), Matched: true, Row: true, ByPosition: true}}
	}
	p.outputClause()
	p.dmlTail()
	m.Span = p.span(start)
	return m
}

// mergeExpr reads a condition; one that cannot be read ends at WHEN or THEN.
func (p *parser) mergeExpr() (x Expr) {
	stop := func(t *token) bool { return t.kw == kwWhen || t.kw == kwThen }
	defer p.skip(p.mark(), stop, func(from, to int) { x = p.bad(from, to) })
	return p.expr()
}

func (p *parser) mergeWhen() MergeWhen {
	start := p.pos()
	p.next()
	w := MergeWhen{Matched: !p.accept(kwNot)}
	p.expect(kwMatched)
	if p.accept(kwBy) {
		w.BySource = p.accept(kwSource)
		if !w.BySource {
			p.expect(kwTarget)
		}
	}
	if p.accept(kwAnd) {
		w.And = p.mergeExpr()
	}
	p.expect(kwThen)
	switch {
	case p.accept(kwUpdate):
		w.Action = MergeUpdate
		if p.accept2(kwAll, kwBy) {
			p.expect(kwName)
			w.Row = true
			break
		}
		if p.mergeOrder(&w) {
			break
		}
		if !p.at(kwSet) && p.atAny(kwWhen, kwReturning) || p.atKind(tokEOF) || p.atKind(tokSemicolon) {
			w.Row = true // DuckDB's UPDATE alone
			break
		}
		p.expect(kwSet)
		if p.acceptKind(tokStar) {
			w.Row = true
			break
		}
		w.Set = p.setList()
	case p.accept(kwDelete):
		w.Action = MergeDelete
	case p.accept(kwInsert):
		w.Action = MergeInsert
		p.mergeInsert(&w)
	case p.accept(kwDo):
		w.Action = MergeNothing
		p.expect(kwNothing)
	case p.acceptWord("error"): // DuckDB
		w.Action = MergeNothing
		if !p.atAny(kwWhen, kwReturning) && !p.atKind(tokEOF) && !p.atKind(tokSemicolon) {
			w.Message = p.mergeExpr()
		}
	default:
		p.failExpected("UPDATE, INSERT or DELETE")
	}
	if p.accept(kwWhere) { // Oracle
		w.And = p.and(w.And, p.mergeExpr())
	}
	w.Span = p.span(start)
	return w
}

// mergeOrder reads the BY NAME or BY POSITION of DuckDB's UPDATE and INSERT of all
// columns.
func (p *parser) mergeOrder(w *MergeWhen) bool {
	if !p.at(kwBy) || p.peek(1).kw != kwName && p.peek(1).kw != kwPosition {
		return false
	}
	p.next()
	w.Row, w.ByName, w.ByPosition = true, p.at(kwName), p.at(kwPosition)
	p.next()
	return true
}

func (p *parser) mergeInsert(w *MergeWhen) {
	switch {
	case p.mergeOrder(w):
		p.acceptKind(tokStar)
		return
	case p.acceptKind(tokStar), p.accept(kwRow), p.atAny(kwWhen, kwReturning), p.atKind(tokEOF), p.atKind(tokSemicolon):
		w.Row = true
		return
	case p.accept2(kwAll, kwBy):
		p.expect(kwName)
		w.Row = true
		return
	}
	if p.atKind(tokLParen) {
		w.Columns = p.insertColumns()
	}
	switch {
	case p.accept(kwRow):
		w.Row = true
	case p.accept2(kwDefault, kwValues):
	default:
		p.expect(kwValues)
		w.Values = p.parenExprs()
	}
}
