package salesforce_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/salesforce"
)

func TestColumnsAreNamedByTheConnectorsRule(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		connector salesforce.Connector
		field     string
		want      []string
	}{
		{"fivetran splits at capitals", salesforce.Fivetran, "StageName", []string{"stage_name", "StageName"}},
		{"fivetran splits at digits", salesforce.Fivetran, "Pricebook2Id", []string{"pricebook_2_id", "Pricebook2Id"}},
		{"fivetran keeps a run of capitals whole", salesforce.Fivetran, "LastCURequestDate", []string{"last_curequest_date", "LastCURequestDate"}},
		{"fivetran squeezes underscores", salesforce.Fivetran, "MC4SF__MC_Subscriber__c", []string{"mc_4_sf_mc_subscriber_c", "MC4SF__MC_Subscriber__c"}},
		{"airbyte keeps API names", salesforce.Airbyte, "Salary_Min__c", []string{"Salary_Min__c"}},
		{"api_names keeps API names", salesforce.APINames, "Salary_Min__c", []string{"Salary_Min__c"}},
		{"without a connector names stay", "", "Salary_Min__c", []string{"Salary_Min__c"}},
		{"an unknown connector keeps names", "carrier pigeon", "Name", []string{"Name"}},
		{"snake_case squeezes underscores", salesforce.SnakeCase, "Custom__c", []string{"custom_c", "custom__c"}},
		{"snake_case splits runs of capitals", salesforce.SnakeCase, "LastCURequestDate", []string{"last_cu_request_date", "last_curequest_date", "lastcurequestdate"}},
		{"trocco keeps API names first", salesforce.Trocco, "Salary_Min__c", []string{"Salary_Min__c", "salary_min__c", "salary_min_c"}},
		{"trocco flattens a path of SOQL", salesforce.Trocco, "Account.Name", []string{"Account_Name", "account_name"}},
		{"trocco sanitizes", salesforce.Trocco, "年収 (下限)", []string{"年収 (下限)", "年収__下限_"}},
		{"nothing", salesforce.Trocco, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, tt.connector.Columns(tt.field)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTablesAreNamedByTheConnectorsRule(t *testing.T) {
	t.Parallel()
	tests := []struct {
		connector salesforce.Connector
		object    string
		first     string
	}{
		{salesforce.Fivetran, "OpportunityLineItem", "opportunity_line_item"},
		{salesforce.Fivetran, "Product2", "product_2"},
		{salesforce.Fivetran, "JobOffer__c", "job_offer_c"},
		{salesforce.Airbyte, "JobOffer__c", "JobOffer__c"},
		{salesforce.Trocco, "JobOffer__c", "JobOffer__c"},
		{salesforce.SnakeCase, "JobOffer__c", "job_offer_c"},
	}
	for _, tt := range tests {
		if got := tt.connector.Tables(tt.object); len(got) == 0 || got[0] != tt.first {
			t.Errorf("%s: Tables(%q) = %q, want %q first", tt.connector, tt.object, got, tt.first)
		}
	}
}

func FuzzConnectorsNameEveryFieldOnce(f *testing.F) {
	for _, seed := range []string{"", "Pricebook2Id", "MC4SF__MC_Subscriber__c", "a.b", "İ", "\xff", "年収１a", "ǅx"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		for _, c := range []salesforce.Connector{salesforce.Trocco, salesforce.Fivetran, salesforce.Airbyte, salesforce.APINames, salesforce.SnakeCase, ""} {
			names := c.Columns(field)
			sorted := slices.Clone(names)
			slices.Sort(sorted)
			if len(slices.Compact(sorted)) != len(names) || slices.Contains(names, "") || field != "" && len(names) == 0 {
				t.Errorf("%s: Columns(%q) = %q", c, field, names)
			}
		}
	})
}

func ExampleConnector_Columns() {
	fmt.Println(salesforce.Fivetran.Columns("Pricebook2Id"))
	// Output: [pricebook_2_id Pricebook2Id]
}
