package cli

import (
	"context"
	"errors"
	"fmt"
)

// ExitCode tells a script how a command ended. The codes are the same for every
// command and do not change.
type ExitCode int

// The exit codes.
const (
	ExitOK          ExitCode = 0
	ExitFindings    ExitCode = 1
	ExitUsage       ExitCode = 2
	ExitName        ExitCode = 3
	ExitEnvironment ExitCode = 4
	ExitIncomplete  ExitCode = 5
	ExitHeld        ExitCode = 6
	ExitBug         ExitCode = 70 // sysexits' EX_SOFTWARE
	ExitInterrupted ExitCode = 130
)

// exitCodes lists all codes in the order of help.
func exitCodes() []ExitCode {
	return []ExitCode{
		ExitOK, ExitFindings, ExitUsage, ExitName, ExitEnvironment,
		ExitIncomplete, ExitHeld, ExitBug, ExitInterrupted,
	}
}

// Meaning is the code's line in help.
func (c ExitCode) Meaning() string {
	switch c {
	case ExitOK:
		return "done"
	case ExitFindings:
		return "findings at or above --fail-on, or a load was refused by a guard or a pre-flight check"
	case ExitUsage:
		return "usage or configuration"
	case ExitName:
		return "unknown or ambiguous name; candidates are listed"
	case ExitEnvironment:
		return "a server, file or forge could not be reached or read"
	case ExitIncomplete:
		return "incomplete: --strict coverage was not met, or some loads failed after others succeeded"
	case ExitHeld:
		return "nothing failed, but the gate held loads back"
	case ExitBug:
		return "a bug in impact; please report it"
	case ExitInterrupted:
		return "interrupted"
	}
	return fmt.Sprintf("exit code %d", int(c))
}

// meansKey is the annotation with what a code means for one command, where that
// is narrower than what it means for all.
func meansKey(c ExitCode) string { return fmt.Sprintf("exit-%d", int(c)) }

// loadExits are the exit codes of a command that works on loads, with what they
// mean there.
func loadExits(refused string, codes ...ExitCode) map[string]string {
	m := exits(codes...)
	m[meansKey(ExitFindings)] = refused
	m[meansKey(ExitEnvironment)] = "a server or file could not be reached or read"
	m[meansKey(ExitIncomplete)] = "some loads failed after others succeeded"
	return m
}

// exitCode classifies an error. An error that nobody classified came from the
// world outside of the command line: ExitEnvironment. Cancellation counts as an
// interruption only where the command's own context was cancelled, and only
// after the classified kinds: a command that finished its result with a code
// keeps it.
func exitCode(ctx context.Context, err error) ExitCode {
	if err == nil {
		return ExitOK
	}
	var coded interface{ ExitCode() ExitCode }
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return ExitInterrupted
	}
	return ExitEnvironment
}
