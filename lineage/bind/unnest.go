package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// arrayPath binds FROM t, t.items: a path whose first part is a table to the left
// or of an outer query. It returns nil if the name is not one.
func (b *binder) arrayPath(x *syntax.Table, outer *scope, left *names) *names {
	if len(x.Name) < 2 || x.OneQuoted {
		return nil
	}
	first := &x.Name[0]
	for s := lateral(outer, left); s != nil; s = s.parent {
		if s.names == nil {
			continue
		}
		hit := b.findVar(s.names.vars, first) != nil
		if !hit {
			c := b.findColumn(s.names.cols, first)
			hit = c != nil && (c.val.shape != nil || c.val.typ != nil && c.val.typ.Kind == StructType)
		}
		if !hit {
			continue
		}
		p := &syntax.Path{Parts: x.Name}
		p.Span = x.Span
		arr := b.resolve(p, lateral(outer, left))
		outer.uses.add(Join, b.length(arr))
		name := x.Name[len(x.Name)-1]
		n := b.elements(arr, &name, x.Alias)
		return b.offset(n, x, &arr)
	}
	return nil
}

// offset adds the WITH OFFSET column of an array path.
func (b *binder) offset(n *names, x *syntax.Table, arr *value) *names {
	if x.WithOffset == nil {
		return n
	}
	var v value
	if arr != nil {
		v = b.derive(Transform, basic(Int64), *arr)
	}
	v.typ = basic(Int64)
	b.checkOffset(n, x.WithOffset)
	return addColumn(n, x.WithOffset, v)
}

// checkOffset reports an offset that has the name of its array's element.
func (b *binder) checkOffset(n *names, offset *syntax.Ident) {
	if b.traits.strictNames && b.findVar(n.vars, offset) != nil {
		b.fail(CodeDuplicateName, offset.Span, "FROM has two tables called %s", offset.Name)
	}
}

func addColumn(n *names, id *syntax.Ident, v value) *names {
	c := identColumn(id, v)
	out := *n
	out.cols = append(slices.Clip(n.cols), c)
	out.vars = append(slices.Clip(n.vars), &rangeVar{name: id.Name, hash: id.Hash, isValue: true, val: v, cols: []column{c}})
	return &out
}

// withColumn adds a column to the only table of n.
func withColumn(n *names, c column) *names {
	v := *n.vars[0]
	v.cols = append(slices.Clip(n.cols), c)
	v.isValue = false
	return &names{cols: v.cols, opens: n.opens, vars: []*rangeVar{&v}}
}

// elements are the rows of an array: one value each.
func (b *binder) elements(arr value, name *syntax.Ident, alias *syntax.Alias) *names {
	val := b.element(arr)
	v := &rangeVar{isValue: true, val: val}
	if name != nil {
		v.name, v.hash = name.Name, name.Hash
	}
	if alias != nil {
		v.name, v.hash = alias.Name.Name, alias.Name.Hash
		if len(alias.Columns) > 0 {
			// AS t(x): the alias names the row, the list its only column.
			v.isValue = false
			cols, opens := b.valueColumns(val, alias.Columns[0].Name)
			if len(cols) == 0 || len(alias.Columns) == 1 && (len(cols) > 1 || !known(val.typ) && val.shape == nil) {
				cols, opens = []column{identColumn(&alias.Columns[0], val)}, nil
			}
			t := b.renamed(&table{cols: cols, opens: opens}, alias.Columns)
			v.cols, v.opens = t.cols, t.opens
			return &names{cols: v.cols, opens: v.opens, vars: []*rangeVar{v}}
		}
	}
	cols, opens := b.valueColumns(val, v.name)
	if !known(arr.typ) && arr.shape == nil && len(arr.srcs) == 0 { // of a function, or not there
		cols, opens = nil, []open{{input: -1, val: val, name: v.name}}
	}
	if val.shape == nil && len(opens) == 1 {
		opens[0].nameless = alias == nil && b.traits.unnestColumn == ""
	}
	v.cols, v.opens = cols, opens
	b.elementFields(v)
	return &names{cols: v.cols, opens: v.opens, vars: []*rangeVar{v}}
}

// unnest binds UNNEST and its relatives.
func (b *binder) unnest(x *syntax.Unnest, outer *scope, left *names) *names {
	sc := lateral(outer, left)
	var arrays []value
	for i := range x.Arrays {
		arr := b.expr(x.Arrays[i].Value, sc)
		outer.uses.add(Join, b.length(arr)) // decides how many rows there are
		arrays = append(arrays, arr)
	}
	var n *names
	alias, offset := x.Alias, x.WithOffset
	if offset != nil && alias != nil {
		alias, offset = b.ordinality(alias, offset, arrays)
	}
	keyed := x.Keyed || len(arrays) == 1 && b.traits.generators && isMapCall(x.Arrays[0].Value)
	if alias != nil && len(alias.Columns) == 0 && b.traits.generators && !keyed && !(len(arrays) == 1 && arrays[0].typ != nil && arrays[0].typ.Kind == Map) {
		named := *alias // LATERAL VIEW explode(x) t: the column is t.col
		named.Columns = []syntax.Ident{{Name: b.traits.unnestColumn, Hash: syntax.Fold(b.traits.unnestColumn)}}
		if len(arrays) == 1 && !isList(arrays[0]) && x.WithOffset == nil {
			// A list has col, a map key and value: which it is is not known.
			v := b.derive(Transform, nil, arrays[0])
			t := &table{cols: []column{identColumn(&named.Columns[0], v), newColumn("key", v), newColumn("value", v)}}
			t.cols[1].hidden, t.cols[2].hidden = true, true
			return b.aliased(t, x.Alias, nil)
		}
		alias = &named
	}
	switch {
	case len(arrays) > 0 && (keyed || len(arrays) == 1 && arrays[0].typ != nil && arrays[0].typ.Kind == Map):
		n = b.aliased(&table{cols: b.entries(arrays[0])}, alias, nil)
	case len(arrays) == 1 && b.traits.unnestWhole:
		n = b.wholeElements(arrays[0], alias)
	case len(arrays) == 1 && x.Arrays[0].Alias.Name == "":
		if alias == nil && b.traits.unnestColumn != "" {
			id := syntax.Ident{Name: b.traits.unnestColumn, Hash: syntax.Fold(b.traits.unnestColumn)}
			n = b.elements(arrays[0], &id, nil)
		} else {
			n = b.elements(arrays[0], nil, alias)
		}
		if b.traits.aliasIsTable && alias != nil && len(alias.Columns) == 0 {
			n = b.scalarColumn(n, alias)
		}
	case b.traits.strictNames && len(arrays) > 0: // each is a table of its own
		for i := range arrays {
			f := &x.Arrays[i]
			name := &f.Alias
			if name.Name == "" {
				name = nameOf(f.Value)
			}
			if n != nil && name != nil && b.findVar(n.vars, name) != nil {
				b.fail(CodeDuplicateName, f.Value.Extent(), "FROM has two tables called %s", name.Name)
			}
			n = b.joinNames(n, b.elements(arrays[i], name, nil))
		}
	default:
		t := &table{}
		for i := range arrays {
			elem := b.element(arrays[i])
			f := &x.Arrays[i]
			switch {
			case f.Alias.Name != "":
				t.cols = append(t.cols, identColumn(&f.Alias, elem))
			case nameOf(f.Value) != nil:
				t.cols = append(t.cols, identColumn(nameOf(f.Value), elem))
			default:
				t.cols = append(t.cols, newColumn("", elem))
			}
		}
		n = b.aliased(t, alias, nil)
	}
	if offset != nil {
		b.checkOffset(n, offset)
		v := b.derive(Transform, basic(Int64), arrays...)
		if x.WithOffset.Name == "ordinality" && len(n.vars) == 1 {
			n = withColumn(n, identColumn(offset, v)) // a column of the same table
		} else {
			n = addColumn(n, offset, v)
		}
	}
	if x.Mode != nil {
		b.expr(x.Mode, sc)
	}
	return n
}

// wholeElements are the elements of an array as one column, be they structs: it
// has the name of the table if no list names it, and its old name as well.
func (b *binder) wholeElements(arr value, alias *syntax.Alias) *names {
	old := syntax.Ident{Name: b.traits.unnestColumn, Hash: syntax.Fold(b.traits.unnestColumn)}
	table, name := &old, &old
	if alias != nil {
		table, name = &alias.Name, &alias.Name
		if len(alias.Columns) > 0 {
			name = &alias.Columns[0]
		}
	}
	v := &rangeVar{name: table.Name, hash: table.Hash}
	v.cols = []column{identColumn(name, b.element(arr))}
	if alias != nil && len(alias.Columns) == 0 {
		v.cols = append(v.cols, identColumn(&old, v.cols[0].val))
		v.cols[1].hidden = true
	}
	return &names{cols: v.cols, vars: []*rangeVar{v}}
}

// entries are the columns of an unnested map.
func (b *binder) entries(m value) []column {
	k := b.derive(Transform, nil, m)
	v := k
	if m.typ != nil && m.typ.Kind == Map {
		v = b.derive(Transform, m.typ.Elem, m)
	}
	return []column{newColumn("key", k), newColumn("value", v)}
}

// ordinality gives the last name of an alias's list to the column of WITH
// ORDINALITY, if there is one more than the arrays have columns.
func (b *binder) ordinality(alias *syntax.Alias, offset *syntax.Ident, arrays []value) (*syntax.Alias, *syntax.Ident) {
	width := len(arrays)
	if len(arrays) == 1 {
		elem := b.element(arrays[0])
		switch {
		case arrays[0].typ != nil && arrays[0].typ.Kind == Map:
			width = 2
		case b.traits.aliasIsTable && isStruct(elem) && len(alias.Columns) > 2:
			cols, _ := b.valueColumns(elem, "")
			width = len(cols)
		}
	}
	if len(alias.Columns) != width+1 {
		return alias, offset
	}
	short := *alias
	short.Columns = alias.Columns[:width:width]
	return &short, &alias.Columns[width]
}

// scalarColumn lets a table alias of an unnested array name its only column too,
// as PostgreSQL and DuckDB do.
func (b *binder) scalarColumn(n *names, alias *syntax.Alias) *names {
	if len(n.cols) != 1 || n.cols[0].name != "" && n.cols[0].hash != alias.Name.Hash {
		return n
	}
	cols := slices.Clone(n.cols)
	cols[0].name, cols[0].hash = alias.Name.Name, alias.Name.Hash
	if b.traits.oldNames && b.traits.unnestColumn != "" {
		old := newColumn(b.traits.unnestColumn, cols[0].val)
		old.hidden = true
		cols = append(cols, old)
	}
	v := *n.vars[0]
	v.cols, v.scalar = cols, true
	return &names{cols: cols, opens: n.opens, vars: []*rangeVar{&v}}
}
