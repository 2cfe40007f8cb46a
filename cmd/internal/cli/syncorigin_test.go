package cli

import (
	"strings"
	"testing"

	"impact/examples"
	"impact/lineage"
	"impact/manifest"
	"impact/sync/notify"
)

func TestFieldsOfTheSourcesAreFoundWithTheirWays(t *testing.T) {
	t.Parallel()
	o := exampleOrigins(t)
	const offers, facilities = "model.medical_jobs.job_board__job_offers", "model.medical_jobs.job_board__facilities"
	for _, c := range []struct {
		name, model, column string
		how                 way
		want                string
	}{
		{"a column that is passed on", offers, "salary_min", way{false, "IDENTITY"}, "JobOffer__c.Salary_Min__c IDENTITY"},
		{"whatever the case", offers, "SALARY_MIN", way{false, "IDENTITY"}, "JobOffer__c.Salary_Min__c IDENTITY"},
		{"a column that is computed", facilities, "recruiter_name", way{false, "IDENTITY"}, "Contact.FirstName TRANSFORMATION Contact.LastName TRANSFORMATION"},
		{"a condition", offers, "salary_band", way{false, "IDENTITY"}, "JobOffer__c.Annual_Salary_Min__c indirect CONDITIONAL"},
		{"a column that a parent is looked up by", offers, "facility_id", way{true, "JOIN"}, "JobOffer__c.Facility__c indirect JOIN"},
		{"an unknown column", offers, "nothing", way{false, "IDENTITY"}, ""},
		{"an unknown model", "model.medical_jobs.gone", "id", way{false, "IDENTITY"}, ""},
	} {
		o.begin()
		if got := told(o.column(c.model, c.column, c.how)); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	o.begin()
	rows := told(o.rows(offers))
	for _, want := range []string{"JobOffer__c.Status__c indirect FILTER", "JobOffer__c.Facility__c indirect JOIN", "Application__c.JobOffer__c indirect GROUP_BY"} {
		if !strings.Contains(rows, want) {
			t.Errorf("no %s in %s", want, rows)
		}
	}
	if strings.Contains(rows, "Salary_Min__c") || o.warning("x") != nil || len(o.datasets()) == 0 {
		t.Errorf("%s, %v", rows, o.warning("x"))
	}
	for _, in := range o.rows(offers) {
		if !in.Indirect {
			t.Errorf("%s decides about rows directly", in.Field)
		}
	}
}

// told writes fields without database and schema.
func told(inputs []notify.Input) string {
	var out []string
	for _, in := range inputs {
		text := in.Name[strings.LastIndex(in.Name, ".")+1:] + "." + in.Field
		if in.Indirect {
			text += " indirect"
		}
		out = append(out, text+" "+in.Subtype)
	}
	return strings.Join(out, " ")
}

func exampleOrigins(t *testing.T) *origins {
	t.Helper()
	f, err := examples.MedicalJobs().Open("dbt/target-duckdb/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := manifest.Decode(f, "manifest.json", manifest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := lineage.Build(t.Context(), lineage.Input{Manifest: m})
	if err != nil {
		t.Fatal(err)
	}
	return &origins{g: g, namespace: "duckdb"}
}

func TestWhatIsToldOfALoadIsBounded(t *testing.T) {
	t.Parallel()
	o := exampleOrigins(t)
	o.begin()
	o.left = 3
	if n := len(o.rows("model.medical_jobs.job_board__job_offers")); n > 3 || n == 0 {
		t.Errorf("%d fields", n)
	}
	if err := o.warning("job_offers"); err == nil || !strings.Contains(err.Error(), "job_offers") {
		t.Error(err)
	}
	if o.begin(); o.warning("job_offers") != nil {
		t.Error("the next load begins anew")
	}
}

func TestHowAFieldTakesPartFollowsTheWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		via  []lineage.Via // from the end to the source
		want way
	}{
		{"passed on", []lineage.Via{lineage.Direct, lineage.Direct}, way{false, "IDENTITY"}},
		{"computed once", []lineage.Via{lineage.Direct, lineage.Transform, lineage.Direct}, way{false, "TRANSFORMATION"}},
		{"aggregated and then computed", []lineage.Via{lineage.Transform, lineage.Aggregate}, way{false, "AGGREGATION"}},
		{"computed and then aggregated", []lineage.Via{lineage.Aggregate, lineage.Transform}, way{false, "AGGREGATION"}},
		{"a condition of a sum", []lineage.Via{lineage.Aggregate, lineage.Conditional}, way{true, "CONDITIONAL"}},
		{"a sum in a condition", []lineage.Via{lineage.Conditional, lineage.Aggregate}, way{true, "CONDITIONAL"}},
		{"a window over a condition", []lineage.Via{lineage.Window, lineage.Conditional}, way{true, "WINDOW"}},
	} {
		got := way{false, "IDENTITY"}
		for _, v := range c.via {
			got = got.over(v)
		}
		if got != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	if subtypeOf(lineage.Join) != "JOIN" || subtypeOf(lineage.Direct) != "" {
		t.Error("a value that is passed on is no use")
	}
}
