package destination

import (
	"strings"

	"impact/manifest"
)

// contradictions finds what each key allows and all of them together do not.
func (d *decoder) contradictions(ls layers, l *Load) {
	d.setTwice(ls, l)
	d.keys(ls, l)
	del, stated := ls.get("delete")
	if stated && l.Mode != 0 && !l.Mode.Removes() {
		d.fail(del, "use mode: mirror, or leave delete out", "%s never removes rows", l.Mode)
	}
	if l.Delete.Soft != "" && l.Delete.Cascade {
		d.fail(del, "leave one of them out", "a soft delete leaves the row, so nothing cascades")
	}
}

// setter is one place that sets a destination column.
type setter struct {
	what string // "columns", "values" …
	f    field
	lit  *Literal
}

// setTwice refuses a destination column that is set in two places. Scope may
// repeat a column of values with the same constant, and may name a mapped
// column: then the run checks every row.
func (d *decoder) setTwice(ls layers, l *Load) {
	set := map[string]setter{}
	claim := func(column, what string, lit *Literal, path ...string) {
		f, _ := ls.get(path[0])
		for _, p := range path[1:] {
			f.path += "." + p
		}
		if column == "" {
			return
		}
		k := strings.ToLower(column)
		first, ok := set[k]
		switch {
		case !ok:
			set[k] = setter{what, f, lit}
		case what == "scope" && first.what == "columns":
		case what == "scope" && first.lit != nil && lit != nil:
			if *first.lit != *lit {
				d.fail(f, "give both the same constant", "column %q is %s in scope and %s in values", column, lit, first.lit)
			}
		default:
			d.fail(f, "keep one of them", "column %q is set by %s as well", column, first.what)
		}
	}
	list := false
	if f, ok := ls.get("columns"); ok {
		list = f.value.Kind() == manifest.ValueArray
	}
	for _, m := range l.Columns {
		if list {
			claim(m.Column, "columns", nil, "columns")
			continue
		}
		claim(m.Column, "columns", nil, "columns", m.Column)
	}
	for i := range l.Values {
		claim(l.Values[i].Column, "values", &l.Values[i].Value, "values", l.Values[i].Column)
	}
	for _, k := range l.Lookups {
		claim(k.Column, "lookup", nil, "lookup", k.Column)
	}
	claim(l.Stamp.Insert, "stamp.insert", nil, "stamp", "insert")
	claim(l.Stamp.Write, "stamp.write", nil, "stamp", "write")
	for i := range l.Scope {
		claim(l.Scope[i].Column, "scope", &l.Scope[i].Value, "scope", l.Scope[i].Column)
	}
	claim(l.Delete.Soft, "delete.soft", nil, "delete", "soft")
}

// keys checks that rows can be told apart by what the model delivers.
func (d *decoder) keys(ls layers, l *Load) {
	f, stated := ls.get("key")
	if !stated {
		needed := l.Mode == Mirror || l.Mode == Upsert || (l.Mode == Replace && l.Delete.Soft != "")
		if needed && l.Runner == RunnerImpact {
			d.fail(ls[0], "add key: the columns of a NOT NULL unique index of the table", "%s needs key", l.Mode)
		}
		return
	}
	fromModel := false
	for _, k := range l.Key {
		w, ok := l.write(k)
		switch {
		case !ok && l.AllColumns:
			fromModel = true
		case !ok:
			d.fail(f, "add it to columns", "key column %q is not mapped", k)
			fromModel = true
		case w.Origin == Stamped || w.Origin == SoftDelete:
			d.fail(f, "", "key column %q is a %s: it does not identify a row", k, strings.ReplaceAll(w.Origin.String(), "_", " "))
			fromModel = true
		case w.From != "":
			fromModel = true
		}
	}
	if len(l.Key) > 0 && !fromModel {
		d.fail(f, "add a column that comes from the model", "every key column is a constant: all rows would be one")
	}
	for _, c := range l.Scope {
		if c.Value.Kind == Null && contains(l.Key, c.Column) {
			d.fail(f, "", "key column %q is null in scope", c.Column)
		}
	}
}

func (l *Load) write(column string) (Write, bool) {
	for _, w := range l.writes(l.Columns) {
		if strings.EqualFold(w.Column, column) {
			return w, true
		}
	}
	return Write{}, false
}
