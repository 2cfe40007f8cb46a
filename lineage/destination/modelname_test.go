package destination

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestModelsOfOneNameAreToldApartByTheirPackages(t *testing.T) {
	t.Parallel()
	got := calls([]string{"model.shop.jobs", "model.crm.jobs", "model.shop.companies.v2", "source.shop.crm.jobs"})
	want := []string{"ref('shop', 'jobs')", "ref('crm', 'jobs')", "ref('companies', v=2)", "source('crm', 'jobs')"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
