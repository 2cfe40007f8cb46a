package mysql_test

import (
	"fmt"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

func scopeOf(column string, kind destination.LiteralKind, text string) func(*destination.Load) {
	return func(l *destination.Load) {
		l.Scope = []destination.Constant{{Column: column, Value: destination.Literal{Kind: kind, Text: text}}}
	}
}

// A scope owns the rows that have exactly its value, not those that the server
// takes for the same.
func TestAScopeOwnsExactlyItsValue(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, ddl string
		kind      destination.LiteralKind
		text      string
		ours      string   // as SQL
		theirs    []string // as SQL
	}{
		{"another case", "VARCHAR(10) COLLATE utf8mb4_unicode_ci", destination.String, "sf", "'sf'", []string{"'SF'", "'sf '", "'ｓｆ'", "'web'"}},
		{"spaces at the end", "VARCHAR(10) COLLATE utf8mb4_bin", destination.String, "sf", "'sf'", []string{"'sf '", "'SF'"}},
		{"a number in a text column", "VARCHAR(10)", destination.Number, "7", "'7'", []string{"'07'", "'7a'", "'7.0'", "' 7'"}},
		{"true in a text column", "VARCHAR(10)", destination.Bool, "true", "'true'", []string{"'1'", "'TRUE'"}},
		{"text in a number column", "INT", destination.String, "7", "7", []string{"8", "NULL", "0"}},
		{"zeros in front", "INT", destination.String, "007", "7", []string{"8", "0"}},
		{"an enum", "ENUM('sf','web','2')", destination.String, "2", "'2'", []string{"'web'", "'sf'"}},
		{"NULL", "VARCHAR(10)", destination.Null, "", "NULL", []string{"''", "'sf'"}},
		{"a decimal", "DECIMAL(10,2)", destination.Number, "1.5", "1.5", []string{"1.51", "NULL"}},
		{"a large number", "BIGINT UNSIGNED", destination.Number, "18446744073709551615", "18446744073709551615", []string{"18446744073709551614"}},
		{"a large number as text", "BIGINT UNSIGNED", destination.String, "18446744073709551615", "18446744073709551615", []string{"18446744073709551614"}},
		{"a date", "DATE", destination.String, "2026-01-02", "'2026-01-02'", []string{"'2026-01-03'"}},
		{"bits", "BIT(4)", destination.Bool, "true", "b'1'", []string{"b'0'", "b'11'", "NULL"}},
		{"latin1", "VARCHAR(10) CHARACTER SET latin1", destination.String, "é", "'é'", []string{"'e'", "'É'"}},
		{"bytes", "VARBINARY(10)", destination.String, "a", "'a'", []string{"'A'", "'a '"}},
		{"a double", "DOUBLE", destination.Number, "0.1", "0.1", []string{"0.2"}},
		{"a small double", "DOUBLE", destination.Number, "-1e-7", "-1e-7", []string{"1e-7", "0"}},
		{"an empty text", "VARCHAR(10)", destination.String, "", "''", []string{"' '", "NULL"}},
		{"text of fixed length", "CHAR(4) COLLATE utf8mb4_general_ci", destination.String, "sf ", "'sf'", []string{"'SF'", "'s'"}},
		{"a time", "DATETIME(3)", destination.String, "2026-01-02 03:04:05", "'2026-01-02 03:04:05'", []string{"'2026-01-02 03:04:05.001'"}},
		{"a float", "FLOAT", destination.Number, "0.1", "0.1", []string{"0.2"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v INT, source "+c.ddl+" NULL) CHARACTER SET utf8mb4")
			for i, v := range c.theirs {
				b.exec(fmt.Sprintf("INSERT INTO jobs VALUES (%d, 0, %s)", 100+i, v))
			}
			b.exec("INSERT INTO jobs VALUES (1, 0, " + c.ours + "), (9, 0, " + c.ours + ")")
			theirs := b.rows("SELECT * FROM jobs WHERE id >= 100 ORDER BY id")
			b.load("jobs", "jobs", destination.Mirror, []string{"id"}, scopeOf("source", c.kind, c.text))
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.Int), []any{1, 1}, []any{2, 2})
			diff(t, "+1 ~1 -1", counts(b.done()[0]))
			diff(t, theirs, b.rows("SELECT * FROM jobs WHERE id >= 100 ORDER BY id"))
			diff(t, "+0 ~0 -0", counts(b.done()[0]))
			diff(t, []string{"1|1", "2|2"}, b.rows("SELECT id, v FROM jobs WHERE id < 100"))
		})
	}
}

func TestARepeatedRunDeliversTheLoadsThatItHasNot(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE teams (id INT PRIMARY KEY)", "CREATE TABLE people (id INT PRIMARY KEY, team INT, FOREIGN KEY (team) REFERENCES teams (id))")
	b.opts.RunID = "nightly"
	b.load("teams", "teams", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.teams"] = synctest.NewTable(fields("id", plan.Int), []any{1})
	b.src["model.x.people"] = synctest.NewTable(fields("id", plan.Int, "team", plan.Int), []any{1, 1})
	b.done()
	b.load("people", "people", destination.Mirror, []string{"id"}, nil)
	b.run()
	diff(t, []string{"1|1"}, b.rows("SELECT * FROM people"))
	for _, l := range b.run().Loads {
		diff(t, run.StatusRepeated, l.Status)
	}
}

// Many rows are updated through a temporary table.
func TestManyUpdatesKeepEveryType(t *testing.T) {
	t.Parallel()
	for _, c := range typeCases {
		if c.ddl == "JSON" && server.MySQL56() {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v "+c.ddl+" NULL, w INT)")
			b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
			table := synctest.NewTable(fields("id", plan.Int, "v", c.kind, "w", plan.Int))
			for i := range 60 {
				var v any
				if i%3 > 0 {
					v = c.in[i%len(c.in)]
				}
				table.Rows = append(table.Rows, synctest.NewRow(i, v, 1))
			}
			b.src["model.x.jobs"] = table
			b.done()
			want := b.rows("SELECT id, v FROM jobs ORDER BY id")
			b.exec("UPDATE jobs SET w = 2")
			diff(t, "+0 ~60 -0", counts(b.done()[0]))
			diff(t, want, b.rows("SELECT id, v FROM jobs ORDER BY id"))
			b.exec("UPDATE jobs SET v = NULL, w = 3")
			diff(t, "+0 ~60 -0", counts(b.done()[0]))
			diff(t, want, b.rows("SELECT id, v FROM jobs ORDER BY id"))
			diff(t, "+0 ~0 -0", counts(b.done()[0]))
		})
	}
}

func TestKeysThatAreAlikeInTheirBeginningAreOrdered(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		t.Log("its indexes are shorter")
		return
	}
	b := newBench(t, "CREATE TABLE jobs (k VARCHAR(700) COLLATE utf8mb4_unicode_ci PRIMARY KEY, v INT) CHARACTER SET utf8mb4 ROW_FORMAT=DYNAMIC")
	b.load("jobs", "jobs", destination.Mirror, []string{"k"}, nil)
	table := synctest.NewTable(fields("k", plan.String, "v", plan.Int))
	for i := range 200 {
		table.Rows = append(table.Rows, synctest.NewRow(strings.Repeat("長", 500)+fmt.Sprintf("%03d", (i*37)%200), i))
	}
	b.src["model.x.jobs"] = table
	b.done()
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
}

// Rows of other tables that no load of the run removes are not removed with
// their parent either.
func TestADeleteTakesNoChildThatTheRunDoesNotRemove(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"CASCADE", "SET NULL"} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE teams (id INT PRIMARY KEY)",
				"CREATE TABLE people (id INT PRIMARY KEY, team INT, source VARCHAR(5), FOREIGN KEY (team) REFERENCES teams (id) ON DELETE "+rule+")")
			b.load("teams", "teams", destination.Mirror, []string{"id"}, nil)
			b.load("people", "people", destination.Mirror, []string{"id"}, scopeOf("source", destination.String, "sf"))
			b.src["model.x.teams"] = synctest.NewTable(fields("id", plan.Int), []any{1}, []any{2}, []any{3})
			b.src["model.x.people"] = synctest.NewTable(fields("id", plan.Int, "team", plan.Int), []any{1, 1}, []any{2, 2}, []any{3, 3})
			b.done()
			b.exec("INSERT INTO people VALUES (9, 1, 'web')")
			b.src["model.x.teams"] = synctest.NewTable(fields("id", plan.Int), []any{2}, []any{3})
			b.src["model.x.people"] = synctest.NewTable(fields("id", plan.Int, "team", plan.Int), []any{2, 2}, []any{3, 3})
			if r := b.run().Loads[0]; !strings.Contains(r.Error, "has_children: rows of people that the run does not remove") {
				t.Errorf("%s: %s", r.Status, r.Error)
			}
			diff(t, []string{"1|1|sf", "2|2|sf", "3|3|sf", "9|1|web"}, b.rows("SELECT * FROM people ORDER BY id"))
			b.exec("DELETE FROM people WHERE id = 9")
			b.done()
			diff(t, []string{"2|2|sf", "3|3|sf"}, b.rows("SELECT * FROM people ORDER BY id"))
			// A model that contradicts itself: the parent is gone, the child is not.
			b.src["model.x.teams"] = synctest.NewTable(fields("id", plan.Int), []any{3})
			b.run()
			diff(t, []string{"2|2|sf", "3|3|sf"}, b.rows("SELECT * FROM people ORDER BY id"))
		})
	}
}

func TestADeleteInATreeTakesNoBranchOfTheApplication(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE nodes (id INT PRIMARY KEY, v INT, parent INT, FOREIGN KEY (parent) REFERENCES nodes (id) ON DELETE CASCADE)")
	l := b.load("nodes", "nodes", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.nodes"] = synctest.NewTable(fields("id", plan.Int, "v", plan.Int), []any{1, 1}, []any{2, 1}, []any{3, 1}, []any{4, 1})
	b.done()
	b.exec("UPDATE nodes SET parent = 1 WHERE id IN (1, 2)", "UPDATE nodes SET parent = 3 WHERE id = 4")
	b.src["model.x.nodes"].Rows = b.src["model.x.nodes"].Rows[3:]
	l.OnBadRow = destination.RejectBadRow
	diff(t, "+0 ~0 -1", counts(b.done()[0])) // 4 keeps 3; 2 keeps 1 until it is gone
	diff(t, "+0 ~0 -1", counts(b.done()[0]))
	diff(t, []string{"3|NULL", "4|3"}, b.rows("SELECT id, parent FROM nodes ORDER BY id"))
	l.Delete.Cascade = true
	diff(t, "+0 ~0 -1", counts(b.done()[0]))
}

func TestATriggerThatChangesWhatIsWrittenIsFound(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"INSERT", "UPDATE"} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, title VARCHAR(20), slug VARCHAR(20))",
				"INSERT INTO jobs VALUES (1, 'x', '')",
				"CREATE TRIGGER up BEFORE "+when+" ON jobs FOR EACH ROW SET NEW.title = UPPER(NEW.title), NEW.slug = LOWER(NEW.title)")
			b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "title", plan.String), []any{1, "Nurse"}, []any{2, "Doctor"})
			r := b.run().Loads[0]
			if r.Status != run.StatusFailed || !strings.Contains(r.Error, "column title is not what was written: a trigger (up)") {
				t.Errorf("%s: %s", r.Status, r.Error)
			}
			diff(t, []string{"1|x|"}, b.rows("SELECT * FROM jobs"))
			// What it does to columns of the application is its own business.
			b.exec("DROP TRIGGER up", "CREATE TRIGGER up BEFORE "+when+" ON jobs FOR EACH ROW SET NEW.slug = LOWER(NEW.title)")
			b.done()
			diff(t, "+0 ~0 -0", counts(b.done()[0]))
		})
	}
}

func TestZerofillDecimalsConverge(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id DECIMAL(8,0) ZEROFILL PRIMARY KEY, v DECIMAL(10,2) ZEROFILL, f FLOAT ZEROFILL, d DOUBLE ZEROFILL, y YEAR)")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.Decimal, "f", plan.Float, "d", plan.Float, "y", plan.Int), []any{1, "12.5", "1.5", "1e-5", 2026}, []any{20, "0.5", "0", "1e20", 2001})
	b.done()
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
}

func TestALookupByBytesConverges(t *testing.T) {
	t.Parallel()
	for _, ddl := range []string{"BINARY(4)", "VARBINARY(8)", "DECIMAL(8,2)", "DATETIME(6)", "VARCHAR(10) CHARACTER SET latin1", "DATE", "BIGINT UNSIGNED", "CHAR(5)"} {
		t.Run(ddl, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE teams (id INT PRIMARY KEY, uuid "+ddl+" NOT NULL UNIQUE)", "CREATE TABLE people (id INT PRIMARY KEY, team INT)")
			in := map[string][2]any{"BINARY(4)": {[]byte{0xff, 0, 1, 2}, []byte{0xff, 0, 1, 3}}, "VARBINARY(8)": {[]byte{0xff}, []byte{0xfe, 0}}, "DECIMAL(8,2)": {"1.5", "-2"},
				"DATETIME(6)": {"2026-01-02 03:04:05", "2026-01-02 03:04:05.5"}, "DATE": {"2026-01-02", "2026-01-03"}, "BIGINT UNSIGNED": {"18446744073709551615", "1"}}[ddl]
			kind := map[string]plan.Kind{"BINARY(4)": plan.Bytes, "VARBINARY(8)": plan.Bytes, "DECIMAL(8,2)": plan.Decimal, "DATETIME(6)": plan.DateTime, "DATE": plan.Date, "BIGINT UNSIGNED": plan.Decimal}[ddl]
			if kind == plan.Unknown {
				kind, in = plan.String, [2]any{"é", "f"}
			}
			b.load("teams", "teams", destination.Mirror, []string{"id"}, nil)
			b.load("people", "people", destination.Mirror, []string{"id"}, func(l *destination.Load) {
				l.AllColumns = false
				l.Columns = []destination.Mapping{{Column: "id", From: "id"}}
				l.Lookups = []destination.Lookup{{Column: "team", Table: "teams", Select: "id", By: "uuid", From: "uuid"}}
			})
			b.src["model.x.teams"] = synctest.NewTable(fields("id", plan.Int, "uuid", kind), []any{1, in[0]}, []any{2, in[1]})
			b.src["model.x.people"] = synctest.NewTable(fields("id", plan.Int, "uuid", kind), []any{1, in[0]}, []any{2, in[1]}, []any{3, nil})
			b.done()
			diff(t, []string{"1|1", "2|2", "3|NULL"}, b.rows("SELECT * FROM people ORDER BY id"))
			db := b.open()
			p := b.plan(db)
			r := run.Compare(t.Context(), p, b.src, map[string]run.Destination{"db": db}, run.Options{Approve: p.Hash, Full: true}, nil)
			for _, l := range r.Loads {
				diff(t, "+0 ~0 -0", counts(l))
			}
		})
	}
}

func TestTimesBeyondADayAreKeysToo(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (k TIME PRIMARY KEY, v INT)", "INSERT INTO jobs VALUES ('100:00:00', 1), ('-05:00:00', 1), ('-01:00:00', 1), ('20:00:00', 1)")
	b.load("jobs", "jobs", destination.Mirror, []string{"k"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("k", plan.Time, "v", plan.Int), []any{"20:00:00", 2}, []any{"01:00:00", 3})
	diff(t, "+1 ~1 -3", counts(b.done()[0]))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
}

func TestACharacterThatComesBackAsAnotherIsFound(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(20)) CHARACTER SET cp932")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "看護師～①"}, []any{2, "ｶﾅ"})
	b.done()
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
	b.src["model.x.jobs"].Rows[0] = synctest.NewRow(1, "a\u00a6")
	for range 2 {
		if r := b.run().Loads[0]; r.Status == run.StatusDone {
			t.Errorf("%s", counts(r))
		}
	}
	diff(t, []string{"1|看護師～①"}, b.rows("SELECT * FROM jobs WHERE id = 1"))
}

func TestAMappedScopeColumnKeepsRowsInTheScope(t *testing.T) {
	t.Parallel()
	for _, swap := range []int64{1, 1000} {
		b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v INT, source VARCHAR(5) NOT NULL)", "INSERT INTO jobs VALUES (1, 0, 'sf'), (3, 0, 'web')")
		b.opts.SwapRows = swap
		l := b.load("jobs", "jobs", destination.Mirror, []string{"id"}, scopeOf("source", destination.String, "sf"))
		l.AllColumns = false
		l.Columns = []destination.Mapping{{Column: "id", From: "id"}, {Column: "v", From: "v"}, {Column: "source", From: "source"}}
		b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.Int, "source", plan.String), []any{1, 1, "web"}, []any{2, 2, "SF"}, []any{4, 4, "sf"})
		if r := b.run().Loads[0]; r.Status != run.StatusFailed || !strings.Contains(r.Error, "column source: not_owned") {
			t.Errorf("%s: %s", r.Status, r.Error)
		}
		diff(t, []string{"1|0|sf", "3|0|web"}, b.rows("SELECT * FROM jobs"))
		l.OnBadRow = destination.RejectBadRow
		diff(t, "+1 ~0 -0", counts(b.done()[0]))
		diff(t, []string{"1|0|sf", "3|0|web", "4|4|sf"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	}
}

func TestALedgerThatSomebodyChangesKeepsItsWord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, want string }{
		{"DROP TABLE _impact_loads", "done +1 ~0 -1"},
		{"DROP TABLE _impact_runs", "done +1 ~0 -1"},
		{"DELETE FROM _impact_loads", "done +1 ~0 -1"},
		{"ALTER TABLE _impact_loads ENGINE=MyISAM", "refused +0 ~0 -0"},
		{"ALTER TABLE _impact_runs ENGINE=MyISAM", "refused +0 ~0 -0"},
		{"ALTER TABLE _impact_loads DROP COLUMN rows_read", "failed +0 ~0 -0"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY)")
			b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int), []any{1}, []any{2})
			b.done()
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int), []any{2}, []any{3})
			b.exec(c.what)
			r := b.run().Loads[0]
			diff(t, c.want, string(r.Status)+" "+counts(r))
		})
	}
}

func TestALookupFindsItsTableWhateverItsNameIsWrittenLike(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE teams (id INT PRIMARY KEY, name VARCHAR(5) NOT NULL UNIQUE)", "INSERT INTO teams VALUES (1, 'a')", "CREATE TABLE people (id INT PRIMARY KEY, team INT)")
	other := server.Database(t)
	b.exec("CREATE TABLE "+other+".teams (id INT PRIMARY KEY, name VARCHAR(5) NOT NULL UNIQUE)", "INSERT INTO "+other+".teams VALUES (2, 'a')",
		"CREATE TABLE "+other+".people (id INT PRIMARY KEY, team INT, FOREIGN KEY (team) REFERENCES "+other+".teams (id))",
		"CREATE TABLE "+other+".points (id INT PRIMARY KEY, team INT, FOREIGN KEY (team) REFERENCES "+b.name+".teams (id))")
	load := func(table, parent string) {
		b.loads = nil
		b.load("people", table, destination.Mirror, []string{"id"}, func(l *destination.Load) {
			l.AllColumns = false
			l.Columns = []destination.Mapping{{Column: "ID", From: "id"}}
			l.Lookups = []destination.Lookup{{Column: "Team", Table: parent, Select: "ID", By: "NAME", From: "name"}}
		})
		b.src["model.x.people"] = synctest.NewTable(fields("id", plan.Int, "name", plan.String), []any{1, "a"})
		b.done()
		diff(t, "+0 ~0 -0", counts(b.done()[0]))
	}
	load("people", "Teams")
	diff(t, []string{"1|1"}, b.rows("SELECT * FROM people"))
	load(other+".people", other+".teams")
	diff(t, []string{"1|2"}, b.rows("SELECT * FROM "+other+".people"))
	load(other+".points", "teams")
	diff(t, []string{"1|1"}, b.rows("SELECT * FROM "+other+".points"))
}

func TestValuesBehindAGeneratedUniqueColumnCanBeExchanged(t *testing.T) {
	t.Parallel()
	if server.MySQL56() {
		t.Log("it has no generated columns")
		return
	}
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v INT, g INT AS (v * 2) STORED UNIQUE)")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	table := synctest.NewTable(fields("id", plan.Int, "v", plan.Int))
	for i := range 50 {
		table.Rows = append(table.Rows, synctest.NewRow(i, i))
	}
	b.src["model.x.jobs"] = table
	b.done()
	for i := range 50 {
		table.Rows[i] = synctest.NewRow(i, 49-i)
	}
	diff(t, "+0 ~50 -0", counts(b.done()[0]))
	for i := range 50 {
		table.Rows[i] = synctest.NewRow(i, 50-i)
	}
	diff(t, "+0 ~50 -0", counts(b.done()[0]))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
}

func TestATableWithAZeroDefaultIsExchanged(t *testing.T) {
	t.Parallel()
	lax := "SET STATEMENT sql_mode='' FOR "
	if server.MySQL56() {
		lax = "" // it is by default
	}
	b := newBench(t, lax+"CREATE TABLE jobs (id INT PRIMARY KEY, d DATE NOT NULL DEFAULT '0000-00-00', v INT, KEY (v))",
		lax+"INSERT INTO jobs (id, v) VALUES (1, 1), (2, 1)")
	b.opts.SwapRows = 1
	l := b.load("jobs", "jobs", destination.Replace, []string{"id"}, nil)
	table := synctest.NewTable(fields("id", plan.Int, "d", plan.String, "v", plan.Int))
	for i := range 30 {
		table.Rows = append(table.Rows, synctest.NewRow(i, "2026-01-02", 5))
	}
	b.src["model.x.jobs"] = table
	r := b.done()[0]
	diff(t, "swap +30 ~0 -2", r.Method+" "+counts(r))
	diff(t, []string{"2026-01-02|30"}, b.rows("SELECT d, COUNT(*) FROM jobs GROUP BY d"))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
	l.OnBadRow = destination.RejectBadRow
	for i := range table.Rows {
		table.Rows[i] = synctest.NewRow(i, "2026-01-03", 6)
	}
	table.Rows[0][1] = []byte("0000-00-00")
	b.done()
	// The row whose new day is none stays as it is.
	diff(t, []string{"2026-01-02|1", "2026-01-03|29"}, b.rows("SELECT d, COUNT(*) FROM jobs GROUP BY d"))
}
