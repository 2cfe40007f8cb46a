package destination

import "impact/manifest"

// A ColumnRef is a model column that an exposure says it uses.
type ColumnRef struct {
	Column   string
	DataType string // "" if not stated
	Node     string // as written: "ref('jobs')"; "" if not stated
	// Model is the unique id that Node means among what the exposure depends
	// on. Without Node it is the only dependency. It is "" where that is not
	// clear: the column may then belong to any of them.
	Model string
}

// ReferencedColumns returns what Elementary's meta.referenced_columns says of an
// exposure (https://docs.elementary-data.com, "exposures"), in the order of the
// file. Entries without a column name are left out: the convention is not ours
// to enforce.
func ReferencedColumns(e *manifest.Exposure) []ColumnRef {
	list := e.Meta.Get("referenced_columns")
	if list.IsNull() {
		list = e.ConfigMeta.Get("referenced_columns")
	}
	var out []ColumnRef
	for _, item := range list.Items() {
		column, _ := item.Get("column_name").Text()
		if column == "" {
			continue
		}
		r := ColumnRef{Column: column}
		r.DataType, _ = item.Get("data_type").Text()
		r.Node, _ = item.Get("node").Text()
		r.Model = referencedModel(r.Node, e.DependsOn)
		out = append(out, r)
	}
	return out
}

// referencedModel finds the one unique id that node means.
func referencedModel(node string, dependsOn []string) string {
	found := ""
	for _, id := range dependsOn {
		if nodeName(id) == "" || node != "" && !means(node, id) {
			continue
		}
		if found != "" {
			return ""
		}
		found = id
	}
	return found
}
