package manifest

import (
	"strings"
	"unicode/utf8"
)

// A Reference is what a ref() or source() call says.
type Reference struct {
	Source  string // of source(): the source's name; "" for ref()
	Package string // of ref(): the package, if given
	Name    string
	Version string // of ref(): the version, if given
}

// maxArguments bounds the text of one call's arguments.
const maxArguments = 2000

// ParseReference reads a text that is a ref() or source() call with literal
// arguments and nothing else, with or without the braces of Jinja.
func ParseReference(text string) (Reference, bool) {
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, "{{"); ok {
		if inner, ok = strings.CutSuffix(inner, "}}"); ok {
			text = strings.TrimSpace(inner)
		}
	}
	ref, rest, ok := call(text)
	return ref, ok && strings.TrimSpace(rest) == ""
}

// findReference finds the first ref() or source() call with literal arguments
// in a text.
func findReference(text string) (Reference, bool) {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c != 'r' && c != 's' || i > 0 && isNameByte(text[i-1]) {
			continue
		}
		if ref, _, ok := call(text[i:]); ok {
			return ref, true
		}
	}
	return Reference{}, false
}

// call reads the call that a text begins with, and returns what is behind it.
func call(text string) (ref Reference, rest string, ok bool) {
	name := "ref"
	args, isRef := strings.CutPrefix(text, name)
	if !isRef {
		name = "source"
		if args, ok = strings.CutPrefix(text, name); !ok {
			return Reference{}, "", false
		}
	}
	args = strings.TrimLeft(args, " \t\r\n")
	if !strings.HasPrefix(args, "(") {
		return Reference{}, "", false
	}
	words, version, rest, ok := literalArguments(args[1:])
	switch {
	case !ok:
	case !isRef && len(words) == 2 && version == "":
		return Reference{Source: words[0], Name: words[1]}, rest, true
	case isRef && len(words) == 1:
		return Reference{Name: words[0], Version: version}, rest, true
	case isRef && len(words) == 2:
		return Reference{Package: words[0], Name: words[1], Version: version}, rest, true
	}
	return Reference{}, "", false
}

// Matches reports whether the reference can mean a node. Without a version it
// can mean every version of a model.
func (ref Reference) Matches(n *Node) bool {
	if n.Name != ref.Name {
		return false
	}
	if ref.Source != "" {
		return n.Kind == KindSource && n.SourceName == ref.Source
	}
	switch n.Kind {
	case KindModel, KindSeed, KindSnapshot:
	default:
		return false
	}
	return (ref.Package == "" || n.PackageName == ref.Package) && (ref.Version == "" || n.Version == ref.Version)
}

// MatchesID is [Reference.Matches] for where only a node's unique id is at hand.
func (ref Reference) MatchesID(id string) bool {
	kind, rest, _ := strings.Cut(id, ".")
	pkg, name, ok := strings.Cut(rest, ".")
	if !ok {
		return false
	}
	if ref.Source != "" {
		return kind == string(KindSource) && name == ref.Source+"."+ref.Name
	}
	switch Kind(kind) {
	case KindModel, KindSeed, KindSnapshot:
	default:
		return false
	}
	if ref.Package != "" && ref.Package != pkg {
		return false
	}
	if ref.Version != "" {
		return name == ref.Name+".v"+ref.Version
	}
	tail, ok := strings.CutPrefix(name, ref.Name)
	return ok && (tail == "" || strings.HasPrefix(tail, ".v") && !strings.Contains(tail[1:], "."))
}

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= utf8.RuneSelf
}

// literalArguments returns the quoted arguments of a call, of which the text
// after the opening parenthesis is given, its argument "version" or "v", and the
// text after the closing parenthesis.
func literalArguments(text string) (args []string, version, rest string, ok bool) {
	whole := text
	text = text[:min(len(text), maxArguments)]
	for {
		text = strings.TrimLeft(text, " \t\r\n,")
		switch {
		case text == "":
			return nil, "", "", false
		case text[0] == ')':
			at := min(len(whole), maxArguments) - len(text)
			return args, version, whole[at+1:], true
		}
		named := ""
		if text[0] != '\'' && text[0] != '"' {
			name, value, ok := strings.Cut(text, "=")
			if !ok {
				return nil, "", "", false
			}
			named, text = strings.TrimSpace(name), strings.TrimLeft(value, " \t\r\n")
			if text == "" {
				return nil, "", "", false
			}
		}
		var value string
		if quote := text[0]; quote == '\'' || quote == '"' {
			end := strings.IndexByte(text[1:], quote)
			if end < 0 {
				return nil, "", "", false
			}
			value, text = text[1:1+end], text[2+end:]
		} else {
			end := strings.IndexAny(text, ",)")
			if end < 0 {
				return nil, "", "", false
			}
			value, text = strings.TrimSpace(text[:end]), text[end:]
		}
		switch named {
		case "":
			args = append(args, value)
		case "v", "version":
			version = value
		default:
			return nil, "", "", false
		}
	}
}
