package effect

import (
	"fmt"
	"slices"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/manifest"
)

// lostColumns reports columns and fields that are gone without an error in the
// SQL, and what of the model's configuration names them.
func (a *analysis) lostColumns(r lineage.RelID, lost []string) {
	rel := a.g.Relation(r)
	f := Finding{
		Rule: RuleModelColumnLost, Severity: Loss, Subject: a.subject(r), Columns: lost, Confidence: bind.Exact.String(),
		Message: fmt.Sprintf("%s loses %s, which its SQL passes on without naming %s", rel.Name, strings.Join(lost, ", "), plural(len(lost), "it", "them")),
		Owner:   a.owner(r),
	}
	c, ok := a.g.Column(r, lost[0])
	if !ok { // a field that nobody asks for
		whole, _, _ := strings.Cut(lost[0], ".")
		c, ok = a.g.Column(r, whole)
	}
	if ok {
		f.Path = a.pathTo(c)
		f.Confidence = a.confidence(c)
		if n := len(f.Path); n > 0 {
			f.At = f.Path[n-1].At
		}
	}
	a.add(f)
	a.keysAndContract(r, lost, f.Path)
}

// keysAndContract reports what of a model's configuration and contract names
// lost columns.
func (a *analysis) keysAndContract(r lineage.RelID, lost []string, path []Step) {
	rel := a.g.Relation(r)
	if rel.Node == nil || rel.Kind != lineage.Model && rel.Kind != lineage.Snapshot {
		return
	}
	subject, owner := a.subject(r), a.owner(r)
	for _, key := range configKeys(rel.Node) {
		if !slices.ContainsFunc(lost, func(c string) bool { return strings.EqualFold(c, key.column) }) {
			continue
		}
		a.breaks(r, path)
		id := a.add(Finding{
			Rule: RuleConfig, Severity: Break, Subject: subject, Columns: []string{key.column}, Confidence: bind.Exact.String(),
			Message: fmt.Sprintf("%s of %s names %s, which is gone", key.name, rel.Name, key.column),
			Path:    path, Owner: owner,
		})
		a.repair(Repair{Subject: subject, What: fmt.Sprintf("take %s out of %s of %s", key.column, key.name, rel.Name), Owner: owner, Findings: []string{id}})
	}
	if rel.Node.Contract.Enforced {
		for i := range rel.Node.Columns {
			c := rel.Node.Columns[i].Name
			if !slices.ContainsFunc(lost, func(l string) bool { return strings.EqualFold(l, c) }) {
				continue
			}
			a.breaks(r, path)
			id := a.add(Finding{
				Rule: RuleContract, Severity: Break, Subject: subject, Columns: []string{c}, Confidence: bind.Exact.String(),
				Message: fmt.Sprintf("the contract of %s promises %s, which is gone", rel.Name, c),
				Path:    path, Owner: owner,
			})
			a.repair(Repair{Subject: subject, What: "take " + c + " out of the contract of " + rel.Name, Owner: owner, Findings: []string{id}})
		}
	}
}

// A configKey is a column that a model's configuration names.
type configKey struct{ name, column string }

// configKeys are the columns without which dbt cannot build a node.
func configKeys(n *manifest.Node) []configKey {
	var out []configKey
	add := func(name string, cols ...string) {
		for _, c := range cols {
			if c != "" && c != "all" {
				out = append(out, configKey{name, c})
			}
		}
	}
	add("unique_key", n.Config.UniqueKey...)
	add("updated_at", manifest.Identifiers(n.Config.UpdatedAt)...)
	add("check_cols", n.Config.CheckCols...)
	add("partition_by", n.Config.PartitionBy...)
	add("cluster_by", n.Config.ClusterBy...)
	add("merge_update_columns", n.Config.MergeUpdateColumns...)
	add("event_time", n.Config.EventTime)
	return out
}
