package manifest

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// oracle compares what this package kept of a resource with what encoding/json
// makes of it. It is written apart from the reader, on generic values.
type oracle struct {
	t    testing.TB
	file string
	id   string
	raw  map[string]any
}

func (o oracle) equal(field string, got, want any) {
	o.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		o.t.Errorf("%s: %s.%s (-json +ours):\n%s", o.file, o.id, field, diff)
	}
}

// text returns the first of the members that is not null or empty, as text.
func (o oracle) text(keys ...string) string {
	for _, key := range keys {
		v := any(o.raw)
		for part := range strings.SplitSeq(key, ".") {
			v = object(v)[part]
		}
		if s := scalarText(v); s != "" {
			return s
		}
	}
	return ""
}

func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool, float64:
		b, _ := json.Marshal(v)
		return string(b)
	}
	return ""
}

func texts(v any) []string {
	if s := scalarText(v); s != "" {
		return []string{s}
	}
	items, _ := v.([]any)
	var list []string
	for _, item := range items {
		switch item.(type) {
		case string, bool, float64, json.Number:
			list = append(list, scalarText(item))
		}
	}
	return list
}

func distinct(lists ...[]string) []string {
	var all []string
	for i, list := range lists {
		for _, s := range list {
			if i == 0 || !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

func distinctIDs(v any) []string {
	var all []string
	for _, s := range texts(object(v)["nodes"]) {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// value compares a Value with what encoding/json decodes.
func (o oracle) value(field string, got Value, want any) {
	o.t.Helper()
	var back any
	if err := json.Unmarshal(got.AppendJSON(nil), &back); err != nil {
		o.t.Errorf("%s: %s.%s is no JSON: %v", o.file, o.id, field, err)
	}
	if !reflect.DeepEqual(back, want) {
		o.t.Errorf("%s: %s.%s is %v, want %v", o.file, o.id, field, back, want)
	}
}

func mergedMeta(base, over any) any {
	b, okBase := base.(map[string]any)
	w, okOver := over.(map[string]any)
	if !okBase && !okOver {
		return nil
	}
	all := map[string]any{}
	for k, v := range b {
		all[k] = v
	}
	for k, v := range w {
		all[k] = v
	}
	return all
}

func windows(path string) string { return strings.ReplaceAll(path, `\`, "/") }

func (o oracle) node(n *Node) {
	o.t.Helper()
	config := object(o.raw["config"])
	o.equal("name", n.Name, o.text("name"))
	o.equal("package_name", n.PackageName, o.text("package_name"))
	o.equal("original_file_path", n.Path, windows(o.text("original_file_path")))
	patch := windows(o.text("patch_path"))
	if _, after, ok := strings.Cut(patch, "://"); ok {
		patch = after
	}
	o.equal("patch_path", n.PatchPath, patch)
	o.equal("database", n.Database, o.text("database"))
	o.equal("schema", n.Schema, o.text("schema"))
	o.equal("relation_name", n.RelationName, o.text("relation_name"))
	o.equal("raw", n.RawCode, o.text("raw_code", "raw_sql"))
	o.equal("compiled", n.Compiled, o.text("compiled_code", "compiled_sql"))
	o.equal("compiled_path", n.CompiledPath, windows(o.text("compiled_path")))
	o.equal("description", n.Description, o.text("description"))
	o.equal("tags", n.Tags, distinct(texts(o.raw["tags"]), texts(config["tags"])))
	o.equal("depends_on", n.DependsOn, distinctIDs(o.raw["depends_on"]))
	o.equal("version", n.Version, o.text("version"))
	o.equal("access", n.Access, o.text("access", "config.access"))
	o.equal("group", n.Group, o.text("group", "config.group"))
	o.value("meta", n.Meta, mergedMeta(config["meta"], o.raw["meta"]))
	if n.Kind == KindSource {
		o.equal("identifier", n.Alias, o.text("identifier", "name"))
		o.equal("source_name", n.SourceName, o.text("source_name"))
		o.equal("source_description", n.SourceDescription, o.text("source_description"))
		o.equal("loader", n.Loader, o.text("loader"))
		o.equal("loaded_at_field", n.LoadedAtField, o.text("loaded_at_field", "config.loaded_at_field"))
		o.value("source_meta", n.SourceMeta, o.raw["source_meta"])
	} else {
		o.equal("alias", n.Alias, o.text("alias", "name"))
		materialized := o.text("config.materialized")
		if materialized == "" && n.Kind == KindSeed { // dbt 2.0 does not say so
			materialized = "seed"
		}
		o.equal("materialized", n.Materialized, materialized)
		o.equal("strategy", n.Config.Strategy, o.text("config.strategy"))
		o.equal("updated_at", n.Config.UpdatedAt, o.text("config.updated_at"))
		o.equal("on_schema_change", n.Config.OnSchemaChange, o.text("config.on_schema_change"))
		o.equal("incremental_strategy", n.Config.IncrementalStrategy, o.text("config.incremental_strategy"))
	}
	enforced, _ := object(o.raw["contract"])["enforced"].(bool)
	inConfig, _ := object(config["contract"])["enforced"].(bool)
	o.equal("contract", n.Contract.Enforced, enforced || inConfig)

	columns := object(o.raw["columns"])
	o.equal("number of columns", len(n.Columns), len(columns))
	byName := map[string]map[string]any{}
	for key, c := range columns {
		name := scalarText(object(c)["name"])
		if name == "" {
			name = key
		}
		byName[name] = object(c)
	}
	for _, c := range n.Columns {
		raw, ok := byName[c.Name]
		if !ok {
			o.t.Errorf("%s: %s has no column %q", o.file, o.id, c.Name)
			continue
		}
		co := oracle{o.t, o.file, o.id + "." + c.Name, raw}
		co.equal("description", c.Description, co.text("description"))
		co.equal("data_type", c.DataType, co.text("data_type"))
		co.equal("tags", c.Tags, distinct(texts(raw["tags"]), texts(object(raw["config"])["tags"])))
		want := mergedMeta(object(raw["config"])["meta"], raw["meta"])
		if len(object(want)) == 0 {
			want = nil
		}
		co.value("meta", c.Meta, want)
		constraints, _ := raw["constraints"].([]any)
		co.equal("number of constraints", len(c.Constraints), len(constraints))
	}
}

func (o oracle) test(x *Test) {
	o.t.Helper()
	config := object(o.raw["config"])
	md, generic := o.raw["test_metadata"].(map[string]any)
	kwargs := object(md["kwargs"])
	o.equal("name", x.Name, o.text("name"))
	o.equal("path", x.Path, windows(o.text("original_file_path")))
	o.equal("generic", x.Generic, generic)
	o.equal("test name", x.TestName, scalarText(md["name"]))
	o.equal("column", x.ColumnName, o.text("column_name", "test_metadata.kwargs.column_name"))
	o.equal("depends_on", x.DependsOn, distinctIDs(o.raw["depends_on"]))
	o.equal("raw", x.RawCode, o.text("raw_code", "raw_sql"))
	o.equal("compiled", x.Compiled, o.text("compiled_code", "compiled_sql"))
	o.equal("where", x.Where, o.text("config.where"))
	o.equal("severity", x.Severity, strings.ToUpper(o.text("config.severity")))
	o.equal("tags", x.Tags, distinct(texts(o.raw["tags"]), texts(config["tags"])))
	if attached := o.text("attached_node"); attached != "" {
		o.equal("attached", x.Attached, attached)
	}
	n := 0
	for name := range kwargs {
		if name != "model" && name != "column_name" {
			n++
		}
	}
	o.equal("number of arguments", len(x.Arguments), n)
	for _, a := range x.Arguments {
		o.value("argument "+a.Name, a.Value, kwargs[a.Name])
	}
}

// compare compares every field kept of a manifest with its generic JSON.
func compare(t testing.TB, file string, m *Manifest, v map[string]any) {
	t.Helper()
	of := func(section, id string) oracle {
		return oracle{t, file, id, object(object(v[section])[id])}
	}
	for _, n := range m.Nodes {
		section := "nodes"
		if n.Kind == KindSource {
			section = "sources"
		}
		of(section, n.UniqueID).node(n)
	}
	for _, x := range m.Tests {
		of("nodes", x.UniqueID).test(x)
	}
	for _, x := range m.Exposures {
		o := of("exposures", x.UniqueID)
		o.equal("name", x.Name, o.text("name"))
		o.equal("url", x.URL, o.text("url"))
		o.equal("type", x.Type, o.text("type"))
		o.equal("maturity", x.Maturity, o.text("maturity"))
		o.equal("owner", x.Owner, Owner{o.text("owner.name"), o.text("owner.email")})
		o.equal("depends_on", x.DependsOn, distinctIDs(o.raw["depends_on"]))
		o.value("meta", x.Meta, o.raw["meta"])
		o.value("config.meta", x.ConfigMeta, object(o.raw["config"])["meta"])
	}
	for _, x := range m.SemanticModels {
		o := of("semantic_models", x.UniqueID)
		n := 0
		for _, key := range []string{"entities", "measures", "dimensions"} {
			list, _ := o.raw[key].([]any)
			n += len(list)
		}
		o.equal("number of elements", len(x.Elements), n)
		o.equal("model", x.Model, distinctIDs(o.raw["depends_on"])[0])
	}
	for _, x := range m.UnitTests {
		o := of("unit_tests", x.UniqueID)
		given, _ := o.raw["given"].([]any)
		o.equal("number of inputs", len(x.Given), len(given))
		o.equal("model", x.Model, first(o.text("tested_node_unique_id"), distinctIDs(o.raw["depends_on"])[0]))
	}
	for _, x := range m.Macros {
		o := of("macros", x.UniqueID)
		o.equal("macro_sql", x.SQL, o.text("macro_sql"))
	}
}

func TestEveryFieldKeptIsTheOneThatEncodingJSONReads(t *testing.T) {
	t.Parallel()
	for _, path := range corpusFiles(t, "manifest.json.gz", 62) {
		m, err := Read(path, Options{})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		compare(t, shortName(path), m, generic(t, readGzip(t, path)))
		unattached := 0
		for _, x := range m.Tests {
			if x.Generic && x.Attached == "" {
				unattached++
			}
		}
		if unattached > 0 {
			t.Logf("%s: %d of %d tests name no node", shortName(path), unattached, len(m.Tests))
		}
	}
}

func TestEveryRunResultsOfTheCorpusHasItsResults(t *testing.T) {
	t.Parallel()
	results, timed := 0, 0
	commands := map[string]int{}
	for _, path := range corpusFiles(t, "run_results.json.gz", 30) {
		rr, err := ReadRunResults(path, Options{})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		for _, w := range rr.Warnings {
			t.Errorf("%s: %s", shortName(path), w)
		}
		v := generic(t, readGzip(t, path))
		raw, _ := v["results"].([]any)
		if len(raw) != len(rr.Results) {
			t.Errorf("%s: %d results, want %d", shortName(path), len(rr.Results), len(raw))
			continue
		}
		top := oracle{t, shortName(path), "", v}
		top.equal("command", rr.Command, top.text("args.which"))
		top.equal("invocation", rr.Metadata.InvocationID, top.text("metadata.invocation_id"))
		commands[rr.Command]++
		results += len(raw)
		for i, r := range rr.Results {
			o := oracle{t, shortName(path), r.UniqueID, object(raw[i])}
			o.equal("unique_id", r.UniqueID, o.text("unique_id"))
			o.equal("status", r.Status, o.text("status"))
			o.equal("message", r.Message, o.text("message"))
			o.equal("thread_id", r.Thread, o.text("thread_id"))
			o.equal("compiled_code", r.CompiledCode, o.text("compiled_code"))
			o.equal("relation_name", r.RelationName, o.text("relation_name"))
			timing, _ := o.raw["timing"].([]any)
			o.equal("number of timings", len(r.Timing), len(timing))
			if failures, ok := o.raw["failures"].(float64); ok != (r.Failures != nil) || ok && int(failures) != *r.Failures {
				t.Errorf("%s: %s: failures %v, want %v", shortName(path), r.UniqueID, r.Failures, o.raw["failures"])
			}
			if compiled, ok := o.raw["compiled"].(bool); ok != (r.Compiled != nil) || ok && compiled != *r.Compiled {
				t.Errorf("%s: %s: compiled %v, want %v", shortName(path), r.UniqueID, r.Compiled, o.raw["compiled"])
			}
			if !r.CompletedAt().IsZero() {
				timed++
			}
		}
	}
	t.Logf("read %d results, %d with times, of %v", results, timed, commands)
}

func TestTheBigManifestIsReadLikeEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("decodes 38 MB twice")
	}
	dir := filepath.Dir(filepath.Dir(filepath.Dir(corpusFiles(t, "manifest.json.gz", 62)[0])))
	path := filepath.Join(dir, "bq_x10.json.gz")
	m, err := Read(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "bq_x10", m, generic(t, readGzip(t, path)))
}
