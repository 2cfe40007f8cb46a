package run

import (
	"context"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// A Destination is a database with the tables of applications.
type Destination interface {
	plan.Destination
	// Schema describes the tables as they are now.
	Schema(ctx context.Context) (*destination.Schema, error)
	// Open starts the work on a group: it takes the lock of each table, and
	// settles what a run that died has left of them. A lock that somebody else
	// holds is a *LockedError.
	Open(ctx context.Context, g *plan.Group, s Settings) (Session, error)
}

// Settings are what a session needs to know of its run.
type Settings struct {
	RunID string
	Now   time.Time // for stamps and marks of deletion
	// ReadOnly sessions take no locks, write nothing and need no ledger.
	ReadOnly bool
}

// A Session works on the tables of one group. It is used by one goroutine.
// After a transient error it can only be closed.
type Session interface {
	// Schema describes the tables as they are now, under the locks.
	Schema(ctx context.Context) (*destination.Schema, error)
	// Last returns the finished entry of the ledger that this run has made for
	// a load before, else the newest one, or nil.
	Last(ctx context.Context, l *plan.Load) (*Entry, error)
	// Count counts the rows that the load owns and that are not marked as
	// deleted.
	Count(ctx context.Context, l *plan.Load) (int64, error)
	// Encoder brings values into the canonical form of the load's columns.
	Encoder(l *plan.Load) (Encoder, error)
	// Rows reads the rows that the load owns, in the layout of its columns
	// and in key order. With soft deletes a row has one value more, which is
	// not nil for rows that are marked as deleted.
	Rows(ctx context.Context, l *plan.Load) (Stream, error)
	// Begin starts the transaction of the group.
	Begin(ctx context.Context) (Tx, error)
	// Close gives up the locks.
	Close() error
}

// A Tx is the transaction of a group.
type Tx interface {
	// Apply does one step of a load for a batch of changes. Rows that the
	// destination refuses are Bad and the others are written; an error means
	// that nothing of the transaction may be kept.
	Apply(ctx context.Context, l *plan.Load, step Step, batch []Change) (Applied, error)
	// Commit writes the entries into the ledger and ends the transaction. An
	// error that leaves open whether it happened is marked with [Unclear].
	Commit(ctx context.Context, entries []Entry) error
	Rollback() error
}

// A Saver is a transaction that can go back to a point of it.
type Saver interface {
	Save(ctx context.Context) error
	Restore(ctx context.Context) error // to the last Save
}

// A Swapper is a session that can load a copy of a table and exchange the two.
// Readers see the old rows or the new ones. The rows come in key order if the
// load has a key.
type Swapper interface {
	Swap(ctx context.Context, l *plan.Load, rows RowReader, entry Entry) (Applied, error)
}

// A Creator is a session that can create the table of a load, whose statements
// the plan shows: one of a destination that is a [plan.Designer]. It makes sure
// that the result is what was planned. A table that is there already, and is
// that, is no error: the answer to an earlier try may have been lost.
type Creator interface {
	Create(ctx context.Context, l *plan.Load) error
}

// A Foreseer is a session that knows what would keep a run from beginning,
// although nothing keeps a comparison from it: a ledger that is missing. The
// error is a [GuardError].
type Foreseer interface {
	Foresee(ctx context.Context) error
}

// A RowReader delivers canonical rows, and io.EOF after the last. A row may be
// kept until the call after the next one.
type RowReader interface {
	Next(ctx context.Context) (Row, error)
}

// An Encoder brings the values of a load's columns into canonical form, so that
// equal values have equal bytes, and what is written is what will be read back.
type Encoder interface {
	// Encode returns the canonical form of the value of column i, which may
	// share memory with v. An error means that the column cannot hold the
	// value; it does not contain the value.
	Encode(i int, v []byte) ([]byte, error)
	// Numeric reports whether the canonical values of column i are ordered as
	// numbers, not as bytes.
	Numeric(i int) bool
	// Idempotent reports whether encoding a canonical value of column i again
	// changes nothing: a value of the model that has the bytes of one in the
	// table is that value, and needs no encoding to be known as it. It may be
	// false although it is so.
	Idempotent(i int) bool
}

// Step is a step of applying a load.
type Step uint8

// The steps, in an order that keeps every foreign key intact.
const (
	StepDelete  Step = iota + 1 // remove rows
	StepUpdate                  // change rows, except deferred columns
	StepInsert                  // add rows, deferred columns NULL
	StepConnect                 // set the deferred columns of added and changed rows
	StepRelease                 // set the deferred columns of rows to be removed to NULL
	StepPark                    // set the columns of Load.Park to NULL, so that other rows can take their values
)

// Op is what a change does.
type Op uint8

// The kinds of changes.
const (
	OpInsert Op = iota + 1
	OpUpdate
	OpDelete
)

// A Change is one row that differs.
type Change struct {
	Op  Op
	Row Row    // the wanted row; of a delete only the key is set
	Old uint64 // hash of the row that was compared, see [HashRow]; 0 for inserts
}

// Applied says what a step did.
type Applied struct {
	Inserted, Updated, Deleted int64
	// Rechecked rows were changed by somebody else since they were compared,
	// and compared again.
	Rechecked int64
	Bad       []Bad
}

// Bad is a row that the destination refuses.
type Bad struct {
	Index  int    // in the batch
	Key    Row    // of Swap, which has no batch; nil if unknown
	Column string // "" if unknown
	Code   string // stable: "duplicate", "no_parent", "too_long", …
	Reason string // without row values
}

// An Entry is one delivery of a load as the ledger keeps it.
type Entry struct {
	RunID    string
	Load     string
	Table    string
	Mode     string
	Mapping  string
	DDL      string
	Version  string
	Started  time.Time
	Finished time.Time
	Read     int64 // rows of the model
	Inserted int64
	Updated  int64
	Deleted  int64
	Rejected int64
}
