package manifest

import (
	"cmp"
	"slices"
	"strings"
)

// test returns the data test that was read.
func (n *rawNode) test(warn *warnings) *Test {
	t := &Test{
		UniqueID:    n.UniqueID,
		Name:        n.Name,
		PackageName: n.PackageName,
		Path:        slashes(n.Path),
		ColumnName:  n.columnName,
		Attached:    n.attached,
		DependsOn:   n.DependsOn,
		Where:       n.config.where,
		Severity:    strings.ToUpper(first(n.config.severity, "ERROR")),
		RawCode:     first(n.rawCode, n.rawSQL),
		Compiled:    first(n.compiledCode, n.compiledSQL),
		Tags:        union(n.tags, n.config.tags),
	}
	md := resource{Value: n.testMetadata, id: n.UniqueID, warn: warn}
	if md.Kind() != ValueObject {
		return t
	}
	t.Generic = true
	t.TestName = md.text("name")
	if t.Namespace = md.text("namespace"); t.Namespace == "dbt" {
		t.Namespace = ""
	}
	for name, value := range md.Get("kwargs").Members() {
		switch name {
		case "column_name":
			if text, ok := value.scalar(); ok && t.ColumnName == "" {
				t.ColumnName = text
			}
		case "model":
			t.modelText, _ = value.Text()
		default:
			t.Arguments = append(t.Arguments, Argument{name, value})
		}
	}
	slices.SortFunc(t.Arguments, func(a, b Argument) int { return cmp.Compare(a.Name, b.Name) })
	return t
}
