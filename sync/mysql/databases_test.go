package mysql_test

import (
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// TestATableIsFoundInItsDatabaseOnly loads on a server where another
// application's database refers to ours, so that its tables are seen, and a third
// one refers to that.
func TestATableIsFoundInItsDatabaseOnly(t *testing.T) {
	t.Parallel()
	server.Need(t)
	tests := []struct {
		name  string
		table string // %o is the other database
		named bool   // the load's database is known to be named
		want  string // of the refusal; "" for none
		rows  string // of the other database's table afterwards
	}{
		{"a name without a database is never another database's table", "jobs", false, "table jobs does not exist", "1 a,2 b"},
		{"nor where the other database is named by some load", "jobs", true, "table jobs does not exist", "1 a,2 b"},
		{"a table is found in the database that is named", "%o.notes", true, "", "2 b,3 c"},
		{"foreign keys of third databases are seen", "%o.jobs", true, "deletes rows of views", "1 a,2 b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE companies (id BIGINT NOT NULL PRIMARY KEY) ENGINE=InnoDB")
			other, third := server.Database(t), server.Database(t)
			server.Exec(t, other, "CREATE TABLE jobs (id BIGINT NOT NULL PRIMARY KEY, title VARCHAR(20), company BIGINT, FOREIGN KEY (company) REFERENCES "+b.name+".companies (id)) ENGINE=InnoDB",
				"CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY, title VARCHAR(20)) ENGINE=InnoDB",
				"INSERT INTO jobs (id, title) VALUES (1, 'a'), (2, 'b')", "INSERT INTO notes VALUES (1, 'a'), (2, 'b')")
			server.Exec(t, third, "CREATE TABLE views (id INT PRIMARY KEY, job BIGINT, FOREIGN KEY (job) REFERENCES "+other+".jobs (id) ON DELETE CASCADE) ENGINE=InnoDB",
				"INSERT INTO views VALUES (1, 1)")
			if test.named {
				b.db.Databases = []string{other}
			}
			b.src["model.x.notes"] = synctest.NewTable(fields("id", plan.Int, "title", plan.String), []any{2, "b"}, []any{3, "c"})
			b.load("notes", strings.ReplaceAll(test.table, "%o", other), destination.Mirror, []string{"id"}, nil)
			r := b.run().Loads[0]
			if test.want == "" && r.Status != run.StatusDone {
				t.Errorf("%s: %s", r.Status, r.Error)
			}
			if test.want != "" && (r.Status != run.StatusRefused || !strings.Contains(r.Error, test.want)) {
				t.Errorf("%s: %s, want refusal %s", r.Status, r.Error, test.want)
			}
			table := "jobs"
			if strings.Contains(test.table, "notes") {
				table = "notes"
			}
			if got := strings.Join(server.Rows(t, other, "SELECT CONCAT(id, ' ', title) FROM "+table+" ORDER BY id"), ","); got != test.rows {
				t.Errorf("rows %s, want %s", got, test.rows)
			}
			if got := server.Rows(t, third, "SELECT COUNT(*) FROM views")[0]; got != "1" {
				t.Errorf("%s rows of the third database, want 1", got)
			}
		})
	}
}

// TestALookupComparesByTheParentsCollation looks up through text columns that two
// migrations of different years have made: the server compares neither by the
// other's collation unless it is told to.
func TestALookupComparesByTheParentsCollation(t *testing.T) {
	t.Parallel()
	server.Need(t)
	for _, child := range []string{"utf8mb4 COLLATE utf8mb4_general_ci", "utf8mb4 COLLATE utf8mb4_bin", "latin1 COLLATE latin1_swedish_ci", "utf8 COLLATE utf8_general_ci"} {
		t.Run(child, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE companies (code VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL PRIMARY KEY, sf VARCHAR(18) CHARACTER SET latin1 NOT NULL UNIQUE) ENGINE=InnoDB",
				"CREATE TABLE jobs (id INT NOT NULL PRIMARY KEY, company VARCHAR(20) CHARACTER SET "+child+") ENGINE=InnoDB",
				"INSERT INTO companies VALUES ('é1', 's1'), ('c2', 's2')", "INSERT INTO jobs VALUES (2, 'é1')")
			b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) {
				l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "id", From: "id"}}
				l.Lookups = []destination.Lookup{{Column: "company", Table: "companies", Select: "code", By: "sf", From: "account"}}
			})
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "account", plan.String), []any{1, "s1"}, []any{2, "s2"}, []any{3, nil})
			diff(t, "+2 ~1 -0", counts(b.done()[0]))
			diff(t, []string{"1|é1", "2|c2", "3|NULL"}, b.rows("SELECT * FROM jobs ORDER BY id"))
			diff(t, "+0 ~0 -0", counts(b.done()[0]))
		})
	}
}
