package synctest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/run"
)

func (s *suite) mirror() {
	s.jobs(destination.Mirror, []any{1, "same"}, []any{2, "new"}, []any{10, nil}, []any{9, ""}, []any{-3, "é 看護師"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'same'), (2, 'old'), (3, 'gone'), (10, ''), (9, NULL)")
	s.changes(1, 3, 1)
	s.rows("SELECT * FROM jobs ORDER BY id", "-3|é 看護師", "1|same", "2|new", "9|", "10|NULL")
	s.changes(0, 0, 0)
}

func (s *suite) owned() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+", clicks INTEGER NOT NULL DEFAULT 5")
	s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "new"}, []any{2, "b"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'old', 77)")
	s.changes(1, 1, 0)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|new|77", "2|b|5")
}

func (s *suite) upsert() {
	s.jobs(destination.Upsert, []any{2, "new"}, []any{3, "c"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b')")
	s.changes(1, 1, 0)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|a", "2|new", "3|c")
	s.changes(0, 0, 0)
}

func (s *suite) appends() {
	s.create("jobs", "id INTEGER NOT NULL, v "+s.Text)
	s.load("jobs", destination.Append, "", idAndText(), []any{1, "a"}, []any{1, "a"})
	s.src["model.x.jobs"].Version = "v1"
	s.changes(2, 0, 0)
	if r := s.run()[0]; r.Status != run.StatusUnchanged {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.src["model.x.jobs"].Version = "v2"
	s.changes(2, 0, 0)
	s.rows("SELECT COUNT(*) FROM jobs", "4")
}

func (s *suite) replace() {
	s.jobs(destination.Replace, []any{1, "uno"}, []any{3, "c"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b')")
	s.run()
	s.rows("SELECT * FROM jobs ORDER BY id", "1|uno", "3|c")
	s.changes(0, 0, 0)
	s.opts.SwapRows = 1
	s.src["model.x.jobs"] = NewTable(idAndText(), []any{7, "x"}, []any{8, "y"}, []any{9, "z"})
	s.run()
	s.rows("SELECT * FROM jobs ORDER BY id", "7|x", "8|y", "9|z")
	s.changes(0, 0, 0)
}

func (s *suite) scope() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+", source "+s.Text)
	l := s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "new"}, []any{3, "c"}, []any{5, "taken"})
	l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
	l.OnBadRow = destination.RejectBadRow
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a', 'sf'), (2, 'b', 'sf'), (4, 'own', 'web'), (5, 'own', 'web')")
	s.changes(1, 1, 1)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|new|sf", "3|c|sf", "4|own|web", "5|own|web")
	if len(s.bad) != 1 || s.bad[0].Code != "not_owned" {
		s.t.Fatalf("%+v", s.bad)
	}
}

func (s *suite) soft() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+", gone DATETIME, made DATETIME NOT NULL, changed DATETIME NOT NULL")
	l := s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "a"}, []any{2, "b"})
	l.Delete.Soft = "gone"
	l.Stamp = destination.Stamp{Insert: "made", Write: "changed"}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s.opts.Now = func() time.Time { return at }
	s.changes(2, 0, 0)
	s.src[l.Model].Rows = s.src[l.Model].Rows[:1]
	at = at.AddDate(0, 0, 1)
	s.changes(0, 0, 1)
	at = at.AddDate(0, 0, 1)
	s.changes(0, 0, 0)
	query := "SELECT id, gone IS NULL, SUBSTR(CAST(made AS CHAR(30)), 1, 10), SUBSTR(CAST(changed AS CHAR(30)), 1, 10) FROM jobs ORDER BY id"
	s.rows(query, "1|1|2026-01-01|2026-01-01", "2|0|2026-01-01|2026-01-02")
	s.src[l.Model].Rows = append(s.src[l.Model].Rows, NewRow(2, "b"))
	s.changes(0, 1, 0)
	s.rows(query, "1|1|2026-01-01|2026-01-01", "2|1|2026-01-01|2026-01-03")
}

// Rows that are marked as deleted are none that a guard counts, and when they come
// back they change none. On the first run they are rows that are there.
func (s *suite) softGuards() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+", gone DATETIME")
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a', '2026-01-01 00:00:00'), (2, 'b', '2026-01-01 00:00:00')")
	l := s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "a"}, []any{2, "c"})
	l.Delete.Soft, l.Guard = "gone", destination.DefaultGuard()
	guard := (*run.GuardError)(nil)
	if r := s.execute(s.t.Context(), s.plan(), "")[0]; !errors.As(r.Err, &guard) || guard.ID != run.GuardFirstRun || !strings.Contains(guard.Message, "2 rows") {
		s.t.Fatalf("%s: %v", r.Status, r.Err)
	}
	s.src[l.Model].Rows = nil
	l.Guard.MinRows = 0
	s.changes(0, 0, 0) // now it is not the first run
	s.src[l.Model].Rows = []run.Row{NewRow(1, "a"), NewRow(2, "c")}
	if r := s.execute(s.t.Context(), s.plan(), "")[0]; r.Status != run.StatusDone || r.Counts.Updated != 2 {
		s.t.Fatalf("%s: %v, %+v", r.Status, r.Err, r.Counts)
	}
	s.rows("SELECT id, v, gone FROM jobs ORDER BY id", "1|a|NULL", "2|c|NULL")
	s.src[l.Model].Rows = []run.Row{NewRow(1, "x"), NewRow(2, "x")}
	if r := s.execute(s.t.Context(), s.plan(), "")[0]; !errors.As(r.Err, &guard) || guard.ID != run.GuardMaxChange || !strings.Contains(guard.Message, "2 of 2 rows") {
		s.t.Fatalf("%s: %v", r.Status, r.Err)
	}
}

func (s *suite) unchanged() {
	l := s.jobs(destination.Mirror, []any{1, "a"})
	s.src[l.Model].Version = "v1"
	s.changes(1, 0, 0)
	reads := s.src[l.Model].Reads
	if r := s.run()[0]; r.Status != run.StatusUnchanged || s.src[l.Model].Reads != reads {
		s.t.Fatalf("%s: %s", r.Status, r.Error)
	}
	s.src[l.Model].Version = "v2"
	s.changes(0, 0, 0)
}

func (s *suite) compare() {
	s.jobs(destination.Mirror, []any{1, "new"}, []any{3, "c"})
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b')")
	p := s.plan()
	r := run.Compare(s.t.Context(), p, s.src, map[string]run.Destination{"db": s.Destination}, run.Options{RunID: "x", Approve: p.Hash}, nil).Loads[0]
	if r.Status != run.StatusCompared || r.Counts.Inserted != 1 || r.Counts.Updated != 1 || r.Counts.Deleted != 1 {
		s.t.Fatalf("%s: %+v %s", r.Status, r.Counts, r.Error)
	}
	s.rows("SELECT * FROM jobs ORDER BY id", "1|a", "2|b")
}

func (s *suite) many() {
	l := s.jobs(destination.Mirror)
	t := s.src[l.Model]
	t.Unsort = true
	const n = 5000
	for i := range n {
		k := (i * 7919) % n // every number once, in no order
		t.Rows = append(t.Rows, NewRow(k, fmt.Sprint("row ", k)))
	}
	s.changes(n, 0, 0)
	for i := range t.Rows {
		if i%50 == 0 {
			t.Rows[i] = NewRow(string(t.Rows[i][0]), "changed")
		}
	}
	t.Rows = t.Rows[:n-500]
	s.changes(0, (n-500)/50, 500)
	s.changes(0, 0, 0)
}
