package run

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// swap loads a copy of the table and exchanges the two.
func (u *unit) swap(ctx context.Context, s Session, w *work) (err error) {
	if w.same {
		return u.apply(ctx, s) // writes the ledger only
	}
	swapper, ok := s.(Swapper)
	if !ok {
		return fmt.Errorf("%s: destination %s cannot exchange tables", w.load.Name(), u.group.Destination)
	}
	owned := w.counts.Owned
	err = u.swapOnce(ctx, swapper, w, false)
	if errors.Is(err, errUnsorted) {
		err = u.swapOnce(ctx, swapper, w, true)
	}
	if err != nil {
		return err
	}
	w.counts.Owned = owned
	w.settled, w.status = true, StatusDone
	return nil
}

func (u *unit) swapOnce(ctx context.Context, s Swapper, w *work, sortHere bool) (err error) {
	w.rejects = rejects{max: u.opts.MaxRejects}
	im, next, done, err := u.openModel(ctx, w, sortHere)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	r := &swapRows{u: u, w: w, im: im, next: next, progress: u.progress(w, PhaseSwap, w.load.Model.Rows)}
	owned := w.counts.Owned
	w.counts = Counts{Owned: owned}
	e := u.entry(w)
	e.Deleted = owned
	applied, err := s.Swap(ctx, w.load, r, e)
	for _, b := range applied.Bad {
		if err := w.rejects.add(w.load, b.Key, b.Column, b.Code, b.Reason); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if err := w.rejects.check(w.load); err != nil {
		return err // the session has left the table as it was
	}
	w.counts.Read = r.im.read
	w.counts.Inserted, w.counts.Deleted = applied.Inserted, owned
	return nil
}

// swapRows delivers the good rows, and refuses to end where the load must not
// be exchanged.
type swapRows struct {
	u        *unit
	w        *work
	im       *images
	next     func(context.Context) (item, error)
	progress *progress
}

// Next returns the next good row.
func (r *swapRows) Next(ctx context.Context) (Row, error) {
	for {
		it, err := r.next(ctx)
		if errors.Is(err, io.EOF) {
			if err := r.w.rejects.check(r.w.load); err != nil {
				return nil, err
			}
			if want := r.w.load.Spec.Guard.MinRows; r.im.read < want && !r.u.approved() {
				return nil, &GuardError{ID: GuardMinRows, Load: r.w.load.Name(),
					Message: fmt.Sprintf("the model has %d rows, guard.min_rows asks for %d", r.im.read, want)}
			}
			return nil, io.EOF
		}
		if err != nil {
			return nil, err
		}
		r.progress.step()
		if !it.bad {
			return it.row[:len(r.w.load.Columns)], nil
		}
	}
}
