package plan

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"impact/manifest"
)

// A Gate is what must hold of dbt's results before a load runs.
type Gate struct {
	MaxAge       time.Duration // 0: any age
	AllowMissing bool          // nodes and tests without a result do not hold a load back
}

// ReasonID names why a gate holds a load back. The ids are stable.
type ReasonID string

// The reasons of a [Gate].
const (
	ReasonUnknownNode ReasonID = "gate.unknown_model" // the manifest does not know the model
	ReasonMissing     ReasonID = "gate.missing"       // no result at all
	ReasonFailed      ReasonID = "gate.failed"        // an ancestor did not succeed
	ReasonTestFailed  ReasonID = "gate.test_failed"   // a test of severity error did not pass
	ReasonTestStale   ReasonID = "gate.test_stale"    // the test ran before the last build of what it tests
	ReasonTooOld      ReasonID = "gate.too_old"       // the result is older than the gate allows
	ReasonOtherSQL    ReasonID = "gate.other_sql"     // the SQL that ran is not the manifest's
	ReasonPartial     ReasonID = "gate.partial"       // dbt left rows out: --empty, --sample
	ReasonUnknownSQL  ReasonID = "gate.unknown_sql"   // nothing says which SQL ran: a note
	ReasonNotCounted  ReasonID = "gate.not_counted"   // results of a command that runs nothing: a note
	ReasonParentHeld  ReasonID = "gate.parent_held"   // a load that it refers to is held back
)

// A Reason is one reason of a gate, as data.
type Reason struct {
	ID      ReasonID  `json:"id"`
	Node    string    `json:"node,omitempty"`   // unique id of the model or test
	Status  string    `json:"status,omitempty"` // as dbt wrote it
	File    string    `json:"file,omitempty"`   // run results that say so
	At      time.Time `json:"at,omitzero"`      // when the node completed
	Message string    `json:"message"`
	Hint    string    `json:"hint,omitempty"`
}

// A Verdict is a gate's answer for one model.
type Verdict struct {
	Node    string
	Reasons []Reason // why the load is held back, sorted by node and id; empty: it may run
	Notes   []Reason // what could not be checked
	Newest  time.Time
}

// Open reports whether the load may run.
func (v *Verdict) Open() bool { return len(v.Reasons) == 0 }

// counted are the commands whose results count. Others ("dbt docs generate",
// "dbt compile") list tests as success that nobody executed.
var counted = map[string]bool{"build": true, "run": true, "test": true, "seed": true, "snapshot": true, "retry": true}

// outcome is the newest result of a node.
type outcome struct {
	*manifest.Result
	at         time.Time
	file       string
	invocation string
	partial    string // the option that left rows out
}

// Results are the newest results per node of several runs.
type Results struct {
	byNode map[string]outcome
	notes  []Reason
}

// NewResults gathers run results. The newest result of a node counts, whatever
// the order of the files; of two equally new ones that of the later file.
func NewResults(files ...*manifest.RunResults) *Results {
	r := &Results{byNode: map[string]outcome{}}
	for _, f := range files {
		if !counted[f.Command] {
			command := f.Command
			if command == "" {
				command = "an unknown command"
			}
			r.notes = append(r.notes, Reason{ID: ReasonNotCounted, File: f.Path,
				Message: fmt.Sprintf("results of %s do not count: it may not have run anything", command),
				Hint:    "give the run_results.json of dbt build, run, test, seed, snapshot or retry"})
			continue
		}
		generated := f.Metadata.GeneratedTime()
		for _, res := range f.Results {
			at := res.CompletedAt()
			if at.IsZero() {
				at = generated
			}
			if old, ok := r.byNode[res.UniqueID]; ok && old.at.After(at) {
				continue
			}
			r.byNode[res.UniqueID] = outcome{Result: res, at: at, file: f.Path, invocation: f.Metadata.InvocationID, partial: f.Partial}
		}
	}
	return r
}

// Check decides for the model with this unique id. It looks at the model and
// at every model, snapshot and seed that it is made from.
func (g Gate) Check(m *manifest.Manifest, results *Results, node string, now time.Time) Verdict {
	v := Verdict{Node: node, Notes: append([]Reason(nil), results.notes...)}
	if m.Node(node) == nil {
		v.Reasons = append(v.Reasons, Reason{ID: ReasonUnknownNode, Node: node,
			Message: fmt.Sprintf("%s is not in the manifest, or is disabled", node)})
		return v
	}
	c := gateCheck{gate: g, manifest: m, results: results, now: now, verdict: &v}
	ancestors := Ancestors(m, node)
	inside := make(map[string]bool, len(ancestors))
	for _, id := range ancestors {
		inside[id] = true
	}
	for _, id := range ancestors {
		c.node(m.Node(id))
	}
	for _, t := range m.Tests {
		if t.Severity == "WARN" || !guards(t, inside) {
			continue
		}
		c.test(t, inside)
	}
	byNode := func(rs []Reason) {
		sort.SliceStable(rs, func(i, j int) bool {
			if rs[i].Node != rs[j].Node {
				return rs[i].Node < rs[j].Node
			}
			return rs[i].ID < rs[j].ID
		})
	}
	byNode(v.Reasons)
	byNode(v.Notes)
	return v
}

// Ancestors returns the unique ids of the models, snapshots and seeds that a
// node is made from, itself included, sorted.
func Ancestors(m *manifest.Manifest, node string) []string {
	seen := map[string]bool{}
	var out []string
	queue := []string{node}
	for len(queue) > 0 {
		id := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		n := m.Node(id)
		if n == nil {
			continue
		}
		switch n.Kind {
		case manifest.KindModel, manifest.KindSnapshot, manifest.KindSeed:
			out = append(out, id)
			queue = append(queue, n.DependsOn...)
		}
	}
	sort.Strings(out)
	return out
}

// guards reports whether a test says something about the ancestors: it is
// attached to one of them, or it is a singular test that reads one.
func guards(t *manifest.Test, inside map[string]bool) bool {
	if t.Attached != "" {
		return inside[t.Attached]
	}
	for _, id := range t.DependsOn {
		if inside[id] {
			return true
		}
	}
	return false
}

type gateCheck struct {
	gate     Gate
	manifest *manifest.Manifest
	results  *Results
	now      time.Time
	verdict  *Verdict
}

func (c *gateCheck) hold(r Reason) { c.verdict.Reasons = append(c.verdict.Reasons, r) }

func (c *gateCheck) missing(id, what string) {
	r := Reason{ID: ReasonMissing, Node: id, Message: fmt.Sprintf("%s%s has no result", what, id),
		Hint: "run dbt build for it, or set gate.missing to allow"}
	if c.gate.AllowMissing {
		c.verdict.Notes = append(c.verdict.Notes, r)
		return
	}
	c.hold(r)
}

func (c *gateCheck) node(n *manifest.Node) {
	if n.Kind == manifest.KindModel && n.Materialized == "ephemeral" {
		return
	}
	o, ok := c.results.byNode[n.UniqueID]
	if !ok {
		c.missing(n.UniqueID, "")
		return
	}
	if o.at.After(c.verdict.Newest) {
		c.verdict.Newest = o.at
	}
	if !succeeded(o.Status) {
		c.hold(Reason{ID: ReasonFailed, Node: n.UniqueID, Status: o.Status, File: o.file, At: o.at,
			Message: fmt.Sprintf("%s ended with status %q", n.UniqueID, o.Status), Hint: "repair it and run dbt build or dbt retry"})
		return
	}
	if o.partial != "" {
		c.hold(Reason{ID: ReasonPartial, Node: n.UniqueID, Status: o.Status, File: o.file, At: o.at,
			Message: fmt.Sprintf("%s was built with %s: rows are left out", n.UniqueID, o.partial), Hint: "run dbt build without " + o.partial})
		return
	}
	c.age(n.UniqueID, o)
	if n.Kind != manifest.KindSeed {
		c.sql(n, o)
	}
}

// succeeded reports whether a status means that the relation is what its SQL
// says. "no-op" and "reused" are newer dbt's words for nothing to do.
func succeeded(status string) bool {
	return status == "success" || status == "no-op" || status == "reused"
}

func (c *gateCheck) age(id string, o outcome) {
	if c.gate.MaxAge <= 0 {
		return
	}
	if o.at.IsZero() {
		c.hold(Reason{ID: ReasonTooOld, Node: id, File: o.file, Status: o.Status,
			Message: fmt.Sprintf("nothing says when %s ran", id), Hint: "set gate.max_age to 0 to accept it"})
		return
	}
	if age := c.now.Sub(o.at); age > c.gate.MaxAge {
		c.hold(Reason{ID: ReasonTooOld, Node: id, Status: o.Status, File: o.file, At: o.at,
			Message: fmt.Sprintf("%s last ran %s ago, the gate allows %s", id, span(age), span(c.gate.MaxAge)),
			Hint:    "run dbt build again, or raise gate.max_age"})
	}
}

// span writes a time as people say it: "26 days", "30 h", "1 h 5 min".
func span(d time.Duration) string {
	switch d = d.Round(time.Minute); {
	case d > 48*time.Hour:
		return fmt.Sprintf("%d days", d.Round(24*time.Hour)/(24*time.Hour))
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d%time.Hour == 0 || d > 10*time.Hour:
		return fmt.Sprintf("%d h", d.Round(time.Hour)/time.Hour)
	}
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}

// sql checks that what ran is what the manifest describes. The same invocation
// wrote both; else the compiled code must agree.
func (c *gateCheck) sql(n *manifest.Node, o outcome) {
	if o.invocation != "" && o.invocation == c.manifest.Metadata.InvocationID {
		return
	}
	if o.CompiledCode == "" || n.Compiled == "" {
		c.verdict.Notes = append(c.verdict.Notes, Reason{ID: ReasonUnknownSQL, Node: n.UniqueID, File: o.file, At: o.at,
			Message: fmt.Sprintf("nothing says whether the SQL of %s that ran is the manifest's", n.UniqueID)})
		return
	}
	if strings.TrimSpace(o.CompiledCode) != strings.TrimSpace(n.Compiled) {
		c.hold(Reason{ID: ReasonOtherSQL, Node: n.UniqueID, File: o.file, At: o.at,
			Message: fmt.Sprintf("the SQL of %s that ran is not the manifest's", n.UniqueID),
			Hint:    "give the manifest.json of the run, or run dbt build again"})
	}
}

func (c *gateCheck) test(t *manifest.Test, inside map[string]bool) {
	o, ok := c.results.byNode[t.UniqueID]
	if !ok {
		c.missing(t.UniqueID, "test")
		return
	}
	switch o.Status {
	case "pass", "warn": // a test of severity error that only warns is below its error_if
	default:
		c.hold(Reason{ID: ReasonTestFailed, Node: t.UniqueID, Status: o.Status, File: o.file, At: o.at,
			Message: fmt.Sprintf("test %s ended with status %q", t.Name, o.Status), Hint: "repair the data, or lower the test's severity"})
		return
	}
	c.age(t.UniqueID, o)
	for _, id := range t.DependsOn {
		if !inside[id] {
			continue
		}
		if built, ok := c.results.byNode[id]; ok && succeeded(built.Status) && built.at.After(o.at) {
			c.hold(Reason{ID: ReasonTestStale, Node: t.UniqueID, Status: o.Status, File: o.file, At: o.at,
				Message: fmt.Sprintf("test %s ran before the last build of %s", t.Name, id), Hint: "run dbt test"})
			return
		}
	}
}
