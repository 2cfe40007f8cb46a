package sketch

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strings"
)

// object is a JSON object.
type object = map[string]any

// A section is one part of a sketch.
type section struct {
	kind, name, body string
	patch            object
}

// header starts a section.
var header = regexp.MustCompile(`(?m)^-- ([a-z_]+)(?: ([^ {]+))?(?: (\{.*\}))? --\r?\n?`)

// jinja is what may stand in the SQL of a sketch.
var jinja = regexp.MustCompile(`\{\{\s*(ref|source|this|config)\s*(?:\(([^)]*)\))?\s*\}\}`)

// project is a sketch while it is read.
type project struct {
	sections []section
	nodes    object // manifest.nodes
	sources  object
	catalog  object // by unique id
	others   map[string]object
	meta     object
	byName   map[string][]*node
}

// A node is a relation of the sketch.
type node struct {
	id, kind, name, version string
	relation                string
	ephemeral, latest       bool
	body                    string
	patch                   object
	parents                 []string
}

// Artifacts returns manifest.json and catalog.json of a sketch.
func Artifacts(text string) (manifest, catalog []byte, err error) {
	p := &project{
		nodes: object{}, sources: object{}, catalog: object{}, byName: map[string][]*node{},
		others: map[string]object{"exposures": {}, "groups": {}, "unit_tests": {}, "metrics": {}, "semantic_models": {}, "saved_queries": {}},
		meta: object{
			"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.11.0",
			"adapter_type": "bigquery", "project_name": "p", "generated_at": "2025-01-01T00:00:00Z",
		},
	}
	if p.sections, err = sections(text); err != nil {
		return nil, nil, err
	}
	if err := p.read(); err != nil {
		return nil, nil, err
	}
	whole := object{"metadata": p.meta, "nodes": p.nodes, "sources": p.sources, "disabled": object{}, "macros": object{}}
	for name, items := range p.others {
		whole[name] = items
	}
	if manifest, err = json.Marshal(whole); err != nil {
		return nil, nil, fmt.Errorf("write manifest: %w", err)
	}
	seeds, sources := object{}, object{}
	for id, table := range p.catalog {
		if strings.HasPrefix(id, "source.") {
			sources[id] = table
		} else {
			seeds[id] = table
		}
	}
	catalog, err = json.Marshal(object{
		"metadata": object{"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json", "generated_at": "2025-01-01T00:00:00Z"},
		"nodes":    seeds, "sources": sources, "errors": nil,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("write catalog: %w", err)
	}
	return manifest, catalog, nil
}

func sections(text string) ([]section, error) {
	marks := header.FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 {
		return nil, fmt.Errorf("a sketch has at least one section")
	}
	at := func(m []int, i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return text[m[2*i]:m[2*i+1]]
	}
	var out []section
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		s := section{kind: at(m, 1), name: at(m, 2), body: text[m[1]:end], patch: object{}}
		if j := at(m, 3); j != "" {
			if err := json.Unmarshal([]byte(j), &s.patch); err != nil {
				return nil, fmt.Errorf("section %s %s: %w", s.kind, s.name, err)
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// plural names the part of the manifest that holds a kind.
var plural = map[string]string{
	"exposure": "exposures", "unit_test": "unit_tests", "metric": "metrics",
	"semantic_model": "semantic_models", "saved_query": "saved_queries", "group": "groups",
}

func (p *project) read() error {
	var nodes []*node
	for _, s := range p.sections {
		switch s.kind {
		case "project":
			merge(p.meta, s.patch)
		case "source", "seed", "model", "snapshot":
			nodes = append(nodes, p.declare(s))
		case "test":
		default:
			if plural[s.kind] == "" {
				return fmt.Errorf("section %s %s: no such kind", s.kind, s.name)
			}
		}
	}
	for _, n := range nodes {
		if err := p.write(n); err != nil {
			return fmt.Errorf("section %s %s: %w", n.kind, n.name, err)
		}
	}
	for _, s := range p.sections {
		var err error
		switch {
		case s.kind == "test":
			err = p.test(s)
		case plural[s.kind] != "":
			err = p.other(s)
		}
		if err != nil {
			return fmt.Errorf("section %s %s: %w", s.kind, s.name, err)
		}
	}
	return nil
}

// declare enters a relation, so that others may refer to it.
func (p *project) declare(s section) *node {
	n := &node{kind: s.kind, name: s.name, body: s.body, patch: s.patch, id: s.kind + ".p." + s.name}
	schema := "dbt"
	if s.kind == "source" {
		schema, _, _ = strings.Cut(s.name, ".")
	}
	table := s.name[strings.LastIndexByte(s.name, '.')+1:]
	if v, ok := s.patch["version"]; ok && s.kind == "model" {
		n.version = fmt.Sprint(v)
		n.id += ".v" + n.version
		table += "_v" + n.version
		n.latest = fmt.Sprint(s.patch["latest_version"]) == n.version
	}
	if alias, ok := s.patch["alias"].(string); ok {
		table = alias
	}
	n.relation = "`lake`.`" + schema + "`.`" + table + "`"
	if p.meta["adapter_type"] != "bigquery" {
		n.relation = strings.ReplaceAll(n.relation, "`", `"`)
	}
	if r, ok := s.patch["relation_name"].(string); ok {
		n.relation = r
	}
	if c, ok := s.patch["config"].(object); ok && c["materialized"] == "ephemeral" {
		n.ephemeral = true
		n.relation = "__dbt__cte__" + n.name
	}
	p.byName[s.name] = append(p.byName[s.name], n)
	return n
}

// write enters a relation into the manifest.
func (p *project) write(n *node) error {
	table := strings.Trim(n.relation[strings.LastIndexByte(n.relation, '.')+1:], "`\"")
	out := object{
		"unique_id": n.id, "resource_type": n.kind, "name": n.name, "package_name": "p",
		"database": "lake", "schema": "dbt", "alias": table, "relation_name": n.relation,
		"columns": object{}, "meta": object{}, "tags": []any{}, "description": "",
		"original_file_path": n.kind + "s/" + n.name + ".sql", "path": n.name + ".sql",
	}
	var target object
	switch n.kind {
	case "source":
		source, name, _ := strings.Cut(n.name, ".")
		merge(out, object{"name": name, "source_name": source, "schema": source, "identifier": table, "original_file_path": "models/sources.yml"})
		target = p.sources
		p.columns(n)
	case "seed":
		out["config"] = object{"materialized": "seed"}
		out["original_file_path"] = "seeds/" + n.name + ".csv"
		target = p.nodes
		p.columns(n)
	default:
		kind := n.kind
		if kind == "model" {
			kind = "table"
		}
		sql, err := p.compile(n, n.body)
		if err != nil {
			return err
		}
		merge(out, object{
			"language": "sql", "raw_code": n.body, "compiled": true, "compiled_code": sql,
			"config": object{"enabled": true, "materialized": kind}, "depends_on": object{"nodes": n.parents, "macros": []any{}},
		})
		if n.ephemeral {
			out["relation_name"] = nil
		}
		if n.version != "" {
			out["original_file_path"] = "models/" + n.name + "_v" + n.version + ".sql"
		}
		target = p.nodes
	}
	if n.patch["compiled"] == false {
		delete(out, "compiled_code")
	}
	merge(out, n.patch)
	target[n.id] = out
	return nil
}

// columns enters the lines of a source or seed into the catalog.
func (p *project) columns(n *node) {
	cols := object{}
	for i, line := range strings.Split(strings.TrimSpace(n.body), "\n") {
		name, typ, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name != "" {
			cols[name] = object{"name": name, "type": typ, "index": i + 1}
		}
	}
	if len(cols) > 0 {
		p.catalog[n.id] = object{"unique_id": n.id, "columns": cols, "stats": object{},
			"metadata": object{"type": "BASE TABLE", "database": "lake", "schema": "x", "name": n.name}}
	}
}

// compile renders SQL and notes the parents in n.
func (p *project) compile(n *node, sql string) (string, error) {
	var fail error
	var ephemeral []*node
	out := jinja.ReplaceAllStringFunc(sql, func(tag string) string {
		m := jinja.FindStringSubmatch(tag)
		switch m[1] {
		case "config":
			return ""
		case "this":
			return n.relation
		}
		r, err := p.find(m[1], m[2])
		if err != nil {
			fail = err
			return tag
		}
		n.parents = append(n.parents, r.id)
		if r.ephemeral {
			ephemeral = append(ephemeral, r)
		}
		return r.relation
	})
	if fail != nil || len(ephemeral) == 0 || n.ephemeral {
		return out, fail
	}
	return p.inject(out, ephemeral)
}

// inject writes ephemeral models in front of SQL that reads them, each once and
// behind those that it reads itself.
func (p *project) inject(sql string, roots []*node) (string, error) {
	var ctes []string
	seen := map[*node]bool{}
	var add func(e *node) error
	add = func(e *node) error {
		if seen[e] {
			return nil
		}
		seen[e] = true
		text, err := p.compile(&node{id: e.id, ephemeral: true, relation: e.relation}, e.body)
		if err != nil {
			return err
		}
		for _, m := range jinja.FindAllStringSubmatch(e.body, -1) {
			if r, err := p.find(m[1], m[2]); err == nil && r.ephemeral {
				if err := add(r); err != nil {
					return err
				}
			}
		}
		ctes = append(ctes, " "+e.relation+" as (\n"+text+"\n)")
		return nil
	}
	for _, e := range roots {
		if err := add(e); err != nil {
			return "", err
		}
	}
	with := "with " + strings.Join(ctes, ", ")
	if rest, ok := strings.CutPrefix(strings.TrimSpace(sql), "with "); ok {
		return with + ", " + rest, nil
	}
	return with + sql, nil
}

// find returns the relation that the arguments of ref or source mean.
func (p *project) find(kind, args string) (*node, error) {
	var words []string
	version := ""
	for _, a := range strings.Split(args, ",") {
		a = strings.TrimSpace(a)
		if k, v, ok := strings.Cut(a, "="); ok && (strings.TrimSpace(k) == "v" || strings.TrimSpace(k) == "version") {
			version = strings.Trim(strings.TrimSpace(v), `'"`)
			continue
		}
		words = append(words, strings.Trim(a, `'"`))
	}
	name := words[len(words)-1]
	if kind == "source" {
		name = strings.Join(words, ".")
	}
	for _, n := range p.byName[name] {
		if (n.kind == "source") == (kind == "source") && (n.version == version || version == "" && n.latest) {
			return n, nil
		}
	}
	return nil, fmt.Errorf("%s(%s): no such relation", kind, args)
}

// test enters a data test. Its header may name what it is attached to.
func (p *project) test(s section) error {
	n := &node{kind: "test", name: s.name, id: "test.p." + s.name}
	sql, err := p.compile(n, s.body)
	if err != nil {
		return err
	}
	out := object{
		"unique_id": n.id, "resource_type": "test", "name": s.name, "package_name": "p", "language": "sql",
		"raw_code": s.body, "compiled": true, "compiled_code": sql, "original_file_path": "tests/" + s.name + ".sql", "path": s.name + ".sql",
		"config": object{"enabled": true, "severity": "ERROR"}, "depends_on": object{"nodes": n.parents, "macros": []any{}},
	}
	if strings.TrimSpace(s.body) == "" || s.patch["compiled"] == false {
		delete(out, "compiled_code")
	}
	merge(out, s.patch)
	p.nodes[n.id] = out
	return nil
}

// other enters an object whose body is JSON.
func (p *project) other(s section) error {
	id := s.kind + ".p." + s.name
	out := object{
		"unique_id": id, "resource_type": s.kind, "name": s.name, "package_name": "p",
		"original_file_path": "models/" + s.name + ".yml", "path": s.name + ".yml",
	}
	if s.kind == "exposure" {
		merge(out, object{"type": "application", "owner": object{"name": "Team", "email": "team@example.com"}})
	}
	if strings.TrimSpace(s.body) != "" {
		var body object
		if err := json.Unmarshal([]byte(s.body), &body); err != nil {
			return err
		}
		merge(out, body)
	}
	merge(out, s.patch)
	p.others[plural[s.kind]][id] = out
	return nil
}

// merge writes the members of src over those of dst, objects member by member.
func merge(dst, src object) {
	keys := make([]string, 0, len(src))
	for k := range src {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		from, isObject := src[k].(object)
		to, has := dst[k].(object)
		if isObject && has {
			merge(to, from)
			continue
		}
		dst[k] = src[k]
	}
}
