package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"strconv"

	"impact/sync/run"
	"impact/sync/value"
)

// reader reads the rows that a load owns, through a connection of its own. It
// takes the values as the driver has them: what database/sql does with each of
// them costs as much time as reading it.
type reader struct {
	conn   driver.Conn
	rows   driver.Rows
	cancel context.CancelFunc
	t      *target
	ended  bool

	values []driver.Value
	row    run.Row
	digits []byte // of the numbers of the row
}

func (d *Database) reader(ctx context.Context, t *target) (*reader, error) {
	c, err := d.connector.Connect(ctx)
	if err != nil {
		return nil, connectError(err)
	}
	// The connection lives until it is closed or ctx ends, which closes it.
	ctx, cancel := context.WithCancel(ctx)
	r := &reader{conn: c, cancel: cancel, t: t}
	if err := r.open(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.values = make([]driver.Value, len(r.rows.Columns()))
	r.row = make(run.Row, len(r.values))
	return r, nil
}

var errDriver = errors.New("the driver cannot run statements directly")

func (r *reader) open(ctx context.Context) error {
	ex, ok := r.conn.(driver.ExecerContext)
	qu, ok2 := r.conn.(driver.QueryerContext)
	if !ok || !ok2 {
		return errDriver
	}
	if err := prepare(func(statement string) error {
		_, err := ex.ExecContext(ctx, statement, nil)
		return err
	}); err != nil {
		return err
	}
	var err error
	r.rows, err = qu.QueryContext(ctx, r.t.selectRows(), nil)
	return r.classify(err)
}

func (r *reader) classify(err error) error { return classify("read "+r.t.load.Spec.Table, err) }

// Next implements run.Stream.
func (r *reader) Next(ctx context.Context) (run.Row, error) {
	if err := r.rows.Next(r.values); err != nil {
		if !errors.Is(err, io.EOF) {
			return nil, r.classify(err)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.ended = true
		return nil, io.EOF
	}
	r.digits = r.digits[:0]
	for i, x := range r.values {
		var v []byte
		switch x := x.(type) {
		case nil:
		case []byte:
			v = x
		case int64:
			v = r.number(func(dst []byte) []byte { return strconv.AppendInt(dst, x, 10) })
		case uint64:
			v = r.number(func(dst []byte) []byte { return strconv.AppendUint(dst, x, 10) })
		case float64:
			v = r.number(func(dst []byte) []byte { return value.AppendFloat(dst, x) })
		default:
			return nil, errDriver // it has no others for columns of tables
		}
		if i < len(r.t.codecs) {
			v = r.t.codecs[i].decode(v)
		}
		r.row[i] = v
	}
	return r.row, nil
}

// number writes a number behind those that the row has already.
func (r *reader) number(write func(dst []byte) []byte) []byte {
	at := len(r.digits)
	r.digits = write(r.digits)
	return r.digits[at:len(r.digits):len(r.digits)]
}

// Sorted implements run.Stream.
func (r *reader) Sorted() bool { return true }

// Close implements run.Stream. It does not read what is left: then the
// connection is cut off, else the server is told.
func (r *reader) Close() error {
	defer r.cancel()
	var err error
	if r.ended {
		err = r.rows.Close()
	} else {
		r.cancel()
	}
	return classify("close", errors.Join(unlessLost(err), unlessLost(r.conn.Close())))
}

// unlessLost drops errors that say that a connection is closed.
func unlessLost(err error) error {
	if errors.Is(err, context.Canceled) || isConnectionError(err) {
		return nil
	}
	return err
}
