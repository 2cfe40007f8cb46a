package run

import (
	"context"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
)

func TestAnInterruptedLoadTellsWhatItLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		chunked bool
		want    string
	}{
		{"one transaction leaves nothing", false, "nothing was changed"},
		{"several may have left their rows", true, "what is committed stays"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &work{load: &plan.Load{Spec: &destination.Load{Name: "jobs", Chunked: c.chunked}}}
			var r LoadReport
			(&unit{works: []*work{w}}).fail(&r, w, context.Canceled, "")
			if r.Status != StatusFailed || !strings.Contains(r.Error, c.want) {
				t.Errorf("%s: %s", r.Status, r.Error)
			}
		})
	}
}
