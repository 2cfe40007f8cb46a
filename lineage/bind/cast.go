package bind

// cast is v with another type. Fields of a struct, and of the structs in an array,
// keep their own sources and take the names of the type, by position.
func (b *binder) cast(v value, typ *Type) value { return b.convert(v, typ, Transform) }

// held is v in what has a declared type, such as a variable or a parameter: its
// fields are called as the type says, and it is the same value otherwise.
func (b *binder) held(v value, typ *Type) value {
	if typ == nil {
		return v
	}
	if hasFields(typ) && (v.shape != nil || hasFields(v.typ)) {
		return b.convert(v, typ, Direct)
	}
	v.typ = typ
	return v
}

// hasFields reports whether a type is a struct, or an array of structs.
func hasFields(t *Type) bool {
	for t != nil && t.Kind == ArrayType {
		t = t.Elem
	}
	return t != nil && t.Kind == StructType
}

// convert is v with another type, to which what has no fields flows as kind says.
func (b *binder) convert(v value, typ *Type, kind Kind) value {
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
			f.val = b.convert(f.val, typ.Fields[i].Type, kind)
		}
		return value{srcs: v.srcs, shape: s, typ: typ}
	}
	if v.shape != nil && v.shape.elem != nil && typ != nil && typ.Kind == ArrayType {
		e := b.convert(*v.shape.elem, typ.Elem, kind)
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
			return b.convert(v, typ, kind)
		case typ.Kind == ArrayType && typ.Elem != nil && v.typ.Elem != nil && typ.Elem.Kind == StructType && v.typ.Elem.Kind == StructType:
			e := b.element(v)
			v.srcs, v.shape = nil, &shape{elem: &e, size: b.length(v)}
			return b.convert(v, typ, kind)
		}
	}
	return b.derive(kind, typ, v)
}
