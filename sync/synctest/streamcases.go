package synctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"impact/sync/plan"
	"impact/sync/run"
)

func (w *warehouse) valid() error {
	rows := numbered(3_000)
	src, m, err := w.put(idAndText(), rows...)
	if err != nil {
		return err
	}
	q := all(m)
	q.Columns = []string{"v", "id", "v"}
	st, err := src.Read(w.t.Context(), q)
	if err != nil {
		return err
	}
	defer closing(w.t, st)
	for n := range rows {
		row, err := st.Next(w.t.Context())
		if err != nil {
			return fmt.Errorf("row %d: %w", n+1, err)
		}
		was := clone(row)
		// Whoever has the row may add to its values, and do other things.
		for i := range row {
			_ = append(row[i], "XXXXXXXX"...)
		}
		if n%1000 == 0 {
			if _, err := src.Describe(w.t.Context(), "m"); err != nil {
				return err
			}
			if _, _, err := read(w.t.Context(), src, all(m)); err != nil {
				return err
			}
		}
		if err := same(row, was); err != nil {
			return fmt.Errorf("row %d changed: %w", n+1, err)
		}
		if !bytes.Equal(row[0], row[2]) || string(row[0]) != "text "+string(row[1]) {
			return fmt.Errorf("row %d: %s", n+1, show(row))
		}
	}
	return nil
}

func (w *warehouse) together() error {
	const n = 2_500
	rows := numbered(n)
	other := make([]run.Row, n)
	for i := range other {
		other[i] = NewRow(i, fmt.Sprintf("other %d", i))
	}
	w.Put(w.t, "m", idAndText(), rows)
	w.Put(w.t, "o", idAndText(), other)
	src := w.Open(w.t, "m", "o")
	models := map[string]plan.Model{}
	for _, node := range []string{"m", "o"} {
		m, err := src.Describe(w.t.Context(), node)
		if err != nil {
			return err
		}
		models[node] = m
	}
	want := map[string][]run.Row{"m": rows, "o": other}
	query := func(node string) run.Query {
		q := all(models[node], run.Order{Column: "id", Numeric: true})
		q.Node = node
		return q
	}

	// One row of each in turn.
	nodes := []string{"m", "o", "m"}
	var streams []run.Stream
	for _, node := range nodes {
		st, err := src.Read(w.t.Context(), query(node))
		if err != nil {
			return err
		}
		defer closing(w.t, st)
		streams = append(streams, st)
	}
	got := make([][]run.Row, len(streams))
	for range n {
		var last []run.Row
		for i, st := range streams {
			row, err := st.Next(w.t.Context())
			if err != nil {
				return err
			}
			got[i] = append(got[i], clone(row))
			last = append(last, row)
		}
		for i, row := range last {
			if err := same(row, got[i][len(got[i])-1]); err != nil {
				return fmt.Errorf("another stream changed a row: %w", err)
			}
		}
	}
	for i, st := range streams {
		if _, err := st.Next(w.t.Context()); !isEnd(err) {
			return fmt.Errorf("no end: %w", errOr(err))
		}
		if err := sameRows(got[i], want[nodes[i]]); err != nil {
			return err
		}
	}

	// Each on a goroutine of its own.
	errs := make([]error, 6)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() {
			node := nodes[i%len(nodes)]
			if _, err := src.Describe(w.t.Context(), node); err != nil {
				errs[i] = err
				return
			}
			rows, _, err := read(w.t.Context(), src, query(node))
			errs[i] = errors.Join(err, sameRows(rows, want[node]))
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

func (w *warehouse) again() error {
	rows := numbered(1_500)
	src, m, err := w.put(idAndText(), rows...)
	if err != nil {
		return err
	}
	for _, s := range []run.Source{src, src, w.Open(w.t, "m")} {
		model, err := s.Describe(w.t.Context(), "m")
		if err != nil {
			return err
		}
		if !plan.SameVersion(model.Version, m.Version) {
			return fmt.Errorf("the version was %q and is %q", m.Version, model.Version)
		}
		got, _, err := read(w.t.Context(), s, all(model, run.Order{Column: "id", Numeric: true}))
		if err != nil {
			return err
		}
		if err := sameRows(got, rows); err != nil {
			return err
		}
	}
	return nil
}

func (w *warehouse) uncounted() error {
	rows := numbered(1_200)
	src, m, err := w.put(idAndText(), rows...)
	if err != nil {
		return err
	}
	m.Rows = -1
	got, _, err := read(w.t.Context(), src, all(m))
	if err != nil {
		return err
	}
	return sameRows(got, rows)
}

func (w *warehouse) cancelled() error {
	const n = 2_600
	rows := numbered(n)
	src, m, err := w.put(idAndText(), rows...)
	if err != nil {
		return err
	}
	over, cancel := context.WithCancel(w.t.Context())
	cancel()
	late, stop := context.WithDeadline(w.t.Context(), time.Unix(0, 0))
	defer stop()
	for ctx, reason := range map[context.Context]error{over: context.Canceled, late: context.DeadlineExceeded} {
		if _, err := w.Open(w.t, "m").Describe(ctx, "m"); !errors.Is(err, reason) {
			return fmt.Errorf("describing under a context that is over: %w", errOr(err))
		}
		st, err := src.Read(ctx, all(m))
		if err == nil {
			_, err = st.Next(ctx)
			if e := st.Close(); e != nil {
				return e
			}
		}
		if !errors.Is(err, reason) || isEnd(err) {
			return fmt.Errorf("reading under a context that is over: %w", errOr(err))
		}
	}
	for _, after := range []int{0, 1, 7, 999, 1000, 1001, n - 1, n} {
		for _, both := range []bool{true, false} {
			if err := w.cancelAfter(src, m, rows, after, both); err != nil {
				return fmt.Errorf("cancelled after %d rows: %w", after, err)
			}
		}
	}
	return nil
}

// cancelAfter cancels the context that Read was called with. If Next is called
// with another one, all rows may come.
func (w *warehouse) cancelAfter(src run.Source, m plan.Model, rows []run.Row, after int, both bool) error {
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	st, err := src.Read(ctx, all(m))
	if err != nil {
		return err
	}
	var got []run.Row
	for {
		if len(got) == after {
			cancel()
		}
		next := ctx
		if !both {
			next = w.t.Context()
		}
		var row run.Row
		if row, err = st.Next(next); err != nil {
			break
		}
		got = append(got, clone(row))
	}
	switch {
	case isEnd(err) && !both:
		if err := sameRows(got, rows); err != nil {
			return fmt.Errorf("the rows ended: %w", err)
		}
	case isEnd(err):
		return fmt.Errorf("the rows ended after %d of %d", len(got), len(rows))
	case !errors.Is(err, context.Canceled):
		return err
	}
	return finish(w.t.Context(), st)
}

func (w *warehouse) closed() error {
	rows := numbered(2_600)
	src, m, err := w.put(idAndText(), rows...)
	if err != nil {
		return err
	}
	for _, after := range []int{0, 1, 1_500, len(rows)} {
		for _, order := range [][]run.Order{nil, {{Column: "id", Numeric: true}}} {
			st, err := src.Read(w.t.Context(), all(m, order...))
			if err != nil {
				return err
			}
			for range after {
				if _, err := st.Next(w.t.Context()); err != nil {
					return err
				}
			}
			if err := finish(w.t.Context(), st); err != nil {
				return fmt.Errorf("after %d rows: %w", after, err)
			}
		}
	}
	got, _, err := read(w.t.Context(), src, all(m))
	if err != nil {
		return err
	}
	return sameRows(got, rows)
}

func (w *warehouse) breaks() error {
	rows := make([]run.Row, 20_000)
	for i := range rows {
		// What does not compress is not read ahead as a whole.
		rows[i] = NewRow(i, fmt.Sprintf("%x %x", uint64(i)*0x9E3779B97F4A7C15, uint64(i)*0xC2B2AE3D27D4EB4F))
	}
	src, m, err := w.put(idAndText(), rows...)
	if err != nil {
		return err
	}
	st, err := src.Read(w.t.Context(), all(m))
	if err != nil {
		return err
	}
	first, err := st.Next(w.t.Context())
	if err != nil {
		return err
	}
	first = clone(first)
	w.Break(w.t, "m")
	got, err := drain(w.t.Context(), st, 2)
	if err == nil {
		return fmt.Errorf("%d rows came to their end", len(got)+1)
	}
	if isBroken(err) {
		return err
	}
	known := map[string]run.Row{}
	for _, r := range rows {
		known[string(r[0])] = r
	}
	for _, r := range append(got, first) {
		if err := same(r, known[string(r[0])]); err != nil {
			return fmt.Errorf("a row that is none came before the error: %w", err)
		}
		delete(known, string(r[0]))
	}
	return finish(w.t.Context(), st)
}

func (w *warehouse) missing() error {
	w.Put(w.t, "m", []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "title", Kind: plan.String}}, []run.Row{NewRow(1, "a")})
	src := w.Open(w.t, "m", "gone")
	m, err := src.Describe(w.t.Context(), "m")
	if err != nil {
		return err
	}
	if _, err := src.Describe(w.t.Context(), "nobody"); err == nil || !strings.Contains(err.Error(), "nobody") {
		return fmt.Errorf("a model that the source was not opened for: %w", errOr(err))
	}
	if _, err := src.Read(w.t.Context(), run.Query{Node: "nobody", Model: m, Columns: []string{"id"}}); err == nil {
		return errors.New("a model that the source was not opened for is read")
	}
	_, err = src.Describe(w.t.Context(), "gone")
	var gone *run.MissingError
	if !errors.As(err, &gone) || gone.Column != "" || gone.Hint() == "" || errors.Is(err, run.ErrTransient) || !strings.Contains(err.Error(), "gone") {
		return fmt.Errorf("a model whose table is missing: %w", errOr(err))
	}
	for _, c := range []struct {
		q    run.Query
		hint string
	}{
		{run.Query{Columns: []string{"id", "titel"}}, "title"},
		{run.Query{Columns: []string{"no such column"}}, ""},
		{run.Query{Columns: []string{"id"}, OrderBy: []run.Order{{Column: "titel"}}}, "title"},
	} {
		c.q.Node, c.q.Model = "m", m
		st, err := src.Read(w.t.Context(), c.q)
		if err == nil {
			return errors.Join(fmt.Errorf("%v by %v is read", c.q.Columns, c.q.OrderBy), st.Close())
		}
		var e *run.MissingError
		if !errors.As(err, &e) || e.Column == "" || e.Hint() == "" || !strings.Contains(e.Hint(), c.hint) || !strings.Contains(err.Error(), e.Column) || errors.Is(err, run.ErrTransient) {
			return fmt.Errorf("%v by %v: %w", c.q.Columns, c.q.OrderBy, err)
		}
	}
	return nil
}
