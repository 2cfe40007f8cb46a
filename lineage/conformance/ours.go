package conformance

import (
	"fmt"
	"slices"
	"strings"

	"impact/lineage/bind"
	"impact/lineage/conformance/oracle"
	"impact/lineage/syntax"
)

// An engine is our side: parsed once, bound as often as wanted.
type engine struct {
	dialect *syntax.Dialect
	file    *syntax.File
	tables  []*oracle.Table
	rels    []*bind.Relation
}

// An answer is what our engine says about a statement, in the analyzer's terms.
type answer struct {
	oracle.Analysis
	widened []bool   // by output
	sure    bool     // nothing is guessed
	errors  []string // with their places, in order
}

func newEngine(d *syntax.Dialect, sql string, tables []*oracle.Table) *engine {
	e := &engine{dialect: d, file: syntax.Parse(sql, d), tables: tables}
	for _, t := range tables {
		e.rels = append(e.rels, e.relation(t, ""))
	}
	return e
}

// relation makes the relation of a table, without a column of that name.
func (e *engine) relation(t *oracle.Table, without string) *bind.Relation {
	rel := &bind.Relation{Name: t.Name, ValueTable: t.Value && len(t.Columns) == 1}
	for _, c := range t.Columns {
		if without != "" && strings.EqualFold(c.Name, without) {
			continue
		}
		rel.Columns = append(rel.Columns, bind.NewColumn(c.Name, bind.ParseType(c.Type, e.dialect)))
	}
	if without != "" {
		rel.Dropped = []string{without}
	}
	return rel
}

// bind binds the statement; in table number at, column is missing, if at is not
// negative.
func (e *engine) bind(at int, column string) *bind.Result {
	cat := &catalog{rels: slices.Clone(e.rels)}
	if at >= 0 {
		cat.rels[at] = e.relation(e.tables[at], column)
	}
	return bind.Bind(e.file, cat)
}

// A catalog finds relations by their full path, however it is quoted.
type catalog struct{ rels []*bind.Relation }

// Relation implements [bind.Catalog].
func (c *catalog) Relation(name []syntax.Ident) *bind.Relation {
	parts := make([]string, len(name))
	for i := range name {
		parts[i] = name[i].Name
	}
	path := strings.Join(parts, ".")
	for _, r := range c.rels {
		if strings.EqualFold(r.Name, path) {
			return r
		}
	}
	return nil
}

func (e *engine) answer() *answer {
	r := e.bind(-1, "")
	out := &answer{errors: e.errors(r), sure: r.Confidence == bind.Exact && len(r.Unknown) == 0}
	source := func(n int) oracle.Source {
		l := r.Leaves[n]
		return oracle.Source{Table: r.Inputs[l.Input].Name, Column: l.Column, Path: l.Path}
	}
	for i := range r.Outputs {
		o := &r.Outputs[i]
		col := oracle.Output{Name: o.Name, Type: o.Type.String()}
		for _, s := range o.Sources {
			col.Sources = append(col.Sources, source(s.Leaf))
		}
		col.Sources = sorted(col.Sources, oracle.Source.String)
		out.Outputs = append(out.Outputs, col)
		out.widened = append(out.widened, o.Confidence == bind.Widened)
	}
	for _, u := range r.Uses {
		s := source(u.Leaf)
		out.Uses = append(out.Uses, oracle.Use{Kind: u.Kind.String(), Table: s.Table, Column: s.Column})
	}
	out.Uses = sorted(out.Uses, oracle.Use.String)
	return out
}

func (e *engine) errors(r *bind.Result) []string {
	var out []string
	for _, d := range r.Diagnostics {
		if d.Error {
			at := e.file.Position(d.Span.Pos)
			out = append(out, fmt.Sprintf("%s at %d:%d", d.Message, at.Line, at.Col))
		}
	}
	return out
}

// sorted returns the list in order of its texts, without duplicates.
func sorted[T comparable](list []T, text func(T) string) []T {
	slices.SortFunc(list, func(a, b T) int { return strings.Compare(text(a), text(b)) })
	return slices.Compact(list)
}
