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
-- a field of a struct that a query made
select s.c from (select struct(id as a) as s from p.d.orders)
-- a field of an element that is not there
select i.nope from p.d.orders, unnest(items) i
-- a field of a gathered struct
select e.c from (select array_agg(struct(id as a)) as l from p.d.orders), unnest(l) e
-- a column of a union that only the second query names
select status from (select id as k from p.d.customers union all select customer_id as status from p.d.orders)
-- BY NAME with a column that one side lacks
select id, name from p.d.customers union all by name select id, status from p.d.orders
-- a name that PIVOT aggregated
select amount from (select product, quarter, amount from p.d.sales) pivot (sum(amount) for quarter in ('q1'))
-- a name that PIVOT makes otherwise
select q9 from (select product, quarter, amount from p.d.sales) pivot (sum(amount) for quarter in ('q1'))
-- the alias of a table in a set operation's order
select a from p.d.pairs x union all select id from p.d.orders order by x.a
-- a column of a CTE with another name
with t as (select id as k from p.d.orders) select id from t
-- a later query of WITH
with a as (select k from b), b as (select id as k from p.d.orders) select k from a
-- an inner alias outside of its query
select i.sku from p.d.orders where exists (select 1 from unnest(items) i)
-- an alias of a join that parentheses close
select t.id from (select o.id from p.d.orders o join p.d.customers t on true)
-- a star of something that is no table
select x.* from p.d.orders
-- a star of a scalar
select id.* from p.d.orders
-- an aggregate's argument that is not there
select sum(nope) from p.d.orders
-- a window's key that is not there
select row_number() over (partition by nope) from p.d.orders
-- an order that is not there
select id from p.d.orders order by nope
-- a group that is not there
select count(*) from p.d.orders group by nope
-- a column in QUALIFY that is not there
select id from p.d.orders where true qualify row_number() over (order by nope) = 1
-- a join on a name that is not there
select 1 from p.d.orders o join p.d.customers c on c.nope = o.id
-- an ambiguous name in a join's condition
select 1 from p.d.orders o join p.d.customers c on id = 1
-- a column of the right side of EXCEPT
select status from (select id from p.d.customers except distinct select customer_id as status from p.d.orders)
-- the same alias twice in FROM
select 1 from p.d.orders x join p.d.customers x on true
-- the same name twice in WITH
with a as (select 1 as x), a as (select 2 as x) select x from a
-- SET of a column that is not there
from p.d.pairs |> set nope = 1
-- RENAME of a column that is not there
from p.d.pairs |> rename nope as x
-- DROP of a column that is not there
from p.d.pairs |> drop nope
-- a write to a column that is not there
insert into p.d.pairs (a, nope) select id, id from p.d.orders
-- an update of a column that is not there
update p.d.pairs set nope = 1 where true
-- a query in WITH that reads the row around it
select (with c as (select k) select k from c) as x from p.d.events
-- an order by a name of two columns
select *, q4 from p.d.wide order by q4
-- a name that a query gives twice
select l.k from (select id as k, status as k from p.d.orders) l
-- DROP of a field of an element
from p.d.orders o, unnest(o.items) as i |> drop sku
-- SET of a field of an element
from p.d.orders o, unnest(o.items) as i |> set sku = 'a'
-- RENAME of a field of an element
from p.d.orders o, unnest(o.items) as i |> rename sku as s
-- RENAME of an element
from p.d.orders o, unnest(o.items) as i |> rename i as s
-- RENAME of an element that is no struct
from p.d.orders o, unnest(o.ids) as i |> rename i as s
-- a field of an element behind AS
from p.d.orders o, unnest(o.items) as i |> as z |> select sku
-- a field of a subquery's element
select k.sku from (from p.d.orders o, unnest(o.items) as i) k
-- a field of a CTE's element
with t as (from p.d.orders o, unnest(o.items) as i) select sku from t
-- an element that was dropped
from p.d.orders o, unnest(o.items) as i |> drop i |> select i.sku
-- the old name of an element behind AS
from unnest([1]) as l |> as x |> select l
-- a field of a date behind AS
from unnest([date '2020-01-01']) as l |> as x |> as u |> select u.l
-- the left side of a RIGHT JOIN in an array
select 1 from p.d.orders o right join unnest(o.ids) x on true
-- the left side of a FULL JOIN as an array
select 1 from p.d.orders o full join o.ids x on true
-- an array of what is outside of parentheses
select 1 from p.d.orders o, (p.d.pairs join unnest(o.ids) x on true)
-- a column inside of an expression that is not grouped
select upper(status), count(*) from p.d.orders group by id
-- a column in HAVING that is not grouped
select status from p.d.orders group by status having id > 1
-- a column in ORDER BY that is not grouped
select status from p.d.orders group by status order by day
-- a column of a subquery around that is not grouped
select (select o.id from unnest([1])) from p.d.orders o group by o.status
-- a star beside a key
select * from p.d.pairs group by a
-- a column beside an aggregate in QUALIFY
select id from p.d.orders qualify count(*) > 1
-- a column in a window over groups
select count(*), sum(id) over () from p.d.orders
-- a column that GROUP BY ALL does not take
select upper(status), amount + count(*) from p.d.orders group by all
-- an expression that is a key, but not in a query inside
select (select [e.a] from unnest([1])) from p.d.pairs e group by [e.a]
-- a key that is an alias hides the column
select a + 1 as a, b as k, count(*) from p.d.pairs group by a
-- a column that DISTINCT took from its table
from p.d.pairs as t |> drop a |> distinct |> select t.a
-- the new name of a column that its table does not have
from p.d.pairs as t |> rename a as c |> distinct |> select t.c
-- a table that DROP hides by its column
from p.d.orders as addr |> drop addr |> select addr.id
-- RENAME of a column that is called like a table
from p.d.orders as addr |> rename addr as k
-- the target of UPDATE in FROM
update p.d.wide s set q3 = e from unnest([s.q4]) as e where true
-- a field of text
select product.x from p.d.sales
-- an offset with the name of the element
select 1 from unnest([1]) as id with offset as id
-- an offset with the name of a table
select 1 from p.d.orders, unnest(ids) with offset as orders
-- two arrays of one UNNEST with one name
select 1 from unnest([1] as s, [2] as s)
-- a whole of which a part is grouped
select o.addr, count(*) from p.d.orders o group by o.addr.city
-- a query around in a recursive pipe
select * from p.d.events where exists (from p.d.sales |> recursive union all (|> where ok) as id)
-- an alias that hides a table in an aggregate of ORDER BY
select a as pairs, count(*) c from p.d.pairs group by 1 order by sum(pairs.b)
-- a field of an array that was made
select [struct(a as x)].x from p.d.pairs
-- a position that is no column
select amount from p.d.sales order by -1
-- a position below one in an aggregate
select string_agg(product order by 0) as x from p.d.sales
-- a position in an aggregate
select string_agg(product order by 1) as x from p.d.sales
-- a position as a key of a pipe's aggregate
from p.d.sales |> aggregate sum(amount) as s group by 1
-- a key that is an expression, in HAVING
select count(*) as n from p.d.sales group by upper(product) having upper(product) > 'a'
-- a key that is an expression, inside of a larger one
select date_trunc(date(created_at), month) as m from p.d.orders group by date(created_at)
-- a key that is an expression, in a window
select rank() over (order by upper(product)) as r from p.d.sales group by upper(product)
-- a column that an alias hides in GROUP BY
select amount as a, 1 as amount from p.d.sales group by amount
-- an expression with WITH as a key
select with(a as product, a) as x from p.d.sales group by with(a as product, a)
-- the other name of a column that UNPIVOT took
select b from (select q1 as a, q1 as b, product from p.d.wide) unpivot (v for h in (a))
-- the other name of a column that UNPIVOT took, in a pipe
from p.d.wide |> extend q1 as x |> unpivot (v for h in (x)) |> select q1
-- a column that is called like a table and got another alias
from p.d.events as t |> join p.d.pairs as s on true |> as l |> select l.s.id
-- a star beside a key that is an expression
select * from p.d.pairs group by a + 1
-- a struct for a row beside two columns
select as struct 1 as a, 2 as b union all select 1, 2
-- a field of the column that the alias of UPDATE's table hides
update p.d.customers addr set addr.city = id where true
-- a column of a row that is a key
select t.a from p.d.pairs t group by t
