package layout

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A SyntaxError says where a selector is not one.
type SyntaxError struct {
	Selector string
	Offset   int // in bytes, from 0
	Message  string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("selector %q, character %d: %s", e.Selector,
		utf8.RuneCountInString(e.Selector[:min(e.Offset, len(e.Selector))])+1, e.Message)
}

// noLimit is a number of steps that goes to the end.
const noLimit = -1

// A term is one name of a selector with its pluses.
type term struct {
	method   string // tag, group, owner, source or exposure; "" for a name
	name     string
	up, down int // steps, 0 for none
}

// methods are what may stand before a colon.
const methods = "tag, group, owner, source, exposure"

// A word is a term as it is typed: its text without quotes, and which bytes of
// it stood in quotes and mean nothing but themselves.
type word struct {
	text   []byte
	quoted []bool
	offset int
}

// parseSelector reads terms: those of one inner list are intersected, and the
// inner lists united.
func parseSelector(selector string) ([][]term, error) {
	var union [][]term
	var inner []term
	var w *word
	expect := -1 // offset of a comma that still waits for its right side
	fail := func(at int, format string, args ...any) error {
		return &SyntaxError{Selector: selector, Offset: at, Message: fmt.Sprintf(format, args...)}
	}
	flush := func() error {
		if w == nil {
			return nil
		}
		t, message := w.term()
		if message != "" {
			return fail(w.offset, "%s", message)
		}
		inner, w, expect = append(inner, t), nil, -1
		return nil
	}
	for i := 0; i < len(selector); {
		r, size := utf8.DecodeRuneInString(selector[i:])
		switch {
		case unicode.IsSpace(r) || r == ',':
			if err := flush(); err != nil {
				return nil, err
			}
			if r == ',' {
				if len(inner) == 0 || expect >= 0 {
					return nil, fail(i, "there is no name before the comma")
				}
				expect = i
			} else if expect >= 0 {
				return nil, fail(expect, "a comma joins names without spaces around it")
			} else if len(inner) > 0 {
				union, inner = append(union, inner), nil
			}
			i += size
		case r == '"' || r == '`':
			end := strings.IndexRune(selector[i+1:], r)
			if end < 0 {
				return nil, fail(i, "the quote is not closed")
			}
			w = w.add(selector[i+1:i+1+end], true, i)
			i += end + 2
		default:
			w = w.add(selector[i:i+size], false, i)
			i += size
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	if expect >= 0 {
		return nil, fail(expect, "there is no name behind the comma")
	}
	if len(inner) > 0 {
		union = append(union, inner)
	}
	return union, nil
}

func (w *word) add(text string, quoted bool, offset int) *word {
	if w == nil {
		w = &word{offset: offset}
	}
	w.text = append(w.text, text...)
	for range len(text) {
		w.quoted = append(w.quoted, quoted)
	}
	return w
}

// bare reports whether the byte at i is c, outside of quotes.
func (w *word) bare(i int, c byte) bool {
	return i >= 0 && i < len(w.text) && w.text[i] == c && !w.quoted[i]
}

func (w *word) digit(i int) bool {
	return i >= 0 && i < len(w.text) && w.text[i] >= '0' && w.text[i] <= '9' && !w.quoted[i]
}

// term takes pluses and method off a word. The message is "" unless it cannot
// be understood.
func (w *word) term() (t term, message string) {
	from, to := 0, len(w.text)
	for w.digit(from) {
		from++
	}
	switch {
	case w.bare(from, '+') && from+1 < to:
		if t.up, message = steps(w.text[:from]); message != "" {
			return t, message
		}
		from++
	default:
		from = 0
	}
	at := to
	for at-1 > from && w.digit(at-1) {
		at--
	}
	if at-1 > from && w.bare(at-1, '+') {
		if t.down, message = steps(w.text[at:to]); message != "" {
			return t, message
		}
		to = at - 1
	}
	if w.bare(from, '@') {
		return t, "@ is not understood: use + on both sides of a name"
	}
	for i := from; i < to; i++ {
		if w.bare(i, '+') {
			return t, "a plus stands before or behind a name: put names that hold one in double quotes"
		}
	}
	for i := from; i < to; i++ {
		if !w.bare(i, ':') {
			continue
		}
		t.method = strings.ToLower(string(w.text[from:i]))
		if !knownMethod(t.method) {
			return t, fmt.Sprintf("%q is none of the methods %s: put names that hold a colon in double quotes", t.method, methods)
		}
		from = i + 1
		break
	}
	t.name = strings.TrimSpace(string(w.text[from:to]))
	if t.name == "" {
		return t, "a name is missing"
	}
	return t, ""
}

func knownMethod(name string) bool {
	for _, m := range strings.Split(methods, ", ") {
		if m == name {
			return true
		}
	}
	return false
}

func steps(digits []byte) (n int, message string) {
	if len(digits) == 0 {
		return noLimit, ""
	}
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return 0, fmt.Sprintf("%s steps are too many", digits)
	}
	return n, ""
}
