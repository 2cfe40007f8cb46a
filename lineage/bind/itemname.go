package bind

import (
	"strconv"
	"strings"

	"impact/lineage/syntax"
)

// implicitName names a column that has no alias, as its dialect does.
func (b *binder) implicitName(it *syntax.SelectItem, v value, unnamed *int, sc *scope) column {
	x := it.X
	if b.dialect.NameByFunction {
		id, name, _ := b.figured(x)
		if id != nil {
			return identColumn(id, v)
		}
		return newColumn(name, v)
	}
	if id := nameOf(x); id != nil && !b.bareCall(x, id, sc) {
		return identColumn(id, v)
	}
	if b.dialect.NameByText {
		if lent := b.lentByCast(x, sc); lent != nil {
			return identColumn(nameOf(lent), v)
		}
		if name := b.styled(x, sc); name != "" {
			return newColumn(name, v)
		}
		if lit, ok := x.(*syntax.Literal); ok && lit.Kind == syntax.StringLiteral && b.dialect.PipesAsOr {
			if text := strings.TrimLeft(lit.Text, " "); text != "" { // MySQL's 'x' is called x
				return newColumn(text, v)
			}
		}
		span := it.Span
		if span.End == 0 {
			span = x.Extent()
		}
		return newColumn(b.dialect.ColumnText(b.file.Src[span.Pos:span.End]), v)
	}
	name := "f" + strconv.Itoa(*unnamed) + "_"
	switch {
	case b.traits.nameByPosition:
		name = "_col" + strconv.Itoa(*unnamed)
	case b.traits.nameless != "":
		name = b.traits.nameless
	}
	*unnamed++
	c := newColumn(name, v)
	c.unnamed = true
	return c
}

// bareCall reports whether a name is a function that is called without
// parentheses and whose column has another name.
func (b *binder) bareCall(x syntax.Expr, id *syntax.Ident, sc *scope) bool {
	p, ok := x.(*syntax.Path)
	if !ok || b.traits.items == nil || len(p.Parts) > 1 || id.Quoted || sc == nil {
		return false
	}
	_, ok = b.traits.items.bareCalls[string(lower(nil, id.Name))]
	return ok && (sc.names == nil || b.findColumn(sc.names.cols, id) == nil)
}

// nameOf is the identifier that an expression lends to its column.
func nameOf(x syntax.Expr) *syntax.Ident {
	switch e := x.(type) {
	case *syntax.Path:
		return &e.Parts[len(e.Parts)-1]
	case *syntax.FieldAccess:
		return &e.Name
	case *syntax.SemiAccess:
		if n := len(e.Names); n > 0 {
			return &e.Names[n-1]
		}
	}
	return nil
}

// noName is what PostgreSQL and its kin call a column without any name.
const noName = "?column?"

// figured is what PostgreSQL and its kin call a column without an alias: by an
// identifier in the expression or by a word for it. The name is weak if one
// further inside goes before it: max(x)::text is called max, '1'::text is text.
func (b *binder) figured(x syntax.Expr) (id *syntax.Ident, name string, weak bool) {
	if id := nameOf(x); id != nil {
		return id, "", false
	}
	switch e := x.(type) {
	case *syntax.Subscript: // tags[1] is called tags
		return b.figured(e.X)
	case *syntax.Cast:
		if id, name, weak := b.figured(e.X); !weak {
			return id, name, false
		}
		return nil, catalogType(e.Type), true
	case *syntax.Case:
		if e.Else != nil {
			if id, name, weak := b.figured(e.Else); !weak {
				return id, name, false
			}
		}
		return nil, "case", true
	case *syntax.Call:
		last := &e.Name[len(e.Name)-1]
		if last.Is("trim") {
			return nil, b.trimName(e), false // what TRIM stands for
		}
		return nil, string(lower(nil, last.Name)), false
	case *syntax.Extract:
		return nil, "extract", false
	case *syntax.Array:
		return nil, "array", false
	case *syntax.Struct:
		return nil, "row", false
	case *syntax.Binary:
		switch src := b.file.Src[e.X.Extent().End:e.Y.Extent().Pos]; {
		case e.Op == syntax.OpZone:
			return nil, "timezone", false
		case e.Op == syntax.OpTest && strings.EqualFold(strings.TrimSpace(src), "overlaps"):
			return nil, "overlaps", false
		}
	case *syntax.Interval:
		return nil, "interval", true
	case *syntax.Literal:
		if e.Type != nil {
			return nil, catalogType(e.Type), true
		}
	case *syntax.Subquery:
		return b.subqueryName(e)
	}
	return nil, noName, true
}

// subqueryName is what PostgreSQL calls a column that is a subquery: as that
// calls its own column.
func (b *binder) subqueryName(e *syntax.Subquery) (*syntax.Ident, string, bool) {
	switch e.Kind {
	case syntax.ExistsSubquery:
		return nil, "exists", false
	case syntax.ArraySubquery:
		return nil, "array", false
	}
	if s, ok := e.Query.Body.(*syntax.Select); ok && len(s.Items) > 0 && s.Items[0].X != nil {
		if it := &s.Items[0]; it.Alias.Name != "" {
			return &it.Alias, "", false
		}
		return b.figured(s.Items[0].X)
	}
	return nil, noName, true
}

// trimName is the function that TRIM stands for.
func (b *binder) trimName(e *syntax.Call) string {
	src := b.file.Src[e.Pos:e.End]
	if open := strings.IndexByte(src, '('); open >= 0 {
		switch word, _, _ := strings.Cut(strings.TrimLeft(src[open+1:], " \t\r\n"), " "); {
		case strings.EqualFold(word, "leading"):
			return "ltrim"
		case strings.EqualFold(word, "trailing"):
			return "rtrim"
		}
	}
	return "btrim"
}

// catalogType is a type's name in PostgreSQL's catalog, by which it calls a
// column that is nothing but a value of the type.
func catalogType(t *syntax.TypeName) string {
	for t.Elem != nil {
		t = t.Elem
	}
	name := string(lower(nil, t.Name))
	name = name[strings.LastIndexByte(name, '.')+1:]
	if own, ok := catalogTypes[name]; ok {
		return own
	}
	return name
}

var catalogTypes = map[string]string{
	"int": "int4", "integer": "int4", "bigint": "int8", "smallint": "int2", "real": "float4", "float": "float8",
	"double precision": "float8", "decimal": "numeric", "dec": "numeric", "boolean": "bool",
	"character varying": "varchar", "char varying": "varchar", "char": "bpchar", "character": "bpchar", "nchar": "bpchar", "national character": "bpchar", "national char": "bpchar",
	"bit varying": "varbit", "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp",
	"time with time zone": "timetz", "time without time zone": "time",
}
