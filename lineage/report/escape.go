package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escaping for Markdown as GitHub and GitLab read it. Names stand in code,
// where neither finds mentions, references or links; sentences are prose, in
// which everything that could mean something is taken apart.

// zeroWidth separates what a forge would read together. It is written as an
// entity, so that whoever reads the source sees it.
const zeroWidth = "&#8203;"

// code shows text as code within a line or a table cell. What Markdown's own
// code cannot hold everywhere is written as HTML with entities.
func code(text string) string {
	text = clean(text)
	if text == "" {
		return ""
	}
	if strings.TrimSpace(text) == text && strings.IndexFunc(text, unfitForCode) < 0 {
		return "`" + text + "`"
	}
	var b strings.Builder
	b.WriteString("<code>")
	for _, r := range text {
		if r < utf8.RuneSelf && r != ' ' && r != '-' && !wordly(r) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	b.WriteString("</code>")
	return b.String()
}

// unfitForCode reports characters that some reader of Markdown sees even
// within backticks, in a table at least, or that end them.
func unfitForCode(r rune) bool { return strings.ContainsRune("`<>&|\\@#$", r) }

func wordly(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// prose shows a sentence as it is written: no markup, no HTML, no mention, no
// reference to an issue, no link. It may stand anywhere in a line.
func prose(text string) string {
	text = strings.TrimSpace(clean(text))
	var b strings.Builder
	b.Grow(len(text) + 16)
	for i, r := range text {
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		switch r {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '|':
			b.WriteString("&#124;")
		case '$':
			b.WriteString("&#36;" + zeroWidth)
		case '_':
			if !withinWord(text, i) {
				b.WriteByte('\\')
			}
			b.WriteByte('_')
		case '\\', '`', '*', '[', ']', '~', '^':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '@', '#', '!', '%':
			// Also in "x@y": an address would become a link.
			if i == 0 {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			if wordly(next) || r == '@' {
				b.WriteString(zeroWidth)
			}
		case ':':
			b.WriteByte(':')
			if next == '/' || unicode.IsLetter(next) || next == '+' {
				b.WriteString(zeroWidth) // a link, or the name of a picture
			}
		case '-', '+', '=':
			if i == 0 {
				b.WriteByte('\\') // a list, or a heading's line
			}
			b.WriteRune(r)
			if r == '-' && unicode.IsDigit(next) && hasSuffixFold(text[:i], "gh") {
				b.WriteString(zeroWidth)
			}
		case '.', ')':
			if i > 0 && strings.Trim(text[:i], "0123456789") == "" {
				b.WriteByte('\\') // a numbered list
			}
			if r == '.' && hasSuffixFold(text[:i], "www") {
				b.WriteString(zeroWidth)
			}
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// withinWord reports whether the underscores around i join letters or digits,
// where Markdown leaves them alone.
func withinWord(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text[:i], "_"))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[i:], "_"))
	alone := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return alone(before) && alone(after)
}

func hasSuffixFold(text, suffix string) bool {
	return len(text) >= len(suffix) && strings.EqualFold(text[len(text)-len(suffix):], suffix)
}

// fence writes lines as a block of code that nothing in them can end.
func fence(language string, lines ...string) string {
	longest := 0
	for i, line := range lines {
		lines[i] = clean(line)
		run := 0
		for _, r := range line {
			if r != '`' {
				run = 0
				continue
			}
			run++
			longest = max(longest, run)
		}
	}
	ticks := strings.Repeat("`", max(3, longest+1))
	return ticks + language + "\n" + strings.Join(lines, "\n") + "\n" + ticks + "\n"
}
