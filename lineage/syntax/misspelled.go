package syntax

// misspelled takes the identifier at token i, which cannot stand there or behind
// which something stands that cannot, for the keyword of a clause that it nearly
// is, reports it, and reports true. The parser then stands at it.
func (p *parser) misspelled(i int) bool {
	t := &p.toks[i]
	if t.kind != tokIdent || t.kw != 0 || p.inScript > 0 || len(p.errs) >= maxErrors-1 {
		return false
	}
	n := &p.toks[min(i+1, len(p.toks)-1)]
	kw := keyword(0)
	word := t.text(p.src)
	for _, k := range [...]keyword{kwFrom, kwWhere, kwJoin, kwGroup, kwOrder, kwHaving, kwQualify, kwLimit} {
		if !oneEdit(word, k.String()) {
			continue
		}
		switch k {
		case kwGroup, kwOrder:
			if n.kw != kwBy {
				continue
			}
		case kwLimit:
			if n.kind != tokInt {
				continue
			}
		case kwFrom, kwJoin:
			if !p.isName(n) && n.kind != tokLParen {
				continue
			}
		}
		kw = k
		break
	}
	if kw == 0 {
		return false
	}
	p.i = i
	p.report(Span{t.pos, t.end}, "expected the next clause but found "+t.describe(p.src), "")
	t.kw = kw
	p.guessed = true
	return true
}

// misspelledAlias is misspelled for the token before the current one, which was
// taken as an alias.
func (p *parser) misspelledAlias() bool {
	return p.i > 1 && p.toks[p.i-2].kw != kwAs && p.toks[p.i-2].kind != tokDot && p.misspelled(p.i-1)
}

// oneEdit reports whether one letter too many, too few, another one, or two that
// are swapped is all the difference between two words, without regard to case.
func oneEdit(x, y string) bool {
	if len(x) < 3 || len(x) > len(y)+1 || len(y) > len(x)+1 {
		return false
	}
	i := 0
	for i < len(x) && i < len(y) && EqualFold(x[i:i+1], y[i:i+1]) {
		i++
	}
	switch rest := min(len(x), len(y)); {
	case len(x) > len(y):
		return EqualFold(x[i+1:], y[i:])
	case len(x) < len(y):
		return EqualFold(x[i:], y[i+1:])
	case i == rest:
		return false
	case EqualFold(x[i+1:], y[i+1:]):
		return true
	default:
		return i+1 < rest && EqualFold(x[i:i+1], y[i+1:i+2]) && EqualFold(x[i+1:i+2], y[i:i+1]) && EqualFold(x[i+2:], y[i+2:])
	}
}
