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
	p.graphPattern(f)
	p.expectKind(tokRParen)
	p.graphCall(f, name, graph)
	f.Alias = p.tableAlias(false)
	f.Span = p.span(start)
	return f
}

// graphStmt reads GRAPH graph MATCH … RETURN … as a query that reads
// GRAPH_TABLE of the graph.
func (p *parser) graphStmt() Stmt {
	start := p.pos()
	name := p.label("GRAPH")
	f := &TableFunc{}
	graph := &TableArg{Kind: "TABLE"}
	at := p.pos()
	graph.Name = p.dotted("a graph")
	graph.Span = p.span(at)
	p.graphPattern(f)
	p.graphCall(f, name, graph)
	f.Span = p.span(start)
	from := &FromQuery{From: f}
	from.Span = f.Span
	q := p.queries.One()
	q.Body, q.Span = from, f.Span
	return &QueryStmt{Query: q}
}

// graphCall makes the call that stands for the rows of a graph.
func (p *parser) graphCall(f *TableFunc, name Ident, graph *TableArg) {
	c := p.calls.One()
	c.Name = p.identLists.List([]Ident{name})
	c.Args = []Expr{graph}
	c.Span = p.span(name.Pos)
	f.Call = c
}

// graphPattern skips what is matched in a graph and takes the names of the columns
// that the last RETURN or COLUMNS gives, up to the closing parenthesis or the end.
func (p *parser) graphPattern(f *TableFunc) {
	for !p.atKind(tokRParen) && !p.atKind(tokEOF) && !p.atKind(tokSemicolon) {
		switch {
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
}

// graphColumns takes the name of each item up to the closing bracket: its alias,
// or the last name that it ends with.
func (p *parser) graphColumns() []ColumnDef {
	var out []ColumnDef
	for {
		var last *token
		for !p.atKind(tokComma) && !p.atKind(tokRParen) && !p.atKind(tokEOF) && !p.atKind(tokSemicolon) &&
			!p.atAny(kwNext, kwOrder, kwLimit, kwGroup, kwOffset) {
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
