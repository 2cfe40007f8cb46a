package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// images brings the rows of a model into the canonical form of its table, one
// after the other. Reading and encoding run ahead in a goroutine of their own;
// what they found wrong is recorded as the rows are taken, in their order.
type images struct {
	load    *plan.Load
	enc     Encoder
	stream  Stream
	cancel  context.CancelFunc
	pipe    *pipe
	at      []int    // per column its index in the rows of the stream, -1 for constants
	fixed   [][]byte // canonical constants
	scoped  []bool   // mapped columns of the scope: fixed is the only value they may have
	raw     []bool   // columns whose values stay as the source has them
	row     Row      // of the goroutine
	read    int64
	ended   bool
	rejects *rejects
}

// openImages starts reading the model of a load.
func openImages(ctx context.Context, l *plan.Load, src Source, enc Encoder, rj *rejects) (*images, error) {
	return openRaw(ctx, l, src, enc, rj, false)
}

// openRaw is openImages for who can compare values as the source has them:
// those of columns that images.raw names are not encoded.
func openRaw(ctx context.Context, l *plan.Load, src Source, enc Encoder, rj *rejects, raw bool) (*images, error) {
	n := len(l.Columns)
	im := &images{load: l, enc: enc, rejects: rj, at: make([]int, n), fixed: make([][]byte, n), scoped: make([]bool, n), raw: make([]bool, n)}
	q := Query{Node: l.Spec.Model, Model: l.Model}
	index := map[int]int{}
	for i := range l.Columns {
		c := &l.Columns[i]
		if c.Field < 0 {
			im.at[i] = -1
			v, err := enc.Encode(i, LiteralBytes(c.Value))
			if err != nil {
				return nil, fmt.Errorf("%s: constant of %s: %w", l.Name(), c.Name, err)
			}
			im.fixed[i] = v
			continue
		}
		for _, s := range l.Spec.Scope {
			if c.Origin == destination.Mapped && strings.EqualFold(s.Column, c.Name) {
				v, err := enc.Encode(i, LiteralBytes(s.Value))
				if err != nil {
					return nil, fmt.Errorf("%s: scope of %s: %w", l.Name(), c.Name, err)
				}
				im.scoped[i], im.fixed[i] = true, v
			}
		}
		k, ok := index[c.Field]
		if !ok {
			k = len(q.Columns)
			index[c.Field] = k
			q.Columns = append(q.Columns, l.Model.Fields[c.Field].Name)
		}
		im.at[i] = k
		im.raw[i] = raw && i >= l.Keys && !im.scoped[i] && enc.Idempotent(i)
		if i < l.Keys {
			q.OrderBy = append(q.OrderBy, Order{Column: q.Columns[k], Numeric: enc.Numeric(i)})
		}
	}
	width := len(l.Columns)
	if soft(l) {
		width++ // a wanted row is never marked as deleted: the last value stays NULL
	}
	im.row = make(Row, width)
	ctx, im.cancel = context.WithCancel(ctx)
	s, err := src.Read(ctx, q)
	if err != nil {
		im.cancel()
		return nil, fmt.Errorf("read %s: %w", l.Model.Relation, err)
	}
	im.stream = s
	im.pipe = startPipe(ctx, im.encodeNext)
	return im, nil
}

func soft(l *plan.Load) bool { return l.Spec.Mode.Removes() && l.Spec.Delete.Soft != "" }

// LiteralBytes returns a constant of a mapping in the form of plan.LiteralKind.
func LiteralBytes(v destination.Literal) []byte {
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
// call after the next one.
func (im *images) next(ctx context.Context) (item, error) {
	for {
		it, err := im.pipe.next(ctx)
		if errors.Is(err, io.EOF) {
			// Some clients end quietly when they are cancelled.
			if ctx.Err() != nil {
				return item{}, ctx.Err()
			}
			if want := im.load.Model.Rows; want >= 0 && want != im.read {
				return item{}, &IncompleteError{Relation: im.load.Model.Relation, Want: want, Actual: im.read}
			}
			im.ended = true
			return item{}, io.EOF
		}
		if err != nil {
			return item{}, fmt.Errorf("read %s: %w", im.load.Model.Relation, err)
		}
		im.read++
		it.seq = im.read
		if it.wrong != nil {
			if err := im.rejects.addValue(im.load, it.row, it.wrong.column, it.wrong.err); err != nil {
				return item{}, err
			}
			if it.wrong.column < im.load.Keys {
				continue
			}
		}
		return it, nil
	}
}

// wrong is what is wrong with a row: the first value that its column cannot
// hold. One reason per row is enough.
type wrong struct {
	column int
	err    error
}

// encodeNext reads the next row. If the key is wrong, the row is the key as the
// source has it, and nothing more. It is called by one goroutine.
func (im *images) encodeNext(ctx context.Context) (item, error) {
	src, err := im.stream.Next(ctx)
	if err != nil {
		return item{}, err
	}
	it := item{row: im.row}
	for i, k := range im.at {
		if k < 0 {
			im.row[i] = im.fixed[i]
			continue
		}
		if im.raw[i] {
			im.row[i] = src[k]
			continue
		}
		v, err := im.enc.Encode(i, src[k])
		key := i < im.load.Keys
		if err == nil && v == nil && key {
			err = errNullKey
		}
		if err == nil && im.scoped[i] && !equalValues(v, im.fixed[i]) {
			err = errOutside
		}
		if err == nil {
			im.row[i] = v
			continue
		}
		im.row[i] = nil
		if it.bad {
			continue
		}
		it.bad, it.wrong = true, &wrong{column: i, err: err}
		if key {
			it.row = im.rawKey(src)
			return it, nil
		}
	}
	return it, nil
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

func (im *images) close() error {
	if !im.ended {
		im.cancel() // a read that waits for a server ends
	}
	im.pipe.close()
	err := im.stream.Close()
	im.cancel()
	return err
}

// errUnsorted says that a stream that claimed to be in order is not, in the
// order of the canonical values. The rows are then sorted here.
var errUnsorted = errors.New("the rows are not in key order")

// ordered delivers items in key order, and marks all items of a key that is
// there more than once as bad.
type ordered struct {
	src     func(context.Context) (item, error) // its rows are valid until the call after the next one
	done    func() error
	numeric []bool
	load    *plan.Load
	rejects *rejects
	ahead   item
	has     bool
	repeat  bool // ahead has the key of the item before it
	ended   bool
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

// openModel starts reading the model of a load, in key order if it has a key.
// Whoever reads calls done at the end.
func (u *unit) openModel(ctx context.Context, w *work, sortHere bool) (im *images, next func(context.Context) (item, error), done func() error, err error) {
	if im, err = openImages(ctx, w.load, u.src, w.enc, &w.rejects); err != nil {
		return nil, nil, nil, err
	}
	if w.load.Keys == 0 {
		return im, im.next, im.close, nil
	}
	o, err := order(ctx, im, u.opts.TempDir, sortHere)
	if err != nil {
		return nil, nil, nil, err
	}
	return im, o.next, o.done, nil
}

// order brings what images reads into key order, and closes it if it cannot.
// sortHere asks for sorting even if the source says that its rows are sorted.
func order(ctx context.Context, im *images, dir string, sortHere bool) (*ordered, error) {
	l, enc, rj := im.load, im.enc, im.rejects
	o := &ordered{load: l, rejects: rj, numeric: keyKinds(l, enc), src: im.next, done: im.close}
	if im.stream.Sorted() && !sortHere {
		return o, nil
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
			return nil, errors.Join(err, s.close(), im.close())
		}
	}
	m, err := s.sorted()
	if err != nil {
		return nil, errors.Join(err, s.close(), im.close())
	}
	o.src = func(ctx context.Context) (item, error) {
		if err := ctx.Err(); err != nil {
			return item{}, err
		}
		return m.next()
	}
	o.done = func() error { return errors.Join(m.close(), im.close()) }
	return o, nil
}

func keyKinds(l *plan.Load, enc Encoder) []bool {
	numeric := make([]bool, l.Keys)
	for i := range numeric {
		numeric[i] = enc.Numeric(i)
	}
	return numeric
}
