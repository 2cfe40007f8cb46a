package run

import (
	"context"
	"errors"
	"io"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// A KeyFolder is a session that can say, without writing anything, what the key
// of a table will make of rows that are to be added.
type KeyFolder interface {
	// Alike reads the rows that have the key of one of these, or one that a
	// collation takes for it, without a lock.
	Alike(ctx context.Context, l *plan.Load, rows []Row) ([]Current, error)
	// Folds reports whether the index of the key may take other keys for the same
	// as that of row; of nil, whether it ever does.
	Folds(l *plan.Load, row Row) bool
	// Fold returns what the index compares: the same bytes for keys that it
	// takes for the same.
	Fold(ctx context.Context, l *plan.Load, rows []Row) ([][]byte, error)
}

// prospect finds rows that a run could not add because of their key: one that
// the table has outside of the load's scope, or that its collation takes for
// another one. A run finds them when it writes.
func (u *unit) prospect(ctx context.Context, s Session, w *work) error {
	f, ok := s.(KeyFolder)
	if !ok || w.settled || w.missing || w.load.Keys == 0 || w.inserts.n == 0 {
		return nil
	}
	for i := range w.load.Keys {
		if w.load.Columns[i].Lookup != nil {
			return nil // the table has other keys than the model
		}
	}
	if !f.Folds(w.load, nil) && len(w.load.Spec.Scope) == 0 && w.load.Spec.Mode != destination.Append {
		return nil
	}
	p := &prospect{u: u, w: w, f: f, bad: map[uint64]bool{}, there: map[uint64]bool{}}
	p.sort = sorter{dir: u.opts.TempDir, columns: 1 + w.load.Keys, numeric: make([]bool, 1)}
	if err := p.find(ctx); err != nil {
		return err
	}
	if err := w.rejects.check(w.load); err != nil || len(p.bad) == 0 {
		return err
	}
	return p.drop()
}

// prospect is what is known of the rows that are to be added.
type prospect struct {
	u     *unit
	w     *work
	f     KeyFolder
	folds bool
	sort  sorter
	seq   int64
	there map[uint64]bool // keys of the table that are alike
	bad   map[uint64]bool // keys that cannot be added
}

func (p *prospect) find(ctx context.Context) error {
	err := p.w.inserts.batches(batchRows, func(batch []Change) error { return p.meet(ctx, batch) })
	if err != nil || !p.folds {
		return err
	}
	err = p.w.inserts.batches(batchRows, func(batch []Change) error {
		rows := make([]Row, len(batch))
		for i, c := range batch {
			rows[i] = c.Row
		}
		return p.add(ctx, rows, false)
	})
	if err != nil {
		return err
	}
	if err := p.without(); err != nil {
		return err
	}
	m, err := p.sort.sorted()
	if err != nil {
		return err
	}
	return errors.Join(p.collide(m), m.close())
}

// meet compares rows that are to be added with those that the table has.
func (p *prospect) meet(ctx context.Context, batch []Change) error {
	l := p.w.load
	rows, at := make([]Row, len(batch)), map[uint64]bool{}
	for i, c := range batch {
		rows[i] = c.Row
		at[keyHash(l, c.Row)] = true
		p.folds = p.folds || p.f.Folds(l, c.Row)
	}
	now, err := p.f.Alike(ctx, l, rows)
	if err != nil {
		return err
	}
	var there []Row
	for _, cur := range now {
		h := keyHash(l, cur.Row)
		if !p.there[h] {
			p.there[h] = true
			there = append(there, cur.Row)
		}
		switch {
		case !at[h]:
			p.folds = true
		case l.Spec.Mode == destination.Append:
			err = p.reject(cur.Row, Bad{Code: "duplicate_key", Reason: "the table has a row with this key already"})
		case !cur.Owned:
			err = p.reject(cur.Row, notOwned(l))
		}
		if err != nil {
			return err
		}
	}
	return p.add(ctx, there, true)
}

// add sorts keys by what the index compares. What the table has comes first.
func (p *prospect) add(ctx context.Context, rows []Row, there bool) error {
	if len(rows) == 0 || !p.f.Folds(p.w.load, nil) {
		return nil
	}
	folded, err := p.f.Fold(ctx, p.w.load, rows)
	if err != nil {
		return err
	}
	for i, r := range rows {
		it := item{row: append(Row{folded[i]}, r[:p.w.load.Keys]...), bad: there}
		if !there {
			p.seq++
			it.seq = p.seq
		}
		if err := p.sort.add(it); err != nil {
			return err
		}
	}
	return nil
}

// without forgets rows of the table that the run removes before it adds any.
func (p *prospect) without() error {
	l := p.w.load
	if len(p.there) == 0 || soft(l) || l.Referenced || len(l.Deferred()) > 0 {
		return nil
	}
	return p.w.deletes.batches(batchRows, func(batch []Change) error {
		for _, c := range batch {
			delete(p.there, keyHash(l, c.Row))
		}
		return nil
	})
}

// collide goes through the keys in the order of what the index compares.
func (p *prospect) collide(m *merger) error {
	var last []byte
	taken := false
	for {
		it, err := m.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		key := it.row[1:]
		h := keyHash(p.w.load, key)
		if last == nil || !equalValues(last, it.row[0]) {
			last, taken = append([]byte{}, it.row[0]...), false
		}
		switch {
		case it.bad && !p.there[h], !it.bad && p.bad[h]: // gone by then, or not added
		case it.bad || !taken:
			taken = true
		default:
			if err := p.reject(key, Bad{Code: "key_collation", Reason: collationReason}); err != nil {
				return err
			}
		}
	}
}

func (p *prospect) reject(key Row, b Bad) error {
	h := keyHash(p.w.load, key)
	if p.bad[h] {
		return nil
	}
	p.bad[h] = true
	return p.w.rejects.add(p.w.load, key, b.Column, b.Code, b.Reason)
}

// drop takes the bad rows out of what would be added.
func (p *prospect) drop() error {
	good := spool{dir: p.u.opts.TempDir}
	err := p.w.inserts.batches(batchRows, func(batch []Change) error {
		for _, c := range batch {
			if p.bad[keyHash(p.w.load, c.Row)] {
				p.w.counts.Inserted--
				continue
			}
			if err := good.add(c); err != nil {
				return err
			}
		}
		return nil
	})
	err = errors.Join(err, p.w.inserts.close())
	p.w.inserts = good
	return err
}

const collationReason = "another row has a key that the column's collation takes for the same"
