-- an element of an array is one column of a query without a select list
from p.d.orders o, unnest(o.items) as i |> where i.qty > 1
-- an element without an alias is one column, too
from p.d.orders left join unnest(items) |> drop payload, addr, ids
-- a CTE keeps an element in one piece
with t as (from p.d.orders o, unnest(o.items) as i) select id, i.sku, i from t
-- a star over a CTE has the element in one piece
with t as (from p.d.orders o, unnest(o.items) as i |> drop payload) select * from t
-- a star over a subquery spreads its element
select * from (from p.d.orders o, unnest(o.items) as i |> drop payload) k
-- a subquery names its element only
select k.i.sku, i.qty from (from p.d.orders o, unnest(o.items) as i) k
-- a subquery without an alias lets the fields be seen
select sku, i.qty from (from p.d.orders o, unnest(o.items) as i)
-- AS makes one table of all, in which an element is a column
from p.d.orders o, unnest(o.items) as i |> as z |> select z.i.sku, i.tags, z.id
-- a star behind AS spreads the element
from p.d.pairs, unnest([struct(a as x, b as y)]) as i |> as z |> select *
-- DROP takes an element as a whole
from p.d.orders o, unnest(o.items) as i |> drop i, payload
-- SET replaces an element
from p.d.pairs, unnest([struct(a as x, b as y)]) as i |> set i = a |> extend i + 1 as k
-- SET of an element in the middle
from p.d.pairs, unnest([struct(a as x, b as y)]) as i, p.d.wide |> set i = a
-- EXTEND beside an element
from p.d.pairs, unnest([struct(a as x, b as y)]) as i |> extend x + 1 as k
-- a set operation counts an element once
from p.d.pairs, unnest([struct(a as x, b as y)]) as i |> union all (select a, b, struct(a, b) from p.d.pairs)
-- a set operation of such queries
(from p.d.pairs, unnest([struct(a as x, b as y)]) as i) union all (select a, b, struct(a, b) from p.d.pairs)
-- a join by a field of an element keeps the element
from p.d.pairs |> join unnest([struct(1 as a, 2 as c)]) y using (a)
-- a row of a value table is a column beside others
from p.d.pairs join (select as struct id, name from p.d.customers) as y on y.id = a
-- a row of a value table with more columns
select as struct id, name from p.d.customers |> extend id + 1 as k |> as z |> select *
-- AS renames the element of an array
from unnest([1]) y |> as z |> select z, z + 1 as k
-- AS of structs keeps their fields
from p.d.orders o |> cross join unnest(items) i |> select as struct i.* |> as z |> select z.sku, qty
-- an element with its offset
from p.d.events e, unnest(e.l) as y with offset o |> select y, o
-- an element with its offset, all of it
from unnest([struct(1 as i)]) y with offset o |> as z |> select z.y.i, o
-- arrays of a joined pipe
from p.d.orders |> join unnest(items) as i |> aggregate count(*) as n group by i.sku, id |> as t |> select t.sku, t.n
-- DISTINCT keeps an element
from p.d.pairs, unnest([struct(a as x)]) as i |> distinct
-- LIMIT around a query with an element
select x, i from ((from p.d.pairs, unnest([struct(a as x)]) as i) limit 1)
-- several arrays at once
select * except (payload), pos from p.d.orders o, unnest(o.ids as i, o.items as k) with offset pos
-- a struct of the query inside hides a table of the query around
select exists (select addr.* replace (1e3 as city) from p.d.customers) as x, addr.product from p.d.wide addr
-- a recursive pipe over values
from unnest([1, 2]) u |> recursive union all (|> where n < 5 |> select n + 1) as n |> select n
-- a pipe's SELECT AS STRUCT makes one column
from p.d.pairs |> select as struct a, b + 1 as c |> extend a + c as d
-- a join behind SELECT AS STRUCT
from p.d.pairs |> select as struct a, b |> cross join p.d.sales s |> where a = 1
-- constants that were renamed are still columns behind DISTINCT
from (select 1 as a, b from p.d.pairs) as o |> rename a as s |> distinct |> select o.a, o.b
