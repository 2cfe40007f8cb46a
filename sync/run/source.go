package run

import (
	"context"

	"impact/sync/plan"
)

// A Row is one row: a value per column, nil for NULL. Values have the form that
// plan.Kind documents, or in a destination the canonical form of their column.
type Row [][]byte

// A Source delivers models.
//
// It may read a model more often than once in a run, and must deliver the same
// rows each time as long as the version is the same: rows of another version are
// an error, or are not seen. Several streams may be read at once. Errors that are
// worth another try are marked with [Transient]; what the source does not hold is
// a [MissingError].
//
// A source that can find out by itself what changed since the last run, or one
// that reads only a part of the keys, would say so with a further interface
// that Execute asks for; Query is a struct so that it can grow.
type Source interface {
	// Describe says what is known of a model without reading it. node is its
	// unique id.
	Describe(ctx context.Context, node string) (plan.Model, error)
	// Read starts reading. The stream must be closed.
	Read(ctx context.Context, q Query) (Stream, error)
}

// A Query says what to read.
type Query struct {
	Node    string
	Model   plan.Model // as Describe returned it: its Version is to be read
	Columns []string   // in this order
	OrderBy []Order    // the wanted order; the stream says whether it kept it
}

// Order is one column of an order, ascending: by value for numbers, else by the
// bytes of the value's form. Where NULLs come does not matter.
type Order struct {
	Column  string
	Numeric bool
}

// A Stream is a sequence of rows.
type Stream interface {
	// Next returns the next row, or io.EOF after the last one. A row is valid
	// until the next call. A cancelled context is an error, never an end. After
	// any other error, and after Close, there are no rows and no end any more.
	Next(ctx context.Context) (Row, error)
	// Sorted reports whether the rows come in the order that was asked for.
	// If not, they are sorted here.
	Sorted() bool
	// Close ends reading. It may be called before the end, and again.
	Close() error
}
