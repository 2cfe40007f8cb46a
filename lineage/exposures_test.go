package lineage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage"
	"impact/lineage/destination"
)

// shop is a project of two models that exposures deliver.
const shop = `
-- source raw.jobs --
id STRING
title STRING
account STRING
region STRING
-- model jobs --
select id as job_id, title, account as account_id, region from {{ source('raw', 'jobs') }}
-- model others --
select id as job_id, title from {{ source('raw', 'jobs') }}
`

var exposureTests = []shapeTest{{
	name: "an exposure that says nothing may read every column",
	project: shop + `
-- exposure board --
{"depends_on": {"nodes": ["model.p.jobs"]}}
`,
	ups:     map[string][]string{"board:*": {"jobs:account_id inferred", "jobs:job_id inferred", "jobs:region inferred", "jobs:title inferred"}},
	parents: map[string][]string{"board": {"jobs"}},
}, {
	name: "an exposure may list the columns that it reads",
	project: shop + `
-- exposure board --
{"depends_on": {"nodes": ["model.p.jobs", "model.p.others"]}, "meta": {"referenced_columns": [{"column_name": "title", "node": "ref('jobs')"}]}}
`,
	ups:   map[string][]string{"board:title": {"jobs:title"}, "board:*": {"others:job_id inferred", "others:title inferred"}},
	downs: map[string][]string{"jobs:region": {}},
}, {
	name: "a load writes the columns that it maps",
	project: shop + `
-- exposure board --
{"depends_on": {"nodes": ["model.p.jobs"]}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "mirror", "key": ["salesforce_id"], "columns": {"salesforce_id": "job_id", "name": "title"}}}}
`,
	ups:     map[string][]string{"app.jobs:salesforce_id": {"jobs:job_id load"}, "app.jobs:name": {"jobs:title load"}},
	uses:    map[string][]string{"app.jobs": {"key jobs:job_id"}},
	parents: map[string][]string{"app.jobs": {"board", "jobs"}, "board": {"jobs"}},
	downs:   map[string][]string{"jobs:region": {}, "jobs:title": {"app.jobs:name", "board:title"}},
	kinds:   map[string]lineage.Kind{"app.jobs": lineage.Table, "board": lineage.Exposure},
}, {
	name: "a load without columns writes all that nothing else sets",
	project: shop + `
-- exposure board --
{"depends_on": {"nodes": ["model.p.jobs"]}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "replace", "values": {"region": "x"}}}}
`,
	ups:   map[string][]string{"app.jobs:job_id": {"jobs:job_id load"}, "app.jobs:title": {"jobs:title load"}},
	downs: map[string][]string{"jobs:region": {}, "jobs:account_id": {"app.jobs:account_id", "board:account_id"}},
}, {
	name: "a lookup is an edge, and a use of the parent's key",
	project: shop + `
-- exposure companies --
{"depends_on": {"nodes": ["model.p.others"]}, "meta": {"impact": {"destination": "app", "table": "companies", "mode": "mirror", "key": ["salesforce_id"], "columns": {"salesforce_id": "job_id"}}}}
-- exposure board --
{"depends_on": {"nodes": ["model.p.jobs"]}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "mirror", "key": ["salesforce_id"], "columns": {"salesforce_id": "job_id"},
  "lookup": {"company_id": {"table": "companies", "column": "id", "by": "salesforce_id", "from": "account_id"}}}}}
`,
	ups:  map[string][]string{"app.jobs:company_id": {"jobs:account_id lookup"}},
	uses: map[string][]string{"app.jobs": {"key jobs:job_id", "lookup app.companies:salesforce_id -> company_id"}},
	parents: map[string][]string{
		"app.jobs": {"app.companies", "board", "jobs"}, "app.companies": {"companies", "others"},
	},
}, {
	name: "a scope over a mapped column is a use",
	project: shop + `
-- exposure board --
{"depends_on": {"nodes": ["model.p.jobs"]}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "mirror", "key": ["salesforce_id"], "columns": {"salesforce_id": "job_id", "area": "region"}, "scope": {"area": "east"}}}}
`,
	uses: map[string][]string{"app.jobs": {"key jobs:job_id", "scope jobs:region"}},
}, {
	name: "two loads fill one table",
	project: shop + `
-- exposure one --
{"depends_on": {"nodes": ["model.p.jobs"]}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "upsert", "key": ["id"], "columns": {"id": "job_id", "name": "title"}}}}
-- exposure two --
{"depends_on": {"nodes": ["model.p.others"]}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "upsert", "key": ["id"], "columns": {"id": "job_id", "name": "title"}}}}
`,
	ups:     map[string][]string{"app.jobs:name": {"jobs:title load", "others:title load"}},
	parents: map[string][]string{"app.jobs": {"jobs", "one", "others", "two"}},
}, {
	name: "one exposure with two loads",
	project: shop + `
-- exposure both --
{"depends_on": {"nodes": ["model.p.jobs", "model.p.others"]}, "meta": {"impact": {"destination": "app", "loads": [
  {"model": "jobs", "table": "jobs", "mode": "replace", "columns": {"name": "title"}},
  {"model": "others", "table": "others", "mode": "replace", "columns": {"name": "title"}}]}}}
`,
	ups: map[string][]string{"app.jobs:name": {"jobs:title load"}, "app.others:name": {"others:title load"}},
}}

func TestExposuresAndLoads(t *testing.T) {
	t.Parallel()
	for _, s := range exposureTests {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

func TestMistakesInLoadsAreProblems(t *testing.T) {
	t.Parallel()
	g := project(t, shop+`
-- exposure board --
{"depends_on": {"nodes": ["model.p.jobs"]}, "meta": {"impact": {"destination": "app", "tabel": "jobs", "mode": "mirror"}}}
`)
	if len(g.Problems()) == 0 {
		t.Error("an unknown key is no problem")
	}
	if n := len(g.Loads()); n != 0 {
		t.Errorf("%d loads", n)
	}
	// The exposure still reads its model.
	if diff := cmp.Diff([]string{"jobs"}, names(g, g.Relation(relation(t, g, "board")).Parents)); diff != "" {
		t.Error(diff)
	}
}

func TestTablesHaveTheColumnsOfTheirSchema(t *testing.T) {
	t.Parallel()
	in := sketched(t, shop+`
-- exposure board --
{"depends_on": {"nodes": ["model.p.jobs"]}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "replace", "columns": {"Name": "title"}}}}
`)
	in.Schemas = map[string]*destination.Schema{"app": {Tables: []*destination.Table{{
		Name: "jobs", Columns: []destination.Column{{Name: "id", Type: "bigint"}, {Name: "name", Type: "varchar(255)", NotNull: true}},
	}}}}
	g := build(t, in)
	rel := g.Relation(relation(t, g, "app.jobs"))
	if rel.Table == nil || len(rel.Table.Columns) != 2 {
		t.Fatalf("table %+v", rel.Table)
	}
	if diff := cmp.Diff([]string{"jobs:title load"}, ups(t, g, "app.jobs:name")); diff != "" {
		t.Error(diff)
	}
}

func TestOwnersComeFromNodesGroupsAndExposures(t *testing.T) {
	t.Parallel()
	g := project(t, shop+`
-- group data --
{"name": "data", "owner": {"name": "Data team", "email": "data@example.com"}}
-- model owned {"meta": {"owner": "Aya"}} --
select 1 as x
-- model grouped {"group": "data"} --
select 1 as x
-- exposure board --
{"depends_on": {"nodes": ["model.p.jobs"]}, "owner": {"name": "Board"}, "meta": {"impact": {"destination": "app", "table": "jobs", "mode": "replace", "columns": {"name": "title"}}}}
`)
	for name, want := range map[string]string{"owned": "Aya", "grouped": "Data team", "board": "Board", "app.jobs": "Board", "jobs": ""} {
		if got := g.Owner(relation(t, g, name)).Name; got != want {
			t.Errorf("%s is kept by %q, want %q", name, got, want)
		}
	}
}
