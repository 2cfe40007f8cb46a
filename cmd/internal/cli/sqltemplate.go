package cli

import (
	"regexp"
	"strings"

	"impact/lineage/syntax"
	"impact/manifest"
)

// jinjaTag matches the shortest Jinja expression, statement or comment.
var jinjaTag = regexp.MustCompile(`(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}`)

// firstTag is where the first Jinja tag stands in a text that could not be read
// because of its tags.
func firstTag(file *syntax.File) (int, bool) {
	if len(file.Errors) == 0 || !strings.Contains(file.Src, "{") {
		return 0, false
	}
	tags := jinjaTag.FindAllStringIndex(file.Src, -1)
	for _, e := range file.Errors {
		for _, tag := range tags {
			if int(e.Pos) >= tag[0] && int(e.Pos) < tag[1] {
				return tags[0][0], true
			}
		}
	}
	return 0, false
}

// withoutTags is what is left of a template as SQL, with every other byte in its
// place: references become names, the first branch of an if and the body of a
// loop stay, expressions become NULL.
func withoutTags(src string) string {
	out := []byte(src)
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			if out[i] != '\n' && out[i] != '\r' {
				out[i] = ' '
			}
		}
	}
	var mutes []mute
	for _, tag := range jinjaTag.FindAllStringIndex(src, -1) {
		text := src[tag[0]:tag[1]]
		inner := strings.Trim(text[2:len(text)-2], "-+ \t\r\n")
		blank(tag[0], tag[1])
		if strings.HasPrefix(text, "{{") {
			copy(out[tag[0]:tag[1]], expressionSQL(inner))
		}
		if !strings.HasPrefix(text, "{%") {
			continue
		}
		word, rest, _ := strings.Cut(inner, " ")
		switch {
		case word == "if", word == "macro", word == "test", word == "call", word == "set" && !strings.Contains(rest, "="):
			mutes = append(mutes, mute{word: word, from: -1})
			if word != "if" {
				mutes[len(mutes)-1].from = tag[1]
			}
		case len(mutes) == 0:
		case word == "else" || word == "elif":
			if m := &mutes[len(mutes)-1]; m.word == "if" && m.from < 0 {
				m.from = tag[1]
			}
		case word == "end"+mutes[len(mutes)-1].word:
			if m := mutes[len(mutes)-1]; m.from >= 0 {
				blank(m.from, tag[0])
			}
			mutes = mutes[:len(mutes)-1]
		}
	}
	return string(out)
}

// A mute is a block that is open, and from where on its text does not count, or
// -1.
type mute struct {
	word string
	from int
}

// expressionSQL is what a Jinja expression stands for; it is never longer than
// its tag.
func expressionSQL(inner string) string {
	if ref, ok := manifest.ParseReference(inner); ok {
		if ref.Source != "" {
			return plainName(ref.Source) + "." + plainName(ref.Name)
		}
		return plainName(ref.Name)
	}
	call, _, isCall := strings.Cut(inner, "(")
	switch {
	case inner == "this":
		return "this"
	case !isCall:
		return "null"
	case call == "config", strings.HasPrefix(call, "log"):
		return ""
	case call == "star", strings.HasSuffix(call, ".star"):
		return "*"
	}
	return "null"
}

// plainName is a name that needs no quotes.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
}
