package sqlite_test

import (
	"fmt"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

func TestADeleteTakesNoChildThatTheRunDoesNotRemove(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"CASCADE", "SET NULL", "SET DEFAULT"} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE teams (id INTEGER NOT NULL PRIMARY KEY)",
				"CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, team int REFERENCES teams (id) ON DELETE "+rule+", source varchar)")
			teams := b.load("teams", destination.Mirror, "id", fields("id", plan.Int), []any{1}, []any{2})
			people := b.load("people", destination.Mirror, "id", fields("id", plan.Int, "team", plan.Int), []any{1, 1}, []any{2, 2})
			people.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
			b.changes(4, 0, 0)
			b.exec(t, "INSERT INTO people VALUES (9, 1, 'web')")
			b.src[teams.Model].Rows, b.src[people.Model].Rows = b.src[teams.Model].Rows[1:], b.src[people.Model].Rows[1:]
			for _, r := range b.run() {
				if r.Status == run.StatusDone {
					t.Errorf("%s: %+v", r.Status, r.Counts)
				}
			}
			b.want("SELECT * FROM people ORDER BY id", "1|1|sf", "2|2|sf", "9|1|web")
			b.exec(t, "DELETE FROM people WHERE id = 9")
			b.changes(0, 0, 2)
			b.want("SELECT * FROM people", "2|2|sf")
		})
	}
}

func TestAScopeOwnsExactlyItsValue(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, ddl string
		kind      destination.LiteralKind
		text      string
		ours      string   // as SQL
		theirs    []string // as SQL
	}{
		{"another case", "varchar COLLATE NOCASE", destination.String, "sf", "'sf'", []string{"'SF'", "'sf '"}},
		{"a number in a text column", "varchar", destination.Number, "7", "'7'", []string{"'07'", "'7a'", "x'37'"}},
		{"true in a text column", "varchar", destination.Bool, "true", "'true'", []string{"'1'", "'TRUE'"}},
		{"true", "boolean", destination.Bool, "true", "1", []string{"0", "NULL"}},
		{"zeros in front", "integer", destination.String, "007", "7", []string{"8", "'x'"}},
		{"a decimal", "decimal(10,2)", destination.Number, "1.50", "1.5", []string{"1.51", "NULL"}},
		{"a time", "datetime(6)", destination.String, "2026-01-02", "'2026-01-02 00:00:00'", []string{"'2026-01-02'"}},
		{"NULL", "varchar", destination.Null, "", "NULL", []string{"''", "'sf'"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INTEGER NOT NULL PRIMARY KEY, v int, source "+c.ddl+")")
			var theirs []string
			for i, v := range c.theirs {
				b.exec(t, fmt.Sprintf("INSERT INTO jobs VALUES (%d, 0, %s)", 100+i, v))
				theirs = append(theirs, fmt.Sprintf("%d|0", 100+i))
			}
			b.exec(t, "INSERT INTO jobs VALUES (1, 0, "+c.ours+"), (9, 0, "+c.ours+")")
			l := b.load("jobs", destination.Mirror, "id", fields("id", plan.Int, "v", plan.Int), []any{1, 1}, []any{2, 2})
			l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: c.kind, Text: c.text}}}
			b.changes(1, 1, 1)
			b.want("SELECT id, v FROM jobs WHERE id >= 100 ORDER BY id", theirs...)
			b.changes(0, 0, 0)
			b.want("SELECT id, v FROM jobs WHERE id < 100", "1|1", "2|2")
		})
	}
}
