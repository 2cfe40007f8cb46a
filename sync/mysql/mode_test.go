package mysql_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

func diff(t testing.TB, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("(-want +got)\n%s", d)
	}
}

func TestMirrorAddsChangesAndRemoves(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id BIGINT PRIMARY KEY, title VARCHAR(20), clicks INT NOT NULL DEFAULT 0)",
		"INSERT INTO jobs VALUES (1, 'same', 7), (2, 'old', 8), (3, 'gone', 9), (10, 'ten', 1)")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "title", plan.String),
		[]any{1, "same"}, []any{2, "new"}, []any{4, "added"}, []any{10, "ten"})
	diff(t, "+1 ~1 -1", counts(b.done()[0]))
	diff(t, []string{"1|same|7", "2|new|8", "4|added|0", "10|ten|1"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
}

func TestMirrorTellsValuesApartThatTheCollationTakesForTheSame(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, title VARCHAR(20)) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
		"INSERT INTO jobs VALUES (1, 'abc'), (2, 'はな'), (3, 'x'), (4, ''), (5, NULL)")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "title", plan.String),
		[]any{1, "ABC"}, []any{2, "ハナ"}, []any{3, "x "}, []any{4, nil}, []any{5, ""})
	diff(t, "+0 ~5 -0", counts(b.done()[0]))
	diff(t, []string{"1|ABC", "2|ハナ", "3|x ", "4|NULL", "5|"}, b.rows("SELECT * FROM jobs ORDER BY id"))
}

func TestUpsertNeverRemovesAndNeverTouchesARowThroughAnotherUniqueIndex(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, code VARCHAR(5), title VARCHAR(20), UNIQUE KEY by_code (code))",
		"INSERT INTO jobs VALUES (1, 'a', 'one'), (2, 'b', 'two')")
	b.load("jobs", "jobs", destination.Upsert, []string{"id"}, func(l *destination.Load) { l.OnBadRow = destination.RejectBadRow })
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "code", plan.String, "title", plan.String),
		[]any{99, "a", "stolen"}, []any{3, "c", "three"}, []any{2, "b", "TWO"})
	r := b.done()[0]
	diff(t, "+1 ~1 -0", counts(r))
	diff(t, []string{"1|a|one", "2|b|TWO", "3|c|three"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	diff(t, []run.Reject{{Load: "jobs", Key: []string{"99"}, Code: "duplicate", Reason: "another row has the same value in a unique index: by_code"}}, b.rejected)
}

func TestIdsThatWereGivenAreNotGivenAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, sf VARCHAR(18) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE) ENGINE=InnoDB",
		"INSERT INTO jobs VALUES (41, 'gone')", "DELETE FROM jobs")
	b.opts.SwapRows = 1
	b.load("jobs", "jobs", destination.Mirror, []string{"sf"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("sf", plan.String), []any{"a"}, []any{"b"})
	diff(t, "+2 ~0 -0", counts(b.done()[0]))
	diff(t, []string{"a|42", "b|43"}, b.rows("SELECT sf, id FROM jobs ORDER BY sf"))
	b.exec("INSERT INTO jobs (sf) VALUES ('c')")
	diff(t, []string{"44"}, b.rows("SELECT id FROM jobs WHERE sf = 'c'"))
}

func TestAppendAddsTheRowsOncePerVersionAndRun(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE events (id BIGINT AUTO_INCREMENT PRIMARY KEY, at DATETIME, what VARCHAR(20))")
	b.load("events", "events", destination.Append, nil, nil)
	b.src["model.x.events"] = synctest.NewTable(fields("at", plan.DateTime, "what", plan.String),
		[]any{"2026-01-01 00:00:00", "click"}, []any{"2026-01-01 00:00:00", "click"})
	b.src["model.x.events"].Version = "v1"
	diff(t, "+2 ~0 -0", counts(b.done()[0]))
	if s := b.done()[0].Status; s != run.StatusUnchanged {
		t.Fatalf("the same version again: %s", s)
	}
	b.src["model.x.events"].Version = "v2"
	b.opts.RunID = "run-1"
	if s := b.run().Loads[0].Status; s != run.StatusUnchanged && s != run.StatusRepeated {
		t.Fatalf("the same run again: %s", s)
	}
	diff(t, []string{"2"}, b.rows("SELECT COUNT(*) FROM events"))
	b.opts.RunID = "run-9"
	diff(t, "+2 ~0 -0", counts(b.done()[0]))
}

func TestReplaceExchangesTheTableAndKeepsWhatItIs(t *testing.T) {
	t.Parallel()
	for _, insertOnly := range []bool{false, true} {
		b := newBench(t, "CREATE TABLE jobs (id BIGINT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(20) NOT NULL COMMENT 'what', KEY by_title (title(3) DESC), UNIQUE KEY both_of (title, id)) AUTO_INCREMENT=500 COMMENT='the ''jobs'' table'",
			"INSERT INTO jobs VALUES (1, 'one'), (400, 'x')")
		before := b.rows("SHOW CREATE TABLE jobs")
		b.opts.SwapRows, b.db.InsertOnly = 1, insertOnly
		b.load("jobs", "jobs", destination.Replace, []string{"id"}, nil)
		b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "title", plan.String), []any{1, "uno"}, []any{2, "dos"}, []any{3, "tres"}, []any{4, "q"})
		r := b.done()[0]
		diff(t, "swap", r.Method)
		diff(t, []string{"1|uno", "2|dos", "3|tres", "4|q"}, b.rows("SELECT * FROM jobs ORDER BY id"))
		diff(t, before, b.rows("SHOW CREATE TABLE jobs"))
		diff(t, []string{"_impact_loads", "_impact_runs", "jobs"}, b.rows("SHOW TABLES"))
		r = b.done()[0]
		diff(t, "+0 ~0 -0", counts(r))
	}
}

func TestReplaceWithoutAKeyFindsThatNothingChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE rowset (a INT, b VARCHAR(10))", "INSERT INTO rowset VALUES (9, 'z')")
	b.load("lines", "rowset", destination.Replace, nil, nil)
	b.src["model.x.lines"] = synctest.NewTable(fields("a", plan.Int, "b", plan.String), []any{1, "x"}, []any{1, "x"}, []any{2, nil})
	diff(t, "+3 ~0 -1", counts(b.done()[0]))
	diff(t, []string{"1|x", "1|x", "2|NULL"}, b.rows("SELECT * FROM rowset ORDER BY a"))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
	b.src["model.x.lines"].Rows[0][1] = []byte("y")
	diff(t, "+3 ~0 -3", counts(b.done()[0]))
}

func TestReplaceComparesRowsWhereTheTableCannotBeExchanged(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id BIGINT PRIMARY KEY, title VARCHAR(20))",
		"CREATE TABLE bookmarks (id INT PRIMARY KEY, job_id BIGINT, FOREIGN KEY (job_id) REFERENCES jobs (id))",
		"INSERT INTO jobs VALUES (1, 'one'), (2, 'two')", "INSERT INTO bookmarks VALUES (1, 1)")
	b.opts.SwapRows = 1
	b.load("jobs", "jobs", destination.Replace, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "title", plan.String), []any{1, "uno"}, []any{3, "tres"})
	r := b.done()[0]
	diff(t, "merge", r.Method)
	diff(t, "+1 ~1 -1", counts(r))
	diff(t, []string{"1|1"}, b.rows("SELECT * FROM bookmarks"))
}

const railsJobs = `CREATE TABLE jobs (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, salesforce_id VARCHAR(18) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  company_id BIGINT NOT NULL, title VARCHAR(50) NOT NULL, source VARCHAR(20) NOT NULL DEFAULT 'web', deleted_at DATETIME(6),
  views INT NOT NULL DEFAULT 0, created_at DATETIME(6) NOT NULL, updated_at DATETIME(6) NOT NULL,
  UNIQUE KEY by_sf (salesforce_id), CONSTRAINT fk_company FOREIGN KEY (company_id) REFERENCES companies (id))`

const railsCompanies = `CREATE TABLE companies (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, salesforce_id VARCHAR(18) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, name VARCHAR(50) NOT NULL,
  created_at DATETIME(6) NOT NULL, updated_at DATETIME(6) NOT NULL, UNIQUE KEY by_sf (salesforce_id)) AUTO_INCREMENT=100`

// rails is an application as Rails builds it: generated ids, a natural key
// beside them, time stamps, foreign keys by id, rows of its own.
func rails(t testing.TB) *bench {
	t.Helper()
	b := newBench(t, railsCompanies, railsJobs,
		"CREATE TABLE bookmarks (id INT PRIMARY KEY, job_id BIGINT NOT NULL, FOREIGN KEY (job_id) REFERENCES jobs (id) ON DELETE CASCADE)")
	b.load("companies", "companies", destination.Mirror, []string{"salesforce_id"}, func(l *destination.Load) {
		l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "salesforce_id", From: "id"}, {Column: "name", From: "name"}}
		l.Stamp = destination.Stamp{Insert: "created_at", Write: "updated_at"}
	})
	b.load("jobs", "jobs", destination.Mirror, []string{"salesforce_id"}, func(l *destination.Load) {
		l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "salesforce_id", From: "id"}, {Column: "title", From: "title"}}
		l.Stamp = destination.Stamp{Insert: "created_at", Write: "updated_at"}
		l.Lookups = []destination.Lookup{{Column: "company_id", Table: "companies", Select: "id", By: "salesforce_id", From: "account_id"}}
		l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "salesforce"}}}
		l.Delete.Soft = "deleted_at"
	})
	b.src["model.x.companies"] = synctest.NewTable(fields("id", plan.String, "name", plan.String), []any{"A1", "Alpha"}, []any{"B2", "Beta"})
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.String, "title", plan.String, "account_id", plan.String),
		[]any{"j1", "nurse", "A1"}, []any{"j2", "doctor", "B2"}, []any{"J1", "other case", "A1"})
	return b
}

const railsView = "SELECT j.salesforce_id, j.title, c.name, j.deleted_at IS NULL, j.source FROM jobs j JOIN companies c ON c.id = j.company_id ORDER BY j.id"

func TestLookupsStampsScopeAndSoftDeletesWorkTogether(t *testing.T) {
	t.Parallel()
	b := rails(t)
	b.exec("INSERT INTO companies VALUES (7, 'web1', 'Web', NOW(), NOW())",
		"INSERT INTO jobs (salesforce_id, company_id, title, created_at, updated_at) VALUES ('web-1', 7, 'own', '2020-01-01', '2020-01-01')")
	// The company of the web application is not the load's: it has a scope of
	// its own in this test.
	b.loads[0].Mode = destination.Upsert
	r := b.done()
	diff(t, "companies +2 ~0 -0", r[0].Load+" "+counts(r[0]))
	diff(t, "jobs +3 ~0 -0", r[1].Load+" "+counts(r[1]))
	want := []string{"web-1|own|Web|1|web", "J1|other case|Alpha|1|salesforce", "j1|nurse|Alpha|1|salesforce", "j2|doctor|Beta|1|salesforce"}
	diff(t, want, b.rows(railsView))
	ids := b.rows("SELECT id, salesforce_id, created_at FROM jobs ORDER BY id")
	b.exec("INSERT INTO bookmarks SELECT id, id FROM jobs", "UPDATE jobs SET views = 5")

	diff(t, "+0 ~0 -0", counts(b.done()[1]))

	// j1 moves to a company that comes in the same run, j2 goes.
	b.src["model.x.companies"].Rows = append(b.src["model.x.companies"].Rows, synctest.NewRow("C3", "Gamma"))
	b.src["model.x.jobs"].Rows = []run.Row{synctest.NewRow("j1", "nurse", "C3"), synctest.NewRow("J1", "other case", "A1")}
	r = b.done()
	diff(t, "+0 ~1 -1", counts(r[1]))
	diff(t, map[string]int64{"company_id": 1}, r[1].Columns)
	diff(t, []string{"web-1|own|Web|1|web", "J1|other case|Alpha|1|salesforce", "j1|nurse|Gamma|1|salesforce", "j2|doctor|Beta|0|salesforce"}, b.rows(railsView))
	diff(t, "+0 ~0 -0", counts(b.done()[1]))

	// j2 comes back, as the same row.
	b.src["model.x.jobs"].Rows = append(b.src["model.x.jobs"].Rows, synctest.NewRow("j2", "doctor", "B2"))
	diff(t, "+0 ~1 -0", counts(b.done()[1]))
	diff(t, ids, b.rows("SELECT id, salesforce_id, created_at FROM jobs ORDER BY id"))
	diff(t, []string{"4|5"}, b.rows("SELECT COUNT(*), MIN(views) FROM jobs JOIN bookmarks ON job_id = jobs.id"))
}

func TestALookupThatFindsNoParentIsABadRow(t *testing.T) {
	t.Parallel()
	b := rails(t)
	b.loads[1].OnBadRow = destination.RejectBadRow
	b.src["model.x.jobs"].Rows = append(b.src["model.x.jobs"].Rows, synctest.NewRow("j9", "lost", "a1")) // the parent is A1
	r := b.done()
	diff(t, "+3 ~0 -0", counts(r[1]))
	diff(t, []run.Reject{{Load: "jobs", Key: []string{"j9"}, Column: "company_id", Code: "no_parent", Reason: "no row of companies has this salesforce_id"}}, b.rejected)

	b = rails(t)
	b.src["model.x.jobs"].Rows = append(b.src["model.x.jobs"].Rows, synctest.NewRow("j9", "lost", "a1"))
	rep := b.run()
	if rep.Loads[1].Status != run.StatusFailed || rep.Loads[0].Status != run.StatusSkipped {
		t.Fatalf("%+v", rep.Loads)
	}
	diff(t, []string{"0|0"}, b.rows("SELECT (SELECT COUNT(*) FROM companies), (SELECT COUNT(*) FROM jobs)"))
}

func TestRowsThatReferToEachOtherAreAddedConnectedAndRemoved(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE areas (id INT PRIMARY KEY, parent_id INT, name VARCHAR(10), FOREIGN KEY (parent_id) REFERENCES areas (id))")
	b.load("areas", "areas", destination.Mirror, []string{"id"}, nil)
	f := fields("id", plan.Int, "parent_id", plan.Int, "name", plan.String)
	b.src["model.x.areas"] = synctest.NewTable(f, []any{1, 9, "a"}, []any{2, 1, "b"}, []any{9, nil, "root"})
	diff(t, "+3 ~0 -0", counts(b.done()[0]))
	diff(t, []string{"1|9|a", "2|1|b", "9|NULL|root"}, b.rows("SELECT * FROM areas ORDER BY id"))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
	b.src["model.x.areas"] = synctest.NewTable(f, []any{2, 3, "b"}, []any{3, 2, "ring"})
	diff(t, "+1 ~1 -2", counts(b.done()[0]))
	diff(t, []string{"2|3|b", "3|2|ring"}, b.rows("SELECT * FROM areas ORDER BY id"))
	b.src["model.x.areas"] = synctest.NewTable(f)
	diff(t, "+0 ~0 -2", counts(b.done()[0]))
}

func TestTablesThatReferToEachOtherAreLoadedInOneTransaction(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE teams (id INT PRIMARY KEY, lead_id INT)",
		"CREATE TABLE people (id INT PRIMARY KEY, team_id INT NOT NULL, FOREIGN KEY (team_id) REFERENCES teams (id))",
		"ALTER TABLE teams ADD FOREIGN KEY (lead_id) REFERENCES people (id)")
	b.load("people", "people", destination.Mirror, []string{"id"}, nil)
	b.load("teams", "teams", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.people"] = synctest.NewTable(fields("id", plan.Int, "team_id", plan.Int), []any{1, 10}, []any{2, 10})
	b.src["model.x.teams"] = synctest.NewTable(fields("id", plan.Int, "lead_id", plan.Int), []any{10, 2})
	b.done()
	diff(t, []string{"10|2"}, b.rows("SELECT * FROM teams"))
	for _, l := range b.done() {
		diff(t, "+0 ~0 -0", counts(l))
	}
	b.src["model.x.people"].Rows, b.src["model.x.teams"].Rows = nil, nil
	b.done()
	diff(t, []string{"0|0"}, b.rows("SELECT (SELECT COUNT(*) FROM teams), (SELECT COUNT(*) FROM people)"))
}

func TestACompositeKeyOfAnyTypeIsMergedInItsOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE stats (code VARCHAR(10) COLLATE utf8mb4_bin, day DATE, rank_no DECIMAL(6,2), n INT, PRIMARY KEY (code, day, rank_no)) CHARACTER SET utf8mb4")
	b.load("stats", "stats", destination.Mirror, []string{"code", "day", "rank_no"}, nil)
	table := synctest.NewTable(fields("code", plan.String, "day", plan.Date, "rank_no", plan.Decimal, "n", plan.Int))
	for _, code := range []string{"b", "a", "B", "あ", "a\tz", "a z", "😀", "z"} {
		for _, day := range []string{"2026-01-10", "2026-01-09"} {
			for _, rank := range []string{"10", "9.5", "-1", "-10", "0"} {
				table.Rows = append(table.Rows, synctest.NewRow(code, day, rank, 1))
			}
		}
	}
	table.Unsort = true
	b.src["model.x.stats"] = table
	diff(t, "+80 ~0 -0", counts(b.done()[0]))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
	for i := range table.Rows {
		if i%10 == 0 {
			table.Rows[i][3] = []byte("2")
		}
	}
	table.Rows = table.Rows[:75]
	diff(t, "+0 ~8 -5", counts(b.done()[0]))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
	table.Unsort, table.Lie = false, true // a source whose order is not the column's
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
}

func TestAChunkedLoadIsWrittenInSeveralTransactions(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v INT)")
	l := b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) { l.MaxTransactionRows = 600 })
	table := synctest.NewTable(fields("id", plan.Int, "v", plan.Int))
	for i := range 2000 {
		table.Rows = append(table.Rows, synctest.NewRow(i, i))
	}
	b.src["model.x.jobs"] = table
	if r := b.run().Loads[0]; r.Status != run.StatusRefused || !strings.Contains(r.Error, "max_transaction_rows") {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	l.Chunked = true
	diff(t, "+2000 ~0 -0", counts(b.done()[0]))
}

func TestCompareWritesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, title VARCHAR(20))", "INSERT INTO jobs VALUES (1, 'a'), (2, 'b')")
	b.db.CreateLedger = false
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "title", plan.String), []any{1, "A"}, []any{3, "c"})
	db := b.open()
	var seen []run.Difference
	r := run.Compare(t.Context(), b.plan(db), b.src, map[string]run.Destination{"db": db}, run.Options{RunID: "x"}, func(d run.Difference) { seen = append(seen, d) })
	diff(t, "refused ledger.missing +1 ~1 -1", string(r.Loads[0].Status)+" "+r.Loads[0].Guard+" "+counts(r.Loads[0]))
	diff(t, []run.Difference{{Load: "jobs", Op: run.OpDelete, Key: []string{"2"}}, {Load: "jobs", Op: run.OpUpdate, Key: []string{"1"}}, {Load: "jobs", Op: run.OpInsert, Key: []string{"3"}}}, seen)
	diff(t, []string{"jobs"}, b.rows("SHOW TABLES"))
	p := b.plan(db)
	r = run.Compare(t.Context(), p, b.src, map[string]run.Destination{"db": db}, run.Options{RunID: "x", Approve: p.Hash}, nil)
	diff(t, "compared +1 ~1 -1", string(r.Loads[0].Status)+" "+counts(r.Loads[0]))
}

func TestRowsThatExchangeValuesWhichMayNotBeNULLAreRefusedWithTheRemedy(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, code VARCHAR(5) NOT NULL UNIQUE)", "INSERT INTO jobs VALUES (1, 'a'), (2, 'b'), (3, 'c')")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "code", plan.String), []any{1, "b"}, []any{2, "a"}, []any{3, "d"})
	r := b.run().Loads[0]
	if r.Status != run.StatusFailed || !strings.Contains(r.Error, "may be NULL") {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	diff(t, []string{"1|a", "2|b", "3|c"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	// A chain needs no such column.
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "code", plan.String), []any{1, "b"}, []any{2, "c"}, []any{3, "d"})
	diff(t, "+0 ~3 -0", counts(b.done()[0]))
	diff(t, []string{"1|b", "2|c", "3|d"}, b.rows("SELECT * FROM jobs ORDER BY id"))
}

func TestUniqueIndexesMayHoldManyNULLs(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, code VARCHAR(5), n INT, UNIQUE KEY both_of (code, n))", "INSERT INTO jobs VALUES (1, 'a', 1), (2, NULL, 1)")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "code", plan.String, "n", plan.Int), []any{1, nil, 1}, []any{2, "a", 1}, []any{3, nil, 1}, []any{4, nil, nil}, []any{5, nil, nil})
	diff(t, "+3 ~2 -0", counts(b.done()[0]))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
	diff(t, []string{"1|NULL|1", "2|a|1", "3|NULL|1", "4|NULL|NULL", "5|NULL|NULL"}, b.rows("SELECT * FROM jobs ORDER BY id"))
}
