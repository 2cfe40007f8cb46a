package manifest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseReference(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want Reference
		ok   bool
	}{
		{`ref('jobs')`, Reference{Name: "jobs"}, true},
		{` ref( "jobs" ) `, Reference{Name: "jobs"}, true},
		{`{{ ref('jobs', v=2) }}`, Reference{Name: "jobs", Version: "2"}, true},
		{`ref('jobs', version='2.1')`, Reference{Name: "jobs", Version: "2.1"}, true},
		{`ref('shop', 'jobs', v=2)`, Reference{Package: "shop", Name: "jobs", Version: "2"}, true},
		{`source('crm', 'jobs')`, Reference{Source: "crm", Name: "jobs"}, true},
		{`ref("it's")`, Reference{Name: "it's"}, true},
		{`ref(jobs)`, Reference{}, false},
		{`ref('jobs'`, Reference{}, false},
		{`ref('jobs') x`, Reference{}, false},
		{`ref('a', 'b', 'c')`, Reference{}, false},
		{`ref('jobs', x=1)`, Reference{}, false},
		{`source('crm')`, Reference{}, false},
		{`source('crm', 'jobs', v=1)`, Reference{}, false},
		{`href('jobs')`, Reference{}, false},
		{`{{ ref('jobs')`, Reference{}, false},
		{`jobs`, Reference{}, false},
		{``, Reference{}, false},
	} {
		got, ok := ParseReference(test.text)
		if ok != test.ok || ok && got != test.want {
			t.Errorf("%q: %+v %v, want %+v %v", test.text, got, ok, test.want, test.ok)
		}
	}
}

func TestAReferenceMatchesUniqueIDs(t *testing.T) {
	t.Parallel()
	ids := []string{
		"model.shop.jobs", "model.shop.jobs.v2", "model.other.jobs", "seed.shop.jobs", "snapshot.shop.jobs",
		"source.shop.crm.jobs", "test.shop.jobs", "model.shop.jobs_old", "model.shop.jobs.v2.v3", "model", "",
	}
	for text, want := range map[string][]string{
		`ref('jobs')`:           {"model.shop.jobs", "model.shop.jobs.v2", "model.other.jobs", "seed.shop.jobs", "snapshot.shop.jobs"},
		`ref('shop', 'jobs')`:   {"model.shop.jobs", "model.shop.jobs.v2", "seed.shop.jobs", "snapshot.shop.jobs"},
		`ref('jobs', v=2)`:      {"model.shop.jobs.v2"},
		`source('crm', 'jobs')`: {"source.shop.crm.jobs"},
		`source('crm', 'x')`:    nil,
	} {
		ref, _ := ParseReference(text)
		var got []string
		for _, id := range ids {
			if ref.MatchesID(id) {
				got = append(got, id)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, want (-), got (+):\n%s", text, diff)
		}
	}
}
