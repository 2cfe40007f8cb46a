package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// star expands *, t.* and struct.* with their modifiers. The columns are a list of
// the caller's own. It is made for room columns more than the star has: what the
// caller puts behind them, and what the modifiers add.
func (b *binder) star(s *syntax.Star, sc *scope, room int) ([]column, []open) {
	var cols []column
	var opens []open
	if s.X == nil {
		if sc.names != nil {
			cols, opens = b.spread(shown(sc.names.cols, sc.names.opens))
		}
	} else {
		cols, opens = b.starOf(s.X, sc)
	}
	if !b.spend(columnWork * len(cols)) {
		return nil, nil
	}
	own := b.m.columns.Make(len(cols) + room)[:len(cols)]
	for i := range cols {
		own[i] = cols[i]
		own[i].span, own[i].part, own[i].masked = s.Span, 0, false
	}
	cols, opens = b.starValues(s, own, opens)
	had := len(cols) + len(opens)
	cols, opens = b.starExcept(s, cols, opens)
	if had > 0 && len(cols)+len(opens) == 0 {
		b.fail(CodeNoColumns, s.Span, "the star leaves no columns")
	}
	if s.Pattern != nil {
		cols, opens = b.starPattern(s, cols, opens)
	}
	cols = b.starReplace(s, cols, opens, sc)
	if len(s.Rename) > 0 {
		cols = b.starRename(s, cols, opens)
	}
	return cols, opens
}

// starValues makes columns of the open parts that are values with a name, and
// returns the other parts.
func (b *binder) starValues(s *syntax.Star, cols []column, opens []open) ([]column, []open) {
	var others []open
	rest := slices.ContainsFunc(opens, func(o open) bool { return o.input >= 0 || o.name == "" })
	for _, o := range opens {
		if o.input < 0 && o.name != "" {
			// The value itself is the column.
			if !exceptHas(s.Except, o.name) {
				c := newColumn(o.name, value{srcs: b.confide(Inferred, b.flat(o.val))})
				cols = append(cols, c)
			}
			if !b.traits.strictNames || !rest {
				continue
			}
			o.name, o.nameless = "", true // or it is a struct, and its fields are
		}
		others = append(others, o)
	}
	return cols, others
}

// starReplace applies * REPLACE. It changes the columns, and takes those that open
// parts are asked for out of these.
func (b *binder) starReplace(s *syntax.Star, cols []column, opens []open, sc *scope) []column {
	var gone []string
	for i := range s.Replace {
		f := &s.Replace[i]
		v := b.expr(f.Value, sc)
		if c := b.findExact(cols, &f.Alias); c != nil {
			c.val, c.name = v, f.Alias.Name
			if b.twins {
				c.twin = b.twinOf(f.Value, v, sc)
			}
			continue
		}
		if len(opens) == 0 {
			b.missingInStar(&f.Alias, "REPLACE", cols)
			continue
		}
		cols = append(cols, identColumn(&f.Alias, v))
		gone = append(gone, f.Alias.Name)
	}
	b.exceptOpens(opens, gone)
	return cols
}

// starRename applies * RENAME in the same way. A column that an open part gave
// under its new name is not there under the old one again.
func (b *binder) starRename(s *syntax.Star, cols []column, opens []open) []column {
	b.forget(cols)
	places := b.placesOf(cols, len(s.Rename))
	renamed := make(nameSet)
	var gone []string
	for i := range s.Rename {
		r := &s.Rename[i]
		if at := places.findExact(b, cols, &r.From); at >= 0 {
			c := &cols[at]
			c.val.srcs = b.at(r.From.Pos, c.val.srcs)
			places.move(at, c.hash, r.To.Hash)
			c.name, c.hash = r.To.Name, r.To.Hash
			continue
		}
		v, ok := value{}, false
		for j := 0; j < len(opens) && !ok && !renamed.has(r.From.Hash, r.From.Name); j++ {
			v, ok = b.openColumn(opens[j], &r.From)
		}
		if !ok {
			b.report(Diagnostic{Code: CodeUnknownColumn, Span: r.From.Span, Error: !b.traits.renameMissing, Column: r.From.Name, Clause: "RENAME",
				Hint: b.meant(r.From.Name, cols), Message: "column " + r.From.Name + " of the RENAME list does not exist"})
			continue
		}
		v.srcs = b.at(r.From.Pos, v.srcs)
		places.move(len(cols), 0, r.To.Hash)
		cols = append(cols, identColumn(&r.To, v))
		renamed.add(r.From.Name)
		gone = append(gone, r.From.Name)
	}
	b.exceptOpens(opens, gone)
	return cols
}

// starPattern applies * LIKE 'pattern' and its kin.
func (b *binder) starPattern(s *syntax.Star, cols []column, opens []open) ([]column, []open) {
	lit, ok := s.Pattern.(*syntax.Literal)
	if ok && lit.Kind == syntax.StringLiteral {
		if test, ok := patternTest(s.PatternOp, lit.Text); ok {
			return b.kept(cols, opens, func(name string) bool { return test(name) != s.PatternNot }, s.Span)
		}
	}
	b.note(CodeWidened, s.Span, "the pattern of the star is not applied: all columns are taken")
	return cols, opens
}

func (b *binder) starExcept(s *syntax.Star, cols []column, opens []open) ([]column, []open) {
	opens = slices.Clone(opens)
	if len(s.Except) == 0 {
		return cols, opens
	}
	all := cols
	cols, had := b.exceptExact(cols, opens, s.Except)
	for i := range s.Except {
		id := &s.Except[i]
		if !had[i] && len(opens) == 0 {
			b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: !b.dialect.ExceptMissingIsFine, Column: id.Name, Clause: "EXCEPT",
				Hint: b.meant(id.Name, all), Message: "column " + id.Name + " of the EXCEPT list does not exist"})
		}
		if !had[i] && len(opens) > 0 {
			b.checkDropped(opens, id)
		}
	}
	b.exceptOpens(opens, identNames(s.Except))
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

func (b *binder) missingInStar(id *syntax.Ident, clause string, cols []column) {
	b.report(Diagnostic{Code: CodeUnknownColumn, Span: id.Span, Error: true, Column: id.Name, Clause: clause,
		Hint: b.meant(id.Name, cols), Message: "column " + id.Name + " of the " + clause + " list does not exist"})
}

func identNames(ids []syntax.Ident) []string {
	out := make([]string, len(ids))
	for i := range ids {
		out[i] = ids[i].Name
	}
	return out
}

func exceptHas(list []syntax.Ident, name string) bool {
	return slices.ContainsFunc(list, func(id syntax.Ident) bool { return syntax.EqualFold(id.Name, name) })
}

func (b *binder) exceptOpens(opens []open, names []string) {
	if len(names) == 0 {
		return
	}
	for i := range opens {
		opens[i].except = b.appendMissing(opens[i].except, names)
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
						cols, opens := b.valueColumns(v.val, v.name)
						if b.traits.strictNames && v.val.shape == nil && len(opens) == 1 {
							opens[0].name = "" // what has a star is a struct
						}
						return cols, opens
					}
					return b.spread(shown(b.twinned(v), v.opens))
				}
			}
			if b.findColumn(s.names.cols, &p.Parts[0]) != nil {
				break // a struct that hides the tables of queries around
			}
		}
	}
	v := b.expr(x, sc)
	if b.traits.noArrayFields && v.shape == nil && known(v.typ) && v.typ.Kind != StructType && v.typ.Kind != JSON && v.typ.Kind != Other {
		b.fail(CodeNoColumns, x.Extent(), "a value of type %s has no fields", v.typ)
	}
	return b.valueColumns(v, "")
}

// valueColumns are the columns of a value that is used as a row: the fields of a
// struct, else the value itself under the given name.
func (b *binder) valueColumns(v value, name string) ([]column, []open) {
	if v.shape != nil && v.shape.elem == nil {
		cols := b.alone(v.shape.fields)
		if len(v.srcs) > 0 {
			b.spend(columnWork * len(cols))
			cols = slices.Clone(cols)
			for i := range cols {
				cols[i].val = b.plus(cols[i].val, v.srcs)
			}
		}
		return cols, v.shape.opens
	}
	if v.shape == nil && v.typ != nil && v.typ.Kind == StructType {
		if !b.spend(2 * columnWork * len(v.typ.Fields)) {
			return nil, nil
		}
		cols := make([]column, len(v.typ.Fields))
		for i := range v.typ.Fields {
			cols[i] = column{name: v.typ.Fields[i].Name, hash: v.typ.Fields[i].hash, val: b.fieldAt(v, i)}
		}
		return cols, nil
	}
	if !known(v.typ) && v.shape == nil && len(v.srcs) > 0 {
		return nil, []open{{input: -1, val: v, name: name}}
	}
	return []column{newColumn(name, v)}, nil
}
