package bind

// googleFunctions lists the functions that BigQuery alone has, and with their
// namespaces those that have one.
func googleFunctions(set func(function, ...string)) {
	scalar := func(typ TypeKind, names ...string) { set(function{typ: typ}, names...) }
	arrays := func(elem TypeKind, names ...string) { set(function{elemType: elem}, names...) }
	whole := func(t *Type, names ...string) { set(function{whole: t}, names...) }
	// Geography.
	scalar(Bool, "st_coveredby", "st_disjoint", "st_equals", "st_hausdorffdwithin", "st_intersectsbox", "st_isclosed", "st_iscollection",
		"st_isempty", "st_isring", "st_touches")
	scalar(Int64, "s2_cellidfrompoint", "st_dimension", "st_npoints", "st_numgeometries")
	scalar(Float64, "st_angle", "st_azimuth", "st_hausdorffdistance", "st_linelocatepoint", "st_maxdistance", "st_perimeter")
	scalar(String, "st_geometrytype", "st_askml")
	scalar(Bytes, "st_asbinary")
	scalar(Geography, "st_boundary", "st_bufferwithtolerance", "st_closestpoint", "st_convexhull", "st_difference", "st_endpoint",
		"st_exteriorring", "st_geogfrom", "st_geogfromkml", "st_geogfromwkb", "st_geogpointfromgeohash", "st_lineinterpolatepoint",
		"st_linesubstring", "st_makepolygon", "st_makepolygonoriented", "st_pointn", "st_simplify", "st_snaptogrid", "st_startpoint",
		"st_unaryunion")
	arrays(Int64, "s2_coveringcellids")
	arrays(Geography, "st_dump", "st_interiorrings")
	set(function{class: aggregateFunc, typ: Geography}, "st_centroid_agg", "st_union_agg")
	set(function{class: windowFunc, typ: Int64}, "st_clusterdbscan")
	box := structType("xmin", Float64, "ymin", Float64, "xmax", Float64, "ymax", Float64)
	set(function{class: aggregateFunc, whole: box}, "st_extent")
	whole(box, "st_boundingbox")
	// Sketches.
	for _, of := range []struct {
		suffix string
		kind   TypeKind
	}{{"int64", Int64}, {"float64", Float64}} {
		set(function{class: aggregateFunc, typ: Bytes}, "kll_quantiles.init_"+of.suffix)
		set(function{class: aggregateFunc, elemType: of.kind}, "kll_quantiles.merge_"+of.suffix)
		set(function{class: aggregateFunc, typ: of.kind}, "kll_quantiles.merge_point_"+of.suffix)
		arrays(of.kind, "kll_quantiles.extract_"+of.suffix)
		scalar(of.kind, "kll_quantiles.extract_point_"+of.suffix)
	}
	set(function{class: aggregateFunc, typ: Bytes}, "kll_quantiles.merge_partial")
	// JSON.
	arrays(Bool, "bool_array", "lax_bool_array")
	arrays(Int64, "int64_array", "lax_int64_array")
	arrays(Float64, "float64_array", "lax_float64_array")
	arrays(String, "string_array", "lax_string_array")
	scalar(Bool, "json_contains")
	scalar(JSON, "safe_to_json")
	// Networks, keys, encryption.
	scalar(Bytes, "net.ip_from_string", "net.ip_net_mask", "net.ip_trunc", "net.ipv4_from_int64", "net.safe_ip_from_string")
	scalar(String, "net.host", "net.ip_to_string", "net.public_suffix", "net.reg_domain")
	scalar(Int64, "net.ipv4_to_int64")
	scalar(Bytes, "keys.new_keyset", "keys.new_wrapped_keyset", "keys.keyset_from_json", "keys.rewrap_keyset", "keys.rotate_keyset",
		"keys.rotate_wrapped_keyset", "keys.add_key_from_raw_bytes", "aead.encrypt", "aead.decrypt_bytes", "deterministic_encrypt",
		"deterministic_decrypt_bytes")
	scalar(String, "keys.keyset_to_json", "aead.decrypt_string", "deterministic_decrypt_string", "dlp_deterministic_encrypt",
		"dlp_deterministic_decrypt")
	scalar(Int64, "keys.keyset_length")
	// Arrays and ranges.
	set(function{result: boundOf}, "range_start", "range_end")
	set(function{typeOf: 1}, "range_intersect")
	set(function{result: arrayOfFirst}, "generate_range_array")
	scalar(Bool, "range_is_start_unbounded", "range_is_end_unbounded")
	set(function{result: elementOfFirst}, "array_sum")
	set(function{result: elementOfFirst, widenInt: true}, "array_avg")
	arrays(Int64, "array_offsets", "array_find_all")
	arrays(JSON, "json_flatten")
	set(function{class: aggregateFunc, typeOf: 1}, "elementwise_sum", "elementwise_avg")
	// The rest.
	scalar(Bool, "iserror")
	scalar(String, "split_substr")
	scalar(Numeric, "pi_numeric")
	scalar(BigNumeric, "pi_bignumeric")
	scalar(Timestamp, "timestamp_from_unix_millis", "timestamp_from_unix_micros")
	set(function{class: windowFunc, result: noValue, typ: Bool}, "is_first", "is_last")
	// Text, models and objects.
	arrays(String, "text_analyze", "ml.ngrams")
	whole(ArrayOf(structType("term", String, "count", Int64)), "bag_of_words")
	whole(ArrayOf(structType("term", String, "tf_idf", Float64)), "tf_idf")
	scalar(Float64, "ml.distance", "ml.lp_norm", "ml.max_abs_scaler", "ml.min_max_scaler", "ml.robust_scaler", "ml.standard_scaler",
		"ai.score", "ai.similarity")
	scalar(Int64, "ml.hash_bucketize", "ml.label_encoder")
	scalar(String, "ml.bucketize", "ml.quantile_bucketize", "ai.classify")
	scalar(Bool, "ai.if")
	arrays(Float64, "ml.normalizer")
	whole(ArrayOf(structType("index", Int64, "value", Float64)), "ml.one_hot_encoder", "ml.multi_hot_encoder")
	set(function{typeOf: 1}, "ml.imputer")
	set(function{}, "ai.generate", "ai.embed")
	whole(structType("result", Bool, "full_response", JSON, "status", String), "ai.generate_bool")
	whole(structType("result", Int64, "full_response", JSON, "status", String), "ai.generate_int")
	whole(structType("result", Float64, "full_response", JSON, "status", String), "ai.generate_double")
	whole(structType("uri", String, "version", String, "authorizer", String, "details", JSON), "obj.make_ref", "obj.fetch_metadata")
	scalar(JSON, "obj.get_access_url")
}

// structType is a struct of names and kinds in turn.
func structType(pairs ...any) *Type {
	t := &Type{Kind: StructType}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		kind, _ := pairs[i+1].(TypeKind)
		t.Fields = append(t.Fields, NewTypeField(name, basic(kind)))
	}
	return t
}

// namespaces are those of BigQuery's functions. A function of another is looked
// up by its last name.
var namespaces = [...]string{"hll_count", "kll_quantiles", "net", "keys", "aead", "ml", "ai", "obj"}

// literalFloat is the type of a literal like 1.5 in BigQuery: it is as exact as
// what it is computed with. Its place in memory tells it from FLOAT64, which it is
// as soon as it is the value of anything else.
var literalFloat = &Type{Kind: Float64}

// settled is the type of a value that is no literal any more.
func settled(t *Type) *Type {
	switch {
	case t == literalFloat:
		return basic(Float64)
	case t != nil && t.Kind == ArrayType && t.Elem == literalFloat:
		return ArrayOf(basic(Float64))
	}
	return t
}

// common is the type that all arguments have together, nil if one is not known.
func common(args []value) *Type {
	var typ *Type
	for i := range args {
		if args[i].typ == nil {
			return nil
		}
		typ = commonType(typ, args[i].typ)
	}
	return typ
}

// googleType is the type of a call in BigQuery, where it depends on those of the
// arguments.
func googleType(fn function, typ *Type, args []value) *Type {
	if len(args) == 0 || args[0].typ == nil {
		return typ
	}
	first := args[0].typ
	switch {
	case fn.numbers:
		t := common(args)
		if t == nil || numericRank(t.Kind) == 0 {
			return typ
		}
		if fn.listOf {
			return ArrayOf(t)
		}
		if fn.widenInt && t.Kind == Int64 {
			return basic(Float64)
		}
		return t
	case fn.truncates:
		return first
	case fn.ranges && len(args) == 2:
		return &Type{Kind: Range, Elem: first}
	case fn.bytes && first.Kind == ArrayType && first.Elem != nil && first.Elem.Kind == Bytes:
		return first.Elem
	case fn.bytes && first.Kind == Bytes && typ != nil && typ.Kind == ArrayType:
		return ArrayOf(first)
	case fn.bytes && first.Kind == Bytes:
		return first
	case fn.json && (first.Kind == JSON || first.Kind == String):
		if typ != nil && typ.Kind == ArrayType {
			return ArrayOf(first)
		}
		return first
	case fn.decimals:
		if t := common(args); t == nil || t.Kind == Numeric || t.Kind == BigNumeric {
			return t
		}
	}
	return typ
}
