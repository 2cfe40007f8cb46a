package mysql_test

import (
	"strings"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// References among the rows of a run take a second UPDATE, and marks of deletion
// one of their own: neither may fire ON UPDATE for what the load has written.
func TestTheServersClockDoesNotOverwriteWhatALoadWrites(t *testing.T) {
	t.Parallel()
	const clock = "DATETIME NULL ON UPDATE CURRENT_TIMESTAMP"
	b := newBench(t, "CREATE TABLE areas (id INT PRIMARY KEY, up INT, name VARCHAR(9), made "+clock+", seen "+clock+", written "+clock+", FOREIGN KEY (up) REFERENCES areas (id))",
		"CREATE TABLE jobs (id INT PRIMARY KEY, seen "+clock+", gone "+clock+")", "INSERT INTO jobs VALUES (1, NULL, NULL), (2, '2020-01-01 10:00:00', NULL)")
	zone := time.FixedZone("", 9*3600)
	b.db.TimeZone = zone
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	b.opts.Now = func() time.Time { return now }
	l := b.load("areas", "areas", destination.Mirror, []string{"id"}, func(l *destination.Load) {
		l.Stamp = destination.Stamp{Insert: "made", Write: "written"}
	})
	cols := fields("id", plan.Int, "up", plan.Int, "name", plan.String, "seen", plan.DateTime)
	b.src[l.Model] = synctest.NewTable(cols, []any{1, 2, "a", "2021-01-01 10:00:00"}, []any{2, nil, "b", "2021-01-01 11:00:00"})
	b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) { l.Delete.Soft = "gone" })
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "seen", plan.DateTime), []any{1, nil})
	b.done()
	first := "2026-01-02 12:04:05" // in the destination's time zone
	diff(t, []string{"1|2|2021-01-01 10:00:00|" + first + "|" + first, "2|NULL|2021-01-01 11:00:00|" + first + "|" + first}, b.rows("SELECT id, up, seen, made, written FROM areas ORDER BY id"))
	diff(t, []string{"1|NULL|NULL", "2|2020-01-01 10:00:00|" + first}, b.rows("SELECT * FROM jobs ORDER BY id"))

	now = now.Add(time.Hour)
	b.src[l.Model].Rows = []run.Row{synctest.NewRow(1, nil, "a", "2021-01-01 10:00:00"), synctest.NewRow(2, 1, "b", "2021-01-01 11:30:00")}
	b.done()
	diff(t, []string{"1|NULL|2021-01-01 10:00:00|2026-01-02 13:04:05", "2|1|2021-01-01 11:30:00|2026-01-02 13:04:05"}, b.rows("SELECT id, up, seen, written FROM areas ORDER BY id"))
	for _, r := range b.done() {
		if r.Counts.Changed() != 0 {
			t.Errorf("%s: %+v", r.Load, r.Counts)
		}
	}
}

func TestThePlanSaysWhichColumnsGetTheTimeInUTC(t *testing.T) {
	t.Parallel()
	const now = "CURRENT_TIMESTAMP"
	cases := []struct {
		name, column string
		change       func(*destination.Load)
		noted        bool
	}{
		{"a default", "DATETIME DEFAULT " + now, nil, true},
		{"a default with fractions", "DATETIME(3) DEFAULT " + now + "(3)", nil, true},
		{"on update", "DATETIME NULL ON UPDATE " + now, nil, true},
		{"on update where rows are only added", "DATETIME NULL ON UPDATE " + now, func(l *destination.Load) { l.Mode = destination.Append }, false},
		{"a timestamp", "TIMESTAMP NULL DEFAULT " + now + " ON UPDATE " + now, nil, false},
		{"a constant", "DATETIME DEFAULT '2026-01-01'", nil, false},
		{"no default", "DATETIME NULL", nil, false},
		{"stamped whenever it is written", "DATETIME DEFAULT " + now + " ON UPDATE " + now, func(l *destination.Load) { l.Stamp.Write = "c" }, false},
		{"a constant of the load", "DATETIME DEFAULT " + now + " ON UPDATE " + now, func(l *destination.Load) {
			l.Values = []destination.Constant{{Column: "c", Value: destination.Literal{Kind: destination.String, Text: "2026-01-01 00:00:00"}}}
		}, false},
		{"stamped when it is added", "DATETIME DEFAULT " + now, func(l *destination.Load) { l.Stamp.Insert = "c" }, false},
		{"stamped when it is added only", "DATETIME DEFAULT " + now + " ON UPDATE " + now, func(l *destination.Load) { l.Stamp.Insert = "c" }, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, c "+c.column+")")
			b.load("jobs", "jobs", destination.Mirror, []string{"id"}, c.change)
			b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int), []any{1})
			p := b.plan(b.open())
			if len(p.Refusals) > 0 {
				t.Fatalf("%+v", p.Refusals)
			}
			noted := false
			for _, n := range p.Notes {
				noted = noted || n.ID == plan.NoteClock && strings.HasPrefix(n.Message, "c of jobs")
			}
			diff(t, c.noted, noted)
		})
	}
}
