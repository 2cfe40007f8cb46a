package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// session works on the tables of one group. Locks and the transaction share a
// connection: when it dies, the server gives up both.
type session struct {
	d        *Database
	group    *plan.Group
	settings run.Settings
	c        *sql.Conn
	id       int64
	extra    []*sql.Conn // further locks, for servers with one lock a connection
	ids      []int64
	ledger   string
	packet   int64
	infile   bool
	targets  map[*plan.Load]*target
	lost     bool
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
	if s.c, err = s.d.conn(ctx); err != nil {
		return err
	}
	var infile, readOnly string
	if err := s.c.QueryRowContext(ctx, "SELECT CONNECTION_ID(), @@max_allowed_packet, @@local_infile, @@read_only").Scan(&s.id, &s.packet, &infile, &readOnly); err != nil {
		return s.check("prepare session", err)
	}
	if !s.settings.ReadOnly && isReadOnly(readOnly) {
		// It stops everybody but administrators: a replica would no longer be one.
		return &ServerError{Op: "open " + s.group.Destination, Number: errReadOnly, Text: serverErrors[errReadOnly]}
	}
	s.infile = infile == "1" && !s.d.opts.InsertOnly
	for _, l := range s.group.Loads {
		if l.Table == nil {
			return fmt.Errorf("%s: table %s does not exist", l.Name(), l.Spec.Table)
		}
		t, err := newTarget(l, s.d.opts.TimeZone, s.settings.Now)
		if err != nil {
			return err
		}
		s.targets[l] = t
	}
	if !s.settings.ReadOnly {
		if err := s.lockAll(ctx); err != nil {
			return err
		}
	}
	if err := s.ensureLedger(ctx); err != nil {
		return err
	}
	if s.settings.ReadOnly {
		return nil
	}
	for _, l := range s.group.Loads {
		if err := s.settle(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// isReadOnly reads the server's variable read_only, of which some have grades.
func isReadOnly(v string) bool { return v != "0" && !strings.EqualFold(v, "OFF") }

// lockName is short: servers limit it to 64 characters.
func lockName(database, table string) string { return "impact:" + run.Digest(database, table) }

// lockAll takes one lock per table, in one order for everybody.
func (s *session) lockAll(ctx context.Context) error {
	type named struct{ name, table string }
	var locks []named
	seen := map[string]bool{}
	for _, l := range s.group.Loads {
		n := named{lockName(l.Table.Database, l.Table.Name), l.Spec.Table}
		if !seen[n.name] {
			seen[n.name] = true
			locks = append(locks, n)
		}
	}
	sort.Slice(locks, func(i, j int) bool { return locks[i].name < locks[j].name })
	for i, n := range locks {
		c := s.c
		if i > 0 && !s.d.version.severalLocks() {
			extra, err := s.d.conn(ctx)
			if err != nil {
				return err
			}
			s.extra = append(s.extra, extra)
			var id int64
			if err := extra.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&id); err != nil {
				return s.check("lock", err)
			}
			s.ids = append(s.ids, id)
			c = extra
		}
		if err := s.lock(ctx, c, n.name, n.table); err != nil {
			return err
		}
	}
	return nil
}

// lockWait is how many seconds a lock is waited for that a connection of ours
// holds which is lost: so long the server may take to notice.
const lockWait = 5

func (s *session) lock(ctx context.Context, c *sql.Conn, name, table string) error {
	for try := range 3 {
		wait := 0
		if try > 0 {
			wait = lockWait
		}
		var got, holder sql.NullInt64
		if err := c.QueryRowContext(ctx, "SELECT GET_LOCK(?, ?)", name, wait).Scan(&got); err != nil {
			return s.check("lock "+table, err)
		}
		if !got.Valid {
			return fmt.Errorf("lock %s: the server could not do it", table)
		}
		if got.Int64 == 1 {
			return nil
		}
		if err := c.QueryRowContext(ctx, "SELECT IS_USED_LOCK(?)", name).Scan(&holder); err != nil {
			return s.check("lock "+table, err)
		}
		if holder.Valid && !s.d.gaveUp(holder.Int64) {
			return &run.LockedError{Table: table, Holder: fmt.Sprintf("connection %d of the server", holder.Int64)}
		}
		// Ours, but we have lost it. As long as it lives, nobody knows whether
		// its transaction will be committed. It is ended only where the server
		// does not notice by itself.
		if try == 1 && holder.Valid {
			if err := s.d.kill(ctx, c, holder.Int64); err != nil {
				return err
			}
		}
	}
	return &run.LockedError{Table: table, Holder: "a connection of this run that the server has not given up yet"}
}

// kill ends a connection. One that has ended meanwhile is no error.
func (d *Database) kill(ctx context.Context, c *sql.Conn, id int64) error {
	if _, err := c.ExecContext(ctx, fmt.Sprintf("KILL CONNECTION %d", id)); err != nil && number(err) != 1094 {
		return classify("end a lost connection", err)
	}
	return nil
}

// check classifies an error and remembers a lost connection.
func (s *session) check(op string, err error) error {
	out := classify(op, err)
	if out != nil && isConnectionError(err) {
		s.lost = true
	}
	return out
}

// Close implements run.Session.
func (s *session) Close() error {
	for _, id := range append(s.ids, s.id) {
		if id != 0 {
			s.d.giveUp(id)
		}
	}
	var err error
	for _, c := range append(s.extra, s.c) {
		if c == nil {
			continue
		}
		if !s.lost {
			// The lock is free when Close returns, not when the server gets to it.
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			for _, l := range s.group.Loads {
				if _, e := c.ExecContext(ctx, "DO RELEASE_LOCK(?)", lockName(l.Table.Database, l.Table.Name)); e != nil {
					break // closing the connection frees it too
				}
			}
			cancel()
		}
		if e := c.Close(); e != nil && !isConnectionError(e) && !errors.Is(e, sql.ErrConnDone) {
			err = errors.Join(err, classify("close", e))
		}
	}
	s.c, s.extra = nil, nil
	return err
}

// Schema implements run.Session.
func (s *session) Schema(ctx context.Context) (*destination.Schema, error) {
	return s.d.readSchema(ctx, s.c)
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
	return n, s.check("count rows of "+l.Spec.Table, err)
}

// Encoder implements run.Session.
func (s *session) Encoder(l *plan.Load) (run.Encoder, error) { return s.targets[l], nil }

// Rows implements run.Session. It reads through a connection of its own.
func (s *session) Rows(ctx context.Context, l *plan.Load) (run.Stream, error) {
	r, err := s.d.reader(ctx, s.targets[l])
	if err != nil {
		return nil, err
	}
	return r, nil
}
