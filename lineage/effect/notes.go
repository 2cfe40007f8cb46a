package effect

import (
	"fmt"
	"slices"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/manifest"
)

// notes reports what only mentions the column: documentation, the semantic
// layer, and that a standard field cannot be deleted at all.
func (a *analysis) notes() {
	if a.q.Standard {
		a.add(Finding{
			Rule: RuleStandardField, Severity: Note, Confidence: bind.Exact.String(),
			Subject: Subject{Kind: "field", ID: a.q.Target.Name + "." + a.q.Target.Column, Name: a.q.Target.Column},
			Message: fmt.Sprintf("%s is a standard field, which Salesforce does not delete: what can happen is that the integration user loses sight of it or that people stop filling it", a.q.Target.Column),
		})
	}
	if a.q.OnDrop == Removed {
		a.documented()
	}
	a.semantics()
}

// documented reports yml descriptions of columns that are gone.
func (a *analysis) documented() {
	for _, r := range a.g.Order() {
		rel := a.g.Relation(r)
		if rel.Node == nil || !a.loss.Any(r) {
			continue
		}
		for i := range rel.Node.Columns {
			c := rel.Node.Columns[i].Name
			if !a.loss.Has(r, c) {
				continue
			}
			file := rel.Node.PatchPath
			if file == "" {
				file = rel.Node.Path
			}
			subject := a.subject(r)
			subject.File = file
			id := a.add(Finding{
				Rule: RuleDocMentions, Severity: Note, Subject: subject, Columns: []string{c}, Confidence: bind.Exact.String(), Owner: a.owner(r),
				Message: fmt.Sprintf("%s describes %s of %s", file, c, rel.Name),
			})
			a.repair(Repair{Subject: subject, What: "take " + c + " out of " + file, Owner: a.owner(r), Findings: []string{id}})
		}
	}
}

// semantics reports measures, dimensions and entities that are made of a column
// that changes or goes, and the metrics over them.
func (a *analysis) semantics() {
	measures := map[string]bool{}
	models := map[string]bool{}
	for _, s := range a.g.Manifest().SemanticModels {
		r := a.g.ByID(s.Model)
		if r == lineage.None {
			continue
		}
		var touched []string
		for _, e := range s.Elements {
			if slices.ContainsFunc(manifest.Identifiers(e.Expression), func(c string) bool { return a.changes(r, c) }) {
				touched = append(touched, e.Role+" "+e.Name)
				if e.Role == "measure" {
					measures[e.Name] = true
				}
			}
		}
		if len(touched) == 0 {
			continue
		}
		models[s.UniqueID] = true
		a.add(Finding{
			Rule: RuleSemanticMentions, Severity: Note, Confidence: bind.Inferred.String(), Owner: a.owner(r),
			Subject: Subject{Kind: "semantic_model", ID: s.UniqueID, Name: s.Name, File: s.Path},
			Message: fmt.Sprintf("semantic model %s uses it: %s", s.Name, strings.Join(touched, ", ")),
		})
	}
	affected := map[string]bool{}
	metrics := a.g.Manifest().Metrics
	for changed := true; changed; { // metrics of metrics
		changed = false
		for _, m := range metrics {
			if affected[m.Name] || !a.metric(m, measures, affected) {
				continue
			}
			affected[m.Name] = true
			changed = true
		}
	}
	for _, m := range metrics {
		if affected[m.Name] {
			a.add(Finding{
				Rule: RuleMetricMentions, Severity: Note, Confidence: bind.Inferred.String(),
				Subject: Subject{Kind: "metric", ID: m.UniqueID, Name: m.Name, File: m.Path},
				Message: fmt.Sprintf("metric %s is computed from it", m.Name),
			})
		}
	}
}

func (a *analysis) metric(m *manifest.Metric, measures, affected map[string]bool) bool {
	if slices.ContainsFunc(m.Measures, func(n string) bool { return measures[n] }) ||
		slices.ContainsFunc(m.Metrics, func(n string) bool { return affected[n] }) {
		return true
	}
	r := a.g.ByID(m.Model)
	if r == lineage.None {
		return false
	}
	named := append(manifest.Identifiers(m.Expression), m.Timestamp)
	named = append(named, m.Dimensions...)
	return slices.ContainsFunc(named, func(c string) bool { return a.changes(r, c) })
}

// changes reports whether a column of a relation is gone or gets other values.
func (a *analysis) changes(r lineage.RelID, column string) bool {
	if column == "" {
		return false
	}
	if a.loss.Has(r, column) {
		return true
	}
	c, ok := a.g.Column(r, column)
	return ok && a.reach.Has(c)
}
