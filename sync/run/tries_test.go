package run

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// twoTries are the tries of a group of one load, whose rows have a key and refer
// by it to each other.
func twoTries() *tries {
	t := &destination.Table{Name: "areas", ForeignKeys: []destination.ForeignKey{{Columns: []string{"up"}, Table: "app.Areas", RefColumns: []string{"sf"}}}}
	l := &plan.Load{Spec: &destination.Load{Name: "areas", OnBadRow: destination.RejectBadRow}, Table: t, Keys: 1,
		Columns: []plan.Column{{Name: "SF"}, {Name: "Up", Deferred: true}}}
	return newTries(&unit{works: []*work{{load: l, rejects: rejects{max: 10}}}})
}

func lateRow(key, up, code string) late {
	return late{row: Row{[]byte(key), []byte(up)}, bad: Bad{Code: code}}
}

func TestAnotherTryFollows(t *testing.T) {
	t.Parallel()
	found, good := []late{lateRow("b", "x", "no_parent")}, []late{lateRow("a", "x", "no_parent")}
	tooMany := fmt.Errorf("write: %w", &BadRowsError{Load: "areas"})
	for _, test := range []struct {
		name  string
		err   error
		n     int
		good  []late
		again bool
		known int
		over  bool
	}{
		{name: "without a row that is bad after all", err: errHalfWritten, n: 1, again: true, known: 1},
		{name: "with rows that are let in again", err: errReleased, n: 1, again: true},
		{name: "not for ever", err: errHalfWritten, n: asideTries},
		{name: "as the one that went well, if there are tries enough", err: errHalfWritten, n: asideTries, good: good, again: true, known: 1, over: true},
		{name: "as the one that went well, if too many rows are bad with others", err: tooMany, n: 3, good: good, again: true, known: 1, over: true},
		{name: "not if too many rows are bad", err: tooMany, n: 3},
		{name: "not after an interruption", err: errors.New("interrupted"), n: 3, good: good},
		{name: "from the start after a deadlock", err: errors.Join(errHalfWritten, ErrTransient), n: 3, good: good},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := twoTries()
			s.n, s.good = test.n, test.good
			if got := s.again(&application{late: found}, test.err); got != test.again {
				t.Errorf("again: %v", got)
			}
			if len(s.known) != test.known || s.over != test.over {
				t.Errorf("%d rows are left out, over %v", len(s.known), s.over)
			}
		})
	}
}

func TestARowIsLetInAgainForWhatHasCome(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		known  []late
		missed []string // keys that an earlier try lacked
		aside  []string // those of them that this one lacks, too
		chance int      // that the rows had
		want   []string // keys that stay out
	}{
		{name: "its parent has come", known: []late{lateRow("c", "d", "no_parent"), lateRow("h", "nobody", "no_parent")}, missed: []string{"d"}, want: []string{"h"}},
		{name: "a parent in another case", known: []late{lateRow("c", "D ", "no_parent")}, missed: []string{"d"}},
		{name: "its parent is still missing", known: []late{lateRow("c", "d", "no_parent")}, missed: []string{"d"}, aside: []string{"d"}, want: []string{"c"}},
		{name: "another row has come", known: []late{lateRow("c", "d", "no_parent")}, missed: []string{"e"}, want: []string{"c"}},
		{name: "a row may be removed when another has come", known: []late{lateRow("c", "", codeChildren)}, missed: []string{"e"}},
		{name: "a row may not be removed when none has come", known: []late{lateRow("c", "", codeChildren)}, want: []string{"c"}},
		{name: "a value is free when its row is left out", known: []late{lateRow("c", "d", CodeDuplicate), lateRow("h", "nobody", "no_parent")}, want: []string{"h"}},
		{name: "the second time one at a time", known: []late{lateRow("c", "d", "no_parent"), lateRow("b", "d", "no_parent")}, missed: []string{"d"}, chance: 1, want: []string{"b"}},
		{name: "no third time", known: []late{lateRow("c", "d", "no_parent")}, missed: []string{"d"}, chance: 2, want: []string{"c"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := twoTries()
			l := s.u.works[0].load
			s.n, s.known = 2, test.known
			a := &application{aside: []map[uint64]bool{{}}}
			for _, k := range test.missed {
				s.miss(0, keyHash(l, Row{[]byte(k)}), Row{[]byte(k), nil})
			}
			for _, k := range test.aside {
				a.aside[0][keyHash(l, Row{[]byte(k)})] = true
			}
			for _, k := range test.known {
				s.chances[0][keyHash(l, k.row)] = test.chance
			}
			released := s.release(a)
			var got []string
			for _, k := range s.known {
				got = append(got, string(k.row[0]))
			}
			if d := cmp.Diff(test.want, got); d != "" || released != (len(got) < len(test.known)) {
				t.Errorf("released %v, left out (-want +got)\n%s", released, d)
			}
		})
	}
}
