package syntax

// tableFunc reads the arguments and the alias of a table function whose name has
// been read.
func (p *parser) tableFunc(start Pos, name []Ident, lateral bool) TableExpr {
	if !p.atKind(tokLParen) {
		p.failExpected(`"("`)
	}
	f := &TableFunc{Lateral: lateral}
	if p.d.BracketIdent && rawFunctions.has(name[len(name)-1].Name) {
		// Arguments of a grammar of their own.
		f.Call = p.calls.One()
		f.Call.Name = name
		p.skipParens()
		f.Call.Span = p.span(start)
		return p.finishFunc(f, start)
	}
	f.Call = p.call(start, nil, name).(*Call)
	if p.d.PrefixAlias {
		namedArgs(f.Call)
	}
	return p.finishFunc(f, start)
}

// A nameList is a list of names in lower case.
type nameList []string

func (l nameList) has(name string) bool {
	for _, x := range l {
		if EqualFold(x, name) {
			return true
		}
	}
	return false
}

var rawFunctions = nameList{"openrowset", "openquery", "opendatasource", "containstable", "freetexttable"}

// namedArgs makes named arguments of DuckDB's f(name = value) in FROM.
func namedArgs(c *Call) {
	for i, x := range c.Args {
		b, ok := x.(*Binary)
		if !ok || b.Op != OpEq {
			continue
		}
		if p, ok := b.X.(*Path); ok && len(p.Parts) == 1 {
			c.Args[i] = &NamedArg{expr: expr{b.Span}, Name: p.Parts, Value: b.Y}
		}
	}
}

func (p *parser) finishFunc(f *TableFunc, start Pos) TableExpr {
	p.hint()
	if p.at(kwWith) && p.peek(1).kind == tokLParen && p.d.BracketIdent {
		// SQL Server's OPENJSON(…) WITH (name type 'path').
		p.next()
		f.ColumnDefs = p.funcColumns()
	}
	f.WithOffset = p.withOffset()
	if p.at(kwAs) && p.peek(1).kind == tokLParen {
		p.next()
		f.ColumnDefs = p.funcColumns()
	} else {
		f.Alias = p.tableAlias(false)
		if f.Alias != nil && f.Alias.Columns == nil && p.atKind(tokLParen) && isLabel(p.peek(1)) && isLabel(p.peek(2)) {
			f.ColumnDefs = p.funcColumns()
		}
		// Spark's LATERAL explode(x) AS a, b has no parentheses.
		if f.Alias != nil && f.Lateral && p.d.SortBy && len(f.Alias.Columns) == 0 && p.toks[p.i-2].kw != kwAs && p.at(kwAs) {
			p.next()
			f.Alias.Columns = p.names("a column")
			f.Alias.Span = p.span(f.Alias.Pos)
		}
	}
	if f.WithOffset == nil {
		f.WithOffset = p.withOffset()
	}
	f.Span = p.span(start)
	return f
}

// funcColumns reads (name type [path], …).
func (p *parser) funcColumns() []ColumnDef {
	p.expectKind(tokLParen)
	var defs []ColumnDef
	for !p.atKind(tokRParen) {
		start := p.pos()
		d := ColumnDef{Name: p.label("a column")}
		d.Type = p.typeName()
		p.typeTail()
		for !p.atKind(tokComma) && !p.atKind(tokRParen) && !p.atKind(tokEOF) {
			p.next() // 'path', AS JSON
		}
		d.Span = p.span(start)
		defs = append(defs, d)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return defs
}

// tableOf reads TABLE(f(…)), TABLE(name), TABLE(query).
func (p *parser) tableOf(lateral bool) TableExpr {
	start := p.pos()
	p.next()
	if p.queryInParens() {
		return p.derived(start, p.parenQuery(), lateral)
	}
	p.next()
	p.enter()
	inner := p.pos()
	if !isLabel(p.tok()) || p.peek(1).kind != tokLParen && p.peek(1).kind != tokDot {
		// TABLE('name'), TABLE($var), TABLE(collection): a function of one value.
		c := p.calls.One()
		id := p.identOf(&p.toks[p.i-2])
		c.Name = p.identLists.List([]Ident{id})
		p.callArgs(c)
		p.expectKind(tokRParen)
		c.Span = p.span(start)
		p.leave()
		return p.finishFunc(&TableFunc{Call: c, Lateral: lateral}, start)
	}
	name := p.dotted("a table function")
	if !p.atKind(tokLParen) {
		p.expectKind(tokRParen)
		p.leave()
		x := p.tables.One()
		x.Name = name
		return p.finishTable(x, start)
	}
	f := &TableFunc{Lateral: lateral}
	f.Call = p.call(inner, nil, name).(*Call)
	p.acceptKind(tokComma)
	p.expectKind(tokRParen)
	p.leave()
	return p.finishFunc(f, start)
}

// rowsFrom reads PostgreSQL's ROWS FROM (f(), g()): functions side by side.
func (p *parser) rowsFrom(start Pos) TableExpr {
	p.expectKind(tokLParen)
	var x TableExpr
	for {
		inner := p.pos()
		name := p.dotted("a table function")
		if !p.atKind(tokLParen) {
			p.failExpected(`"("`)
		}
		f := &TableFunc{Call: p.call(inner, nil, name).(*Call)}
		if p.at(kwAs) && p.peek(1).kind == tokLParen {
			p.next()
			f.ColumnDefs = p.funcColumns()
		}
		f.Span = p.span(inner)
		if x == nil {
			x = f
		} else {
			x = &Join{Span: Span{x.Extent().Pos, f.End}, Kind: PositionalJoin, Left: x, Right: f}
			p.countJoin()
		}
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	t := &ParenTable{X: x}
	p.withOffset()
	t.Alias = p.tableAlias(false)
	t.Span = p.span(start)
	return t
}

// documentTable reads JSON_TABLE(x, path COLUMNS (…)) and XMLTABLE.
func (p *parser) documentTable() TableExpr {
	start := p.pos()
	c := p.calls.One()
	c.Name = p.dotted("a table function")
	p.next()
	p.enter()
	m := len(p.exprs)
	f := &TableFunc{Call: c}
	for !p.atKind(tokRParen) && !p.at(kwColumns) && !p.atKind(tokEOF) {
		if !p.acceptKind(tokComma) && !p.acceptAny(kwPassing, kwBy, kwRef, kwValue, kwAs) {
			p.exprs = append(p.exprs, p.expr())
		}
	}
	c.Args = p.takeExprs(m)
	if p.accept(kwColumns) {
		paren := p.acceptKind(tokLParen)
		f.ColumnDefs = p.documentColumns(nil)
		if paren {
			p.expectKind(tokRParen)
		}
	}
	p.skipToClose()
	p.expectKind(tokRParen)
	p.leave()
	c.Span = p.span(start)
	return p.finishFunc(f, start)
}

// documentColumns reads name type PATH '…', name FOR ORDINALITY, and NESTED
// PATH '…' COLUMNS (…), whose columns stand beside the others.
func (p *parser) documentColumns(defs []ColumnDef) []ColumnDef {
	p.enter()
	for isLabel(p.tok()) {
		start := p.pos()
		if p.at(kwNested) {
			for !p.at(kwColumns) && !p.atKind(tokEOF) && !p.atKind(tokRParen) {
				p.next()
			}
			p.expect(kwColumns)
			p.expectKind(tokLParen)
			defs = p.documentColumns(defs)
			p.expectKind(tokRParen)
		} else {
			d := ColumnDef{Name: p.label("a column")}
			if !p.at(kwFor) {
				d.Type = p.typeName()
			}
			for !p.atKind(tokComma) && !p.atKind(tokRParen) && !p.atKind(tokEOF) {
				if p.atKind(tokLParen) {
					p.skipParens()
					continue
				}
				p.next()
			}
			d.Span = p.span(start)
			defs = append(defs, d)
		}
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.leave()
	return defs
}

// stage reads Snowflake's @stage/path (options).
func (p *parser) stage() TableExpr {
	start := p.pos()
	end := start
	for t := p.tok(); ; t = p.tok() {
		if t.pos != end && t.pos != start || t.kind == tokEOF || t.kind == tokLParen || t.kind == tokRParen ||
			t.kind == tokComma || t.kind == tokSemicolon {
			break
		}
		end = t.end
		p.next()
	}
	name := p.src[start:end]
	x := p.tables.One()
	x.Name = p.identLists.List([]Ident{{Span: Span{start, end}, Name: name, Hash: Fold(name)}})
	if p.atKind(tokLParen) {
		p.skipParens()
	}
	return p.finishTable(x, start)
}

// unnest reads UNNEST(array [AS alias], …) and what follows it.
func (p *parser) unnest(outer bool) TableExpr {
	start := p.pos()
	p.next()
	p.next()
	p.enter()
	u := &Unnest{Outer: outer}
	for !p.atKind(tokRParen) {
		if isLabel(p.tok()) && p.peek(1).kind == tokFatArrow {
			p.next()
			p.next()
			u.Mode = p.expr()
		} else {
			f := Field{Value: p.expr()}
			if p.accept(kwAs) {
				f.Alias = p.label("an alias")
			}
			u.Arrays = append(u.Arrays, f)
		}
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	p.leave()
	p.hint()
	u.WithOffset = p.withOffset()
	u.Alias = p.tableAlias(false)
	if u.WithOffset == nil {
		u.WithOffset = p.withOffset()
	}
	u.Span = p.span(start)
	return u
}

// lateralView reads LATERAL VIEW [OUTER] f(…) alias AS a, b. explode and
// posexplode become an Unnest, other functions a TableFunc.
func (p *parser) lateralView() TableExpr {
	start := p.pos()
	p.next()
	p.next()
	outer := p.accept(kwOuter)
	callStart := p.pos()
	name := p.dotted("a table function")
	if !p.atKind(tokLParen) {
		p.failExpected(`"("`)
	}
	c := p.call(callStart, nil, name).(*Call)
	a := p.aliases.One()
	aliasStart := p.pos()
	if t := p.tok(); p.isName(t) && !p.isTableWord(t) {
		a.Name = p.name("an alias")
	}
	if p.accept(kwAs) {
		if p.atKind(tokLParen) {
			a.Columns = p.parenNames("a column")
		} else {
			m := len(p.idents)
			for {
				p.idents = append(p.idents, p.label("a column"))
				if !p.acceptKind(tokComma) {
					break
				}
			}
			a.Columns = p.takeIdents(m)
		}
	}
	a.Span = p.span(aliasStart)
	fn := &c.Name[len(c.Name)-1]
	explode := fn.Is("explode") || fn.Is("explode_outer")
	position := fn.Is("posexplode") || fn.Is("posexplode_outer")
	if len(c.Args) != 1 || !explode && !position {
		return &TableFunc{Span: p.span(start), Call: c, Lateral: true, Alias: a}
	}
	u := &Unnest{Arrays: []Field{{Value: c.Args[0]}}, Alias: a, Outer: outer || fn.Is("explode_outer") || fn.Is("posexplode_outer")}
	if position {
		id := Ident{Span: Span{a.End, a.End}, Name: "pos", Hash: Fold("pos")}
		if len(a.Columns) > 0 {
			id, a.Columns = a.Columns[0], a.Columns[1:]
		}
		u.WithOffset = &id
	}
	u.Keyed = len(a.Columns) > 1
	u.Span = p.span(start)
	return u
}
