// Command faults says what comes of every fault that a load has to survive:
//
//	go run ./internal/faults/cmd/faults
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"impact/internal/faults"
)

func main() { os.Exit(run(os.Stdout, os.Stderr)) }

// run returns the exit code: 0, 1 where a fault was not survived, 4 if the tests
// could not run.
func run(stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	cases, err := faults.Run(ctx, ".")
	if err != nil {
		fmt.Fprintln(stderr, "faults:", err)
		return 4
	}
	if !faults.Write(stdout, cases) {
		return 1
	}
	return 0
}
