package conformance

import (
	"slices"
	"strings"

	"impact/lineage/conformance/oracle"
)

// columnNames is "table.column" of each source, without the fields inside and
// with the last part of the table only: sorted, free of duplicates.
func columnNames(list []oracle.Source) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, s.Table[strings.LastIndexByte(s.Table, '.')+1:]+"."+s.Column)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
