package bind

import (
	"slices"
	"strings"

	"impact/lineage/syntax"
)

// tableFunc binds a call of a table function.
func (b *binder) tableFunc(x *syntax.TableFunc, outer *scope, left *names) *names {
	if name := namedTable(x.Call); name != nil {
		return b.table(&syntax.Table{Span: x.Span, Name: name, Alias: x.Alias}, outer, left)
	}
	sc := lateral(outer, left)
	var t *table
	if len(x.ColumnDefs) == 0 {
		t = b.tableCall(x.Call, sc, nil)
	} else {
		t = b.definedCall(x.Call, sc)
		all := b.derive(Transform, nil, b.tableValue(t))
		t = &table{uses: t.uses}
		for i := range x.ColumnDefs {
			d := &x.ColumnDefs[i]
			v := all
			if v.typ = fromName(d.Type); d.Type == nil { // FOR ORDINALITY
				v.typ = basic(Int64)
			}
			t.cols = append(t.cols, identColumn(&d.Name, v))
		}
	}
	offset := x.WithOffset
	if offset != nil && offset.Name == "ordinality" { // a column of the same table
		t = &table{cols: append(slices.Clip(t.cols), identColumn(offset, value{typ: basic(Int64)})), opens: t.opens, uses: t.uses}
		offset = nil
	}
	outer.uses.child(t.uses)
	name := x.Call.Name[len(x.Call.Name)-1:]
	if b.traits.aliasIsTable && len(x.ColumnDefs) == 0 && x.WithOffset == nil && len(t.cols) == 1 && len(t.opens) == 0 && len(tableFunctions[strings.ToLower(name[0].Name)]) == 1 {
		return b.scalarFunc(t, x.Alias, &name[0])
	}
	n := b.aliased(t, x.Alias, name)
	if offset != nil {
		n = addColumn(n, offset, value{typ: basic(Int64)})
	}
	return n
}

// scalarFunc are the rows of a function that returns values: its alias, which
// names the column as well unless the function does, stands for the value.
func (b *binder) scalarFunc(t *table, alias *syntax.Alias, name *syntax.Ident) *names {
	col := t.cols[0]
	v := &rangeVar{name: name.Name, hash: name.Hash, isValue: true, scalar: true, val: col.val}
	old := col
	if alias != nil {
		v.name, v.hash = alias.Name.Name, alias.Name.Hash
		switch {
		case len(alias.Columns) > 0:
			col = identColumn(&alias.Columns[0], col.val)
		case syntax.EqualFold(col.name, name.Name):
			col = identColumn(&alias.Name, col.val)
		}
	}
	v.cols = []column{col}
	if b.traits.oldNames && col.name != old.name {
		old.hidden = true
		v.cols = append(v.cols, old)
	}
	return &names{cols: v.cols, vars: []*rangeVar{v}}
}

// isSeries reports whether a table function counts up from its first argument.
func isSeries(name string) bool {
	return name == "generate_series" || name == "range" || name == "sequence"
}

// seriesType is the type of what counts up from a value of a type.
func seriesType(first *Type) *Type {
	if first != nil && isTemporal(first.Kind) {
		return basic(Timestamp)
	}
	return first
}

// namedTable is the name in Snowflake's and Databricks' IDENTIFIER('a.b') and
// TABLE('a.b').
func namedTable(c *syntax.Call) []syntax.Ident {
	if len(c.Name) != 1 || len(c.Args) != 1 || !c.Name[0].Is("identifier") && !c.Name[0].Is("table") && !c.Name[0].Is("query_table") {
		return nil
	}
	return literalTable(c.Args[0])
}

// tableValue is everything a table holds.
func (b *binder) tableValue(t *table) value {
	sets := make([][]src, 0, len(t.cols)+len(t.opens))
	for i := range t.cols {
		sets = append(sets, b.flat(t.cols[i].val))
	}
	for _, o := range t.opens {
		sets = append(sets, b.openStar(o))
	}
	return value{srcs: b.unionAll(sets)}
}

// definedCall is everything that a function returns whose columns are listed
// behind it, or in its arguments, as one.
func (b *binder) definedCall(c *syntax.Call, sc *scope) *table {
	out := &table{uses: &uses{}}
	inner := *sc
	inner.uses = out.uses
	var all value
	for _, a := range c.Args {
		if n, ok := a.(*syntax.NamedArg); ok {
			a = n.Value
		}
		if _, ok := a.(*syntax.TableArg); ok {
			return b.tableCall(c, sc, nil)
		}
		all = b.derive(Transform, nil, all, b.expr(a, &inner))
	}
	out.uses.add(Join, b.flat(all)) // decides how many rows there are
	out.cols = []column{newColumn("", all)}
	return out
}

// lastName is the last part of a function's name, in lower case.
func lastName(c *syntax.Call) string { return string(lower(nil, c.Name[len(c.Name)-1].Name)) }

// tableCall is the table that a function returns. Functions of the script and
// those whose columns are known are followed; of any other, the columns of its
// table arguments pass through, and whatever else is asked of it comes from all
// its arguments.
func (b *binder) tableCall(c *syntax.Call, sc *scope, input *table) *table {
	if t := b.userTableFunc(c, sc, input); t != nil {
		return t
	}
	if t := b.specialCall(c, sc); t != nil && input == nil {
		return t
	}
	out := &table{uses: &uses{}}
	if b.traits.generators && input == nil {
		inner := *sc
		inner.uses = out.uses
		if cols, opens, ok := b.generated(c, &inner); ok {
			out.cols, out.opens = cols, opens
			return out
		}
	}
	var scalars []value
	if input != nil {
		out.cols, out.opens = input.cols, input.opens
		out.uses.child(input.uses)
	}
	tables := 0
	var first *Type
	for i, a := range c.Args {
		if n, ok := a.(*syntax.NamedArg); ok {
			a = n.Value
		}
		switch a := a.(type) {
		case *syntax.TableArg:
			if a.Kind != "TABLE" {
				continue
			}
			n := b.table(&syntax.Table{Span: a.Span, Name: a.Name}, &scope{parent: sc.parent, env: sc.env, uses: out.uses}, nil)
			out.cols = append(slices.Clip(out.cols), n.cols...)
			out.opens = append(slices.Clip(out.opens), n.opens...)
			tables++
		case *syntax.Subquery:
			if _, ok := tableFunctions[lastName(c)]; ok && a.Kind == syntax.ScalarSubquery { // one value, as OPENJSON is given
				scalars = append(scalars, b.expr(a, sc))
				continue
			}
			q := b.query(a.Query, sc, sc.env)
			out.uses.child(q.uses)
			out.cols = append(slices.Clip(out.cols), q.cols...)
			out.opens = append(slices.Clip(out.opens), q.opens...)
			tables++
		default:
			v := b.expr(a, sc)
			if i == 0 {
				first = v.typ
			}
			scalars = append(scalars, v)
		}
	}
	scalar := b.derive(Transform, nil, scalars...)
	if !b.traits.datePartLast {
		out.uses.add(Join, b.flat(scalar)) // decides how many rows there are
	}
	name := lastName(c)
	if cols, ok := tableFunctions[name]; ok && tables == 0 {
		for _, col := range cols {
			v := scalar
			v.typ = basic(col.kind)
			if isSeries(name) {
				v.typ = seriesType(first)
				if b.traits.seriesColumn != "" {
					col.name = b.traits.seriesColumn
				}
			}
			out.cols = append(out.cols, newColumn(col.name, v))
		}
		if scalar.srcs != nil && len(out.cols) == 0 {
			out.opens = append(out.opens, open{input: -1, val: scalar, name: name, at: len(out.cols)})
		}
		return out
	}
	all := b.derive(Transform, nil, scalar, b.tableValue(out))
	if len(all.srcs) > 0 {
		all.srcs = b.confide(Widened, all.srcs)
	}
	b.note(CodeWidened, c.Span, "the columns of table function %s are not known", name)
	out.opens = append(slices.Clip(out.opens), open{input: -1, val: all, at: len(out.cols)})
	return out
}
