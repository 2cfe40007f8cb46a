package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"impact/sync/plan"
)

// Options say how a plan is executed. The zero value needs a RunID only.
type Options struct {
	RunID   string
	Approve string // hash of the plan whose guards are overridden
	Full    bool   // compare even where nothing changed since the last run
	TempDir string // for spools; "": the system's

	MaxRejects         int   // per load, with on_bad_row: reject; 0: 1,000
	MaxTransactionRows int64 // per load; 0: 5,000,000
	SwapRows           int64 // fewer rows are not worth exchanging a table for; 0: 20,000
	Attempts           int   // of a unit; 0: 5

	Now    func() time.Time                           // nil: time.Now
	Sleep  func(context.Context, time.Duration) error // nil: a timer
	Jitter func() float64                             // between 0 and 1; nil: 0.5

	Events  func(Event)  // nil: none
	Rejects func(Reject) // nil: none
}

func (o Options) withDefaults() *Options {
	def := func(p *int64, v int64) {
		if *p == 0 {
			*p = v
		}
	}
	def(&o.MaxTransactionRows, 5_000_000)
	def(&o.SwapRows, 20_000)
	if o.MaxRejects == 0 {
		o.MaxRejects = 1000
	}
	if o.Attempts == 0 {
		o.Attempts = 5
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 0.5 }
	}
	return &o
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Execute runs a plan, group by group, and reports what became of every load.
// A group that fails does not keep the others from running; a cancelled
// context does, and rolls back the group that is running.
func Execute(ctx context.Context, p *plan.Plan, src Source, dests map[string]Destination, opts Options) *Report {
	return runPlan(ctx, p, src, dests, opts.withDefaults(), &unit{})
}

// Compare says what Execute would do, down to the number of rows, and writes
// nothing: no row, no ledger, no lock. A load that a guard would refuse is
// reported as refused, with its counts. With show, every row that differs is
// given to it, with its key; show may be nil.
func Compare(ctx context.Context, p *plan.Plan, src Source, dests map[string]Destination, opts Options, show func(Difference)) *Report {
	return runPlan(ctx, p, src, dests, opts.withDefaults(), &unit{readOnly: true, show: show})
}

// A Difference is one row that Execute would write.
type Difference struct {
	Load string
	Op   Op
	Key  []string
}

// unit is the execution of one group.
type unit struct {
	plan     *plan.Plan
	group    *plan.Group
	src      Source
	dst      Destination
	opts     *Options
	works    []*work
	readOnly bool
	compared bool
	started  time.Time
	attempts int
	show     func(Difference)
}

// runPlan executes every group as like says.
func runPlan(ctx context.Context, p *plan.Plan, src Source, dests map[string]Destination, o *Options, like *unit) *Report {
	r := &Report{RunID: o.RunID, Plan: p.Hash}
	for _, g := range p.Groups {
		u := &unit{plan: p, group: g, src: src, dst: dests[g.Destination], opts: o, readOnly: like.readOnly, show: like.show}
		r.Loads = append(r.Loads, u.execute(ctx)...)
	}
	for _, h := range p.Held {
		r.Loads = append(r.Loads, LoadReport{Load: h.Load, Status: StatusHeld, Error: h.Reasons[0].Message, Hint: h.Reasons[0].Hint})
	}
	return r
}

func (u *unit) emit(e Event) {
	if u.opts.Events != nil {
		e.Time = u.opts.Now()
		u.opts.Events(e)
	}
}

// execute runs the unit until it is done or cannot be.
func (u *unit) execute(ctx context.Context) []LoadReport {
	u.started = u.opts.Now()
	if u.group.Refused() {
		return u.refused()
	}
	for _, l := range u.group.Loads {
		u.works = append(u.works, newWork(l, u.opts))
	}
	err := u.untilDone(ctx)
	for _, w := range u.works {
		err = errors.Join(err, w.close())
	}
	return u.reports(err)
}

func (u *unit) untilDone(ctx context.Context) error {
	if u.dst == nil {
		return fmt.Errorf("destination %s is not configured", u.group.Destination)
	}
	pause := 200 * time.Millisecond
	for {
		u.attempts++
		err := ctx.Err()
		if err == nil {
			err = u.attempt(ctx)
		}
		if err == nil || ctx.Err() != nil || u.attempts >= u.opts.Attempts || !u.again(err) {
			return err
		}
		wait := pause/2 + time.Duration(float64(pause)*u.opts.Jitter())
		for _, w := range u.works {
			u.emit(Event{Load: w.load.Name(), Phase: PhaseRetry, Attempt: u.attempts, Message: err.Error()})
		}
		if err := u.opts.Sleep(ctx, wait); err != nil {
			return err
		}
		pause = min(pause*2, 10*time.Second)
	}
}

// again reports whether another attempt may help. A table that is locked after
// our own connection broke is still held by that connection.
func (u *unit) again(err error) bool {
	if locked := (*LockedError)(nil); errors.As(err, &locked) {
		return u.attempts > 1
	}
	return errors.Is(err, ErrTransient)
}

// attempt is one try of the whole unit. What was compared before stays: every
// row is looked at again before it is written.
func (u *unit) attempt(ctx context.Context) (err error) {
	s, err := u.dst.Open(ctx, u.group, Settings{RunID: u.opts.RunID, Now: u.started, ReadOnly: u.readOnly})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := u.fresh(ctx, s); err != nil {
		return err
	}
	if done, err := u.history(ctx, s); err != nil || done {
		return err
	}
	if !u.compared {
		for _, w := range u.works {
			if w.settled {
				continue
			}
			if err := w.close(); err != nil {
				return err
			}
			w.reset(u.opts)
			if err := u.compare(ctx, s, w); err != nil {
				return err
			}
			if err := w.rejects.check(w.load); err != nil {
				return err
			}
		}
		u.compared = true
	}
	if u.readOnly {
		for _, w := range u.works {
			w.guard = u.guard(w)
		}
		return u.showDifferences()
	}
	for _, w := range u.works {
		if w.settled {
			continue
		}
		if err := u.guard(w); err != nil {
			return err
		}
	}
	if len(u.works) == 1 && u.works[0].method == plan.Swap {
		return u.swap(ctx, s, u.works[0])
	}
	return u.apply(ctx, s)
}

// fresh refuses a plan that was made for other tables.
func (u *unit) fresh(ctx context.Context, s Session) error {
	schema, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	for _, w := range u.works {
		if plan.TableHash(w.load, schema) != w.load.DDL {
			return &GuardError{ID: GuardStale, Load: w.load.Name(), Hint: "make the plan again",
				Message: fmt.Sprintf("table %s, or one that it refers to, is no longer what the plan was made for", w.load.Spec.Table)}
		}
	}
	return nil
}

// history asks the ledger: what this run has delivered already is not delivered
// again, and what has not changed since the last run is not even read. All
// loads of a group are delivered together.
func (u *unit) history(ctx context.Context, s Session) (done bool, err error) {
	unchanged := !u.opts.Full && !u.readOnly
	repeated := false
	for _, w := range u.works {
		e, err := s.Last(ctx, w.load)
		if err != nil {
			return false, err
		}
		w.last = e
		if e != nil && e.RunID == u.opts.RunID && u.opts.RunID != "" {
			repeated = true
		}
		appended := w.load.Method == plan.Insert && e != nil && e.Version == w.load.Model.Version && e.Version != ""
		same := e != nil && e.Version != "" && e.Version == w.load.Model.Version && e.Mapping == w.load.Mapping && e.DDL == w.load.DDL && e.Rejected == 0
		unchanged = unchanged && (same || appended) && !w.load.Spec.Full
		if appended && !u.readOnly {
			w.settled, w.status = true, StatusUnchanged
		}
	}
	if u.readOnly {
		return false, nil
	}
	if repeated {
		for _, w := range u.works {
			w.settled, w.status = true, StatusRepeated
			if u.attempts > 1 {
				w.status = StatusDone // our own commit, whose answer was lost
			}
			if w.last != nil {
				w.counts.Read, w.counts.Inserted, w.counts.Updated, w.counts.Deleted, w.counts.Rejected =
					w.last.Read, w.last.Inserted, w.last.Updated, w.last.Deleted, w.last.Rejected
			}
		}
		return true, nil
	}
	if unchanged {
		for _, w := range u.works {
			w.settled, w.status = true, StatusUnchanged
			w.counts.Read = w.last.Read
			w.counts.Unchanged = w.last.Read
		}
	}
	return unchanged, nil
}

// batchRows is the size of a batch: large enough for speed, small enough for a
// packet and a plan of the server.
const batchRows = 500

// apply writes everything in one transaction.
func (u *unit) apply(ctx context.Context, s Session) (err error) {
	a := &application{u: u, s: s, counts: make([]Counts, len(u.works)), kept: make([]int, len(u.works))}
	for i, w := range u.works {
		a.kept[i] = len(w.rejects.list)
	}
	if a.tx, err = s.Begin(ctx); err != nil {
		return err
	}
	if err := a.steps(ctx); err != nil {
		for i, w := range u.works {
			if errors.Is(err, ErrTransient) {
				w.rejects.truncate(a.kept[i]) // they will be found again
			}
		}
		return errors.Join(err, a.tx.Rollback())
	}
	var entries []Entry
	for i, w := range u.works {
		if w.settled {
			continue
		}
		e := u.entry(w)
		e.Inserted, e.Updated, e.Deleted = a.counts[i].Inserted, a.counts[i].Updated, a.counts[i].Deleted
		entries = append(entries, e)
	}
	if err := a.tx.Commit(ctx, entries); err != nil {
		return errors.Join(err, a.tx.Rollback())
	}
	for i, w := range u.works {
		if w.settled {
			continue
		}
		c := a.counts[i]
		w.counts.Inserted, w.counts.Updated, w.counts.Deleted, w.counts.Rechecked = c.Inserted, c.Updated, c.Deleted, c.Rechecked
		w.settled, w.status = true, StatusDone
	}
	return nil
}

func (u *unit) entry(w *work) Entry {
	return Entry{RunID: u.opts.RunID, Load: w.load.Name(), Table: w.load.Spec.Table, Mode: w.load.Spec.Mode.String(),
		Mapping: w.load.Mapping, DDL: w.load.DDL, Version: w.load.Model.Version,
		Started: u.started, Finished: u.opts.Now(), Read: w.counts.Read, Rejected: w.rejects.n,
		Inserted: w.counts.Inserted, Updated: w.counts.Updated, Deleted: w.counts.Deleted}
}

// application is one try to write a group.
type application struct {
	u      *unit
	s      Session
	tx     Tx
	counts []Counts
	kept   []int // rejects of the comparison
	since  int64 // rows since the last commit of a chunked load
}

// steps writes in the order that keeps foreign keys and unique indexes intact:
// tables that nobody refers to lose their rows first, so that what comes finds
// its unique values free; then parents before children; then references among
// the new rows; then rows that somebody may refer to until then.
func (a *application) steps(ctx context.Context) error {
	works := a.u.works
	for i := len(works) - 1; i >= 0; i-- {
		if !a.last(works[i]) {
			if err := a.step(ctx, i, StepDelete, &works[i].deletes); err != nil {
				return err
			}
		}
	}
	for i, w := range works {
		if err := a.step(ctx, i, StepUpdate, &w.updates); err != nil {
			return err
		}
		if err := a.step(ctx, i, StepInsert, &w.inserts); err != nil {
			return err
		}
	}
	for i, w := range works {
		if len(w.load.Deferred()) == 0 {
			continue
		}
		for _, s := range []*spool{&w.updates, &w.inserts} {
			if err := a.step(ctx, i, StepConnect, s); err != nil {
				return err
			}
		}
		if !soft(w.load) {
			if err := a.step(ctx, i, StepRelease, &w.deletes); err != nil {
				return err
			}
		}
	}
	for i := len(works) - 1; i >= 0; i-- {
		if a.last(works[i]) {
			if err := a.step(ctx, i, StepDelete, &works[i].deletes); err != nil {
				return err
			}
		}
	}
	for _, w := range works {
		if err := w.rejects.check(w.load); err != nil {
			return err
		}
	}
	return nil
}

// last reports whether rows are deleted at the end: others may refer to them.
func (a *application) last(w *work) bool {
	return w.load.Referenced || len(w.load.Deferred()) > 0
}

func (a *application) step(ctx context.Context, i int, step Step, s *spool) error {
	w := a.u.works[i]
	if w.settled || s.n == 0 {
		return nil
	}
	c := &a.counts[i]
	p := a.u.progress(w, PhaseApply, w.deletes.n+w.updates.n+w.inserts.n)
	p.rows = c.Changed()
	return s.batches(batchRows, func(batch []Change) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		done, err := a.tx.Apply(ctx, w.load, step, batch)
		if err != nil {
			return err
		}
		c.Inserted += done.Inserted
		c.Updated += done.Updated
		c.Deleted += done.Deleted
		c.Rechecked += done.Rechecked
		for _, b := range done.Bad {
			if err := w.rejects.add(w.load, batch[b.Index].Row, b.Column, b.Code, b.Reason); err != nil {
				return err
			}
		}
		if err := w.rejects.check(w.load); err != nil {
			return err
		}
		p.add(int64(len(batch)))
		return a.chunk(ctx, w, int64(len(batch)))
	})
}

// chunk commits a part of a load that is not atomic.
func (a *application) chunk(ctx context.Context, w *work, rows int64) error {
	if !w.load.Spec.Chunked {
		return nil
	}
	a.since += rows
	if a.since < a.u.transactionRows(w.load) {
		return nil
	}
	a.since = 0
	if err := w.rejects.check(w.load); err != nil {
		return err
	}
	if err := a.tx.Commit(ctx, nil); err != nil {
		return err
	}
	tx, err := a.s.Begin(ctx)
	if err != nil {
		return err
	}
	a.tx = tx
	return nil
}

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
	r := &swapRows{u: u, w: w, progress: u.progress(w, PhaseSwap, w.load.Model.Rows)}
	var done func() error
	if w.load.Keys > 0 {
		o, im, err := openOrdered(ctx, w.load, u.src, w.enc, &w.rejects, u.opts.TempDir, sortHere)
		if err != nil {
			return err
		}
		r.next, r.im, done = o.next, im, o.done
	} else {
		im, err := openImages(ctx, w.load, u.src, w.enc, &w.rejects)
		if err != nil {
			return err
		}
		r.next, r.im, done = im.next, im, im.close
	}
	defer func() { err = errors.Join(err, done()) }()
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

// progress counts rows and says so now and then.
type progress struct {
	u     *unit
	w     *work
	phase Phase
	rows  int64
	total int64
}

// progressRows is how many rows pass between two events.
const progressRows = 10_000

func (u *unit) progress(w *work, phase Phase, total int64) *progress {
	p := &progress{u: u, w: w, phase: phase, total: max(total, 0)}
	u.emit(Event{Load: w.load.Name(), Phase: phase, Total: p.total})
	return p
}

func (p *progress) step() {
	p.rows++
	if p.rows%progressRows == 0 {
		p.u.emit(Event{Load: p.w.load.Name(), Phase: p.phase, Rows: p.rows, Total: p.total})
	}
}

func (p *progress) add(n int64) {
	before := p.rows / progressRows
	p.rows += n
	if p.rows/progressRows != before {
		p.u.emit(Event{Load: p.w.load.Name(), Phase: p.phase, Rows: p.rows, Total: p.total})
	}
}
