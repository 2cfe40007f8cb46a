package mysql_test

import (
	"fmt"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// The server takes the text 0 for the year 2000, and its driver reads the year
// 0000 as a number.
func TestTheYear0000IsNeverTheYear2000(t *testing.T) {
	t.Parallel()
	years := []string{"0000", "1901", "2000", "2155"}
	ways := []struct {
		name   string
		mode   destination.Mode
		kind   plan.Kind
		change func(*bench)
	}{
		{"merged", destination.Mirror, plan.Int, func(*bench) {}},
		{"merged from text", destination.Mirror, plan.String, func(*bench) {}},
		{"exchanged by LOAD DATA", destination.Replace, plan.Int, func(b *bench) { b.opts.SwapRows = 1 }},
		{"exchanged by INSERT", destination.Replace, plan.Int, func(b *bench) { b.opts.SwapRows, b.db.InsertOnly = 1, true }},
	}
	for _, way := range ways {
		for _, per := range []int{1, 10} { // rows of each year: one by one, and through a stage
			for _, key := range [][]string{{"y", "id"}, {"id"}, {"y"}} {
				if len(key) == 1 && key[0] == "y" && per > 1 {
					continue
				}
				t.Run(fmt.Sprint(way.name, "/", per, "/", key), func(t *testing.T) {
					t.Parallel()
					b := newBench(t, "CREATE TABLE jobs (y YEAR NOT NULL, id INT NOT NULL, v YEAR, note VARCHAR(9), UNIQUE (y, id), UNIQUE (id), UNIQUE (y, v, id)"+map[bool]string{true: ", UNIQUE (y)"}[key[0] == "y" && len(key) == 1]+")")
					way.change(b)
					b.load("jobs", "jobs", way.mode, key, nil)
					// load wants the rows of some years, each with the value of a year.
					load := func(note string, shift int, wanted ...int) run.LoadReport {
						table := synctest.NewTable(fields("y", way.kind, "id", plan.Int, "v", way.kind, "note", plan.String))
						var want []string
						for _, i := range wanted {
							for k := range per {
								value := years[(i+shift)%len(years)]
								table.Rows = append(table.Rows, synctest.NewRow(years[i], 100*i+k, value, note))
								want = append(want, fmt.Sprintf("%s|%d|%s|%s", years[i], 100*i+k, value, note))
							}
						}
						b.src["model.x.jobs"] = table
						r := b.done()[0]
						diff(t, want, b.rows("SELECT CAST(y AS CHAR), id, CAST(v AS CHAR), note FROM jobs ORDER BY id"))
						return r
					}
					load("a", 0, 0, 1, 2, 3)
					if r := load("a", 0, 0, 1, 2, 3); r.Counts.Changed() != 0 {
						t.Fatalf("a second run changed rows: %s", counts(r))
					}
					for shift := range years {
						load("b", shift, 0, 1, 2, 3) // updates to and from each
					}
					b.exec("UPDATE jobs SET note = 'app'", "UPDATE jobs SET v = 2000 WHERE y = 0 OR v = 0")
					load("c", 2, 0, 1, 2, 3)
					load("c", 2, 1, 2, 3) // deletes 0000 and not 2000
					load("c", 2, 0, 1, 3)
					load("d", 0, 2)
				})
			}
		}
	}
}

func TestAParentIsLookedUpByTheYear0000(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE years (id INT PRIMARY KEY, y YEAR NOT NULL UNIQUE)",
		"CREATE TABLE jobs (y_id INT PRIMARY KEY, v VARCHAR(9), FOREIGN KEY (y_id) REFERENCES years (id))",
		"INSERT INTO years VALUES (1, 2000), (2, 0), (3, 1901)", "INSERT INTO jobs VALUES (1, 'a'), (2, 'a')")
	b.load("jobs", "jobs", destination.Mirror, []string{"y_id"}, func(l *destination.Load) {
		l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "v", From: "v"}}
		l.Lookups = []destination.Lookup{{Column: "y_id", Table: "years", Select: "id", By: "y", From: "y"}}
	})
	b.src["model.x.jobs"] = synctest.NewTable(fields("y", plan.Int, "v", plan.String), []any{0, "b"}, []any{2000, "a"}, []any{1901, "c"})
	diff(t, "+1 ~1 -0", counts(b.done()[0]))
	diff(t, []string{"1|a", "2|b", "3|c"}, b.rows("SELECT * FROM jobs ORDER BY y_id"))
	b.src["model.x.jobs"] = synctest.NewTable(fields("y", plan.Int, "v", plan.String), []any{2000, "a"}, []any{1901, "c"})
	diff(t, "+0 ~0 -1", counts(b.done()[0]))
	diff(t, []string{"1|a", "3|c"}, b.rows("SELECT * FROM jobs ORDER BY y_id"))
}

func TestAScopeOfTheYear0000(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, y YEAR)", "INSERT INTO jobs VALUES (1, 2000), (2, 0), (3, 0)")
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) {
		l.Scope = []destination.Constant{{Column: "y", Value: destination.Literal{Kind: destination.Number, Text: "0"}}}
		l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "id", From: "id"}}
	})
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int), []any{2}, []any{4})
	diff(t, "+1 ~0 -1", counts(b.done()[0]))
	diff(t, []string{"1|2000", "2|0", "4|0"}, b.rows("SELECT id, y + 0 FROM jobs ORDER BY id"))
}

func TestAnEnumThatHoldsNoneOfItsMembersIsMended(t *testing.T) {
	t.Parallel()
	b := jobs(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v ENUM('a', 'b'))", plan.Int, []any{1, "a"}, []any{2, "b"}, []any{3, nil}, []any{4, "b"})
	b.done()
	b.exec("UPDATE IGNORE jobs SET v = 'gone' WHERE id IN (2, 3)")
	diff(t, []string{"1|a", "2|", "3|", "4|b"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	diff(t, "+0 ~2 -0", counts(b.done()[0]))
	diff(t, []string{"1|a", "2|b", "3|NULL", "4|b"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	// A model that has none of them either is wrong, whatever the table holds.
	b.exec("UPDATE IGNORE jobs SET v = 'gone' WHERE id = 2")
	b.src["model.x.jobs"].Rows[1][1] = []byte{}
	if r := b.run().Loads[0]; r.Status != run.StatusFailed {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
}
