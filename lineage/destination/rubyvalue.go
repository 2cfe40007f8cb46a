package destination

// value reads a literal. What is none is taken whole as an unknown value; at a
// word that cannot begin a value nothing is taken.
func (p *rbParser) value() rbValue {
	p.depth++
	defer func() { p.depth-- }()
	v := p.primary()
	for p.is(".") || p.is("&.") { // "text".squish, -1.5.abs, foo.bar
		n := p.toks[min(p.pos+1, len(p.toks)-1)]
		if n.kind != rbIdent && n.kind != rbConst {
			break
		}
		p.pos += 2
		if t := p.tok(); t.kind == rbPunct && t.text == "(" && !t.spaced {
			p.skipBrackets()
		}
		switch n.text {
		case "freeze", "to_s", "strip", "squish", "strip_heredoc", "chomp": // none changes a meaning in SQL
		default:
			v = rbValue{kind: rbUnknown, text: n.text, line: n.line}
		}
	}
	return v
}

func (p *rbParser) primary() rbValue {
	t := p.tok()
	v := rbValue{line: t.line}
	if p.depth > rbMaxDepth {
		p.warn(t.line, "values nested deeper than %d are not read", rbMaxDepth)
		p.pos = len(p.toks) - 1
		return v
	}
	switch t.kind {
	case rbString:
		p.pos++
		v.kind, v.text = rbText, t.text
		if t.interp {
			p.warn(t.line, "a string with #{…} is not evaluated")
			v.kind = rbUnknown
		}
		for p.tok().kind == rbString { // "a" "b"
			v.text += p.tok().text
			p.pos++
		}
	case rbSymbol:
		p.pos++
		v.kind, v.text = rbSym, t.text
	case rbNumber:
		p.pos++
		v.kind, v.text = rbNum, t.text
	case rbConst:
		p.pos++
		v.text = t.text
		for p.accept("::") {
			p.pos++
		}
	case rbIdent:
		v = p.word(t)
	case rbPunct:
		v = p.punctuated(t)
	}
	return v
}

func (p *rbParser) word(t rbToken) rbValue {
	v := rbValue{line: t.line, text: t.text}
	switch t.text {
	case "do", "end", "if", "unless":
		return v
	case "nil":
		v.kind = rbNil
	case "true", "false":
		v.kind = rbBool
	case "lambda", "proc":
		p.pos++
		return p.lambda(t)
	}
	p.pos++
	if n := p.tok(); n.kind == rbPunct && n.text == "(" && !n.spaced {
		p.skipBrackets()
		v.kind = rbUnknown
	}
	return v
}

func (p *rbParser) punctuated(t rbToken) rbValue {
	v := rbValue{line: t.line}
	switch t.text {
	case "[":
		p.pos++
		v.kind = rbArray
		p.list("]", func() { v.items = append(v.items, p.element(&v)) })
	case "{":
		p.pos++
		v.kind = rbHash
		p.list("}", func() {
			var c rbCall
			p.argument(&c)
			v.pairs = append(v.pairs, c.opts...)
		})
	case "->":
		p.pos++
		return p.lambda(t)
	case "(":
		p.skipBrackets()
	case "-", "::", "*", "**", "&", ":":
		p.pos++
		inner := p.value()
		v.text = inner.text
	}
	return v
}

// element reads one item of a list; "a => b" and "a: b" in it make an unknown.
func (p *rbParser) element(list *rbValue) rbValue {
	if p.tok().kind == rbLabel {
		p.pos++
		p.value()
		return rbValue{line: list.line}
	}
	v := p.value()
	if p.accept("=>") {
		p.value()
		return rbValue{line: list.line}
	}
	return v
}

// list reads items up to the closing bracket and always gets past at least one
// token an item.
func (p *rbParser) list(closing string, item func()) {
	for {
		for p.tok().kind == rbNewline || p.is(",") {
			p.pos++
		}
		if p.tok().kind == rbEOF || p.accept(closing) {
			return
		}
		before := p.pos
		item()
		if p.pos == before {
			p.pos++
		}
	}
}

// lambda reads -> { "text" }: Rails writes default expressions so.
func (p *rbParser) lambda(t rbToken) rbValue {
	v := rbValue{kind: rbLambda, line: t.line}
	if p.is("(") {
		p.skipBrackets()
	}
	open := p.tok()
	if open.kind != rbPunct || open.text != "{" {
		if !p.is("do") {
			v.kind = rbUnknown
			return v
		}
	}
	closing := "}"
	if open.text == "do" {
		closing = "end"
	}
	p.pos++
	for p.tok().kind == rbNewline {
		p.pos++
	}
	if s := p.tok(); s.kind == rbString && !s.interp {
		v.text = s.text
		p.pos++
		for p.tok().kind == rbNewline {
			p.pos++
		}
		if p.accept(closing) {
			return v
		}
	}
	v.kind = rbUnknown
	for depth := 1; depth > 0 && p.tok().kind != rbEOF; p.pos++ {
		switch {
		case p.is("{") || p.is("do"):
			depth++
		case p.is("}") || p.is("end"):
			depth--
		}
	}
	return v
}

// skipBrackets goes past a bracketed group.
func (p *rbParser) skipBrackets() {
	depth := 0
	for t := p.tok(); t.kind != rbEOF; t = p.tok() {
		p.pos++
		if t.kind != rbPunct {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth <= 0 {
				return
			}
		}
	}
}
