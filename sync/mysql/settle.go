package mysql

import (
	"context"
	"errors"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// copyNames are the names of a table's copy and of the old table on its way
// out. They depend on the table only, so that whoever holds its lock can tell
// what a run that died has left.
func copyNames(t *destination.Table) (fresh, old string) {
	h := run.Digest(t.Database, t.Name)
	return "_impact_new_" + h, "_impact_old_" + h
}

// runMark is what the comment of a copy says of the run that made it. After the
// exchange the table carries it, which settles whether it took place.
const runMark = " impact:run="

func markOf(comment string) (plain, runID string) {
	plain, runID, _ = strings.Cut(comment, runMark)
	return plain, runID
}

// tidy takes the mark off the new table.
func (x *exchange) tidy(ctx context.Context) error {
	var comment string
	err := x.s.c.QueryRowContext(ctx, "SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
		x.load.Table.Database, x.load.Table.Name).Scan(&comment)
	if err != nil {
		return x.s.check("read "+x.load.Spec.Table, err)
	}
	plain, runID := markOf(comment)
	if runID == "" {
		return nil
	}
	err = x.exec(ctx, "tidy "+x.load.Spec.Table, "ALTER TABLE "+x.t.table+" COMMENT = "+literal(plain))
	if number(err) == 1205 {
		return nil // a reader is in the way; the next run does it
	}
	return err
}

// settleEntry turns an intent into what came of it.
func (s *session) settleEntry(ctx context.Context, runID string, l *plan.Load, status string) error {
	loads := s.book().Loads
	if status == entryDropped {
		_, err := s.c.ExecContext(ctx, "DELETE FROM "+loads+" WHERE run_id = ? AND load_id = ? AND status = ?", runID, run.LoadID(l), entrySwapping)
		return s.check("write the ledger", err)
	}
	now := time.Now().UTC()
	res, err := s.c.ExecContext(ctx, "UPDATE "+loads+" SET status = ?, finished_at = ? WHERE run_id = ? AND load_id = ? AND status = ?",
		status, run.LedgerTime(now), runID, run.LoadID(l), entrySwapping)
	if err != nil {
		return s.check("write the ledger", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return s.check("write the ledger", err)
	}
	return s.check("write the ledger", s.book().RecordRun(ctx, s.c, run.Entry{RunID: runID, Started: s.settings.Now, Finished: now}, 1))
}

// settle finishes what a run that died has left of a table: an exchange that
// took place is recorded, a copy that nobody will use is dropped. The lock of
// the table is held.
func (s *session) settle(ctx context.Context, l *plan.Load) error {
	x := &exchange{s: s, t: s.targets[l], load: l, db: s.d.workSchema(l)}
	x.fresh, x.old = copyNames(l.Table)
	_, runID := markOf(l.Table.Comment)
	live := map[string]string{}
	rows, err := s.c.QueryContext(ctx, "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_COMMENT FROM information_schema.TABLES WHERE (TABLE_SCHEMA = ? AND TABLE_NAME IN (?, ?)) OR (TABLE_SCHEMA = ? AND TABLE_NAME = ?)", //nolint:sqlclosecheck // eachRow does
		x.db, x.fresh, x.old, l.Table.Database, l.Table.Name)
	if err != nil {
		return s.check("look for what is left of earlier runs", err)
	}
	err = eachRow("look for what is left of earlier runs", rows, func() error {
		var db, name, comment string
		err := rows.Scan(&db, &name, &comment)
		live[name] = comment
		return err
	})
	if err != nil {
		s.lost = s.lost || errors.Is(err, run.ErrTransient)
		return err
	}
	if comment, ok := live[l.Table.Name]; ok {
		_, runID = markOf(comment)
	}
	_, freshLeft := live[x.fresh]
	_, oldLeft := live[x.old]
	if runID == "" && !freshLeft && !oldLeft {
		return nil
	}
	if runID != "" && oldLeft {
		why, err := x.lost(ctx, "")
		if err != nil {
			return err
		}
		if why != "" {
			if err := x.back(ctx); err != nil {
				return err
			}
			runID, freshLeft = "", true
		}
	}
	if runID != "" {
		if err := s.settleEntry(ctx, runID, l, run.EntryDone); err != nil {
			return err
		}
		if err := x.tidy(ctx); err != nil {
			return err
		}
	}
	if freshLeft {
		if err := x.drop(ctx, x.fresh); err != nil {
			return err
		}
	}
	// An intent that is left now did not take place.
	_, err = s.c.ExecContext(ctx, "DELETE FROM "+s.book().Loads+" WHERE load_id = ? AND status = ?", run.LoadID(l), entrySwapping)
	return s.check("write the ledger", err)
}
