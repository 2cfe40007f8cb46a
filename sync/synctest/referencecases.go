package synctest

import (
	"sort"
	"strings"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

func (s *suite) parents() {
	s.create("p", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text)
	s.create("c", "id INTEGER NOT NULL PRIMARY KEY, p_id INTEGER NOT NULL, FOREIGN KEY (p_id) REFERENCES p (id)")
	f := []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "p_id", Kind: plan.Int}}
	s.load("c", destination.Mirror, "id", f, []any{1, 10}, []any{2, 20})
	s.load("p", destination.Mirror, "id", idAndText(), []any{10, "x"}, []any{20, "y"})
	s.changes(4, 0, 0)
	// 1 moves to a new parent, and its old one goes; 2 goes with its parent.
	s.src["model.x.c"].Rows = []run.Row{NewRow(1, 30)}
	s.src["model.x.p"].Rows = []run.Row{NewRow(30, "z")}
	s.changes(1, 1, 3)
	s.rows("SELECT c.id, p.v FROM c JOIN p ON p.id = p_id", "1|z")
	s.changes(0, 0, 0)
}

func (s *suite) lookup() {
	s.create("p", "id INTEGER NOT NULL PRIMARY KEY, k INTEGER NOT NULL UNIQUE")
	s.create("c", "id INTEGER NOT NULL PRIMARY KEY, p_id INTEGER")
	s.load("p", destination.Mirror, "id", []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "k", Kind: plan.Int}}, []any{1, 100}, []any{2, 200})
	l := s.load("c", destination.Mirror, "id", []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "pk", Kind: plan.Int}}, []any{1, 200}, []any{2, nil}, []any{3, 999})
	l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "id", From: "id"}}
	l.Lookups = []destination.Lookup{{Column: "p_id", Table: "p", Select: "id", By: "k", From: "pk"}}
	l.OnBadRow = destination.RejectBadRow
	s.changes(4, 0, 0)
	s.rows("SELECT id, p_id FROM c ORDER BY id", "1|2", "2|NULL")
	if len(s.bad) != 1 || s.bad[0].Code != "no_parent" || s.bad[0].Key[0] != "3" {
		s.t.Fatalf("%+v", s.bad)
	}
	s.src[l.Model].Rows = s.src[l.Model].Rows[:2]
	s.changes(0, 0, 0)
}

func (s *suite) identified() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, k INTEGER UNIQUE")
	s.create("skills", "id INTEGER NOT NULL PRIMARY KEY, name "+s.Text+" NOT NULL UNIQUE")
	s.create("job_skills", "job_id INTEGER NOT NULL, skill_id INTEGER NOT NULL, level INTEGER, PRIMARY KEY (job_id, skill_id), FOREIGN KEY (job_id) REFERENCES jobs (id), FOREIGN KEY (skill_id) REFERENCES skills (id)")
	s.Exec(s.t, "INSERT INTO jobs VALUES (3, 100), (2, 200), (1, 1000), (9, NULL)", "INSERT INTO skills VALUES (2, 'a'), (1, 'b')", "INSERT INTO job_skills VALUES (9, 1, 7)")
	f := []plan.Field{{Name: "job", Kind: plan.Int}, {Name: "skill", Kind: plan.String}, {Name: "level", Kind: plan.Int}}
	l := s.load("job_skills", destination.Mirror, "", f, []any{100, "b", 1}, []any{1000, "a", 2}, []any{200, "b", 3}, []any{100, "a", 4}, []any{300, "a", 5}, []any{100, "c", 6})
	l.Key = []string{"job_id", "skill_id"}
	l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "level", From: "level"}}
	l.Lookups = []destination.Lookup{{Column: "job_id", Table: "jobs", Select: "id", By: "k", From: "job"}, {Column: "skill_id", Table: "skills", Select: "id", By: "name", From: "skill"}}
	l.OnBadRow = destination.RejectBadRow
	query := "SELECT * FROM job_skills ORDER BY job_id, skill_id"
	s.changes(4, 0, 0)
	s.rows(query, "1|2|2", "2|1|3", "3|1|1", "3|2|4", "9|1|7")
	if len(s.bad) != 2 || s.bad[0].Code != "no_parent" {
		s.t.Fatalf("%+v", s.bad)
	}
	s.src[l.Model].Rows = []run.Row{NewRow(100, "b", 1), NewRow(1000, "a", 9), NewRow(200, "a", 3)}
	s.changes(1, 1, 2)
	s.rows(query, "1|2|9", "2|2|3", "3|1|1", "9|1|7")
	s.changes(0, 0, 0)
	s.src[l.Model].Rows = append(s.src[l.Model].Rows, NewRow(200, "a", 8))
	s.changes(0, 0, 0)
	if len(s.bad) != 2 || s.bad[0].Code != "duplicate_key" {
		s.t.Fatalf("%+v", s.bad)
	}
}

func (s *suite) connect() {
	s.create("areas", "id INTEGER NOT NULL PRIMARY KEY, up INTEGER, FOREIGN KEY (up) REFERENCES areas (id)")
	s.load("areas", destination.Mirror, "id", []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "up", Kind: plan.Int}}, []any{1, 2}, []any{2, 3}, []any{3, nil})
	s.changes(3, 0, 0)
	s.rows("SELECT * FROM areas ORDER BY id", "1|2", "2|3", "3|NULL")
	s.changes(0, 0, 0)
	s.src["model.x.areas"].Rows = []run.Row{NewRow(3, 3)}
	s.changes(0, 1, 2)
	s.rows("SELECT * FROM areas", "3|3")
}

func (s *suite) exchange() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+" UNIQUE")
	// Rows that others refer to are removed last.
	s.create("kids", "id INTEGER NOT NULL PRIMARY KEY, job INTEGER NOT NULL, FOREIGN KEY (job) REFERENCES jobs (id)")
	s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "b"}, []any{2, "a"}, []any{3, "d"}, []any{4, "e"}, []any{5, "f"}, []any{7, nil}, []any{8, "g"})
	s.load("kids", destination.Mirror, "id", []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "job", Kind: plan.Int}}, []any{1, 1})
	// 1 and 2 exchange, 3 to 5 move up, 8 takes the value of 6, which goes, and 7 gives up its own.
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e'), (6, 'g'), (7, 'h')", "INSERT INTO kids VALUES (1, 6)")
	s.changes(1, 7, 1)
	s.rows("SELECT * FROM jobs ORDER BY id", "1|b", "2|a", "3|d", "4|e", "5|f", "7|NULL", "8|g")
	s.changes(0, 0, 0)
}

func (s *suite) taken() {
	s.create("jobs", "id INTEGER NOT NULL PRIMARY KEY, v "+s.Text+" UNIQUE, source "+s.Text)
	l := s.load("jobs", destination.Mirror, "id", idAndText(), []any{1, "b"}, []any{2, "own"}, []any{3, "a"})
	l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
	l.OnBadRow = destination.RejectBadRow
	s.Exec(s.t, "INSERT INTO jobs VALUES (1, 'a', 'sf'), (2, 'c', 'sf'), (3, 'b', 'sf'), (9, 'own', 'web')")
	s.changes(0, 2, 0)
	s.rows("SELECT id, v FROM jobs ORDER BY id", "1|b", "2|c", "3|a", "9|own")
	if len(s.bad) != 1 || s.bad[0].Code != run.CodeDuplicate || s.bad[0].Key[0] != "2" {
		s.t.Fatalf("%+v", s.bad)
	}
	// Who waits for the value of a row that keeps it, waits in vain.
	s.src[l.Model].Rows = []run.Row{NewRow(1, "own"), NewRow(2, "b"), NewRow(3, "c")}
	s.run()
	s.rows("SELECT id, v FROM jobs ORDER BY id", "1|b", "2|c", "3|a", "9|own")
	l.OnBadRow = destination.FailOnBadRow
	if r := s.run()[0]; r.Status != run.StatusFailed {
		s.t.Fatal(r.Status)
	}
}

func (s *suite) aside() {
	s.create("areas", "id INTEGER NOT NULL PRIMARY KEY, up INTEGER, v "+s.Text+", FOREIGN KEY (up) REFERENCES areas (id)")
	s.create("marks", "id INTEGER NOT NULL PRIMARY KEY, area INTEGER, FOREIGN KEY (area) REFERENCES areas (id)")
	f := []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "up", Kind: plan.Int}, {Name: "v", Kind: plan.String}}
	l := s.load("areas", destination.Mirror, "id", f, []any{1, nil, "root"}, []any{2, 1, "b"}, []any{3, 2, "c"})
	l.OnBadRow = destination.RejectBadRow
	s.changes(3, 0, 0)

	// The application needs row 3, which goes: so it keeps what it refers to, and
	// that stays as well.
	s.Exec(s.t, "INSERT INTO marks VALUES (1, 3)")
	s.src[l.Model].Rows = []run.Row{NewRow(1, nil, "root")}
	s.changes(0, 0, 0)
	s.rows("SELECT * FROM areas ORDER BY id", "1|NULL|root", "2|1|b", "3|2|c")
	s.rejected("3 has_children", "2 has_children")

	// Rows whose parent does not come do not come either, and are not changed.
	s.src[l.Model].Rows = []run.Row{NewRow(1, nil, "root"), NewRow(2, 8, "B"), NewRow(3, 2, "C"), NewRow(4, 5, "d"), NewRow(5, 9, "e")}
	s.changes(0, 1, 0)
	s.rows("SELECT * FROM areas ORDER BY id", "1|NULL|root", "2|1|b", "3|2|C")
	s.changes(0, 0, 0)
}

func (s *suite) afterAll() {
	s.create("areas", "id INTEGER NOT NULL PRIMARY KEY, up INTEGER, v "+s.Text+" UNIQUE, FOREIGN KEY (up) REFERENCES areas (id)")
	f := []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "up", Kind: plan.Int}, {Name: "v", Kind: plan.String}}
	// 1 has the value of 2 until it is set aside itself. What refers to 2 comes, and
	// what refers to that.
	l := s.load("areas", destination.Mirror, "id", f, []any{1, 99, "a"}, []any{2, nil, "a"}, []any{3, 2, "c"}, []any{4, 3, "d"}, []any{5, 1, "e"})
	l.OnBadRow = destination.RejectBadRow
	s.changes(3, 0, 0)
	s.rows("SELECT * FROM areas ORDER BY id", "2|NULL|a", "3|2|c", "4|3|d")
	s.rejected("1 no_parent", "5 no_parent")
	s.changes(0, 0, 0)
	// The value of 2 is free once 3 is set aside, and 4 needs 2 no more: it goes.
	s.src[l.Model].Rows = []run.Row{NewRow(2, 99, "b"), NewRow(3, nil, "b")}
	s.changes(0, 1, 1)
	s.rows("SELECT * FROM areas ORDER BY id", "2|NULL|a", "3|NULL|b")
	s.rejected("2 no_parent")
	s.changes(0, 0, 0)
}

func (s *suite) pushed() {
	s.create("areas", "id INTEGER NOT NULL PRIMARY KEY, up INTEGER, v "+s.Text+" UNIQUE, FOREIGN KEY (up) REFERENCES areas (id)")
	f := []plan.Field{{Name: "id", Kind: plan.Int}, {Name: "up", Kind: plan.Int}, {Name: "v", Kind: plan.String}}
	// 1 needs 2 and has its value, so it does not come. 3 needs 6, whose value 4 has,
	// and 4 needs 5, whose value 3 has: one of the two comes.
	l := s.load("areas", destination.Mirror, "id", f, []any{1, 2, "a"}, []any{2, nil, "a"}, []any{3, 6, "b"}, []any{4, 5, "c"}, []any{5, nil, "b"}, []any{6, nil, "c"})
	l.OnBadRow = destination.RejectBadRow
	s.changes(3, 0, 0)
	s.rows("SELECT * FROM areas ORDER BY id", "2|NULL|a", "3|6|b", "6|NULL|c")
	s.rejected("1 no_parent", "4 no_parent", "5 duplicate")
	s.changes(0, 0, 0)
}

// rejected compares key and code of the rejects, in any order.
func (s *suite) rejected(want ...string) {
	s.t.Helper()
	var got []string
	for _, r := range s.bad {
		got = append(got, strings.Join(r.Key, " ")+" "+r.Code)
	}
	sort.Strings(got)
	sort.Strings(want)
	if d := cmp.Diff(want, got); d != "" {
		s.t.Fatalf("rejects (-want +got)\n%s", d)
	}
}
