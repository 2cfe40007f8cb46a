// Command generate writes the artifacts of a generated dbt project:
//
//	go run ./internal/generate/cmd/generate --models 1000 --seed 1 -o manifest.json --catalog catalog.json
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"impact/internal/generate"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit code: 0, 2 for wrong flags, 4 if a file cannot be written.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var o generate.Options
	flags.IntVar(&o.Models, "models", 1000, "how many `models`")
	flags.IntVar(&o.Columns, "columns", 34, "output `columns` of a model on average")
	flags.Uint64Var(&o.Seed, "seed", 1, "`number` that the project follows from")
	manifest := flags.String("o", "manifest.json", "`file` to write the manifest to, - for stdout")
	catalog := flags.String("catalog", "", "`file` to write the catalog of the sources to")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	p := generate.New(o)
	err := write(*manifest, stdout, p.WriteManifest)
	if err == nil && *catalog != "" {
		err = write(*catalog, stdout, p.WriteCatalog)
	}
	if err != nil {
		fmt.Fprintln(stderr, "generate:", err)
		return 4
	}
	n := float64(len(p.Models))
	fmt.Fprintf(stderr, "%d models, %.1f lines and %.1f columns a model\n", len(p.Models), float64(p.Lines())/n, float64(p.OutputColumns())/n)
	return 0
}

func write(name string, stdout io.Writer, to func(io.Writer) error) error {
	if name == "-" {
		return to(stdout)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := to(f); err != nil {
		_ = f.Close() // the first error says more
		return err
	}
	return f.Close()
}
