package bind

import (
	"slices"
	"strings"

	"impact/lineage/syntax"
)

// pivot binds PIVOT: the columns that neither an aggregate nor FOR names group
// the rows and stay; each value gets a column for each aggregate.
func (b *binder) pivot(x *syntax.Pivot, in *names, outer *scope) *names {
	sc := lateral(outer, in)
	saved := b.touched
	b.touched = make(map[*column]bool)
	var from [][]src
	for _, f := range x.For {
		from = append(from, b.flat(b.expr(f, sc)))
	}
	keys := b.unionAll(from)
	aggs := make([]value, len(x.Aggregates))
	for i := range x.Aggregates {
		if x.Aggregates[i].X != nil {
			aggs[i] = b.expr(x.Aggregates[i].X, sc)
		}
	}
	touched := b.touched
	b.touched = saved
	b.spend(columnWork * len(in.cols))

	outer.uses.add(Group, keys)
	t := &table{}
	if len(x.GroupBy) > 0 {
		for _, g := range x.GroupBy {
			v := b.expr(g, sc)
			outer.uses.add(Group, b.flat(v))
			if id := nameOf(g); id != nil {
				t.cols = append(t.cols, identColumn(id, v))
			}
		}
	} else {
		byHash := make(map[uint32][]*column, len(touched))
		for c := range touched {
			byHash[c.hash] = append(byHash[c.hash], c)
		}
		cols := slices.Clone(in.cols)
		t.opens = slices.Clone(in.opens)
		t.cols = without(cols, t.opens, func(i int) bool {
			c := &in.cols[i]
			return c.hidden || touched[c] || b.usedBy(c, byHash[c.hash])
		})
		for i := range t.cols {
			outer.uses.add(Group, b.flat(t.cols[i].val))
		}
		for i := range t.opens {
			o := &t.opens[i]
			o.except = b.appendMissing(o.except, b.namesOf(keys, aggs))
		}
	}
	for i := range x.In {
		pv := &x.In[i]
		for a := range aggs {
			if !b.spend(2 * outputWork) {
				break
			}
			name := b.pivotName(pv, &x.Aggregates[a], len(aggs))
			t.cols = append(t.cols, newColumn(name, aggs[a]))
		}
	}
	if len(x.In) == 0 {
		if x.InQuery != nil {
			q := b.query(x.InQuery, sc, outer.env)
			outer.uses.child(q.uses)
			for i := range q.cols {
				outer.uses.add(Group, b.flat(q.cols[i].val))
			}
		}
		var all value
		for a := range aggs {
			all.srcs = b.union(all.srcs, b.flat(aggs[a]))
		}
		b.note(CodeWidened, x.Span, "the columns that PIVOT makes are known only when it runs")
		t.opens = append(t.opens, open{input: -1, val: all, at: len(t.cols)})
	}
	return b.aliased(t, x.Alias, nil)
}

// usedBy reports whether one of the columns that keys or aggregates name is the
// copy of a column that a range variable holds.
func (b *binder) usedBy(c *column, touched []*column) bool {
	own := b.flat(c.val)
	for _, t := range touched {
		b.spend(1 + len(own))
		if t.hash == c.hash && syntax.EqualFold(t.name, c.name) && slices.Equal(b.flat(t.val), own) {
			return true
		}
	}
	return false
}

// namesOf are the names of the leaves that keys and aggregates come from.
func (b *binder) namesOf(keys []src, aggs []value) []string {
	var out []string
	add := func(set []src) {
		for _, s := range set {
			if s.leaf >= 0 {
				out = append(out, b.leaves.all[s.leaf].name)
			}
		}
	}
	add(keys)
	for i := range aggs {
		add(b.flat(aggs[i]))
	}
	return out
}

// pivotName is the name of a column that PIVOT makes.
func (b *binder) pivotName(pv *syntax.PivotValue, agg *syntax.SelectItem, n int) string {
	val := pv.Alias.Name
	if val == "" {
		val = b.pivotValueName(pv.X)
	}
	a := agg.Alias.Name
	if a == "" {
		if n > 1 && b.traits.pivotValueFirst && agg.X != nil {
			span := agg.X.Extent()
			return val + "_" + b.file.Src[span.Pos:span.End]
		}
		return val
	}
	if b.traits.pivotValueFirst {
		if n == 1 && b.traits.pivotLoneValue {
			return val
		}
		return val + "_" + a
	}
	return a + "_" + strings.TrimPrefix(val, "_")
}

func (b *binder) pivotValueName(x syntax.Expr) string {
	switch e := x.(type) {
	case *syntax.Literal:
		switch {
		case e.Kind == syntax.StringLiteral && b.traits.pivotQuotesValue:
			return "'" + e.Text + "'"
		case e.Kind == syntax.IntLiteral, e.Kind == syntax.FloatLiteral:
			if b.traits.pivotValueFirst {
				return e.Text
			}
			return "_" + strings.ReplaceAll(e.Text, ".", "_point_")
		case e.Kind == syntax.TypedLiteral:
			return "_" + strings.ReplaceAll(e.Text, "-", "_")
		case e.Kind == syntax.BoolLiteral && b.traits.pivotValueFirst:
			return strings.ToLower(e.Text)
		case e.Kind == syntax.BoolLiteral, e.Kind == syntax.NullLiteral:
			return strings.ToUpper(e.Text)
		}
		return e.Text
	case *syntax.Unary:
		if lit, ok := e.X.(*syntax.Literal); ok && e.Op == syntax.OpNeg {
			return "minus_" + lit.Text
		}
	case *syntax.Struct:
		parts := make([]string, len(e.Fields))
		for i := range e.Fields {
			if parts[i] = e.Fields[i].Alias.Name; parts[i] == "" {
				parts[i] = b.pivotValueName(e.Fields[i].Value)
			}
		}
		return strings.Join(parts, "_")
	case *syntax.Path:
		return e.Parts[len(e.Parts)-1].Name
	}
	span := x.Extent()
	return b.file.Src[span.Pos:span.End]
}

// unpivot binds UNPIVOT: the listed columns become values, and the name of the
// one a value came from.
func (b *binder) unpivot(x *syntax.Unpivot, in *names, outer *scope) *names {
	sc := lateral(outer, in)
	saved := b.touched
	b.touched = make(map[*column]bool)
	vals, from := b.unpivoted(x, in, sc)
	if numberLabels(x.In) {
		from.typ = basic(Int64)
	}
	touched := b.touched
	b.touched = saved
	if !x.IncludeNulls { // a row whose values are NULL is left out
		for i := range vals {
			outer.uses.add(Filter, b.flat(vals[i]))
		}
	}
	t := b.besidesUnpivoted(x, in, touched)
	if b.traits.unpivotNameFirst {
		t.cols = append(t.cols, identColumn(&x.Name, from))
	}
	for i := range x.Values {
		t.cols = append(t.cols, identColumn(&x.Values[i], vals[i]))
	}
	if !b.traits.unpivotNameFirst {
		t.cols = append(t.cols, identColumn(&x.Name, from))
	}
	return b.aliased(t, x.Alias, nil)
}

// unpivoted are the values that UNPIVOT makes of the columns that it lists, and
// that of the name of a column.
func (b *binder) unpivoted(x *syntax.Unpivot, in *names, sc *scope) (vals []value, name value) {
	vals = make([]value, len(x.Values))
	lists := make([][]value, len(vals)) // what each of them is one of
	var from [][]src
	for i := range x.In {
		for j, p := range x.In[i].Columns {
			v := b.expr(p, sc)
			from = append(from, b.flat(v))
			if j < len(vals) {
				lists[j] = append(lists[j], v)
			}
		}
	}
	var rest [][]src // of columns that are not known by name
	if x.InStar != nil {
		cols, opens := b.unpivotStar(x.InStar, in, sc)
		for i := range cols {
			from = append(from, b.flat(cols[i].val))
			if len(vals) > 0 {
				lists[0] = append(lists[0], cols[i].val)
			}
		}
		for _, o := range opens {
			rest = append(rest, b.openStar(o))
		}
	}
	for i := range vals {
		vals[i] = b.mergeAll(lists[i])
	}
	if len(from) > 0 {
		name = b.derive(Transform, basic(String), value{srcs: b.unionAll(from)})
	}
	for _, srcs := range rest {
		name.srcs = b.union(name.srcs, srcs)
		if len(vals) > 0 {
			vals[0].srcs = b.union(vals[0].srcs, srcs)
		}
	}
	return vals, name
}

// unpivotStar are the columns of a star in UNPIVOT's list, which are touched as
// those that are listed by name.
func (b *binder) unpivotStar(s *syntax.Star, in *names, sc *scope) (cols []column, opens []open) {
	if c, ok := s.Pattern.(*syntax.Call); ok && s.PatternOp == "" && isStarCall(c) {
		cols, opens, _ = b.starCall(c, sc)
	} else {
		cols, opens = b.star(s, sc, 0)
	}
	starred := make(nameSet, len(cols))
	for i := range cols {
		starred.add(cols[i].name)
	}
	for i := range in.cols {
		if starred.has(in.cols[i].hash, in.cols[i].name) {
			b.touched[&in.cols[i]] = true
		}
	}
	return cols, opens
}

// besidesUnpivoted is the table of the columns that stay: those that UNPIVOT has
// neither touched nor listed.
func (b *binder) besidesUnpivoted(x *syntax.Unpivot, in *names, touched map[*column]bool) *table {
	taken := takenTwins(touched)
	b.spend(2 * columnWork * len(in.cols))
	var list []string
	listed := make(nameSet)
	for i := range x.In {
		for _, p := range x.In[i].Columns {
			name := p.Parts[len(p.Parts)-1].Name
			list = append(list, name)
			listed.add(name)
		}
	}
	t := &table{opens: slices.Clone(in.opens)}
	t.cols = without(slices.Clone(in.cols), t.opens, func(i int) bool {
		c := &in.cols[i]
		return c.hidden || touched[c] || listed.has(c.hash, c.name) || taken[c.twin]
	})
	for i := range t.opens {
		t.opens[i].except = b.appendMissing(t.opens[i].except, list)
	}
	return t
}

// numberLabels reports whether numbers stand in the column of the names.
func numberLabels(in []syntax.UnpivotColumns) bool {
	for i := range in {
		if lit, ok := in[i].Label.(*syntax.Literal); !ok || lit.Kind != syntax.IntLiteral {
			return false
		}
	}
	return len(in) > 0
}

// matchRecognize binds MATCH_RECOGNIZE: measures see the columns through the
// pattern's variables.
func (b *binder) matchRecognize(x *syntax.MatchRecognize, in *names, outer *scope) *names {
	scoped := &names{cols: in.cols, opens: in.opens, vars: in.vars}
	for i := range x.Variables {
		id := &x.Variables[i]
		scoped.vars = append(scoped.vars, &rangeVar{name: id.Name, hash: id.Hash, cols: in.cols, opens: in.opens})
	}
	sc := lateral(outer, scoped)
	t := &table{}
	for i := range x.PartitionBy {
		it := &x.PartitionBy[i]
		v := b.expr(it.X, sc)
		outer.uses.add(Group, b.flat(v))
		unnamed := 0
		c := b.implicitName(it, v, &unnamed, sc)
		if it.Alias.Name != "" {
			c = identColumn(&it.Alias, v)
		}
		t.cols = append(t.cols, c)
	}
	for i := range x.OrderBy {
		outer.uses.add(Order, b.flat(b.expr(x.OrderBy[i].X, sc)))
	}
	for i := range x.Defines {
		outer.uses.add(Filter, b.flat(b.expr(x.Defines[i].Value, sc)))
	}
	if x.AllRows {
		t.cols, t.opens = append(t.cols[:0:0], in.cols...), in.opens
	}
	for i := range x.Measures {
		it := &x.Measures[i]
		t.cols = append(t.cols, identColumn(&it.Alias, b.expr(it.X, sc)))
	}
	return b.aliased(t, x.Alias, nil)
}
