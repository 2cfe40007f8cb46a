package run

import (
	"context"
	"errors"
	"io"
)

// A pipe reads items in a goroutine of its own and hands them over in batches,
// so that reading a source, reading a table and comparing the two take their
// time at once. The items' memory is the pipe's: it holds a fixed number of
// batches and uses them again.
type pipe struct {
	cancel context.CancelFunc
	full   chan *pipeBatch
	free   chan *pipeBatch
	ended  chan struct{}
	err    error // of reading; valid once full is closed

	held [pipeHeld]*pipeBatch // the newest last; their rows are still in use
	at   int                  // in the newest
}

// A batch has at most so many rows, and bytes unless a single row has more.
const (
	pipeRows  = 256
	pipeBytes = 128 << 10
	// Rows stay valid until so many more batches were taken: a batch may have a
	// single row, and who reads may hold the rows of the last two calls.
	pipeHeld  = 3
	pipeAhead = 2 // batches that wait
)

// pipeBatch is a list of items with the memory of their rows.
type pipeBatch struct {
	items  []item
	values [][]byte
	bytes  []byte
}

// startPipe calls read, in one goroutine, until it returns an error, io.EOF
// among them. The rows that it returns need to be valid until its next call
// only. The pipe must be closed.
func startPipe(ctx context.Context, read func(context.Context) (item, error)) *pipe {
	ctx, cancel := context.WithCancel(ctx)
	p := &pipe{cancel: cancel, full: make(chan *pipeBatch, pipeAhead), free: make(chan *pipeBatch, pipeAhead+pipeHeld+1), ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		defer close(p.full)
		p.err = p.fill(ctx, read)
	}()
	return p
}

func (p *pipe) fill(ctx context.Context, read func(context.Context) (item, error)) error {
	b := p.empty()
	send := func() error {
		select {
		case p.full <- b:
			b = p.empty()
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for {
		it, err := read(ctx)
		if err != nil {
			if len(b.items) > 0 {
				// What was read before an error comes before it.
				if e := send(); e != nil && errors.Is(err, io.EOF) {
					return e
				}
			}
			return err
		}
		if !b.room(it.row) {
			if err := send(); err != nil {
				return err
			}
		}
		b.add(it)
	}
}

// empty returns a batch that nobody uses, or a new one.
func (p *pipe) empty() *pipeBatch {
	select {
	case b := <-p.free:
		b.items, b.values, b.bytes = b.items[:0], b.values[:0], b.bytes[:0]
		if cap(b.bytes) > 2*pipeBytes {
			b.bytes = nil // a rare large row does not keep its memory
		}
		return b
	default:
		return &pipeBatch{}
	}
}

func (b *pipeBatch) room(r Row) bool {
	if len(b.items) == 0 {
		return true
	}
	if len(b.items) == pipeRows || len(b.values)+len(r) > cap(b.values) {
		return false
	}
	n := len(b.bytes)
	for _, v := range r {
		n += len(v)
	}
	return n <= cap(b.bytes)
}

// add copies an item. There is room for it.
func (b *pipeBatch) add(it item) {
	if len(b.items) == 0 {
		n := 0
		for _, v := range it.row {
			n += len(v)
		}
		if cap(b.bytes) < n || cap(b.bytes) < pipeBytes {
			b.bytes = make([]byte, 0, max(n, pipeBytes))
		}
		if want := pipeRows * len(it.row); cap(b.values) < want {
			b.values = make([][]byte, 0, want)
		}
		if b.items == nil {
			b.items = make([]item, 0, pipeRows)
		}
	}
	first := len(b.values)
	for _, v := range it.row {
		if v == nil {
			b.values = append(b.values, nil)
			continue
		}
		at := len(b.bytes)
		b.bytes = append(b.bytes, v...)
		b.values = append(b.values, b.bytes[at:len(b.bytes):len(b.bytes)])
	}
	it.row = b.values[first:len(b.values):len(b.values)]
	b.items = append(b.items, it)
}

// next returns the next item. Its row is valid until the call after the next
// one.
func (p *pipe) next(ctx context.Context) (item, error) {
	newest := p.held[pipeHeld-1]
	if newest == nil || p.at == len(newest.items) {
		select {
		case b, ok := <-p.full:
			if !ok {
				return item{}, p.err
			}
			if oldest := p.held[0]; oldest != nil {
				p.free <- oldest // never blocks: there is room for all
			}
			copy(p.held[:], p.held[1:])
			p.held[pipeHeld-1], p.at, newest = b, 0, b
		case <-ctx.Done():
			return item{}, ctx.Err()
		}
	}
	p.at++
	return newest.items[p.at-1], nil
}

// close ends reading and waits for it. What is read from may be closed then.
func (p *pipe) close() {
	p.cancel()
	<-p.ended
}

// pipeStream starts reading a stream. Closing the pipe does not close it.
func pipeStream(ctx context.Context, s Stream) *pipe {
	return startPipe(ctx, func(ctx context.Context) (item, error) {
		r, err := s.Next(ctx)
		return item{row: r}, err
	})
}
