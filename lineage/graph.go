package lineage

import (
	"slices"
	"sort"
	"strings"

	dgraph "github.com/dominikbraun/graph"

	"impact/lineage/bind"
	"impact/lineage/destination"
	"impact/lineage/syntax"
	"impact/manifest"
)

// RelID numbers the relations of a graph from 0.
type RelID int32

// ColID numbers the columns of a graph from 0. The columns of one relation have
// consecutive numbers.
type ColID int32

// None is no relation, or no column.
const None = -1

// Kind says what a relation is.
type Kind string

// The kinds of relations.
const (
	Source    Kind = "source"
	Seed      Kind = "seed"
	Model     Kind = "model"
	Snapshot  Kind = "snapshot"
	Exposure  Kind = "exposure"
	Table     Kind = "table"     // of a destination
	Unmanaged Kind = "unmanaged" // named in SQL, but not part of the project
)

// A Relation is a set of rows with columns, or an exposure.
type Relation struct {
	ID       RelID
	Kind     Kind
	UniqueID string // dbt's, "destination.table", or the name of an unmanaged relation
	Name     string // what people call it: "salesforce.account" for a source table

	Node     *manifest.Node     // of sources, seeds, models and snapshots
	Exposure *manifest.Exposure // of exposures
	Loads    []*destination.Load
	Table    *destination.Table // of a destination table, nil if its schema is not known

	// Parents and Children are the neighbours in the graph of relations.
	Parents  []RelID
	Children []RelID

	first, last ColID
	sql         sqlText
	schema      *bind.Relation
	state       state
	diags       []bind.Diagnostic
	uses        []Use
}

// state says how well a relation's SQL was understood.
type state uint8

const (
	notSQL      state = iota // sources, seeds, tables: there is nothing to read
	bound                    // every name resolved
	inferred                 // with schemas guessed from use
	widened                  // something was not understood
	unparsed                 // the text is not SQL that we can parse
	notCompiled              // there is no text
	python                   // a Python model
)

// A Column is a column of a relation, or a field inside one.
type Column struct {
	Rel  RelID
	Name string // "*" for the columns of a relation that are not known by name
	Path string // dotted field path, "" for the column itself
	Type *bind.Type
	// Known says that the relation's SQL, a catalog or a yml file has the
	// column; otherwise only statements that read it name it.
	Known bool

	part bool // the relation's SQL constructs the field
}

// String returns "name" or "name.path". The length of an array is called as the
// array is.
func (c *Column) String() string {
	switch path := strings.TrimSuffix(c.Path, bind.Length); path {
	case "":
		return c.Name
	default:
		return c.Name + "." + strings.TrimSuffix(path, ".")
	}
}

// isLength reports whether the column stands for the length of an array.
func (c *Column) isLength() bool { return strings.HasSuffix(c.Path, bind.Length) }

// Via says how a column flows into another or decides about rows.
type Via uint8

// The ways of value edges and of uses.
const (
	Conditional Via = iota
	Direct
	Transform
	Aggregate
	Filter
	Join
	Group
	Order
	Window
	Config // a key of the configuration: unique_key, check_cols, …
	Load   // delivery into a destination column
	Key
	Lookup
	Scope
)

var viaNames = [...]string{"conditional", "direct", "transform", "aggregate", "filter", "join", "group",
	"order", "window", "config", "load", "key", "lookup", "scope"}

func (v Via) String() string { return viaNames[v] }

// An Edge says that values of From are part of values of To. Pos is where the
// SQL of To's relation names From, -1 where only a star does.
type Edge struct {
	From, To   ColID
	Via        Via
	Confidence bind.Confidence
	Pos        syntax.Pos
}

// A Use says that a relation's rows, or the values of some of its columns,
// depend on a column of one of its inputs.
type Use struct {
	Col        ColID
	Via        Via
	Rel        RelID // the relation that uses it
	Pos        syntax.Pos
	Rows       bool
	Outputs    []ColID
	Confidence bind.Confidence
}

// A Graph is the lineage of a project. It is frozen.
type Graph struct {
	Relations []*Relation
	Columns   []Column

	byID map[string]RelID
	rels dgraph.Graph[RelID, RelID]

	// Edges in both directions, sorted: out[outAt[c]:outAt[c+1]] leave c.
	out, in     []Edge
	outAt, inAt []int32
	uses        []Use // by column, as the edges
	usesAt      []int32

	order    []RelID // parents before children
	names    *names
	dialect  *syntax.Dialect
	manifest *manifest.Manifest
	catalog  *manifest.Catalog
	warnings []string
	loads    []*destination.Load
	problems []destination.Problem
}

// ByID returns the relation of a unique id, or None.
func (g *Graph) ByID(id string) RelID {
	if r, ok := g.byID[id]; ok {
		return r
	}
	return None
}

// Relation returns a relation by its number.
func (g *Graph) Relation(id RelID) *Relation { return g.Relations[id] }

// ColumnsOf returns the numbers of a relation's columns: those from first up to
// last, fields of structs among them.
func (g *Graph) ColumnsOf(r RelID) (first, last ColID) {
	rel := g.Relations[r]
	return rel.first, rel.last
}

// Column finds a column of a relation by name without regard to case, or a field
// "column.path" inside one.
func (g *Graph) Column(r RelID, name string) (ColID, bool) {
	rel := g.Relations[r]
	for c := rel.first; c < rel.last; c++ {
		col := &g.Columns[c]
		if !col.isLength() && strings.EqualFold(col.String(), name) {
			return c, true
		}
	}
	return None, false
}

// Down returns the edges that leave a column, sorted by where they go.
func (g *Graph) Down(c ColID) []Edge { return g.out[g.outAt[c]:g.outAt[c+1]] }

// Up returns the edges that reach a column, sorted by where they come from.
func (g *Graph) Up(c ColID) []Edge { return g.in[g.inAt[c]:g.inAt[c+1]] }

// UsesOf returns the uses of a column, in the order of the relations.
func (g *Graph) UsesOf(c ColID) []Use { return g.uses[g.usesAt[c]:g.usesAt[c+1]:g.usesAt[c+1]] }

// Uses returns what decides about a relation's rows, in the order of its SQL.
func (g *Graph) Uses(r RelID) []Use { return g.Relations[r].uses }

// Order returns all relations, parents before children.
func (g *Graph) Order() []RelID { return g.order }

// Manifest returns the manifest that the graph was built from.
func (g *Graph) Manifest() *manifest.Manifest { return g.manifest }

// Warnings are what the input was not clear about.
func (g *Graph) Warnings() []string { return g.warnings }

// Problems are the mistakes in meta.impact blocks.
func (g *Graph) Problems() []destination.Problem { return g.problems }

// Dialect is the SQL dialect of the project's warehouse.
func (g *Graph) Dialect() *syntax.Dialect { return g.dialect }

// Diagnostics are what binding a relation's SQL found.
func (g *Graph) Diagnostics(r RelID) []bind.Diagnostic { return g.Relations[r].diags }

// Graph returns the graph of relations. It must not be changed.
func (g *Graph) Graph() dgraph.Graph[RelID, RelID] { return g.rels }

// Descendants returns the relations that can be reached from any of the given
// ones, with these, in order. The way to a table is the one from its model, not
// through an exposure of several loads.
func (g *Graph) Descendants(from ...RelID) []RelID {
	seen := make([]bool, len(g.Relations))
	queue := append([]RelID(nil), from...)
	for _, r := range from {
		seen[r] = true
	}
	for len(queue) > 0 {
		r := queue[0]
		queue = queue[1:]
		if g.Relations[r].Kind == Exposure && !slices.Contains(from, r) {
			continue
		}
		for _, c := range g.Relations[r].Children {
			if !seen[c] {
				seen[c] = true
				queue = append(queue, c)
			}
		}
	}
	var out []RelID
	for _, r := range g.order {
		if seen[r] {
			out = append(out, r)
		}
	}
	return out
}

// nameCircles warns of relations that read each other, as two incremental models
// can: which of them comes first is then a choice.
func (g *Graph) nameCircles() error {
	components, err := dgraph.StronglyConnectedComponents(g.rels)
	if err != nil {
		return err
	}
	var warnings []string
	for _, c := range components {
		if len(c) < 2 {
			continue
		}
		names := make([]string, len(c))
		for i, id := range c {
			names[i] = g.Relations[id].Name
		}
		sort.Strings(names)
		warnings = append(warnings, "these relations read each other in a circle: "+strings.Join(names, ", "))
	}
	sort.Strings(warnings)
	g.warnings = append(g.warnings, warnings...)
	return nil
}

// relationGraph enters the relations and their edges into the graph library,
// which refuses what is no graph and names circles.
func (g *Graph) relationGraph() error {
	g.rels = dgraph.NewWithStore(func(id RelID) RelID { return id }, newStore(len(g.Relations)), dgraph.Directed())
	for _, r := range g.Relations {
		if err := g.rels.AddVertex(r.ID); err != nil {
			return err
		}
	}
	for _, r := range g.Relations {
		sort.Slice(r.Parents, func(i, j int) bool { return r.Parents[i] < r.Parents[j] })
		sort.Slice(r.Children, func(i, j int) bool { return r.Children[i] < r.Children[j] })
		for _, c := range r.Children {
			if err := g.rels.AddEdge(r.ID, c); err != nil {
				return err
			}
		}
	}
	return nil
}
