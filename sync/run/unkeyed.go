package run

import (
	"context"
	"errors"
	"io"
	"slices"

	"impact/sync/plan"
)

// compareUnkeyed finds out whether the table has exactly the rows of the model,
// whatever their order, and how many only one of the two has.
func (u *unit) compareUnkeyed(ctx context.Context, s Session, w *work) (err error) {
	im, err := openImages(ctx, w.load, u.src, w.enc, &w.rejects)
	if err != nil {
		return err
	}
	var want, have rowSum
	p := u.progress(w, PhaseCompare, w.load.Model.Rows)
	for {
		it, err := im.next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(err, im.close())
		}
		p.step()
		if !it.bad {
			want.add(it.row)
		}
	}
	if err := im.close(); err != nil {
		return err
	}
	w.counts.Read = im.read
	rows, err := openRows(ctx, s, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.close()) }()
	for {
		r, err := rows.next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		have.add(r)
	}
	w.counts.Owned = have.n
	if w.same = want.equal(&have); w.same {
		w.counts.Unchanged = have.n
	} else {
		w.counts.Inserted, w.counts.Deleted = want.n, have.n
		w.gone, w.added = have.without(&want), want.without(&have)
	}
	w.method = plan.Swap
	return nil
}

// rowSum stands for rows without an order. The sum of two hashes of 64 bits each
// makes an accident too unlikely to happen.
type rowSum struct {
	n          int64
	sum, mixed uint64

	// hashes are those of all rows, or, of many rows, those that have no bit of
	// mask: the same share of the same rows in every sum.
	hashes []uint64
	mask   uint64
}

// sumHashes is how many hashes are kept: 8 MB of them.
const sumHashes = 1 << 20

func (s *rowSum) add(r Row) {
	h := HashRow(r)
	s.n++
	s.sum += h
	// A second sum over a mixed hash: two changes that cancel out in one do
	// not in the other.
	h ^= h >> 31
	h *= 0x9e3779b97f4a7c15
	h ^= h >> 29
	s.mixed += h
	if h&s.mask != 0 {
		return
	}
	if len(s.hashes) == sumHashes {
		s.thin(s.mask<<1 | 1)
		if h&s.mask != 0 {
			return
		}
	}
	s.hashes = append(s.hashes, h)
}

// thin keeps a smaller share of the hashes.
func (s *rowSum) thin(mask uint64) {
	s.mask = mask
	s.hashes = slices.DeleteFunc(s.hashes, func(h uint64) bool { return h&mask != 0 })
}

func (s *rowSum) equal(o *rowSum) bool { return s.n == o.n && s.sum == o.sum && s.mixed == o.mixed }

// without counts the rows that o does not have: exactly, as long as there are
// not many, else from the share of them that is known.
func (s *rowSum) without(o *rowSum) int64 {
	mask := max(s.mask, o.mask)
	s.thin(mask)
	o.thin(mask)
	slices.Sort(s.hashes)
	slices.Sort(o.hashes)
	n, k := int64(0), 0
	for _, h := range s.hashes {
		for k < len(o.hashes) && o.hashes[k] < h {
			k++
		}
		if k < len(o.hashes) && o.hashes[k] == h {
			k++ // a row that is there twice needs two
			continue
		}
		n++
	}
	return min(n*int64(mask+1), s.n)
}
