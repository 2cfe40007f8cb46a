package syntax

// alter reads ALTER TABLE. Any other ALTER, and one that is not understood, moves
// no columns as far as we know.
func (p *parser) alter() (s Stmt) {
	if p.peek(1).kw != kwTable {
		return p.other()
	}
	m, errs := p.mark(), len(p.errs)
	defer p.rescue(m, func(m mark) {
		p.i, p.errs = m.i, p.errs[:errs]
		s = p.other()
	})
	p.next()
	p.next()
	p.accept2(kwIf, kwExists)
	p.acceptWord("only")
	a := &AlterTable{Name: p.dotted("a table")}
	for {
		p.tableChange(a)
		p.skipDefinition()
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.skipStatement()
	return a
}

// tableChange reads one action of ALTER TABLE as far as it is about columns or the
// table's name. The words of the action before it may be left out.
func (p *parser) tableChange(a *AlterTable) {
	start := p.pos()
	add := func(c TableChange) {
		c.Span = p.span(start)
		switch {
		case c.Column.Name.Name == "":
			c.Column.Span = Span{start, start}
		case c.Column.Span == Span{}:
			c.Column.Span = p.span(c.Column.Name.Pos)
		}
		if n := len(c.To); n > 0 {
			c.End = max(c.End, c.To[n-1].End)
		}
		a.Changes = append(a.Changes, c)
	}
	before := AddColumn
	if n := len(a.Changes); n > 0 {
		before = a.Changes[n-1].Kind
	}
	switch {
	case p.atWord("swap") && p.peek(1).kw == kwWith:
		p.next()
		p.next()
		add(TableChange{Kind: SwapTable, To: p.dotted("a table")})
	case p.accept(kwAdd):
		p.addColumns(add)
	case p.at(kwDrop):
		p.next()
		p.dropColumns(add)
	case p.accept(kwRename):
		p.renameColumn(add)
	case p.at(kwAlter), p.atWord("modify"), p.atWord("change"):
		p.changeColumn(add)
	case len(a.Changes) > 0 && before == AddColumn && isLabel(p.tok()) && isLabel(p.peek(1)) && !p.at(kwSet):
		add(TableChange{Kind: AddColumn, Column: p.columnDef()})
	case len(a.Changes) > 0 && before == DropColumn && isLabel(p.tok()) && p.closes(p.peek(1)):
		add(TableChange{Kind: DropColumn, Column: ColumnDef{Name: p.label("a column")}})
	}
}

// noColumn are the words behind ADD and DROP that mean something else than a column.
var noColumn = newKeywordSet("CONSTRAINT PRIMARY FOREIGN UNIQUE CHECK INDEX KEY FULLTEXT SPATIAL PARTITION PARTITIONS PERIOD EXCLUDE DEFAULT SEARCH ROW")

func (p *parser) addColumns(add func(TableChange)) {
	named := p.acceptWord("column") || p.accept(kwColumns)
	lenient := p.at(kwIf)
	p.ifNotExists()
	paren := p.acceptKind(tokLParen)
	if !isLabel(p.tok()) || !named && !paren && noColumn.has(p.tok().kw) {
		return
	}
	for {
		add(TableChange{Kind: AddColumn, Column: p.columnDef(), Lenient: lenient})
		if !paren || !p.acceptKind(tokComma) {
			break
		}
	}
	if paren {
		p.expectKind(tokRParen)
	}
}

func (p *parser) dropColumns(add func(TableChange)) {
	named := p.acceptWord("column") || p.accept(kwColumns)
	lenient := p.accept2(kwIf, kwExists)
	paren := p.acceptKind(tokLParen)
	if !isLabel(p.tok()) || !named && !paren && (noColumn.has(p.tok().kw) || !p.closes(p.peek(1))) {
		return
	}
	for {
		add(TableChange{Kind: DropColumn, Column: ColumnDef{Name: p.label("a column")}, Lenient: lenient})
		if !paren || !p.acceptKind(tokComma) {
			break
		}
	}
	if paren {
		p.expectKind(tokRParen)
	}
}

// closes reports whether a token ends an action of ALTER TABLE.
func (p *parser) closes(t *token) bool {
	return t.kind == tokComma || t.kind == tokSemicolon || t.kind == tokEOF ||
		t.kind == tokIdent && (EqualFold(t.text(p.src), "cascade") || EqualFold(t.text(p.src), "restrict"))
}

// renameColumn reads RENAME [COLUMN] a TO b, RENAME [TO | AS] b.
func (p *parser) renameColumn(add func(TableChange)) {
	switch {
	case p.acceptAny(kwTo, kwAs):
		add(TableChange{Kind: RenameTable, To: p.dotted("a table")})
		return
	case p.acceptWord("column"):
	case noColumn.has(p.tok().kw):
		return
	}
	lenient := p.accept2(kwIf, kwExists)
	if !isLabel(p.tok()) {
		return
	}
	c := TableChange{Kind: RenameColumn, Column: ColumnDef{Name: p.label("a column")}, Lenient: lenient}
	if p.accept(kwTo) {
		c.To = []Ident{p.label("a column")}
		add(c)
	}
}

// changeColumn reads ALTER [COLUMN] c [SET DATA] TYPE t, MODIFY [COLUMN] c t and
// CHANGE [COLUMN] a b t.
func (p *parser) changeColumn(add func(TableChange)) {
	alter, change := p.at(kwAlter), p.atWord("change")
	p.next()
	p.acceptWord("column")
	lenient := p.accept2(kwIf, kwExists)
	if !isLabel(p.tok()) || noColumn.has(p.tok().kw) {
		return
	}
	if !alter {
		if change {
			c := TableChange{Kind: RenameColumn, Column: ColumnDef{Name: p.label("a column")}}
			if !isLabel(p.tok()) {
				p.failExpected("a column")
			}
			c.To = []Ident{p.identOf(p.tok())}
			add(c)
		}
		add(TableChange{Kind: RetypeColumn, Column: p.columnDef()})
		return
	}
	c := TableChange{Kind: RetypeColumn, Column: ColumnDef{Name: p.label("a column")}, Lenient: lenient}
	p.accept2(kwSet, kwData)
	if p.accept(kwType) || p.d.BracketIdent && isLabel(p.tok()) && !p.atAny(kwAdd, kwDrop, kwSet) {
		c.Column.Type = p.typeName()
		add(c)
	}
}

// load reads BigQuery's LOAD DATA where it makes a table: [OVERWRITE | INTO] TEMP
// TABLE, or OVERWRITE with its columns. What it loads into a table that is there
// comes from no column.
func (p *parser) load() Stmt {
	start := p.i
	p.next()
	if !p.accept(kwData) || !p.acceptAny(kwInto, kwOverwrite) {
		p.i = start
		return p.other()
	}
	overwrite := p.toks[p.i-1].kw == kwOverwrite
	c := &CreateTable{Temp: p.acceptAny(kwTemp, kwTemporary)}
	p.accept(kwTable)
	if !p.isName(p.tok()) {
		p.i = start
		return p.other()
	}
	c.Name = p.dotted("a table")
	if p.accept2(kwOverwrite, kwPartitions) {
		p.skipStatement()
		return &OtherStmt{Keyword: "LOAD"}
	}
	if p.atKind(tokLParen) {
		p.columnDefs(c)
	}
	p.skipStatement()
	if !c.Temp && (!overwrite || c.Columns == nil) {
		return &OtherStmt{Keyword: "LOAD"}
	}
	return c
}

// atWord reports whether a word stands here that need not be a keyword.
func (p *parser) atWord(word string) bool {
	t := p.tok()
	return t.kind == tokIdent && EqualFold(t.text(p.src), word)
}

func (p *parser) acceptWord(word string) bool {
	if !p.atWord(word) {
		return false
	}
	p.next()
	return true
}
