// Command impact says what breaks when a Salesforce field is dropped, from the
// warehouse's models to the application's columns.
//
//	impact JobOffer__c.Salary__c
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"impact/cmd/internal/cli"
	"impact/cmd/internal/terminal"
)

// A run is short and most of what it allocates is kept: collecting half as often
// saves a third of its processor time. The limit makes the collector eager again
// before a very large project would need much more memory than it holds.
const (
	collectAt   = 200       // percent of growth; GOGC overrules it
	memoryLimit = 768 << 20 // bytes; GOMEMLIMIT overrules it
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx := interruptible(context.Background(), signals, os.Exit)
	os.Exit(cli.Run(ctx, os.Args[1:], terminal.System()))
}

// interruptible returns a context that the first signal cancels, so that the
// command can end cleanly. The second signal does not wait for that: it calls
// exit.
func interruptible(parent context.Context, signals <-chan os.Signal, exit func(int)) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	go func() {
		cause := &cli.SignalError{Signal: <-signals}
		cancel(cause)
		<-signals
		cause.Force()
		exit(int(cli.ExitInterrupted))
	}()
	return ctx
}
