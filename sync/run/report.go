package run

import (
	"context"
	"errors"

	"impact/sync/plan"
)

// refused reports a group that the plan refuses.
func (u *unit) refused() []LoadReport {
	var out []LoadReport
	for _, l := range u.group.Loads {
		r := u.report(l)
		r.Status = StatusSkipped
		r.Error = "a load that it is joined with is refused"
		if len(l.Refusals) > 0 {
			r.Status = StatusRefused
			r.Error, r.Hint = l.Refusals[0].Message, l.Refusals[0].Hint
		}
		out = append(out, r)
	}
	return out
}

func (u *unit) report(l *plan.Load) LoadReport {
	return LoadReport{Load: l.Name(), Destination: u.group.Destination, Table: l.Spec.Table,
		Mode: l.Spec.Mode.String(), Method: l.Method.String(), Attempts: u.attempts}
}

// reports says how the loads of the unit ended. An error concerns the load that
// it names; the others were skipped with it. One that names none concerns all.
func (u *unit) reports(err error) []LoadReport {
	guilty := guiltyLoad(err)
	seconds := u.opts.Now().Sub(u.started).Seconds()
	var out []LoadReport
	for _, w := range u.works {
		r := u.report(w.load)
		r.Method, r.Counts, r.Seconds = w.method.String(), w.counts, seconds
		r.Counts.Rejected = w.rejects.n
		if w.status == StatusRepeated && w.last != nil {
			r.Counts.Rejected = w.last.Rejected
		}
		r.Status = w.status
		for i, n := range w.columns {
			if n > 0 {
				if r.Columns == nil {
					r.Columns = map[string]int64{}
				}
				r.Columns[w.load.Columns[i].Name] = n
			}
		}
		switch {
		case err != nil && w.status == "":
			u.fail(&r, w, err, guilty)
		case err != nil:
			r.Err, r.Error = err, err.Error()
		case u.readOnly:
			r.Status, r.Unread = StatusCompared, w.unread
			if g := (*GuardError)(nil); errors.As(w.guard, &g) {
				r.Status, r.Err, r.Guard, r.Error, r.Hint = StatusRefused, g, g.ID, g.Message, g.Hint
			}
		}
		if u.opts.Rejects != nil && w.status != StatusRepeated {
			for _, rj := range w.rejects.list {
				u.opts.Rejects(rj)
			}
		}
		u.emit(Event{Load: r.Load, Phase: PhaseDone, Status: r.Status, Rows: r.Counts.Changed(), Message: r.Error})
		out = append(out, r)
	}
	return out
}

func (u *unit) fail(r *LoadReport, w *work, err error, guilty string) {
	r.Status, r.Err, r.Error = StatusFailed, err, err.Error()
	guard, bad := (*GuardError)(nil), (*BadRowsError)(nil)
	switch {
	case errors.Is(err, context.Canceled):
		r.Error = "interrupted: nothing was changed"
		if w.load.Spec.Chunked {
			r.Error = "interrupted: what is committed stays, the next run does the rest"
		}
	case guilty != "" && guilty != w.load.Name():
		r.Status, r.Error = StatusSkipped, guilty+", which it is joined with, did not succeed"
	case errors.As(err, &guard):
		r.Status, r.Guard, r.Hint = StatusRefused, guard.ID, guard.Hint
	case errors.As(err, &bad):
		r.Hint = bad.Hint
	}
	if r.Status == StatusFailed || r.Status == StatusSkipped {
		// What was compared before it failed is nothing that was done.
		r.Counts = Counts{Read: r.Counts.Read, Owned: r.Counts.Owned, Rejected: r.Counts.Rejected}
		r.Columns = nil
	}
}

func guiltyLoad(err error) string {
	if e := (*GuardError)(nil); errors.As(err, &e) {
		return e.Load
	}
	if e := (*BadRowsError)(nil); errors.As(err, &e) {
		return e.Load
	}
	return ""
}

// showDifferences gives every row that differs to the caller of Compare.
func (u *unit) showDifferences() error {
	if u.show == nil {
		return nil
	}
	for _, w := range u.works {
		for _, s := range []*spool{&w.deletes, &w.updates, &w.inserts} {
			err := s.batches(batchRows, func(batch []Change) error {
				for _, c := range batch {
					d := Difference{Load: w.load.Name(), Op: c.Op}
					for i := range w.load.Keys {
						d.Key = append(d.Key, string(c.Row[i]))
					}
					u.show(d)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
