-- columns with the names of date parts
select date_add(day, interval 1 day) as a, date_trunc(day, week) as b, timestamp_diff(created_at, timestamp(day), hour) as c from p.d.orders
-- a keyword as an alias
select o.id as `select`, o.status as offset from p.d.orders as o
-- an alias without AS
select o.id x, status y from p.d.orders o
-- names in another case
select O.ID, Addr.CITY from p.d.orders as o
-- a quoted name
select `o`.`addr`.`city` as `the city` from `p`.`d`.`orders` as `o`
-- a comment in between
select id, -- the key
  status /* the state */ as s # done
from p.d.orders
-- strings of every kind
select r'\d' || status as a, '''x''' as b, "y" as c, b'z' as d, rb'\x' as e from p.d.orders
-- numbers of every kind
select 0x1F + id as a, 1e3 as b, .5 as c, numeric '1' as d, bignumeric '2' as e from p.d.orders
-- literals of dates
select date '2020-01-01' < day as a, datetime '2020-01-01 00:00:00' as b, timestamp '2020-01-01 00:00:00+00' as c, time '00:00:00' as d, interval 1 day as e, json '{}' as f from p.d.orders
-- a tuple
select (id, status) as t, (id, status) = (1, 'a') as e from p.d.orders
-- IN with tuples
select id from p.d.orders where (id, status) in ((1, 'a'), (2, 'b'))
-- IN UNNEST
select id in unnest(ids) as x from p.d.orders
-- IN a query of structs
select id from p.d.orders where struct(id, customer_id) in (select as struct a, b from p.d.pairs)
-- LIKE ANY
select status like any ('a%', addr.city) as x from p.d.orders
-- an array subscript computed
select ids[offset(id)] as x, ids[safe_ordinal(customer_id)] as y from p.d.orders
-- NOT, AND, OR and their order
select not ok and id = 1 or status = 'x' as b from p.d.orders
-- a field after a call
select array_agg(addr)[offset(0)].geo.lng as x from p.d.orders group by status
-- a field after a subquery
select (select addr from p.d.customers c where c.id = o.customer_id).zip as z from p.d.orders o
-- a star after a subquery
select (select as struct name, email from p.d.customers c where c.id = o.customer_id).* from p.d.orders o
-- a star after an element
select items[offset(0)].* from p.d.orders
-- a struct in an array in a struct
select s.l[offset(0)].k as x from (select struct([struct(id as k, status as v)] as l) as s from p.d.orders)
-- rebuilt structs
select array(select as struct i.* except (tags), o.status as st from unnest(o.items) i) as items from p.d.orders o
-- a rebuilt struct with a replaced field
select (select as struct o.addr.* replace (upper(o.status) as city)) as addr from p.d.orders o
-- an aggregate over an aggregate's array
select (select sum(x) from unnest(l) x) as s from (select array_agg(id) as l from p.d.orders group by status)
-- an array of arrays in structs
select x.inner_ids[offset(0)] as a from (select array_agg(struct(ids as inner_ids, status)) as l from p.d.orders), unnest(l) x
-- the offset of a filtered array
select array(select i from unnest(ids) i with offset o where o > 1 order by o) as x from p.d.orders
-- array_agg of an element's field
select id, array_agg(i.sku order by i.qty) as skus from p.d.orders, unnest(items) i group by id
-- a correlated array in a condition
select id from p.d.orders where exists (select 1 from unnest(items) i where i.sku = status)
-- two arrays side by side
select a, b from p.d.orders, unnest(ids) a with offset x join unnest(items) b with offset y on x = y
-- UNNEST of two arrays in turn
select a.id, x, y from p.d.orders a left join unnest(a.ids) x left join unnest(a.items) y
-- a group by a window's result
select n, count(*) as c from (select ntile(4) over (order by amount) as n from p.d.orders) group by n
-- every window function
select row_number() over w as a, rank() over w as b, dense_rank() over w as c, percent_rank() over w as d, cume_dist() over w as e, ntile(2) over w as f, lead(id) over w as g, nth_value(id, 2) over w as h, percentile_cont(id, 0.5) over (partition by status) as i from p.d.orders window w as (partition by status order by created_at)
-- a window over ranges
select sum(amount) over (order by unix_seconds(created_at) range between 3600 preceding and current row) as x from p.d.orders
-- QUALIFY with an aggregate
select status, count(*) as n from p.d.orders group by status qualify rank() over (order by count(*) desc) = 1
-- HAVING with a subquery
select status from p.d.orders group by status having count(*) > (select count(*) from p.d.customers where name = status)
-- ORDER BY with a case
select id from p.d.orders order by case when ok then amount else 0 end desc nulls last, 1
-- a limit with parameters
select id from p.d.orders limit @n offset @m
-- ordinals of expressions
select lower(status), extract(year from day), sum(amount) from p.d.orders group by 1, 2 order by 3 desc
-- group by a name that is both column and alias
select upper(status) as status, addr.city as id, count(*) as n from p.d.orders group by status, id
-- group by of a column under a replaced alias
select date_trunc(day, month) as day, sum(amount) as amount from p.d.orders group by day
-- DISTINCT and ORDER BY
select distinct status as s from p.d.orders order by s
-- DISTINCT over a struct
select distinct addr from p.d.orders
-- a filter on a window's subquery by a named column
with ranked as (select o.*, row_number() over (partition by customer_id order by created_at desc) as n from p.d.orders o) select id, status from ranked where n = 1
-- the last row of each group
select r.id, r.status from (select array_agg(t order by created_at desc limit 1)[offset(0)] as r from p.d.orders t group by customer_id)
-- a star over the last row of each group
select r.* except (payload) from (select array_agg(t order by created_at desc limit 1)[offset(0)] as r from p.d.orders t group by customer_id)
-- a star over a CTE with joins
with j as (select o.*, c.name as customer_name from p.d.orders o left join p.d.customers c on c.id = o.customer_id) select * except (items, payload) from j
-- a union of stars, narrowed
with u as (select * from p.d.sales union all select * from p.d.sales where region = 'x') select product, amount from u
-- a union with literals
select 'a' as src, id, name from p.d.customers union all select 'b', id, status from p.d.orders
-- a union under an aggregate
select src, sum(v) as v from (select 'a' as src, a as v from p.d.pairs union all select 'b', b from p.d.pairs) group by src
-- an outer join's both keys
select coalesce(o.customer_id, c.id) as k, o.amount, c.name from p.d.orders o full outer join p.d.customers c on o.customer_id = c.id
-- a chain of USING with stars
select * from p.d.pairs join (select a, b as c from p.d.pairs) using (a) left join (select a, c, 1 as d from (select a, b as c from p.d.pairs)) using (a, c)
-- a self join over CTEs
with c as (select id, parent_id, name from p.d.customers), p as (select id, name from c where parent_id is null) select c.id, p.name as parent from c left join p on p.id = c.parent_id
-- a CTE that hides an outer CTE
with a as (select 1 as x), b as (with a as (select id as x from p.d.orders) select x from a) select a.x, b.x as y from a, b
-- recursion with a filter and a star
with recursive t as (select * from p.d.pairs where a = 1 union all select p.* from p.d.pairs p join t on p.a = t.b) select * from t
-- recursion that aggregates a path
with recursive t as (select id, [name] as path from p.d.customers where parent_id is null union all select c.id, array_concat(t.path, [c.name]) from p.d.customers c join t on c.parent_id = t.id) select id, path[offset(0)] as root from t
-- UNPIVOT of a query that filters
select product, sum(v) as v from (select * from p.d.wide where q1 > 0) unpivot (v for k in (q1, q2, q3)) group by product
-- PIVOT with aliases and a filter
select product, a_q1 from (select product, quarter, amount, region from p.d.sales where region = 'x') pivot (sum(amount) as a, any_value(region) as r for quarter in ('q1', 'q2'))
-- PIVOT by an expression
select * from (select product, quarter, amount from p.d.sales) pivot (sum(amount) for upper(quarter) in ('Q1', 'Q2'))
-- PIVOT over numbers
select * from (select a, b from p.d.pairs) pivot (count(*) as n for a in (1, 2, -3))
-- an EXCEPT of a struct's star in a join
select o.addr.* except (geo), c.name from p.d.orders o join p.d.customers c on c.addr.city = o.addr.city
-- IF over aggregates
select if(count(*) > 1, max(status), null) as s, sum(if(ok, amount, 0)) as a, count(distinct if(ok, id, null)) as n, countif(status = 'x') / count(*) as r from p.d.orders
-- SAFE functions
select safe.parse_date('%Y', status) as d, safe.substr(status, 1) as s from p.d.orders
-- NET, HLL and keys
select net.host(status) as h, hll_count.extract(hll_count.init(id)) as n from p.d.orders group by status
-- geography
select st_distance(st_geogpoint(addr.geo.lng, addr.geo.lat), st_geogpoint(0, 0)) as d from p.d.orders
-- JSON built
select to_json_string(struct(id, status)) as a, json_object('id', id, 'status', status) as b, json_array(id, amount) as c, parse_json(status).x as d from p.d.orders
-- JSON arrays unnested
select json_value(e, '$.sku') as sku from p.d.orders, unnest(json_query_array(payload, '$.items')) e
-- type conversions by functions
select string(created_at) as a, timestamp(day) as b, datetime(created_at, 'Asia/Tokyo') as c, time(created_at) as d, date(2020, id, 1) as e, float64(payload.x) as f, bool(payload.y) as g from p.d.orders
-- error and session functions
select iferror(1 / id, 0) as a, nulliferror(1 / id) as b, session_user() as c, error(status) as d, current_timestamp as e, current_date as f from p.d.orders
-- arithmetic types
select id + 1 as a, id * 1.0 as b, amount * id as c, amount / 2 as d, id / id as e, id - day_number as f from (select id, amount, extract(dayofyear from day) as day_number from p.d.orders)
-- types of conditions
select case when ok then 1 else amount end as a, if(ok, 1, 2.5) as b, coalesce(null, id) as c, nullif(status, '') as d, ifnull(amount, 0) as e, greatest(id, amount) as f from p.d.orders
-- types of dates
select created_at - timestamp(day) as a, day - date '2020-01-01' as b, date_sub(day, interval 1 month) as c, day + 1 as d, timestamp_add(created_at, interval 1 hour) as e, datetime_trunc(datetime(created_at), hour) as f, generate_timestamp_array(created_at, created_at, interval 1 day) as g from p.d.orders
-- types of aggregates
select sum(id) as a, sum(amount) as b, sum(1.5) as c, avg(id) as d, max(day) as e, array_agg(id) as f, string_agg(status) as g, count(*) as h, any_value(addr) as i, variance(amount) as j, logical_and(ok) as k, bit_or(id) as l from p.d.orders
-- types of strings
select length(status) as a, strpos(status, 'x') as b, starts_with(status, 'x') as c, regexp_contains(status, 'x') as d, regexp_extract_all(status, 'x') as e, split(status) as f, to_code_points(status) as g, char_length(status) as h, byte_length(raw) as i, reverse(raw) as j, replace(status, 'a', 'b') as k, format('%d', id) as l, lpad(status, 3) as m, soundex(status) as n, normalize(status) as o, instr(status, 'a') as p, ascii(status) as q, chr(id) as r, unicode(status) as s, contains_substr(status, 'x') as t, edit_distance(status, 'x') as u from p.d.orders
-- types of arrays
select array_length(ids) as a, array_to_string([status], ',') as b, generate_array(1, id) as c, array_concat(ids, ids) as d, array_reverse(ids) as e, array_first(ids) as f, array_last(items).sku as g, ids[0] as h, [1, 2.5] as i, array_includes(ids, 1) as j, array_max(ids) as k, array_slice(ids, 0, 1) as l from p.d.orders
-- types of numbers
select round(id) as a, round(amount) as b, ceil(amount) as c, floor(id) as d, trunc(amount, 1) as e, mod(id, 2) as f, sign(amount) as g, abs(id) as h, sqrt(amount) as i, exp(id) as j, log(id) as k, rand() as l, div(id, 2) as m, safe_add(id, 1) as n, safe_divide(id, 2) as o, ieee_divide(1, id) as p, power(amount, 2) as q, is_nan(1.5) as r, range_bucket(id, [1, 2]) as s, cast(id as numeric) as t, cosh(id) as u from p.d.orders
-- types of bytes and hashes
select md5(status) as a, sha1(status) as b, sha512(raw) as c, to_base32(raw) as d, from_hex(status) as e, from_base64(status) as f, farm_fingerprint(raw) as g, code_points_to_string([id]) as h, bit_count(id) as i from p.d.orders
-- functions of JSON, and of JSON as text
select json_query(payload, '$.a') as a, json_query(status, '$.a') as b, json_extract(payload, '$.a') as c, json_extract(status, '$.x') as d, json_query_array(payload)[0] as e, json_query_array(status)[0] as f, json_extract_array(status)[0] as g, json_value_array(payload)[0] as h, json_type(payload) i, json_keys(payload) j, bool(payload.x) k, float64(payload.x) l, parse_json(status) m, to_json(addr) n, json_array(id, status) o, json_object('a', id) p, json_set(payload, '$.a', 1) q, json_strip_nulls(payload) r from p.d.orders
-- casts of structs, and of arrays of them
select cast(items as array<struct<a string, q int64, t array<string>>>)[0].a as x, cast(addr as struct<c string, g struct<l1 float64, l2 float64>>).g.l2 as y from p.d.orders
-- a subquery in a subquery's struct
select o.id, (select as struct c.name, array(select as struct p.a, p.b from p.d.pairs p where p.a = c.id) as ps from p.d.customers c where c.id = o.customer_id).ps[safe_offset(0)].b as b from p.d.orders o
-- correlated arrays of values
select (select sum(x) from unnest([id, customer_id]) x) as s, (select max(y.v) from unnest([struct(amount as v), struct(id)]) y) as m, array(select z + id from unnest(ids) z where z > customer_id order by z) as zs from p.d.orders
-- an array of a query's structs, opened
select e.* except (qty), e.qty + o.id as q from p.d.orders o, unnest(array(select as struct * except (tags) from unnest(o.items) where qty > 1)) e
-- a literal beside a NUMERIC
select amount + 1.5 as a, amount * 0.1 as b, amount / 100.0 as d, id * 1.5 as e, amount * 1e3 as g, sum(amount) * 1.08 as h from p.d.orders group by all
