package effect

import (
	"fmt"
	"slices"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// rebind binds a model again without what its parents have lost.
func (a *analysis) rebind(r lineage.RelID) {
	g := a.g
	rel := g.Relation(r)
	res, file := g.Rebind(r, &a.loss)
	// No outputs are no answer, unless the same SQL had some before: then a star
	// lost the only column that it passed on.
	if res == nil || len(res.Outputs) == 0 && len(g.Bind(r, file).Outputs) == 0 {
		if a.touchesWidened(r) {
			a.add(Finding{
				Rule: RuleModelUnread, Severity: Value, Subject: a.subject(r), Confidence: bind.Widened.String(),
				Message: fmt.Sprintf("%s may break: its SQL could not be read", rel.Name),
				Path:    a.pathTo(a.lostParent(r, "")),
				Owner:   a.owner(r),
			})
		}
		return
	}
	a.errors(r, res)
	before := g.Outputs(r)
	after := make(map[string]bool, len(res.Outputs))
	for i := range res.Outputs {
		after[strings.ToLower(res.Outputs[i].Name)] = true
	}
	added := map[string]bool{}
	if rel.Kind == lineage.Snapshot {
		for _, c := range lineage.SnapshotColumns(rel.Node) {
			added[strings.ToLower(c)] = true
		}
	}
	var lost []string
	for _, name := range before {
		key := strings.ToLower(name)
		if !after[key] && !added[key] && !a.open(res, name) {
			lost = append(lost, name)
			a.loss.Add(r, name)
		}
	}
	// Columns that only a child names, and that came through a star.
	if g.Open(r) {
		for _, c := range a.byRel[r] {
			col := &g.Columns[c]
			if !col.Known && col.Path == "" && col.Name != "*" && a.throughStar(c) {
				lost = append(lost, col.Name)
				a.loss.Add(r, col.Name)
			}
		}
	}
	lost = append(lost, a.lostFields(r, res)...)
	if len(lost) > 0 {
		a.lostColumns(r, lost)
	}
	if !a.broken(r) {
		a.elsewhere(r, g.Bind(r, file), res)
	}
}

// open reports whether an output star can still deliver a column.
func (a *analysis) open(res *bind.Result, name string) bool {
	for i := range res.Outputs {
		o := &res.Outputs[i]
		if !o.Star {
			continue
		}
		excluded := slices.ContainsFunc(o.Except, func(e string) bool { return strings.EqualFold(e, name) })
		dropped := false
		for _, s := range o.Sources {
			in := res.Inputs[res.Leaves[s.Leaf].Input]
			if slices.ContainsFunc(in.Dropped, func(d string) bool { return strings.EqualFold(d, name) }) {
				dropped = true
			}
		}
		if !excluded && !dropped {
			return true
		}
	}
	return false
}

// throughStar reports whether a column that nobody declares came only from
// columns that are gone.
func (a *analysis) throughStar(c lineage.ColID) bool {
	up := a.g.Up(c)
	if len(up) == 0 {
		return false
	}
	for _, e := range up {
		from := &a.g.Columns[e.From]
		if e.Via != lineage.Direct || e.Pos >= 0 || !a.loss.Has(from.Rel, from.String()) {
			return false
		}
	}
	return true
}

// lostFields enters the fields that struct columns no longer have, and returns
// them as "column.path".
func (a *analysis) lostFields(r lineage.RelID, res *bind.Result) []string {
	var lost []string
	for i := range res.Outputs {
		o := &res.Outputs[i]
		c, ok := a.g.Column(r, o.Name)
		if !ok {
			continue
		}
		for _, path := range missingFields(a.g.Columns[c].Type, o.Type) {
			lost = append(lost, a.g.Columns[c].Name+"."+path)
			a.loss.Add(r, lost[len(lost)-1])
		}
	}
	return lost
}

// missingFields are the paths of fields that a type had before and lacks now.
// What is not known of the type now may all be there.
func missingFields(before, after *bind.Type) []string {
	switch {
	case after == nil || before == after:
		return nil
	case after.Kind == bind.Unknown:
		return after.Dropped
	case before == nil || before.Kind != after.Kind:
		return nil
	case after.Kind == bind.ArrayType:
		return missingFields(before.Elem, after.Elem)
	case after.Kind != bind.StructType:
		return nil
	}
	var out []string
	for i := range before.Fields {
		f := &before.Fields[i]
		j := slices.IndexFunc(after.Fields, func(g bind.TypeField) bool { return strings.EqualFold(f.Name, g.Name) })
		if j < 0 {
			out = append(out, f.Name)
			continue
		}
		for _, path := range missingFields(f.Type, after.Fields[j].Type) {
			out = append(out, f.Name+"."+path)
		}
	}
	return out
}

// touchesWidened reports whether a relation without readable SQL reads something
// that the change reaches.
func (a *analysis) touchesWidened(r lineage.RelID) bool {
	return len(a.byRel[r]) > 0 || a.g.Touches(r, &a.loss)
}

// errors reports the places of a model that no longer resolve.
func (a *analysis) errors(r lineage.RelID, res *bind.Result) {
	g := a.g
	rel := g.Relation(r)
	for _, d := range newErrors(g.Diagnostics(r), res.Diagnostics) {
		rule, what := RuleModelUnresolved, fmt.Sprintf("replace %s in %s", d.Column, rel.Name)
		switch {
		case d.Code == bind.CodeOrdinal:
			what = "change the position in GROUP BY or ORDER BY of " + rel.Name
		case d.Code == bind.CodeNoColumns:
			what = "name the columns of " + rel.Name
		case d.Code == bind.CodeColumnCount:
			rule, what = RuleModelSetOperation, "give both sides of the set operation in "+rel.Name+" the same columns"
		case d.Clause != "":
			what = fmt.Sprintf("take %s out of %s in %s", d.Column, d.Clause, rel.Name)
		}
		f := Finding{
			Rule: rule, Severity: Break, Subject: a.subject(r), Confidence: bind.Exact.String(),
			Message: d.Message, At: a.place(r, d.Span), Owner: a.owner(r),
		}
		if d.Column != "" {
			f.Columns = []string{d.Column}
		}
		if path := a.pathTo(a.lostParent(r, d.Column)); path != nil {
			f.Path = append(path, a.step(r, "", "", f.At))
		}
		a.breaks(r, f.Path)
		id := a.add(f)
		if rel.Kind == lineage.Model || rel.Kind == lineage.Snapshot {
			a.repair(Repair{Subject: f.Subject, What: what, At: f.At, Owner: f.Owner, Findings: []string{id}})
		}
	}
}

// newErrors are the errors that were not there before.
func newErrors(before, after []bind.Diagnostic) []bind.Diagnostic {
	type key struct {
		code bind.Code
		pos  syntax.Pos
	}
	old := make(map[key]bool, len(before))
	for i := range before {
		if before[i].Error {
			old[key{before[i].Code, before[i].Span.Pos}] = true
		}
	}
	var out []bind.Diagnostic
	for i := range after {
		if d := &after[i]; d.Error && !old[key{d.Code, d.Span.Pos}] {
			out = append(out, *d)
		}
	}
	return out
}

// lostParent finds the lost column of a parent that a name meant; with an empty
// name, any lost column of a parent.
func (a *analysis) lostParent(r lineage.RelID, name string) lineage.ColID {
	for _, p := range a.g.Relation(r).Parents {
		for _, c := range a.loss.Columns(p) {
			if name != "" && !strings.EqualFold(c, name) && !strings.HasSuffix(c, "."+strings.ToLower(name)) {
				continue
			}
			if id, ok := a.g.Column(p, c); ok {
				return id
			}
		}
	}
	return lineage.None
}
