-- comma joins with a condition in WHERE
select o.id, c.name from p.d.orders o, p.d.customers c where o.customer_id = c.id
-- USING merges a column
select id, name, amount from p.d.orders join p.d.customers using (id)
-- USING under a full join takes both sides
select id, o.id as left_id from p.d.orders o full join p.d.customers c using (id)
-- USING under a right join takes the right side
select id from p.d.orders o right join p.d.customers c using (id)
-- a star over USING
select * from p.d.pairs x join p.d.pairs y using (a)
-- a star over two USINGs
select * from p.d.pairs x join p.d.pairs y using (a) left join p.d.pairs z using (a)
-- a star of one side over USING
select x.*, y.* from p.d.pairs x join p.d.pairs y using (a)
-- USING over three joins with a full one
select a, x.b from p.d.pairs x full join p.d.pairs y using (a) full join p.d.pairs z using (a)
-- joins without ON stand before one with ON
select o.id, i.sku, c.name from p.d.orders o left join unnest(o.items) i left join p.d.customers c on c.id = o.customer_id
-- the ONs of two joins at the end
select o.id, c.name, s.region from p.d.orders o join p.d.customers c join p.d.sales s on s.product = c.name on c.id = o.customer_id
-- parentheses around a join
select o.id, c.name, s.region from p.d.orders o left join (p.d.customers c join p.d.sales s on s.product = c.name) on c.id = o.customer_id
-- a cross join of a subquery
select o.id, t.n from p.d.orders o cross join (select count(*) as n from p.d.customers) t
-- a path join
select o.id, i.sku from p.d.orders o, o.items i
-- a path join of a path join
select o.id, t from p.d.orders o, o.items i, i.tags t
-- a left path join
select o.id, i.qty from p.d.orders as o left join o.items as i on i.qty > 1
-- UNNEST of a column without its table
select sku from p.d.orders, unnest(items)
-- UNNEST with an alias and its offset
select i, o from p.d.orders, unnest(ids) as i with offset as o where o > 0
-- UNNEST with an offset that has no name
select id, offset from p.d.orders, unnest(ids) as i with offset
-- UNNEST of a struct array under a star
select i.* except (tags) from p.d.orders, unnest(items) i
-- UNNEST of an array that is made here
select x.a, x.b from p.d.orders o, unnest([struct(o.id as a, o.status as b), struct(o.customer_id, 'x')]) x
-- UNNEST of a generated array
select n from p.d.orders, unnest(generate_array(id, customer_id)) n
-- UNNEST of generated dates
select d from p.d.orders, unnest(generate_date_array(day, current_date(), interval 1 week)) as d
-- UNNEST of what a function splits
select part from p.d.orders, unnest(split(status, ',')) part
-- UNNEST inside of a subquery
select id, (select sum(qty) from unnest(items)) as total from p.d.orders
-- UNNEST inside of a subquery with a filter by the outer row
select id, (select string_agg(sku, ',' order by qty desc) from unnest(items) where qty > o.amount) as skus from p.d.orders o
-- the whole element
select i from p.d.orders, unnest(items) i
-- the same alias in two subqueries
select (select t.name from p.d.customers t where t.id = 1) as a, (select t.region from p.d.sales t limit 1) as b
-- a table with the name of a column
select customers.orders, orders.status from p.d.customers join p.d.orders on customers.id = orders.customer_id
-- an alias with the name of one of its columns
select orders.id from p.d.customers join p.d.orders as orders on orders.customer_id = customers.id
-- an alias that hides one of its columns
select addr.name, addr.addr.city from p.d.customers as addr
-- a column through the dashes of a project
select `p.d.orders`.id from `p.d.orders`
-- a sample
select id from p.d.orders tablesample system (10 percent)
-- a table as it was
select id from p.d.orders for system_time as of timestamp_sub(current_timestamp(), interval 1 hour)
-- a join on a field
select o.id from p.d.orders o join p.d.customers c on o.addr.city = c.addr.city
-- a join on an expression of both sides
select o.id from p.d.orders o join p.d.customers c on lower(o.status) = c.name and o.amount > c.parent_id
-- a filter by IN
select id from p.d.orders where customer_id in (select id from p.d.customers where email is not null)
-- a filter by NOT EXISTS
select id from p.d.orders o where not exists (select 1 from p.d.customers c where c.id = o.customer_id)
-- a filter by an array
select id from p.d.orders where 3 in unnest(ids)
