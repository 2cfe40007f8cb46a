package lineage_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"impact/lineage"
)

// A shapeTest is a small project and what its graph must say.
type shapeTest struct {
	name    string
	project string
	ups     map[string][]string // direct sources of a column
	origins map[string][]string // sources in the end
	downs   map[string][]string // what a column reaches
	uses    map[string][]string // of a relation
	outputs map[string][]string // columns of a relation
	parents map[string][]string
	kinds   map[string]lineage.Kind
	gaps    []string // "code relation"
}

func (s *shapeTest) run(t *testing.T) {
	t.Helper()
	g := project(t, s.project)
	check := func(what, name string, want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s of %s, want (-), got (+):\n%s", what, name, diff)
		}
	}
	for name, want := range s.ups {
		check("direct sources", name, want, ups(t, g, name))
	}
	for name, want := range s.origins {
		check("origins", name, want, origins(t, g, name))
	}
	for name, want := range s.downs {
		check("reach", name, want, downs(t, g, name))
	}
	for name, want := range s.uses {
		check("uses", name, want, uses(t, g, name))
	}
	for name, want := range s.outputs {
		check("columns", name, want, g.Outputs(relation(t, g, name)))
	}
	for name, want := range s.parents {
		check("parents", name, want, names(g, g.Relation(relation(t, g, name)).Parents))
	}
	for name, want := range s.kinds {
		check("kind", name, want, g.Relation(relation(t, g, name)).Kind)
	}
	gaps := []string{}
	cov := g.Coverage()
	for _, gap := range cov.Gaps {
		gaps = append(gaps, gap.Code+" "+g.Relation(gap.Rel).Name)
	}
	if s.gaps == nil {
		s.gaps = []string{}
	}
	check("gaps", "the project", s.gaps, gaps)
}

var shapeTests = []shapeTest{{
	name: "a snapshot has dbt's columns beside its own",
	project: `
-- source raw.t --
id INT64
v STRING
updated TIMESTAMP
-- snapshot snap {"config": {"unique_key": "id", "strategy": "timestamp", "updated_at": "updated"}} --
select * from {{ source('raw', 't') }}
-- model history --
select v, dbt_valid_from, dbt_valid_to, dbt_scd_id, dbt_updated_at from {{ ref('snap') }}
`,
	outputs: map[string][]string{"snap": {"id", "v", "updated", "dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"}},
	ups: map[string][]string{
		"snap:dbt_valid_from":    {"snap:updated transform"},
		"snap:dbt_updated_at":    {"snap:updated transform"},
		"snap:dbt_scd_id":        {"snap:id transform", "snap:updated transform"},
		"history:dbt_valid_from": {"snap:dbt_valid_from"},
	},
	origins: map[string][]string{"history:dbt_valid_from": {"raw.t:updated"}, "history:dbt_scd_id": {"raw.t:id", "raw.t:updated"}},
}, {
	name: "a snapshot's updated_at may be an expression",
	project: `
-- source raw.t --
id INT64
made DATE
updated DATE
-- snapshot snap {"config": {"unique_key": "id", "strategy": "timestamp", "updated_at": "greatest(made, updated)"}} --
select * from {{ source('raw', 't') }}
`,
	outputs: map[string][]string{"snap": {"id", "made", "updated", "dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to"}},
	ups: map[string][]string{
		"snap:dbt_valid_from": {"snap:made transform", "snap:updated transform"},
		"snap:dbt_scd_id":     {"snap:id transform", "snap:made transform", "snap:updated transform"},
	},
}, {
	name: "a snapshot may call dbt's columns otherwise",
	project: `
-- source raw.t --
id INT64
v STRING
-- snapshot snap {"config": {"unique_key": ["id"], "strategy": "check", "check_cols": ["v"], "hard_deletes": "new_record", "snapshot_meta_column_names": {"dbt_valid_from": "valid_from", "dbt_valid_to": "valid_to"}}} --
select id, v from {{ source('raw', 't') }}
-- model now --
select id, v from {{ ref('snap') }} where valid_to is null
`,
	outputs: map[string][]string{"snap": {"id", "v", "dbt_scd_id", "dbt_updated_at", "valid_from", "valid_to", "dbt_is_deleted"}},
	uses:    map[string][]string{"now": {"filter snap:valid_to"}},
}, {
	name: "a seed is a table with the columns of its file",
	project: `
-- seed countries --
code STRING
name STRING
-- model m --
select c.name as country from {{ ref('countries') }} c
`,
	kinds:   map[string]lineage.Kind{"countries": lineage.Seed},
	origins: map[string][]string{"m:country": {"countries:name"}},
}, {
	name: "chains of ephemeral models lead to their sources",
	project: `
-- source raw.t --
x INT64
y INT64
-- model e1 {"config": {"materialized": "ephemeral"}} --
select x + 1 as x1, y from {{ source('raw', 't') }}
-- model e2 {"config": {"materialized": "ephemeral"}} --
select x1 as x2, y from {{ ref('e1') }} where y > 0
-- model m --
with a as (select * from {{ ref('e2') }}) select x2 from a
`,
	outputs: map[string][]string{"m": {"x2"}, "e2": {"x2", "y"}},
	origins: map[string][]string{"m:x2": {"raw.t:x"}, "e2:x2": {"raw.t:x"}},
}, {
	name: "versions of a model are apart, and ref takes the latest",
	project: `
-- source raw.t --
x INT64
y INT64
-- model m {"version": 1, "latest_version": 2} --
select x as v from {{ source('raw', 't') }}
-- model m {"version": 2, "latest_version": 2} --
select y as v from {{ source('raw', 't') }}
-- model old --
select v from {{ ref('m', v=1) }}
-- model new --
select v from {{ ref('m') }}
`,
	origins: map[string][]string{"old:v": {"raw.t:x"}, "new:v": {"raw.t:y"}},
	parents: map[string][]string{"old": {"m.v1"}, "new": {"m.v2"}},
}, {
	name: "a relation that SQL names counts although depends_on lacks it",
	project: "" +
		"-- source raw.t --\nx INT64\n" +
		"-- model a --\nselect x from {{ source('raw', 't') }}\n" +
		"-- model b --\nselect x as z from `lake`.`dbt`.`a` where x > 0\n",
	parents: map[string][]string{"b": {"a"}},
	origins: map[string][]string{"b:z": {"raw.t:x"}},
	uses:    map[string][]string{"b": {"filter a:x"}},
}, {
	name: "an incremental model that reads itself",
	project: `
-- source raw.t --
id INT64
ts TIMESTAMP
-- model inc {"config": {"materialized": "incremental", "unique_key": "id"}} --
select id, ts from {{ source('raw', 't') }} where ts > (select max(old.ts) from {{ this }} as old)
-- model child --
select ts from {{ ref('inc') }}
`,
	parents: map[string][]string{"inc": {"raw.t"}},
	outputs: map[string][]string{"inc": {"id", "ts"}},
	origins: map[string][]string{"child:ts": {"raw.t:ts"}},
}, {
	name: "two models that read each other end",
	project: "" +
		"-- source raw.t --\nx INT64\n" +
		"-- model a --\nselect t.x, b.y from {{ source('raw', 't') }} t join `lake`.`dbt`.`b` b on true\n" +
		"-- model b --\nselect x as y from {{ ref('a') }}\n",
	outputs: map[string][]string{"a": {"x", "y"}, "b": {"y"}},
	downs:   map[string][]string{"raw.t:x": {"a:x", "a:y", "b:y"}},
}, {
	name: "a relation that nobody knows is unmanaged and has the columns that are asked of it",
	project: "" +
		"-- model m --\nselect u.id, u.name, count(*) over (partition by u.team) as n from `other`.`crm`.`users` u where u.active\n",
	kinds:   map[string]lineage.Kind{"other.crm.users": lineage.Unmanaged},
	parents: map[string][]string{"m": {"other.crm.users"}},
	ups:     map[string][]string{"m:id": {"other.crm.users:id inferred"}},
	uses:    map[string][]string{"m": {"filter other.crm.users:active", "window other.crm.users:team -> n"}},
	gaps:    []string{"unknown-relation m"},
}, {
	name: "a source without columns collects them through stars of three models",
	project: `
-- source raw.t --
-- model a --
select * from {{ source('raw', 't') }}
-- model b --
with s as (select * from {{ ref('a') }}) select * from s
-- model c --
select *, 1 as one from {{ ref('b') }}
-- model d --
select name, amount * 2 as twice from {{ ref('c') }} where deleted is null
`,
	origins: map[string][]string{"d:name": {"raw.t:name"}, "d:twice": {"raw.t:amount"}},
	ups:     map[string][]string{"b:name": {"a:name inferred"}, "d:name": {"c:name inferred"}},
	uses:    map[string][]string{"d": {"filter c:deleted"}},
	downs:   map[string][]string{"raw.t:name": {"a:*", "a:name", "b:*", "b:name", "c:*", "c:name", "d:name"}, "raw.t:deleted": {"a:*", "a:deleted", "b:*", "b:deleted", "c:*", "c:deleted"}},
}, {
	name: "a column that a star excludes is asked of nobody",
	project: `
-- source raw.t --
-- model a --
select * except (secret) from {{ source('raw', 't') }}
-- model b --
select name from {{ ref('a') }}
`,
	origins: map[string][]string{"b:name": {"raw.t:name"}},
}, {
	name: "a struct's fields keep their own sources in the next model",
	project: `
-- source raw.t --
x INT64
y INT64
-- model a --
select struct(x as p, y as q) as s from {{ source('raw', 't') }}
-- model b --
select s.p as v from {{ ref('a') }}
-- model c --
select s from {{ ref('a') }}
-- model d --
select s.q as w from {{ ref('c') }}
-- model e --
select * from {{ ref('c') }}
-- model f --
select t.s.p as u from {{ ref('e') }} t
`,
	origins: map[string][]string{"b:v": {"raw.t:x"}, "d:w": {"raw.t:y"}, "f:u": {"raw.t:x"}},
	ups:     map[string][]string{"b:v": {"a:s.p"}, "a:s.p": {"raw.t:x"}},
}, {
	name: "an array of structs keeps fields apart behind a model that passes it on",
	project: `
-- source raw.t --
k INT64
x INT64
y INT64
-- model a --
select k, array_agg(struct(x as p, y as q)) as items from {{ source('raw', 't') }} group by k
-- model b --
select k, items as things from {{ ref('a') }}
-- model c --
select b.k, i.q from {{ ref('b') }} b, unnest(b.things) as i
`,
	origins: map[string][]string{"c:q": {"raw.t:y"}, "c:k": {"raw.t:k"}},
	uses:    map[string][]string{"a": {"group raw.t:k"}, "c": {"join b:things"}},
}, {
	name: "a window in one field of a struct decides about that field alone",
	project: `
-- source raw.t --
k INT64
x INT64
t TIMESTAMP
-- source raw.u --
k INT64
v INT64
-- model a --
select k, array_agg(struct(rn as r, x as y)) as items from (select *, row_number() over (order by t) as rn from {{ source('raw', 't') }}) group by k
-- model b --
select i.r, i.y from {{ ref('a') }} a, unnest(a.items) i
-- model s --
select k, struct(row_number() over (order by t) as r, x as y, (select max(v) from {{ source('raw', 'u') }} u where u.k = t.k) as z) as st from {{ source('raw', 't') }} t
-- model s2 --
select st.r, st.y, st.z from {{ ref('s') }}
-- model first --
select k, first_value(st) over (order by k) as best from {{ ref('s') }}
-- model f2 --
select best.y from {{ ref('first') }}
`,
	downs: map[string][]string{
		"raw.t:t": {"a:items", "a:items.r", "b:r", "first:best", "s2:r", "s:st", "s:st.r"},
		"raw.u:k": {"first:best", "s2:z", "s:st", "s:st.z"},
		"s:k":     {"f2:y", "first:best", "first:best.y", "first:k"},
	},
}, {
	name: "a catalog that is older than the SQL loses no column",
	project: `
-- source raw.t --
id INT64
-- model m --
select t.id, t.brand_new from {{ source('raw', 't') }} t
-- model n --
select brand_new from {{ ref('m') }}
`,
	ups:     map[string][]string{"m:brand_new": {"raw.t:brand_new inferred"}},
	origins: map[string][]string{"n:brand_new": {"raw.t:brand_new"}},
	gaps:    []string{"unknown-column m"},
}, {
	name: "a Python model is known by its tables",
	project: `
-- source raw.t --
x INT64
-- model a --
select x from {{ source('raw', 't') }}
-- model py {"language": "python", "original_file_path": "models/py.py", "compiled_code": "def model(dbt, session):\n    return dbt.ref('a')"} --
# {{ ref('a') }}
-- model b --
select score from {{ ref('py') }}
`,
	parents: map[string][]string{"py": {"a"}, "b": {"py"}},
	origins: map[string][]string{"b:score": {"raw.t:x"}},
	gaps:    []string{"python py"},
}, {
	name: "a model that cannot be parsed is known by its tables",
	project: `
-- source raw.t --
x INT64
-- model bad --
selct x from {{ source('raw', 't') }}
-- model b --
select y from {{ ref('bad') }}
`,
	parents: map[string][]string{"bad": {"raw.t"}},
	origins: map[string][]string{"b:y": {"raw.t:x"}},
	gaps:    []string{"syntax bad"},
}, {
	name: "a model that is not compiled and has macros is known by its tables",
	project: `
-- source raw.t --
x INT64
-- model a {"compiled": false, "raw_code": "select {{ my_macro('x') }} as v from {{ source('raw', 't') }}"} --
{{ source('raw', 't') }}
-- model b --
select v from {{ ref('a') }}
`,
	parents: map[string][]string{"a": {"raw.t"}},
	origins: map[string][]string{"b:v": {"raw.t:x"}},
	gaps:    []string{"not-compiled a"},
}, {
	name: "raw code with references alone is as good as compiled",
	project: `
-- source raw.t --
x INT64
y INT64
-- model a {"compiled": false} --
{{ config(materialized='table') }}
select x as v from {{ source('raw', 't') }} where y > 0
-- model b {"compiled": false} --
select a.v from {{ ref('a') }} as a
`,
	origins: map[string][]string{"b:v": {"raw.t:x"}},
	ups:     map[string][]string{"b:v": {"a:v"}},
	uses:    map[string][]string{"a": {"filter raw.t:y"}},
}, {
	name: "tables of one name in two schemas are apart",
	project: "" +
		"-- source one.t --\nx INT64\n-- source two.t --\nx INT64\n" +
		"-- model m --\nselect a.x as ax, b.x as bx from `lake`.`one`.`t` a join `lake`.`two`.`t` b on true\n",
	origins: map[string][]string{"m:ax": {"one.t:x"}, "m:bx": {"two.t:x"}},
	parents: map[string][]string{"m": {"one.t", "two.t"}},
}, {
	name: "two nodes of one relation",
	project: `
-- source raw.t {"relation_name": "` + "`lake`.`raw`.`t`" + `"} --
x INT64
-- source copy.t {"relation_name": "` + "`lake`.`raw`.`t`" + `"} --
x INT64
-- model m --
select x from {{ source('copy', 't') }}
-- model n --
select x from {{ source('raw', 't') }}
`,
	origins: map[string][]string{"m:x": {"copy.t:x"}, "n:x": {"raw.t:x"}},
}}

func TestShapesOfProjects(t *testing.T) {
	t.Parallel()
	for _, s := range shapeTests {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

func TestCompiledFilesStandInForAManifestWithoutSQL(t *testing.T) {
	t.Parallel()
	in := sketched(t, `
-- source raw.t --
x INT64
-- model a {"compiled": false, "raw_code": "select {{ macro() }} from {{ source('raw', 't') }}"} --
{{ source('raw', 't') }}
`)
	in.Files = fstest.MapFS{"target/compiled/p/models/a.sql": {Data: []byte("select x as made\nfrom `lake`.`raw`.`t`\n")}}
	g := build(t, in)
	if diff := cmp.Diff([]string{"raw.t:x"}, origins(t, g, "a:made")); diff != "" {
		t.Error(diff)
	}
	if c := g.Coverage(); c.Bound != 1 || c.NotCompiled != 0 {
		t.Errorf("coverage %+v", c)
	}
	e := g.Up(column(t, g, "a:made"))[0]
	p := g.Place(relation(t, g, "a"), span(e.Pos, 1))
	if p == nil || p.File != "target/compiled/p/models/a.sql" || p.Line != 1 || p.Col != 8 {
		t.Errorf("place %+v", p)
	}
}

func TestDependsOnInACircleIsAWarning(t *testing.T) {
	t.Parallel()
	g := project(t, `
-- model a {"depends_on": {"nodes": ["model.p.b"]}} --
select 1 as x
-- model b {"depends_on": {"nodes": ["model.p.a"]}} --
select x from {{ ref('a') }}
`)
	if w := strings.Join(g.Warnings(), "\n"); !strings.Contains(w, "circle") {
		t.Errorf("warnings %q", w)
	}
	if len(g.Order()) != 2 {
		t.Errorf("order %v", g.Order())
	}
}

func TestAnEmptyProjectHasAnEmptyGraph(t *testing.T) {
	t.Parallel()
	g := project(t, "-- project --\n")
	if len(g.Relations) != 0 || len(g.Columns) != 0 {
		t.Errorf("%d relations, %d columns", len(g.Relations), len(g.Columns))
	}
}
