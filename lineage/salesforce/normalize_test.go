package salesforce_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/salesforce"
)

func TestNormalizeBringsSpellingsTogether(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"salarymin":     {"Salary_Min__c", "salary_min__c", "SALARY_MIN", "salary_min_c", "sf_salary_min__c", "SalaryMin", "Salary-Min", "salary min", "Salary_Min__pc"},
		"stagename":     {"StageName", "stage_name", "stg_sf_stage_name"},
		"nsfoo":         {"ns__Foo__c", "ns_foo_c"},
		"fivetransyncd": {"_fivetran_syncd"},
		"フェーズ":          {"フェーズ"},
		"c":             {"__c", "_c", "c"},
		"sf":            {"sf_", "sf"},
		"":              {"", "_", "__"},
	} {
		for _, name := range names {
			if got := salesforce.Normalize(name); got != want {
				t.Errorf("Normalize(%q) = %q, want %q", name, got, want)
			}
		}
	}
}

func TestNormalizeTableMakesNamesSingular(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"opportunity": {"Opportunity", "opportunities", "stg_salesforce__opportunities", "salesforce_opportunity", "raw_opportunity"},
		"joboffer":    {"JobOffer__c", "job_offers", "job_offer_c", "stg_salesforce__job_offers"},
		"case":        {"Case", "cases"},
		"address":     {"Address", "addresses"},
		"status":      {"status"},
		"box":         {"boxes"},
		"tie":         {"ties"},
		"商談":          {"商談"},
	} {
		for _, name := range names {
			if got := salesforce.NormalizeTable(name); got != want {
				t.Errorf("NormalizeTable(%q) = %q, want %q", name, got, want)
			}
		}
	}
}

func FuzzNormalizeDoesNotChangeItsOwnResult(f *testing.F) {
	for _, seed := range []string{"Salary_Min__c", "sf_", "stg_raw_sf_x__c", "sf -_x", "sf__c", "İ_c", "\xff_c", "ſf_x", "K_c", "buses", "sses", "seriess"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		once := salesforce.Normalize(name)
		if twice := salesforce.Normalize(once); twice != once {
			t.Errorf("Normalize(%q) = %q, and of that %q", name, once, twice)
		}
		once = salesforce.NormalizeTable(name)
		if twice := salesforce.NormalizeTable(once); twice != once {
			t.Errorf("NormalizeTable(%q) = %q, and of that %q", name, once, twice)
		}
		object, field, path := salesforce.Split(name)
		if field == "" && (object != "" || path != nil) {
			t.Errorf("Split(%q) has no field: %q %q", name, object, path)
		}
		_ = salesforce.IsCustom(name)
		_ = salesforce.IsStandardField(name)
		_ = salesforce.Nearest(name, []string{name, "JobOffer__c.Salary_Min__c"}, 3)
	})
}

func TestNearestNames(t *testing.T) {
	t.Parallel()
	candidates := []string{
		"JobOffer__c.Salary_Min__c", "JobOffer__c.Salary_Max__c", "JobOffer__c.Annual_Salary_Min__c",
		"Account.Name", "Contact.Name", "Account.Name", "Opportunity.StageName", "商談.フェーズ",
	}
	tests := []struct {
		name, typed string
		n           int
		want        []string
	}{
		{"a letter is missing", "JobOffer__c.Salary_Mn__c", 1, []string{"JobOffer__c.Salary_Min__c"}},
		{"letters are swapped", "Opportunity.StagName", 3, []string{"Opportunity.StageName"}},
		{"spelled in another way", "job_offers.salary_min", 1, []string{"JobOffer__c.Salary_Min__c"}},
		{"a tie keeps the order", "JobOffer__c.Salary_Mix__c", 2, []string{"JobOffer__c.Salary_Min__c", "JobOffer__c.Salary_Max__c"}},
		{"candidates are listed once", "Account.Nam", 3, []string{"Account.Name"}},
		{"a part of a name", "フェーズ", 3, []string{"商談.フェーズ"}},
		{"nothing is near", "Zzzzzzzz.Qqqqqqq", 3, nil},
		{"no name", "", 3, nil},
		{"none wanted", "Account.Name", 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := salesforce.Nearest(tt.typed, candidates, tt.n)
			if len(got) == 0 {
				got = nil
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
