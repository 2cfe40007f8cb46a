package destination

import (
	"strings"
)

// This file turns the words of a Ruby file into calls: receiver, name,
// arguments, block. That is all a schema.rb consists of.

// rbMaxDepth bounds blocks and nested literals, so that no input exhausts the
// stack.
const rbMaxDepth = 64

type rbValueKind uint8

const (
	rbUnknown rbValueKind = iota // anything that is not one of the literals below
	rbNil
	rbBool
	rbNum
	rbText // a string
	rbSym
	rbArray
	rbHash
	rbLambda // -> { "text" }; text is the string inside
)

type rbValue struct {
	kind  rbValueKind
	text  string // of bool, num, text, sym, lambda
	items []rbValue
	pairs []rbPair
	line  int
}

type rbPair struct {
	key   string
	value rbValue
}

// str returns the text of a string or symbol.
func (v rbValue) str() (string, bool) {
	return v.text, v.kind == rbText || v.kind == rbSym
}

// names returns a string, a symbol or a list of them as a list.
func (v rbValue) names() ([]string, bool) {
	if s, ok := v.str(); ok {
		return []string{s}, true
	}
	if v.kind != rbArray {
		return nil, false
	}
	var out []string
	for _, it := range v.items {
		s, ok := it.str()
		if !ok {
			return nil, false
		}
		out = append(out, s)
	}
	return out, true
}

// rbCall is one statement: recv.name(args, key: value) do |param| body end.
type rbCall struct {
	recv  string // "", "t", "ActiveRecord::Schema"
	name  string
	line  int
	index *rbValue // of recv: ActiveRecord::Schema[7.1]
	args  []rbValue
	opts  []rbPair
	chain []rbCall // the calls made on its result
	param string
	block bool
	body  []rbCall
}

func (c *rbCall) opt(key string) (rbValue, bool) {
	for _, p := range c.opts {
		if p.key == key {
			return p.value, true
		}
	}
	return rbValue{}, false
}

type rbParser struct {
	toks  []rbToken
	pos   int
	depth int
	warn  func(line int, format string, args ...any)
}

func (p *rbParser) tok() rbToken { return p.toks[min(p.pos, len(p.toks)-1)] }

func (p *rbParser) is(text string) bool {
	t := p.tok()
	return (t.kind == rbPunct || t.kind == rbIdent) && t.text == text
}

func (p *rbParser) accept(text string) bool {
	if p.is(text) {
		p.pos++
		return true
	}
	return false
}

// statements reads up to "end", "}" or the end of the file, and takes the
// closing word with it.
func (p *rbParser) statements(closing string) []rbCall {
	var out []rbCall
	p.depth++
	defer func() { p.depth-- }()
	for {
		t := p.tok()
		switch {
		case t.kind == rbEOF:
			return out
		case t.kind == rbNewline:
			p.pos++
		case closing != "" && p.accept(closing):
			return out
		case p.depth > rbMaxDepth:
			p.warn(t.line, "blocks nested deeper than %d are not read", rbMaxDepth)
			p.pos = len(p.toks) - 1
		case t.kind == rbIdent && isRubyControl(t.text):
			out = append(out, p.control()...)
		default:
			before := p.pos
			out = append(out, p.statement()...)
			if p.pos == before { // a closing word that belongs to nothing
				p.warn(t.line, "not understood: %q", t.text)
				p.pos++
			}
		}
	}
}

func isRubyControl(word string) bool {
	switch word {
	case "if", "unless", "while", "until", "case", "begin", "def", "class", "module", "for",
		"else", "elsif", "when", "in", "rescue", "ensure", "end":
		return true
	}
	return false
}

// control reads a control structure: its condition is not evaluated, its
// statements are read as if they all ran.
func (p *rbParser) control() []rbCall {
	t := p.tok()
	p.pos++
	switch t.text {
	case "end":
		p.warn(t.line, "\"end\" without a beginning")
		return nil
	case "else", "elsif", "when", "in", "rescue", "ensure":
		p.skipLine()
		return nil
	}
	p.warn(t.line, "%q is not evaluated: the statements inside are read as if they all ran", t.text)
	p.skipLine()
	return p.statements("end")
}

// statement reads one call, or skips a line that it does not understand.
func (p *rbParser) statement() []rbCall {
	start := p.tok()
	if start.kind == rbString { // a trigger's text: by itself it does nothing
		p.skipLine()
		return nil
	}
	if start.kind != rbIdent && start.kind != rbConst {
		p.warn(start.line, "not understood: the line is left out")
		p.skipLine()
		return nil
	}
	call := p.call()
	if t := p.tok(); t.kind != rbNewline && t.kind != rbEOF && !p.is("}") && !p.is("end") {
		switch {
		case p.is("if") || p.is("unless"):
			p.warn(t.line, "%q is not evaluated: the statement is read as if it ran", t.text)
		case p.is("="):
			p.warn(t.line, "an assignment is not evaluated")
			call.name = ""
		default:
			p.warn(t.line, "not understood from %q to the end of the line", t.text)
		}
		p.skipLine()
	}
	if call.name == "" {
		return nil
	}
	return []rbCall{call}
}

// call reads recv.name args block and the calls chained to it.
func (p *rbParser) call() rbCall {
	var c rbCall
	path := []string{p.tok().text}
	c.line = p.tok().line
	p.pos++
	for {
		t := p.tok()
		if t.kind == rbPunct && (t.text == "::" || t.text == "." || t.text == "&.") {
			n := p.toks[min(p.pos+1, len(p.toks)-1)]
			if n.kind == rbIdent || n.kind == rbConst {
				path = append(path, t.text, n.text)
				p.pos += 2
				continue
			}
		}
		if t.kind == rbPunct && t.text == "[" && !t.spaced {
			v := p.primary()
			if len(v.items) == 1 {
				c.index = &v.items[0]
			}
			continue
		}
		break
	}
	c.name = path[len(path)-1]
	if len(path) > 2 {
		c.recv = strings.Join(path[:len(path)-2], "")
	}
	p.arguments(&c)
	p.block(&c)
	for p.chained() {
		next := rbCall{line: p.tok().line, name: p.tok().text}
		p.pos++
		p.arguments(&next)
		p.block(&next)
		c.chain = append(c.chain, next)
	}
	return c
}

// chained takes the dot of a further call on the result, on this line or the
// next ones.
func (p *rbParser) chained() bool {
	at := p.pos
	for p.tok().kind == rbNewline {
		p.pos++
	}
	if p.accept(".") || p.accept("&.") {
		for p.tok().kind == rbNewline {
			p.pos++
		}
		if p.tok().kind == rbIdent {
			return true
		}
	}
	p.pos = at
	return false
}

// arguments reads "(a, k: v)" or "a, k: v" up to the end of the line.
func (p *rbParser) arguments(c *rbCall) {
	paren := false
	if t := p.tok(); t.kind == rbPunct && t.text == "(" {
		paren = true
		p.pos++
	}
	first := true
	for ; ; first = false {
		t := p.tok()
		switch {
		case t.kind == rbEOF:
			return
		case paren && t.kind == rbNewline:
			p.pos++
			continue
		case paren && p.accept(")"):
			return
		case !paren && p.argumentsEnd(first):
			return
		}
		if !p.argument(c) {
			return
		}
		if paren {
			for p.tok().kind == rbNewline {
				p.pos++
			}
		}
		if p.accept(",") {
			for p.tok().kind == rbNewline {
				p.pos++
			}
			continue
		}
		if !paren {
			return
		}
		if !p.is(")") {
			p.warn(p.tok().line, "not understood from %q to the end of the line", p.tok().text)
			p.skipLine()
			return
		}
	}
}

// argumentsEnd reports whether no further argument follows. A brace opens a
// block after the name and a hash after a comma.
func (p *rbParser) argumentsEnd(first bool) bool {
	t := p.tok()
	switch t.kind {
	case rbNewline, rbEOF:
		return true
	case rbIdent:
		return t.text == "do" || t.text == "if" || t.text == "unless" || t.text == "end"
	case rbPunct:
		switch t.text {
		case "[", "->", "::", "-", ":", "**", "*", "&":
			return false
		case "{":
			return first
		}
		return true
	default:
		return false
	}
}

// argument reads one positional or named argument.
func (p *rbParser) argument(c *rbCall) bool {
	t := p.tok()
	if t.kind == rbLabel {
		p.pos++
		for p.tok().kind == rbNewline {
			p.pos++
		}
		c.opts = append(c.opts, rbPair{key: t.text, value: p.value()})
		return true
	}
	before := p.pos
	v := p.value()
	if p.pos == before {
		return false
	}
	if s, ok := v.str(); ok && p.accept("=>") {
		c.opts = append(c.opts, rbPair{key: s, value: p.value()})
		return true
	}
	if v.kind == rbHash { // create_table "x", { id: false }
		c.opts = append(c.opts, v.pairs...)
		return true
	}
	c.args = append(c.args, v)
	return true
}

// block reads "do |t| … end" and "{ |t| … }".
func (p *rbParser) block(c *rbCall) {
	var closing string
	switch {
	case p.accept("do"):
		closing = "end"
	case p.accept("{"):
		closing = "}"
	default:
		return
	}
	c.block = true
	if p.accept("|") {
		for t := p.tok(); t.kind != rbEOF && t.kind != rbNewline; t = p.tok() {
			p.pos++
			if t.text == "|" && t.kind == rbPunct {
				break
			}
			if t.kind == rbIdent && c.param == "" {
				c.param = t.text
			}
		}
	}
	c.body = p.statements(closing)
}

// skipLine goes to the end of the line, past blocks that begin on it.
func (p *rbParser) skipLine() {
	depth := 0
	for {
		t := p.tok()
		switch {
		case t.kind == rbEOF:
			return
		case t.kind == rbNewline && depth == 0:
			return
		case t.kind == rbIdent && t.text == "do",
			t.kind == rbPunct && (t.text == "{" || t.text == "(" || t.text == "["):
			depth++
		case t.kind == rbIdent && t.text == "end",
			t.kind == rbPunct && (t.text == "}" || t.text == ")" || t.text == "]"):
			if depth == 0 {
				if t.text == ")" || t.text == "]" {
					p.pos++
					continue
				}
				return
			}
			depth--
		}
		p.pos++
	}
}
