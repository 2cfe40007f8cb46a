package syntax

// top skips SQL Server's TOP (n) of a statement that changes rows.
func (p *parser) top() {
	if !p.d.Top || !p.at(kwTop) || p.peek(1).kind != tokLParen {
		return
	}
	p.next()
	p.skipParens()
	p.accept(kwPercent)
}

// namedIn finds the table of a FROM clause that a statement names as its target,
// by its alias or its own name; nil if the target is another one.
func namedIn(from TableExpr, target *Table) *Table {
	if target.Alias != nil {
		return nil
	}
	var found *Table
	id := &target.Name[len(target.Name)-1]
	for from != nil {
		j, ok := from.(*Join)
		item := from
		from = nil
		if ok {
			from, item = j.Left, j.Right
		}
		if inner, ok := item.(*ParenTable); ok {
			if t := namedIn(inner.X, target); t != nil {
				found = t
			}
			continue
		}
		t, ok := item.(*Table)
		if !ok {
			continue
		}
		name := &t.Name[len(t.Name)-1]
		if t.Alias != nil {
			name = &t.Alias.Name
		}
		if name.Hash == id.Hash && EqualFold(name.Name, id.Name) && (t.Alias == nil || len(target.Name) == 1) {
			found = t
		}
	}
	return found
}

// directory skips the place and format of Spark's INSERT OVERWRITE DIRECTORY,
// which writes no table.
func (p *parser) directory() bool {
	if !p.d.SortBy || !p.atWord("directory") && !(p.at(kwLocal) && p.peek(1).kind == tokIdent) {
		return false
	}
	for !p.atQuery() && !p.atKind(tokEOF) && !p.atKind(tokSemicolon) {
		if p.atKind(tokLParen) {
			p.skipParens()
			continue
		}
		p.next()
	}
	return true
}

// partitionSpec reads PARTITION (a = 1, b): the partition columns that INSERT
// gives a value or, without one, takes from the query. MySQL names partitions.
func (p *parser) partitionSpec() []Field {
	p.next()
	if !p.d.SortBy {
		p.skipParens()
		return nil
	}
	p.expectKind(tokLParen)
	var spec []Field
	for !p.atKind(tokRParen) {
		f := Field{Alias: p.label("a column")}
		if p.acceptKind(tokEq) {
			f.Value = p.expr()
		}
		spec = append(spec, f)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return spec
}

// replaceWhere reads Databricks' REPLACE WHERE condition, REPLACE USING (columns)
// and REPLACE ON condition of an INSERT.
func (p *parser) replaceWhere(in *Insert) {
	if !p.at(kwReplace) {
		return
	}
	switch n := p.peek(1).kw; n {
	case kwWhere, kwOn:
		p.i += 2
		in.ReplaceWhere = p.clauseExpr()
	case kwUsing:
		p.i += 2
		p.parenNames("a column")
	}
}

// transformed reads what follows Hive's TRANSFORM (a, b): USING 'script' and the
// columns that the script gives, key and value if none are named.
func (p *parser) transformed(item *SelectItem) bool {
	c, ok := item.X.(*Call)
	if !ok || !p.d.SortBy || !p.at(kwUsing) || p.peek(1).kind != tokString || len(c.Name) != 1 || !c.Name[0].Is("transform") {
		return false
	}
	p.i += 2
	// It is not the function of that name, but computes with all it is given.
	c.Name = p.identLists.List([]Ident{{Span: c.Name[0].Span, Name: "script", Hash: Fold("script")}})
	names := []Ident{{Name: "key", Hash: Fold("key")}, {Name: "value", Hash: Fold("value")}}
	for i := range names {
		names[i].Span = Span{p.end(), p.end()}
	}
	if p.at(kwAs) && p.peek(1).kind == tokLParen {
		p.next()
		names = p.columnNames()
	}
	if len(names) == 0 {
		p.failExpected("a column")
	}
	item.Alias, p.moreAliases = names[0], names[1:]
	return true
}

// insertsAhead reports whether Hive's FROM t INSERT … stands here: INSERT comes
// before any SELECT that is not in parentheses.
func (p *parser) insertsAhead() bool {
	if !p.d.SortBy {
		return false
	}
	level := 0
	for i := p.i; ; i++ {
		switch t := &p.toks[i]; {
		case t.kind == tokEOF, t.kind == tokSemicolon:
			return false
		case t.kind == tokLParen:
			level++
		case t.kind == tokRParen:
			level--
		case level == 0 && t.kw == kwSelect:
			return false
		case level == 0 && t.kw == kwInsert:
			return true
		}
	}
}

// inserts reads FROM t INSERT INTO a SELECT … INSERT INTO b SELECT ….
func (p *parser) inserts() Stmt {
	start := p.pos()
	p.next()
	from := p.fromClause()
	b := &Inserts{}
	for p.at(kwInsert) {
		in := &Insert{}
		p.next()
		in.Overwrite = p.accept(kwOverwrite)
		if !p.directory() {
			p.accept(kwInto)
			p.accept(kwTable)
			in.Target = p.dotted("a table")
			if p.at(kwPartition) && p.peek(1).kind == tokLParen {
				in.Partition = p.partitionSpec()
			}
			p.accept2(kwIf, kwNot)
			p.accept(kwExists)
			if p.atKind(tokLParen) {
				in.Columns = p.parenNames("a column")
			}
		}
		if !p.at(kwSelect) {
			p.failExpected("keyword SELECT")
		}
		q := p.queries.One()
		s := p.selectBlock(from)
		s.Span = p.span(start)
		q.Body = s
		p.queryTail(q)
		q.Span = p.span(start)
		in.Query = q
		in.Span = p.span(start)
		b.List = append(b.List, in)
	}
	return b
}

// tableVariable reads the rest of SQL Server's DECLARE @t TABLE (columns).
func (p *parser) tableVariable(name Ident) Stmt {
	p.next()
	c := &CreateTable{Name: p.identLists.List([]Ident{name}), Temp: true}
	if p.atKind(tokLParen) {
		p.columnDefs(c)
	}
	return c
}
