package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// merge is the value that is either x or y: branches of CASE, of a set
// operation, arguments of COALESCE. Shapes that agree are kept.
func (b *binder) merge(x, y value) value {
	if b.traits.structsByName && isStruct(x) && isStruct(y) {
		if v, ok := b.mergeByName(x, y); ok {
			return v
		}
	}
	out := value{typ: commonType(x.typ, y.typ)}
	if !known(x.typ) && x.shape == nil && len(x.srcs) > 0 && hasFields(y.typ) {
		out.typ = nil // its fields have the names of x, whatever they are
	}
	sx, sy := x.shape, y.shape
	if sx != nil && sy != nil && !b.spend(columnWork*(1+len(sx.fields))) {
		return out
	}
	switch {
	case sx == nil && sy == nil:
		out.srcs = b.union(x.srcs, y.srcs)
		return out
	case sx == nil && len(x.srcs) == 0:
		out.shape, out.srcs = sy, y.srcs
		return out
	case sy == nil && len(y.srcs) == 0:
		out.shape, out.srcs = sx, x.srcs
		return out
	case sx != nil && sy != nil && sx.elem != nil && sy.elem != nil:
		e := b.merge(*sx.elem, *sy.elem)
		out.shape = &shape{elem: &e, size: b.union(sx.size, sy.size)}
		out.srcs = b.union(x.srcs, y.srcs)
		return out
	case sx != nil && sy != nil && len(sx.fields) == len(sy.fields) && len(sx.opens)+len(sy.opens) == 0:
		s := &shape{fields: slices.Clone(sx.fields)}
		for i := range s.fields {
			s.fields[i].val = b.merge(sx.fields[i].val, sy.fields[i].val)
		}
		out.shape = s
		out.srcs = b.union(x.srcs, y.srcs)
		return out
	}
	if s := b.reshape(x, y); s != nil {
		if s.elem != nil {
			s.size = b.union(b.length(x), b.length(y))
		}
		// Those of the one without a shape are those of its elements or fields.
		out.srcs = x.srcs
		if x.shape == nil {
			out.srcs = y.srcs
		}
		out.shape = s
		return out
	}
	fx, fy := b.flat(x), b.flat(y)
	if sx != nil && !known(y.typ) { // what it was built from has no fields
		fx = b.through(Transform, fx)
	}
	if sy != nil && !known(x.typ) {
		fy = b.through(Transform, fy)
	}
	out.srcs = b.union(fx, fy)
	return out
}

// mergeAll is the value that is any of the given ones.
func (b *binder) mergeAll(vals []value) value {
	if len(vals) == 0 {
		return value{}
	}
	plain := len(vals) > 4
	for i := range vals {
		v := &vals[i]
		plain = plain && v.shape == nil && (v.typ == nil || v.typ.Kind != StructType)
	}
	out := vals[0]
	if !plain {
		for _, v := range vals[1:] {
			out = b.merge(out, v)
		}
		return out
	}
	sets := make([][]src, len(vals))
	for i := range vals {
		sets[i] = vals[i].srcs
		out.typ = commonType(out.typ, vals[i].typ)
	}
	out.srcs = b.unionAll(sets)
	return out
}

// mergeByName is a struct that has the fields of both, where their names or the
// order of these differ.
func (b *binder) mergeByName(x, y value) (value, bool) {
	xc, xo := b.valueColumns(x, "")
	yc, yo := b.valueColumns(y, "")
	if len(xo)+len(yo) > 0 || len(xc) == 0 || len(yc) == 0 {
		return value{}, false
	}
	same := len(xc) == len(yc)
	for _, cols := range [2][]column{xc, yc} {
		for i := range cols {
			if cols[i].name == "" {
				return value{}, false
			}
			same = same && xc[i].hash == yc[i].hash
		}
	}
	if same {
		return value{}, false
	}
	fields := slices.Clone(xc)
	for i := range yc {
		id := syntax.Ident{Name: yc[i].name, Hash: yc[i].hash}
		if c := b.findColumn(fields[:len(xc)], &id); c != nil {
			c.val = b.merge(c.val, yc[i].val)
		} else {
			fields = append(fields, yc[i])
		}
	}
	return structOf(fields, nil), true
}

// reshape merges a value that has a shape with one that has only a type, by
// taking the fields out of the latter.
func (b *binder) reshape(x, y value) *shape {
	named := x // whose names the fields have: the first's
	if x.shape == nil {
		x, y = y, x
	}
	if x.shape != nil && x.shape.elem != nil && y.shape == nil && y.typ != nil && y.typ.Kind == ArrayType {
		e := *x.shape.elem
		if named.shape == nil {
			e = b.merge(b.element(y), e)
		} else {
			e = b.merge(e, b.element(y))
		}
		return &shape{elem: &e}
	}
	if x.shape == nil || y.shape != nil || len(x.shape.fields) == 0 || len(x.shape.opens) > 0 ||
		y.typ == nil || y.typ.Kind != StructType || len(y.typ.Fields) != len(x.shape.fields) {
		return nil
	}
	if !b.spend(columnWork * len(x.shape.fields)) {
		return nil
	}
	s := &shape{fields: slices.Clone(x.shape.fields)}
	for i := range s.fields {
		f := &s.fields[i]
		if named.shape != nil {
			f.val = b.merge(f.val, b.fieldAt(y, i))
			continue
		}
		f.val = b.merge(b.fieldAt(y, i), f.val)
		f.name, f.hash = y.typ.Fields[i].Name, y.typ.Fields[i].hash
	}
	return s
}

func commonType(x, y *Type) *Type {
	switch {
	case x == nil || x == y:
		return y
	case y == nil:
		return x
	case x.Kind == y.Kind:
		if x == literalFloat {
			return y
		}
		if x.Kind == StructType && len(x.Fields) != len(y.Fields) {
			return nil
		}
		return x
	}
	if r, s := numericRank(x.Kind), numericRank(y.Kind); r > 0 && s > 0 {
		if x == literalFloat && s > 1 || y == literalFloat && r == 1 {
			return y
		}
		if y == literalFloat || r > s {
			return x
		}
		return y
	}
	// A literal string takes the other side's type; where neither is one the
	// statement would not run, so either will do.
	if x.Kind == String {
		return y
	}
	return x
}

func numericRank(k TypeKind) int {
	switch k {
	case Int64:
		return 1
	case Numeric:
		return 2
	case BigNumeric:
		return 3
	case Float64:
		return 4
	}
	return 0
}
