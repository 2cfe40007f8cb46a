package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Streams are a command's input and outputs with what is known about them. The
// zero value of everything but the streams themselves means "not a terminal",
// so tests set only In, Out and Err.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer

	InTerminal  bool
	OutTerminal bool
	ErrTerminal bool

	// Width is the number of columns of the terminal behind Out, else behind
	// Err; 0 when neither is a terminal, and then nothing may be cut.
	Width int

	// Getenv reads the variables that decide about colours. Nil means that no
	// variable is set.
	Getenv func(string) string
}

// System returns the process's own streams.
func System() Streams {
	s := Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal:  isTerminal(os.Stdin),
		OutTerminal: isTerminal(os.Stdout) && prepare(os.Stdout),
		ErrTerminal: isTerminal(os.Stderr) && prepare(os.Stderr),
		Getenv:      os.Getenv,
	}
	switch {
	case s.OutTerminal:
		s.Width = width(os.Stdout)
	case s.ErrTerminal:
		s.Width = width(os.Stderr)
	}
	return s
}

// WidthOr returns the terminal's width, or fallback when there is none.
func (s Streams) WidthOr(fallback int) int {
	if s.Width > 0 {
		return s.Width
	}
	return fallback
}

// OutStyle returns the style for text that goes to Out.
func (s Streams) OutStyle(mode ColorMode) Style {
	return NewStyle(mode.enabled(s.OutTerminal, s.Getenv))
}

// ErrStyle returns the style for text that goes to Err.
func (s Streams) ErrStyle(mode ColorMode) Style {
	return NewStyle(mode.enabled(s.ErrTerminal, s.Getenv))
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

func width(f *os.File) int {
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil || columns < 1 {
		return 80 // a serial line or an emulator that does not say
	}
	return columns
}
