package syntax

import (
	"cmp"
	"fmt"
	"slices"
)

// brackets say which brackets of a text belong together. They are asked for only
// once something could not be read. A semicolon ends every bracket that is open.
type brackets struct {
	// around is, for each token, the innermost bracket that is open there, by
	// its token, or -1; the end of the text and a semicolon stand inside.
	around []int32
	closed []bool // for each opening bracket, whether it is closed
	stray  []bool // for each closing bracket, whether it closes nothing
	// assumed says of opening brackets that are not closed whether the parser has
	// taken them as closed.
	assumed []bool
}

func isOpening(k tokenKind) bool { return k == tokLParen || k == tokLBracket || k == tokLBrace }

func isClosing(k tokenKind) bool { return k == tokRParen || k == tokRBracket || k == tokRBrace }

func bracketsOf(toks []token) *brackets {
	n := len(toks)
	b := &brackets{around: make([]int32, n), closed: make([]bool, n), stray: make([]bool, n), assumed: make([]bool, n)}
	b.around[0] = -1
	b.fill(toks, 0, n-1)
	return b
}

// fill pairs the brackets of the tokens from, …, to, of which the first stands in
// those that it stood in before.
func (b *brackets) fill(toks []token, from, to int) {
	open := b.around[from]
	for i := from; i <= to; i++ {
		b.around[i] = open
		b.closed[i], b.stray[i], b.assumed[i] = false, false, false
		switch k := toks[i].kind; {
		case isOpening(k):
			open = int32(i)
		case isClosing(k) && open < 0:
			b.stray[i] = true
		case isClosing(k):
			b.closed[open] = true
			open = b.around[open]
		case k == tokSemicolon:
			open = -1
		}
	}
}

// brackets of the whole text, made when first asked for.
func (p *parser) brackets() *brackets {
	if p.pairs == nil {
		p.pairs = bracketsOf(p.toks)
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
	goesOn := false
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
func (p *parser) cteAhead() bool {
	n := p.peek(4).kw
	return p.peek(2).kw == kwAs && p.peek(3).kind == tokLParen && isLabel(p.peek(1)) && (n == kwSelect || n == kwWith)
}

// assumeClosed takes a bracket that was left open as closed here, and says so.
func (p *parser) assumeClosed(k tokenKind) {
	open := p.leftOpen()
	p.assume(open)
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
		inside := b.around[j] >= int32(i) && b.closed[b.around[j]]
		switch {
		case t.kind == tokEOF || t.kind == tokSemicolon:
			return j, true
		case inside:
		case stop(t):
			return j, true
		}
	}
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
	b.fill(p.toks, from, to)
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
