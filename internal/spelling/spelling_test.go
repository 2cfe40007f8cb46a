package spelling

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	modes := []string{"mirror", "replace", "upsert", "append", "役割"}
	for _, test := range []struct{ name, word, want string }{
		{"a letter is missing", "miror", "mirror"},
		{"two letters are swapped", "upsret", "upsert"},
		{"case does not count", "REPLACE", "replace"},
		{"a character of another script counts as one", "役割り", "役割"},
		{"a plural of a word", "mirrories", "mirror"},
		{"nothing is near", "truncate", ""},
		{"a short word is near to little", "up", ""},
		{"an empty word", "", ""},
		{"a very long word", strings.Repeat("mirror", 50), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Nearest(test.word, modes); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestHintListsTheWordsWhereNoneIsNear(t *testing.T) {
	t.Parallel()
	words := []string{"hard", "soft"}
	if got, want := Hint("sfot", words), `did you mean "soft"?`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := Hint("never", words), "want one of hard, soft"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestDistanceCountsEdits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "axc", 1},
		{"abcd", "acbd", 1}, {"ca", "abc", 3}, {"kitten", "sitting", 3},
	} {
		if got := Distance([]rune(test.a), []rune(test.b)); got != test.want {
			t.Errorf("%q to %q: %d, want %d", test.a, test.b, got, test.want)
		}
		if got := Distance([]rune(test.b), []rune(test.a)); got != test.want {
			t.Errorf("%q to %q: %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func TestNearestFindsTypingErrorsOnly(t *testing.T) {
	t.Parallel()
	names := []string{"field", "graph", "sql", "version"}
	tests := []struct{ typed, want string }{
		{"grahp", "graph"},
		{"Graph", "graph"},
		{"feild", "field"},
		{"versions", "version"},
		{"sq", "sql"},
		{"x", ""},
		{"sqll", "sql"},
		{"salary", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Nearest(tt.typed, names); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.typed, got, tt.want)
		}
	}
}
