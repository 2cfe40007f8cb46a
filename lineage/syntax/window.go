package syntax

// over reads the window behind OVER.
func (p *parser) over() *WindowSpec {
	if !p.atKind(tokLParen) {
		w := p.windows.One()
		w.Base = p.name("a window")
		w.Span = w.Base.Span
		return w
	}
	return p.windowSpec()
}

// windowSpec reads ([base] [PARTITION BY …] [ORDER BY …] [frame]).
func (p *parser) windowSpec() *WindowSpec {
	start := p.pos()
	w := p.windows.One()
	p.expectKind(tokLParen)
	p.enter()
	if p.isName(p.tok()) && !p.atAny(kwPartition, kwOrder, kwRows, kwRange, kwGroups, kwDistribute, kwSort, kwCluster) ||
		p.atKind(tokQuoted) {
		w.Base = p.name("a window")
	}
	for {
		switch {
		case p.accept2(kwPartition, kwBy), p.accept2(kwDistribute, kwBy), p.accept2(kwCluster, kwBy):
			p.hint()
			m := len(p.exprs)
			for {
				p.exprs = append(p.exprs, p.expr())
				if !p.acceptKind(tokComma) {
					break
				}
			}
			w.PartitionBy = p.takeExprs(m)
		case p.at2(kwOrder, kwBy), p.at2(kwSort, kwBy):
			w.OrderBy = p.orderBy()
		case p.atAny(kwRows, kwRange, kwGroups):
			p.frame(w)
		default:
			p.expectKind(tokRParen)
			p.leave()
			w.Span = p.span(start)
			return w
		}
	}
}

func (p *parser) frame(w *WindowSpec) {
	p.next()
	m := len(p.exprs)
	if p.accept(kwBetween) {
		p.frameBound()
		p.expect(kwAnd)
	}
	p.frameBound()
	w.Frame = p.takeExprs(m)
	if p.accept(kwExclude) {
		if !p.accept2(kwNo, kwOthers) && !p.accept2(kwCurrent, kwRow) {
			p.label("GROUP or TIES")
		}
	}
}

func (p *parser) frameBound() {
	switch {
	case p.accept2(kwCurrent, kwRow):
		return
	case p.at(kwUnbounded):
		p.next()
	default:
		p.exprs = append(p.exprs, p.exprAbove(precCompare))
	}
	if !p.acceptAny(kwPreceding, kwFollowing) {
		p.failExpected("PRECEDING or FOLLOWING")
	}
}
