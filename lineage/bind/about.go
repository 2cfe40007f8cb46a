package bind

// about is the table that DuckDB's DESCRIBE and SUMMARIZE give: one row for each
// column of t, with its name and type, and with figures about its values.
func (b *binder) about(what string, t *table) *table {
	names := []string{"column_name", "column_type", "null", "key", "default", "extra"}
	out := &table{uses: t.uses}
	var all value
	if what == "SUMMARIZE" {
		names = []string{"column_name", "column_type", "min", "max", "approx_unique", "avg", "std", "q25", "q50", "q75", "count", "null_percentage"}
		all = b.derive(Aggregate, nil, b.tableValue(t))
	}
	for i, name := range names {
		v := value{typ: basic(String)}
		if i > 1 {
			v = all
			switch name {
			case "approx_unique", "count":
				v.typ = basic(Int64)
			case "null_percentage":
				v.typ = basic(Numeric)
			default:
				v.typ = basic(String)
			}
		}
		out.cols = append(out.cols, newColumn(name, v))
	}
	return out
}
