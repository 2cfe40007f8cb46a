package conformance

import (
	"slices"
	"strings"

	"impact/lineage/bind"
	"impact/lineage/conformance/oracle"
	"impact/lineage/syntax"
)

// paths is the sources with the fields inside, in lower case and in order. A
// struct is written as all its fields, so that a whole and the list of all its
// parts are one answer. Inside of JSON the analyzer knows no fields: they are left
// out.
func (c *Case) paths(list []oracle.Source) []string {
	dialect, _ := syntax.Lookup("bigquery")
	var out []string
	for _, s := range list {
		text := c.typeOf(s)
		if text == "JSON" {
			s.Path = ""
		}
		out = wholeOf(out, strings.ToLower(s.String()), within(bind.ParseType(text, dialect), s.Path))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// within is the type of a field inside of a type, nil if that is not known.
func within(t *bind.Type, path string) *bind.Type {
	for path != "" && t != nil {
		name, rest, _ := strings.Cut(path, ".")
		path = rest
		t = row(t)
		i := slices.IndexFunc(t.Fields, func(f bind.TypeField) bool { return strings.EqualFold(f.Name, name) })
		if i < 0 {
			return nil
		}
		t = t.Fields[i].Type
	}
	return t
}

// row is what an array holds, or the type itself.
func row(t *bind.Type) *bind.Type {
	for t.Kind == bind.ArrayType && t.Elem != nil {
		t = t.Elem
	}
	return t
}

// wholeOf adds a name with each field of its type.
func wholeOf(out []string, name string, t *bind.Type) []string {
	if t == nil || len(row(t).Fields) == 0 {
		return append(out, name)
	}
	for _, f := range row(t).Fields {
		out = wholeOf(out, name+"."+strings.ToLower(f.Name), f.Type)
	}
	return out
}
