package run

import (
	"errors"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
)

func TestSoManyRowsMayBeSetAside(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		policy destination.BadRow
		max    int
		most   int // rows that are taken
		hint   string
	}{
		{"as many as are allowed", destination.RejectBadRow, 3, 3, "no more than 3 rows may be set aside: --max-rejects"},
		{"a thousand by default", destination.RejectBadRow, 0, 1000, "no more than 1000 rows"},
		{"none", destination.RejectBadRow, -1, 0, "no more than 0 rows"},
		{"a load that must not have any looks for some more of them", destination.FailOnBadRow, 3, maxFail - 1, "on_bad_row: reject sets such rows aside"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := &plan.Load{Spec: &destination.Load{Name: "jobs", OnBadRow: test.policy}, Keys: 1}
			r := rejects{max: Options{MaxRejects: test.max}.withDefaults().MaxRejects}
			for range test.most {
				if err := r.add(l, Row{[]byte("k")}, "", "null", "why"); err != nil {
					t.Fatalf("row %d of %d: %v", r.n, test.most, err)
				}
			}
			bad := (*BadRowsError)(nil)
			if err := r.add(l, Row{[]byte("k")}, "", "null", "why"); !errors.As(err, &bad) || !strings.Contains(bad.Hint, test.hint) {
				t.Errorf("one more: %v (%+v)", err, bad)
			}
		})
	}
}
