package mysql_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

func TestATableWhoseNameHasADotIsThatTable(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE `my.jobs` (id INT PRIMARY KEY, v VARCHAR(10))", "CREATE TABLE jobs (id INT PRIMARY KEY)")
	b.load("jobs", "my.jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "a"})
	diff(t, "+1 ~0 -0", counts(b.done()[0]))
	diff(t, []string{"1|a"}, b.rows("SELECT * FROM `my.jobs`"))
	b.loads[0].Table = b.name + ".my.jobs"
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
	b.loads[0].Mode = destination.Replace
	b.opts.SwapRows = 1
	b.src["model.x.jobs"].Rows[0] = synctest.NewRow(2, "b")
	diff(t, "+1 ~0 -1", counts(b.done()[0]))
	// Its children are seen.
	b.loads[0].Mode = destination.Mirror
	b.exec("CREATE TABLE `my.kids` (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES `my.jobs` (id) ON DELETE CASCADE)")
	p := b.plan(b.open())
	if len(p.Refusals) != 1 || p.Refusals[0].ID != plan.DeletesChildren {
		t.Fatalf("%+v", p.Refusals)
	}
	b.load("kids", "my.kids", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.kids"] = synctest.NewTable(fields("id", plan.Int, "job", plan.Int), []any{1, 3})
	b.src["model.x.jobs"].Rows = append(b.src["model.x.jobs"].Rows, synctest.NewRow(3, "c"))
	b.done()
	diff(t, []string{"1|3"}, b.rows("SELECT * FROM `my.kids`"))
}

func TestAKeyThatMovesToAnotherLoadSaysWhoHasIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), source VARCHAR(5) NOT NULL)")
	for _, name := range []string{"a", "b"} {
		b.load(name, "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) {
			l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: name}}}
		})
		b.src["model.x."+name] = synctest.NewTable(fields("id", plan.Int, "v", plan.String))
	}
	b.src["model.x.b"].Rows = append(b.src["model.x.b"].Rows, synctest.NewRow(1, "x"))
	b.done()
	b.src["model.x.a"].Rows, b.src["model.x.b"].Rows = b.src["model.x.b"].Rows, nil
	r := b.run()
	if r.Loads[0].Status != run.StatusFailed || !strings.Contains(r.Loads[0].Error, "not_owned") || !strings.Contains(r.Loads[0].Error, "load b") {
		t.Fatalf("%+v", r.Loads[0])
	}
	diff(t, "+0 ~0 -1", counts(r.Loads[1]))
	diff(t, "+1 ~0 -0", counts(b.done()[0]))
	diff(t, []string{"1|x|a"}, b.rows("SELECT * FROM jobs"))
}

func TestADefaultThatNoRowMayHaveIsNoDefault(t *testing.T) {
	t.Parallel()
	for _, typ := range []string{"DATE", "DATETIME", "TIMESTAMP"} {
		zero := "0000-00-00"
		if typ != "DATE" {
			zero += " 00:00:00"
		}
		b := newBench(t, "SET SESSION sql_mode=''", "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), born "+typ+" NOT NULL DEFAULT '"+zero+"')")
		b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
		b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "a"})
		p := b.plan(b.open())
		if len(p.Refusals) != 1 || p.Refusals[0].ID != string(destination.ColumnRequired) || p.Refusals[0].Column != "born" {
			r := b.run()
			t.Errorf("%s: %+v; the run says: %s: %s %s", typ, p.Refusals, r.Loads[0].Status, r.Loads[0].Error, b.rows("SELECT * FROM jobs"))
		}
	}
}

func TestPartitionedTablesAreLoadedInEveryMode(t *testing.T) {
	t.Parallel()
	for _, mode := range []destination.Mode{destination.Mirror, destination.Replace, destination.Upsert, destination.Append} {
		b := newBench(t, "CREATE TABLE jobs (id INT NOT NULL, v VARCHAR(10), n INT NOT NULL, PRIMARY KEY (id, n), UNIQUE KEY by_v (v, n), KEY by_n (n)) PARTITION BY RANGE (n) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20))")
		ddl := b.rows("SHOW CREATE TABLE jobs")
		b.opts.SwapRows = 1
		b.load("jobs", "jobs", mode, []string{"id", "n"}, nil)
		f := fields("id", plan.Int, "v", plan.String, "n", plan.Int)
		b.src["model.x.jobs"] = synctest.NewTable(f, []any{1, "a", 1}, []any{2, "b", 11})
		b.done()
		diff(t, []string{"1|a|1", "2|b|11"}, b.rows("SELECT * FROM jobs ORDER BY id"))
		diff(t, ddl, b.rows("SHOW CREATE TABLE jobs"))
		diff(t, []string{"1"}, b.rows("SELECT id FROM jobs PARTITION (p0)"))
		if mode == destination.Append {
			continue
		}
		// A row moves to the other partition: as a new key.
		b.src["model.x.jobs"] = synctest.NewTable(f, []any{1, "a", 12}, []any{2, "c", 11})
		b.done()
		if mode != destination.Upsert {
			diff(t, []string{"1|a|12", "2|c|11"}, b.rows("SELECT * FROM jobs ORDER BY id"))
		}
		diff(t, "+0 ~0 -0", counts(b.done()[0]))
		b.src["model.x.jobs"].Rows = append(b.src["model.x.jobs"].Rows, synctest.NewRow(3, "d", 30))
		before := b.rows("SELECT * FROM jobs ORDER BY id, n")
		r := b.run().Loads[0]
		if r.Status != run.StatusFailed || !strings.Contains(r.Error, "no_partition") {
			t.Fatalf("%s: %s: %s", mode, r.Status, r.Error)
		}
		diff(t, before, b.rows("SELECT * FROM jobs ORDER BY id, n"))
		b.loads[0].OnBadRow = destination.RejectBadRow
		if r := b.done()[0]; r.Counts.Rejected != 1 || r.Counts.Changed() != 0 && mode != destination.Replace {
			t.Fatalf("%s: %+v", mode, r.Counts)
		}
	}
}

func TestATableWithoutPrimaryKeyIsLoaded(t *testing.T) {
	t.Parallel()
	for _, mode := range []destination.Mode{destination.Mirror, destination.Replace, destination.Upsert} {
		b := newBench(t, "CREATE TABLE jobs (id INT NOT NULL, v VARCHAR(10), UNIQUE KEY by_id (id))")
		b.load("jobs", "jobs", mode, []string{"id"}, nil)
		f := fields("id", plan.Int, "v", plan.String)
		b.src["model.x.jobs"] = synctest.NewTable(f, []any{1, "a"}, []any{2, "b"})
		b.done()
		b.opts.SwapRows = 1
		b.src["model.x.jobs"] = synctest.NewTable(f, []any{1, "A"}, []any{2, "b"}, []any{3, "c"})
		b.done()
		diff(t, []string{"1|A", "2|b", "3|c"}, b.rows("SELECT * FROM jobs ORDER BY id"))
		diff(t, "+0 ~0 -0", counts(b.done()[0]))
	}
}

func TestInvisibleColumnsKeepWhatTheyHave(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		return // has none
	}
	for _, mode := range []destination.Mode{destination.Mirror, destination.Upsert, destination.Replace} {
		b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), secret INT NOT NULL DEFAULT 7 INVISIBLE)")
		b.load("jobs", "jobs", mode, []string{"id"}, func(l *destination.Load) {
			if mode == destination.Replace {
				l.Values = []destination.Constant{{Column: "secret", Value: destination.Literal{Kind: destination.Number, Text: "8"}}}
			}
		})
		f := fields("id", plan.Int, "v", plan.String)
		b.src["model.x.jobs"] = synctest.NewTable(f, []any{1, "a"}, []any{2, "b"})
		b.opts.SwapRows = 1
		b.done()
		if mode != destination.Replace {
			b.exec("UPDATE jobs SET secret = 9")
		}
		ddl := b.rows("SHOW CREATE TABLE jobs")
		b.src["model.x.jobs"] = synctest.NewTable(f, []any{1, "A"}, []any{2, "B"}, []any{3, "c"})
		b.done()
		want := []string{"1|A|9", "2|B|9", "3|c|7"}
		if mode == destination.Replace {
			want = []string{"1|A|8", "2|B|8", "3|c|8"}
		}
		diff(t, want, b.rows("SELECT id, v, secret FROM jobs ORDER BY id"))
		diff(t, ddl, b.rows("SHOW CREATE TABLE jobs"))
		diff(t, "+0 ~0 -0", counts(b.done()[0]))
	}
}

func TestGeneratedKeysAreRefusedOrWork(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		return // has none
	}
	// The table's own key is generated from the load's: rows are found by the
	// load's key.
	for _, kind := range []string{"VIRTUAL", "STORED"} {
		b := newBench(t, "CREATE TABLE jobs (id INT NOT NULL UNIQUE, v VARCHAR(10), code INT AS (id * 10) "+kind+", up VARCHAR(10) AS (UPPER(v)) "+kind+", UNIQUE KEY (code), UNIQUE KEY (up))")
		b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
		f := fields("id", plan.Int, "v", plan.String)
		b.src["model.x.jobs"] = synctest.NewTable(f, []any{1, "a"}, []any{2, "b"})
		b.done()
		b.src["model.x.jobs"] = synctest.NewTable(f, []any{1, "b"}, []any{2, "a"}, []any{3, "c"})
		diff(t, "+1 ~2 -0", counts(b.done()[0]))
		diff(t, []string{"1|b|10|B", "2|a|20|A", "3|c|30|C"}, b.rows("SELECT id, v, code, up FROM jobs ORDER BY id"))
		diff(t, "+0 ~0 -0", counts(b.done()[0]))
		// Replace exchanges such a table.
		b.loads[0].Mode = destination.Replace
		b.opts.SwapRows = 1
		b.src["model.x.jobs"] = synctest.NewTable(f, []any{7, "x"}, []any{8, "y"})
		b.done()
		diff(t, []string{"7|x|70|X", "8|y|80|Y"}, b.rows("SELECT id, v, code, up FROM jobs ORDER BY id"))
		// A generated column as the key of the load cannot be written.
		b.loads[0].Key = []string{"code"}
		p := b.plan(b.open())
		if len(p.Refusals) == 0 {
			t.Fatal("a generated key was accepted")
		}
	}
}

func TestWallClocksAreThoseOfTheDestination(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Asia/Tokyo", "Europe/Berlin"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, wall DATETIME(6), inst TIMESTAMP NULL, copied DATETIME, back TIMESTAMP NULL)")
		b.db.TimeZone = loc
		b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
		f := fields("id", plan.Int, "wall", plan.Timestamp, "inst", plan.Timestamp, "copied", plan.DateTime, "back", plan.DateTime)
		b.src["model.x.jobs"] = synctest.NewTable(f,
			[]any{1, "2026-03-29 00:59:59.5", "2026-03-29 00:59:59", "2026-03-29 02:30:00", "2026-03-29 01:59:59"},
			[]any{2, "2026-03-29 01:00:00", "2026-03-29 01:00:00", "2026-03-29 03:30:00", "2026-03-29 03:00:00"},
			[]any{3, "2026-10-25 00:30:00", "2026-10-25 00:30:00", "2026-10-25 02:30:00", "2026-10-25 01:30:00"},
			[]any{4, "2026-10-25 01:30:00", "2026-10-25 01:30:00", "2026-10-25 02:30:00", "2026-10-25 03:30:00"})
		b.done()
		want := map[string][]string{"Asia/Tokyo": {"1|2026-03-29 09:59:59.500000|2026-03-29 00:59:59|2026-03-29 02:30:00|2026-03-28 16:59:59", "2|2026-03-29 10:00:00.000000|2026-03-29 01:00:00|2026-03-29 03:30:00|2026-03-28 18:00:00",
			"3|2026-10-25 09:30:00.000000|2026-10-25 00:30:00|2026-10-25 02:30:00|2026-10-24 16:30:00", "4|2026-10-25 10:30:00.000000|2026-10-25 01:30:00|2026-10-25 02:30:00|2026-10-24 18:30:00"},
			"Europe/Berlin": {"1|2026-03-29 01:59:59.500000|2026-03-29 00:59:59|2026-03-29 02:30:00|2026-03-29 00:59:59", "2|2026-03-29 03:00:00.000000|2026-03-29 01:00:00|2026-03-29 03:30:00|2026-03-29 01:00:00",
				"3|2026-10-25 02:30:00.000000|2026-10-25 00:30:00|2026-10-25 02:30:00|2026-10-24 23:30:00", "4|2026-10-25 02:30:00.000000|2026-10-25 01:30:00|2026-10-25 02:30:00|2026-10-25 02:30:00"}}[zone]
		diff(t, want, b.rows("SELECT * FROM jobs ORDER BY id"))
		diff(t, "+0 ~0 -0", counts(b.done()[0]))
		if zone == "Asia/Tokyo" {
			continue
		}
		// A wall clock that is skipped in spring names no instant; of one that
		// comes twice in autumn the first is taken.
		b.loads[0].OnBadRow = destination.RejectBadRow
		b.src["model.x.jobs"].Rows = append(b.src["model.x.jobs"].Rows, synctest.NewRow(5, nil, nil, nil, "2026-03-29 02:30:00"), synctest.NewRow(6, nil, nil, nil, "2026-10-25 02:30:00"))
		r := b.done()[0]
		if len(b.rejected) != 1 || b.rejected[0].Code != "value" || b.rejected[0].Key[0] != "5" || r.Counts.Changed() != 1 {
			t.Fatalf("%+v %+v %v", r.Counts, b.rejected, b.rows("SELECT id, back FROM jobs WHERE id > 4"))
		}
	}
}

func TestRightsThatAreTakenAwayDuringAnExchangeHarmNothing(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"CREATE TABLE `", "LOAD DATA", "ADD KEY", "_impact_loads` (run_id", "RENAME TABLE", "SET status", "DROP TABLE IF EXISTS `", "COMMENT = "} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), KEY by_v (v))")
			b.opts.SwapRows, b.opts.Attempts = 1, 2
			b.load("jobs", "jobs", destination.Replace, []string{"id"}, nil)
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "a"}, []any{2, "b"})
			user := fmt.Sprintf("u%d", time.Now().UnixNano()%1e12)
			// In another database the server asks for rights with each statement.
			work := server.Database(t)
			b.db.WorkSchema = work
			b.opts.RunID = "first"
			b.done()
			b.opts.RunID = ""
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "A"}, []any{2, "B"})
			server.Exec(t, "", "CREATE USER '"+user+"'@'%'", "GRANT ALL ON "+b.name+".* TO '"+user+"'@'%'", "GRANT ALL ON "+work+".* TO '"+user+"'@'%'")
			t.Cleanup(func() { _ = server.Try("", "DROP USER '"+user+"'@'%'") })
			p := synctest.NewProxy(t, server)
			b.db.DSN = strings.Replace(p.DSN(b.name), "root@", user+"@", 1)
			db := b.open()
			pl := b.plan(db)
			skip := 0
			if strings.HasPrefix(step, "DROP") {
				skip = 1 // the old table, not a leftover
			}
			revoke := func() { server.Exec(t, "", "REVOKE ALL ON "+work+".* FROM '"+user+"'@'%'") }
			p.Arm(&synctest.Fault{Text: step, Skip: skip, Pass: true, Do: revoke})
			r := b.execute(db, pl, pl.Hash).Loads[0]
			if p.Fired() != 1 {
				t.Fatalf("the rights were not taken away: %s: %s", r.Status, r.Error)
			}
			t.Logf("%s: %s: %s", step, r.Status, r.Error)
			rows := b.rows("SELECT * FROM jobs ORDER BY id")
			if got := strings.Join(rows, " "); got != "1|a 2|b" && got != "1|A 2|B" {
				t.Fatalf("%s: %s", r.Status, got)
			}
			// Nothing of it is left behind once a run may do it.
			b.db.DSN = server.DSN(b.name)
			b.runs += 5
			b.done()
			diff(t, []string{"1|A", "2|B"}, b.rows("SELECT * FROM jobs ORDER BY id"))
			b.done()
			diff(t, []string{"_impact_loads", "_impact_runs"}, server.Rows(t, work, "SHOW TABLES"))
			diff(t, []string{"jobs"}, b.rows("SHOW TABLES"))
			diff(t, []string{""}, b.rows("SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'jobs'"))
		})
	}
}
