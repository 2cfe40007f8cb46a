package destination

import "strings"

// This file reads the words of a MySQL dump, statement by statement, so that a
// dump with data needs no more memory than its longest statement.

type ddlKind uint8

const (
	ddlWord   ddlKind = iota // bare word
	ddlQuoted                // `name`
	ddlDouble                // "name" or "text"
	ddlString                // 'text'
	ddlNumber
	ddlPunct
)

type ddlToken struct {
	kind  ddlKind
	text  string // the value, without quotes
	start int    // byte offsets in the source
	end   int
	line  int
}

// word reports whether the token is the given bare word, in any case.
func (t ddlToken) word(w string) bool { return t.kind == ddlWord && strings.EqualFold(t.text, w) }

// name reports whether the token can name something.
func (t ddlToken) name() bool { return t.kind == ddlWord || t.kind == ddlQuoted || t.kind == ddlDouble }

type ddlLexer struct {
	src       string
	pos       int
	line      int
	delimiter string
	// versioned counts open "/*!50001" comments, whose text counts.
	versioned int
	marks     [][2]int // where their beginnings and ends stand in this statement
}

// statement returns the tokens of the next statement, without its delimiter.
// ok is false at the end. Tokens beyond limit are read but not kept; cut says so.
func (l *ddlLexer) statement(limit int) (toks []ddlToken, cut, ok bool) {
	l.marks = l.marks[:0]
	for {
		l.skipBlank()
		if l.pos >= len(l.src) {
			return toks, cut, len(toks) > 0
		}
		if l.atLineStart() && l.delimiterCommand() {
			continue
		}
		if strings.HasPrefix(l.src[l.pos:], l.delimiter) {
			l.pos += len(l.delimiter)
			if len(toks) > 0 {
				return toks, cut, true
			}
			continue
		}
		t := l.token()
		if len(toks) >= limit {
			cut = true
			continue
		}
		toks = append(toks, t)
	}
}

func (l *ddlLexer) skipBlank() {
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		switch {
		case rest[0] == '\n':
			l.line++
			l.pos++
		case isSpace(rest[0]):
			l.pos++
		case rest[0] == '#', rest == "--", strings.HasPrefix(rest, "--") && isSpace(rest[2]):
			l.skipTo("\n", 0)
		case strings.HasPrefix(rest, "/*!"), strings.HasPrefix(rest, "/*M!"):
			start := l.pos
			l.pos += strings.IndexByte(rest, '!') + 1
			for l.pos < len(l.src) && isDigit(l.src[l.pos]) {
				l.pos++
			}
			l.marks = append(l.marks, [2]int{start, l.pos})
			l.versioned++
		case l.versioned > 0 && strings.HasPrefix(rest, "*/"):
			l.marks = append(l.marks, [2]int{l.pos, l.pos + 2})
			l.pos += 2
			l.versioned--
		case strings.HasPrefix(rest, "/*"):
			l.pos += 2
			l.skipTo("*/", 2)
		default:
			return
		}
	}
}

// skipTo goes to the next occurrence of s and over take bytes of it.
func (l *ddlLexer) skipTo(s string, take int) {
	i := strings.Index(l.src[l.pos:], s)
	if i < 0 {
		i, take = len(l.src)-l.pos, 0
	}
	l.line += strings.Count(l.src[l.pos:l.pos+i], "\n")
	l.pos += i + take
}

func (l *ddlLexer) atLineStart() bool {
	i := l.pos
	for i > 0 && (l.src[i-1] == ' ' || l.src[i-1] == '\t') {
		i--
	}
	return i == 0 || l.src[i-1] == '\n'
}

// delimiterCommand reads the client's "DELIMITER ;;", which ends with its line.
func (l *ddlLexer) delimiterCommand() bool {
	const word = "delimiter"
	rest := l.src[l.pos:]
	if len(rest) <= len(word) || !strings.EqualFold(rest[:len(word)], word) || !isSpace(rest[len(word)]) {
		return false
	}
	end := strings.IndexByte(rest, '\n')
	if end < 0 {
		end = len(rest)
	}
	fields := strings.Fields(rest[len(word):max(end, len(word))])
	if len(fields) == 0 {
		return false
	}
	l.delimiter = fields[0]
	l.pos += end
	return true
}

func (l *ddlLexer) token() ddlToken {
	t := ddlToken{start: l.pos, line: l.line}
	c := l.src[l.pos]
	switch {
	case c == '`':
		t.kind, t.text = ddlQuoted, l.quoted(c, false)
	case c == '"':
		t.kind, t.text = ddlDouble, l.quoted(c, true)
	case c == '\'':
		t.kind, t.text = ddlString, l.quoted(c, true)
	case isDigit(c):
		for l.pos < len(l.src) && (isWord(l.src[l.pos]) || l.src[l.pos] == '.') {
			l.pos++
		}
		t.kind, t.text = ddlNumber, l.src[t.start:l.pos]
	case isWordStart(c):
		for l.pos < len(l.src) && isWord(l.src[l.pos]) {
			l.pos++
		}
		t.kind, t.text = ddlWord, l.src[t.start:l.pos]
	default:
		l.pos++
		t.kind, t.text = ddlPunct, l.src[t.start:l.pos]
	}
	t.end = l.pos
	return t
}

// quoted reads to the closing quote; a doubled quote stands for itself.
func (l *ddlLexer) quoted(q byte, backslash bool) string {
	l.pos++
	var b strings.Builder
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		l.pos++
		switch {
		case c == '\n':
			l.line++
		case c == '\\' && backslash && l.pos < len(l.src):
			n := l.src[l.pos]
			l.pos++
			if n == '\n' {
				l.line++
			}
			b.WriteString(unescapeMySQL(n))
			continue
		case c == q:
			if l.pos < len(l.src) && l.src[l.pos] == q {
				l.pos++
				break
			}
			return b.String()
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unescapeMySQL(n byte) string {
	switch n {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case '0':
		return "\x00"
	case 'b':
		return "\b"
	case 'Z':
		return "\x1a"
	case '%', '_':
		return "\\" + string([]byte{n})
	}
	return string([]byte{n})
}

// text returns the source between two offsets without the marks of versioned
// comments.
func (l *ddlLexer) text(start, end int) string {
	if end < start {
		return ""
	}
	var b strings.Builder
	for _, m := range l.marks {
		if m[0] < start || m[1] > end {
			continue
		}
		b.WriteString(l.src[start:m[0]])
		start = m[1]
	}
	b.WriteString(l.src[start:end])
	return strings.TrimSpace(b.String())
}
