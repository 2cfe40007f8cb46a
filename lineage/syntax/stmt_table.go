package syntax

import "strings"

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
			c.Like, c.Empty = p.dotted("a table"), t.kw == kwLike
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
			if prev := &p.toks[p.i-2]; EqualFold(prev.text(p.src), "stored") { // Hive's STORED AS PARQUET
				p.next()
				continue
			}
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
			if t.kw == kwWith && (n.kind == tokLParen || p.peek(2).kind == tokLParen && EqualFold(n.text(p.src), "serdeproperties") || n.kw == kwNo || n.kw == kwData || n.kw == kwPartition || n.kw == kwConnection || n.kw == kwRow) {
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
			x := &Path{Parts: p.identLists.List([]Ident{last.Name})}
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
			c.Like, c.Empty = p.dotted("a table"), true
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
