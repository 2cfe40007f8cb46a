package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"impact/internal/display"
	"impact/lineage/effect"
)

// JSON writes the answer itself, indented by two spaces, as docs/json.md
// describes it. Lists that are always there are written as [] when they are
// empty. Characters that a terminal would obey are written as \u escapes,
// which programs read as the same text.
type JSON struct{}

// Render writes the answer and a line break.
func (JSON) Render(w io.Writer, answer *effect.Answer) error {
	if err := WriteJSON(w, withLists(answer)); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return nil
}

// WriteJSON writes any document as [JSON] writes an answer: indented, with a
// line break behind it, and with nothing in it that a terminal would obey.
func WriteJSON(w io.Writer, document any) error {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(escapeUnshown(buffer.Bytes()))
	return err
}

// withLists returns a copy of the answer in which the lists that have no
// omitempty are not nil.
func withLists(answer *effect.Answer) *effect.Answer {
	a := *answer
	a.Counts = orEmpty(a.Counts)
	a.Findings = orEmpty(a.Findings)
	a.Repairs = append([]effect.Repair{}, a.Repairs...)
	for i := range a.Repairs {
		a.Repairs[i].Findings = orEmpty(a.Repairs[i].Findings)
	}
	return &a
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// escapeUnshown replaces characters that must not reach a screen. Outside of
// strings JSON has none but its own line breaks and spaces.
func escapeUnshown(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '\n' || r == utf8.RuneError || display.Visible(r):
			out = append(out, text[:size]...)
		case r <= 0xffff:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
		text = text[size:]
	}
	return out
}
