package report

import (
	"fmt"
	"io"
	"strings"

	"impact/lineage/effect"
)

// A Renderer writes one answer in one format. It does not change the answer,
// and one Renderer may be used by several goroutines.
type Renderer interface {
	Render(w io.Writer, answer *effect.Answer) error
}

// Options say how an answer is rendered. The zero value is English, without
// colours and without a width, which is right for a file or a pipe.
type Options struct {
	Lang Lang
	// Width is the number of columns of the terminal; 0 breaks no line. The
	// formats for programs and web pages ignore it.
	Width int
	// Style decorates text for a terminal; nil decorates nothing.
	Style Style
	// Depth is how many steps a path shows: the changed column, the last
	// steps, and between them how many are left out. 0 shows all.
	Depth int
	// Verbose shows every finding with all of its evidence instead of the
	// first few of each section.
	Verbose bool
	// MaxRunes is the most characters that Markdown writes; 0 is
	// [MaxComment].
	MaxRunes int
}

// MaxComment is how many characters GitHub accepts in one comment.
const MaxComment = 65_536

// Validate checks what flags can get wrong.
func (o Options) Validate() error {
	if _, err := ParseLang(string(o.Lang)); err != nil {
		return err
	}
	switch {
	case o.Width < 0:
		return fmt.Errorf("width %d is negative", o.Width)
	case o.Depth < 0:
		return fmt.Errorf("depth %d is negative", o.Depth)
	case o.MaxRunes < 0 || o.MaxRunes > 0 && o.MaxRunes < minComment:
		return fmt.Errorf("at most %d characters are too few: a report needs %d", o.MaxRunes, minComment)
	}
	return nil
}

// Formats lists the names that [New] accepts, the default first.
func Formats() []string { return []string{"text", "json", "markdown"} }

// New returns the renderer of a format.
func New(format string, options Options) (Renderer, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	switch format {
	case "text":
		return Text{Options: options}, nil
	case "json":
		return JSON{}, nil
	case "markdown":
		return Markdown{Options: options}, nil
	}
	return nil, fmt.Errorf("unknown format %q (one of %s)", format, strings.Join(Formats(), ", "))
}
