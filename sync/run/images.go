package run

import (
	"context"
	"errors"
	"fmt"
	"io"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// images brings the rows of a model into the canonical form of its table, one
// after the other.
type images struct {
	load    *plan.Load
	enc     Encoder
	stream  Stream
	at      []int    // per column its index in the rows of the stream, -1 for constants
	fixed   [][]byte // canonical constants
	row     Row
	read    int64
	rejects *rejects
}

// openImages starts reading the model of a load.
func openImages(ctx context.Context, l *plan.Load, src Source, enc Encoder, rj *rejects) (*images, error) {
	im := &images{load: l, enc: enc, rejects: rj, at: make([]int, len(l.Columns)), fixed: make([][]byte, len(l.Columns))}
	q := Query{Node: l.Spec.Model, Model: l.Model}
	index := map[int]int{}
	for i := range l.Columns {
		c := &l.Columns[i]
		if c.Field < 0 {
			im.at[i] = -1
			v, err := enc.Encode(i, literalBytes(c.Value))
			if err != nil {
				return nil, fmt.Errorf("%s: constant of %s: %w", l.Name(), c.Name, err)
			}
			im.fixed[i] = v
			continue
		}
		k, ok := index[c.Field]
		if !ok {
			k = len(q.Columns)
			index[c.Field] = k
			q.Columns = append(q.Columns, l.Model.Fields[c.Field].Name)
		}
		im.at[i] = k
		if i < l.Keys {
			q.OrderBy = append(q.OrderBy, Order{Column: q.Columns[k], Numeric: enc.Numeric(i)})
		}
	}
	width := len(l.Columns)
	if soft(l) {
		width++ // a wanted row is never marked as deleted: the last value stays NULL
	}
	im.row = make(Row, width)
	s, err := src.Read(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", l.Model.Relation, err)
	}
	im.stream = s
	return im, nil
}

func soft(l *plan.Load) bool { return l.Spec.Mode.Removes() && l.Spec.Delete.Soft != "" }

func literalBytes(v destination.Literal) []byte {
	switch v.Kind {
	case destination.Null:
		return nil
	case destination.Bool:
		if v.Text == "true" {
			return []byte("1")
		}
		return []byte("0")
	}
	return []byte(v.Text)
}

// next returns the next row whose key is sound. Its memory is valid until the
// next call.
func (im *images) next(ctx context.Context) (item, error) {
	for {
		src, err := im.stream.Next(ctx)
		if errors.Is(err, io.EOF) {
			// Some clients end quietly when they are cancelled.
			if ctx.Err() != nil {
				return item{}, ctx.Err()
			}
			if want := im.load.Model.Rows; want >= 0 && want != im.read {
				return item{}, &IncompleteError{Relation: im.load.Model.Relation, Want: want, Actual: im.read}
			}
			return item{}, io.EOF
		}
		if err != nil {
			return item{}, fmt.Errorf("read %s: %w", im.load.Model.Relation, err)
		}
		im.read++
		it, ok, err := im.encode(src)
		if err != nil {
			return item{}, err
		}
		if ok {
			return it, nil
		}
	}
}

func (im *images) encode(src Row) (item, bool, error) {
	it := item{row: im.row, seq: im.read}
	for i, k := range im.at {
		if k < 0 {
			im.row[i] = im.fixed[i]
			continue
		}
		v, err := im.enc.Encode(i, src[k])
		key := i < im.load.Keys
		if err == nil && v == nil && key {
			err = errors.New("NULL does not identify a row")
		}
		if err == nil {
			im.row[i] = v
			continue
		}
		im.row[i] = nil
		if it.bad {
			continue // one reason per row is enough
		}
		keyed := im.row
		if key {
			keyed = im.rawKey(src)
		}
		if err := im.rejects.add(im.load, keyed, im.load.Columns[i].Name, "value", err.Error()); err != nil {
			return it, false, err
		}
		if key {
			return it, false, nil
		}
		it.bad = true
	}
	return it, true, nil
}

// rawKey returns the key as the source has it.
func (im *images) rawKey(src Row) Row {
	key := make(Row, im.load.Keys)
	for i := range key {
		if k := im.at[i]; k >= 0 {
			key[i] = src[k]
		} else {
			key[i] = im.fixed[i]
		}
	}
	return key
}

func (im *images) close() error { return im.stream.Close() }

// errUnsorted says that a stream that claimed to be in order is not, in the
// order of the canonical values. The rows are then sorted here.
var errUnsorted = errors.New("the rows are not in key order")

// ordered delivers items in key order, and marks all items of a key that is
// there more than once as bad.
type ordered struct {
	src     func(context.Context) (item, error)
	done    func() error
	numeric []bool
	load    *plan.Load
	rejects *rejects
	bufs    [2]rowBuffer
	turn    int
	ahead   item
	has     bool
	repeat  bool // ahead has the key of the item before it
	ended   bool
}

// rowBuffer holds a copy of one row.
type rowBuffer struct {
	buf []byte
	row Row
}

func (b *rowBuffer) set(r Row) Row {
	b.buf = b.buf[:0]
	for _, v := range r {
		b.buf = append(b.buf, v...)
	}
	if cap(b.row) < len(r) {
		b.row = make(Row, len(r))
	}
	b.row = b.row[:len(r)]
	at := 0
	for i, v := range r {
		if v == nil {
			b.row[i] = nil
			continue
		}
		b.row[i] = b.buf[at : at+len(v) : at+len(v)]
		at += len(v)
	}
	return b.row
}

func (o *ordered) fetch(ctx context.Context) error {
	it, err := o.src(ctx)
	if errors.Is(err, io.EOF) {
		o.has, o.ended = false, true
		return nil
	}
	if err != nil {
		return err
	}
	o.turn = 1 - o.turn
	it.row = o.bufs[o.turn].set(it.row)
	o.ahead, o.has = it, true
	return nil
}

// next returns the next item, valid until the next call.
func (o *ordered) next(ctx context.Context) (item, error) {
	if !o.has && !o.ended {
		if err := o.fetch(ctx); err != nil {
			return item{}, err
		}
	}
	if !o.has {
		return item{}, io.EOF
	}
	cur, repeat := o.ahead, o.repeat
	o.repeat = false
	if err := o.fetch(ctx); err != nil {
		return item{}, err
	}
	if o.has {
		switch c := compareKeys(cur.row, o.ahead.row, o.numeric); {
		case c == 0:
			o.repeat = true
		case c > 0:
			return item{}, errUnsorted
		}
	}
	if (repeat || o.repeat) && !cur.bad {
		cur.bad = true
		if err := o.rejects.add(o.load, cur.row, "", "duplicate_key", "the model has this key more than once"); err != nil {
			return item{}, err
		}
	}
	return cur, nil
}

// openOrdered reads the model of a load in key order. sortHere asks for sorting
// even if the source says that its rows are sorted.
func openOrdered(ctx context.Context, l *plan.Load, src Source, enc Encoder, rj *rejects, dir string, sortHere bool) (*ordered, *images, error) {
	im, err := openImages(ctx, l, src, enc, rj)
	if err != nil {
		return nil, nil, err
	}
	o := &ordered{load: l, rejects: rj, numeric: keyKinds(l, enc), src: im.next, done: im.close}
	if im.stream.Sorted() && !sortHere {
		return o, im, nil
	}
	s := &sorter{dir: dir, columns: len(im.row), numeric: o.numeric}
	for {
		it, err := im.next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = s.add(it)
		}
		if err != nil {
			return nil, nil, errors.Join(err, s.close(), im.close())
		}
	}
	m, err := s.sorted()
	if err != nil {
		return nil, nil, errors.Join(err, s.close(), im.close())
	}
	o.src = func(ctx context.Context) (item, error) {
		if err := ctx.Err(); err != nil {
			return item{}, err
		}
		return m.next()
	}
	o.done = func() error { return errors.Join(m.close(), im.close()) }
	return o, im, nil
}

func keyKinds(l *plan.Load, enc Encoder) []bool {
	numeric := make([]bool, l.Keys)
	for i := range numeric {
		numeric[i] = enc.Numeric(i)
	}
	return numeric
}
