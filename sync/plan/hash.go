package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"impact/lineage/destination"
)

// digest hashes a value through its JSON form, in which maps are sorted.
func digest(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		// Only data of ours gets here: structs of strings, numbers and slices.
		b = []byte(err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])[:16]
}

// mappingHash covers what the load's block says about rows and columns. Where
// it stands in its file does not count, nor who owns it.
func mappingHash(l *Load) string {
	spec := *l.Spec
	spec.File, spec.Line, spec.Path, spec.Tags, spec.Full = "", 0, "", nil, false
	kinds := make([]string, len(l.Columns))
	for i := range l.Columns {
		kinds[i] = l.Columns[i].Kind.String()
	}
	return digest(struct {
		Spec  destination.Load
		Kinds []string
	}{spec, kinds})
}

// ddlHash covers the table, the parents of its lookups, and the tables whose
// foreign keys point to it.
func ddlHash(l *Load, schema *destination.Schema) string {
	var tables []destination.Table
	add := func(t *destination.Table) {
		if t == nil {
			return
		}
		c := *t
		c.Line, c.Comment = 0, ""
		c.Columns = append([]destination.Column(nil), t.Columns...)
		for i := range c.Columns {
			c.Columns[i].Line, c.Columns[i].Comment = 0, ""
		}
		c.ForeignKeys = append([]destination.ForeignKey(nil), t.ForeignKeys...)
		for i := range c.ForeignKeys {
			c.ForeignKeys[i].Line = 0
		}
		tables = append(tables, c)
	}
	add(l.Table)
	for _, lk := range l.Spec.Lookups {
		add(schema.Table(lk.Table))
	}
	if l.Table != nil {
		for _, t := range schema.Tables {
			for k := range t.ForeignKeys {
				if t != l.Table && referenced(schema, t, &t.ForeignKeys[k]) == l.Table {
					add(t)
					break
				}
			}
		}
	}
	return digest(tables)
}

// TableHash returns the hash over the tables that a load touches, as they are
// in schema: to be compared with [Load.DDL] right before the run.
func TableHash(l *Load, schema *destination.Schema) string {
	fresh := *l
	fresh.Table = schema.Table(l.Spec.Table)
	return ddlHash(&fresh, schema)
}

func (p *Plan) hash() string {
	type part struct {
		Name, Method, Mapping, DDL, Version string
		Create                              []string `json:",omitempty"`
		Rows                                int64    // where no version tells one delivery from another
	}
	var parts []part
	for _, g := range p.Groups {
		for _, l := range g.Loads {
			rows := int64(0)
			if l.Model.Version == "" {
				rows = l.Model.Rows
			}
			parts = append(parts, part{l.Spec.Destination + "/" + l.Name(), l.Method.String(), l.Mapping, l.DDL, versionRows(l.Model.Version), l.Create, rows})
		}
	}
	return digest(struct {
		Environment string `json:",omitempty"`
		Parts       []part
	}{p.Environment, parts})
}
