package synctest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"impact/sync/run"
)

// run runs all loads. hook may disturb, and is called until it has.
func (l *life) run(o run.Options, hook func(run.Event) bool) (done bool, changed int64) {
	l.t.Helper()
	return l.runWith(l.t.Context(), o, hook)
}

// plan says how many rows a run would change, and changes none.
func (l *life) plan() (changed int64) {
	l.t.Helper()
	s := l.suite()
	p := s.plan()
	for _, r := range run.Compare(l.t.Context(), p, l.src, map[string]run.Destination{"db": l.Destination}, run.Options{RunID: "plan", Approve: p.Hash, SwapRows: l.swapRows()}, nil).Loads {
		changed += r.Counts.Changed()
	}
	return changed
}

// swapRows is the number of rows from which on a table may be exchanged; 0: the
// one that runs have.
func (l *life) swapRows() int64 {
	if l.swap {
		return 1
	}
	return 0
}

func (l *life) suite() *suite {
	s := &suite{Harness: l.Harness, t: l.t, src: l.src}
	for _, p := range l.parts {
		if p.load != nil {
			s.loads = append(s.loads, p.load)
		}
	}
	return s
}

func (l *life) runWith(ctx context.Context, o run.Options, hook func(run.Event) bool) (done bool, changed int64) {
	l.t.Helper()
	p := l.suite().plan()
	if len(p.Refusals) > 0 {
		l.t.Fatalf("refused: %+v\n%s", p.Refusals, l.describe())
	}
	l.runs++
	o.RunID, o.Approve, o.SwapRows = fmt.Sprint("life-", l.runs), p.Hash, l.swapRows()
	o.Sleep = func(context.Context, time.Duration) error { return nil }
	o.Events = func(e run.Event) {
		if hook != nil && hook(e) {
			hook = nil
		}
	}
	if l.arm != nil {
		l.arm()
	}
	l.rejected = nil
	o.Rejects = func(r run.Reject) { l.rejected = append(l.rejected, r) }
	done = true
	for _, r := range run.Execute(ctx, p, l.src, map[string]run.Destination{"db": l.Destination}, o).Loads {
		changed += r.Counts.Changed()
		if r.Status != run.StatusDone {
			done = false
			l.t.Logf("run %d: %s: %s: %s", l.runs, r.Load, r.Status, r.Error)
		}
	}
	return done, changed
}

// cut cuts a run off at a random moment. It has happened or it has not.
func (l *life) cut() {
	l.t.Helper()
	before := l.look()
	ctx, cancel := context.WithCancel(l.t.Context())
	defer cancel()
	var hook func(run.Event) bool
	if l.Crash != nil && !l.chance(4) {
		l.arm = func() { l.Crash(l.r.IntN(80)) }
	} else {
		n := l.r.IntN(6)
		hook = func(run.Event) bool {
			if n--; n < 0 {
				cancel()
			}
			return n < 0
		}
	}
	done, _ := l.runWith(ctx, run.Options{Attempts: 1}, hook)
	if l.arm = nil; l.Crash != nil {
		l.Crash(-1)
	}
	if done {
		l.judge("a run that was not cut off", before, done)
		return
	}
	got := l.look()
	if l.chunked() {
		l.between("a run that was cut off", before, got)
		return
	}
	if !cmp.Equal(before, got, cmp.AllowUnexported(record{})) {
		rejected := l.rejected
		if done, _ := l.run(run.Options{}, nil); done { // what it says now is what it said then
			l.rejected = append(rejected, l.rejected...)
			l.judge("a run whose answer was lost", before, done)
		}
	}
}

// meddle writes what an application might. What its constraints forbid does not
// happen.
func (l *life) meddle(n int) {
	for range n {
		p := l.parts[l.r.IntN(len(l.parts))]
		i := l.r.IntN(l.keys)
		key := lifeKey(i)
		where := " WHERE sf = '" + key + "'"
		if p.kind == byParent {
			where = fmt.Sprint(" WHERE no = ", i)
		}
		switch l.r.IntN(8) {
		case 0:
			_ = l.Try("UPDATE " + p.name + " SET v = 'app'" + where)
		case 1:
			_ = l.Try("DELETE FROM " + p.name + where)
		case 2:
			_ = l.Try("UPDATE " + p.name + " SET n = 9, code = NULL" + where)
		case 3:
			if p.soft {
				_ = l.Try("UPDATE " + p.name + " SET gone = '2020-01-01 00:00:00'" + where)
			}
		case 4:
			if p.clicks {
				_ = l.Try("UPDATE " + p.name + " SET clicks = clicks + 1" + where)
			}
		case 5:
			for _, k := range p.links {
				_ = l.Try("UPDATE " + p.name + " SET " + k.col + " = NULL" + where)
			}
		default:
			if p.load == nil || p.scope || !p.load.Mode.Removes() {
				l.insert(p, key, i)
			}
		}
	}
}

// insert adds a row of the application's that refers to what is there.
func (l *life) insert(p *part, key string, no int) {
	l.web++
	sf := fmt.Sprintf("w%d", l.web)
	if !l.clean && l.chance(3) {
		sf = key // where a row of the load's wants to be
	} else if p.kind == byParent {
		no = 1000 + l.web
	}
	cols, values := []string{"v"}, []string{"'web'"}
	if p.kind != byParent {
		cols, values = append(cols, "sf"), append(values, "'"+sf+"'")
	}
	switch p.kind {
	case pair:
		cols, values = append(cols, "no"), append(values, fmt.Sprint(no%2))
	case byParent:
		cols, values = append(cols, "no"), append(values, fmt.Sprint(no))
	case plain:
	}
	if l.chance(3) && (!p.code || !l.clean) {
		cols, values = append(cols, "code"), append(values, fmt.Sprint(l.r.IntN(l.keys)))
	}
	from := ""
	for i, k := range p.links {
		if k.null && l.chance(2) {
			continue
		}
		target := "sf"
		if k.to.id {
			target = "id"
		}
		cols, values = append(cols, k.col), append(values, fmt.Sprintf("p%d.%s", i, target))
		if from != "" {
			from += ", "
		}
		from += fmt.Sprintf("(SELECT MIN(%s) AS %s FROM %s WHERE sf >= '%s') p%d", target, target, k.to.name, key, i)
	}
	q := "INSERT INTO " + p.name + " (" + strings.Join(cols, ", ") + ") SELECT " + strings.Join(values, ", ")
	if from != "" {
		q += " FROM " + from
	}
	_ = l.Try(q)
}
