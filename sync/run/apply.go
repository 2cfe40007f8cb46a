package run

import (
	"context"
	"errors"
)

// batchRows is the size of a batch: large enough for speed, small enough for a
// packet and a plan of the server.
const batchRows = 500

// apply writes everything in one transaction. A row that turns out to be bad when
// a part of it is written already, as when the row that it refers to does not come
// after all, has to stay as it was: then everything is rolled back and done again
// without it. See [tries].
func (u *unit) apply(ctx context.Context, s Session) error {
	t := newTries(u)
	for {
		a, err := t.next(s)
		if err == nil {
			err = a.once(ctx)
		}
		if err == nil || !t.again(a, err) {
			return err
		}
	}
}

// once is one transaction.
func (a *application) once(ctx context.Context) (err error) {
	u := a.u
	if a.tx, err = a.s.Begin(ctx); err != nil {
		return err
	}
	if err := a.steps(ctx); err != nil {
		return errors.Join(err, a.tx.Rollback())
	}
	var entries []Entry
	for i, w := range u.works {
		if w.settled {
			continue
		}
		e := u.entry(w)
		e.Inserted, e.Updated, e.Deleted = a.counts[i].Inserted, a.counts[i].Updated, a.counts[i].Deleted
		entries = append(entries, e)
	}
	if err := a.tx.Commit(ctx, entries); err != nil {
		return errors.Join(err, a.tx.Rollback())
	}
	for i, w := range u.works {
		if w.settled {
			continue
		}
		c := a.counts[i]
		w.counts.Inserted, w.counts.Updated, w.counts.Deleted, w.counts.Rechecked = c.Inserted, c.Updated, c.Deleted, c.Rechecked
		w.settled, w.status = true, StatusDone
	}
	return nil
}

func (u *unit) entry(w *work) Entry {
	return Entry{RunID: u.opts.RunID, Load: w.load.Name(), Table: w.load.Spec.Table, Mode: w.load.Spec.Mode.String(),
		Mapping: w.load.Mapping, DDL: w.ddl, Version: w.load.Model.Version,
		Started: u.started, Finished: u.opts.Now(), Read: w.counts.Read, Rejected: w.rejects.n,
		Inserted: w.counts.Inserted, Updated: w.counts.Updated, Deleted: w.counts.Deleted}
}

// application is one try to write a group.
type application struct {
	u      *unit
	s      Session
	tries  *tries
	tx     Tx
	counts []Counts
	// aside are the rows of each load that are bad, by [keyHash]: no further step
	// touches them. late are those of them that a step has touched before.
	aside []map[uint64]bool
	late  []late
	since int64 // rows since the last commit of a chunked load
}

// reject sets a row aside.
func (a *application) reject(i int, row Row, b Bad) error {
	w := a.u.works[i]
	if w.load.Keys > 0 {
		hash := keyHash(w.load, row)
		a.aside[i][hash] = true
		a.tries.miss(i, hash, row)
	}
	return w.rejects.add(w.load, row, b.Column, b.Code, b.Reason)
}

// left are the changes of a batch that are not set aside.
func (a *application) left(i int, batch []Change) []Change {
	if len(a.aside[i]) == 0 {
		return batch
	}
	var out []Change
	for _, c := range batch {
		if !a.aside[i][keyHash(a.u.works[i].load, c.Row)] {
			out = append(out, c)
		}
	}
	return out
}

// steps writes in the order that keeps foreign keys and unique indexes intact:
// tables that nobody refers to lose their rows first, so that what comes finds
// its unique values free; then parents before children; then references among
// the new rows; then rows that somebody may refer to until then.
func (a *application) steps(ctx context.Context) error {
	works := a.u.works
	for i := len(works) - 1; i >= 0; i-- {
		if !a.last(works[i]) {
			if err := a.step(ctx, i, StepDelete, &works[i].deletes); err != nil {
				return err
			}
		}
	}
	for i, w := range works {
		if a.last(w) && !soft(w.load) && a.parks(w) {
			if err := a.step(ctx, i, StepPark, &w.deletes); err != nil {
				return err
			}
		}
		if err := a.update(ctx, i); err != nil {
			return err
		}
		if err := a.step(ctx, i, StepInsert, &w.inserts); err != nil {
			return err
		}
	}
	for i, w := range works {
		if len(w.load.Deferred()) == 0 {
			continue
		}
		for _, s := range []*spool{&w.updates, &w.inserts} {
			if err := a.step(ctx, i, StepConnect, s); err != nil {
				return err
			}
		}
		if !soft(w.load) {
			if err := a.step(ctx, i, StepRelease, &w.deletes); err != nil {
				return err
			}
		}
	}
	for i := len(works) - 1; i >= 0; i-- {
		if a.last(works[i]) {
			if err := a.step(ctx, i, StepDelete, &works[i].deletes); err != nil {
				return err
			}
		}
	}
	for _, w := range works {
		if err := w.rejects.check(w.load); err != nil {
			return err
		}
	}
	if len(a.late) > 0 {
		return errHalfWritten
	}
	if a.tries.release(a) {
		return errReleased
	}
	return nil
}

// last reports whether rows are deleted at the end: others may refer to them.
func (a *application) last(w *work) bool {
	return w.load.Referenced || len(w.load.Deferred()) > 0
}

func (a *application) step(ctx context.Context, i int, step Step, s *spool) error {
	return a.stepOr(ctx, i, step, s, nil)
}

// stepOr is step with another way to deal with bad rows, which may take them.
func (a *application) stepOr(ctx context.Context, i int, step Step, s *spool, take func(Change, Bad) (bool, error)) error {
	w := a.u.works[i]
	if w.settled || s.n == 0 {
		return nil
	}
	c := &a.counts[i]
	p := a.u.progress(w, PhaseApply, w.deletes.n+w.updates.n+w.inserts.n)
	p.rows = c.Changed()
	return s.batches(batchRows, func(batch []Change) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.add(int64(len(batch)))
		if batch = a.left(i, batch); len(batch) == 0 {
			return nil
		}
		done, err := a.tx.Apply(ctx, w.load, step, batch)
		if err != nil {
			return err
		}
		c.Inserted += done.Inserted
		c.Updated += done.Updated
		c.Deleted += done.Deleted
		c.Rechecked += done.Rechecked
		for _, b := range done.Bad {
			if take != nil {
				if taken, err := take(batch[b.Index], b); err != nil {
					return err
				} else if taken {
					continue
				}
			}
			row := batch[b.Index].Row
			if step == StepConnect || (step == StepDelete && a.last(w) && !soft(w.load) && (a.parks(w) || len(w.load.Deferred()) > 0)) {
				a.late = append(a.late, late{i, row, b}) // what it refers to, or its unique values, are gone already
			}
			if err := a.reject(i, row, b); err != nil {
				return err
			}
		}
		if err := w.rejects.check(w.load); err != nil {
			return err
		}
		return a.chunk(ctx, w, int64(len(batch)))
	})
}

// chunk commits a part of a load that is not atomic.
func (a *application) chunk(ctx context.Context, w *work, rows int64) error {
	if !w.load.Spec.Chunked {
		return nil
	}
	a.since += rows
	if a.since < a.u.transactionRows(w.load) {
		return nil
	}
	a.since = 0
	if err := w.rejects.check(w.load); err != nil {
		return err
	}
	if err := a.tx.Commit(ctx, nil); err != nil {
		return err
	}
	tx, err := a.s.Begin(ctx)
	if err != nil {
		return err
	}
	a.tx = tx
	return nil
}
