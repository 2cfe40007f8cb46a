package run

import (
	"context"
	"time"
)

// Options say how a plan is executed. The zero value needs a RunID only.
type Options struct {
	RunID   string
	Approve string // hash of the plan whose guards are overridden
	Full    bool   // compare even where nothing changed since the last run
	TempDir string // for spools; "": the system's

	MaxRejects         int   // per load, with on_bad_row: reject; 0: 1,000, less: none
	MaxTransactionRows int64 // per load; 0: 5,000,000
	SwapRows           int64 // fewer rows are not worth exchanging a table for; 0: 20,000
	Attempts           int   // of a unit; 0: 5

	Now    func() time.Time                           // nil: time.Now
	Sleep  func(context.Context, time.Duration) error // nil: a timer
	Jitter func() float64                             // between 0 and 1; nil: 0.5

	Events  func(Event)  // nil: none
	Rejects func(Reject) // nil: none
}

// CollectAt is the percentage of growth at which a program that executes loads
// should let the garbage collector run: little is kept of the rows that pass, and
// their number is not to be seen in the memory.
const CollectAt = 100

func (o Options) withDefaults() *Options {
	def := func(p *int64, v int64) {
		if *p == 0 {
			*p = v
		}
	}
	def(&o.MaxTransactionRows, 5_000_000)
	def(&o.SwapRows, 20_000)
	switch {
	case o.MaxRejects == 0:
		o.MaxRejects = 1000
	case o.MaxRejects < 0:
		o.MaxRejects = 0
	}
	if o.Attempts == 0 {
		o.Attempts = 5
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = Sleep
	}
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 0.5 }
	}
	return &o
}

// Sleep waits for a time, or until the context is cancelled, which is an error.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
