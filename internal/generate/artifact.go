package generate

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
)

// object is written with its keys sorted.
type object = map[string]any

// WriteManifest writes manifest.json as dbt does (schema version 12).
func (p *Project) WriteManifest(w io.Writer) error {
	out := &stream{w: bufio.NewWriterSize(w, 1<<16)}
	out.text(`{"metadata": `)
	out.value(object{
		"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
		"dbt_version":        "1.11.0", "adapter_type": "bigquery", "project_name": "generated",
		"generated_at": "2025-01-01T00:00:00.000000Z", "invocation_id": "00000000-0000-0000-0000-000000000000",
	})
	out.text(`, "nodes": {`)
	for i, m := range p.Models {
		if i > 0 {
			out.text(", ")
		}
		out.member(m.ID, modelNode(m))
		id := "test.generated.not_null_" + m.Name
		out.text(", ")
		out.member(id, testNode(id, m))
	}
	out.text(`}, "sources": {`)
	for i, s := range p.Sources {
		if i > 0 {
			out.text(", ")
		}
		out.member(s.ID, sourceNode(s))
	}
	out.text(`}, "exposures": {`)
	for i, l := range p.Loads {
		if i > 0 {
			out.text(", ")
		}
		out.member("exposure.generated."+l.Exposure, exposureNode(l))
	}
	out.text(`}, "macros": {}, "docs": {}, "metrics": {}, "groups": {}, "selectors": {}, "disabled": {}, ` +
		`"semantic_models": {}, "saved_queries": {}, "unit_tests": {}}` + "\n")
	return out.end()
}

// WriteCatalog writes the catalog.json of the sources.
func (p *Project) WriteCatalog(w io.Writer) error {
	out := &stream{w: bufio.NewWriterSize(w, 1<<16)}
	out.text(`{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json", "dbt_version": "1.11.0", ` +
		`"generated_at": "2025-01-01T00:00:00.000000Z"}, "nodes": {}, "sources": {`)
	for i, s := range p.Sources {
		if i > 0 {
			out.text(", ")
		}
		cols := object{}
		for k, c := range s.Columns {
			cols[c.Name] = object{"type": c.Type, "index": k + 1, "name": c.Name, "comment": nil}
		}
		out.member(s.ID, object{
			"unique_id": s.ID, "columns": cols, "stats": object{},
			"metadata": object{"type": "BASE TABLE", "database": "lake", "schema": "raw", "name": s.Name, "comment": nil, "owner": nil},
		})
	}
	out.text("}, \"errors\": null}\n")
	return out.end()
}

func modelNode(m *Model) object {
	macros := []string{"macro.dbt.is_incremental"}
	cols := object{}
	for i, o := range m.Outputs {
		if i%3 == 0 {
			cols[o.Name] = object{"name": o.Name, "description": "What " + o.Name + " means", "meta": object{}, "data_type": nil, "constraints": []any{}, "quote": nil, "tags": []any{}}
		}
	}
	sum := sha256.Sum256([]byte(m.Raw))
	file := "models/" + m.Layer + "/" + m.Name + ".sql"
	return object{
		"unique_id": m.ID, "resource_type": "model", "name": m.Name, "package_name": "generated",
		"path": m.Layer + "/" + m.Name + ".sql", "original_file_path": file,
		"database": "lake", "schema": "dbt", "alias": m.Name, "relation_name": "`lake`.`dbt`.`" + m.Name + "`",
		"language": "sql", "raw_code": m.Raw, "compiled_code": m.SQL, "compiled": true,
		"compiled_path": "target/compiled/generated/" + file,
		"fqn":           []string{"generated", m.Layer, m.Name}, "tags": []any{}, "meta": object{}, "description": "",
		"checksum":   object{"name": "sha256", "checksum": hex.EncodeToString(sum[:])},
		"config":     object{"enabled": true, "materialized": "table", "tags": []any{}, "meta": object{}, "on_schema_change": "ignore", "persist_docs": object{}, "post-hook": []any{}, "pre-hook": []any{}},
		"depends_on": object{"macros": macros, "nodes": m.Parents}, "columns": cols, "extra_ctes": []any{}, "extra_ctes_injected": true,
		"contract": object{"enforced": false, "checksum": nil}, "access": "protected", "version": nil, "latest_version": nil, "group": nil,
	}
}

func testNode(id string, m *Model) object {
	column := m.Outputs[0].Name
	return object{
		"unique_id": id, "resource_type": "test", "name": id[len("test.generated."):], "package_name": "generated",
		"path": id + ".sql", "original_file_path": "models/" + m.Layer + "/schema.yml",
		"raw_code": "{{ test_not_null(**_dbt_generic_test_kwargs) }}", "language": "sql",
		"compiled_code": fmt.Sprintf("\n    \n    \n\n\n\nselect %s\nfrom `lake`.`dbt`.`%s`\nwhere %s is null\n\n\n", column, m.Name, column),
		"test_metadata": object{"name": "not_null", "namespace": nil, "kwargs": object{"column_name": column, "model": "{{ get_where_subquery(ref('" + m.Name + "')) }}"}},
		"column_name":   column, "attached_node": m.ID, "config": object{"enabled": true, "severity": "ERROR"},
		"depends_on": object{"macros": []string{"macro.dbt.test_not_null"}, "nodes": []string{m.ID}},
		"columns":    object{}, "meta": object{}, "tags": []any{}, "description": "",
	}
}

func sourceNode(s *Source) object {
	cols := object{}
	for _, c := range s.Columns {
		cols[c.Name] = object{"name": c.Name, "description": "", "meta": object{}, "data_type": c.Type, "tags": []any{}}
	}
	return object{
		"unique_id": s.ID, "resource_type": "source", "name": s.Name, "source_name": "raw", "package_name": "generated",
		"path": "models/stg/sources.yml", "original_file_path": "models/stg/sources.yml",
		"database": "lake", "schema": "raw", "identifier": s.Name, "relation_name": "`lake`.`raw`.`" + s.Name + "`",
		"loader": "", "description": "", "columns": cols, "meta": object{}, "source_meta": object{}, "tags": []any{}, "config": object{"enabled": true},
	}
}

func exposureNode(l Load) object {
	cols := object{}
	for _, c := range l.Columns {
		cols[c] = c
	}
	meta := object{"impact": object{
		"destination": "app", "table": l.Table, "mode": "replace", "columns": cols,
	}}
	id := "exposure.generated." + l.Exposure
	return object{
		"unique_id": id, "resource_type": "exposure", "name": l.Exposure, "type": "application", "package_name": "generated",
		"path": "exposures.yml", "original_file_path": "models/exposures.yml", "description": "", "label": nil, "url": nil, "maturity": nil,
		"owner": object{"name": "Team", "email": "team@example.com"}, "meta": meta, "config": object{"enabled": true, "meta": meta},
		"tags": []any{}, "depends_on": object{"macros": []any{}, "nodes": []string{l.Model.ID}},
	}
}

// stream writes JSON piece by piece and keeps the first error.
type stream struct {
	w   *bufio.Writer
	err error
}

func (s *stream) text(t string) {
	if s.err == nil {
		_, s.err = s.w.WriteString(t)
	}
}

func (s *stream) value(v any) {
	if s.err != nil {
		return
	}
	text, err := json.Marshal(v)
	if err != nil {
		s.err = err
		return
	}
	_, s.err = s.w.Write(text)
}

func (s *stream) member(key string, v any) {
	s.value(key)
	s.text(": ")
	s.value(v)
}

func (s *stream) end() error {
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}
