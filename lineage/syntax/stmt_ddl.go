package syntax

import "strings"

// create reads CREATE of anything. What is neither table, view, function nor
// procedure is an OtherStmt.
func (p *parser) create() Stmt {
	p.next()
	temp, materialized, aggregate := false, false, false
	for {
		switch {
		case p.accept2(kwOr, kwReplace), p.accept2(kwOr, kwAlter), p.acceptAny(kwPublic, kwPrivate, kwGlobal, kwLocal, kwSecure,
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
		case p.at(kwSql) && p.peek(1).kw == kwSecurity:
			p.i += 3
			p.i = min(p.i, len(p.toks)-1)
		case p.accept(kwView):
			return p.createView(temp, materialized)
		case p.at2(kwTable, kwFunction):
			p.next()
			p.next()
			return p.createFunction(temp, false)
		case p.accept(kwTable):
			return p.createTable(temp)
		case p.acceptAny(kwFunction, kwMacro):
			return p.createFunction(temp, aggregate)
		case p.acceptAny(kwProcedure, kwProc):
			return p.createProcedure()
		default:
			p.skipCreate()
			return &OtherStmt{Keyword: "CREATE"}
		}
	}
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

// createTable reads the rest of CREATE TABLE.
func (p *parser) createTable(temp bool) Stmt {
	c := &CreateTable{Temp: temp}
	p.ifNotExists()
	c.Name = p.dotted("a table")
	if strings.HasPrefix(c.Name[0].Name, "#") {
		c.Temp = true
	}
	named := p.i
	for {
		n := p.peek(1)
		switch t := p.tok(); t.kw {
		case kwLike, kwClone, kwCopy, kwShallow, kwDeep:
			p.next()
			if p.accept(kwGrants) { // COPY GRANTS
				continue
			}
			p.accept(kwClone)
			if !isLabel(p.tok()) {
				p.skipStatement()
				continue
			}
			c.Like = p.dotted("a table")
			if p.tableVersion() != nil {
				continue
			}
		case kwPartition:
			if n.kw != kwBy {
				p.next()
				continue
			}
			p.next()
			p.next()
			c.PartitionBy = p.ddlExprs()
		case kwPartitioned:
			p.next()
			p.accept(kwBy)
			if p.atKind(tokLParen) {
				c.PartitionBy = p.partitionColumns(c)
			}
		case kwCluster, kwClustered:
			if n.kw != kwBy {
				p.next()
				continue
			}
			p.next()
			p.next()
			c.ClusterBy = p.ddlExprs()
		case kwOptions, kwTblproperties:
			p.next()
			if p.atKind(tokLParen) {
				p.skipParens()
			}
		case kwAs:
			p.next()
			if p.at(kwMaterialized) {
				p.next()
			}
			if p.atKind(tokLParen) && !p.queryInParens() {
				p.skipParens()
				continue
			}
			c.Query = p.query()
		case kwSelect, kwWith:
			if t.kw == kwWith && n.kw == kwPartition && p.peek(2).kw == kwColumns && p.peek(3).kind == tokLParen {
				p.i += 3
				p.columnDefs(c)
				continue
			}
			if t.kw == kwWith && (n.kind == tokLParen || n.kw == kwNo || n.kw == kwData || n.kw == kwPartition || n.kw == kwConnection || n.kw == kwRow) {
				p.next()
				continue
			}
			c.Query = p.query()
		default:
			switch {
			case t.kind == tokEOF || t.kind == tokSemicolon || p.endsBody():
				return c
			case t.kind == tokLParen && p.queryInParens():
				c.Query = p.parenQuery()
			case t.kind == tokLParen && p.i == named:
				p.columnDefs(c)
			case t.kind == tokLParen:
				p.skipParens()
			case t.kind == tokInvalid || t.kind == tokRParen:
				p.failExpected("the end of the statement")
			default:
				p.next()
			}
		}
	}
}

// ddlExprs reads expressions of PARTITION BY and CLUSTER BY, with or without
// parentheses around.
func (p *parser) ddlExprs() []Expr {
	if p.acceptAny(kwRange, kwHash, kwList, kwKey, kwLinear) || p.atKind(tokLParen) {
		list := p.parenExprs()
		for p.at(kwPartitions) || p.atKind(tokInt) {
			p.next()
		}
		return list
	}
	m := len(p.exprs)
	for {
		p.exprs = append(p.exprs, p.exprAbove(precCompare))
		if !p.acceptKind(tokComma) {
			return p.takeExprs(m)
		}
	}
}

// partitionColumns reads Hive's PARTITIONED BY (a, b) or (a date, b int), whose
// columns belong to the table.
func (p *parser) partitionColumns(c *CreateTable) []Expr {
	p.next()
	m := len(p.exprs)
	for !p.atKind(tokRParen) {
		if isLabel(p.tok()) && isLabel(p.peek(1)) {
			c.Columns = append(c.Columns, p.columnDef())
			last := &c.Columns[len(c.Columns)-1]
			x := &Path{Parts: p.identLists.list([]Ident{last.Name})}
			x.Span = last.Name.Span
			p.exprs = append(p.exprs, x)
		} else {
			p.exprs = append(p.exprs, p.expr())
		}
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return p.takeExprs(m)
}

// columnDefs reads (column definitions and constraints).
func (p *parser) columnDefs(c *CreateTable) {
	p.next()
	if c.Columns == nil {
		c.Columns = []ColumnDef{}
	}
	for !p.atKind(tokRParen) {
		n := p.peek(1)
		switch t := p.tok(); {
		case t.kw == kwConstraint && isLabel(n):
			p.next()
			if !p.atAny(kwPrimary, kwForeign, kwUnique, kwCheck) {
				p.label("a constraint")
			}
			p.constraint(c)
		case t.kw == kwPrimary && n.kw == kwKey, t.kw == kwForeign && n.kw == kwKey, t.kw == kwCheck && n.kind == tokLParen,
			t.kw == kwUnique && (n.kind == tokLParen || n.kw == kwKey || n.kw == kwIndex):
			p.constraint(c)
		case (t.kw == kwKey || t.kw == kwIndex || t.kw == kwFulltext || t.kw == kwSpatial) &&
			(n.kind == tokLParen || isLabel(n) && (p.peek(2).kind == tokLParen || p.peek(2).kw == kwUsing || n.kw == kwKey || n.kw == kwIndex)):
			p.skipDefinition()
		case t.kw == kwExclude && (n.kw == kwUsing || n.kind == tokLParen), t.kw == kwPeriod && n.kw == kwFor:
			p.skipDefinition()
		case t.kw == kwLike:
			p.next()
			c.Like = p.dotted("a table")
			p.skipDefinition()
		default:
			c.Columns = append(c.Columns, p.columnDef())
		}
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
}

// skipDefinition skips to the comma or parenthesis behind a definition.
func (p *parser) skipDefinition() {
	for {
		switch p.tok().kind {
		case tokComma, tokRParen, tokEOF, tokSemicolon:
			return
		case tokLParen:
			p.skipParens()
			continue
		}
		p.next()
	}
}

// columnDef reads name [type] and its attributes.
func (p *parser) columnDef() ColumnDef {
	start := p.pos()
	d := ColumnDef{Name: p.label("a column")}
	if isLabel(p.tok()) && !p.atAny(kwNot, kwNull, kwDefault, kwPrimary, kwOptions, kwGenerated, kwComment, kwCollate, kwUnique, kwReferences, kwCheck, kwConstraint, kwAs) {
		d.Type = p.typeName()
	}
	for {
		switch t := p.tok(); {
		case t.kind == tokComma || t.kind == tokRParen || t.kind == tokEOF || t.kind == tokSemicolon:
			d.Span = p.span(start)
			return d
		case p.accept2(kwNot, kwNull):
			d.NotNull = true
		case p.at(kwDefault):
			p.next()
			d.Default = p.exprAbove(precCompare)
		case p.at(kwGenerated) || p.at(kwAs) && p.peek(1).kind == tokLParen:
			for !p.atKind(tokLParen) && !p.atKind(tokComma) && !p.atKind(tokRParen) && !p.atKind(tokEOF) && !p.atKind(tokSemicolon) {
				p.next()
			}
			if p.atKind(tokLParen) && p.toks[p.i-1].kw == kwIdentity {
				p.skipParens()
			} else if p.atKind(tokLParen) {
				p.next()
				d.Generated = p.expr()
				p.expectKind(tokRParen)
			}
		case t.kind == tokLParen:
			p.skipParens()
		default:
			p.next()
		}
	}
}

// constraint reads a table constraint.
func (p *parser) constraint(c *CreateTable) {
	var k TableConstraint
	switch {
	case p.accept2(kwPrimary, kwKey):
		k.Kind = "PRIMARY KEY"
	case p.accept2(kwForeign, kwKey):
		k.Kind = "FOREIGN KEY"
	case p.accept(kwUnique):
		k.Kind = "UNIQUE"
		p.acceptAny(kwKey, kwIndex)
	case p.accept(kwCheck):
		k.Kind = "CHECK"
		p.expectKind(tokLParen)
		k.Check = p.expr()
		p.expectKind(tokRParen)
		p.skipDefinition()
		c.Constraints = append(c.Constraints, k)
		return
	default:
		p.skipDefinition()
		return
	}
	for isLabel(p.tok()) {
		p.next() // an index name, CLUSTERED, NULLS NOT DISTINCT
	}
	if p.acceptKind(tokLParen) {
		k.Columns = p.keyColumns()
	}
	if p.accept(kwReferences) {
		k.References = p.dotted("a table")
		if p.acceptKind(tokLParen) {
			k.RefColumns = p.keyColumns()
		}
	}
	p.skipDefinition()
	c.Constraints = append(c.Constraints, k)
}

// keyColumns reads the rest of (a, b(10) DESC, (expr)).
func (p *parser) keyColumns() []Ident {
	var ids []Ident
	for !p.atKind(tokRParen) {
		if isLabel(p.tok()) && p.peek(1).kind != tokDot {
			ids = append(ids, p.label("a column"))
		}
		p.skipDefinition()
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return ids
}

// createView reads the rest of CREATE VIEW.
func (p *parser) createView(temp, materialized bool) Stmt {
	v := &CreateView{Temp: temp, Materialized: materialized}
	p.ifNotExists()
	v.Name = p.dotted("a view")
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
		case t.kind == tokLParen && v.Columns == nil && isLabel(n):
			v.Columns = p.viewColumns()
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
		}
	}
	if p.at(kwWith) { // WITH CHECK OPTION, WITH NO DATA, WITH NO SCHEMA BINDING
		p.skipStatement()
	}
	return v
}

// viewColumns reads (a, b COMMENT 'x', c OPTIONS(…)).
func (p *parser) viewColumns() []Ident {
	p.next()
	m := len(p.idents)
	for !p.atKind(tokRParen) {
		p.idents = append(p.idents, p.label("a column"))
		p.skipDefinition()
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return p.takeIdents(m)
}

// createFunction reads the rest of CREATE FUNCTION. A body in another language,
// or one that cannot be read, leaves Body and Query nil.
func (p *parser) createFunction(temp, aggregate bool) Stmt {
	f := &CreateFunction{Temp: temp, Aggregate: aggregate}
	p.ifNotExists()
	f.Name = p.dotted("a function")
	f.Params = p.funcParams()
	foreign := false
	for {
		t, n := p.tok(), p.peek(1)
		switch {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			return f
		case t.kw == kwReturns:
			p.next()
			p.accept2(kwNull, kwOn)
			if p.at(kwTable) && (n.kw == kwTable && p.peek(1).kind == tokLParen) {
				p.next()
				p.skipParens()
			} else if isLabel(p.tok()) {
				f.Returns = p.typeName()
			}
		case t.kw == kwLanguage:
			p.next()
			foreign = !p.at(kwSql)
			p.next()
		case t.kw == kwOptions || t.kw == kwSet:
			p.next()
			if p.atKind(tokLParen) {
				p.skipParens()
			}
		case t.kw == kwRemote:
			foreign = true
			p.next()
		case t.kw == kwBegin:
			p.skipCreate()
			return f
		case t.kw == kwReturn && !foreign:
			p.next()
			p.funcBody(f)
		case t.kw == kwAs && n.kind == tokString:
			p.next()
			p.stringBody(f, foreign)
		case t.kw == kwAs:
			p.next()
			p.accept(kwTable)
			p.funcBody(f)
		case t.kind == tokLParen:
			p.skipParens()
		case t.kind == tokInvalid || t.kind == tokRParen:
			p.failExpected("the function's body")
		default:
			p.next()
		}
	}
}

// funcBody reads an expression or a query.
func (p *parser) funcBody(f *CreateFunction) {
	switch {
	case p.atQuery():
		f.Query = p.query()
	case p.queryInParens() && (f.Returns == nil || f.Returns.Name == "TABLE" || EqualFold(f.Returns.Name, "table")):
		x := p.expr()
		if s, ok := x.(*Subquery); ok && f.Returns != nil {
			f.Query = s.Query
			return
		}
		f.Body = x
	default:
		f.Body = p.expr()
	}
}

// stringBody reads a body that stands in a string: Snowflake's and PostgreSQL's
// $$…$$. Its positions are lost, so only its presence is noted.
func (p *parser) stringBody(f *CreateFunction, foreign bool) {
	for p.atKind(tokString) || p.atKind(tokComma) {
		p.next()
	}
}

// funcParams reads (a type, b ANY TYPE, t TABLE<…>, OUT c type DEFAULT 1).
func (p *parser) funcParams() []FuncParam {
	var params []FuncParam
	if !p.acceptKind(tokLParen) {
		return nil
	}
	for !p.atKind(tokRParen) {
		for p.atAny(kwIn, kwOut, kwInout, kwVariadic) && isLabel(p.peek(1)) {
			p.next()
		}
		var f FuncParam
		t := p.tok()
		if t.kind != tokParam && !isLabel(t) {
			p.failExpected("a parameter")
		}
		switch n := p.peek(1); {
		case n.kind == tokComma || n.kind == tokRParen || n.kind == tokLParen || n.kind == tokLt:
			if n.kind == tokLParen || n.kind == tokLt { // a type without a name
				f.Type = p.typeName()
				break
			}
			p.next()
			f.Name = p.identOf(t)
		default:
			p.next()
			f.Name = p.identOf(t)
			if p.atKind(tokColonEq) || p.at(kwDefault) || p.atKind(tokEq) {
				break
			}
			p.accept(kwAs)
			switch {
			case p.at(kwAny):
				f.Table = p.peek(1).kw == kwTable
				p.next()
				p.label("TYPE")
			case p.at(kwTable):
				f.Table = true
				p.typeName()
			default:
				f.Type = p.typeName()
			}
		}
		p.typeTail()
		p.acceptAny(kwReadonly, kwNot)
		if p.accept(kwAggregate) {
		}
		if p.accept(kwDefault) || p.acceptKind(tokEq) || p.acceptKind(tokColonEq) {
			p.expr()
		}
		params = append(params, f)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	p.expectKind(tokRParen)
	return params
}

// createProcedure reads the rest of CREATE PROCEDURE.
func (p *parser) createProcedure() Stmt {
	c := &CreateProcedure{}
	p.ifNotExists()
	c.Name = p.dotted("a procedure")
	if p.atKind(tokLParen) {
		p.funcParams()
	}
	for {
		switch t := p.tok(); {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			return c
		case t.kw == kwBegin:
			p.enter()
			c.Body = []Stmt{p.statementBody()}
			p.leave()
			return c
		case t.kind == tokLParen:
			p.skipParens()
		default:
			p.next()
		}
	}
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
	}
	p.skipStatement()
	return d
}
