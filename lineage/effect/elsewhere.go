package effect

import (
	"fmt"
	"slices"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// elsewhere reports names that still resolve, but to other columns than in base,
// which is bound before the loss. A graph does not keep what it bound, which would take
// memory in every run: only models that lose something without breaking come
// here, at a fraction of a millisecond each.
func (a *analysis) elsewhere(r lineage.RelID, base, res *bind.Result) {
	a.usesElsewhere(r, base, res)
	type source struct{ rel, col string }
	sources := func(x *bind.Result, o *bind.Output) map[source]bool {
		m := make(map[source]bool, len(o.Sources))
		for _, s := range o.Sources {
			l := &x.Leaves[s.Leaf]
			m[source{x.Inputs[l.Input].Name, strings.ToLower(l.Column)}] = true
		}
		return m
	}
	old := make(map[string]*bind.Output, len(base.Outputs))
	for i := range base.Outputs {
		old[strings.ToLower(base.Outputs[i].Name)] = &base.Outputs[i]
	}
	for i := range res.Outputs {
		o := &res.Outputs[i]
		before := old[strings.ToLower(o.Name)]
		if before == nil || o.Star {
			continue
		}
		was := sources(base, before)
		for s := range sources(res, o) {
			if was[s] {
				continue
			}
			a.add(Finding{
				Rule: RuleModelElsewhere, Severity: Value, Subject: a.subject(r), Columns: []string{o.Name},
				Confidence: o.Confidence.String(), At: a.place(r, o.Span), Owner: a.owner(r),
				Message: fmt.Sprintf("%s would silently be made of another column", o.Name),
			})
			break
		}
	}
}

// usesElsewhere reports names in filters, joins and keys that still resolve, but
// to other columns.
func (a *analysis) usesElsewhere(r lineage.RelID, base, res *bind.Result) {
	type key struct {
		kind bind.UseKind
		pos  syntax.Pos
	}
	column := func(x *bind.Result, u *bind.Use) string {
		l := &x.Leaves[u.Leaf]
		return x.Inputs[l.Input].Name + "." + strings.ToLower(l.Column)
	}
	before := map[key][]string{} // a name in USING is a column of either side
	for i := range base.Uses {
		if u := &base.Uses[i]; u.Pos >= 0 {
			k := key{u.Kind, u.Pos}
			before[k] = append(before[k], column(base, u))
		}
	}
	for i := range res.Uses {
		u := &res.Uses[i]
		was, ok := before[key{u.Kind, u.Pos}]
		if !ok || slices.Contains(was, column(res, u)) {
			continue
		}
		l := &res.Leaves[u.Leaf]
		f := Finding{
			Rule: RuleModelElsewhere, Severity: Value, Subject: a.subject(r), Columns: []string{l.Column}, Confidence: u.Confidence.String(),
			At: a.place(r, syntax.Span{Pos: u.Pos, End: u.Pos + syntax.Pos(len(l.Column))}), Owner: a.owner(r),
			Message: fmt.Sprintf("%s in a %s would silently mean another column", l.Column, u.Kind),
		}
		id := a.add(f)
		a.repair(Repair{Subject: f.Subject, What: fmt.Sprintf("name the table of %s in %s", l.Column, a.g.Relation(r).Name), At: f.At, Owner: f.Owner, Findings: []string{id}})
	}
}
