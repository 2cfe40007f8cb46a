package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// Swap implements run.Swapper.
func (s *session) Swap(ctx context.Context, l *plan.Load, rows run.RowReader, e run.Entry) (done run.Applied, err error) {
	x := &exchange{s: s, t: s.targets[l], load: l, db: s.d.workSchema(l), strict: !s.infile || l.Spec.OnBadRow == destination.RejectBadRow}
	x.fresh, x.old = copyNames(l.Table)
	defer func() {
		if err != nil && !x.exchanged && !s.lost {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
			defer cancel()
			// One lacking right may be behind both: it is said once.
			if left := x.drop(ctx, x.fresh); left != nil && left.Error() != err.Error() {
				err = errors.Join(err, left)
			}
		}
	}()
	if err := x.create(ctx); err != nil {
		return done, err
	}
	done, err = x.fill(ctx, rows)
	if err != nil || (len(done.Bad) > 0 && l.Spec.OnBadRow == destination.FailOnBadRow) {
		if err == nil {
			err = x.drop(ctx, x.fresh)
		}
		return done, err
	}
	if err := x.finish(ctx, e.RunID); err != nil {
		return done, err
	}
	if err := x.verify(ctx, done.Inserted, e.Deleted); err != nil {
		return done, err
	}
	e.Inserted, e.Read, e.Rejected, e.Finished = done.Inserted, done.Inserted+int64(len(done.Bad)), int64(len(done.Bad)), time.Now()
	return done, x.exchange(ctx, e)
}

// exchange is one swap.
type exchange struct {
	s          *session
	t          *target
	load       *plan.Load
	db         string // of the copy
	fresh, old string
	strict     bool // INSERT with exact errors instead of LOAD DATA
	keys       []string
	was        string        // definition of the table when it was copied
	next       sql.NullInt64 // the next generated id then
	exchanged  bool
}

func (x *exchange) exec(ctx context.Context, op, q string, args ...any) error {
	_, err := x.s.c.ExecContext(ctx, q, args...)
	return x.s.check(op, err)
}

func (x *exchange) drop(ctx context.Context, name string) error {
	return x.exec(ctx, "drop "+name, "DROP TABLE IF EXISTS "+qualified(x.db, name))
}

// secondary finds the keys that can be added after the rows: the lines of SHOW
// CREATE TABLE say exactly what they are.
var secondary = regexp.MustCompile("^\\s*((?:UNIQUE |FULLTEXT |SPATIAL )?KEY (`(?:[^`]|``)+`) .*?),?$")

// create makes the copy, without the indexes that are cheaper to add later.
func (x *exchange) create(ctx context.Context) error {
	// Old tables have zeros as default days, which may be copied though not
	// written: rows come through connections of their own.
	if err := x.exec(ctx, "prepare session", "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO'"); err != nil {
		return err
	}
	if err := x.drop(ctx, x.fresh); err != nil {
		return err
	}
	var err error
	if x.was, err = x.asItWas(ctx, x.load.Table.Database, x.load.Table.Name); err != nil {
		return err
	}
	schema, err := x.s.Schema(ctx)
	if err != nil {
		return err
	}
	if plan.TableHash(x.load, schema) != x.load.DDL {
		// The next attempt says what that means.
		return run.Transient(fmt.Errorf("%s: %s was changed after it was looked at", x.load.Name(), x.load.Spec.Table))
	}
	if err := x.exec(ctx, "copy "+x.load.Spec.Table, "CREATE TABLE "+qualified(x.db, x.fresh)+" LIKE "+x.t.table); err != nil {
		return err
	}
	// Ids that were given once are not given again: something may remember them.
	if x.next, err = x.nextID(ctx); err != nil {
		return err
	}
	if x.next.Valid {
		if err := x.exec(ctx, "copy "+x.load.Spec.Table, "ALTER TABLE "+qualified(x.db, x.fresh)+" AUTO_INCREMENT = "+strconv.FormatInt(x.next.Int64, 10)); err != nil {
			return err
		}
	}
	return x.dropIndexes(ctx)
}

// dropIndexes drops the secondary indexes of the copy, and keeps their clauses:
// they are added once the rows are there. Where one of them is needed before, all
// stay.
func (x *exchange) dropIndexes(ctx context.Context) error {
	if len(x.load.Table.PrimaryKey) == 0 || x.load.Spec.OnBadRow == destination.RejectBadRow {
		return nil // one of the indexes orders the table, or finds the rows to reject
	}
	for i := range x.load.Table.Columns {
		if c := &x.load.Table.Columns[i]; c.AutoIncrement && !strings.EqualFold(c.Name, x.load.Table.PrimaryKey[0]) {
			return nil // the column needs the index that it has
		}
	}
	var name, ddl string
	if err := x.s.c.QueryRowContext(ctx, "SHOW CREATE TABLE "+qualified(x.db, x.fresh)).Scan(&name, &ddl); err != nil {
		return x.s.check("copy "+x.load.Spec.Table, err)
	}
	var drops []string
	for _, line := range strings.Split(ddl, "\n") {
		if m := secondary.FindStringSubmatch(line); m != nil {
			x.keys = append(x.keys, m[1])
			drops = append(drops, "DROP KEY "+m[2])
		}
	}
	if len(drops) == 0 {
		return nil
	}
	return x.exec(ctx, "copy "+x.load.Spec.Table, "ALTER TABLE "+qualified(x.db, x.fresh)+" "+strings.Join(drops, ", "))
}

// nextID is the next id that the table will generate; not valid where it does
// not generate any.
func (x *exchange) nextID(ctx context.Context) (next sql.NullInt64, err error) {
	err = x.s.c.QueryRowContext(ctx, "SELECT AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
		x.load.Table.Database, x.load.Table.Name).Scan(&next)
	return next, x.s.check("copy "+x.load.Spec.Table, err)
}

// generates reports whether the rows of the copy get ids that the load does not
// supply.
func (x *exchange) generates() bool {
	for i := range x.load.Table.Columns {
		if c := &x.load.Table.Columns[i]; c.AutoIncrement {
			return !slices.ContainsFunc(x.load.Columns, func(w plan.Column) bool { return w.Name == c.Name })
		}
	}
	return false
}

// finish adds the indexes, the mark of the run, and the next generated id.
func (x *exchange) finish(ctx context.Context, runID string) error {
	var comment string
	err := x.s.c.QueryRowContext(ctx, "SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
		x.load.Table.Database, x.load.Table.Name).Scan(&comment)
	if err != nil {
		return x.s.check("copy "+x.load.Spec.Table, err)
	}
	next, err := x.nextID(ctx)
	if err != nil {
		return err
	}
	if next != x.next && x.generates() {
		return run.Transient(fmt.Errorf("%s: somebody added rows to %s, and rows of the copy have their ids", x.load.Name(), x.load.Spec.Table))
	}
	plain, _ := markOf(comment)
	var alter []string
	for _, k := range x.keys {
		alter = append(alter, "ADD "+k)
	}
	if next.Valid {
		alter = append(alter, "AUTO_INCREMENT = "+strconv.FormatInt(next.Int64, 10))
	}
	alter = append(alter, "COMMENT = "+literal(plain+runMark+runID))
	err = x.exec(ctx, "index the copy of "+x.load.Spec.Table, "ALTER TABLE "+qualified(x.db, x.fresh)+" "+strings.Join(alter, ", "))
	if b, ok := badRow(err); ok && b.Code == "duplicate" {
		return &run.BadRowsError{Load: x.load.Name(), Count: 1, First: b.Reason}
	}
	return err
}

// literal quotes a text for the places where a grammar takes no expression. Our
// sql_mode has backslash escapes.
func literal(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(s) + "'"
}

// verify counts once more before anything is exchanged.
func (x *exchange) verify(ctx context.Context, want, owned int64) error {
	var n int64
	if err := x.s.c.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+qualified(x.db, x.fresh)).Scan(&n); err != nil {
		return x.s.check("count the copy of "+x.load.Spec.Table, err)
	}
	if n != want {
		return fmt.Errorf("%s: %d rows were sent to the copy of %s, but it has %d", x.load.Name(), want, x.load.Spec.Table, n)
	}
	if owned > 0 {
		return nil
	}
	return x.stillEmpty(ctx, x.t.table)
}

// stillEmpty makes sure that a table that was empty has no rows that nobody
// has looked at.
func (x *exchange) stillEmpty(ctx context.Context, table string) error {
	var one int
	err := x.s.c.QueryRowContext(ctx, "SELECT 1 FROM "+table+" LIMIT 1").Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return x.s.check("read "+x.load.Spec.Table, err)
	}
	return run.Transient(fmt.Errorf("%s: somebody added rows to %s, which was empty", x.load.Name(), x.load.Spec.Table))
}

// exchange writes the intent, renames, and settles it.
func (x *exchange) exchange(ctx context.Context, e run.Entry) error {
	if err := x.s.book().Record(ctx, x.s.c, x.s.group, entrySwapping, []run.Entry{e}); err != nil {
		return x.s.check("write the ledger", err)
	}
	if err := x.rename(ctx, x.t.table, qualified(x.db, x.old), qualified(x.db, x.fresh), x.t.table); err != nil {
		return errors.Join(err, x.s.settleEntry(ctx, e.RunID, x.load, entryDropped))
	}
	x.exchanged = true
	if e.Deleted == 0 {
		if err := x.stillEmpty(ctx, qualified(x.db, x.old)); err != nil {
			return errors.Join(err, x.back(ctx), x.s.settleEntry(ctx, e.RunID, x.load, entryDropped))
		}
	}
	why, err := x.lost(ctx, x.was)
	if err != nil {
		return err // whoever comes next settles it
	}
	if why != "" {
		err := run.Transient(fmt.Errorf("%s: while %s was loaded %s: it is as it was", x.load.Name(), x.load.Spec.Table, why))
		return errors.Join(err, x.back(ctx), x.s.settleEntry(ctx, e.RunID, x.load, entryDropped))
	}
	if err := x.s.settleEntry(ctx, e.RunID, x.load, run.EntryDone); err != nil {
		return err
	}
	return x.tidy(ctx)
}

// rename exchanges two tables in one statement. It waits behind readers that are
// open, and new readers queue behind it: so it gives up after two seconds, lets
// them pass, and tries again.
func (x *exchange) rename(ctx context.Context, a, aTo, b, bTo string) error {
	q := "RENAME TABLE " + a + " TO " + aTo + ", " + b + " TO " + bTo
	for try := 1; ; try++ {
		err := x.exec(ctx, "exchange "+x.load.Spec.Table, q)
		if number(err) != 1205 || try == renameTries {
			return err
		}
		if err := run.Sleep(ctx, time.Duration(try)*300*time.Millisecond); err != nil {
			return err
		}
	}
}

const renameTries = 6

// rollbackTimeout bounds the clean-up after a failure.
const rollbackTimeout = 10 * time.Second
