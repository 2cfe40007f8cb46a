package syntax

import (
	"slices"
	"strings"
)

// slashLine skips the "/" on a line of its own that runs a block in Oracle's tools.
func (p *parser) slashLine() bool {
	if !p.atKind(tokSlash) || !p.d.DeclareSection || p.i > 0 && !p.newLine() {
		return false
	}
	n := p.peek(1)
	if n.kind != tokEOF && !strings.Contains(p.src[p.tok().end:n.pos], "\n") {
		return false
	}
	p.next()
	return true
}

// trailing reports what stands behind a query and cannot, and skips it: the query
// was read well. It reads no table, and what it names decides about the rows for
// all that is known, as keys of ORDER BY do.
func (p *parser) trailing(from int, s *QueryStmt) bool {
	to := p.statementEnd(from, p.i)
	if p.inScript > 0 || isClosing(p.tok().kind) || len(p.errs) >= maxErrors-1 {
		return false
	}
	for i := p.i; i < to; i++ {
		if p.toks[i].kw == kwSelect {
			return false
		}
	}
	if len(p.tablesIn(p.i, to)) > 0 {
		return false
	}
	p.report(Span{p.pos(), p.tok().end}, "expected the end of the statement but found "+p.tok().describe(p.src), "")
	p.guessed = true
	b := p.bad(p.i, to)
	q := s.Query
	q.OrderBy = append(q.OrderBy[:len(q.OrderBy):len(q.OrderBy)], OrderItem{Span: b.Span, X: b})
	q.End, s.End = b.End, b.End
	p.i = to
	return true
}

// endsBody reports whether a word stands here that ends the statements of a
// block.
func (p *parser) endsBody() bool {
	return p.inScript > 0 && p.atAny(kwEnd, kwElse, kwElseif, kwElsif, kwWhen, kwUntil, kwException)
}

// nextStatement reports whether SQL Server's next statement begins here: there
// semicolons may be left out.
func (p *parser) nextStatement() bool {
	return p.d.BracketIdent && p.atAny(kwSelect, kwInsert, kwUpdate, kwDelete, kwMerge, kwBegin, kwIf, kwWhile, kwDeclare, kwSet,
		kwExec, kwExecute, kwCreate, kwDrop, kwAlter, kwTruncate, kwWith, kwGo, kwPrint, kwReturn, kwUse) ||
		p.d.BracketIdent && p.atWord("raiserror") && p.newLine()
}

// separated reports whether SQL Server needs no semicolon between a statement and
// what follows: behind statements that are skipped to a line that
// begins with another.
func (p *parser) separated(s Stmt) bool {
	_, skipped := s.(*OtherStmt)
	return p.d.BracketIdent && p.newLine() && (skipped || p.skippedStarts())
}

// newLine reports whether the current token is the first of its line.
func (p *parser) newLine() bool {
	return p.i > 0 && strings.Contains(p.src[p.toks[p.i-1].end:p.pos()], "\n")
}

// batchEnds makes a semicolon of each of SQL Server's GO [count], which ends a
// batch on a line of its own.
func batchEnds(src string, toks []token) {
	apart := func(i, j int) bool { return strings.Contains(src[toks[i].end:toks[j].pos], "\n") }
	for i := range toks {
		if toks[i].kw != kwGo || i > 0 && !apart(i-1, i) {
			continue
		}
		end := i + 1
		if end < len(toks) && toks[end].kind == tokInt && !apart(i, end) {
			end++
		}
		if end < len(toks) && toks[end].kind != tokEOF && toks[end].kind != tokSemicolon && !apart(end-1, end) {
			continue
		}
		for j := i; j < end && j < len(toks); j++ {
			toks[j].kind, toks[j].kw = tokSemicolon, kwGo
		}
	}
}

// delimiters makes semicolons of what MySQL's DELIMITER says that ends a statement.
func delimiters(src string, toks []token) []token {
	if !slices.ContainsFunc(toks, func(t token) bool { return t.kw == kwDelimiter }) {
		return toks
	}
	out := make([]token, 0, len(toks)+16)
	word := ";"
	skipped := Pos(0) // up to where the text is done
	for i := range toks {
		t := toks[i]
		if t.pos < skipped && t.kind != tokEOF {
			continue
		}
		end := t
		end.kind, end.kw = tokSemicolon, 0
		if t.kw == kwDelimiter && (i == 0 || strings.Contains(src[toks[i-1].end:t.pos], "\n")) {
			line, _, _ := strings.Cut(src[t.end:], "\n")
			word = strings.TrimSpace(line)
			skipped = t.end + Pos(len(line))
			out = append(out, end)
			continue
		}
		text := src[t.pos:]
		switch {
		case word == "" || word == ";" || t.kind == tokEOF:
		case strings.HasPrefix(text, word):
			end.end = t.pos + Pos(len(word))
			skipped = end.end
			out = append(out, end)
			continue
		case t.kind == tokIdent && strings.HasSuffix(src[t.pos:t.end], word): // END$$
			end.pos = t.end - Pos(len(word))
			t.end = end.pos
			t.hash = Fold(src[t.pos:t.end])
			t.kw = findKeyword(src[t.pos:t.end], t.hash)
			out = append(out, t, end)
			continue
		}
		out = append(out, t)
	}
	return out
}

// skippedStarts reports whether a word stands here that begins one of SQL Server's statements that are skipped:
// they may follow each other line by line.
func (p *parser) skippedStarts() bool {
	return p.atAny(kwOpen, kwClose, kwFetch, kwDeallocate, kwThrow, kwBreak, kwContinue, kwCommit, kwRollback)
}

// statementEnd finds the end of a bad statement that begins at token from and
// went wrong at token at: the next semicolon outside of parentheses, or if there
// is none the next one.
func (p *parser) statementEnd(from, at int) int {
	level, first := 0, -1
	for i := from; ; i++ {
		switch p.toks[i].kind {
		case tokLParen:
			level++
		case tokRParen:
			level--
		case tokEOF:
			if level > 0 && first >= 0 {
				return first
			}
			return i
		case tokSemicolon:
			if i >= at && level <= 0 {
				return i
			}
			if i >= at && first < 0 {
				first = i
			}
		}
	}
}

func (p *parser) badStmt(from, to int) Stmt {
	b := &BadStmt{Tables: p.tablesIn(from, to)}
	b.Span = p.tokensSpan(from, to)
	return b
}

// skipStatement skips to the semicolon that ends the statement.
func (p *parser) skipStatement() {
	for {
		switch p.tok().kind {
		case tokSemicolon, tokEOF:
			return
		case tokLParen:
			p.skipParens()
			continue
		case tokInvalid:
			p.failExpected("the end of the statement")
		}
		p.next()
	}
}
