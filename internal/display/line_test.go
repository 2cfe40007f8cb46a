package display

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLineEscapesWhatATerminalWouldObeyOrHide(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain text stays", "JobOffer__c.Salary__c", "JobOffer__c.Salary__c"},
		{"Japanese stays", "求人票の給与（年額）", "求人票の給与（年額）"},
		{"emoji with a joiner stay", "👩‍⚕️", "👩‍⚕️"},
		{"a colour sequence is shown", "\x1b[31mred", `\x1b[31mred`},
		{"a title sequence is shown", "\x1b]0;owned\a", `\x1b]0;owned\x07`},
		{"an eight-bit sequence is shown", "\u009b2J", `\u009b2J`},
		{"a lone byte is shown", "a\x9bb\xff", `a\x9bb\xff`},
		{"a cut character is shown", "\xe6\xb1", `\xe6\xb1`},
		{"the replacement character itself stays", "\ufffd", "\ufffd"},
		{"line breaks are shown", "a\r\nb\tc", `a\r\nb\tc`},
		{"backspaces are shown", "ok\b\bno", `ok\x08\x08no`},
		{"a bidi override is shown", "user\u202etxt.lqs", `user\u202etxt.lqs`},
		{"a bidi isolate is shown", "\u2066x\u2069", `\u2066x\u2069`},
		{"a zero-width space is shown", "sal\u200bary", `sal\u200bary`},
		{"a filler is shown", "a\u3164b", `a\u3164b`},
		{"a tag character is shown", "a\U000e0041", `a\U000e0041`},
		{"a line separator is shown", "a\u2028b", `a\u2028b`},
		{"a delete is shown", "a\x7f", `a\x7f`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Line(tt.in); got != tt.want {
				t.Errorf("Line(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestTextKeepsLinesAndTabs(t *testing.T) {
	t.Parallel()
	if got, want := Text("a\r\n\tb\rc\x1b"), "a\n\tb"+`\rc\x1b`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzSanitize(f *testing.F) {
	for _, seed := range []string{"", "a", "\x1b[31m", "\u202e", "\xff\xfe", "給与", "a\r\nb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		line, text := Line(in), Text(in)
		if Line(line) != line || Text(text) != text {
			t.Errorf("cleaning %q twice differs from once", in)
		}
		for _, out := range []string{line, strings.NewReplacer("\n", "", "\t", "").Replace(text)} {
			if !utf8.ValidString(out) {
				t.Errorf("%q is not valid UTF-8", out)
			}
			for _, r := range out {
				if !Visible(r) {
					t.Errorf("%q kept %U", out, r)
				}
			}
		}
	})
}
