package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"impact/cmd/internal/terminal"
	"impact/internal/spelling"
)

// Run runs the command line args, without the program's name, and returns the
// process's exit code. It is the only place that prints errors. A cancelled ctx
// ends the command at its next step.
func Run(ctx context.Context, args []string, streams terminal.Streams) int {
	app := newApp(streams)
	return int(invoke(ctx, app, newRootCommand(app, commands(app)...), args))
}

func invoke(ctx context.Context, app *App, root *cobra.Command, args []string) (code ExitCode) {
	defer func() {
		if value := recover(); value != nil {
			printBug(app, value, callers())
			code = ExitBug
		}
	}()
	// Cobra reads os.Args where it is given nil.
	root.SetArgs(append([]string{}, dispatch(root, args)...))
	err := root.ExecuteContext(ctx)
	code = exitCode(ctx, err)
	if err != nil && !isSilent(err) {
		printError(app, err, code, helpFor(root, err))
	}
	return code
}

// helpFor returns the hint of err. A single word that is no field may as well
// have been meant as a command.
func helpFor(root *cobra.Command, err error) string {
	var name *NameError
	if errors.As(err, &name) && name.Kind == fieldKind && !name.Ambiguous {
		if command := spelling.Nearest(name.Name, visibleNames(root)); command != "" {
			return fmt.Sprintf("did you mean the command 'impact %s'?", command)
		}
	}
	return hint(err)
}

// printError prints an error and its hint. The message may quote anything that
// was read, so it is made safe for a terminal.
func printError(app *App, err error, code ExitCode, help string) {
	style := app.ErrStyle()
	message := err.Error()
	if code == ExitInterrupted {
		message = "interrupted"
	}
	fmt.Fprintf(app.Err(), "%s %s\n", style.Red("impact:"), terminal.Text(message))
	if help != "" {
		fmt.Fprintf(app.Err(), "%s %s\n", style.Cyan("hint:"), terminal.Text(help))
	}
}

func printBug(app *App, value any, stack []string) {
	style := app.ErrStyle()
	fmt.Fprintf(app.Err(), "%s %s\n", style.Red("impact: internal error:"), terminal.Text(fmt.Sprint(value)))
	_, _ = io.WriteString(app.Err(), "This is a bug in impact. Please report it with the command line and these lines:\n")
	fmt.Fprintf(app.Err(), "  %s\n", app.Build)
	for _, frame := range stack {
		fmt.Fprintf(app.Err(), "  %s\n", frame)
	}
}

// stackShown is how many frames of a panic are worth reporting.
const stackShown = 12

// callers returns the frames of the panic that is being recovered, innermost
// first, without those of the runtime. It must be called by the deferred
// function itself.
func callers() []string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var stack []string
	for len(stack) < stackShown {
		frame, more := frames.Next()
		if frame.Function != "" && !strings.HasPrefix(frame.Function, "runtime.") {
			stack = append(stack, fmt.Sprintf("%s (%s:%d)", frame.Function, filepath.Base(frame.File), frame.Line))
		}
		if !more {
			break
		}
	}
	return stack
}
