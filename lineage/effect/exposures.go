package effect

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
)

// exposures reports uses of the data outside dbt that have no load.
func (a *analysis) exposures() {
	g := a.g
	for _, r := range g.Order() {
		rel := g.Relation(r)
		if rel.Kind != lineage.Exposure {
			continue
		}
		delivered := map[lineage.RelID]bool{}
		for _, l := range rel.Loads {
			delivered[g.ByID(l.Model)] = true
		}
		var cause lineage.RelID = lineage.None
		var lost []string
		rows := false
		for _, p := range rel.Parents {
			if delivered[p] {
				continue // its load says what happens
			}
			if a.holds(p) && cause == lineage.None {
				cause = p
			}
			for _, c := range a.loss.Columns(p) {
				if id, ok := g.Column(p, c); ok && a.reads(r, id) {
					lost = append(lost, g.Columns[id].String())
				}
			}
			rows = rows || len(a.rowsBehind(p)) > 0
		}
		sort.Strings(lost)
		lost = slices.Compact(lost)
		subject, owner := a.subject(r), a.owner(r)
		if cause != lineage.None {
			a.add(Finding{Rule: RuleExposureStale, Severity: Stale, Subject: subject, Confidence: bind.Exact.String(), Owner: owner,
				Message: fmt.Sprintf("%s stops updating: %s %s", rel.Name, g.Relation(cause).Name, a.whyHeld(cause)),
				Path:    append(a.stopPath(cause), a.step(r, "", "", nil))})
		}
		if len(lost) > 0 {
			a.add(Finding{Rule: RuleExposureColumnLost, Severity: Loss, Subject: subject, Columns: lost, Confidence: bind.Inferred.String(), Owner: owner,
				Message: fmt.Sprintf("%s may read %s, which is gone", rel.Name, strings.Join(lost, ", "))})
		}
		a.exposureValues(r, subject, owner, delivered)
		if rows && a.q.OnDrop != Fails {
			a.add(Finding{Rule: RuleExposureRows, Severity: Rows, Subject: subject, Confidence: bind.Inferred.String(), Owner: owner,
				Message: fmt.Sprintf("which rows %s sees depends on it", rel.Name)})
		}
	}
}

// reads reports whether an exposure reads a column.
func (a *analysis) reads(exposure lineage.RelID, c lineage.ColID) bool {
	for _, e := range a.g.Down(c) {
		if a.g.Columns[e.To].Rel == exposure {
			return true
		}
	}
	return false
}

func (a *analysis) exposureValues(r lineage.RelID, subject Subject, owner *Owner, delivered map[lineage.RelID]bool) {
	if a.q.OnDrop == Fails || len(a.byRel[r]) == 0 {
		return
	}
	g := a.g
	var cols []string
	var first lineage.ColID = lineage.None
	for _, c := range a.byRel[r] {
		for _, e := range g.Up(c) {
			from := &g.Columns[e.From]
			if delivered[from.Rel] || !a.reach.Has(e.From) || a.loss.Has(from.Rel, from.String()) || from.Name == "*" {
				continue
			}
			if first == lineage.None {
				first = e.From
			}
			cols = append(cols, from.String())
		}
	}
	if len(cols) == 0 {
		return
	}
	sort.Strings(cols)
	cols = slices.Compact(cols)
	a.add(Finding{
		Rule: RuleExposureValue, Severity: Value, Subject: subject, Columns: cols, Confidence: bind.Inferred.String(), Owner: owner,
		Message: fmt.Sprintf("%s reads %s, which %s", subject.Name, list(cols), plural(len(cols), "changes", "change")),
		Path:    append(a.pathTo(first), a.step(r, "", "direct", nil)),
	})
}
