-- a chain of queries
with a as (select id, status as s from p.d.orders), b as (select id, upper(s) as s from a where s <> '') select b.s, a.s as t from a join b using (id)
-- a query hides a table
with orders as (select id as k from p.d.customers) select k from orders
-- a query inside of a query's WITH
with a as (with b as (select id from p.d.orders) select id + 1 as n from b) select n from a
-- the same query twice
with a as (select id, parent_id from p.d.customers) select x.id, y.parent_id from a x join a y on x.parent_id = y.id
-- a query that nobody reads
with a as (select name from p.d.customers where email = 'x') select id from p.d.orders
-- a query that reads itself
with recursive t as (select id, parent_id, 1 as depth from p.d.customers where parent_id is null union all select c.id, c.parent_id, depth + 1 from p.d.customers c join t on c.parent_id = t.id) select id, depth from t
-- a query that swaps its columns at each turn
with recursive t as (select a, b from p.d.pairs union all select b, a from t where a < 10) select a from t
-- a set operation by position
select id as a, name as b from p.d.customers union all select customer_id, status from p.d.orders
-- UNION DISTINCT
select id from p.d.customers union distinct select customer_id from p.d.orders
-- INTERSECT
select id from p.d.customers intersect distinct select customer_id from p.d.orders
-- EXCEPT
select id from p.d.customers except distinct select customer_id from p.d.orders
-- BY NAME
select id, name from p.d.customers union all by name select status as name, customer_id as id from p.d.orders
-- CORRESPONDING
select id, name from p.d.customers union all corresponding select amount, id from p.d.orders
-- FULL BY NAME
select id, name from p.d.customers full union all by name select id, status from p.d.orders
-- LEFT BY NAME
select id, name from p.d.customers left union all by name select id, status from p.d.orders
-- BY NAME ON
select id, name from p.d.customers inner union all by name on (id) select id, status from p.d.orders
-- a set operation with stars
select * from p.d.pairs union all select id, customer_id from p.d.orders
-- nested set operations
(select a from p.d.pairs union all select b from p.d.pairs) except distinct (select id from p.d.orders)
-- an order over a set operation
select a from p.d.pairs union all select id from p.d.orders order by a limit 3
-- the types of a set operation
select id as x, null as y from p.d.orders union all select amount, status from p.d.orders
-- structs in a set operation
select s.x from (select struct(id as x, name as y) as s from p.d.customers union all select struct(customer_id, status) from p.d.orders)
-- array_agg of structs, unnested two queries later
with g as (select customer_id, array_agg(struct(id, amount as amt) order by created_at) as l from p.d.orders group by 1), h as (select customer_id, l from g) select h.customer_id, e.amt from h, unnest(h.l) e
-- a whole row gathered and opened again
with g as (select array_agg(o order by created_at desc limit 1)[offset(0)] as o from p.d.orders o group by customer_id) select o.id, o.addr.city from g
-- a star of a gathered row
select r.* from (select any_value(c) as r from p.d.customers c group by parent_id)
-- a lateral look at an array of structs of arrays
select x.sku, tag from (select items from p.d.orders) t, t.items x, x.tags tag
-- PIVOT
select * from (select product, quarter, amount from p.d.sales) pivot (sum(amount) for quarter in ('q1', 'q2' as second))
-- PIVOT with several aggregates
select * from (select region, quarter, amount from p.d.sales) pivot (sum(amount) as s, count(*) as c, max(region) as m for quarter in ('q1', 'q2'))
-- PIVOT of a table
select * from p.d.sales pivot (sum(amount) for quarter in ('q1', 'q2')) as t
-- PIVOT and a join
select t.product, t.q1, c.id from (select product, quarter, amount from p.d.sales) pivot (sum(amount) for quarter in ('q1')) as t join p.d.customers c on c.name = t.product
-- UNPIVOT
select * from p.d.wide unpivot (amount for quarter in (q1, q2, q3 as 'third', q4))
-- UNPIVOT of several columns
select * from p.d.wide unpivot include nulls ((first, second) for half in ((q1, q2) as 'h1', (q3, q4) as 'h2'))
-- UNPIVOT and a name
select u.product, u.v from p.d.wide unpivot (v for k in (q1, q2)) as u where u.k = 'q1'
-- a subquery with an alias of its own name
select orders.total from (select sum(amount) as total from p.d.orders) as orders
-- a name of an outer query that an inner one hides
select (select max(id) from p.d.customers where id = customer_id) as m from p.d.orders
-- a filter in a subquery reads the outer row
select name from p.d.customers where id = (select max(customer_id) from p.d.orders where orders.status = customers.email)
-- deduplication
select * except (rn) from (select *, row_number() over (partition by id order by created_at desc) as rn from p.d.orders) where rn = 1
-- VALUES of an array of structs
select s.k, s.v from unnest([struct(1 as k, 'a' as v), (2, 'b')]) s
-- dates of a calendar
with days as (select d from unnest(generate_date_array('2020-01-01', '2020-12-31')) d) select d, count(o.id) as n from days left join p.d.orders o on o.day = d group by d
-- WITH RECURSIVE with queries before what they read
with recursive a as (select b.id, c.x from b join c on b.id = c.y), b as (select id from p.d.customers), c as (select id as x, parent_id as y from p.d.customers union all select c.x, p.parent_id from c join p.d.customers p on p.id = c.y) select a.*, b.id as bid from a join b using (id)
-- a struct of a table and one that is built, united
with u as (select addr from p.d.orders union all select struct(name as x, struct(1.0 as a, 2.0 as b) as y) from p.d.customers) select addr.city, addr.geo.lat from u
-- a built struct and one of a table, united
with u as (select struct(name as x, struct(1.0 as a, 2.0 as b) as y) as s from p.d.customers union all select addr from p.d.orders) select s.x, s.y.a from u
-- gathered structs, united and opened
with u as (select array_agg(struct(name as n, id as i)) as xs from p.d.customers union all select array_agg(struct(status, customer_id)) from p.d.orders), v as (select x.n, x.i from u, unnest(xs) x) select n, sum(i) as s from v group by n
-- arrays of structs, united and opened
with u as (select items from p.d.orders union all select [struct(name as sku, id as qty, [email] as tags)] from p.d.customers) select i.sku, t from u, unnest(items) i, unnest(i.tags) t
