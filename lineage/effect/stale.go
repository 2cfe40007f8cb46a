package effect

import (
	"fmt"
	"slices"

	"impact/lineage"
	"impact/lineage/bind"
)

// A stop is why a relation is not updated, or what is behind it is not.
type stop struct {
	broken   bool // its SQL, configuration or contract fails
	untested bool // one of its unit tests fails, so it is not built
	// blocking says that a data test of severity error fails: the relation is
	// built, but dbt build skips what is behind it.
	blocking bool
	// behind is a parent that is not updated itself, or blocks; None if there
	// is none.
	behind lineage.RelID
	// path leads from the changed column to what fails here, nil if nothing
	// does.
	path []Step
}

// stopAt is the stop of a relation, entered at its first mention.
func (a *analysis) stopAt(r lineage.RelID) *stop {
	s := a.stops[r]
	if s == nil {
		s = &stop{behind: lineage.None}
		a.stops[r] = s
	}
	return s
}

// breaks enters that a relation fails, and the way to the reason.
func (a *analysis) breaks(r lineage.RelID, path []Step) {
	s := a.stopAt(r)
	s.broken = true
	if s.path == nil {
		s.path = path
	}
}

// broken reports whether a relation fails.
func (a *analysis) broken(r lineage.RelID) bool {
	s := a.stops[r]
	return s != nil && s.broken
}

// stale reports whether a relation is not updated.
func (a *analysis) stale(r lineage.RelID) bool {
	s := a.stops[r]
	return s != nil && (s.broken || s.untested || s.behind != lineage.None)
}

// holds reports whether a relation keeps what is behind it from being updated.
func (a *analysis) holds(r lineage.RelID) bool {
	s := a.stops[r]
	return s != nil && (a.stale(r) || s.blocking)
}

// inherit enters the parent because of which a relation is not updated: one that
// fails rather than one that only waits.
func (a *analysis) inherit(r lineage.RelID) {
	var cause lineage.RelID = lineage.None
	for _, p := range a.g.Relation(r).Parents {
		switch s := a.stops[p]; {
		case !a.holds(p):
		case s.broken || s.blocking:
			a.stopAt(r).behind = p
			return
		case cause == lineage.None:
			cause = p
		}
	}
	if cause != lineage.None {
		a.stopAt(r).behind = cause
	}
}

// staleModel reports a model that works but is not built.
func (a *analysis) staleModel(r lineage.RelID) {
	if !a.stale(r) || a.broken(r) {
		return
	}
	name, s := a.g.Relation(r).Name, a.stops[r]
	msg := name + " is not built because one of its unit tests fails"
	if s.behind != lineage.None {
		cause := a.g.Relation(s.behind).Name
		msg = fmt.Sprintf("%s is not built because %s is not", name, cause)
		if c := a.stops[s.behind]; c.blocking && !c.broken {
			msg = fmt.Sprintf("%s is not built because a test of %s fails", name, cause)
		}
	}
	a.add(Finding{Rule: RuleModelStale, Severity: Stale, Subject: a.subject(r), Confidence: bind.Exact.String(), Message: msg, Owner: a.owner(r)})
}

// frozen follows a table that is no longer refreshed.
func (a *analysis) frozen() {
	src := a.g.Relation(a.q.Relation)
	a.breaks(a.q.Relation, []Step{a.start()})
	a.add(Finding{
		Rule: RuleSourceFrozen, Severity: Stale, Subject: a.subject(a.q.Relation), Confidence: bind.Exact.String(),
		Message: fmt.Sprintf("the transfer of %s fails, and the table freezes", src.Name), Owner: a.owner(a.q.Relation),
	})
	for _, r := range a.g.Descendants(a.q.Relation) {
		rel := a.g.Relation(r)
		if r != a.q.Relation && (rel.Kind == lineage.Model || rel.Kind == lineage.Snapshot) {
			a.inherit(r)
			a.add(Finding{Rule: RuleModelStale, Severity: Stale, Subject: a.subject(r), Confidence: bind.Exact.String(),
				Message: fmt.Sprintf("%s is built from a table that no longer changes", rel.Name), Owner: a.owner(r)})
		}
	}
}

// whyHeld says why what is behind a relation is not updated.
func (a *analysis) whyHeld(r lineage.RelID) string {
	if a.stale(r) {
		return "is not built"
	}
	return "fails a test"
}

// stopPath leads from the changed column to what fails, and from there over the
// relations that wait for it to r.
func (a *analysis) stopPath(r lineage.RelID) []Step {
	var waiting []Step
	for s := a.stops[r]; s != nil && s.path == nil && s.behind != lineage.None; s = a.stops[r] {
		waiting = append(waiting, a.step(r, "", "", nil))
		r = s.behind
	}
	path := []Step{a.start()}
	if s := a.stops[r]; s != nil && s.path != nil {
		path = slices.Clone(s.path)
	}
	if path[len(path)-1].ID != a.g.Relation(r).UniqueID {
		path = append(path, a.step(r, "", "", nil))
	}
	slices.Reverse(waiting)
	return append(path, waiting...)
}
