package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// session works on the tables of one group.
type session struct {
	d        *Database
	group    *plan.Group
	settings run.Settings
	c        *sql.Conn
	locks    []*lock
	ledger   bool
	targets  map[*plan.Load]*target
}

// Open implements run.Destination.
func (d *Database) Open(ctx context.Context, g *plan.Group, st run.Settings) (run.Session, error) {
	s := &session{d: d, group: g, settings: st, targets: map[*plan.Load]*target{}}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *session) open(ctx context.Context) (err error) {
	for _, l := range s.group.Loads {
		if l.Table == nil {
			return fmt.Errorf("%s: table %s does not exist", l.Name(), l.Spec.Table)
		}
		if s.targets[l], err = newTarget(l, s.d.opts.TimeZone, s.settings.Now); err != nil {
			return err
		}
	}
	if !s.settings.ReadOnly {
		if err := s.lockAll(ctx); err != nil {
			return err
		}
	}
	if s.c, err = s.d.conn(ctx); err != nil {
		return err
	}
	return s.ensureLedger(ctx)
}

// lockAll takes one lock per table, in one order for everybody.
func (s *session) lockAll(ctx context.Context) error {
	var tables []string
	seen := map[string]bool{}
	for _, l := range s.group.Loads {
		if low := strings.ToLower(l.Table.Name); !seen[low] {
			seen[low] = true
			tables = append(tables, low)
		}
	}
	sort.Strings(tables)
	for _, t := range tables {
		l, err := s.d.lock(ctx, t, s.settings.RunID)
		if err != nil {
			return s.d.locked(ctx, t, err)
		}
		s.locks = append(s.locks, l)
	}
	return nil
}

// Close implements run.Session.
func (s *session) Close() error {
	var err error
	if s.c != nil {
		if e := s.c.Close(); e != nil && !errors.Is(e, sql.ErrConnDone) {
			err = classify("close", e)
		}
	}
	for _, l := range s.locks {
		err = errors.Join(err, l.Close())
	}
	s.c, s.locks = nil, nil
	return err
}

// Schema implements run.Session.
func (s *session) Schema(ctx context.Context) (*destination.Schema, error) {
	return readSchema(ctx, s.c)
}

// Count implements run.Session.
func (s *session) Count(ctx context.Context, l *plan.Load) (int64, error) {
	t := s.targets[l]
	q := "SELECT COUNT(*) FROM " + t.table + " t WHERE " + t.scope
	if t.soft != "" {
		q += " AND t." + quote(t.soft) + " IS NULL"
	}
	var n int64
	err := s.c.QueryRowContext(ctx, q).Scan(&n)
	return n, classify("count rows of "+l.Spec.Table, err)
}

// Encoder implements run.Session.
func (s *session) Encoder(l *plan.Load) (run.Encoder, error) { return s.targets[l], nil }

// Rows implements run.Session. It reads through a connection of its own.
//
// A reader of a database in WAL mode is in nobody's way. In other modes nobody
// can write while it reads, and it reads as long as the model comes: so the
// rows are copied first, which takes a moment.
func (s *session) Rows(ctx context.Context, l *plan.Load) (_ run.Stream, err error) {
	t := s.targets[l]
	st := &stream{t: t}
	if st.c, err = s.d.conn(ctx); err != nil {
		return nil, err
	}
	op := "read " + l.Spec.Table
	q := t.selectRows()
	if !s.d.wal {
		var names, as []string
		width := len(t.codecs)
		if t.soft != "" {
			width++
		}
		for i := range width {
			names = append(names, fmt.Sprintf("c%d", i))
			as = append(as, fmt.Sprintf("+c%d", i))
		}
		if _, err := st.c.ExecContext(ctx, "CREATE TEMP TABLE _impact_rows AS WITH r ("+strings.Join(names, ", ")+") AS ("+q+") SELECT * FROM r"); err != nil {
			return nil, errors.Join(classify(op, err), st.c.Close())
		}
		q = "SELECT " + strings.Join(as, ", ") + " FROM temp._impact_rows ORDER BY rowid"
	}
	ctx, st.cancel = context.WithCancel(ctx)
	if st.rows, err = st.c.QueryContext(ctx, q); err != nil { //nolint:rowserrcheck // Next does
		st.cancel()
		return nil, errors.Join(classify(op, err), st.c.Close())
	}
	return st, nil
}

// stream reads rows of a table.
type stream struct {
	c      *sql.Conn
	rows   *sql.Rows
	cancel context.CancelFunc
	t      *target
	v, ptr []any
	row    run.Row
}

// Next implements run.Stream.
func (st *stream) Next(ctx context.Context) (run.Row, error) {
	op := "read " + st.t.load.Spec.Table
	if !st.rows.Next() {
		if err := st.rows.Err(); err != nil {
			return nil, classify(op, err)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	if st.row == nil {
		names, err := st.rows.Columns()
		if err != nil {
			return nil, classify(op, err)
		}
		st.v, st.ptr, st.row = make([]any, len(names)), make([]any, len(names)), make(run.Row, len(names))
		for i := range st.v {
			st.ptr[i] = &st.v[i]
		}
	}
	if err := st.rows.Scan(st.ptr...); err != nil {
		return nil, classify(op, err)
	}
	return st.row, st.t.decode(st.row, st.v, st.t.codecs)
}

// decode brings a row of SQLite into canonical form. In the key a value of
// another storage class cannot be compared with the others, as SQLite sorts it
// apart.
func (t *target) decode(row run.Row, v []any, codecs []codec) error {
	for i := range row {
		switch {
		case i < len(codecs):
			row[i] = codecs[i].decode(v[i])
		case v[i] != nil:
			row[i] = []byte("1") // marked as deleted
		default:
			row[i] = nil
		}
		if i < t.load.Keys && (row[i] == nil || foreign(row[i])) {
			return fmt.Errorf("%s: column %s of %s, a part of the key, has a value that is not of type %s: correct that row first",
				t.load.Name(), t.load.Columns[i].Name, t.load.Spec.Table, t.load.Columns[i].Type.Type)
		}
	}
	return nil
}

// Sorted implements run.Stream.
func (st *stream) Sorted() bool { return true }

// Close implements run.Stream. It does not read what is left.
func (st *stream) Close() error {
	st.cancel()
	err := st.rows.Close()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	if e := st.c.Close(); e != nil && !errors.Is(e, sql.ErrConnDone) {
		err = errors.Join(err, e)
	}
	return classify("close", err)
}
