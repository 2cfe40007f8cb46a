-- functions of numbers, 1
select abs(i) as c1, abs(n) as c2, abs(f) as c3, abs(bn) as c4, acos(f) as c5, acosh(f) as c6, asin(f) as c7, asinh(f) as c8, atan(f) as c9, atan2(f, f) as c10, atanh(f) as c11, cbrt(f) as c12 from p.d.kinds
-- functions of numbers, 2
select ceil(i) as c1, ceil(n) as c2, ceiling(f) as c3, cos(f) as c4, cosh(f) as c5, cosine_distance(af, af) as c6, cot(f) as c7, coth(f) as c8, csc(f) as c9, csch(f) as c10, div(i, i) as c11, div(n, i) as c12 from p.d.kinds
-- functions of numbers, 3
select exp(f) as c1, exp(n) as c2, euclidean_distance(af, af) as c3, floor(i) as c4, floor(n) as c5, greatest(i, n) as c6, greatest(i, f) as c7, greatest(s, 'a') as c8, greatest(d, d) as c9, ieee_divide(i, f) as c10, is_inf(f) as c11, is_nan(f) as c12 from p.d.kinds
-- functions of numbers, 4
select least(i, 1.5) as c1, ln(f) as c2, ln(n) as c3, log(f) as c4, log(n, 2) as c5, log10(f) as c6, mod(i, 2) as c7, mod(n, 2) as c8, pow(i, 2) as c9, pow(n, 2) as c10, power(f, 2) as c11, power(i, n) as c12 from p.d.kinds
-- functions of numbers, 5
select rand() as c1, range_bucket(i, ai) as c2, round(f) as c3, round(n, 1) as c4, round(i) as c5, round(n, 1, 'ROUND_HALF_EVEN') as c6, safe_add(i, 1) as c7, safe_add(n, i) as c8, safe_divide(i, 2) as c9, safe_divide(n, i) as c10, safe_divide(f, i) as c11, safe_multiply(i, n) as c12 from p.d.kinds
-- functions of numbers, 6
select safe_negate(i) as c1, safe_negate(n) as c2, safe_subtract(i, f) as c3, sec(f) as c4, sech(f) as c5, sign(i) as c6, sign(n) as c7, sign(f) as c8, sin(f) as c9, sinh(f) as c10, sqrt(n) as c11, sqrt(f) as c12 from p.d.kinds
-- functions of numbers, 7
select sqrt(i) as c1, tan(f) as c2, tanh(f) as c3, trunc(f) as c4, trunc(n, 1) as c5, trunc(i) as c6, pi() as c7, pi_numeric() as c8, pi_bignumeric() as c9, cosine_distance([1.0], [2.0]) as c10 from p.d.kinds
-- functions of aggregates, 1
select any_value(s) as c1, any_value(i having max d) as c2, approx_count_distinct(s) as c3, approx_quantiles(i, 2) as c4, approx_quantiles(f, 2) as c5, approx_top_count(s, 2) as c6, approx_top_sum(s, i, 2) as c7, array_agg(i) as c8, array_agg(distinct s ignore nulls order by s limit 3) as c9, array_concat_agg(ai) as c10, avg(i) as c11, avg(n) as c12 from p.d.kinds
-- functions of aggregates, 2
select avg(bn) as c1, avg(f) as c2, avg(iv) as c3, bit_and(i) as c4, bit_or(i) as c5, bit_xor(i) as c6, corr(f, f) as c7, corr(n, n) as c8, corr(i, n) as c9, count(*) as c10, count(i) as c11, countif(bo) as c12 from p.d.kinds
-- functions of aggregates, 3
select covar_pop(f, f) as c1, covar_samp(n, n) as c2, hll_count.init(i) as c3, hll_count.merge(byt) as c4, hll_count.merge_partial(byt) as c5, logical_and(bo) as c7, logical_or(bo) as c8, max(ts) as c9, max_by(s, i) as c10, min(d) as c11, min_by(d, i) as c12 from p.d.kinds
-- functions of aggregates, 4
select stddev(f) as c1, stddev(n) as c2, stddev_pop(f) as c3, stddev_samp(n) as c4, stddev_pop(bn) as c5, string_agg(s) as c6, string_agg(byt) as c7, sum(i) as c8, sum(n) as c9, sum(f) as c10, sum(bn) as c11, sum(iv) as c12 from p.d.kinds
-- functions of aggregates, 5
select var_pop(f) as c1, var_samp(n) as c2, variance(f) as c3, variance(n) as c4, array_agg(st) as c5, kll_quantiles.init_int64(i) as c6, kll_quantiles.init_float64(f) as c7, kll_quantiles.merge_partial(byt) as c8, kll_quantiles.merge_int64(byt, 4) as c9, kll_quantiles.merge_float64(byt, 4) as c10, kll_quantiles.merge_point_int64(byt, 0.5) as c11, kll_quantiles.merge_point_float64(byt, 0.5) as c12 from p.d.kinds
-- functions of aggregates, 6
select st_centroid_agg(g) as c5, st_extent(g) as c6, st_union_agg(g) as c7, elementwise_sum(ai) as c8, elementwise_avg(af) as c9 from p.d.kinds
-- functions of aggregates over windows, 7
select percentile_cont(f, 0.5) over () as c1, percentile_cont(n, 0.5) over () as c2, percentile_cont(i, 0.5) over () as c3, percentile_disc(s, 0.5) over () as c4, percentile_disc(i, 0.5) over () as c5, st_clusterdbscan(g, 1.0, 2) over () as c6, logical_or(bo) over () as c7 from p.d.kinds
-- functions of windows over windows, 1
select row_number() over (order by i) as c1, rank() over (order by i) as c2, dense_rank() over (order by i) as c3, ntile(3) over (order by i) as c4, percent_rank() over (order by i) as c5, cume_dist() over (order by i) as c6, first_value(s) over (order by i) as c7, last_value(s) over (order by i) as c8, nth_value(s, 2) over (order by i) as c9, lag(s) over (order by i) as c10, lead(s, 1, 'x') over (order by i) as c11, lag(n, 1, 0) over (order by i) as c12 from p.d.kinds
-- functions of windows over windows, 2
select sum(i) over (order by i) as c1, is_first(1) over (order by i) as c2, is_last(1) over (order by i) as c3 from p.d.kinds
-- functions of arrays, 1
select array(select 1) as c1, array_concat(ai, ai) as c2, array_first(ai) as c3, array_last(ast) as c4, array_length(ai) as c5, array_reverse(ai) as c6, array_slice(ai, 1, 2) as c7, array_to_string(ast, ',') as c8, array_to_string(ab, b',') as c9, array_is_distinct(ai) as c10, array_includes(ai, 1) as c11, array_includes_any(ai, ai) as c12 from p.d.kinds
-- functions of arrays, 2
select array_includes_all(ai, ai) as c1, array_filter(ai, e -> e > 1) as c2, array_transform(ai, e -> cast(e as string)) as c3, array_transform(ai, (e, o) -> e + o) as c4, array_min(ai) as c5, array_max(ast) as c6, array_sum(ai) as c7, array_sum(af) as c8, array_sum(an) as c9, array_avg(ai) as c10, array_avg(an) as c11, array_offsets(ai, 1) as c12 from p.d.kinds
-- functions of arrays, 3
select array_find_all(ai, 1) as c1, generate_array(1, 3) as c2, generate_array(1, 3.5) as c3, generate_array(n, n) as c4, generate_array(f, 2) as c5, generate_date_array(d, d) as c6, generate_date_array(d, d, interval 1 month) as c7, generate_timestamp_array(ts, ts, interval 1 day) as c8, generate_uuid() as c9, ai[offset(0)] as c10, ast[safe_ordinal(1)] as c11, ai[0] as c12 from p.d.kinds
-- functions of arrays, 4
select apply(i, e -> e + 1) as c1 from p.d.kinds
-- functions of dates, 1
select current_date() as c1, current_date as c2, date(2020, 1, 1) as c3, date(ts) as c4, date(ts, 'UTC') as c5, date(dt) as c6, date_add(d, interval 1 day) as c7, date_add(dt, interval 1 day) as c8, date_add(ts, interval 1 day) as c9, date_sub(d, interval 1 day) as c10, date_diff(d, d, day) as c11, date_diff(dt, dt, day) as c12 from p.d.kinds
-- functions of dates, 2
select date_trunc(d, month) as c1, date_trunc(dt, month) as c2, date_trunc(ts, month) as c3, date_bucket(d, interval 2 day) as c4, date_from_unix_date(i) as c5, extract(year from d) as c6, extract(date from ts) as c7, extract(time from ts) as c8, extract(datetime from ts) as c9, extract(day from iv) as c10, extract(week(monday) from d) as c11, extract(isoyear from d) as c12 from p.d.kinds
-- functions of dates, 3
select format_date('%Y', d) as c1, last_day(d) as c2, last_day(d, month) as c3, last_day(dt) as c4, parse_date('%Y', s) as c5, unix_date(d) as c6, d + 1 as c7, d - 1 as c8, d - d as c9, d + interval 1 day as c10, ts + interval 1 day as c11, ts - ts as c12 from p.d.kinds
-- functions of dates, 4
select dt - dt as c1, iv + iv as c2, iv * 2 as c3, iv / 2 as c4, -iv as c5, dt + iv as c6, d + iv as c7, interval 1 day + d as c8, 1 + d as c9, ts - iv as c10, tm - tm as c11, d - iv as c12 from p.d.kinds
-- functions of datetimes, 1
select current_datetime() as c1, datetime(2020, 1, 1, 1, 1, 1) as c2, datetime(d) as c3, datetime(ts) as c4, datetime(ts, 'UTC') as c5, datetime(d, tm) as c6, datetime_add(dt, interval 1 day) as c7, datetime_sub(dt, interval 1 day) as c8, datetime_diff(dt, dt, day) as c9, datetime_trunc(dt, day) as c10, datetime_bucket(dt, interval 1 day) as c11, format_datetime('%Y', dt) as c12 from p.d.kinds
-- functions of datetimes, 2
select parse_datetime('%Y', s) as c1, datetime_trunc(ts, day) as c2, datetime_add(ts, interval 1 day) as c3 from p.d.kinds
-- functions of times, 1
select current_time() as c1, format_time('%H', tm) as c2, parse_time('%H', s) as c3, time(1, 2, 3) as c4, time(ts) as c5, time(ts, 'UTC') as c6, time(dt) as c7, time_add(tm, interval 1 hour) as c8, time_diff(tm, tm, hour) as c9, time_sub(tm, interval 1 hour) as c10, time_trunc(tm, hour) as c11 from p.d.kinds
-- functions of timestamps, 1
select current_timestamp() as c1, format_timestamp('%Y', ts) as c2, parse_timestamp('%Y', s) as c3, string(ts) as c4, string(ts, 'UTC') as c5, string(d) as c6, string(j) as c7, timestamp(s) as c8, timestamp(d) as c9, timestamp(dt, 'UTC') as c10, timestamp_add(ts, interval 1 hour) as c11, timestamp_diff(ts, ts, hour) as c12 from p.d.kinds
-- functions of timestamps, 2
select timestamp_micros(i) as c1, timestamp_millis(i) as c2, timestamp_seconds(i) as c3, timestamp_sub(ts, interval 1 hour) as c4, timestamp_trunc(ts, day) as c5, timestamp_trunc(dt, day) as c6, timestamp_bucket(ts, interval 1 day) as c7, unix_micros(ts) as c8, unix_millis(ts) as c9, unix_seconds(ts) as c10, timestamp_from_unix_seconds(i) as c11, timestamp_from_unix_millis(i) as c12 from p.d.kinds
-- functions of timestamps, 3
select timestamp_from_unix_micros(i) as c1, timestamp_diff(dt, dt, hour) as c2 from p.d.kinds
-- functions of intervals, 1
select make_interval(1, 2) as c1, justify_days(iv) as c2, justify_hours(iv) as c3, justify_interval(iv) as c4, interval i day as c5, interval '1-2' year to month as c6, cast('1' as interval) as c7 from p.d.kinds
-- functions of ranges, 1
select range(d, d) as c1, range(d, null) as c2, range_contains(rd, d) as c3, range_contains(rd, rd) as c4, range_end(rd) as c5, range_start(rd) as c6, range_start(rt) as c7, range_intersect(rd, rd) as c8, range_overlaps(rd, rd) as c9, generate_range_array(rd, interval 1 day) as c10, generate_range_array(rt, interval 1 day) as c11, range_is_start_unbounded(rd) as c12 from p.d.kinds
-- functions of ranges, 2
select range_is_end_unbounded(rd) as c1, range<date> '[2020-01-01, 2021-01-01)' as c2 from p.d.kinds
-- functions of strings, 1
select ascii(s) as c1, byte_length(s) as c2, char_length(s) as c3, character_length(s) as c4, chr(i) as c5, code_points_to_bytes(ai) as c6, code_points_to_string(ai) as c7, collate(s, 'und:ci') as c8, concat(s, s) as c9, concat(byt, byt) as c10, contains_substr(s, 'a') as c11, edit_distance(s, s) as c12 from p.d.kinds
-- functions of strings, 2
select ends_with(s, s) as c1, format('%d', i) as c2, from_base32(s) as c3, from_base64(s) as c4, from_hex(s) as c5, initcap(s) as c6, instr(s, 'a') as c7, left(s, 1) as c8, left(byt, 1) as c9, length(s) as c10, lower(s) as c11, lpad(s, 3) as c12 from p.d.kinds
-- functions of strings, 3
select lpad(byt, 3) as c1, ltrim(s) as c2, normalize(s) as c3, normalize_and_casefold(s) as c4, octet_length(byt) as c5, regexp_contains(s, 'a') as c6, regexp_extract(s, 'a') as c7, regexp_extract(byt, b'a') as c8, regexp_extract_all(s, 'a') as c9, regexp_extract_all(byt, b'a') as c10, regexp_instr(s, 'a') as c11, regexp_replace(s, 'a', 'b') as c12 from p.d.kinds
-- functions of strings, 4
select regexp_substr(s, 'a') as c1, repeat(s, 2) as c2, replace(s, 'a', 'b') as c3, replace(byt, b'a', b'b') as c4, reverse(s) as c5, reverse(byt) as c6, right(s, 2) as c7, rpad(s, 3) as c8, rtrim(s) as c9, safe_convert_bytes_to_string(byt) as c10, soundex(s) as c11, split(s, ',') as c12 from p.d.kinds
-- functions of strings, 5
select split(byt, b',') as c1, starts_with(s, 'a') as c2, strpos(s, 'a') as c3, substr(s, 1) as c4, substr(byt, 1) as c5, substring(s, 1) as c6, to_base32(byt) as c7, to_base64(byt) as c8, to_code_points(s) as c9, to_hex(byt) as c10, translate(s, 'a', 'b') as c11, trim(s) as c12 from p.d.kinds
-- functions of strings, 6
select unicode(s) as c1, upper(s) as c2, upper(byt) as c3, s || s as c4, byt || byt as c5, ai || ai as c6, split_substr(s, ',', 1) as c7 from p.d.kinds
-- functions of JSON, 1
select to_json(st) as c1, to_json_string(st) as c2, parse_json(s) as c3, json_query(j, '$.a') as c4, json_query(s, '$.a') as c5, json_value(j, '$.a') as c6, json_value(s) as c7, json_query_array(j) as c8, json_query_array(s) as c9, json_value_array(j) as c10, json_extract(j, '$.a') as c11, json_extract(s, '$.a') as c12 from p.d.kinds
-- functions of JSON, 2
select json_extract_scalar(j) as c1, json_extract_array(j) as c2, json_extract_string_array(j) as c3, json_type(j) as c4, json_keys(j) as c5, json_array(1, s) as c6, json_array_append(j, '$', 1) as c7, json_array_insert(j, '$[0]', 1) as c8, json_object('a', 1) as c9, json_object(['a'], [1]) as c10, json_remove(j, '$.a') as c11, json_set(j, '$.a', 1) as c12 from p.d.kinds
-- functions of JSON, 3
select json_strip_nulls(j) as c1, json_flatten(j) as c2, bool(j) as c3, int64(j) as c4, float64(j) as c5, lax_bool(j) as c6, lax_int64(j) as c7, lax_float64(j) as c8, lax_string(j) as c9, bool_array(j) as c10, int64_array(j) as c11, float64_array(j) as c12 from p.d.kinds
-- functions of JSON, 4
select string_array(j) as c1, lax_bool_array(j) as c2, lax_int64_array(j) as c3, lax_float64_array(j) as c4, lax_string_array(j) as c5, json_contains(j, j) as c6, safe_to_json(st) as c7, j.a as c8, j['a'] as c9, j.a[0] as c10, json '1' as c11, to_json(i).a as c12 from p.d.kinds
-- functions of hashes, conditions and networks, 1
select farm_fingerprint(s) as c1, md5(s) as c2, sha1(s) as c3, sha256(byt) as c4, sha512(s) as c5, bit_count(i) as c6, bit_count(byt) as c7, parse_numeric(s) as c8, parse_bignumeric(s) as c9, i & 1 as c10, i << 2 as c11, byt & byt as c12 from p.d.kinds
-- functions of hashes, conditions and networks, 2
select byt << 1 as c1, ~i as c2, ~byt as c3, session_user() as c4, generate_uuid() as c5, iferror(i, 0) as c8, iserror(i) as c9, nulliferror(i) as c10, if(bo, i, n) as c11, ifnull(i, 0) as c12 from p.d.kinds
-- functions of hashes, conditions and networks, 3
select ifnull(n, 1.5) as c1, ifnull(f, n) as c2, nullif(i, 0) as c3, nullif(n, 1) as c4, nullif(i, n) as c5, nullifzero(i) as c6, zeroifnull(n) as c7, coalesce(s, 'x') as c8, coalesce(i, n, f) as c9, coalesce(null, i) as c10, case when bo then i when bo then n end as c11, case i when 1 then s end as c12 from p.d.kinds
-- functions of hashes, conditions and networks, 4
select if(bo, null, d) as c1, if(bo, 1, f) as c2, typeof(i) as c3, to_hex(md5(s)) as c4, i is distinct from 2 as c5, net.host(s) as c6, net.ip_from_string(s) as c7, net.ip_net_mask(4, 1) as c8, net.ip_to_string(byt) as c9, net.ip_trunc(byt, 1) as c10, net.ipv4_from_int64(i) as c11, net.ipv4_to_int64(byt) as c12 from p.d.kinds
-- functions of hashes, conditions and networks, 5
select net.public_suffix(s) as c1, net.reg_domain(s) as c2, net.safe_ip_from_string(s) as c3 from p.d.kinds
-- functions of keys and encryption, 1
select keys.new_keyset('AEAD_AES_GCM_256') as c1, keys.keyset_from_json(s) as c2, keys.keyset_length(byt) as c3, keys.keyset_to_json(byt) as c4, keys.rewrap_keyset(s, s, byt) as c5, aead.encrypt(byt, s, s) as c6, aead.encrypt(byt, byt, byt) as c7, aead.decrypt_string(byt, byt, s) as c8, deterministic_encrypt(byt, s, s) as c9, deterministic_encrypt(byt, byt, byt) as c10, deterministic_decrypt_string(byt, byt, s) as c11 from p.d.kinds
-- functions of geography, 1
select s2_cellidfrompoint(g) as c1, s2_coveringcellids(g) as c2, st_angle(g, g, g) as c3, st_area(g) as c4, st_asbinary(g) as c5, st_asgeojson(g) as c6, st_astext(g) as c7, st_azimuth(g, g) as c8, st_boundary(g) as c9, st_boundingbox(g) as c10, st_buffer(g, 1) as c11, st_bufferwithtolerance(g, 1, 1) as c12 from p.d.kinds
-- functions of geography, 2
select st_centroid(g) as c1, st_closestpoint(g, g) as c2, st_contains(g, g) as c3, st_convexhull(g) as c4, st_coveredby(g, g) as c5, st_covers(g, g) as c6, st_difference(g, g) as c7, st_dimension(g) as c8, st_disjoint(g, g) as c9, st_distance(g, g) as c10, st_dump(g) as c11, st_dwithin(g, g, 1) as c12 from p.d.kinds
-- functions of geography, 3
select st_endpoint(g) as c1, st_equals(g, g) as c2, st_exteriorring(g) as c3, st_geogfrom(s) as c4, st_geogfromgeojson(s) as c5, st_geogfromtext(s) as c6, st_geogfromwkb(byt) as c7, st_geogpoint(f, f) as c8, st_geogpointfromgeohash(s) as c9, st_geohash(g) as c10, st_geometrytype(g) as c11, st_hausdorffdistance(g, g) as c12 from p.d.kinds
-- functions of geography, 4
select st_hausdorffdwithin(g, g, 1) as c1, st_interiorrings(g) as c2, st_intersection(g, g) as c3, st_intersects(g, g) as c4, st_intersectsbox(g, f, f, f, f) as c5, st_isclosed(g) as c6, st_iscollection(g) as c7, st_isempty(g) as c8, st_isring(g) as c9, st_length(g) as c10, st_lineinterpolatepoint(g, 0.5) as c11, st_linelocatepoint(g, g) as c12 from p.d.kinds
-- functions of geography, 5
select st_linesubstring(g, 0.1, 0.2) as c1, st_makeline(g, g) as c2, st_makeline(ag) as c3, st_makepolygon(g) as c4, st_makepolygonoriented(ag) as c5, st_maxdistance(g, g) as c6, st_npoints(g) as c7, st_numgeometries(g) as c8, st_numpoints(g) as c9, st_perimeter(g) as c10, st_pointn(g, 1) as c11, st_simplify(g, 1) as c12 from p.d.kinds
-- functions of geography, 6
select st_snaptogrid(g, 1) as c1, st_startpoint(g) as c2, st_touches(g, g) as c3, st_union(g, g) as c4, st_union(ag) as c5, st_within(g, g) as c6, st_x(g) as c7, st_y(g) as c8, st_lineinterpolatepoint(g, 0.1) as c9, st_geogfromkml(s) as c10, st_askml(g) as c11, st_unaryunion(g) as c12 from p.d.kinds
-- literals and what they become, 1
select cast(i as string) as c1, cast(s as int64) as c2, safe_cast(s as numeric) as c3, cast(null as date) as c4, cast(i as bignumeric) as c5, struct(i, s) as c6, struct(i as a, n as b) as c7, (i, s) as c8, [i, 1] as c9, [i, n] as c10, [n, 1.5] as c11, [1, 2.5] as c12 from p.d.kinds
-- literals and what they become, 2
select st.a as c1, i = 1 as c2, i + n as c3, i + f as c4, n + f as c5, n + 1.5 as c6, 1.5 * n as c7, n * -1.5 as c8, i / 2 as c9, n / 2 as c10, n / f as c11, n / 1.5 as c12 from p.d.kinds
-- literals and what they become, 3
select i * 1.5 as c1, bn + n as c2, bn * 1.5 as c3, -n as c4, -i as c5, +n as c6, coalesce(n, 1.5) as c7, coalesce(1.5, n) as c8, if(bo, 1.5, n) as c9, if(bo, n, 0.0) as c10, case when bo then n else 0.0 end as c11, case when bo then 1.5 else bn end as c12 from p.d.kinds
-- literals and what they become, 4
select greatest(n, 1.5) as c1, least(1.5, n) as c2, ifnull(n, -1.5) as c3, nullif(n, 1.5) as c4, 1.5 + 2 as c5, 1.5 + i as c6, 1.5 + 2.5 as c7, coalesce(1.5, i) as c8, coalesce(1, f) as c9, coalesce(1, n) as c10, coalesce(i, 1.5) as c11, [n, -1.5] as c12 from p.d.kinds
-- literals and what they become, 5
select [1.5, n, f] as c1, mod(n, 1.5) as c2, div(n, 1.5) as c3, round(1.5) as c4, abs(-1.5) as c5, pow(n, 0.5) as c6, safe_divide(n, 1.5) as c7, safe_multiply(n, 1.5) as c8, safe_add(1.5, n) as c9, n + cast(1.5 as float64) as c10, n in (1.5) as c11, n between 0.5 and 1.5 as c12 from p.d.kinds
-- literals and what they become, 6
select ieee_divide(n, 1.5) as c1, if(bo, n, null) as c2, nullif(1.5, n) as c3, n * (1 + 0.5) as c4, n * (1.5) as c5, n / (1.5 * 2) as c6, n - 1.5 + f as c7, if(bo, 1.5 + 1, n) as c8, d = '2020-01-01' as c9, coalesce(d, '2020-01-01') as c10, if(bo, '2020-01-01', d) as c11, coalesce(ts, '2020-01-01') as c12 from p.d.kinds
-- literals and what they become, 7
select if(bo, s, null) as c1, [d, '2020-01-01'] as c2, greatest(d, '2020-01-01') as c3, struct<a numeric>(1.5) as c4, array<numeric>[1.5] as c5, coalesce(j, json '1') as c6, coalesce(dt, d) as c7 from p.d.kinds
-- literals and what they become over windows, 8
select lag(n, 1, 1.5) over (order by i) as c1, lead(i, 1, 1.5) over (order by i) as c2 from p.d.kinds
-- literals and what they become over rows, 9
select sum(1.5) as c1 from p.d.kinds
-- functions of search and models, 1
select search(s, 'a') as c1, to_json(i) as c2, timestamp('2020-01-01') as c3 from p.d.kinds
-- literals: a literal in the second branch
select n as x from p.d.kinds union all select 1.5
-- literals: a literal in the first branch
select 1.5 as x union all select n from p.d.kinds
-- literals: a literal of a subquery
select x * n as y from p.d.kinds, (select 1.5 as x)
-- literals: a literal of a WITH
with w as (select 1.5 as x) select w.x + n as y from p.d.kinds, w
-- literals: a star over a literal
with w as (select 1.5 as x) select * from w union all select n from p.d.kinds
-- literals: a field of a subquery
select s.a * n as y from (select n, struct(1.5 as a) as s from p.d.kinds)
-- literals: a field of a struct
select struct(1.5 as a).a * n as y from p.d.kinds
-- literals: an element
select x * n as y from p.d.kinds, unnest([1.5, 2.5]) as x
-- literals: a negative literal in a branch
select n as x from p.d.kinds intersect distinct select -1.5
-- literals: a scalar subquery
select (select 1.5) * n as y from p.d.kinds
-- literals: three branches
select i as x from p.d.kinds union all select 1.5 union all select n from p.d.kinds
-- literals: a literal of a pipe
from p.d.kinds |> extend 1.5 as x |> select x * n as y
-- literals: branches with NULL
select null as x union all select n from p.d.kinds union all select 1.5
-- literals: a star over a struct
select * from unnest([struct(1.5 as a, 'x' as b)])
-- what is read out of sketches
select hll_count.extract(byt) as c1, kll_quantiles.extract_int64(byt, 4) as c2, kll_quantiles.extract_float64(byt, 4) as c3, kll_quantiles.extract_point_int64(byt, 0.5) as c4, kll_quantiles.extract_point_float64(byt, 0.5) as c5 from p.d.kinds
-- an error in a branch
select if(bo, error('x'), s) as a, coalesce(error(s), n) as b from p.d.kinds
