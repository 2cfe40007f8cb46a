package cli

import (
	"io"
	"os"
	"time"

	"impact/cmd/internal/terminal"
)

// App is what the commands of one run share: the streams, what the environment
// gives, and the options that every command has. It does not change once the
// flags are parsed.
type App struct {
	Streams terminal.Streams
	Color   terminal.ColorMode // --color
	Dir     string             // the folder in which the command was started
	Build   Build
	Now     func() time.Time // nil: time.Now
}

// newApp reads the process's surroundings. A working folder that cannot be
// named is left as "." and fails where a file is looked for.
func newApp(streams terminal.Streams) *App {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	return &App{Streams: streams, Dir: dir, Build: readBuild()}
}

// Out is where the result goes.
func (a *App) Out() io.Writer { return a.Streams.Out }

// Err is where everything else goes: progress, warnings.
func (a *App) Err() io.Writer { return a.Streams.Err }

// OutStyle decorates what goes to Out.
func (a *App) OutStyle() terminal.Style { return a.Streams.OutStyle(a.Color) }

// ErrStyle decorates what goes to Err.
func (a *App) ErrStyle() terminal.Style { return a.Streams.ErrStyle(a.Color) }

// Getenv reads an environment variable.
func (a *App) Getenv(key string) string {
	if a.Streams.Getenv == nil {
		return ""
	}
	return a.Streams.Getenv(key)
}

// now is the time of the clock.
func (a *App) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}
