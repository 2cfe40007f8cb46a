package terminal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWidthCountsColumns(t *testing.T) {
	t.Parallel()
	on := NewStyle(true)
	tests := []struct {
		name, in string
		want     int
	}{
		{"ascii", "salary", 6},
		{"nothing", "", 0},
		{"wide characters take two", "給与", 4},
		{"half-width katakana take one", "ｷｭｳﾖ", 4},
		{"a combining mark takes none", "が", 2},
		{"an emoji of several characters takes two", "👩‍⚕️", 2},
		{"styles take none", on.Bold(on.Red("給与")) + "x", 5},
		{"an escape that is no style is not skipped whole", "\x1b[2Jab", 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Width(tt.in); got != tt.want {
				t.Errorf("Width(%q) = %d, want %d", tt.in, got, tt.want)
			}
		})
	}
}

func TestTruncateCutsByColumns(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		width    int
		want     string
	}{
		{"short text stays", "salary", 6, "salary"},
		{"long text is marked", "salary_min", 7, "salary…"},
		{"a wide character that does not fit whole goes", "給与年額", 6, "給与…"},
		{"a half-filled column stays empty", "給与年額", 4, "給…"},
		{"no width cuts nothing", "salary", 0, "salary"},
		{"one column holds the mark", "salary", 1, "…"},
		{"styles are closed behind the cut", NewStyle(true).Red("salary"), 4, "\x1b[31msal…\x1b[39m"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Truncate(tt.in, tt.width); got != tt.want {
				t.Errorf("Truncate(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
			}
		})
	}
}

func TestWrapBreaksWhereTheScriptAllows(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		width    int
		want     []string
	}{
		{"between words", "drop the field now", 9, []string{"drop the", "field now"}},
		{"spaces hang over the edge", "drop the", 4, []string{"drop", "the"}},
		{"between Japanese characters", "給与は年額です", 6, []string{"給与は", "年額で", "す"}},
		{"not before a closing mark", "年額です。", 8, []string{"年額で", "す。"}},
		{"within a word that is too long", "job_offer__c", 5, []string{"job_o", "ffer_", "_c"}},
		{"at line feeds", "a\n\nb", 10, []string{"a", "", "b"}},
		{"no width breaks only at line feeds", "a b c\nd", 0, []string{"a b c", "d"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Wrap(tt.in, tt.width)); diff != "" {
				t.Errorf("Wrap(%q, %d) (-want +got):\n%s", tt.in, tt.width, diff)
			}
		})
	}
}

func TestPadFillsByColumns(t *testing.T) {
	t.Parallel()
	if got, want := Pad("給与", 6)+"|", "給与  |"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Pad("salary", 3); got != "salary" {
		t.Errorf("longer text: got %q", got)
	}
}

func FuzzWidth(f *testing.F) {
	f.Add("salary_min", 4)
	f.Add("給与年額 👩‍⚕️", 3)
	f.Add("\x1b[1mbold\x1b[22m", 2)
	f.Add("額 \ufe0f", -155)
	f.Add("8\ua8c1\ua8c1----0", 0)
	f.Fuzz(func(t *testing.T, text string, width int) {
		line := Line(text)
		width = width%100 + 2 // a wide character needs two columns
		if width < 2 {
			width = 2
		}
		if got := Width(Truncate(line, width)); got > width {
			t.Errorf("Truncate(%q, %d) takes %d columns", line, width, got)
		}
		for _, part := range Wrap(line, width) {
			if got := Width(part); got > width {
				t.Errorf("Wrap(%q, %d) has a line of %d columns: %q", line, width, got, part)
			}
		}
		kept := strings.Join(Wrap(line, width), "")
		if strings.ReplaceAll(kept, " ", "") != strings.ReplaceAll(line, " ", "") {
			t.Errorf("Wrap(%q, %d) lost or changed text: %q", line, width, kept)
		}
	})
}
