// Package sketch makes the artifacts of small dbt projects from a text that is
// short enough to read in a test. Sections start with a line "-- kind name --",
// with an optional JSON object that is merged into what dbt would write:
//
//	-- source raw.orders --
//	id INT64
//	amount NUMERIC
//	-- model stg_orders {"config": {"materialized": "view"}} --
//	select id, amount * 2 as doubled from {{ source('raw', 'orders') }}
//	-- test positive {"column_name": "doubled"} --
//	select doubled from {{ ref('stg_orders') }} where doubled < 0
//	-- exposure board --
//	{"depends_on": {"nodes": ["model.p.stg_orders"]}}
//
// Kinds are project, source, seed, model, snapshot, test, exposure, group, and
// "unit_test", "metric", "semantic_model" and "saved_query", whose body is the
// JSON object itself. The lines of sources and seeds are the columns that
// catalog.json lists; without lines the catalog lacks the table. Of models, SQL
// follows: its ref, source and this become relation names in the compiled code
// and decide depends_on. Ephemeral models are written into the SQL of those that
// read them, as dbt does. {"compiled": false} leaves the compiled code out.
//
//	manifest, catalog, err := sketch.Artifacts(text)
package sketch
