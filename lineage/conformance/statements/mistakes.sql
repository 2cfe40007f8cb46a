-- a column that is not there
select o.nope from p.d.orders o
-- a name that is not there
select nope from p.d.orders
-- an ambiguous name
select id from p.d.orders, p.d.customers
-- a field that is not there
select addr.nope from p.d.orders
-- a field of an array
select items.sku from p.d.orders
-- a field of a scalar
select id.x from p.d.orders
-- an alias of the same SELECT
select id as k, k + 1 as l from p.d.orders
-- an alias in WHERE
select id as k from p.d.orders where k > 1
-- a column of a subquery that it does not select
select x.status from (select id from p.d.orders) x
-- a table's name after it got an alias
select orders.id from p.d.orders as o
-- an exception that is not there
select * except (nope) from p.d.orders
-- a replacement that is not there
select * replace (1 as nope) from p.d.orders
-- branches with other numbers of columns
select id, status from p.d.orders union all select id from p.d.customers
-- USING a column of one side only
select 1 from p.d.orders join p.d.customers using (status)
-- a star that keeps no column
select * except (a, b) from p.d.pairs
-- a later item of FROM in an earlier one
select 1 from unnest(o.items) i, p.d.orders o
-- a subquery in FROM sees no neighbour
select 1 from p.d.orders o, (select o.id) x
-- a column that is neither grouped nor aggregated
select id, count(*) from p.d.orders group by status
-- a query that is not there
with a as (select 1 as x) select x from b
-- an ordinal out of range
select id from p.d.orders order by 3
-- UNPIVOT of a column that is not there
select * from p.d.wide unpivot (v for k in (q1, q9))
-- a column that UNPIVOT took away
select q1 from p.d.wide unpivot (v for k in (q1, q2))
-- a column that a pipe dropped
from p.d.pairs |> drop a |> select a
-- a column that AGGREGATE left out
from p.d.pairs |> aggregate sum(a) as s |> select b
-- a name after RENAME
from p.d.pairs |> rename a as c |> select a
-- a window that has no name
select sum(id) over w from p.d.orders
