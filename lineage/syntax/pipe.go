package syntax

// pipes reads |> operators onto a query.
func (p *parser) pipes(q *Query) {
	for p.atKind(tokPipe) {
		q.Pipes = append(q.Pipes, p.pipeOp())
	}
}

// subpipeline reads (|> op |> op …), which may be empty.
func (p *parser) subpipeline() []PipeOp {
	p.expectKind(tokLParen)
	p.enter()
	ops := []PipeOp{}
	for p.atKind(tokPipe) {
		ops = append(ops, p.pipeOp())
	}
	p.expectKind(tokRParen)
	p.leave()
	return ops
}

func endsPipe(t *token) bool { return t.kind == tokPipe }

// pipeOp reads one operator. One that cannot be read becomes a PipeBad.
func (p *parser) pipeOp() (op PipeOp) {
	m := p.mark()
	m.i++ // the |> itself ends the search
	start := p.pos()
	defer p.skip(m, endsPipe, func(from, to int) {
		b := &PipeBad{Parts: p.namesIn(from, to)}
		b.Span = p.span(start)
		op = b
	})
	p.next()
	op = p.pipeBody()
	if s, ok := op.(interface{ setSpan(Span) }); ok {
		s.setSpan(p.span(start))
	}
	return op
}

func (x *pipe) setSpan(s Span) { x.Span = s }

func (p *parser) pipeBody() PipeOp {
	n := p.peek(1)
	switch p.tok().kw {
	case kwSelect, kwExtend, kwWindow:
		return p.pipeSelect()
	case kwSet:
		p.next()
		return &PipeSet{Items: p.assignments()}
	case kwDrop:
		p.next()
		return &PipeDrop{Columns: p.pipeNames()}
	case kwRename:
		return p.pipeRename()
	case kwAs:
		p.next()
		return &PipeAs{Alias: p.label("an alias")}
	case kwWhere:
		p.next()
		return &PipeWhere{X: p.pipeExpr()}
	case kwLimit:
		p.next()
		x := &PipeLimit{}
		if !p.accept(kwAll) {
			x.Limit = p.expr()
		}
		if p.accept(kwOffset) {
			x.Offset = p.expr()
		}
		return x
	case kwOrder:
		return &PipeOrderBy{Items: p.orderBy()}
	case kwAggregate:
		return p.pipeAggregate()
	case kwDistinct:
		p.next()
		return &PipeDistinct{}
	case kwCall:
		p.next()
		start := p.pos()
		f := p.tableFunc(start, p.dotted("a table function"), false).(*TableFunc)
		return &PipeCall{Func: f}
	case kwTablesample:
		return &PipeSample{Weight: p.sample()}
	case kwPivot:
		return &PipePivot{Pivot: p.pivot(nil)}
	case kwUnpivot:
		return &PipeUnpivot{Unpivot: p.unpivot(nil)}
	case kwMatchRecognize:
		return &PipeMatchRecognize{Match: p.matchRecognize(nil)}
	case kwRecursive:
		return p.pipeRecursive()
	case kwWith:
		return &PipeWith{With: p.with()}
	case kwAssert:
		p.next()
		return &PipeAssert{Args: p.pipeExprs()}
	case kwIf:
		return p.pipeIf()
	case kwFork, kwTee:
		x := &PipeFork{Tee: p.at(kwTee)}
		p.next()
		p.hint()
		if x.Tee && !p.atKind(tokLParen) {
			return x
		}
		for {
			x.Branches = append(x.Branches, p.subpipeline())
			if !p.acceptKind(tokComma) || !p.atKind(tokLParen) {
				return x
			}
		}
	case kwLog:
		p.next()
		p.hint()
		if p.atKind(tokLParen) {
			p.subpipeline()
		}
		return &PipeNop{}
	case kwDescribe, kwStaticDescribe:
		p.next()
		return &PipeNop{}
	case kwCreate, kwInsert, kwExport:
		return p.pipeSink()
	}
	switch {
	case p.atSetOp():
		return p.pipeSetOp()
	case p.atAny(kwLeft, kwRight, kwFull, kwInner, kwCross, kwJoin, kwNatural, kwHash, kwLookup) || p.at(kwOuter) && n.kw == kwJoin:
		start := p.pos()
		j, _ := p.joinOp()
		if j == nil {
			p.failExpected("keyword JOIN")
		}
		p.countJoin()
		j.Right = p.tableItem()
		if p.atAny(kwOn, kwUsing) {
			p.joinCondition(j)
		}
		j.Span = p.span(start)
		return &PipeJoin{Join: j}
	}
	p.failExpected("a pipe operator")
	return nil
}

func (p *parser) pipeSelect() PipeOp {
	x := &PipeSelect{Extend: p.at(kwExtend), Window: p.at(kwWindow)}
	p.next()
	p.hint()
	if !x.Extend && !x.Window {
		var s Select
		p.selectModifiers(&s)
		x.Distinct, x.As = s.Distinct, s.As
	}
	x.Items = p.selectItems()
	if p.at(kwWindow) {
		x.Windows = p.windowDefs()
	}
	return x
}

// pipeExpr reads an expression that is all of an operator.
func (p *parser) pipeExpr() (x Expr) {
	defer p.skip(p.mark(), endsPipe, func(from, to int) { x = p.bad(from, to) })
	return p.expr()
}

// pipeExprs reads expressions; a comma at the end is forgiven.
func (p *parser) pipeExprs() []Expr {
	m := len(p.exprs)
	for {
		p.exprs = append(p.exprs, p.expr())
		if !p.acceptKind(tokComma) || p.listEnds() {
			return p.takeExprs(m)
		}
	}
}

func (p *parser) pipeNames() []Ident {
	m := len(p.idents)
	for {
		p.idents = append(p.idents, p.label("a column"))
		if !p.acceptKind(tokComma) || p.listEnds() {
			return p.takeIdents(m)
		}
	}
}

func (p *parser) pipeRename() PipeOp {
	p.next()
	x := &PipeRename{}
	for {
		r := Rename{From: p.label("a column")}
		for p.acceptKind(tokDot) {
			r.From = p.label("a column")
		}
		p.accept(kwAs)
		r.To = p.label("a column")
		x.Items = append(x.Items, r)
		if !p.acceptKind(tokComma) || p.listEnds() {
			return x
		}
	}
}

// assignments reads path = expr, ….
func (p *parser) assignments() []Assignment {
	var list []Assignment
	for {
		start := p.pos()
		a := Assignment{Target: p.columnPath()}
		for p.atKind(tokLBracket) { // PostgreSQL's array elements
			p.skipBalanced()
		}
		if !p.acceptKind(tokColonEq) {
			p.expectKind(tokEq)
		}
		a.Value = p.expr()
		a.Span = p.span(start)
		list = append(list, a)
		if !p.acceptKind(tokComma) || p.listEnds() {
			return list
		}
	}
}

func (p *parser) pipeAggregate() PipeOp {
	p.next()
	x := &PipeAggregate{}
	p.hint()
	m := len(p.items)
	for !p.at(kwGroup) && !p.listEnds() {
		item := p.selectItem()
		var o OrderItem
		if p.orderDirection(&o) {
			item.Order = true
			item.Span = p.span(item.Pos)
			if item.Alias.Name == "" && item.Star == nil {
				p.itemAlias(&item)
				item.Span = p.span(item.Pos)
			}
		}
		p.items = append(p.items, item)
		if !p.acceptKind(tokComma) {
			break
		}
	}
	x.Items = p.takeItems(m)
	if p.at(kwGroup) {
		x.GroupBy = p.groupBy(true)
	}
	return x
}

func (p *parser) pipeSetOp() PipeOp {
	x := &PipeSetOp{Op: p.setOpSpec()}
	for {
		if !p.atKind(tokLParen) {
			// A query without parentheses is not the grammar's, but clear.
			x.Inputs = append(x.Inputs, p.bareQuery())
			return x
		}
		x.Inputs = append(x.Inputs, p.parenQuery())
		if !p.acceptKind(tokComma) || !p.atKind(tokLParen) {
			return x
		}
	}
}

// bareQuery reads one operand of a set operation as a query.
func (p *parser) bareQuery() *Query {
	q := p.queries.One()
	q.Body = p.queryOperand()
	q.Span = q.Body.Extent()
	return q
}

func (p *parser) pipeRecursive() PipeOp {
	p.next()
	x := &PipeRecursiveUnion{}
	if p.at2(kwWith, kwDepth) {
		p.pipeDepth(x)
	}
	x.Op = p.setOpSpec()
	if p.at2(kwWith, kwDepth) {
		p.pipeDepth(x)
	}
	if p.atKind(tokLParen) && (p.peek(1).kind == tokPipe || p.peek(1).kind == tokRParen) {
		x.Pipes = p.subpipeline()
	} else {
		x.Query = p.parenQuery()
	}
	if p.accept(kwAs) || p.isName(p.tok()) {
		x.Alias = p.label("an alias")
	}
	return x
}

func (p *parser) pipeDepth(x *PipeRecursiveUnion) {
	var c CTE
	p.cteTail(&c)
	x.Depth = c.Depth
}

func (p *parser) pipeIf() PipeOp {
	x := &PipeIf{}
	p.next()
	p.hint()
	for {
		x.Conds = append(x.Conds, p.expr())
		p.expect(kwThen)
		x.Branches = append(x.Branches, p.subpipeline())
		if !p.accept(kwElseif) {
			break
		}
	}
	if p.accept(kwElse) {
		x.Branches = append(x.Branches, p.subpipeline())
	}
	return x
}

// pipeSink reads CREATE TABLE t, INSERT INTO t, EXPORT DATA at the end of a
// pipe.
func (p *parser) pipeSink() PipeOp {
	x := &PipeSink{}
	if p.at(kwExport) {
		p.next()
		p.expect(kwData)
		if p.accept(kwWith) {
			p.expect(kwConnection)
			p.dotted("a connection")
		}
		if p.accept(kwOptions) {
			p.skipParens()
		}
		return x
	}
	for p.acceptAny(kwCreate, kwOr, kwReplace, kwTemp, kwTemporary, kwExternal, kwTable, kwInsert, kwInto, kwOverwrite, kwIgnore, kwUpdate) {
	}
	if p.accept(kwIf) {
		p.expect(kwNot)
		p.expect(kwExists)
	}
	x.Target = p.dotted("a table")
	for !p.atKind(tokPipe) && !p.atKind(tokEOF) && !p.atKind(tokSemicolon) && !p.atKind(tokRParen) {
		if p.atKind(tokLParen) {
			p.skipParens()
			continue
		}
		p.next()
	}
	return x
}
