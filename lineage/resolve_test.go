package lineage_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage"
)

const ladder = `
-- source salesforce.job_offer --
Id STRING
Salary_Min__c NUMERIC
Title__c STRING
Region__c STRING
addr STRUCT<city STRING, zip STRING>
名前__c STRING
-- source salesforce.account --
Id STRING
Region__c STRING
BillingCity STRING
is_active_c BOOL
-- source crm.contacts {"meta": {"salesforce": {"object": "Contact"}}, "columns": {"mail": {"name": "mail", "meta": {"salesforce": {"field": "Email"}}}, "phone": {"name": "phone", "meta": {"salesforce_field": "Account.Phone"}}}} --
mail STRING
phone STRING
LastName STRING
-- source crm.opportunities --
stage_name STRING
amount NUMERIC
-- model stg_job_offers --
select Id as id, Salary_Min__c as salary_min from {{ source('salesforce', 'job_offer') }}
-- exposure board --
{"depends_on": {"nodes": ["model.p.stg_job_offers"]}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "replace", "columns": {"salary": "salary_min"}}}}
`

func TestNamesClimbTheLadder(t *testing.T) {
	t.Parallel()
	g := project(t, ladder)
	connectors := map[string]string{"salesforce": "trocco", "crm": "snake_case"}
	r := lineage.NewResolver(g, func(source string) string { return connectors[source] })
	offer := "salesforce.job_offer:"
	for _, c := range []struct {
		text string
		rung lineage.Rung
		want []string
	}{
		// dbt's ids and names of relations, with and without quotes.
		{"source.p.salesforce.job_offer.Salary_Min__c", lineage.RungID, []string{offer + "Salary_Min__c"}},
		{"salesforce.job_offer.Salary_Min__c", lineage.RungID, []string{offer + "Salary_Min__c"}},
		{"SALESFORCE.JOB_OFFER.salary_min__C", lineage.RungID, []string{offer + "Salary_Min__c"}},
		{"`lake`.`salesforce`.`job_offer`.Salary_Min__c", lineage.RungID, []string{offer + "Salary_Min__c"}},
		{"`lake.salesforce.job_offer`.`Salary_Min__c`", lineage.RungID, []string{offer + "Salary_Min__c"}},
		{"  salesforce.job_offer.Salary_Min__c\n", lineage.RungID, []string{offer + "Salary_Min__c"}},
		{"stg_job_offers.salary_min", lineage.RungID, []string{"stg_job_offers:salary_min"}},
		{"model.p.stg_job_offers.id", lineage.RungID, []string{"stg_job_offers:id"}},
		{"dbt.stg_job_offers.id", lineage.RungID, []string{"stg_job_offers:id"}},
		{"app.jobs.salary", lineage.RungID, []string{"app.jobs:salary"}},
		// What the yml says.
		{"Contact.Email", lineage.RungMeta, []string{"crm.contacts:mail"}},
		{"contact.email", lineage.RungMeta, []string{"crm.contacts:mail"}},
		{"Account.Phone", lineage.RungMeta, []string{"crm.contacts:phone"}},
		{"Contact.LastName", lineage.RungMeta, []string{"crm.contacts:LastName"}},
		// The connector's names.
		{"JobOffer.Salary_Min__c", lineage.RungConnector, []string{offer + "Salary_Min__c"}},
		{"Job_Offer.Title__c", lineage.RungConnector, []string{offer + "Title__c"}},
		{"Account.BillingCity", lineage.RungConnector, []string{"salesforce.account:BillingCity"}},
		// Much the same.
		{"JobOffer__c.Salary_Min__c", lineage.RungNormalized, []string{offer + "Salary_Min__c"}},
		{"JobOffer__c.SalaryMin", lineage.RungNormalized, []string{offer + "Salary_Min__c"}},
		{"Accounts.IsActive__c", lineage.RungNormalized, []string{"salesforce.account:is_active_c"}},
		{"Opportunity.StageName", lineage.RungNormalized, []string{"crm.opportunities:stage_name"}},
		{"job_offer.名前__c", lineage.RungConnector, []string{offer + "名前__c"}},
		{"JobOffer__c.名前", lineage.RungNormalized, []string{offer + "名前__c"}},
		// A field inside of a struct.
		{"JobOffer.Addr.City", lineage.RungConnector, []string{offer + "addr.city"}},
		{"job_offers.addr.zip", lineage.RungNormalized, []string{offer + "addr.zip"}},
		{"addr.zip", lineage.RungBare, []string{offer + "addr.zip"}},
		{"job_offer.addr.street", "", nil},
		{"job_offer.Title__c.city", "", nil},
		// A field alone.
		{"Salary_Min__c", lineage.RungBare, []string{offer + "Salary_Min__c"}},
		{"salary_min", lineage.RungBare, []string{offer + "Salary_Min__c"}},
		{"StageName", lineage.RungBare, []string{"crm.opportunities:stage_name"}},
		{"Region__c", lineage.RungBare, []string{offer + "Region__c", "salesforce.account:Region__c"}},
		{"Id", lineage.RungBare, []string{offer + "Id", "salesforce.account:Id"}},
		// Nothing.
		{"Nowhere.Nothing__c", "", nil},
		{"nothing", "", nil},
		{"", "", nil},
		{".", "", nil},
		{"...", "", nil},
		{"job_offer.", "", nil},
	} {
		var got []string
		for _, m := range r.Resolve(c.text) {
			got = append(got, columnName(g, m.Column))
			if m.Rung != c.rung {
				t.Errorf("%q is found by %s, want %s", c.text, m.Rung, c.rung)
			}
		}
		if diff := cmp.Diff(sortedCopy(c.want), sortedCopy(got)); diff != "" {
			t.Errorf("%q means, want (-), got (+):\n%s", c.text, diff)
		}
	}
}

func sortedCopy(list []string) []string {
	out := append([]string{}, list...)
	slices.Sort(out)
	return out
}

func TestResolverWithoutConnectors(t *testing.T) {
	t.Parallel()
	g := project(t, ladder)
	r := lineage.NewResolver(g, nil)
	if m := r.Resolve("JobOffer__c.Salary_Min__c"); len(m) != 1 || m[0].Rung != lineage.RungNormalized {
		t.Errorf("got %+v", m)
	}
}

func TestNearNamesAreSuggested(t *testing.T) {
	t.Parallel()
	g := project(t, ladder)
	r := lineage.NewResolver(g, nil)
	for text, want := range map[string]string{
		"job_offer.Salary_Mim__c": "job_offer.Salary_Min__c",
		"Salary_Mim__c":           "job_offer.Salary_Min__c",
		"acount.BillingCity":      "account.BillingCity",
	} {
		got := r.Suggest(text, 3)
		if len(got) == 0 || got[0] != want {
			t.Errorf("%q suggests %v, want %s first", text, got, want)
		}
		if len(got) > 3 {
			t.Errorf("%q suggests %d names", text, len(got))
		}
	}
	if got := r.Suggest("zzzzzzzzzzzzzzzz", 3); len(got) != 0 {
		t.Errorf("nonsense suggests %v", got)
	}
}

func TestFieldsOfStructsAreFoundWhereSomethingReadsThem(t *testing.T) {
	t.Parallel()
	g := project(t, ladder+"-- model cities --\nselect addr.city from {{ source('salesforce', 'job_offer') }}\n")
	r := lineage.NewResolver(g, nil)
	m := r.Resolve("salesforce.job_offer.addr.city")
	if len(m) != 1 || columnName(g, m[0].Column) != "salesforce.job_offer:addr.city" {
		t.Errorf("got %+v", m)
	}
}
