// Command bench-sync measures the loads against what is done by hand:
//
//	go run ./internal/loadbench/cmd/bench-sync --rows 1000000
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"impact/internal/loadbench"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run returns the exit code: 0, 1 where a target was missed, 2 for wrong flags,
// 4 if something could not be measured.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if os.Getenv(loadbench.ChildVariable) != "" {
		if err := loadbench.Child(ctx, stdin, stdout); err != nil {
			fmt.Fprintln(stderr, err)
			return 4
		}
		return 0
	}
	flags := flag.NewFlagSet("bench-sync", flag.ContinueOnError)
	flags.SetOutput(stderr)
	o := loadbench.Options{Progress: stderr}
	flags.Int64Var(&o.Rows, "rows", 1_000_000, "`rows` of the table")
	flags.IntVar(&o.Repetitions, "repetitions", 3, "how `often` everything with a target is measured")
	flags.StringVar(&o.Only, "only", "", "measure just the steps with this `text` in their name, of those without a target")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if o.Rows < 1 || o.Repetitions < 1 {
		fmt.Fprintln(stderr, "bench-sync: at least one row and one repetition are needed")
		return 2
	}
	r, err := loadbench.Run(ctx, o)
	if err != nil {
		fmt.Fprintln(stderr, "bench-sync:", err)
		return 4
	}
	r.Write(stdout)
	if len(r.Failures) > 0 {
		return 1
	}
	return 0
}
