package main

import (
	"context"
	"errors"
	"os"
	"testing"

	"impact/cmd/internal/cli"
)

func TestTheFirstSignalCancelsAndTheSecondExits(t *testing.T) {
	t.Parallel()
	signals := make(chan os.Signal)
	exited := make(chan int, 1)
	ctx := interruptible(t.Context(), signals, func(code int) { exited <- code })

	if err := ctx.Err(); err != nil {
		t.Fatalf("cancelled before any signal: %v", err)
	}
	signals <- os.Interrupt
	<-ctx.Done()
	var cause *cli.SignalError
	if !errors.As(context.Cause(ctx), &cause) || cause.Signal != os.Interrupt || !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("the cause is %v", context.Cause(ctx))
	}
	select {
	case code := <-exited:
		t.Fatalf("the first signal exited with %d", code)
	default:
	}
	signals <- os.Interrupt
	if code := <-exited; code != 130 {
		t.Errorf("exit code: got %d, want 130", code)
	}
}
