package bind

// cast is v with another type. Fields of a struct, and of the structs in an array,
// keep their own sources and take the names of the type, by position.
func (b *binder) cast(v value, typ *Type) value {
	if v.shape != nil && !b.spend(columnWork*len(v.shape.fields)) {
		return value{typ: typ}
	}
	if v.shape != nil && typ != nil && typ.Kind == StructType && v.shape.elem == nil && len(v.shape.fields) == len(typ.Fields) {
		s := &shape{fields: append([]column(nil), v.shape.fields...)}
		for i := range s.fields {
			f := &s.fields[i]
			if typ.Fields[i].Name != "" {
				f.name, f.hash = typ.Fields[i].Name, typ.Fields[i].hash
			}
			f.val = b.cast(f.val, typ.Fields[i].Type)
		}
		return value{srcs: v.srcs, shape: s, typ: typ}
	}
	if v.shape != nil && v.shape.elem != nil && typ != nil && typ.Kind == ArrayType {
		e := b.cast(*v.shape.elem, typ.Elem)
		return value{srcs: v.srcs, shape: &shape{elem: &e, size: v.shape.size}, typ: typ}
	}
	if v.shape == nil && v.typ != nil && typ != nil && v.typ.Kind == typ.Kind {
		switch {
		case typ.Kind == StructType && len(v.typ.Fields) == len(typ.Fields):
			fields := make([]column, len(typ.Fields))
			for i := range fields {
				fields[i].val = b.fieldAt(v, i)
			}
			v.srcs, v.shape = nil, &shape{fields: fields}
			return b.cast(v, typ)
		case typ.Kind == ArrayType && typ.Elem != nil && v.typ.Elem != nil && typ.Elem.Kind == StructType && v.typ.Elem.Kind == StructType:
			e := b.element(v)
			v.srcs, v.shape = nil, &shape{elem: &e, size: b.length(v)}
			return b.cast(v, typ)
		}
	}
	return b.derive(Transform, typ, v)
}
