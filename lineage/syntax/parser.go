package syntax

import "fmt"

// Limits of what Parse reads. Past them it reports an error; it never exhausts
// the stack or the time of its caller.
const (
	maxSource = 64 << 20 // bytes of one source text
	maxDepth  = 1000     // nested expressions, queries, types and blocks
	maxBlocks = 100      // nested BEGIN … END, IF, LOOP
	maxErrors = 100      // errors of one source text
	maxJoins  = 5000     // joins of one FROM clause
)

// A parser reads one source text. Parse functions stand at the first token of
// what they read and leave behind its last; what they cannot read they report
// through fail, which unwinds to the nearest place that can go on (see recover.go).
type parser struct {
	src   string
	d     *Dialect
	toks  []token // ends with tokEOF
	i     int
	depth int
	errs  []*Error

	unwinding bool // from an error to the nearest place that can go on (see recover.go)
	fatal     bool // and that is the end of the statement

	noColon bool    // inside brackets, where a colon separates the bounds of a slice
	zone    *Binary // the AT TIME ZONE that was read last

	// Of the statement being read.
	into        []Ident      // target of SELECT … INTO
	intoVars    []Ident      // variables of SELECT … INTO
	moreAliases []Ident      // Spark's f(x) AS (a, b) gives one item for each
	returned    []SelectItem // what RETURNING of the last INSERT, UPDATE or DELETE gives
	joined      int          // number of joins
	inScript    int          // depth of BEGIN … END and the like
	gaveUp      bool         // a limit was passed: the whole statement is given up
	bodies      int          // number of functions whose bodies stand in strings
	pairs       *brackets    // of the text, once something could not be read
	guessed     bool         // the brackets are not as they are written, or words were left out
	assumed     []int32      // brackets that were left open and taken as closed
	unpivots    bool         // UNPIVOT was met

	*memory
}

// parser returns one that has lexed src. For a text beyond the limit it reports
// false.
func (m *memory) parser(src string, d *Dialect) (*parser, bool) {
	if d == nil {
		d = generic
	}
	p := &parser{src: src, d: d, memory: m}
	if len(src) > maxSource {
		p.toks = []token{{kind: tokEOF}}
		p.errs = append(p.errs, &Error{
			Message: fmt.Sprintf("the text has %d bytes, more than the limit of %d", len(src), maxSource),
			Hint:    "split it into several files",
		})
		return p, false
	}
	m.tokens = lexInto(m.tokens, src, d, 0)
	p.toks = m.tokens
	if d.BracketIdent {
		batchEnds(src, p.toks)
	}
	if d.VersionComments {
		p.toks = delimiters(src, p.toks)
	}
	return p, true
}

// Parse reads the statements of src in a dialect (nil for [Generic]). It never
// fails: what cannot be read is in [File.Errors], and in the tree as [BadStmt],
// [Bad], [BadTable] or [PipeBad] with the names that were seen in it.
func Parse(src string, d *Dialect) *File { return new(memory).parse(src, d) }

func (m *memory) parse(src string, d *Dialect) *File {
	p, ok := m.parser(src, d)
	f := &File{Src: src, Dialect: p.d}
	if ok {
		f.Stmts = p.script()
	} else {
		f.Stmts = []Stmt{&BadStmt{stmt: stmt{Span{0, Pos(min(len(src), 1<<31-1))}}}}
	}
	f.Errors, f.Unpivots, f.Guessed = p.errs, p.unpivots, p.guessed
	return f
}

// ParseExpr reads one expression. If it cannot be read the result is a [Bad]
// that holds the names seen.
func ParseExpr(src string, d *Dialect) (Expr, []*Error) {
	p, ok := new(memory).parser(src, d)
	if !ok {
		return &Bad{}, p.errs
	}
	x := p.wholeExpr()
	return x, p.errs
}

func (p *parser) wholeExpr() (x Expr) {
	defer p.rescue(p.mark(), func(m mark) { x = p.bad(m.i, len(p.toks)-1) })
	x = p.expr()
	if !p.atKind(tokEOF) {
		p.failExpected("the end of the expression")
	}
	return x
}

// ParseType reads one type, such as ARRAY<STRUCT<a INT64>>, NUMERIC(10, 2),
// character varying(20) or integer[].
func ParseType(src string, d *Dialect) (*TypeName, error) {
	p, ok := new(memory).parser(src, d)
	if !ok {
		return nil, p.errs[0]
	}
	t := p.wholeType()
	if len(p.errs) > 0 {
		return nil, p.errs[0]
	}
	return t, nil
}

func (p *parser) wholeType() (t *TypeName) {
	defer p.rescue(p.mark(), func(mark) { t = nil })
	t = p.typeName()
	p.typeTail()
	if !p.atKind(tokEOF) {
		p.failExpected("the end of the type")
	}
	return t
}

// The current token.

func (p *parser) tok() *token { return &p.toks[p.i] }

// peek returns the token n behind the current one.
func (p *parser) peek(n int) *token { return &p.toks[min(p.i+n, len(p.toks)-1)] }

func (p *parser) next() {
	if p.i < len(p.toks)-1 {
		p.i++
	}
}

func (p *parser) pos() Pos { return p.toks[p.i].pos }

// end is where the token before the current one ends.
func (p *parser) end() Pos {
	if p.i == 0 {
		return 0
	}
	return p.toks[p.i-1].end
}

// span reaches from start to the last token read. If none was read since start
// it is empty and lies behind the token before, within whatever is being read.
func (p *parser) span(start Pos) Span {
	end := p.end()
	return Span{min(start, end), end}
}

func (p *parser) at(kw keyword) bool { return p.toks[p.i].kw == kw }

func (p *parser) atKind(k tokenKind) bool { return p.toks[p.i].kind == k }

// at2 and at3 look at keywords in a row.
func (p *parser) at2(a, b keyword) bool { return p.at(a) && p.peek(1).kw == b }

func (p *parser) at3(a, b, c keyword) bool { return p.at(a) && p.peek(1).kw == b && p.peek(2).kw == c }

// atAny reports whether the current token is one of the keywords.
func (p *parser) atAny(kws ...keyword) bool {
	k := p.toks[p.i].kw
	if k == 0 {
		return false
	}
	for _, kw := range kws {
		if k == kw {
			return true
		}
	}
	return false
}

func (p *parser) accept(kw keyword) bool {
	if p.toks[p.i].kw == kw {
		p.next()
		return true
	}
	return false
}

func (p *parser) accept2(a, b keyword) bool {
	if p.at2(a, b) {
		p.next()
		p.next()
		return true
	}
	return false
}

func (p *parser) acceptAny(kws ...keyword) bool {
	if p.atAny(kws...) {
		p.next()
		return true
	}
	return false
}

func (p *parser) acceptKind(k tokenKind) bool {
	if p.toks[p.i].kind == k {
		p.next()
		return true
	}
	return false
}

func (p *parser) expect(kw keyword) {
	if !p.accept(kw) {
		p.failExpected("keyword " + kw.String())
	}
}

func (p *parser) expectKind(k tokenKind) {
	if p.acceptKind(k) {
		return
	}
	if isClosing(k) && p.mayClose() {
		p.assumeClosed(k)
		return
	}
	p.failExpected(kindNames[k])
}

// kindNames names the tokens that expectKind asks for.
var kindNames = map[tokenKind]string{
	tokLParen: `"("`, tokRParen: `")"`, tokRBracket: `"]"`, tokLBracket: `"["`, tokLBrace: `"{"`, tokRBrace: `"}"`,
	tokEq: `"="`, tokGt: `">"`, tokLt: `"<"`, tokComma: `","`, tokColon: `":"`, tokDot: `"."`, tokString: "a string",
	tokArrow: `"->"`,
}

// enter counts a level of nesting; leave undoes it.
func (p *parser) enter() {
	p.depth++
	if p.depth > maxDepth {
		p.failFatal(fmt.Sprintf("nested more than %d levels deep", maxDepth), "break the statement up, or build it in steps with WITH")
	}
}

func (p *parser) leave() { p.depth-- }

// Identifiers.

// isName reports whether a token can be a name where a name is expected: any
// identifier that is not reserved.
func (p *parser) isName(t *token) bool {
	switch t.kind {
	case tokIdent:
		return t.kw == 0 || !p.d.reserved.has(t.kw)
	case tokQuoted:
		return true
	}
	return false
}

// isLabel reports whether a token can be a name where nothing else can stand,
// such as behind AS or a dot: reserved words too.
func isLabel(t *token) bool { return t.kind == tokIdent || t.kind == tokQuoted }

// identOf makes the identifier of a token.
func (p *parser) identOf(t *token) Ident {
	if t.kind == tokQuoted {
		name := identValue(p.src, t, p.d)
		return Ident{Span: Span{t.pos, t.end}, Name: name, Hash: Fold(name), Quoted: true}
	}
	text := p.src[t.pos:t.end]
	hash := t.hash
	if t.kind != tokIdent {
		hash = Fold(text)
	}
	return Ident{Span: Span{t.pos, t.end}, Name: text, Hash: hash}
}

// name reads a name that is not reserved.
func (p *parser) name(what string) Ident {
	t := p.tok()
	if !p.isName(t) {
		p.failName(what)
	}
	p.next()
	return p.identOf(t)
}

// label reads a name where reserved words are allowed.
func (p *parser) label(what string) Ident {
	t := p.tok()
	if !isLabel(t) {
		p.failExpected(what)
	}
	p.next()
	return p.identOf(t)
}

// names reads names separated by commas, without parentheses.
func (p *parser) names(what string) []Ident {
	m := len(p.idents)
	for {
		p.idents = append(p.idents, p.label(what))
		if !p.acceptKind(tokComma) {
			break
		}
		if p.atKind(tokRParen) {
			break
		}
	}
	return p.takeIdents(m)
}

// parenNames reads (a, b, c).
func (p *parser) parenNames(what string) []Ident {
	p.expectKind(tokLParen)
	ids := p.names(what)
	p.expectKind(tokRParen)
	return ids
}

// dotted reads a dotted name outside of expressions, where table names stand:
// parts may be keywords behind a dot, a dialect's dashes belong to the first
// part, and one pair of backquotes may hold a whole path.
func (p *parser) dotted(what string) []Ident {
	ids, _ := p.tablePath(what)
	return ids
}

// tablePath is dotted, and tells whether one quoted token held the path.
func (p *parser) tablePath(what string) (ids []Ident, oneQuoted bool) {
	m := len(p.idents)
	first := p.i
	t := p.tok()
	switch {
	case t.kind == tokIdent && p.d.DashPaths && p.isName(t):
		p.idents = append(p.idents, p.dashed())
	case t.kind == tokQuoted && p.d.SplitQuoted:
		p.next()
		p.splitQuoted(t)
	case t.kind == tokDollar && p.d.DollarColumns, t.kind == tokParam && !p.d.Stages:
		p.next()
		p.idents = append(p.idents, p.identOf(t))
	default:
		p.idents = append(p.idents, p.name(what))
	}
	for p.atKind(tokDot) {
		t := p.peek(1)
		switch {
		case t.kind == tokDot: // database..table
			p.next()
			continue
		case t.kind == tokQuoted && p.d.SplitQuoted:
			p.next()
			p.next()
			p.splitQuoted(t)
			continue
		case !isLabel(t) && t.kind != tokDollar:
			p.next()
			p.failExpected("a name behind the dot")
		}
		p.next()
		p.next()
		p.idents = append(p.idents, p.identOf(t))
	}
	oneQuoted = t.kind == tokQuoted && p.i == first+1 && len(p.idents) > m+1
	return p.takeIdents(m), oneQuoted
}

// dashed reads the first part of a BigQuery path, in which dashes without spaces
// join words and numbers: my-project-123.
func (p *parser) dashed() Ident {
	t := p.tok()
	p.next()
	end := t.end
	for p.atKind(tokMinus) && p.pos() == end {
		n := p.peek(1)
		if n.pos != p.tok().end || n.kind != tokIdent && n.kind != tokInt && n.kind != tokFloat {
			break
		}
		p.next()
		p.next()
		end = n.end
		// The digits of a word that begins with some.
		if q := p.tok(); n.kind == tokInt && q.kind == tokIdent && q.pos == end {
			p.next()
			end = q.end
		}
	}
	if end == t.end {
		return p.identOf(t)
	}
	name := p.src[t.pos:end]
	return Ident{Span: Span{t.pos, end}, Name: name, Hash: Fold(name)}
}

// splitQuoted adds the parts of `a.b.c`. The dots of a project with a domain
// (example.com:project) do not separate.
func (p *parser) splitQuoted(t *token) {
	whole := p.identOf(t)
	if t.flags&flagEscaped != 0 {
		p.idents = append(p.idents, whole)
		return
	}
	name, start := whole.Name, 0
	domain := false
	for i := 0; i < len(name); i++ {
		if name[i] == ':' {
			domain = true
			break
		}
	}
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] == ':' {
			domain = false
		}
		if i == len(name) || name[i] == '.' && !domain {
			part := name[start:i]
			p.idents = append(p.idents, Ident{
				Span: Span{t.pos + 1 + Pos(start), t.pos + 1 + Pos(i)}, Name: part, Hash: Fold(part), Quoted: true,
			})
			start = i + 1
		}
	}
}
