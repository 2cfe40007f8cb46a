package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"impact/lineage/conformance"
	"impact/lineage/conformance/random"
)

// randomly compares statements made by chance. It ends with 1 if more differ than
// may.
func randomly(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("conformance random", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var opts conformance.RandomOptions
	flags.StringVar(&opts.Schema, "schema", filepath.Join("statements", "schema.json"), "JSON file of the tables")
	flags.Uint64Var(&opts.Seed, "seed", 1, "which statements")
	flags.Uint64Var(&opts.From, "from", 0, "number of the first statement")
	flags.Uint64Var(&opts.Count, "n", 1000, "how many statements")
	flags.Uint64Var(&opts.Breaks, "breaks", 20, "of so many statements one is bound without each input column, 0 for none")
	flags.IntVar(&opts.Tries, "shrink", 600, "how often the analyzer is asked to make a differing statement small")
	flags.IntVar(&opts.Examples, "examples", 1, "how many statements to show of each kind of difference")
	most := flags.Int("most", 0, "how many statements may differ before it ends with 1")
	refusals := flags.Int("refusals", 0, "how many reasons of refused statements to print")
	print := flags.Bool("print", false, "print the statements, compare nothing")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *print {
		return printed(opts, stdout, stderr)
	}
	opts.Log = func(format string, args ...any) { fmt.Fprintf(stderr, format+"\n", args...) }
	result, err := conformance.Random(opts)
	if err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return 4
	}
	if err := errors.Join(result.WriteRefusals(stdout, *refusals), result.Write(stdout)); err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return 4
	}
	if result.Differing > *most {
		return 1
	}
	return 0
}

func printed(opts conformance.RandomOptions, stdout, stderr io.Writer) int {
	tables, err := conformance.RandomTables(opts.Schema)
	if err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return 4
	}
	for n := opts.From; n < opts.From+opts.Count; n++ {
		made := random.Statement(opts.Seed, n, tables)
		fmt.Fprintf(stdout, "-- %d\n%s\n", n, made.SQL)
		if made.Judged != made.SQL {
			fmt.Fprintf(stdout, "-- to the analyzer\n%s\n", made.Judged)
		}
	}
	return 0
}
