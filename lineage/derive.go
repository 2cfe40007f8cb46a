package lineage

import (
	"strings"

	"impact/lineage/bind"
	"impact/manifest"
)

// derive gives a relation the schema that its SQL makes.
func (b *builder) derive(r *Relation, res *bind.Result) {
	s := &bind.Relation{Name: r.UniqueID, ID: int(r.ID), Columns: make([]bind.Column, 0, len(res.Outputs))}
	for i := range res.Outputs {
		o := &res.Outputs[i]
		if o.Star {
			s.Open = true
			continue
		}
		if o.Name != "" {
			s.Columns = append(s.Columns, bind.NewColumn(o.Name, o.Type))
		}
	}
	if r.Kind == Snapshot {
		own := s.Columns
		for _, c := range snapshotColumns(r.Node) {
			t := c.typ
			if t == nil {
				t = typeOf(own, r.Node.Config.UpdatedAt)
			}
			s.Columns = append(s.Columns, bind.NewColumn(c.name, t))
		}
	}
	// A star over a table that nobody describes leaves columns unnamed; what a
	// catalog saw of the model itself then names them.
	if s.Open {
		for i := range r.schema.Columns {
			if c := r.schema.Columns[i]; !has(s.Columns, c.Name) {
				s.Columns = append(s.Columns, c)
			}
		}
	}
	r.schema = s
}

// typeOf is the type of the column of a name, nil if there is none.
func typeOf(cols []bind.Column, name string) *bind.Type {
	for i := range cols {
		if strings.EqualFold(cols[i].Name, name) {
			return cols[i].Type
		}
	}
	return nil
}

func has(cols []bind.Column, name string) bool {
	for i := range cols {
		if strings.EqualFold(cols[i].Name, name) {
			return true
		}
	}
	return false
}

// A metaColumn is a column that dbt adds to a snapshot.
type metaColumn struct {
	name string
	typ  *bind.Type // nil for that of updated_at
	from []string   // columns of the snapshot's query that it is made from
}

// snapshotColumns are the columns that dbt adds to the query of a snapshot
// (https://docs.getdbt.com/reference/resource-configs/snapshot_meta_column_names).
func snapshotColumns(n *manifest.Node) []metaColumn {
	name := func(std string) string {
		if other := n.Config.SnapshotMetaColumns[std]; other != "" {
			return other
		}
		return std
	}
	ts := bind.Basic(bind.Timestamp)
	updated := manifest.Identifiers(n.Config.UpdatedAt) // it may be an expression
	if len(updated) > 0 {
		ts = nil
	}
	key := append(append([]string(nil), n.Config.UniqueKey...), updated...)
	out := []metaColumn{
		{name("dbt_scd_id"), bind.Basic(bind.String), key},
		{name("dbt_updated_at"), ts, updated},
		{name("dbt_valid_from"), ts, updated},
		{name("dbt_valid_to"), ts, updated},
	}
	if n.Config.HardDeletes == "new_record" {
		out = append(out, metaColumn{name("dbt_is_deleted"), bind.Basic(bind.String), nil})
	}
	return out
}
