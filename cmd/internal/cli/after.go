package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"impact/cmd/internal/terminal"
	"impact/lineage/destination"
)

// AfterOptions are the options of "impact after".
type AfterOptions struct {
	App *App
	RunOptions

	Command []string
}

func newAfterCommand(app *App, runF func(context.Context, *AfterOptions) error) *cobra.Command {
	options := &AfterOptions{App: app}
	if runF == nil {
		runF = runAfter
	}
	cmd := &cobra.Command{
		Use:   "after [flags] -- <command>…",
		Short: "Run dbt, then load what its results allow",
		Long: "Runs a command, such as dbt build, passes its output and signals on, and then runs the loads that its " +
			"results allow: 'impact sync run' with the gate's answer, even if some models failed. Results that the " +
			"command did not write itself do not count, unless --run-results names them. It ends with the command's " +
			"code if that failed, else with that of the loads.",
		Example: "  impact after -- dbt build\n  impact after --select tag:hourly -- dbt build --select tag:hourly+",
		GroupID: groupLoad,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf("for example: impact after -- dbt build", "'impact after' needs a command")
			}
			return nil
		},
		Annotations: loadExits("a load was refused by a pre-flight check or a guard, or failed because of its rows", ExitOK, ExitFindings, ExitUsage, ExitName, ExitEnvironment, ExitIncomplete, ExitHeld, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.Command = args
			options.take(nil)
			if err := options.Validate(); err != nil {
				return err
			}
			return runF(cmd.Context(), options)
		},
	}
	options.bindRun(app, cmd)
	// Behind the command's name flags are the command's.
	cmd.Flags().SetInterspersed(false)
	cmd.ValidArgsFunction = nil
	return cmd
}

// A SignalError is the cause of a context that a signal has cancelled.
type SignalError struct {
	Signal os.Signal

	mu     sync.Mutex
	forced bool
	ends   []func()
}

// AtSecond has f called when a second signal comes, before the process ends; at
// once if it has come.
func (e *SignalError) AtSecond(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.forced {
		f()
		return
	}
	e.ends = append(e.ends, f)
}

// Force calls what waits for the second signal.
func (e *SignalError) Force() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.forced = true
	for _, f := range e.ends {
		f()
	}
	e.ends = nil
}

func (e *SignalError) Error() string { return "interrupted by signal: " + e.Signal.String() }

// Is makes it the interruption that it is.
func (e *SignalError) Is(target error) bool { return target == context.Canceled }

// CommandError is the failure of the command that was run. It has its code and
// has said itself what is wrong.
type CommandError struct{ Code int }

func (e *CommandError) Error() string      { return fmt.Sprintf("the command ended with %d", e.Code) }
func (e *CommandError) ExitCode() ExitCode { return ExitCode(e.Code) }

func runAfter(ctx context.Context, o *AfterOptions) error {
	// What is wrong with the configuration is better said before an hour of
	// dbt than behind it.
	if _, err := findProject(o.App, &ProjectOptions{Project: o.Project, Manifest: o.Manifest}); err != nil {
		return err
	}
	if err := foresee(o); err != nil {
		fmt.Fprintf(o.App.Err(), "%s as things are, the loads could not run: %s\n", o.App.ErrStyle().Yellow("warning:"), terminal.Line(err.Error()))
	}
	started := o.App.now()
	code, err := runCommand(ctx, o)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	style := o.App.ErrStyle()
	fmt.Fprintf(o.App.Err(), "%s %s ended with %d; now the loads that its results allow\n", style.Bold("impact:"), terminal.Line(o.Command[0]), code)
	err = execute(ctx, o.App, &o.RunOptions, planning{since: started}, "")
	if code == 0 || exitCode(ctx, err) == ExitInterrupted {
		return err
	}
	if err != nil && !isSilent(err) {
		printError(o.App, err, exitCode(ctx, err), hint(err))
	}
	return &CommandError{Code: code}
}

// foresee finds what would keep the loads from running whatever the command
// does: names that mean nothing, logins that are not set. It is no more than a
// warning, as the command may write another manifest.
func foresee(o *AfterOptions) error {
	s, err := readSyncProject(o.App, &o.LoadOptions)
	if absent := (*EnvError)(nil); errors.As(err, &absent) {
		return nil // the command makes it
	}
	if err != nil {
		return err
	}
	chosen, _, err := s.chosen(o.Select, o.Exclude)
	if err != nil {
		return err
	}
	for _, l := range chosen {
		if l.Runner == destination.RunnerExternal {
			continue
		}
		d, err := s.destinationConfig(l.Destination)
		if err != nil {
			return err
		}
		drv, err := driverOf(d)
		if err != nil {
			return err
		}
		if _, err := s.dsn(d, drv, &o.SourceOptions); err != nil {
			return err
		}
	}
	return nil
}

// runCommand runs the command with our streams. In JSON the result is ours, so
// what the command prints goes to stderr.
func runCommand(ctx context.Context, o *AfterOptions) (code int, err error) {
	cmd := exec.CommandContext(ctx, o.Command[0], o.Command[1:]...)
	cmd.Dir = o.App.Dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = o.App.Streams.In, o.App.Out(), o.App.Err()
	if o.Format == "json" {
		cmd.Stdout = o.App.Err()
	}
	cmd.Cancel = func() error {
		var cause *SignalError
		signal := os.Interrupt
		if errors.As(context.Cause(ctx), &cause) {
			signal = cause.Signal
			// A command that does not listen must not outlive us.
			cause.AtSecond(func() { _ = cmd.Process.Kill() })
		}
		if signal == os.Interrupt && o.App.Streams.InTerminal {
			return nil // the terminal has told it as well
		}
		return cmd.Process.Signal(signal)
	}
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		if code = exit.ExitCode(); code < 0 {
			code = 128 // as shells count a signal
			if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
				code += int(status.Signal())
			}
		}
		return code, nil
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil:
		return 0, &EnvError{Err: fmt.Errorf("run %s: %w", strings.Join(o.Command[:1], " "), err), Help: "is it installed, and in the PATH?"}
	}
	return 0, nil
}
