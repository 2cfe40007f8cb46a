package bind

// funcClass says where a function may stand.
type funcClass uint8

const (
	scalarFunc funcClass = iota
	aggregateFunc
	windowFunc // needs OVER
)

// funcResult says how the value of a call follows from its arguments.
type funcResult uint8

const (
	derived        funcResult = iota // computed from all arguments
	sameAsFirst                      // the first argument, or one of its elements less
	anyOf                            // one of the arguments
	ifElse                           // IF(cond, a, b)
	decode                           // DECODE(x, a, b, …)
	arrayOfFirst                     // an array of the first argument
	elementOfFirst                   // an element of the first argument
	arrayOfBody                      // an array of what the lambda returns
	bodyResult                       // what the lambda returns
	structFromArgs                   // an object or struct of the arguments
	noValue                          // a number that no argument is part of
	topCounts                        // an array of structs of a value and a number
	boundOf                          // an end of a range
	arrayOfArgs                      // an array of the arguments
	structField                      // the field that the second argument names
)

// A function describes one SQL function of any dialect.
type function struct {
	class         funcClass
	result        funcResult
	typ           TypeKind // of the result, if it is always the same
	elemType      TypeKind // the result is an array of it
	whole         *Type    // of the result, where it is a struct or holds some
	numbers       bool     // in BigQuery it has the type of all its arguments together, if they are numbers
	listOf        bool     // … in a list
	typeOf        int      // the result has the type of this argument, from 1
	widenInt      bool     // AVG of integers is not an integer
	mean          bool     // with floatDivision, it is a floating point number
	parts         bool     // an argument may be a date part
	besides       int      // in BigQuery the type is that of this argument, from 0, and the first together
	withinIsValue bool     // WITHIN GROUP's key is what is computed over
	second        string   // of topCounts: the name of the number
	decimals      bool     // of BigQuery's decimal numbers it gives decimal ones
	bytes         bool     // of BYTES it gives BYTES
	json          bool     // it gives JSON or STRING, as it is given, or an array of it
	ranges        bool     // in BigQuery it is a range of what it is given
	truncates     bool     // where the date part stands last, it has the type of what it cuts
	shifts        bool     // moves or cuts a point in time, by the unit in its first argument if it has three
	digest        bool     // gives hexadecimal digits, but for dialects with digestBytes
	rows          bool     // gives as many rows as its argument has elements
	rowsInSelect  bool     // so where functions that return sets may stand in a select list
	listed        bool     // it is in the table
}

// known reports whether a function is in the table at all.
func (f *function) known() bool { return f.listed }

// functions is the table of functions that are not simply computed from all
// their arguments, or whose type is known. It is never written after start-up.
var functions = buildFunctions()

func buildFunctions() map[string]function {
	m := make(map[string]function, 800)
	set := func(f function, names ...string) {
		f.listed = true
		for _, n := range names {
			m[n] = f
		}
	}
	agg := func(typ TypeKind, names ...string) {
		set(function{class: aggregateFunc, typ: typ}, names...)
	}
	// Aggregates.
	agg(Int64, "count", "count_if", "countif", "approx_count_distinct", "count_distinct", "regr_count",
		"approx_distinct", "count_big", "checksum_agg", "hll_estimate", "bit_count_agg", "uniq", "hll", "array_unique_agg_count")
	agg(Bool, "logical_and", "logical_or", "bool_and", "bool_or", "every", "booland_agg", "boolor_agg", "boolxor_agg", "some")
	agg(Float64, "corr", "covar_pop", "covar_samp", "stddev", "stddev_pop", "stddev_samp", "variance",
		"var_pop", "var_samp", "approx_percentile", "kurtosis", "skew", "regr_slope", "regr_intercept",
		"regr_r2", "regr_avgx", "regr_avgy", "regr_sxx", "regr_sxy", "regr_syy", "variance_pop", "variance_samp", "stdev", "stdevp",
		"var", "varp", "geometric_mean", "sem", "kurtosis_pop", "skewness", "entropy", "geomean", "std")
	agg(String, "string_agg", "listagg", "group_concat", "array_to_string_agg")
	googleFunctions(set)
	agg(Bytes, "hll_count.init", "hll_count.merge_partial")
	agg(Int64, "hll_count.merge")
	agg(JSON, "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "object_agg", "json_arrayagg",
		"json_objectagg", "json_group_array", "json_group_object")
	agg(Int64, "bit_and", "bit_or", "bit_xor")
	agg(Unknown,
		"bitand_agg", "bitor_agg", "bitxor_agg", "bitandagg", "bitoragg", "bit_and_agg", "bit_or_agg", "bitwise_and_agg",
		"bitwise_or_agg", "bitwise_xor_agg", "bitmap_and_agg", "bitmap_or_agg", "bitstring_agg", "hll_accumulate", "hll_combine",
		"hll_create_sketch", "hll_sketch_agg", "hll_union_agg", "theta_sketch_agg", "theta_union_agg", "theta_intersection_agg",
		"count_min_sketch", "approx_set", "qdigest_agg", "tdigest_agg", "make_set_digest", "merge_set_digest", "minhash",
		"minhash_combine", "approximate_similarity", "approximate_jaccard_index", "approx_top_k_accumulate", "approx_top_k_combine",
		"approx_percentile_accumulate", "approx_percentile_combine", "approx_percentile_cont", "approx_most_frequent",
		"histogram_numeric", "numeric_histogram", "histogram_exact", "percentile", "percentile_approx", "range_agg", "range_intersect_agg",
		"map_union", "map_union_sum", "set_union", "vector_avg", "vector_sum", "ai_agg", "ai_summarize_agg", "st_collect",
		"geometry_union_agg", "convex_hull_agg", "bitmap_union", "sumkahan", "decimal_average", "lttb",
		"array_union_agg", "map_agg", "histogram", "multimap_agg", "reduce_agg", "approx_top_k", "hash_agg", "bitmap_construct_agg", "checksum", "product", "fsum",
		"kahan_sum", "ml_agg", "xmlagg", "reservoir_quantile", "approx_quantile", "quantile", "quantile_cont",
		"quantile_disc", "anon_sum", "anon_count", "anon_avg", "differential_privacy_sum")
	set(function{class: aggregateFunc, typeOf: 1}, "sum", "sum0", "total", "try_sum", "measure")
	set(function{class: aggregateFunc, typeOf: 1, widenInt: true}, "median", "mad")
	set(function{class: aggregateFunc, typeOf: 1, widenInt: true, mean: true}, "avg", "mean", "favg", "try_avg")
	set(function{class: aggregateFunc, result: sameAsFirst}, "max", "min", "any_value", "mode", "first", "last",
		"arbitrary", "max_by", "min_by", "arg_max", "arg_min", "argmax", "argmin", "any", "max_n", "min_n",
		"anyvalue", "first_agg", "last_agg", "array_concat_agg", "arg_max_null", "arg_min_null", "arg_max_nulls_last", "arg_min_nulls_last")
	set(function{class: aggregateFunc, result: arrayOfFirst}, "array_agg", "list", "collect_list", "collect_set",
		"array_unique_agg", "set_agg", "grouparray", "approx_quantiles")
	set(function{class: aggregateFunc, typ: Float64, withinIsValue: true}, "percentile_cont")
	set(function{class: aggregateFunc, typeOf: 1, withinIsValue: true}, "percentile_disc")
	set(function{class: aggregateFunc, withinIsValue: true}, "mode_within")
	set(function{class: aggregateFunc, result: noValue, typ: Int64}, "grouping", "grouping_id")
	set(function{class: aggregateFunc, result: topCounts, typ: Int64, second: "count"}, "approx_top_count")
	set(function{class: aggregateFunc, result: topCounts, second: "sum"}, "approx_top_sum")
	// Window functions.
	set(function{class: windowFunc, result: noValue, typ: Int64}, "row_number", "rank", "dense_rank", "ntile")
	set(function{class: windowFunc, result: noValue, typ: Float64}, "percent_rank", "cume_dist")
	set(function{class: windowFunc, result: sameAsFirst}, "first_value", "last_value", "nth_value", "lag", "lead")
	set(function{class: windowFunc}, "ratio_to_report", "conditional_change_event", "conditional_true_event")

	scalar := func(typ TypeKind, names ...string) { set(function{typ: typ}, names...) }
	// Conditional.
	set(function{result: anyOf}, "coalesce", "ifnull", "nvl", "greatest", "least", "isnull", "iferror")
	set(function{result: ifElse}, "if", "iff", "iif", "nvl2")
	set(function{result: decode}, "decode")
	set(function{result: sameAsFirst}, "try", "nullif", "zeroifnull", "nullifzero", "nulliferror",
		"array_reverse", "array_slice", "array_filter", "filter", "list_filter", "array_distinct", "list_distinct",
		"list_sort", "array_sort", "sort_array", "list_reverse", "list_slice", "array_compact", "array_remove",
		"safe_negate", "abs", "array_trim")
	set(function{result: sameAsFirst, widenInt: true}, "floor", "ceil", "ceiling", "round", "trunc", "truncate")
	set(function{result: anyOf}, "array_concat", "array_cat", "list_concat", "list_cat", "concat_arrays", "array_append_all")
	set(function{result: elementOfFirst}, "array_first", "array_last", "list_first", "list_last", "element_at",
		"list_extract", "list_element", "array_extract", "get_element", "unnest", "explode", "explode_outer", "flatten_array",
		"array_min", "array_max", "list_min", "list_max", "list_any_value", "posexplode")
	set(function{result: arrayOfBody}, "array_transform", "transform", "list_transform", "list_apply", "array_apply")
	set(function{result: bodyResult}, "apply")
	set(function{result: arrayOfArgs}, "array_construct", "list_value", "list_pack", "array_value", "array")
	set(function{result: structField}, "struct_extract")
	set(function{parts: true, typ: String}, "datename", "get_format")
	set(function{result: structFromArgs}, "object_construct", "object_construct_keep_null", "json_build_object",
		"jsonb_build_object", "named_struct", "struct_pack", "json_object", "to_struct", "row_to_struct")
	// Booleans.
	scalar(Bool, "starts_with", "ends_with", "startswith", "endswith", "contains", "contains_substr", "regexp_contains",
		"regexp_like", "is_nan", "is_inf", "search", "array_includes", "array_contains", "list_contains", "array_is_distinct",
		"st_contains", "st_within", "st_intersects", "st_dwithin", "st_covers", "rlike", "regexp_matches", "ilike",
		"exists", "any_match", "all_match", "array_includes_any", "array_includes_all", "arrays_overlap", "is_integer",
		"equal_null", "range_contains", "range_overlaps", "json_exists", "isnan", "lax_bool", "to_boolean", "try_to_boolean")
	// Numbers.
	scalar(Int64, "length", "char_length", "character_length", "byte_length", "octet_length", "len", "strpos", "instr",
		"array_length", "array_size", "cardinality", "list_length", "json_array_length", "ascii", "unicode", "range_bucket",
		"farm_fingerprint", "unix_seconds", "unix_millis", "unix_micros", "unix_date", "unix_timestamp", "day", "month",
		"year", "hour", "minute", "second", "quarter", "week", "weekofyear", "dayofweek", "dayofyear", "dayofmonth",
		"bit_count", "regexp_instr", "regexp_count", "hash", "editdist3", "div", "levenshtein", "edit_distance",
		"charindex", "position", "range_sessionize_id", "lax_int64", "to_integer", "array_position", "crc32", "datalength",
		"st_numpoints", "isoweek", "yearofweek", "monthname_id", "generate_id")
	set(function{typ: Int64, parts: true}, "date_diff", "timestamp_diff", "datetime_diff", "time_diff", "datediff",
		"timestampdiff", "datepart", "date_part", "months_between_int", "datediff_big")
	scalar(Float64, "sqrt", "exp", "ln", "log", "log10", "log2", "pow", "power", "sin", "cos", "tan", "asin", "acos", "atan",
		"atan2", "rand", "random", "ieee_divide", "st_distance", "st_area", "st_length", "st_x", "st_y", "to_double",
		"lax_float64", "float64", "cbrt", "radians", "degrees", "months_between", "cosine_distance", "euclidean_distance", "pi")
	set(function{typeOf: 1}, "sign")
	scalar(Float64, "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sec", "csc", "cot", "sech", "csch", "coth")
	set(function{typeOf: 1, widenInt: true}, "safe_divide")
	set(function{typeOf: 1}, "mod", "safe_multiply", "safe_subtract", "safe_add", "div0", "div0null")
	scalar(Int64, "int64", "hll_count.extract")
	scalar(Float64, "float64")
	scalar(Bool, "bool")
	scalar(Numeric, "parse_numeric", "to_number", "to_decimal", "to_numeric", "try_to_number", "try_to_decimal")
	scalar(BigNumeric, "parse_bignumeric")
	// Strings.
	scalar(String, "concat", "concat_ws", "lower", "upper", "trim", "ltrim", "rtrim", "btrim", "substr", "substring", "left",
		"right", "lpad", "rpad", "repeat", "replace", "reverse", "regexp_extract", "regexp_replace", "regexp_substr",
		"translate", "initcap", "format", "to_json_string", "json_value", "json_extract_scalar", "json_query",
		"json_extract_path_text", "json_unquote", "to_hex", "to_base64", "to_base32", "md5_hex", "sha2", "sha2_hex", "sha1_hex",
		"to_char", "to_varchar", "format_date", "format_timestamp", "format_datetime", "format_time", "generate_uuid", "uuid",
		"gen_random_uuid", "uuid_string", "newid", "string", "split_part", "chr", "char", "soundex", "normalize",
		"normalize_and_casefold", "safe_convert_bytes_to_string", "code_points_to_string", "array_to_string", "array_join",
		"st_astext", "st_asgeojson", "session_user", "current_user", "monthname", "dayname", "date_format", "strftime",
		"overlay", "insert_string", "quote", "collate", "lax_string",
		"parse_url", "get_json_object", "json_type", "typeof", "strleft", "strright", "from_utf8", "to_utf8",
		"stuff", "string_split_part", "md5_string", "try_to_char", "to_text", "bin", "hex", "st_geohash")
	scalar(Int64, "int", "bigint", "smallint", "tinyint")
	scalar(Float64, "float", "double")
	scalar(Bool, "boolean")
	scalar(Bytes, "md5", "sha1", "sha", "sha256", "sha512", "from_hex", "from_base64", "from_base32", "code_points_to_bytes", "to_binary")
	set(function{elemType: String}, "split", "regexp_extract_all", "json_value_array", "json_extract_string_array", "string_to_array",
		"str_split", "string_split", "regexp_split_to_array", "json_keys", "regexp_substr_all")
	set(function{elemType: Int64}, "generate_array", "to_code_points", "sequence", "array_generate_range")
	set(function{elemType: Date, parts: true}, "generate_date_array")
	set(function{elemType: Timestamp, parts: true}, "generate_timestamp_array")
	set(function{elemType: JSON}, "json_query_array", "json_extract_array")
	scalar(JSON, "to_json", "parse_json", "try_parse_json", "json_set", "json_remove", "json_strip_nulls", "json_array_append",
		"json_array_insert", "json_array", "to_variant", "to_jsonb", "json_extract", "json_build_array", "object_insert",
		"object_delete", "parse_xml", "to_object", "json_parse", "from_json", "get_path", "object_keys")
	// Time.
	scalar(Date, "current_date", "date_from_unix_date", "parse_date", "to_date", "try_to_date", "make_date", "datefromparts",
		"date_from_parts", "eomonth", "curdate", "todate", "add_months", "next_day", "previous_day")
	set(function{typ: Date, parts: true}, "last_day")
	set(function{typ: Date}, "date")
	set(function{typeOf: 1, parts: true}, "date_add", "date_sub", "datetime_add", "datetime_sub", "timestamp_add", "timestamp_sub",
		"time_add", "time_sub", "datetime_trunc", "timestamp_trunc", "time_trunc", "date_bucket", "timestamp_bucket", "datetime_bucket",
		"time_bucket")
	set(function{parts: true}, "date_trunc", "dateadd", "timestampadd", "time_slice", "datetrunc", "timeadd", "extract_part", "trunc_date")
	scalar(Timestamp, "current_timestamp", "timestamp", "parse_timestamp", "timestamp_seconds", "timestamp_millis",
		"timestamp_micros", "to_timestamp", "to_timestamp_ntz", "to_timestamp_tz", "to_timestamp_ltz", "try_to_timestamp",
		"try_to_timestamp_ntz", "now", "getdate", "sysdate", "convert_timezone", "from_unixtime", "sysdatetime", "getutcdate",
		"make_timestamp", "timestamp_from_unix_seconds", "from_utc_timestamp", "to_utc_timestamp", "epoch_ms", "strptime")
	scalar(Datetime, "current_datetime", "datetime", "parse_datetime")
	scalar(Time, "current_time", "time", "parse_time", "localtime")
	scalar(Interval, "make_interval", "justify_days", "justify_hours", "justify_interval", "to_days", "to_hours")
	scalar(Geography, "st_geogpoint", "st_geogfromtext", "st_geogfromgeojson", "st_union", "st_intersection", "st_buffer",
		"st_centroid", "st_makeline", "st_point", "to_geography")
	each := func(change func(*function), names ...string) {
		for _, n := range names {
			f := m[n]
			change(&f)
			m[n] = f
		}
	}
	each(func(f *function) { f.decimals = true }, "sqrt", "exp", "ln", "log", "log10", "pow", "power")
	each(func(f *function) { f.json = true }, "json_query", "json_extract", "json_query_array", "json_extract_array")
	each(func(f *function) { f.bytes = true }, "string_agg", "concat", "trim", "ltrim", "rtrim", "substr", "substring", "left", "right",
		"lpad", "rpad", "repeat", "replace", "reverse", "regexp_extract", "regexp_substr", "regexp_replace", "lower", "upper", "translate",
		"split", "regexp_extract_all", "array_to_string")
	each(func(f *function) { f.truncates = true }, "date_trunc")
	each(func(f *function) { f.shifts = true }, "date_trunc", "datetrunc", "date_add", "date_sub", "dateadd", "timestampadd", "timeadd")
	each(func(f *function) { f.digest = true }, "md5", "sha1", "sha")
	each(func(f *function) { f.besides = 1 }, "nullif")
	each(func(f *function) { f.besides = 2 }, "lag", "lead")
	each(func(f *function) { f.numbers = true }, "div", "safe_add", "safe_subtract", "safe_multiply", "safe_divide", "mod")
	each(func(f *function) { f.numbers, f.listOf = true, true }, "generate_array")
	each(func(f *function) { f.ranges, f.listed = true, true }, "range")
	for _, n := range []string{"unnest", "explode", "explode_outer", "posexplode", "posexplode_outer", "inline", "inline_outer"} {
		f := m[n]
		f.rows, f.listed = true, true
		m[n] = f
	}
	for _, n := range []string{"generate_series", "generate_subscripts", "regexp_split_to_table", "regexp_matches", "string_to_table",
		"json_array_elements", "jsonb_array_elements", "json_array_elements_text", "jsonb_array_elements_text",
		"json_object_keys", "jsonb_object_keys", "json_each", "jsonb_each", "json_each_text", "jsonb_each_text", "jsonb_path_query"} {
		f := m[n]
		f.rowsInSelect, f.listed = true, true
		m[n] = f
	}
	for _, n := range []string{"trunc", "truncate", "normalize"} {
		f := m[n]
		f.parts = true
		m[n] = f
	}
	return m
}

// tableColumn is a column of a table function whose columns are always the same.
type tableColumn struct {
	name string
	kind TypeKind
}

// tableFunctions are the table functions whose columns do not depend on their
// arguments; every column comes from all of these. An empty list gives the value
// itself under the function's name or alias.
var tableFunctions = map[string][]tableColumn{
	"flatten": {
		{"SEQ", Int64}, {"KEY", String}, {"PATH", String}, {"INDEX", Int64}, {"VALUE", JSON}, {"THIS", JSON},
	},
	"split_to_table":            {{"SEQ", Int64}, {"INDEX", Int64}, {"VALUE", String}},
	"strtok_split_to_table":     {{"SEQ", Int64}, {"INDEX", Int64}, {"VALUE", String}},
	"generator":                 {{"SEQ4", Int64}},
	"string_split":              {{"value", String}, {"ordinal", Int64}},
	"openjson":                  {{"key", String}, {"value", String}, {"type", Int64}},
	"json_each":                 {{"key", String}, {"value", JSON}, {"type", String}, {"atom", String}, {"id", Int64}, {"parent", Int64}, {"fullkey", String}, {"path", String}},
	"jsonb_each":                {{"key", String}, {"value", JSON}},
	"json_each_text":            {{"key", String}, {"value", String}},
	"jsonb_each_text":           {{"key", String}, {"value", String}},
	"json_array_elements":       {{"value", JSON}},
	"jsonb_array_elements":      {{"value", JSON}},
	"json_array_elements_text":  {{"value", String}},
	"jsonb_array_elements_text": {{"value", String}},
	"json_object_keys":          {{"json_object_keys", String}},
	"jsonb_object_keys":         {{"jsonb_object_keys", String}},
	"generate_series":           {{"generate_series", Int64}},
	"range":                     {{"range", Int64}},
	"generate_subscripts":       {{"generate_subscripts", Int64}},
	"regexp_split_to_table":     {{"regexp_split_to_table", String}},
	"string_to_table":           {{"string_to_table", String}},
	"explode":                   {{"col", Unknown}},
	"explode_outer":             {{"col", Unknown}},
	"posexplode":                {{"pos", Int64}, {"col", Unknown}},
	"sequence":                  {{"col", Int64}},
	"generate_date_array":       {{"generate_date_array", Date}},
	"jsonb_path_query":          {{"jsonb_path_query", JSON}},
	"regexp_matches":            {{"regexp_matches", Unknown}},
	"glob":                      {{"file", String}},
	"read_text":                 {{"filename", String}, {"content", String}, {"size", Int64}, {"last_modified", Timestamp}},
	"read_blob":                 {{"filename", String}, {"content", Bytes}, {"size", Int64}, {"last_modified", Timestamp}},
	"infer_schema":              {{"COLUMN_NAME", String}, {"TYPE", String}, {"NULLABLE", Bool}, {"EXPRESSION", String}, {"FILENAMES", String}, {"ORDER_ID", Int64}},
}

// dateParts are the words that functions of dates take as a unit.
var dateParts = func() map[string]bool {
	m := make(map[string]bool, 128)
	for _, p := range []string{
		"microsecond", "microseconds", "millisecond", "milliseconds", "second", "seconds", "minute", "minutes",
		"hour", "hours", "day", "days", "week", "weeks", "isoweek", "month", "months", "quarter", "quarters",
		"year", "years", "isoyear", "dayofweek", "dayofyear", "date", "time", "datetime", "nanosecond", "nanoseconds",
		"decade", "century", "millennium", "epoch", "dow", "doy", "isodow", "weekday", "weekofyear", "weekiso",
		"dayofmonth", "dayofweekiso", "yearofweek", "yearofweekiso", "timezone_hour", "timezone_minute", "epoch_second",
		"epoch_millisecond", "epoch_microsecond", "epoch_nanosecond",
		"yy", "yyyy", "yyy", "y", "yr", "yrs", "qq", "q", "qtr", "qtrs", "mm", "m", "mon", "mons", "dy", "dd", "d", "ddd",
		"wk", "ww", "w", "woy", "wy", "dw", "hh", "h", "hr", "hrs", "mi", "n", "min", "mins", "ss", "s", "sec", "secs",
		"ms", "msec", "us", "usec", "mcs", "ns", "nsec", "iso_week", "isowk", "isowk", "tzoffset",
		"nfc", "nfd", "nfkc", "nfkd",
		"second_microsecond", "minute_second", "hour_minute", "day_hour", "year_month", "day_minute", "day_second",
	} {
		m[p] = true
	}
	return m
}()
