-- a star without and with other columns
select * except (payload, raw) replace (upper(status) as status, amount * 2 as amount) from p.d.orders
-- a star over two tables
select * from p.d.sales s, p.d.wide w
-- a star of a struct
select addr.*, addr.geo.* from p.d.orders
-- a star of a struct without a field
select addr.* except (geo) from p.d.orders
-- a star of an expression
select (select as struct id, status).* from p.d.orders
-- a row as a value
select o from p.d.customers o
-- a row as JSON
select to_json(o) as j, format('%t', o) as t from p.d.pairs o
-- a field of a row
select (o).a from p.d.pairs o
-- SELECT AS STRUCT
select as struct id, status from p.d.orders
-- SELECT AS VALUE
select as value struct(id as a, status as b) from p.d.orders
-- a subquery that is a value table
select v.a, v from (select as value struct(id as a, status as b) from p.d.orders) v
-- a star of a value table
select * from (select as value struct(id as a, status as b) from p.d.orders)
-- an ordinal
select status, count(*) from p.d.orders group by 1 order by 2 desc
-- an alias in GROUP BY hides no column
select lower(status) as status, count(*) as n from p.d.orders group by status
-- an alias in HAVING
select status, sum(amount) as amount from p.d.orders group by status having amount > 1
-- an alias in ORDER BY
select id, -amount as amount from p.d.orders order by amount
-- a column that is ordered by but not selected
select id from p.d.orders order by created_at, addr.city
-- GROUP BY ALL
select status, extract(year from created_at) as y, sum(amount) as total from p.d.orders group by all
-- GROUP BY ROLLUP
select status, day, sum(amount) as total from p.d.orders group by rollup (status, day)
-- GROUP BY GROUPING SETS
select status, day, grouping(status) as g, count(*) as n from p.d.orders group by grouping sets ((status, day), status, ())
-- GROUP BY CUBE
select status, day, max(id) as m from p.d.orders group by cube (status, day)
-- grouping by an expression and naming its column
select date(created_at) as d, count(distinct customer_id) as n from p.d.orders group by date(created_at)
-- grouping by a field
select addr.city, count(*) as n from p.d.orders group by addr.city
-- grouping by a struct
select struct(status, day) as k, count(*) as n from p.d.orders group by k
-- DISTINCT
select distinct status, addr.city from p.d.orders
-- QUALIFY with a window of its own
select id, status from p.d.orders where true qualify row_number() over (partition by customer_id order by created_at desc) = 1
-- QUALIFY with an alias
select id, rank() over (order by amount) as r from p.d.orders qualify r < 3
-- named windows that build on one another
select id, sum(amount) over a as x, avg(amount) over (b rows between 1 preceding and current row) as y from p.d.orders window a as (partition by customer_id), b as (a order by created_at)
-- LAG with a default
select lag(status, 1, 'none') over (partition by customer_id order by created_at) as before from p.d.orders
-- FIRST_VALUE of a struct
select first_value(addr ignore nulls) over (order by created_at).city as city from p.d.orders
-- a window over a window
select sum(sum(amount)) over (partition by status) as total, status from p.d.orders group by status, customer_id
-- an aggregate with a filter inside
select array_agg(distinct status ignore nulls order by status limit 3) as l, countif(amount > 1) as n from p.d.orders
-- ANY_VALUE with HAVING
select any_value(status having max created_at) as last, max_by(id, amount) as top from p.d.orders group by customer_id
-- STRING_AGG with a separator and an order
select string_agg(status, '-' order by created_at desc limit 2) as s from p.d.orders group by customer_id
-- approximate counts
select approx_count_distinct(status) as a, approx_quantiles(amount, 4)[offset(2)] as m from p.d.orders
-- conditions
select case when ok then status when amount > 1 then 'x' end as a, case status when 'a' then id else customer_id end as b, if(ok, id, 0) as c, ifnull(status, 'x') as d, nullif(id, 1) as e, coalesce(status, addr.city) as f from p.d.orders
-- fields through conditions
select if(o.ok, o.addr, null).geo.lat as a, coalesce(o.addr, null).city as b from p.d.orders o
-- elements of arrays
select items[offset(0)].sku as a, items[safe_offset(1)].qty as b, ids[ordinal(1)] as c, ids[0] as d from p.d.orders
-- arrays
select array_concat(ids, [id]) as a, array_length(items) as b, array_reverse(ids) as c, [id, customer_id] as d, array(select qty from unnest(items)) as e from p.d.orders
-- arrays of structs from a query
select array(select as struct sku as s, qty * 2 as q from unnest(items))[offset(0)].s as x from p.d.orders
-- JSON
select json_value(payload, '$.a') as a, payload.b.c as b, payload['d'] as c, payload.e[0] as d, int64(payload.f) as e, string(payload.g) as g, lax_string(payload.h) as h, json_query_array(payload, '$.i') as i from p.d.orders
-- conversions
select cast(id as string) as a, safe_cast(status as int64) as b, cast(day as string format 'YYYY') as c, parse_date('%Y', status) as d, date(created_at, 'Asia/Tokyo') as e from p.d.orders
-- dates
select date_diff(current_date(), day, month) as a, timestamp_trunc(created_at, day) as b, extract(isoweek from day) as c, date_add(day, interval id day) as d, last_day(day) as e, created_at - interval 1 day as f, format_date('%Y', day) as g, unix_seconds(created_at) as h from p.d.orders
-- strings
select concat(status, '-', addr.city) as a, status || 'x' as b, regexp_extract(status, r'(\d+)') as c, substr(status, 1, id) as d, split(status, ',')[safe_offset(0)] as e, status like 'a%' as f, trim(status, 'x') as g, left(status, 2) as h, initcap(status) as i from p.d.orders
-- numbers
select id + amount as a, id / 2 as b, div(id, 2) as c, mod(id, 2) as d, round(amount, 1) as e, id * 1.5 as f, greatest(id, customer_id) as g, safe_divide(amount, id) as h, -id as i, id & 1 as j, ieee_divide(id, 2) as k, abs(amount) as l, sqrt(id) as m, pow(id, 2) as n from p.d.orders
-- hashes and bytes
select to_hex(md5(status)) as a, farm_fingerprint(status) as b, sha256(raw) as c, to_base64(raw) as d, generate_uuid() as e, safe_convert_bytes_to_string(raw) as f from p.d.orders
-- comparisons
select id between 1 and amount as a, status in ('a', addr.city) as b, status is null as c, ok is true as d, not ok as e, status is distinct from addr.city as f, ok and id > 1 as g from p.d.orders
-- aggregates and their types
select sum(id) as a, sum(amount) as b, avg(id) as c, avg(amount) as d, min(day) as e, count(*) as f, logical_or(ok) as g, bit_and(id) as h, stddev(id) as i, corr(id, customer_id) as j, array_concat_agg(ids) as k, approx_top_count(status, 3) as l from p.d.orders
-- SELECT WITH parameters
select @p as a, id + @q as b from p.d.orders where status = @s
-- correlated scalar queries two levels deep
select (select (select max(s.amount) from p.d.sales s where s.product = c.name and s.region = o.status) from p.d.customers c where c.id = o.customer_id) as x from p.d.orders o
-- a scalar query with a limit and an order
select id, (select name from p.d.customers c where c.id = o.customer_id order by email limit 1) as n from p.d.orders o
-- a window key from a subquery
select row_number() over (partition by (select min(name) from p.d.customers c where c.id = o.customer_id) order by o.id) as r from p.d.orders o
-- a range
select range(day, date '2030-01-01') as r, range_contains(range(day, current_date()), day) as c from p.d.orders
-- several columns of one name
select id, id from p.d.orders
-- columns without names
select id + 1, status from p.d.orders
-- WITH as an expression
select with(a as id + 1, b as a * 2, a + b) as x from p.d.orders
-- lambdas
select array_transform(items, i -> i.sku) as a, array_filter(ids, i -> i > id) as b, array_transform(ids, (e, i) -> e + i) as c from p.d.orders
-- a struct in another
select struct(struct(id as a) as b, status as c).b.a as x, struct(id, status) as y from p.d.orders
-- a typed struct
select struct<a int64, b string>(id, status).b as x from p.d.orders
-- a struct that is cast
select cast(struct(id, status) as struct<x int64, y string>).y as z from p.d.orders
-- named windows over a struct's fields
select id, sum(n) over w1 as a, count(*) over (w2 rows unbounded preceding) as b, array_agg(st.c) over (w1) as c from (select id, amount as n, struct(status as c, day as d) as st from p.d.orders) qualify a > 1 and row_number() over w2 = 1 window w1 as (partition by st.c), w2 as (w1 order by st.d)
-- more aggregates
select count(distinct if(ok, id, null)) as c, sum(distinct amount) as s, avg(id) as v, stddev(amount) as sd, corr(id, amount) as co, approx_quantiles(amount, 4)[offset(2)] as q, bit_and(id) as ba, logical_or(ok) as lo, min(status) as mi, array_concat_agg(ids) as ac from p.d.orders
