package syntax

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// A File is the result of [Parse]: every statement of a source text in order,
// and what could not be read. It is immutable and safe for concurrent use.
type File struct {
	Src     string
	Dialect *Dialect
	Stmts   []Stmt
	Errors  []*Error // in source order within a statement
	// Unpivots says that UNPIVOT stands somewhere in the text.
	Unpivots bool
	// Guessed says that brackets were missing or too many, or words left over: what
	// belongs together in a statement was guessed then.
	Guessed bool

	once  sync.Once
	lines []Pos // start of each line, built when first asked for
}

// An Error is a place that could not be read. A warning marks a place that was
// read, but not as its dialect would read it.
type Error struct {
	Pos     Pos
	End     Pos
	Message string // lower case, without position
	Hint    string // what to do about it, or empty
	Warning bool
}

// Error returns the message without its position: that takes the file, see
// [File.Position].
func (e *Error) Error() string { return e.Message }

// A Position is a place as people count: both numbers start at 1, and a column
// is a character, a tab being one. A byte order mark is none.
type Position struct {
	Line int
	Col  int
}

// Position returns the line and column of a byte offset. Offsets outside of the
// text are taken as its nearest end.
func (f *File) Position(p Pos) Position {
	f.once.Do(func() { f.lines = lineStarts(f.Src) })
	p = max(0, min(p, Pos(len(f.Src))))
	line := sort.Search(len(f.lines), func(i int) bool { return f.lines[i] > p }) - 1
	begin := f.lines[line]
	if line == 0 {
		begin = min(Pos(textBegin(f.Src)), p)
	}
	return Position{Line: line + 1, Col: utf8.RuneCountInString(f.Src[begin:p]) + 1}
}

// byteOrderMark stands at the begin of some files; it is no character of them.
const byteOrderMark = "\ufeff"

func textBegin(src string) int {
	if strings.HasPrefix(src, byteOrderMark) {
		return len(byteOrderMark)
	}
	return 0
}

func lineStarts(src string) []Pos {
	starts := make([]Pos, 1, strings.Count(src, "\n")+1)
	for i := 0; i < len(src); i++ {
		if src[i] == '\n' {
			starts = append(starts, Pos(i+1))
		}
	}
	return starts
}

// excerptWidth is how many columns of a line an excerpt shows.
const excerptWidth = 100

// Excerpt returns the source line on which span begins and, below it, carets
// under the part of the span that lies on that line:
//
//	select a, from t
//	          ^^^^
//
// Tabs stay tabs, so that the carets stand right however wide a tab is; wide
// East Asian characters count two columns; a long line is cut around the span;
// control characters show as U+FFFD, so that the text is safe to print. A span
// behind the last text of src is shown at the end of that text, since the lines
// below it are empty.
func Excerpt(src string, span Span) string {
	first := textBegin(src)
	src, span = src[first:], Span{span.Pos - Pos(first), span.End - Pos(first)}
	pos := max(0, min(int(span.Pos), len(src)))
	if strings.TrimSpace(src[pos:]) == "" {
		pos = min(pos, len(strings.TrimRight(src, " \t\r\n")))
	}
	end := max(pos, min(int(span.End), len(src)))
	begin := strings.LastIndexByte(src[:pos], '\n') + 1
	stop := len(src)
	if i := strings.IndexByte(src[pos:], '\n'); i >= 0 {
		stop = pos + i
	}
	if stop > begin && src[stop-1] == '\r' {
		stop--
	}
	pos = min(pos, stop)
	end = min(end, stop)

	from, to := window(src, begin, stop, pos)
	end = min(end, to)

	var text, marks strings.Builder
	if from > begin {
		text.WriteString("…")
		marks.WriteByte(' ')
	}
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(src[i:to])
		if r != '\t' && (r < ' ' || r == 0x7f || isControl(r)) {
			r = utf8.RuneError
		}
		text.WriteRune(r)
		mark := " "
		switch {
		case i >= pos && (i < end || i == pos):
			mark = "^"
		case r == '\t':
			mark = "\t"
		}
		if i < end || i <= pos {
			marks.WriteString(mark)
			if isWide(r) {
				marks.WriteString(mark)
			}
		}
		i += size
	}
	if pos >= to {
		marks.WriteByte('^')
	}
	if to < stop {
		text.WriteString("…")
	}
	return text.String() + "\n" + marks.String()
}

// window picks the part of src[begin:stop] that is shown when pos must be
// visible, on rune borders: all of it if it is short enough, else its begin or
// end if pos stands there.
func window(src string, begin, stop, pos int) (from, to int) {
	const before = excerptWidth / 3
	if rest := runesBack(src, begin, stop, excerptWidth); rest == begin || pos >= runesBack(src, begin, stop, excerptWidth-before) {
		return rest, stop
	}
	from, to = runesBack(src, begin, pos, before), stop
	n := 0
	for i := from; i < stop; {
		_, size := utf8.DecodeRuneInString(src[i:stop])
		i += size
		if n++; n == excerptWidth {
			to = i
			break
		}
	}
	return from, to
}

// runesBack is n characters before end, but not before begin.
func runesBack(src string, begin, end, n int) int {
	for end > begin && n > 0 {
		_, size := utf8.DecodeLastRuneInString(src[begin:end])
		end -= size
		n--
	}
	return end
}

// isControl reports runes that change how a terminal shows the others.
func isControl(r rune) bool {
	return r >= 0x80 && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e ||
		r >= 0x2066 && r <= 0x2069 || r == 0xfeff
}

// isWide reports runes that take two columns of a terminal: the wide and
// full-width blocks of Unicode's East Asian Width.
func isWide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf && r != 0x303f ||
		r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f ||
		r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 ||
		r >= 0x1f300 && r <= 0x1f64f || r >= 0x1f900 && r <= 0x1f9ff || r >= 0x20000 && r <= 0x3fffd)
}
