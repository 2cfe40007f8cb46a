package run

import (
	"context"
	"errors"
	"io"

	"impact/sync/plan"
)

// compareUnkeyed finds out whether the table has exactly the rows of the model,
// whatever their order, and how many only one of the two has.
func (u *unit) compareUnkeyed(ctx context.Context, s Session, w *work) (err error) {
	counted := u.guarded(w.load)
	want, have := newRowSum(u.opts.TempDir, counted), newRowSum(u.opts.TempDir, counted)
	defer func() { err = errors.Join(err, want.close(), have.close()) }()
	if err := u.sumModel(ctx, w, want); err != nil {
		return err
	}
	if err := sumTable(ctx, s, w, have); err != nil {
		return err
	}
	w.method, w.counts.Owned = plan.Swap, have.n
	if w.same = want.equal(have); w.same {
		w.counts.Unchanged = have.n
		return nil
	}
	w.counts.Inserted, w.counts.Deleted = want.n, have.n
	if counted {
		w.gone, w.added, err = have.hashes.apart(want.hashes)
	}
	return err
}

// sumModel adds up the good rows of the model.
func (u *unit) sumModel(ctx context.Context, w *work, sum *rowSum) (err error) {
	im, err := openImages(ctx, w.load, u.src, w.enc, &w.rejects)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, im.close()) }()
	return u.goodRows(ctx, w, im, im.next, sum.add)
}

// sumTable adds up the rows of the table.
func sumTable(ctx context.Context, s Session, w *work, sum *rowSum) (err error) {
	rows, err := openRows(ctx, s, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.close()) }()
	for {
		r, err := rows.next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := sum.add(r); err != nil {
			return err
		}
	}
}

// rowSum stands for rows without an order. The sum of two hashes of 64 bits each
// makes an accident too unlikely to happen.
type rowSum struct {
	n          int64
	sum, mixed uint64

	// hashes are those of all rows, so that rows which only one side has can be
	// counted: exactly, as guards decide by that number. nil: nobody will ask.
	hashes *tally
}

// newRowSum returns the sum of no rows. A counted one can be asked for the rows
// that another does not have, and must be closed.
func newRowSum(dir string, counted bool) *rowSum {
	s := &rowSum{}
	if counted {
		s.hashes = &tally{dir: dir}
	}
	return s
}

func (s *rowSum) add(r Row) error {
	h := HashRow(r)
	s.n++
	s.sum += h
	// A second sum over a mixed hash: two changes that cancel out in one do
	// not in the other.
	h ^= h >> 31
	h *= 0x9e3779b97f4a7c15
	h ^= h >> 29
	s.mixed += h
	if s.hashes == nil {
		return nil
	}
	return s.hashes.add(h)
}

func (s *rowSum) equal(o *rowSum) bool { return s.n == o.n && s.sum == o.sum && s.mixed == o.mixed }

func (s *rowSum) close() error {
	if s.hashes == nil {
		return nil
	}
	return s.hashes.close()
}
