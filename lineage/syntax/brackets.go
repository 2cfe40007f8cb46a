package syntax

import (
	"cmp"
	"fmt"
	"slices"
)

// brackets say which brackets of a text belong together. They are asked for only
// once something could not be read. A semicolon ends every bracket that is open.
//
// Where the brackets of a statement are no pairs, words tell which of them were
// left open: a FROM ends a call, and the next query of WITH the one before.
type brackets struct {
	// around is, for each token, the innermost bracket that is open there, by
	// its token, or -1; the end of the text and a semicolon stand inside.
	around []int32
	solid  []int32 // as around, of the brackets that are closed
	closed []bool  // for each opening bracket, whether it is closed
	stray  []bool  // for each closing bracket, whether it closes nothing
	// assumed says of opening brackets that are not closed whether the parser has
	// taken them as closed.
	assumed []bool
}

func isOpening(k tokenKind) bool { return k == tokLParen || k == tokLBracket || k == tokLBrace }

func isClosing(k tokenKind) bool { return k == tokRParen || k == tokRBracket || k == tokRBrace }

func (p *parser) bracketsOf() *brackets {
	n := len(p.toks)
	b := &brackets{
		around: make([]int32, n), solid: make([]int32, n),
		closed: make([]bool, n), stray: make([]bool, n), assumed: make([]bool, n),
	}
	from := 0
	for i := range p.toks {
		if k := p.toks[i].kind; k == tokSemicolon || i == n-1 {
			p.fillPairs(b, from, i)
			from = i + 1
		}
	}
	return b
}

// fillPairs pairs the brackets of a statement, of the tokens from, …, to, of which the
// last is its semicolon or the end of the text.
func (p *parser) fillPairs(b *brackets, from, to int) {
	if open := p.pairUp(b, from, to, 0); open > 0 {
		p.pairUp(b, from, to, open)
	}
	for i := from; i <= to; i++ {
		switch open := b.around[i]; {
		case open < 0 || b.closed[open]:
			b.solid[i] = open
		default:
			b.solid[i] = b.solid[open]
		}
	}
}

// pairUp is one pass over a statement that returns how many brackets stay open. So
// many as missing are taken as left open where a word stands that shows it.
func (p *parser) pairUp(b *brackets, from, to, missing int) int {
	open, n := int32(-1), 0
	for i := from; i <= to; i++ {
		b.around[i] = open
		b.closed[i], b.stray[i], b.assumed[i] = false, false, false
		for ; missing > 0 && open >= 0 && p.leftOpenAt(b, int(open), i); missing-- {
			open = b.around[open]
			n--
		}
		switch k := p.toks[i].kind; {
		case isOpening(k):
			open = int32(i)
			n++
		case isClosing(k) && open < 0:
			b.stray[i] = true
		case isClosing(k):
			b.closed[open] = true
			open = b.around[open]
			n--
		}
	}
	return n
}

// leftOpenAt reports whether token i shows that the bracket open, the innermost, was
// not closed before it though it should have been.
func (p *parser) leftOpenAt(b *brackets, open, i int) bool {
	t := &p.toks[i]
	if t.kind != tokComma && (t.kind != tokIdent || t.kw == 0) || i <= open+1 || p.toks[open].kind == tokLBrace {
		return false
	}
	first, last := p.toks[open+1].kw, p.toks[i-1].kw
	next := p.toks[min(i+1, len(p.toks)-1)].kw
	switch first {
	case kwSelect:
		switch t.kw {
		case kwSelect:
			return last != kwAll && last != kwDistinct && last != kwUnion && last != kwExcept && last != kwIntersect && last != kwMinus && last != kwName
		case 0:
			return p.cteAt(i)
		}
		return false
	case kwWith, kwFrom, kwValues:
		return false
	}
	if p.toks[open+1].kind == tokLParen && p.toks[open].kind == tokLParen {
		return false // it may hold a query
	}
	switch t.kw {
	case kwFrom:
		return last != kwDistinct && (open == 0 || !fromFunction(p.toks[open-1].text(p.src)))
	case kwSelect:
		return true
	case kwGroup:
		return next == kwBy
	case kwLeft, kwRight, kwFull, kwInner, kwCross:
		return (next == kwJoin || next == kwOuter) && p.isCall(open)
	case kwJoin, kwWhere:
		return p.isCall(open)
	case kwUnion, kwIntersect, kwExcept:
		return next == kwAll || next == kwDistinct || next == kwSelect
	}
	return false
}

// isCall reports whether a bracket is that of a function.
func (p *parser) isCall(open int) bool {
	if open == 0 {
		return false
	}
	t := &p.toks[open-1]
	return t.kind == tokIdent && t.kw != kwFrom && t.kw != kwJoin
}

// brackets of the whole text, made when first asked for.
func (p *parser) brackets() *brackets {
	if p.pairs == nil {
		p.pairs = p.bracketsOf()
	}
	return p.pairs
}

// leftOpen returns the innermost bracket around the current token that is open
// still, if the text never closes it, else -1.
func (p *parser) leftOpen() int {
	b := p.brackets()
	open := b.around[p.i]
	for open >= 0 && b.assumed[open] {
		open = b.around[open]
	}
	if open < 0 || b.closed[open] {
		return -1
	}
	return int(open)
}

// mayClose reports whether a closing bracket, which does not stand here, was
// most likely left out: the text never closes the one that is open, and what
// stands here goes on behind it.
func (p *parser) mayClose() bool {
	t := p.tok()
	var goesOn bool
	switch t.kind {
	case tokEOF, tokSemicolon, tokPipe:
		goesOn = true
	case tokComma:
		goesOn = p.cteAhead()
	default:
		goesOn = endsTable(t) || p.atAny(kwAs, kwSelect, kwInsert, kwUpdate, kwDelete, kwMerge, kwWhen, kwThen, kwElse, kwEnd)
	}
	return goesOn && len(p.errs) < maxErrors-1 && p.leftOpen() >= 0
}

// cteAhead reports whether a comma stands before the next query of WITH.
func (p *parser) cteAhead() bool { return p.cteAt(p.i) }

func (p *parser) cteAt(i int) bool {
	if i+4 >= len(p.toks) || p.toks[i].kind != tokComma {
		return false
	}
	n := p.toks[i+4].kw
	return p.toks[i+2].kw == kwAs && p.toks[i+3].kind == tokLParen && isLabel(&p.toks[i+1]) && (n == kwSelect || n == kwWith)
}

// assumeClosed takes a bracket that was left open as closed here, and says so.
func (p *parser) assumeClosed(k tokenKind) {
	open := p.leftOpen()
	p.assume(open)
	p.guessed = true
	at := Span{p.pos(), p.tok().end}
	if n := len(p.errs); n > 0 && p.errs[n-1].Pos >= at.Pos {
		return // several are closed at one place
	}
	t := &p.toks[open]
	p.report(at, "expected "+kindNames[k]+" but found "+p.tok().describe(p.src),
		fmt.Sprintf("the %q of %s is not closed", t.text(p.src), p.place(t.pos)))
}

// assume takes a bracket that was left open as closed.
func (p *parser) assume(open int) {
	p.pairs.assumed[open] = true
	p.assumed = append(p.assumed, int32(open))
}

// forgetAssumed opens those again that were taken as closed behind the first n.
func (p *parser) forgetAssumed(n int) {
	for _, open := range p.assumed[n:] {
		p.pairs.assumed[open] = false
	}
	p.assumed = p.assumed[:n]
}

// assumeInside takes all brackets as closed that were left open in the part of
// the tokens from, …, to-1.
func (p *parser) assumeInside(from, to int) {
	for open := int(p.pairs.around[to]); open >= from; open = int(p.pairs.around[open]) {
		if !p.pairs.assumed[open] {
			p.assume(open)
		}
	}
}

// place is line:column of an offset, for messages.
func (p *parser) place(pos Pos) string {
	at := (&File{Src: p.src[:pos]}).Position(pos)
	return fmt.Sprintf("%d:%d", at.Line, at.Col)
}

// endArgs prepares that the call whose arguments begin at token first is taken
// as closed at the current token. Where one of them has an alias, which then is
// the select item's, it is closed there instead.
func (p *parser) endArgs(args []Expr, first int) []Expr {
	open := p.brackets().around[first]
	for j := first; j < p.i; j++ {
		if in := p.pairs.around[j]; p.toks[j].kw != kwAs || in < open || p.pairs.closed[in] {
			continue
		}
		for n, x := range args {
			if x.Extent().End > p.toks[j].pos {
				if a, ok := x.(*NamedArg); ok && a.Alias {
					args[n] = a.Value
					n++
				}
				args = args[:n]
				break
			}
		}
		p.i = j
		break
	}
	return args
}

// findOpen is findStop for a part in which brackets are never closed: those do
// not count, so that the part need not reach to the end of the statement.
func (p *parser) findOpen(i, min int, stop func(*token) bool) (int, bool) {
	b := p.brackets()
	for j := max(i, min); ; j++ {
		t := &p.toks[j]
		inside := b.solid[j] >= int32(i)
		switch {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			return j, true
		case inside:
		case stop(t):
			return j, true
		}
	}
}

// skipBracket, deferred, ends an unwinding if the part that cannot be read stands
// in the bracket that opens at m: it calls handle with the tokens inside of it,
// and the parser stands behind it.
func (p *parser) skipBracket(m mark, handle func(from, to int)) {
	if !p.unwinding || p.fatal || !p.brackets().closed[m.i] {
		return
	}
	to := m.i + 1
	for int(p.pairs.around[to]) != m.i || !isClosing(p.toks[to].kind) {
		to++
	}
	if p.i > to {
		return
	}
	_ = recover()
	p.unwinding, p.guessed = false, true
	p.reset(m)
	p.i = to + 1
	handle(m.i+1, to)
}

// dropStray takes the closing brackets that close nothing out of the statement
// of the tokens from, …, to-1, with the errors behind the first errs, which are
// likely to come from them, and reports them instead. It returns the token with
// which the statement then begins: from itself if there are none.
func (p *parser) dropStray(from, to, errs int) int {
	b := p.brackets()
	var stray []Span
	for i := from; i < to; i++ {
		if b.stray[i] {
			stray = append(stray, Span{p.toks[i].pos, p.toks[i].end})
		}
	}
	if len(stray) == 0 || p.gaveUp {
		return from
	}
	p.guessed = true
	start := p.toks[from].pos
	at := to // behind where the next token that stays is moved
	for i := to - 1; i >= from; i-- {
		if !b.stray[i] {
			at--
			p.toks[at] = p.toks[i]
		}
	}
	for i := from; i < at; i++ {
		p.toks[i] = token{kind: tokSemicolon, pos: start, end: start}
	}
	p.fillPairs(b, from, to)
	p.errs = p.errs[:errs]
	for _, s := range stray {
		p.report(s, fmt.Sprintf("this %q closes nothing", p.src[s.Pos:s.End]), "")
	}
	return at
}

// sortErrors brings the errors of a statement into the order of the source.
func sortErrors(errs []*Error) {
	slices.SortStableFunc(errs, func(x, y *Error) int { return cmp.Compare(x.Pos, y.Pos) })
}
