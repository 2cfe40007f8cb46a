package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/sqlite"
	"impact/sync/synctest"
)

func TestConflictClausesOfTheSchemaHaveNoSay(t *testing.T) {
	t.Parallel()
	for _, clause := range []string{"REPLACE", "IGNORE", "ROLLBACK", "FAIL"} {
		t.Run(clause, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY ON CONFLICT "+clause+", v text NOT NULL ON CONFLICT "+clause+" UNIQUE ON CONFLICT "+clause+")",
				"INSERT INTO jobs VALUES (9, 'taken')")
			l := b.load("jobs", destination.Upsert, "id", fields("id", plan.Int, "v", plan.String), []any{1, "a"}, []any{2, "taken"})
			l.OnBadRow = destination.RejectBadRow
			b.changes(1, 0, 0)
			b.want("SELECT * FROM jobs ORDER BY id", "1|a", "9|taken")
			if len(b.rejected) != 1 || b.rejected[0].Code != "duplicate" {
				t.Fatalf("%+v", b.rejected)
			}
		})
	}
}

func TestTriggersThatRefuseRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, raise, code string // code "": the load fails as a whole
	}{
		{"a row that is refused is a bad row", "RAISE(ABORT, 'no 13')", "trigger"},
		{"a row that is left out silently is a bad row", "RAISE(IGNORE)", "trigger"},
		{"a trigger that fails keeps nothing of the statement", "RAISE(FAIL, 'no 13')", "trigger"},
		{"a trigger that ends the transaction ends the load", "RAISE(ROLLBACK, 'no 13')", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, v text)", "CREATE TABLE log (id INTEGER)",
				"CREATE TRIGGER refuse BEFORE INSERT ON jobs WHEN NEW.id = 13 BEGIN SELECT "+c.raise+"; END",
				"CREATE TRIGGER log AFTER INSERT ON jobs BEGIN INSERT INTO log VALUES (NEW.id); END")
			l := b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "v", plan.String))
			l.OnBadRow = destination.RejectBadRow
			for i := range 300 {
				b.src[l.Model].Rows = append(b.src[l.Model].Rows, synctest.NewRow(i, "a"))
			}
			r := b.run()[0]
			if c.code == "" {
				if r.Status != run.StatusFailed {
					t.Fatalf("%s: %+v", r.Status, r.Counts)
				}
				b.want("SELECT (SELECT COUNT(*) FROM jobs), (SELECT COUNT(*) FROM log)", "0|0")
				return
			}
			if r.Status != run.StatusDone || r.Counts.Inserted != 299 || len(b.rejected) != 1 || b.rejected[0].Code != c.code || b.rejected[0].Key[0] != "13" {
				t.Fatalf("%s: %s %+v %+v", r.Status, r.Error, r.Counts, b.rejected)
			}
			b.want("SELECT (SELECT COUNT(*) FROM jobs), (SELECT COUNT(*) FROM log)", "299|299")
		})
	}
}

func TestKeysThatACollationTakesForTheSame(t *testing.T) {
	t.Parallel()
	for _, ddl := range []string{
		"CREATE TABLE jobs (id varchar(18) NOT NULL PRIMARY KEY COLLATE NOCASE, v text)",
		"CREATE TABLE jobs (id varchar(18) NOT NULL, v text); CREATE UNIQUE INDEX u ON jobs (id COLLATE NOCASE)",
		"CREATE TABLE jobs (id varchar(18) NOT NULL COLLATE NOCASE, v text); CREATE UNIQUE INDEX u ON jobs (id COLLATE BINARY)",
	} {
		t.Run(ddl, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, strings.Split(ddl, "; ")...)
			l := b.load("jobs", destination.Mirror, "id", fields("id", plan.String, "v", plan.String), []any{"001AA", "one"}, []any{"001aa", "two"}, []any{"002", "x"})
			l.OnBadRow = destination.RejectBadRow
			b.run()
			if strings.Contains(ddl, "BINARY") {
				b.want("SELECT * FROM jobs ORDER BY id COLLATE BINARY", "001AA|one", "001aa|two", "002|x")
				b.src[l.Model].Rows[0][1] = []byte("uno")
				b.changes(0, 1, 0)
				b.want("SELECT * FROM jobs ORDER BY id COLLATE BINARY", "001AA|uno", "001aa|two", "002|x")
				return
			}
			if len(b.rejected) != 1 || b.rejected[0].Code != "key_collation" {
				t.Fatalf("%+v", b.rejected)
			}
			b.want("SELECT * FROM jobs ORDER BY id", "001AA|one", "002|x")
			// The key in another case is another key: the old row goes.
			b.src[l.Model].Rows = []run.Row{synctest.NewRow("001aA", "two")}
			b.changes(1, 0, 2)
			b.want("SELECT * FROM jobs", "001aA|two")
		})
	}
}

func TestHostileNamesAreNames(t *testing.T) {
	t.Parallel()
	table, key, col := "a`b\"c'd]; DROP TABLE victims; --", "select `id`\"", "x'y\"--"
	q := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	b := newBench(t, "CREATE TABLE victims (id INTEGER PRIMARY KEY)", "CREATE TABLE "+q(table)+" ("+q(key)+" varchar(50) NOT NULL PRIMARY KEY, "+q(col)+" text, "+q("of")+" varchar(50), made datetime, gone datetime)")
	l := b.load(table, destination.Mirror, key, fields(key, plan.String, col, plan.String), []any{"k'; --", "a\x00b"}, []any{"\"k`", "c"})
	l.Key = []string{key}
	l.Scope = []destination.Constant{{Column: "of", Value: destination.Literal{Kind: destination.String, Text: "o'x\x00y"}}}
	l.Delete.Soft, l.Stamp.Insert = "gone", "made"
	b.changes(2, 0, 0)
	b.src[l.Model].Rows[0][1] = []byte("changed")
	b.src[l.Model].Rows = b.src[l.Model].Rows[:1]
	b.changes(0, 1, 1)
	b.changes(0, 0, 0)
	b.want("SELECT "+q(col)+", gone IS NULL FROM "+q(table)+" ORDER BY 1", "c|0", "changed|1")
	b.want("SELECT COUNT(*) FROM victims", "0")
	if _, err := b.open().Doctor(t.Context(), b.loads); err != nil {
		t.Fatal(err)
	}
}

func TestValuesOfAnotherStorageClass(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id integer NOT NULL, n integer, d date, PRIMARY KEY (id))")
	b.exec(t, "INSERT INTO jobs VALUES (1, 'twelve', 20260102), (2, 1.5, x'00'), (3, 12, '2026-01-02')")
	l := b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "n", plan.Int, "d", plan.Date),
		[]any{1, 12, "2026-01-02"}, []any{2, 12, "2026-01-02"}, []any{3, 12, "2026-01-02"})
	b.changes(0, 2, 0)
	b.want("SELECT typeof(n), n, typeof(d), d, COUNT(*) FROM jobs GROUP BY 1, 2, 3, 4", "integer|12|text|2026-01-02 00:00:00 +0000 UTC|3")
	b.changes(0, 0, 0)
	// In the key they would be sorted apart.
	b.exec(t, "CREATE TABLE keyed (id integer NOT NULL, v text, UNIQUE (id))", "INSERT INTO keyed VALUES ('one', 'a'), (2, 'b')")
	l.Table, l.Name, l.Model = "keyed", "keyed", "model.x.keyed"
	b.src[l.Model] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{2, "b"})
	if r := b.run()[0]; r.Status != run.StatusFailed || !strings.Contains(r.Error, "column id of keyed") {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	b.want("SELECT COUNT(*) FROM keyed", "2")
}

func TestForeignKeys(t *testing.T) {
	t.Parallel()
	t.Run("a row without its parent is a bad row, whatever the application's setting", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p)", "INSERT INTO p VALUES (1)")
		l := b.load("c", destination.Mirror, "id", fields("id", plan.Int, "p_id", plan.Int), []any{1, 1}, []any{2, 2})
		l.OnBadRow = destination.RejectBadRow
		b.changes(1, 0, 0)
		if len(b.rejected) != 1 || b.rejected[0].Code != "no_parent" {
			t.Fatalf("%+v", b.rejected)
		}
	})
	t.Run("a row that others refer to is a bad row", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p (id))",
			"INSERT INTO p VALUES (1), (2), (3)", "INSERT INTO c VALUES (1, 2)")
		l := b.load("p", destination.Mirror, "id", fields("id", plan.Int), []any{1})
		l.OnBadRow = destination.RejectBadRow
		b.changes(0, 0, 1)
		if len(b.rejected) != 1 || b.rejected[0].Code != "has_children" || b.rejected[0].Key[0] != "2" {
			t.Fatalf("%+v", b.rejected)
		}
	})
	t.Run("a cascade into a table of nobody is refused", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES P ON DELETE CASCADE)")
		b.load("p", destination.Mirror, "id", fields("id", plan.Int), []any{1})
		if p := b.plan(b.open()); len(p.Refusals) != 1 || p.Refusals[0].ID != plan.DeletesChildren {
			t.Fatalf("%+v", p.Refusals)
		}
	})
	t.Run("a deferred foreign key is found at the commit, and nothing is kept", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
		b.load("c", destination.Mirror, "id", fields("id", plan.Int, "p_id", plan.Int), []any{2, 2})
		if r := b.run()[0]; r.Status != run.StatusFailed || !strings.Contains(r.Error, "DEFERRED") {
			t.Fatalf("%s: %s", r.Status, r.Error)
		}
		b.want("SELECT COUNT(*) FROM c", "0")
	})
}

func TestTheSchemaIsReadAsItIs(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		"CREATE TABLE jobs (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, code varchar NOT NULL, up integer, twice integer AS (up * 2), word text DEFAULT 'it''s', at datetime(6) DEFAULT CURRENT_TIMESTAMP, FOREIGN KEY (up) REFERENCES jobs)",
		"CREATE UNIQUE INDEX by_code ON jobs (code COLLATE NOCASE)", "CREATE UNIQUE INDEX some ON jobs (up) WHERE up > 3",
		"CREATE TABLE loose (id varchar PRIMARY KEY, v text)", "CREATE TABLE tight (id varchar PRIMARY KEY, v text) WITHOUT ROWID",
		"CREATE VIEW seen AS SELECT id FROM jobs", "CREATE TRIGGER tr AFTER INSERT ON jobs BEGIN SELECT 1; END")
	s, err := b.open().Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	jobs := s.Table("jobs")
	if !jobs.IsKey([]string{"id"}) || !jobs.IsKey([]string{"code"}) || jobs.IsKey([]string{"up"}) || !jobs.Column("id").AutoIncrement || jobs.Column("twice").Generated == "" ||
		jobs.Column("code").Collation != "NOCASE" || jobs.Column("word").Default.Text != "it's" || !jobs.Column("at").Default.Expression || len(jobs.Triggers) != 1 ||
		jobs.ForeignKeys[0].RefColumns[0] != "id" {
		t.Errorf("%+v", jobs)
	}
	if s.Table("loose").IsKey([]string{"id"}) || !s.Table("tight").IsKey([]string{"id"}) {
		t.Error("a primary key that may be NULL identifies nothing")
	}
	if len(s.Views) != 1 || s.Table("seen") != nil || s.Table("other.jobs") != nil || s.Table("main.jobs") == nil {
		t.Errorf("%+v", s.Views)
	}
}

func TestFilesThatAreNoDatabaseAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	wide := openFile(t, filepath.Join(dir, "wide"))
	wide.exec(t, "PRAGMA encoding = 'UTF-16'", "CREATE TABLE jobs (id INTEGER)")
	for name, path := range map[string]string{"nothing": "", "memory": ":memory:", "missing": filepath.Join(dir, "missing"), "folder": dir, "text": text, "UTF-16": wide.path} {
		if db, err := sqlite.Open(t.Context(), sqlite.Options{Path: path}); err == nil {
			t.Errorf("%s was opened", name)
			_ = db.Close()
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a missing file was made")
	}
}

func TestReplaceWithoutAKey(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE stats (area text, n integer CHECK (n < 100))", "INSERT INTO stats VALUES ('old', 1)")
	l := b.load("stats", destination.Replace, "", fields("area", plan.String, "n", plan.Int), []any{"Tokyo", 3}, []any{"Tokyo", 3}, []any{"Osaka", 2})
	b.changes(3, 0, 1)
	b.want("SELECT * FROM stats ORDER BY area", "Osaka|2", "Tokyo|3", "Tokyo|3")
	b.changes(0, 0, 0)
	// A row that the table refuses fails the load, and the old rows stay.
	b.src[l.Model].Rows = append(b.src[l.Model].Rows, synctest.NewRow("Kyoto", 100))
	if r := b.run()[0]; r.Status != run.StatusFailed || !errors.As(r.Err, new(*run.BadRowsError)) {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	b.want("SELECT COUNT(*) FROM stats", "3")
	l.OnBadRow = destination.RejectBadRow
	b.src[l.Model].Rows[0] = synctest.NewRow("Nara", 5)
	b.changes(3, 0, 3)
	b.want("SELECT * FROM stats ORDER BY area", "Nara|5", "Osaka|2", "Tokyo|3")
}

func TestTheLedgerIsThereBeforeOrMade(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INTEGER PRIMARY KEY, v text)")
	b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "v", plan.String), []any{1, "a"})
	b.db.CreateLedger = false
	if r := b.run()[0]; r.Status != run.StatusRefused || r.Hint == "" {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	b.exec(t, sqlite.LedgerDDL("")...)
	b.changes(1, 0, 0)
	h, err := b.open().History(t.Context(), 10)
	if err != nil || len(h) != 1 || h[0].Inserted != 1 || h[0].Load != "jobs" {
		t.Fatal(h, err)
	}
}
