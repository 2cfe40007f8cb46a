package syntax

// graphTable reads GRAPH_TABLE(graph MATCH … COLUMNS(…)). The pattern is skipped;
// what the tree holds is a call with the graph, and the names of the columns.
func (p *parser) graphTable() TableExpr {
	start := p.pos()
	name := p.label("GRAPH_TABLE")
	p.expectKind(tokLParen)
	f := &TableFunc{}
	graph := &TableArg{Kind: "TABLE"}
	at := p.pos()
	graph.Name = p.dotted("a graph")
	graph.Span = p.span(at)
	for !p.atKind(tokRParen) {
		switch {
		case p.atKind(tokEOF), p.atKind(tokSemicolon):
			p.failExpected(`")"`)
		case p.atAny(kwColumns, kwReturn):
			p.next()
			paren := p.acceptKind(tokLParen)
			f.ColumnDefs = p.graphColumns()
			if paren {
				p.expectKind(tokRParen)
			}
		case p.atKind(tokLParen), p.atKind(tokLBracket), p.atKind(tokLBrace):
			p.skipBalanced()
		default:
			p.next()
		}
	}
	p.expectKind(tokRParen)
	c := p.calls.one()
	c.Name = p.identLists.list([]Ident{name})
	c.Args = []Expr{graph}
	c.Span = p.span(start)
	f.Call = c
	f.Alias = p.tableAlias(false)
	f.Span = p.span(start)
	return f
}

// graphColumns takes the name of each item up to the closing bracket: its alias,
// or the last name that it ends with.
func (p *parser) graphColumns() []ColumnDef {
	var out []ColumnDef
	for {
		var last *token
		for !p.atKind(tokComma) && !p.atKind(tokRParen) && !p.atKind(tokEOF) && !p.atAny(kwNext, kwOrder, kwLimit) {
			last = nil
			switch {
			case p.atKind(tokLParen), p.atKind(tokLBracket), p.atKind(tokLBrace):
				p.skipBalanced()
			default:
				if t := p.tok(); isLabel(t) {
					last = t
				}
				p.next()
			}
		}
		if last != nil {
			id := p.identOf(last)
			out = append(out, ColumnDef{Span: id.Span, Name: id})
		}
		if !p.acceptKind(tokComma) {
			return out
		}
	}
}
