package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// Swap implements run.Swapper: all rows of a table give way to others, in one
// transaction. The plan asks for it only where nothing refers to the table and
// the load owns all of it.
//
// The rows are gathered in a temporary table first. The source may be slow, and
// nobody else could write to the file meanwhile.
func (s *session) Swap(ctx context.Context, l *plan.Load, rows run.RowReader, e run.Entry) (done run.Applied, err error) {
	x := &exchange{s: s, t: s.targets[l], load: l}
	n, err := x.gather(ctx, rows)
	defer func() {
		_, e := s.c.ExecContext(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS temp._impact_new")
		err = errors.Join(err, classify("tidy", e))
	}()
	if err != nil {
		return done, err
	}
	begun, err := s.Begin(ctx)
	if err != nil {
		return done, err
	}
	t, ok := begun.(*tx)
	if !ok {
		return done, errors.New("begin: not a transaction of ours")
	}
	x.tx = t
	if err = x.exchange(ctx, n, e.Deleted == 0); err == nil {
		done = x.done
		if len(done.Bad) > 0 && l.Spec.OnBadRow == destination.FailOnBadRow {
			return done, t.Rollback() // the rows are named, and the load fails for them
		}
		e.Inserted, e.Read, e.Rejected, e.Finished = done.Inserted, n, int64(len(done.Bad)), time.Now()
		err = t.Commit(ctx, []run.Entry{e})
	}
	if err != nil {
		return run.Applied{Bad: x.done.Bad}, errors.Join(err, t.Rollback())
	}
	return done, nil
}

// exchange is one swap.
type exchange struct {
	s    *session
	t    *target
	load *plan.Load
	tx   *tx
	done run.Applied
}

func (x *exchange) op() string { return "load " + x.load.Spec.Table }

// gather fills the temporary table. Its columns have no types, so that values
// stay what they are.
func (x *exchange) gather(ctx context.Context, rows run.RowReader) (n int64, err error) {
	c := x.s.c
	cols := make([]string, len(x.load.Columns))
	for i := range cols {
		cols[i] = fmt.Sprintf("c%d", i)
	}
	for _, q := range []string{
		"DROP TABLE IF EXISTS temp._impact_new",
		"CREATE TEMP TABLE _impact_new (" + strings.Join(cols, ", ") + ")",
		"BEGIN",
	} {
		if _, err := c.ExecContext(ctx, q); err != nil {
			return 0, classify(x.op(), err)
		}
	}
	quiet := context.WithoutCancel(ctx)
	defer func() {
		end := "COMMIT"
		if err != nil {
			end = "ROLLBACK"
		}
		_, e := c.ExecContext(quiet, end)
		err = errors.Join(err, classify(x.op(), e))
	}()
	st, err := c.PrepareContext(quiet, "INSERT INTO temp._impact_new VALUES ("+marks(len(cols))+")")
	if err != nil {
		return 0, classify(x.op(), err)
	}
	defer func() { err = errors.Join(err, classify(x.op(), st.Close())) }()
	args := make([]any, len(cols))
	for {
		r, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		for i := range args {
			args[i] = x.t.raw[i].param(r[i])
		}
		if _, err := st.ExecContext(quiet, args...); err != nil {
			return n, classify(x.op(), err)
		}
		n++
	}
}

// exchange takes the old rows out and the new ones in. empty says that the table
// had no rows when it was looked at.
func (x *exchange) exchange(ctx context.Context, n int64, empty bool) error {
	if empty {
		var one int64
		err := x.s.c.QueryRowContext(ctx, "SELECT 1 FROM "+x.t.table+" LIMIT 1").Scan(&one)
		if err == nil {
			return run.Transient(fmt.Errorf("%s: somebody added rows to %s, which was empty", x.load.Name(), x.load.Spec.Table))
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return classify(x.op(), err)
		}
	}
	if _, err := x.tx.exec(ctx, x.op(), "DELETE FROM "+x.t.table, nil); err != nil {
		return err
	}
	for from := int64(1); from <= n; from += exchangeRows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := x.move(ctx, from, min(from+exchangeRows-1, n)); err != nil {
			return err
		}
	}
	return nil
}

// exchangeRows is how many rows are moved by one statement: between two of them
// a run can be cancelled.
const exchangeRows = 10_000

// move copies a range of the gathered rows into the table. Rows that it refuses
// are found by halving the range.
func (x *exchange) move(ctx context.Context, from, to int64) error {
	values := make([]string, 0, len(x.load.Columns))
	var args []any
	for i := range x.load.Columns {
		values = append(values, fmt.Sprintf("c%d", i))
	}
	for _, s := range x.t.stamps {
		values = append(values, "?")
		args = append(args, x.t.now[strings.ToLower(s)])
	}
	q := "INSERT OR ABORT INTO " + x.t.table + " (" + strings.Join(x.t.columns(), ", ") + ") SELECT " + strings.Join(values, ", ") +
		" FROM temp._impact_new WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
	var n int64
	err := x.tx.atomic(ctx, x.op(), func() (err error) {
		n, err = x.tx.exec(ctx, x.op(), q, append(args, from, to))
		return err
	})
	if err == nil {
		if n != to-from+1 {
			return fmt.Errorf("%s: %d rows were to be added to %s, but %d were", x.load.Name(), to-from+1, x.load.Spec.Table, n)
		}
		x.done.Inserted += n
		return nil
	}
	b, ok := blame(err)
	switch {
	case !ok:
		return err
	case from < to:
		mid := (from + to) / 2
		if err := x.move(ctx, from, mid); err != nil {
			return err
		}
		return x.move(ctx, mid+1, to)
	}
	if b.Key, err = x.key(ctx, from); err != nil {
		return err
	}
	x.done.Bad = append(x.done.Bad, b)
	if len(x.done.Bad) > badRows {
		return &run.BadRowsError{Load: x.load.Name(), Count: int64(len(x.done.Bad)), First: b.Code + ": " + b.Reason}
	}
	return nil
}

// badRows bounds what is remembered of a table that takes none of the rows.
const badRows = 10_000

// key reads the key of a gathered row.
func (x *exchange) key(ctx context.Context, id int64) (run.Row, error) {
	if x.load.Keys == 0 {
		return nil, nil
	}
	cols := make([]string, x.load.Keys)
	for i := range cols {
		cols[i] = fmt.Sprintf("+c%d", i)
	}
	row := make(run.Row, len(cols))
	err := each(ctx, x.s.c, x.op(), "SELECT "+strings.Join(cols, ", ")+" FROM temp._impact_new WHERE rowid = ?", []any{id}, func(v []any) error {
		for i := range row {
			row[i] = x.t.raw[i].decode(v[i])
		}
		return nil
	})
	return row, err
}
