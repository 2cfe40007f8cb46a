package synctest

import (
	"context"
	"fmt"
	"testing"

	"impact/lineage/destination"
	"impact/sync/run"
)

// delivery loads the models m and o into tables of their names.
func (w *warehouse) delivery() *Delivery {
	open := func(t testing.TB) run.Source {
		t.Helper()
		return w.Open(t, "m", "o")
	}
	return NewDelivery(w.t, open, jobsDDL("m"), jobsDDL("o"))
}

// expect runs, and runs again: the first time so many rows change, and none the
// second time.
func expect(d *Delivery, changes int64, want string) error {
	d.t.Helper()
	got, err := d.Changes()
	if err != nil {
		return err
	}
	if have := d.Dump("m"); got != changes || have != want {
		return fmt.Errorf("%d rows changed instead of %d: the table is %q instead of %q", got, changes, have, want)
	}
	for _, full := range []bool{false, true} {
		d.Options.Full = full
		got, err := d.Changes()
		d.Options.Full = false
		if err != nil || got != 0 {
			return fmt.Errorf("a second run changed %d rows: %w", got, errOr(err))
		}
	}
	return nil
}

// delivered delivers in every mode that has a key.
func (w *warehouse) delivered() error {
	for _, c := range []struct {
		mode    destination.Mode
		changes int64 // from before to after
		want    string
	}{
		{destination.Mirror, 3, "1=new 2=old 4=new"},
		{destination.Upsert, 2, "1=new 2=old 3=old 4=new"},
		{destination.Replace, 3, "1=new 2=old 4=new"},
	} {
		d := w.delivery()
		d.Load("m", c.mode, "id")
		w.Put(w.t, "m", idAndText(), before())
		if err := expect(d, 3, "1=old 2=old 3=old"); err != nil {
			return fmt.Errorf("%v: %w", c.mode, err)
		}
		w.Put(w.t, "m", idAndText(), after())
		if err := expect(d, c.changes, c.want); err != nil {
			return fmt.Errorf("%v: %w", c.mode, err)
		}
	}
	d := w.delivery()
	d.Load("m", destination.Append)
	for n, rows := range [][]run.Row{{NewRow(1, "a"), NewRow(2, "b")}, {NewRow(3, "c")}} {
		w.Put(w.t, "m", idAndText(), rows)
		for range 2 { // a version is added once
			if _, err := d.Changes(); err != nil {
				return fmt.Errorf("append: %w", err)
			}
		}
		if got, want := d.Dump("m"), []string{"1=a 2=b", "1=a 2=b 3=c"}[n]; got != want {
			return fmt.Errorf("append: the table is %q instead of %q", got, want)
		}
	}
	return nil
}

// undelivered breaks off while rows are read. The tables stay as they are, and
// a later run goes on. With -short each failure meets one mode, another each.
func (w *warehouse) undelivered() error {
	many := numbered(6_000)
	for i, c := range []struct {
		name string
		harm func(cancel func())
	}{
		{"the reading breaks", func(func()) { w.Break(w.t, "m") }},
		{"the run is cancelled", func(cancel func()) { cancel() }},
		{"the model changes", func(func()) { w.Put(w.t, "m", idAndText(), numbered(5_000)) }},
	} {
		modes := []destination.Mode{destination.Mirror, destination.Replace, destination.Upsert}
		if testing.Short() {
			modes = modes[i : i+1]
		}
		for _, mode := range modes {
			w.Put(w.t, "m", idAndText(), before())
			w.Put(w.t, "o", idAndText(), before())
			d := w.delivery()
			d.Load("m", mode, "id")
			d.Load("o", mode, "id")
			if err := expect(d, 6, "1=old 2=old 3=old"); err != nil {
				return err
			}
			w.Put(w.t, "m", idAndText(), many)
			ctx, cancel := context.WithCancel(w.t.Context())
			loads, err := d.Run(ctx, func() { c.harm(cancel) })
			cancel()
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			table := d.Dump("m")
			for _, r := range loads {
				switch {
				case r.Load != "m":
				case r.Status == run.StatusDone && w.Past:
					// The rows of the plan came, whatever has changed since.
					if n := len(d.Rows("SELECT id FROM m WHERE v LIKE 'text %'")); n != len(many) {
						return fmt.Errorf("%s: %d rows are there", c.name, n)
					}
				case r.Status != run.StatusFailed || r.Counts.Changed() != 0 || table != "1=old 2=old 3=old":
					return fmt.Errorf("%s: %s %+v: %s", c.name, r.Status, r.Counts, r.Error)
				}
			}
			if err := w.mended(d, mode, many); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	return nil
}

// mended writes the model again, as whoever mends a warehouse does.
func (w *warehouse) mended(d *Delivery, mode destination.Mode, rows []run.Row) error {
	if w.Mend != nil {
		w.Mend(w.t)
	}
	w.Put(w.t, "m", idAndText(), rows)
	if _, err := d.Changes(); err != nil {
		return err
	}
	if again, err := d.Changes(); err != nil || again != 0 {
		return fmt.Errorf("a second run changed %d rows: %w", again, errOr(err))
	}
	// numbered holds the ids of before, too.
	if n := len(d.Rows("SELECT id FROM m WHERE v = 'text ' || id")); n != len(rows) || len(d.Rows("SELECT id FROM m")) != n {
		return fmt.Errorf("%v: %d of %d rows are there", mode, n, len(rows))
	}
	return nil
}
