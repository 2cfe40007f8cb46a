-- a column that PIVOT sees under two names keeps the one that it does not turn
select product from (select product, product as k, q3 as amount from p.d.wide) pivot (any_value(amount) for k in ('q1')) l
-- a column that PIVOT aggregates, beside another from the same source
select amount, total from (select quarter, amount, amount * 2 as twice from p.d.sales) pivot (sum(twice) for quarter in ('q1' as total))
-- MERGE sees the source only where nothing matched
merge p.d.customers t using p.d.customers s on t.id = s.id when not matched then insert (id, name) values (id, upper(name))
-- MERGE sees the target only where the source has nothing
merge p.d.sales y using p.d.sales u on y.product = u.product when not matched by source then update set region = upper(region)
-- MERGE of a struct without names of fields
merge p.d.customers using p.d.events on true when not matched then insert (email, addr) values (k, ('q1', 'x'))
-- a field through IFERROR
select iferror(l, l)[safe_offset(2)].k as k from p.d.events
-- ANY_VALUE with HAVING MAX and parentheses
select any_value(name having max (email)) as x from p.d.customers
-- numbers as the names that UNPIVOT gives
select h, v from p.d.wide unpivot (v for h in (q1 1, q2 2))
-- an alias is not seen inside of an expression in GROUP BY
select 1 as orders from p.d.sales orders group by (select orders.quarter)
-- an alias with the name of a table, and a group by that table's column
select array_agg(k.k)[offset(0)] as k from p.d.events k group by date_trunc(k.d, month)
-- an alias without AS in AGGREGATE
from p.d.orders |> aggregate count(*) as n group by created_at q |> select q, n
-- DISTINCT keeps the names of tables
from p.d.wide t |> distinct |> select t.product, t
-- the ends of a range
select date_trunc(range_start(r), month) as a, range_end(r) as b from p.d.events
-- a window in a column that nobody reads decides about nothing
select id from (select id, row_number() over (order by status) as n from p.d.orders)
-- a join after a comma sees all that stands before it
select o.id, c.name from p.d.orders o, unnest(o.items) i join p.d.customers c on c.id = o.customer_id and c.name = i.sku
-- an outer join after a comma and arrays
select o.id, t, c.name from p.d.orders o, o.items i, i.tags t left join p.d.customers c on c.id = o.id and c.email = t
-- the elements of a built array, of which a lambda takes one field
select array_transform([struct(a, id as l)], e -> e.l) as x from p.d.pairs join p.d.customers on true
-- a built row or one of a table, with a filter in the query of the built one
select ifnull([(select as struct sku, qty, tags from unnest(ids))], items)[safe_offset(0)].sku as x from p.d.orders y join y.items s
-- a built struct or a column, with a condition in the built one
select ifnull((select as struct c.name as city, struct(1.0 as lat, 2.0 as lng) as geo from p.d.customers c where c.email = status), addr).city as x from p.d.orders
-- SET of an array's element
from unnest(['a']) k |> set k = (select max(addr.city) from p.d.orders) |> select k
-- an alias within a window in QUALIFY
select string(timestamp_add(created_at, interval 8 hour)) as status from p.d.orders qualify lag(farm_fingerprint(status)) over (order by id) = 1
-- a row of a query with columns that have no names
select x from (select 'a', id from p.d.orders) x
-- rows that are compared with one another while a query reads itself
with recursive t as (select b from p.d.pairs union distinct select a from p.d.pairs join t using (b)) select 1 as one from t
-- DISTINCT leaves in a table what is still a column
from p.d.orders as t |> select id, addr |> as t |> drop id |> distinct |> select t
-- DISTINCT keeps a column that was renamed
from p.d.pairs as t |> rename a as c |> distinct |> select t.a, c
-- SET hides the table that is called like the column
from p.d.orders as addr |> set addr = 1 |> select addr
-- GROUP BY ALL takes no item that is the same for all rows
select k, (select max(n) from p.d.events) as m, [1] as l from p.d.events group by all
-- EXCEPT takes structs field by field
select v.a, v.b from (select struct(a, b) as v from p.d.pairs except distinct select struct(q1 as a, q2) from p.d.wide)
-- the query inside of ARRAY_TRANSFORM decides how many there are
select array_transform((select array_agg(y.a) from unnest([y.b]) x), z -> if(false, y.a, 1)) as m from p.d.pairs y
-- an expression that is a key
select upper(status) as s, date(o.created_at) as d, count(*) as n from p.d.orders o group by upper(status), date(created_at)
-- keys of several kinds
select 1 + a as k, b, sum(a) as s from p.d.pairs group by 1, pairs.b having max(b) > 0 and pairs.b > 1 order by k, b, count(*)
-- fields of a key
select addr.city, o.addr.geo.lat + 1 as l, count(*) from p.d.orders o group by addr having addr.city > 'a'
-- sets of keys
select a, b, grouping(a), count(*) from p.d.pairs group by grouping sets ((a, b), rollup(a), ()) order by a
-- windows over groups
select status, sum(count(*)) over (partition by status order by max(day)) from p.d.orders group by status qualify rank() over (order by sum(amount)) = 1
-- a query inside of a grouped one
select status, (select max(c.id) from p.d.customers c where c.name = o.status) as m, array(select count(*) from unnest([o.status]) x) as l from p.d.orders o group by o.status
-- an alias in an aggregate of ORDER BY
select a as x, count(*) c from p.d.pairs group by 1 order by sum(x)
-- an alias in an aggregate of HAVING that is called like a column
select a as b, count(*) c from p.d.pairs group by a having sum(b) > 1
-- a field of an object that was made
select json_query(json_object('a', id).a, '$.a') as a, json_object('a', id).a as b from p.d.orders
-- a position with a sign, and one in hexadecimal digits
select amount, max(product) as p from p.d.sales group by +1 order by 0x2, -(7)
-- keys that are expressions, spelled in other ways
select substr(s.product, 1) as a, (amount) + 1 as b, 'a' || quarter as c from p.d.sales s group by substring(product, 1), amount + 0x1, "a" || quarter order by substr(product, 1)
-- positions in grouping sets
select product, amount, count(*) n from p.d.sales group by grouping sets ((1, 2), ())
-- UNPIVOT takes all names of a column
with c as (select q1 as a, q1 as b, q2, product from p.d.wide) select * from (select *, (b) as c, q2 + 0 as d from c) unpivot (v for h in (a, q2))
-- columns that only hold the same are several
select * from (select x.q1 as a, y.q1 as b, x.q1 + 0 as c, cast(x.q1 as string) as d from p.d.wide x join p.d.wide y using (product)) unpivot (v for h in (a))
-- a set operation makes new columns
from (select q1 as a, q1 as b from p.d.wide union all select 1, 2) |> unpivot (v for h in (a)) |> select b
-- a star gives the columns that an alias hides
from p.d.pairs as s |> join (select 1 as s) as t on true |> as l |> drop a |> select *
-- GROUP BY ALL takes the columns of stars
select addr.*, p.* except (b), count(*) n from p.d.customers, p.d.pairs p group by all having a > 1
-- a pipe from one array is no longer one of values once a column was dropped
select e.x from (from unnest(['a']) x |> extend 1 as y |> drop y) e
-- a lambda that names its element, and one that names what the array is made of
select array_transform([struct(id as a, customer_id as b)], x -> x.a) as x, array_transform(if(ok, ids, ids), i -> ok) as y from p.d.orders
-- fields of a struct by their places
select addr[0] as a, addr[offset(1)].lat as b, addr[ordinal(2)].lng as c from p.d.orders
-- rows of structs and one column of structs
select x.a from (select as struct id as a, 2 as b from p.d.orders union all select struct(a, b) from p.d.pairs) x
-- a lambda that names its element in what it does not give
select array_transform([struct(product as m)], (z, pos) -> with(w as z.m, pos)) as p from p.d.sales
-- a field that an object was made without
select json_object('a', id)['b'].c as x from p.d.orders
-- a query as the only field of a struct
select struct<x INT64>((select max(a) from p.d.pairs)).x as x, struct((select max(b) from p.d.pairs)) as s
-- a key that looks into a query with windows and aggregates
select amount in (select a from p.d.pairs qualify row_number() over (order by b) = 1) as x, amount in (select max(a) from p.d.pairs) as y, product from p.d.sales group by 1, 2, 3
-- GROUP BY ALL takes an item that looks into a query with aggregates
select amount in (select max(a) from p.d.pairs) as x, product from p.d.sales group by all
-- rows as keys
select t, t.a, count(*) as n from p.d.pairs t group by t, a
-- an element as a key
select a from unnest([struct(1 as a)]) e group by e
-- EXCEPT takes the elements of arrays field by field
select s[0].n from (select l s from p.d.events except distinct select [('k', id, (1.0, day), [(id, 'x')])] from p.d.orders)
