package random

import "strings"

// A token is a piece of a statement. With space there was one before it.
type token struct {
	text  string
	space bool
}

// word says whether a token is a name, keyword or number.
func (t token) word() bool { return wordByte(t.text[0]) }

func wordByte(c byte) bool {
	return c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// tokens cuts a statement into words, quoted texts and signs. A dot is a word of
// its own beside a name.
func tokens(sql string) []token {
	var out []token
	space := false
	for i := 0; i < len(sql); {
		start := i
		c := sql[i]
		switch {
		case c == ' ' || c == '\n' || c == '\t':
			space = true
			i++
			continue
		case c == '\'' || c == '"' || c == '`':
			for i++; i < len(sql) && sql[i] != c; i++ {
				if sql[i] == '\\' {
					i++
				}
			}
			i++
		case c == '.':
			i++
		case wordByte(c):
			number := c >= '0' && c <= '9'
			for i < len(sql) && wordByte(sql[i]) && (sql[i] != '.' || number) {
				i++
			}
		case strings.HasPrefix(sql[i:], "|>"), strings.HasPrefix(sql[i:], "->"), strings.HasPrefix(sql[i:], "||"),
			strings.HasPrefix(sql[i:], "=>"), strings.HasPrefix(sql[i:], "!="), strings.HasPrefix(sql[i:], "<="), strings.HasPrefix(sql[i:], ">="):
			i += 2
		default:
			i++
		}
		i = min(i, len(sql))
		out = append(out, token{sql[start:i], space})
		space = false
	}
	return out
}

func text(list []token) string {
	var sb strings.Builder
	for i, t := range list {
		if i > 0 && (t.space || t.word() && t.text != "." && list[i-1].word() && list[i-1].text != ".") {
			sb.WriteByte(' ')
		}
		sb.WriteString(t.text)
	}
	return sb.String()
}

// maxTries bounds how many statements are tried in making one small.
const maxTries = 12000

// Shrink returns a statement that is as small as a few passes make it, for which
// holds is true as it is for sql.
func Shrink(sql string, holds func(string) bool) string {
	s := &shrinker{now: tokens(sql), tries: maxTries, holds: holds, seen: map[string]bool{}}
	for before := ""; before != text(s.now) && s.tries > 0; {
		before = text(s.now)
		s.hoist()
		s.drop()
	}
	s.replace()
	return text(s.now)
}

type shrinker struct {
	now   []token
	tries int
	holds func(string) bool
	seen  map[string]bool
}

// try makes a list the statement, if it is smaller and the property holds.
func (s *shrinker) try(list []token) bool {
	sql := text(list)
	if len(list) == 0 || s.seen[sql] || len(sql) >= len(text(s.now)) {
		return false
	}
	s.seen[sql] = true
	if s.tries--; s.tries < 0 || !s.holds(sql) {
		return false
	}
	s.now = append([]token(nil), list...)
	return true
}

// closing returns the place of the bracket that closes the one at i.
func (s *shrinker) closing(i int) int {
	depth := 0
	for ; i < len(s.now); i++ {
		switch s.now[i].text {
		case "(", "[":
			depth++
		case ")", "]":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// balanced says whether the brackets from i up to j match one another.
func (s *shrinker) balanced(i, j int) bool {
	depth := 0
	for ; i < j; i++ {
		switch s.now[i].text {
		case "(", "[":
			depth++
		case ")", "]":
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}

func (s *shrinker) with(i, j int, between ...token) []token {
	out := append([]token(nil), s.now[:i]...)
	out = append(out, between...)
	return append(out, s.now[j:]...)
}

// hoist takes what is in brackets for the whole, or for the brackets with what
// stands before them.
func (s *shrinker) hoist() {
	for i := 0; i < len(s.now); i++ {
		if t := s.now[i].text; t != "(" && t != "[" {
			continue
		}
		end := s.closing(i)
		if end < 0 {
			continue
		}
		in := append([]token(nil), s.now[i+1:end]...)
		if s.try(in) || s.try(s.with(i, end+1, in...)) {
			i = -1
			continue
		}
		for from := i - 1; from >= 0 && from >= i-3; from-- {
			if s.try(s.with(from, end+1, append([]token{{" ", false}}[:0:0], in...)...)) {
				i = -1
				break
			}
		}
	}
}

// drop leaves out runs of tokens, long ones first.
func (s *shrinker) drop() {
	for size := len(s.now) - 1; size > 0; size = next(size) {
		for i := 0; i+size <= len(s.now); i++ {
			if s.balanced(i, i+size) && s.try(s.with(i, i+size)) {
				i--
			}
		}
	}
}

func next(size int) int {
	if size > 24 {
		return size * 3 / 4
	}
	return size - 1
}

// replace puts a constant in the place of runs.
func (s *shrinker) replace() {
	for size := min(len(s.now)-1, 12); size > 1; size-- {
		for i := 0; i+size <= len(s.now); i++ {
			if !s.balanced(i, i+size) {
				continue
			}
			for _, c := range []string{"1", "true"} {
				if s.try(s.with(i, i+size, token{c, true})) {
					break
				}
			}
		}
	}
}

// spoil harms a statement: a name is replaced by another one, or a piece is left
// out.
func (g *Generator) spoil(sql string) string {
	list := tokens(sql)
	s := &shrinker{now: list}
	for range 50 {
		i := g.n(len(list))
		if g.chance(50) {
			size := 1 + g.n(6)
			if i+size < len(list) && s.balanced(i, i+size) {
				return text(s.with(i, i+size))
			}
			continue
		}
		other := list[g.n(len(list))]
		if g.chance(20) {
			other.text = "nope"
		}
		if list[i].word() && other.word() && list[i].text != "." && other.text != "." && list[i].text != other.text {
			other.space = list[i].space
			return text(s.with(i, i+1, other))
		}
	}
	return sql
}
