package syntax

import "strings"

// bailout is what the parser panics with. It never leaves the package.
type bailout struct{}

// unwind goes to the nearest place that can go on; if fatal, only the statement
// can be given up.
func (p *parser) unwind(fatal bool) {
	p.unwinding, p.fatal = true, fatal
	panic(bailout{})
}

// fail reports an error at the current token and unwinds.
func (p *parser) fail(message, hint string) {
	p.report(Span{p.pos(), p.tok().end}, message, hint)
	p.unwind(len(p.errs) >= maxErrors)
}

// failExpected reports what should have stood at the current token.
func (p *parser) failExpected(what string) {
	p.fail("expected "+what+" but found "+p.tok().describe(p.src), "")
}

// failName is failExpected where a name should have stood, or an expression that
// could be one; it says how a reserved word becomes a name.
func (p *parser) failName(what string) {
	hint := ""
	if t := p.tok(); t.kind == tokIdent && t.kw != 0 && p.d.reserved.has(t.kw) && p.nameEnds(p.peek(1)) {
		switch {
		case p.d.BracketIdent:
			hint = "to use it as a name, quote it: [" + t.text(p.src) + "]"
		case p.d.DoubleQuoteString:
			hint = "to use it as a name, quote it: `" + t.text(p.src) + "`"
		default:
			hint = `to use it as a name, quote it: "` + t.text(p.src) + `"`
		}
	}
	p.fail("expected "+what+" but found "+p.tok().describe(p.src), hint)
}

// nameEnds reports whether a token is one that stands behind a name.
func (p *parser) nameEnds(t *token) bool {
	switch t.kind {
	case tokComma, tokDot, tokRParen, tokEOF, tokSemicolon, tokEq, tokPlus, tokMinus:
		return true
	}
	return t.kw == kwFrom || t.kw == kwAs || t.kw == kwOn || t.kw == kwUsing
}

// failFatal reports an error that only the statement's end heals.
func (p *parser) failFatal(message, hint string) {
	p.report(Span{p.pos(), p.tok().end}, message, hint)
	p.gaveUp = true
	p.unwind(true)
}

// report adds an error; the last that is allowed says that there are more. What
// is missing at the end of the text is missed behind its last word, not in the
// empty lines below.
func (p *parser) report(s Span, message, hint string) {
	if end := Pos(len(p.src)); s.Pos == end {
		end = Pos(len(strings.TrimRight(p.src, " \t\r\n")))
		s = Span{end, end}
	}
	switch {
	case len(p.errs) < maxErrors-1:
		p.errs = append(p.errs, &Error{Pos: s.Pos, End: s.End, Message: message, Hint: hint})
	case len(p.errs) == maxErrors-1:
		p.errs = append(p.errs, &Error{Pos: s.Pos, End: s.End, Message: "too many errors; the rest was not read"})
	}
}

// warn reports a place that was read, but whose meaning the tree does not hold.
func (p *parser) warn(s Span, message string) {
	n := len(p.errs)
	p.report(s, message, "")
	if len(p.errs) > n && n < maxErrors-1 {
		p.errs[n].Warning = true
	}
}

// A mark is a state to which the parser can go back.
type mark struct {
	i, depth, assumed                   int
	idents, exprs, items, orders, whens int
	noColon                             bool
}

func (p *parser) mark() mark {
	return mark{
		i: p.i, depth: p.depth, assumed: len(p.assumed), noColon: p.noColon,
		idents: len(p.idents), exprs: len(p.exprs), items: len(p.items), orders: len(p.orders), whens: len(p.whens),
	}
}

// reset goes back to m, but not in the text.
func (p *parser) reset(m mark) {
	p.depth, p.noColon = m.depth, m.noColon
	p.forgetAssumed(m.assumed)
	p.idents, p.exprs, p.items = p.idents[:m.idents], p.exprs[:m.exprs], p.items[:m.items]
	p.orders, p.whens = p.orders[:m.orders], p.whens[:m.whens]
}

// rescue, deferred, ends an unwinding and calls handle.
func (p *parser) rescue(m mark, handle func(mark)) {
	if !p.unwinding {
		return
	}
	_ = recover()
	p.unwinding = false
	p.reset(m)
	handle(m)
}

// skip, deferred, ends an unwinding if the text goes on behind a bad part: the
// part reaches from m to the first token at its level that stop accepts. It then
// calls handle with the index behind the part, and the parser stands there. Else
// the unwinding goes on: to recover from it and panic anew would walk the whole
// stack at each level, a time that grows with the square of the depth.
func (p *parser) skip(m mark, stop func(*token) bool, handle func(from, to int)) {
	if !p.unwinding || p.fatal {
		return
	}
	to, ok := p.findStop(m.i, p.i, stop)
	if !ok {
		to, ok = p.findOpen(m.i, p.i, stop)
		p.guessed = true
	}
	if !ok {
		p.fatal = true
		return
	}
	_ = recover()
	p.unwinding = false
	p.reset(m)
	if p.pairs != nil { // what was left open inside of the part is no longer open
		p.assumeInside(m.i, to)
	}
	p.i = to
	handle(m.i, to)
}

// findStop looks from token i for the first at index min or behind that closes
// an outer bracket or that stop accepts, at the level of i.
func (p *parser) findStop(i, min int, stop func(*token) bool) (int, bool) {
	level := 0
	for ; ; i++ {
		t := &p.toks[i]
		switch t.kind {
		case tokEOF, tokSemicolon:
			return i, level == 0
		case tokLParen, tokLBracket, tokLBrace:
			level++
		case tokRParen, tokRBracket, tokRBrace:
			if level == 0 {
				return i, i >= min
			}
			level--
			continue
		}
		if level == 0 && i >= min && stop(t) {
			return i, true
		}
	}
}

// bad makes an expression of the tokens from, …, to-1.
func (p *parser) bad(from, to int) *Bad {
	b := &Bad{Parts: p.namesIn(from, to)}
	b.Span = p.tokensSpan(from, to)
	return b
}

// tokensSpan is the span of the tokens from, …, to-1. Of none it is the place
// behind the token before, which belongs to whatever is being read.
func (p *parser) tokensSpan(from, to int) Span {
	switch {
	case to > from:
		return Span{p.toks[from].pos, p.toks[to-1].end}
	case from > 0:
		return Span{p.toks[from-1].end, p.toks[from-1].end}
	}
	return Span{p.toks[from].pos, p.toks[from].pos}
}

// namesIn collects the dotted names among tokens that are not function names.
func (p *parser) namesIn(from, to int) []*Path {
	var paths []*Path
	for i := from; i < to; {
		if !p.isName(&p.toks[i]) {
			i++
			continue
		}
		var ids []Ident
		ids, i = p.dottedAt(i, to)
		if i < to && p.toks[i].kind == tokLParen {
			continue
		}
		x := &Path{Parts: ids}
		x.Span = Span{ids[0].Pos, ids[len(ids)-1].End}
		paths = append(paths, x)
	}
	return paths
}

// dottedAt reads the dotted name at token i without failing, and returns the
// index behind it.
func (p *parser) dottedAt(i, to int) ([]Ident, int) {
	ids := []Ident{p.identOf(&p.toks[i])}
	i++
	for i+1 < to && p.toks[i].kind == tokDot && isLabel(&p.toks[i+1]) {
		ids = append(ids, p.identOf(&p.toks[i+1]))
		i += 2
	}
	return ids, i
}

// tablesIn collects the dotted names behind FROM, JOIN, INTO and the like.
func (p *parser) tablesIn(from, to int) [][]Ident {
	var names [][]Ident
	for i := from; i+1 < to; i++ {
		switch p.toks[i].kw {
		case kwFrom, kwJoin, kwInto, kwUpdate, kwMerge, kwUsing, kwTable, kwView:
			if p.isName(&p.toks[i+1]) {
				save := p.i
				p.i = i + 1
				if ids, ok := p.tryDotted(); ok {
					names = append(names, ids)
				}
				p.i = save
			}
		}
	}
	return names
}

// tryDotted is dotted that gives up silently.
func (p *parser) tryDotted() (ids []Ident, ok bool) {
	n := len(p.errs)
	defer p.rescue(p.mark(), func(mark) {
		p.errs = p.errs[:n]
		ids, ok = nil, false
	})
	return p.dotted("a name"), true
}
