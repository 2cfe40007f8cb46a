-- FROM alone
from p.d.pairs
-- WHERE, SELECT and LIMIT
from p.d.orders |> where amount > 1 |> select id, status as s |> limit 3
-- EXTEND and SET and DROP and RENAME
from p.d.pairs |> extend a + b as c |> set a = c * 2 |> drop b |> rename c as d
-- AGGREGATE
from p.d.orders |> aggregate sum(amount) as total, count(*) group by status, date(created_at) as d
-- AGGREGATE without groups
from p.d.orders |> aggregate max(id) as m
-- AGGREGATE with an order
from p.d.orders |> aggregate count(*) as n group and order by status desc
-- JOIN
from p.d.orders as o |> join p.d.customers as c on o.customer_id = c.id |> select o.id, c.name
-- JOIN USING
from p.d.orders |> left join p.d.customers using (id) |> select id, name
-- AS
from p.d.orders |> where ok |> as t |> select t.id, t.addr.city
-- a window
from p.d.orders |> extend row_number() over (partition by customer_id order by created_at) as rn |> where rn = 1 |> select id
-- WINDOW
from p.d.orders |> window sum(amount) over (partition by status) as total |> select id, total
-- ORDER BY
from p.d.orders |> order by created_at |> select id
-- UNION
from p.d.pairs |> union all (select id, customer_id from p.d.orders) |> where a > 1
-- UNION DISTINCT
from p.d.pairs |> select a |> union distinct (select id from p.d.orders)
-- INTERSECT
from p.d.pairs |> select a |> intersect distinct (select id from p.d.orders)
-- EXCEPT
from p.d.pairs |> select a |> except distinct (select id from p.d.orders)
-- DISTINCT
from p.d.orders |> select status |> distinct
-- PIVOT
from p.d.sales |> select product, quarter, amount |> pivot (sum(amount) for quarter in ('q1', 'q2'))
-- UNPIVOT
from p.d.wide |> unpivot (v for k in (q1, q2)) |> select product, k, v
-- TABLESAMPLE
from p.d.orders |> tablesample system (1 percent) |> select id
-- CALL of nothing but a cross join with an array
from p.d.orders |> cross join unnest(items) as i |> select id, i.sku
-- pipes after a query
select id, status from p.d.orders where ok |> where id > 1 |> extend length(status) as n
-- pipes in a subquery
select x.n from (from p.d.customers |> aggregate count(*) as n group by parent_id) as x
-- WITH before pipes
with a as (select id from p.d.orders) from a |> extend id + 1 as n
-- ASSERT
from p.d.orders |> assert id > 0, 'bad', status |> select amount
-- SELECT DISTINCT and a star
from p.d.pairs |> select distinct *, a + b as c
-- SET of a column twice
from p.d.pairs |> set a = b, b = a
-- the table's name stays after EXTEND
from p.d.pairs as x |> extend x.a + 1 as c |> select x.a, x.b, c
-- the table's name stays after SET, with its old values
from p.d.pairs as x |> set a = 1 |> select x.a as before, a as after
-- EXTEND over a joined star
from p.d.orders as o |> join p.d.customers as c on c.id = o.customer_id |> extend o.amount * 2 as twice |> select o.id, c.*, twice
-- AGGREGATE over two levels
from p.d.orders |> aggregate sum(amount) as s group by customer_id, status |> aggregate max(s) as m group by status |> where m > 1
-- SELECT after AS with the table's name
from p.d.orders |> select id, status |> as x |> select x.*
-- DROP after a join
from p.d.pairs as x |> join p.d.pairs as y using (a) |> drop a
-- RENAME keeps the table's name
from p.d.pairs as x |> rename a as c |> select c, x.b
-- a subquery reads a pipe's columns
from p.d.orders |> extend (select name from p.d.customers c where c.id = customer_id) as n |> select id, n
-- AGGREGATE of a struct, opened
from p.d.orders |> aggregate array_agg(struct(id, amount)) as l group by status |> join unnest(l) as e |> select status, e.amount
-- WHERE after AGGREGATE with an alias
from p.d.sales |> aggregate sum(amount) as total group by region as r |> where total > 1 and r <> 'x' |> order by total desc |> limit 1
-- UNPIVOT then AGGREGATE
from p.d.wide |> unpivot (v for k in (q1, q2)) |> aggregate sum(v) as v group by k
-- gathered rows, opened after a join
from p.d.orders |> aggregate array_agg(struct(id, status, items) order by created_at desc limit 3) as xs, max(amount) as m group by customer_id |> extend xs[safe_offset(0)] as top |> extend top.items[safe_offset(0)].sku as sku |> left join p.d.customers c on c.id = customer_id |> select c.name, top.status, sku, (select string_agg(x.status) from unnest(xs) x where x.id > m) as st
-- UNPIVOT, PIVOT and UNION BY NAME
from p.d.wide |> select product, q1, q2 |> unpivot (v for k in (q1 as 'a', q2 as 'b')) |> pivot (any_value(v) for k in ('a', 'b')) |> union all by name (from p.d.pairs |> select 'x' as product, a, b) |> aggregate sum(a) as sa, sum(b) as sb group by product |> where sa > sb
-- AGGREGATE with an order of an aggregate
from p.d.orders |> aggregate sum(amount) as t desc group and order by status asc, day desc
