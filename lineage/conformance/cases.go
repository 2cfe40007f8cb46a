package conformance

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"impact/lineage/conformance/oracle"
)

// A Case is one statement with the tables that it reads.
type Case struct {
	Set    string // the set it belongs to
	Name   string
	SQL    string
	Tables []*oracle.Table
	// Truth is stated lineage, where there is any: for each output column its
	// name and its sources, "table.column".
	Truth []Truth
	// Partial says that Truth names some of the output columns only.
	Partial bool
	// Mistake says that the statement is one that must not compile.
	Mistake bool
	// Unknown says why the analyzer is not asked, "" if it is.
	Unknown string
}

// Truth is the stated lineage of one output column.
type Truth struct {
	Name    string
	Sources []string
}

// readTricky reads the hand-written cases of tricky-bigquery.json.
func readTricky(dir string) ([]*Case, error) {
	src, err := os.ReadFile(filepath.Join(dir, "cases", "tricky-bigquery.json"))
	if err != nil {
		return nil, err
	}
	var file struct {
		Schema json.RawMessage `json:"schema"`
		Cases  []struct {
			Name    string              `json:"name"`
			SQL     string              `json:"sql"`
			Columns map[string][]string `json:"columns"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(src, &file); err != nil {
		return nil, fmt.Errorf("read tricky-bigquery.json: %w", err)
	}
	tables, err := oracle.ReadTables(strings.NewReader(string(file.Schema)))
	if err != nil {
		return nil, err
	}
	var out []*Case
	for _, c := range file.Cases {
		one := &Case{Set: "tricky", Name: c.Name, SQL: c.SQL, Tables: tables, Partial: true}
		for name, sources := range c.Columns {
			sort.Strings(sources)
			one.Truth = append(one.Truth, Truth{Name: name, Sources: sources})
		}
		sort.Slice(one.Truth, func(i, j int) bool { return one.Truth[i].Name < one.Truth[j].Name })
		out = append(out, one)
	}
	return out, nil
}

// readClean reads the queries of GoogleSQL's own tests that need nothing but
// tables, with their lineage.
func readClean(dir string) ([]*Case, error) { return readGoogleSQL(dir, true) }

// readOther reads the rest, without lineage: they need what a schema cannot say,
// or the lineage that is stated follows another convention. What the analyzer
// accepts all the same is compared like everything else.
func readOther(dir string) ([]*Case, error) { return readGoogleSQL(dir, false) }

func readGoogleSQL(dir string, clean bool) ([]*Case, error) {
	schema, err := os.Open(filepath.Join(dir, "cases", "googlesql-schema.json"))
	if err != nil {
		return nil, err
	}
	defer schema.Close()
	tables, err := oracle.ReadTables(schema)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		t.Value = isValueTable(t)
		for i := range t.Columns {
			t.Columns[i].Pseudo = t.Value && i > 0
			if t.Columns[i].Type == "UNKNOWN" {
				t.Columns[i].Type = "STRING" // both sides must see the same
			}
		}
	}
	f, err := os.Open(filepath.Join(dir, "cases", "googlesql-dev.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read googlesql-dev.jsonl.gz: %w", err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	var out []*Case
	for lines.Scan() {
		var c struct {
			ID      string  `json:"id"`
			SQL     string  `json:"sql"`
			Columns [][]any `json:"columns"`
			Clean   bool    `json:"clean"`
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return nil, fmt.Errorf("read googlesql-dev.jsonl.gz: %w", err)
		}
		one := &Case{Set: "googlesql", Name: c.ID, SQL: c.SQL, Tables: tables}
		if c.Clean != clean {
			continue
		}
		if !clean {
			one.Set = "googlesql-other"
			for _, t := range tables {
				if t.Value && len(t.Columns) > 1 && strings.Contains(strings.ToLower(c.SQL), strings.ToLower(t.Name)) {
					one.Unknown = "a value table with pseudo-columns, which BigQuery does not have"
				}
			}
			out = append(out, one)
			continue
		}
		for _, col := range c.Columns {
			t := Truth{Name: fmt.Sprint(col[0])}
			list, _ := col[1].([]any)
			for _, s := range list {
				t.Sources = append(t.Sources, fmt.Sprint(s))
			}
			sort.Strings(t.Sources)
			one.Truth = append(one.Truth, t)
		}
		out = append(out, one)
	}
	return out, lines.Err()
}

// isValueTable tells from its name what the schema file cannot say.
func isValueTable(t *oracle.Table) bool {
	return strings.Contains(t.Name, "ValueTable") && len(t.Columns) > 0
}

// readStatements reads our own statements: files of SQL below a folder, in which
// a comment at the start of a line names the statement that follows. Those of
// mistakes.sql are such that the analyzer refuses. The tables are those of
// schema.json, or of the JSON file beside that is called like the SQL file.
func readStatements(dir string) ([]*Case, error) {
	tables, err := readTables(filepath.Join(dir, "schema.json"))
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	var out []*Case
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		topic := strings.TrimSuffix(filepath.Base(f), ".sql")
		of := tables
		own, err := readTables(filepath.Join(dir, topic+".json"))
		switch {
		case err == nil:
			of = own
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		for _, part := range strings.Split("\n"+string(text), "\n-- ")[1:] {
			name, sql, _ := strings.Cut(part, "\n")
			out = append(out, &Case{Set: "statements", Name: topic + ": " + name, SQL: strings.TrimSpace(sql), Tables: of, Mistake: topic == "mistakes"})
		}
	}
	return out, nil
}

func readTables(path string) ([]*oracle.Table, error) {
	schema, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer schema.Close()
	return oracle.ReadTables(schema)
}
