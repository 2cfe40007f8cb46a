package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// decode reads a manifest that is written in a test.
func decode(t *testing.T, text string) *Manifest {
	t.Helper()
	m, err := Decode(strings.NewReader(text), "manifest.json", Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const v12 = `"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.10.2", "adapter_type": "bigquery", "project_name": "shop"}`

// node wraps the members of one model into a manifest.
func node(members string) string {
	return `{` + v12 + `, "nodes": {"model.shop.orders": {"resource_type": "model", "name": "orders", "depends_on": {"nodes": []}, ` + members + `}}}`
}

func TestConfigShapes(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	tests := []struct {
		name, config string
		want         Config
	}{
		{"partition_by as BigQuery's object", `{"partition_by": {"field": "day", "data_type": "date"}}`, Config{PartitionBy: []string{"day"}}},
		{"partition_by as a string", `{"partition_by": "day"}`, Config{PartitionBy: []string{"day"}}},
		{"partition_by as a list", `{"partition_by": ["year", "month"]}`, Config{PartitionBy: []string{"year", "month"}}},
		{"partition_by as an expression", `{"partition_by": "date_trunc(created_at, month)"}`, Config{PartitionBy: []string{"created_at", "month"}}},
		{"partition_by null", `{"partition_by": null}`, Config{}},
		{"cluster_by as a string", `{"cluster_by": "a, b"}`, Config{ClusterBy: []string{"a", "b"}}},
		{"cluster_by with a cast", `{"cluster_by": ["_inserted_timestamp::DATE", "id"]}`, Config{ClusterBy: []string{"_inserted_timestamp", "id"}}},
		{"unique_key as a string", `{"unique_key": "id"}`, Config{UniqueKey: []string{"id"}}},
		{"unique_key as a list", `{"unique_key": ["id", "day"]}`, Config{UniqueKey: []string{"id", "day"}}},
		{"unique_key as a list in a string", `{"unique_key": "['id', 'order_date']"}`, Config{UniqueKey: []string{"id", "order_date"}}},
		{"unique_key as an expression", `{"unique_key": "cast(id as string) || '-' || day"}`, Config{UniqueKey: []string{"id", "day"}}},
		{"unique_key quoted", "{\"unique_key\": \"`Order ID`\"}", Config{UniqueKey: []string{"Order ID"}}},
		{"hooks as text, objects and lists", `{"post-hook": [{"sql": "c", "transaction": true}, "d", " "], "pre-hook": "a", "pre_hook": null}`, Config{Hooks: []Hook{{SQL: "a"}, {SQL: "c", After: true}, {SQL: "d", After: true}}}},
		{"check_cols all", `{"check_cols": "all"}`, Config{CheckCols: []string{"all"}}},
		{"check_cols as a list", `{"check_cols": ["a", "b"], "strategy": "check"}`, Config{CheckCols: []string{"a", "b"}, Strategy: "check"}},
		{"snapshot column names, of which null means the default", `{"snapshot_meta_column_names": {"dbt_valid_from": "valid_from", "dbt_valid_to": null}}`,
			Config{SnapshotMetaColumns: map[string]string{"dbt_valid_from": "valid_from"}}},
		{"hard_deletes", `{"hard_deletes": "new_record"}`, Config{HardDeletes: "new_record"}},
		{"hard_deletes before dbt 1.9", `{"invalidate_hard_deletes": true}`, Config{HardDeletes: "invalidate"}},
		{"merge columns", `{"merge_update_columns": ["a"], "merge_exclude_columns": "b", "on_schema_change": "fail", "incremental_strategy": "merge"}`,
			Config{MergeUpdateColumns: []string{"a"}, MergeExcludeColumns: []string{"b"}, OnSchemaChange: "fail", IncrementalStrategy: "merge"}},
		{"full_refresh", `{"full_refresh": false}`, Config{FullRefresh: &no}},
		{"full_refresh as text", `{"full_refresh": "True"}`, Config{FullRefresh: &yes}},
		{"an absent config", `null`, Config{}},
		{"the last of a repeated key", `{"unique_key": "a", "unique_key": null}`, Config{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := decode(t, node(`"config": `+tt.config))
			tt.want.Enabled = true
			if diff := cmp.Diff(tt.want, m.Nodes[0].Config); diff != "" {
				t.Error(diff)
			}
			if len(m.Warnings) > 0 {
				t.Errorf("warnings: %q", m.Warnings)
			}
		})
	}
}

func TestNodeShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, members string
		want          Node // besides what every one of them has
	}{
		{"SQL of dbt up to 1.2", `"raw_sql": "r", "compiled_sql": "c"`, Node{RawCode: "r", Compiled: "c", Language: "sql"}},
		{"SQL of dbt 1.3 and later", `"raw_code": "r", "compiled_code": "c", "compiled_path": "target\\compiled\\a.sql", "language": "python"`,
			Node{RawCode: "r", Compiled: "c", CompiledPath: "target/compiled/a.sql", Language: "python"}},
		{"null everywhere", `"raw_code": null, "compiled_code": null, "relation_name": null, "tags": null, "meta": null, "columns": null, "version": null, "group": null, "alias": null`,
			Node{Language: "sql"}},
		{"paths of Windows and of a package", `"original_file_path": "models\\a\\orders.sql", "patch_path": "shop://models\\a\\_.yml"`,
			Node{Path: "models/a/orders.sql", PatchPath: "models/a/_.yml", Language: "sql"}},
		{"a version that is a number", `"version": 2, "latest_version": 2`, Node{Version: "2", Latest: true, Language: "sql"}},
		{"a version that is text and not the latest", `"version": "1", "latest_version": 2`, Node{Version: "1", Language: "sql"}},
		{"group and access of the config", `"config": {"group": "finance", "access": "private", "materialized": "table", "tags": ["x"]}, "tags": ["y", "x"]`,
			Node{Group: "finance", Access: "private", Materialized: "table", Tags: []string{"y", "x"}, Language: "sql"}},
		{"an owner that is a text", `"meta": {"owner": "Data team"}`, Node{Owner: Owner{Name: "Data team"}, Language: "sql"}},
		{"an owner that is an address", `"config": {"meta": {"owner": "data@example.com"}}`, Node{Owner: Owner{Email: "data@example.com"}, Language: "sql"}},
		{"an owner that is an object", `"meta": {"owner": {"name": "D", "email": ["a@x.com", "b@x.com"]}}`, Node{Owner: Owner{"D", "a@x.com, b@x.com"}, Language: "sql"}},
		{"a contract", `"contract": {"enforced": true}, "constraints": [{"type": "primary_key", "columns": ["id"]}, {"type": "foreign_key", "columns": ["c"], "to": "ref('x')", "to_columns": ["id"]}]`,
			Node{Contract: Contract{true, []Constraint{{Type: "primary_key", Columns: []string{"id"}}, {Type: "foreign_key", Columns: []string{"c"}, To: "ref('x')", ToColumns: []string{"id"}}}}, Language: "sql"}},
		{"a contract in the config", `"config": {"contract": {"enforced": true}}`, Node{Contract: Contract{Enforced: true}, Language: "sql"}},
		{"columns in the order of the file", `"columns": {"b": {"name": "B", "data_type": "INT64", "constraints": [{"type": "not_null"}]}, "a": {"description": "d", "tags": ["t"], "config": {"tags": ["u"]}}}`,
			Node{Columns: []Column{
				{Name: "B", DataType: "INT64", Constraints: []Constraint{{Type: "not_null", Columns: []string{"B"}}}},
				{Name: "a", Description: "d", Tags: []string{"t", "u"}},
			}, Language: "sql"}},
		{"members that the reader does not know", `"classifiers": [{}], "docs": {"show": true}, "refs": [["a"], {"name": "b"}]`, Node{Language: "sql"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := decode(t, node(tt.members))
			tt.want.UniqueID, tt.want.Kind, tt.want.Name, tt.want.Alias = "model.shop.orders", KindModel, "orders", "orders"
			tt.want.Config.Enabled = true
			ignore := cmpopts.IgnoreFields(Node{}, "Meta")
			if diff := cmp.Diff(&tt.want, m.Node("model.shop.orders"), ignore, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if len(m.Warnings) > 0 {
				t.Errorf("warnings: %q", m.Warnings)
			}
		})
	}
}

func TestMetaOfTheResourceWinsOverMetaOfItsConfig(t *testing.T) {
	t.Parallel()
	m := decode(t, node(`"meta": {"a": 1, "deep": {"z": [1.0, {"y": null}], "b": "x"}}, "config": {"meta": {"a": 2, "c": true}}`))
	if got, want := m.Nodes[0].Meta.String(), `{"a":1,"c":true,"deep":{"z":[1.0,{"y":null}],"b":"x"}}`; got != want {
		t.Errorf("meta is %s, want %s", got, want)
	}
}

func TestDisabledResourcesAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, disabled := range []string{`[]`, `{}`, `null`, `[{"unique_id": "model.shop.off"}]`, `{"model.shop.off": [{"name": "off"}]}`} {
		m := decode(t, `{`+v12+`, "disabled": `+disabled+`, "nodes": {
			"model.shop.off": {"resource_type": "model", "name": "off", "config": {"enabled": false}},
			"test.shop.off": {"resource_type": "test", "name": "off", "config": {"enabled": false}}},
			"sources": {"source.shop.s.off": {"resource_type": "source", "name": "off", "config": {"enabled": false}}},
			"exposures": {"exposure.shop.off": {"name": "off", "config": {"enabled": false}}},
			"metrics": {"metric.shop.off": {"name": "off", "config": {"enabled": false}}}}`)
		if n := len(m.Nodes) + len(m.Tests) + len(m.Exposures) + len(m.Metrics); n > 0 {
			t.Errorf("disabled %s: %d resources are left", disabled, n)
		}
	}
}

func TestTestShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, members string
		want          Test
	}{
		{"a generic test of dbt 1.10",
			`"column_name": "id", "attached_node": "model.shop.orders", "test_metadata": {"name": "relationships", "kwargs": {"to": "ref('customers')", "field": "id", "column_name": "id", "model": "{{ get_where_subquery(ref('orders')) }}"}, "namespace": null}, "config": {"severity": "warn", "where": "id > 0"}`,
			Test{Generic: true, TestName: "relationships", ColumnName: "id", Attached: "model.shop.orders", Where: "id > 0", Severity: "WARN"}},
		{"a generic test of dbt 0.19, which names no node",
			`"column_name": null, "test_metadata": {"namespace": "dbt_utils", "name": "unique_combination_of_columns", "kwargs": {"model": "{{ ref('orders') }}"}}, "config": {"severity": "ERROR"}`,
			Test{Generic: true, TestName: "unique_combination_of_columns", Namespace: "dbt_utils", Attached: "model.shop.orders", Severity: "ERROR"}},
		{"a generic test of a source", `"test_metadata": {"name": "not_null", "namespace": "dbt", "kwargs": {"column_name": "id", "model": "{{ get_where_subquery(source('crm', 'accounts')) }}"}}`,
			Test{Generic: true, TestName: "not_null", ColumnName: "id", Attached: "source.shop.crm.accounts", Severity: "ERROR"}},
		{"a generic test of a model version", `"test_metadata": {"name": "unique", "kwargs": {"model": "{{ get_where_subquery(ref('customers', version='2')) }}"}}`,
			Test{Generic: true, TestName: "unique", Attached: "model.shop.customers.v2", Severity: "ERROR"}},
		{"a generic test of the latest version", `"test_metadata": {"name": "unique", "kwargs": {"model": "{{ ref('shop', 'customers') }}"}}`,
			Test{Generic: true, TestName: "unique", Attached: "model.shop.customers.v3", Severity: "ERROR"}},
		{"a singular test", `"test_metadata": null, "column_name": null, "raw_code": "select 1", "compiled_code": "select 1"`,
			Test{Severity: "ERROR", RawCode: "select 1", Compiled: "select 1"}},
		{"a singular test of dbt 2.0", `"tags": ["t"]`, Test{Severity: "ERROR", Tags: []string{"t"}}},
	}
	deps := []string{"model.shop.customers.v3", "model.shop.customers.v2", "model.shop.orders", "source.shop.crm.accounts"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := decode(t, `{`+v12+`, "nodes": {
				"test.shop.x": {"resource_type": "test", "name": "x", "package_name": "shop", "depends_on": {"nodes": ["`+strings.Join(deps, `", "`)+`"]}, `+tt.members+`},
				"model.shop.orders": {"resource_type": "model", "name": "orders", "depends_on": {"nodes": []}},
				"model.shop.customers.v2": {"resource_type": "model", "name": "customers", "package_name": "shop", "version": 2, "latest_version": 3, "depends_on": {"nodes": []}},
				"model.shop.customers.v3": {"resource_type": "model", "name": "customers", "package_name": "shop", "version": 3, "latest_version": 3, "depends_on": {"nodes": []}}},
				"sources": {"source.shop.crm.accounts": {"resource_type": "source", "source_name": "crm", "name": "accounts"}}}`)
			tt.want.UniqueID, tt.want.Name, tt.want.PackageName, tt.want.DependsOn = "test.shop.x", "x", "shop", deps
			if diff := cmp.Diff(&tt.want, m.Tests[0], cmpopts.IgnoreUnexported(Test{}), cmpopts.IgnoreFields(Test{}, "Arguments"), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if got := m.TestsOf(tt.want.Attached); tt.want.Attached != "" && len(got) != 1 {
				t.Errorf("TestsOf(%s) has %d tests, want 1", tt.want.Attached, len(got))
			}
		})
	}
}

func TestArgumentsAreSortedAndLackModelAndColumn(t *testing.T) {
	t.Parallel()
	m := decode(t, `{`+v12+`, "nodes": {"test.shop.x": {"resource_type": "test", "depends_on": {"nodes": []}, "test_metadata": {"name": "accepted_values",
		"kwargs": {"values": ["a", 1, {"b": null}], "quote": false, "column_name": "c", "model": "{{ ref('m') }}"}}}}}`)
	var got []string
	for _, a := range m.Tests[0].Arguments {
		got = append(got, a.Name+"="+a.Value.String())
	}
	if diff := cmp.Diff([]string{"quote=false", `values=["a",1,{"b":null}]`}, got); diff != "" {
		t.Error(diff)
	}
}

func TestUnitTestShapes(t *testing.T) {
	t.Parallel()
	m := decode(t, `{`+v12+`, "nodes": {"model.shop.orders": {"resource_type": "model", "name": "orders", "depends_on": {"nodes": []}}},
		"unit_tests": {"unit_test.shop.orders.a": {"name": "a", "package_name": "shop", "model": "orders", "depends_on": {"nodes": ["model.shop.orders"]},
		"given": [
			{"input": "ref('x')", "format": "dict", "rows": [{"id": 1, "a": 2}, {"b": 3, "id": 4}]},
			{"input": "ref('y')", "format": "csv", "rows": "\nid, \"name, full\"\n1,2\n"},
			{"input": "this", "format": "sql", "rows": "select 1 as id"},
			{"input": "ref('z')", "format": "csv", "rows": null, "fixture": "z"},
			{"input": "ref('w')", "format": "csv", "rows": [{"k": "1"}], "fixture": "w"}],
		"expect": {"format": "dict", "rows": []}}}}`)
	want := &UnitTest{UniqueID: "unit_test.shop.orders.a", Name: "a", PackageName: "shop", Model: "model.shop.orders", ModelName: "orders",
		DependsOn: []string{"model.shop.orders"},
		Given: []UnitTestRows{
			{Input: "ref('x')", Format: "dict", Columns: []string{"id", "a", "b"}},
			{Input: "ref('y')", Format: "csv", Columns: []string{"id", "name, full"}},
			{Input: "this", Format: "sql", SQL: "select 1 as id"},
			{Input: "ref('z')", Format: "csv", Fixture: "z"},
			{Input: "ref('w')", Format: "csv", Fixture: "w", Columns: []string{"k"}},
		},
		Expect: UnitTestRows{Format: "dict"},
	}
	if diff := cmp.Diff(want, m.UnitTests[0], cmpopts.IgnoreUnexported(UnitTest{})); diff != "" {
		t.Error(diff)
	}
}

func TestExposureKeepsBothKindsOfMeta(t *testing.T) {
	t.Parallel()
	m := decode(t, `{`+v12+`, "nodes": {}, "exposures": {
		"exposure.shop.a": {"name": "a", "type": "application", "owner": {"name": "N", "email": "e@x.com"}, "depends_on": {"nodes": ["model.shop.m", "model.shop.m"]}, "meta": {"impact": {"table": "t"}}, "config": {"enabled": true}},
		"exposure.shop.b": {"name": "b", "depends_on": null, "meta": null, "config": {"meta": {"impact": {"table": "u"}}, "tags": ["x"]}}}}`)
	a, b := m.Exposures[0], m.Exposures[1]
	if a.Meta.Get("impact").Get("table").String() != "t" || !a.ConfigMeta.IsNull() || a.Owner != (Owner{"N", "e@x.com"}) || len(a.DependsOn) != 1 {
		t.Errorf("exposure a is %+v", a)
	}
	if !b.Meta.IsNull() || b.ConfigMeta.Get("impact").Get("table").String() != "u" || len(b.Tags) != 1 || b.DependsOn != nil {
		t.Errorf("exposure b is %+v", b)
	}
}

func TestMetricShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, members string
		want          Metric
	}{
		{"the form of dbt 1.0 to 1.5", `"model": "ref('orders')", "calculation_method": "sum", "expression": "amount", "timestamp": "ordered_at", "dimensions": ["country"], "filters": [{"field": "status", "operator": "=", "value": "'paid'"}], "depends_on": {"nodes": ["model.shop.orders"]}`,
			Metric{Type: "sum", Model: "model.shop.orders", Expression: "amount", Timestamp: "ordered_at", Dimensions: []string{"country"}, Filters: []string{"status = 'paid'"}, DependsOn: []string{"model.shop.orders"}}},
		{"the form of dbt 0.21, with sql", `"model": "ref('orders')", "type": "count", "sql": "id", "filters": []`,
			Metric{Type: "count", Model: "model.shop.orders", Expression: "id"}},
		{"a derived metric of the old form", `"calculation_method": "derived", "expression": "a / b", "metrics": [["a"], ["pkg", "b"]]`,
			Metric{Type: "derived", Expression: "a / b", Metrics: []string{"a", "b"}}},
		{"a simple metric over a measure", `"type": "simple", "type_params": {"measure": {"name": "amount", "filter": {"where_filters": [{"where_sql_template": "{{ Dimension('o__x') }} > 1"}]}}, "input_measures": [{"name": "amount"}]}, "filter": {"where_filters": [{"where_sql_template": "y"}]}`,
			Metric{Type: "simple", Measures: []string{"amount"}, Filters: []string{"y", "{{ Dimension('o__x') }} > 1"}}},
		{"a ratio", `"type": "ratio", "type_params": {"numerator": {"name": "a"}, "denominator": {"name": "b"}}`,
			Metric{Type: "ratio", Metrics: []string{"a", "b"}}},
		{"a cumulative metric", `"type": "cumulative", "type_params": {"cumulative_type_params": {"metric": {"name": "a"}}}`,
			Metric{Type: "cumulative", Metrics: []string{"a"}}},
		{"a conversion", `"type": "conversion", "type_params": {"conversion_type_params": {"base_measure": {"name": "v"}, "conversion_measure": {"name": "w"}}}`,
			Metric{Type: "conversion", Measures: []string{"v", "w"}}},
		{"a metric that aggregates by itself, of dbt 1.12", `"type": "simple", "type_params": {"expr": null, "metric_aggregation_params": {"semantic_model": "orders", "agg": "sum", "agg_time_dimension": "day"}}`,
			Metric{Type: "simple", Expression: "x", Timestamp: "day", SemanticModel: "semantic_model.shop.orders"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := decode(t, `{`+v12+`, "metrics": {"metric.shop.x": {"name": "x", "package_name": "shop", `+tt.members+`}},
				"semantic_models": {"semantic_model.shop.orders": {"name": "orders", "package_name": "shop"}},
				"nodes": {"model.shop.orders": {"resource_type": "model", "name": "orders", "package_name": "shop", "depends_on": {"nodes": []}}}}`)
			tt.want.UniqueID, tt.want.Name, tt.want.PackageName = "metric.shop.x", "x", "shop"
			if diff := cmp.Diff(&tt.want, m.Metrics[0], cmpopts.IgnoreUnexported(Metric{}), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if len(m.Warnings) > 0 {
				t.Errorf("warnings: %q", m.Warnings)
			}
		})
	}
}

const semantics = `"semantic_models": [{"name": "orders", "node_relation": {"alias": "orders", "schema_name": "mart", "database": "p"},
	"entities": [{"name": "order", "expr": "id"}], "measures": [{"name": "amount", "expr": null}], "dimensions": [{"name": "day", "expr": "date(ordered_at)"}], "primary_entity": "order"}],
	"metrics": [{"name": "x", "type": "simple", "type_params": {"measure": "amount"}}],
	"saved_queries": [{"name": "q", "query_params": {"metrics": ["x"], "group_by": ["Dimension('a')"], "where": {"where_filters": [{"where_sql_template": "w"}]}}}]`

func TestSemanticManifestIsMergedByNameAndRelation(t *testing.T) {
	t.Parallel()
	s, err := DecodeSemanticManifest(strings.NewReader(`{`+semantics+`}`), "semantic_manifest.json", Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := decode(t, node(`"database": "p", "schema": "mart"`))
	merged := m.WithSemantics(s)
	if len(m.SemanticModels)+len(m.Metrics)+len(m.SavedQueries) != 0 {
		t.Error("the manifest itself has changed")
	}
	want := &SemanticModel{UniqueID: "semantic_model.shop.orders", Name: "orders", PackageName: "shop", Model: "model.shop.orders", DependsOn: []string{"model.shop.orders"},
		Elements: []SemanticElement{{"entity", "order", "id"}, {"measure", "amount", "amount"}, {"dimension", "day", "date(ordered_at)"}, {"primary_entity", "order", "order"}}}
	if diff := cmp.Diff(want, merged.SemanticModels[0], cmpopts.IgnoreUnexported(SemanticModel{})); diff != "" {
		t.Error(diff)
	}
	if x := merged.Metrics[0]; x.UniqueID != "metric.shop.x" || x.Measures[0] != "amount" {
		t.Errorf("metric is %+v", x)
	}
	if q := merged.SavedQueries[0]; q.UniqueID != "saved_query.shop.q" || q.Metrics[0] != "x" || q.GroupBy[0] != "Dimension('a')" || q.Where[0] != "w" {
		t.Errorf("saved query is %+v", q)
	}
	if again := merged.WithSemantics(s); len(again.Metrics) != 1 || len(again.SemanticModels) != 1 {
		t.Error("merging twice repeats resources")
	}
}

func TestMacrosOfDBTItselfAreLeftOut(t *testing.T) {
	t.Parallel()
	m := decode(t, `{"macros": {
		"macro.dbt.run": {"name": "run", "package_name": "dbt", "macro_sql": "a"},
		"macro.dbt_bigquery.x": {"name": "x", "package_name": "dbt_bigquery", "macro_sql": "b"},
		"macro.dbt_utils.star": {"name": "star", "package_name": "dbt_utils", "macro_sql": "c"},
		"macro.shop.mine": {"name": "mine", "package_name": "shop", "macro_sql": "d", "original_file_path": "macros\\m.sql"}}, "nodes": {}, `+v12+`}`)
	want := []*Macro{{"macro.dbt_utils.star", "star", "dbt_utils", "", "c"}, {"macro.shop.mine", "mine", "shop", "macros/m.sql", "d"}}
	if diff := cmp.Diff(want, m.Macros); diff != "" {
		t.Error(diff)
	}
}

func TestTheLastOfARepeatedNameCounts(t *testing.T) {
	t.Parallel()
	m := decode(t, `{"nodes": {"model.a.x": {"resource_type": "model", "name": "x"}}, `+v12+`, "nodes": {
		"model.a.y": {"resource_type": "model", "name": "first", "depends_on": {"nodes": []}, "columns": {"a": {"name": "a", "description": "1"}, "a": {"name": "a", "description": "2"}}},
		"model.a.y": {"resource_type": "model", "name": "second", "name": "third", "depends_on": {"nodes": ["n", "n"]}, "columns": {"a": {"name": "a", "description": "1", "description": "2"}, "b": {}, "a": {"name": "a"}}}}}`)
	if len(m.Nodes) != 1 || m.Nodes[0].Name != "third" {
		t.Fatalf("nodes are %+v", m.Nodes)
	}
	if diff := cmp.Diff([]Column{{Name: "a"}, {Name: "b"}}, m.Nodes[0].Columns); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"n"}, m.Nodes[0].DependsOn); diff != "" {
		t.Error(diff)
	}
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr string
		want []string
	}{
		{"id", []string{"id"}},
		{"  t.id ", []string{"t", "id"}},
		{"\"Order ID\"", []string{"Order ID"}},
		{"`p.d`", []string{"p", "d"}},
		{"[Order ID]", []string{"Order ID"}},
		{"[a, b]", []string{"a", "b"}},
		{"to_date(x)::date, y", []string{"x", "y"}},
		{"cast(a as numeric) + 1e5", []string{"a"}},
		{"case when 状態 = 'x y' then {{ var('z') }} else b end", []string{"状態", "b"}},
		{"'unclosed", nil},
		{"\"unclosed", []string{"unclosed"}},
		{"{{ unclosed", nil},
		{"", nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Identifiers(tt.expr)); diff != "" {
			t.Errorf("%s: %s", tt.expr, diff)
		}
	}
}
