package mysql_test

import (
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/synctest"
)

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
