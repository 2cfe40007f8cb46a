package sketch_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/internal/generate/sketch"
)

const small = `
-- project {"adapter_type": "duckdb"} --
-- source raw.t --
x BIGINT
-- model e {"config": {"materialized": "ephemeral"}} --
select x from {{ source('raw', 't') }}
-- model m {"config": {"tags": ["a"]}} --
with s as (select * from {{ ref('e') }}) select x from s
-- test t --
select x from {{ ref('m') }}
-- exposure board --
{"depends_on": {"nodes": ["model.p.m"]}}
`

func TestSectionsBecomeArtifacts(t *testing.T) {
	t.Parallel()
	m, c, err := sketch.Artifacts(small)
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Metadata struct {
			Adapter string `json:"adapter_type"`
		}
		Nodes map[string]struct {
			Compiled  string `json:"compiled_code"`
			DependsOn struct {
				Nodes []string
			} `json:"depends_on"`
			Config map[string]any
		}
		Exposures map[string]any
	}
	if err := json.Unmarshal(m, &manifest); err != nil {
		t.Fatal(err)
	}
	node := manifest.Nodes["model.p.m"]
	want := "with  __dbt__cte__e as (\nselect x from \"lake\".\"raw\".\"t\"\n\n), s as (select * from __dbt__cte__e) select x from s"
	if diff := cmp.Diff(want, node.Compiled); diff != "" {
		t.Errorf("compiled, want (-), got (+):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"model.p.e"}, node.DependsOn.Nodes); diff != "" {
		t.Error(diff)
	}
	if node.Config["materialized"] != "table" || node.Config["tags"] == nil {
		t.Errorf("config %v", node.Config)
	}
	if manifest.Metadata.Adapter != "duckdb" || len(manifest.Exposures) != 1 || manifest.Nodes["test.p.t"].Compiled == "" {
		t.Errorf("manifest %s", m)
	}
	if !strings.Contains(string(c), `"x"`) {
		t.Errorf("catalog %s", c)
	}
}

func TestMistakesInASketchAreErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "at least one section",
		"-- modell m --\n":         "no such kind",
		"-- model m {\"a\":} --\n": "section model m",
		"-- model m --\nselect * from {{ ref('nowhere') }}\n": "no such relation",
		"-- exposure e --\n{\n":                               "section exposure e",
	} {
		_, _, err := sketch.Artifacts(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", text, err, want)
		}
	}
}
