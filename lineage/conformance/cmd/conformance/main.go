// Command conformance compares the SQL engine with GoogleSQL's analyzer, prints
// a table and every difference, and fails below the committed score.
//
//	go run ./cmd/conformance            # everything
//	go run ./cmd/conformance -only tricky -breaks=false
//	go run ./cmd/conformance -sql "select 1 as one"
//	go run ./cmd/conformance -update    # commit what is reached
//	go run ./cmd/conformance random -seed 7 -n 10000   # statements made by chance
//
// It ends with 0 if the score is reached, 1 if it is not, 2 for wrong flags and 4
// if the cases cannot be read.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"impact/internal/shared"
	"impact/lineage/conformance"
	"impact/lineage/conformance/oracle"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "random" {
		return randomly(args[1:], stdout, stderr)
	}
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var opts conformance.Options
	flags.StringVar(&opts.Statements, "statements", "statements", "folder of our own statements")
	score := flags.String("score", "score.json", "committed score")
	update := flags.Bool("update", false, "write the score instead of holding the run against it")
	quiet := flags.Bool("quiet", false, "print the table only")
	flags.StringVar(&opts.Example, "example", filepath.Join("..", "..", "examples", "medical-jobs"), "folder of the example project")
	flags.StringVar(&opts.Keep, "keep", keepDir(), "folder that keeps the analyzer's answers, empty for none")
	flags.StringVar(&opts.Only, "only", "", "only sets whose name contains this")
	flags.BoolVar(&opts.Breaks, "breaks", true, "drop every input column of every model as well")
	sql := flags.String("sql", "", "compare this statement instead, and print what the analyzer says")
	schema := flags.String("schema", "", "with -sql: JSON file of its tables, {\"p.d.t\": {\"column\": \"TYPE\"}}")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *update && !opts.Breaks {
		fmt.Fprintln(stderr, "conformance: a score is written with -breaks only")
		return 2
	}
	if *sql != "" {
		return one(*sql, *schema, opts.Breaks, stdout, stderr)
	}
	dir, ok := shared.Lookup()
	if !ok {
		fmt.Fprintln(stderr, "conformance: the shared cases are not there; set IMPACT_SHARED")
		return 4
	}
	opts.Shared = dir
	opts.Log = func(format string, args ...any) { fmt.Fprintf(stderr, format+"\n", args...) }
	sets, err := conformance.Run(opts)
	if err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return 4
	}
	if !*quiet {
		if err := conformance.WriteDifferences(stdout, sets); err != nil {
			fmt.Fprintln(stderr, "conformance:", err)
			return 4
		}
	}
	if err := conformance.WriteTable(stdout, sets); err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return 4
	}
	have := conformance.ScoreOf(sets)
	committed, err := conformance.ReadScore(*score)
	if err != nil && !(*update && errors.Is(err, fs.ErrNotExist)) {
		fmt.Fprintln(stderr, "conformance:", err)
		return 4
	}
	if *update {
		if opts.Only != "" {
			have = have.Over(committed)
		}
		if err := have.Write(*score); err != nil {
			fmt.Fprintln(stderr, "conformance:", err)
			return 4
		}
		return 0
	}
	below := have.Below(committed)
	for _, b := range below {
		fmt.Fprintln(stderr, "below the score:", b)
	}
	if len(below) > 0 {
		return 1
	}
	return 0
}

// one compares a single statement.
func one(sql, schema string, breaks bool, stdout, stderr io.Writer) int {
	c := &conformance.Case{Set: "statement", Name: "1", SQL: sql}
	if schema != "" {
		var err error
		if c.Tables, err = readTables(schema); err != nil {
			fmt.Fprintln(stderr, "conformance:", err)
			return 4
		}
	}
	set, truth, err := conformance.One(c, breaks)
	if err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return 4
	}
	for _, o := range truth.Outputs {
		fmt.Fprintf(stdout, "%s %s %v\n", o.Name, o.Type, o.Sources)
	}
	for _, u := range truth.Uses {
		fmt.Fprintln(stdout, "use:", u)
	}
	if truth.Error != "" {
		fmt.Fprintln(stdout, "error:", truth.Error)
	}
	if err := conformance.WriteDifferences(stdout, []*conformance.Set{set}); err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return 4
	}
	return 0
}

func readTables(path string) ([]*oracle.Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return oracle.ReadTables(f)
}

// keepDir is the user's cache, so that a second run asks nothing twice.
func keepDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "impact-conformance")
}
