package syntax

// xmlWords reads a word of the functions that make XML before the argument that
// it belongs to, as in XMLELEMENT(NAME a, x), XMLPARSE(DOCUMENT x),
// XMLROOT(x, VERSION '1.0', STANDALONE YES). It reports whether the word was the
// whole argument.
func (p *parser) xmlWords(t *token) bool {
	n := p.peek(1)
	word := t.text(p.src)
	switch {
	case EqualFold(word, "name") || EqualFold(word, "standalone"):
		if !isLabel(n) {
			return false
		}
		p.next()
		p.next()
		for isLabel(p.tok()) && !p.at(kwPassing) { // STANDALONE NO VALUE
			p.next()
		}
		return true
	case EqualFold(word, "version") && n.kw == kwNo:
		p.i += 3 // VERSION NO VALUE
		return true
	case EqualFold(word, "version") && n.kind == tokString,
		(EqualFold(word, "document") || EqualFold(word, "content") || EqualFold(word, "evalname")) &&
			(isLabel(n) && n.kw != kwAs || n.kind == tokString || n.kind == tokParam || n.kind == tokDollar):
		p.next()
	}
	return false
}
