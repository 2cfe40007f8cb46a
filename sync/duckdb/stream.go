//go:build duckdb

package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	driverpkg "github.com/duckdb/duckdb-go/v2"

	"impact/sync/run"
)

// DuckDB's C interface returns a result as a whole. One of more rows than this
// is kept in a temporary table, which DuckDB may put on the disk, and read in
// parts.
const partRows = 64 << 10

// A stream delivers the rows of a query. Its connection is its own.
type stream struct {
	source   *Source
	relation relation
	columns  []*shape
	sorted   bool

	conn   *sql.Conn
	raw    *driverpkg.Conn
	parts  bool
	from   int64 // first row of the next part
	total  int64 // rows of the temporary table
	rows   driver.Rows
	values []driver.Value
	row    run.Row
	buf    []byte
	ends   []int
	n      int64
	done   error
}

func (st *stream) start(ctx context.Context, query string, rows int64) error {
	width := max(len(st.columns), 1)
	st.values = make([]driver.Value, width)
	st.row, st.ends = make(run.Row, len(st.columns)), make([]int, len(st.columns))
	st.buf = make([]byte, 0, 512) // never nil: an empty string is not NULL
	var err error
	if st.conn, err = st.source.db.Conn(ctx); err != nil {
		return err
	}
	err = st.conn.Raw(func(raw any) error {
		var ok bool
		if st.raw, ok = raw.(*driverpkg.Conn); !ok {
			return errors.New("the driver has changed")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if rows >= 0 && rows <= partRows {
		st.rows, err = st.raw.QueryContext(ctx, query, nil)
		return err
	}
	st.parts = true
	if _, err := st.raw.ExecContext(ctx, "CREATE TEMP TABLE impact_rows AS "+query, nil); err != nil {
		return err
	}
	return st.conn.QueryRowContext(ctx, "SELECT count(*) FROM temp.impact_rows").Scan(&st.total)
}

// errClosed is what a stream that was closed says.
var errClosed = errors.New("the stream was closed")

// next reads the next row into st.values.
func (st *stream) next(ctx context.Context) error {
	for {
		if st.rows != nil {
			err := st.rows.Next(st.values)
			if !errors.Is(err, io.EOF) || !st.parts {
				return err
			}
			if err := st.rows.Close(); err != nil {
				return err
			}
			st.rows = nil
		}
		if st.from >= st.total {
			return io.EOF
		}
		var err error
		st.rows, err = st.raw.QueryContext(ctx, fmt.Sprintf("SELECT * FROM temp.impact_rows WHERE rowid >= %d AND rowid < %d ORDER BY rowid", st.from, st.from+partRows), nil)
		if err != nil {
			return err
		}
		st.from += partRows
	}
}

// Next implements run.Stream.
func (st *stream) Next(ctx context.Context) (run.Row, error) {
	if st.done != nil {
		return nil, st.done
	}
	row, err := st.read(ctx)
	if err != nil {
		st.done = err
	}
	return row, err
}

func (st *stream) read(ctx context.Context) (run.Row, error) {
	if st.n%1000 == 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	err := st.next(ctx)
	if errors.Is(err, io.EOF) {
		return nil, st.end(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", st.relation, err)
	}
	st.n++
	st.buf = st.buf[:0]
	for i, c := range st.columns {
		if st.values[i] == nil {
			st.ends[i] = -1
			continue
		}
		if st.buf, err = c.appendText(st.buf, st.values[i]); err != nil {
			return nil, fmt.Errorf("read %s: row %d, column %s: %w", st.relation, st.n, c.name, err)
		}
		st.ends[i] = len(st.buf)
	}
	from := 0
	for i, end := range st.ends {
		if end < 0 {
			st.row[i] = nil
			continue
		}
		st.row[i] = st.buf[from:end:end]
		from = end
	}
	return st.row, nil
}

// end says whether what was read is what was planned.
func (st *stream) end(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if st.parts && st.n != st.total {
		return &run.IncompleteError{Relation: st.relation.String(), Want: st.total, Actual: st.n}
	}
	st.source.mu.Lock()
	defer st.source.mu.Unlock()
	if err := st.source.unchanged(); err != nil {
		return err
	}
	return io.EOF
}

// Sorted implements run.Stream.
func (st *stream) Sorted() bool { return st.sorted }

// Close implements run.Stream.
func (st *stream) Close() error {
	var err error
	st.done = errClosed
	if st.rows != nil {
		err = st.rows.Close()
		st.rows = nil
	}
	if st.conn == nil {
		return err
	}
	if st.parts {
		_, e := st.raw.ExecContext(context.Background(), "DROP TABLE IF EXISTS temp.impact_rows", nil)
		err = errors.Join(err, e)
	}
	err = errors.Join(err, st.conn.Close())
	st.conn = nil
	return err
}
