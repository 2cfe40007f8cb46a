package mysql_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// jobs is a bench with one mirrored table of text.
func jobs(t testing.TB, ddl string, kind plan.Kind, rows ...[]any) *bench {
	t.Helper()
	b := newBench(t, ddl)
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", kind, "v", plan.String), rows...)
	return b
}

func TestHandWrittenLoadsBreakWhatOursKeep(t *testing.T) {
	t.Parallel()
	setup := []string{
		"CREATE TABLE companies (id BIGINT AUTO_INCREMENT PRIMARY KEY, sf VARCHAR(18) COLLATE utf8mb4_bin NOT NULL UNIQUE, name VARCHAR(20)) CHARACTER SET utf8mb4",
		"CREATE TABLE jobs (id BIGINT AUTO_INCREMENT PRIMARY KEY, sf VARCHAR(18) COLLATE utf8mb4_bin NOT NULL UNIQUE, company_id BIGINT NOT NULL, FOREIGN KEY (company_id) REFERENCES companies (id)) CHARACTER SET utf8mb4",
		"INSERT INTO companies (sf, name) VALUES ('A', 'Alpha'), ('B', 'Beta')",
		"INSERT INTO jobs (sf, company_id) VALUES ('j1', 1), ('j2', 2)",
	}
	view := "SELECT j.sf, c.sf FROM jobs j LEFT JOIN companies c ON c.id = j.company_id ORDER BY j.sf"

	t.Run("renumbering makes children point to other parents", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, setup...)
		// A full replace that gives out ids anew, in another order.
		b.exec("SET foreign_key_checks=0; "[:len("SET foreign_key_checks=0")], "DELETE FROM companies", "ALTER TABLE companies AUTO_INCREMENT=1",
			"INSERT INTO companies (sf, name) VALUES ('B', 'Beta'), ('A', 'Alpha')", "SET foreign_key_checks=1")
		diff(t, []string{"j1|B", "j2|A"}, b.rows(view)) // the bug
	})
	t.Run("children before parents fail", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, setup...)
		if err := server.Try(b.name, "INSERT INTO jobs (sf, company_id) VALUES ('j3', 3)"); err == nil {
			t.Fatal("the bug did not appear")
		}
	})
	t.Run("truncate of a parent leaves orphans", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, setup...)
		if err := server.Try(b.name, "TRUNCATE TABLE companies"); err == nil {
			t.Fatal("TRUNCATE of a parent worked")
		}
		b.exec("SET foreign_key_checks=0", "TRUNCATE TABLE companies", "SET foreign_key_checks=1")
		diff(t, []string{"j1|NULL", "j2|NULL"}, b.rows(view)) // the bug
	})
	t.Run("ours keep every id and every reference, whatever the order of the rows", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, setup...)
		b.opts.SwapRows = 1
		b.load("a_jobs", "jobs", destination.Mirror, []string{"sf"}, func(l *destination.Load) {
			l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "sf", From: "sf"}}
			l.Lookups = []destination.Lookup{{Column: "company_id", Table: "companies", Select: "id", By: "sf", From: "company"}}
		})
		b.load("b_companies", "companies", destination.Mirror, []string{"sf"}, nil)
		b.src["model.x.b_companies"] = synctest.NewTable(fields("sf", plan.String, "name", plan.String), []any{"C", "Gamma"}, []any{"B", "Beta"}, []any{"A", "ALPHA"})
		b.src["model.x.a_jobs"] = synctest.NewTable(fields("sf", plan.String, "company", plan.String), []any{"j3", "C"}, []any{"j2", "B"}, []any{"j1", "A"})
		b.done()
		diff(t, []string{"j1|A", "j2|B", "j3|C"}, b.rows(view))
		diff(t, []string{"1|A", "2|B", "3|C"}, b.rows("SELECT id, sf FROM companies ORDER BY id"))
		diff(t, []string{"1|j1", "2|j2", "3|j3"}, b.rows("SELECT id, sf FROM jobs ORDER BY id"))
	})
	t.Run("replace that would renumber is refused", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, setup...)
		b.load("companies", "companies", destination.Replace, []string{"sf"}, nil)
		b.src["model.x.companies"] = synctest.NewTable(fields("sf", plan.String, "name", plan.String), []any{"B", "Beta"})
		r := b.run().Loads[0]
		if r.Status != run.StatusRefused || !strings.Contains(r.Hint, "mirror") {
			t.Fatalf("%s: %s (%s)", r.Status, r.Error, r.Hint)
		}
	})
}

func TestKeysThatTheCollationTakesForTheSameAreBadRowsAndNeverMerged(t *testing.T) {
	t.Parallel()
	for _, swap := range []bool{false, true} {
		for _, c := range []struct{ name, a, b string }{
			{"case", "001A0000001aaAA", "001A0000001AAaa"}, {"trailing space", "x", "x "}, {"kana", "は", "ハ"}, {"accents", "e", "é"},
		} {
			b := jobs(t, "CREATE TABLE jobs (id VARCHAR(20) PRIMARY KEY, v VARCHAR(10)) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", plan.String,
				[]any{c.a, "1"}, []any{c.b, "2"})
			if swap {
				b.opts.SwapRows = 1
			}
			r := b.run().Loads[0]
			if r.Status != run.StatusFailed || !errors.As(r.Err, new(*run.BadRowsError)) {
				t.Fatalf("%s: %s: %s", c.name, r.Status, r.Error)
			}
			diff(t, []string{"0"}, b.rows("SELECT COUNT(*) FROM jobs"))
			b.loads[0].OnBadRow = destination.RejectBadRow
			r = b.done()[0]
			if r.Counts.Rejected != 1 || b.rejected[0].Code != "key_collation" {
				t.Fatalf("%s: rejected %+v", c.name, b.rejected)
			}
		}
	}
}

func TestDuplicateAndNullKeysAreBadRows(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10))", plan.Int, []any{1, "a"}, []any{2, "b"}, []any{2, "B"}, []any{nil, "n"}, []any{3, "c"})
	b.exec("INSERT INTO jobs VALUES (2, 'before')")
	b.loads[0].OnBadRow = destination.RejectBadRow
	r := b.done()[0]
	diff(t, "+2 ~0 -0", counts(r))
	diff(t, []string{"1|a", "2|before", "3|c"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	diff(t, int64(3), r.Counts.Rejected)
}

func TestNothingIsDeletedBecauseOfRowsThatWereNotRead(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10))", plan.Int, []any{1, "a"}, []any{2, "b"})
	b.exec("INSERT INTO jobs VALUES (1,'a'),(2,'b'),(3,'c')")
	b.src["model.x.jobs"].Claim = 3
	r := b.run().Loads[0]
	if !errors.As(r.Err, new(*run.IncompleteError)) {
		t.Fatalf("%s: %v", r.Status, r.Err)
	}
	diff(t, []string{"3"}, b.rows("SELECT COUNT(*) FROM jobs"))
}

func TestRowsThatTheServerRefusesAreFoundOneByOne(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		ddl  []string
		code string
	}{
		{"a trigger that signals", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9))", "CREATE TRIGGER tr BEFORE INSERT ON jobs FOR EACH ROW IF NEW.v = 'bad' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF"}, "trigger"},
		{"a check", []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9), CONSTRAINT fine CHECK (v <> 'bad'))"}, "check"},
		{"a foreign key", []string{"CREATE TABLE words (v VARCHAR(9) PRIMARY KEY)", "INSERT INTO words VALUES ('good')", "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(9), FOREIGN KEY (v) REFERENCES words (v))"}, "no_parent"},
	}
	for _, c := range cases {
		if c.code == "check" && server.MySQL56() {
			continue // reads CHECK and forgets it
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, c.ddl...)
			b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) { l.OnBadRow = destination.RejectBadRow })
			table := synctest.NewTable(fields("id", plan.Int, "v", plan.String))
			for i := range 1300 {
				v := "good"
				if i%400 == 7 {
					v = "bad"
				}
				table.Rows = append(table.Rows, synctest.NewRow(i, v))
			}
			b.src["model.x.jobs"] = table
			r := b.done()[0]
			diff(t, "+1296 ~0 -0", counts(r))
			var keys []string
			for _, rj := range b.rejected {
				diff(t, c.code, rj.Code)
				keys = append(keys, rj.Key[0])
			}
			diff(t, []string{"7", "407", "807", "1207"}, keys)
			b.loads[0].OnBadRow = destination.FailOnBadRow
			b.exec("DELETE FROM jobs")
			if r := b.run().Loads[0]; r.Status != run.StatusFailed {
				t.Fatal(r.Status)
			}
			diff(t, []string{"0"}, b.rows("SELECT COUNT(*) FROM jobs"))
		})
	}
}

func TestADeleteOfARowThatOthersNeedChangesNothing(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10))", plan.Int, []any{1, "new"})
	b.exec("CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES jobs (id))", "INSERT INTO jobs VALUES (1,'a'),(2,'b')", "INSERT INTO kids VALUES (1, 2)")
	r := b.run().Loads[0]
	if r.Status != run.StatusFailed || !strings.Contains(r.Error, "has_children") {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	diff(t, []string{"1|a", "2|b"}, b.rows("SELECT * FROM jobs ORDER BY id"))
}

func TestServersWithOtherSettingsGiveTheSameResult(t *testing.T) {
	t.Parallel()
	type setting struct {
		name     string
		settings string
		database string
		options  string // of the table
		all      string // reads every row, whatever the settings
	}
	cases := []setting{
		{"without strict mode", "SET GLOBAL sql_mode=''", "CHARACTER SET utf8mb4", "", ""},
		{"ANSI_QUOTES and NO_BACKSLASH_ESCAPES", "SET GLOBAL sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES'", "CHARACTER SET utf8mb4", "", ""},
		{"a latin1 database", "", "CHARACTER SET latin1", "", ""},
		{"local_infile off", "SET GLOBAL local_infile=0", "CHARACTER SET utf8mb4", "", ""},
		{"packets of 1 MB", "SET GLOBAL max_allowed_packet=1048576", "CHARACTER SET utf8mb4", "", ""},
		{"another time zone", "SET GLOBAL time_zone='+09:00'", "CHARACTER SET utf8mb4", "", ""},
		{"a hundred rows for each query", "SET GLOBAL sql_select_limit=100", "CHARACTER SET utf8mb4", "", ""},
	}
	if !server.MySQL56() { // which has no such tables
		cases = append(cases, setting{"sessions that read what was", "SET GLOBAL system_versioning_asof='2020-01-01 00:00:00'", "CHARACTER SET utf8mb4", " WITH SYSTEM VERSIONING", " FOR SYSTEM_TIME ALL"})
	}
	server.Need(t)
	// A server of its own, one case after the other: the settings are global.
	own, err := synctest.Start(synctest.ServerOptions{Memory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Stop(); err != nil {
			t.Error(err)
		}
	})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			own.Exec(t, "", "SET GLOBAL sql_mode=DEFAULT, local_infile=1, time_zone='SYSTEM', max_allowed_packet=DEFAULT, sql_select_limit=DEFAULT")
			for _, swap := range []int64{1, 1 << 40} {
				name := own.Database(t, c.database)
				own.Exec(t, name, "CREATE TABLE jobs (id INT PRIMARY KEY, v MEDIUMTEXT CHARACTER SET utf8mb4, at DATETIME, seen TIMESTAMP NULL)"+c.options)
				if c.settings != "" {
					own.Exec(t, name, c.settings)
				}
				db, err := mysql.Open(t.Context(), mysql.Options{DSN: own.DSN(name), CreateLedger: true})
				if err != nil {
					t.Fatal(err)
				}
				b := &bench{t: t, name: name, src: synctest.Source{}}
				b.opts.SwapRows = swap
				b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
				table := synctest.NewTable(fields("id", plan.Int, "v", plan.String, "at", plan.Timestamp, "seen", plan.Timestamp))
				long := strings.Repeat("日本語 \\ ' \" ", 2000) // rows of which few fit into a packet
				for i := range 300 {
					table.Rows = append(table.Rows, synctest.NewRow(i, fmt.Sprint(long, i), "2026-07-01 00:00:00", "2026-07-01 00:00:00"))
				}
				b.src["model.x.jobs"] = table
				p := b.plan(db)
				r := b.execute(db, p, p.Hash).Loads[0]
				if r.Status != run.StatusDone || r.Counts.Inserted != 300 {
					t.Fatalf("%s by %s: %s", r.Status, r.Method, r.Error)
				}
				diff(t, []string{long + "299|2026-07-01 00:00:00|1782864000"}, own.Rows(t, name, "SELECT v, at, UNIX_TIMESTAMP(seen) FROM jobs"+c.all+" WHERE id = 299"))
				b.opts.Full = true
				if r := b.execute(db, p, p.Hash).Loads[0]; r.Counts.Changed() != 0 || r.Status != run.StatusDone {
					t.Fatalf("a second run: %s %s", counts(r), r.Error)
				}
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestARowLargerThanAPacketIsABadRow(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v LONGTEXT)", plan.Int, []any{1, "small"}, []any{2, strings.Repeat("x", 17<<20)})
	b.loads[0].OnBadRow = destination.RejectBadRow
	r := b.done()[0]
	if r.Counts.Inserted != 1 || len(b.rejected) != 1 || b.rejected[0].Code != "too_large" {
		t.Fatalf("%s, rejected %+v", counts(r), b.rejected)
	}
}

func TestRowsThatTheApplicationChangesMeanwhileAreComparedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), source VARCHAR(10) NOT NULL DEFAULT 'web')",
		"INSERT INTO jobs VALUES (1,'a','sf'),(2,'b','sf'),(3,'c','sf'),(4,'d','sf')")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) {
		l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
		l.OnBadRow = destination.RejectBadRow
	})
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String),
		[]any{1, "A"}, []any{2, "B"}, []any{5, "e"}, []any{6, "f"})
	once := false
	b.hook = func(e run.Event) {
		if e.Phase != run.PhaseApply || once {
			return
		}
		once = true
		b.exec("UPDATE jobs SET v = 'A' WHERE id = 1", // what the model says already
			"UPDATE jobs SET source = 'web' WHERE id IN (2, 3)",     // no longer the load's
			"INSERT INTO jobs VALUES (5,'x','sf'), (6,'own','web')") // keys that come
	}
	r := b.done()[0]
	diff(t, []string{"1|A|sf", "2|b|web", "3|c|web", "5|e|sf", "6|own|web"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	if r.Counts.Rechecked < 4 || r.Counts.Rejected != 2 {
		t.Fatalf("%+v %+v", r.Counts, b.rejected)
	}
}

func TestErrorsAndEventsHoldNoValuesAndNoPassword(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-value"
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(30), UNIQUE (v))", plan.Int, []any{1, secret}, []any{2, secret})
	var said []string
	b.hook = func(e run.Event) { said = append(said, fmt.Sprintf("%+v", e)) }
	r := b.run().Loads[0]
	said = append(said, r.Error, r.Hint)
	if r.Status != run.StatusFailed {
		t.Fatal(r.Status)
	}
	_, err := mysql.Open(context.Background(), mysql.Options{DSN: "user:" + secret + "@tcp(127.0.0.1:1)/x"})
	said = append(said, err.Error())
	_, err = mysql.Open(context.Background(), mysql.Options{DSN: "user:" + secret + "@tcp(127.0.0.1:1"})
	said = append(said, err.Error())
	if text := strings.Join(said, "\n"); strings.Contains(text, secret) {
		t.Fatalf("a value was said:\n%s", text)
	}
}

func TestAnUnchangedModelIsNotReadAgain(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(30))", plan.Int, []any{1, "a"})
	b.src["model.x.jobs"].Version = "1"
	b.done()
	reads := b.src["model.x.jobs"].Reads
	if r := b.done()[0]; r.Status != run.StatusUnchanged || b.src["model.x.jobs"].Reads != reads {
		t.Fatalf("%s, read %d times", r.Status, b.src["model.x.jobs"].Reads-reads)
	}
	b.exec("ALTER TABLE jobs ADD COLUMN w INT")
	if r := b.done()[0]; r.Status != run.StatusDone {
		t.Fatalf("after a migration: %s", r.Status)
	}
	b.opts.Full = true
	if r := b.done()[0]; r.Status != run.StatusDone {
		t.Fatalf("full: %s", r.Status)
	}
}

func TestAnUpdateKeepsChildrenAndTheApplicationsColumns(t *testing.T) {
	t.Parallel()
	for _, mode := range []destination.Mode{destination.Mirror, destination.Upsert} {
		b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), clicks INT NOT NULL DEFAULT 0)",
			"CREATE TABLE kids (id INT PRIMARY KEY, job INT NOT NULL, FOREIGN KEY (job) REFERENCES jobs (id) ON DELETE CASCADE)",
			"INSERT INTO jobs VALUES (1, 'a', 5), (2, 'b', 6)", "INSERT INTO kids VALUES (1, 1), (2, 2)")
		b.opts.SwapRows = 1
		b.load("jobs", "jobs", mode, []string{"id"}, func(l *destination.Load) { l.Delete.Cascade = true })
		table := synctest.NewTable(fields("id", plan.Int, "v", plan.String))
		for i := range 100 {
			table.Rows = append(table.Rows, synctest.NewRow(i, "new"))
		}
		b.src["model.x.jobs"] = table
		diff(t, "+98 ~2 -0", counts(b.done()[0]))
		diff(t, []string{"1|new|5", "2|new|6"}, b.rows("SELECT jobs.* FROM jobs JOIN kids ON kids.job = jobs.id ORDER BY 1"))
	}
}

func TestAGeneratedColumnOfTheApplicationIsKept(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		return // has none
	}
	for _, swap := range []int64{1, 1 << 40} {
		b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), low VARCHAR(10) AS (LOWER(v)) STORED, twice INT AS (id * 2) VIRTUAL, KEY by_low (low))")
		b.opts.SwapRows = swap
		b.load("jobs", "jobs", destination.Replace, []string{"id"}, nil)
		b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "ABC"}, []any{2, nil})
		before := b.rows("SHOW CREATE TABLE jobs")
		r := b.done()[0]
		if want := map[bool]string{true: "swap", false: "merge"}[swap == 1]; r.Method != want {
			t.Fatal(r.Method)
		}
		diff(t, []string{"1|ABC|abc|2", "2|NULL|NULL|4"}, b.rows("SELECT * FROM jobs ORDER BY id"))
		diff(t, before, b.rows("SHOW CREATE TABLE jobs"))
		diff(t, "+0 ~0 -0", counts(b.done()[0]))
	}
}
