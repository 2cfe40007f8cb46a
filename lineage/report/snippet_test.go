package report

import (
	"strings"
	"testing"

	"impact/internal/display"
	"impact/lineage/effect"
)

func TestCaretsStandUnderTheName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		text      string
		col, end  int
		room      int
		line, car string
	}{
		{"a name", "select a, b", 8, 9, 0, "select a, b", "       ^"},
		{"behind a tab", "\tSalary__c,", 2, 11, 0, "    Salary__c,", "    ^^^^^^^^^"},
		{"behind a tab within the line", "ab\tcd", 4, 6, 0, "ab  cd", "    ^^"},
		{"behind wide characters", "'公開', a", 7, 8, 0, "'公開', a", "        ^"},
		{"a wide name", "求人 as x", 1, 3, 0, "求人 as x", "^^^^"},
		{"a combining mark takes no room", "e\u0301 as x", 7, 8, 0, "e\u0301 as x", "     ^"},
		{"without an end", "abc", 2, 0, 0, "abc", " ^"},
		{"behind the end of the line", "abc", 9, 12, 0, "abc", "   ^"},
		{"without a column", "abc", 0, 0, 0, "abc", ""},
		{"control characters", "a\x1b[31mb", 7, 8, 0, `a\x1b[31mb`, "         ^"},
		{"a carriage return", "abc\r", 1, 4, 0, "abc", "^^^"},
		{"a long line is cut behind", "select abcdef, ghijkl, mnopqr", 8, 14, 20, "select abcdef, ghij…", "       ^^^^^^"},
		{"a long line is cut before", "select abcdef, ghijkl, mnopqr", 24, 30, 20, "…ef, ghijkl, mnopqr", "             ^^^^^^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, ok := excerpt(&effect.Place{Line: 7, Col: tt.col, EndCol: tt.end, Text: tt.text}, tt.room)
			if !ok || s.line != tt.line || s.marks != tt.car || s.number != "7" {
				t.Errorf("ok %v\n got %q\n     %q\nwant %q\n     %q", ok, s.line, s.marks, tt.line, tt.car)
			}
		})
	}
}

func TestAPlaceWithoutTextHasNoExcerpt(t *testing.T) {
	t.Parallel()
	for _, p := range []*effect.Place{nil, {Line: 1, Col: 1}, {Line: 1, Col: 1, Text: " \t"}} {
		if s, ok := excerpt(p, 80); ok {
			t.Errorf("%v: got %v", p, s)
		}
	}
}

func FuzzExcerptFitsAndMarksOneRun(f *testing.F) {
	f.Add("\tselect 求人, a", 9, 11, 20)
	f.Add("a\x00\u202e", 2, 3, 16)
	f.Add(strings.Repeat("x", 300), 290, 295, 40)
	f.Add(strings.Repeat("長", 300), 100, 290, 17)
	f.Fuzz(func(t *testing.T, text string, col, end, room int) {
		room = 16 + max(0, room)%200
		s, ok := excerpt(&effect.Place{Line: 1, Col: col, EndCol: end, Text: text}, room)
		if !ok {
			return
		}
		if clean(s.line) != s.line {
			t.Errorf("not clean: %q", s.line)
		}
		if n := display.Width(s.line); n > room {
			t.Errorf("%d columns of %d: %q", n, room, s.line)
		}
		if n := len(s.marks); n > room+1 {
			t.Errorf("marks of %d columns, room for %d", n, room)
		}
		if carets := strings.TrimLeft(s.marks, " "); strings.Trim(carets, "^") != "" {
			t.Errorf("marks %q", s.marks)
		}
	})
}
