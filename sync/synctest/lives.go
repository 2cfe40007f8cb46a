package synctest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"impact/sync/run"
)

// Lives runs random groups of loads over random tables through a few runs: with
// parents, children and rows that refer to each other, by lookups and by natural
// keys, keys of two columns and keys that hold a parent, text that the database
// compares regardless of case, decimals, dates and enums, unique values that rows
// take from each other, scopes, marks of deletion, bad rows, tables that are
// exchanged, and an application that writes in between and meanwhile. A plain
// model of what each mode means says what every table has to be afterwards:
//
//   - rows and columns that the loads do not own are never touched, and no
//     generated id ever changes;
//   - where what the models ask for is possible, it is done, without any reject;
//   - a further run changes nothing;
//   - a row that is rejected stays exactly as it is;
//   - a run that fails, or is cut off at any statement, leaves everything as it
//     was or does everything; one in several transactions leaves each row as it
//     was or as it has to be.
//
// The harness needs Serial and Try.
func Lives(t *testing.T, seeds uint64, open func(t *testing.T) Harness) {
	t.Helper()
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			l := &life{Harness: open(t), t: t, r: rand.New(rand.NewPCG(seed, 11)), src: Source{}}
			l.born()
			l.live()
		})
	}
}

// life is one group of tables with everything that happens to it.
type life struct {
	Harness
	t        *testing.T
	r        *rand.Rand
	src      Source
	parts    []*part
	clean    bool // models hold no bad rows
	fold     bool // text keys are compared regardless of case
	swap     bool // tables of any size may be exchanged
	keys     int
	runs     int
	rejected []run.Reject
	web      int    // rows that the application has added
	arm      func() // before a plan is executed; may be nil
}

func (l *life) chance(n int) bool { return l.r.IntN(n) == 0 }

// live is the life of the tables.
func (l *life) live() {
	l.dream()
	l.step("first")
	for range 2 {
		l.meddle(3)
		l.dream()
		if l.chance(2) {
			l.cut()
		}
		if l.chance(2) { // the application writes during the run
			phase := run.PhaseApply
			if l.Busy || l.chance(2) {
				phase = run.PhaseCompare
			}
			l.run(run.Options{}, func(e run.Event) bool {
				if e.Phase != phase { // the first: later the run may have locked what is written
					return false
				}
				l.meddle(3)
				return true
			})
			l.look()
		}
		l.step("next")
	}
}

// step is a run that nobody disturbs, and a further one.
func (l *life) step(what string) {
	l.t.Helper()
	before := l.look()
	planned := l.plan()
	done, changed := l.run(run.Options{}, nil)
	l.judge(what, before, done)
	if done && len(l.rejected) == 0 && planned != changed {
		l.t.Fatalf("%s: %d rows were to be changed, and %d were\n%s", what, planned, changed, l.describe())
	}
	if !done {
		return
	}
	first := l.rejected
	before = l.look()
	if done, changed = l.run(run.Options{}, nil); !done || changed != 0 {
		l.t.Errorf("%s: a further run: done %v, changed %d rows\n%s\nrejected %+v\nthen %+v", what, done, changed, l.describe(), first, l.rejected)
	}
	l.judge(what+", again", before, done)
}
