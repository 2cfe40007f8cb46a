package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"impact/sync/plan"
)

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
	creating bool // tables are being created
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
			// An interruption closes connections. It is the cause then, wherever
			// it was noticed.
			if stop := ctx.Err(); err != nil && stop != nil && !errors.Is(err, stop) {
				err = fmt.Errorf("%w: %w", stop, err)
			}
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
			if err := u.prospect(ctx, s, w); err != nil {
				return err
			}
			if !w.settled {
				w.guard = u.guard(w)
			}
		}
		if err := u.foresee(ctx, s); err != nil {
			return err
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
	if err := u.create(ctx, s); err != nil {
		return err
	}
	if len(u.works) == 1 && u.works[0].method == plan.Swap {
		return u.swap(ctx, s, u.works[0])
	}
	return u.apply(ctx, s)
}

// foresee finds what a run would be refused for before it looks at any row. An
// approval says that somebody has looked, or that no run is meant.
func (u *unit) foresee(ctx context.Context, s Session) error {
	f, ok := s.(Foreseer)
	if !ok || u.approved() {
		return nil
	}
	err := f.Foresee(ctx)
	guard := (*GuardError)(nil)
	if !errors.As(err, &guard) {
		return err
	}
	for _, w := range u.works {
		if w.load.Name() == guard.Load {
			w.guard = guard
		}
	}
	return nil
}

// fresh refuses a plan that was made for other tables.
func (u *unit) fresh(ctx context.Context, s Session) error {
	schema, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	for _, w := range u.works {
		// A creation whose answer was lost is looked at when it is repeated.
		if plan.TableHash(w.load, schema) != w.ddl && !u.creating {
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
	unchanged := !u.opts.Full
	for _, w := range u.works {
		e, err := s.Last(ctx, w.load)
		if err != nil {
			return false, err
		}
		w.last = e
		if e != nil && e.RunID == u.opts.RunID && u.opts.RunID != "" && !u.readOnly {
			w.repeat(e, u.attempts > 1)
			continue
		}
		if w.missing {
			e = nil // of a table that is gone
		}
		appended := w.load.Method == plan.Insert && e != nil && e.Version != "" && plan.SameVersion(e.Version, w.load.Model.Version)
		same := e != nil && e.Version != "" && plan.SameVersion(e.Version, w.load.Model.Version) && e.Mapping == w.load.Mapping && e.DDL == w.load.DDL && e.Rejected == 0
		unchanged = unchanged && (same || appended) && !w.load.Spec.Full
		if appended {
			w.settled, w.status = true, StatusUnchanged
		}
	}
	if u.readOnly {
		for _, w := range u.works {
			w.unread = unchanged || w.settled
		}
		return false, nil
	}
	done = true
	for _, w := range u.works {
		if unchanged && (!w.settled || w.status == StatusUnchanged) {
			w.settled, w.status = true, StatusUnchanged
			w.counts.Read = w.last.Read
			w.counts.Unchanged = w.last.Read
		}
		done = done && w.settled
	}
	return done, nil
}

// repeat settles a load that this run has delivered before. A group may have
// grown since: loads that were held back or not chosen then are still to come.
func (w *work) repeat(e *Entry, ours bool) {
	if w.settled {
		return // in an earlier attempt
	}
	w.settled, w.status = true, StatusRepeated
	if ours {
		w.status = StatusDone // our own commit, whose answer was lost
	}
	w.counts.Read, w.counts.Inserted, w.counts.Updated, w.counts.Deleted, w.counts.Rejected = e.Read, e.Inserted, e.Updated, e.Deleted, e.Rejected
}
