package run

import (
	"context"
	"errors"
)

// parks reports whether rows of a load can give up their unique values for a
// while. In several transactions a reader would see it.
func (a *application) parks(w *work) bool {
	_, ok := a.tx.(Saver)
	return ok && len(w.load.Park) > 0 && !w.load.Spec.Chunked
}

// update changes rows. Rows may take unique values from each other: one that
// finds its value taken is tried again once the others are changed, and where
// rows exchange values in a circle, all of them give theirs up first. A row that
// is still refused then meets a row that is not to change: it is bad.
func (a *application) update(ctx context.Context, i int) (err error) {
	w := a.u.works[i]
	if w.settled || w.updates.n == 0 {
		return nil
	}
	if len(w.load.Unique) == 0 {
		return a.step(ctx, i, StepUpdate, &w.updates)
	}
	left := &spool{dir: a.u.opts.TempDir}
	defer func() { err = errors.Join(err, left.close()) }()
	if err := a.stepOr(ctx, i, StepUpdate, &w.updates, keep(left)); err != nil {
		return err
	}
	for left.n > 0 {
		before := left.n
		if left, err = a.again(ctx, i, left); err != nil {
			return err
		}
		if left.n == before {
			break
		}
	}
	for left.n > 0 && a.parks(w) {
		before := left.n
		if left, err = a.exchange(ctx, i, left); err != nil {
			return err
		}
		if left.n == before {
			break
		}
	}
	if left.n == 0 {
		return nil
	}
	return a.stepOr(ctx, i, StepUpdate, left, func(c Change, b Bad) (bool, error) {
		if b.Code != CodeDuplicate || a.parks(w) {
			return false, nil
		}
		b.Reason += ". Rows that exchange values of an index need a column of it that may be NULL, and one transaction"
		return true, a.reject(i, c.Row, b)
	})
}

// CodeDuplicate is the code of a bad row that meets another one in a unique
// index.
const CodeDuplicate = "duplicate"

// keep takes rows that meet another one in a unique index.
func keep(s *spool) func(Change, Bad) (bool, error) {
	return func(c Change, b Bad) (bool, error) {
		if b.Code != CodeDuplicate {
			return false, nil
		}
		c.Old = 0 // what was compared may not be there any more
		return true, s.add(c)
	}
}

// again tries rows once more and returns those that are still refused. It closes
// what it was given.
func (a *application) again(ctx context.Context, i int, rows *spool) (*spool, error) {
	left := &spool{dir: a.u.opts.TempDir}
	err := a.stepOr(ctx, i, StepUpdate, rows, keep(left))
	return left, errors.Join(err, rows.close())
}

// exchange lets rows give up their unique values and then take the new ones.
// Where some are refused even so, everything is as before, without those: they
// are bad rows, and keep what they have. It returns the rows that are still to
// be changed.
func (a *application) exchange(ctx context.Context, i int, rows *spool) (*spool, error) {
	w, saver := a.u.works[i], a.tx.(Saver)
	if err := saver.Save(ctx); err != nil {
		return rows, err
	}
	counts, known := a.counts[i], len(w.rejects.list)
	if err := a.step(ctx, i, StepPark, rows); err != nil {
		return rows, err
	}
	a.counts[i] = counts
	bad := map[uint64]Bad{}
	refused := &spool{dir: a.u.opts.TempDir}
	err := a.stepOr(ctx, i, StepUpdate, rows, func(c Change, b Bad) (bool, error) {
		bad[keyHash(w.load, c.Row)] = b
		return true, nil
	})
	if err != nil || len(bad) == 0 {
		return refused, errors.Join(err, rows.close())
	}
	if err := saver.Restore(ctx); err != nil {
		return rows, err
	}
	a.counts[i] = counts
	w.rejects.truncate(known)
	err = rows.batches(batchRows, func(batch []Change) error {
		for _, c := range batch {
			b, ok := bad[keyHash(w.load, c.Row)]
			if !ok {
				if err := refused.add(c); err != nil {
					return err
				}
				continue
			}
			if err := a.reject(i, c.Row, b); err != nil {
				return err
			}
		}
		return w.rejects.check(w.load)
	})
	return refused, errors.Join(err, rows.close())
}
