package destination

import (
	"strings"
)

// This file reads the words of a Ruby file. It knows the literals that a
// schema.rb is made of and nothing of Ruby's meaning; no byte sequence makes it
// fail, and nothing is ever evaluated.

type rbKind uint8

const (
	rbEOF     rbKind = iota
	rbNewline        // the end of a line, or ";"
	rbIdent          // create_table, t, do, end, nil …
	rbConst          // ActiveRecord
	rbSymbol         // :name, :"name"
	rbLabel          // name: and "name":
	rbString         // text is the value
	rbNumber         // text without underscores
	rbPunct          // text is the operator
)

type rbToken struct {
	kind   rbKind
	text   string
	line   int
	spaced bool // white space stands before it
	interp bool // a string with #{…}: its text is not its value
}

// rbHeredoc is a here document whose body begins after the current line.
type rbHeredoc struct {
	token    int // index of the string token that gets the body
	end      string
	indented bool // "<<-" and "<<~": the end may be indented
	squiggly bool // "<<~": common indentation is removed
	raw      bool // 'END': no escapes
}

type rbLexer struct {
	src     string
	pos     int
	line    int
	toks    []rbToken
	pending []rbHeredoc
}

func lexRuby(src string) []rbToken {
	l := &rbLexer{src: src, line: 1}
	for l.pos < len(l.src) {
		l.next()
	}
	l.add(rbToken{kind: rbNewline, line: l.line})
	l.add(rbToken{kind: rbEOF, line: l.line})
	return l.toks
}

func (l *rbLexer) add(t rbToken) { l.toks = append(l.toks, t) }

func (l *rbLexer) next() {
	start := l.pos
	c := l.src[l.pos]
	spaced := start > 0 && isSpace(l.src[start-1])
	switch {
	case c == '\n':
		l.newline()
	case isSpace(c):
		l.pos++
	case c == '\\' && l.peek(1) == '\n': // a line that goes on
		l.pos += 2
		l.line++
	case c == '#':
		l.pos = l.lineEnd(l.pos)
	case c == '=' && l.atLineStart() && strings.HasPrefix(l.src[l.pos:], "=begin"):
		l.blockComment()
	case l.atLineStart() && strings.HasPrefix(l.src[l.pos:], "__END__") && l.lineEnd(l.pos) == l.pos+len("__END__"):
		l.pos = len(l.src)
	case c == ';':
		l.add(rbToken{kind: rbNewline, line: l.line})
		l.pos++
	case c == '"' || c == '\'' || c == '`':
		l.quoted(c, c, c != '\'', rbString, spaced)
		if n := len(l.toks) - 1; c != '`' && l.peek(0) == ':' && l.peek(1) != ':' {
			l.toks[n].kind = rbLabel
			l.pos++
		}
	case c == ':' && (isWordStart(l.peek(1)) || l.peek(1) == '"'):
		l.symbol(spaced)
	case c == '%' && l.percent(spaced):
	case c == '<' && l.heredoc(spaced):
	case isWordStart(c):
		l.word(spaced)
	case isDigit(c) || (c == '-' && isDigit(l.peek(1)) && l.mayStartValue()):
		l.number(spaced)
	default:
		l.punct(spaced)
	}
}

func (l *rbLexer) newline() {
	l.add(rbToken{kind: rbNewline, line: l.line})
	l.pos++
	l.line++
	pending := l.pending
	l.pending = nil
	for _, h := range pending {
		l.heredocBody(h)
	}
}

func (l *rbLexer) blockComment() {
	for l.pos < len(l.src) {
		end := l.lineEnd(l.pos)
		last := strings.HasPrefix(l.src[l.pos:end], "=end")
		l.pos = end
		if l.pos < len(l.src) {
			l.pos++
			l.line++
		}
		if last {
			return
		}
	}
}

// quoted reads a string from its opening delimiter to the closing one. Brackets
// nest, as Ruby's %q(…) does.
func (l *rbLexer) quoted(open, closing byte, escapes bool, kind rbKind, spaced bool) {
	tok := rbToken{kind: kind, line: l.line, spaced: spaced}
	l.pos++
	var b strings.Builder
	for depth := 1; l.pos < len(l.src); {
		c := l.src[l.pos]
		switch {
		case c == '\\' && l.pos+1 < len(l.src):
			n := l.src[l.pos+1]
			if n == '\n' {
				l.line++
			}
			b.WriteString(unescapeRuby(n, escapes, closing))
			l.pos += 2
			continue
		case c == closing:
			depth--
		case c == open:
			depth++
		case c == '#' && escapes && l.peek(1) == '{':
			tok.interp = true
		case c == '\n':
			l.line++
		}
		l.pos++
		if depth == 0 {
			break
		}
		b.WriteByte(c)
	}
	tok.text = b.String()
	l.add(tok)
}

// unescapeRuby returns what a backslash and n stand for.
func unescapeRuby(n byte, escapes bool, closing byte) string {
	if !escapes {
		if n == '\\' || n == closing {
			return string([]byte{n})
		}
		return "\\" + string([]byte{n})
	}
	switch n {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case '0':
		return "\x00"
	case 's':
		return " "
	case 'e':
		return "\x1b"
	case '\n':
		return ""
	case 'u', 'x':
		return "\\" + string([]byte{n}) // kept as written: no schema holds one outside comments
	}
	return string([]byte{n})
}

func (l *rbLexer) symbol(spaced bool) {
	l.pos++
	if l.src[l.pos] == '"' {
		l.quoted('"', '"', true, rbSymbol, spaced)
		return
	}
	start := l.pos
	l.skipWord()
	l.add(rbToken{kind: rbSymbol, text: l.src[start:l.pos], line: l.line, spaced: spaced})
}

// percent reads %w[], %i[], %q(), %Q() and %().
func (l *rbLexer) percent(spaced bool) bool {
	if !l.mayStartValue() {
		return false
	}
	p := l.pos + 1
	kind := byte('Q')
	if p < len(l.src) && strings.IndexByte("wWiIqQ", l.src[p]) >= 0 {
		kind = l.src[p]
		p++
	}
	if p >= len(l.src) || strings.IndexByte("([{<|!/", l.src[p]) < 0 {
		return false
	}
	open := l.src[p]
	closing := map[byte]byte{'(': ')', '[': ']', '{': '}', '<': '>'}[open]
	if closing == 0 {
		closing = open
	}
	l.pos = p
	line := l.line
	l.quoted(open, closing, kind == 'Q' || kind == 'W', rbString, spaced)
	if kind == 'q' || kind == 'Q' {
		return true
	}
	words := strings.Fields(l.toks[len(l.toks)-1].text)
	l.toks = l.toks[:len(l.toks)-1]
	item := rbString
	if kind == 'i' || kind == 'I' {
		item = rbSymbol
	}
	l.add(rbToken{kind: rbPunct, text: "[", line: line, spaced: spaced})
	for i, w := range words {
		if i > 0 {
			l.add(rbToken{kind: rbPunct, text: ",", line: line})
		}
		l.add(rbToken{kind: item, text: w, line: line})
	}
	l.add(rbToken{kind: rbPunct, text: "]", line: l.line})
	return true
}

// heredoc reads <<END, <<-END, <<~END with or without quotes.
func (l *rbLexer) heredoc(spaced bool) bool {
	rest := l.src[l.pos:]
	if !strings.HasPrefix(rest, "<<") || !l.mayStartValue() {
		return false
	}
	var h rbHeredoc
	p := 2
	if p < len(rest) && (rest[p] == '-' || rest[p] == '~') {
		h.indented = true
		h.squiggly = rest[p] == '~'
		p++
	}
	var quote byte
	if p < len(rest) && (rest[p] == '\'' || rest[p] == '"' || rest[p] == '`') {
		quote = rest[p]
		p++
	}
	start := p
	for p < len(rest) && isWord(rest[p]) {
		p++
	}
	if p == start || (quote == 0 && !isWordStart(rest[start])) {
		return false
	}
	h.end = rest[start:p]
	if quote != 0 {
		if p >= len(rest) || rest[p] != quote {
			return false
		}
		p++
	}
	h.raw = quote == '\''
	h.token = len(l.toks)
	l.add(rbToken{kind: rbString, line: l.line, spaced: spaced})
	l.pending = append(l.pending, h)
	l.pos += p
	return true
}

func (l *rbLexer) heredocBody(h rbHeredoc) {
	var lines []string
	for l.pos < len(l.src) {
		end := l.lineEnd(l.pos)
		text := strings.TrimSuffix(l.src[l.pos:end], "\r")
		l.pos = end
		if l.pos < len(l.src) {
			l.pos++
			l.line++
		}
		probe := text
		if h.indented {
			probe = strings.TrimLeft(text, " \t")
		}
		if probe == h.end {
			break
		}
		lines = append(lines, text)
	}
	if h.squiggly {
		lines = dedent(lines)
	}
	body := strings.Join(lines, "\n")
	if len(lines) > 0 {
		body += "\n"
	}
	if !h.raw {
		l.toks[h.token].interp = strings.Contains(body, "#{")
		body = unescapeAll(body)
	}
	l.toks[h.token].text = body
}

func unescapeAll(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			b.WriteString(unescapeRuby(s[i], true, 0))
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// dedent removes the indentation that all lines with text share.
func dedent(lines []string) []string {
	least := -1
	for _, s := range lines {
		if trimmed := strings.TrimLeft(s, " \t"); trimmed != "" {
			if n := len(s) - len(trimmed); least < 0 || n < least {
				least = n
			}
		}
	}
	out := make([]string, len(lines))
	for i, s := range lines {
		out[i] = s[min(max(least, 0), len(s)):]
	}
	return out
}

func (l *rbLexer) word(spaced bool) {
	start := l.pos
	l.skipWord()
	text := l.src[start:l.pos]
	kind := rbIdent
	if text[0] >= 'A' && text[0] <= 'Z' {
		kind = rbConst
	}
	if l.peek(0) == ':' && l.peek(1) != ':' {
		kind = rbLabel
		l.pos++
	}
	l.add(rbToken{kind: kind, text: text, line: l.line, spaced: spaced})
}

func (l *rbLexer) skipWord() {
	for l.pos < len(l.src) && isWord(l.src[l.pos]) {
		l.pos++
	}
	if c := l.peek(0); (c == '?' || c == '!') && l.peek(1) != '=' {
		l.pos++
	}
}

func (l *rbLexer) number(spaced bool) {
	start := l.pos
	l.pos++
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if isWord(c) || (c == '.' && isDigit(l.peek(1))) || ((c == '-' || c == '+') && (l.src[l.pos-1] == 'e' || l.src[l.pos-1] == 'E')) {
			l.pos++
			continue
		}
		break
	}
	l.add(rbToken{kind: rbNumber, text: strings.ReplaceAll(l.src[start:l.pos], "_", ""), line: l.line, spaced: spaced})
}

func (l *rbLexer) punct(spaced bool) {
	n := 1
	if l.pos+2 <= len(l.src) {
		switch l.src[l.pos : l.pos+2] {
		case "=>", "->", "::", "||", "&&", "==", "&.":
			n = 2
		}
	}
	l.add(rbToken{kind: rbPunct, text: l.src[l.pos : l.pos+n], line: l.line, spaced: spaced})
	l.pos += n
}

// mayStartValue reports whether a value rather than an operator can stand here:
// after another value "-", "%" and "<<" are operators.
func (l *rbLexer) mayStartValue() bool {
	if len(l.toks) == 0 {
		return true
	}
	t := l.toks[len(l.toks)-1]
	switch t.kind {
	case rbString, rbNumber, rbSymbol, rbConst:
		return false
	case rbIdent:
		return l.pos > 0 && isSpace(l.src[l.pos-1]) && !isSpace(l.peek(1))
	case rbPunct:
		return t.text != ")" && t.text != "]" && t.text != "}"
	default:
		return true
	}
}

func (l *rbLexer) peek(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

func (l *rbLexer) atLineStart() bool { return l.pos == 0 || l.src[l.pos-1] == '\n' }

func (l *rbLexer) lineEnd(from int) int {
	if i := strings.IndexByte(l.src[from:], '\n'); i >= 0 {
		return from + i
	}
	return len(l.src)
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'
}
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isWordStart(c byte) bool {
	return c == '_' || c == '@' || c == '$' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80
}
func isWord(c byte) bool { return isWordStart(c) || isDigit(c) }
