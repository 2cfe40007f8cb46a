package bind

import (
	"slices"
	"strconv"
	"strings"

	"impact/lineage/syntax"
)

// resolve finds what a dotted name means, from the innermost scope outwards.
func (b *binder) resolve(p *syntax.Path, sc *scope) value {
	parts := p.Parts
	first := &parts[0]
	if b.dialect.DollarColumns {
		if v, ok := b.byPosition(p, sc); ok {
			return v
		}
	}
	gone := false   // a table around had the column, and was known to
	var late *names // what holds elements of arrays whose type is not known
	for s := sc; s != nil; s = s.parent {
		if c := b.findColumn(s.vars, first); c != nil {
			return b.fields(c.val, parts[1:], p)
		}
		if s.aliasFirst {
			if c := b.findColumn(s.aliases, first); c != nil {
				if b.traits.strictNames && b.twice(s.aliases, first) {
					b.fail(CodeAmbiguousColumn, p.Span, "name %s is ambiguous: it stands for several output columns", first.Name)
				}
				return b.fields(c.val, parts[1:], p)
			}
		}
		if s.names != nil {
			if v, ok := b.inNames(p, s); ok {
				s.mentioned(p, v, sc, false, b)
				return v
			}
		}
		if c := b.findColumn(s.aliases, first); c != nil {
			return b.fields(c.val, parts[1:], p)
		}
		if s.names == nil || len(parts) > 1 && b.knownOutside(s.parent, parts) {
			continue
		}
		if late == nil && slices.ContainsFunc(s.names.opens, open.isValue) {
			late = s.names
		}
		gone = gone || b.wasListed(s.names, first)
		v, ok := b.inOpens(p, s, gone)
		if !ok {
			continue
		}
		if late != nil && late != s.names {
			if elem, ok := b.inValues(late.opens, p, open.isValue); ok {
				v = b.derive(Direct, nil, v, elem)
				v.srcs = b.confide(Widened, v.srcs)
				b.note(CodeWidened, p.Span, "%s may be a field of an array whose type is not known, or come from around the query", first.Name)
			}
		}
		other, hit := b.outside(s.parent, first)
		s.mentioned(p, v, sc, hit, b)
		if hit && len(parts) == 1 {
			// It may as well be the outer query's column or a variable.
			v = b.derive(Direct, nil, v, other)
			v.srcs = b.confide(Widened, v.srcs)
			b.note(CodeWidened, p.Span, "%s may come from a table whose columns are not known, or from around the query", first.Name)
		}
		return v
	}
	if c := findVariable(b.variables, first); c != nil {
		return b.fields(c.val, parts[1:], p)
	}
	if late != nil {
		if v, ok := b.inValues(late.opens, p, open.isValue); ok {
			b.noteField(p, late.opens)
			return v
		}
	}
	if len(parts) == 1 {
		if kind, ok := keywordValue(first); ok {
			return value{typ: basic(kind)}
		}
	}
	if name, ok := strings.CutPrefix(first.Name, "$"); ok && b.dialect.DollarColumns && len(parts) == 1 { // a session variable
		id := syntax.Ident{Name: name, Hash: syntax.Fold(name)}
		if c := findVariable(b.variables, &id); c != nil {
			return c.val
		}
		return value{}
	}
	if last := &parts[len(parts)-1]; len(parts) > 1 && b.traits.sequences && (last.Is("nextval") || last.Is("currval")) {
		return value{typ: basic(Int64)}
	}
	b.unknownColumn(p, sc)
	return value{}
}

// twice reports whether several columns have a name.
func (b *binder) twice(cols []column, id *syntax.Ident) bool {
	i := b.columnIndex(cols, id)
	return i >= 0 && b.columnFrom(cols, id, i+1) >= 0
}

// byPosition resolves Snowflake's $1 and t.$1: the column of a table by its
// position.
func (b *binder) byPosition(p *syntax.Path, sc *scope) (value, bool) {
	id := &p.Parts[len(p.Parts)-1]
	if len(id.Name) < 2 || id.Name[0] != '$' || len(p.Parts) > 2 {
		return value{}, false
	}
	n, err := strconv.Atoi(id.Name[1:])
	if err != nil || n < 1 {
		return value{}, false
	}
	for s := sc; s != nil; s = s.parent {
		if s.names == nil {
			continue
		}
		cols, opens := s.names.cols, s.names.opens
		if len(p.Parts) == 2 {
			v := b.findVar(s.names.vars, &p.Parts[0])
			if v == nil {
				continue
			}
			cols, opens = v.cols, v.opens
		}
		if n <= len(cols) {
			return b.named(&cols[n-1], id), true
		}
		var v value
		for _, o := range opens {
			v.srcs = b.union(v.srcs, b.confide(Widened, b.openStar(o)))
		}
		return v, len(opens) > 0
	}
	return value{}, false
}

// knownOutside reports whether a dotted name begins with a table of an outer
// query: then it is no column of an inner table whose columns are not known.
func (b *binder) knownOutside(s *scope, parts []syntax.Ident) bool {
	for ; s != nil; s = s.parent {
		if s.names == nil {
			continue
		}
		if b.findVar(s.names.vars, &parts[0]) != nil {
			return true
		}
		b.spend(len(s.names.vars) >> 1)
		for _, v := range s.names.vars {
			if pathPrefix(v.path, parts) > 0 {
				return true
			}
		}
	}
	return false
}

// outside finds what a single name would mean outside of a query.
func (b *binder) outside(s *scope, id *syntax.Ident) (value, bool) {
	for ; s != nil; s = s.parent {
		if c := b.findColumn(s.vars, id); c != nil {
			return c.val, true
		}
		if s.names != nil && !s.implicit {
			if c := b.findColumn(s.names.cols, id); c != nil {
				return b.named(c, id), true
			}
		}
	}
	if c := findVariable(b.variables, id); c != nil {
		return c.val, true
	}
	return value{}, false
}

// inNames looks among what is known by name in one scope.
func (b *binder) inNames(p *syntax.Path, s *scope) (value, bool) {
	parts, n := p.Parts, s.names
	first := &parts[0]
	if v := b.findVar(n.vars, first); v != nil && (len(parts) > 1 || b.rangeVarFirst || v.isValue && b.findColumn(n.cols, first) == nil) {
		if len(parts) == 1 {
			return b.row(v, first.Pos), true
		}
		if val, ok := b.inVar(v, p, 1); ok {
			return val, true
		}
		// The name is a table's, and the table has no such column: in BigQuery
		// that hides a column of the name as well.
		if b.rangeVarFirst || b.pick(n, first, p) == nil {
			return b.missingIn(v, p, n), true
		}
	}
	if c := b.pick(n, first, p); c != nil {
		return b.fields(b.named(c, first), parts[1:], p), true
	}
	if len(parts) > 1 {
		b.spend(len(n.vars) >> 1)
		for _, v := range n.vars {
			if k := pathPrefix(v.path, parts); k > 0 {
				if k == len(parts) {
					return b.row(v, first.Pos), true
				}
				if val, ok := b.inVar(v, p, k); ok {
					return val, true
				}
				return b.missingIn(v, p, n), true
			}
		}
	}
	if len(parts) == 1 {
		if v := b.findVar(n.vars, first); v != nil {
			return b.row(v, first.Pos), true
		}
	}
	if first.Quoted && b.dialect.SplitQuoted && strings.IndexByte(first.Name, '.') > 0 {
		return b.inQuoted(p, n)
	}
	return value{}, false
}

// inQuoted resolves `project.dataset.table`.column: one quoted name that is a
// table's whole path.
func (b *binder) inQuoted(p *syntax.Path, n *names) (value, bool) {
	for _, v := range n.vars {
		if len(v.path) < 2 || !syntax.EqualFold(dotted(v.path), p.Parts[0].Name) {
			continue
		}
		if len(p.Parts) == 1 {
			return b.row(v, p.Parts[0].Pos), true
		}
		if val, ok := b.inVar(v, p, 1); ok {
			return val, true
		}
		return b.missingIn(v, p, n), true
	}
	return value{}, false
}

// inVar resolves parts[k:] inside a range variable.
func (b *binder) inVar(v *rangeVar, p *syntax.Path, k int) (value, bool) {
	id := &p.Parts[k]
	if v.isValue {
		if c := b.findColumn(v.cols, id); c != nil && v.scalar {
			return b.fields(b.named(c, id), p.Parts[k+1:], p), true
		}
		fv, ok := b.field(v.val, id)
		if !ok {
			return value{}, false
		}
		return b.fields(b.named(&column{val: fv}, id), p.Parts[k+1:], p), true
	}
	if c := b.findExact(v.cols, id); c != nil && !c.masked {
		if b.touched != nil {
			b.touched[c] = true
		}
		if b.traits.strictNames && b.twice(v.cols, id) {
			b.fail(CodeAmbiguousColumn, id.Span, "name %s is ambiguous inside %s", id.Name, v.name)
		}
		return b.fields(b.named(c, id), p.Parts[k+1:], p), true
	}
	for _, o := range v.opens {
		if val, ok := b.openColumn(o, id); ok {
			return b.fields(b.named(&column{val: val}, id), p.Parts[k+1:], p), true
		}
	}
	if kind, ok := b.pseudoColumn(id); ok {
		return b.pseudoValue(v, id, kind)
	}
	return value{}, false
}

// pick finds the one visible column of a name. Several columns of one name are
// an error in SQL; the first is taken.
func (b *binder) pick(n *names, id *syntax.Ident, p *syntax.Path) *column {
	var hit *column
	for i := b.columnIndex(n.cols, id); i >= 0; i = b.columnFrom(n.cols, id, i+1) {
		c := &n.cols[i]
		if c.masked {
			continue
		}
		if hit == nil {
			hit = c
			continue
		}
		if b.dialect.CaseSensitiveQuoted() && hit.name != c.name {
			if c.name == id.Name {
				hit = c
			}
			continue
		}
		if hit.hidden != c.hidden {
			if hit.hidden {
				hit = c
			}
			continue
		}
		b.fail(CodeAmbiguousColumn, p.Span, "column name %s is ambiguous", id.Name)
		break
	}
	if hit != nil && b.touched != nil {
		b.touched[hit] = true
	}
	return hit
}

// row is a whole row as a value.
func (b *binder) row(v *rangeVar, pos syntax.Pos) value {
	out := v.val
	if b.touched != nil {
		for i := range v.cols {
			b.touched[&v.cols[i]] = true
		}
	}
	if !b.spend(columnWork * len(v.cols)) {
		return value{}
	}
	if !v.isValue {
		out = structOf(unnamedFields(v.cols), v.opens)
	}
	return b.shaped(out, func(s []src) []src { return b.at(pos, s) })
}

// unnamedFields leaves fields without a name that are called f0_ as columns.
func unnamedFields(cols []column) []column {
	if !slices.ContainsFunc(cols, func(c column) bool { return c.unnamed }) {
		return cols
	}
	cols = slices.Clone(cols)
	for i := range cols {
		if cols[i].unnamed {
			cols[i].name, cols[i].hash = "", 0
		}
	}
	return cols
}

// named is a column's value as seen from a place that names it.
func (b *binder) named(c *column, id *syntax.Ident) value {
	v := c.val
	if v.shape == nil {
		v.srcs = b.at(id.Pos, v.srcs)
		return v
	}
	return v
}

// fields follows field names into a value.
func (b *binder) fields(v value, rest []syntax.Ident, p *syntax.Path) value {
	for i := range rest {
		if b.exhausted() {
			return value{}
		}
		f, ok := b.field(v, &rest[i])
		if !ok {
			b.missingField(v, &rest[i], " in "+p.Parts[len(p.Parts)-len(rest)+i-1].Name)
			return value{srcs: b.through(Transform, b.flat(v))}
		}
		f.srcs = b.at(p.Parts[0].Pos, f.srcs)
		v = f
	}
	return v
}

// missingField reports a field that a struct does not have.
func (b *binder) missingField(v value, id *syntax.Ident, where string) {
	b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name, Hint: b.meantField(v, id.Name),
		Message: "field " + id.Name + " does not exist" + where})
}

// missingIn reports a column that a table does not have. Unless it was dropped
// on purpose the value still names it, so that a catalog that is behind the SQL
// loses nothing.
func (b *binder) missingIn(v *rangeVar, p *syntax.Path, n *names) value {
	k := 1
	if own := pathPrefix(v.path, p.Parts); own > 0 && own < len(p.Parts) {
		k = own
	}
	id := &p.Parts[k]
	d := Diagnostic{
		Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name,
		Message: "column " + id.Name + " does not exist in " + v.name,
	}
	if in, ok := b.soleInput(v); ok {
		d.Relation = b.inputs[in].rel.Name
		if b.inputs[in].rel.dropped(id.Name) {
			b.report(d)
			return value{}
		}
		d.Hint = b.meantIn(v, id, n)
		b.report(d)
		leaf := b.leaves.column(in, id.Name)
		out := append(b.allocSrcs(1), src{leaf: leaf, pos: id.Pos, kind: Direct, conf: Inferred})
		return b.fields(value{srcs: b.keepSrcs(out)}, p.Parts[k+1:], p)
	}
	d.Hint = b.meantIn(v, id, n)
	b.report(d)
	return value{}
}

// soleInput returns the input that a range variable stands for, if it is a table
// of the catalog itself.
func (b *binder) soleInput(v *rangeVar) (int32, bool) {
	b.spend(len(b.inputs) >> 2)
	for i := range b.inputs {
		if b.inputs[i].rv != nil && len(b.inputs[i].rv) == len(v.cols) && len(v.cols) > 0 && &b.inputs[i].rv[0] == &v.cols[0] {
			return int32(i), true
		}
	}
	return 0, false
}

// unknownColumn reports a name that means nothing anywhere.
func (b *binder) unknownColumn(p *syntax.Path, sc *scope) {
	d := Diagnostic{Code: CodeUnknownColumn, Span: p.Parts[0].Span, Error: true, Column: p.Parts[0].Name}
	d.Message = "name " + p.Parts[0].Name + " is not known here"
	dropped := false
	// Where only one table is in reach, it is the one that lacks the column.
	for s := sc; s != nil; s = s.parent {
		if s.names == nil || len(s.names.vars) == 0 {
			continue
		}
		if len(s.names.vars) == 1 {
			if in, ok := b.soleInput(s.names.vars[0]); ok {
				d.Relation = b.inputs[in].rel.Name
				dropped = b.inputs[in].rel.dropped(p.Parts[0].Name)
			}
			if v := s.names.vars[0]; v.name != "" && len(p.Parts) == 1 { // else it may stand for a table
				d.Message = "column " + p.Parts[0].Name + " does not exist in " + v.name
			}
		}
		break
	}
	if !dropped {
		d.Hint = b.meantHere(p, sc)
	}
	b.report(d)
}
