package syntax

// setOps reads operands joined by UNION, INTERSECT and EXCEPT. The first operand
// may have been read already.
func (p *parser) setOps(start Pos, first *Query) QueryExpr {
	var body QueryExpr
	if first != nil {
		body = first
	} else {
		body = p.queryOperand()
	}
	if !p.atSetOp() {
		return body
	}
	s := &SetOp{Inputs: []QueryExpr{body}}
	for p.atSetOp() {
		s.Ops = append(s.Ops, p.setOpSpec())
		s.Inputs = append(s.Inputs, p.queryOperand())
	}
	s.Span = p.span(start)
	if p.d.IntersectFirst {
		return groupIntersect(s)
	}
	return s
}

// groupIntersect brings INTERSECT's higher precedence into the tree.
func groupIntersect(s *SetOp) QueryExpr {
	first, mixed := s.Ops[0].Kind, false
	for _, op := range s.Ops {
		mixed = mixed || (op.Kind == Intersect) != (first == Intersect)
	}
	if !mixed {
		return s
	}
	out := &SetOp{Span: s.Span}
	for i := 0; i < len(s.Inputs); {
		j := i
		for j < len(s.Ops) && s.Ops[j].Kind == Intersect {
			j++
		}
		input := s.Inputs[i]
		if j > i {
			input = &SetOp{
				Span:   Span{s.Inputs[i].Extent().Pos, s.Inputs[j].Extent().End},
				Inputs: s.Inputs[i : j+1 : j+1], Ops: s.Ops[i:j:j],
			}
		}
		out.Inputs = append(out.Inputs, input)
		if j < len(s.Ops) {
			out.Ops = append(out.Ops, s.Ops[j])
		}
		i = j + 1
	}
	if len(out.Inputs) == 1 {
		return out.Inputs[0]
	}
	return out
}

// atSetOp reports whether a set operation goes on here.
func (p *parser) atSetOp() bool {
	switch p.tok().kw {
	case kwUnion, kwIntersect, kwExcept:
		return true
	case kwMinus:
		n := p.peek(1)
		return n.kw == kwSelect || n.kind == tokLParen || n.kw == kwAll || n.kw == kwDistinct || n.kw == kwWith || n.kw == kwFrom
	}
	return p.setModeAhead()
}

// setModeAhead reports whether FULL OUTER, LEFT, INNER or STRICT stands here
// before a set operation.
func (p *parser) setModeAhead() bool {
	if !p.atAny(kwFull, kwLeft, kwInner, kwStrict) {
		return false
	}
	n := p.peek(1)
	if n.kw == kwOuter {
		n = p.peek(2)
	}
	return n.kw == kwUnion || n.kw == kwIntersect || n.kw == kwExcept
}

// setOpSpec reads one set operator with its modifiers.
func (p *parser) setOpSpec() SetOpSpec {
	start := p.pos()
	var s SetOpSpec
	s.Mode = p.setMode()
	switch {
	case p.accept(kwUnion):
		s.Kind = Union
	case p.accept(kwIntersect):
		s.Kind = Intersect
	case p.acceptAny(kwExcept, kwMinus):
		s.Kind = Except
	default:
		p.failExpected("UNION, INTERSECT or EXCEPT")
	}
	p.hint()
	if p.accept(kwAll) {
		s.All = true
	} else {
		p.accept(kwDistinct)
	}
	if s.Mode == NoMode && p.at(kwStrict) {
		s.Mode = p.setMode()
	}
	switch {
	case p.accept2(kwBy, kwName):
		s.ByName = true
		if p.accept2(kwMatching, kwOn) || p.accept(kwOn) {
			s.By = p.parenNames("a column")
		}
	case p.accept(kwCorresponding):
		s.Corresponding = true
		if p.accept(kwBy) {
			s.By = p.parenNames("a column")
		}
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) setMode() SetMode {
	var mode SetMode
	switch p.tok().kw {
	case kwFull:
		mode = FullMode
	case kwLeft:
		mode = LeftMode
	case kwInner:
		mode = InnerMode
	case kwStrict:
		mode = StrictMode
	case kwOuter:
		p.next()
		return FullMode
	default:
		return NoMode
	}
	p.next()
	p.accept(kwOuter)
	return mode
}
