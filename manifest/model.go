package manifest

// A Manifest is one dbt project as its manifest.json describes it, in one shape
// for every schema version. All slices are sorted by UniqueID; disabled
// resources are left out. A Manifest is read-only once it has been returned and
// may be used by many goroutines.
type Manifest struct {
	Path     string // the file it was read from
	Metadata Metadata

	Nodes          []*Node // sources, seeds, models, snapshots, analyses, operations
	Tests          []*Test
	UnitTests      []*UnitTest
	Exposures      []*Exposure
	Metrics        []*Metric
	SemanticModels []*SemanticModel
	SavedQueries   []*SavedQuery
	Groups         []*Group
	Macros         []*Macro // of the root project and packages other than dbt's own

	// Warnings are what the reader wants the user to know, such as an unknown
	// schema version. They never mean that something was left out silently.
	Warnings []string

	// Functions are the user-defined functions of dbt 1.11 and later. They are
	// apart because they are no relations.
	Functions []*Node

	byID       map[string]*Node
	children   map[string][]*Node
	byAttached map[string][]*Test
}

// Node returns the node of a unique id such as "model.shop.orders", or nil.
func (m *Manifest) Node(id string) *Node { return m.byID[id] }

// Children returns the nodes that depend directly on the node of a unique id,
// sorted by unique id. The slice must not be changed.
func (m *Manifest) Children(id string) []*Node { return m.children[id] }

// TestsOf returns the data tests attached to the node of a unique id, sorted by
// unique id. The slice must not be changed.
func (m *Manifest) TestsOf(id string) []*Test { return m.byAttached[id] }

// Metadata says what wrote the artifact and when.
type Metadata struct {
	SchemaVersion  int    // 1 to 12 and later; 0 when the file does not say
	DBTVersion     string // not always semver: "1.5.0rc1", "2026.4.28+9052846"
	AdapterType    string // "bigquery", "duckdb", …; "" before dbt 0.20 says so
	ProjectName    string
	GeneratedAt    string // RFC 3339, as written
	InvocationID   string
	HasCompiledSQL bool // whether any model carries compiled SQL
}

// Kind is dbt's resource type.
type Kind string

// The resource types of a [Node].
const (
	KindModel     Kind = "model"
	KindSeed      Kind = "seed"
	KindSnapshot  Kind = "snapshot"
	KindSource    Kind = "source"
	KindAnalysis  Kind = "analysis"
	KindOperation Kind = "operation"
	KindFunction  Kind = "function" // only in [Manifest.Functions]
)

// A Node is a relation of the project or a piece of SQL that makes one.
type Node struct {
	UniqueID     string
	Kind         Kind
	Name         string // for a source table its table name within the source
	PackageName  string
	Path         string // original_file_path, relative to the project, "/" separated
	PatchPath    string // the yml file that describes it, without "package://"
	Database     string
	Schema       string
	Alias        string // the relation's name; for a source its identifier
	RelationName string // as dbt renders it, quotes included; "" if dbt wrote none
	Language     string // "sql" or "python"

	RawCode      string // Jinja
	Compiled     string // SQL, without trailing white space trimmed; "" if not compiled
	CompiledPath string // target/compiled/…, relative to the project; "" if unknown

	Materialized string // view, table, incremental, ephemeral, snapshot, seed, …
	Version      string // model version, "" if unversioned
	Latest       bool   // whether it is the latest version of its model
	Access       string // private, protected, public; "" if unknown
	Group        string // group name, "" if none
	Tags         []string
	Description  string
	Owner        Owner // of meta.owner or config.meta.owner, if any

	DependsOn []string // unique ids of nodes, in dbt's order, without duplicates
	Columns   []Column // as documented in yml, in its order
	Config    Config
	Contract  Contract
	Meta      Value // meta merged over config.meta: an object or null

	SourceName        string // of a source: the name of the source it belongs to
	SourceDescription string
	SourceMeta        Value  // of a source
	Loader            string // of a source
	LoadedAtField     string // of a source: a column or an expression
	LoadedAtQuery     string // of a source: SQL that may stand instead
}

// Config is the part of a node's configuration that names columns or decides
// how its relation is made. Where dbt accepts an expression for a column, the
// lists hold every identifier of it that can be a column ([Identifiers]): too
// many rather than too few.
type Config struct {
	UniqueKey           []string // string or list in dbt
	UpdatedAt           string   // snapshots: a column or an expression, as written
	CheckCols           []string // snapshots; ["all"] for all columns
	Strategy            string   // snapshots: "timestamp" or "check"
	IncrementalStrategy string
	OnSchemaChange      string
	MergeUpdateColumns  []string
	MergeExcludeColumns []string
	PartitionBy         []string // column names only
	ClusterBy           []string
	HardDeletes         string            // snapshots: ignore, invalidate, new_record
	SnapshotMetaColumns map[string]string // snapshots: dbt_valid_from -> other name
	EventTime           string            // column that microbatch and sampling filter on
	FullRefresh         *bool
	Enabled             bool
	Hooks               []Hook // in the order in which they run
}

// A Hook is SQL that dbt runs before or after it makes a relation.
type Hook struct {
	SQL   string // with its Jinja: dbt compiles hooks when they run
	After bool
}

// A Column is a column as a yml file documents it.
type Column struct {
	Name        string
	DataType    string // "" if not stated
	Description string
	Meta        Value
	Tags        []string
	Constraints []Constraint
}

// Contract is a model contract with its model-level constraints.
type Contract struct {
	Enforced    bool
	Constraints []Constraint
}

// A Constraint is a column-level or model-level constraint of a contract.
type Constraint struct {
	Type       string // not_null, unique, primary_key, foreign_key, check, custom
	Name       string
	Expression string
	Columns    []string // model level; for a column constraint the column itself
	To         string   // foreign_key: the relation or ref it points to
	ToColumns  []string
}

// Owner is a person or a team.
type Owner struct {
	Name  string
	Email string
}

// A Group is a dbt group with its owner.
type Group struct {
	UniqueID    string
	Name        string
	PackageName string
	Owner       Owner
}

// A Test is a data test, generic or singular.
type Test struct {
	UniqueID    string
	Name        string // the full generated name of a generic test
	PackageName string
	Path        string
	Generic     bool
	TestName    string // generic: "not_null", "relationships", …
	Namespace   string // generic: the package of the macro ("dbt_utils"), "" for dbt's own
	ColumnName  string // generic, column level; "" otherwise
	Arguments   []Argument
	Attached    string // unique id of the node under test; "" if unknown
	DependsOn   []string
	Where       string // config.where
	Severity    string // "ERROR" or "WARN", upper case
	RawCode     string
	Compiled    string
	Tags        []string

	modelText string // the argument "model", until Attached is known
}

// An Argument is one keyword argument of a generic test, sorted by name in
// [Test.Arguments]; "column_name" and "model" are not among them.
type Argument struct {
	Name  string
	Value Value
}

// A UnitTest is a dbt unit test of one model.
type UnitTest struct {
	UniqueID    string
	Name        string
	PackageName string
	Path        string
	Model       string // unique id of the model under test, "" if unknown
	ModelName   string // as written
	DependsOn   []string
	Given       []UnitTestRows
	Expect      UnitTestRows

	version string // of the model, until Model is known
}

// UnitTestRows are the columns that one table of a unit test names.
type UnitTestRows struct {
	Input   string   // "ref('x')", "source('a', 'b')", "this"; "" for expect
	Format  string   // dict, csv, sql
	Columns []string // of dict and csv rows, in order of first appearance
	SQL     string   // of format sql
	Fixture string
}

// An Exposure is a use of the project's data outside dbt.
type Exposure struct {
	UniqueID    string
	Name        string
	PackageName string
	Path        string
	Type        string // application, dashboard, ml, notebook, analysis
	Label       string
	Description string
	URL         string
	Maturity    string
	Owner       Owner
	Tags        []string
	DependsOn   []string
	Meta        Value // "meta" of the exposure
	ConfigMeta  Value // "config.meta"; either or both may be null
}

// A Metric is a metric of dbt's semantic layer, or one of its older forms.
type Metric struct {
	UniqueID    string
	Name        string
	PackageName string
	Path        string
	Label       string
	Type        string
	DependsOn   []string
	Measures    []string // names of input measures
	Metrics     []string // names of input metrics
	Model       string   // old form: unique id, "" otherwise
	Expression  string   // the column or SQL it aggregates, or the formula over other metrics
	Dimensions  []string // old form
	Timestamp   string   // old form: a column; else the time dimension it aggregates over
	Filters     []string // SQL or Jinja of filters; of the old form "field operator value"

	// SemanticModel is the unique id of the semantic model whose columns
	// Expression names: of metrics that aggregate by themselves, without a
	// measure (dbt 1.12 and later).
	SemanticModel string

	modelText, semanticName string // until Model and SemanticModel are known
}

// A SemanticModel names the columns that measures, dimensions and entities use.
type SemanticModel struct {
	UniqueID    string
	Name        string
	PackageName string
	Path        string
	Model       string // unique id of the model, "" if unknown
	DependsOn   []string
	Elements    []SemanticElement

	modelText string   // the ref, until Model is known
	relation  Relation // the relation of the model, as node_relation says
}

// A SemanticElement is a measure, a dimension or an entity.
type SemanticElement struct {
	Role       string // "measure", "dimension", "entity", "primary_entity"
	Name       string
	Expression string // column name or SQL; the element's name when dbt has none
}

// A SavedQuery is a saved query of the semantic layer.
type SavedQuery struct {
	UniqueID    string
	Name        string
	PackageName string
	Path        string
	DependsOn   []string
	Metrics     []string
	GroupBy     []string
	Where       []string
}

// A Macro is a macro that a node depends on.
type Macro struct {
	UniqueID    string
	Name        string
	PackageName string
	Path        string
	SQL         string
}
