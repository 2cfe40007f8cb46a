package layout

// Format names the JSON that a [Document] is written as, and its version.
const Format = "impact.graph/1"

// A Document is a part of a lineage graph as plain text. Its lists are never
// nil, its relations stand parents before children, and edges and uses are in
// the order of the relations and columns that they leave.
type Document struct {
	Format    string     `json:"format"`
	Relations []Relation `json:"relations"`
	Edges     []Edge     `json:"edges"`
	Uses      []Use      `json:"uses"` // only with columns
}

// A Relation is a set of rows, or an exposure.
type Relation struct {
	ID   string `json:"id"`   // dbt's unique id, or "destination.table"; no two are alike
	Kind string `json:"kind"` // source, seed, model, snapshot, exposure, table or unmanaged
	Name string `json:"name"`
	// RelationName is the name in the warehouse as dbt writes it.
	RelationName string   `json:"relation_name,omitempty"`
	Owner        *Owner   `json:"owner,omitempty"`
	Columns      []Column `json:"columns,omitempty"`
}

// An Owner is who keeps a relation.
type Owner struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

// A Column is a column of a relation, or a field inside one. Name is "*" for
// the columns that are not known by name.
type Column struct {
	Name string `json:"name"`
	Path string `json:"path,omitempty"` // dotted, of a field
	Type string `json:"type,omitempty"`
}

// A Ref is one end of an edge: a column, or a whole relation if Column is "".
type Ref struct {
	Relation string `json:"relation"` // ID of the relation
	Column   string `json:"column,omitempty"`
	Path     string `json:"path,omitempty"`
}

// The kinds of edges between whole relations. Between columns the kind is how
// the value comes about: direct, transform, aggregate, conditional, load,
// lookup and so on, as [lineage.Via] names them.
const (
	KindValue   = "value"   // values of one are part of values of the other
	KindUse     = "use"     // columns of one only decide about the other
	KindDepends = "depends" // the project says so, and no column shows how
)

// An Edge says that To is made of From.
type Edge struct {
	From       Ref    `json:"from"`
	To         Ref    `json:"to"`
	Kind       string `json:"kind"`
	Confidence string `json:"confidence"` // exact, inferred or widened
}

// A Use says that a column decides about a relation: about which rows it has,
// or about values of some of its columns.
type Use struct {
	Relation   string   `json:"relation"` // the relation of the column that is used
	Column     string   `json:"column"`
	Path       string   `json:"path,omitempty"`
	Kind       string   `json:"kind"` // filter, join, group, order, window, config, key, lookup, scope
	Of         string   `json:"of"`   // the relation that uses it
	Rows       bool     `json:"rows"` // whether it decides about rows
	Outputs    []string `json:"outputs,omitempty"`
	Confidence string   `json:"confidence"`
}
