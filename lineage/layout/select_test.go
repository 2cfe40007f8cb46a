package layout_test

import (
	"errors"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"impact/lineage"
	"impact/lineage/layout"
	"impact/manifest"
)

// names lists the relations of a document, with their columns if it has any.
func names(doc *layout.Document) []string {
	var out []string
	for _, r := range doc.Relations {
		if len(r.Columns) == 0 {
			out = append(out, r.Name)
		}
		for _, c := range r.Columns {
			name := r.Name + "." + c.Name
			if c.Path != "" {
				name += "." + c.Path
			}
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

func TestSelectorsOfRelations(t *testing.T) {
	t.Parallel()
	g := example(t)
	for _, tt := range []struct {
		name, selector string
		want           string // names, separated by spaces
	}{
		{"a model", "mart_facilities", "mart_facilities"},
		{"case does not matter", "MART_Facilities", "mart_facilities"},
		{"a unique id", "model.medical_jobs.mart_facilities", "mart_facilities"},
		{"a source with its table", "salesforce.Account", "salesforce.Account"},
		{"a table of a source alone", "JobSeeker__c", "salesforce.JobSeeker__c"},
		{"a table of a destination", "job_board.facilities", "job_board.facilities"},
		{"an exposure", "placement_dashboard", "placement_dashboard"},
		{"an exposure by method", "exposure:placement_dashboard", "placement_dashboard"},
		{"a name in the warehouse", "medical-lake.mart_shared.mart_facilities", "mart_facilities"},
		{"a quoted name in the warehouse", "`medical-lake`.`mart_shared`.`mart_facilities`", "mart_facilities"},
		{"a data set and a table", "mart_shared.mart_facilities", "mart_facilities"},
		{"all versions of a model", "mart_job_offers", "mart_job_offers.v1 mart_job_offers.v2"},
		{"one version of a model", "mart_job_offers.v1", "mart_job_offers.v1"},
		{"one step up", "1+mart_facilities", "int_facilities_enriched mart_facilities"},
		{"no steps", "0+mart_facilities+0", "mart_facilities"},
		{"all the way up", "+mart_accounts", "int_opportunities_by_account mart_accounts salesforce.Account " +
			"salesforce.Opportunity stg_salesforce__accounts stg_salesforce__opportunities"},
		{"one step down", "mart_accounts+1", "mart_account_health mart_accounts"},
		{"all the way down", "mart_accounts+", "mart_account_health mart_accounts placement_dashboard"},
		{"both ways with limits", "1+mart_accounts+1", "int_opportunities_by_account mart_account_health mart_accounts stg_salesforce__accounts"},
		{"an exposure of several loads leads to no other load's table", "clinic_portal__facilities+1 clinic_portal.sf_facilities,1+clinic_portal.sf_facilities",
			"clinic_portal.sf_facilities clinic_portal__facilities clinic_portal_trocco"},
		{"all the way up from a table passes by other loads' models", "+clinic_portal.sf_facilities,clinic_portal__applications", ""},
		{"names united", "mart_accounts  mart_interviews", "mart_accounts mart_interviews"},
		{"a wide space separates as well", "mart_accounts　mart_interviews", "mart_accounts mart_interviews"},
		{"names intersected", "+placement_dashboard,mart_accounts+", "mart_account_health mart_accounts placement_dashboard"},
		{"an empty intersection", "mart_accounts,mart_interviews", ""},
		{"intersections united", "mart_accounts,+mart_accounts mart_interviews", "mart_accounts mart_interviews"},
		{"a source by method with steps", "source:salesforce,1+stg_salesforce__accounts", "salesforce.Account"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := names(extract(t, g, tt.selector, layout.Options{}))
			want := strings.Fields(tt.want)
			sort.Strings(want)
			if diff := cmp.Diff(strings.Join(want, "\n"), strings.Join(got, "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.selector, diff)
			}
		})
	}
}

func TestSelectorsByOwnerGroupAndTagFindWhatCarriesThem(t *testing.T) {
	t.Parallel()
	g := example(t)
	for _, method := range []string{"owner", "group", "tag"} {
		want := map[string][]string{}
		for _, r := range g.Relations {
			var values []string
			switch {
			case method == "owner":
				values = []string{g.Owner(r.ID).Name}
				if o := g.Owner(r.ID); o.Email != o.Name {
					values = append(values, o.Email)
				}
			case method == "group" && r.Node != nil:
				values = []string{r.Node.Group}
			case method == "tag" && r.Node != nil:
				values = r.Node.Tags
			case method == "tag" && r.Exposure != nil:
				values = r.Exposure.Tags
			}
			for _, v := range values {
				if v != "" {
					want[v] = append(want[v], r.Name)
				}
			}
		}
		if method != "tag" && len(want) == 0 {
			t.Errorf("the example has no %s", method)
		}
		for value, rels := range want {
			sort.Strings(rels)
			got := names(extract(t, g, method+`:"`+strings.ToUpper(value)+`"`, layout.Options{}))
			if diff := cmp.Diff(rels, got); diff != "" {
				t.Errorf("%s:%s (-want +got):\n%s", method, value, diff)
			}
		}
	}
}

func TestSelectorsOfColumns(t *testing.T) {
	t.Parallel()
	g := example(t)
	for _, tt := range []struct {
		name, selector string
		want           string
	}{
		{"a column", "stg_salesforce__job_offers.title", "stg_salesforce__job_offers.title"},
		{"a column of a unique id", "model.medical_jobs.stg_salesforce__job_offers.TITLE", "stg_salesforce__job_offers.title"},
		{"a column of a source", "salesforce.JobOffer__c.Title__c", "salesforce.JobOffer__c.Title__c"},
		{"a column by its name in Salesforce", "JobOffer.Title", "salesforce.JobOffer__c.Title__c"},
		{"a column of a destination", "job_board.job_offers.title", "job_board.job_offers.title"},
		{"what a column is made of", "+job_board.job_offers.title", "int_job_offers_enriched.title job_board.job_offers.title " +
			"job_board__job_offers.title mart_job_offers.v2.title salesforce.JobOffer__c.Title__c stg_salesforce__job_offers.title"},
		{"one step", "1+job_board.job_offers.title", "job_board.job_offers.title job_board__job_offers.title"},
		{"one step down", "salesforce.JobOffer__c.Title__c+1", "salesforce.JobOffer__c.Title__c stg_salesforce__job_offers.title"},
		{"columns within a relation", "+job_board.job_offers.title,mart_job_offers", "mart_job_offers.v2.title"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := names(extract(t, g, tt.selector, layout.Options{Columns: true}))
			want := strings.Fields(tt.want)
			sort.Strings(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.selector, diff)
			}
		})
	}
}

func TestNamesThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	medical := example(t)
	twins := build(t, append(models("orders", "select 1 as id", "Orders", "select 2 as id", "stg_items", "select 3 as id"),
		&manifest.Node{UniqueID: "source.p.shop.items", Kind: manifest.KindSource, SourceName: "shop", Name: "items", Tags: []string{"raw"}},
		&manifest.Node{UniqueID: "source.p.web.items", Kind: manifest.KindSource, SourceName: "web", Name: "items",
			Columns: []manifest.Column{{Name: "id"}}},
		&manifest.Node{UniqueID: "source.p.web.id", Kind: manifest.KindSource, SourceName: "web", Name: "id",
			Columns: []manifest.Column{{Name: "items"}}}))
	for _, tt := range []struct {
		name, selector string
		g              *lineage.Graph
		want           layout.NameError
	}{
		{"a mistyped model", "mart_acounts+", medical,
			layout.NameError{Name: "mart_acounts", Candidates: []string{"mart_accounts", "stg_salesforce__accounts"}}},
		{"a mistyped column", "mart_accounts.acount_id", medical,
			layout.NameError{Name: "mart_accounts.acount_id", Candidates: []string{"mart_accounts.account_id", "mart_accounts.account_name",
				"mart_accounts.account_rank", "mart_accounts.won_count", "mart_accounts.fee_rate"}}},
		{"a name that nothing is near to", "xq", medical, layout.NameError{Name: "xq"}},
		{"an unknown group", "group:nobody", medical, layout.NameError{Name: "group:nobody",
			Candidates: []string{"group:clinic_portal_team", "group:job_board_team", "group:salesforce_team"}}},
		{"a tag where there are others", "tag:rw", twins, layout.NameError{Name: "tag:rw", Candidates: []string{"tag:raw"}}},
		{"a table of two sources", "+items", twins,
			layout.NameError{Name: "items", Ambiguous: true, Candidates: []string{"source.p.shop.items", "source.p.web.items"}}},
		{"models that differ in case", "ORDERS", twins,
			layout.NameError{Name: "ORDERS", Ambiguous: true, Candidates: []string{"model.p.Orders", "model.p.orders"}}},
		{"columns of models that differ in case", "ORDERS.id", twins,
			layout.NameError{Name: "ORDERS.id", Ambiguous: true, Candidates: []string{"model.p.Orders.id", "model.p.orders.id"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := layout.Select(tt.g, tt.selector)
			var got *layout.NameError
			if !errors.As(err, &got) {
				t.Fatalf("%s: %v", tt.selector, err)
			}
			if diff := cmp.Diff(&tt.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.selector, diff)
			}
		})
	}
	for _, selector := range []string{"orders", "Orders", "orders.id", "web.items", "web.items.id", "web.id", "items.id"} {
		if _, err := layout.Select(twins, selector); err != nil {
			t.Errorf("%s means one thing: %v", selector, err)
		}
	}
}

func TestTextThatIsNoSelector(t *testing.T) {
	t.Parallel()
	g := example(t)
	for _, tt := range []struct {
		selector string
		offset   int
	}{
		{"a,", 1},
		{",a", 0},
		{"a,,b", 2},
		{"a, b", 1},
		{"mart_accounts ,b", 14},
		{"+", 0},
		{"mart_accounts ++x", 14},
		{"a+b", 0},
		{"@a", 0},
		{`a "b`, 2},
		{"`", 0},
		{`""`, 0},
		{"tag:", 0},
		{"path:x", 0},
		{"99999999999999999999+a", 0},
		{"a+99999999999999999999", 0},
	} {
		_, err := layout.Select(g, tt.selector)
		var got *layout.SyntaxError
		if !errors.As(err, &got) {
			t.Errorf("%s: %v", tt.selector, err)
		} else if got.Offset != tt.offset {
			t.Errorf("%s: at %d, want %d: %v", tt.selector, got.Offset, tt.offset, err)
		}
	}
}

func TestEndlessNamesAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	g := example(t)
	for _, part := range []string{".", "a.", "mart_accounts."} {
		_, err := layout.Select(g, strings.Repeat(part, 100_000)+"x")
		var got *layout.NameError
		if !errors.As(err, &got) {
			t.Errorf("%s…: %v", part, err)
		}
	}
}

// A column of which only rows depend has no columns behind it, but the relation
// that it filters is shown.
func TestDescendantsOfAColumnIncludeTheRelationsWhoseRowsItDecides(t *testing.T) {
	t.Parallel()
	g := build(t, models(
		"a", "select 1 as id, true as live",
		"b", "select id from p.s.a where live",
		"c", "select id from p.s.b",
	))
	got := extract(t, g, "a.live+", layout.Options{Columns: true})
	want := &layout.Document{
		Format: layout.Format,
		Relations: []layout.Relation{
			{ID: "model.p.a", Kind: "model", Name: "a", Columns: []layout.Column{{Name: "live", Type: "BOOL"}}},
			{ID: "model.p.b", Kind: "model", Name: "b"},
		},
		Edges: []layout.Edge{},
		Uses: []layout.Use{
			{Relation: "model.p.a", Column: "live", Kind: "filter", Of: "model.p.b", Rows: true, Confidence: "exact"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	flat := extract(t, g, "a.live+", layout.Options{})
	if diff := cmp.Diff([]layout.Edge{{
		From: layout.Ref{Relation: "model.p.a"}, To: layout.Ref{Relation: "model.p.b"}, Kind: layout.KindUse, Confidence: "exact",
	}}, flat.Edges); diff != "" {
		t.Errorf("between relations, -want +got:\n%s", diff)
	}
}
