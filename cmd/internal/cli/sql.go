package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"impact/lineage/bind"
	"impact/lineage/report"
	"impact/lineage/syntax"
)

// SQLOptions are the options of "impact sql".
type SQLOptions struct {
	App     *App
	Schema  string // file with the tables' columns; "" for none
	Dialect string // name of a dbt adapter
	JSONL   bool   // one query a line
	Format  string // text or json; JSONL is always json
}

// Validate reports options that cannot be used, as usage errors.
func (o *SQLOptions) Validate() error {
	if _, ok := syntax.Lookup(o.Dialect); !ok {
		return usageErrorf("names are those of dbt's adapters: bigquery, duckdb, postgres, redshift, snowflake, databricks, spark, trino, athena, sqlserver, mysql",
			"unknown dialect %q", o.Dialect)
	}
	return nil
}

func newSQLCommand(app *App, runF func(context.Context, *SQLOptions) error) *cobra.Command {
	options := &SQLOptions{App: app}
	if runF == nil {
		runF = runSQL
	}
	cmd := &cobra.Command{
		Use:   "sql",
		Short: "Say where the columns of a query come from",
		Long: "Reads a query from standard input and says for every output column which columns its " +
			"values come from, and which columns decide about the rows. With --jsonl every line is " +
			"an object {\"id\": …, \"sql\": …}, and every line written is its lineage as JSON.",
		Example: "  echo 'select id, amount * 2 as double from shop.orders' | impact sql --schema schema.json\n" +
			"  impact sql --jsonl --dialect snowflake --schema schema.json < queries.jsonl",
		GroupID:     groupAsk,
		Args:        noArgs,
		Annotations: exits(ExitOK, ExitUsage, ExitEnvironment, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := options.Validate(); err != nil {
				return err
			}
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&options.Schema, "schema", "", "`file` with the tables' columns as JSON")
	flags.StringVar(&options.Dialect, "dialect", "bigquery", "SQL `dialect`, named as dbt names its adapter")
	flags.BoolVar(&options.JSONL, "jsonl", false, "read and write one JSON object a line")
	enumVar(cmd, flags, &options.Format, "format", "text", []string{"text", "json"}, "output: ")
	return cmd
}

func runSQL(ctx context.Context, o *SQLOptions) error {
	dialect, _ := syntax.Lookup(o.Dialect)
	schema := &bind.Schema{}
	if o.Schema != "" {
		name := o.Schema
		if !filepath.IsAbs(name) {
			name = filepath.Join(o.App.Dir, name)
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return &EnvError{Err: fmt.Errorf("read schema: %w", err)}
		}
		if schema, err = bind.ReadSchema(bytes.NewReader(src), dialect); err != nil {
			return usageErrorf(`for example {"shop.orders": {"id": "INT64"}}`, "read schema %s: %w", o.Schema, err)
		}
	}
	if o.JSONL {
		return sqlLines(ctx, o, schema, dialect)
	}
	src, err := io.ReadAll(o.App.Streams.In)
	if err != nil {
		return &EnvError{Err: fmt.Errorf("read the query: %w", err)}
	}
	if len(bytes.TrimSpace(src)) == 0 {
		return usageErrorf("for example: echo 'select 1 as one' | impact sql", "there is no query on standard input")
	}
	file := syntax.Parse(string(src), dialect)
	lineage := newSQLLineage(file, bind.Bind(file, schema))
	if o.Format == "json" {
		return writeJSON(o.App.Out(), lineage)
	}
	return writeSQLText(o.App, file, lineage)
}

// maxLine bounds one line of --jsonl.
const maxLine = 64 << 20

// sqlLines answers one query a line. A line that is not an object is answered by
// a diagnostic, so that a mistake in one does not stop the others.
func sqlLines(ctx context.Context, o *SQLOptions, schema *bind.Schema, dialect *syntax.Dialect) error {
	in := bufio.NewScanner(o.App.Streams.In)
	in.Buffer(make([]byte, 0, 1<<20), maxLine)
	out := bufio.NewWriter(o.App.Out())
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for n := 1; in.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return errors.Join(err, out.Flush())
		}
		line := bytes.TrimSpace(in.Bytes())
		if len(line) == 0 {
			continue
		}
		var q struct {
			ID  json.RawMessage `json:"id"`
			SQL string          `json:"sql"`
		}
		var answer *sqlLineage
		if err := json.Unmarshal(line, &q); err != nil {
			answer = &sqlLineage{ID: json.RawMessage("null"), Columns: []sqlColumn{}, Uses: []sqlUse{}, Confidence: "widened",
				Diagnostics: []sqlDiagnostic{{Code: "input", Message: fmt.Sprintf("line %d: %v", n, err), Error: true}}}
		} else {
			file := syntax.Parse(q.SQL, dialect)
			answer = newSQLLineage(file, bind.Bind(file, schema))
			if answer.ID = q.ID; len(q.ID) == 0 {
				answer.ID = json.RawMessage("null")
			}
		}
		if err := enc.Encode(answer); err != nil {
			return &EnvError{Err: fmt.Errorf("write: %w", err)}
		}
	}
	if err := in.Err(); err != nil {
		return errors.Join(&EnvError{Err: fmt.Errorf("read the queries: %w", err)}, out.Flush())
	}
	return out.Flush()
}

// sqlLineage is the JSON form of a query's lineage; docs/json.md describes it.
type sqlLineage struct {
	ID          json.RawMessage `json:"id,omitempty"`
	Columns     []sqlColumn     `json:"columns"`
	Uses        []sqlUse        `json:"uses"`
	Target      string          `json:"target,omitempty"`
	Confidence  string          `json:"confidence"`
	Diagnostics []sqlDiagnostic `json:"diagnostics"`
}

type sqlColumn struct {
	Name       string      `json:"name"`
	Type       string      `json:"type,omitempty"`
	Sources    []sqlSource `json:"sources"`
	Confidence string      `json:"confidence"`
}

type sqlSource struct {
	Relation string `json:"relation"`
	Column   string `json:"column"`
	Path     string `json:"path"`
	Kind     string `json:"kind"`
}

type sqlUse struct {
	Relation string   `json:"relation"`
	Column   string   `json:"column"`
	Path     string   `json:"path,omitempty"`
	Kind     string   `json:"kind"`
	Line     int      `json:"line"`
	Col      int      `json:"col"`
	Rows     bool     `json:"rows"`
	Outputs  []string `json:"outputs"`
	// Parts are the fields that are meant of those outputs that are not meant
	// as a whole.
	Parts []sqlPart `json:"parts,omitempty"`
}

type sqlPart struct {
	Output string `json:"output"`
	Path   string `json:"path"`
}

// computed names what is computed over the use, fields with their path.
func (u *sqlUse) computed() []string {
	var out []string
	for _, o := range u.Outputs {
		whole := true
		for _, p := range u.Parts {
			if p.Output == o {
				out = append(out, dot(o, p.Path))
				whole = false
			}
		}
		if whole {
			out = append(out, o)
		}
	}
	return out
}

type sqlDiagnostic struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Line    int    `json:"line,omitempty"`
	Col     int    `json:"col,omitempty"`
	Error   bool   `json:"error"`
}

func newSQLLineage(file *syntax.File, r *bind.Result) *sqlLineage {
	out := &sqlLineage{
		Columns: []sqlColumn{}, Uses: []sqlUse{}, Diagnostics: []sqlDiagnostic{},
		Target: r.Target, Confidence: r.Confidence.String(),
	}
	for i := range r.Outputs {
		o := &r.Outputs[i]
		c := sqlColumn{Name: o.Name, Type: o.Type.String(), Sources: []sqlSource{}, Confidence: o.Confidence.String()}
		for _, s := range o.Sources {
			l := &r.Leaves[s.Leaf]
			c.Sources = append(c.Sources, sqlSource{
				Relation: r.Inputs[l.Input].Name, Column: l.Column, Path: l.Path, Kind: s.Kind.String(),
			})
		}
		out.Columns = append(out.Columns, c)
	}
	for i := range r.Uses {
		u := &r.Uses[i]
		l := &r.Leaves[u.Leaf]
		use := sqlUse{Relation: r.Inputs[l.Input].Name, Column: l.Column, Path: strings.TrimSuffix(strings.TrimSuffix(l.Path, bind.Length), "."), Kind: u.Kind.String(), Rows: u.Rows, Outputs: []string{}}
		if u.Pos >= 0 {
			p := file.Position(u.Pos)
			use.Line, use.Col = p.Line, p.Col
		}
		for _, o := range u.Outputs {
			use.Outputs = append(use.Outputs, r.Outputs[o].Name)
		}
		for _, p := range u.Parts {
			use.Parts = append(use.Parts, sqlPart{Output: r.Outputs[p.Output].Name, Path: p.Path})
		}
		out.Uses = append(out.Uses, use)
	}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		sd := sqlDiagnostic{Code: string(d.Code), Message: d.Message, Error: d.Error}
		if d.Span.Pos >= 0 {
			p := file.Position(d.Span.Pos)
			sd.Line, sd.Col = p.Line, p.Col
		}
		out.Diagnostics = append(out.Diagnostics, sd)
	}
	return out
}

// writeJSON writes one indented JSON document.
func writeJSON(w io.Writer, v any) error {
	if err := report.WriteJSON(w, v); err != nil {
		return &EnvError{Err: fmt.Errorf("write: %w", err)}
	}
	return nil
}
