package mysql_test

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// world is a random table with a random load into it, and what we expect of it.
type world struct {
	*bench
	r     *rand.Rand
	mode  destination.Mode
	scope bool
	soft  bool
	text  bool // the key is text, under a collation that sorts unlike bytes
}

var worldWords = []string{"", "a", "A", "b ", "b", "é", "e", "看護師", "かな", "カナ", "😀", "\t", `\`, "'", "NULL"}

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	w := &world{r: r, scope: r.IntN(2) == 0, soft: r.IntN(3) == 0, text: r.IntN(3) == 0}
	w.mode = []destination.Mode{destination.Mirror, destination.Mirror, destination.Upsert, destination.Replace}[r.IntN(4)]
	key := "INT"
	if w.text {
		key = "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
	}
	clicks := ", clicks INT NOT NULL DEFAULT 0" // the application's
	if w.mode == destination.Replace {
		clicks = "" // replace refuses columns that it does not supply
	}
	w.bench = newBench(t, "CREATE TABLE jobs (k "+key+" NOT NULL PRIMARY KEY, v VARCHAR(10) CHARACTER SET utf8mb4, n DECIMAL(6,2), u INT UNIQUE, source VARCHAR(5) NOT NULL DEFAULT 'sf', gone DATETIME"+clicks+")")
	w.opts.SwapRows = int64(1 + r.IntN(2)*1000)
	w.load("jobs", "jobs", w.mode, []string{"k"}, func(l *destination.Load) {
		if w.scope {
			l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
		} else {
			l.Values = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
		}
		if w.soft {
			l.Delete.Soft = "gone"
		} else if w.mode == destination.Replace {
			l.Values = append(l.Values, destination.Constant{Column: "gone"})
		}
		if w.soft && !w.mode.Removes() {
			l.Delete.Soft = ""
		}
		l.OnBadRow = destination.RejectBadRow
	})
	w.soft = w.loads[0].Delete.Soft != ""
	return w
}

func (w *world) key(i int) string {
	if w.text {
		return fmt.Sprintf("%c%02d", 'A'+rune(i%2)*('b'-'A'), i) // A00, b01, A02: bytes sort unlike the collation
	}
	return fmt.Sprint(i)
}

// model draws the rows of a model. Unique values are handed out at random, so
// rows take them from each other.
func (w *world) model(keys int) *synctest.Table {
	kind := plan.Int
	if w.text {
		kind = plan.String
	}
	t := synctest.NewTable(fields("k", kind, "v", plan.String, "n", plan.Decimal, "u", plan.Int))
	unique := w.r.Perm(keys * 2)
	for i := range keys {
		if w.r.IntN(4) == 0 || (w.scope && i >= keys*3/4) { // the last keys are the application's
			continue
		}
		var v, n, u any
		if w.r.IntN(5) > 0 {
			v = worldWords[w.r.IntN(len(worldWords))]
		}
		if w.r.IntN(5) > 0 {
			n = fmt.Sprintf("%d.%02d", w.r.IntN(9)-4, w.r.IntN(100))
		}
		if w.r.IntN(3) > 0 {
			if u = unique[i]; w.soft {
				u = i // a row that is only marked keeps its value
			}
		}
		t.Rows = append(t.Rows, synctest.NewRow(w.key(i), v, n, u))
	}
	w.r.Shuffle(len(t.Rows), func(i, j int) { t.Rows[i], t.Rows[j] = t.Rows[j], t.Rows[i] })
	t.Unsort = w.r.IntN(2) == 0
	return t
}

const ownedView = "SELECT k, v, n, u FROM jobs WHERE source = 'sf' AND gone IS NULL"

// want are the rows of the model as the server prints them.
func want(t *synctest.Table) []string {
	var out []string
	for _, r := range t.Rows {
		parts := make([]string, len(r))
		for i, v := range r {
			parts[i] = "NULL"
			if v != nil {
				parts[i] = string(v)
			}
		}
		if strings.HasPrefix(parts[2], "-0.00") {
			parts[2] = "0.00"
		}
		out = append(out, strings.Join(parts, "|"))
	}
	sort.Strings(out)
	return out
}

func sorted(rows []string) []string {
	sort.Strings(rows)
	return rows
}

// TestAnyTableBecomesTheModelAndNothingElseChanges runs random loads over random
// tables: three models one after the other, with the application writing in
// between and during the second.
func TestAnyTableBecomesTheModelAndNothingElseChanges(t *testing.T) {
	t.Parallel()
	seeds := uint64(60)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, seed)
			w.live(10 + w.r.IntN(150))
		})
	}
}

func (w *world) live(keys int) {
	t := w.t
	t.Helper()
	m := w.model(keys)
	w.src["model.x.jobs"] = m
	w.done()
	w.holds(m, "the first model")

	// The application's rows and columns.
	if w.scope {
		for i := keys * 3 / 4; i < keys; i++ {
			w.exec(fmt.Sprintf("INSERT INTO jobs (k, v, source) VALUES ('%s', 'own', 'web')", w.key(i)))
		}
	}
	if w.mode != destination.Replace {
		w.exec("UPDATE jobs SET clicks = 7")
	}
	own := "SELECT k, v, n, u, source, gone FROM jobs WHERE source <> 'sf' ORDER BY k"
	before := w.rows(own)

	next := w.model(keys)
	if w.mode == destination.Upsert {
		next = w.growing(m, next)
	}
	w.src["model.x.jobs"] = next
	meddled := 0
	w.hook = func(e run.Event) {
		if e.Phase != run.PhaseApply || meddled > 0 {
			return
		}
		meddled++
		for range 5 {
			k := w.key(w.r.IntN(keys))
			w.exec([]string{
				"UPDATE jobs SET v = 'app' WHERE source = 'sf' AND k = '" + k + "'",
				"UPDATE jobs SET n = 9 WHERE source = 'sf' AND k = '" + k + "'",
				"DELETE FROM jobs WHERE source = 'sf' AND k = '" + k + "'",
			}[w.r.IntN(3)])
		}
	}
	w.done()
	w.hook = nil
	diff(t, before, w.rows(own))
	// What the application wrote during the run is put right by the next.
	w.done()
	w.holds(next, "after the application's writes")
	diff(t, before, w.rows(own))
	if w.mode != destination.Replace {
		for _, r := range w.rows("SELECT DISTINCT clicks FROM jobs WHERE source = 'sf' AND k IN (SELECT k FROM jobs WHERE clicks NOT IN (0, 7))") {
			t.Fatalf("clicks became %s", r)
		}
	}
	if r := w.done()[0]; r.Counts.Changed() != 0 {
		t.Fatalf("a second run changed rows: %s", counts(r))
	}
	if len(w.rejected) > 0 {
		t.Fatalf("rejected: %+v", w.rejected)
	}
}

// growing is a model that keeps the unique values of rows that an upsert does
// not remove out of the way.
func (w *world) growing(old, next *synctest.Table) *synctest.Table {
	there := map[string]bool{}
	for _, r := range next.Rows {
		there[string(r[0])] = true
	}
	held := map[string]bool{}
	for _, r := range old.Rows {
		if !there[string(r[0])] {
			next.Rows = append(next.Rows, r)
			held[string(r[3])] = true
		}
	}
	for i, r := range next.Rows {
		if held[string(r[3])] && i < len(there) {
			r[3] = nil
		}
	}
	return next
}

func (w *world) holds(m *synctest.Table, when string) {
	w.t.Helper()
	got := sorted(w.rows(ownedView))
	if fmt.Sprint(got) != fmt.Sprint(want(m)) {
		w.t.Errorf("%s: mode %s scope %v soft %v text %v, rejected %+v", when, w.mode, w.scope, w.soft, w.text, w.rejected)
		diff(w.t, want(m), got)
	}
}

// TestAnyGroupBecomesItsModelsAndNothingElseChanges is the same for tables that
// refer to each other.
func TestAnyGroupBecomesItsModelsAndNothingElseChanges(t *testing.T) {
	t.Parallel()
	seeds := uint64(120)
	if testing.Short() {
		seeds = 25
	}
	synctest.Lives(t, seeds, func(t *testing.T) synctest.Harness {
		t.Helper()
		name := server.Database(t)
		p := synctest.NewProxy(t, server)
		db, err := mysql.Open(t.Context(), mysql.Options{DSN: p.DSN(name), CreateLedger: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return synctest.Harness{Destination: db, Text: "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", Serial: "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY",
			Fold: "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", Enum: "ENUM('a','b','看') CHARACTER SET utf8mb4",
			Exec: func(t testing.TB, q ...string) { t.Helper(); server.Exec(t, name, q...) },
			Rows: func(t testing.TB, q string) []string { t.Helper(); return server.Rows(t, name, q) },
			Try:  func(q string) error { return server.Try(name, q) },
			Crash: func(n int) {
				if n < 0 {
					p.Arm(nil)
					return
				}
				p.Arm(&synctest.Fault{Skip: n, Before: n%2 == 0})
			}}
	})
}
