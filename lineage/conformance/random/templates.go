package random

// In templates a letter in braces is an expression: of a type, {e} of the type
// of the whole, {*} of any, {c} a comparison, {l} an array, {el} an array of {e},
// {Q} a query.
var letters = map[string]*typ{
	"i": tInt, "f": tFloat, "n": tNum, "b": tBool, "s": tStr, "y": tBytes, "d": tDate, "t": tTS,
	"dt": tDT, "tm": tTime, "j": tJSON, "g": tGeo, "iv": tIv, "r": tRange, "big": tBig,
}

var generic = []string{
	"if({b}, {e}, {e})", "case when {b} then {e} else {e} end", "case when {b} then {e} when {b} then {e} end",
	"case {i} when {i} then {e} else {e} end", "coalesce({e}, {e})", "ifnull({e}, {e})", "iferror({e}, {e})",
	"array_first({el})", "array_last({el})",
}

var templates = map[*typ][]string{
	tInt: {
		"{i} + {i}", "{i} * {i}", "-{i}", "length({s})", "date_diff({d}, {d}, day)", "array_length({l})", "extract(year from {d})",
		"extract(hour from {t})", "unix_seconds({t})", "cast({s} as int64)", "safe_cast({s} as int64)", "mod({i}, {i})", "nullif({i}, {i})",
		"greatest({i}, {i})", "int64({j})", "farm_fingerprint({s})", "strpos({s}, {s})", "{i} & {i}", "div({i}, {i})", "array_max({li})",
		"timestamp_diff({t}, {t}, hour)", "cast({n} as int64)", "sign({i})",
	},
	tFloat: {"{f} + {f}", "{i} / {i}", "sqrt({f})", "{f} * {i}", "cast({s} as float64)", "rand()", "float64({j})", "safe_divide({f}, {i})", "round({f})", "ieee_divide({f}, {f})", "power({f}, {i})", "st_x({g})"},
	tNum:   {"{n} + {n}", "{n} * {i}", "round({n}, 1)", "cast({i} as numeric)", "abs({n})", "greatest({n}, {i})", "{n} / {i}", "safe_add({n}, {n})"},
	tBig:   {"{big} + {n}", "cast({s} as bignumeric)", "abs({big})"},
	tBool: {
		"{c}", "{c}", "{c}", "{s} like 'a%'", "{i} in ({i}, {i})", "{s} in unnest({ls})", "{*} is null", "{*} is not null", "not {b}", "({b} and {b})",
		"({b} or {b})", "{i} between {i} and {i}", "exists ({Q})", "exists ({Q})", "{i} in ({Qi})", "{s} in ({Qs})", "{s} not in ({Qs})", "starts_with({s}, {s})",
		"regexp_contains({s}, 'x')", "({i}, {s}) = ({i}, {s})", "({i}, {s}) in ((1, 'a'), ({i}, {s}))", "{s} like any ({s}, {s})", "{b} is true", "range_contains({r}, {d})",
		"array_includes({li}, {i})", "not exists ({Q})",
	},
	tStr: {
		"concat({s}, {s})", "{s} || {s}", "upper({s})", "lower({s})", "cast({*} as string)", "to_json_string({*})", "format('%t', {*})", "json_value({j}, '$.a')", "string({j})",
		"substr({s}, {i})", "trim({s})", "replace({s}, {s}, {s})", "array_to_string({ls}, ',')", "split({s}, ',')[safe_offset(0)]", "regexp_extract({s}, 'x')", "format_date('%Y', {d})",
		"to_hex({y})", "lpad({s}, {i})", "nullif({s}, {s})", "string({t})", "json_query({s}, '$.a')", "lax_string({j})", "st_astext({g})",
	},
	tBytes: {"md5({s})", "cast({s} as bytes)", "sha256({s})", "{y} || {y}", "from_hex({s})"},
	tDate: {
		"date({t})", "date_add({d}, interval {i} day)", "date_trunc({d}, month)", "cast({s} as date)", "date({i}, {i}, {i})", "last_day({d})", "greatest({d}, {d})", "date({dt})",
		"parse_date('%Y', {s})", "{d} + {i}", "range_start({r})",
	},
	tDT:    {"datetime({t})", "datetime_add({dt}, interval {i} hour)", "datetime_trunc({dt}, day)", "datetime({d}, {tm})", "cast({d} as datetime)", "{d} - {iv}"},
	tTime:  {"time({t})", "time_add({tm}, interval {i} minute)", "time({dt})", "cast({s} as time)"},
	tTS:    {"timestamp({d})", "timestamp_trunc({t}, day)", "timestamp_add({t}, interval {i} hour)", "timestamp({s})", "timestamp_seconds({i})", "{t} - {iv}", "cast({dt} as timestamp)"},
	tIv:    {"make_interval(day => {i})", "{t} - {t}", "interval {i} hour", "justify_days({iv})"},
	tJSON:  {"to_json({*})", "parse_json({s})", "{j}.a", "{j}['b'].c", "json_query({j}, '$.a')", "json_object('a', {*})", "json_array({*}, {*})", "{j}[{i}]", "json_set({j}, '$.a', {i})"},
	tGeo:   {"st_geogpoint({f}, {f})", "st_centroid({g})"},
	tRange: {"range({d}, {d})"},
}
