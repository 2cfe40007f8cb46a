package salesforce_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/salesforce"
)

func TestSplitUnderstandsWhatPeopleType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		text          string
		object, field string
		path          []string
	}{
		{name: "an object and a field", text: "Opportunity.StageName", object: "Opportunity", field: "StageName"},
		{name: "in snake_case", text: "opportunity.stage_name", object: "opportunity", field: "stage_name"},
		{name: "behind a source", text: "salesforce.Opportunity.Custom__c", object: "Opportunity", field: "Custom__c"},
		{name: "behind a source, in snake_case", text: "crm.opportunity.stage_name", object: "opportunity", field: "stage_name"},
		{name: "behind a source, of a custom object", text: "raw.JobOffer__c.Salary_Min__c", object: "JobOffer__c", field: "Salary_Min__c"},
		{name: "behind a source, of an unknown object", text: "crm.joboffers.salary", object: "joboffers", field: "salary"},
		{name: "behind project and dataset", text: "`medical-lake.salesforce_raw.JobOffer__c.Title__c`", object: "JobOffer__c", field: "Title__c"},
		{name: "by labels", text: "商談.フェーズ", object: "商談", field: "フェーズ"},
		{name: "with a wide full stop", text: "商談．フェーズ", object: "商談", field: "フェーズ"},
		{name: "a field alone", text: "Custom__c", field: "Custom__c"},
		{name: "over a relationship", text: "JobOffer__c.Account__r.Name", object: "JobOffer__c", field: "Account__r", path: []string{"Name"}},
		{name: "over a relationship of an object without its suffix", text: "JobOffer.Account__r.Name", object: "JobOffer", field: "Account__r", path: []string{"Name"}},
		{name: "over a standard relationship", text: "Opportunity.Account.Name", object: "Opportunity", field: "Account", path: []string{"Name"}},
		{name: "behind a source, over a relationship", text: "salesforce.JobOffer__c.Facility__r.Account__r.Name", object: "JobOffer__c", field: "Facility__r", path: []string{"Account__r", "Name"}},
		{name: "over a polymorphic relationship", text: "Task.Who.Name", object: "Task", field: "Who", path: []string{"Name"}},
		{name: "of a managed package", text: "ns__Foo__c.ns__Bar__c", object: "ns__Foo__c", field: "ns__Bar__c"},
		{name: "with quotes and spaces", text: " `Opportunity` . \"StageName\" ", object: "Opportunity", field: "StageName"},
		{name: "with empty parts", text: "..Opportunity..StageName.", object: "Opportunity", field: "StageName"},
		{name: "nothing", text: " . "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			object, field, path := salesforce.Split(tt.text)
			if object != tt.object || field != tt.field || !cmp.Equal(path, tt.path) {
				t.Errorf("Split(%q) = %q, %q, %q", tt.text, object, field, path)
			}
		})
	}
}

func TestCustomAndStandardNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name             string
		custom, standard bool
	}{
		{"Foo__c", true, false},
		{"FOO__C", true, false},
		{"ns__Foo__c", true, false},
		{"Foo__pc", true, false},
		{"Foo__r", true, false},
		{"Place__Latitude__s", true, false},
		{"Rule__mdt", true, false},
		{"Done__e", true, false},
		{"Foo__History", true, false},
		{"salary_min_c", true, false},
		{"mc_4_sf_mc_subscriber_c", true, false},
		{"StageName", false, true},
		{"Id", false, true},
		{"Pricebook2Id", false, true},
		{"stage_name", false, true},
		{"STAGENAME", false, true},
		{"is_deleted", false, true},
		{"_fivetran_deleted", false, false},
		{"_name", false, false},
		{"trocco_loaded_at", false, false},
		{"salary", false, false},
		{"__c", false, false},
		{"_c", false, false},
		{"商談", false, false},
		{"", false, false},
	}
	for _, tt := range tests {
		if got := salesforce.IsCustom(tt.name); got != tt.custom {
			t.Errorf("IsCustom(%q) = %v", tt.name, got)
		}
		if got := salesforce.IsStandardField(tt.name); got != tt.standard {
			t.Errorf("IsStandardField(%q) = %v", tt.name, got)
		}
	}
}

func ExampleSplit() {
	object, field, path := salesforce.Split("salesforce.JobOffer__c.Account__r.Name")
	fmt.Println(object, field, path)
	// Output: JobOffer__c Account__r [Name]
}
