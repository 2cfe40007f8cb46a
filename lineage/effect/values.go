package effect

import (
	"fmt"
	"slices"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/lineage/syntax"
	"impact/manifest"
)

// values reports columns whose values change.
func (a *analysis) values() {
	g := a.g
	for _, r := range g.Order() {
		rel := g.Relation(r)
		if r == a.q.Relation || rel.Kind != lineage.Model && rel.Kind != lineage.Snapshot {
			continue
		}
		var cols []string
		var first lineage.ColID = lineage.None
		conf := bind.Exact
		for _, c := range a.byRel[r] {
			col := &g.Columns[c]
			if col.Path != "" || col.Name == "*" || a.loss.Has(r, col.Name) {
				continue
			}
			if first == lineage.None {
				first = c
			}
			cols = append(cols, col.Name)
			conf = max(conf, a.worst(c))
		}
		if len(cols) == 0 {
			continue
		}
		a.add(Finding{
			Rule: RuleModelValue, Severity: Value, Subject: a.subject(r), Columns: cols, Confidence: conf.String(),
			Message: fmt.Sprintf("%s of %s %s", list(cols), rel.Name, plural(len(cols), "changes", "change")),
			Path:    a.pathTo(first), At: lastPlace(a.pathTo(first)), Owner: a.owner(r),
		})
	}
}

// rowsDepend reports relations whose rows the column decides about.
func (a *analysis) rowsDepend() {
	g := a.g
	for _, r := range g.Order() {
		rel := g.Relation(r)
		if rel.Kind == lineage.Exposure || rel.Kind == lineage.Table {
			continue
		}
		a.rowsOf(r)
	}
}

func (a *analysis) rowsOf(r lineage.RelID) {
	g := a.g
	rel := g.Relation(r)
	var vias []string
	var at *Place
	var path []Step
	conf := bind.Exact
	via := func(v string) {
		if !slices.Contains(vias, v) {
			vias = append(vias, v)
		}
	}
	for _, u := range g.Uses(r) {
		if !u.Rows || !a.reach.Has(u.Col) {
			continue
		}
		via(u.Via.String())
		conf = max(conf, u.Confidence)
		if at == nil {
			end := u.Pos + syntax.Pos(len(g.Columns[u.Col].Name))
			at = a.place(r, syntax.Span{Pos: u.Pos, End: end})
			path = append(a.pathTo(u.Col), a.step(r, "", u.Via.String(), at))
		}
	}
	if rel.Node != nil && (rel.Kind == lineage.Model || rel.Kind == lineage.Snapshot) {
		for _, key := range rowKeys(rel.Node, g.Outputs(r)) {
			c, ok := g.Column(r, key)
			if !ok || !a.reach.Has(c) || a.loss.Has(r, key) {
				continue
			}
			via("config")
			if path == nil {
				path = a.pathTo(c)
			}
		}
	}
	if len(vias) == 0 {
		return
	}
	a.rows[r] = true
	a.add(Finding{
		Rule: RuleModelRows, Severity: Rows, Subject: a.subject(r), Confidence: conf.String(), At: at, Path: path, Owner: a.owner(r),
		Message: fmt.Sprintf("the rows of %s depend on it (%s)", rel.Name, strings.Join(vias, ", ")),
	})
}

// rowKeys are the columns by whose values dbt itself decides about rows.
func rowKeys(n *manifest.Node, outputs []string) []string {
	var out []string
	if n.Kind == manifest.KindSnapshot {
		out = append(out, n.Config.UniqueKey...)
		out = append(out, manifest.Identifiers(n.Config.UpdatedAt)...)
		for _, c := range n.Config.CheckCols {
			if c == "all" {
				return append(out, outputs...)
			}
		}
		return append(out, n.Config.CheckCols...)
	}
	if n.Materialized == "incremental" {
		out = append(out, n.Config.UniqueKey...)
		out = append(out, n.Config.EventTime)
	}
	return out
}

// mostRows is how many relations are named as the reason why rows change.
const mostRows = 4

// rowsBehind are the first relations, in the order of the graph, from which r is
// made and whose rows depend on the column.
func (a *analysis) rowsBehind(r lineage.RelID) []lineage.RelID {
	if a.rowsOver == nil {
		a.rowsOver = map[lineage.RelID][]lineage.RelID{}
		for _, from := range a.g.Order() {
			if !a.rows[from] {
				continue
			}
			for _, d := range a.g.Descendants(from) {
				if len(a.rowsOver[d]) < mostRows {
					a.rowsOver[d] = append(a.rowsOver[d], from)
				}
			}
		}
	}
	return a.rowsOver[r]
}
