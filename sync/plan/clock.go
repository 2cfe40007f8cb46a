package plan

import (
	"regexp"
	"strings"

	"impact/lineage/destination"
)

// clocks notes columns that the server fills from its clock. The sessions of a
// run are in UTC, those of the application perhaps not, and DATETIME does not
// say which. TIMESTAMP is an instant, and SQLite's clock is UTC for everybody.
func (c *checker) clocks(l *Load) {
	if l.Table.Engine == "" {
		return
	}
	var names []string
	for i := range l.Table.Columns {
		col := &l.Table.Columns[i]
		switch BaseType(col.Type) {
		case "datetime", "date", "time":
		default:
			continue
		}
		if l.column(col.Name) != nil {
			continue // a row has its value
		}
		added := col.Default != nil && readsClock.MatchString(col.Default.Text) && !c.written(l, col.Name)
		// An update stamps one column, an insert both.
		changed := col.OnUpdate != "" && l.Spec.Mode != destination.Append && !equalFold(col.Name, l.Spec.Stamp.Write)
		if added || changed {
			names = append(names, col.Name)
		}
	}
	if len(names) > 0 {
		c.note(l, NoteClock, "%s of %s: the server fills in the time of its clock, in UTC for the rows of a run, whatever time zone the application's rows are in; stamp: sets DATETIME columns in the destination's time_zone", strings.Join(names, ", "), l.Spec.Table)
	}
}

// readsClock finds the functions that tell the time of the session's time zone.
// Those of UTC are the same for everybody.
var readsClock = regexp.MustCompile(`(?i)(^|[^a-z0-9_$])(current_(timestamp|date|time)|localtime(stamp)?|now\(|curdate\(|curtime\(|sysdate\()`)
