package synctest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

func (s *suite) badKeys() {
	l := s.jobs(destination.Mirror, []any{1, "a"}, []any{2, "b"}, []any{2, "c"}, []any{nil, "d"})
	l.OnBadRow = destination.RejectBadRow
	s.Exec(s.t, "INSERT INTO jobs VALUES (2, 'before')")
	s.changes(1, 0, 0)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|a", "2|before")
	if len(s.bad) != 3 {
		s.t.Fatalf("%+v", s.bad)
	}
}

func (s *suite) badRows() {
	s.jobs(destination.Mirror, []any{1, "a"}, []any{2, "more than twenty characters"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'before')")
	if r := s.run()[0]; r.Status != run.StatusFailed || !errors.As(r.Err, new(*run.BadRowsError)) {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT * FROM jobs", "1|before")
}

func (s *suite) constants() {
	long := destination.Literal{Kind: destination.String, Text: "more than twenty characters"}
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+", n INTEGER")
	for _, c := range []struct {
		name   string
		of     func(l *destination.Load)
		column string
	}{
		{"scope", func(l *destination.Load) { l.Scope = []destination.Constant{{Column: "v", Value: long}} }, "v"},
		{"scope of a mapped column", func(l *destination.Load) {
			l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "id", From: "id"}, {Column: "v", From: "v"}}
			l.Scope = []destination.Constant{{Column: "V", Value: long}}
		}, "v"},
		{"values", func(l *destination.Load) { l.Values = []destination.Constant{{Column: "n", Value: long}} }, "n"},
	} {
		s.loads = nil
		l := s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "a"})
		l.File, l.Line, l.Path = "models/exposures.yml", 12, "meta.impact"
		c.of(l)
		refusals := s.plan().Refusals
		if len(refusals) != 1 {
			s.t.Errorf("%s: %d refusals: %+v", c.name, len(refusals), refusals)
			continue
		}
		r := refusals[0]
		block, _, _ := strings.Cut(c.name, " ")
		if r.ID != plan.ConstantUnfit || r.Column != c.column || r.Hint == "" ||
			!strings.Contains(r.Message, "meta.impact."+block+" (models/exposures.yml:12)") || strings.Contains(r.Message, long.Text) {
			s.t.Errorf("%s: %+v", c.name, r)
		}
	}
}

func (s *suite) guards() {
	l := s.jobs(destination.Mirror, []any{1, "a"})
	l.Guard = destination.DefaultGuard()
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b')")
	p := s.plan()
	if r := s.execute(s.t.Context(), p, "")[0]; r.Status != run.StatusRefused || r.Hint == "" {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT COUNT(*) FROM jobs", "2")
	if r := s.execute(s.t.Context(), p, p.Hash)[0]; r.Status != run.StatusDone {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT COUNT(*) FROM jobs", "1")
}

func (s *suite) incomplete() {
	l := s.jobs(destination.Mirror, []any{1, "a"})
	s.src[l.Model].Claim = 2
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'old'), (2, 'b')")
	if r := s.run()[0]; !errors.As(r.Err, new(*run.IncompleteError)) {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT * FROM jobs ORDER BY id", "1|old", "2|b")
}

func (s *suite) breaks() {
	l := s.jobs(destination.Mirror, []any{1, "a"}, []any{2, "b"})
	t := s.src[l.Model]
	t.Fail, t.FailAfter = errors.New("the stream broke"), 1
	if r := s.run()[0]; r.Status != run.StatusFailed || !errors.Is(r.Err, t.Fail) {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT COUNT(*) FROM jobs", "0")
	t.Fail, t.Fails = run.Transient(t.Fail), 2
	s.changes(2, 0, 0)
}

func (s *suite) cancel() {
	s.jobs(destination.Mirror, []any{1, "a"})
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	s.opts.Events = func(e run.Event) {
		if e.Phase == run.PhaseApply {
			cancel()
		}
	}
	p := s.plan()
	if r := s.execute(ctx, p, p.Hash)[0]; r.Status != run.StatusFailed || !errors.Is(r.Err, context.Canceled) {
		s.t.Fatalf("%s: %v", r.Status, r.Err)
	}
	s.rows("SELECT COUNT(*) FROM jobs", "0")
	s.opts.Events = nil
	s.changes(1, 0, 0)
}

func (s *suite) quiet() {
	for _, n := range []int64{1, 1 << 40} { // exchanged or merged
		table := fmt.Sprint("jobs_", n)
		s.create(table, "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text)
		s.Exec(s.t, "INSERT INTO "+table+" VALUES (1, 'a'), (2, 'b'), (3, 'c')")
		l := s.load(table, destination.Replace, "id", idAndText(), []any{1, "A"}, []any{2, "B"}, []any{3, "C"})
		ctx, cancel := context.WithCancel(s.t.Context())
		t := s.src[l.Model]
		t.Quiet, t.Uncount, t.Cancel, t.FailAfter = true, true, cancel, 1
		s.opts.SwapRows = n
		p := s.plan()
		if r := s.execute(ctx, p, p.Hash)[0]; r.Status != run.StatusFailed || !errors.Is(r.Err, context.Canceled) {
			s.t.Fatalf("%s: %v", r.Status, r.Err)
		}
		s.rows("SELECT * FROM "+table+" ORDER BY id", "1|a", "2|b", "3|c")
		s.loads = nil
		cancel()
	}
}

func (s *suite) stale() {
	s.jobs(destination.Mirror, []any{1, "a"})
	p := s.plan()
	s.Exec(s.t, "ALTER TABLE jobs ADD COLUMN w INTEGER")
	r := s.execute(s.t.Context(), p, p.Hash)[0]
	if g := (*run.GuardError)(nil); !errors.As(r.Err, &g) || g.ID != run.GuardStale {
		s.t.Fatalf("%s: %v", r.Status, r.Err)
	}
}

func (s *suite) once() {
	s.jobs(destination.Mirror, []any{1, "a"})
	s.opts.RunID = "the-run"
	s.changes(1, 0, 0)
	if r := s.run()[0]; r.Status != run.StatusRepeated || r.Counts.Inserted != 1 {
		s.t.Fatalf("%s: %+v", r.Status, r.Counts)
	}

	// Nor is it delivered again after others, over what they have brought.
	s.src["model.x.jobs"] = NewTable(idAndText(), []any{1, "a"}, []any{2, "b"}, []any{3, "c"})
	s.opts.RunID = "another-run"
	s.changes(2, 0, 0)
	s.src["model.x.jobs"] = NewTable(idAndText(), []any{4, "d"})
	s.opts.RunID = "the-run"
	if r := s.run()[0]; r.Status != run.StatusRepeated || r.Counts.Inserted != 1 {
		s.t.Fatalf("%s: %+v %v", r.Status, r.Counts, r.Err)
	}
}

func (s *suite) locked() {
	s.jobs(destination.Mirror, []any{1, "a"})
	var second run.LoadReport
	s.opts.Events = func(e run.Event) {
		if e.Phase == run.PhaseApply && second.Load == "" {
			second.Load = "asked"
			p := s.plan()
			second = run.Execute(s.t.Context(), p, s.src, map[string]run.Destination{"db": s.Destination}, run.Options{RunID: "other", Approve: p.Hash}).Loads[0]
		}
	}
	s.changes(1, 0, 0)
	if second.Status != run.StatusFailed || !errors.As(second.Err, new(*run.LockedError)) {
		s.t.Fatalf("%s: %v", second.Status, second.Err)
	}
}

func (s *suite) ledger() {
	s.jobs(destination.Mirror, []any{1, "a"}, []any{2, "b"})
	s.changes(2, 0, 0)
	s.src["model.x.jobs"].Version = "1"
	s.changes(0, 0, 0)

	// Half of the ledger is gone: its entries are known, and it is made whole.
	s.Exec(s.t, "DROP TABLE _impact_runs")
	p := s.plan()
	if r := run.Compare(s.t.Context(), p, s.src, map[string]run.Destination{"db": s.Destination}, s.opts, nil).Loads[0]; !r.Unread {
		s.t.Fatalf("the entries were not found: %+v", r)
	}
	if r := s.run()[0]; r.Status != run.StatusUnchanged {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT COUNT(*) FROM _impact_loads", "2")
	s.src["model.x.jobs"].Version = "2"
	s.changes(0, 0, 0)
	s.rows("SELECT loads FROM _impact_runs", "1")

	// The other half: it counts as never run.
	s.Exec(s.t, "DROP TABLE _impact_loads")
	s.changes(0, 0, 0)
}

func (s *suite) badReplace() {
	l := s.jobs(destination.Replace, []any{1, "A"}, []any{2, "more than twenty characters"}, []any{3, "C"}, []any{4, "D"})
	l.OnBadRow = destination.RejectBadRow
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b'), (3, 'c'), (5, 'e')")
	s.opts.SwapRows = 1
	s.changes(1, 2, 1)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|A", "2|b", "3|C", "4|D")
	s.rejected("2 too_long")
}

func (s *suite) unkeyedGuards() {
	s.create("jobs", "id INTEGER, v "+s.Text)
	l := s.load("jobs", destination.Replace, "", idAndText(), []any{nil, nil}, []any{nil, nil}, []any{3, "c"})
	l.Guard = destination.DefaultGuard()
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b'), (3, 'c')")
	guard := (*run.GuardError)(nil)
	if r := s.execute(s.t.Context(), s.plan(), "")[0]; !errors.As(r.Err, &guard) || guard.ID != run.GuardMaxChange {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.rows("SELECT v FROM jobs ORDER BY id", "a", "b", "c")
}
