package synctest

import (
	"errors"
	"fmt"

	"impact/sync/plan"
	"impact/sync/run"
)

// Two states of a model that have as many rows.
func before() []run.Row { return []run.Row{NewRow(1, "old"), NewRow(2, "old"), NewRow(3, "old")} }
func after() []run.Row  { return []run.Row{NewRow(1, "new"), NewRow(2, "old"), NewRow(4, "new")} }

// changes changes a model after it was described. Its rows are those of then, or
// an error.
func (w *warehouse) changes() error {
	for _, now := range [][]run.Row{after(), after()[:2], append(before(), NewRow(9, "new")), nil} {
		src, m, err := w.put(idAndText(), before()...)
		if err != nil {
			return err
		}
		w.Put(w.t, "m", idAndText(), now)
		if err := w.asBefore(src, m); err != nil {
			return fmt.Errorf("%d rows now: %w", len(now), err)
		}
	}
	// Columns change as well.
	src, m, err := w.put(idAndText(), before()...)
	if err != nil {
		return err
	}
	w.Put(w.t, "m", []plan.Field{{Name: "id", Kind: plan.String}, {Name: "w", Kind: plan.String}}, []run.Row{NewRow("x", "new")})
	return w.asBefore(src, m)
}

func (w *warehouse) asBefore(src run.Source, m plan.Model) error {
	got, _, err := read(w.t.Context(), src, all(m))
	if err != nil {
		if w.Past || isBroken(err) || errors.Is(err, run.ErrTransient) {
			return err
		}
		return nil
	}
	return sameRows(got, before())
}

func (w *warehouse) versions() error {
	_, first, err := w.put(idAndText(), before()...)
	if err != nil {
		return err
	}
	if first.Version == "" {
		return errors.New("the model has no version")
	}
	same, err := w.Open(w.t, "m").Describe(w.t.Context(), "m")
	if err != nil {
		return err
	}
	if !plan.SameVersion(first.Version, same.Version) {
		return fmt.Errorf("the version was %q and is %q, but nothing has changed", first.Version, same.Version)
	}
	src, second, err := w.put(idAndText(), after()...)
	if err != nil {
		return err
	}
	if plan.SameVersion(first.Version, second.Version) {
		return fmt.Errorf("other rows have the same version %q", second.Version)
	}
	got, _, err := read(w.t.Context(), src, all(second))
	if err != nil {
		return err
	}
	if err := sameRows(got, after()); err != nil {
		return err
	}
	// A source that was opened later does not take the rows of now for those
	// that were described earlier.
	return w.later(src, first)
}

func (w *warehouse) later(src run.Source, first plan.Model) error {
	got, _, err := read(w.t.Context(), src, all(first))
	if isBroken(err) {
		return err
	}
	if err != nil {
		return nil //nolint:nilerr // a refusal is what is wanted
	}
	return sameRows(got, before())
}

// instant describes two models, of which the second changes in between.
func (w *warehouse) instant() error {
	w.Put(w.t, "m", idAndText(), before())
	w.Put(w.t, "o", idAndText(), before())
	src := w.Open(w.t, "m", "o")
	m, err := src.Describe(w.t.Context(), "m")
	if err != nil {
		return err
	}
	if !w.Past {
		return nil // there is only what is
	}
	w.Put(w.t, "m", idAndText(), after())
	w.Put(w.t, "o", idAndText(), after())
	o, err := src.Describe(w.t.Context(), "o")
	if err != nil {
		return err
	}
	for node, model := range map[string]plan.Model{"m": m, "o": o} {
		q := all(model)
		q.Node = node
		got, _, err := read(w.t.Context(), src, q)
		if err != nil {
			return err
		}
		if err := sameRows(got, before()); err != nil {
			return fmt.Errorf("%s: %w", node, err)
		}
	}
	return nil
}
