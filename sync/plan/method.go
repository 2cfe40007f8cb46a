package plan

import (
	"fmt"

	"impact/lineage/destination"
)

// method chooses how the load reaches its result.
func (c *checker) method(l *Load) {
	l.Method = Merge
	if l.Spec.Mode == destination.Append {
		l.Method = Insert
		return
	}
	if l.Table == nil || !l.Spec.Mode.Removes() {
		return
	}
	why := c.noSwap(l)
	if why == "" {
		why = swapDenied(l.Table)
		l.SwapDenied = why != ""
	}
	switch l.Spec.Mode {
	case destination.Replace:
		if why == "" && len(l.Spec.Key) > 0 && l.Spec.OnBadRow == destination.RejectBadRow {
			// Only a table without rows has none to keep.
			l.MaySwap = true
			why = "on_bad_row: reject leaves the rows in the table whose new values are bad"
		}
		if why == "" {
			l.Method = Swap
			return
		}
		l.Reason = why
		if len(l.Spec.Key) == 0 {
			refuse(l, KeyMissing, "", "state a key, so that rows can be compared instead",
				"%s cannot be exchanged as a whole (%s), and without a key its rows cannot be compared", l.Spec.Table, why)
		} else {
			c.note(l, NoteSwap, "replace compares rows instead of exchanging the table: %s", why)
		}
	case destination.Mirror:
		l.MaySwap = why == ""
	}
}

// noSwap says why the table cannot be exchanged, "" if it can.
func (c *checker) noSwap(l *Load) string {
	switch {
	case l.Table.Versioned:
		return "it is versioned by the server, and a copy of the table would lose its history"
	case len(l.Table.ForeignKeys) > 0:
		return "it has foreign keys, which a copy of the table would lose"
	case len(l.Table.Triggers) > 0:
		return "it has triggers, which would stay on the old table"
	case len(l.Spec.Scope) > 0:
		return "the load owns only a part of its rows"
	case len(c.group.Loads) > 1:
		return "it is joined with other loads"
	case l.Spec.Delete.Soft != "":
		return "rows are only marked as deleted"
	case l.Spec.Chunked:
		return "the load is chunked"
	case len(l.Deferred()) > 0:
		return "its rows refer to each other"
	}
	for _, t := range c.schema.Tables {
		if t.Database == l.Table.Database && copiedInto(t.Name, l.Table.Name) {
			return fmt.Sprintf("%s looks like the copy of a schema change that is under way: it follows the old table and would take the new one's place", t.Name)
		}
		for k := range t.ForeignKeys {
			if referenced(c.schema, t, &t.ForeignKeys[k]) == l.Table {
				return fmt.Sprintf("foreign key %s of %s would follow the old table", t.ForeignKeys[k].Name, t.Name)
			}
		}
	}
	for i := range l.Columns {
		if l.Columns[i].Origin == destination.LookedUp {
			return "it looks up values in other tables"
		}
	}
	return ""
}

// swapDenied says why the user may not exchange a table that could be, "" if it
// may.
func swapDenied(t *destination.Table) string {
	switch {
	case t.TriggersHidden:
		return "the user may not see its triggers, which would stay on the old table (GRANT TRIGGER shows them)"
	case t.ExchangeDenied != "":
		return "the user lacks rights for it (" + t.ExchangeDenied + "; impact sync init prints them)"
	}
	return ""
}

// copiedInto reports whether a name is that of a copy which a tool for changes of
// large tables fills and then renames to table: those of gh-ost, of
// pt-online-schema-change and of LHM.
func copiedInto(name, table string) bool {
	return name == "_"+table+"_gho" || name == "_"+table+"_ghc" || name == "_"+table+"_new" || name == "lhmn_"+table
}
