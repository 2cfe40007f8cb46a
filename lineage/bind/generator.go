package bind

import (
	"slices"
	"strconv"

	"impact/lineage/syntax"
)

// generated are the columns of one of Spark's functions that make several columns
// or rows of one: explode, posexplode, inline, stack, json_tuple and
// variant_explode. It reports false for any other call. The open part stands for
// fields that are not known.
func (b *binder) generated(c *syntax.Call, sc *scope) ([]column, []open, bool) {
	if !b.traits.generators || len(c.Name) != 1 || c.Receiver != nil || len(c.Args) == 0 {
		return nil, nil, false
	}
	var buf [64]byte
	name := string(functionKey(buf[:0], c))
	switch name {
	case "explode", "explode_outer", "posexplode", "posexplode_outer":
		v := b.expr(c.Args[0], sc)
		sc.uses.add(Join, b.length(v))
		var cols []column
		if name[0] == 'p' {
			cols = append(cols, newColumn("pos", b.derive(Transform, basic(Int64), v)))
		}
		if v.typ != nil && v.typ.Kind == Map || isMapCall(c.Args[0]) {
			return append(cols, b.entries(v)...), nil, true
		}
		return append(cols, newColumn("col", b.element(v))), nil, true
	case "inline", "inline_outer":
		v := b.expr(c.Args[0], sc)
		sc.uses.add(Join, b.length(v))
		cols, opens := b.valueColumns(b.element(v), "")
		if len(cols) == 0 && len(opens) == 0 {
			opens = []open{{input: -1, val: b.derive(Transform, nil, v)}}
		}
		return slices.Clone(cols), opens, true
	case "stack":
		return b.stacked(c, sc)
	case "json_tuple":
		v := b.expr(c.Args[0], sc)
		var cols []column
		for i := range c.Args[1:] {
			cols = append(cols, newColumn("c"+strconv.Itoa(i), b.derive(Transform, basic(String), v, b.expr(c.Args[i+1], sc))))
		}
		return cols, nil, len(cols) > 0
	case "variant_explode", "variant_explode_outer":
		v := b.expr(c.Args[0], sc)
		sc.uses.add(Join, b.length(v))
		return []column{
			newColumn("pos", b.derive(Transform, basic(Int64), v)),
			newColumn("key", b.derive(Transform, basic(String), v)),
			newColumn("value", b.derive(Transform, basic(JSON), v)),
		}, nil, true
	}
	return nil, nil, false
}

// stacked are the columns of stack(n, a, b, c, …): the values in n rows.
func (b *binder) stacked(c *syntax.Call, sc *scope) ([]column, []open, bool) {
	n, ok := ordinal(c.Args[0])
	if !ok || n < 1 || len(c.Args) < 2 {
		return nil, nil, false
	}
	n = min(n, len(c.Args)-1) // more rows than values are empty ones
	width := (len(c.Args) - 1 + n - 1) / n
	cols := make([]column, width)
	lists := make([][]value, width)
	for i, x := range c.Args[1:] {
		lists[i%width] = append(lists[i%width], b.expr(x, sc))
	}
	for i := range cols {
		cols[i] = newColumn("col"+strconv.Itoa(i), b.mergeAll(lists[i]))
	}
	return cols, nil, true
}

// isMapCall reports whether an expression makes a map.
func isMapCall(x syntax.Expr) bool {
	c, ok := x.(*syntax.Call)
	if !ok || len(c.Name) != 1 {
		return false
	}
	id := &c.Name[0]
	return id.Is("map") || id.Is("map_from_arrays") || id.Is("map_from_entries") || id.Is("str_to_map") || id.Is("map_concat") ||
		id.Is("map_filter") || id.Is("transform_keys") || id.Is("transform_values")
}

// generator binds the items of a select list that stand for the columns of one
// generator, of which each alias in AS (a, b) has its own, and returns how many
// these are; 0 if the first is none.
func (l *list) generator(items []syntax.SelectItem) int {
	c, ok := items[0].X.(*syntax.Call)
	if !ok || c.Over != nil {
		return 0
	}
	cols, opens, ok := l.b.generated(c, l.sc)
	if !ok {
		return 0
	}
	n := 1
	for n < len(items) && items[n].X == items[0].X {
		n++
	}
	named := items[0].Alias.Name != ""
	if named && n == 1 && len(cols)+len(opens) != 1 {
		l.b.note(CodeColumnCount, items[0].Span, "%s gives %d columns and has one name", c.Name[0].Name, len(cols))
	}
	for i := range max(len(cols), n) {
		var col column
		switch {
		case i < len(cols):
			col = cols[i]
		case len(opens) > 0 && named:
			col.val = l.b.derive(Transform, nil, opens[0].val)
		default:
			continue
		}
		col.span = items[0].Span
		if named && i < n {
			a := &items[i].Alias
			col.name, col.hash = a.Name, a.Hash
		}
		l.cols = append(l.cols, col)
	}
	if !named {
		for _, o := range opens {
			o.at = len(l.cols)
			l.opens = append(l.opens, o)
		}
	}
	return n
}
