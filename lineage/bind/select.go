package bind

import (
	"slices"
	"strconv"

	"impact/lineage/syntax"
)

// selectBlock binds one SELECT with the ORDER BY of its query, whose keys may
// name both the select list's aliases and the columns of FROM.
func (b *binder) selectBlock(s *syntax.Select, outer *scope, env *cteEnv, orderBy []syntax.OrderItem) *table {
	u := &uses{}
	sc := &scope{parent: outer, env: env, uses: u}
	sc.names = b.from(s.From, sc)
	for _, l := range s.Laterals {
		sc.names = joinNames(sc.names, b.fromItem(l, sc, sc.names))
	}
	b.filter(s.Where, sc)
	b.filter(s.StartWith, sc)
	b.filter(s.ConnectBy, sc)
	sc.windows = b.windows(s.Windows)

	l := &list{b: b, sc: sc}
	l.items(s.Items)
	out := &table{cols: l.cols, opens: l.opens, uses: u}

	after := &scope{
		parent: outer, env: env, uses: u, names: sc.names, windows: sc.windows,
		aliases: l.cols, aliasFirst: b.dialect.AliasBeforeColumn,
	}
	b.groupBy(s.GroupBy, s.Items, l, after)
	b.filter(s.Having, after)
	b.filter(s.Qualify, after)
	for _, x := range s.DistinctOn {
		u.add(Group, b.flat(b.expr(x, after)))
	}
	if len(orderBy) > 0 {
		sorted := *after
		sorted.aliasFirst = true
		b.order(orderBy, &sorted, out.cols, out.opens)
	}
	if s.Distinct && len(s.DistinctOn) == 0 {
		for i := range out.cols {
			u.add(Group, b.flat(out.cols[i].val))
		}
		for _, o := range out.opens {
			u.add(Group, b.openStar(o))
		}
	}
	return b.selectAs(s.As, out)
}

// selectAs makes a value table of SELECT AS STRUCT and SELECT AS VALUE.
func (b *binder) selectAs(as syntax.SelectAs, t *table) *table {
	switch as {
	case syntax.AsStruct, syntax.AsType:
		t.isValue = true
		t.cols = slices.Clone(t.cols)
		for i := range t.cols {
			if t.cols[i].unnamed { // a field may go without a name
				t.cols[i].name, t.cols[i].hash = "", 0
			}
		}
		t.val = structOf(t.cols, t.opens)
	case syntax.AsValue:
		if len(t.cols) == 1 {
			t.isValue, t.val = true, t.cols[0].val
			span := t.cols[0].span
			cols, opens := b.valueColumns(t.val, t.cols[0].name)
			t.cols, t.opens = slices.Clone(cols), opens
			for i := range t.cols {
				t.cols[i].span = span
			}
		}
	}
	return t
}

// windows enters the windows of a WINDOW clause.
func (b *binder) windows(defs []syntax.WindowDef) []window {
	var out []window
	for i := range defs {
		out = append(out, window{&defs[i].Name, defs[i].Spec})
	}
	return out
}

// groupBy books the keys of GROUP BY. Keys may be positions or aliases of the
// select list.
func (b *binder) groupBy(g *syntax.GroupBy, items []syntax.SelectItem, l *list, after *scope) {
	if g == nil {
		return
	}
	if g.All {
		for i := range items {
			if items[i].X != nil && !b.aggregates(items[i].X) {
				after.uses.add(Group, b.flat(l.byItem[i]))
			}
		}
		return
	}
	keys := *after
	keys.aliasFirst = b.dialect.AliasInGroupBy
	for i := range g.Items {
		x := g.Items[i].X
		if x == nil {
			continue
		}
		if n, ok := ordinal(x); ok {
			if b.position(n, l.cols, l.opens, x.Extent()) {
				after.uses.add(Group, b.flat(l.cols[n-1].val))
			}
			continue
		}
		after.uses.add(Group, b.flat(b.expr(x, &keys)))
	}
}

// position reports whether a column stands at a position, from 1, of the output.
// One beyond the last is an error unless there may be more columns.
func (b *binder) position(n int, cols []column, opens []open, span syntax.Span) bool {
	if n >= 1 && n <= len(cols) {
		return true
	}
	if len(opens) == 0 && b.dialect.OrdinalKeys {
		b.fail(CodeOrdinal, span, "there is no output column %d", n)
	}
	return false
}

// A list binds a select list.
type list struct {
	b       *binder
	sc      *scope
	cols    []column
	opens   []open
	byItem  []value // value of each item, in the order written
	unnamed int
}

func (l *list) items(items []syntax.SelectItem) {
	if len(items) > 0 && items[0].Star == nil {
		l.cols = make([]column, 0, l.width(items))
	}
	l.byItem = make([]value, len(items))
	lateral := l.b.dialect.LateralAliases
	for i := range items {
		it := &items[i]
		if it.Star != nil {
			cols, opens := l.b.star(it.Star, l.sc)
			for j := range cols {
				cols[j].span = it.Span
			}
			for j := range opens {
				opens[j].at = min(opens[j].at, len(cols)) + len(l.cols)
			}
			if len(l.cols) == 0 {
				l.cols = cols // they are ours
			} else {
				l.cols = append(l.cols, cols...)
			}
			l.opens = append(l.opens, opens...)
			continue
		}
		if call, ok := it.X.(*syntax.Call); ok && call.StarArg != nil && call.Receiver == nil && isStarCall(call) {
			l.starCall(call, it)
			continue
		}
		v := l.b.expr(it.X, l.sc)
		l.byItem[i] = v
		col := l.column(it, v)
		l.cols = append(l.cols, col)
		if lateral {
			l.sc.aliases = l.cols
		}
	}
	l.sc.aliases = nil
}

// width estimates how many columns the items give.
func (l *list) width(items []syntax.SelectItem) int {
	n := len(items)
	for i := range items {
		if items[i].Star != nil && l.sc.names != nil {
			n += len(l.sc.names.cols)
		}
	}
	return n
}

// column names the column of a select item.
func (l *list) column(it *syntax.SelectItem, v value) column {
	var c column
	switch {
	case it.Alias.Name != "":
		c = identColumn(&it.Alias, v)
	default:
		c = l.b.implicitName(it.X, v, &l.unnamed)
	}
	c.span = it.Span
	return c
}

// implicitName names a column that has no alias, as its dialect does.
func (b *binder) implicitName(x syntax.Expr, v value, unnamed *int) column {
	if id := nameOf(x, b.dialect.NameByFunction); id != nil {
		return identColumn(id, v)
	}
	switch {
	case b.dialect.NameByFunction:
		return newColumn(functionName(x), v)
	case b.dialect.NameByText:
		span := x.Extent()
		return newColumn(b.dialect.ColumnText(b.file.Src[span.Pos:span.End]), v)
	}
	name := "f" + strconv.Itoa(*unnamed) + "_"
	*unnamed++
	c := newColumn(name, v)
	c.unnamed = true
	return c
}

// nameOf is the identifier that an expression lends to its column.
func nameOf(x syntax.Expr, throughCast bool) *syntax.Ident {
	for {
		switch e := x.(type) {
		case *syntax.Path:
			return &e.Parts[len(e.Parts)-1]
		case *syntax.FieldAccess:
			return &e.Name
		case *syntax.SemiAccess:
			if n := len(e.Names); n > 0 {
				return &e.Names[n-1]
			}
			return nil
		case *syntax.Cast:
			if !throughCast {
				return nil
			}
			x = e.X
		default:
			return nil
		}
	}
}

// functionName is what PostgreSQL and its kin call an unnamed column.
func functionName(x syntax.Expr) string {
	switch e := x.(type) {
	case *syntax.Call:
		return string(lower(nil, e.Name[len(e.Name)-1].Name))
	case *syntax.Case:
		return "case"
	case *syntax.Cast:
		return string(lower(nil, e.Type.Name))
	case *syntax.Extract:
		return "extract"
	case *syntax.Array:
		return "array"
	case *syntax.Subquery:
		if e.Kind == syntax.ExistsSubquery {
			return "exists"
		}
	case *syntax.Literal:
		if e.Kind == syntax.BoolLiteral {
			return "bool"
		}
	}
	return "?column?"
}

// star expands *, t.* and struct.* with their modifiers.
func (b *binder) star(s *syntax.Star, sc *scope) ([]column, []open) {
	var cols []column
	var opens []open
	if s.X == nil {
		if sc.names != nil {
			cols, opens = visible(sc.names.cols), sc.names.opens
		}
	} else {
		cols, opens = b.starOf(s.X, sc)
	}
	cols = slices.Clone(cols)
	for i := range cols {
		cols[i].pos = -1
	}
	if s.Pattern != nil {
		b.note(CodeWidened, s.Span, "the pattern of the star is not applied: all columns are taken")
	}
	var outOpens []open
	for _, o := range opens {
		if o.input < 0 && o.name != "" {
			// The value itself is the column.
			if !exceptHas(s.Except, o.name) {
				c := newColumn(o.name, value{srcs: b.confide(Inferred, b.flat(o.val))})
				cols = append(cols, c)
			}
			continue
		}
		outOpens = append(outOpens, o)
	}
	had := len(cols) + len(outOpens)
	cols, outOpens = b.starExcept(s, cols, outOpens)
	if had > 0 && len(cols)+len(outOpens) == 0 {
		b.fail(CodeNoColumns, s.Span, "the star leaves no columns")
	}
	for i := range s.Replace {
		f := &s.Replace[i]
		v := b.expr(f.Value, sc)
		if c := findColumn(cols, &f.Alias); c != nil {
			c.val, c.name, c.pos = v, f.Alias.Name, f.Alias.Pos
			continue
		}
		if len(outOpens) == 0 {
			b.missingInStar(&f.Alias, "REPLACE")
			continue
		}
		cols = append(cols, identColumn(&f.Alias, v))
		exceptOpens(outOpens, f.Alias.Name)
	}
	for i := range s.Rename {
		r := &s.Rename[i]
		if c := findColumn(cols, &r.From); c != nil {
			c.val.srcs = b.at(r.From.Pos, c.val.srcs)
			c.name, c.hash, c.pos = r.To.Name, r.To.Hash, r.To.Pos
			continue
		}
		found := false
		for _, o := range outOpens {
			if v, ok := b.openColumn(o, &r.From); ok {
				v.srcs = b.at(r.From.Pos, v.srcs)
				cols = append(cols, identColumn(&r.To, v))
				exceptOpens(outOpens, r.From.Name)
				found = true
				break
			}
		}
		if !found {
			b.missingInStar(&r.From, "RENAME")
		}
	}
	return cols, outOpens
}

func (b *binder) starExcept(s *syntax.Star, cols []column, opens []open) ([]column, []open) {
	opens = slices.Clone(opens)
	for i := range s.Except {
		id := &s.Except[i]
		n := len(cols)
		cols = slices.DeleteFunc(cols, func(c column) bool { return equalName(c.hash, c.name, id) })
		if len(cols) == n && len(opens) == 0 {
			b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: !b.dialect.ExceptMissingIsFine, Column: id.Name, Clause: "EXCEPT",
				Message: "column " + id.Name + " of the EXCEPT list does not exist"})
		}
		if len(cols) == n && len(opens) > 0 {
			b.checkDropped(opens, id)
		}
		exceptOpens(opens, id.Name)
	}
	return cols, opens
}

// checkDropped reports an EXCEPT of a column that an open relation has lost.
func (b *binder) checkDropped(opens []open, id *syntax.Ident) {
	for _, o := range opens {
		if o.input < 0 || !b.inputs[o.input].rel.dropped(id.Name) {
			// Naming it in EXCEPT says that the relation has it.
			if o.input >= 0 {
				b.leaves.column(o.input, id.Name)
			}
			return
		}
	}
	b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name, Clause: "EXCEPT",
		Message: "column " + id.Name + " of the EXCEPT list does not exist"})
}

func (b *binder) missingInStar(id *syntax.Ident, clause string) {
	b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name, Clause: clause,
		Message: "column " + id.Name + " of the " + clause + " list does not exist"})
}

func exceptHas(list []syntax.Ident, name string) bool {
	return slices.ContainsFunc(list, func(id syntax.Ident) bool { return syntax.EqualFold(id.Name, name) })
}

func exceptOpens(opens []open, name string) {
	for i := range opens {
		opens[i].except = appendMissing(opens[i].except, []string{name})
	}
}

// starOf expands what stands before ".*": a table or a struct.
func (b *binder) starOf(x syntax.Expr, sc *scope) ([]column, []open) {
	if p, ok := x.(*syntax.Path); ok {
		for s := sc; s != nil; s = s.parent {
			if s.names == nil {
				continue
			}
			for i := len(s.names.vars) - 1; i >= 0; i-- {
				v := s.names.vars[i]
				one := len(p.Parts) == 1 && v.hash == p.Parts[0].Hash && syntax.EqualFold(v.name, p.Parts[0].Name)
				if one || len(p.Parts) > 1 && pathPrefix(v.path, p.Parts) == len(p.Parts) {
					if v.isValue {
						return b.valueColumns(v.val, v.name)
					}
					return visible(v.cols), v.opens
				}
			}
		}
	}
	return b.valueColumns(b.expr(x, sc), "")
}

// valueColumns are the columns of a value that is used as a row: the fields of a
// struct, else the value itself under the given name.
func (b *binder) valueColumns(v value, name string) ([]column, []open) {
	if v.shape != nil && v.shape.elem == nil {
		cols := v.shape.fields
		if len(v.srcs) > 0 {
			cols = slices.Clone(cols)
			for i := range cols {
				cols[i].val = b.plus(cols[i].val, v.srcs)
			}
		}
		return cols, v.shape.opens
	}
	if v.shape == nil && v.typ != nil && v.typ.Kind == StructType {
		cols := make([]column, len(v.typ.Fields))
		for i := range v.typ.Fields {
			cols[i] = column{name: v.typ.Fields[i].Name, hash: v.typ.Fields[i].hash, pos: -1, val: b.fieldAt(v, i)}
		}
		return cols, nil
	}
	if !known(v.typ) && v.shape == nil && len(v.srcs) > 0 {
		return nil, []open{{input: -1, val: v, name: name}}
	}
	return []column{newColumn(name, v)}, nil
}

// isStarCall reports whether a call over a star stands for several columns.
func isStarCall(c *syntax.Call) bool {
	return len(c.Name) == 1 && c.Name[0].Is("columns")
}

// starCall expands DuckDB's COLUMNS(*) and COLUMNS(* EXCLUDE …).
func (l *list) starCall(c *syntax.Call, it *syntax.SelectItem) {
	cols, opens := l.b.star(c.StarArg, l.sc)
	for j := range cols {
		cols[j].span = it.Span
	}
	l.cols = append(l.cols, cols...)
	l.opens = append(l.opens, opens...)
}
