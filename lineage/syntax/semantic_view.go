package syntax

// semanticView reads Snowflake's SEMANTIC_VIEW(v DIMENSIONS t.a, … METRICS t.m AS x
// … WHERE …) as a query of the view: the columns that it names are the view's own,
// called by the last part of their names.
func (p *parser) semanticView(start Pos) TableExpr {
	p.next()
	p.expectKind(tokLParen)
	p.enter()
	at := p.pos()
	view := p.tables.One()
	view.Name = p.dotted("a semantic view")
	view.Span = p.span(at)
	sel := &Select{From: view}
	for !p.atKind(tokRParen) {
		switch {
		case p.acceptWord("dimensions"), p.acceptWord("metrics"), p.acceptWord("facts"):
			for {
				sel.Items = append(sel.Items, p.semanticItem())
				if !p.acceptKind(tokComma) {
					break
				}
			}
		case p.accept(kwWhere):
			sel.Where = p.expr()
			ownColumns(sel.Where)
		default:
			p.failExpected("DIMENSIONS, METRICS, FACTS or WHERE")
		}
	}
	p.expectKind(tokRParen)
	p.leave()
	sel.Span = p.span(start)
	q := p.queries.One()
	q.Body, q.Span = sel, sel.Span
	d := &Derived{Query: q}
	d.Alias = p.tableAlias(false)
	d.Span = p.span(start)
	return d
}

func (p *parser) semanticItem() SelectItem {
	it := SelectItem{}
	start := p.pos()
	i := 0
	for isLabel(p.peek(i)) && p.peek(i+1).kind == tokDot {
		i += 2
	}
	if p.peek(i).kind == tokStar { // all of a logical table
		p.i += i
		it.Star = p.starTail(&Star{}, start)
	} else {
		it.X = p.expr()
		ownColumns(it.X)
		if p.accept(kwAs) {
			it.Alias = p.label("an alias")
		}
	}
	it.Span = p.span(start)
	return it
}

// ownColumns leaves the names of logical tables out of an expression.
func ownColumns(x Expr) {
	Inspect(x, func(n Node) bool {
		if path, ok := n.(*Path); ok && len(path.Parts) > 1 {
			path.Parts = path.Parts[len(path.Parts)-1:]
		}
		return true
	})
}
