package bigquery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"impact/sync/plan"
	"impact/sync/run"
)

// smallRows is up to how many rows pages are read without asking for a session
// of the Storage Read API, which takes about a second.
const smallRows = 5_000

// Read implements run.Source. The query has run when it returns; its result is
// kept for as long as the source, so that reading again costs nothing.
func (s *Source) Read(ctx context.Context, q run.Query) (run.Stream, error) {
	d, err := s.described(ctx, q)
	if err != nil {
		return nil, err
	}
	sql, sorted, err := statement(d, q)
	if err != nil {
		return nil, err
	}
	r, err := s.result(ctx, d.table, sql, q, sorted)
	if e := (*Error)(nil); errors.As(err, &e) && e.Reason == "resourcesExceeded" && sorted {
		// BigQuery sorts the end of a result on one machine. We can do that.
		s.notice(Notice{ID: NoticeUnsorted, Node: q.Node, Message: d.table.String() + " is too large for BigQuery to sort: its rows are sorted here"})
		q.OrderBy = nil
		if sql, _, err = statement(d, q); err != nil {
			return nil, err
		}
		r, err = s.result(ctx, d.table, sql, q, false)
	}
	if err != nil {
		return nil, err
	}
	if len(r.forms) != len(q.Columns) {
		return nil, s.explain(ctx, "run the query", d.table, fmt.Errorf("%w: %d columns instead of %d", errBroken, len(r.forms), len(q.Columns)))
	}
	if err := s.complete(ctx, d.table, r, q); err != nil {
		return nil, err
	}
	b, err := s.open(ctx, r, q)
	if err != nil {
		return nil, err
	}
	return &stream{s: s, r: r, in: b}, nil
}

// described returns what is known of the model in the version that is asked for.
func (s *Source) described(ctx context.Context, q run.Query) (described, error) {
	key := q.Node + "\x00" + q.Model.Version
	for try := range 2 {
		s.mu.Lock()
		d, ok := s.seen[key]
		s.mu.Unlock()
		if ok {
			return d, nil
		}
		if try == 0 {
			if _, err := s.Describe(ctx, q.Node); err != nil {
				return described{}, err
			}
		}
	}
	return described{}, fmt.Errorf("bigquery: %s is no longer of the version that was planned: %w", q.Model.Relation, plan.ErrStale)
}

// statement is the query for the wanted columns. The columns of the result have
// names of ours, so that odd and repeated ones do no harm. sorted says whether
// it keeps the wanted order.
func statement(d described, q run.Query) (sql string, sorted bool, err error) {
	var b strings.Builder
	b.WriteString("SELECT ")
	column := func(name string) (*column, error) {
		i := find(d.columns, name)
		if i < 0 {
			return nil, &run.MissingError{Relation: d.table.String(), Column: name, Known: names(d.columns)}
		}
		if c := &d.columns[i]; c.odd != "" {
			return nil, fmt.Errorf("bigquery: column %s of %s: %s", name, d.table, c.odd)
		}
		return &d.columns[i], nil
	}
	if len(q.Columns) == 0 {
		return "", false, fmt.Errorf("bigquery: no column of %s is asked for", d.table)
	}
	for i, name := range q.Columns {
		c, err := column(name)
		if err != nil {
			return "", false, err
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s AS c%d", c.value(), i+1)
	}
	b.WriteString(" FROM " + d.table.from())
	keys := make([]string, 0, len(q.OrderBy))
	for _, o := range q.OrderBy {
		c, err := column(o.Column)
		if err != nil {
			return "", false, err
		}
		if key := c.order(o.Numeric); key != "" {
			keys = append(keys, key)
		}
	}
	if sorted = len(keys) == len(q.OrderBy) && len(keys) > 0; sorted {
		b.WriteString(" ORDER BY " + strings.Join(keys, ", "))
	}
	return b.String(), sorted, nil
}

// result runs a query, or returns what it gave before. One query is run once,
// however many ask for it.
func (s *Source) result(ctx context.Context, t table, sql string, q run.Query, sorted bool) (*result, error) {
	for {
		s.mu.Lock()
		if r := s.results[sql]; r != nil {
			s.mu.Unlock()
			return r, nil
		}
		running := s.active[sql]
		if running == nil {
			break
		}
		s.mu.Unlock()
		select {
		case <-running:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	done := make(chan struct{})
	s.active[sql] = done
	s.mu.Unlock()
	r, err := s.fresh(ctx, t, sql, q.Node)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.active, sql)
	close(done)
	if err != nil {
		return nil, err
	}
	r.sorted = sorted
	if !t.at.IsZero() {
		s.results[sql] = r // what has no history is read anew
	}
	return r, nil
}

func (s *Source) fresh(ctx context.Context, t table, sql, node string) (*result, error) {
	if _, err := s.dryRun(ctx, t, sql, node); err != nil {
		return nil, err
	}
	return s.query(ctx, t, sql, node)
}

// forget drops a result that BigQuery does not keep any more.
func (s *Source) forget(r *result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sql, have := range s.results {
		if have == r {
			delete(s.results, sql)
		}
	}
}

// complete compares the rows of the result with those that Describe counted. A
// difference is either a policy that hides rows, or nothing that may be loaded.
func (s *Source) complete(ctx context.Context, t table, r *result, q run.Query) error {
	if q.Model.Rows < 0 || r.rows == q.Model.Rows {
		return nil
	}
	n, err := s.count(ctx, t, q.Node)
	if err != nil {
		return err
	}
	if n == r.rows && n < q.Model.Rows && !t.at.IsZero() {
		return &FilteredError{Relation: t.String(), Rows: q.Model.Rows, Readable: n}
	}
	return &run.IncompleteError{Relation: t.String(), Want: q.Model.Rows, Actual: r.rows}
}

// open chooses the way by which the rows come.
func (s *Source) open(ctx context.Context, r *result, q run.Query) (blocks, error) {
	if s.opts.Storage == ReadPages || (s.opts.Storage == Auto && r.rows <= smallRows) {
		return newPages(ctx, s, r), nil
	}
	b, err := s.stream(ctx, r)
	switch {
	case err == nil:
		return b, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case s.opts.Storage == ReadStream:
		return nil, s.explainStream(ctx, "open a read session", r.table, err)
	case denied(err):
		s.notice(Notice{ID: NoticeStorageDenied, Node: q.Node, Message: "the Storage Read API may not be used; rows come as pages, which is slower", Hint: hintStorage})
	case errors.Is(err, errStreams):
		s.notice(Notice{ID: NoticeStorageOrder, Node: q.Node, Message: "the Storage Read API did not give one ordered stream; rows come as pages, which is slower"})
	default:
		return nil, s.explainStream(ctx, "open a read session", r.table, err)
	}
	return newPages(ctx, s, r), nil
}

// A stream delivers the rows of a result.
type stream struct {
	s    *Source
	r    *result
	in   blocks
	cur  block
	i    int   // next row of cur
	read int64 // rows delivered
	err  error // once it is set, it stays
}

// Next implements run.Stream.
func (st *stream) Next(ctx context.Context) (run.Row, error) {
	if st.err != nil {
		return nil, st.err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for st.cur == nil || st.i == st.cur.rows() {
		b, err := st.in.next(ctx)
		if err != nil {
			return nil, st.fail(ctx, err)
		}
		st.cur, st.i = b, 0
	}
	row, err := st.cur.row(st.i)
	if err != nil {
		return nil, st.fail(ctx, fmt.Errorf("row %d: %w", st.read+1, err))
	}
	st.i++
	st.read++
	return row, nil
}

// fail ends the stream. It is an end only if nothing is missing and nobody gave
// up.
func (st *stream) fail(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err() // the stream may be read on
	case err == io.EOF && st.read == st.r.rows: //nolint:errorlint // an end is never wrapped, a broken connection is
		st.err = io.EOF
	case err == io.EOF: //nolint:errorlint // the same
		st.err = run.Transient(&Error{Op: "read the rows", Relation: st.r.table.String(), Reason: "incomplete",
			Err: fmt.Errorf("they ended after %d of %d", st.read, st.r.rows)})
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		// Of the context that Read was called with.
		st.err = cancelled("read the rows", st.r.table, err)
	default:
		st.err = st.s.explainStream(ctx, "read the rows", st.r.table, err)
		if codeOf(err) == 404 || codeOf(err) == 410 {
			st.s.forget(st.r)
			st.err = run.Transient(st.err) // the query is run again
		}
	}
	return st.err
}

// Sorted implements run.Stream.
func (st *stream) Sorted() bool { return st.r.sorted }

// Close implements run.Stream.
func (st *stream) Close() error {
	st.in.stop()
	if st.err == nil || errors.Is(st.err, io.EOF) {
		st.err = errClosed
	}
	return nil
}

var errClosed = errors.New("bigquery: the stream is closed")
