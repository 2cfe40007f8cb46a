package run

import (
	"context"
	"strings"

	"impact/sync/plan"
)

// kept looks at rows that were written in a table that may change them on the
// way, and fails the load if it did: every run would write them again.
func (w *writer) kept(ctx context.Context, part []int) error {
	if w.load.Keys == 0 || !mayChange(w.load) {
		return nil
	}
	now, err := w.current(ctx, part)
	if err != nil {
		return err
	}
	for _, k := range part {
		cur, ok := now[w.key(w.rows[k])]
		if !ok {
			return w.changedAs("its key")
		}
		for i := range w.load.Columns {
			if c := &w.load.Columns[i]; !c.Deferred && !equalValues(cur.Row[i], w.rows[k][i]) {
				return w.changedAs("column " + c.Name)
			}
		}
		if n := len(w.load.Columns); len(cur.Row) > n && cur.Row[n] != nil {
			return w.changedAs("the mark of deletion")
		}
	}
	return nil
}

func (w *writer) changedAs(what string) error {
	by := "the character set of the column"
	if len(w.load.Table.Triggers) > 0 {
		by = "a trigger (" + strings.Join(w.load.Table.Triggers, ", ") + ")"
	}
	return &BadRowsError{Load: w.load.Name(), Count: 1, First: "trigger: " + what + " is not what was written: " + by + " changes it, and every run would write the row again",
		Hint: "leave the column out of the mapping, or let the trigger leave it alone"}
}

// mayChange reports whether a table may keep other values than are written:
// because of a trigger, or because two characters become one in a character set
// that is not Unicode's.
func mayChange(l *plan.Load) bool {
	if len(l.Table.Triggers) > 0 {
		return true
	}
	for i := range l.Columns {
		if t := l.Columns[i].Type; t != nil && manyToOne(t.Charset) {
			return true
		}
	}
	return false
}

func manyToOne(charset string) bool {
	charset = strings.ToLower(charset)
	switch charset {
	case "", "binary", "ascii", "latin1":
		return false
	}
	return !strings.HasPrefix(charset, "utf") && charset != "ucs2"
}
