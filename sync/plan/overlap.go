package plan

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"impact/lineage/destination"
)

// overlaps refuses two loads that may own the same rows of a table, which two
// destinations may name. Scopes are disjoint if they give one column different
// values.
func (c *checker) overlaps() {
	for _, l := range c.group.Loads {
		others := append(append([]*destination.Load(nil), c.in.Loads...), c.in.Others...)
		for _, o := range others {
			if o.Name == l.Name() && o.Destination == l.Spec.Destination || l.Table == nil || !c.sameTable(l, o) {
				continue
			}
			same := *plainly(o, l.Table)
			// The one may name the database, or the destination, in another way.
			same.Table, same.Destination = l.Spec.Table, l.Spec.Destination
			l.Rivals = append(l.Rivals, o.Name)
			if !destination.Overlap(plainly(l.Spec, l.Table), &same) {
				continue
			}
			if o.Destination != l.Spec.Destination {
				refuse(l, ScopeOverlap, "", "let both loads name one destination, and give them scopes with different values of one column",
					"loads %s and %s may own the same rows of %s: destinations %s and %s are the same database",
					l.Name(), o.Name, l.Spec.Table, l.Spec.Destination, o.Destination)
				continue
			}
			refuse(l, ScopeOverlap, "", "give both loads a scope with different values of one column",
				"loads %s and %s may own the same rows of %s", l.Name(), o.Name, l.Spec.Table)
		}
	}
}

// sameTable reports whether another load writes the table of a load, if need be
// through another destination that leads to the same database.
func (c *checker) sameTable(l *Load, o *destination.Load) bool {
	if o.Destination == l.Spec.Destination {
		return c.schema.Table(o.Table) == l.Table
	}
	here, there := c.in.Addresses[l.Spec.Destination], c.in.Addresses[o.Destination]
	if !slices.ContainsFunc(here.Servers, func(s string) bool { return slices.Contains(there.Servers, s) }) {
		return false
	}
	database, table, ok := strings.Cut(o.Table, ".")
	if !ok {
		database, table = "", o.Table
	}
	if t := c.in.Schemas[o.Destination].Table(o.Table); t != nil {
		database, table = t.Database, t.Name
	}
	return equalFold(table, l.Table.Name) && equalFold(cmp.Or(database, there.Database), cmp.Or(l.Table.Database, here.Database))
}

// plainly returns a load with the constants of its scope that surely differ from
// others: in a column of numbers or times, '01' and '1' are the same, so only
// texts in the usual form count.
func plainly(l *destination.Load, t *destination.Table) *destination.Load {
	spec := *l
	spec.Scope = nil
	for _, s := range l.Scope {
		if col := t.Column(s.Column); s.Value.Kind == destination.String && col != nil && !isText(col.Type) && !usualForm.MatchString(s.Value.Text) {
			continue
		}
		spec.Scope = append(spec.Scope, s)
	}
	return &spec
}

// usualForm is that of whole numbers and days.
var usualForm = regexp.MustCompile(`^(0|-?[1-9][0-9]*|[0-9]{4}-[0-9]{2}-[0-9]{2})$`)

func isText(typ string) bool {
	base := BaseType(typ)
	for _, part := range []string{"char", "text", "enum", "binary", "blob", "clob"} {
		if strings.Contains(base, part) {
			return true
		}
	}
	return false
}
