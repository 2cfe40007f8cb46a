package conformance

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"impact/lineage/conformance/oracle"
	"impact/manifest"
)

// A project is a dbt project with what is known about its relations.
type project struct {
	name     string
	manifest *manifest.Manifest
	catalog  *manifest.Catalog // nil if there is none
	dir      string            // of the project's files, "" if they are not there
	tables   map[string]*oracle.Table
}

// readCorpus returns the BigQuery projects of the corpus, in order of name.
func readCorpus(dir string) ([]*project, error) {
	files, err := filepath.Glob(filepath.Join(dir, "corpus", "*", "*", "manifest.json.gz"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	var out []*project
	for _, f := range files {
		at := filepath.Dir(f)
		p, err := readProject(filepath.Base(filepath.Dir(at))+"/"+filepath.Base(at), f, filepath.Join(at, "catalog.json.gz"))
		if err != nil {
			return nil, err
		}
		if p.manifest.Metadata.AdapterType == "bigquery" {
			out = append(out, p)
		}
	}
	return out, nil
}

func readProject(name, manifestPath, catalogPath string) (*project, error) {
	m, err := manifest.Read(manifestPath, manifest.Options{})
	if err != nil {
		return nil, err
	}
	p := &project{name: name, manifest: m, tables: map[string]*oracle.Table{}}
	if _, err := os.Stat(catalogPath); err == nil {
		if p.catalog, err = manifest.ReadCatalog(catalogPath, manifest.Options{}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// cases calls do with every model and snapshot after those that it reads. What
// do returns are the output columns of the model, nil if they are not known;
// they are the columns that the next ones read where the catalog has none.
func (p *project) cases(do func(*Case) ([]oracle.Output, error)) error {
	done := map[string]bool{}
	var visit func(n *manifest.Node) error
	visit = func(n *manifest.Node) error {
		if done[n.UniqueID] {
			return nil
		}
		done[n.UniqueID] = true
		for _, id := range n.DependsOn {
			if parent := p.manifest.Node(id); parent != nil {
				if err := visit(parent); err != nil {
					return err
				}
			}
		}
		for _, parent := range p.inputs(n) {
			if err := visit(parent); err != nil {
				return err
			}
		}
		if n.Kind != manifest.KindModel && n.Kind != manifest.KindSnapshot || n.Compiled == "" || n.Language == "python" {
			return nil
		}
		c := p.newCase(n)
		outputs, err := do(c)
		if err != nil {
			return err
		}
		if p.known(n) == nil && outputs != nil {
			p.tables[n.UniqueID] = madeBy(n, outputs)
		}
		return nil
	}
	for _, n := range p.manifest.Nodes {
		if err := visit(n); err != nil {
			return err
		}
	}
	return nil
}

func (p *project) newCase(n *manifest.Node) *Case {
	c := &Case{Set: p.name, Name: n.Name, SQL: n.Compiled}
	var unknown []string
	for _, parent := range p.inputs(n) {
		if t := p.known(parent); t != nil {
			c.Tables = append(c.Tables, t)
		} else {
			unknown = append(unknown, parent.Name)
		}
	}
	if len(unknown) > 0 {
		c.Unknown = "the columns of " + strings.Join(unknown, ", ") + " are not known"
	}
	return c
}

// inputs returns the relations that a node reads: those that it depends on, and
// those that its SQL names without saying so, such as itself.
func (p *project) inputs(n *manifest.Node) []*manifest.Node {
	var out []*manifest.Node
	for _, id := range n.DependsOn {
		if parent := p.manifest.Node(id); parent != nil && parent.Materialized != "ephemeral" {
			out = append(out, parent)
		}
	}
	for _, other := range p.manifest.Nodes {
		if other.RelationName != "" && strings.Contains(n.Compiled, other.RelationName) {
			out = append(out, other)
		}
	}
	// A seed may be the table behind a source: one name is one table.
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(in *manifest.Node) bool {
		name := strings.ToLower(tableName(in))
		defer func() { seen[name] = true }()
		return seen[name]
	})
}

// known returns a relation with its columns: as the catalog says, as the models
// before it were analyzed, as the yml documents a source, or as a seed's file is.
func (p *project) known(n *manifest.Node) *oracle.Table {
	if t := p.tables[n.UniqueID]; t != nil {
		return t
	}
	t := &oracle.Table{Name: tableName(n)}
	if p.catalog != nil {
		if rel := p.catalog.Relation(n.UniqueID); rel != nil {
			for _, c := range rel.Columns {
				// Fields of structs are listed beside the columns.
				if !strings.Contains(c.Name, ".") {
					t.Columns = append(t.Columns, oracle.Column{Name: c.Name, Type: strings.ToUpper(c.Type)})
				}
			}
		}
	}
	if len(t.Columns) == 0 && n.Kind == manifest.KindSource {
		for _, c := range n.Columns {
			if c.DataType == "" {
				return nil
			}
			t.Columns = append(t.Columns, oracle.Column{Name: c.Name, Type: strings.ToUpper(c.DataType)})
		}
	}
	if len(t.Columns) == 0 && n.Kind == manifest.KindSeed && p.dir != "" {
		t.Columns = seedColumns(filepath.Join(p.dir, filepath.FromSlash(n.Path)))
	}
	if len(t.Columns) == 0 {
		return nil
	}
	p.tables[n.UniqueID] = t
	return t
}

// tableName is the path under which SQL reads a node.
func tableName(n *manifest.Node) string {
	if n.RelationName != "" {
		return strings.ReplaceAll(n.RelationName, "`", "")
	}
	name := n.Alias
	if name == "" {
		name = n.Name
	}
	return n.Database + "." + n.Schema + "." + name
}

// madeBy is the relation that a model makes, with dbt's own columns where it is
// a snapshot.
func madeBy(n *manifest.Node, outputs []oracle.Output) *oracle.Table {
	t := &oracle.Table{Name: tableName(n)}
	for _, o := range outputs {
		t.Columns = append(t.Columns, oracle.Column{Name: o.Name, Type: o.Type})
	}
	if n.Kind == manifest.KindSnapshot {
		t.Columns = append(t.Columns,
			oracle.Column{Name: "dbt_scd_id", Type: "STRING"},
			oracle.Column{Name: "dbt_updated_at", Type: "TIMESTAMP"},
			oracle.Column{Name: "dbt_valid_from", Type: "TIMESTAMP"},
			oracle.Column{Name: "dbt_valid_to", Type: "TIMESTAMP"})
	}
	return t
}

// seedColumns reads the columns of a seed's file, with the types that fit all of
// their values. It returns nil if the file cannot be read.
func seedColumns(path string) []oracle.Column {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil
	}
	var out []oracle.Column
	for i, name := range rows[0] {
		typ := ""
		for _, row := range rows[1:] {
			if row[i] == "" {
				continue
			}
			switch t := valueType(row[i]); {
			case typ == "":
				typ = t
			case typ != t:
				typ = "STRING"
			}
		}
		out = append(out, oracle.Column{Name: name, Type: typ})
	}
	return out
}

func valueType(text string) string {
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return "INT64"
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return "FLOAT64"
	}
	switch strings.ToLower(text) {
	case "true", "false":
		return "BOOL"
	}
	return "STRING"
}
