package synctest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"impact/sync/plan"
	"impact/sync/run"
)

// A Warehouse is a source under test, and the place where its models are.
type Warehouse struct {
	// Put makes a model hold these rows and no others, in this order. Values
	// have the forms of plan.Kind. A column of kind JSON that is called array or
	// struct is kept as an array of integers, or as a struct of an integer a and
	// a string b, where the warehouse has such types.
	Put func(t testing.TB, node string, fields []plan.Field, rows []run.Row)
	// Open opens a source of these models, whether they were put or not. It
	// lasts until the end of the test.
	Open func(t testing.TB, nodes ...string) run.Source
	// Break makes reading a model fail before its end. Streams that were opened
	// before have read only little of it.
	Break func(t testing.TB, node string)
	// Mend ends what Break began, unless Put does; nil: it does.
	Mend func(t testing.TB)

	Untyped bool // no column has a kind
	Sorts   bool // rows come in the order that is asked for, if its kinds allow it
	Past    bool // the rows of a version can be read when the model has changed
}

// Sources checks that a source keeps the promises of run.Source. open makes a
// warehouse without models; its clean-up is its own affair. Every adapter passes
// this suite; what only one warehouse has is tested beside its adapter.
func Sources(t *testing.T, open func(t *testing.T) Warehouse) {
	t.Helper()
	for _, c := range sourceCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := c.check(&warehouse{Warehouse: open(t), t: t}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

var sourceCases = []struct {
	name  string
	check func(*warehouse) error
}{
	{"a model is described with its columns and rows", (*warehouse).described},
	{"values of every kind have their form", (*warehouse).kinds},
	{"columns come as they are asked for", (*warehouse).columns},
	{"columns may be called anything", (*warehouse).names},
	{"a model without rows ends at once", (*warehouse).empty},
	{"many rows all come", (*warehouse).many},
	{"wide rows and long values come whole", (*warehouse).wide},
	{"rows are in the order that they are said to be in", (*warehouse).order},
	{"rows that were kept in order come in order", (*warehouse).kept},
	{"a row is valid until the next one", (*warehouse).valid},
	{"streams that are read at once do not disturb each other", (*warehouse).together},
	{"reading again gives the same rows", (*warehouse).again},
	{"rows that nobody counted are read", (*warehouse).uncounted},
	{"a cancelled context is an error and never an end", (*warehouse).cancelled},
	{"a stream is closed at any time", (*warehouse).closed},
	{"a stream that breaks off is an error that stays", (*warehouse).breaks},
	{"what is missing is named with what to do", (*warehouse).missing},
	{"rows of two versions are never mixed", (*warehouse).changes},
	{"a version is that of the rows", (*warehouse).versions},
	{"all models are of one instant", (*warehouse).instant},
	{"a model is delivered in every mode, and then nothing is left to do", (*warehouse).delivered},
	{"what breaks off in the midst of a load changes nothing", (*warehouse).undelivered},
}

// warehouse is one test of the suite.
type warehouse struct {
	Warehouse
	t testing.TB
}

// put puts a model and opens a source of it alone.
func (w *warehouse) put(fields []plan.Field, rows ...run.Row) (run.Source, plan.Model, error) {
	w.Put(w.t, "m", fields, rows)
	src := w.Open(w.t, "m")
	m, err := src.Describe(w.t.Context(), "m")
	return src, m, err
}

// rows of a model that only counts.
func numbered(n int) []run.Row {
	rows := make([]run.Row, n)
	for i := range rows {
		// 7919 is prime: every number comes once, in no order.
		k := i * 7919 % n
		rows[i] = NewRow(k, fmt.Sprintf("text %d", k))
	}
	return rows
}

// all is the query for all columns.
func all(m plan.Model, order ...run.Order) run.Query {
	return run.Query{Node: "m", Model: m, Columns: m.Names(), OrderBy: order}
}

// read reads a stream to its end, and looks at what comes behind it. The rows
// are copies.
func read(ctx context.Context, src run.Source, q run.Query) (rows []run.Row, sorted bool, err error) {
	st, err := src.Read(ctx, q)
	if err != nil {
		return nil, false, err
	}
	rows, err = drain(ctx, st, len(q.Columns))
	sorted = st.Sorted()
	return rows, sorted, errors.Join(err, finish(ctx, st))
}

// finish closes a stream, twice, and expects nothing of it any more.
func finish(ctx context.Context, st run.Stream) error {
	for range 2 {
		if err := st.Close(); err != nil {
			return fmt.Errorf("close: %w", err)
		}
	}
	if row, err := st.Next(ctx); err == nil || isEnd(err) {
		return broken("a closed stream gave a row of %d columns and %w", len(row), errOr(err))
	}
	return nil
}

// A brokenError says that a stream does not do what run.Stream says. Where an
// error of the source is allowed it is not.
type brokenError struct{ error }

func (e brokenError) Unwrap() error { return e.error }

func broken(format string, args ...any) error { return brokenError{fmt.Errorf(format, args...)} }

// isBroken reports whether one is among the errors.
func isBroken(err error) bool {
	var b brokenError
	return errors.As(err, &b)
}

func errOr(err error) error {
	if err == nil {
		return errors.New("no error")
	}
	return err
}

// isEnd reports whether a stream says that all rows have come.
func isEnd(err error) bool {
	return err == io.EOF //nolint:errorlint // whoever reads may compare
}

// drain reads to the end. A row has so many columns.
func drain(ctx context.Context, st run.Stream, width int) ([]run.Row, error) {
	var rows []run.Row
	for {
		row, err := st.Next(ctx)
		if err != nil {
			return rows, behind(ctx, st, err)
		}
		if len(row) != width {
			return rows, broken("row %d has %d columns instead of %d", len(rows)+1, len(row), width)
		}
		rows = append(rows, clone(row))
	}
}

// behind asks for more after the end, or after an error.
func behind(ctx context.Context, st run.Stream, err error) error {
	if ctx.Err() != nil {
		return err
	}
	for range 3 {
		row, after := st.Next(ctx)
		switch {
		case after == nil:
			return broken("a row of %d columns came after %w", len(row), err)
		case isEnd(err) && !isEnd(after):
			return broken("the end was followed by %w", after)
		case !isEnd(err) && (isEnd(after) || errors.Is(after, io.EOF)):
			return broken("an end came after %w", err)
		}
	}
	if isEnd(err) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return broken("an error that is taken for an end: %w", err)
	}
	return err
}

func clone(r run.Row) run.Row {
	out := make(run.Row, len(r))
	for i, v := range r {
		if v != nil {
			out[i] = append([]byte{}, v...)
		}
	}
	return out
}

// same says how two rows differ, value by value as they are.
func same(got, want run.Row) error {
	if !run.EqualRows(got, want) {
		return fmt.Errorf("%s instead of %s", show(got), show(want))
	}
	return nil
}

func show(r run.Row) string {
	var s string
	for i, v := range r {
		if i > 0 {
			s += " | "
		}
		switch {
		case v == nil:
			s += "NULL"
		case len(v) > 60:
			s += fmt.Sprintf("%.60q… (%d bytes)", v, len(v))
		default:
			s += fmt.Sprintf("%q", v)
		}
	}
	return s
}

// sameRows compares rows whatever their order, by their first column, which
// tells them apart.
func sameRows(got, want []run.Row) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d rows instead of %d", len(got), len(want))
	}
	at := map[string]run.Row{}
	for _, r := range want {
		at[string(r[0])] = r
	}
	for i, r := range got {
		w, ok := at[string(r[0])]
		if !ok {
			return fmt.Errorf("row %d is there twice, or should not be: %s", i+1, show(r))
		}
		if err := same(r, w); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		delete(at, string(r[0]))
	}
	return nil
}
