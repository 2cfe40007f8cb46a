package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// setOp binds the branches of a set operation from left to right.
func (b *binder) setOp(s *syntax.SetOp, outer *scope, env *cteEnv) *table {
	t := b.queryExpr(s.Inputs[0], outer, env)
	if len(s.Ops) < manyBranches {
		for i, op := range s.Ops {
			t = b.combine(t, b.queryExpr(s.Inputs[i+1], outer, env), op)
		}
		return t
	}
	// Of many branches those that only add rows are merged evenly.
	run := []*table{t}
	for i, op := range s.Ops {
		next := b.queryExpr(s.Inputs[i+1], outer, env)
		if b.addsRows(run[0], next, op) {
			run = append(run, next)
			continue
		}
		run = []*table{b.combine(b.allRows(run), next, op)}
	}
	return b.allRows(run)
}

// manyBranches is from how many branches on a union is merged evenly.
const manyBranches = 16

// addsRows reports whether a branch of a set operation adds rows of the same
// columns, and nothing else.
func (b *binder) addsRows(x, y *table, op syntax.SetOpSpec) bool {
	special := func(c column) bool {
		return c.hidden || b.traits.strictStructs && c.val.typ != nil && (c.val.typ.Kind == StructType || c.val.typ.Kind == ArrayType)
	}
	return op.Kind == syntax.Union && op.All && !op.ByName && !op.Corresponding &&
		len(x.opens)+len(y.opens) == 0 && !x.isValue && !y.isValue && len(x.cols) == len(y.cols) && len(x.cols) > 0 &&
		!slices.ContainsFunc(x.cols, special) && !slices.ContainsFunc(y.cols, special)
}

// allRows is the union of tables that add rows to the first one.
func (b *binder) allRows(run []*table) *table {
	if len(run) == 1 {
		return run[0]
	}
	out := &table{cols: slices.Clone(run[0].cols), uses: &uses{}}
	for _, t := range run {
		out.uses.child(t.uses)
	}
	vals := make([]value, len(run))
	for i := range out.cols {
		for j, t := range run {
			vals[j] = t.cols[i].val
		}
		out.cols[i].val = b.mergeAll(vals)
	}
	out.cols = b.alone(out.cols)
	return out
}

// combine merges two branches of a set operation. EXCEPT gives values of its
// left side; the right side decides which of them remain.
func (b *binder) combine(x, y *table, op syntax.SetOpSpec) *table {
	if !b.spend(columnWork * (len(x.cols) + len(y.cols) + len(x.opens) + len(y.opens))) {
		return x
	}
	u := &uses{}
	u.child(x.uses)
	u.child(y.uses)
	byName := op.ByName || op.Corresponding
	var out *table
	switch {
	case byName:
		out = b.combineByName(x, y, op)
	case len(x.opens) > 0 || len(y.opens) > 0:
		out = b.combineOpen(x, y)
	default:
		out = b.combineByPosition(x, y, op)
	}
	out.uses = u
	if op.Kind == syntax.Except {
		yc := visible(y.cols)
		for i := range yc {
			// The right side's values decide which of the left side's remain.
			at := i
			if byName {
				at = b.columnIndex(out.cols, &syntax.Ident{Name: yc[i].name, Hash: yc[i].hash})
			}
			if !byName || at >= 0 || len(out.opens) > 0 {
				u.add(Join, b.flat(yc[i].val))
			}
			if at >= 0 && at < len(out.cols) {
				out.cols[at].val = b.unless(out.cols[at].val, yc[i].val)
			}
		}
	}
	if op.Kind != syntax.Union || !op.All {
		for i := range out.cols {
			u.add(Group, b.flat(out.cols[i].val))
		}
	}
	out = plain(out)
	out.cols = b.alone(out.cols)
	return out
}

func (b *binder) combineByPosition(x, y *table, op syntax.SetOpSpec) *table {
	xc, yc := visible(x.cols), visible(y.cols)
	if b.traits.strictNames && x.isValue != y.isValue { // a row of values is one column
		if x.isValue && len(xc) > 0 && len(yc) == 1 {
			v := column{val: x.val}
			if op.Kind != syntax.Except {
				v.val = b.unite(&v, &yc[0], op)
			}
			cols, opens := b.valueColumns(v.val, xc[0].name)
			return &table{cols: slices.Clone(cols), opens: opens, isValue: true, val: v.val}
		}
		xc, yc = asOne(x, xc), asOne(y, yc)
	}
	mismatch := len(xc) != len(yc) && len(xc) > 0 && len(yc) > 0
	if mismatch {
		b.fail(CodeColumnCount, op.Span, "the sides of the set operation have %d and %d columns", len(xc), len(yc))
	}
	out := &table{cols: slices.Clone(xc), isValue: x.isValue && y.isValue}
	for i := range out.cols {
		if i < len(yc) && op.Kind != syntax.Except {
			out.cols[i].val = b.unite(&xc[i], &yc[i], op)
		}
	}
	if len(yc) > len(out.cols) && !mismatch {
		out.cols = append(out.cols, yc[len(out.cols):]...)
	}
	if out.isValue {
		out.val = b.merge(x.val, y.val)
	}
	return out
}

// asOne are the columns of a table, of which a row of values is one.
func asOne(t *table, cols []column) []column {
	if !t.isValue || len(cols) == 0 {
		return cols
	}
	one := column{unnamed: true, val: t.val, span: cols[0].span}
	if len(cols) == 1 && !isStruct(t.val) {
		one = cols[0]
	}
	return []column{one}
}

// unite is the column that two branches of a set operation make together.
func (b *binder) unite(x, y *column, op syntax.SetOpSpec) value {
	if b.traits.strictStructs && fieldsDiffer(x.val.typ, y.val.typ) {
		b.fail(CodeColumnCount, op.Span, "column %s is %s on one side of the set operation and %s on the other", x.name, x.val.typ, y.val.typ)
	}
	return b.merge(x.val, y.val)
}

// combineOpen merges branches of which one has columns that are not known: the
// positions cannot be told, so columns are matched by name, and the rest of
// either side passes through.
func (b *binder) combineOpen(x, y *table) *table {
	out := &table{cols: slices.Clone(visible(x.cols)), opens: slices.Clone(x.opens)}
	yc := visible(y.cols)
	positional := len(x.opens) == 0 || len(y.opens) == 0
	for i := range out.cols {
		c := &out.cols[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		if m := b.findColumn(yc, &id); m != nil {
			c.val = b.merge(c.val, m.val)
			continue
		}
		if v, ok := b.openColumns(y.opens, &id); ok {
			c.val = b.merge(c.val, v)
		}
	}
	for i := range yc {
		id := syntax.Ident{Name: yc[i].name, Hash: yc[i].hash}
		if b.findColumn(out.cols, &id) != nil {
			continue
		}
		if len(x.opens) == 0 && positional {
			continue
		}
		c := yc[i]
		if v, ok := b.openColumns(x.opens, &id); ok {
			c.val = b.merge(c.val, v)
		}
		out.cols = append(out.cols, c)
	}
	if len(x.opens) > 0 {
		named := make([]string, 0, len(out.cols))
		for i := range out.cols {
			named = append(named, out.cols[i].name)
		}
		out.opens = nil
		for _, o := range append(slices.Clone(x.opens), y.opens...) {
			o.except = b.appendMissing(o.except, named)
			out.opens = append(out.opens, o)
		}
	}
	return out
}

func (b *binder) combineByName(x, y *table, op syntax.SetOpSpec) *table {
	out := &table{opens: append(slices.Clone(x.opens), y.opens...)}
	xc, yc := visible(x.cols), visible(y.cols)
	mode := op.Mode
	if mode == syntax.NoMode && op.Corresponding {
		mode = syntax.InnerMode
	}
	if mode == syntax.NoMode && b.dialect.UnionByNameIsFull {
		mode = syntax.FullMode
	}
	by := setOf(op.By)
	keep := func(c *column) bool { return len(by) == 0 || by.has(c.hash, c.name) }
	strict := mode == syntax.NoMode || mode == syntax.StrictMode
	for i := range xc {
		c := xc[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		m := b.findColumn(yc, &id)
		switch {
		case !keep(&c):
			continue
		case m != nil && op.Kind != syntax.Except:
			c.val = b.unite(&c, m, op)
		case m == nil && len(y.opens) > 0:
			if v, ok := b.openColumns(y.opens, &id); ok {
				c.val = b.merge(c.val, v)
			}
		case m == nil && mode == syntax.InnerMode:
			continue
		case m == nil && strict:
			b.fail(CodeColumnCount, op.Span, "column %s is missing in one side of the set operation by name", c.name)
		}
		out.cols = append(out.cols, c)
	}
	for i := range yc {
		c := yc[i]
		id := syntax.Ident{Name: c.name, Hash: c.hash}
		if b.findColumn(xc, &id) != nil || !keep(&c) {
			continue
		}
		if strict && len(x.opens) == 0 {
			b.fail(CodeColumnCount, op.Span, "column %s is missing in one side of the set operation by name", c.name)
		}
		if mode == syntax.FullMode || len(x.opens) > 0 {
			out.cols = append(out.cols, c)
		}
	}
	if len(op.By) > 0 {
		ordered := make([]column, 0, len(op.By))
		for i := range op.By {
			if c := b.findColumn(out.cols, &op.By[i]); c != nil {
				named := *c
				named.name = op.By[i].Name // as it is spelled there
				ordered = append(ordered, named)
			} else {
				b.report(Diagnostic{Code: CodeUnknownColumn, Span: op.By[i].Span, Error: true, Hint: b.meant(op.By[i].Name, xc, yc),
					Message: "column " + op.By[i].Name + " is not in the set operation"})
			}
		}
		out.cols, out.opens = ordered, nil
	}
	return out
}

// appendMissing is a list with those names that it lacks.
func (b *binder) appendMissing(list, names []string) []string {
	out := slices.Clip(list)
	b.spend(4 * (len(list) + len(names)))
	var set nameSet
	if len(list)+len(names) > narrow && len(names) > 2 {
		set = make(nameSet, len(list)+len(names))
		for _, e := range list {
			set.add(e)
		}
	}
	for _, n := range names {
		if set != nil && set.add(n) || set == nil && !slices.ContainsFunc(out, func(e string) bool { return syntax.EqualFold(e, n) }) {
			out = append(out, n)
		}
	}
	return out
}

// unless is the value x of the rows that no y takes away, field by field.
func (b *binder) unless(x, y value) value {
	if isStruct(x) && isStruct(y) {
		xc, xo := b.valueColumns(x, "")
		yc, yo := b.valueColumns(y, "")
		if len(xc) == len(yc) && len(xo)+len(yo) == 0 {
			fields := slices.Clone(xc)
			for i := range fields {
				fields[i].val = b.unless(fields[i].val, yc[i].val)
			}
			out := structOf(fields, nil)
			out.typ = x.typ
			return out
		}
	}
	if e := b.element(x); isList(x) && isList(y) && isStruct(e) {
		e = b.unless(e, b.element(y))
		return value{shape: &shape{elem: &e, size: b.union(b.length(x), b.through(Conditional, b.length(y)))}, typ: x.typ}
	}
	return b.plus(x, b.through(Conditional, b.flat(y)))
}
