package yml_test

import (
	"errors"
	"strings"
	"testing"

	"impact/internal/yml"
)

func TestParseTellsThePlaceOfWhatItReads(t *testing.T) {
	t.Parallel()
	file, err := yml.Parse([]byte("version: 1\nitems: &all\n  - name: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	members := yml.Members(file.Docs[0].Body)
	if len(members) != 2 || yml.Key(members[0]) != "version" || yml.Key(members[1]) != "items" {
		t.Fatalf("members %v", members)
	}
	if got, want := yml.Place(members[1]), (yml.Position{Line: 2, Col: 1}); got != want {
		t.Errorf("items stand at %v, want %v", got, want)
	}
	if got := yml.Members(members[0].Value); got != nil {
		t.Errorf("a number has members %v", got)
	}
	if got := yml.Place(nil); got != (yml.Position{}) {
		t.Errorf("nothing stands at %v", got)
	}
}

func TestParseRefusesWithThePlace(t *testing.T) {
	t.Parallel()
	_, err := yml.Parse([]byte("a: 1\nb: [1, 2\n"))
	var syntax *yml.SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 2 || syntax.Message == "" || strings.Contains(syntax.Message, "\n") {
		t.Errorf("error %#v", err)
	}
}

func TestParseRefusesWhatCouldExhaustTheStack(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"brackets":    strings.Repeat("[", 100_000),
		"mappings":    strings.Repeat("{a: ", 100_000),
		"indentation": strings.Repeat(" ", 1000) + "a: 1",
		"sequences":   strings.Repeat("- ", 10_000) + "a",
		"tags":        "a: " + strings.Repeat("!t ", 100_000),
	} {
		if _, err := yml.Parse([]byte(src)); !errors.Is(err, yml.ErrTooDeep) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "a: 1", "- a\n- b", "a: &x {b: *x}", "!!map {a: b}", "? [a]\n: b", "a: |\n  text\n", "\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := yml.Parse(src)
		if err != nil {
			return
		}
		for _, doc := range file.Docs {
			for _, m := range yml.Members(doc.Body) {
				yml.Place(m)
				yml.Key(m)
			}
		}
	})
}
