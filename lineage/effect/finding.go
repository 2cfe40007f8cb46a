package effect

import "fmt"

// Severity says how bad a finding is. Greater is worse, in the order in which
// --fail-on compares.
type Severity uint8

// The severities, as docs/findings.md explains them.
const (
	Note  Severity = iota + 1 // something mentions the column
	Value                     // values derived from it change
	Rows                      // it decides which rows exist, or how they group or sort
	Stale                     // not run because something above broke
	Loss                      // a column disappears without an error
	Break                     // something errors
)

// Severities lists all severities, worst first.
func Severities() []Severity { return []Severity{Break, Loss, Stale, Rows, Value, Note} }

var severityNames = [...]string{"none", "note", "value", "rows", "stale", "loss", "break"}

// String returns the name that flags and JSON use.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, name := range severityNames {
		if name == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("unknown severity %q", text)
}

// Rule is the stable id of a kind of finding.
type Rule string

// The rules. docs/findings.md lists each with an example.
const (
	RuleModelUnresolved    Rule = "model.unresolved"         // break: SQL names a column that is gone
	RuleModelSetOperation  Rule = "model.set_operation"      // break: branches no longer have the same columns
	RuleModelElsewhere     Rule = "model.resolves_elsewhere" // value: a name now means another column
	RuleModelUnread        Rule = "model.unread"             // value: its SQL could not be read
	RuleModelStale         Rule = "model.stale"
	RuleModelColumnLost    Rule = "model.column_lost"
	RuleModelValue         Rule = "model.value"
	RuleModelRows          Rule = "model.rows"
	RuleTestUnresolved     Rule = "test.unresolved"      // break: a data test names the column
	RuleUnitTest           Rule = "unit_test.unresolved" // break: a unit test names the column
	RuleHookUnresolved     Rule = "hook.unresolved"      // break: a hook or an operation names the column
	RuleContract           Rule = "contract.column_missing"
	RuleConfig             Rule = "config.column_missing" // break: unique_key, partition_by, check_cols …
	RuleFreshness          Rule = "source.freshness"      // break: loaded_at_field
	RuleSourceFrozen       Rule = "source.frozen"         // stale: on_drop fails
	RuleExposureStale      Rule = "exposure.stale"
	RuleExposureColumnLost Rule = "exposure.column_lost"
	RuleExposureValue      Rule = "exposure.value"
	RuleExposureRows       Rule = "exposure.rows"
	RuleLoadColumnMissing  Rule = "load.column_missing" // break: a mapped column is gone
	RuleLoadStale          Rule = "load.stale"
	RuleDestinationNotNull Rule = "destination.not_null" // break: NULL into a NOT NULL column
	RuleDestinationLost    Rule = "destination.column_lost"
	RuleDestinationValue   Rule = "destination.value"
	RuleDestinationRows    Rule = "destination.rows"
	RuleDocMentions        Rule = "doc.mentions"
	RuleMetricMentions     Rule = "metric.mentions"
	RuleSemanticMentions   Rule = "semantic_model.mentions"
	RuleStandardField      Rule = "salesforce.standard_field" // note: cannot be deleted
)

// A Finding is one thing that happens to one subject because of the change.
type Finding struct {
	// ID is the same in every run for the same rule, subject and column.
	ID       string   `json:"id"`
	Rule     Rule     `json:"rule"`
	Severity Severity `json:"severity"`
	Subject  Subject  `json:"subject"`
	// Columns of the subject that are concerned, in its order; empty where the
	// subject as a whole is.
	Columns []string `json:"columns,omitempty"`
	// Message is one sentence without a full stop.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Confidence is exact, inferred or widened.
	Confidence string `json:"confidence"`
	// At is the place to look at, nil where there is none.
	At *Place `json:"at,omitempty"`
	// Path leads from the changed column, which is its first step, to the
	// subject: the shortest way by columns, and behind what fails by the
	// relations that wait for it.
	Path  []Step `json:"path,omitempty"`
	Owner *Owner `json:"owner,omitempty"`
}

// A Subject is what a finding is about.
type Subject struct {
	// Kind is source, seed, model, snapshot, test, unit_test, operation, exposure,
	// load, table, metric, semantic_model or field.
	Kind string `json:"kind"`
	// ID is dbt's unique id, or "destination.table" for a table.
	ID string `json:"id"`
	// Name is what people call it.
	Name string `json:"name"`
	// File is the file that defines it, relative to the dbt project.
	File string `json:"file,omitempty"`
	// Group is the dbt group, Access its access.
	Group  string `json:"group,omitempty"`
	Access string `json:"access,omitempty"`
}

// A Place is a span of one line in a file.
type Place struct {
	// File is relative to the dbt project: the compiled SQL where it exists as
	// a file, else the model's own.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Col    int    `json:"col"`
	EndCol int    `json:"end_col"`
	// Text is the line itself, without its line break.
	Text string `json:"text,omitempty"`
	// Source is the same text in the file that people edit, where it stands
	// there just once in the same words.
	Source *Place `json:"source,omitempty"`
}

// A Step is one column on a path, or one relation whose rows a column decides.
type Step struct {
	Relation string `json:"relation"` // name
	ID       string `json:"id"`       // unique id
	Kind     string `json:"kind"`     // of the relation: source, model, …
	Column   string `json:"column,omitempty"`
	// Via says how the step before flows into this one: direct, transform,
	// aggregate, conditional, filter, join, group, order, window, load, key,
	// lookup; "" for the first step.
	Via string `json:"via,omitempty"`
	At  *Place `json:"at,omitempty"`
}

// An Owner is who keeps a subject: of the model or exposure itself, else of its
// dbt group.
type Owner struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

// A Repair is one place to edit, in the order in which to edit.
type Repair struct {
	Subject Subject `json:"subject"`
	What    string  `json:"what"`
	At      *Place  `json:"at,omitempty"`
	Owner   *Owner  `json:"owner,omitempty"`
	// Findings are the ids of the findings that it settles.
	Findings []string `json:"findings"`
}

// A Target is the column that a question is about, and how it was found.
type Target struct {
	// Asked is what the person typed.
	Asked string `json:"asked"`
	// Relation is the unique id of the source (or model) that holds the column.
	Relation string `json:"relation"`
	// Name is "source.table" of a source, the name of another relation.
	Name   string `json:"name"`
	Column string `json:"column"`
	// Path is the field inside a struct column, "" for the whole column.
	Path string `json:"path,omitempty"`
	// Rung names the rule that found it: id, meta, connector, normalized, bare.
	Rung string `json:"rung"`
	// Known says whether a catalog or yml lists the column, or only SQL names it.
	Known bool `json:"known"`
}

// A Coverage says how much of the project an answer is based on.
type Coverage struct {
	Models      int `json:"models"`       // models and snapshots of the project
	Bound       int `json:"bound"`        // whose columns are all known exactly or by inference
	Widened     int `json:"widened"`      // in which something was not understood
	Unparsed    int `json:"unparsed"`     // whose SQL could not be parsed
	NotCompiled int `json:"not_compiled"` // without SQL that could be read
	Python      int `json:"python"`       // Python models: table level only
	Sources     int `json:"sources"`
	OpenSources int `json:"open_sources"` // whose columns no catalog lists
	Exposures   int `json:"exposures"`
	Loads       int `json:"loads"` // with a destination table
	// Percent is Bound of Models, rounded down.
	Percent int `json:"percent"`
	// Gaps lists what lowers the coverage, each with its place; those that the
	// answer itself touches come first and are marked.
	Gaps []Gap `json:"gaps,omitempty"`
	// Advice says how to raise it, such as running "dbt compile".
	Advice []string `json:"advice,omitempty"`
}

// A Gap is one thing that is not known.
type Gap struct {
	Subject  Subject `json:"subject"`
	Code     string  `json:"code"`
	Message  string  `json:"message"`
	At       *Place  `json:"at,omitempty"`
	Affected bool    `json:"affected"` // downstream of the change
}

// An Answer is all there is to say about one change.
type Answer struct {
	// Format is "impact.answer/1".
	Format string `json:"format"`
	Target Target `json:"target"`
	// Change is "drop".
	Change string `json:"change"`
	// OnDrop is what the lake does: removed, null or fails.
	OnDrop string `json:"on_drop"`
	// Worst is the worst severity, "none" if nothing depends on the column.
	Worst Severity `json:"worst"`
	// Counts are the findings by severity, worst first; all severities are
	// listed.
	Counts []Count `json:"counts"`
	// Findings are sorted by severity, then in the order of the graph.
	Findings []Finding `json:"findings"`
	Repairs  []Repair  `json:"repairs"`
	Coverage Coverage  `json:"coverage"`
	// Warnings are about the input: an old catalog, an unknown version.
	Warnings []string `json:"warnings,omitempty"`
}

// A Count is how many findings a severity has.
type Count struct {
	Severity Severity `json:"severity"`
	Findings int      `json:"findings"`
}

// FormatAnswer is the value of [Answer.Format].
const FormatAnswer = "impact.answer/1"
