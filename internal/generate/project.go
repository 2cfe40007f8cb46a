package generate

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
)

// Options say how large a project is. Zero values mean the defaults.
type Options struct {
	Models  int    // 1,000
	Columns int    // output columns of a model on average: 34
	Seed    uint64 // 0 is a seed like any other
}

// A Project is a generated project.
type Project struct {
	Sources []*Source
	Models  []*Model // parents before children
	Loads   []Load

	origins map[Ref][]Ref
}

// A Ref is a column of a relation, or a field inside one.
type Ref struct {
	Relation string // unique id
	Column   string
	Path     string // "" for the column itself
}

// A Source is a table of raw data.
type Source struct {
	ID      string
	Name    string
	Columns []Column
}

// A Column is a column with its BigQuery type.
type Column struct {
	Name string
	Type string
}

// A Model is a model with its SQL and its lineage.
type Model struct {
	ID      string
	Name    string
	Layer   string
	SQL     string // compiled
	Raw     string // with ref and source
	Parents []string
	Outputs []Output
	// Uses are sorted by kind and column, each pair once.
	Uses []Use
}

// An Output is an output column and the columns of the parents that its value is
// made of, sorted. Of an array of structs, Parts has those of each field; Sources
// is then empty, or the parent's column if that is Passed on as it is.
type Output struct {
	Name    string
	Type    string
	Sources []Ref
	Parts   []Part
	Passed  bool
}

// A Part is a field of the elements of an array.
type Part struct {
	Path    string
	Type    string
	Sources []Ref
}

// A Use says that a column of a parent decides about a model's rows, or about
// the values of the outputs that are computed over a window.
type Use struct {
	Kind    string // filter, join, group, window
	Ref     Ref
	Rows    bool
	Outputs []string // sorted; of windows only
}

// A Load delivers a model into a table, column by column.
type Load struct {
	Exposure string // name
	Model    *Model
	Table    string
	Columns  []string
}

// New generates a project.
func New(o Options) *Project {
	if o.Models <= 0 {
		o.Models = 1000
	}
	if o.Columns <= 0 {
		o.Columns = 34
	}
	g := &generator{
		p:       &Project{origins: map[Ref][]Ref{}},
		rnd:     rand.New(rand.NewPCG(o.Seed, 0x1e3779b97f4a7c15)),
		columns: o.Columns,
	}
	g.generate(o.Models)
	return g.p
}

// Origins returns the columns of sources that an output column, or a field
// inside one, is made of in the end, sorted.
func (p *Project) Origins(r Ref) []Ref { return p.origins[r] }

// Lines counts the lines of all models' SQL.
func (p *Project) Lines() int {
	n := 0
	for _, m := range p.Models {
		n += strings.Count(m.SQL, "\n") + 1
	}
	return n
}

// OutputColumns counts the output columns of all models.
func (p *Project) OutputColumns() int {
	n := 0
	for _, m := range p.Models {
		n += len(m.Outputs)
	}
	return n
}

// generator is the state of New.
type generator struct {
	p       *Project
	rnd     *rand.Rand
	columns int
	layers  [][]*relation // what models of the next layers may read
	fresh   int           // columns named so far
}

// A relation is a source or model as models read it.
type relation struct {
	id, name string
	source   bool
	cols     []col
}

// layerShare is the share of models in each layer.
var layerShare = []struct {
	name  string
	share float64
}{
	{"stg", 0.30}, {"int", 0.22}, {"fct", 0.18}, {"mart", 0.18}, {"app", 0.12},
}

func (g *generator) generate(models int) {
	staging := max(1, int(float64(models)*layerShare[0].share))
	var raw []*relation
	for i := range staging {
		raw = append(raw, g.source(i))
	}
	g.layers = append(g.layers, raw)
	left := models
	for i, l := range layerShare {
		n := max(1, int(float64(models)*l.share))
		if i == len(layerShare)-1 || n > left {
			n = left
		}
		left -= n
		var made []*relation
		for k := range n {
			made = append(made, g.model(l.name, k))
		}
		if len(made) > 0 {
			g.layers = append(g.layers, made)
		}
	}
	g.loads()
}

// size draws how many columns a relation shall have.
func (g *generator) size() int {
	n := int(float64(g.columns) * (1 + 0.3*g.rnd.NormFloat64()))
	return min(max(n, g.columns/4, 4), 3*g.columns)
}

func (g *generator) source(i int) *relation {
	name := fmt.Sprintf("%s_%d", objects[i%len(objects)], i)
	s := &Source{ID: "source.generated.raw." + name, Name: name}
	add := func(name, typ string) { s.Columns = append(s.Columns, Column{name, typ}) }
	add("Id", "STRING")
	add("CreatedDate", "TIMESTAMP")
	add("IsDeleted", "BOOL")
	add("Amount__c", "NUMERIC")
	add("OwnerId", "STRING")
	for n := g.size(); len(s.Columns) < n; {
		f := fields[g.rnd.IntN(len(fields))]
		add(fmt.Sprintf("%s_%d__c", f.name, len(s.Columns)), f.typ)
	}
	g.p.Sources = append(g.p.Sources, s)
	r := &relation{id: s.ID, name: name, source: true}
	for _, c := range s.Columns {
		ref := Ref{Relation: s.ID, Column: c.Name}
		g.p.origins[ref] = []Ref{ref}
		r.cols = append(r.cols, col{name: c.Name, typ: c.Type, refs: []Ref{ref}})
	}
	return r
}

func (g *generator) model(layer string, k int) *relation {
	b := &builder{g: g, rnd: g.rnd, want: g.size(), uses: map[useKey]*Use{}}
	name := fmt.Sprintf("%s_%s_%d", layer, objects[g.rnd.IntN(len(objects))], k)
	out := b.write(layer, k)
	m := &Model{ID: "model.generated." + name, Name: name, Layer: layer}
	var compiled, jinja []string
	for _, r := range b.parents {
		m.Parents = append(m.Parents, r.id)
		dataset, ref := "dbt", fmt.Sprintf("{{ ref('%s') }}", r.name)
		if r.source {
			dataset, ref = "raw", fmt.Sprintf("{{ source('raw', '%s') }}", r.name)
		}
		compiled = append(compiled, mark(r), fmt.Sprintf("`lake`.`%s`.`%s`", dataset, r.name))
		jinja = append(jinja, mark(r), ref)
	}
	m.SQL = strings.NewReplacer(compiled...).Replace(b.sql.String())
	m.Raw = strings.NewReplacer(jinja...).Replace(b.sql.String())
	m.Uses = b.finish(out)
	r := &relation{id: m.ID, name: m.Name}
	for _, c := range out {
		o := Output{Name: c.name, Type: c.typ, Sources: c.refs, Passed: c.whole}
		ref := Ref{Relation: m.ID, Column: c.name}
		here := col{name: c.name, typ: c.typ, refs: []Ref{ref}}
		origins := g.origin(c.refs)
		for _, p := range c.parts {
			o.Parts = append(o.Parts, Part{Path: p.name, Type: p.typ, Sources: p.refs})
			part := Ref{m.ID, c.name, p.name}
			g.p.origins[part] = g.origin(p.refs)
			origins = union(origins, g.p.origins[part])
			here.parts = append(here.parts, col{name: p.name, typ: p.typ, refs: []Ref{part}})
		}
		here.whole = len(here.parts) > 0
		g.p.origins[ref] = origins
		m.Outputs = append(m.Outputs, o)
		r.cols = append(r.cols, here)
	}
	g.p.Models = append(g.p.Models, m)
	return r
}

// origin collects the origins of several columns.
func (g *generator) origin(refs []Ref) []Ref {
	seen := map[Ref]bool{}
	var out []Ref
	for _, r := range refs {
		for _, o := range g.p.origins[r] {
			if !seen[o] {
				seen[o] = true
				out = append(out, o)
			}
		}
	}
	sortRefs(out)
	return out
}

// loads delivers some models of the last layer into tables.
func (g *generator) loads() {
	models := g.p.Models
	for i := len(models) - 1; i >= 0 && len(g.p.Loads) <= len(models)/50; i -= 2 {
		l := Load{Exposure: fmt.Sprintf("delivery_%d", len(g.p.Loads)), Model: models[i], Table: "t_" + models[i].Name}
		for _, o := range models[i].Outputs {
			if len(o.Parts) == 0 {
				l.Columns = append(l.Columns, o.Name)
			}
		}
		g.p.Loads = append(g.p.Loads, l)
	}
}

func sortRefs(refs []Ref) {
	sort.Slice(refs, func(i, j int) bool { return lessRef(refs[i], refs[j]) })
}

func lessRef(x, y Ref) bool {
	if x.Relation != y.Relation {
		return x.Relation < y.Relation
	}
	if x.Column != y.Column {
		return x.Column < y.Column
	}
	return x.Path < y.Path
}

// union merges two sorted sets.
func union(x, y []Ref) []Ref {
	out := make([]Ref, 0, len(x)+len(y))
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] == y[0]:
			out = append(out, x[0])
			x, y = x[1:], y[1:]
		case lessRef(x[0], y[0]):
			out = append(out, x[0])
			x = x[1:]
		default:
			out = append(out, y[0])
			y = y[1:]
		}
	}
	return append(append(out, x...), y...)
}
