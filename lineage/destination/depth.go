package destination

// maxDepth bounds how deep a file may nest: the parser recurses, and a stack
// that overflows cannot be recovered from.
const maxDepth = 200

// tooDeep reports whether src could nest deeper than maxDepth, judging by its
// brackets, its indentation and its leading markers. It may overrate a file whose
// strings are full of opening brackets.
func tooDeep(src []byte) bool {
	brackets, lead, leading, tags := 0, 0, true, 0
	for _, c := range src {
		switch c {
		case '\n':
			lead, leading, tags = 0, true, 0
			continue
		case '[', '{':
			brackets++
		case ']', '}':
			brackets = max(brackets-1, 0)
		case '!', '&', '?', '-', ':':
			tags++
		}
		if leading {
			leading = c == ' ' || c == '-' || c == '?' || c == ':' || c == '\t'
			lead++
		}
		if brackets > maxDepth || leading && lead > 2*maxDepth || tags > 50*maxDepth {
			return true
		}
	}
	return false
}
