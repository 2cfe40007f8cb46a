package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"impact/cmd/internal/config"
	"impact/internal/spelling"
)

// UsageError says that the command line or the configuration cannot be
// understood: exit 2.
type UsageError struct {
	Err  error
	Help string // the hint: what to write instead
}

func (e *UsageError) Error() string      { return e.Err.Error() }
func (e *UsageError) Unwrap() error      { return e.Err }
func (e *UsageError) Hint() string       { return firstHint(e.Help, e.Err) }
func (e *UsageError) ExitCode() ExitCode { return ExitUsage }

func usageErrorf(help, format string, args ...any) *UsageError {
	return &UsageError{Err: fmt.Errorf(format, args...), Help: help}
}

// NameError says that a name means nothing, or several things: exit 3.
type NameError struct {
	Kind       string   // what was looked for: "field", "exposure"
	Name       string   // as it was given
	Ambiguous  bool     // Candidates are all meanings, not near misses
	Candidates []string // best first; each is a name that works
	Help       string
}

// candidatesShown keeps an error on one screen.
const candidatesShown = 10

func (e *NameError) Error() string {
	var b strings.Builder
	if e.Ambiguous {
		fmt.Fprintf(&b, "%s %q is ambiguous", e.Kind, e.Name)
	} else {
		fmt.Fprintf(&b, "unknown %s %q", e.Kind, e.Name)
	}
	for i, candidate := range e.Candidates {
		if i == 0 {
			b.WriteString("; candidates:")
		}
		if i == candidatesShown {
			fmt.Fprintf(&b, "\n  … and %d more", len(e.Candidates)-i)
			break
		}
		b.WriteString("\n  " + candidate)
	}
	return b.String()
}

// Hint names the best candidate where no better help was given.
func (e *NameError) Hint() string {
	switch {
	case e.Help != "":
		return e.Help
	case len(e.Candidates) == 0:
		return ""
	case e.Ambiguous:
		return "use one of the names above"
	}
	best := e.Candidates[0]
	last := best[strings.LastIndexAny(best, "./")+1:]
	if spelling.Nearest(e.Name, []string{best, last}) == "" && !strings.Contains(strings.ToLower(best), strings.ToLower(e.Name)) {
		return "" // the first of a list is no guess
	}
	return fmt.Sprintf("did you mean %s?", best)
}

func (e *NameError) ExitCode() ExitCode { return ExitName }

// EnvError says that something outside of the command could not be reached or
// read: exit 4.
type EnvError struct {
	Err  error
	Help string
}

func (e *EnvError) Error() string      { return e.Err.Error() }
func (e *EnvError) Unwrap() error      { return e.Err }
func (e *EnvError) Hint() string       { return firstHint(e.Help, e.Err) }
func (e *EnvError) ExitCode() ExitCode { return ExitEnvironment }

// FindingsError ends a command whose result, already printed, holds findings at
// or above --fail-on: exit 1. It prints nothing.
type FindingsError struct{}

func (*FindingsError) Error() string      { return "findings at or above --fail-on" }
func (*FindingsError) ExitCode() ExitCode { return ExitFindings }
func (*FindingsError) silent()            {}

// RefusedError says that a guard or a pre-flight check refused a load: exit 1.
type RefusedError struct {
	Err  error
	Help string
}

func (e *RefusedError) Error() string      { return e.Err.Error() }
func (e *RefusedError) Unwrap() error      { return e.Err }
func (e *RefusedError) Hint() string       { return firstHint(e.Help, e.Err) }
func (e *RefusedError) ExitCode() ExitCode { return ExitFindings }

// IncompleteError says that the result is there but not whole: exit 5.
type IncompleteError struct {
	Err  error
	Help string
}

func (e *IncompleteError) Error() string      { return e.Err.Error() }
func (e *IncompleteError) Unwrap() error      { return e.Err }
func (e *IncompleteError) Hint() string       { return firstHint(e.Help, e.Err) }
func (e *IncompleteError) ExitCode() ExitCode { return ExitIncomplete }

// HeldError says that nothing failed but the gate held loads back: exit 6.
type HeldError struct {
	Err  error
	Help string
}

func (e *HeldError) Error() string      { return e.Err.Error() }
func (e *HeldError) Unwrap() error      { return e.Err }
func (e *HeldError) Hint() string       { return firstHint(e.Help, e.Err) }
func (e *HeldError) ExitCode() ExitCode { return ExitHeld }

// hint returns what helps with err: the outermost Hint that says something.
func hint(err error) string {
	var hinter interface{ Hint() string }
	if errors.As(err, &hinter) {
		return hinter.Hint()
	}
	return ""
}

func firstHint(help string, err error) string {
	if help != "" {
		return help
	}
	return hint(err)
}

// isSilent reports whether the command has already said what err means.
func isSilent(err error) bool {
	var silent interface{ silent() }
	return errors.As(err, &silent)
}

// configError makes an error of reading configuration the user's, with the hint
// of its first mistake.
func configError(err error) error {
	var e *config.Error
	if errors.As(err, &e) {
		return &UsageError{Err: err, Help: e.Hint}
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return &EnvError{Err: err}
	}
	return &UsageError{Err: err}
}
