package bind

import (
	"slices"
	"strconv"

	"impact/lineage/syntax"
)

// A src is one leaf that flows into a value. Negative leaves stand for groups
// of uses: the value is computed over a window, or in a subquery, whose uses are
// kept in binder.groups[-leaf-1].
type src struct {
	leaf int32
	pos  syntax.Pos
	kind Kind
	conf Confidence
}

// A value is what an expression evaluates to: the leaves it comes from, in
// ascending order, and, where it was constructed from parts, its shape.
type value struct {
	srcs  []src
	shape *shape
	typ   *Type
}

// A shape keeps the parts of a struct or the element of an array apart, so that
// taking a part out again gives that part's own sources. With a shape, srcs are
// the sources that belong to the whole and to no part.
type shape struct {
	fields []column // of a struct; nil for an array
	opens  []open   // further fields that are not known by name
	elem   *value   // of an array
	size   []src    // of an array, beside its own sources: what decides only how many elements there are
	all    *[]src   // the sources of all parts together, once they are asked for
}

// flat returns the sources of a value with all its parts.
func (b *binder) flat(v value) []src {
	if v.shape == nil {
		return v.srcs
	}
	s := v.shape
	if s.all != nil {
		return b.union(v.srcs, *s.all)
	}
	if !b.spend(1) {
		return nil
	}
	var sets [][]src
	if n := len(s.fields) + len(s.opens); n > 0 {
		sets = make([][]src, 0, n+1)
	}
	if s.elem != nil {
		sets = append(sets, b.flat(*s.elem))
	}
	for i := range s.fields {
		sets = append(sets, b.flat(s.fields[i].val))
	}
	for _, o := range s.opens {
		sets = append(sets, b.openStar(o))
	}
	all := b.unionAll(sets)
	s.all = &all
	return b.union(v.srcs, all)
}

// unionAll merges any number of sets of sources, each with one about as long as
// itself. The list is used up.
func (b *binder) unionAll(sets [][]src) []src {
	for len(sets) > 1 {
		n := 0
		for i := 0; i < len(sets); i += 2 {
			if i+1 < len(sets) {
				sets[n] = b.union(sets[i], sets[i+1])
			} else {
				sets[n] = sets[i]
			}
			n++
		}
		sets = sets[:n]
		if b.exhausted() {
			return nil
		}
	}
	if len(sets) == 0 {
		return nil
	}
	return sets[0]
}

// union merges two ascending sets of sources. The stronger kind, the better
// confidence and the first place win where both name a leaf.
func (b *binder) union(x, y []src) []src {
	if len(y) == 0 {
		return x
	}
	if len(x) == 0 {
		return y
	}
	if len(x) == len(y) && &x[0] == &y[0] {
		return x
	}
	out := b.allocSrcs(len(x) + len(y))
	i, j := 0, 0
	for i < len(x) && j < len(y) {
		switch {
		case x[i].leaf < y[j].leaf:
			out = append(out, x[i])
			i++
		case x[i].leaf > y[j].leaf:
			out = append(out, y[j])
			j++
		default:
			out = append(out, mergeSrc(x[i], y[j]))
			i++
			j++
		}
	}
	out = append(out, x[i:]...)
	out = append(out, y[j:]...)
	return b.keepSrcs(out)
}

func mergeSrc(x, y src) src {
	x.kind = max(x.kind, y.kind)
	x.conf = max(x.conf, y.conf)
	if x.pos < 0 || y.pos >= 0 && y.pos < x.pos {
		x.pos = y.pos
	}
	return x
}

// throughKind returns the kind of a source of kind inner seen through an
// operation of kind outer.
func throughKind(outer, inner Kind) Kind {
	if outer == Conditional || inner == Conditional {
		return Conditional
	}
	return max(outer, inner)
}

// through returns the sources seen through an operation.
func (b *binder) through(kind Kind, srcs []src) []src {
	if kind == Direct || len(srcs) == 0 {
		return srcs
	}
	same := true
	for i := range srcs {
		if throughKind(kind, srcs[i].kind) != srcs[i].kind {
			same = false
			break
		}
	}
	if same {
		return srcs
	}
	out := append(b.allocSrcs(len(srcs)), srcs...)
	for i := range out {
		out[i].kind = throughKind(kind, out[i].kind)
	}
	return b.keepSrcs(out)
}

// confide lowers the confidence of all sources to at least conf.
func (b *binder) confide(conf Confidence, srcs []src) []src {
	out := append(b.allocSrcs(len(srcs)), srcs...)
	for i := range out {
		out[i].conf = max(out[i].conf, conf)
	}
	return b.keepSrcs(out)
}

// at returns the sources with the place where they are named, for those that
// have none yet.
func (b *binder) at(pos syntax.Pos, srcs []src) []src {
	named := true
	for i := range srcs {
		if srcs[i].pos < 0 {
			named = false
			break
		}
	}
	if named {
		return srcs
	}
	out := append(b.allocSrcs(len(srcs)), srcs...)
	for i := range out {
		if out[i].pos < 0 {
			out[i].pos = pos
		}
	}
	return b.keepSrcs(out)
}

// derive is the plain value that an operation of the given kind makes of others.
func (b *binder) derive(kind Kind, typ *Type, vals ...value) value {
	if len(vals) > 3 {
		sets := make([][]src, len(vals))
		for i, v := range vals {
			sets[i] = b.flat(v)
		}
		return value{srcs: b.through(kind, b.unionAll(sets)), typ: typ}
	}
	var out []src
	for _, v := range vals {
		out = b.union(out, b.flat(v))
	}
	return value{srcs: b.through(kind, out), typ: typ}
}

// shaped applies fn to the sources of every part of a value, keeping its shape.
func (b *binder) shaped(v value, fn func([]src) []src) value {
	v.srcs = fn(v.srcs)
	if v.shape == nil || !b.spend(1+columnWork*len(v.shape.fields)) {
		return v
	}
	s := &shape{opens: v.shape.opens}
	if v.shape.elem != nil {
		e := b.shaped(*v.shape.elem, fn)
		s.elem = &e
	}
	if v.shape.fields != nil {
		s.fields = slices.Clone(v.shape.fields)
		for i := range s.fields {
			s.fields[i].val = b.shaped(s.fields[i].val, fn)
		}
	}
	v.shape = s
	return v
}

// withKind sees every part of a value through an operation that keeps its shape.
func (b *binder) withKind(kind Kind, v value) value {
	if v.shape == nil {
		v.srcs = b.through(kind, v.srcs)
		return v
	}
	return b.shaped(v, func(s []src) []src { return b.through(kind, s) })
}

// plus adds sources to the whole of a value.
func (b *binder) plus(v value, more []src) value {
	v.srcs = b.union(v.srcs, more)
	return v
}

// fieldAt is the i-th field of a value whose type is a struct.
func (b *binder) fieldAt(v value, i int) value {
	f := v.typ.Fields[i]
	if f.Name == "" {
		return value{srcs: b.through(Transform, v.srcs), typ: f.Type}
	}
	return value{srcs: b.extend(v.srcs, f.Name), typ: f.Type}
}

// extend follows a field name from every source that is copied as it is; other
// sources stay what they are.
func (b *binder) extend(srcs []src, name string) []src {
	out := b.allocSrcs(len(srcs))
	sorted := true
	for _, s := range srcs {
		if s.kind == Direct && s.leaf >= 0 {
			s.leaf = b.leaves.field(s.leaf, name)
		}
		if len(out) > 0 && out[len(out)-1].leaf >= s.leaf {
			sorted = false
		}
		out = append(out, s)
	}
	if !sorted {
		slices.SortStableFunc(out, func(x, y src) int { return int(x.leaf) - int(y.leaf) })
		out = slices.CompactFunc(out, func(x, y src) bool { return x.leaf == y.leaf })
	}
	return b.keepSrcs(out)
}

// field takes a field out of a struct value. It reports false if the value is
// known to have no such field.
func (b *binder) field(v value, id *syntax.Ident) (value, bool) {
	if s := v.shape; s != nil && s.elem == nil {
		if f := b.findColumn(s.fields, id); f != nil {
			out := b.plus(f.val, v.srcs)
			if v.typ != nil && v.typ.Kind == JSON {
				out.typ = v.typ
			}
			return out, true
		}
		for _, o := range s.opens {
			if fv, ok := b.openColumn(o, id); ok {
				return b.plus(fv, v.srcs), true
			}
		}
		if i, ok := b.unnamedField(id.Name); ok && i < len(s.fields) && s.fields[i].name == "" {
			return b.plus(s.fields[i].val, v.srcs), true
		}
		return value{}, false
	}
	if b.traits.generators && isList(v) { // Spark's list of a field of each element
		f, ok := b.field(b.element(v), id)
		return arrayOf(f), ok
	}
	if v.shape != nil { // field of every element of an array
		return value{srcs: b.through(Transform, b.flat(v))}, !b.traits.noArrayFields || b.flattening
	}
	switch {
	case !known(v.typ), v.typ.Kind == Other:
		typ, ok := droppedField(v.typ, id.Name)
		if !ok {
			return value{}, false
		}
		return value{srcs: b.extend(v.srcs, id.Name), typ: typ}, true
	case v.typ.Kind == JSON:
		return value{srcs: b.extend(v.srcs, id.Name), typ: v.typ}, true
	case v.typ.Kind == StructType:
		if i := b.typeField(v.typ.Fields, id); i >= 0 {
			return b.fieldAt(v, i), true
		}
		return value{}, false
	case v.typ.Kind == ArrayType && b.traits.noArrayFields && !b.flattening:
		return value{}, false
	case v.typ.Kind == ArrayType, v.typ.Kind == Map:
		return value{srcs: b.through(Transform, v.srcs)}, true
	}
	return value{srcs: b.through(Transform, v.srcs)}, (v.typ.Kind == Range || v.typ.Kind == String) && !b.traits.strictNames
}

// unnamedField is the place of a field of ROW that the dialect gives a name to, as
// f1 in PostgreSQL is.
func (b *binder) unnamedField(name string) (int, bool) {
	n := len(b.traits.rowField)
	if n == 0 || len(name) <= n || !syntax.EqualFold(name[:n], b.traits.rowField) {
		return 0, false
	}
	i, err := strconv.Atoi(name[n:])
	i -= b.traits.rowFieldFirst
	return i, err == nil && i >= 0
}

// Length is the field path of an array's length: what depends on it does not
// depend on what the elements hold.
const Length = "[]"

// length is what decides how many elements an array has.
func (b *binder) length(v value) []src {
	if v.shape != nil {
		return b.union(v.srcs, v.shape.size)
	}
	return b.extend(v.srcs, Length)
}

// element is what an array value holds.
func (b *binder) element(v value) value {
	switch {
	case v.shape != nil && v.shape.elem != nil:
		return b.plus(*v.shape.elem, v.srcs)
	case v.shape != nil:
		return value{srcs: b.flat(v)}
	case v.typ != nil && (v.typ.Kind == ArrayType || v.typ.Kind == Map):
		return value{srcs: v.srcs, typ: v.typ.Elem}
	case v.typ != nil && (v.typ.Kind == JSON || v.typ.Kind == Unknown):
		return value{srcs: v.srcs, typ: v.typ}
	}
	return value{srcs: v.srcs}
}

// arrayOf is an array whose elements are v.
func arrayOf(v value) value {
	out := value{typ: ArrayOf(v.typ)}
	if v.shape == nil {
		out.srcs = v.srcs
		return out
	}
	out.shape = &shape{elem: &v}
	return out
}

// structOf is a struct with the given fields.
func structOf(fields []column, opens []open) value {
	typ := &Type{Kind: StructType, Fields: make([]TypeField, len(fields))}
	for i := range fields {
		typ.Fields[i] = TypeField{Name: fields[i].name, Type: fields[i].val.typ, hash: fields[i].hash}
	}
	if len(opens) > 0 {
		typ = nil
	}
	return value{shape: &shape{fields: fields, opens: opens}, typ: typ}
}

// allocSrcs returns an empty slice with room for n sources. Only one such slice
// may be in the making at a time; keepSrcs ends that.
func (b *binder) allocSrcs(n int) []src {
	b.spent += 2 * n
	return b.m.srcs.Room(n)
}

// keepSrcs makes the slice that allocSrcs handed out permanent.
func (b *binder) keepSrcs(s []src) []src { return b.m.srcs.Take(s) }
