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
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"impact/internal/spelling"
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
	Strict  bool   // fail where something was not understood
}

// Validate reports options that cannot be used, as usage errors.
func (o *SQLOptions) Validate() error {
	if _, ok := syntax.Lookup(o.Dialect); !ok {
		names := syntax.Adapters()
		help := "names are those of dbt's adapters: " + strings.Join(names, ", ")
		if near := spelling.Nearest(o.Dialect, names); near != "" {
			help = "did you mean " + near + "?"
		}
		return usageErrorf(help, "unknown dialect %q", o.Dialect)
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
			"values come from, and which columns decide about the rows. Of several statements it tells " +
			"of the last one that has columns, in the light of those before it. A table that the schema " +
			"does not list may have any column. With --jsonl every line is " +
			"an object {\"id\": …, \"sql\": …}, and every line written is its lineage as JSON.",
		Example: "  echo 'select id, amount * 2 as double from shop.orders' | impact sql --schema schema.json\n" +
			"  impact sql < target/compiled/shop/models/mart_orders.sql\n" +
			"  impact sql --jsonl --dialect snowflake --schema schema.json < queries.jsonl",
		GroupID:     groupAsk,
		Args:        onStdin,
		Annotations: exits(ExitOK, ExitUsage, ExitEnvironment, ExitIncomplete, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := options.Validate(); err != nil {
				return err
			}
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&options.Schema, "schema", "", "`file` with the tables' columns as JSON: {\"shop.orders\": {\"id\": \"INT64\"}}")
	flags.StringVar(&options.Dialect, "dialect", "bigquery", "SQL `dialect`, named as dbt names its adapter")
	flags.BoolVar(&options.JSONL, "jsonl", false, "read and write one JSON object a line")
	enumVar(cmd, flags, &options.Format, "format", "text", []string{"text", "json"}, "output: ")
	flags.BoolVar(&options.Strict, "strict", false, "exit 5 where something is wrong or was not understood")
	complete := cobra.FixedCompletions(syntax.Adapters(), cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("dialect", complete); err != nil {
		panic(err) // it fails only for a flag that does not exist
	}
	return cmd
}

// onStdin refuses arguments, and says where a query is read from.
func onStdin(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	help := "for example: echo 'select 1 as one' | impact sql"
	if len(args) == 1 && !strings.ContainsAny(args[0], " \t\n'") {
		help = "for example: impact sql < " + args[0]
	}
	return usageErrorf(help, "'%s' reads from standard input and takes no arguments, but got %q", cmd.CommandPath(), args[0])
}

func runSQL(ctx context.Context, o *SQLOptions) error {
	dialect, _ := syntax.Lookup(o.Dialect)
	schema := &bind.Schema{}
	if o.Schema != "" {
		src, err := os.ReadFile(o.App.path(o.Schema))
		if err != nil {
			return &EnvError{Err: fmt.Errorf("read schema: %w", err)}
		}
		var warnings []string
		if schema, warnings, err = bind.ReadSchema(bytes.NewReader(src), dialect); err != nil {
			return usageErrorf(`for example {"shop.orders": {"id": "INT64"}}`, "read schema %s:%w", o.Schema, err)
		}
		tellWarnings(o.App, "schema "+o.Schema+": ", warnings)
	}
	if o.JSONL {
		return sqlLines(ctx, o, schema, dialect)
	}
	src, err := io.ReadAll(o.App.Streams.In)
	if err != nil {
		return &EnvError{Err: fmt.Errorf("read the query: %w", err)}
	}
	lineage, file := answerSQL(string(src), schema, dialect)
	if lineage == nil {
		return usageErrorf("for example: echo 'select 1 as one' | impact sql", "there is no query on standard input")
	}
	write := func() error { return writeSQLText(o.App, file, lineage) }
	if o.Format == "json" {
		write = func() error { return writeJSON(o.App.Out(), lineage) }
	}
	if err := write(); err != nil {
		return err
	}
	if o.Strict && !lineage.understood() {
		return &IncompleteError{Err: errors.New("not everything in the query is understood")}
	}
	return nil
}

// answerSQL is the lineage of a text, nil if it holds no statement. The file is
// for its places: a template is read as what is left of it as SQL.
func answerSQL(sql string, schema *bind.Schema, dialect *syntax.Dialect) (*sqlLineage, *syntax.File) {
	file := syntax.Parse(sql, dialect)
	tag, template := firstTag(file)
	if template {
		file = syntax.Parse(withoutTags(sql), dialect)
	}
	if len(file.Stmts) == 0 && len(file.Errors) == 0 && !template {
		return nil, file
	}
	answer := newSQLLineage(file, bind.Bind(file, schema))
	shown := &syntax.File{Src: sql}
	if template {
		p := shown.Position(syntax.Pos(tag))
		answer.Diagnostics = slices.Insert(answer.Diagnostics, 0, sqlDiagnostic{
			Code: "template", Message: "the text is a template: what stands in its tags is not known",
			Hint: "give the SQL that dbt compiles from it, under target/compiled", Line: p.Line, Col: p.Col, Error: true,
			span: syntax.Span{Pos: syntax.Pos(tag), End: syntax.Pos(tag) + 2},
		})
		answer.Confidence = bind.Widened.String()
	}
	return answer, shown
}

// understood reports whether all of the query is, and nothing of it would fail.
func (l *sqlLineage) understood() bool {
	for i := range l.Diagnostics {
		if d := &l.Diagnostics[i]; d.Error || d.Code == string(bind.CodeWidened) {
			return false
		}
	}
	return l.Confidence != bind.Widened.String()
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
	strict := true
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
			answer = noSQL(fmt.Sprintf("line %d is not an object with \"sql\": %s", n, jsonProblem(err)))
		} else if answer, _ = answerSQL(q.SQL, schema, dialect); answer == nil {
			answer = noSQL(fmt.Sprintf("line %d has no query under \"sql\"", n))
		}
		if answer.ID = q.ID; len(q.ID) == 0 {
			answer.ID = json.RawMessage("null")
		}
		strict = strict && answer.understood()
		if err := enc.Encode(answer); err != nil {
			return &EnvError{Err: fmt.Errorf("write: %w", err)}
		}
	}
	if err := in.Err(); err != nil {
		return errors.Join(&EnvError{Err: fmt.Errorf("read the queries: %w", err)}, out.Flush())
	}
	if err := out.Flush(); err != nil {
		return &EnvError{Err: fmt.Errorf("write: %w", err)}
	}
	if o.Strict && !strict {
		return &IncompleteError{Err: errors.New("not everything in the queries is understood")}
	}
	return nil
}

// noSQL answers a line that holds no query.
func noSQL(problem string) *sqlLineage {
	return &sqlLineage{Columns: []sqlColumn{}, Uses: []sqlUse{}, Confidence: bind.Widened.String(),
		Diagnostics: []sqlDiagnostic{{Code: "input", Message: problem, Error: true}}}
}

// jsonProblem says in people's words what is wrong with a line.
func jsonProblem(err error) string {
	wrong := new(json.UnmarshalTypeError)
	switch {
	case !errors.As(err, &wrong):
		return err.Error()
	case wrong.Field == "":
		return "it is of type " + wrong.Value
	}
	return fmt.Sprintf("%q is of type %s", wrong.Field, wrong.Value)
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
	Hint    string `json:"hint,omitempty"`
	Line    int    `json:"line,omitempty"`
	Col     int    `json:"col,omitempty"`
	Error   bool   `json:"error"`
	span    syntax.Span
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
		sd := sqlDiagnostic{Code: string(d.Code), Message: d.Message, Hint: d.Hint, Error: d.Error, span: d.Span}
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
