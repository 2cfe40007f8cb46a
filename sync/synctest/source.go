package synctest

import (
	"context"
	"fmt"
	"io"
	"sort"

	"impact/sync/plan"
	"impact/sync/run"
)

// A Table is a model in memory.
type Table struct {
	Fields  []plan.Field
	Rows    []run.Row
	Version string
	Uncount bool // the source does not know how many rows there are
	Unsort  bool // rows come as they are
	Lie     bool // rows come as they are, and are said to be sorted
	// Claim is the number of rows that the source says there are; 0: the truth.
	Claim int64
	// Fail is returned after FailAfter rows, the first Fails times; 0: always.
	Fail      error
	FailAfter int
	Fails     int

	// Quiet ends the rows when the context is cancelled, as some clients do,
	// instead of saying so; Cancel is called after FailAfter rows.
	Quiet  bool
	Cancel func()

	failed int
	Reads  int // how often it was read
}

// A Source is a run.Source in memory: tables by the unique id of the model.
type Source map[string]*Table

// NewTable makes a table of text rows: nil is NULL.
func NewTable(fields []plan.Field, rows ...[]any) *Table {
	t := &Table{Fields: fields}
	for _, r := range rows {
		t.Rows = append(t.Rows, NewRow(r...))
	}
	return t
}

// NewRow makes a row of values: nil is NULL, bytes stay, everything else is
// printed.
func NewRow(values ...any) run.Row {
	row := make(run.Row, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case nil:
		case []byte:
			row[i] = v
		default:
			row[i] = []byte(fmt.Sprint(v))
		}
	}
	return row
}

// Describe implements run.Source.
func (s Source) Describe(_ context.Context, node string) (plan.Model, error) {
	t, ok := s[node]
	if !ok {
		return plan.Model{}, fmt.Errorf("no model %s", node)
	}
	m := plan.Model{Relation: node, Fields: t.Fields, Rows: int64(len(t.Rows)), Version: t.Version}
	if t.Uncount {
		m.Rows = -1
	}
	if t.Claim != 0 {
		m.Rows = t.Claim
	}
	return m, nil
}

// Read implements run.Source.
func (s Source) Read(ctx context.Context, q run.Query) (run.Stream, error) {
	t, ok := s[q.Node]
	if !ok {
		return nil, fmt.Errorf("no model %s", q.Node)
	}
	t.Reads++
	st := &memory{t: t, rows: t.Rows, row: make(run.Row, len(q.Columns)), sorted: !t.Unsort}
	m := plan.Model{Fields: t.Fields}
	for _, c := range q.Columns {
		st.at = append(st.at, m.Field(c))
	}
	if !t.Unsort && !t.Lie {
		var at []int
		for _, o := range q.OrderBy {
			at = append(at, m.Field(o.Column))
		}
		st.rows = append([]run.Row(nil), t.Rows...)
		sort.SliceStable(st.rows, func(i, j int) bool {
			for k, c := range at {
				a, b := string(st.rows[i][c]), string(st.rows[j][c])
				if q.OrderBy[k].Numeric && len(a) != len(b) {
					return len(a) < len(b) // natural numbers of one scale
				}
				if a != b {
					return a < b
				}
			}
			return false
		})
	}
	return st, ctx.Err()
}

type memory struct {
	t      *Table
	rows   []run.Row
	at     []int
	row    run.Row
	n      int
	sorted bool
}

// Next implements run.Stream.
func (m *memory) Next(ctx context.Context) (run.Row, error) {
	if m.t.Cancel != nil && m.n == m.t.FailAfter {
		m.t.Cancel()
	}
	if err := ctx.Err(); err != nil {
		if m.t.Quiet {
			return nil, io.EOF
		}
		return nil, err
	}
	if m.t.Fail != nil && m.n == m.t.FailAfter && (m.t.Fails == 0 || m.t.failed < m.t.Fails) {
		m.t.failed++
		return nil, m.t.Fail
	}
	if m.n == len(m.rows) {
		return nil, io.EOF
	}
	for i, k := range m.at {
		m.row[i] = m.rows[m.n][k]
	}
	m.n++
	return m.row, nil
}

// Sorted implements run.Stream.
func (m *memory) Sorted() bool { return m.sorted }

// Close implements run.Stream.
func (m *memory) Close() error { return nil }
